"""`cheji kpi`: what is defined, and values by every scope and grain."""

import pytest

from cli.months import by_consultant, exports, rows, run, told, two_months

pytestmark = pytest.mark.django_db


def values(*words):
    return told("kpi", "values", *words)


def flat(found, kpi):
    return {(row["of"]["code"], row["period"]): row["values"][kpi] for row in found["rows"]}


def test_by_outlet_and_month(cast):
    two_months(cast)
    span = ("--from", "2026-01", "--to", "2026-02")
    found = values("--kpi", "visits,document_rate,ad_spend", *span, "--outlets", "N1")
    assert list(found) == ["by", "grain", "periods", "kpis", "rows", "mark"]
    assert found["rows"] == [
        {
            "of": {"kind": "outlet", "code": "N1", "name": "北一店"},
            "outlet": None,
            "period": 202601,
            "values": {
                "visits": 200,
                "document_rate": {"value": "0.6", "exact": "3/5"},
                "ad_spend": {"fen": 6_000_000, "unit": "yuan"},
            },
        },
        {
            "of": {"kind": "outlet", "code": "N1", "name": "北一店"},
            "outlet": None,
            "period": 202602,
            "values": {
                "visits": 180,
                "document_rate": {"value": "0.65", "exact": "13/20"},
                "ad_spend": {"fen": 5_400_000, "unit": "yuan"},
            },
        },
    ]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("nation", {("G", 202601): 41}),
        ("region", {("N", 202601): 41, ("S", 202601): 0}),
        ("outlet", {("N1", 202601): 41, ("N2", 202601): 0, ("S1", 202601): 0}),
        ("channel", {("walk_in", 202601): 41}),
    ],
)
def test_by_scope(cast, by, expected):
    by_consultant(cast)
    found = values("--kpi", "deliveries", "--from", "2026-01", "--to", "2026-01", "--by", by)
    assert flat(found, "deliveries") == expected


def test_by_person_and_nobody(cast):
    by_consultant(cast)
    span = ("--from", "2026-01", "--to", "2026-01")
    found = values("--kpi", "visits,deliveries", *span, "--by", "person")
    rows_ = [row for row in found["rows"] if row["outlet"] == "N1"]
    assert {(row["of"]["kind"], row["of"]["code"]): row["values"] for row in rows_} == {
        ("person", "ZHANG"): {"visits": 0, "deliveries": 18},
        ("person", "LI"): {"visits": 0, "deliveries": 14},
        ("person", "WANG"): {"visits": 0, "deliveries": 9},
        ("unassigned", ""): {"visits": 200, "deliveries": 0},
    }


@pytest.mark.parametrize(
    ("grain", "first", "last", "expected"),
    [
        ("week", "2026-W01", "2026-W02", [(202601, 200), (202602, 0)]),
        ("quarter", "2026-Q1", "2026-Q1", [(20261, 380)]),
        ("quarter", "2026-01", "2026-03", [(20261, 380)]),
        ("half", "2026-H1", "2026-H1", [(20261, 380)]),
        ("year", "2026", "2026", [(2026, 380)]),
        ("year", "2026-02-03", "2026-11", [(2026, 380)]),
        ("month", "2026-01-15", "202602", [(202601, 200), (202602, 180)]),
        ("day", "2026-01-01", "2026-01-02", [(20260101, 200), (20260102, 0)]),
    ],
)
def test_by_grain(cast, grain, first, last, expected):
    two_months(cast)
    words = ("--kpi", "visits", "--grain", grain, "--from", first, "--to", last)
    found = values(*words, "--outlets", "N1")
    assert [(row["period"], row["values"]["visits"]) for row in found["rows"]] == expected


@pytest.mark.parametrize("wrong", ["2026-W54", "x", "2026-13-01"])
def test_a_period_that_is_none_is_refused(cast, wrong):
    words = ("--kpi", "visits", "--grain", "week", "--from", wrong, "--to", "2026-W02")
    assert wrong in run("kpi", "values", *words, code=2).stderr


def test_csv_is_headed_by_names(cast):
    two_months(cast)
    words = ("--kpi", "visits,document_rate", "--from", "2026-01", "--to", "2026-01")
    done = run("kpi", "values", *words, "--outlets", "N1", "--format", "csv")
    assert rows(done.stdout_bytes) == [
        ["of", "code", "name", "outlet", "period", "Visits", "Contact data rate"],
        ["outlet", "N1", "北一店", "", "2026-01", "200", "0.6000"],
    ]
    kept = {"form": "csv", "kpis": ["visits", "document_rate"], "rows": 1}
    assert exports() == [("export.kpi_values", "operator", kept)]


def test_explain_says_the_measures(cast):
    two_months(cast)
    words = ("--kpi", "document_rate", "--from", "2026-01", "--to", "2026-01", "--outlets", "N1")
    text = run("kpi", "values", *words, "--explain").stdout
    assert "New intent customers ÷ Visits = 120 ÷ 200 = 60.00%" in text
    reason = values(*words, "--explain")["rows"][0]["reasons"]["document_rate"]
    assert {code: one["value"] for code, one in reason["measures"].items()} == {
        "prospects_new": 120,
        "visits": 200,
    }


def test_list_and_show(cast):
    found = told("kpi", "list")
    assert found["document_rate"] == told("kpi", "show", "document_rate")["document_rate"]
    assert found["document_rate"]["formula"] == "prospects_new / visits"
    assert "新增意向客户数 ÷ 来店批次" in run("kpi", "show", "document_rate").stdout
    assert "visits" in run("kpi", "list").stdout
    assert "no_such" in run("kpi", "show", "no_such", code=2).stderr


def test_an_account_sees_only_its_own(cast):
    by_consultant(cast)
    words = ("--kpi", "deliveries", "--from", "2026-01", "--to", "2026-01", "--by", "person")
    assert flat(values(*words, "--as", "zhang"), "deliveries") == {("ZHANG", 202601): 18}
    run("kpi", "values", *words, "--as", "nobody_here", code=2)


def test_a_whole_month_is_that_of_the_single_values(cast):
    two_months(cast)
    found = told("kpi", "month", "2026-02", "--by", "outlet", "--format", "json")
    codes = ",".join(found["kpis"])
    assert len(found["kpis"]) > 240
    assert found == values("--kpi", codes, "--from", "2026-02", "--to", "2026-02")
    assert (
        "outlet, region, nation" in run("kpi", "month", "2026-02", "--by", "model", code=2).stderr
    )
