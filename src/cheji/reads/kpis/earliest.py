"""How far back there is anything to ask about."""

from django.db.models import Min, OuterRef, Subquery

from cheji.records.models import Fact
from cheji.records.visibility import Viewer, of


def earliest_month(viewer: Viewer) -> int | None:
    """The key of the first month in which something happened at the viewer's outlets, or None.

    That somebody took a post there, perhaps years before, opens no month.

    Each outlet's first month is found at the head of an index, however many facts there are.
    """
    facts = Fact.objects.filter(outlet=OuterRef("pk")).exclude(source_kind="person")
    outlets = (
        of(viewer).outlets().annotate(first=Subquery(facts.order_by("month").values("month")[:1]))
    )
    found: int | None = outlets.aggregate(earliest=Min("first"))["earliest"]
    return found
