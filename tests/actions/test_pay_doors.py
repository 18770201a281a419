"""What surrounds a closed pay run, and every statement that could change it: refused and logged."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from actions.test_pay_guards import HELD
from beginnings import begun
from cheji.actions import pay as verbs
from cheji.actions.pay import About, Asked, Sheet
from cheji.config.postgres import cluster
from cheji.reads import pay
from cheji.records import models as m
from cheji.records.seals import seal_of
from paying import FEBRUARY, LATER, PLAN, Sold, brought, calculated, gone, planned
from settings_for_tests import TEST_DATA

#: Pays for no deal of this floor: each is looked at and rejected.
ELSEWHERE = {"code": "far", "zh": "外地", "en": "Far", "kind": "units", "of": "deliveries",
             "scope": "per_deal", "where": {"channel": {"in": ["second_tier"]}},
             "tiers": [{"from": 0, "rate": 1}]}  # fmt: skip


class Month:
    """February of an outlet, closed, with one of everything that belongs to a run of pay."""

    def __init__(self) -> None:
        sold = Sold()
        planned(holdbacks=[HELD], components=[*PLAN["components"], ELSEWHERE])
        cast, people = sold.cast, sold.cast.people
        sold.car("li", date(2026, 2, 25), cost=None)
        order, parts = (
            sold.cars[0].order_id,
            [(people["zhang"].pk, 5_000), (people["li"].pk, 5_000)],
        )
        split = verbs.share_deal(
            by=cast["manager"], at=LATER, order=order, parts=parts, reason="合作"
        )
        verbs.decide_split(by=cast["finance"], at=LATER, split=split.id, approve=True)
        asked = Asked(cast.outlet.pk, FEBRUARY, people["zhang"].pk, 5_000, "补发")
        line = verbs.ask_manual(by=cast["finance"], at=LATER, asked=asked).id
        verbs.approve_manual(by=cast["region_head"], at=LATER, line=line)
        run = calculated(cast, FEBRUARY)
        verbs.decide_exception(
            by=cast["finance"], at=LATER, how="leave_out", decision="成本不明",
            exception=m.PayException.objects.get().pk,
        )  # fmt: skip
        run = brought(cast, calculated(cast, FEBRUARY), "review", "approve", "close")
        verbs.release_event(
            by=cast["finance"], at=LATER, kind="plates", source=f"delivery:{sold.cars[0].pk}",
            on=date(2026, 3, 2),
        )  # fmt: skip
        mine = m.PayInput.objects.get(run=run, person=people["zhang"]).outcome
        verbs.acknowledge(by=cast["zhang"], at=LATER, run=run.pk, outcome=mine)
        said = verbs.dispute(
            by=cast["zhang"], at=LATER, kind="amount", text="少算",
            about=About(outlet=cast.outlet.pk, period=FEBRUARY),
        )  # fmt: skip
        verbs.decide(by=cast["manager"], at=LATER, dispute=said.id, how="rejected", decision="无误")
        other = Asked(cast.outlet.pk, FEBRUARY, people["zhang"].pk, 700, "补发")
        waits = verbs.ask_manual(by=cast["finance"], at=LATER, asked=other).id
        verbs.approve_manual(by=cast["region_head"], at=LATER, line=waits)
        gone(sold, "zhang")
        sheet = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, 20))
        drawn = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=Sheet(**asdict(sheet))).id
        verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=drawn)


@pytest.fixture
def month(db: None) -> Iterator[Month]:
    with begun(Month) as made:
        yield made


#: A column of each table that belongs to a closed run, and another value for it.
TABLES = {
    "run": "total = 1",
    "runstep": "by_id = NULL",
    "payline": "fen = fen + 1",
    "rejectedrow": "code = 'x'",
    "payinput": "outcome = ''",
    "paybalance": "fen = fen + 1",
    "acknowledgement": "note = 'x'",
    "settlement": "earned = 1",
    "settledrun": "fen = 1",
    "manualline": "fen = 1",
    "dispute": "text = 'x'",
    "paysplit": "reason = 'x'",
    "payexception": "decision = 'x'",
    "payevent": "source = 7",
}
#: What an added row must be besides new, so that only a guard and no key of the table refuses it.
ADDED = {
    "run": {"period": "202612"},
    "runstep": {},
    "payline": {},
    "rejectedrow": {},
    "payinput": {"person_id": "(SELECT max(id) FROM records_person)"},
    "paybalance": {"key": "'new'"},
    "acknowledgement": {"person_id": "(SELECT max(id) FROM records_person)"},
    "settlement": {"left_on": "'2026-05-01'"},
    "settledrun": {"person_id": "(SELECT min(person_id) FROM records_payinput)"},
    "manualline": {},
    "dispute": {},
    "paysplit": {},
    "payexception": {"source": "source + 1"},
}


def quoted(name: str) -> str:
    return f'"{name}"'


def copied(table: str) -> str:
    """One row of the table once more, under a new id and with what is to be other in it."""
    names = [field.column for field in m.Run._meta.apps.get_model("records", table)._meta.fields]
    other = {"id": f"nextval(pg_get_serial_sequence('records_{table}', 'id'))", **ADDED[table]}
    values = ", ".join(other.get(name, quoted(name)) for name in names)
    columns = ", ".join(map(quoted, names))
    return f"INSERT INTO records_{table} ({columns}) SELECT {values} FROM records_{table} LIMIT 1"


STATEMENTS = (
    *(f"UPDATE records_{table} SET {change}" for table, change in TABLES.items()),
    *(f"DELETE FROM records_{table}" for table in TABLES),
    *(f"TRUNCATE records_{table} CASCADE" for table in TABLES),
    *map(copied, ADDED),
    "UPDATE records_run SET sealed = ''",
    "UPDATE records_run SET state = 'open'",
    "UPDATE records_run SET state = 'paid', total = 1",
    "UPDATE records_run SET kind = 'score'",
    "UPDATE records_settlement SET state = 'drawn_up'",
    "UPDATE records_manualline SET run_id = (SELECT max(id) FROM records_run) WHERE run_id IS NULL",
)


def server_log() -> str:
    """What the tests' own database server has written; nothing where it is another one."""
    place = cluster(TEST_DATA) / "server.log"
    return place.read_text(errors="replace") if place.exists() else ""


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda text: text[:70])
def test_every_statement_is_refused_and_told_to_the_log(month: Month, statement: str) -> None:
    run = m.Run.objects.get()
    before, already = seal_of(run), len(server_log())
    with (
        pytest.raises(DatabaseError, match="cheji: "),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    log = server_log()[already:]
    assert not log or f"cheji: refused {statement.split(maxsplit=1)[0]} on records_" in log
    assert (seal_of(run), run.sealed) == (before, before)


def test_no_table_of_a_run_is_left_out() -> None:
    """Each that names a run of pay, besides those of scores and what only asks for one."""
    of_run = {
        model._meta.model_name
        for model in m.Run._meta.apps.get_app_config("records").get_models()
        if any(field.name == "run" for field in model._meta.fields)
    }
    assert of_run - set(TABLES) == {"runline", "runinput", "paybatchitem"}


@pytest.mark.django_db
def test_every_guard_tells_the_log_what_it_refuses() -> None:
    """All of them refuse by `cheji_no`, which writes the line; a missing row is no refusal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE prorettype = 'trigger'::regtype"
            " AND proname LIKE 'cheji%%' AND pg_get_functiondef(oid) ~ %s",
            ["RAISE EXCEPTION[^;]*restrict_violation"],
        )
        assert cursor.fetchall() == []
