"""What the screens of simulations share: who comes there, titles, states, names of numbers."""

from fractions import Fraction
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from cheji.actions import pay as actions
from cheji.reads.pay import SimulationRow
from cheji.reads.pay.knobs import Knob
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
    if len(row.outlets) > FEW:
        return _("{count} outlets").format(count=len(row.outlets))
    return "、".join(outlet.name for outlet in row.outlets)


def ask(who: Viewer, question: actions.Question) -> int:
    """Ask for a simulation; its number."""
    return actions.simulate_soon(by=who, at=now(), question=question).id


def knob_text(knob: Knob) -> str:
    key = str(KEYS[knob.key])
    if knob.band:
        key = _("band {band}: {key}").format(band=knob.band, key=key)
    return f"{named(knob)} · {key}"


def shown(text: str) -> str:
    """A share as percent where it is a whole number of hundredths of one."""
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return text
    hundredths = value * 10_000
    if 0 < abs(value) < 1 and hundredths.denominator == 1:
        return f"{figures.digits(value * 100, 2, trim=True)}%"
    return text


def knob_short(knob: Knob) -> str:
    key = str(KEYS[knob.key])
    return _("band {band}: {key}").format(band=knob.band, key=key) if knob.band else key
