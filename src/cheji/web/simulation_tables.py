"""A simulation as tables and charts: plans side by side, outlets, people, volumes, the next car."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from statistics import median
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cheji.engine.money import FEN_PER_YUAN, round_half_up, rounded
from cheji.reads.pay import SimulationSeen, Tried
from cheji.reads.pay.loading import Place
from cheji.reads.pay.simulating import Simulation
from cheji.web.simulation_words import titles
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Cell, Chart, Column, Empty, Row, Series, Table
from cheji.web.wording import month_text, short_month, unit_text

SHOWN = 10
"""How many of those who gain most, and of those who lose most, are shown."""
WHOLE = 10_000
BOTH = 2
TENTHS = tuple(range(10, 100, 10))
YEAR = 12
STEEP = 2
"""How many times the usual worth of a car makes a step worth telling."""


# -- plans side by side ------------------------------------------------------------------------


def summary(seen: SimulationSeen, found: Simulation, url: Callable[[int], str]) -> Table:
    """What each plan costs, beside the first."""
    columns = [
        Column("plan", _("Pay plan")),
        Column("cost", _("Cost"), kind="money", decimals=0),
        Column("more", _("Difference"), kind="signed", decimals=0, unit=unit_text("yuan")),
        Column("share", _("Difference %"), kind="change"),
        Column("each", _("Per person and month"), kind="money", decimals=0),
        Column("held", _("Of it held back"), kind="money", decimals=0, phone=False),
        Column("gain", _("Gain"), kind="number"),
        Column("lose", _("Lose"), kind="number"),
        *([Column("over", _("Over the ceiling"), kind="number")] if seen.ceiling[0] else []),
    ]
    names = titles(seen.row.plans)
    rows = [_plan(seen, found, at, names[at], url(at)) for at in range(len(found.tried))]
    return Table(columns, rows, caption=_("Plans side by side"), free=True, phone="cards")


def _plan(seen: SimulationSeen, found: Simulation, at: int, name: str, url: str) -> Row:
    tried, base = found.tried[at], found.tried[0].cost
    more = tried.cost - base
    changes = list(found.change(tried).values())
    note = _("held against") if not at else ""
    cells: list[Cell | object] = [
        Cell(name, href=url, note=note),
        tried.cost,
        difference(base, tried.cost) if at else Cell(None),
        Cell(Fraction(more, base)) if at and base else Cell(None),
        round_half_up(Fraction(tried.cost, tried.cells)) if tried.cells else None,
        tried.held,
        sum(fen > 0 for fen in changes) if at else None,
        sum(fen < 0 for fen in changes) if at else None,
    ]
    if seen.ceiling[0]:
        over = len(passed(seen, found, tried))
        cells.append(Cell(over, state="bad" if over else "good"))
    return Row(cells, href=url)


def difference(before: int, after: int, state: str = "", decimals: int = 0) -> Cell:
    """Yuan with their sign, between two amounts in fen as they are shown: the three add up."""
    first, second = (rounded(Fraction(fen, FEN_PER_YUAN), decimals) for fen in (before, after))
    return Cell(second - first, kind="signed", decimals=decimals, state=state)


# -- the ceiling -------------------------------------------------------------------------------


def ceiling_text(seen: SimulationSeen) -> str:
    kind, value = seen.ceiling
    if kind == "month":
        return _("{amount} for an outlet's month").format(amount=figures.money(value, 0))
    return _("{share} of the gross of an outlet's month").format(
        share=figures.percent(Fraction(value, WHOLE))
    )


def allowed(seen: SimulationSeen, found: Simulation, place: Place) -> int | None:
    """Fen that an outlet's month may cost; None where there is no ceiling or no gross."""
    kind, value = seen.ceiling
    if kind == "month":
        return value
    if kind == "share" and place in found.gross:
        return round_half_up(Fraction(found.gross[place] * value, WHOLE))
    return None


def passed(seen: SimulationSeen, found: Simulation, tried: Tried) -> set[Place]:
    """Outlets' months that cost more than they may."""
    limits = {place: allowed(seen, found, place) for place in tried.places}
    return {
        place
        for place, fen in tried.places.items()
        if (limit := limits[place]) is not None and fen > limit
    }


def by_outlet(seen: SimulationSeen, found: Simulation) -> Table:
    """Each outlet's cost under each plan, red where one of its months passed the ceiling."""
    over = [passed(seen, found, tried) for tried in found.tried]
    sums = [tried.outlets for tried in found.tried]
    rows = [
        _line(
            Cell(name, note=code),
            [one.get(code, 0) for one in sums],
            [[place for place in own if place[0] == code] for own in over],
        )
        for code, name in found.outlets.items()
    ]
    return _beside(_("Outlet"), titles(seen.row.plans), rows, found, _("By outlet"))


def by_month(seen: SimulationSeen, found: Simulation) -> Table:
    """Each month's cost under each plan."""
    over = [passed(seen, found, tried) for tried in found.tried]
    sums = [tried.months for tried in found.tried]
    rows = [
        _line(
            Cell(month_text(month)),
            [one.get(month, 0) for one in sums],
            [[place for place in own if place[1] == month] for own in over],
        )
        for month in seen.months
    ]
    return _beside(_("Month"), titles(seen.row.plans), rows, found, _("By month"))


def _line(head: Cell, fens: Sequence[int], over: Sequence[Sequence[Place]]) -> Row:
    judged = (_judged(fen, own) for fen, own in zip(fens, over, strict=True))
    return Row([head, *judged, *_share(fens)])


def _share(fens: Sequence[int]) -> list[Cell]:
    """Of two plans, by how much the second costs more."""
    if len(fens) != BOTH:
        return []
    first, second = fens
    return [Cell(Fraction(second - first, first) if first > 0 else None)]


def _judged(fen: int, over: Sequence[Place]) -> Cell:
    if not over:
        return Cell(fen)
    note = ngettext("{count} over", "{count} over", len(over)).format(count=len(over))
    return Cell(fen, state="bad", note=note)


def _beside(
    head: str, names: Sequence[str], rows: Sequence[Row], found: Simulation, caption: str
) -> Table:
    """Of two plans with the difference, of more their costs alone."""
    columns = [Column("of", head)]
    columns += [Column(f"p{at}", name, kind="money", decimals=0) for at, name in enumerate(names)]
    if len(names) == BOTH:
        columns.append(Column("share", _("Difference %"), kind="change"))
    costs = [tried.cost for tried in found.tried]
    totals = Row([Cell(_("Total")), *costs, *_share(costs)])
    return Table(columns, rows, caption=caption, totals=totals, free=True)


# -- people ------------------------------------------------------------------------------------


def movers(
    found: Simulation, at: int, url: Callable[[str], str], *, everybody: bool = False
) -> Table:
    """Who would have more, and who less, than under the first plan; for a file all of them."""
    tried = found.tried[at]
    moved = [(who, fen) for who, fen in found.change(tried).items() if fen]
    if not everybody and len(moved) > 2 * SHOWN:
        moved = [*moved[:SHOWN], *moved[-SHOWN:]]
    decimals = _decimals(everybody=everybody)
    columns = [
        *([Column("number", _("Staff number"))] if everybody else []),
        Column("who", _("Person")),
        Column("before", _("Held against"), kind="money", decimals=decimals),
        Column("after", pgettext("pay", "Tried"), kind="money", decimals=decimals),
        Column("more", _("Difference"), kind="signed", decimals=decimals, unit=unit_text("yuan")),
        Column("share", _("Difference %"), kind="change"),
    ]
    rows = [_mover(found, tried, who, url, numbered=everybody) for who, _fen in moved]
    empty = Empty(_("Nobody's pay differs"), _("Choose another plan, or change a number in it."))
    title = _("Winners and losers")
    return Table(columns, rows, caption=title, free=True, phone="cards", empty=empty)


def _mover(
    found: Simulation, tried: Tried, person: int, url: Callable[[str], str], *, numbered: bool
) -> Row:
    before, after = found.tried[0].people.get(person, 0), tried.people.get(person, 0)
    who, more, decimals = found.names[person], after - before, _decimals(everybody=numbered)
    share = Cell(Fraction(more, before)) if before > 0 else Cell(None)
    name: list[Cell | object] = [
        Cell(who.name or who.number, note=who.number, href=url(who.number) if tried.by_cell else "")
    ]
    cells = [*([who.number] if numbered else []), *name, before, after]
    return Row([*cells, difference(before, after, "good" if more > 0 else "bad", decimals), share])


def _decimals(*, everybody: bool) -> int:
    """A file, in which people add up columns, has the fen."""
    return 2 if everybody else 0


def deciles(seen: SimulationSeen, found: Simulation) -> Chart | None:
    """What a person has in a month on average, from the least paid tenth to the best paid."""
    series = [
        Series(name, _tenths(tried), kind="money", decimals=0, style="line")
        for name, tried in zip(titles(seen.row.plans), found.tried, strict=True)
        if tried.people
    ]
    if not series:
        return None
    labels = [_("{percent} %").format(percent=percent) for percent in TENTHS]
    return Chart("deciles", _("Pay of a month by tenths of the people"), labels, series, "line")


def _tenths(tried: Tried) -> list[Fraction]:
    """At each tenth the least mean that so many of the people do not exceed."""
    means = sorted(Fraction(fen, tried.counts[who]) for who, fen in tried.people.items())
    return [means[max(-(-len(means) * percent // 100) - 1, 0)] for percent in TENTHS]


# -- months, volumes, the next car -------------------------------------------------------------


def monthly(seen: SimulationSeen, found: Simulation) -> Chart:
    months = seen.months
    labels = [
        month_text(month) if not at or month % 100 == 1 else short_month(month % 100)
        for at, month in enumerate(months)
    ]
    series = []
    for name, tried in zip(titles(seen.row.plans), found.tried, strict=True):
        sums = tried.months
        series.append(Series(name, [sums.get(m, 0) for m in months], kind="money", decimals=0))
    style = "line" if len(months) > YEAR else "bar"
    return Chart("months", _("Cost by month"), labels, series, style)


def volumes(seen: SimulationSeen, found: Simulation) -> Chart:
    """What more or fewer deals would have cost."""
    percents = [percent for percent, _fen in found.tried[0].curve]
    labels = [f"{'+' if percent > 0 else ''}{percent} %" for percent in percents]
    series = [
        Series(name, [fen for _p, fen in tried.curve], kind="money", decimals=0, style="line")
        for name, tried in zip(titles(seen.row.plans), found.tried, strict=True)
    ]
    return Chart("volumes", _("Cost by number of deals"), labels, series, "line")


def nexts(seen: SimulationSeen, found: Simulation) -> Chart | None:
    """What one more car was worth to whoever had sold so many in a month."""
    sold = sorted({count for tried in found.tried for count, _m, _f in tried.nexts})
    if not sold:
        return None
    series = [
        Series(name, [_worth(tried).get(at) for at in sold], kind="money", decimals=0, style="line")
        for name, tried in zip(titles(seen.row.plans), found.tried, strict=True)
    ]
    labels = [str(count) for count in sold]
    return Chart("nexts", _("Worth of the next car, by cars of the month"), labels, series, "line")


def _worth(tried: Tried) -> Mapping[int, Fraction]:
    return {count: Fraction(fen, months) for count, months, fen in tried.nexts}


def cliffs(seen: SimulationSeen, found: Simulation) -> Table:
    """Where the next car is worth at least twice the usual, or less than nothing."""
    names = titles(seen.row.plans)
    rows = [
        Row([names[at], *cells])
        for at, tried in enumerate(found.tried)
        for cells in _steps(tried)
    ]  # fmt: skip
    columns = [
        Column("plan", _("Pay plan")),
        Column("sold", _("Cars sold"), kind="number"),
        Column("worth", _("The next one is worth"), kind="money", decimals=0),
        Column("usual", _("Usually"), kind="money", decimals=0),
        Column("months", _("Person-months"), kind="number"),
    ]
    empty = Empty(
        _("No cliffs"),
        _("No further car is worth twice the usual, and none less than nothing."),
        icon="check",
    )
    return Table(columns, rows, caption=_("Cliffs"), free=True, phone="cards", empty=empty)


def _steps(tried: Tried) -> list[list[Any]]:
    worth = _worth(tried)
    usual = median(worth.values()) if worth else Fraction(0)
    return [
        [count, Cell(worth[count], state="warn"), usual, months]
        for count, months, _fen in tried.nexts
        if worth[count] < 0 or worth[count] >= STEEP * usual > 0
    ]
