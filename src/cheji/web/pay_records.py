"""What a pay line is for, as words and addresses: its deal, or the dispute that it pays."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cheji.engine.pay import EARNED
from cheji.files.sheets import shared_words
from cheji.reads.pay import PayLineSeen
from cheji.reads.seen import Link
from cheji.web.navigation import record_url
from cheji.web.templatetags.parts import Cell
from cheji.web.wording import NOUNS, chinese, month_text, named


def record(line: PayLineSeen) -> Cell:
    """The record that a line is for, the model of its car, and with whom it is shared."""
    if line.dispute is not None:
        note = " · ".join(text for text in (_component(line), deal_text(line.dispute.deal)) if text)
    else:
        note = " · ".join(text for text in (line.model, shared_text(line)) if text)
    return Cell(record_text(line), href=record_href(line), note=note)


def record_text(line: PayLineSeen) -> str:
    """The record that earned it."""
    if line.dispute is not None:
        return _("Dispute {number}").format(number=line.dispute.dispute.text)
    if line.deal is None:
        return _("By the total of the month") if line.entry in EARNED else named(line)
    return deal_text(line.deal)


def deal_text(deal: Link | None) -> str:
    """A record by its kind and number."""
    return f"{NOUNS.get(deal.noun, deal.noun)} {deal.full}".strip() if deal else ""


def shared_text(line: PayLineSeen) -> str:
    """With whom the deal is shared, and by which decision."""
    return shared_words(line)[0 if chinese() else 1]


def split_url(line: PayLineSeen) -> str:
    """The dispute that asked for the split; nothing for whom it does not open."""
    asked = line.split.dispute if line.split else None
    return reverse("pay-case", args=[asked.id]) if asked and asked.id else ""


def split_rule() -> str:
    """What counts for bands of deals whose pay is split by decision."""
    return _(
        "a split by decision splits the pay alone: for the band the deal still counts for whom"
        " its order belongs to, and nothing for who is paid of it besides"
    )


def record_href(line: PayLineSeen) -> str:
    """Where it opens; nothing for whom it does not open."""
    if line.dispute is None:
        return deal_href(line.deal)
    case = line.dispute.dispute.id
    return reverse("pay-case", args=[case]) if case else ""


def deal_href(deal: Link | None) -> str:
    return record_url(deal.noun, deal.id) if deal and deal.id else ""


def disputed_line(line: PayLineSeen) -> tuple[str, str]:
    """The month that a dispute was about, and where the disputed line opens."""
    about = line.dispute
    if about is None or not about.month:
        return "", ""
    url = reverse("pay-line", args=[about.line]) if about.line else ""
    return month_text(about.month), url


def dispute_facts(line: PayLineSeen) -> list[tuple[str, str, str]]:
    """What a line that pays a dispute puts right: component and month then, and the deal."""
    month, url = disputed_line(line)
    if line.dispute is None or not month:
        return []
    told = " · ".join(text for text in (_component(line), month) if text)
    found = [(_("Puts right"), told, url)]
    if deal := line.dispute.deal:
        found.append((str(NOUNS.get(deal.noun, deal.noun)), deal.full, deal_href(deal)))
    return found


def _component(line: PayLineSeen) -> str:
    """What the disputed line is called."""
    names = line.dispute.names if line.dispute else None
    return names[0 if chinese() else 1] if names else ""
