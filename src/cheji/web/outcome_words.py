"""What follows from a result in words: its kind, its figures, the rule, and where it stands."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from cheji.engine.definitions import Kpi
from cheji.reads.appraisals.outcomes import OutcomeSeen
from cheji.web import bands
from cheji.web.templatetags.figures import figure
from cheji.web.wording import chinese, named, shaped

KINDS: dict[str, tuple[Any, str]] = {
    "grade": (pgettext_lazy("outcome", "Grade"), "star"),
    "coefficient": (pgettext_lazy("outcome", "Coefficient"), "coin"),
    "promotion": (pgettext_lazy("outcome", "Promotion"), "trending-up"),
    "training": (pgettext_lazy("outcome", "Training"), "target"),
    "target": (pgettext_lazy("outcome", "Next target"), "target-arrow"),
    "certificate": (pgettext_lazy("outcome", "Certificate"), "trophy"),
}
STATES: dict[str, tuple[Any, str]] = {
    "suggested": (pgettext_lazy("outcome", "Waits for an answer"), "warn"),
    "accepted": (pgettext_lazy("outcome", "Accepted"), "good"),
    "declined": (pgettext_lazy("outcome", "Declined"), ""),
}


def told(one: OutcomeSeen, kpis: Mapping[str, Kpi]) -> dict[str, Any]:
    """A suggestion as lists and letters show it."""
    label, icon = KINDS.get(one.kind, (one.kind, "circle"))
    state, tone = STATES[one.state]
    return {
        "seen": one,
        "key": str(one.id),
        "label": str(label),
        "icon": icon,
        "rule": _rule(one, kpis),
        "state": str(state),
        "tone": tone,
        "person": one.person,
        "figures": _figures(one.value),
        "targets": [_aim(code, figures, kpis) for code, figures in _targets(one.value)],
    }


def _rule(one: OutcomeSeen, kpis: Mapping[str, Kpi]) -> str:
    """The rule's words, with an item called by its name."""
    text, code = one.zh if chinese() else one.en, str(one.value.get("item", ""))
    return text.replace(code, named(kpis[code])) if code in kpis else text


def _targets(value: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    return list(value.get("targets", {}).items())


def _aim(code: str, figures: list[str], kpis: Mapping[str, Kpi]) -> str:
    """A KPI with its target, its actual and the target to come."""
    kpi = kpis.get(code)
    unit, decimals = (kpi.unit, kpi.decimals) if kpi else ("", 2)
    target, actual, following = (
        figure(*shaped(unit, decimals, Fraction(text))) for text in figures
    )
    text = _("{name}: target {target}, actual {actual}, next {following}")
    return text.format(
        name=named(kpi) if kpi else code, target=target, actual=actual, following=following
    )


def _figures(value: Mapping[str, Any]) -> str:
    """What the suggestion says in figures."""
    if "coefficient" in value:
        rate = value["coefficient"]
        return "—" if rate is None else bands.plain(Fraction(rate))
    return str(value.get("grade") or "")
