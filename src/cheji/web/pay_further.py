"""What one more car is worth in words: what of it the month does not pay, and why."""

from django.utils.translation import gettext as _

from cheji.engine.pay import RELEASES
from cheji.reads.pay import Unpaid
from cheji.web.templatetags import figures
from cheji.web.wording import chinese


def made_text(paid: int, unpaid: Unpaid) -> str:
    """How one more car is made up where the month pays `paid` fen and not all of it."""
    if unpaid == Unpaid():
        return ""
    at = 0 if chinese() else 1
    parts = [(_("paid this month {amount}"), paid, "")]
    for event, fen in unpaid.held.items():
        name = RELEASES.get(event, (event, event))[at]
        parts.append((_("held {amount}, paid after: {event}"), fen, name))
    parts += [
        (text, fen, "")
        for text, fen in (
            (_("carried to next month {amount}"), unpaid.carried),
            (_("above the cap and forfeited {amount}"), unpaid.forfeited),
        )
        if fen
    ]
    earned = paid + sum(unpaid.held.values()) + unpaid.carried
    told = " · ".join(text.format(amount=figures.money(fen), event=n) for text, fen, n in parts)
    return _("worth {amount} in all: {parts}").format(amount=figures.money(earned), parts=told)
