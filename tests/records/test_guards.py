"""What the database itself refuses, tried with raw SQL by the owner of the tables."""

import re

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from cast import AT, ON, Cast, Floor
from cheji.records import audit
from cheji.records import models as m
from cheji.records.seals import seal_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(cast_alone: Cast) -> Cast:
    return cast_alone


@pytest.fixture
def floor() -> Floor:
    return Floor()


def refused(text: str, *, because: str) -> None:
    """The statement fails for this reason, and nothing else of the transaction is lost."""
    with (
        pytest.raises(DatabaseError, match=re.escape(because)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {text}")


@pytest.mark.parametrize("table", ["records_fact", "records_auditentry", "records_auditseal"])
def test_rows_are_only_added(cast: Cast, floor: Floor, table: str) -> None:
    floor.visit(cast.outlet, None)
    audit.write(by=cast["operator"], at=AT, verb="visits.receive")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"SELECT count(*) FROM {table}")
        count = cursor.fetchone()[0]
    assert count > 0
    column = "hash" if table == "records_auditseal" else "kind" if "fact" in table else "verb"
    refused(f"UPDATE {table} SET {column} = 'x'", because=f"UPDATE on {table} is not allowed")
    refused(f"DELETE FROM {table}", because=f"DELETE on {table} is not allowed")
    refused(f"TRUNCATE {table}", because=f"TRUNCATE on {table} is not allowed")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] == count


def definition(**more: object) -> m.DefinitionVersion:
    values = {"kind": "kpi", "code": "k", "valid_from": ON, "body": {}, "digest": "d"} | more
    return m.DefinitionVersion.objects.create(**values)


def test_a_published_definition_never_changes() -> None:
    draft = definition()
    draft.note = "still mine"
    draft.save()
    draft.state = "published"
    draft.save()
    because = "a published definition never changes"
    refused("UPDATE records_definitionversion SET note = 'x'", because=because)
    refused("DELETE FROM records_definitionversion", because=because)
    refused(
        "TRUNCATE records_definitionversion CASCADE",
        because="TRUNCATE on records_definitionversion",
    )


def test_publishing_needs_a_second_person(cast: Cast) -> None:
    author = m.User.objects.get(pk=cast["hr"].user)
    with pytest.raises(IntegrityError, match="definition_needs_second_person"):
        definition(author=author, approver=author, state="published")


def test_one_published_version_a_day(cast: Cast) -> None:
    definition(state="published")
    definition(state="published", outlet=cast.outlet)
    definition()
    with pytest.raises(IntegrityError, match="definition_published_once"):
        definition(state="published")


def run(cast: Cast, **more: object) -> m.Run:
    values = {
        "kind": "score", "outlet": cast.outlet, "period": 202603, "definition": "p", "digest": "d",
        "mark": 1, "made_at": AT,
    }  # fmt: skip
    made = m.Run.objects.create(**values | more)
    made.lines.create(position=1, code="units", fen=100, reason={})
    return made


def close(made: m.Run) -> None:
    made.state, made.closed_at, made.sealed = "closed", AT, seal_of(made)
    made.save()


def test_a_closed_run_and_its_lines_never_change(cast: Cast) -> None:
    made, open_ = run(cast), run(cast, period=202602)
    close(made)
    of_run = "a closed run never changes"
    of_lines = "lines of a closed run never change"
    line, other = made.lines.get(), open_.lines.get()
    refused(f"UPDATE records_run SET total = 9 WHERE id = {made.pk}", because=of_run)
    refused(f"DELETE FROM records_run WHERE id = {made.pk}", because=of_run)
    refused(f"UPDATE records_runline SET fen = 9 WHERE id = {line.pk}", because=of_lines)
    refused(f"DELETE FROM records_runline WHERE id = {line.pk}", because=of_lines)
    refused(
        f"UPDATE records_runline SET run_id = {made.pk}, position = 2 WHERE id = {other.pk}",
        because=of_lines,
    )
    refused(
        f"UPDATE records_runline SET run_id = {open_.pk}, position = 2 WHERE id = {line.pk}",
        because=of_lines,
    )
    with pytest.raises(DatabaseError, match=of_lines), transaction.atomic():
        made.lines.create(position=2, code="extra", fen=1, reason={})
    refused("TRUNCATE records_runline CASCADE", because="TRUNCATE on records_runline")
    refused("TRUNCATE records_run CASCADE", because="TRUNCATE on records_run")
    open_.lines.update(fen=5)
    assert [line.fen for line in m.RunLine.objects.order_by("run", "position")] == [100, 5]


def test_a_second_person_closes_and_seals(cast: Cast) -> None:
    maker = m.User.objects.get(pk=cast["hr"].user)
    made = run(cast, made_by=maker)
    made.closed_by = maker
    with pytest.raises(IntegrityError, match="run_needs_second_person"), transaction.atomic():
        close(made)
    made.closed_by = m.User.objects.get(pk=cast["finance"].user)
    made.sealed = ""
    made.state, made.closed_at = "closed", AT
    with pytest.raises(IntegrityError, match="run_closed_is_sealed"), transaction.atomic():
        made.save()
    close(made)


def test_one_run_of_a_scope_and_period(cast: Cast) -> None:
    run(cast)
    with pytest.raises(IntegrityError, match="run_once_per_scope"):
        run(cast)


def test_one_open_card_per_customer_and_outlet(cast: Cast, floor: Floor) -> None:
    customer = floor.customer(cast.outlet, None)
    card = floor.prospect(customer)
    with (
        pytest.raises(IntegrityError, match="one_open_prospect_per_customer"),
        transaction.atomic(),
    ):
        floor.prospect(customer)
    m.Prospect.objects.filter(pk=card.pk).update(state="lost")
    floor.prospect(customer)


def test_a_phone_once_per_outlet(cast: Cast, floor: Floor) -> None:
    floor.customer(cast.outlet, None, phone="13800000001")
    floor.customer(cast.sister, None, phone="13800000001")
    with pytest.raises(IntegrityError, match="customer_phone_once_per_outlet"):
        floor.customer(cast.outlet, None, phone="13800000001")


def test_numbers_once_per_outlet(cast: Cast) -> None:
    signed = {"number": "A1", "signed_on": ON}
    m.Order.objects.create(outlet=cast.outlet, **signed)
    m.Order.objects.create(outlet=cast.sister, **signed)
    with pytest.raises(IntegrityError, match="order_number_once"):
        m.Order.objects.create(outlet=cast.outlet, **signed)


def test_a_vin_is_delivered_once_unless_void(cast: Cast, floor: Floor) -> None:
    first, second = floor.order(cast.outlet), floor.order(cast.sister)
    gone = floor.delivery(first, vin="LVIN1")
    with pytest.raises(IntegrityError, match="vin_delivered_once"), transaction.atomic():
        floor.delivery(second, vin="LVIN1")
    m.Delivery.objects.filter(pk=gone.pk).update(void=True)
    floor.delivery(second, vin="LVIN1")


@pytest.mark.parametrize(
    ("made", "rule"),
    [
        ({"units": 0}, "order_has_units"),
        ({"state": "cancelled"}, "order_cancelled_has_date"),
        ({"cancelled_on": ON}, "order_cancelled_has_date"),
    ],
)
def test_what_an_order_cannot_be(cast: Cast, made: dict[str, object], rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        m.Order.objects.create(outlet=cast.outlet, number="A1", signed_on=ON, **made)


@pytest.mark.parametrize("share", [0, 10_001])
def test_a_share_is_a_part_of_the_whole(cast: Cast, floor: Floor, share: int) -> None:
    order = floor.order(cast.outlet)
    with pytest.raises(IntegrityError, match="order_share_in_range"):
        order.shares.create(since=ON, person=cast.people["li"], share=share)


def test_a_post_ends_after_it_starts(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="post_ends_after_start"):
        m.Post.objects.create(
            person=cast.people["li"], unit=cast.far, role="care", since=ON, until=ON
        )


def test_a_target_has_one_scope(cast: Cast) -> None:
    values = {"kpi": "k", "grain": "month", "period": 202603, "value": 1}
    with pytest.raises(IntegrityError, match="target_has_one_scope"), transaction.atomic():
        m.Target.objects.create(unit=cast.outlet, person=cast.people["li"], **values)
    m.Target.objects.create(unit=cast.outlet, **values)
    with pytest.raises(IntegrityError, match="target_once"):
        m.Target.objects.create(unit=cast.outlet, **values)


def test_a_daily_total_once(cast: Cast) -> None:
    m.DailyTotal.objects.create(outlet=cast.outlet, on_date=ON)
    with pytest.raises(IntegrityError, match="daily_total_once"):
        m.DailyTotal.objects.create(outlet=cast.outlet, on_date=ON)
