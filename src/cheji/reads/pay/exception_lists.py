"""待决事项 as one list over all outlets in reach, so that finance goes through a month at once."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from cheji.reads.asking import Asked, Listing, Page, equals, numbered
from cheji.reads.pay.cases import ExceptionSeen, exceptions_seen
from cheji.records.models import PayException
from cheji.records.visibility import Scope, Viewer, of, one


def exception_list(viewer: Viewer, asked: Asked) -> Page[ExceptionSeen]:
    """What waits or was decided, what is open first; what is gone by itself is left out."""
    scope = of(viewer)
    return EXCEPTIONS.page(scope, _shown(scope), asked, _placed)


def exception(viewer: Viewer, number: int) -> ExceptionSeen:
    """One of them.

    Raises:
        NotFound: it is not the viewer's to see.
    """
    row = one(_placed(_shown(of(viewer))), "exception", number, pk=number)
    return exceptions_seen(viewer, [row])[0]


def _shown(scope: Scope) -> "QuerySet[PayException]":
    return scope.pay_exceptions().exclude(state=PayException.State.GONE)


def _placed(rows: "QuerySet[PayException]") -> "QuerySet[PayException]":
    return rows.select_related("outlet", "person")


def _seen(scope: Scope, rows: Sequence[PayException]) -> Sequence[ExceptionSeen]:
    return exceptions_seen(scope.viewer, rows)


EXCEPTIONS: Listing[PayException, ExceptionSeen] = Listing(
    filters={
        "outlet": equals("outlet__code"),
        "period": numbered("period"),
        "kind": equals("kind"),
        "state": equals("state"),
    },
    sorts={"state": ("state", "period"), "found_at": ("found_at",)},
    default="-state",
    search=lambda _scope, text: Q(person__name__contains=text) | Q(person__number=text),
    show=_seen,
)
