"""Registers: which there are, the list of one, and one entry of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from cheji.reads.asking import EVERYTHING, Asked, Filtering, Listing, Page, equals, flag
from cheji.reads.asking import since as from_day
from cheji.reads.asking import until as to_day
from cheji.reads.filters import customer_matches, in_outlet, of_person
from cheji.reads.seen import CustomerSeen, Where, Who, customer_seen, known, where, who
from cheji.records.models import RegisterRow
from cheji.records.registers import PLURALS, REGISTERS, Register
from cheji.records.registers.shapes import TYPES_OF_NUMBERS
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry; `values` by field of its register, money in fen, numbers in 1/10,000."""

    id: int
    register: str
    number: str
    outlet: Where
    on: date
    person: Who | None
    customer: CustomerSeen | None
    model: str
    values: dict[str, Any]
    note: str
    void: bool
    version: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A register, and how many standing entries of it the viewer sees."""

    register: Register
    count: int


def seen(viewer: Viewer) -> tuple[Register, ...]:
    """The registers that a post of the viewer sees, in the house's order."""
    return tuple(one for one in REGISTERS.values() if viewer.sees(one.family))


def counts(viewer: Viewer) -> tuple[Kept, ...]:
    """How many entries of each register stand."""
    scope = of(viewer)
    return tuple(
        Kept(register, scope.register(register).filter(void=False).count())
        for register in seen(viewer)
    )


def entries(viewer: Viewer, register: str, asked: Asked = EVERYTHING) -> Page[EntryRow]:
    """Entries of a register, newest first; totals: count, and sums of what can be added, all
    without void ones.

    Filters: outlet, person, model, void, since, until, and each field of choices. Sorts: on,
    number, and each number and date.
    """  # noqa: D205
    scope, kind = of(viewer), REGISTERS[register]
    rows = scope.register(kind)
    return listing(register).page(scope, rows, asked, lambda found: _ready(scope, found))


def entry(viewer: Viewer, register: str, entry_id: int) -> EntryRow:
    """One entry.

    Raises:
        NotFound: it is not in scope.
    """
    scope, kind = of(viewer), REGISTERS[register]
    rows = _ready(scope, scope.register(kind))
    return _row(scope, kind, one(rows, register, entry_id, id=entry_id))


def _ready(scope: Scope, rows: "QuerySet[RegisterRow]") -> "QuerySet[RegisterRow]":
    return rows.select_related("outlet", "customer", "person").annotate(known=known(scope))


def _row(scope: Scope, kind: Register, row: RegisterRow) -> EntryRow:
    return EntryRow(
        row.pk,
        kind.code,
        row.number,
        where(row.outlet),
        getattr(row, kind.date),
        who(row.person),
        customer_seen(scope, row.customer, known=row.known),  # type: ignore[attr-defined]
        row.model,
        {field.code: getattr(row, field.code) for field in kind.fields},
        row.note,
        row.void,
        row.version,
    )


@cache
def listing(code: str) -> Listing[RegisterRow, EntryRow]:
    """How a register is listed, by its declaration."""
    kind = REGISTERS[code]

    def show(scope: Scope, rows: Sequence[RegisterRow]) -> list[EntryRow]:
        return [_row(scope, kind, row) for row in rows]

    return Listing[RegisterRow, EntryRow](
        filters=_filters(kind),
        sorts=_sorts(kind),
        default="-on",
        search=_search(kind),
        show=show,
        totals=_totals(kind),
    )


def _filters(kind: Register) -> dict[str, Filtering]:
    found: dict[str, Filtering] = {
        "outlet": in_outlet(),
        "void": flag("void"),
        "since": from_day(kind.date),
        "until": to_day(kind.date),
    }
    if kind.person != "none":
        found["person"] = of_person("person")
    if kind.model != "none":
        found["model"] = equals("model")
    for field in kind.fields:
        if field.type == "choice":
            found[field.code] = equals(field.code)
        elif field.type == "bool":
            found[field.code] = flag(field.code)
    return found


def _sorts(kind: Register) -> dict[str, tuple[str, ...]]:
    by = (*TYPES_OF_NUMBERS, "date")
    fields = {field.code: (field.code,) for field in kind.fields if field.type in by}
    return {"on": (kind.date,), "number": ("number",), **fields}


def _search(kind: Register) -> Filtering:
    texts = [field.code for field in kind.fields if field.type in ("text", "code")]

    def search(scope: Scope, text: str) -> Q:
        found = Q(number__istartswith=text) | Q(model__icontains=text) | Q(note__icontains=text)
        for name in texts:
            found |= Q(**{f"{name}__icontains": text})
        return found | customer_matches(scope, text, "customer")

    return search


def _totals(kind: Register) -> Any:
    added = [field.code for field in kind.fields if field.adds_up]

    def totals(_scope: Scope, rows: "QuerySet[RegisterRow]") -> tuple[tuple[str, int | None], ...]:
        sums = {f"sum_{name}": Sum(name) for name in added}
        found = rows.filter(void=False).aggregate(count=Count("id"), **sums)
        return ("count", found["count"]), *((name, found[f"sum_{name}"] or 0) for name in added)

    return totals


__all__ = ["PLURALS", "EntryRow", "Kept", "counts", "entries", "entry", "listing", "seen"]
