"""A pay statement by the steps in which it is worked out, each with its lines and its rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cheji.engine.pay import BY, EARNED, RELEASES, STEPS, part_words
from cheji.engine.pay.order import RATE, SUM
from cheji.reads.pay import LUMPS, Around, GroundSeen, PayLineSeen
from cheji.web import pay_reasons as words
from cheji.web import runs
from cheji.web.pay_looked import looked_text
from cheji.web.pay_reasons import Plan, total
from cheji.web.pay_records import deal_href, deal_text, disputed_line, record
from cheji.web.pay_unpaid import nothing_text
from cheji.web.pay_words import based
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Cell, Column, Row, Table
from cheji.web.wording import chinese, month_text, named

#: Balances that are read without a fold.
FEW = 3


@dataclass(frozen=True)
class Group:
    """The lines of one component, factor, gate … within a step, with the rule in words.

    `looked` is the figure that found its band; `nothing` are the lines that come to nothing.
    """

    name: str
    fen: int
    url: str
    rules: Sequence[str]
    table: Table | None
    looked: str = ""
    nothing: Table | None = None
    nothing_text: str = ""


@dataclass(frozen=True)
class Block:
    """One step: its sum in fen, and its groups."""

    number: int
    name: str
    fen: int
    groups: Sequence[Group]


@dataclass(frozen=True)
class Steps:
    """A statement's steps in their order; those in which nothing happened are named apart."""

    plan: Plan
    around: Around

    @cached_property
    def lines(self) -> dict[int, dict[str, list[PayLineSeen]]]:
        """By step and component, both in the order of the statement."""
        found: dict[int, dict[str, list[PayLineSeen]]] = {}
        for line in sorted(self.plan.found.lines, key=lambda one: one.step):
            found.setdefault(line.step, {}).setdefault(line.component, []).append(line)
        return found

    @cached_property
    def rules(self) -> list[tuple[int, str, str, list[str]]]:
        """What the plan says: step, code of the part or nothing, heading, sentences."""
        if self.plan.plan is None:
            return []
        at = 0 if chinese() else 1
        return [
            (step, code, heading[at], [sentence[at] for sentence in sentences])
            for code, (step, heading, sentences) in part_words(self.plan.plan, self.plan.names)
        ]

    @cached_property
    def stood(self) -> list[tuple[int, str, str]]:
        """What the steps before the first amount found: step, what, text."""
        return [(one.step, *self._ground(one)) for one in self.plan.found.grounds]

    @cached_property
    def blocks(self) -> list[Block]:
        """The steps that have lines."""
        blocks = []
        for step in STEPS:
            groups = self._groups(step.number)
            if groups:
                fen = sum(total(lines) for lines in self.lines[step.number].values())
                blocks.append(Block(step.number, named(step), fen, groups))
        return blocks

    @property
    def idle(self) -> str:
        """The steps that this statement has no use for, as one text."""
        busy = {block.number for block in self.blocks} | {number for number, *_ in self.stood}
        if self._earning:
            busy.add(SUM)
        if any(self.plan.way(code) for code in self._earning):
            busy.add(RATE)
        rest = [f"{step.number} {named(step)}" for step in STEPS if step.number not in busy]
        return ("、" if chinese() else ", ").join(rest)

    @property
    def _earning(self) -> set[str]:
        """What has lines that earn: they are added up; by bands, their rates are looked up."""
        return {one.component for one in self.plan.found.lines if one.entry in EARNED}

    @property
    def unused(self) -> list[tuple[str, str]]:
        """What the plan says of parts that have no line here: heading, sentences."""
        return [
            (name, " · ".join(sentences))
            for step, code, name, sentences in self.rules
            if code not in self.lines.get(step, {})
        ]

    def _groups(self, step: int) -> list[Group]:
        rules = {code: sentences for at, code, _name, sentences in self.rules if at == step}
        found = []
        for code, lines in self.lines.get(step, {}).items():
            name = named(lines[0])
            url = self.plan.url(self.plan.part(code, lines))
            sentences = [*rules.get(code, []), *self.plan.split_rules(code)]
            found.append(Group(name, total(lines), url, sentences, *self._tables(code, lines)))
        return found

    def _tables(
        self, code: str, lines: Sequence[PayLineSeen]
    ) -> tuple[Table | None, str, Table | None, str]:
        """What is paid, the figure that found its band, what comes to nothing, and why."""
        looked = looked_text(self.plan, code)
        if any(line.entry not in EARNED for line in lines):
            return self._told(lines), looked, None, ""
        rest = [line for line in lines if not line.fen and line.deal is not None]
        pays = [line for line in lines if line.fen or line.deal is None]
        table = _earned(self.plan, code, pays) if pays else None
        if not rest:
            return table, looked, None, ""
        return table, looked, _earned(self.plan, code, rest), nothing_text(self.plan, rest)

    def _told(self, lines: Sequence[PayLineSeen]) -> Table:
        """Entries that no deal earns: what they are, why, and the month that they put right."""
        columns = [
            Column("record", _("What for")),
            Column("entry", _("Entry")),
            Column("why", _("Why")),
            Column("amount", _("Amount"), kind="money"),
        ]
        rows = [
            Row(
                [
                    record(line),
                    words.entry_name(line.entry),
                    self._why(line),
                    amount(self.plan, line),
                ]
            )
            for line in lines
        ]
        return Table(columns, rows, caption=named(lines[0]), phone="cards", free=True)

    def _why(self, line: PayLineSeen) -> Cell:
        """The reason; of a correction with a way to the statement that it corrects."""
        if line.component == words.COEFFICIENT and line.rate is not None:
            return Cell(words.formula(line))
        text = words.said(line.reason)
        if line.dispute is not None:
            when, url = disputed_line(line)
            return Cell(text, href=url, note=_("of {month}").format(month=when) if when else "")
        month = self.around.months.get(line.origin[0]) if line.origin else None
        if month is None:
            return Cell(text)
        if line.origin and line.origin[1]:
            url = reverse("pay-line", args=[line.origin[1]])
        else:
            person, outlet = self.plan.found.person.number, self.plan.found.outlet.code
            url = runs.address("pay-statement", person, month, outlet=outlet)
        return Cell(text, href=url, note=_("of {month}").format(month=month_text(month)))

    def _ground(self, ground: GroundSeen) -> tuple[str, str]:
        """What a step before the first amount found."""
        if ground.kind == "deals":
            number = int(ground.value or 0)
            told = ngettext("{count} deal", "{count} deals", number).format(count=number)
            return _("Looked at"), told
        if ground.kind == "shared":
            number = int(ground.value or 0)
            told = ngettext("{count} deal", "{count} deals", number).format(count=number)
            return _("Shared with others"), told
        if ground.kind == "measure":
            return self.plan.measure(ground.code, ground.value)
        return self.plan.target(ground.code, ground.value, ground.of)


def amount(plan: Plan, line: PayLineSeen) -> Cell:
    return Cell(line.fen, reason=plan.url(plan.part(line.component, [line])))


def _earned(plan: Plan, code: str, lines: Sequence[PayLineSeen]) -> Table:
    """The record that earned each amount, base, rate, and the amount as a door to its reason."""
    columns = [
        Column("record", _("Earned by")),
        Column("on", _("Date"), kind="date", phone=False),
        Column("base", _based_on(plan, code), kind="number"),
        Column("rate", _("Rate"), kind="told"),
        Column("amount", _("Amount"), kind="money"),
    ]
    rows = [
        Row(
            [
                record(line),
                Cell(line.on),
                based(line),
                Cell(plan.rate(line)),
                amount(plan, line),
            ],
            key=str(line.id or ""),
        )
        for line in lines
    ]
    return Table(columns=columns, rows=rows, caption=named(lines[0]), phone="cards", free=True)


#: Figures that are called by what they are of; others by how they are made.
NAMED = ("units", "money", "kpi")


def _based_on(plan: Plan, code: str) -> str:
    """What the bases of a component are: a team's pot is money, whatever it was worked out from.

    Of an amount by itself it is the figure that was looked at.
    """
    part = plan.component(code)
    if part is not None and part.kind == "pool":
        return _("Amount of the pot")
    if part is not None and part.kind in LUMPS and part.look:
        by, at = part.look.by, 0 if chinese() else 1
        return plan.name(part.look.of) if by in NAMED else BY[by][at]
    return plan.counts(code) or _("Base")


def summary(plan: Plan, steps: Steps) -> Table:
    """What is payable in short: a row for each step and component, adding up to the total."""
    columns = [
        Column("component", _("Component")),
        Column("how", _("Made of"), phone=False),
        Column("amount", _("Amount"), kind="money"),
    ]
    rows = [
        _sum(plan, code, lines) for step in steps.lines.values() for code, lines in step.items()
    ]
    payable = Cell(plan.found.payable, reason=plan.url(words.PAYABLE))
    return Table(
        columns=columns,
        rows=rows,
        totals=Row([Cell(_("Payable")), Cell(""), payable]),
        caption=named(plan.found),
        phone="cards",
        free=True,
    )


def _sum(plan: Plan, code: str, lines: Sequence[PayLineSeen]) -> Row:
    note = _("earlier months") if lines[0].origin else ""
    name = Cell(named(lines[0]), href=f"#step-{lines[0].step}", note=note)
    cell = Cell(total(lines), reason=plan.url(plan.part(code, lines)))
    if len(lines) == 1 and lines[0].entry not in EARNED:
        return Row([name, Cell(_short(plan, lines[0])), cell])
    how = ngettext("{count} line", "{count} lines", len(lines)).format(count=len(lines))
    unpriced = sum(line.unpriced for line in lines)
    if unpriced:
        left = ngettext("{count} of unknown cost", "{count} of unknown cost", unpriced)
        how = f"{how} · {left.format(count=unpriced)}"
    return Row([name, Cell(how), cell])


def _short(plan: Plan, line: PayLineSeen) -> str:
    if line.component == words.COEFFICIENT and line.rate is not None:
        why = words.coefficient_text(plan.found)
        return words.formula(line) + (f" · {why}" if why else "")
    return words.said(line.reason)


def rejected(plan: Plan, disputing: str = "") -> Table:
    """What was looked at and not paid, by reason; whose it is disputes it at `disputing`."""
    columns = [
        Column("record", _("Record")),
        Column("component", _("Component")),
        Column("why", _("Why it is not paid")),
        *([Column("wrong", "")] if disputing else []),
    ]
    rows = []
    deals = [row for row in plan.found.rejected if row.deal is not None]
    for row in sorted(deals, key=lambda one: (named(one), one.component)):
        component = plan.component(row.component)
        text = deal_text(row.deal)
        cells: list[Cell | object] = [
            Cell(text, href=deal_href(row.deal)),
            named(component) if component else row.component,
            named(row),
        ]
        if disputing:
            query = urlencode({"kind": "missing_car", "order": row.deal.text if row.deal else ""})
            cells.append(Cell(_("Something is wrong"), href=f"{disputing}&{query}"))
        rows.append(Row(cells))
    return Table(columns, rows, caption=_("Why not"), phone="cards", free=True)


def left_over(plan: Plan) -> Table:
    """What the statement leaves for later: held per deal, carried, withheld, drawn, due."""
    columns = [
        Column("kind", pgettext("balance", "What")),
        Column("of", _("Of")),
        Column("when", _("Until when")),
        Column("amount", _("Balance"), kind="money"),
    ]
    rows = [
        Row(
            [
                Cell(named(one), note=_kind(one.kind)),
                Cell(deal_text(one.deal), href=deal_href(one.deal)),
                Cell(_until(one.kind, one.release, one.expires, pays=one.pays)),
                Cell(one.fen),
            ]
        )
        for one in plan.found.balances
    ]
    return Table(columns, rows, caption=_("Left for later"), phone="cards", free=True)


def left_text(plan: Plan) -> str:
    """What is left for later in one line, where it is too much to be read at once: sum by name."""
    sums: dict[str, list[int]] = {}
    for one in plan.found.balances:
        sums.setdefault(named(one), []).append(one.fen)
    if len(plan.found.balances) <= FEW:
        return ""
    told = [f"{name} {figures.money(sum(fens))} ({len(fens)})" for name, fens in sums.items()]
    return " · ".join(told)


def _kind(kind: str) -> str:
    return {
        "held": _("held"),
        "carried": _("carried, paid later"),
        "withheld": _("withheld"),
        "drawn": _("advance to be taken back"),
        "due": _("to be taken back"),
    }[kind]


def _until(kind: str, release: str, expires: int, *, pays: bool) -> str:
    if kind != "held":
        return ""
    event = RELEASES.get(release, (release, release))[0 if chinese() else 1]
    text = _("until {event}").format(event=event)
    if not expires:
        return text
    end = _("then paid") if pays else _("then forfeited")
    periods = ngettext("{count} period at most", "{count} periods at most", expires)
    return f"{text} · {periods.format(count=expires)}, {end}"


def later(around: Around, number: str, outlet: str) -> list[tuple[str, str, str]]:
    """What later months corrected of this one: month, amount with its sign, address."""
    return [
        (
            month_text(month),
            figures.figure(fen, "money"),
            runs.address("pay-statement", number, month, outlet=outlet),
        )
        for month, fen in around.later
    ]
