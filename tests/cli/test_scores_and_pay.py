"""`cheji score` and `cheji pay`: shown, kept, tried with a plan from a file."""

import json
from datetime import date

import pytest

from beginnings import begun
from cast import Floor, packed_cast, totals
from cheji.cli import explaining
from cheji.engine.money import fen_of, yuan_text
from cheji.records import models as m
from cli.months import exports, rows, run, told
from reads.test_loading import scheme_from

pytestmark = pytest.mark.django_db
MONTH = ("--outlet", "N1", "--month", "2026-03")
PLAN = """
pay_plans:
  - code: tried
    zh: 试算
    en: Tried
    components:
      - {code: share, zh: 毛利, en: Gross, kind: share, of: gross, scope: per_deal,
         base: positive, round_to: yuan, rounding: each, tiers: [{from: 0, rate: 20%}]}
"""


def selling():
    """Zhang delivers three cars in March 2026 with 5,000 yuan of gross each, Li one at a loss."""
    cast, floor = packed_cast(), Floor()
    people = cast.people
    on = date(2026, 3, 3)
    for _ in range(3):
        floor.delivery(floor.order(cast.outlet, people["zhang"], on=on), on)
    loss = floor.order(cast.outlet, people["li"], on=on, price=9_000_012, cost=9_500_000)
    floor.delivery(loss, on)
    totals(cast.outlet, date(2026, 3, 1), people["zhang"], intent_new=10, orders_new=1)
    return cast


@pytest.fixture
def sold(db):
    with begun(selling) as cast:
        yield cast


def by_number(found):
    return {one["person"]["number"]: one for one in found}


def test_pay_by_the_published_plan(sold):
    zhang = by_number(told("pay", *MONTH))["ZHANG"]
    amounts = {}
    for line in zhang["lines"]:
        key = line["component"]
        amounts[key] = amounts.get(key, 0) + line["amount"]["fen"]
    assert amounts["unit_bonus"] == 180_000
    assert amounts["gross_share"] == 150_000
    assert zhang["payable"] == {"fen": sum(amounts.values()), "unit": "yuan"}
    assert zhang["state"] == "estimate"


def test_the_keys_of_a_statement_are_those_documented(sold):
    zhang = by_number(told("pay", *MONTH))["ZHANG"]
    keys = ["person", "outlet", "month", "plan", "state", "payable", "coefficient", "score"]
    assert list(zhang) == [*keys, "lines", "digest", "mark", "run", "after_open_months"]
    assert list(zhang["lines"][0]) == [
        "component",
        "deal",
        "dispute",
        "shared",
        "split",
        "on",
        "base",
        "base_unit",
        "rate",
        "amount",
    ]
    assert by_number(told("pay", *MONTH, "--explain"))["ZHANG"]["reason"]["kind"] == "pay"


def test_a_plan_from_a_file_is_tried_and_not_kept(sold, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN)
    found = by_number(told("pay", *MONTH, "--plan", file))
    assert [line["amount"]["fen"] for line in found["ZHANG"]["lines"]] == [100_000] * 3
    assert [line["amount"]["fen"] for line in found["LI"]["lines"]] == [0]
    assert "Publish it first" in run("pay", *MONTH, "--plan", file, "--keep", code=2).stderr


def test_a_plan_with_faults_says_all_of_them(sold, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN.replace("of: gross", "of: grosss").replace("kind: share", "kind: shere"))
    lines = run("pay", *MONTH, "--plan", file, code=2).stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "pay_plans.tried.components.share.kind",
        "pay_plans.tried.components.share.of",
    ]
    file.write_text("pay_plans: []")
    assert "one plan" in run("pay", *MONTH, "--plan", file, code=2).stderr


def test_a_score_card_has_value_target_and_points(sold):
    zhang = by_number(told("score", *MONTH))["ZHANG"]
    keys = ["person", "outlet", "month", "scheme", "state", "total", "grade", "coefficient"]
    assert list(zhang) == [*keys, "items", "digest", "mark", "run"]
    item = zhang["items"]["deliveries"]
    assert (item["value"], item["target"]) == (3, 6)
    assert item["attainment"] == {"value": "0.5", "exact": "1/2"}
    assert item["points"] == {"value": "0", "exact": "0/1"}


def test_one_person(sold):
    assert list(by_number(told("score", *MONTH, "--person", "LI"))) == ["LI"]
    assert list(by_number(told("pay", *MONTH, "--person", "LI"))) == ["LI"]


@pytest.mark.parametrize(("command", "state"), [("score", "open"), ("pay", "calculated")])
def test_kept_runs_answer_from_then_on(sold, command, state):
    done = run(command, *MONTH, "--keep")
    assert "Kept as run" in done.stderr
    assert {one["state"] for one in told(command, *MONTH)} == {state}


def test_a_correction_is_told_in_yuan():
    late = {"kind": "adjustment", "code": "unit_bonus", "value": -10_000, "parts": [],
            "detail": {"zh": "前期业务变动", "en": "late"}}  # fmt: skip
    assert explaining.told(late)[0].split("　")[0] == "unit_bonus = -100.00"


@pytest.mark.parametrize("command", ["score", "pay"])
def test_a_colleague_sees_only_his_own(sold, command):
    assert list(by_number(told(command, *MONTH, "--as", "li"))) == ["LI"]
    run(command, *MONTH, "--person", "ZHANG", "--as", "li", code=2)


def test_as_text_and_as_csv(sold):
    text = run("pay", *MONTH, "--plan", "consultant_pay", "--explain").stdout
    assert ("1,800.00" in text, "1,500.00" in text) == (True, True)
    assert "ZHANG" in run("score", *MONTH, "--explain").stdout
    found = rows(run("pay", *MONTH, "--person", "ZHANG", "--format", "csv").stdout_bytes)
    assert found[0][:6] == ["outlet", "month", "number", "name", "component", "deal"]
    assert [row[4] for row in found[1:4]] == ["Unit bonus"] * 3
    head = rows(run("score", *MONTH, "--person", "LI", "--format", "csv").stdout_bytes)[0]
    assert head[4:9] == ["kpi", "weight", "value", "target", "points"]


def test_pay_and_scores_that_leave_for_a_program_or_a_worksheet_is_audited(sold, tmp_path):
    """As the screens do, by the verb of what it is; a table for the eye is none."""
    run("pay", *MONTH, "--explain")
    told("pay", *MONTH, "--as", "li")
    run("pay", *MONTH, "--format", "csv")
    run("pay", *MONTH, "--format", "csv", "--as", "li", code=2)
    told("pay", "simulate", "--plan", "consultant_pay", *SPAN)
    run("score", *MONTH)
    told("score", *MONTH, "--as", "li")
    run("score", *MONTH, "--format", "csv", "--as", "li", code=2)
    run("pay", "replay", "--all")
    told("pay", "replay", "--all")
    kept = exports()
    assert [(verb, who, body["form"]) for verb, who, body in kept] == [
        ("export.pay", sold["li"].name, "json"),
        ("export.pay", "operator", "csv"),
        ("export.pay_simulation", "operator", "json"),
        ("export.score", sold["li"].name, "json"),
        ("export.pay_replay", "operator", "json"),
    ]
    assert kept[0][2] == {"form": "json", "month": 202603, "outlet": "N1", "rows": 1}


def test_a_month_is_needed(sold):
    assert "2026-14" in run("pay", "--outlet", "N1", "--month", "2026-14", code=2).stderr


def test_a_table_speaks_one_language_in_yuan_and_says_why_nothing_was_scored(sold):
    shown = run("score", *MONTH, "--explain", "--lang", "zh").stdout
    assert ("预估" in shown, "estimate" in shown, "/1" in shown) == (True, False, False)
    assert "达成 50.00% < 门槛 60.00%，得 0 分" in shown
    paid = run("pay", *MONTH, "--explain", "--lang", "zh").stdout
    assert ("1,800.00" in paid, "180000" in paid, "unit_bonus" in paid) == (True, False, False)


def test_csv_has_names_and_not_codes(sold):
    heads = rows(run("pay", *MONTH, "--format", "csv", "--lang", "zh").stdout_bytes)
    assert {tuple(row[-2:]) for row in heads[1:]} == {("预估", "")}
    assert "unit_bonus" not in {row[4] for row in heads[1:]}
    cards = rows(run("score", *MONTH, "--format", "csv", "--lang", "zh").stdout_bytes)
    assert ({row[-1] for row in cards[1:]}, "deliveries" in {row[4] for row in cards}) == (
        {"预估"},
        False,
    )


@pytest.mark.parametrize("command", ["score", "pay"])
def test_a_kept_run_says_when_and_whether_facts_came_later(sold, command):
    assert "保存的结果" not in run(command, *MONTH, "--lang", "zh").stdout
    run(command, *MONTH, "--keep")
    kept = run(command, *MONTH, "--lang", "zh").stdout
    assert ("保存的结果。" in kept, "保存后有新数据" in kept) == (True, False)
    totals(sold.outlet, date(2026, 4, 1), sold.people["zhang"], intent_new=1)
    assert "保存后有新数据" not in run(command, *MONTH, "--lang", "zh").stdout
    totals(sold.outlet, date(2026, 3, 9), sold.people["zhang"], intent_new=1)
    later = run(command, *MONTH, "--lang", "zh").stdout
    state = {"score": "已保存", "pay": "已计算"}[command]
    assert (state in later, "保存后有新数据，可重新计算保存" in later) == (True, True)


def test_a_wrong_month_is_told_its_form(sold):
    args = ("pay", "--outlet", "N1", "--month", "2026-13")
    assert "应写作 2026-11" in run(*args, "--lang", "zh", code=2).stderr
    assert "write it like 2026-11" in run(*args, "--lang", "en", code=2).stderr


SPAN = ("--from", "2026-03", "--until", "2026-03", "--outlets", "N1")


def test_plans_are_tried_side_by_side_and_nothing_is_kept(sold, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN)
    first, second = told("pay", "simulate", "--plan", "consultant_pay", "--plan", file, *SPAN)
    paid = {number: one["payable"]["fen"] for number, one in by_number(told("pay", *MONTH)).items()}
    assert {number: fen_of(text) for number, text in first["people"].items()} == paid
    assert second["people"] == dict.fromkeys(paid, "0.00") | {"ZHANG": "3000.00"}
    assert (second["cost"], second["months"]) == ("3000.00", {"202603": "3000.00"})
    assert second["changes"]["ZHANG"] == yuan_text(300_000 - paid["ZHANG"])
    assert {one["state"] for one in told("pay", *MONTH)} == {"estimate"}


def test_plans_with_budgets_or_pots_are_tried_too(sold, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN.replace("base: positive,", "base: positive, budget: 2500,"))
    [found] = told("pay", "simulate", "--plan", file, *SPAN)
    assert (found["cost"], found["people"]["ZHANG"]) == ("2500.00", "2500.00")


def test_a_simulation_tells_of_whom_targets_and_scores_are_lacking(sold, tmp_path):
    scheme_from(date(2026, 3, 1))
    look = "{by: attainment, of: deliveries}"
    gate = f"{{code: least, zh: 达成, en: Least, below: 60%, look: {look}}}"
    more = f"scheme: late_scheme\n    gates: [{gate}]\n    components:"
    file = tmp_path / "plan.yaml"
    flagged = PLAN.replace("components:", more).replace(
        "of: gross,", "of: gross, coefficient: true,"
    )
    file.write_text(flagged)
    span = ("--from", "2026-02", "--until", "2026-03", "--outlets", "N1")
    [found] = told("pay", "simulate", "--plan", file, *span)
    people = len(found["people"])
    months = [{"outlet": "N1", "month": month} for month in (202602, 202603)]
    assert found["without_target"] == {
        "people": people, "person_months": 2 * people, "places": months,
    }  # fmt: skip
    assert (found["without_score"]["people"], found["scheme_not_in_force"]) == (people, [202602])
    shown = run("pay", "simulate", "--plan", file, *span, "--lang", "zh").stdout
    assert f"{people} 人中有 {people} 人没有方案所看的目标" in shown
    assert f"{people} 人中有 {people} 人没有方案所用的考核得分，考核系数按 1 计" in shown
    assert "2026-02 尚无方案所用的考核方案" in shown


def test_a_simulation_as_text_and_as_csv(sold, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN)
    words = ("pay", "simulate", "--plan", "consultant_pay", "--plan", file, *SPAN)
    shown = run(*words, "--lang", "zh").stdout
    assert ("提成试算" in shown, "各门店成本" in shown, "3,000.00" in shown) == (True, True, True)
    head, *people = rows(run(*words, "--format", "csv").stdout_bytes)
    assert head[2:] == ["consultant_pay", "tried"]
    assert {row[0]: row[3] for row in people}["ZHANG"] == "3000.00"


def test_plans_of_one_name_are_told_apart(sold, tmp_path):
    """The published one by its day, as on the screens; one of a file by its file."""
    row = m.DefinitionVersion.objects.get(kind="pay_plan", code="consultant_pay")
    file = tmp_path / "mine.yaml"
    file.write_text(json.dumps(row.body, ensure_ascii=False))
    words = ("pay", "simulate", "--plan", "consultant_pay", "--plan", file, "--plan", file, *SPAN)
    zh, since = row.body["zh"], f"{row.valid_from}"
    found = told(*words, "--lang", "zh")
    assert [one["name"] for one in found] == [
        f"{zh} · {since} 起", f"{zh} · mine.yaml · (2)", f"{zh} · mine.yaml · (3)",
    ]  # fmt: skip
    head, *_ = rows(run(*words, "--format", "csv").stdout_bytes)
    assert head[2] == f"consultant_pay · from {since}"
    shown = run(*words, "--lang", "zh").stdout
    assert "mine.yaml" in shown


def test_a_simulation_is_for_who_sees_the_pay(sold):
    words = ("pay", "simulate", "--plan", "consultant_pay", *SPAN)
    assert "N1" in run(*words, "--as", "zhang", code=2).stderr
    late = (
        "pay",
        "simulate",
        "--plan",
        "consultant_pay",
        "--from",
        "2026-04",
        "--until",
        "2026-03",
    )
    assert "--until" in run(*late, code=2).stderr
