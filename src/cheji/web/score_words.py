"""Score items in words: what happened to them, their methods and standards, what they rest on."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from cheji.engine.scores import NAMES, RATERS
from cheji.reads.appraisals import ItemSeen
from cheji.reads.appraisals.happenings import rules
from cheji.reads.appraisals.items import effect_of
from cheji.web import bands
from cheji.web.navigation import record_url
from cheji.web.templatetags import figures
from cheji.web.wording import chinese, figure

#: What happened to an attainment: short, in a sentence, and the tone.
EFFECTS: dict[str, tuple[Any, Any, str]] = {
    "none": (pgettext_lazy("effect", "As it is"), gettext_lazy("Counts as it is"), ""),
    "cap": (
        pgettext_lazy("effect", "Capped"),
        gettext_lazy("Above the cap: counts as the cap"),
        "note",
    ),
    "gate": (
        pgettext_lazy("effect", "Below the gate"),
        gettext_lazy("Below the gate: no points"),
        "bad",
    ),
    "floor": (
        pgettext_lazy("effect", "Below the floor"),
        gettext_lazy("Below the floor: counts as the floor"),
        "bad",
    ),
    "missing": (
        pgettext_lazy("effect", "No value"),
        gettext_lazy("No value: no points"),
        "bad",
    ),
    "no_target": (
        pgettext_lazy("effect", "No target"),
        gettext_lazy("No target above 0 was set: no points"),
        "bad",
    ),
    "left_out": (
        pgettext_lazy("effect", "Left out"),
        gettext_lazy("No value: left out, its weight went to the others"),
        "note",
    ),
    "no_target_left_out": (
        pgettext_lazy("effect", "No target"),
        gettext_lazy("No target above 0 was set: left out, its weight went to the others"),
        "note",
    ),
    "needs": (
        pgettext_lazy("effect", "Needs not met"),
        gettext_lazy("Another item did not get far enough: no points"),
        "bad",
    ),
    "no_evidence": (
        pgettext_lazy("effect", "No evidence"),
        gettext_lazy("No evidence was handed in: counts as without a value"),
        "bad",
    ),
}


#: Why something that happened does not count.
WHY_NOT: dict[str, Any] = {
    "not_decided": gettext_lazy("nobody has decided on it yet"),
    "dismissed": gettext_lazy("it was dismissed"),
    "appeal_upheld": gettext_lazy("an appeal against it was upheld"),
}


def method_name(item: ItemSeen) -> str:
    """The method's name; the usual one goes without saying."""
    if item.method in {"", "ratio"}:
        return ""
    return NAMES[item.method][0 if chinese() else 1]


def below(item: ItemSeen) -> str:
    """The address of the KPI's own reason, down to the rows; of what is no KPI none."""
    return reverse("reason", args=[item.key]) if item.key else ""


def spoken(item: ItemSeen) -> list[str]:
    return [sentence[0 if chinese() else 1] for sentence in item.standard]


def why(one: ItemSeen) -> dict[str, Any]:
    detail = one.reason["detail"]
    counted, (_short, sentence, tone) = Fraction(detail["counted"]), EFFECTS[effect_of(one.reason)]
    weight, given = one.weight, Fraction(detail["weight_defined"])
    exact = Fraction(detail["exact"])
    value, kind, decimals = figure(one.kpi, one.value)
    target = figure(one.kpi, one.target)[0]
    product = f"{bands.plain(weight)} × {bands.share(counted)} = {bands.plain(exact)}"
    return {
        "item": one,
        "formula": detail["zh" if chinese() else "en"],
        "figures": product if weight * counted == exact else bands.plain(exact),
        "standard": spoken(one),
        "effect": sentence,
        "tone": tone,
        "facts": [
            (_("Weight in the scheme"), bands.plain(given), ""),
            *([] if weight == given else [(_("Weight as used"), bands.plain(weight), "")]),
            (_("Actual"), figures.figure(value, kind, decimals), below(one)),
            (_("Target"), figures.figure(target, kind, decimals), ""),
            (_("Attainment"), figures.percent(one.attainment, 2), ""),
            (_("Gate"), bands.share(Fraction(detail["gate"])), ""),
            (_("Cap"), "—" if detail["cap"] is None else bands.share(Fraction(detail["cap"])), ""),
            (_("Counts as"), bands.share(counted), ""),
            *_looked_at(detail),
        ],
    }


def _looked_at(detail: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What a value was made of: raters, goals, events, and what was looked at and not counted."""
    for mark in detail.get("ratings", ()):
        name = RATERS.get(mark["rater"], (mark["rater"],) * 2)[0 if chinese() else 1]
        weighed = f"{_plainly(mark['mark'])} × {_plainly(mark['weight'])}"
        yield (_("Rated by {who}").format(who=name), weighed, "")
    for goal in detail.get("goals", ()):
        done = "—" if goal["done"] is None else bands.share(Fraction(goal["done"]))
        yield (goal["text"], f"{done} × {_plainly(goal['weight'])}", "")
    yield from _happened(detail)


def _happened(detail: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What took points off, and what was looked at and not counted; each leads to its record."""
    counted, aside = detail.get("events", ()), detail.get("not_counted", ())
    names = rules() if counted or aside else {}
    at = 0 if chinese() else 1
    for event in counted:
        off = figures.signed(-Fraction(event["points"]), 2)
        name = names.get(event["code"], (event["code"],) * 2)[at]
        times = ngettext("{count} time: {points}", "{count} times: {points}", event["count"])
        yield (name, times.format(count=event["count"], points=off), "")
        for source in event["sources"]:
            yield ("", _violation(source), _record(source))
    for event in aside:
        why = WHY_NOT.get(event["why_not"], event["why_not"])
        name = names.get(event["code"], (event["code"],) * 2)[at]
        yield (name, _("Not counted: {why}").format(why=why), _record(event["source"]))


def vetoed(detail: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The violations that set a veto off or were looked at for one; each leads to its record."""
    found = detail.get("vetoes", ())
    names = rules() if found else {}
    for event in found:
        name = names.get(event["code"], (event["code"],) * 2)[0 if chinese() else 1]
        why = WHY_NOT.get(event["why_not"], event["why_not"])
        aside = _("Not counted: {why}").format(why=why) if why else _violation(event["source"])
        yield (_("Veto: {rule}").format(rule=name), aside, _record(event["source"]))


def _violation(source: str) -> str:
    return _("violation {number}").format(number=source.partition(":")[2])


def _record(source: str) -> str:
    """The page of a record by its noun and number."""
    noun, _colon, number = source.partition(":")
    return record_url(noun, int(number)) if number.isdecimal() else ""


def _plainly(written: Any) -> str:
    return "—" if written is None else bands.plain(Fraction(written))
