"""Facts of coaching tasks: what was due, and what was done."""

from collections.abc import Iterator, Sequence

from cheji.facts.book import Book
from cheji.facts.rows import WHOLE, Row, Source
from cheji.records.models import CoachingTask

from .chosen import chosen

COLUMNS = ("id", "outlet", "person", "due_on", "state", "ended_on")


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    """Of the one who practises; a dropped task says nothing."""
    tasks = chosen(CoachingTask.objects.exclude(state="dropped"), ids).values_list(*COLUMNS)
    for pk, outlet, person, due, state, ended in tasks.iterator(5000):
        source = Source("coaching", pk, outlet, book.closing_days[outlet])
        how = "open" if state == "open" else "done" if ended <= due else "late"
        whose = book.whose(person, outlet, due)
        yield source.row("coaching_due", due, whose=whose, quantity=WHOLE, tags=how)
        if ended is not None:
            whose = book.whose(person, outlet, ended)
            yield source.row("coaching_done", ended, whose=whose, since=due, quantity=WHOLE)
