"""Words of cycles on the HR side: steps, deeds and parties in the reader's language."""

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cheji.engine.scores.cycles import BY_CODE
from cheji.reads.appraisals import appeals, cycles
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.navigation import address
from cheji.web.templatetags.parts import Tab
from cheji.web.viewers import viewer
from cheji.web.wording import named

PARTS: Final[dict[str, Any]] = {
    "self": pgettext_lazy("part", "Person"),
    "manager": pgettext_lazy("part", "Manager"),
    "peer": pgettext_lazy("part", "Colleague"),
    "report": pgettext_lazy("part", "Report"),
    "customer": pgettext_lazy("part", "Customer"),
}
APPEALS: Final[dict[str, tuple[Any, str]]] = {
    "open": (pgettext_lazy("appeal", "Open"), "warn"),
    "heard": (pgettext_lazy("appeal", "Heard"), "warn"),
    "upheld": (pgettext_lazy("appeal", "Upheld"), "good"),
    "partly": (pgettext_lazy("appeal", "Partly upheld"), "good"),
    "rejected": (pgettext_lazy("appeal", "Rejected"), "bad"),
    "withdrawn": (pgettext_lazy("appeal", "Withdrawn"), ""),
}
TONES: Final = {"published": "good", "archived": "good", "applied": "good", "deciding": "warn"}
REASONS: Final[dict[str, Any]] = {
    "no_scheme": gettext_lazy("No scheme is chosen for this post and level"),
}


def step_text(code: str) -> str:
    """A step of a cycle by its name."""
    text = named(BY_CODE[code])
    return text[:1].upper() + text[1:]


def step_tone(code: str) -> str:
    return TONES.get(code, "note")


def overseer(request: HttpRequest) -> Viewer:
    """The viewer, where cycles as a whole are his to see.

    Raises:
        NotFound: for everybody else; there is nothing here for him.
    """
    who = viewer(request)
    if not cycles.oversees(who):
        raise NotFound(noun="cycle", key="")
    return who


def house_tabs(who: Viewer, here: str) -> list[Tab]:
    """The pages of the whole house: cycles, appeals, violations, schemes."""
    waiting = appeals.waiting(who)
    found = [
        Tab(_("Cycles"), reverse("cycles"), here == "cycles"),
        Tab(_("Appeals"), reverse("appeals"), here == "appeals", waiting or None),
    ]
    violations = address("violations")
    if violations:
        found.append(Tab(_("Violations"), violations, here == "violations"))
    schemes = reverse("definition-list", args=["scheme"])
    return [*found, Tab(_("Schemes"), schemes, here == "schemes")]


def cycle_tabs(number: int, here: str) -> list[Tab]:
    """The pages of one cycle."""
    return [
        Tab(_("Progress"), reverse("cycle", args=[number]), here == "cycle"),
        Tab(_("Calibration"), reverse("calibration", args=[number]), here == "calibration"),
        Tab(_("Results"), reverse("results", args=[number]), here == "results"),
        Tab(_("Appeals"), f"{reverse('appeals')}?cycle={number}", here == "appeals"),
    ]
