"""A pay statement followed down to its cars, signed; further cars."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from beginnings import begun
from cheji.engine.pay.freezing import freezer
from cheji.engine.pay.order import RULES
from cheji.facts import post
from cheji.files.papers.statements import statement_paper
from cheji.files.sheets import statement_csv
from cheji.reads import pay
from cheji.records import models as m
from cheji.web.templatetags.figures import money
from paying import (
    FEBRUARY,
    LATER,
    MARCH,
    PLAN,
    Sold,
    brought,
    calculated,
    closed,
    decide_all,
    planned,
)
from web.test_pay_screens import words

TODAY = date(2026, 3, 10)
STATEMENT = "/pay/of/ZHANG/202602?outlet=N1"


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """February is over, March is running; the minute that a page names is always the same."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    monkeypatch.setattr("cheji.web.views.pay.frame.now", lambda: LATER)


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


def test_an_estimate_names_the_open_months_that_it_begins_after(faces, sold, monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: date(2026, 4, 10))
    told = words(faces["zhang"].get("/pay/of/ZHANG/202604?outlet=N1"))
    assert "after Mar 2026, not closed yet" in told
    closed(sold.cast, MARCH)
    assert "not closed yet" not in words(faces["zhang"].get("/pay/of/ZHANG/202604?outlet=N1"))


def test_it_tells_rules_what_is_held_and_what_was_not_paid(faces, sold):
    text = words(faces["zhang"].get(STATEMENT))
    assert "20% of each deal is held until plates" in text
    assert "Held until plates held Delivery" in text
    assert "until plates · 3 periods at most, then forfeited ¥120.00" in text
    assert "1 Looked at 3 deals" in text
    assert "Seal of this statement" in text
    for car in sold.cars:
        assert f"Delivery {car.order.number}" in text


def test_looking_up_a_rate_is_named_unused_only_where_no_band_was_found(faces, sold):
    idle = "5 Rate lookup"
    assert idle not in faces["zhang"].get(STATEMENT).context["idle"]
    one = [{**part, "tiers": part["tiers"][:1]} for part in PLAN["components"]]
    planned(since=date(2026, 3, 1), components=one)
    sold.car("zhang", date(2026, 3, 2))
    page = faces["zhang"].get(STATEMENT.replace("202602", "202603"))
    assert idle in page.context["idle"]
    assert "8 Sum of components" not in page.context["idle"]
    assert "Steps with nothing to do here" in words(page)


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
    rule = "a split by decision splits the pay alone"
    assert rule not in words(faces["zhang"].get(address))
    split_with(sold, "far_manager", car, LATER)
    told = words(faces["zhang"].get(address))
    assert told.count("shared with another colleague · by decision") == 3
    assert told.count(rule) == 1  # the other component has no bands


def test_the_columns_of_a_shared_deal_multiply_out(faces, sold):
    shared_with(sold, "li", sold.car("zhang", date(2026, 3, 5)))
    answer = faces["zhang"].get("/pay/file/ZHANG/202603.xlsx")
    rows = CalamineWorkbook.from_object(io.BytesIO(answer.content)).get_sheet_by_index(0)
    heads, *lines = rows.to_python()
    assert heads[8:12] == ["Base", "Unit of base", "Of it counted", "Rate"]
    earned = [row for row in lines if row[0] == 6]
    assert [(row[8], row[10], row[11], row[13]) for row in earned] == [
        (1, 0.5, 500, 250), (5000, 2500, 0.1, 250),
    ]  # fmt: skip
    told = words(faces["zhang"].get(STATEMENT.replace("202602", "202603")))
    assert "1 counts 0.5 ¥500 ¥250.00" in told
    assert "¥5,000.00 counts ¥2,500.00 10% ¥250.00" in told
    reason = words(faces["zhang"].get("/pay/of/ZHANG/202603/unit_bonus:1?outlet=N1"))
    assert "Base 1 vehicle " in reason
    seen = pay.statement(sold.cast["zhang"], "ZHANG", MARCH)
    heads, *listed = csv.reader(statement_csv([seen], "en").decode("utf-8-sig").splitlines())
    assert heads[7:12] == ["base", "unit of base", "of it counted", "rate", "amount"]
    assert [row[7:12] for row in listed if row[9]] == [
        ["1", "vehicles", "0.5000", "500", "250.00"],
        ["5000", "CNY", "2500", "0.1000", "250.00"],
    ]


def test_cars_of_one_order_are_told_apart(faces, sold):
    """By the end of the frame number, else of the delivery's; a dispute has the order alone."""
    zhang, on = sold.cast.people["zhang"], date(2026, 3, 2)
    order = sold.floor.order(sold.cast.outlet, zhang, on=on, units=3, channel="second_tier")
    sold.car("zhang", date(2026, 3, 4))
    told = []
    for number, vin in (("1", "LSVAA4187E2100017"), ("2", "LSVAA4187E2100029"), ("3", "")):
        car = order.deliveries.create(number=f"{order.number}-{number}", on_date=on, vin=vin)
        post("delivery", [car.pk], at=LATER)
        told.append(f"{order.number} …{vin[-8:]}" if vin else f"{order.number}-{number}")
    found = pay.statement(sold.cast["zhang"], "ZHANG", MARCH)
    paper = str(statement_paper(found, "en").blocks)
    listed = statement_csv([found], "en").decode()
    answer = faces["zhang"].get("/pay/file/ZHANG/202603.xlsx")
    book = CalamineWorkbook.from_object(io.BytesIO(answer.content))
    sheets = [str(book.get_sheet_by_index(at).to_python()) for at in (0, 1)]
    screen = words(page := faces["zhang"].get(STATEMENT.replace("202602", "202603")))
    for car in told:
        assert [car in text for text in (paper, listed, screen, *sheets)] == [True] * 5
    asked = re.findall(r"kind=missing_car&amp;order=([^\"&]*)", page.text)
    assert asked == [order.number] * 3


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


def test_exported_pay_is_paid_to_whom_it_is_for(faces, cast):
    brought(cast, m.Run.objects.get(period=FEBRUARY), "pay", "export")
    state = r'<span class="badge-state[^"]*">.*?(Paid|Exported)</span>'
    told = [
        re.findall(state, faces[name].get(STATEMENT).text, re.DOTALL)
        for name in ("zhang", "manager")
    ]
    assert told == [["Paid"], ["Exported"]]
    found = pay.statement(cast["zhang"], "ZHANG", FEBRUARY)
    told = str(statement_paper(found, "zh-hans").blocks)
    assert "已发放" in told
    assert "已导出" not in told


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
    assert [(row[0], row[13]) for row in rows[1 : len(lines) + 1]] == [
        (line.step, line.fen / 100) for line in lines
    ]
    assert (rows[len(lines) + 1][0], rows[len(lines) + 1][13]) == ("Payable", 2940)
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


def test_it_says_by_which_rules_of_pay_it_was_worked_out(faces, sold, monkeypatch):
    """A kept one by those of its day, as the files do; an estimate by those of now."""
    address = STATEMENT.replace("202602", "202603")
    assert f"rules of pay, version {RULES}" in words(faces["zhang"].get(address))
    monkeypatch.setattr("cheji.reads.pay.calculating.freezer", partial(freezer, rules=2))
    calculated(sold.cast, MARCH)
    told = words(faces["zhang"].get(address))
    assert "order of steps, version 1 · rules of pay, version 2" in told
    found = pay.statement(sold.cast["zhang"], "ZHANG", MARCH)
    assert ("计算规则", "第 2 版") in statement_paper(found, "zh-hans").blocks[0]["pairs"]
    answer = faces["zhang"].get("/pay/file/ZHANG/202603.xlsx")
    rows = CalamineWorkbook.from_object(io.BytesIO(answer.content)).get_sheet_by_index(0)
    told = {row[0]: row[2] for row in rows.to_python()[-6:]}
    assert (told["Order of steps"], told["Rules of pay"]) == ("version 1", "version 2")


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
    assert rows[-1][2] == "filled up to ¥9,000.00"


def test_a_car_that_one_component_pays_and_another_does_not_count_is_named(sold):
    far = sold.car("zhang", date(2026, 3, 3), channel="second_tier")
    sold.car("zhang", date(2026, 3, 4))
    found = pay.statement(sold.cast["zhang"], "ZHANG", MARCH)
    assert [(row.component, row.deal.id, row.en) for row in found.rejected] == [
        ("unit_bonus", far.pk, "not in what this component is paid on")
    ]


def test_a_car_that_a_spiff_pays_is_not_told_as_outside_its_base(sold):
    spiff = {"code": "spiff", "zh": "专项", "en": "Spiff", "kind": "units", "of": "deliveries_all",
             "extra": True, "where": {"channel": {"not": ["second_tier"]}},
             "tiers": [{"from": 0, "rate": 200}]}  # fmt: skip
    planned(components=[*PLAN["components"], spiff])
    far = sold.car("zhang", date(2026, 3, 3), channel="second_tier")
    sold.car("zhang", date(2026, 3, 4))
    found = pay.statement(sold.cast["zhang"], "ZHANG", MARCH)
    assert [row.deal.id for row in found.rejected if row.component == "spiff"] == [far.pk]


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


def test_an_estimate_asks_no_more_than_it_needs(faces):
    """Nothing of signatures, which only a kept run has; the list of colleagues by one question."""
    estimate = "/pay/of/WANG/202603?outlet=N1"
    faces["manager"].get(estimate)
    with CaptureQueriesContext(connection) as queries:
        assert faces["manager"].get(estimate).status_code == 200
    asked = [query["sql"] for query in queries]
    assert [sql for sql in asked if '"records_acknowledgement"' in sql] == []
    assert len(asked) <= 32


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
