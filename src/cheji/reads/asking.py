"""What a list is asked for, and the page that answers: search, filters, sort, size, totals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from cheji.records.models import CustomField
from cheji.records.own import OWN
from cheji.records.refusals import BadValue
from cheji.records.visibility import Scope, one

T = TypeVar("T")
Row = TypeVar("Row", bound=Model)
MAX_SIZE = 500
MAX_PAGE = 1_000_000
MOST_HITS = 10_000  # of a search, kept as ids
DIGITS = 18  # of a number that fits in the database's


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a list: free text, (field, value) filters, a sort such as `-signed_on`, a page.

    An empty filter value is no filter; a field that the list does not know raises BadValue. With
    `after`, the id of a row, the answer is the rows that follow it by id, uncounted and unsummed.
    """

    search: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    sort: str = ""
    page: int = 1
    size: int = 25
    after: int | None = None


EVERYTHING = Asked()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `count` and `totals` are of everything that fits, not of the page."""

    rows: tuple[T, ...]
    count: int
    page: int
    size: int
    totals: tuple[tuple[str, int | None], ...] = ()

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))

    def total(self, name: str) -> int | None:
        return dict(self.totals)[name]


def paged(
    rows: "QuerySet[Any] | Sequence[Any]", asked: Asked, show: Callable[[list[Any]], Sequence[T]]
) -> Page[T]:
    """The page asked for of rows, or ids, that stand in an order of their own."""
    size = min(max(1, asked.size), MAX_SIZE)
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    number = min(max(1, asked.page), max(1, -(-count // size)))
    found = list(rows[(number - 1) * size : number * size])
    return Page(tuple(show(found)), count, number, size)


class UnknownField(BadValue):
    """This list has no {kind} “{value}”; it knows: {known}."""

    zh = "此列表没有{kind_zh}“{value}”；可用的有：{known}。"


Filtering = Callable[[Scope, str], Q]


@dataclass(frozen=True)
class Listing(Generic[Row, T]):
    """How a noun is listed: its allowed filters and sorts, its search, and how a row is shown.

    `sorts` maps a name to columns; the first is the default, and the id settles ties. `totals`
    adds up everything that fits; `show` turns the rows of one page into values at once. `own` is
    the noun whose own fields filter as well, by their codes after `own_`.
    """

    filters: Mapping[str, Filtering]
    sorts: Mapping[str, tuple[str, ...]]
    default: str
    search: Filtering
    show: Callable[[Scope, Sequence[Row]], Sequence[T]]
    totals: Callable[[Scope, "QuerySet[Row]"], tuple[tuple[str, int | None], ...]] = field(
        default=lambda _scope, _rows: ()
    )
    own: str = ""

    def page(
        self,
        scope: Scope,
        rows: "QuerySet[Row]",
        asked: Asked,
        prepare: "Prepare[Row] | None" = None,
    ) -> Page[T]:
        """The page asked for of rows already narrowed to the viewer's scope."""
        found = self.narrowed(scope, rows, asked)
        size = min(max(1, asked.size), MAX_SIZE)
        if asked.after is not None:
            return self._following(scope, found.filter(id__gt=asked.after), size, prepare)
        hits = _hits(found) if asked.search.strip() else None
        if hits is not None:
            found = rows.filter(pk__among=hits)
        count = found.count() if hits is None else len(hits)
        number = min(max(1, asked.page), MAX_PAGE, max(1, -(-count // size)))
        ordered = found.order_by(*self.order(asked.sort)).values_list("pk", flat=True)
        ids = list(ordered[(number - 1) * size : number * size])
        chosen = tuple(self.show(scope, _chosen(rows, ids, prepare)))
        return Page(chosen, count, number, size, self.totals(scope, found))

    def row(
        self,
        scope: Scope,
        rows: "QuerySet[Row]",
        prepare: "Prepare[Row] | None" = None,
        *,
        noun: str,
        key: int,
    ) -> T:
        """One row by its id, as the page shows it.

        Raises:
            NotFound: it is not among the rows.
        """
        found = one(prepare(rows) if prepare else rows, noun, key, pk=key)
        return self.show(scope, [found])[0]

    def _following(
        self, scope: Scope, rows: "QuerySet[Row]", size: int, prepare: "Prepare[Row] | None"
    ) -> Page[T]:
        ordered = rows.order_by("id")
        chosen = list((prepare(ordered) if prepare else ordered)[:size])
        return Page(tuple(self.show(scope, chosen)), len(chosen), 1, size)

    def narrowed(self, scope: Scope, rows: "QuerySet[Row]", asked: Asked) -> "QuerySet[Row]":
        for name, value in asked.filters:
            narrow = self.filters.get(name) or self._own(scope, name)
            if narrow is None:
                raise unknown("filter", "筛选项", name, self.filters)
            if value:
                rows = rows.filter(narrow(scope, value))
        text = asked.search.strip()
        return rows.filter(self.search(scope, text)) if text else rows

    def _own(self, scope: Scope, name: str) -> Filtering | None:
        """The filter on an own field in use that the viewer may read."""
        code = name.removeprefix(OWN)
        if not self.own or code == name or code in scope.hidden_fields:
            return None
        there = CustomField.objects.filter(noun=self.own, code=code, retired=False).exists()
        return filled_with(code) if there else None

    def order(self, sort: str) -> list[str]:
        wanted = sort or self.default
        name, down = wanted.removeprefix("-"), wanted.startswith("-")
        if name not in self.sorts:
            raise unknown("sort", "排序项", name, self.sorts)
        columns = (*self.sorts[name], "id")
        return [f"-{column}" if down else column for column in columns]


Prepare = Callable[["QuerySet[Row]"], "QuerySet[Row]"]


def _hits(found: "QuerySet[Row]") -> list[int] | None:
    """The ids of what a search finds, searched for once; None where they are too many."""
    ids = list(found.order_by().values_list("pk", flat=True)[: MOST_HITS + 1])
    return ids if len(ids) <= MOST_HITS else None


def _chosen(rows: "QuerySet[Row]", ids: Sequence[int], prepare: "Prepare[Row] | None") -> list[Row]:
    """The rows with these ids in this order, so that nothing is worked out for any other."""
    chosen = rows.filter(pk__in=ids)
    found = {row.pk: row for row in (prepare(chosen) if prepare else chosen)} if ids else {}
    return [found[pk] for pk in ids if pk in found]


def unknown(kind: str, kind_zh: str, value: str, known: Mapping[str, object]) -> UnknownField:
    return UnknownField(kind=kind, kind_zh=kind_zh, value=value, known=", ".join(sorted(known)))


# -- common filters ----------------------------------------------------------------------------


def equals(column: str) -> Filtering:
    """One value, or several with commas between them."""
    return lambda _scope, value: Q(**{f"{column}__in": value.split(",")})


def numbered(column: str) -> Filtering:
    """By a whole number; what is none fits nothing."""

    def narrow(_scope: Scope, value: str) -> Q:
        fits = value.isascii() and value.isdecimal() and len(value) <= DIGITS
        return Q(**{column: int(value)}) if fits else Q(pk__in=[])

    return narrow


def filled_with(code: str) -> Filtering:
    """An own field with one of these values; `+` is filled in at all, `-` is empty."""

    def narrow(_scope: Scope, value: str) -> Q:
        if value in {"+", "-"}:
            filled = Q(custom__has_key=code)
            return filled if value == "+" else ~filled
        return Q(**{f"custom__{code}__in": value.split(",")})

    return narrow


def flag(column: str) -> Filtering:
    return lambda _scope, value: Q(**{column: value in {"1", "true", "yes", "on"}})


def since(column: str) -> Filtering:
    """On this ISO date or later."""
    return lambda _scope, value: Q(**{f"{column}__gte": day(value)})


def until(column: str) -> Filtering:
    """On this ISO date or earlier: a person says the last day he means."""
    return lambda _scope, value: Q(**{f"{column}__lte": day(value)})


def day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadValue(field="date", value=value, why="YYYY-MM-DD") from None
