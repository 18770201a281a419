"""The cockpit of a nation, region, outlet, team or consultant, and a consultant's own day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.engine.periods import DAY, Grain, from_key, period_of
from cheji.reads import cockpit as reads
from cheji.reads.cockpit import Cockpit, Under
from cheji.reads.kpis import KpiSeen, Of, earliest_month
from cheji.records.visibility import Viewer
from cheji.web import cockpit_charts as charts
from cheji.web import cockpit_day as day
from cheji.web.asked import number
from cheji.web.beginnings import nothing_below
from cheji.web.periods import keys_back
from cheji.web.scopes import Tree
from cheji.web.table_files import downloads, sent
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import (
    AsOf,
    Card,
    Cell,
    Column,
    PeriodChoice,
    Row,
    Step,
    Table,
)
from cheji.web.viewers import now, viewer
from cheji.web.wording import (
    change_cell,
    figure,
    formula,
    kpi_cell,
    kpi_column,
    named_over,
    of_text,
    period_text,
    term_url,
    unit_text,
)

GRAINS: dict[int, Grain] = {4: "year", 5: "quarter", 6: "month"}
SHOWN: tuple[tuple[Grain, int], ...] = (("month", 24), ("quarter", 8), ("year", 3))
NOT_ON_PHONES = 3


@dataclass(frozen=True)
class Question:
    """Whose cockpit, and of which period; the length of its key says the grain."""

    unit: str
    person: str
    grain: Grain
    period: int
    sort: str

    def url(self, unit: str = "", person: str = "") -> str:
        """The same period of another scope."""
        parts = {"unit": unit, "person": person, "period": self.period}
        kept = {name: value for name, value in parts.items() if value}
        return f"{reverse('cockpit')}?{urlencode(kept)}"


def asked(request: HttpRequest, today: date) -> Question:
    """Read the address; without a period it is the month that is running."""
    period = number(request, "period", 0)
    grain = GRAINS.get(len(str(period)), "month") if period else "month"
    return Question(
        unit=request.GET.get("unit", ""),
        person=request.GET.get("person", ""),
        grain=grain,
        period=period or period_of(today, "month").key,
        sort=request.GET.get("sort", ""),
    )


@require_GET
def cockpit(request: HttpRequest) -> HttpResponse:
    """Cards, funnel, table and trend; for a consultant his day and his pay come first."""
    who = viewer(request)
    question = asked(request, who.on)
    found = reads.cockpit(
        who,
        unit=question.unit,
        person=question.person,
        grain=question.grain,
        period=question.period if request.GET.get("period") else None,
    )
    question = Question(question.unit, question.person, found.grain, found.period, question.sort)
    name = _("My day") if found.of.kind == "person" and found.of.id == who.person else ""
    name, table = name or _("Sales cockpit"), _table(who, question, found)
    if "file" in request.GET:
        return sent(request, "cockpit", f"{name} · {of_text(found.of)}", table or _as_table(found))
    tree = Tree(who)
    context = {
        "found": found,
        "name": name,
        "steps": _steps(question, found, tree),
        "choice": _periods(found, who.on, earliest_month(who)),
        "cards": [_card(card, found.grain) for card in found.cards],
        "funnel": charts.funnel(found),
        "trend": charts.trend(found),
        "money": charts.money(found),
        "table": table,
        "landing_url": _landing_url(question, found),
        "downloads": downloads(request),
        "waiting": day.waiting(found),
        "due": day.due(who, found) if found.of.kind == "person" else None,
        "pay": day.pay(who, found) if found.of.kind == "person" else None,
        "sheet_url": _sheet(found, tree),
        "gap_url": _gap(found, tree),
        "as_of": AsOf(now(), _same_days(found)),
    }
    return render(request, "cockpit/cockpit.html", context)


def _same_days(found: Cockpit) -> str:
    """That changes of a period that runs compare as many days."""
    if found.on + DAY >= from_key(found.grain, found.period).until:
        return ""
    return _("Changes compare the same days, up to day {day}").format(day=found.on.day)


# -- frame -------------------------------------------------------------------------------------


def _steps(question: Question, found: Cockpit, tree: Tree) -> list[Step]:
    return tree.path(found.of, question.url)


def _periods(found: Cockpit, today: date, earliest: int | None) -> PeriodChoice:
    """The months, quarters and years with facts up to now, and the one that is shown."""
    options: list[tuple[str, str]] = []
    alike: list[str] = []
    for grain, count in SHOWN:
        keys = keys_back(today, grain, count, earliest)
        if grain == found.grain:
            keys = sorted({*keys, found.period}, reverse=True)
            alike = [str(key) for key in keys]
        options += [(str(key), period_text(grain, key)) for key in keys]
    at = alike.index(str(found.period))
    return PeriodChoice(
        str(found.period),
        options,
        previous=alike[at + 1] if at + 1 < len(alike) else None,
        next=alike[at - 1] if at else None,
    )


def _sheet(found: Cockpit, tree: Tree) -> str:
    year = from_key(found.grain, found.period).start.year if found.grain != "month" else 0
    parts = _whose(found, tree) | {"period": year or found.period}
    return f"{reverse('sheet', args=['kpi'])}?{urlencode(parts)}"


def _gap(found: Cockpit, tree: Tree) -> str:
    """Where the gap to others comes from; of months and years, as its page takes them."""
    if found.grain not in ("month", "year"):
        return ""
    return f"{reverse('gap')}?{urlencode(_whose(found, tree) | {'period': found.period})}"


def _whose(found: Cockpit, tree: Tree) -> dict[str, str | int]:
    """The scope as the pages of sheets and gaps take it; a team's code has its outlet's before."""
    if found.of.kind == "person":
        return {"person": found.of.code}
    unit = tree.units.get(found.of.id or 0)
    return {"outlet": tree.code(unit) if unit else found.of.code}


# -- cards, funnel, trend ----------------------------------------------------------------------


def _card(card: reads.Card, grain: Grain) -> Card:
    kpi = card.kpi
    value, kind, decimals = figure(kpi, card.value)
    short = kind == "money" and kpi.unit == "yuan"
    return Card(
        named_over(kpi, grain),
        value,
        kind="wan" if short else kind,
        decimals=None if short else min(decimals, 1) if kind == "percent" else decimals,
        unit="" if kind != "number" else unit_text(kpi.unit),
        target=figure(kpi, card.target)[0],
        attained=card.done,
        previous=figure(kpi, card.previous)[0],
        year_ago=figure(kpi, card.last_year)[0],
        direction=kpi.direction if kpi.direction in ("up", "down") else "none",
        reason=reverse("reason", args=[card.key]),
        hint=formula(kpi),
        pace=_pace(card),
        term=term_url(kpi.code),
        light=card.light,
        slot=f"landing-{kpi.code}" if card.progress else "",
    )


def _pace(card: reads.Card) -> str:
    """How the target stands against the days worked."""
    done = card.progress
    if done is None or done.gap is None or done.time_share is None:
        return ""
    return _("Time {time} · {gap}").format(
        time=figures.percent(done.time_share, 1), gap=figures.points(done.gap, 1)
    )


def _landing_url(question: Question, found: Cockpit) -> str:
    """Where the forecasts of the cards come from once the page is there: they take their time."""
    if not any(card.progress for card in found.cards):
        return ""
    parts = {"unit": question.unit, "person": question.person, "period": found.period}
    kept = {name: value for name, value in parts.items() if value}
    return f"{reverse('cockpit-landing')}?{urlencode(kept)}"


# -- the table ---------------------------------------------------------------------------------


def _table(who: Viewer, question: Question, found: Cockpit) -> Table | None:
    """The units or consultants below, sorted as asked; the whole as its last row."""
    if found.under_by is None:
        return None
    rows = _sorted(found, question.sort)
    kpis = found.under_kpis
    columns = [Column("name", _under_label(found))]
    aims = any(row.done is not None for row in rows)
    if aims:
        columns.append(Column("done", _("Attainment"), kind="meter", sortable=True))
    columns += [
        kpi_column(kpi, sortable=True, phone=at < NOT_ON_PHONES) for at, kpi in enumerate(kpis)
    ]
    return Table(
        columns=columns,
        rows=[_row(question, found, row, aims=aims) for row in rows],
        totals=_totals(found, aims=aims),
        sort=question.sort,
        caption=_under_label(found),
        empty=nothing_below(who, found),
    )


def _as_table(found: Cockpit) -> Table:
    """The cards of a person, for a file."""
    columns = [Column("kpi", _("KPI")), Column("value", _("Value"), kind="number")]
    columns += [Column("target", _("Target"), kind="number")]
    columns += [Column("done", _("Attainment"), kind="percent")]
    columns += [Column("mom", _("MoM")), Column("yoy", _("YoY"))]
    rows = [
        Row(
            [
                named_over(card.kpi, found.grain),
                kpi_cell(card.kpi, card.value),
                kpi_cell(card.kpi, card.target),
                Cell(card.done),
                change_cell(card.kpi, card.mom),
                change_cell(card.kpi, card.yoy),
            ]
        )
        for card in found.cards
    ]
    return Table(columns, rows)


def _under_label(found: Cockpit) -> str:
    labels = {
        "region": _("Regions"),
        "outlet": _("Outlets"),
        "team": _("Teams"),
        "person": _("Consultants"),
    }
    return labels[str(found.under_by)]


def _sorted(found: Cockpit, sort: str) -> Sequence[Under]:
    code, falls = sort.removeprefix("-"), sort.startswith("-")
    codes = [kpi.code for kpi in found.under_kpis]
    if code not in (*codes, "done"):
        return found.under

    def value(row: Under) -> Fraction | None:
        return row.done if code == "done" else row.cells[codes.index(code)].value

    known = [row for row in found.under if value(row) is not None]
    known.sort(key=lambda row: value(row) or 0, reverse=falls)
    return [*known, *(row for row in found.under if value(row) is None)]


def _row(question: Question, found: Cockpit, row: Under, *, aims: bool) -> Row:
    url = _url(question, found, row.of)
    cells: list[Cell | object] = [Cell(of_text(row.of), href=url)]
    cells += [Cell(row.done)] if aims else []
    cells += [
        _cell(kpi, cell.value, cell.key, cell.light)
        for kpi, cell in zip(found.under_kpis, row.cells, strict=True)
    ]
    return Row(cells, href=url)


def _url(question: Question, found: Cockpit, of: Of) -> str:
    if of.kind == "person":
        return question.url(person=of.code)
    if of.kind == "team":
        return question.url(unit=f"{found.of.code}/{of.code}")
    return question.url(unit=of.code) if of.kind != "unassigned" else ""


def _cell(kpi: KpiSeen, value: Fraction | None, key: str, light: str = "") -> Cell:
    cell = kpi_cell(kpi, value, reason=reverse("reason", args=[key]), state=light)
    if cell.kind == "money":
        return replace(cell, decimals=0)
    return cell


def _totals(found: Cockpit, *, aims: bool) -> Row:
    by_code = {card.kpi.code: card for card in found.cards}
    aim = by_code.get(reads.AIM)
    cells: list[Cell | object] = [Cell(_("Total"))]
    cells += [Cell(aim.done if aim else None)] if aims else []
    for kpi in found.under_kpis:
        card = by_code.get(kpi.code)
        light = "" if card is None or card.target is not None else card.light
        cells.append(_cell(kpi, card.value, card.key, light) if card else Cell(""))
    return Row(cells)


urlpatterns = [path("cockpit", cockpit, name="cockpit")]
