"""Many rows at once: what is written is read back equal, whatever the type and the text."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import DataError, IntegrityError, connection, transaction

from cheji.records import models as m
from cheji.records.bulk import (
    checked_at_once,
    copy,
    delete,
    ids,
    insert,
    learn,
    table_of,
    update,
)

TEXTS = ["", "a", "NULL", 'q"uo"te', "back\\slash", "{br,ace}", " space ", "O'Neil", "张三", "\n\t"]
WHEN = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)


def spend(outlet: int, number: str, **more: object) -> dict[str, object]:
    return {"outlet_id": outlet, "number": number, "on_date": date(2026, 3, 1), "amount": 1, **more}


@pytest.fixture
def outlet(db: None) -> int:
    del db
    group = m.Unit.objects.create(kind="group", code="G", name="G", path="/1/")
    return group.pk


def test_ids_are_drawn_in_order_and_once(outlet: int) -> None:
    del outlet
    first, second = ids(m.AdSpend, 3), ids(m.AdSpend, 2)
    assert [first, second] == [
        list(range(first[0], first[0] + 3)),
        list(range(first[0] + 3, first[0] + 5)),
    ]
    assert ids(m.AdSpend, 0) == []


def test_every_type_of_column_is_read_back_as_it_was_written(outlet: int) -> None:
    batch = {
        "key": uuid.UUID(int=5),
        "kind": "visits",
        "name": "O'N\"\\张",
        "digest": "d",
        "made_at": WHEN,
        "content": b"\x00\xff\\",
        "mapping": {"a": [1, None, 'q"'], "张": True},
    }
    (pk,) = insert(m.ImportBatch, [batch])
    assert m.ImportBatch.objects.filter(pk=pk).values(*batch).get() == batch
    days = {"outlet_id": outlet, "number": "1", "on_date": date(1999, 12, 31), "amount": -(2**40)}
    (pk,) = insert(m.AdSpend, [days])
    assert m.AdSpend.objects.filter(pk=pk).values(*days).get() == days


@pytest.mark.parametrize(
    "bad",
    [
        {"units": 2**15},
        {"units": 2**16 + 1},
        {"units": -(2**15) - 1},
        {"version": 2**31},
        {"version": 2**32 + 1},
        {"deposit": 2**63},
        {"deposit": -(2**63) - 1},
        {"number": "a\x00b"},
    ],
)
def test_what_a_column_cannot_hold_is_refused_by_the_database(
    outlet: int, bad: dict[str, object]
) -> None:
    order = {"outlet_id": outlet, "number": "1", "units": 1, "signed_on": date(2026, 3, 1)} | bad
    with pytest.raises((DataError, OverflowError)), transaction.atomic():
        insert(m.Order, [order])
    assert m.Order.objects.count() == 0
    insert(
        m.Order,
        [order | {"units": 2**15 - 1, "version": 2**31 - 1, "deposit": 2**63 - 1, "number": "2"}],
    )
    told = m.Order.objects.values_list("units", "version", "deposit")
    assert list(told) == [(2**15 - 1, 2**31 - 1, 2**63 - 1)]


def test_a_column_whose_migration_ran_in_this_process_takes_the_type_it_has_now(db: None) -> None:
    del db
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE grown (amount integer)")
        copy("grown", ["amount"], [(1,)])
        cursor.execute("ALTER TABLE grown ALTER amount TYPE bigint")
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        copy("grown", ["amount"], [(2**40,)])
        cursor.execute("SELECT amount FROM grown ORDER BY amount")
        assert cursor.fetchall() == [(1,), (2**40,)]


def test_arrays_of_texts_come_back_as_they_went(db: None) -> None:
    del db
    told = [[], ["1/3"], ["", "张三", "a" * 70_000, '{"x", NULL}'], None]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE arrays (place integer, texts text[])")
        copy("arrays", ["place", "texts"], list(enumerate(told)))
        cursor.execute("SELECT texts FROM arrays ORDER BY place")
        assert [row for (row,) in cursor.fetchall()] == told


def test_many_values_are_found_whatever_stands_in_them(outlet: int) -> None:
    insert(m.AdSpend, [spend(outlet, text) for text in TEXTS])
    for text in TEXTS:
        found = m.AdSpend.objects.filter(number__among=[text])
        assert list(found.values_list("number", flat=True)) == [text]
    assert m.AdSpend.objects.filter(number__among=TEXTS).count() == len(TEXTS)
    assert m.AdSpend.objects.filter(number__among=[]).count() == 0
    assert m.AdSpend.objects.filter(number__among=["other", None]).count() == 0
    assert m.AdSpend.objects.filter(on_date__among=[date(2026, 3, 1)]).count() == len(TEXTS)
    insert(m.ImportBatch, [
        {"key": uuid.UUID(int=n), "kind": "k", "name": "n", "digest": "d", "made_at": WHEN,
         "content": raw}
        for n, raw in enumerate([b"\x00\\", b'"{', b""])
    ])  # fmt: skip
    some = m.ImportBatch.objects.filter(content__among=[b"\x00\\", b""]).order_by("id")
    assert [bytes(row.content or b"-") for row in some] == [b"\x00\\", b"-"]


def test_many_rows_change_in_one_statement(outlet: int) -> None:
    insert(m.AdSpend, [spend(outlet, text) for text in TEXTS])
    rows = list(m.AdSpend.objects.order_by("id"))
    for place, row in enumerate(rows):
        row.number, row.amount = row.number + "!", place
    update(rows, ["number", "amount"])
    told = m.AdSpend.objects.order_by("id").values_list("number", "amount")
    assert list(told) == [(f"{text}!", place) for place, text in enumerate(TEXTS)]


def test_a_row_on_which_others_hang_cannot_be_deleted(outlet: int) -> None:
    insert(m.AdSpend, [spend(outlet, "1")])
    with pytest.raises(IntegrityError), transaction.atomic(), checked_at_once():
        delete(m.Unit, [outlet])
    assert m.Unit.objects.count() == 1
    assert delete(m.AdSpend, [outlet], column="outlet_id") == 1
    assert delete(m.Unit, [outlet]) == 1


def test_a_foreign_key_is_checked_with_its_statement_and_later_at_the_commit(outlet: int) -> None:
    columns = (
        "outlet_id",
        "number",
        "on_date",
        "amount",
        "subsidy",
        "channel",
        "note",
        "void",
        "version",
    )
    wrong = (outlet + 999, "1", date(2026, 3, 1), 1, 0, "", "", False, 1)
    with pytest.raises(IntegrityError), transaction.atomic(), checked_at_once():
        copy(table_of(m.AdSpend), columns, [wrong])
    with checked_at_once():
        pass
    copy(table_of(m.AdSpend), columns, [wrong])
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.set_rollback(True)


def _looked_at() -> tuple[int, int]:
    """How many rows and pages the planner was told that the table has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::int, relpages FROM pg_class WHERE oid = %s::regclass",
            [table_of(m.AdSpend)],
        )
        rows, pages = cursor.fetchone()
        return rows, pages


def test_a_table_is_looked_at_once_it_has_grown_by_half(outlet: int) -> None:
    insert(m.AdSpend, [spend(outlet, f"A{n}") for n in range(500)])
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table_of(m.AdSpend)}")
    rows, pages = known = _looked_at()
    insert(m.AdSpend, [spend(outlet, "B")])
    learn([m.AdSpend, m.Unit])
    assert _looked_at() == known
    more = 200 * pages  # a page holds fewer of them
    insert(m.AdSpend, [spend(outlet, f"C{n}") for n in range(more)])
    learn([m.AdSpend, m.Unit])
    assert _looked_at()[0] == rows + 1 + more
