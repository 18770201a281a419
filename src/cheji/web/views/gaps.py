"""Where a gap comes from: own result against a benchmark, step by step, as a waterfall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from cheji.reads import comparisons, kpis
from cheji.reads.comparisons import GapSeen, StepSeen
from cheji.records.visibility import Viewer
from cheji.web.asked import number
from cheji.web.periods import keys_back
from cheji.web.scopes import Tree
from cheji.web.table_files import downloads, sent
from cheji.web.templatetags.figures import digits
from cheji.web.templatetags.parts import (
    AsOf,
    Cell,
    Chart,
    Column,
    PeriodChoice,
    Row,
    Series,
    Step,
    Table,
)
from cheji.web.viewers import now, viewer
from cheji.web.wording import (
    figure,
    formula,
    kpi_cell,
    month_text,
    named,
    of_text,
    past_text,
    period_text,
    unit_text,
    whose_text,
)

WORDS: dict[str, Any] = {
    "nation": gettext_lazy("National average"),
    "region": gettext_lazy("Regional average"),
    "nation_best": gettext_lazy("Best in the nation"),
    "region_best": gettext_lazy("Best in the region"),
    "similar": gettext_lazy("Similar outlets"),
    "people": gettext_lazy("Average of the consultants"),
    "people_best": gettext_lazy("Best quarter of the consultants"),
    "previous": gettext_lazy("The period before"),
    "last_year": gettext_lazy("The same period last year"),
}
MONTHS_BACK = 24
YEARS_BACK = 3


@dataclass(frozen=True)
class Question:
    """What the address asks for."""

    funnel: str
    outlet: str
    person: str
    against: str
    period: int

    @property
    def grain(self) -> Any:
        return "month" if self.period > 9999 else "year"

    def url(self, **changes: Any) -> str:
        parts = {
            "funnel": self.funnel,
            "outlet": self.outlet,
            "person": self.person,
            "against": self.against,
            "period": self.period,
            **changes,
        }
        kept = {name: value for name, value in parts.items() if value}
        return f"{reverse('gap')}?{urlencode(kept)}"


def asked(request: HttpRequest, today: date) -> Question:
    """Read the address; without a period it is this month."""
    query = request.GET
    return Question(
        query.get("funnel", ""),
        query.get("outlet", ""),
        query.get("person", ""),
        query.get("against", ""),
        number(request, "period", today.year * 100 + today.month),
    )


@require_GET
def gap(request: HttpRequest) -> HttpResponse:
    """The gap split over the steps of a funnel; the state is in the address."""
    who = viewer(request)
    question = asked(request, who.on)
    found = comparisons.gap(
        who,
        funnel=question.funnel,
        outlet=question.outlet,
        person=question.person,
        against=question.against,
        grain=question.grain,
        period=question.period,
    )
    table = _table(found)
    name = _("Where the gap comes from")
    if "file" in request.GET:
        return sent(request, "gap", name, table)
    tree = Tree(who)
    context = {
        "found": found,
        "name": name,
        "steps": _steps(question, found, tree),
        "choice": _periods(question, who.on, kpis.earliest_month(who)),
        "funnels": [(one.code, named(one), one.code == found.funnel.code) for one in found.funnels],
        "against": _against(found, tree, who),
        "kept": {
            "outlet": question.outlet, "person": question.person, "period": question.period,
        },
        "chart": _chart(found) if found.steps else None,
        "table": table,
        "said": _said(found),
        "weak": next((step for step in found.steps if step.weakest), None),
        "weak_url": _coach(who, found),
        "spots": _spots(who, found, question),
        "downloads": downloads(request),
        "as_of": AsOf(now(), _("Facts up to no. {mark}").format(mark=f"{found.mark:,}")),
    }  # fmt: skip
    return render(request, "comparisons/gap.html", context)


# -- the frame -----------------------------------------------------------------------------------


def _steps(question: Question, found: GapSeen, tree: Tree) -> list[Step]:
    def to(outlet: str, person: str) -> str:
        return question.url(outlet=outlet, person=person, against=None)

    return tree.path(found.own_column.of, to)


def _periods(question: Question, today: date, earliest: int | None) -> PeriodChoice:
    months = keys_back(today, "month", MONTHS_BACK, earliest)
    years = keys_back(today, "year", YEARS_BACK, earliest)
    alike = months if question.grain == "month" else years
    keys = sorted({*alike, question.period}, reverse=True)
    at = keys.index(question.period)
    options = [
        (str(key), month_text(key)) for key in sorted({*months, *keys}, reverse=True) if key > 9999
    ]
    options += [
        (str(key), period_text("year", key))
        for key in sorted({*years, *keys}, reverse=True)
        if key <= 9999
    ]
    return PeriodChoice(
        str(question.period),
        options,
        previous=str(keys[at + 1]) if at + 1 < len(keys) else None,
        next=str(keys[at - 1]) if at else None,
    )


def _against(found: GapSeen, tree: Tree, who: Viewer) -> list[tuple[str, str, bool]]:
    """The benchmarks that fit whose figures they are: word, label, chosen."""
    listed = [(way, str(WORDS[way])) for way in found.ways]
    if found.own_column.of.kind == "outlet":
        listed += _others(found, tree) + _published(found, who)
    return [(way, label, way == found.against) for way, label in listed]


def _others(found: GapSeen, tree: Tree) -> list[tuple[str, str]]:
    return [
        (unit.code, unit.name)
        for unit in tree.units.values()
        if unit.kind == "outlet" and unit.id != found.own_column.of.id and tree.opens(unit)
    ]


def _published(found: GapSeen, who: Viewer) -> list[tuple[str, str]]:
    rows = comparisons.published(who, period=found.period if found.grain == "month" else None)
    series = dict.fromkeys((row.unit.code, row.unit.name, row.series) for row in rows)
    return [(f"published:{code}:{name}", f"{name} · {unit}") for code, unit, name in series]


def _said(found: GapSeen) -> str:
    """The gap in one sentence."""
    column = found.benchmark_column
    if column.withheld or found.gap is None:
        return ""
    return _("{result}: {own} against {benchmark} ({whom}), gap {gap}").format(
        result=named(found.result),
        own=_text(found, found.own.value),
        benchmark=_text(found, found.benchmark.value),
        whom=whose_text(column) if column.period == found.period else past_text(column),
        gap=_text(found, found.gap, plus=True),
    )


def _text(found: GapSeen, value: Any, *, plus: bool = False) -> str:
    """A result's value; yuan as yuan."""
    _shown, kind, decimals = figure(found.result, None)
    money = kind == "money"
    return digits(value, 2 if money else max(decimals, 2), trim=not money, plus=plus)


def _coach(who: Viewer, found: GapSeen) -> str:
    """Where a coaching task about the weakest step begins."""
    of = found.own_column.of
    if of.kind != "person" or found.grain != "month" or not who.can("coaching.write"):
        return ""
    weak = next((step for step in found.steps if step.weakest), None)
    if weak is None:
        return ""
    query = {
        "person": of.code,
        "kpi": weak.kpi.code,
        "period": found.period,
        "funnel": found.funnel.code,
    }
    return f"{reverse('coaching-new')}?{urlencode(query)}"


def _spots(who: Viewer, found: GapSeen, question: Question) -> str:
    """The weak steps of the outlet's people."""
    of = found.own_column.of
    if of.kind not in ("outlet", "team") or found.grain != "month" or not who.sees("coaching"):
        return ""
    outlet = question.outlet or of.code
    return f"{reverse('weak-spots')}?{urlencode({'outlet': outlet, 'period': found.period})}"


# -- the picture and the table ------------------------------------------------------------------


def _chart(found: GapSeen) -> Chart:
    """From the benchmark's result by the steps to the own one."""
    kind = "wan" if found.result.unit == "yuan" else "signed"
    scale = 100 if kind == "wan" else 1
    names = [_other(found), *(named(step.kpi) for step in found.steps)]
    values = [found.benchmark.value, *(step.part for step in found.steps)]
    links = [found.benchmark.key, *(step.own.key for step in found.steps)]
    if found.rest:
        names, values, links = (
            [*names, _("Not told by the funnel")],
            [*values, found.rest],
            [*links, ""],
        )
    names.append(of_text(found.own_column.of))
    values.append(found.own.value)
    links.append(found.own.key)
    series = Series(
        named(found.result),
        [None if value is None else value * scale for value in values],
        kind=kind,
        decimals=2,
        links=[reverse("reason", args=[key]) if key else "" for key in links],
    )
    return Chart("gap", named(found.funnel), names, [series], "waterfall", size="high")


def _table(found: GapSeen) -> Table:
    unit = unit_text(found.result.unit)
    columns = [
        Column("step", _("Step")),
        Column("own", of_text(found.own_column.of), kind="number"),
        Column("benchmark", _other(found), kind="number"),
        Column("part", _("Part of the gap ({unit})").format(unit=unit), kind="number"),
        Column("worth", _("Closing it is worth ({unit})").format(unit=unit), kind="number"),
        Column("sample", _("n"), kind="number"),
    ]
    rows = [_row(step) for step in found.steps]
    if found.rest:
        rest = _part(found.rest)
        rows.append(Row([_("Not told by the funnel"), *[Cell("")] * 2, rest, *[Cell("")] * 2]))
    whole = [
        Cell(_("Gap")),
        kpi_cell(found.result, found.own.value, reason=_reason(found.own.key)),
        kpi_cell(found.result, found.benchmark.value, reason=_reason(found.benchmark.key)),
        _part(found.gap),
        Cell(""),
        Cell(""),
    ]
    return Table(
        columns=columns, rows=rows, totals=Row(whole), caption=named(found.funnel), compact=True,
        free=True,
    )  # fmt: skip


def _other(found: GapSeen) -> str:
    """What stands opposite: others by name, the own figures before by their period."""
    column = found.benchmark_column
    return of_text(column.of) if column.period == found.period else past_text(column)


def _row(step: StepSeen) -> Row:
    worth = step.worth if step.worth > 0 else None
    cells: Sequence[Cell | object] = [
        Cell(named(step.kpi), title=formula(step.kpi), state="warn" if step.weakest else ""),
        kpi_cell(step.kpi, step.own.value, reason=_reason(step.own.key)),
        kpi_cell(step.kpi, step.benchmark.value, reason=_reason(step.benchmark.key)),
        _part(step.part),
        _part(worth, judged=False),
        Cell(step.sample, kind="number", decimals=0, note="" if step.enough else _("too few")),
    ]
    return Row(cells)


def _reason(key: str) -> str:
    return reverse("reason", args=[key]) if key else ""


def _part(value: Any, *, judged: bool = True) -> Cell:
    """A part of the gap in the unit of the result, by colour and sign."""
    state = "" if not judged or not value else "good" if value > 0 else "bad"
    return Cell(value, kind="signed", decimals=2, state=state)


urlpatterns = [path("gap", gap, name="gap")]
