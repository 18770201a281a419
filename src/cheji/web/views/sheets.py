"""The KPI sheet and the structure sheet: month by month, by consultant, against others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.engine.periods import month_key
from cheji.reads import kpis
from cheji.reads.kpis import BEST_BY, EACH, Sheet, SheetBy
from cheji.records.refusals import BadValue
from cheji.web.asked import number
from cheji.web.beginnings import first_step
from cheji.web.periods import keys_back
from cheji.web.scopes import Tree
from cheji.web.sheet_tables import checks, chosen_by, source, table
from cheji.web.templatetags.parts import AsOf, PeriodChoice, Step, Tab
from cheji.web.viewers import now, viewer
from cheji.web.wording import month_text, named, period_text

YEARS_BACK = 5
WAYS: tuple[SheetBy, ...] = ("month", "consultant", "benchmark")


@dataclass(frozen=True)
class Question:
    """What the address asks for: whose, how broken down, when, against whom."""

    code: str
    outlet: str
    person: str
    by: SheetBy
    year: int
    month: int | None
    against: tuple[str, ...]
    best: str

    @property
    def query(self) -> dict[str, Any]:
        """The address without its breakdown and period."""
        return {
            name: value
            for name, value in (
                ("outlet", self.outlet),
                ("person", self.person),
                ("against", self.against),
                ("best", "" if self.best == BEST_BY else self.best),
            )
            if value
        }

    def url(self, **changes: Any) -> str:
        """This sheet's address with changes; None drops a part."""
        period = self.month or self.year
        parts = {**self.query, "by": self.by, "period": period, **changes}
        kept = {name: value for name, value in parts.items() if value not in (None, "", ())}
        return f"{reverse('sheet', args=[self.code])}?{urlencode(kept, doseq=True)}"


def asked(request: HttpRequest, code: str, today: date) -> Question:
    """Read the address; without a period it is this month, and month by month this year."""
    query = request.GET
    by = query.get("by", "month")
    if by not in WAYS:
        raise BadValue(field="by", value=by, why=", ".join(WAYS))
    period = number(request, "period", month_key(today))
    month = period if period > 9999 and by != "month" else None
    year = period // 100 if period > 9999 else period
    return Question(
        code=code,
        outlet=query.get("outlet", ""),
        person=query.get("person", ""),
        by=by,
        year=year,
        month=month,
        against=tuple(query.getlist("against")),
        best=query.get("best", "") or BEST_BY,
    )


@require_GET
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """One sheet; the state is in the address."""
    who = viewer(request)
    question = asked(request, code, who.on)
    tree = Tree(who)
    if question.by != "month" and not _narrow(question, tree):
        messages.info(request, _("Choose an outlet first: this page is about one."))
        return redirect(question.url(by=None, period=question.year))
    found = kpis.sheet(
        who,
        code=code,
        year=question.year,
        outlet=question.outlet,
        person=question.person,
        by=question.by,
        month=question.month,
        against=question.against,
        best_by=question.best,
    )
    earliest = kpis.earliest_month(who)
    context = {
        "sheet": found,
        "beginning": first_step(who) if earliest is None else None,
        "name": named(found),
        "steps": _steps(question, found, tree),
        "tabs": _tabs(question, found),
        "choice": _periods(question, who.on, earliest),
        "table": table(found),
        "checks": checks(found),
        "holds": found.holds,
        "withheld": any(column.withheld for column in found.columns),
        "against": _against(question, found, tree),
        "gap_url": _gap_url(question, found),
        "bests": _bests(question, found, tree),
        "sources": [
            *filter(None, [chosen_by(found)]),
            *(source(column) for column in found.columns if column.how != "computed"),
        ],
        "downloads": _downloads(question, found, tree) if who.can("export") else [],
        "as_of": AsOf(now(), _("Facts up to no. {mark}").format(mark=f"{found.mark:,}")),
    }
    return render(request, "sheets/sheet.html", context)


def _narrow(question: Question, tree: Tree) -> bool:
    """Whether an outlet is named, or the viewer has but one, so that none need be."""
    outlets = [unit for unit in tree.units.values() if unit.kind == "outlet"]
    return bool(question.outlet or question.person) or len(outlets) <= 1


# -- the frame around the table ----------------------------------------------------------------


def _steps(question: Question, found: Sheet, tree: Tree) -> list[Step]:
    def to(outlet: str, person: str) -> str:
        by = question.by if outlet and question.by != "benchmark" else "month"
        return question.url(outlet=outlet, person=person, by=by, against=None)

    return tree.path(found.of, to)


def _tabs(question: Question, found: Sheet) -> list[Tab]:
    ways: list[tuple[SheetBy, str]] = [("month", _("Month by month"))]
    if found.of.kind in ("outlet", "team"):
        ways.append(("consultant", _("By consultant")))
    if found.of.kind == "outlet":
        ways.append(("benchmark", _("Against others")))
    return [
        Tab(label, question.url(by=way, against=None), way == question.by) for way, label in ways
    ]


def _periods(question: Question, today: date, earliest: int | None) -> PeriodChoice:
    """Years for the sheet by month; months and years for the others."""
    keys = sorted(
        {*keys_back(today, "year", YEARS_BACK + 1, earliest), question.year}, reverse=True
    )
    years = [(str(year), period_text("year", year)) for year in keys]
    if question.by == "month":
        options = years
    else:
        known = keys_back(today, "month", today.month + 12, earliest)
        chosen = {*known, question.month or known[0]}
        months = [(str(key), month_text(key)) for key in sorted(chosen, reverse=True)]
        options = months + years
    return _choice(options, str(question.month or question.year))


def _choice(options: Sequence[tuple[str, str]], key: str) -> PeriodChoice:
    alike = [option for option, _label in options if len(option) == len(key)]
    at = alike.index(key) if key in alike else 0
    return PeriodChoice(
        key,
        options,
        previous=alike[at + 1] if at + 1 < len(alike) else None,
        next=alike[at - 1] if at else None,
    )


def _against(question: Question, found: Sheet, tree: Tree) -> list[tuple[str, str, bool]]:
    """Outlets that may stand beside the own one: code, name, chosen."""
    if question.by != "benchmark":
        return []
    return [
        (unit.code, unit.name, unit.code in question.against)
        for unit in tree.units.values()
        if unit.kind == "outlet" and unit.id != found.of.id and tree.opens(unit)
    ]


def _bests(question: Question, found: Sheet, tree: Tree) -> list[tuple[str, str, bool]]:
    """By what the best outlet is chosen: a line, or each line by itself; for who sees several."""
    several = sum(unit.kind == "outlet" and tree.opens(unit) for unit in tree.units.values()) > 1
    if question.by != "benchmark" or not several:
        return []
    lines = [line.kpi for line in found.lines if line.kpi.direction in ("up", "down")]
    ways = [(EACH, _("The best of each line"))]
    ways += [(kpi.code, _("Best outlet by {kpi}").format(kpi=named(kpi))) for kpi in lines]
    ways.sort(key=lambda way: way[0] != BEST_BY)
    return [(code, label, code == question.best) for code, label in ways]


def _downloads(question: Question, found: Sheet, tree: Tree) -> list[tuple[str, str]]:
    """The same sheet as files, from the files' own address."""
    unit = tree.units.get(found.of.id or 0)
    code = tree.code(unit) if unit and found.of.kind != "person" else ""
    parts: dict[str, Any] = {
        "code": question.code,
        "outlet": code or question.outlet,
        "person": found.of.code if found.of.kind == "person" else "",
        "year": question.year,
        "by": question.by,
        "month": question.month,
        "against": question.against,
        "best": "" if question.best == BEST_BY else question.best,
    }
    query = urlencode({k: v for k, v in parts.items() if v}, doseq=True)
    return [(form, f"{reverse(f'sheet_{form}')}?{query}") for form in ("xlsx", "csv")]


def _gap_url(question: Question, found: Sheet) -> str:
    """Where the gap of this sheet's scope comes from."""
    if found.by == "consultant":
        return ""
    name = "person" if found.of.kind == "person" else "outlet"
    code = found.of.code if name == "person" else question.outlet or found.of.code
    period = question.month or question.year
    return f"{reverse('gap')}?{urlencode({name: code, 'period': period})}"


urlpatterns = [path("sheets/<slug:code>", sheet, name="sheet")]
