"""A pay statement followed down to its cars, signed and disputed; the queue; further cars."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from beginnings import begun
from cheji.facts import post
from cheji.files.papers.statements import statement_paper
from cheji.reads import pay
from cheji.records import models as m
from cheji.web.templatetags.figures import money
from paying import FEBRUARY, LATER, MARCH, Sold, calculated, closed, decide_all, planned
from web.test_pay_screens import words

TODAY = date(2026, 3, 10)
STATEMENT = "/pay/of/ZHANG/202602?outlet=N1"


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """February is over, March is running."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)


def opened():
    sold = Sold()
    planned(holdbacks=[{
        "code": "held", "zh": "上牌前暂扣", "en": "Held until plates", "share": "20%",
        "components": ["unit_bonus"], "release": "plates", "expires": 3,
    }])  # fmt: skip
    closed(sold.cast, FEBRUARY)
    return sold


@pytest.fixture
def sold(db):
    with begun(opened) as made:
        yield made


@pytest.fixture
def cast(sold):
    return sold.cast


def line_of(sold, who="zhang"):
    return m.PayLine.objects.filter(person=sold.cast.people[who]).order_by("id").first()


def disputed(sold, **more):
    given = {
        "kind": "amount",
        "line": line_of(sold).pk,
        "order": "",
        "text": "少算",
        "evidence": "",
    }
    return {**given, "against": "", **more}


# -- the statement -----------------------------------------------------------------------------


def test_each_step_with_its_sum_adds_up_to_what_is_payable(faces, cast):
    found = pay.statement(cast["zhang"], "ZHANG", FEBRUARY)
    answer = faces["zhang"].get(STATEMENT)
    sums = dict(re.findall(r'id="step-(\d+)">.*?class="sum">([^<]*)<', answer.text, re.DOTALL))
    by_step = {}
    for line in found.lines:
        by_step[line.step] = by_step.get(line.step, 0) + line.fen
    assert sums == {str(step): money(fen) for step, fen in by_step.items()}
    assert sum(by_step.values()) == found.payable == 330_000 - 36_000
    assert f"Payable {money(found.payable)}" in words(answer)


def test_it_tells_rules_what_is_held_and_what_was_not_paid(faces, sold):
    text = words(faces["zhang"].get(STATEMENT))
    assert "20% of each deal is held until plates" in text
    assert "Held until plates held Delivery" in text
    assert "until plates · 3 periods at most, then forfeited ¥120.00" in text
    assert "1 Looked at 3 deals" in text
    assert "Seal of this statement" in text
    for car in sold.cars:
        assert f"Delivery {car.order.number}" in text


def shared_with(sold, who, car):
    """A car is shared by halves from its first day on."""
    order = car.order
    order.shares.update(share=5_000)
    order.shares.create(since=order.signed_on, person=sold.cast.people[who], share=5_000)
    for noun, pk in (("order", order.pk), ("delivery", car.pk)):
        post(noun, [pk], at=LATER)


def split_with(sold, who, car, at):
    """The pay of a car is split by halves."""
    parts = [[sold.cast.people[one].pk, 5_000] for one in ("zhang", who)]
    asked, decided = (m.User.objects.get(username=key) for key in ("manager", "finance"))
    m.PaySplit.objects.create(
        order=car.order, parts=parts, reason="合作", asked_by=asked, asked_at=at
    )
    waiting = m.PaySplit.objects.filter(approved=None)
    waiting.update(approved=True, decided_by=decided, decided_at=at)


def test_a_shared_deal_says_with_whom(faces, sold):
    """By the order, or as its pay was split last; who is out of sight is not named."""
    car, address = sold.car("zhang", date(2026, 3, 2)), STATEMENT.replace("202602", "202603")
    shared_with(sold, "li", car)
    assert words(faces["zhang"].get(address)).count("shared with 李") == 3
    split_with(sold, "far_manager", car, LATER)
    assert words(faces["zhang"].get(address)).count("shared with another colleague") == 3


def test_the_columns_of_a_shared_deal_multiply_out(faces, sold):
    shared_with(sold, "li", sold.car("zhang", date(2026, 3, 5)))
    answer = faces["zhang"].get("/pay/file/ZHANG/202603.xlsx")
    rows = CalamineWorkbook.from_object(io.BytesIO(answer.content)).get_sheet_by_index(0)
    heads, *lines = rows.to_python()
    assert heads[7:11] == ["Base", "Unit of base", "Of it counted", "Rate"]
    earned = [row for row in lines if row[0] == 6]
    assert [(row[7], row[9], row[10], row[12]) for row in earned] == [
        (1, 0.5, 500, 250), (5000, 2500, 0.1, 250),
    ]  # fmt: skip


def test_parts_of_one_name_are_each_told_by_their_own_rules(faces, sold):
    """On the statement, and behind the amount of each."""
    twins = [
        {"code": f"unit_{rate}", "zh": "台数", "en": "Units", "kind": "units", "of": "deliveries",
         "tiers": [{"from": 0, "rate": rate}]}
        for rate in (501, 602)
    ]  # fmt: skip
    planned(components=twins)
    sold.car("zhang", date(2026, 3, 5))
    page = faces["zhang"].get(STATEMENT.replace("202602", "202603"))
    groups = next(block for block in page.context["blocks"] if block.number == 6).groups
    told = [" ".join(group.rules) for group in groups]
    assert [(f"{rate} yuan" in said) for said, rate in zip(told, (501, 602), strict=True)] == [
        True, True,
    ]  # fmt: skip
    for group, rate in zip(groups, (501, 602), strict=True):
        assert f"{rate} yuan" in " ".join(faces["zhang"].get(group.url).context["rules"])


def test_a_kept_statement_says_with_whom_a_deal_was_shared_then(faces, sold):
    """Who comes to share it after the run was worked out is not in what was closed."""
    before = words(faces["zhang"].get(STATEMENT))
    shared_with(sold, "li", sold.cars[0])
    split_with(sold, "far_manager", sold.cars[0], LATER + timedelta(days=1))
    assert words(faces["zhang"].get(STATEMENT)) == before


def test_a_run_worked_out_anew_says_with_whom_a_deal_is_shared_by_then(faces, sold):
    car, address = sold.car("zhang", date(2026, 3, 2)), STATEMENT.replace("202602", "202603")
    shared_with(sold, "li", car)
    calculated(sold.cast, MARCH)
    split_with(sold, "far_manager", car, LATER + timedelta(days=1))
    assert words(faces["zhang"].get(address)).count("shared with 李") == 3
    calculated(sold.cast, MARCH, at=LATER + timedelta(days=2))
    assert words(faces["zhang"].get(address)).count("shared with another colleague") == 3


def test_a_line_that_paid_nothing_may_be_disputed(faces, sold):
    """The car whose cost nobody knew is what one asks about."""
    sold.car("zhang", date(2026, 3, 2), cost=None)
    calculated(sold.cast, MARCH)
    line = m.PayLine.objects.get(run__period=MARCH, code="unknown")
    form = faces["zhang"].get(f"/pay/dispute?line={line.pk}").context["form"]
    assert (line.fen, form["line"].value()) == (0, line.pk)
    assert str(line.pk) in [value for value, _label in form.fields["line"].choices]


def test_a_kept_line_opens_by_its_number_for_whom_it_is(faces, sold):
    line = line_of(sold)
    answer = faces["zhang"].get(f"/pay/lines/{line.pk}")
    assert (answer.status_code, answer.url) == (
        302, "/pay/of/ZHANG/202602/unit_bonus:1?outlet=N1&plan=consultant_pay",
    )  # fmt: skip
    assert faces["zhang"].get(answer.url).status_code == 200
    assert faces["li"].get(f"/pay/lines/{line.pk}").status_code == 404


def test_a_person_signs_his_closed_statement_once(faces, cast):
    assert "Sign my statement" in faces["zhang"].get(STATEMENT).text
    assert "Sign my statement" not in faces["manager"].get(STATEMENT).text
    outcome = pay.statement(cast["zhang"], "ZHANG", FEBRUARY).outcome
    sign = "/pay/acknowledge/ZHANG/202602"
    wrong = {"outlet": "N1", "outcome": "0" * 64, "note": ""}
    assert "another one by now" in words(faces["zhang"].post(sign, wrong, follow=True))
    faces["zhang"].post(sign, {**wrong, "outcome": outcome, "note": "已核对"})
    assert m.Acknowledgement.objects.values_list("person__number", "note").get() == (
        "ZHANG", "已核对",
    )  # fmt: skip
    text = words(faces["manager"].get(STATEMENT))
    assert "Signed by 张伟 at" in text
    assert "已核对" in text
    assert "Sign my statement" not in faces["zhang"].get(STATEMENT).text


def test_a_correction_leads_to_the_line_that_it_corrects(faces, sold):
    sold.returned(sold.cars[0])
    march = calculated(sold.cast, MARCH)
    line = m.PayLine.objects.filter(run=march, origin__isnull=False).order_by("id").first()
    text = faces["zhang"].get("/pay/of/ZHANG/202603?outlet=N1").text
    assert f'href="/pay/lines/{line.origin}"' in text
    assert "Feb 2026" in text
    reason = faces["zhang"].get(f"/pay/of/ZHANG/202603/{line.component}:1?outlet=N1").text
    assert "was paid" in reason
    assert "Band found by" not in reason


def test_a_plan_is_that_of_the_persons_post(faces, sold):
    planned(code="lead_pay", zh="主管提成", en="Pay of leads", posts=["team_lead"])
    planned(posts=["consultant"])
    assert "Pay of leads" in words(faces["lead"].get("/pay/of/LEAD/202603"))
    assert "Pay of leads" not in words(faces["zhang"].get("/pay/of/ZHANG/202603"))


def test_the_files_hold_every_line_and_the_seal(faces, cast):
    found = pay.statement(cast["zhang"], "ZHANG", FEBRUARY)
    at = "/pay/file/ZHANG/202602"
    book = CalamineWorkbook.from_object(io.BytesIO(faces["zhang"].get(f"{at}.xlsx").content))
    rows = book.get_sheet_by_index(0).to_python()
    lines = sorted(found.lines, key=lambda line: line.step)
    assert [(row[0], row[12]) for row in rows[1 : len(lines) + 1]] == [
        (line.step, line.fen / 100) for line in lines
    ]
    assert (rows[len(lines) + 1][0], rows[len(lines) + 1][12]) == ("Payable", 2940)
    assert rows[-1][2] == found.outcome
    left = book.get_sheet_by_index(2).to_python()
    assert [row[2] for row in left[1:]] == [120] * 3
    pdf = faces["zhang"].get(f"{at}.pdf")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    assert {role: faces[role].get(f"{at}.pdf").status_code for role in ("li", "manager")} == {
        "li": 404, "manager": 200,
    }  # fmt: skip
    assert faces["zhang"].get(f"{at}.doc").status_code == 404
    verbs = m.AuditEntry.objects.filter(verb="export.pay_statement")
    assert verbs.count() == 3


def test_the_paper_says_steps_reasons_and_what_is_left(cast):
    paper = statement_paper(pay.statement(cast["zhang"], "ZHANG", FEBRUARY), "en")
    rows, left = (block for block in paper.blocks if block["kind"] == "rows")
    assert rows["rows"][0] == [
        "6 Amount of components: Units", "", "", "1,800.00",
    ]  # fmt: skip
    assert rows["total"] == ["Payable", "", "", "2,940.00"]
    assert left["rows"][0][0] == "Held until plates (held, until plates)"


def test_the_paper_calls_measures_by_name_and_tells_how_a_line_alone_came_about(cast):
    planned(draws=[{"code": "least", "zh": "保底", "en": "Least", "kind": "guarantee",
                    "amount": 9000}])  # fmt: skip
    seen = pay.statement(cast["zhang"], "ZHANG", MARCH)
    paper = statement_paper(seen, "en", {"deliveries": ("展厅交车", "Showroom deliveries")})
    assert "per unit: Showroom deliveries" in str(paper.blocks)
    assert not set("：；（），、") & set(str(paper.blocks))
    rows = next(block for block in paper.blocks if block["kind"] == "rows")["rows"]
    assert rows[-1][0].endswith(": Least")
    assert rows[-1][2] == "filled up to 9000"


def test_a_car_that_one_component_pays_and_another_does_not_count_is_named(sold):
    far = sold.car("zhang", date(2026, 3, 3), channel="second_tier")
    sold.car("zhang", date(2026, 3, 4))
    found = pay.statement(sold.cast["zhang"], "ZHANG", MARCH)
    assert [(row.component, row.deal.id, row.en) for row in found.rejected] == [
        ("unit_bonus", far.pk, "not in what this component is paid on")
    ]


def test_components_stand_in_the_order_of_their_plan_whoever_is_first(sold):
    found = pay.statements(sold.cast["finance"], "N1", FEBRUARY)
    turned = [replace(one, lines=one.lines[::-1]) for one in found]
    orders = [list(pay.component_names(part)) for part in (found, turned, turned[::-1])]
    assert orders == [["unit_bonus", "gross_share", "held"]] * 3


def test_a_statement_reads_the_definitions_and_the_whole_tree_once(faces):
    faces["manager"].get(STATEMENT)
    with CaptureQueriesContext(connection) as queries:
        faces["manager"].get(STATEMENT)
    asked = [query["sql"] for query in queries]
    definitions = [sql for sql in asked if 'FROM "records_definitionversion"' in sql]
    trees = [sql for sql in asked if 'FROM "records_unit" ORDER BY' in sql]
    assert (len(definitions), len(trees)) == (1, 1)


# -- disputes ----------------------------------------------------------------------------------


def test_a_dispute_is_raised_from_a_line_and_stands_in_the_queue(faces, sold):
    line = line_of(sold)
    form = faces["zhang"].get(f"/pay/dispute?line={line.pk}")
    assert f'<option value="{line.pk}" selected>' in form.text
    assert faces["li"].get(f"/pay/dispute?line={line.pk}").status_code == 404
    empty = faces["zhang"].post(f"/pay/dispute?line={line.pk}", disputed(sold, text=""))
    assert (empty.status_code, m.Dispute.objects.count()) == (422, 0)
    done = faces["zhang"].post(f"/pay/dispute?line={line.pk}", disputed(sold))
    row = m.Dispute.objects.get()
    assert (done.status_code, done.url, row.line) == (302, f"/pay/cases/{row.pk}", line.pk)
    seen = {
        role: f'data-href="/pay/cases/{row.pk}"' in faces[role].get("/pay/cases").text
        for role in ("zhang", "li", "manager", "finance", "auditor", "far_manager")
    }
    assert seen == {
        "zhang": True, "li": False, "manager": True, "finance": True, "auditor": True,
        "far_manager": False,
    }  # fmt: skip
    assert "The amount is wrong" in words(faces["zhang"].get(STATEMENT))
    assert faces["li"].get(f"/pay/cases/{row.pk}").status_code == 404
    assert faces["administrator"].get("/pay/cases").status_code == 404


def test_a_colleague_of_another_outlet_is_named_by_staff_number(faces, sold):
    about, cast = "/pay/dispute?outlet=N1&period=202602", sold.cast
    there = sold.floor.customer(cast.far, cast.people["far_consultant"])
    sold.floor.prospect(there)
    m.Order.objects.update(customer=there)
    order = sold.cars[0].order.number
    claim = disputed(sold, line="", kind="cross_outlet", order=order, colleague="NOBODY")
    refused = faces["zhang"].post(about, claim)
    assert (refused.status_code, 'value="NOBODY"' in refused.text) == (422, True)
    done = faces["zhang"].post(about, {**claim, "colleague": "FAR_CONSULTANT"})
    row = m.Dispute.objects.get()
    assert (done.url, row.against) == (f"/pay/cases/{row.pk}", sold.cast.people["far_consultant"])
    decides = 'name="decide"'
    shown = {who: decides in faces[who].get(done.url).text for who in ("manager", "group_manager")}
    assert shown == {"manager": False, "group_manager": True}


def test_what_was_typed_stays_when_a_rule_says_no(faces, sold):
    about = f"/pay/dispute?outlet=N1&period={FEBRUARY}"
    answer = faces["zhang"].post(
        about, disputed(sold, line="", kind="missing_car", order="NO-SUCH")
    )
    assert answer.status_code in (404, 422)
    claim = disputed(sold, line="", kind="missing_car", order="", text="漏了一台")
    assert faces["zhang"].post(about, claim).status_code == 302


def test_a_dispute_begins_with_the_kind_of_where_it_is_opened(faces, sold):
    """From a paid line its amount, from what is not paid a car that is missing, else no kind."""
    place, line = f"/pay/dispute?outlet=N1&period={FEBRUARY}", line_of(sold)
    order = sold.cars[1].order.number
    begun_with = {
        at: [faces["zhang"].get(at).context["form"][name].value() for name in ("kind", "order")]
        for at in (place, f"{place}&kind=missing_car&order={order}", f"{place}&kind=none",
                   f"/pay/dispute?line={line.pk}")
    }  # fmt: skip
    assert list(begun_with.values()) == [
        [None, ""], ["missing_car", order], [None, ""], ["amount", None],
    ]  # fmt: skip
    against = sold.cast.people["li"].pk
    typed = disputed(sold, against=against, colleague="NOBODY", order="NO-SUCH")
    assert faces["zhang"].post(place, {**typed, "kind": ""}).status_code == 422
    shown = faces["zhang"].post(place, {**typed, "choose": "1"})
    assert (shown.status_code, 'data-kind="amount"' in shown.text) == (200, True)
    assert (shown.context["form"]["text"].value(), m.Dispute.objects.count()) == ("少算", 0)
    assert faces["zhang"].post(place, typed).status_code == 302
    row = m.Dispute.objects.get()
    assert (row.kind, row.line, row.against) == ("amount", line.pk, None)


def test_a_third_person_decides_and_another_approves(faces, sold):
    faces["zhang"].post("/pay/dispute?period=202602&outlet=N1", disputed(sold))
    row = m.Dispute.objects.get()
    at = f"/pay/cases/{row.pk}"
    assert "Decide" not in words(faces["zhang"].get(at)).split("Made")[1]
    faces["manager"].post(f"{at}/hear", {"version": row.version})
    row.refresh_from_db()
    assert row.state == "heard"
    decision = {"decide": "1", "how": "upheld", "mine": "1,200", "decision": "核实少算",
                "version": row.version}  # fmt: skip
    late = faces["manager"].post(at, {**decision, "version": row.version - 1})
    assert late.status_code == 409
    assert "核实少算" in late.text
    assert faces["manager"].post(at, decision).status_code == 302
    effect = m.ManualLine.objects.get()
    assert (effect.fen, effect.state) == (120_000, "asked")
    approve = {"kind": "line", "effect": effect.pk, "version": effect.version}
    faces["manager"].post(f"{at}/approve", approve)
    effect.refresh_from_db()
    assert effect.state == "asked"
    assert "¥1,200.00 in the next open run" in words(faces["finance"].get(at))
    faces["finance"].post(f"{at}/approve", approve)
    effect.refresh_from_db()
    assert effect.state == "approved"
    text = words(faces["zhang"].get("/pay/of/ZHANG/202603?outlet=N1"))
    assert "12 Spiffs, prizes, fines, typed lines ¥1,200.00" in text
    assert "manual 核实少算 of Feb 2026 ¥1,200.00" in text
    linked = {
        month: f'href="{at}"' in faces["zhang"].get(f"/pay/of/ZHANG/{month}?outlet=N1").text
        for month in (202601, FEBRUARY, MARCH)
    }
    assert linked == {202601: False, FEBRUARY: True, MARCH: True}
    assert "another person approves it" not in words(faces["finance"].get(at))


@pytest.mark.parametrize(("beyond", "told"), [("forfeit", "forfeited"), ("carry", "carried on")])
def test_an_amount_of_a_capped_plan_is_not_promised_beyond_its_cap(faces, sold, beyond, told):
    cap = {"code": "top", "zh": "封顶", "en": "Top", "amount": 3000, "beyond": beyond}
    part = {**cap, "code": "part", "en": "Part", "components": ["unit_bonus"]}
    planned(since=date(2026, 3, 1), caps=[cap, part])
    faces["zhang"].post("/pay/dispute?period=202602&outlet=N1", disputed(sold))
    row = m.Dispute.objects.get()
    said = f"The month’s cap “Top” of ¥3,000.00 applies: what is above it is {told}."
    decides = words(faces["manager"].get(f"/pay/cases/{row.pk}"))
    assert (said in decides, "“Part”" in decides) == (True, False)
    decision = {"decide": "1", "how": "upheld", "mine": "1,200", "decision": "核实",
                "version": row.version}  # fmt: skip
    assert faces["manager"].post(f"/pay/cases/{row.pk}", decision).status_code == 302
    assert said in words(faces["zhang"].get(f"/pay/cases/{row.pk}"))


def test_the_other_side_answers_and_timelines_show_once_heard(faces, sold):
    people = sold.cast.people
    customer = sold.floor.customer(sold.cast.outlet, people["li"])
    sold.floor.prospect(customer, on=date(2026, 1, 20))
    m.Order.objects.filter(pk=sold.cars[2].order_id).update(customer=customer)
    claim = {"kind": "collision", "line": "", "order": sold.cars[2].order.number,
             "against": people["zhang"].pk, "text": "我先建卡", "evidence": ""}  # fmt: skip
    stranger = {**claim, "relative": "13999990000"}
    refused = faces["li"].post("/pay/dispute?period=202602&outlet=N1", stranger)
    assert (refused.status_code, "13999990000" in refused.content.decode()) == (422, True)
    wife = sold.floor.customer(sold.cast.outlet, people["li"], phone="13812340000")
    sold.floor.prospect(wife, on=date(2026, 1, 19))
    claim["relative"] = "13812340000"
    faces["li"].post("/pay/dispute?period=202602&outlet=N1", claim)
    row = m.Dispute.objects.get()
    at = f"/pay/cases/{row.pk}"
    assert "Card opened" not in words(faces["zhang"].get(at))
    assert faces["li"].post(at, {"answer": "1", "text": "也是我", "version": 1}).status_code == 422
    faces["zhang"].post(at, {"answer": "1", "text": "客户认我", "version": row.version})
    row.refresh_from_db()
    assert (row.answer, row.state) == ("客户认我", "heard")
    for role in ("li", "zhang", "manager"):
        assert "served a relative of the buyer" in words(faces[role].get(at))
        assert "Card opened" in words(faces[role].get(at))
    text = words(faces["manager"].get(at))
    assert "Half each" in text
    decision = {"decide": "1", "how": "upheld", "rule": "half", "decision": "各半",
                "version": row.version}  # fmt: skip
    wrong = {"share": {**decision, "share": "60"}, "mine": {**decision, "rule": ""}}
    for field, given in wrong.items():
        answer = faces["manager"].post(at, given)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert faces["manager"].post(at, decision).status_code == 302
    assert m.PaySplit.objects.get().approved is None
    assert "pay is split: 李娜 50% · 张伟 50%" in words(faces["finance"].get(at))


def test_a_dispute_is_taken_back_by_its_owner_alone(faces, sold):
    faces["zhang"].post("/pay/dispute?period=202602&outlet=N1", disputed(sold))
    row = m.Dispute.objects.get()
    faces["manager"].post(f"/pay/cases/{row.pk}/withdraw", {"version": row.version})
    row.refresh_from_db()
    assert row.state == "open"
    faces["zhang"].post(f"/pay/cases/{row.pk}/withdraw", {"version": row.version})
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert f"/pay/cases/{row.pk}" not in faces["manager"].get("/pay/cases").text
    assert f"/pay/cases/{row.pk}" in faces["manager"].get("/pay/cases?state=withdrawn").text


def test_the_queue_comes_in_pages(faces, sold):
    for number in range(21):
        m.Dispute.objects.create(
            outlet=sold.cast.outlet, period=202501 + number % 12, kind="amount",
            person=sold.cast.people["zhang"], text=f"T{number}", frozen={},
            made_at="2026-03-01T00:00Z", due_on=date(2026, 3, 1 + number), line=number + 1,
        )  # fmt: skip
    first, second = (faces["manager"].get(f"/pay/cases?page={page}").text for page in (1, 2))
    assert (first.count('data-href="/pay/cases/'), second.count('data-href="/pay/cases/')) == (
        20, 1,
    )  # fmt: skip


# -- further cars ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beyond", "total", "rest"),
    [
        ("carry", 100_000, "carried to next month ¥1,000.00"),
        ("forfeit", 0, "above the cap and forfeited ¥1,000.00"),
    ],
)
def test_one_more_car_beyond_the_cap_is_no_loss(faces, sold, beyond, total, rest):
    """A fifth of its 500 is held until plates, while the capped month pays no more."""
    held = {"code": "held", "zh": "暂扣", "en": "Held", "share": "20%", "release": "plates",
            "components": ["unit_bonus"]}  # fmt: skip
    cap = {"code": "top", "zh": "封顶", "en": "Top", "amount": 1000, "beyond": beyond}
    planned(since=date(2026, 3, 1), caps=[cap], holdbacks=[held])
    sold.car("zhang", date(2026, 3, 5))
    decide_all(sold.cast)
    text = words(faces["zhang"].get("/pay/what-if"))
    made = f"paid this month {money(-10_000)} · held ¥100.00, paid after: plates · {rest}"
    assert f"worth {money(total)} in all: {made}" in text
    cockpit = words(faces["zhang"].get("/cockpit?period=202603"))
    assert (
        f"The next car brings about {money(-10_000)} worth {money(total)} in all: {made}" in cockpit
    )


def test_one_more_car_is_reckoned_by_the_plan_and_its_amounts_may_be_typed(faces, sold):
    sold.car("zhang", date(2026, 3, 5), price=10_000_016)
    decide_all(sold.cast)
    found = pay.what_if(sold.cast["zhang"], "ZHANG", MARCH)
    assert found.cars[0].worths[:2] == (40_000 + 50_000, 2 * 50_000 + 3 * 48_000 - 40_000)
    page = faces["zhang"].get("/pay/what-if")
    assert f"One more {money(90_000)}" in words(page)
    assert [field["usual"] for field in page.context["fields"]] == ["5000.04"]
    typed = words(faces["zhang"].get("/pay/what-if?a_gross=10,000"))
    assert f"One more {money(140_000)}" in typed
    wrong = faces["zhang"].get("/pay/what-if?a_gross=viel")
    assert (wrong.status_code, "Not an amount" in wrong.text) == (422, True)
    assert faces["manager"].get("/pay/what-if?person=ZHANG").status_code == 200
    assert faces["li"].get("/pay/what-if?person=ZHANG").status_code == 404
    assert faces["zhang"].get("/pay/what-if?person=ZHANG&period=202602").status_code == 404
