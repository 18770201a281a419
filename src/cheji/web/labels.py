"""States, levels and kinds of records in the reader's language, each with its colour and sign."""

from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from cheji.records.refusals import Refused
from cheji.web.templatetags.parts import Cell
from cheji.web.wording import NOUNS

Labels = dict[str, Any]

LEVELS: Labels = {
    "H": pgettext_lazy("level", "H · buys within 7 days"),
    "A": pgettext_lazy("level", "A · within 15 days"),
    "B": pgettext_lazy("level", "B · within 30 days"),
    "C": pgettext_lazy("level", "C · later"),
}
PROSPECT_STATES: Labels = {
    "open": pgettext_lazy("prospect", "Open"),
    "ordered": pgettext_lazy("prospect", "Ordered"),
    "lost": pgettext_lazy("prospect", "Lost"),
    "dormant": pgettext_lazy("prospect", "Dormant"),
}
ORDER_STATES: Labels = {
    "signed": pgettext_lazy("order", "Open"),
    "delivered": pgettext_lazy("order", "Delivered"),
    "cancelled": pgettext_lazy("order", "Cancelled"),
}
LEAD_STATES: Labels = {
    "new": pgettext_lazy("lead", "New"),
    "contacted": pgettext_lazy("lead", "Contacted"),
    "valid": pgettext_lazy("lead", "Valid"),
    "carded": pgettext_lazy("lead", "Prospect card opened"),
    "invalid": pgettext_lazy("lead", "Invalid"),
    "duplicate": pgettext_lazy("lead", "Duplicate"),
}
BATCH_STATES: Labels = {
    "read": pgettext_lazy("batch", "Not committed yet"),
    "queued": pgettext_lazy("batch", "Waiting"),
    "running": pgettext_lazy("batch", "Running"),
    "done": pgettext_lazy("batch", "Committed"),
    "failed": pgettext_lazy("batch", "Failed"),
    "undone": pgettext_lazy("batch", "Undone"),
}
EXCLUDED: Labels = {
    "holds_card": pgettext_lazy("visit", "Has an open card: not counted"),
    "has_ordered": pgettext_lazy("visit", "Ordered before: not counted"),
    "not_buying": pgettext_lazy("visit", "Not here to buy: not counted"),
    "void": pgettext_lazy("visit", "Void"),
}
PURPOSES: Labels = {
    "buy": pgettext_lazy("purpose", "To buy"),
    "aftersales": pgettext_lazy("purpose", "Aftersales"),
    "other": pgettext_lazy("purpose", "Something else"),
}
DEPOSITS: Labels = {
    "earnest": pgettext_lazy("deposit", "Earnest money"),
    "plain": pgettext_lazy("deposit", "Advance"),
    "full": pgettext_lazy("deposit", "Full payment"),
}
MODES: Labels = {
    "both": pgettext_lazy("mode", "Add new rows and update known ones"),
    "create": pgettext_lazy("mode", "Only add new rows"),
    "update": pgettext_lazy("mode", "Only update known rows"),
}
RUN_STATES: Labels = {
    "estimate": pgettext_lazy("run", "Estimate"),
    "open": pgettext_lazy("run", "Kept, not closed"),
    "calculated": pgettext_lazy("run", "Calculated"),
    "reviewed": pgettext_lazy("run", "Reviewed"),
    "approved": pgettext_lazy("run", "Approved"),
    "closed": pgettext_lazy("run", "Closed"),
    "paid": pgettext_lazy("run", "Paid"),
    "exported": pgettext_lazy("run", "Exported"),
}
TONES: dict[str, str] = {
    "open": "note",
    "ordered": "good",
    "lost": "bad",
    "dormant": "warn",
    "signed": "note",
    "delivered": "good",
    "cancelled": "bad",
    "new": "note",
    "valid": "good",
    "carded": "good",
    "invalid": "bad",
    "duplicate": "warn",
    "queued": "note",
    "running": "note",
    "done": "good",
    "failed": "bad",
    "undone": "warn",
    "void": "bad",
    "holds_card": "warn",
    "has_ordered": "warn",
    "not_buying": "warn",
    "estimate": "note",
    "closed": "good",
    "paid": "good",
    "exported": "good",
}
EVENTS: dict[str, tuple[Any, str]] = {
    "opened": (pgettext_lazy("event", "Card opened"), "user-plus"),
    "level": (pgettext_lazy("event", "Level changed"), "adjustments"),
    "owner": (pgettext_lazy("event", "Handed over"), "arrows-exchange"),
    "ordered": (pgettext_lazy("event", "Ordered"), "clipboard-check"),
    "lost": (pgettext_lazy("event", "Lost"), "circle-x"),
    "dormant": (pgettext_lazy("event", "Dormant"), "clock"),
    "reactivated": (pgettext_lazy("event", "Reactivated"), "refresh"),
    "returned": (pgettext_lazy("event", "Open again after a cancelled order"), "arrow-back-up"),
    "note": (pgettext_lazy("event", "Follow-up"), "phone-call"),
    "undone": (pgettext_lazy("event", "Taken back"), "arrow-back-up"),
    "signed": (pgettext_lazy("event", "Order signed"), "clipboard-check"),
    "cancelled": (pgettext_lazy("event", "Order cancelled"), "circle-x"),
    "delivered": (pgettext_lazy("event", "Delivered"), "steering-wheel"),
    "void": (pgettext_lazy("event", "Delivery taken back"), "arrow-back-up"),
    "handed_over": (pgettext_lazy("event", "Order handed over"), "arrows-exchange"),
    "visit": (pgettext_lazy("event", "Visit"), "building-store"),
    "order": (pgettext_lazy("event", "Order signed"), "clipboard-check"),
    "delivery": (pgettext_lazy("event", "Delivered"), "steering-wheel"),
    "visit_first": (pgettext_lazy("event", "First visit"), "building-store"),
    "visit_return": (pgettext_lazy("event", "Return visit"), "building-store"),
    "lead": (pgettext_lazy("event", "Lead received"), "message"),
}
EVENT_TONES: dict[str, str] = {
    "ordered": "good",
    "signed": "good",
    "delivered": "good",
    "lost": "bad",
    "cancelled": "bad",
    "void": "bad",
    "dormant": "warn",
    "opened": "note",
    "reactivated": "note",
}


def badge(labels: Labels, code: str, *, note: str = "") -> Cell:
    """A state as a badge cell; an empty code shows nothing."""
    text = str(labels.get(code, code)) if code else ""
    return Cell(text, kind="badge", state=TONES.get(code, ""), note=note)


#: Columns that a refusal may name where no form has a label for them.
FIELDS: Labels = {
    "base": pgettext_lazy("aim", "Base"),
    "comment": gettext_lazy("Comment"),
    "decision": gettext_lazy("Reason of the decision"),
    "evidence": gettext_lazy("Evidence"),
    "heard": gettext_lazy("What the person says"),
    "left_out": pgettext_lazy("why", "Reason"),
    "mark": gettext_lazy("Mark"),
    "note": gettext_lazy("Note"),
    "reason": pgettext_lazy("why", "Reason"),
    "revised_why": pgettext_lazy("why", "Reason"),
    "stretch": pgettext_lazy("aim", "Stretch"),
    "target": gettext_lazy("Target"),
    "text": gettext_lazy("Text"),
    "weight": gettext_lazy("Weight"),
    "why": pgettext_lazy("why", "Reason"),
}


def sentence(refusal: Refused) -> str:
    """What a rule says, with nouns and fields in the reader's language."""
    language = get_language() or "zh-hans"
    kept = dict(refusal.place)
    for name, labels in (("field", FIELDS), ("noun", NOUNS)):
        value = kept.get(name)
        if isinstance(value, str) and value in labels:
            refusal.place[name] = labels[value]
    try:
        return refusal.say(language)
    finally:
        refusal.place = kept
