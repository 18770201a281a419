"""The columnar mirror: never stale, never half, and the same answers as the database."""

import shutil
import time
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.db import connection, transaction

from cast import AT
from cheji import facts
from cheji.engine.periods import month_key, week_key
from cheji.facts import Narrow, asking, mirror
from cheji.facts.mirror import writing
from cheji.facts.mirror.folder import STATE, Folder
from cheji.records import models as m
from cheji.records.visibility import Reach

EVERYTHING = Narrow(Reach(everything=True))
ENGINES = ["duckdb", pytest.param("spark", marks=pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None,
    reason="no PySpark or no Java on this machine",
))]  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: object) -> Folder:
    settings.CHEJI_DATA = tmp_path  # type: ignore[attr-defined]
    return mirror.folder()


def post(on: date, *, kind: str = "delivery", fen: int = 0, **more: object) -> m.Fact:
    given = {"model": '星越, "L"\n', "channel": "", "level": "A", "tags": ""} | more
    since = given.pop("since", None)
    return m.Fact.objects.create(
        kind=kind, on_date=on, since=since, week=week_key(on), month=month_key(on),
        since_week=since and week_key(since), since_month=since and month_key(since),
        outlet=1, quantity=10_000, fen=fen, source_kind="order", source=1, recorded_at=AT, **given,
    )  # fmt: skip


def sums(engine: str, settings: object) -> list[tuple[object, ...]]:
    settings.CHEJI_FACTS = engine  # type: ignore[attr-defined]
    found = facts.tallies(EVERYTHING, first=202501, last=202712, scope=("outlet", "person"),
                          model=True) + facts.before(EVERYTHING, first=202602)  # fmt: skip
    return sorted(map(repr, found))


def three_kinds_of_months() -> None:
    post(date(2025, 12, 31), fen=-5, reverses=None)
    post(date(2026, 1, 1), since=date(2025, 12, 31), fen=10**14, person=7)
    post(date(2026, 1, 1), kind="order_signed", since=date(2026, 1, 1), channel="owner")
    post(date(2026, 2, 28), model="", fen=3, value=90)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_to_the_last_fen(engine, folder, settings):
    three_kinds_of_months()
    mirror.append(folder)
    three_kinds_of_months()
    assert sums(engine, settings) == sums("database", settings) != []


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_needs_no_mirror(engine, folder, settings):
    assert sums(engine, settings) == []
    three_kinds_of_months()
    assert sums(engine, settings) == sums("database", settings) != []


def test_appending_takes_each_fact_once(folder):
    three_kinds_of_months()
    assert mirror.append(folder) == 4
    assert mirror.append(folder) == 0
    post(date(2026, 1, 2))
    assert mirror.append(folder) == 1
    held = folder.held()
    assert [part.month for part in held.parts] == [202512, 202601, 202601, 202602]
    assert held.mark == facts.mark()
    assert mirror.check(folder) == []


def test_many_small_files_become_one(folder):
    for day in range(1, writing.MANY + 1):
        post(date(2026, 1, day), fen=day)
        mirror.append(folder)
    [part] = folder.held().parts
    assert (part.rows, mirror.check(folder)) == (writing.MANY, [])
    assert len(list(folder.place.glob("*.parquet"))) > 1
    assert folder.sweep(now=time.time() + 3600) == writing.MANY
    assert [file.name for file in folder.place.glob("*.parquet")] == [part.file]


def test_large_additions_are_taken_in_pieces(folder, monkeypatch):
    three_kinds_of_months()
    monkeypatch.setattr(writing, "BATCH", m.Fact.objects.order_by("id").first().id)
    steps: list[tuple[int, int]] = []
    mirror.append(folder, lambda done, whole: steps.append((done, whole)))
    assert folder.held().rows == 4
    assert steps[-1][0] == steps[-1][1]
    assert len(steps) > 1


def test_what_differs_from_the_table_is_found_and_a_rebuild_mends_it(folder):
    three_kinds_of_months()
    mirror.append(folder)
    held = folder.held()
    folder.keep(type(held)(held.mark, held.database, held.parts[1:]))
    [found] = mirror.check(folder)
    assert (found.kind, found.month, found.mirror, found.table) == (
        "delivery", 202512, (0, 0, 0, 0), (1, 10_000, -5, 0),
    )  # fmt: skip
    assert mirror.rebuild(folder) == 4
    assert mirror.check(folder) == []


def test_the_mirror_of_another_database_answers_nothing(folder, settings):
    with transaction.atomic():
        three_kinds_of_months()
        mirror.append(folder)
        transaction.set_rollback(True)
    post(date(2026, 3, 1), fen=1)
    assert sums("duckdb", settings) == sums("database", settings) != []
    mirror.append(folder)
    assert folder.held().rows == 1


def test_a_state_of_another_layout_is_begun_anew(folder):
    three_kinds_of_months()
    mirror.append(folder)
    state = folder.place / STATE
    state.write_text(state.read_text().replace('"layout": 1', '"layout": 0'))
    assert folder.held().rows == 0
    assert mirror.append(folder) == 4


def test_only_its_owner_may_read_the_mirror(folder):
    post(date(2026, 1, 1))
    mirror.append(folder)
    modes = [file.stat().st_mode & 0o077 for file in folder.place.glob("*.parquet")]
    assert (modes, folder.place.stat().st_mode & 0o077) == ([0], 0)


@pytest.mark.django_db(transaction=True)
def test_a_slow_writer_is_not_missed(folder, settings):
    """Its facts have lower ids than those that the mirror takes in before it commits."""
    other = connection.copy()
    slow = m.Fact._meta.db_table
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            f"INSERT INTO {slow} (kind, on_date, week, month, outlet, model, channel, level, tags,"
            " quantity, fen, value, source_kind, source, recorded_at) VALUES ('delivery',"
            " '2026-01-05', 202602, 202601, 1, '', '', '', '', 10000, 777, 0, 'order', 1, now())"
        )
        post(date(2026, 1, 6), fen=1)
        mirror.append(folder)
        cursor.execute("COMMIT")
    other.close()
    assert sums("duckdb", settings) == sums("database", settings)
    mirror.append(folder)
    assert (folder.held().rows, mirror.check(folder)) == (2, [])


def test_who_finds_another_writer_takes_in_nothing(folder):
    post(date(2026, 1, 1))
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [writing.LOCK])
        assert mirror.append(folder) == 0
        cursor.execute("SELECT pg_advisory_unlock(%s)", [writing.LOCK])
    other.close()
    assert mirror.append(folder) == 1


WIDE = frozenset(range(1, 30))


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (EVERYTHING, True),
        (Narrow(Reach(outlets=WIDE)), True),
        (Narrow(Reach(outlets=frozenset({1}))), False),
        (Narrow(Reach(everything=True), outlets=frozenset({1})), False),
        (Narrow(Reach(everything=True), people=frozenset({1})), False),
        (Narrow(Reach(everything=True), outlets=WIDE), True),
        (Narrow(Reach(people=frozenset({1}))), False),
    ],
)
def test_a_question_is_wide_when_it_takes_in_many_outlets(narrow, wide):
    assert narrow.is_wide is wide


def test_only_a_large_mirror_is_asked_and_only_about_many_outlets(folder, settings, monkeypatch):
    settings.CHEJI_FACTS = ""
    post(date(2026, 1, 1))
    mirror.append(folder)
    assert asking.engine(wide=True) == "database"
    monkeypatch.setattr(asking, "LARGE", 1)
    assert (asking.engine(wide=True), asking.engine(wide=False)) == ("duckdb", "database")
