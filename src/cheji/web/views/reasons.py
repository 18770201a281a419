"""Why a number is what it is, and the rows behind it: counted, and looked at but not counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.engine.periods import MONTHS, following, from_key, months_of, preceding
from cheji.engine.reasons import Reason
from cheji.reads import kpis
from cheji.reads.definitions import catalogue
from cheji.reads.kpis import FactRows, FactSeen, ReasonSeen
from cheji.web.asked import number
from cheji.web.fact_words import FactWords
from cheji.web.navigation import record_url
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import AsOf, Cell, Column, Page, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import (
    NOUNS,
    WHY_NOT,
    chinese,
    figure,
    formula,
    month_text,
    named,
    note,
    of_text,
    period_text,
    shaped,
    unit_text,
)

SIZE = 50


@require_GET
def reason(request: HttpRequest, key: str) -> HttpResponse:
    """Formula, inputs as doors, definition, and as of when."""
    found = kpis.reason(viewer(request), key)
    value, kind, decimals = figure(found.kpi, found.value)
    context = {
        "found": found,
        "name": named(found.kpi),
        "whose": of_text(found.of),
        "when": period_text(found.grain, found.period),
        "beside": partial(_beside, found),
        "value": value,
        "kind": kind,
        "decimals": decimals,
        "unit": unit_text(found.kpi.unit),
        "formula": formula(found.kpi),
        "figures": Telling(found).figures(found.reason),
        "note": note(found.kpi),
        "leaves": Telling(found).leaves(found.reason.parts),
        "months": Telling(found).months(),
        "as_of": AsOf(now(), _("Facts up to no. {mark}").format(mark=f"{found.mark:,}")),
    }
    return render(request, "reasons/reason.html", context)


def _beside(found: ReasonSeen) -> list[tuple[str, str]]:
    """The periods before and after in which the KPI is defined, up to today's: name and page."""
    whose, grain, _period, kpi = found.key.split(":")
    period = from_key(found.grain, found.period)
    pages = [preceding(period), following(period)]
    return [
        (
            period_text(found.grain, one.key),
            reverse("reason", args=[f"{whose}:{grain}:{one.key}:{kpi}"]),
        )
        for one in pages
        if one.start <= found.on and kpi in catalogue(one.start).all.kpi
    ]


@dataclass(frozen=True)
class Telling:
    """A reason as the page tells it."""

    found: ReasonSeen

    def leaves(self, parts: Iterable[Reason]) -> list[dict[str, Any]]:
        """The inputs as a tree: a measure opens its rows, a KPI its own reason."""
        return [self._leaf(part) for part in parts]

    def _leaf(self, part: Reason) -> dict[str, Any]:
        is_kpi = part.kind == "kpi"
        return {
            "label": self._label(part),
            "text": self._text(part),
            "note": self._over(part) if part.kind == "measure" else "",
            "url": self.reason_url(part.code) if is_kpi else self.rows_url(part.code),
            "parts": self.leaves(part.parts) if is_kpi else [],
        }

    def figures(self, part: Reason) -> str:
        """The formula with the values in it, or nothing for a plain count."""
        return str(part.get("figures")) if len(part.parts) > 1 else ""

    @staticmethod
    def _label(part: Reason) -> str:
        return str(part.get("zh" if chinese() else "en"))

    @staticmethod
    def _text(part: Reason) -> str:
        unit = str(part.get("unit"))
        value = None if part.value is None else Fraction(part.value)
        shown, kind, decimals = shaped(unit, 2 if unit == "ratio" else 0, value)
        text = figures.figure(shown, kind, decimals or (2 if kind == "money" else 0))
        return f"{text} {unit_text(unit)}" if kind == "number" and value is not None else text

    @staticmethod
    def _over(part: Reason) -> str:
        """How a stock is taken, or that it is a target."""
        if "target" in dict(part.detail):
            return _("as set under targets")
        way = str(part.get("over_time"))
        ways = {
            "opening": _("at the start of the period"),
            "closing": _("at the end of the period"),
        }
        return ways.get(way, "")

    def reason_url(self, kpi: str) -> str:
        whose = self.found.key.rsplit(":", 1)[0]
        return reverse("reason", args=[f"{whose}:{kpi}"])

    def rows_url(self, measure: str, month: int | None = None) -> str:
        """The rows behind a measure; nothing where they may not be asked for."""
        if measure not in {m.code for m in self.found.measures if m.rows_open}:
            return ""
        key = self.found.key
        if month:
            whose, _grain, _period, kpi = key.split(":")
            key = f"{whose}:month:{month}:{kpi}"
        return f"{reverse('rows', args=[key])}?measure={measure}"

    def months(self) -> Table | None:
        """Each measure month by month, where the period has more than one."""
        measures = {part.code: part for part in _measures(self.found.reason)}
        if self.found.grain not in MONTHS or not measures:
            return None
        months = months_of(from_key(self.found.grain, self.found.period))
        elapsed = months[
            : len(cast("tuple[Any, ...]", next(iter(measures.values())).get("monthly")))
        ]
        if len(elapsed) < 2:
            return None
        columns = [Column("month", _("Month"))]
        columns += [
            Column(part.code, self._label(part), kind="number") for part in measures.values()
        ]
        rows = [
            Row(
                [
                    Cell(month_text(month)),
                    *(self._month(part, at, month) for part in measures.values()),
                ]
            )
            for at, month in enumerate(elapsed)
        ]
        return Table(columns=columns, rows=rows, caption=_("Month by month"), compact=True)

    def _month(self, part: Reason, at: int, month: int) -> Cell:
        value = _monthly(part)[at]
        exact = None if value is None else Fraction(value)
        shown, kind, decimals = shaped(str(part.get("unit")), 0, exact)
        return Cell(shown, kind=kind, decimals=decimals, reason=self.rows_url(part.code, month))


def _monthly(part: Reason) -> tuple[Any, ...]:
    return cast("tuple[Any, ...]", part.get("monthly"))


def _measures(part: Reason) -> Iterable[Reason]:
    if part.kind == "measure":
        yield part
    for inner in part.parts:
        yield from _measures(inner)


# -- rows --------------------------------------------------------------------------------------


@require_GET
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """The facts behind a measure of a number, each leading to its record."""
    page = max(1, number(request, "page", 1))
    measure = request.GET.get("measure", "")
    who = viewer(request)
    found = kpis.fact_rows(who, key, measure=measure, page=page, size=SIZE)
    why = kpis.reason(who, key)
    total, kind, decimals = shaped(found.unit, 0, found.total)
    most = max(found.counted_count, found.looked_at_count)
    context = {
        "found": found,
        "name": named(found),
        "whose": of_text(why.of),
        "when": period_text(why.grain, why.period),
        "total": total,
        "kind": kind,
        "decimals": decimals if kind != "money" else 2,
        "unit": unit_text(found.unit),
        "counted": _table(found, found.counted, counts=True),
        "looked_at": _table(found, found.looked_at, counts=False),
        "back": reverse("reason", args=[key]),
        "here": request.get_full_path(),
        "more": most > SIZE,
        "page": Page(page, -(-most // SIZE), most, SIZE, (SIZE,)),
    }
    return render(request, "reasons/rows.html", context)


def _table(found: FactRows, facts: Sequence[FactSeen], *, counts: bool) -> Table:
    """The rows of one list; columns in which nothing would stand are left out."""
    last = Column("amount", _("Counts"), kind="number") if counts else Column("why", _("Why not"))
    customers = any(fact.customer for fact in facts)
    columns = [Column("record", _("Record")), Column("on", _("Date"), kind="date"), last]
    columns.append(Column("person", _("Consultant")))
    columns += [Column("customer", _("Customer"))] if customers else []
    columns.append(Column("detail", _("Particulars")))
    words = FactWords()
    rows = [_row(found, fact, words=words, counts=counts, customers=customers) for fact in facts]
    return Table(columns=columns, rows=rows, compact=True, phone="cards", free=True)


def _row(
    found: FactRows, fact: FactSeen, *, words: FactWords, counts: bool, customers: bool
) -> Row:
    url = record_url(fact.noun, fact.id)
    cells: list[Cell | object] = [Cell(_record(fact), href=url), Cell(fact.on)]
    cells.append(_amount(found, fact) if counts else _why(fact))
    cells.append(Cell(fact.person.name if fact.person else _("Unassigned")))
    if customers:
        cells.append(Cell(fact.customer.name if fact.customer else None))
    return Row([*cells, Cell(_detail(words, fact))], href=url)


def _amount(found: FactRows, fact: FactSeen) -> Cell:
    amount, kind, decimals = shaped(found.unit, 0, fact.amount)
    return Cell(amount, kind=kind, decimals=2 if kind == "money" else decimals)


def _why(fact: FactSeen) -> Cell:
    return Cell(str(WHY_NOT.get(fact.why_not or "", fact.why_not)), state="note")


def _record(fact: FactSeen) -> str:
    noun = str(NOUNS.get(fact.noun, fact.noun))
    return f"{noun} {fact.text}".strip()


def _detail(words: FactWords, fact: FactSeen) -> str:
    """What the fact says beside its amount."""
    found = words.detail(fact)
    if fact.since and fact.since != fact.on:
        found.append(_("since {day}").format(day=fact.since.isoformat()))
    return " · ".join(found)


urlpatterns = [
    path("reason/<str:key>", reason, name="reason"),
    path("rows/<str:key>", rows, name="rows"),
]
