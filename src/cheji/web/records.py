"""What the pages of records share: customers and people in cells, terms with values, time lines."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from cheji.reads.seen import CustomerSeen, Event, Who
from cheji.web.labels import EVENT_TONES, EVENTS
from cheji.web.navigation import record_url
from cheji.web.templatetags.cells import day_text
from cheji.web.templatetags.parts import Cell, Entry

Fact = tuple[str, object, str]


def customer_cell(customer: CustomerSeen | None) -> Cell:
    """Name and masked phone; a link only where the record may be opened."""
    if customer is None:
        return Cell(_("No name kept"), state="")
    return Cell(customer.name, note=customer.phone)


def customer_url(customer: CustomerSeen | None) -> str:
    if customer is None or not customer.open:
        return ""
    return reverse("customer", args=[customer.id])


def name_of(who: Who | None) -> str:
    """A person's name, or that nobody is named."""
    return who.name if who else _("Nobody yet")


def page_frame(list_name: str, list_label: str, deed_url: str, about_label: str) -> dict[str, str]:
    """What records/record.html says around a record: the way back, and the address of deeds."""
    return {
        "list_name": list_name,
        "list_label": list_label,
        "deed_url": deed_url,
        "about_label": about_label,
    }


def about(*facts: tuple[str, object, str]) -> list[Fact]:
    """Terms with values, without those that are empty; dates in the reader's form."""
    return [
        (term, day_text(value) if isinstance(value, date) else value, state)
        for term, value, state in facts
        if value not in ("", None)
    ]


def entries(events: Iterable[Event], *, here: Sequence[str] = ()) -> list[Entry]:
    """Events as a time line; `here` are nouns whose page this is, which need no link."""
    return [_entry(event, linked=event.noun not in here) for event in events]


def _entry(event: Event, *, linked: bool) -> Entry:
    label, icon = EVENTS.get(event.kind, (event.kind, "circle"))
    title = f"{label} · {event.level}" if event.level and event.kind in _LEVELLED else str(label)
    return Entry(
        at=day_text(event.on),
        title=title,
        text=" · ".join(filter(None, (event.text, _entered(event)))),
        who=event.who.name if event.who else "",
        icon=icon,
        state=EVENT_TONES.get(event.kind, ""),
        url=record_url(event.noun, event.id) if linked else "",
    )


def _entered(event: Event) -> str:
    """That something was written down after its day, where that is told."""
    if event.entered is None:
        return ""
    return _("entered on {day}").format(day=day_text(event.entered))


_LEVELLED = ("opened", "level", "reactivated")
