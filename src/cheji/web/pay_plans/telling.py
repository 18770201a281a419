"""What the editor of a pay plan says back: findings at their places, words, a person's month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from cheji.engine.definitions import Component, PayPlan, pay_plan_of
from cheji.engine.findings import Finding, Refused
from cheji.engine.pay import STEPS, band_words, component_words, plan_words
from cheji.engine.pay.why import RELEASES
from cheji.engine.periods import DAY, period_of, preceding
from cheji.reads.definitions import Catalogue
from cheji.reads.pay import examples
from cheji.records.refusals import Refused as No
from cheji.records.visibility import Viewer
from cheji.web import editors
from cheji.web.editors import Body, Typed
from cheji.web.pay_words import names_of
from cheji.web.wording import chinese, month_text, named

from . import naming
from .entries import LATER, PLAN
from .typing import typed

Both = tuple[str, str]
Names = Mapping[str, Both]
Placed = Mapping[str, str]
"""A finding with the words and the anchor of its place."""
MONTHS_BACK: Final = 12
ASKED: Final = ("example-outlet", "example-month", "example-person")
STEEP: Final = 3, 2
"""A next car worth more than 3/2 of the usual one may be shifted into the month."""


def offers(found: Catalogue, given: Typed, own: str = "") -> dict[str, Any]:
    """The lists from which inputs are chosen; parts of the plan itself are called as typed.

    `own` is the code of the plan: it stands to every other one in some way.
    """
    measures = sorted(((one.code, named(one)) for one in found.all.measures), key=_by_name)
    kpis = [(one.code, named(one)) for one in found.all.kpis]
    known = {code for code, _name in kpis}
    figures = [*kpis, *(one for one in measures if one[0] not in known)]
    components = _called(given, given["components"])
    factors = _called(given, given["factors"])
    fines = _called(given, [row for row in given["components"] if row["kind"] == "fine"])
    return {
        "measures": measures,
        "figures": sorted(figures, key=_by_name),
        "schemes": [(one.code, named(one)) for one in found.all.schemes],
        "plans": [(one.code, named(one)) for one in found.all.pay_plans if one.code != own],
        "components": components,
        "acted_on": _called(given, [row for row in given["components"] if _acted_on(row)]),
        "of_others": _of_others([one for one in found.all.pay_plans if one.code != own]),
        "factors": factors,
        "withheld": [
            *factors,
            *_called(given, given["gates"]),
            *_called(given, given["caps"]),
            *fines,
        ],
        "events": [(code, both[_at()]) for code, both in RELEASES.items()],
    }


def _acted_on(row: Typed) -> bool:
    """Whether factors and gates act on a component."""
    return row["kind"] not in {"prize", "fine", "manual"} and not row.get("extra")


def _of_others(plans: Sequence[PayPlan]) -> list[Both]:
    """Components that an override can be paid on, each with the plans that pay it."""
    paying: dict[str, list[tuple[str, str]]] = {}
    for plan in plans:
        for part in plan.components:
            if not part.of_pay:
                paying.setdefault(part.code, []).append((named(part), named(plan)))
    return [
        (code, f"{rows[0][0]} · {_(', ').join(plan for _part, plan in rows)}")
        for code, rows in paying.items()
    ]


def _by_name(pair: Both) -> str:
    return pair[1]


def _called(given: Typed, rows: Sequence[Typed]) -> list[Both]:
    own = "zh" if chinese() else "en"
    usual = naming.called(given)
    names = {row["code"]: row[own] or row["zh"] or row["en"] for row in rows}
    return [(code, name or usual.get(code, code)) for code, name in names.items()]


def told(
    found: Catalogue,
    given: Typed,
    body: Body,
    findings: tuple[Sequence[Finding], Sequence[Finding]],
) -> dict[str, Any]:
    """Everything beside the inputs but the person."""
    known, rows = names_of(found), body.get("components", ())
    called = {code: both[_at()] for code, both in known.items()} | naming.called(given)
    faults, notes = (editors.findings(PLAN, some, given, called) for some in findings)
    plan = readable(body)
    return {
        "faults": faults,
        "notes": notes,
        "components": [
            (number, component_said(row, known), _at_card(number, faults, notes))
            for number, row in enumerate(rows)
        ],
        "text": plan_text(plan, found) if plan else (),
    }


def at_their_places(
    found: Catalogue, body: Mapping[str, Any], findings: Sequence[Finding]
) -> list[tuple[str, str, str]]:
    """Findings of a stored body as the editor calls their place, with reason and mend."""
    given = typed(body, frozenset())
    called = {code: both[_at()] for code, both in names_of(found).items()} | naming.called(given)
    placed = editors.findings(PLAN, findings, given, called)
    return [(one["place"], one["reason"], one["mend"]) for one in placed]


def _at_card(
    number: int, faults: Sequence[Placed], notes: Sequence[Placed]
) -> list[tuple[str, str, Placed]]:
    """Sign, colour and finding of what is said of one component."""
    card = f"s-components-{number}"
    every = [("circle-x", "is-error", one) for one in faults]
    every += [("alert-triangle", "is-warning", one) for one in notes]
    return [row for row in every if f"{row[2]['anchor']}-".startswith(f"{card}-")]


def readable(body: Mapping[str, Any]) -> PayPlan | None:
    """The pay plan of a body; None while something in it cannot be read."""
    try:
        return pay_plan_of(body)
    except Refused:
        return None


@dataclass(frozen=True)
class Said:
    """A part in words: sentences, and several bands as interval and rate."""

    sentences: tuple[str, ...] = ()
    bands: tuple[Both, ...] = ()


def component_said(row: Mapping[str, Any], known: Names) -> Said:
    """By itself, so that the faults of others do not silence it; empty while it has its own."""
    body = {"zh": "x", "en": "x", "code": "x", "components": [{"zh": "x", "en": "x", **row}]}
    plan = readable(body)
    if plan is None:
        return Said()
    part = plan.components[0]
    return _said(part, component_words(part, known), known)


def _said(part: Component | None, sentences: Sequence[Both], known: Names) -> Said:
    """Bands apart from the other sentences, where there are several."""
    words = tuple(one[_at()] for one in sentences)
    if part is None or len(part.tiers) < 2:
        return Said(words)
    bands = tuple((span[_at()], rate[_at()]) for span, rate in band_words(part, part.tiers, known))
    joint = "：" if chinese() else ": "
    told = {f"{span}{joint}{rate}" for span, rate in bands}
    return Said(tuple(one for one in words if one not in told), bands)


@dataclass(frozen=True)
class Paragraph:
    """A part of a plan in words, with the step in which it is worked out."""

    number: int
    step: str
    heading: str
    said: Said


def plan_text(plan: PayPlan, found: Catalogue) -> tuple[Paragraph, ...]:
    """The whole plan in words, in the order of calculation."""
    steps = {step.number: named(step) for step in STEPS}
    parts, known = {(part.zh, part.en): part for part in plan.components}, names_of(found)
    return tuple(
        Paragraph(step, steps[step], heading[_at()], _said(parts.get(heading), sentences, known))
        for step, heading, sentences in plan_words(plan, known)
    )


def lines(plan: PayPlan, found: Catalogue) -> list[str]:
    """The plan in words as lines, so that two versions can be compared."""
    return [
        f"{heading[_at()]} · {sentence[_at()]}"
        for _step, heading, sentences in plan_words(plan, names_of(found))
        for sentence in sentences
    ]


def _at() -> int:
    return 0 if chinese() else 1


# -- a real person -----------------------------------------------------------------------------


def example(who: Viewer, body: Body, post: QueryDict) -> dict[str, Any]:
    """One person's month by the draft, beside the plan in force."""
    places = examples.outlets(who)
    plan = readable(body)
    if plan is None or not places:
        return {"outlets": places, "readable": plan is not None}
    months = _months(who)
    month = _chosen(post.get("example-month", ""), months)
    outlet = post.get("example-outlet", "") or places[0].code
    context = {
        "outlets": places,
        "outlet": outlet,
        "months": [(key, month_text(key)) for key in months],
        "month": month,
        "readable": True,
    }
    try:
        people = examples.candidates(who, outlet, month, plan)
        person = _chosen(post.get("example-person", ""), [one.id for one in people])
        context |= {"people": people, "person": person}
        if person:
            seen = examples.example(who, outlet, month, plan, person)
            context |= {**_shown(seen, month), "sets_targets": who.can("targets.write")}
    except (No, Refused):
        return context
    return context


def _shown(seen: examples.Example, month: int) -> dict[str, Any]:
    sums = [{"name": (one.zh, one.en)[_at()], "new": one.new, "old": one.old} for one in seen.sums]
    return {
        "example": seen,
        "sums": sums,
        "change": None if seen.old is None else seen.new - seen.old,
        "before": seen.plan[_at()] if seen.plan else "",
        "next": next_cars(seen.nexts),
        "schemeless": seen.schemeless
        and _("The plan's scheme was not in force in {months}.").format(months=month_text(month)),
        "aimless": ("、" if chinese() else ", ").join(one[_at()] for one in seen.aimless),
    }


def _months(who: Viewer) -> list[int]:
    """Closed months first: the last one, then those before it, and the running one."""
    running = period_of(who.on, "month")
    period, found = period_of(running.start - DAY, "month"), []
    for _step in range(MONTHS_BACK):
        found.append(period.key)
        period = preceding(period)
    return [*found, running.key]


def _chosen(text: str, known: Sequence[int]) -> int:
    if text.isdecimal() and int(text) in known:
        return int(text)
    return known[0] if known else 0


def next_cars(worths: Sequence[int]) -> dict[str, Any] | None:
    """What the next car is worth, and the first of the next ones that is worth far more or less."""
    if not worths:
        return None
    usual = sorted(worths)[len(worths) // 2]
    steep = [
        (number, worth)
        for number, worth in enumerate(worths, start=1)
        if worth < 0 or STEEP[1] * worth > STEEP[0] * usual
    ]
    first = steep[0] if steep else None
    return {"worth": worths[0], "after": worths[1:], "usual": usual, "steep": first}


def later_shown(cards: Mapping[str, Any]) -> list[Any]:
    """The cards after the components, in the order of calculation."""
    return [cards[code] for code in LATER]
