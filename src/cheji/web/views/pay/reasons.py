"""Why an amount of a pay statement is what it is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.engine.pay import COEFFICIENT, STEPS
from cheji.reads import pay as reads
from cheji.records.refusals import NotFound
from cheji.web import pay_reasons as words
from cheji.web import runs
from cheji.web.pay_looked import looked_deals, looked_facts, looked_text
from cheji.web.pay_reasons import PAYABLE, Plan, components, total
from cheji.web.templatetags import figures
from cheji.web.viewers import viewer
from cheji.web.wording import month_text, named

from .frame import as_of, statement_url


@require_GET
def reason(request: HttpRequest, number: str, month: int, part: str) -> HttpResponse:
    """Why an amount is what it is: the whole, a component, or one line of it."""
    who = viewer(request)
    outlet, asked = request.GET.get("outlet", ""), request.GET.get("plan", "")
    found = reads.statement(who, number, runs.checked_month(month), outlet=outlet, plan=asked)
    plan = Plan(found, asked)
    code, _colon, place = part.partition(":")
    context = {
        "found": found,
        "whose": found.person.name,
        "when": month_text(month),
        "back": statement_url(found),
        "as_of": as_of(found),
        "own": who.person == found.person.id and who.can("pay.join"),
        **(_whole(plan) if code == PAYABLE and not place else _part(plan, code, place)),
    }
    if line := context.pop("chosen", None):
        made = reads.made_of(who, found, line, plan.measures(code))
        context["base"] = words.made_of(made) if len(made) > 1 else []
    return render(request, "pay/reason.html", context)


def step_name(number: int) -> str:
    """A step of the order by its number and name."""
    step = next((one for one in STEPS if one.number == number), None)
    return f"{step.number} {named(step)}" if step else ""


def _whole(plan: Plan) -> dict[str, Any]:
    grouped = components(plan.found)
    return {
        "name": _("Payable"),
        "fen": plan.found.payable,
        "formula": " + ".join(figures.money(total(lines)) for lines in grouped.values()),
        "leaves": [
            {
                "label": named(lines[0]),
                "text": figures.money(total(lines)),
                "url": plan.url(code),
            }
            for code, lines in grouped.items()
        ],
    }


def _part(plan: Plan, code: str, place: str) -> dict[str, Any]:
    lines = components(plan.found).get(code, [])
    if code == COEFFICIENT and not place:
        place = "1"
    at = int(place) if place.isdecimal() and len(place) < 6 else 0
    if not lines or (place and not 1 <= at <= len(lines)):
        raise NotFound(noun="figure", key=f"{code}:{place}")
    chosen = lines[at - 1 : at] if place else lines
    context = {
        "name": named(lines[0]),
        "fen": total(chosen),
        "step": step_name(lines[0].step),
        "rules": plan.rules(code),
        "way": plan.way(code),
        "bands": plan.bands(code, chosen),
        "looked": looked_text(plan, code),
        "deals": looked_deals(plan, code),
    }
    if not place:
        leaves = [words.leaf(plan, line, f"{code}:{n}") for n, line in enumerate(lines, start=1)]
        return context | {"counts": plan.counts(code), "leaves": leaves}
    return context | {
        "formula": words.formula(chosen[0]),
        "way": plan.way(code) or words.without_score(plan.found, chosen[0]),
        "facts": words.facts(plan, chosen[0], looked_facts(plan, chosen[0])),
        "leaves": words.parts_of_line(plan, chosen[0]),
        "line": chosen[0].id,
        "chosen": chosen[0],
    }


urlpatterns = [
    path("pay/of/<str:number>/<int:month>/<str:part>", reason, name="pay-reason"),
]
