"""The audit chain: sealed at commit in order, and every tampering found."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from cast import AT, ON
from cheji.records import audit
from cheji.records.audit import entry_text, link
from cheji.records.models import AuditEntry, AuditSeal
from cheji.records.visibility import operator

pytestmark = pytest.mark.django_db(transaction=True)
BY = operator(ON, "管理员|甲")


def write(count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        audit.write(by=BY, at=AT, verb="visits.void", subject=number, body={"reason": "误|录"})


def tamper(text: str, *values: object) -> None:
    """Change the log as a database's owner can, past its triggers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(text, values)


def seals() -> list[AuditSeal]:
    return list(AuditSeal.objects.order_by("position"))


def reseal(start: int) -> None:
    """What an insider does who knows the rule: make every later hash fit again."""
    rows = seals()
    text = "UPDATE records_auditseal SET hash = %s WHERE position = %s"
    previous = rows[start - 2].hash if start > 1 else ""
    for seal in rows[start - 1 :]:
        entry = AuditEntry.objects.get(pk=seal.entry)
        previous = link(previous, seal.position, entry_text(entry, seal.version))
        tamper(text, previous, seal.position)


def test_a_good_chain_has_no_break() -> None:
    for at in (AT, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, 59, 7, UTC)):
        audit.write(by=BY, at=at, verb="visits.void", outlet=3, body={"a": [1, "二", None]})
    audit.write(by=BY, at=AT, verb="orders.sign", refused=True)
    with transaction.atomic():
        write(3)
    assert list(audit.breaks()) == []
    assert [seal.position for seal in seals()] == [1, 2, 3, 4, 5, 6, 7]


def test_an_entry_of_a_rolled_back_transaction_leaves_no_gap() -> None:
    write(1)
    with transaction.atomic():
        write(1, 1)
        transaction.set_rollback(True)
    write(1, 2)
    assert [seal.position for seal in seals()] == [1, 2]
    assert list(audit.breaks()) == []


def test_commits_of_many_connections_make_one_chain() -> None:
    barrier = Barrier(4)

    def commits(start: int) -> None:
        barrier.wait()
        for number in range(start, start + 12):
            with transaction.atomic():
                write(2, number * 10)
        connection.close()

    threads = [Thread(target=commits, args=(1 + 100 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [seal.position for seal in seals()] == list(range(1, 97))
    assert {seal.entry for seal in seals()} == set(AuditEntry.objects.values_list("id", flat=True))
    assert list(audit.breaks()) == []


def edit(at: int) -> None:
    entry = seals()[at - 1].entry
    tamper("UPDATE records_auditentry SET body = '{}' WHERE id = %s", entry)


def another(column: str, value: object) -> Callable[[int], None]:
    def change(at: int) -> None:
        entry = seals()[at - 1].entry
        tamper(f"UPDATE records_auditentry SET {column} = %s WHERE id = %s", value, entry)

    return change


def edit_and_hash(at: int) -> None:
    """The entry's own hash is made to fit, those after it are not."""
    edit(at)
    rows = seals()
    entry = AuditEntry.objects.get(pk=rows[at - 1].entry)
    previous = rows[at - 2].hash if at > 1 else ""
    text = "UPDATE records_auditseal SET hash = %s WHERE position = %s"
    tamper(text, link(previous, at, entry_text(entry, 2)), at)


def delete_entry(at: int) -> None:
    tamper("DELETE FROM records_auditentry WHERE id = %s", seals()[at - 1].entry)


def delete_both(at: int) -> None:
    delete_entry(at)
    tamper("DELETE FROM records_auditseal WHERE position = %s", at)


def delete_seal(at: int) -> None:
    tamper("DELETE FROM records_auditseal WHERE position = %s", at)


def swap(at: int) -> None:
    first, second = seals()[at - 1].entry, seals()[at].entry
    text = "UPDATE records_auditseal SET entry = %s WHERE position = %s"
    tamper(text, -1, at)
    tamper(text, first, at + 1)
    tamper(text, second, at)


def slip_in(at: int) -> None:
    del at
    tamper(
        "INSERT INTO records_auditentry (at, actor_name, verb, noun, body, refused) "
        "VALUES (now(), 'x', 'orders.sign', 'orders', '{}', false)"
    )


def flip_hash(at: int) -> None:
    seal = seals()[at - 1]
    other = ("0" if seal.hash[0] != "0" else "1") + seal.hash[1:]
    tamper("UPDATE records_auditseal SET hash = %s WHERE position = %s", other, at)


def cut_tail(at: int) -> None:
    tamper("DELETE FROM records_auditentry WHERE id >= %s", seals()[at - 1].entry)
    tamper("DELETE FROM records_auditseal WHERE position >= %s", at)


def rewrite(at: int) -> None:
    edit(at)
    reseal(at)


def move_the_bar(at: int) -> None:
    """A part of the actor's name passes to the verb: joined by bars both read the same."""
    entry = AuditEntry.objects.get(pk=seals()[at - 1].entry)
    name, rest = entry.actor_name.split("|")
    told = name, f"{rest}|{entry.verb}", entry.pk
    tamper("UPDATE records_auditentry SET actor_name = %s, verb = %s WHERE id = %s", *told)


def seal_as_before(at: int) -> None:
    """A new seal is made to look like one of the first version."""
    rows = seals()
    entry = AuditEntry.objects.get(pk=rows[at - 1].entry)
    digest = link(rows[at - 2].hash, at, entry_text(entry, 1))
    tamper("UPDATE records_auditseal SET version = 1, hash = %s WHERE position = %s", digest, at)


BY_CHAIN = [
    edit, another("actor_name", "另一人"), another("verb", "visits.receive"),
    another("noun", "orders"), another("subject", 999), another("outlet", 9),
    another("actor", 5), another("refused", True), another("at", "2026-01-01T00:00:00Z"),
    edit_and_hash, delete_entry, delete_both, delete_seal, swap, slip_in, flip_hash,
    move_the_bar, seal_as_before,
]  # fmt: skip


@pytest.mark.parametrize("how", BY_CHAIN)
def test_the_chain_finds_it(how: Callable[[int], None]) -> None:
    write(9)
    at = random.Random(how.__name__).randrange(2, 8)
    how(at)
    found = list(audit.breaks())
    assert found
    if how not in (slip_in, delete_seal, delete_both):
        assert found[0].position in (at, at + 1)


@pytest.mark.parametrize("how", [cut_tail, rewrite, edit])
def test_an_anchor_finds_what_the_chain_cannot(how: Callable[[int], None], tmp_path: Path) -> None:
    file = tmp_path / "anchors"
    assert audit.anchor(file, AT) is None
    write(4)
    audit.anchor(file, AT)
    write(4, 4)
    head = audit.anchor(file, AT)
    assert head is not None
    assert head.position == 8
    assert audit.broken_anchors(file) == []
    how(6)
    assert bool(list(audit.breaks())) is (how is edit)
    broken = [b.position for b in audit.broken_anchors(file)]
    assert broken == ([] if how is edit else [8])


def test_a_break_is_told_once_however_long_the_log() -> None:
    with transaction.atomic():
        write(2_105)
    edit(2_050)
    assert [(b.position, b.why) for b in audit.breaks()] == [(2_050, "hash does not fit")]


# -- seals of the first version ----------------------------------------------------------------


@contextmanager
def first_trigger() -> Iterator[None]:
    """The sealing trigger as migration 0002 made it."""
    migrations = "cheji.records.migrations"
    old = import_module(f"{migrations}.0002_guards").SEAL.split("CREATE CONSTRAINT")[0]
    new = import_module(f"{migrations}.0011_seals_by_length").SEAL
    column = "ALTER TABLE records_auditseal ALTER COLUMN version"
    with connection.cursor() as cursor:
        cursor.execute(f"{column} SET DEFAULT 1")
        cursor.execute(old.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
        yield
        cursor.execute(f"{column} DROP DEFAULT")
        cursor.execute(new)


def test_a_chain_of_old_seals_goes_on_with_new_ones() -> None:
    with first_trigger():
        write(3)
    write(3, 3)
    assert [seal.version for seal in seals()] == [1, 1, 1, 2, 2, 2]
    assert list(audit.breaks()) == []
    edit(2)
    edit(5)
    assert [found.position for found in audit.breaks()] == [2, 5]


def test_only_the_new_seal_tells_where_a_field_ends() -> None:
    with first_trigger():
        write(2)
    write(2, 2)
    move_the_bar(2)
    assert list(audit.breaks()) == []
    move_the_bar(4)
    assert [found.position for found in audit.breaks()] == [4]


def test_a_seal_of_an_unknown_version_is_a_break() -> None:
    write(2)
    tamper("UPDATE records_auditseal SET version = 3 WHERE position = 2")
    assert [found.position for found in audit.breaks()] == [2]


# -- what is never sealed ----------------------------------------------------------------------


WIDE = "".join(chr(ord(digit) + 0xFEE0) for digit in "13812345678")  # full-width digits
PLAIN = {
    "number": "D20260320-0001", "seal": "a13812345678" + "b" * 52, "on": "2026-03-20",
    "days": "2026-03-20 2026-04-20 15:30", "amounts": "13.812345678, 0.0623456789, V020 2026-03-20",
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"reason": "客户改用 13812345678 了"}, {"reason": "客户改用 138****5678 了"}),
        ({"reason": "138-1234-5678或+86 139 1234 5679"}, {"reason": "138****5678或139****5679"}),
        ({"reason": "008613812345678"}, {"reason": "138****5678"}),
        ({"reason": WIDE}, {"reason": "138****5678"}),
        ({"reason": "座机010-62345678"}, {"reason": "座机010****5678"}),
        ({"note": "身份证11010519491231002X"}, {"note": "身份证110***********002X"}),
        ({"note": "110105 19491231 002X"}, {"note": "110***********002X"}),
        ({"note": "证110105-1949-12-31-002x错"}, {"note": "证110***********002X错"}),
        ({"reason": "0512 8888 9999，(010)12345678"}, {"reason": "051****9999，010****5678"}),
        ({"reason": "（0512）888-8999"}, {"reason": "051****8999"}),
        ({"reason": "138.1234.5678或138\u30001234 5678"}, {"reason": "138****5678或138****5678"}),
        (
            {"13812345678": 1, "13912345678": 2, "13822225678": 3, "a": 4},
            {"138****5678": 1, "139****5678": 2, "138****5678 #3": 3, "a": 4},
        ),
        ({"LSVAA4187E2184847": {"13812345678": "x"}}, {"LSV**********4847": {"138****5678": "x"}}),
        ({"vin": "LSVAA4187E2184847"}, {"vin": "LSV**********4847"}),
        ({"vin": "LVIN9"}, {"vin": "****N9"}),
        ({"c": {"vin": ["", "LSVAA4187E2184847"]}}, {"c": {"vin": ["", "LSV**********4847"]}}),
        ({"reason": "车架LSVAA4187E2184847错"}, {"reason": "车架LSV**********4847错"}),
        ({"vin": None, "amount": 13812345678}, {"vin": None, "amount": 13812345678}),
        (PLAIN, PLAIN),
    ],
)  # fmt: skip
def test_identifiers_are_masked_before_they_are_sealed(told: object, kept: object) -> None:
    entry = audit.write(by=BY, at=AT, verb="deliveries.void", body=told)
    entry.refresh_from_db()
    assert json.loads(entry.body) == kept
