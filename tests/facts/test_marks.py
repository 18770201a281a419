"""The high-water mark with a real second connection that is slower than a later one."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, transaction

from cast import AT, Cast, Floor
from cheji import facts
from cheji.records.models import Fact
from cheji.records.visibility import Reach

INSERT = """
INSERT INTO records_fact (kind, on_date, week, month, outlet, model, channel, level, tags,
  quantity, fen, value, source_kind, source, recorded_at)
SELECT 'lead', DATE '2026-03-02', 202610, 202603, 1, '', '', '', '', 10000, 0, 0, 'lead', 1,
  now() FROM generate_series(1, %s) RETURNING id"""
LOCKS = """
SELECT count(*) FROM pg_locks WHERE pid = %s AND locktype = 'advisory'
  AND classid::bigint >> 16 = 6783"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slow() -> Iterator[psycopg.Connection]:
    """A connection of somebody else, in a transaction of its own."""
    told = {key: value for key, value in connection.get_connection_params().items()
            if key in ("dbname", "user", "password", "host", "port")}  # fmt: skip
    other = psycopg.connect(**told)
    yield other
    other.close()


def add(who: psycopg.Connection, count: int = 1) -> int:
    """Insert facts in one statement; returns the last id."""
    with who.cursor() as cursor:
        return max(row[0] for row in cursor.execute(INSERT, [count]).fetchall())


def fast() -> int:
    """A transaction that begins and commits while the slow one is open."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [1])
        return cursor.fetchone()[0]


def test_the_mark_waits_below_a_slow_transaction_and_passes_it(slow: psycopg.Connection) -> None:
    before = fast()
    assert facts.mark() == before
    taken = add(slow, 3)
    later = fast()
    assert later > taken
    low = facts.mark()
    assert low < taken - 2
    seen = set(Fact.objects.filter(id__lte=low).values_list("id", flat=True))
    slow.commit()
    assert facts.mark() == later
    assert set(Fact.objects.filter(id__lte=low).values_list("id", flat=True)) == seen


def test_a_rolled_back_transaction_no_longer_holds_the_mark(slow: psycopg.Connection) -> None:
    add(slow)
    later = fast()
    assert facts.mark() < later
    slow.rollback()
    assert facts.mark() == later


def test_a_killed_connection_no_longer_holds_the_mark(slow: psycopg.Connection) -> None:
    add(slow)
    later = fast()
    assert facts.mark() < later
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [slow.info.backend_pid])
        assert cursor.fetchone()[0] is True
    assert facts.mark() == later


def test_a_savepoint_taken_back_lets_the_mark_go(slow: psycopg.Connection) -> None:
    fast()
    slow.execute("SAVEPOINT before")
    add(slow)
    slow.execute("ROLLBACK TO SAVEPOINT before")
    later = fast()
    assert facts.mark() == later
    taken = add(slow)
    last = fast()
    assert facts.mark() < taken < last
    slow.commit()
    assert facts.mark() == last


def test_many_statements_hold_one_lock(slow: psycopg.Connection) -> None:
    for _ in range(5):
        add(slow)
    with connection.cursor() as cursor:
        cursor.execute(LOCKS, [slow.info.backend_pid])
        assert cursor.fetchone()[0] == 1
        slow.commit()
        cursor.execute(LOCKS, [slow.info.backend_pid])
        assert cursor.fetchone()[0] == 0


def test_the_lowest_of_several_slow_ones_decides(slow: psycopg.Connection) -> None:
    first = add(slow)
    second = psycopg.connect(slow.info.dsn, password=slow.info.password)
    add(second)
    later = fast()
    second.commit()
    assert facts.mark() < first
    slow.commit()
    assert facts.mark() == later
    second.close()


def test_asking_never_waits(slow: psycopg.Connection) -> None:
    """Even a transaction that locks the whole table against writers does not hold the asker."""
    add(slow)
    slow.execute("LOCK TABLE records_fact IN SHARE ROW EXCLUSIVE MODE")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        assert facts.mark() >= 0


def test_what_was_read_up_to_a_mark_can_be_read_again(slow: psycopg.Connection) -> None:
    cast, floor = Cast(), Floor()
    floor.visit(cast.outlet, cast.people["zhang"])
    everything = facts.tallies(narrow(None), first=202603, last=202603)
    mark = facts.mark()
    assert facts.tallies(narrow(mark), first=202603, last=202603) == everything
    row = floor.visit(cast.outlet, cast.people["zhang"])
    row.excluded = "void"
    row.save()
    facts.post("visit", [row.pk], at=AT)
    add(slow)
    slow.commit()
    assert facts.tallies(narrow(mark), first=202603, last=202603) == everything
    assert len(facts.tallies(narrow(None), first=202603, last=202603)) == 3


def narrow(mark: int | None) -> facts.Narrow:
    return facts.Narrow(Reach(everything=True), mark=mark)
