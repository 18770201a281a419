"""`cheji sheet`: the worked months in every format, by scope, with reasons."""

import pytest

from cli.months import by_consultant, exports, rows, run, told, two_months

pytestmark = pytest.mark.django_db
SHEET = ("sheet", "kpi", "--outlet", "N1", "--year", 2026)


def money(yuan):
    return {"fen": yuan * 100, "unit": "yuan"}


def exact(value, ratio):
    return {"value": value, "exact": ratio}


M1 = {
    "ad_spend": money(60_000),
    "visits": 200,
    "cost_per_visit": exact("300", "300/1"),
    "prospects_new": 120,
    "prospects_open": 150,
    "orders_from_new": 24,
    "orders_from_open": 15,
    "orders_open": 20,
    "deliveries": 41,
    "document_rate": exact("0.6", "3/5"),
    "orders": 39,
    "order_pool": 59,
    "open_conversion": exact("0.1", "1/10"),
    "new_conversion": exact("0.2", "1/5"),
    "delivery_rate": exact("0.6949", "41/59"),
}
M2 = {
    "ad_spend": money(54_000),
    "visits": 180,
    "cost_per_visit": exact("300", "300/1"),
    "prospects_new": 117,
    "prospects_open": 185,
    "orders_from_new": 26,
    "orders_from_open": 20,
    "orders_open": 16,
    "deliveries": 44,
    "document_rate": exact("0.65", "13/20"),
    "orders": 46,
    "order_pool": 62,
    "open_conversion": exact("0.1081", "4/37"),
    "new_conversion": exact("0.2222", "2/9"),
    "delivery_rate": exact("0.7097", "22/31"),
}


def column(found, key):
    return {code: line["values"][key] for code, line in found["lines"].items()}


def test_the_worked_months_come_out_exactly(cast):
    two_months(cast)
    found = told(*SHEET)
    assert column(found, "202601") == M1
    assert column(found, "202602") == M2
    assert [one["key"] for one in found["columns"]][-1] == "2026"
    assert found["holds"] is True
    assert found["lines"]["visits"] == {
        "number": 2,
        "zh": "来店批次",
        "en": "Visits",
        "unit": "batch",
        "decimals": 0,
        "direction": "up",
        "values": found["lines"]["visits"]["values"],
        "lights": found["lines"]["visits"]["lights"],
        "adds_up": None,
        "changes": {"last_year": 0, "year_on_year": None, "mom": None, "yoy": None},
    }
    assert [found["lines"]["visits"]["lights"][month] for month in ("202601", "202602")] == [
        "good", "good",
    ]  # fmt: skip


def test_the_keys_of_the_json_are_those_documented(cast):
    two_months(cast)
    found = told(*SHEET)
    top = ["sheet", "by", "of", "year", "month", "on", "mark", "columns", "lines", "identities"]
    assert list(found) == [*top, "holds"]
    assert found["of"] == {"kind": "outlet", "code": "N1", "name": "北一店"}
    assert found["columns"][0] == {
        "key": "202601",
        "of": found["of"],
        "grain": "month",
        "period": 202601,
        "withheld": False,
        "outlets": 1,
    }
    assert found["identities"]["prospects_roll_forward"]["columns"]["202601"] == {
        "left": 185,
        "right": 185,
        "difference": 0,
        "holds": True,
    }


def test_an_empty_month_has_zeros_and_nulls(cast):
    found = column(told(*SHEET), "202601")
    empty = {code for code, value in found.items() if value is None}
    ratios = {"cost_per_visit", "document_rate", "open_conversion", "new_conversion"}
    assert empty == ratios | {"delivery_rate"}
    assert found["visits"] == 0


def test_by_consultant_adds_up_to_the_outlet(cast):
    by_consultant(cast)
    found = told(*SHEET, "--by", "consultant", "--month", "2026-01")
    assert found["lines"]["prospects_new"]["values"] == {
        "LI": 48,
        "WANG": 27,
        "ZHANG": 45,
        "unassigned": 0,
        "total": 120,
    }
    assert found["lines"]["prospects_new"]["adds_up"] is True
    assert found["lines"]["new_conversion"]["values"]["ZHANG"] == exact("0.2667", "4/15")


def test_benchmark_columns_are_keyed(cast):
    two_months(cast)
    found = told(*SHEET, "--by", "benchmark", "--month", "1", "--against", "S1")
    keys = [one["key"] for one in found["columns"]]
    bests = ["nation_best", "region_best"]
    assert keys == ["own", "nation_average", "region_average", *bests, "S1"]


def test_csv_has_codes_units_and_plain_numbers(cast):
    two_months(cast)
    found = rows(run(*SHEET, "--format", "csv").stdout_bytes)
    assert found[0][:6] == ["#", "code", "line", "unit", "2026-01", "2026-02"]
    assert found[1][:6] == ["1", "ad_spend", "Advertising spend (CNY)", "CNY", "60000", "54000"]
    assert found[15][4:7] == ["0.6949", "0.7097", "0.0000"]


def test_the_table_shows_percent_and_thousands(cast):
    two_months(cast)
    text = run(*SHEET).stdout
    assert "60,000.00" in text
    assert "69.49%" in text
    assert "Checks: everything agrees." in text


def test_explain_shows_formula_and_figures(cast):
    two_months(cast)
    text = run(*SHEET, "--explain", "--lang", "zh").stdout
    assert "新增意向客户数 ÷ 来店批次 = 120 ÷ 200 = 60.00%" in text
    found = told(*SHEET, "--explain")["lines"]["document_rate"]["reasons"]["202601"]
    assert found["measures"]["visits"]["value"] == 200
    assert found["value"] == M1["document_rate"]


def test_an_account_sees_its_own_scope(cast):
    two_months(cast)
    assert column(told(*SHEET, "--as", "manager"), "202601") == M1
    done = run(*SHEET, "--as", "far_manager", code=2)
    assert done.stdout == ""
    assert "no unit “N1” that you may see" in done.stderr
    assert "没有您可以查看的" in run(*SHEET, "--as", "zhang", "--lang", "zh", code=2).stderr


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_needs_the_right_to_export(cast, form, tmp_path):
    file = tmp_path / "x"
    words = ("sheet", "kpi", "--year", 2026, "--format", form, "-o", file, "--outlet")
    assert "“export”" in run(*words, "N1/T1", "--as", "lead", code=2).stderr
    assert not file.exists()
    run(*words, "N1", "--as", "manager")
    assert file.stat().st_size > 100
    kept = {"form": form, "sheet": "kpi", "by": "month", "of": "N1"}
    assert exports() == [("export.sheet", cast["manager"].name, kept)]


def test_a_month_that_is_none_is_refused(cast):
    done = run(*SHEET, "--by", "consultant", "--month", "2026-13", code=2)
    assert "2026-13" in done.stderr


def test_a_month_needs_columns_of_its_own(cast):
    words = ("sheet", "kpi", "--outlet", "N1", "--year", "2026", "--month", "1")
    assert "--by consultant" in run(*words, code=2).stderr
    run(*words, "--by", "consultant")
