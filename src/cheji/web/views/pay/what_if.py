"""What one more car is worth, by model, and the next few: for the consultant on the phone."""

from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from cheji.engine.money import yuan_text
from cheji.engine.tallies import QUANTITY_SCALE
from cheji.files.values import numbers
from cheji.files.values.faults import Fault, Spelling
from cheji.reads import pay as reads
from cheji.reads import people
from cheji.reads.pay import Further, WhatIf
from cheji.records.refusals import NotFound
from cheji.web import bands, runs
from cheji.web.forms import MONEY
from cheji.web.pay_further import made_text
from cheji.web.runs import address
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Cell, Chart, Column, Row, Series, Table
from cheji.web.viewers import viewer
from cheji.web.wording import chinese, month_text, named

TYPED = "a_"


@require_GET
def what_if(request: HttpRequest) -> HttpResponse:
    """One more car of each model by the plan in force, and the next six of the chosen one."""
    who = viewer(request)
    person = request.GET.get("person") or (people.own_number(who) if who.person else "")
    if not person:
        raise NotFound(noun="pay statement", key="")
    month = runs.month_asked(request, who.on)
    outlet = request.GET.get("outlet", "")
    typed, faults = _typed(request)
    try:
        found = reads.what_if(who, person, month, outlet=outlet, typed=typed)
    except NotFound:
        if request.GET.get("person"):
            raise
        return redirect("pay")
    model = request.GET.get("model", "")
    chosen = next((one for one in found.cars if one.model == model), found.cars[0])
    context = {
        "name": _("One more car"),
        "found": found,
        "plan": named(found),
        "month": month_text(found.month),
        "statement": address("pay-statement", person, found.month, outlet=found.outlet.code),
        "table": _table(request, found),
        "chosen": chosen,
        "title": _model(chosen),
        "assumed": _assumed(found, chosen),
        "chart": _chart(chosen),
        "before": _before(chosen),
        "made": made_text(chosen.worths[0], chosen.unpaid),
        "together": chosen.worths[-1],
        "count": len(chosen.worths),
        "gap": None if found.next_from is None else found.next_from - found.units,
        "fields": _fields(request, found, faults),
        "kept": [(n, v) for n, v in request.GET.items() if not n.startswith(TYPED)],
    }
    return render(request, "pay/what_if.html", context, status=422 if faults else 200)


def _typed(request: HttpRequest) -> tuple[dict[str, int], set[str]]:
    """Amounts of a car in fen by measure, as typed, and the measures of which it is no amount."""
    typed, faults = {}, set()
    for name in request.GET:
        text = request.GET.get(name, "")
        if name.startswith(TYPED) and text.strip():
            try:
                typed[name.removeprefix(TYPED)] = numbers.money(text, MONEY, Spelling()) or 0
            except Fault:
                faults.add(name.removeprefix(TYPED))
    return typed, faults


def _model(one: Further) -> str:
    return one.model or _("Like the average of your cars")


def _like(one: Further) -> str:
    """What the assumption rests on."""
    if not one.like:
        return _("none sold in 3 months: like the average of all")
    told = ngettext("like {count} of 3 months", "like {count} of 3 months", one.like)
    return told.format(count=one.like)


def _before(one: Further) -> str:
    """The worth without the coefficient, where that makes a difference."""
    if one.before[0] == one.worths[0]:
        return ""
    told = _("{amount} before the coefficient")
    return told.format(amount=figures.money(one.before[0]))


def _table(request: HttpRequest, found: WhatIf) -> Table:
    scored = any(_before(one) for one in found.cars)
    columns = [
        Column("model", _("Model")),
        Column("worth", _("One more"), kind="money"),
        Column("three", _("Three more"), kind="money"),
        *([Column("before", _("Before the coefficient"), kind="money")] if scored else []),
        Column("assumed", _("Assumed of each")),
    ]
    rows = []
    for one in found.cars:
        query = {name: value for name, value in request.GET.items() if name != "model"}
        url = address("pay-what-if", **{**query, "model": one.model})
        rows.append(
            Row(
                [
                    Cell(_model(one), href=url, note=_like(one)),
                    Cell(one.worths[0], note=made_text(one.worths[0], one.unpaid)),
                    Cell(one.worths[2]),
                    *([Cell(one.before[0])] if scored else []),
                    " · ".join(f"{label} {text}" for label, text in _assumed(found, one)),
                ],
                href=url,
            )
        )
    return Table(columns, rows, caption=_("One more car"), phone="cards", free=True)


def _assumed(found: WhatIf, one: Further) -> list[tuple[str, str]]:
    """What is assumed of one car, by measure."""
    told = []
    for code, zh, en, column in found.measures:
        amount = one.amounts.get(code, 0)
        if column == "fen":
            text = figures.money(amount)
        else:
            text = bands.plain(Fraction(amount, QUANTITY_SCALE))
        told.append((zh if chinese() else en, text))
    return told


def _chart(one: Further) -> Chart:
    """What each of the next cars is worth by itself."""
    before = (0, *one.worths[:-1])
    alone = [Fraction(worth - last) for worth, last in zip(one.worths, before, strict=True)]
    labels = [_("car {number}").format(number=at) for at in range(1, len(alone) + 1)]
    series = [Series(_("Worth of the next car"), alone, kind="money", decimals=0)]
    return Chart("next-cars", _("Each of the next cars"), labels, series, size="low")


def _fields(request: HttpRequest, found: WhatIf, faults: set[str]) -> list[dict[str, Any]]:
    """A field for each amount of money that may be assumed otherwise."""
    usual = found.cars[0].amounts
    return [
        {
            "name": f"{TYPED}{code}",
            "label": zh if chinese() else en,
            "value": request.GET.get(f"{TYPED}{code}", ""),
            "usual": yuan_text(usual.get(code, 0)).removesuffix(".00"),
            "wrong": code in faults,
        }
        for code, zh, en, column in found.measures
        if column == "fen"
    ]


urlpatterns = [path("pay/what-if", what_if, name="pay-what-if")]
