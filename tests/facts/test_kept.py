"""Sums kept in the process: read once, never stale, and never of facts that were taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cast import AT
from cheji import facts
from cheji.engine.periods import month_key, week_key
from cheji.facts import Narrow, kept
from cheji.records import models as m
from cheji.records.visibility import Reach

EVERYTHING = Narrow(Reach(everything=True))
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    kept.SHELF.clear()
    yield
    kept.SHELF.clear()


def post(fen: int, on: date = date(2026, 1, 5), **more: object) -> None:
    m.Fact.objects.create(
        kind="delivery", on_date=on, week=week_key(on), month=month_key(on), outlet=1, fen=fen,
        quantity=10_000, source_kind="order", source=1, recorded_at=AT, **more,
    )  # fmt: skip


def january() -> list[tuple[int, int]]:
    found = facts.tallies(EVERYTHING, first=202601, last=202601)
    return [(tally.fen, tally.count) for tally in found]


def marks() -> list[int]:
    return [found.mark for found, _ in kept.SHELF._kept.values()]


@contextmanager
def slow_writer() -> Iterator[None]:
    """Another transaction whose fact of 700 fen gets its id first and is committed last."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            f"INSERT INTO {m.Fact._meta.db_table} (kind, on_date, week, month, outlet, model,"
            " channel, level, tags, quantity, fen, value, source_kind, source, recorded_at) VALUES"
            " ('delivery', '2026-01-05', 202602, 202601, 1, '', '', '', '', 10000, 700, 0, 'order',"
            " 1, now())"
        )
        yield
        cursor.execute("COMMIT")
    other.close()


def test_what_was_added_since_is_in_the_next_answer():
    post(100)
    assert january() == [(100, 1)]
    [mark] = marks()
    post(20)
    post(3, on=date(2026, 2, 1))
    assert january() == [(120, 2)]
    assert january() == [(120, 2)]
    assert marks() == [mark]


def test_a_slow_writer_is_not_missed():
    post(100)
    with slow_writer():
        post(1)
        assert january() == [(101, 2)]
    assert january() == [(801, 3)]
    assert january() == [(801, 3)]


def test_facts_that_may_be_taken_back_are_not_kept():
    with transaction.atomic():
        post(100)
        assert january() == [(100, 1)]
        transaction.set_rollback(True)
    assert marks() == []
    assert january() == []


def test_own_facts_are_seen_before_they_are_kept():
    post(100)
    assert january() == [(100, 1)]
    with transaction.atomic():
        post(20)
        assert january() == [(120, 2)]
        transaction.set_rollback(True)
    assert january() == [(100, 1)]


def test_what_was_kept_of_another_database_answers_nothing():
    post(100)
    assert january() == [(100, 1)]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE records_fact DISABLE TRIGGER USER")
        cursor.execute("UPDATE records_fact SET fen = 5, recorded_at = now()")
        cursor.execute("ALTER TABLE records_fact ENABLE TRIGGER USER")
    assert january() == [(5, 1)]


def test_many_additions_are_read_anew(monkeypatch):
    post(100)
    january()
    [first] = marks()
    monkeypatch.setattr(kept, "SINCE", 0)
    post(20)
    assert january() == [(120, 2)]
    assert marks() == [facts.mark()] != [first]


def test_a_question_up_to_a_mark_stays_as_it_was():
    post(100)
    mark = facts.mark()
    post(20)
    [tally] = facts.tallies(Narrow(Reach(everything=True), mark=mark), first=202601, last=202601)
    assert (tally.fen, marks()) == (100, [])


def test_what_was_asked_longest_ago_is_given_up_first(monkeypatch):
    post(100)
    monkeypatch.setattr(kept, "CELLS", 25)
    january()
    facts.before(EVERYTHING, first=202602)
    january()
    facts.tallies(EVERYTHING, first=202601, last=202602)
    assert [text.startswith("SELECT month") for text in kept.SHELF._kept] == [True, True]


def test_months_that_come_next_are_read_together_and_stay_right() -> None:
    for month, fen in ((1, 100), (2, 200), (3, 400)):
        post(fen, date(2026, month, 5))
    months = (202601, 202602, 202604)

    def told(month: int) -> list[tuple[int, int]]:
        found = facts.tallies(EVERYTHING, first=month, last=month, ahead=months)
        return [(tally.period, tally.fen) for tally in found]

    assert told(202601) == [(202601, 100)]
    with CaptureQueriesContext(connection) as asked:
        assert [told(month) for month in months] == [[(202601, 100)], [(202602, 200)], []]
    assert [q["sql"] for q in asked if "SUM(" in q["sql"]] == []
    post(50, date(2026, 2, 9))
    assert [told(month) for month in months] == [[(202601, 100)], [(202602, 250)], []]
    with transaction.atomic():
        kept.SHELF.clear()
        post(7, date(2026, 1, 9))
        assert told(202601) == [(202601, 107)]
        transaction.set_rollback(True)
    assert told(202601) == [(202601, 100)]


def test_what_is_kept_is_answered_by_one_question_about_what_was_added() -> None:
    post(100)
    january()
    with CaptureQueriesContext(connection) as asked:
        january()
    assert len(asked) == 1
