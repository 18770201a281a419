"""Accruals: what a run would pay, kept apart from it, on the overview and in the books."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.engine.money import fen_of
from cheji.jobs import pay_batches as jobs
from cheji.reads.pay.accruals import accrued
from cheji.reads.pay.overview import overview
from cheji.records import models as m
from cheji.records.refusals import NotFound
from doors import signed_in
from paying import (
    FEBRUARY,
    LATER,
    PLAN,
    Sold,
    booked,
    brought,
    calculated,
    closed,
    planned,
)

TODAY = date(2026, 3, 20)


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


@pytest.fixture
def open_as(sold: Sold, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    return signed_in


def asked(face: Any, month: int = FEBRUARY, outlet: str = "") -> m.PayBatch:
    """The accrual asked for on the overview, and worked out."""
    answer = face.post("/pay/accrue", {"period": month, "outlet": outlet})
    made = m.PayBatch.objects.latest("id")
    assert (answer.status_code, answer.url) == (302, f"/pay/runs/batches/{made.pk}")
    jobs.batch(number=made.pk, user=made.made_by_id)
    return made


def lines_of(run: m.Run) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for who, part, fen in m.PayLine.objects.filter(run=run).values_list(
        "person", "component", "fen"
    ):
        found[who, part] = found.get((who, part), 0) + fen
    return {key: fen for key, fen in found.items() if fen}


def test_it_is_what_the_run_calculated_right_after_pays(sold: Sold, open_as: Any) -> None:
    """Person by person, also where outlets share a budget that does not do for all."""
    spiff = {**PLAN["components"][0], "code": "spiff", "budget": 2_000}
    planned(components=[*PLAN["components"], spiff])
    sold.car("sister_consultant", date(2026, 2, 25), outlet=sold.cast.sister)
    batch = asked(open_as("finance"))
    rows = {row.outlet.code: row for row in m.PayAccrual.objects.filter(batch=batch.pk)}
    assert m.Run.objects.filter(kind="pay").count() == 0
    [budget] = overview(sold.cast["finance"], FEBRUARY).budgets
    assert (budget.used, budget.accrued) == (200_000, 200_000)
    for code in ("N1", "N2"):
        run = calculated(sold.cast, FEBRUARY, outlet=code)
        kept = {(who, part): fen for who, own in rows[code].people for part, fen in own.items()}
        assert (kept, rows[code].total) == (lines_of(run), run.total)
    [budget] = overview(sold.cast["finance"], FEBRUARY).budgets
    assert (budget.used, budget.accrued) == (200_000, 0)
    assert (rows["N1"].taken["spiff"], rows["N2"].taken.get("spiff", 0)) == (200_000, 0)
    assert rows["N2"].total > 0


def test_worked_out_anew_it_is_as_of_then(sold: Sold, open_as: Any) -> None:
    planned()
    face = open_as("finance")
    asked(face)
    sold.car("li", date(2026, 2, 26))
    before = m.PayAccrual.objects.get(outlet=sold.cast.outlet)
    asked(face)
    after = m.PayAccrual.objects.get(outlet=sold.cast.outlet)
    assert after.total == calculated(sold.cast, FEBRUARY).total
    assert after.total > before.total
    assert after.made_at > before.made_at


def test_the_overview_says_that_it_is_an_estimate_and_whose(sold: Sold, open_as: Any) -> None:
    planned()
    face = open_as("finance")
    bare = face.get("/pay/overview?period=202602").context
    assert (bare["cards"][0].value, bare["accrues"], bare["cost"].as_of) == (None, True, None)
    calculated(sold.cast, 202601)
    again = face.get("/pay/overview?period=202602").context
    assert (bare["earlier"], again["earlier"][:22]) == ("", "Jan 2026 is not closed")
    asked(face)
    row = m.PayAccrual.objects.get(outlet=sold.cast.outlet)
    page = face.get("/pay/overview?period=202602").context
    card, cell = page["cards"][0], page["table"].rows[0].cells[1]
    assert (card.value, cell.value) == (row.total, row.total)
    assert cell.note == "Estimate"
    assert card.pace.startswith("Estimate as of ")
    assert page["cards"][2].value is None  # nobody knows what is held
    people = face.get(cell.href)
    [(_title, made_at, table)] = people.context["parts"]
    assert people.context["cards"][0].value == row.total
    assert (made_at, table.totals.cells[-1]) == (row.made_at, row.total)
    assert [(one.cells[0].note, one.cells[-1]) for one in table.rows] == [
        ("LI", 100_000), ("WANG", 0), ("ZHANG", row.total - 100_000),
    ]  # fmt: skip
    assert "It pays nobody and shows in no statement." in people.content.decode()


def test_its_progress_lies_behind_the_overview(sold: Sold, open_as: Any) -> None:
    """Steps of runs lie behind the month."""
    planned()
    face = open_as("finance")
    batch = asked(face)

    def lit() -> list[str]:
        page = face.get(f"/pay/runs/batches/{batch.pk}")
        return [tab.label for tab in page.context["views"] if tab.active]

    assert lit() == ["Overview"]
    m.PayBatch.objects.update(verb="close")
    assert lit() == ["Month"]


def test_a_run_takes_its_place_once_it_says_more(sold: Sold, open_as: Any) -> None:
    """One calculated before does not; one that is reviewed does, and is taken as it says."""
    planned()
    face, cast = open_as("finance"), sold.cast
    run = calculated(cast, FEBRUARY, at=datetime(2026, 3, 1, tzinfo=UTC))
    sold.car("li", date(2026, 2, 26))
    asked(face, outlet="N1")

    def north() -> tuple[int, int]:
        cost = overview(cast["finance"], FEBRUARY).outlets[0][2]
        return cost.accrued, cost.going

    later = m.PayAccrual.objects.get().total
    assert (north(), later > run.total) == ((later, 0), True)
    brought(cast, run, "review")
    assert north() == (0, run.total)
    asked(face, outlet="N1")
    assert m.PayAccrual.objects.get().total == run.total
    brought(cast, run, "approve", "close")
    made = accrued(cast["finance"], "N1", FEBRUARY, "consultant_pay")
    with pytest.raises(verbs.WrongPayState):
        verbs.accrue(by=cast["finance"], at=LATER, made=made)
    page = face.get("/pay/overview?period=202602&outlet=N1").context
    assert (page["going"], page["cost"].as_of) == (False, None)


def test_the_voucher_of_the_estimate_is_taken_back_whole(sold: Sold, open_as: Any) -> None:
    planned()
    booked(sold.cast.group)
    face = open_as("finance")
    path = "/pay/vouchers/yonyou/file?period=202602"
    refused = face.get(f"{path}&what=estimate")
    assert "No accrual of 2026-02 is waiting to be booked" in refused.context["fault"]
    asked(face)
    total = m.PayAccrual.objects.get(outlet=sold.cast.outlet).total

    def rows(what: str) -> list[tuple[str, str, int, int]]:
        text = face.get(f"{path}&what={what}&on=2026-03-01").content.decode("gbk")
        cells = [line.split(",") for line in text.splitlines()[1:]]
        return [(row[0], row[5], fen_of(row[6]), fen_of(row[7])) for row in cells]

    accrual = rows("estimate")
    assert accrual[-1] == ("2026-02-28", "2211.01", 0, total)
    assert sum(row[2] for row in accrual) == total
    page = face.get("/pay/vouchers?period=202602&what=estimate")
    assert (page.context["paid"], page.context["payroll"]) == ([], "")
    assert "暂估（截至" in page.content.decode()
    none = face.get(f"{path}&what=reversal")
    assert "No accrual of 2026-02 is marked as booked" in none.context["fault"]
    marked(face, page.context["marked"])
    sold.car("li", date(2026, 2, 26))
    asked(face)
    again = face.get("/pay/vouchers?period=202602&what=estimate").context["books"]
    assert (again.booked, len(again.unbooked), again.again) == (2, 2, 2)
    back = face.get("/pay/vouchers?period=202602&what=reversal").context["asked"]
    assert back.on == date(2026, 3, 1)
    closed(sold.cast, FEBRUARY)
    assert rows("reversal") == [("2026-03-01", row[1], -row[2], -row[3]) for row in accrual]
    assert face.get(f"{path}&what=estimate").status_code == 422


def marked(face: Any, ids: Any, what: str = "estimate", **more: str) -> Any:
    """The books have these, as is said on the page of vouchers."""
    body = {"period": FEBRUARY, "what": what, "from": what, "accrual": [*ids], **more}
    return face.post("/pay/vouchers/marked", body, follow=True)


def booked_of(face: Any, what: str) -> tuple[int, int]:
    """How many accruals the page of vouchers has, and what they come to."""
    cards = face.get(f"/pay/vouchers?period=202602&what={what}").context["cards"]
    return cards[0].value, cards[1].value


def test_what_is_booked_is_taken_back_and_nothing_else(sold: Sold, open_as: Any) -> None:
    """Not what was worked out alone; also what was booked of a plan that another replaced."""
    planned()
    booked(sold.cast.group)
    face = open_as("finance")
    asked(face)
    old = {row.outlet.code: row for row in m.PayAccrual.objects.all()}
    marked(face, [old["N1"].pk])
    planned(code="other_pay", replaces=["consultant_pay"])
    asked(face)
    assert booked_of(face, "reversal") == (1, old["N1"].total)
    assert booked_of(face, "estimate") == (2, old["N1"].total)
    cost = overview(sold.cast["finance"], FEBRUARY).months[-1][1]
    assert (cost.estimates, cost.accrued) == (2, old["N1"].total)
    marked(face, [old["N1"].pk], "reversal")
    assert booked_of(face, "reversal") == (0, 0)


def test_an_outlet_tried_again_took_of_a_shared_budget_what_it_takes_now(sold: Sold) -> None:
    """The books have what it took before; both are of one batch."""
    spiff = {**PLAN["components"][0], "code": "spiff", "budget": 2_000}
    planned(components=[*PLAN["components"], spiff])
    sold.car("sister_consultant", date(2026, 2, 25), outlet=sold.cast.sister)
    by, plan = sold.cast["finance"], "consultant_pay"

    def of(outlet: str) -> int:
        made = accrued(by, outlet, FEBRUARY, plan, batch=7)
        return verbs.accrue(by=by, at=LATER, made=made, batch=7).id

    first = of("N1")
    verbs.book_accruals(by=by, at=LATER, accruals=[first])
    for car in sold.cars:
        sold.returned(car)
    again = of("N1")
    verbs.book_accruals(by=by, at=LATER, accruals=[first], back=True)
    taken = {pk: own["spiff"] for pk, own in m.PayAccrual.objects.values_list("pk", "taken")}
    assert taken == {first: 200_000, again: 50_000}
    sister = m.PayAccrual.objects.get(pk=of("N2"))
    assert sister.taken == {"spiff": 50_000}


def test_marked_is_only_what_his_post_over_the_books_reaches(sold: Sold, open_as: Any) -> None:
    """Somebody sees more by another post; what he cannot book would be refused with the rest."""
    planned()
    booked(sold.cast.group)
    face, cast = open_as("finance"), sold.cast
    asked(face)
    own, other = (m.PayAccrual.objects.get(outlet__code=code).pk for code in ("N1", "N2"))
    m.Post.objects.filter(person=cast.people["finance"]).update(unit=cast.outlet)
    m.Post.objects.create(
        person=cast.people["finance"], unit=cast.north, role="region_head", since=date(2020, 1, 1)
    )

    def page(what: str) -> Any:
        return open_as("finance").get(f"/pay/vouchers?period=202602&what={what}").context

    estimate = page("estimate")
    assert (estimate["count"], estimate["marked"]) == (2, [own])
    assert page("reversal")["late"] == [own]
    assert "1 accrual is marked." in marked(face, [own]).content.decode()
    m.PayAccrual.objects.filter(pk=other).update(booked_at=LATER)
    reversal = page("reversal")
    assert (reversal["count"], reversal["marked"], reversal["late"]) == (2, [own], [])


def test_what_no_file_can_be_written_of_is_not_marked(sold: Sold, open_as: Any) -> None:
    planned()
    face = open_as("finance")
    asked(face, outlet="N1")
    for what in ("estimate", "reversal"):
        page = face.get(f"/pay/vouchers?period=202602&what={what}").context
        assert (page["count"], bool(page["fault"]), page["marked"]) == (1, True, [])
        m.PayAccrual.objects.update(booked_at=LATER)


def test_only_what_was_looked_at_is_marked_and_once(sold: Sold, open_as: Any) -> None:
    planned()
    booked(sold.cast.group)
    face = open_as("finance")
    asked(face, outlet="N1")
    [seen] = m.PayAccrual.objects.values_list("pk", flat=True)
    asked(face, outlet="N1")
    told = "worked out anew or booked meanwhile"
    assert told in marked(face, [seen]).content.decode()
    [now] = m.PayAccrual.objects.values_list("pk", flat=True)
    assert told in marked(face, [now], "reversal").content.decode()
    assert "1 accrual is marked." in marked(face, [now]).content.decode()
    assert told in marked(face, [now]).content.decode()
    assert marked(open_as("manager"), [now], "reversal").status_code == 403
    closed(sold.cast, FEBRUARY)
    page = face.get("/pay/vouchers?period=202602&what=reversal").context
    assert (page["marked"], page["late"]) == ([now], [])


def test_each_within_his_reach_and_right(sold: Sold, open_as: Any) -> None:
    planned()
    asked(open_as("finance"))
    answers = {
        key: (
            open_as(key).get("/pay/accrual?period=202602&outlet=N1").status_code,
            open_as(key).post("/pay/accrue", {"period": FEBRUARY, "outlet": "N1"}).status_code,
        )
        for key in ("manager", "auditor", "far_manager", "zhang", "lead")
    }
    assert answers == {
        "manager": (200, 302), "auditor": (200, 403), "far_manager": (404, 404),
        "zhang": (404, 404), "lead": (404, 404),
    }  # fmt: skip
    with pytest.raises(NotFound):
        accrued(sold.cast["far_manager"], "N1", FEBRUARY, "consultant_pay")
    later = open_as("finance").post("/pay/accrue", {"period": 202604, "outlet": "N1"})
    assert later.status_code == 422
