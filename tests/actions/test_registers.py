"""Registers: every one by its template's own example, and what its verbs keep and refuse."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cast import AT, ON, Cast, Floor
from cheji.actions import imports, leads, prospects, registers
from cheji.actions.imports import Entry
from cheji.actions.imports.batches import RowsRefused
from cheji.actions.locking import ChangedMeanwhile
from cheji.actions.registers import About
from cheji.engine.kinds import KINDS
from cheji.facts import rebuilding
from cheji.files.reading import read
from cheji.files.templates import template
from cheji.records import models as m
from cheji.records.refusals import NotFound, NotYours, Refused
from cheji.records.registers import REGISTERS, InTime, Register
from cheji.records.visibility import operator

LATER = operator(date(2026, 11, 25))
KIND = {kind.code: kind for kind in KINDS}


@pytest.fixture
def cast(cast_alone: Cast) -> Iterator[Cast]:
    """Whatever a test did, the facts equal a rebuild at its end."""
    yield cast_alone
    rebuilding.rebuild()
    assert rebuilding.differences() == []


def example(register: Register) -> dict[str, Any]:
    """The typed example row of a register's template, at the cast's outlet."""
    archive = zipfile.ZipFile(io.BytesIO(template(register.plural, "zh-hans")))
    parts = {name: archive.read(name) for name in archive.namelist()}
    words = parts["xl/sharedStrings.xml"].decode().replace("示例：", "")
    parts["xl/sharedStrings.xml"] = words.encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        for name, body in parts.items():
            book.writestr(name, body)
    (row,) = read(target.getvalue(), "t.xlsx", register.plural).good
    named = {"outlet_code": "N1"} | ({"person": "ZHANG"} if "person" in row.values else {})
    return {**row.values, **named}


def bring(kind: str, *rows: dict[str, Any], by: Any = LATER) -> tuple[Any, m.ImportBatch]:
    batch = imports.start(by=by, at=AT, kind=kind, name="f.csv", content=b"x")
    entries = [Entry(place, row) for place, row in enumerate(rows, start=2)]
    return imports.commit(by=by, at=AT, batch=batch, entries=entries), batch


def said(code: str) -> Counter[str]:
    """The net count of facts of each kind that a register says."""
    found: Counter[str] = Counter()
    for kind, back in m.Fact.objects.filter(source_kind=code).values_list("kind", "reverses"):
        found[kind] += 1 if back is None else -1
    return +found


@pytest.mark.parametrize("code", REGISTERS)
class TestEachRegister:
    def test_its_example_row_is_imported_once_and_taken_back(self, cast: Cast, code: str) -> None:
        register = REGISTERS[code]
        row = example(register)
        report, batch = bring(register.plural, row)
        assert (report.create, report.troubles) == (1, [])
        entry = m.entries(code).get()
        assert entry.outlet == cast.outlet
        kept = {field.code for field in register.fields if getattr(entry, field.code) in (None, "")}
        given = {name for name, value in row.items() if value is not None}
        assert not kept & given
        assert said(code) != Counter()
        again, _ = bring(register.plural, row)
        assert (again.create, again.same) == (0, 1)
        imports.undo(by=LATER, at=AT, batch=batch.pk)
        assert not m.entries(code).exists()
        assert said(code) == Counter()

    def test_a_row_without_a_number_is_told_by_what_it_says(self, cast: Cast, code: str) -> None:
        row = {**example(REGISTERS[code]), "number": None}
        bring(REGISTERS[code].plural, row)
        report, _ = bring(REGISTERS[code].plural, row)
        assert (report.create, report.same, m.entries(code).count()) == (0, 1, 1)
        number = m.entries(code).get().number
        assert "13800138000" not in number

    def test_every_fact_is_of_a_kind_that_knows_its_words(self, cast: Cast, code: str) -> None:
        register = REGISTERS[code]
        for says in register.says:
            kind = KIND[says.kind]
            assert words(register, says.tags) <= set(kind.tags), says
            assert words(register, says.channel) <= set(kind.channels), says
            assert bool(kind.since) == bool(says.since), says
            assert bool(kind.fen) == bool(says.fen), says
            assert bool(kind.quantity) == bool(says.quantity), says
            assert bool(kind.value) >= bool(says.value), says


def words(register: Register, word: Any) -> set[str]:
    if isinstance(word, InTime):
        return {"done", "late", "open"}
    if word.startswith(":"):
        return {word[1:]}
    return {choice.code for choice in register.field[word].choices} if word else set()


def drive(cast: Cast, on: date = ON, by: str = "zhang", **about: Any) -> registers.Done:
    return registers.enter(
        by=cast[by], at=AT, register="test_drive", outlet=cast.outlet.pk,
        values={"on_date": on, "drive_minutes": 25}, about=About(**about),
    )  # fmt: skip


def test_a_drive_counts_since_the_card_however_late_the_card_is_written(cast: Cast) -> None:
    drive(cast, name="王五", phone="13800000001")
    fact = m.Fact.objects.get(kind="test_drive")
    assert (fact.value, fact.since, fact.person) == (25, None, cast.people["zhang"].pk)
    card = prospects.open_card(
        by=cast["zhang"], at=AT, outlet=cast.outlet.pk, on=ON - timedelta(days=9),
        phone="13800000001",
    )  # fmt: skip
    now = m.Fact.objects.filter(kind="test_drive", quantity__gt=0).latest("id")
    assert now.since == m.Prospect.objects.get(pk=card.id).opened_on == ON - timedelta(days=9)


def test_a_customer_counts_once_a_month_by_the_first_drive_that_stands(cast: Cast) -> None:
    first = date(2026, 3, 2)
    one = drive(cast, first, name="王五", phone="13800000001")
    drive(cast, date(2026, 3, 9), phone="13800000001")
    drive(cast, date(2026, 2, 9), phone="13800000001")
    assert days("test_drive_customer") == [date(2026, 2, 9), first]
    registers.void(
        by=cast["zhang"], at=AT, register="test_drive", entry=one.id, version=1, reason="误录"
    )
    assert days("test_drive_customer") == [date(2026, 2, 9), date(2026, 3, 9)]
    assert days("test_drive") == [date(2026, 2, 9), date(2026, 3, 9)]


def days(kind: str) -> list[date]:
    back = m.Fact.objects.filter(reverses__isnull=False).values("reverses")
    rows = m.Fact.objects.filter(kind=kind, reverses=None).exclude(id__in=back)
    return sorted(rows.values_list("on_date", flat=True))


def test_an_order_after_a_drive_says_so_and_takes_it_back_with_the_drive(cast: Cast) -> None:
    floor = Floor()
    customer = floor.customer(cast.outlet, cast.people["zhang"])
    floor.order(cast.outlet, cast.people["zhang"], customer=customer, on=ON)
    done = drive(cast, ON - timedelta(days=3), customer=customer.pk)
    assert days("order_after_drive") == [ON]
    registers.void(
        by=cast["zhang"], at=AT, register="test_drive", entry=done.id, version=1, reason="误录"
    )
    assert days("order_after_drive") == []


def test_a_correction_reverses_what_was_said_and_needs_its_reason(cast: Cast) -> None:
    done = drive(cast)
    change = {
        "by": cast["zhang"], "at": AT, "register": "test_drive", "entry": done.id,
        "values": {"on_date": ON - timedelta(days=1), "drive_minutes": 30},
        "about": About(person=cast.people["zhang"].pk),
    }  # fmt: skip
    with pytest.raises(Refused, match="Say why"):
        registers.amend(version=1, reason=" ", **change)
    registers.amend(version=1, reason="写错日期", **change)
    assert days("test_drive") == [ON - timedelta(days=1)]
    with pytest.raises(ChangedMeanwhile):
        registers.amend(version=1, reason="再改", **change)
    entry = m.AuditEntry.objects.filter(verb="registers.amend").latest("id")
    assert '"reason":"写错日期"' in entry.body


def test_rights_and_reach_are_those_of_the_family(cast: Cast) -> None:
    done = drive(cast)
    with pytest.raises(NotYours):
        drive(cast, by="finance")
    for name in ("li", "far_manager"):
        with pytest.raises(NotFound):
            registers.void(
                by=cast[name], at=AT, register="test_drive", entry=done.id, version=1, reason="x"
            )
    registers.void(
        by=cast["lead"], at=AT, register="test_drive", entry=done.id, version=1, reason="x"
    )


OFFICES = {
    "finance": ("payment", "rebate", "floor_price", "manual_value"),
    "hr": ("training", "attendance", "check", "manual_value"),
    "care": ("answer",),
    "stock": ("vehicle_move", "preparation"),
}


@pytest.mark.parametrize(
    ("who", "code"), [(who, code) for who, codes in OFFICES.items() for code in codes]
)
def test_offices_import_what_they_may_enter(cast: Cast, who: str, code: str) -> None:
    by, kind = replace(cast[who], on=LATER.on), REGISTERS[code].plural
    row = example(REGISTERS[code])
    report, batch = bring(kind, row, by=by)
    assert (report.create, report.troubles) == (1, [])
    imports.undo(by=by, at=AT, batch=batch.pk)
    assert not m.entries(code).exists()
    for other in ("test_drives", "repair_orders", "orders"):
        with pytest.raises(NotYours):
            bring(other, row, by=by)
    if who != "hr":  # of the whole group
        with pytest.raises(RowsRefused):
            bring(kind, {**row, "outlet_code": "S1"}, by=by)
    with pytest.raises(NotYours):
        bring(kind, row, by=cast["zhang"])


@pytest.mark.parametrize(
    ("code", "values", "rule", "field"),
    [
        ("test_drive", {}, "FieldMissing", "on_date"),
        ("test_drive", {"on_date": ON + timedelta(days=1)}, "InTheFuture", "on_date"),
        ("test_drive", {"on_date": ON, "drive_minutes": -1}, "OutOfRange", "drive_minutes"),
        ("quote", {"on_date": ON}, "FieldMissing", "price"),
        ("quote", {"on_date": ON, "price": 1, "valid_until": ON - timedelta(days=1)},
         "WrongOrder", "valid_until"),
        ("payment", {"on_date": ON, "amount": 5, "kind": "gift"}, "WordUnknown", "kind"),
        ("manual_value", {"on_date": ON, "code": "opex", "evidence": "x"}, "NothingGiven", "value"),
        ("training", {"on_date": ON, "sort": "exam"}, "FieldMissing", "person"),
    ],
)  # fmt: skip
def test_what_an_entry_must_be(
    cast: Cast, code: str, values: dict[str, Any], rule: str, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        registers.enter(
            by=cast["manager"], at=AT, register=code, outlet=cast.outlet.pk, values=values
        )
    assert (refusal.value.code, refusal.value.place["field"]) == (rule, field)
    assert refusal.value.say("en") != refusal.value.say("zh-hans")
    assert not m.entries(code).exists()


def test_a_moment_says_the_day_at_the_outlet(cast: Cast) -> None:
    m.Unit.objects.filter(pk=cast.outlet.pk).update(timezone="Asia/Tokyo")
    late = datetime(2026, 3, 19, 16, 30, tzinfo=UTC)
    done = registers.enter(
        by=cast["zhang"], at=AT, register="call", outlet=cast.outlet.pk,
        values={"called_at": late, "direction": "in", "purpose": "buy", "answered": False},
    )  # fmt: skip
    assert m.entries("call").get(pk=done.id).on_date == date(2026, 3, 20)  # type: ignore[attr-defined]
    fact = m.Fact.objects.get(kind="call_in")
    assert (fact.on_date, fact.tags, fact.channel) == (date(2026, 3, 20), "missed", "buy")


def test_an_import_changes_only_what_it_says(cast: Cast) -> None:
    row = {"outlet_code": "N1", "number": "Q1", "on_date": ON, "price": 100, "note": "一"}
    bring("quotes", row)
    bring("quotes", {"outlet_code": "N1", "number": "Q1", "price": 200})
    quote: Any = m.entries("quote").get()
    assert (quote.price, quote.on_date, quote.note, quote.version) == (200, ON, "一", 2)
    registers.void(
        by=cast["manager"], at=AT, register="quote", entry=quote.pk, version=2, reason="误录"
    )
    report, _ = bring("quotes", {**row, "price": 300})
    assert (report.same, m.entries("quote").get().void) == (1, True)


def test_a_lead_is_answered_in_minutes_and_ends_in_an_order(cast: Cast) -> None:
    nine = datetime(2026, 3, 20, 9)  # noqa: DTZ001  as a file writes it
    row = {
        "outlet_code": "N1", "number": "L1", "received_on": ON, "phone": "13800000001",
        "received_at": nine, "first_attempt_at": nine + timedelta(minutes=12),
        "contacted_on": ON, "state": "valid",
    }  # fmt: skip
    bring("leads", row)
    order = {
        "outlet_code": "N1", "order_no": "D1", "signed_on": ON + timedelta(days=4),
        "vehicle_price": 100, "phone": "13800000001", "customer_name": "王五",
    }  # fmt: skip
    _, batch = bring("orders", order)
    facts = {f.kind: f for f in m.Fact.objects.filter(source_kind="lead")}
    assert {kind: (f.on_date, f.tags) for kind, f in facts.items()} == {
        "lead": (ON, "valid"),
        "lead_response": (ON, "valid"),
        "lead_contacted": (ON, "valid"),
        "lead_ordered": (ON + timedelta(days=4), "valid"),
    }
    assert facts["lead_response"].value == 12
    imports.undo(by=LATER, at=AT, batch=batch.pk)
    assert days("lead_ordered") == []


def test_who_settles_a_lead_has_tried_and_reached_it(cast: Cast) -> None:
    done = leads.receive(
        by=cast["zhang"], at=AT, outlet=cast.outlet.pk, received_on=ON, name="王五"
    )
    later = AT + timedelta(minutes=7)
    leads.settle(by=cast["manager"], at=later, lead=done.id, version=1, state="new", reason="再约")
    assert days("lead_response") == days("lead_contacted") == []
    leads.settle(by=cast["manager"], at=later, lead=done.id, version=2, state="contacted")
    leads.settle(
        by=cast["manager"], at=later + timedelta(days=1), lead=done.id, version=3, state="invalid"
    )
    back = m.Fact.objects.filter(reverses__isnull=False).values("reverses")
    said_ = m.Fact.objects.filter(source_kind="lead", reverses=None).exclude(id__in=back)
    assert sorted(said_.values_list("kind", "on_date", "value", "tags")) == [
        ("lead", ON, 0, "invalid"),
        ("lead_contacted", ON, 0, "invalid"),
        ("lead_response", ON, 7, "invalid"),
    ]


def test_posts_are_a_stock_of_consultants(cast: Cast) -> None:
    back = replace(LATER, person=None)
    row = {
        "number": "NEW", "name": "新人", "unit_code": "N1", "role": "consultant", "from": ON,
        "until": ON + timedelta(days=30), "team": "T1",
    }  # fmt: skip
    bring("people", row, by=back)
    new = m.Person.objects.get(number="NEW")
    facts = m.Fact.objects.filter(person=new.pk).order_by("on_date", "kind")
    assert list(facts.values_list("kind", "on_date", "team", "since")) == [
        ("consultant_in", ON, cast.team.pk, None),
        ("staff_in", ON, cast.team.pk, None),
        ("consultant_out", ON + timedelta(days=30), cast.team.pk, ON),
        ("staff_out", ON + timedelta(days=30), cast.team.pk, ON),
    ]
