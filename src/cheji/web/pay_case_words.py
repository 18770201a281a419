"""Words of disputes about pay and of the queue that they share with appeals against scores."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from cheji.reads.pay import CaseSeen
from cheji.web.cycle_words import APPEALS as CASES

__all__ = ["ABOUT", "CASES", "DISPUTES", "EFFECTS", "HOW", "clock"]

DISPUTES: Final[dict[str, Any]] = {
    "collision": gettext_lazy("Two claim one customer"),
    "cross_outlet": gettext_lazy("Sold across outlets"),
    "missing_car": gettext_lazy("A car is missing"),
    "wrong_model": gettext_lazy("Wrong model or row"),
    "amount": gettext_lazy("The amount is wrong"),
}
ABOUT: Final[dict[str, Any]] = {
    "pay": pgettext_lazy("case", "Pay"),
    "score": pgettext_lazy("case", "Score"),
}
HOW: Final[dict[str, Any]] = {
    "upheld": pgettext_lazy("appeal", "Upheld"),
    "partly": pgettext_lazy("appeal", "Partly upheld"),
    "rejected": pgettext_lazy("appeal", "Rejected"),
}
EFFECTS: Final[dict[str, tuple[Any, str]]] = {
    "asked": (gettext_lazy("Waits for approval"), "warn"),
    "approved": (pgettext_lazy("effect", "Approved"), "good"),
    "declined": (pgettext_lazy("effect", "Declined"), "bad"),
}


def clock(one: CaseSeen) -> tuple[str, str]:
    """How long a decision may still take, with its tone."""
    if not one.open:
        return "—", ""
    if one.left < 0:
        text = ngettext("{count} day late", "{count} days late", -one.left)
        return text.format(count=-one.left), "bad"
    if one.left == 0:
        return _("due today"), "warn"
    text = ngettext("{count} day left", "{count} days left", one.left)
    return text.format(count=one.left), "warn" if one.left <= 2 else "note"
