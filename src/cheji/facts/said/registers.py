"""Facts of registers: what each entry says by the declaration of its register."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from cheji.engine.money import round_half_up
from cheji.engine.periods import month_key
from cheji.facts.book import Book
from cheji.facts.rows import Row, Source
from cheji.records.models import Lead, Prospect, RegisterRow, entries
from cheji.records.registers import REGISTERS, Days, InTime, Minutes, Register, Says, Share

from .chosen import chosen

Said = Callable[[Sequence[int] | None, Book], Iterator[Row]]
MINUTE = 60
BEGAN: dict[str, tuple[Any, str]] = {"lead": (Lead, "received_on"), "card": (Prospect, "opened_on")}


class Background(NamedTuple):
    """What the facts of many entries need beside them, read at once.

    `began` has, by record and customer, the days on which the others' records began; `first` the
    entries that are the first of their customer in their month.
    """

    began: dict[str, dict[int, list[date]]]
    first: frozenset[int]

    def since(self, record: str, customer: int | None, on: date) -> date | None:
        """The last beginning that is not after the day."""
        days = self.began[record].get(customer or 0, ())
        return max((day for day in days if day <= on), default=None)


def said(register: Register) -> Said:
    """The facts of a register, by ids of its entries or of all."""

    def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
        standing = chosen(entries(register.code).filter(void=False), ids)
        known = background(register, ids, book)
        for entry in standing.iterator(5000):
            yield from _entry(register, entry, book, known)

    return rows


def background(register: Register, ids: Sequence[int] | None, book: Book) -> Background:
    customers = None if ids is None else _customers(register, ids)
    began = {
        says.beginning: _began(says.beginning, customers)
        for says in register.says
        if says.beginning
    }
    first = _first(register, customers, book) if register.once else frozenset()
    return Background(began, first)


def _customers(register: Register, ids: Sequence[int]) -> list[int]:
    rows = chosen(entries(register.code).filter(customer__isnull=False), ids).order_by()
    return list(rows.values_list("customer", flat=True).distinct())


def _began(record: str, customers: Sequence[int] | None) -> dict[int, list[date]]:
    table, column = BEGAN[record]
    rows = chosen(table.objects.filter(customer__isnull=False), customers, "customer")
    found: dict[int, list[date]] = defaultdict(list)
    for customer, on in rows.order_by().values_list("customer", column):
        found[customer].append(on)
    return found


def _first(register: Register, customers: Sequence[int] | None, book: Book) -> frozenset[int]:
    """The first standing entry of each customer in each month of the outlet's calendar."""
    rows = entries(register.code).filter(void=False, customer__isnull=False)
    found: dict[tuple[int, int, int], tuple[date, int]] = {}
    columns = chosen(rows, customers, "customer").order_by()
    for pk, outlet, customer, on in columns.values_list("id", "outlet", "customer", register.date):
        key = outlet, customer, month_key(on, book.closing_days[outlet])
        found[key] = min(found.get(key, (on, pk)), (on, pk))
    return frozenset(pk for _, pk in found.values())


def _entry(register: Register, entry: RegisterRow, book: Book, known: Background) -> Iterator[Row]:
    outlet = entry.outlet_id
    source = Source(
        register.code, entry.pk, outlet, book.closing_days[outlet], entry.customer_id, entry.model
    )
    for says in register.says:
        on = getattr(entry, says.on)
        if on is not None and _holds(says, entry) and (not says.once or entry.pk in known.first):
            yield _fact(says, entry, source, book, known)


def _holds(says: Says, entry: RegisterRow) -> bool:
    return all(getattr(entry, name) in values for name, values in says.when)


def _fact(says: Says, entry: RegisterRow, source: Source, book: Book, known: Background) -> Row:
    on = getattr(entry, says.on)
    return source.row(
        says.kind,
        on,
        whose=book.whose(entry.person_id, source.outlet, on),
        since=_since(says, entry, on, known),
        quantity=_number(says.quantity, entry),
        fen=sum(getattr(entry, name) or 0 for name in says.fen),
        value=_number(says.value, entry),
        tags=_word(says.tags, entry),
        channel=_word(says.channel, entry),
    )


def _since(says: Says, entry: RegisterRow, on: date, known: Background) -> date | None:
    if says.beginning:
        return known.since(says.beginning, entry.customer_id, on)
    found: date | None = getattr(entry, says.since) if says.since else None
    return found


def _number(value: str | int | Days | Minutes | Share, entry: RegisterRow) -> int:
    """A number as a declaration gives it; what is not known counts nothing."""
    match value:
        case int():
            return value
        case str():
            return getattr(entry, value) or 0
        case Share(part, full):
            return _share(getattr(entry, part), getattr(entry, full))
        case Days(since, until) | Minutes(since, until):
            return _length(getattr(entry, since), getattr(entry, until))


def _share(part: int | None, full: int | None) -> int:
    """Part of full in 1/10,000, half up."""
    return round_half_up(Fraction(part * 10_000, full)) if part is not None and full else 0


def _length(since: Any, until: Any) -> int:
    """Days between dates, whole minutes between moments; 0 where one is not known."""
    if since is None or until is None:
        return 0
    gap = until - since
    return int(gap.total_seconds()) // MINUTE if isinstance(since, datetime) else gap.days


def _word(word: str | InTime, entry: RegisterRow) -> str:
    if isinstance(word, InTime):
        return _timely(getattr(entry, word.due), getattr(entry, word.done))
    if word.startswith(":"):
        return word[1:]
    return str(getattr(entry, word)) if word else ""


def _timely(due: date, done: date | None) -> str:
    if done is None:
        return "open"
    return "done" if done <= due else "late"


SAID: dict[str, Said] = {code: said(register) for code, register in REGISTERS.items()}
"""The facts of every register, by its code."""
