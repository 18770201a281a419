"""How far back there is anything to ask about."""

from django.db.models import Min, OuterRef, Subquery

from cheji.records.models import Fact
from cheji.records.visibility import Viewer, of


def earliest_month(viewer: Viewer) -> int | None:
    """The key of the first month with a fact of the viewer's outlets; None before the first.

    Each outlet's first month is found at the head of an index, however many facts there are.
    """
    facts = Fact.objects.filter(outlet=OuterRef("pk")).order_by("month")
    outlets = of(viewer).outlets().annotate(first=Subquery(facts.values("month")[:1]))
    found: int | None = outlets.aggregate(earliest=Min("first"))["earliest"]
    return found
