"""Months and runs of pay on the screen: who sees them, their steps, many at once, exceptions."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beginnings import begun
from cast import Cast
from cheji.actions import pay as verbs
from cheji.jobs import pay_batches as jobs
from cheji.records import models as m
from cheji.web.templatetags.parts import Table
from doors import signed_in
from paying import DOES, FEBRUARY, LATER, MARCH, Sold, booked, brought, calculated, closed, planned

TODAY = date(2026, 3, 20)
SIGNED_IN = (
    "zhang", "lead", "manager", "far_manager", "region_head", "group_manager", "finance", "hr",
    "marketing", "care", "stock", "auditor", "administrator",
)  # fmt: skip
Door = Callable[[str], Client]


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned()
        yield made


@pytest.fixture
def open_as(sold: Sold, monkeypatch: pytest.MonkeyPatch) -> Door:
    """A signed-in browser of one of the cast, in English, in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    return signed_in


def waiting(cast: Cast, delivery: m.Delivery) -> m.PayException:
    """A record that February's pay cannot rest on."""
    return m.PayException.objects.create(
        outlet=cast.outlet, period=FEBRUARY, definition="consultant_pay", kind="missing_cost",
        source_kind="delivery", source=delivery.pk, person=cast.people["zhang"], found_at=LATER,
    )  # fmt: skip


def test_each_page_opens_to_who_sees_the_pay_of_outlets_and_to_nobody_else(
    sold: Sold, open_as: Door
) -> None:
    run = calculated(sold.cast, FEBRUARY)
    wrong = waiting(sold.cast, sold.cars[0])
    pages = {
        "month": "/pay/runs?period=202602", "run": f"/pay/runs/{run.pk}",
        "replay": f"/pay/runs/{run.pk}/replay", "list": "/pay/exceptions",
        "exception": f"/pay/exceptions/{wrong.pk}", "decide": f"/pay/exceptions/{wrong.pk}/decide",
    }  # fmt: skip
    every, nothing = dict.fromkeys(pages, 200), dict.fromkeys(pages, 404)
    outside = {**nothing, "month": 200, "list": 200}
    expected = {
        **dict.fromkeys(SIGNED_IN, nothing),
        **dict.fromkeys(("manager", "region_head", "group_manager", "finance", "hr"), every),
        "auditor": {**every, "decide": 403}, "far_manager": outside,
    }  # fmt: skip
    found = {
        key: {name: open_as(key).get(page).status_code for name, page in pages.items()}
        for key in SIGNED_IN
    }
    assert found == expected


# -- the month ---------------------------------------------------------------------------------


def listed(page: object) -> dict[str, list[object]]:
    """Rows of the month's table by the outlet's code."""
    rows = page.context["table"].rows  # type: ignore[attr-defined]
    return {row.cells[0].note: [cell_value(cell) for cell in row.cells[2:6]] for row in rows}


def cell_value(cell: object) -> object:
    return getattr(cell, "value", cell)


def test_a_month_says_how_far_each_outlet_is_and_what_blocks_it(sold: Sold, open_as: Door) -> None:
    run = calculated(sold.cast, FEBRUARY)
    waiting(sold.cast, sold.cars[0])
    page = open_as("finance").get("/pay/runs?period=202602")
    people = m.PayInput.objects.filter(run=run).count()
    assert listed(page) == {
        "N1": ["Calculated", people, 430_000, "1 exception waits"],
        "N2": ["Not calculated", None, None, ""],
    }
    cards = [card.value for card in page.context["cards"]]
    assert cards == [430_000, people, 0, 1]
    assert listed(open_as("group_manager").get("/pay/runs?period=202602")).keys() == {
        "N1", "N2", "S1",
    }  # fmt: skip
    own = open_as("manager").get("/pay/runs?period=202602").context["parts"]
    assert [(part.row.outlet.code, part.row.run.id) for part in own] == [("N1", run.pk)]


def test_a_month_is_narrowed_by_state_and_outlet(sold: Sold, open_as: Door) -> None:
    calculated(sold.cast, FEBRUARY)
    face = open_as("finance")
    narrowed = {
        query: set(listed(face.get(f"/pay/runs?period=202602&{query}")))
        for query in ("state=none", "state=calculated", "q=n2", "q=北一", "state=closed", "page=9")
    }
    assert narrowed == {
        "state=none": {"N2"}, "state=calculated": {"N1"}, "q=n2": {"N2"}, "q=北一": {"N1"},
        "state=closed": set(), "page=9": set(),
    }  # fmt: skip


def test_a_month_asks_no_more_for_more_outlets(sold: Sold, open_as: Door) -> None:
    calculated(sold.cast, FEBRUARY)
    face, asked = open_as("group_manager"), []
    for more in ("", "N2", "S1"):
        if more:
            calculated(sold.cast, FEBRUARY, outlet=more)
        face.get("/pay/runs?period=202602")
        with CaptureQueriesContext(connection) as queries:
            face.get("/pay/runs?period=202602")
        asked.append(len(queries))
    one, two, whole = asked
    assert one == two > whole  # only where a run is missing is it asked who could be paid


def test_what_came_later_and_an_earlier_open_month_are_said(sold: Sold, open_as: Door) -> None:
    calculated(sold.cast, FEBRUARY)
    march = calculated(sold.cast, MARCH)
    sold.car("zhang", date(2026, 3, 12))
    face = open_as("finance")
    said = {listed(face.get(f"/pay/runs?period={month}"))["N1"][3] for month in (FEBRUARY, MARCH)}
    assert said == {
        "",
        "Feb 2026 is not closed · The month is not over · Facts came later: calculate again",
    }
    assert [text for text, _url in face.get(f"/pay/runs/{march.pk}").context["blocks"]] == [
        "Feb 2026 is not closed", "The month is not over", "Facts came later: calculate again",
    ]  # fmt: skip


# -- one run -----------------------------------------------------------------------------------


def do(client: Client, run: m.Run, verb: str, **given: object) -> object:
    run.refresh_from_db()
    return client.post(f"/pay/runs/{run.pk}/do/{verb}", {"version": run.version, **given})


def test_a_run_goes_its_way_by_those_who_may(sold: Sold, open_as: Door) -> None:
    run = calculated(sold.cast, FEBRUARY)
    booked(sold.cast.group)
    for verb in ("review", "approve", "close", "pay", "export"):
        face = open_as(DOES[verb])
        page = face.get(f"/pay/runs/{run.pk}")
        assert [one[0] for one in page.context["verbs"] if one[3]] == [verb]
        answer = do(face, run, verb)
        assert answer.status_code == 302  # type: ignore[attr-defined]
    run.refresh_from_db()
    assert run.state == "exported"


def test_a_rules_no_stands_on_the_page_with_what_was_typed(sold: Sold, open_as: Door) -> None:
    run = calculated(sold.cast, FEBRUARY)
    waiting(sold.cast, sold.cars[0])
    face = open_as("region_head")
    do(open_as("manager"), run, "review")
    refused = do(face, run, "approve")
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "1 records of this period wait" in refused.context["fault"]  # type: ignore[attr-defined]
    empty = do(face, run, "send_back", reason=" ")
    assert empty.status_code == 422  # type: ignore[attr-defined]
    stale = face.post(f"/pay/runs/{run.pk}/do/send_back", {"version": 1, "reason": "成本有误"})
    assert (stale.status_code, stale.context["note"]) == (422, "成本有误")
    assert do(face, run, "send_back", reason="成本有误").status_code == 302  # type: ignore[attr-defined]
    page = face.get(f"/pay/runs/{run.pk}")
    assert [entry.text for entry in page.context["timeline"]] == ["成本有误", "", ""]


def test_a_new_calculation_says_what_it_changed_for_whom(sold: Sold, open_as: Door) -> None:
    run = calculated(sold.cast, FEBRUARY)
    sold.car("zhang", date(2026, 2, 20))
    assert do(open_as("hr"), run, "calculate").status_code == 302  # type: ignore[attr-defined]
    page = open_as("finance").get(f"/pay/runs/{run.pk}").context["page"]
    changes = {
        one.person.number: one.payable - one.calculated
        for one in page.people
        if one.payable != one.calculated
    }
    assert changes == {"ZHANG": 110_000}
    assert page.run.total - page.replaced == 110_000


def test_a_closed_run_says_who_signed_when_and_with_what_words(sold: Sold, open_as: Door) -> None:
    cast = sold.cast
    run = calculated(cast, FEBRUARY)
    assert "signed" not in [c.key for c in people_of(open_as, run).columns]
    brought(cast, run, "review", "approve", "close")
    outcome = m.PayInput.objects.get(run=run, person=cast.people["zhang"]).outcome
    verbs.acknowledge(by=cast["zhang"], at=LATER, run=run.pk, outcome=outcome, note="已核对")
    found = {
        row.cells[0].note: (row.cells[-1].value, row.cells[-1].note)
        for row in people_of(open_as, run).rows
    }
    assert found["ZHANG"] == (LATER, "已核对")
    assert {signed for who, signed in found.items() if who != "ZHANG"} == {(None, "")}
    page = open_as("finance").get(f"/pay/runs/{run.pk}")
    card = page.context["cards"][-1]
    assert (card.label, card.value, card.unit) == ("Statements signed", 1, f"/ {len(found)}")


def people_of(open_as: Door, run: m.Run) -> Table:
    """The people of a run's page, as finance sees it."""
    table: Table = open_as("finance").get(f"/pay/runs/{run.pk}").context["people"]
    return table


def test_late_lines_lead_to_the_run_that_they_put_right(sold: Sold, open_as: Door) -> None:
    february = closed(sold.cast, FEBRUARY)
    sold.returned(sold.cars[0])
    march = calculated(sold.cast, MARCH)
    page = open_as("finance").get(f"/pay/runs/{march.pk}")
    late = page.context["page"].late
    lines = (
        m.PayLine.objects.filter(run=march, origin_run=february.pk).exclude(fen=0).order_by("id")
    )
    assert sum(one.fen for one in late) == sum(line.fen for line in lines) < 0
    assert {(one.origin, one.month) for one in late} == {(february.pk, FEBRUARY)}
    sources = m.Delivery.objects.in_bulk(line.source for line in lines)
    told = [row.cells[1].value for row in page.context["late"].rows]
    assert told == [f"Delivery {sources[line.source].order.number}" for line in lines]
    compared = open_as("finance").get(f"/pay/runs/{march.pk}/compare?with={february.pk}")
    gap = [card.value for card in compared.context["cards"]][2]
    assert gap == march.total - february.total
    replayed = open_as("finance").get(f"/pay/runs/{february.pk}/replay")
    assert replayed.context["table"] is None


# -- many at once ------------------------------------------------------------------------------


def many(client: Client, verb: str, *select: str, **given: object) -> object:
    body = {"period": FEBRUARY, "verb": verb, "select": list(select), "sure": "1", **given}
    return client.post("/pay/runs/many", body)


def worked(user: str) -> m.PayBatch:
    """What a worker does with the batch that was asked for last."""
    made = m.PayBatch.objects.latest("id")
    jobs.batch(number=made.pk, user=m.User.objects.get(username=user).pk)
    made.refresh_from_db()
    return made


def results(batch: m.PayBatch) -> dict[str, tuple[str, str]]:
    rows = batch.items.select_related("outlet")
    return {row.outlet.code: (row.state, (row.said or {}).get("code", "")) for row in rows}


def test_a_step_is_done_for_all_that_are_listed_with_a_result_each(
    sold: Sold, open_as: Door
) -> None:
    face = open_as("group_manager")
    asked = many(face, "calculate", every="1")
    made = worked("group_manager")
    assert asked.url == f"/pay/runs/batches/{made.pk}"  # type: ignore[attr-defined]
    assert results(made) == {"N1": ("done", ""), "N2": ("done", ""), "S1": ("done", "")}
    assert made.finished_at is not None
    assert {run.outlet.code for run in m.Run.objects.filter(kind="pay")} == {"N1", "N2", "S1"}
    page = face.get(asked.url)  # type: ignore[attr-defined]
    assert [card.value for card in page.context["cards"]] == [3, 0, 0]


def test_each_step_says_what_it_does_to_how_much_before_it_is_queued(
    sold: Sold, open_as: Door
) -> None:
    """One of two runs ticked can be closed; nobody but finance closes at N1 beside the group."""
    run = calculated(sold.cast, FEBRUARY)
    sister = calculated(sold.cast, FEBRUARY, outlet="N2")
    brought(sold.cast, run, "review", "approve")
    keys = [f"{one.outlet_id}:{one.pk}:consultant_pay" for one in (run, sister)]
    face = open_as("finance")
    asked = many(face, "close", *keys, sure="")
    assert [card.value for card in asked.context["cards"]] == [2, 1, 430_000]  # type: ignore[attr-defined]
    text = asked.content.decode()  # type: ignore[attr-defined]
    assert "A closed run never changes any more." in text
    assert asked.context["refused"] == [  # type: ignore[attr-defined]
        "Calculated (1): " + sister.outlet.name + ". First: Mark as reviewed."
    ]
    told = {
        verb: "A closed run never changes any more."
        in many(face, verb, *keys, sure="").content.decode()  # type: ignore[attr-defined]
        for verb in ("calculate", "review", "pay", "export")
    }
    assert told == dict.fromkeys(told, False)
    assert many(open_as("far_manager"), "review", keys[0], sure="").status_code == 404  # type: ignore[attr-defined]
    assert m.PayBatch.objects.count() == 0


@pytest.mark.parametrize("every", ["", "1"])
def test_a_step_that_fits_nothing_says_what_comes_first(
    sold: Sold, open_as: Door, every: str
) -> None:
    """One run is reviewed, the other outlet has none: nothing can be closed."""
    run, sister = calculated(sold.cast, FEBRUARY), sold.cast.sister
    brought(sold.cast, run, "review")
    keys = [f"{run.outlet_id}:{run.pk}:consultant_pay", f"{sister.pk}:0:consultant_pay"]

    def fault(verb: str, *chosen: str, **more: str) -> str:
        page = many(open_as("finance"), verb, *chosen, sure="", **more)
        assert page.status_code == 422  # type: ignore[attr-defined]
        return page.context["fault"]  # type: ignore[attr-defined,no-any-return]

    assert fault("close", *keys, every=every) == (
        f"“Close and seal” fits none of these runs now. Not calculated (1): {sister.name}. First:"
        f" Calculate. Reviewed (1): {run.outlet.name}. First: Approve."
    )
    assert fault("calculate", keys[0]).endswith("First: Send back.")
    brought(sold.cast, run, "approve", "close")
    closed = f"Closed (1): {run.outlet.name}."
    assert fault("close", keys[0]).endswith(f"{closed} This is done already.")
    assert fault("calculate", keys[0]).endswith(f"{closed} What is closed never changes.")
    assert fault("send_back", keys[1], note="x").endswith("There is nothing to send back.")
    assert m.PayBatch.objects.count() == 0


def test_who_calculates_reads_before_who_else_may_close(sold: Sold, open_as: Door) -> None:
    def told(who: str) -> tuple[bool, bool]:
        page = open_as(who).get("/pay/runs?period=202602&outlet=N1").content.decode()
        return "another closes" in page, "Nobody else may close at: " in page

    assert (told("finance"), told("manager")) == ((True, True), (False, False))
    m.Post.objects.create(
        person=sold.cast.people["hr"], unit=sold.cast.outlet, role="finance", since=date(2026, 1, 1)
    )
    assert told("finance") == (True, False)
    again = many(open_as("finance"), "calculate", every="1", sure="").content.decode()  # type: ignore[attr-defined]
    assert f"Others who may here: {sold.cast.people['hr'].name}. Nobody else may close at:" in again


def test_a_month_offers_the_step_that_most_runs_wait_for(sold: Sold, open_as: Door) -> None:
    def offered(who: str) -> str:
        return open_as(who).get("/pay/runs?period=202602").context["verb"]

    face = offered("group_manager")
    runs = [calculated(sold.cast, FEBRUARY, outlet=code) for code in ("N1", "N2")]
    most = offered("group_manager"), offered("auditor")
    brought(sold.cast, runs[0], "review")
    brought(sold.cast, runs[1], "review")
    assert (face, most, offered("group_manager")) == ("calculate", ("review", ""), "approve")


def test_facts_after_a_calculation_offer_calculating_again(sold: Sold, open_as: Door) -> None:
    run = calculated(sold.cast, FEBRUARY)
    calculated(sold.cast, FEBRUARY, outlet="N2")
    face = open_as("group_manager")

    def offered() -> tuple[str, list[str]]:
        page = face.get(f"/pay/runs/{run.pk}")
        onward = [verb for verb, _icon, _label, next_ in page.context["verbs"] if next_]
        month = "/pay/runs?period=202602&state=calculated&q=N1"
        return face.get(month).context["verb"], onward

    before = offered()
    sold.car("zhang", date(2026, 2, 20))
    assert (before, offered()) == (("review", ["review"]), ("calculate", ["calculate"]))
    assert open_as("group_manager").get("/pay/runs?period=202602&q=N2").context["verb"] == "review"


def test_what_is_refused_at_one_outlet_stops_no_other(sold: Sold, open_as: Door) -> None:
    run = calculated(sold.cast, FEBRUARY)
    sister = brought(sold.cast, calculated(sold.cast, FEBRUARY, outlet="N2"))
    brought(sold.cast, run, "review")
    keys = [f"{one.outlet_id}:{one.pk}:consultant_pay" for one in (run, sister)]
    many(open_as("region_head"), "approve", *keys)
    made = worked("region_head")
    assert results(made) == {"N1": ("done", ""), "N2": ("refused", "WrongPayState")}
    page = open_as("region_head").get(f"/pay/runs/batches/{made.pk}")
    rows = page.context["table"].rows
    assert [(row.cells[0].note, row.cells[1]) for row in rows] == [("N2", "Pay"), ("N1", "Pay")]
    m.Post.objects.filter(person=sold.cast.people["region_head"]).update(unit=sold.cast.outlet)
    page = open_as("region_head").get(f"/pay/runs/batches/{made.pk}")
    assert [row.cells[0].note for row in page.context["table"].rows] == ["N1"]


def test_a_batch_goes_on_where_its_worker_died_and_is_done_once(sold: Sold, open_as: Door) -> None:
    runs = [calculated(sold.cast, FEBRUARY, outlet=code) for code in ("N1", "N2")]
    many(open_as("region_head"), "review", every="1")
    made = m.PayBatch.objects.latest("id")
    done = made.items.get(outlet=runs[0].outlet)
    jobs.actions.review(by=sold.cast["region_head"], at=LATER, run=runs[0].pk)
    m.PayBatchItem.objects.filter(pk=done.pk).update(state="done")
    m.PayBatch.objects.filter(pk=made.pk).update(began_at=LATER)
    assert jobs.batches.abandoned() == [(made.pk, made.made_by_id)]
    assert results(worked("region_head")) == {"N1": ("done", ""), "N2": ("done", "")}
    assert results(worked("region_head")) == {"N1": ("done", ""), "N2": ("done", "")}
    assert jobs.batches.abandoned() == []
    assert m.RunStep.objects.filter(state="reviewed").count() == 2


def test_nothing_ticked_a_missing_reason_and_a_strange_run_are_refused(
    sold: Sold, open_as: Door
) -> None:
    run = calculated(sold.cast, FEBRUARY)
    face = open_as("manager")
    key = f"{run.outlet_id}:{run.pk}:consultant_pay"
    nothing = many(face, "review", note="看过")
    assert (nothing.status_code, nothing.context["given"]["note"]) == (422, "看过")  # type: ignore[attr-defined]
    long = many(face, "send_back", key, note="回" * 401)
    assert [row.key for row in long.context["table"].rows if row.ticked] == [key]  # type: ignore[attr-defined]
    assert (long.status_code, long.context["given"]["note"]) == (422, "回" * 401)  # type: ignore[attr-defined]
    assert many(face, "send_back", key).status_code == 422  # type: ignore[attr-defined]
    assert many(open_as("far_manager"), "review", key).status_code == 404  # type: ignore[attr-defined]
    assert many(open_as("auditor"), "review", key).status_code == 403  # type: ignore[attr-defined]
    assert many(open_as("zhang"), "review", key).status_code == 404  # type: ignore[attr-defined]
    assert m.PayBatch.objects.count() == 0


def test_a_batch_is_seen_by_who_asked_for_it_alone(sold: Sold, open_as: Door) -> None:
    calculated(sold.cast, FEBRUARY)
    many(open_as("manager"), "review", every="1")
    made = m.PayBatch.objects.get()
    address = f"/pay/runs/batches/{made.pk}"
    found = {key: open_as(key).get(address).status_code for key in ("manager", "finance", "zhang")}
    assert found == {"manager": 200, "finance": 404, "zhang": 404}


# -- exceptions --------------------------------------------------------------------------------


def test_an_exception_leads_to_its_record_and_is_decided_with_a_reason(
    sold: Sold, open_as: Door
) -> None:
    wrong = waiting(sold.cast, sold.cars[0])
    face = open_as("finance")
    [row] = face.get("/pay/exceptions").context["table"].rows
    order = sold.cars[0].order
    assert (row.cells[1].value, row.cells[1].href) == (order.number, f"/orders/{order.pk}")
    address = f"/pay/exceptions/{wrong.pk}/decide"
    refused = face.post(address, {"version": 1, "how": "accept", "decision": ""})
    assert (refused.status_code, sorted(refused.context["form"].errors)) == (422, ["decision"])
    face.post(address, {"version": 1, "how": "leave_out", "decision": "等成本"})
    wrong.refresh_from_db()
    assert (wrong.state, wrong.how, wrong.decision) == ("decided", "leave_out", "等成本")
    assert face.get("/pay/exceptions").context["count"] == 0
    assert face.get("/pay/exceptions?state=decided").context["count"] == 1


def test_a_car_in_the_way_of_two_plans_is_told_apart_by_their_names(
    sold: Sold, open_as: Door
) -> None:
    first = waiting(sold.cast, sold.cars[0])
    m.PayException.objects.create(
        outlet=sold.cast.outlet, period=FEBRUARY, definition="gone_pay", kind="missing_cost",
        source_kind="delivery", source=first.source, found_at=LATER,
    )  # fmt: skip
    table = open_as("finance").get("/pay/exceptions").context["table"]
    at = [column.key for column in table.columns].index("plan")
    assert sorted(row.cells[at] for row in table.rows) == ["Pay", "gone_pay"]
    page = open_as("finance").get(f"/pay/exceptions/{first.pk}")
    assert page.context["plan"] == "Pay"


def test_an_unknown_model_leads_to_the_models(sold: Sold, open_as: Door) -> None:
    other = waiting(sold.cast, sold.cars[0])
    unknown = m.PayException.objects.create(
        outlet=sold.cast.outlet, period=FEBRUARY, definition="consultant_pay", kind="unknown_model",
        source_kind="delivery", source=sold.cars[0].pk, found_at=LATER,
    )  # fmt: skip
    pages = [
        open_as("finance").get(f"/pay/exceptions/{one.pk}").content.decode()
        for one in (other, unknown)
    ]
    assert ['href="/models"' in page for page in pages] == [False, True]


def test_several_exceptions_are_decided_at_once(sold: Sold, open_as: Door) -> None:
    wrong = [waiting(sold.cast, car) for car in sold.cars]
    face, ids = open_as("finance"), [f"{one.pk}:1" for one in wrong]
    nothing = face.post("/pay/exceptions/many", {"how": "accept", "decision": "已核"})
    assert (nothing.status_code, nothing.context["given"]["decision"]) == (422, "已核")
    body = {"how": "accept", "decision": "已核", "select": ids}
    stale = face.post("/pay/exceptions/many", {**body, "select": [f"{wrong[0].pk}:7"]})
    long = face.post("/pay/exceptions/many", {**body, "decision": "核" * 401})
    assert [one.status_code for one in (stale, long)] == [422, 422]
    assert long.context["given"]["decision"] == "核" * 401
    two = face.post("/pay/exceptions/many", {"how": "accept", "decision": "", "select": ids[1:]})
    assert {row.key for row in two.context["table"].rows if row.ticked} == set(ids[1:])
    assert m.PayException.objects.filter(state="open").count() == 3
    told = face.post("/pay/exceptions/many", body, follow=True).content.decode()
    assert "3 decided. Calculate the run again once all are." in told
    states = m.PayException.objects.values_list("state", flat=True)
    assert list(states) == ["decided"] * 3
    assert open_as("far_manager").post("/pay/exceptions/many", body).status_code == 404
