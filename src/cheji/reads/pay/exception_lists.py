"""待决事项 as one list over all outlets in reach, so that finance goes through a month at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from cheji.reads.asking import Asked, Listing, Page, equals, numbered
from cheji.reads.pay.cases import ExceptionSeen, exceptions_seen
from cheji.reads.seen import Where, where
from cheji.records.models import PayException
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class FloorWanted:
    """A model that waits at an outlet for its floor price.

    `since` is the day on which the first of its cars was signed; `keys` are number and version of
    the exception of each car.
    """

    outlet: Where
    model: str
    since: date
    keys: tuple[tuple[int, int], ...]


def exception_list(viewer: Viewer, asked: Asked) -> Page[ExceptionSeen]:
    """What waits or was decided, what is open first; what is gone by itself is left out.

    Cars that wait for the floor price of their model are in it only where that is asked for: else
    they come by model, in `floors_wanted`.
    """
    scope = of(viewer)
    rows = _shown(scope)
    if _by_model(asked):
        rows = rows.exclude(_unpriced(scope))
    return EXCEPTIONS.page(scope, rows, asked, _placed)


def floors_wanted(viewer: Viewer, asked: Asked) -> tuple[FloorWanted, ...]:
    """What a floor price of one model at one outlet would settle, the most cars first."""
    if not _by_model(asked):
        return ()
    scope = of(viewer)
    handed = scope.deliveries().filter(pk=OuterRef("source"))
    rows = EXCEPTIONS.narrowed(scope, _shown(scope), asked).filter(_unpriced(scope))
    columns = ("id", "version", "outlet_id", "of_model", "signed")
    read = rows.annotate(
        of_model=Subquery(handed.values("order__model")[:1]),
        signed=Subquery(handed.values("order__signed_on")[:1]),
    ).order_by("id")
    cars: dict[tuple[int, str], list[tuple[date, tuple[int, int]]]] = {}
    for number, version, outlet, model, signed in read.values_list(*columns):
        cars.setdefault((outlet, model), []).append((signed, (number, version)))
    outlets = scope.outlets().in_bulk({outlet for outlet, _model in cars})
    wanted = [
        FloorWanted(where(outlets[outlet]), model, min(found)[0], tuple(key for _, key in found))
        for (outlet, model), found in cars.items()
    ]
    return tuple(sorted(wanted, key=lambda one: (-len(one.keys), one.outlet.code, one.model)))


def _by_model(asked: Asked) -> bool:
    given = dict(asked.filters)
    return given.get("state") == PayException.State.OPEN and not given.get("model")


def _unpriced(scope: Scope) -> Q:
    """Cars that wait for a floor price, of a model that the viewer may know."""
    handed = scope.deliveries().exclude(order__model="")
    return Q(kind=PayException.Kind.MISSING_FLOOR, source__in=handed.values("pk"))


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


def _of_model(scope: Scope, model: str) -> Q:
    handed = scope.deliveries().filter(order__model=model)
    return Q(source_kind="delivery", source__in=handed.values("pk"))


EXCEPTIONS: Listing[PayException, ExceptionSeen] = Listing(
    filters={
        "outlet": equals("outlet__code"),
        "period": numbered("period"),
        "kind": equals("kind"),
        "model": _of_model,
        "state": equals("state"),
    },
    sorts={"state": ("state", "period"), "found_at": ("found_at",)},
    default="-state",
    search=lambda _scope, text: Q(person__name__contains=text) | Q(person__number=text),
    show=_seen,
)
