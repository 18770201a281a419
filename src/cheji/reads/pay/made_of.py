"""What a deal's base is made of: the facts behind a pay line, added up by what they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cheji.engine.definitions import Measure
from cheji.engine.kpis import why_not
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.tallies import Tally
from cheji.facts.said.excess import floor_entry
from cheji.reads.pay.shapes import PayLineSeen, StatementSeen
from cheji.records.models import Fact
from cheji.records.registers import REGISTERS
from cheji.records.visibility import Viewer, of

Signed = tuple[Measure, int]
FLOOR: Final = "floor"
FLOOR_PRICE: Final = REGISTERS["floor_price"]


@dataclass(frozen=True, slots=True)
class Made:
    """Money of one kind of fact, with the sign that it has in the base, in fen.

    `entry` is the id and the first day of the register's entry that gave it, for who sees it.
    """

    kind: str
    tags: str
    fen: int
    entry: tuple[int, date] | None = None


def made_of(
    viewer: Viewer, found: StatementSeen, line: PayLineSeen, measures: Sequence[Signed]
) -> tuple[Made, ...]:
    """The parts of a line's base, by its measures with their signs; none unless they add up to it.

    They do not where a deal is paid by other parts than those by which it is credited.
    """
    if line.deal is None or not line.deal.id or line.base is None:
        return ()
    kinds = {kind for measure, _sign in measures for kind, _ in measure.kinds}
    facts = of(viewer).facts().filter(
        source_kind=line.deal.noun, source=line.deal.id, person=found.person.id,
        month=found.month, id__lte=found.mark, kind__in=kinds,
    )  # fmt: skip
    sums: dict[tuple[str, str], int] = {}
    for fact in facts.order_by("id"):
        part = fact.kind, fact.tags
        sums[part] = sums.get(part, 0) + sum(_counted(fact, one) for one in measures)
    parts = tuple(Made(*part, fen) for part, fen in sums.items() if fen)
    whole = sum(part.fen for part in parts)
    if whole != line.base * FEN_PER_YUAN:
        return ()
    return tuple(_with_entry(viewer, line, part) for part in parts)


def _with_entry(viewer: Viewer, line: PayLineSeen, part: Made) -> Made:
    """The floor price with its entry, as long as the register still says what was counted."""
    if part.tags != FLOOR or line.deal is None or line.deal.noun != "delivery":
        return part
    found = of(viewer).deliveries().select_related("order").filter(pk=line.deal.id).first()
    entry = floor_entry(found.order, found.vin) if found else None
    if found is None or entry is None or entry.price is None:
        return part
    same = entry.price * found.order.units == -part.fen or bool(line.shared)
    seen = of(viewer).register(FLOOR_PRICE).filter(pk=entry.id)
    return replace(part, entry=(entry.id, entry.since)) if same and seen.exists() else part


def _counted(fact: Fact, signed: Signed) -> int:
    """What a fact adds to the base by one measure."""
    measure, sign = signed
    row = Tally(
        fact.month, (), fact.kind, fact.channel, fact.level, fact.tags, model=fact.model,
        fen=fact.fen,
    )  # fmt: skip
    counts = measure.column == "fen" and why_not(measure, row) is None
    return sign * dict(measure.kinds)[fact.kind] * fact.fen if counts else 0
