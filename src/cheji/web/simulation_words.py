"""What the screens of simulations share: who comes there, titles, states, names of numbers."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from cheji.actions import pay as actions
from cheji.engine.kpis import decimal_text
from cheji.reads.pay import SimulationRow
from cheji.reads.pay.choosing import PlanAsked, told_apart
from cheji.reads.pay.knobs import WHOLE, Knob, number_in
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.pay_tabs import sees_others
from cheji.web.templatetags import figures
from cheji.web.viewers import now, viewer
from cheji.web.wording import month_text, named

RIGHT = "runs.make"
FEW = 3
STATES: dict[str, tuple[Any, str]] = {
    "waiting": (pgettext_lazy("simulation", "Waiting"), ""),
    "running": (pgettext_lazy("simulation", "Being worked out"), "note"),
    "done": (pgettext_lazy("simulation", "Worked out"), "good"),
    "failed": (pgettext_lazy("simulation", "Failed"), "bad"),
}
KEYS: dict[str, Any] = {
    "from": pgettext_lazy("knob", "from"),
    "rate": pgettext_lazy("knob", "rate"),
    "amount": pgettext_lazy("knob", "amount"),
    "cap": pgettext_lazy("knob", "cap"),
    "floor": pgettext_lazy("knob", "floor"),
    "least": pgettext_lazy("knob", "least for a deal"),
    "most": pgettext_lazy("knob", "most for a deal"),
    "budget": pgettext_lazy("knob", "budget"),
    "share": pgettext_lazy("knob", "share"),
    "below": pgettext_lazy("knob", "below"),
    "keep": pgettext_lazy("knob", "left in any case"),
    "limit": pgettext_lazy("knob", "most in a month"),
}


def visitor(request: HttpRequest) -> Viewer:
    """Somebody to whom the pay of others is shown.

    Raises:
        NotFound: it is not shown to him.
    """
    who = viewer(request)
    if not sees_others(who):
        raise NotFound(noun="simulation", key="")
    return who


def title(row: SimulationRow) -> str:
    return row.name or _("Simulation no. {number}").format(number=row.id)


def months(row: SimulationRow) -> str:
    first, last = month_text(row.first), month_text(row.last)
    return first if first == last else f"{first} – {last}"


def outlets(row: SimulationRow) -> str:
    """Their names where they are few; of a part how many of all."""
    if not row.whole:
        return _("{count} of {total} outlets").format(count=len(row.outlets), total=row.all_outlets)
    if len(row.outlets) > FEW:
        return _("{count} outlets").format(count=len(row.outlets))
    return "、".join(outlet.name for outlet in row.outlets)


def titles(plans: Sequence[PlanAsked]) -> list[str]:
    """Each plan's name; alike ones are told apart by day, number of the version, place."""
    return told_apart([_plan_words(plan, at) for at, plan in enumerate(plans, 1)])


def _plan_words(plan: PlanAsked, at: int) -> list[str]:
    name = str(named(plan))
    if plan.changes:
        name = _("{plan}, changed").format(plan=name)
    return [name, *version_words(plan.valid_from, plan.number), f"({at})"]


def version_words(valid_from: str, number: int | None) -> list[str]:
    """What tells versions of one plan apart: the day from which it is for, and its number."""
    if number is None:
        return [_("preset")]
    since = [_("from {day}").format(day=valid_from)] if valid_from else []
    return [*since, _("no. {number}").format(number=number)]


def ask(who: Viewer, question: actions.Question) -> int:
    """Ask for a simulation; its number."""
    return actions.simulate_soon(by=who, at=now(), question=question).id


def knob_text(knob: Knob) -> str:
    key = str(KEYS[knob.key])
    if knob.band:
        key = _("band {band}: {key}").format(band=knob.band, key=key)
    return f"{named(knob)} · {key}"


def shown(text: str, *, percent: bool) -> str:
    """A number of a plan as people write it: a share as percent, a fraction as a decimal."""
    value = number_in(text)
    if value is None or WHOLE % value.denominator:
        return text
    if percent:
        return f"{figures.digits(value * 100, 2, trim=True)}%"
    return decimal_text(value)


def knob_short(knob: Knob) -> str:
    key = str(KEYS[knob.key])
    return _("band {band}: {key}").format(band=knob.band, key=key) if knob.band else key
