"""Cycles on the HR side: who opens which page, opening on trial, moving, calibration, appeals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from appraisal_floor import Cycled
from beginnings import begun
from cast import AT, ON, Cast, packed_cast, totals
from cheji.actions import appraisals as act
from cheji.reads.appraisals import cycles as reads
from cheji.reads.appraisals import final, month_of
from cheji.reads.appraisals import results as result_reads
from cheji.reads.kpis.ground import Ground, Slice
from cheji.records import models as m
from cheji.records.standing import standings
from doors import signed_in

SIGNED_IN = (
    "zhang", "lead", "manager", "far_manager", "region_head", "group_manager", "finance", "hr",
    "marketing", "care", "stock", "auditor", "administrator",
)  # fmt: skip


@dataclass
class Placed:
    """The cast with one cycle of the outlet being calibrated, and one published with appeals."""

    cast: Cast
    calibrating: Cycled
    published: Cycled
    appeal: int


def placed() -> Placed:
    cast = packed_cast()
    calibrating = Cycled(cast, name="校准中", left_out=("reviewing", "peers"))
    calibrating.go("calibrating")
    published = Cycled(cast, name="已公布").published()
    row = published.of("zhang")
    made = act.appeal(
        by=cast["zhang"], at=AT, appraisal=row.pk, item="teamwork", text="漏记两台", evidence="照片"
    )
    return Placed(cast, calibrating, published, made.id)


@pytest.fixture
def there(db: None) -> Iterator[Placed]:
    with begun(placed) as made:
        yield made


@pytest.fixture
def open_as(there: Placed, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A signed-in browser of one of the cast, in English, in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)
    return signed_in


def pages(there: Placed) -> dict[str, str]:
    own, done = there.calibrating.id, there.published.id
    run = m.Run.objects.get(definition=f"cycle:{done}").pk
    return {
        "list": "/appraisals/cycles",
        "cycle": f"/appraisals/cycles/{own}",
        "board": f"/appraisals/cycles/{own}/calibration",
        "box": f"/appraisals/cycles/{own}/calibration?view=box",
        "results": f"/appraisals/cycles/{done}/results",
        "result": f"/appraisals/cycles/{done}/results/ZHANG",
        "runs": f"/appraisals/cycles/{done}/runs",
        "replay": f"/appraisals/cycles/runs/{run}/replay",
        "compare": f"/appraisals/cycles/runs/{run}/compare",
        "appeals": "/appraisals/appeals",
        "appeal": f"/appraisals/appeals/{there.appeal}",
        "new": "/appraisals/cycles/new",
    }


def test_each_page_opens_to_whom_it_is_for_and_to_nobody_else(there, open_as):
    every = dict.fromkeys(pages(there), 200)
    nothing = {**dict.fromkeys(every, 404), "new": 403}
    sees = {**every, "new": 403}
    outside = {**nothing, "list": 200, "appeals": 200, "new": 200}
    expected = {
        "manager": every, "region_head": every, "group_manager": every, "hr": every,
        "finance": sees, "auditor": sees, "far_manager": outside,
        "zhang": {**nothing, "cycle": 302, "result": 200},
        "lead": {**nothing, "cycle": 302, "result": 200},
        "marketing": nothing, "care": nothing, "stock": nothing, "administrator": nothing,
    }  # fmt: skip
    found = {
        key: {name: open_as(key).get(page).status_code for name, page in pages(there).items()}
        for key in SIGNED_IN
    }
    assert found == expected


def test_hr_sees_which_agreements_have_no_target(there, open_as):
    """The scheme leaves the target of sales to people; Wang has his, the other two have none."""
    terms = m.AppraisalItem.objects.filter(appraisal=there.calibrating.of("wang"), kind="kpi")
    terms.update(target=100_000)
    address = pages(there)["cycle"]
    page = open_as("hr").get(address)
    assert page.context["aimless"] == page.context["outlets"].rows[0].cells[-1].value == 2
    assert 'href="?only=no_target#people"' in page.text
    rows = open_as("hr").get(f"{address}?only=no_target").context["members"].rows
    own = [there.calibrating.of(who).pk for who in ("zhang", "li")]
    assert sorted(row.key for row in rows) == sorted(map(str, own))


def test_a_cycle_goes_on_when_its_window_is_over_and_says_so_before(there, open_as, monkeypatch):
    """Nothing is offered while people may appeal, then no archive while an appeal is open."""
    address, over = f"/appraisals/cycles/{there.published.id}", there.published.row.appeal_until
    within = open_as("hr").get(address).context
    assert (within["moves"]["advance"], within["moves"]["waits"]) == ([], over)
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: over)
    after = open_as("hr").get(address).context
    assert [code for code, _label in after["moves"]["advance"]] == ["deciding"]
    assert after["moves"]["waits"] is None
    act.withdraw(by=there.cast["zhang"], at=AT, appeal=there.appeal)
    moves = open_as("hr").get(address).context["moves"]
    assert [code for code, _label in moves["advance"]] == ["deciding", "archived"]


# -- opening -----------------------------------------------------------------------------------


def opening(there: Placed, **changes: Any) -> dict[str, Any]:
    return {
        "unit": there.cast.north.pk, "name": "三月", "grain": "month", "period": "202603",
        "appeal_days": "7", "decide_days": "10", "left_out": ["peers"],
        "scheme_consultant": "consultant_manual", "due_agreeing": "2026-03-25", **changes,
    }  # fmt: skip


def test_a_cycle_is_tried_before_it_is_opened(there, open_as):
    count = m.Cycle.objects.count()
    page = open_as("hr").post("/appraisals/cycles/new", {**opening(there), "try": "1"})
    assert (page.context["count_in"], page.context["alone"]) == (4, 0)
    posts = {row.cells[1]: row.cells[4] for row in page.context["who_out"].rows}
    assert posts["Outlet manager"] == "No scheme is chosen for this post and level"
    assert m.Cycle.objects.count() == count
    opened = open_as("hr").post("/appraisals/cycles/new", opening(there))
    made = m.Cycle.objects.latest("id")
    assert (opened.url, made.state) == (f"/appraisals/cycles/{made.pk}", "draft")
    assert dict(made.steps.values_list("step", "due_on")) == {"agreeing": date(2026, 3, 25)}


def test_the_form_of_a_cycle_has_its_schemes_and_due_days_apart(there, open_as):
    page = open_as("hr").get("/appraisals/cycles/new")
    found = [(heading, fields[0][0].name) for heading, fields in page.context["form"].sections()]
    assert found == [
        ("", "unit"), ("Scheme by post", "scheme_consultant"),
        ("Due days of the steps", "due_agreeing"),
    ]  # fmt: skip
    assert page.text.count("form-heading") == 2


def test_what_is_refused_stands_at_its_field_and_the_rest_stays(there, open_as):
    page = open_as("hr").post("/appraisals/cycles/new", opening(there, name="", appeal_days="0"))
    assert page.status_code == 422
    assert sorted(page.context["form"].errors) == ["appeal_days", "name"]
    assert page.context["form"]["due_agreeing"].value() == "2026-03-25"


# -- moving ------------------------------------------------------------------------------------


def do(client: Client, cycle: int, verb: str, **given: Any) -> Any:
    return client.post(f"/appraisals/cycles/{cycle}/do/{verb}", given)


def test_a_cycle_is_moved_reminded_and_taken_back_by_who_runs_it(there, open_as):
    cycle = Cycled(there.cast, name="慢", due={"agreeing": date(2026, 3, 1)})
    hr = open_as("hr")
    do(hr, cycle.id, "advance", to="agreeing")
    assert cycle.row.state == "agreeing"
    page = hr.get(f"/appraisals/cycles/{cycle.id}")
    assert (page.context["late"], page.context["cycle"].seen.open) == (True, 6)
    told = m.Message.objects.filter(kind="appraisals.reminder")
    do(hr, cycle.id, "remind")
    assert sorted(told.values_list("person__number", flat=True)) == [
        "LEAD", "LI", "MANAGER", "WANG", "ZHANG"
    ]  # fmt: skip
    refused = do(hr, cycle.id, "advance", to="running")
    assert refused.status_code == 422
    assert "6 things are still to be done" in refused.context["fault"]
    do(hr, cycle.id, "back", why="")
    assert cycle.row.state == "agreeing"
    do(hr, cycle.id, "back", why="to be opened anew")
    assert cycle.row.state == "draft"
    assert do(open_as("auditor"), cycle.id, "advance").status_code == 403
    assert do(open_as("far_manager"), cycle.id, "advance").status_code == 404


def test_a_deed_for_several_reports_each(there, open_as):
    cycle = Cycled(there.cast, name="多人")
    cycle.advance()
    rows = [str(cycle.of(who).pk) for who in ("zhang", "li")]
    page = f"/appraisals/cycles/{cycle.id}"
    hr = open_as("hr")
    hr.post(f"{page}/bulk", {"select": rows, "verb": "leave_out", "why": "借调"})
    assert cycle.row.appraisals.filter(left_out="借调").count() == 2
    hr.post(f"{page}/bulk", {"select": rows, "verb": "take_in"})
    long = {"select": rows, "verb": "leave_out", "why": "长" * 401}
    answer = hr.post(f"{page}/bulk", long)
    told = [str(one) for one in answer.context["messages"]]
    assert [one.partition(":")[0] for one in told[-2:]] == ["李娜", "张伟"]
    ticked = [row.key for row in answer.context["members"].rows if row.ticked]
    assert (answer.status_code, sorted(ticked), long["why"] in answer.text) == (
        422, sorted(rows), True,
    )  # fmt: skip
    assert hr.post(f"{page}/bulk", {"select": rows, "verb": "skip", "why": " "}).status_code == 422
    hr.post(f"{page}/bulk", {"select": rows, "verb": "skip", "why": "产假"})
    open_ = m.StepTask.objects.filter(appraisal__cycle=cycle.id, way="")
    assert set(open_.values_list("appraisal__person__number", flat=True)) == {"WANG"}


def test_a_page_of_a_cycle_asks_as_often_for_many_as_for_few(
    there, open_as, django_assert_max_num_queries
):
    with django_assert_max_num_queries(62):
        open_as("hr").get(f"/appraisals/cycles/{there.calibrating.id}")
    assert reads.members(there.cast["hr"], there.calibrating.id).count == 3


def test_long_lists_come_in_pages(there, open_as):
    hr, lead = open_as("hr"), open_as("lead")
    cycle = f"/appraisals/cycles/{there.published.id}"
    names = ["LI", "WANG", "ZHANG"]
    pages = [hr.get(f"{cycle}/results?size=2&page={page}").context for page in (1, 2)]
    found = [one.person.number for page in pages for one in page["cycle"].results]
    assert (sorted(found), len(pages[0]["cycle"].results)) == (names, 2)
    assert sum(count for _grade, count in pages[1]["grades"]) == 3
    pages = [hr.get(f"{cycle}?size=2&page={page}").context for page in (1, 2)]
    people = [row.cells[0].note for page in pages for row in page["members"].rows]
    assert (sorted(people), pages[0]["pages"].pages) == (names, 2)
    assert len(hr.get("/appraisals/cycles?size=1&page=2").context["table"].rows) == 1
    pages = [lead.get(f"/appraisals/team?size=1&page={page}").context for page in (1, 2)]
    team = [row.cells[0].note for page in pages for row in page["table"].rows]
    assert (sorted(team), pages[0]["table"].page.total) == (["LI", "ZHANG"], 2)


# -- calibration -------------------------------------------------------------------------------


def moved(client: Client, page: str, to: str, why: str) -> Any:
    """Zhang's card moved from the grade that its form was shown with."""
    card = client.get(f"{page}/ZHANG").context["card"]
    return client.post(f"{page}/ZHANG", {"from": card.grade, "to_grade": to, "why": why})


def test_a_grade_is_moved_with_a_reason_and_back_by_a_counter_move(there, open_as):
    cycle, head = there.calibrating, open_as("region_head")
    page = f"/appraisals/cycles/{cycle.id}/calibration"
    cards = {card.person.number: card for card in head.get(page).context["board"].cards}
    scored = cards["ZHANG"].grade
    assert moved(head, page, "A", "").status_code == 422
    stale = {"to_grade": "B", "why": "同时在改", "from": scored}
    assert moved(head, page, "A", "带教新人").status_code == 302
    other = open_as("hr").post(f"{page}/ZHANG", stale)
    assert (other.status_code, other.context["card"].grade) == (409, "A")
    assert "同时在改" in other.text
    board = head.get(page).context["board"]
    assert next(card.grade for card in board.cards if card.person.number == "ZHANG") == "A"
    assert board.pools[0].counts[0][1] == 1
    moved(head, page, scored, "撤回")
    moves = m.CalibrationMove.objects.filter(cycle=cycle.id).order_by("id")
    assert [(one.from_grade, one.to_grade) for one in moves] == [(scored, "A"), ("A", scored)]
    assert (
        open_as("manager").post(f"{page}/ZHANG", {"to_grade": "A", "why": "x"}).status_code == 403
    )


def test_a_board_of_several_outlets_is_looked_at_outlet_by_outlet(there, open_as):
    cycle = Cycled(there.cast, "north", name="北区", left_out=("reviewing", "peers"))
    cycle.go("calibrating")
    page, head = f"/appraisals/cycles/{cycle.id}/calibration", open_as("region_head")

    def cards(query: str) -> set[str]:
        columns = head.get(f"{page}{query}").context["columns"]
        return {one["seen"].person.number for column in columns for one in column["cards"]}

    assert cards("?outlet=N2") == {"SISTER_CONSULTANT"}
    assert cards("") == cards("?outlet=") > cards("?outlet=N1") == {"LI", "WANG", "ZHANG"}
    there_ = head.get(f"{page}?outlet=N2")
    told = [int(column["told"].split(" / ")[0]) for column in there_.context["columns"]]
    assert sum(told) == len(cards(""))
    mine = f"{page}/SISTER_CONSULTANT?outlet=N2"
    assert f'href="{mine}"' in there_.text
    board = there_.context["board"]
    grade = next(one.grade for one in board.cards if one.person.number == "SISTER_CONSULTANT")
    to = next(one for one in board.grades if one != grade)
    done = head.post(mine, {"to_grade": to, "why": "带教", "from": grade})
    assert done.url == f"{page}?scheme=consultant_manual&outlet=N2"


def test_who_calibrated_does_not_publish_and_a_second_person_does(there, open_as):
    cycle, page = there.calibrating, f"/appraisals/cycles/{there.calibrating.id}/calibration"
    head, group = open_as("region_head"), open_as("group_manager")
    stale = group.get(page).context["publish"]["seen"]
    moved(head, page, "A", "带教新人")
    shown = head.get(page).context["publish"]
    assert (shown["may"], bool(shown["why"])) == (False, True)
    do(head, cycle.id, "publish", seen=shown["seen"])
    do(open_as("hr"), cycle.id, "publish", seen=shown["seen"])
    for seen in ("", "x", stale):
        do(group, cycle.id, "publish", seen=seen)
    assert cycle.row.state == "calibrating"
    totals(there.cast.outlet, ON, there.cast.people["zhang"], orders_new=2)
    answer = do(group, cycle.id, "publish", seen=shown["seen"])
    assert set(
        m.Run.objects.filter(definition=f"cycle:{cycle.id}").values_list("mark", flat=True)
    ) == {shown["mark"]}
    assert (answer.url, cycle.row.state) == (f"/appraisals/cycles/{cycle.id}/results", "published")
    assert standings(cycle.row)[there.cast.people["zhang"].pk].grade == "A"


# -- appeals and results -----------------------------------------------------------------------


def test_an_appeal_is_heard_tried_and_decided_by_a_second_person(there, open_as):
    page = f"/appraisals/appeals/{there.appeal}"
    head, row = open_as("region_head"), m.Appeal.objects.get(pk=there.appeal)
    seen = head.get(page)
    assert (seen.context["clock"], seen.context["item"].points) == (
        "10 days left",
        Fraction(889, 100),
    )
    head.post(page, {"hear": "1", "version": "1"})
    trial = head.post(page, {"try": "1", "rating_manager": "100", "version": "2"})
    item, total = trial.context["trial"]["rows"][:2]
    assert (item, total) == (("Teamwork", "8.89", "10.80"), ("Total", "53.33", "55.24"))
    assert not m.Adjustment.objects.exists()
    same = head.post(page, {"decide": "1", "how": "upheld", "decision": "对", "version": "2"})
    assert same.status_code == 422
    odd = head.post(
        page, {"decide": "1", "how": "upheld", "decision": "对", "rating_manager": "1oo"}
    )
    assert odd.context["form"].errors["rating_manager"] == ["Not a number: 1oo"]
    given = {"decide": "1", "how": "upheld", "decision": "照片属实", "rating_manager": "100"}
    assert head.post(page, {**given, "version": "2"}).status_code == 302
    decided = head.get(page).context
    assert (decided["points"], decided["change"]) == ("8.89 → 10.80", "53.33 D → 55.24 D")
    row.refresh_from_db()
    assert (row.state, m.Adjustment.objects.get().appeal_id) == ("upheld", row.pk)
    letter = head.get(f"/appraisals/cycles/{there.published.id}/results/ZHANG")
    assert letter.context["result"].adjusted
    mine = open_as("zhang").get(f"/appraisals/{there.published.of('zhang').pk}")
    assert [one[-1] for one in mine.context["appeals"]] == [
        {"points": "8.89 → 10.80", "change": "53.33 D → 55.24 D"}
    ]


def test_the_manager_who_marked_decides_no_appeal_of_his(there, open_as):
    page = f"/appraisals/appeals/{there.appeal}"
    own = act.appeal(
        by=there.cast["wang"], at=AT, appraisal=there.published.of("wang").pk, item="teamwork",
        text="请复核",
    )  # fmt: skip
    his = f"/appraisals/appeals/{own.id}"
    assert there.published.of("wang").manager_id == there.cast.people["manager"].pk
    found = {
        key: [open_as(key).get(one).context["may"] for one in (page, his)]
        for key in ("manager", "region_head", "auditor", "finance")
    }
    assert found == {
        "manager": [True, False], "region_head": [True, True], "auditor": [False, False],
        "finance": [False, False],
    }  # fmt: skip
    given = {"decide": "1", "how": "rejected", "decision": "不成立", "version": "1"}
    assert open_as("auditor").post(page, given).status_code == 403
    assert open_as("manager").post(his, given).status_code == 422
    assert m.Appeal.objects.get(pk=own.id).state == "open"


def applied(there):
    """The published cycle, applied; its appeal is withdrawn."""
    cycle = there.published
    over = cycle.over()
    appeal = m.Appeal.objects.get(pk=there.appeal)
    act.withdraw(by=there.cast["zhang"], at=AT, appeal=appeal.pk)
    act.advance(by=over, at=AT, cycle=cycle.id, to="archived")
    act.apply(by=cycle.later("finance"), at=AT, cycle=cycle.id)
    return cycle


def test_accepted_targets_lead_to_their_proposals_and_back(there, open_as):
    cycle = applied(there)
    one = m.Outcome.objects.create(
        cycle=cycle.row, person=there.cast.people["wang"], kind="target", rule="target_raise",
        zh="上调", en="raise", value={"targets": {"sales_units": ["4", "5", "9/2"]}}, made_at=AT,
    )  # fmt: skip
    given = {"select": str(one.pk), "answer": "accept"}
    open_as("hr").post(f"/appraisals/cycles/{cycle.id}/outcomes", given)
    page = f"/appraisals/cycles/{cycle.id}/results/WANG"
    assert 'href="/targets/proposals"' in open_as("hr").get(page).text
    for who, decides, withdraws in (("manager", True, False), ("hr", False, False)):
        found = open_as(who).get("/targets/proposals")
        (row,) = (shown["row"] for shown in found.context["open"])
        assert (row.value, row.may_decide, row.own) == (Fraction(9, 2), decides, withdraws)
        assert f'href="{page}"' in found.text
        assert [shown["why"] for shown in found.context["open"]] == ["raise"]


def test_suggestions_are_answered_with_the_rule_in_view(there, open_as):
    cycle = applied(there)
    assert paid_by(there) == standings(cycle.row)[there.cast.people["zhang"].pk].coefficient
    page = f"/appraisals/cycles/{cycle.id}/results"
    hr, suggested = open_as("hr"), m.Outcome.objects.filter(state="suggested")
    waiting = hr.get(page).context["waiting"]
    assert all(one["rule"] for one in waiting)
    first, second, third, *rest = (one["seen"].id for one in waiting)
    answer = f"/appraisals/cycles/{cycle.id}/outcomes"
    given = {"answer": "decline", "select": [first, second]}
    refused = hr.post(answer, {**given, "reason": " "})
    assert (refused.status_code, suggested.count()) == (422, len(waiting))
    assert refused.context["ticked"] == [str(first), str(second)]
    assert hr.post(answer, {**given, "select": []}).status_code == 422
    assert hr.post(answer, {**given, "reason": "已在训"}).status_code == 302
    declined = m.Outcome.objects.filter(state="declined", reason="已在训")
    assert set(declined.values_list("pk", flat=True)) == {first, second}
    again = hr.post(answer, {"answer": "accept", "select": [second, third], "reason": "晚了"})
    assert (again.status_code, 'value="晚了"' in again.text) == (422, True)
    assert set(suggested.values_list("pk", flat=True)) == set(rest)
    assert open_as("auditor").post(answer, given).status_code == 403
    far = {"answer": "accept", "select": rest}
    assert open_as("far_manager").post(answer, far).status_code == 404


def test_a_run_is_worked_out_again_and_compared_with_an_earlier_one(there, open_as):
    hr, cycle = open_as("hr"), there.published
    run = m.Run.objects.get(definition=f"cycle:{cycle.id}").pk
    shown = hr.get(f"/appraisals/cycles/runs/{run}/replay").context
    assert (shown["count"], shown["table"]) == (3, None)
    assert hr.get(f"/appraisals/cycles/runs/{run}/compare").context["before"] is None
    again = Cycled(there.cast, name="重评")
    again.go("manager")
    again.do_all()
    again.publish(sat_rate=Fraction(95, 100))
    later = m.Run.objects.get(definition=f"cycle:{again.id}").pk
    compared = hr.get(f"/appraisals/cycles/runs/{later}/compare")
    assert compared.context["before"].id == run
    total, item, carried = compared.context["table"].rows[:3]
    assert (total.cells[0].value, item.cells[0]) == ("李娜", "Satisfied customers")
    assert item.cells[3] + carried.cells[3] == total.cells[3] == Fraction("2.78")
    assert carried.cells[4].startswith("rounding carried along")
    assert "actual 90.00% → 95.00%" in item.cells[4]
    letter = pages(there)["result"]
    links = {who: "/replay" in open_as(who).get(letter).text for who in ("hr", "lead", "zhang")}
    assert links == {"hr": True, "lead": False, "zhang": False}


def test_a_late_appeal_is_taken_in_after_the_window(there, open_as, monkeypatch):
    page = f"/appraisals/cycles/{there.published.id}/results/WANG"
    assert open_as("hr").get(page).context["late_url"] == ""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: date(2026, 4, 20))
    assert open_as("hr").get(page).context["late_url"] == f"{page}/late"
    given = {"item": f"{there.published.of('wang').pk}:teamwork", "text": "漏评", "why": ""}
    refused = open_as("hr").post(f"{page}/late", given)
    assert (refused.status_code, refused.context["form"]["text"].value()) == (422, "漏评")
    made = open_as("hr").post(f"{page}/late", {**given, "why": "病假"})
    appeal = m.Appeal.objects.latest("id")
    assert (made.url, appeal.state) == (f"/appraisals/appeals/{appeal.pk}", "open")
    rejected = {"decide": "1", "how": "rejected", "decision": "无据", "version": "1"}
    assert open_as("hr").post(made.url, rejected).status_code == 422
    assert open_as("region_head").post(made.url, rejected).status_code == 302
    assert open_as("zhang").get(f"{page.replace('WANG', 'ZHANG')}/late").status_code == 403


@pytest.mark.parametrize(
    ("mode", "names", "place"),
    [
        ("named", ["张伟", "李娜", "王芳"], True),
        ("anonymous", [], True), ("self", [], True), ("off", [], False),
    ],
)  # fmt: skip
def test_a_person_sees_the_ranking_as_his_outlet_publishes_it(there, open_as, mode, names, place):
    m.RankingRule.objects.create(outlet=there.cast.outlet, mode=mode, kpis=[], ramp=[])
    seen = open_as("zhang").get(f"/appraisals/cycles/{there.published.id}/results/ZHANG").context
    assert sorted(one.name for one in seen["detail"].ranking) == sorted(names)
    assert bool(seen["result"].rank) is place
    own = result_reads.results(there.cast["zhang"], there.published.id).results
    assert [bool(one.rank) for one in own] == [place]


def paid_by(there: Placed) -> Fraction | None:
    """The coefficient by which the pay of the month goes, once the cycle is applied."""
    ground = Ground(there.cast["hr"])
    whose = Slice(there.cast.outlet.pk, there.cast.people["zhang"].pk)
    asked = month_of(ground, whose, 202602)
    card = final(asked, [whose], asked.catalogue.scheme("consultant_manual"))[whose]
    assert dict(card.reason.detail)["en"].endswith("; from the appraisal cycle that was applied")
    return card.coefficient
