"""Why a line is paid at its rate: the figure that found the band, its deals, the floor price."""

import io
import re
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from beginnings import begun
from cheji.actions import registers
from cheji.actions.registers import About
from cheji.engine.definitions import pay_plan_of
from cheji.files.papers.statements import pay_statement_xlsx, statement_paper
from cheji.files.sheets import statement_json
from cheji.reads import pay
from cheji.reads.pay import examples
from cheji.records import models as m
from paying import EXCESS, FEBRUARY, LATER, MARCH, PLAN, Sold, calculated, closed, planned
from web.test_pay_screens import words

LINE = "/pay/of/ZHANG/202602/excess:1?outlet=N1"
STATEMENT = "/pay/of/ZHANG/202602?outlet=N1"
CHOSEN = (
    "average per unit of the person: Excess profit 6000 "
    "÷ Deliveries whose excess profit is known 3 = 2000 yuan"
)


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: date(2026, 3, 10))
    monkeypatch.setattr("cheji.web.views.pay.frame.now", lambda: LATER)


def opened():
    """Zhang's three cars and Li's one at 2,000 yuan above a floor price of the outlet."""
    sold = Sold()
    planned(components=EXCESS)
    m.Order.objects.update(model="星越")
    sold.price = registers.enter(
        by=sold.cast["finance"], at=LATER, register="floor_price", outlet=sold.cast.outlet.pk,
        values={"since": date(2026, 1, 1), "price": 9_800_000, "reach": "outlet"},
        about=About(model="星越"),
    ).id  # fmt: skip
    return sold


@pytest.fixture
def sold(db):
    with begun(opened) as made:
        yield made


def test_a_rate_by_ones_own_average_shows_the_average_its_deals_and_its_band(faces, sold):
    told = words(faces["zhang"].get(LINE))
    assert f"Band found by {CHOSEN}" in told
    assert "Band 1000 yuan or more: 15%" in told
    assert "2000 × 15% = 300 yuan" in told
    assert "the band is found by average per unit of the person" in told
    assert "found per deal" not in told + words(faces["zhang"].get(STATEMENT))
    for car in sold.cars:
        assert f"Delivery {car.order.number}" in told.partition("The deals behind the figure")[2]
    assert "Together ¥6,000.00 3" in told
    assert CHOSEN in words(faces["zhang"].get(STATEMENT))


def test_of_a_closed_run_the_average_stays_what_it_was(faces, sold):
    closed(sold.cast, FEBRUARY)
    before = words(faces["zhang"].get(LINE))
    sold.car("zhang", date(2026, 2, 20), model="星越")
    assert CHOSEN in before
    assert words(faces["zhang"].get(LINE)) == before


def test_the_papers_say_what_found_the_band(sold):
    seen = pay.statement(sold.cast["zhang"], "ZHANG", FEBRUARY)
    names = {"excess_profit": ("超额", "Excess"), "excess_units": ("台数", "Cars")}
    by_name = "average per unit of the person: Excess 6000 ÷ Cars 3 = 2000 yuan"
    assert by_name in str(statement_paper(seen, "en", names).blocks)


@pytest.mark.parametrize("role", ["zhang", "manager"])
def test_the_floor_price_leads_to_its_entry_for_whom_may_see_it(faces, sold, role):
    found = faces[role].get(LINE)
    link = re.search(r'<a href="([^"]*)">Floor price</a> <small>([^<]*)<', found.text)
    told = (f"/registers/floor_prices/{sold.price}", "in force since 2026-01-01")
    assert (link and link.groups()) == (told if role == "manager" else None)
    assert "Floor price" in words(found)


# -- what stands where -------------------------------------------------------------------------

ATTAINED = {
    "code": "attained", "zh": "完成率奖", "en": "Attainment", "kind": "fixed",
    "look": {"by": "attainment", "of": "deliveries"}, "tiers": [{"from": 0, "rate": 100}],
}  # fmt: skip
TEAM = {
    "code": "team", "zh": "团队系数", "en": "Team factor", "kind": "look", "team": True,
    "look": {"by": "attainment", "of": "deliveries", "whose": "team"},
}  # fmt: skip
AGED = {
    "code": "aged", "zh": "长库龄", "en": "Aged", "kind": "units", "of": "deliveries",
    "ranges": [{"of": "stock_days", "from": 90}], "tiers": [{"from": 0, "rate": 300}],
}  # fmt: skip


def test_a_closed_statement_waits_at_the_top_until_it_is_signed(faces, sold):
    closed(sold.cast, FEBRUARY)
    march = STATEMENT.replace("202602", "202603")
    waits = "The statement of Feb 2026 is closed: please confirm it"
    assert waits in words(faces["zhang"].get(march))
    assert waits not in words(faces["zhang"].get(STATEMENT))
    assert waits not in words(faces["manager"].get(march))
    outcome = pay.statement(sold.cast["zhang"], "ZHANG", FEBRUARY).outcome
    form = {"outlet": "N1", "outcome": outcome}
    assert faces["zhang"].post("/pay/acknowledge/ZHANG/202602", form).status_code == 302
    assert waits not in words(faces["zhang"].get(march))


def test_who_has_no_target_is_told_so_and_who_may_sets_one(faces, sold):
    planned(components=[*EXCESS, ATTAINED], factors=[TEAM])
    zhang, manager = faces["zhang"].get(STATEMENT), faces["manager"].get(STATEMENT)
    assert "Attainment no target · ask your manager to set one" in words(zhang)
    assert "Attainment no target · set one" in words(manager)
    assert 'href="/targets?outlet=N1&amp;period=202602"' in manager.text
    assert "Team factor no target · set one" in words(manager)
    assert "Team factor no target is set ¥0.00" in words(zhang)
    seen = pay.statement(sold.cast["zhang"], "ZHANG", FEBRUARY)
    assert "Team factor', '', 'no target is set'" in str(statement_paper(seen, "en").blocks)
    draft = pay_plan_of({**PLAN, "components": [*EXCESS, ATTAINED]})
    zhang = sold.cast.people["zhang"].pk
    tried = examples.example(sold.cast["manager"], "N1", FEBRUARY, draft, zhang)
    assert tried.aimless == (("完成率奖", "Attainment"),)
    closed(sold.cast, FEBRUARY)
    assert "set one" not in words(faces["zhang"].get(STATEMENT))


POT = {
    "code": "pot", "zh": "团队奖金池", "en": "Team pot", "kind": "pool", "pot": "units",
    "of": "deliveries", "whose": "team", "divide": "equal", "mode": "retroactive",
    "tiers": [{"from": 0, "rate": 50}],
}  # fmt: skip
BASE_PAY = {
    "code": "base_pay", "zh": "底薪", "en": "Base pay", "kind": "base",
    "tiers": [{"from": 0, "rate": 2500}],
}  # fmt: skip


def test_a_base_is_called_what_it_is_and_none_is_shown_where_nothing_is_counted(faces, sold):
    planned(components=[POT, BASE_PAY])
    told = words(faces["zhang"].get(STATEMENT))
    assert (
        "Amount of the pot Rate Amount By the total of the month — ¥200.00 50.00% ¥100.00" in told
    )
    assert "Base Rate Amount By the total of the month — — ¥2,500 ¥2,500.00" in told
    seen = pay.statement(sold.cast["zhang"], "ZHANG", FEBRUARY)
    book = CalamineWorkbook.from_filelike(io.BytesIO(pay_statement_xlsx(seen, "en")))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[8] for row in rows[1:3]] == [200, ""]
    assert "Rounding residual" not in told.partition("What the plan says of what has no line")[0]
    assert "rounded no further" in told


def fixed(code, look, **more):
    looked = {"look": look} if look else {}
    return {"code": code, "zh": code, "en": code, "kind": "fixed",
            "tiers": [{"from": 0, "rate": 10}], **looked, **more}  # fmt: skip


PRIZE = {"zh": "冠军", "en": "Champion", "kind": "prize", "whose": "outlet",
         "tiers": [{"from": 1, "rate": 600}]}  # fmt: skip
TEAM_OF = {"zh": "团队", "en": "Team's", "whose": "team", "tiers": [{"from": 0, "rate": "1%"}]}
BASED = [
    {**TEAM_OF, "code": "cars", "kind": "units", "of": "deliveries"},
    {**TEAM_OF, "code": "gross", "kind": "share", "of": "gross"},
    {**TEAM_OF, "code": "fined", "kind": "fine", "of": "deliveries"},
    POT,
    {**PRIZE, "code": "best_cars", "of": "deliveries"},
    {**PRIZE, "code": "best_gross", "of": "gross"},
    fixed("counted", None, of="deliveries"),
    fixed("by_units", {"by": "units", "of": "deliveries"}),
    fixed("by_money", {"by": "money", "of": "gross"}),
    fixed("by_average", {"by": "average", "of": "gross", "per": "deliveries"}),
    fixed("by_share", {"by": "penetration", "of": "deliveries", "per": "deliveries"}),
    fixed("by_kpi", {"by": "kpi", "of": "gross_per_unit"}),
    fixed("by_score", {"by": "score"}),
    BASE_PAY,
]


def test_every_kind_of_base_is_shown_in_its_unit_on_all_faces(faces, sold):
    planned(components=BASED)
    seen = pay.statement(sold.cast["zhang"], "ZHANG", FEBRUARY)
    own = {line.component: (line.base, line.unit) for line in seen.lines}
    cars, gross = (3, "vehicle"), (15_000, "yuan")
    assert own == {
        "cars": (4, "vehicle"), "gross": (20_000, "yuan"), "fined": (4, "vehicle"),
        "pot": (200, "yuan"), "best_cars": cars, "best_gross": gross, "counted": cars,
        "by_units": cars, "by_money": gross, "by_average": (5000, "yuan"),
        "by_share": (1, "ratio"), "by_kpi": (5000, "yuan/vehicle"), "base_pay": (None, ""),
    }  # fmt: skip
    book = CalamineWorkbook.from_filelike(io.BytesIO(pay_statement_xlsx(seen, "en")))
    rows = [row[2:10] for row in book.get_sheet_by_index(0).to_python()]
    told = {row[0]: tuple(row[6:]) for row in rows}
    assert (told["by_share"], told["by_kpi"]) == ((100, "%"), (5000, "CNY/vehicles"))
    assert ["Champion", (3, "vehicles")] in [[row[0], tuple(row[6:])] for row in rows]
    assert statement_json(seen)["lines"][0]["base_unit"] == "vehicle"
    for code, text in {
        "best_cars": "3 vehicles", "best_gross": "¥15,000.00", "by_average": "¥5,000.00",
        "by_share": "100.00%", "by_kpi": "¥5,000.00", "pot": "¥200.00", "cars": "4 vehicles",
    }.items():  # fmt: skip
        page = words(faces["zhang"].get(f"/pay/of/ZHANG/202602/{code}:1?outlet=N1"))
        assert f" Base {text} " in page, code
        assert (" Rounding " in page) == (code not in ("best_cars", "best_gross", "pot")), code
    page = words(faces["zhang"].get(STATEMENT))
    assert re.search(r"By the total of the month — 3 .{0,12}¥600\.00", page), page


def test_what_is_not_paid_lies_behind_a_fold_by_reason(faces, sold):
    planned(components=[*EXCESS, AGED])
    sold.car("zhang", date(2026, 2, 20))
    found = faces["zhang"].get(STATEMENT)
    folds = [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in
             re.findall(r"<summary>(.*?)</summary>", found.text, re.DOTALL)]  # fmt: skip
    assert "1 more without pay: Floor price not known 1" in folds
    assert folds[-2].startswith(
        "4 deals looked at and not paid by a part: days in stock not within"
    )
    assert "Open the score card" not in words(found)


def test_what_is_held_names_its_component_and_a_cap_its_sum(faces, sold):
    """One car is held of twice: the reader sees of what each time."""
    held = {"code": "held", "zh": "暂扣", "en": "Held", "share": "20%", "release": "plates",
            "components": ["unit_bonus", "gross_share"]}  # fmt: skip
    cap = {"code": "top", "zh": "封顶", "en": "Top", "amount": 1000}
    planned(caps=[cap], holdbacks=[held])
    told = words(faces["zhang"].get(STATEMENT))
    assert told.count("Units: held until plates") == told.count("Gross: held until plates") == 3
    assert "¥3,300.00 this period, over the cap of ¥1,000.00: the rest is forfeited" in told


def test_a_gate_says_its_figures_in_the_unit_of_its_kpi(faces, sold):
    planned(gates=[
        {"code": code, "zh": "门", "en": "Gate", "below": below, "effect": "reduce", "rate": "1/2",
         "look": {"by": "kpi", "of": code}}
        for code, below in (("gross_per_unit", 90000), ("trade_in_share", "30%"))
    ])  # fmt: skip
    told = words(faces["zhang"].get(STATEMENT))
    assert "5000 yuan/vehicles is under 90000 yuan/vehicles: the gate acts" in told
    assert "0% is under 30%: the gate acts" in told


def test_a_cap_names_what_it_carried_in(faces, sold):
    """3,300 of February at a cap of 1,000 leave 2,300: in March nothing else was sold."""
    cap = {"code": "top", "zh": "封顶", "en": "Top", "amount": 1000, "beyond": "carry"}
    planned(caps=[cap])
    closed(sold.cast, FEBRUARY)
    calculated(sold.cast, MARCH)
    told = words(faces["zhang"].get(STATEMENT.replace("202602", "202603")))
    assert "¥0.00 this period, with ¥2,300.00 from earlier over the cap of ¥1,000.00" in told


THIRDS = {
    "code": "thirds", "zh": "台数奖", "en": "Per car", "kind": "units", "of": "deliveries",
    "mode": "retroactive",
    "tiers": [{"from": 0, "rate": 100}, {"from": 3, "rate": "100.335"}, {"from": 9, "rate": 160}],
}  # fmt: skip


def test_the_parts_of_a_line_with_its_rounding_are_the_line(faces, sold):
    """Running sums 100.34, 200.67, 301.01: the second line is one fen off its own product."""
    planned(components=[THIRDS])
    texts = [words(faces["zhang"].get(f"/pay/of/ZHANG/202602/thirds:{place}?outlet=N1"))
             for place in (1, 2)]  # fmt: skip
    why = "the running sum is rounded half up to the fen, so that lines add up"
    assert f"1 × 100.335 = 100.335 yuan; {why}: 100.34 yuan" in texts[0]
    assert "Rounding" not in made_of(texts[0])
    assert f"1 × 100.335 = 100.335 yuan; {why}: 100.33 yuan" in texts[1]
    assert made_of(texts[1]) == f"1 × ¥100.335 ¥100.34 Rounding {why} -¥0.01"


def test_a_limit_that_changed_a_line_stands_among_its_parts(faces, sold):
    least = {**THIRDS, "code": "least", "least": 150}
    fined = {**THIRDS, "code": "fined", "kind": "fine", "tiers": [{"from": 0, "rate": 20}]}
    planned(components=[least, fined])
    told = {
        code: made_of(words(faces["zhang"].get(f"/pay/of/ZHANG/202602/{code}:1?outlet=N1")))
        for code in ("least", "fined")
    }
    assert told["least"] == "1 × ¥100.335 ¥100.34 the least of a deal applies +¥49.66"
    assert told["fined"] == "1 × ¥20 -¥20.00"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "the period's total 3 vehicles Band 3 or more, under 9: 100.335 yuan each"),
        ({"mode": "marginal"},
         "the period's total from 2 vehicles to 3 vehicles Band numbers 3 to 8: 100.335"),
        ({"mode": "interpolated", "tiers": [*THIRDS["tiers"][:2], {"from": 9, "rate": 0}]},
         "the period's total from 2 vehicles to 3 vehicles Band under 3: 100 yuan"),
        ({"scope": "per_deal"}, "this line 1 vehicle Band under 3: 100 yuan each"),
    ],
)  # fmt: skip
def test_a_rate_by_count_says_the_count_and_its_band(faces, sold, more, told):
    planned(components=[{**THIRDS, **more}])
    page = "/pay/of/ZHANG/202602/thirds:3?outlet=N1"
    shown = words(faces["zhang"].get(page)).replace("&#x27;", "'")
    assert f"Band found by {told}" in shown


def test_of_a_closed_run_the_count_stays_and_a_car_of_a_row_counts_by_its_weight(faces, sold):
    row = {"zh": "星越", "en": "Xingyue", "where": {"model": {"in": ["星越"]}}, "weight": "0.5"}
    planned(components=[{**THIRDS, "rows": [row]}])
    page = "/pay/of/ZHANG/202602/thirds:1?outlet=N1"
    closed(sold.cast, FEBRUARY)
    before = words(faces["zhang"].get(page)).replace("&#x27;", "'")
    sold.car("zhang", date(2026, 2, 20), model="星越")
    assert "Band found by the period's total 1.5 vehicles Band under 3: 100 yuan each" in before
    assert "what the rows pay counts too: the band is found by all of it together" in before
    assert words(faces["zhang"].get(page)).replace("&#x27;", "'") == before
    faces["zhang"].cookies["language"] = "zh-hans"
    assert "本期累计 1.5" in words(faces["zhang"].get(page))


def made_of(page):
    """What a line is made of, with its amounts."""
    return page.partition(" Made of ")[2].partition(" What the plan says ")[0]
