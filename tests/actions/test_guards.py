"""What a guesser learns, and two at once on runs, files and customers."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection

from cast import AT, ON, Cast, Floor, R, account, person
from cheji.actions import deliveries, imports, orders, runs, visits
from cheji.actions.deeds import deed
from cheji.actions.imports import Entry
from cheji.actions.locking import locked
from cheji.actions.outlets import NotAtOutlet
from cheji.facts import rebuilding
from cheji.records import models as m
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import viewer_of

LINES = (orders.Line("vehicle", 10_000_000),)


@pytest.mark.django_db
def test_a_persons_name_is_not_told_to_who_guesses_his_id() -> None:
    cast = Cast()
    far = cast.people["far_consultant"]
    with pytest.raises(NotFound) as refusal:
        visits.receive(by=cast["zhang"], at=AT, outlet=cast.outlet.pk, on=ON, person=far.pk)
    assert far.name not in str(refusal.value)


@pytest.mark.django_db
def test_who_left_the_outlet_is_named() -> None:
    cast = Cast()
    m.Post.objects.filter(person=cast.people["li"]).update(until=date(2026, 3, 1))
    with pytest.raises(NotAtOutlet) as refusal:
        visits.receive(
            by=cast["zhang"], at=AT, outlet=cast.outlet.pk, on=ON, person=cast.people["li"].pk
        )
    assert refusal.value.place["name"] == "李娜"


@pytest.mark.django_db
@pytest.mark.parametrize(("share", "said"), [(9_999, "99.99"), (5_000, "50"), (10_000 * 3, "300")])
def test_a_wrong_sum_of_shares_is_said_exactly(share: int, said: str) -> None:
    with pytest.raises(orders.SharesDoNotAddUp) as refusal:
        orders.check_shares("A1", [(1, share)])
    assert refusal.value.place["sum"] == said


@pytest.mark.django_db
def test_one_phone_is_not_two_customers_of_different_numbers() -> None:
    by = Cast()["manager"]

    def bring(*rows: dict[str, str]) -> list[tuple[int, str]]:
        batch = imports.start(by=by, at=AT, kind="customers", name="c.csv", content=b"x")
        entries = [Entry(n, {"outlet_code": "N1", **row}) for n, row in enumerate(rows, 1)]
        report = imports.commit(by=by, at=AT, batch=batch, entries=entries, skip=True)
        return [(trouble.place, trouble.refusal.code) for trouble in report.troubles]

    first = {"number": "K1", "name": "丁", "phone": "13800000001"}
    other = {"number": "K2", "name": "丙", "phone": "13800000001"}
    assert bring(first, other) == [(2, "PhoneIsAnothers")]
    assert bring(other) == [(1, "PhoneIsAnothers")]
    assert list(m.Customer.objects.values_list("number", "name")) == [("K1", "丁")]
    assert bring({"name": "乙", "phone": "13800000002"}) == []
    assert bring({"number": "K3", "name": "乙", "phone": "13800000002"}) == []
    assert m.Customer.objects.get(name="乙").number == "K3"


@pytest.mark.django_db
def test_another_frame_number_is_not_passed_over() -> None:
    cast = Cast()
    order = Floor().order(cast.outlet, cast.people["zhang"])

    def bring(vin: str) -> list[tuple[str, str]]:
        batch = imports.start(by=cast["manager"], at=AT, kind="deliveries", name="d", content=b"x")
        values = {"outlet_code": "N1", "order_no": order.number, "on_date": ON, "number": "D1"}
        entries = [Entry(1, {**values, "vin": vin})]
        report = imports.commit(by=cast["manager"], at=AT, batch=batch, entries=entries, skip=True)
        return [(trouble.column, trouble.refusal.code) for trouble in report.troubles]

    assert bring("LVIN1") == []
    assert bring("LVIN2") == [("vin", "OtherVin")]
    assert (bring("LVIN1"), bring("")) == ([], [])


@pytest.mark.django_db
def test_one_record_under_two_names_loses_no_other_row() -> None:
    """张伟 and ZHANG are one person, and a frame number is handed over once."""
    cast = Cast()
    order = Floor().order(cast.outlet, cast.people["zhang"], units=3)

    def bring(kind: str, *rows: dict[str, object]) -> list[tuple[int, str]]:
        batch = imports.start(by=cast["manager"], at=AT, kind=kind, name="f", content=b"x")
        entries = [Entry(n, {"outlet_code": "N1", "on_date": ON, **r}) for n, r in enumerate(rows)]
        report = imports.commit(by=cast["manager"], at=AT, batch=batch, entries=entries, skip=True)
        return [(trouble.place, trouble.refusal.code) for trouble in report.troubles]

    totals = [{"person": "张伟", "visits": 1}, {"person": "ZHANG", "visits": 2}, {"visits": 3}]
    assert bring("daily_totals", *totals) == [(1, "SaysOtherwise")]
    assert m.DailyTotal.objects.count() == 2
    handed = {"order_no": order.number, "units": 1, "vin": "LVIN1"}
    numbers = ({"number": "D1"}, {"number": "D2"}, {"number": "D3", "vin": "LVIN3"})
    assert bring("deliveries", *({**handed, **more} for more in numbers)) == [(1, "VinIsDelivered")]
    assert m.Delivery.objects.count() == 2


def together(*verbs) -> list[str]:
    """The outcomes of verbs that begin at the same time, each on a connection of its own."""
    barrier, outcomes = Barrier(len(verbs)), []

    def run(verb) -> None:
        barrier.wait()
        try:
            verb()
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_a_run_is_closed_once(self) -> None:
        cast = Cast()
        closers = [
            viewer_of(account(person(f"F{n}", "财务", (R.FINANCE, cast.north))), ON) for n in "12"
        ]
        kept = runs.keep(
            by=cast["finance"], at=AT, kind="score", outlet=cast.outlet.pk, period=202602,
            definition="p", digest="d", mark=0, lines=[runs.KeptLine("x", {}, fen=1)],
        )  # fmt: skip
        verbs = [lambda by=by: runs.close(by=by, at=AT, run=kept.id) for by in closers]
        assert together(*verbs) == ["RunIsClosed", "done"]
        told = m.AuditEntry.objects.filter(verb="runs.close")
        assert sorted(told.values_list("refused", flat=True)) == [False, True]

    def test_a_batch_is_committed_once(self) -> None:
        cast = Cast()
        by = cast["manager"]
        batch = imports.start(by=by, at=AT, kind="visits", name="v.csv", content=b"x")
        values = {"outlet_code": "N1", "number": "V1", "on_date": ON}
        commit = lambda: imports.commit(  # noqa: E731
            by=by, at=AT, batch=m.ImportBatch.objects.get(pk=batch.pk), entries=[Entry(1, values)]
        )
        assert together(commit, commit) == ["BatchIsDone", "done"]
        assert (m.Visit.objects.count(), m.Fact.objects.filter(source_kind="visit").count()) == (
            1,
            1,
        )

    def test_the_same_file_twice_at_once_is_one(self) -> None:
        cast = Cast()
        by = cast["manager"]
        values = {"outlet_code": "N1", "number": "V1", "on_date": ON}

        def bring() -> None:
            batch = imports.start(by=by, at=AT, kind="visits", name="v.csv", content=b"x")
            imports.commit(by=by, at=AT, batch=batch, entries=[Entry(1, values)])

        assert together(bring, bring)[-1] == "done"
        assert (m.Visit.objects.count(), m.Fact.objects.filter(source_kind="visit").count()) == (
            1,
            1,
        )

    def test_an_order_is_not_handed_over_twice_by_hand_and_by_file(self) -> None:
        """The file's plan and a person's delivery: one of them finds nothing left."""
        cast = Cast()
        by = cast["manager"]
        order = Floor().order(cast.outlet, cast.people["zhang"])
        values = {"outlet_code": "N1", "order_no": order.number, "on_date": ON, "number": "D9"}

        def bring() -> None:
            batch = imports.start(by=by, at=AT, kind="deliveries", name="d.csv", content=b"x")
            imports.commit(by=by, at=AT, batch=batch, entries=[Entry(1, values)])

        deliver = lambda: deliveries.deliver(by=by, at=AT, order=order.pk, on=ON)  # noqa: E731
        outcomes = together(bring, deliver)
        assert outcomes[-1] == "done"
        assert outcomes[0] in ("RowsRefused", "TooManyUnits")
        assert m.Delivery.objects.count() == 1
        self.proven()

    def test_two_orders_of_one_customer_close_his_card_once(self) -> None:
        cast = Cast()
        by = cast["manager"]
        customer = Floor().customer(cast.outlet, cast.people["zhang"], phone="13800000009")
        card = Floor().prospect(customer, on=date(2026, 3, 1))
        verbs = [
            lambda on=on: orders.sign(
                by=by, at=AT, outlet=cast.outlet.pk, on=on, lines=LINES, phone="13800000009"
            )
            for on in (date(2026, 3, 18), date(2026, 3, 19))
        ]
        assert together(*verbs) == ["done", "done"]
        kinds = card.steps.values_list("kind", flat=True)
        assert sorted(kinds) == ["opened", "ordered"]
        assert m.Order.objects.filter(prospect=card).count() == 1
        self.proven()

    def test_of_two_who_wait_for_each_other_one_is_told(self) -> None:
        cast = Cast()
        floor = Floor()
        cards = [floor.prospect(floor.customer(cast.outlet, None)) for _ in "12"]
        barrier = Barrier(2)

        def hold(*order: m.Prospect) -> None:
            with deed("prospects.assign", by=cast["manager"], at=AT, right="prospects.assign"):
                locked(m.Prospect.objects.all(), "prospect", order[0].pk)
                barrier.wait()
                locked(m.Prospect.objects.all(), "prospect", order[1].pk)

        outcomes = together(lambda: hold(*cards), lambda: hold(*reversed(cards)))
        assert outcomes == ["Crossed", "done"]

    def proven(self) -> None:
        rebuilding.rebuild()
        assert rebuilding.differences() == []
