"""What a component is paid on: its deals with their amounts, and those that it leaves out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cheji.engine.definitions import Component, Row
from cheji.engine.pay import order
from cheji.engine.pay.banding import Table, is_lump, whole
from cheji.engine.pay.firsts import firsts, sought
from cheji.engine.pay.fitting import attributes_of, fits
from cheji.engine.pay.given import Deal, Given
from cheji.engine.pay.lines import Exact, PayLine, Rejected
from cheji.engine.pay.looking import Looked, group_of
from cheji.engine.tallies import Key


@dataclass(slots=True)
class Work:
    """One person's statement while it is made.

    Attributes:
        given: the inputs.
        deals: by date.
        totals: of the period, those that only deals give included.
        sums: fen by component as it stands, those before step 12 in `main`.
        stacked: deals that a component of a stack has paid; None is what no deal tells of.
        used: of budgets.
        looked: by component the figure that found its band.
        counted: by component a scale, and what each of its lines counts for the band in 1/scale.
        version: of the rules by which it is made.
    """

    given: Given
    deals: list[Deal]
    totals: Mapping[str, int]
    lines: list[PayLine] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    main: dict[str, int] = field(default_factory=dict)
    extra: dict[str, int] = field(default_factory=dict)
    stacked: set[tuple[str, Key]] = field(default_factory=set)
    used: dict[str, int] = field(default_factory=dict)
    looked: dict[str, Looked] = field(default_factory=dict)
    counted: dict[str, tuple[int, list[Exact]]] = field(default_factory=dict)
    version: int = order.RULES

    @property
    def sums(self) -> dict[str, int]:
        """Fen by component as they stand, typed lines with the component that they name."""
        if self.version == 1:
            return {**self.main, **self.extra}
        codes = dict.fromkeys([*self.main, *self.extra])
        return {code: self.main.get(code, 0) + self.extra.get(code, 0) for code in codes}

    @property
    def total(self) -> int:
        return sum(line.fen for line in self.lines)


class Base(NamedTuple):
    """One amount to be paid on, in 1/scale.

    `amount` is None while it is not known; `credit` counts for the band, `paid` is multiplied;
    `table` are the bands of the row that fits.
    """

    source: Key
    amount: Exact | None
    credit: Exact
    paid: Exact
    table: Table
    deal: Deal | None


class Gatherer:
    """How a component finds its deals: what can be known before any deal is seen."""

    def __init__(self, part: Component, table: Table, rows: tuple[tuple[Row, Table], ...]) -> None:
        self.part = part
        self.table = table
        self.rows = rows
        self.deal_rows = () if is_lump(part) else rows
        self.picky = bool(part.where or part.ranges or part.first or self.deal_rows)
        self.choosy = self.picky or bool(part.stack)
        self.single = not (part.plus or part.minus)
        self.turned = part.base == "positive" or part.pool_negatives

    def gather(self, work: Work) -> list[Base]:
        """Bases in the order of the deals, and what exceeds them."""
        of = self.part.of
        seen: Exact = 0
        found: list[Base] = []
        first = self._firsts(work) if self.part.first else frozenset()
        for deal in work.deals:
            if of not in deal.amounts:
                continue
            amount = deal.amounts[of] if self.single else self._sum(deal)
            if amount is not None:
                seen += amount if deal.pay == 1 else whole(amount * deal.pay)
            fitting = self._fitting(deal, work, first) if self.choosy else (self.table, 1)
            if fitting is None:
                continue
            found.append(self._base(deal, amount, *fitting))
        rest = self._rest(work, seen)
        if rest:
            found.append(Base(None, rest, rest, rest, self.table, None))
        return self._turned(found, work) if self.turned else found

    def table_for(self, attributes: Mapping[str, str | int]) -> Table | None:
        """The bands for a person; None where no row fits him."""
        for row, table in self.rows:
            if not fits(row.where, row.ranges, attributes):
                return table
        return self.table if self.table.tiers else None

    def _rest(self, work: Work, seen: Exact) -> Exact:
        """What no deal tells of, where it is about the same as they are.

        Of a stack the first component that is paid on it has it, as of a deal.
        """
        part, totals, place = self.part, work.given.totals, (self.part.stack, None)
        had = part.stack and (work.version < 3 or place in work.stacked)
        if self.picky or not self.single or had or part.of not in totals:
            return 0
        rest = totals[part.of] - seen
        rest = int(rest) if work.version > 1 else rest
        if rest and part.stack:
            work.stacked.add(place)
        return rest

    def _sum(self, deal: Deal) -> int | None:
        part, amounts = self.part, deal.amounts
        terms = [(1, code) for code in (part.of, *part.plus)] + [(-1, code) for code in part.minus]
        total = 0
        for sign, code in terms:
            amount = amounts.get(code, 0)
            if amount is None:
                return None
            total += sign * amount
        return total

    def _firsts(self, work: Work) -> frozenset[Key]:
        """Sources of the first deals, of the person or of his team or outlet."""
        part = self.part
        if part.among == "person":
            return frozenset(firsts(part, work.deals))
        group = group_of(work.given, part.among)
        if group is None:
            work.rejected.append(Rejected(None, part.code, "no_group", (part.among,)))
            return frozenset()
        return frozenset(group.firsts.get(sought(part), ()))

    def _fitting(self, deal: Deal, work: Work, first: frozenset[Key]) -> tuple[Table, Exact] | None:
        """Bands and weight for a deal; None leaves it out, with the reason."""
        part = self.part
        attributes = attributes_of(deal)
        unfit = fits(part.where, part.ranges, attributes)
        if unfit:
            work.rejected.append(Rejected(deal.source, part.code, "filter", (unfit,)))
            return None
        if part.first and deal.source not in first:
            work.rejected.append(Rejected(deal.source, part.code, "not_first", (part.first,)))
            return None
        if part.stack and (part.stack, deal.source) in work.stacked:
            work.rejected.append(Rejected(deal.source, part.code, "stacked", (part.stack,)))
            return None
        rated = self._rated(attributes)
        if part.stack and (rated is not None or work.version < 3):
            work.stacked.add((part.stack, deal.source))
        if rated is None:
            work.rejected.append(Rejected(deal.source, part.code, "no_row", ()))
        return rated

    def _rated(self, attributes: Mapping[str, str | int]) -> tuple[Table, Exact] | None:
        """Bands and weight of the row that fits, else the component's own; None without any."""
        for row, table in self.deal_rows:
            if not fits(row.where, row.ranges, attributes):
                return table, whole(row.weight)
        return None if self.deal_rows and not self.table.tiers else (self.table, 1)

    def _base(self, deal: Deal, amount: int | None, table: Table, weight: Exact) -> Base:
        if amount is None:
            return Base(deal.source, None, 0, 0, table, deal)
        if weight == 1 and deal.pay == 1 and deal.credit == 1:
            return Base(deal.source, amount, amount, amount, table, deal)
        counts = self.part.credit == "whole" and deal.credit > 0
        credit = amount * weight * (1 if counts else deal.credit)
        paid = amount * weight * deal.pay
        return Base(deal.source, amount, whole(credit), whole(paid), table, deal)

    def _turned(self, bases: list[Base], work: Work) -> list[Base]:
        """Losses as nothing, or taken off the next deals."""
        pooled = self.part.pool_negatives
        paid = list(_losses_off((base.paid for base in bases), pooled=pooled))
        credit = list(_losses_off((base.credit for base in bases), pooled=pooled))
        if work.version < 3:
            credit = [
                now if pooled and base.amount is not None else 0 if base.paid < 0 else base.credit
                for base, now in zip(bases, paid, strict=True)
            ]
        return [
            base._replace(credit=counted, paid=now)
            for base, counted, now in zip(bases, credit, paid, strict=True)
        ]


def _losses_off(amounts: Iterable[Exact], *, pooled: bool) -> Iterator[Exact]:
    """None below nothing; what they are below it is taken off the next ones where it is pooled."""
    owed: Exact = 0
    for amount in amounts:
        left = amount + owed if pooled else amount
        owed = min(left, 0)
        yield max(left, 0)
