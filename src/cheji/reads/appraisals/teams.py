"""The board of a lead or manager: his people of a cycle, where each stands, what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar, cast

from cheji.engine.definitions import SchemeItem
from cheji.engine.money import round_half_up
from cheji.engine.periods import Grain
from cheji.engine.scores import WHOLE_DAYS, Days
from cheji.reads.appraisals.developments import DevelopmentRow, developments_of
from cheji.reads.appraisals.figures import adding_in, slice_of
from cheji.reads.appraisals.heads import (
    RELATED,
    AppraisalSeen,
    CycleHead,
    head_of,
    heads,
    led,
    waiting,
)
from cheji.reads.appraisals.items import heading_of, names_of, said
from cheji.reads.appraisals.standing import Total, totals
from cheji.reads.asking import EVERYTHING, Asked, Page, paged
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.shapes import KpiSeen
from cheji.reads.targets import targets_for
from cheji.records.appraised import SCALE, days_of, scheme_for
from cheji.records.models import Appraisal, AppraisalItem
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

#: Of a unit, in 1/10,000 of it.
HUNDREDTH = 100
Figure = TypeVar("Figure", int, Fraction)


@dataclass(frozen=True, slots=True)
class Board:
    """A page of a cycle's people in reach, by outlet, team and number.

    `mine` of all of them wait for the viewer.
    """

    cycle: CycleHead
    page: Page[tuple[AppraisalSeen, Total]]
    mine: int


@dataclass(frozen=True, slots=True)
class Aim:
    """One line of the terms form: what is agreed now, and what the targets of the period say.

    Figures are in 1/10,000 of the unit; `goal` names a work goal below its item, whose `weight`
    is in 1/10,000 as well. Of a KPI that adds up over time all are for the days of the part; `days`
    tells how many of how many, where that is not all of the period.
    """

    item: str
    goal: str
    heading: KpiSeen
    source: str
    share: Fraction
    standard: tuple[tuple[str, str], ...]
    weight: int
    target: int | None
    base: int | None
    stretch: int | None
    text: str
    usual: Fraction | None
    suggested: Fraction | None
    days: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class TermsForm:
    """The terms of an appraisal to be set; `open` are improvement items not yet among them."""

    head: AppraisalSeen
    aims: tuple[Aim, ...]
    goal_items: tuple[tuple[str, KpiSeen], ...]
    open: tuple[DevelopmentRow, ...]


def cycles_led(viewer: Viewer) -> list[tuple[int, str]]:
    """The cycles in which there is somebody of the viewer's, the latest first: id and name."""
    rows = led(viewer).values_list("cycle", "cycle__name", "cycle__since").distinct()
    ordered = sorted(rows, key=lambda row: (row[2], row[0]), reverse=True)
    return [(cycle, name) for cycle, name, _since in ordered]


def board(
    viewer: Viewer, cycle: int = 0, *, outlet: str = "", asked: Asked = EVERYTHING
) -> Board | None:
    """The viewer's people in a cycle; without one, where they wait for him, else in the latest.

    None where he has none in any.

    Raises:
        NotFound: the cycle has nobody of his.
    """
    known = [one for one, _name in cycles_led(viewer)]
    if not known:
        if cycle:
            raise NotFound(noun="cycle", key=cycle)
        return None
    chosen = cycle or _current(viewer) or known[0]
    if chosen not in known:
        raise NotFound(noun="cycle", key=cycle)
    rows = led(viewer).filter(cycle=chosen).select_related(*RELATED)
    if outlet:
        rows = rows.filter(outlet__code=outlet)
    ordered = rows.order_by("outlet__code", "team__code", "person__number", "since", "id")
    page = paged(ordered, asked, lambda found: _lines(viewer, found))
    if not page.rows:
        raise NotFound(noun="outlet", key=outlet)
    return Board(page.rows[0][0].cycle, page, waiting(viewer, rows).count())


def _current(viewer: Viewer) -> int | None:
    """The cycle whose people wait for the viewer, the one that ends first."""
    return waiting(viewer, led(viewer)).values_list("cycle", flat=True).first()


def _lines(viewer: Viewer, rows: Sequence[Appraisal]) -> list[tuple[AppraisalSeen, Total]]:
    sums = totals(viewer, [row for row in rows if not row.left_out])
    none = Total(None, "", None, final=False)
    return [(head, sums.get(head.id, none)) for head in heads(viewer, rows)]


def terms_form(viewer: Viewer, appraisal: int) -> TermsForm:
    """What the manager sets in the terms of one appraisal.

    Raises:
        NotFound: it is not the viewer's to see as a whole.
    """
    row, head = head_of(viewer, appraisal)
    if not head.whole:
        raise NotFound(noun="appraisal", key=appraisal)
    ground, scheme = Ground(viewer), scheme_for(row)
    grain = cast("Grain", row.cycle.grain)
    ruling = ground.ruling(grain, row.cycle.period, row.outlet_id).ruling
    names, items = names_of(ruling, scheme), {item.key: item for item in scheme.items}
    seen = {key: heading_of(ruling, item) for key, item in items.items()}
    whose = slice_of(row, scheme)
    asked = [seen[key] for key, item in items.items() if item.kpi in ruling.kpi]
    aims = targets_for(ground, [whose], asked, grain, row.cycle.period)
    held = AppraisalItem.objects.filter(appraisal=row, superseded=False)
    adding = adding_in(ruling, [item.kpi for item in scheme.items])
    lines = [
        _aim(
            one,
            items[one.item],
            seen[one.item],
            (
                names,
                aims.get((whose, items[one.item].kpi)),
                days_of(row, one.days) if items[one.item].kpi in adding else WHOLE_DAYS,
            ),
        )
        for one in held.order_by("position", "goal")
        if one.item in items
    ]
    there = {line.goal for line in lines}
    wanted = [d for d in developments_of(viewer, row.person_id) if d.state == "open"]
    goals = tuple((key, seen[key]) for key, item in items.items() if item.source == "goal")
    return TermsForm(
        head, tuple(lines), goals, tuple(one for one in wanted if one.goal not in there)
    )


def _aim(
    row: AppraisalItem,
    item: SchemeItem,
    seen: KpiSeen,
    known: tuple[dict[str, tuple[str, str]], Fraction | None, Days],
) -> Aim:
    names, suggested, days = known
    target, base, stretch = (
        _proposed(aim, days.part, days.agreed, HUNDREDTH)
        for aim in (row.target, row.base, row.stretch)
    )
    usual, whole = (
        _proposed(aim, days.part, days.period, Fraction(HUNDREDTH, SCALE))
        for aim in (item.target, suggested)
    )
    return Aim(
        row.item, row.goal, seen, item.source, item.weight,
        () if row.goal else said(item, seen, names), row.weight, target, base, stretch, row.text,
        usual, whole, (days.part, days.period) if days.part != days.period else None,
    )  # fmt: skip


def _proposed(aim: Figure | None, days: int, of: int, step: Figure) -> Figure | None:
    """An aim for other days than it was set for, to whole steps, as one would type it."""
    if aim is None or days == of:
        return aim
    return round_half_up(Fraction(aim) * days / of / step) * step
