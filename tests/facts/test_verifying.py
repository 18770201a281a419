"""The proofs of `cheji verify`: all good on a good database, and each finds its own fault."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection, transaction

from cast import AT, Cast, Floor
from cheji.actions import runs, visits
from cheji.facts.verifying import verify
from cheji.records import audit
from cheji.records import models as m

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    """A small good database with anchors, a closed run and a corrected fact."""
    cast, floor = Cast(), Floor()
    floor.delivery(floor.order(cast.outlet, cast.people["zhang"]))
    done = visits.receive(by=cast["manager"], at=AT, outlet=cast.outlet.pk, on=cast["li"].on)
    visits.void(by=cast["manager"], at=AT, visit=done.id, version=1, reason="误录")
    kept = runs.keep(
        by=cast["hr"], at=AT, kind="score", outlet=cast.outlet.pk, period=202602, definition="p",
        digest="d", mark=0, total=70,
        lines=[runs.KeptLine("units", {"工": 1}, fen=30), runs.KeptLine("share", {}, fen=40)],
    )  # fmt: skip
    runs.close(by=cast["finance"], at=AT, run=kept.id)
    paid = m.Run.objects.create(
        kind="pay", outlet=cast.outlet, period=202602, definition="p", digest="d", mark=0,
        made_at=AT, total=70,
    )  # fmt: skip
    for position, fen in ((1, 30), (2, 40)):
        paid.lines.create(position=position, code="x", fen=fen, reason={})
    file = tmp_path / "anchors"
    audit.anchor(file, AT)
    return file


def tamper(text: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(text)


def test_a_good_database_proves_itself(anchors: Path) -> None:
    facts = m.Fact.objects.filter(reverses__isnull=True).count() - 1
    assert [(check.code, check.ok, check.count) for check in verify(anchors)] == [
        ("chain", True, 4),
        ("anchors", True, 1),
        ("facts", True, facts),
        ("reversals", True, 1),
        ("seals", True, 1),
        ("sums", True, 1),
    ]


def test_without_an_anchor_file_there_is_nothing_to_prove(tmp_path: Path) -> None:
    found = {check.code: (check.ok, check.count) for check in verify(tmp_path / "none")}
    assert set(found.values()) == {(True, 0)}


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("UPDATE records_auditentry SET verb = 'x' WHERE verb = 'runs.keep'", {"chain"}),
        (
            "WITH cut AS (DELETE FROM records_auditseal WHERE position = 4) "  # noqa: ISC004
            "DELETE FROM records_auditentry WHERE verb = 'runs.close'",
            {"anchors"},
        ),
        ("UPDATE records_fact SET fen = fen + 1 WHERE kind = 'delivery'", {"facts"}),
        ("UPDATE records_fact SET month = 202601 WHERE kind = 'delivery'", {"facts"}),
        ("UPDATE records_order SET units = 9", {"facts"}),
        ("DELETE FROM records_fact WHERE kind = 'line_cost'", {"facts"}),
        ("UPDATE records_fact SET reverses = reverses - 1 WHERE reverses > 0", {"reversals"}),
        ("UPDATE records_runline SET reason = '{\"工\": 2}' WHERE position = 1", {"seals"}),
        ("UPDATE records_run SET total = 71", {"seals", "sums"}),
        ("UPDATE records_runline SET fen = fen + 1", {"seals", "sums"}),
        ("DELETE FROM records_runline WHERE position = 2", {"seals", "sums"}),
    ],
)
def test_each_fault_is_found_by_its_own_proof(anchors: Path, fault: str, found: set[str]) -> None:
    tamper(fault)
    wrong = [check for check in verify(anchors) if not check.ok]
    assert {check.code for check in wrong} == found
    for check in wrong:
        assert "处不符" in check.detail_zh
        assert "do not hold" in check.detail_en


def test_many_faults_are_counted_and_some_named(anchors: Path) -> None:
    cast_unit = m.Unit.objects.get(code="N2")
    for number in range(25):
        m.Visit.objects.create(outlet=cast_unit, number=f"Z{number}", on_date="2026-03-01")
    (facts,) = [check for check in verify(anchors) if check.code == "facts"]
    assert "25 do not hold" in facts.detail_en
    named = facts.detail_en.split(": ")[-1]
    assert named.count("visit") == 20
    assert named.endswith("…")


def test_writers_at_work_raise_no_false_alarm(anchors: Path) -> None:
    """The proof of the facts looks at one moment, not at a row now and its fact later."""
    cast_outlet = m.Unit.objects.get(code="N1")

    def somebody_writes() -> None:
        Floor().visit(cast_outlet, None)
        connection.close()

    def meanwhile(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if sql.startswith("SELECT DISTINCT source_kind"):  # records are read, facts are not yet
            writer = Thread(target=somebody_writes)
            writer.start()
            writer.join()
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        (facts,) = [check for check in verify(anchors) if check.code == "facts"]
    assert m.Visit.objects.count() == 2
    assert facts.ok, facts.detail_en
