"""The only door to rows: what a viewer may see, and which verbs his posts allow. Fails closed."""

from django.db.models import QuerySet

from cheji.records.refusals import NotFound

from .reach import Reach, Row
from .results import HEADS_ABOVE, Results
from .viewers import Asking, Grant, Viewer, operator, viewer_of
from .work import Work

__all__ = [
    "HEADS_ABOVE", "Asking", "Grant", "Reach", "Scope", "Viewer", "of", "one", "operator",
    "viewer_of",
]  # fmt: skip


class Scope(Work, Results):
    """Querysets narrowed to one viewer; a noun that no post of his sees gives no rows."""


def of(viewer: Viewer) -> Scope:
    """The viewer's scope; every query of reads and actions begins here."""
    return Scope(viewer)


def one(rows: "QuerySet[Row]", noun: str, key: object, **where: object) -> Row:
    """The one row that fits, or NotFound: out of scope answers as if it were not there."""
    found = rows.filter(**where).first()
    if found is None:
        raise NotFound(noun=noun, key=key)
    return found
