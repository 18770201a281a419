"""`cheji import`: good rows are taken, bad ones told at their cell; twice changes nothing; undo."""

import json

import pytest

from actions.test_imports_late import close_run
from cast import Cast
from cheji.records.models import DailyTotal, Fact, Order, OrderLine, Visit
from cli.months import run, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def visits(tmp_path):
    """Three visits of N1, of which the second has no date."""
    file = tmp_path / "visits.csv"
    rows = ["N1,V1,2026-03-02,walk_in", "N1,V2,2026-13-02,walk_in", "N1,V3,2026-03-04,phone"]
    file.write_text("outlet_code,number,on_date,channel\n" + "\n".join(rows) + "\n")
    return file


def report_of(tmp_path, *words, code=0):
    file = tmp_path / "report.json"
    run("import", *words, "--report", file, code=code)
    return json.loads(file.read_text())


def counts(found):
    names = ("rows", "create", "update", "same", "skipped", "refused")
    return [tuple(one[name] for name in names) for one in found["imports"]]


def test_good_rows_are_taken_and_the_bad_one_is_told(cast, visits, tmp_path):
    found = report_of(tmp_path, "visits", visits, code=1)
    assert counts(found) == [(3, 2, 0, 0, 0, 1)]
    assert sorted(Visit.objects.values_list("number", flat=True)) == ["V1", "V3"]
    problem = found["imports"][0]["problems"][0]
    keys = ["code", "level", "sheet", "cell", "column", "zh", "en", "mend_zh", "mend_en"]
    assert list(problem) == keys
    assert (problem["cell"], problem["column"], problem["level"]) == ("C3", "on_date", "error")


def test_the_keys_of_the_report_are_those_documented(cast, visits, tmp_path):
    found = report_of(tmp_path, "visits", visits, code=1)
    assert list(found) == ["ok", "imports"]
    head = ["kind", "file", "batch", "dry_run", "rows", "create", "update", "same", "skipped"]
    assert list(found["imports"][0]) == [
        *head, "unpriced", "late", "leavers", "posts_ended", "closed_months", "refused",
        "problems",
    ]  # fmt: skip


def test_whole_takes_all_or_nothing(cast, visits, tmp_path):
    found = report_of(tmp_path, "visits", visits, "--whole", code=1)
    assert found["imports"][0]["batch"] is None
    posted = Fact.objects.filter(source_kind="visit")
    assert (Visit.objects.count(), posted.count()) == (0, 0)


def test_a_dry_run_writes_nothing(cast, visits, tmp_path):
    found = report_of(tmp_path, "visits", visits, "--dry-run", code=1)
    assert counts(found) == [(3, 2, 0, 0, 0, 1)]
    assert found["imports"][0]["dry_run"] is True
    posted = Fact.objects.filter(source_kind="visit")
    assert (Visit.objects.count(), posted.count()) == (0, 0)


def test_a_dry_run_uses_no_number_up(cast, visits, tmp_path):
    def batch(*words):
        return report_of(tmp_path, "visits", visits, *words, code=1)["imports"][0]["batch"]

    first = batch()
    assert batch("--dry-run") is None
    assert batch() == first + 1


def test_twice_changes_nothing_and_undo_takes_back(cast, visits, tmp_path):
    first = report_of(tmp_path, "visits", visits, code=1)
    facts = Fact.objects.count()
    again = report_of(tmp_path, "visits", visits, code=1)
    assert counts(again) == [(3, 0, 0, 2, 0, 1)]
    assert Fact.objects.count() == facts
    run("import", "--undo", first["imports"][0]["batch"])
    assert Visit.objects.count() == 0
    assert "undone" in run("import", "--undo", first["imports"][0]["batch"], code=2).stderr


def test_undoing_says_what_of_it_lies_in_closed_months(cast, visits, tmp_path):
    first = report_of(tmp_path, "visits", visits, code=1)
    close_run(cast.outlet, 202603)
    said = run("import", "--undo", first["imports"][0]["batch"]).stdout
    assert "2 rows belong to 2026-03, which is closed: what was closed stays" in said


def test_a_row_that_a_rule_refuses_is_told_at_its_cell(cast, tmp_path):
    file = tmp_path / "visits.csv"
    file.write_text("number,outlet_code,on_date\nV1,NOWHERE,2026-03-02\n")
    found = report_of(tmp_path, "visits", file, code=1)
    problem = found["imports"][0]["problems"][0]
    assert (problem["code"], problem["cell"]) == ("UnknownOutlet", "B2")
    assert problem["column"] == "outlet_code"
    file.write_text("outlet_code,number,on_date,consultant\nN1,V1,2026-03-02,Nobody\n")
    problem = report_of(tmp_path, "visits", file, code=1)["imports"][0]["problems"][0]
    assert (problem["code"], problem["cell"]) == ("UnknownPerson", "D2")


def test_text_tells_counts_and_problems(cast, visits):
    done = run("import", "visits", visits, "--lang", "zh", code=1)
    assert "3 行，新增 2，更新 0，未变 0，略过 0，拒绝 1" in done.stdout
    assert "C3" in done.stderr


def test_a_map_of_several_kinds_fills_an_empty_house(db, tmp_path):
    from cast import load_pack

    load_pack()
    (tmp_path / "sales.csv").write_text("shop,day,spent,parties\nFirst,02/03/2026,60000,200\n")
    (tmp_path / "map.yaml").write_text(
        """
date_order: dmy
maps:
  - kind: outlets
    file: sales.csv
    columns: {outlet_code: {slug: shop}, outlet_name: shop}
  - kind: daily_totals
    file: sales.csv
    columns: {outlet_code: {slug: shop}, on_date: day, ad_spend: spent, visits: parties}
"""
    )
    words = (tmp_path / "sales.csv", "--map", tmp_path / "map.yaml")
    assert counts(report_of(tmp_path, "all", *words, "--dry-run")) == [(1, 1, 0, 0, 0, 0)] * 2
    assert DailyTotal.objects.count() == 0
    report_of(tmp_path, *words)
    found = told("sheet", "kpi", "--outlet", "first", "--year", 2026)
    assert found["lines"]["cost_per_visit"]["values"]["202603"]["value"] == "300"
    assert counts(report_of(tmp_path, "outlets", *words)) == [(1, 0, 0, 1, 0, 0)]


def test_a_map_with_faults_is_refused(cast, visits, tmp_path):
    (tmp_path / "map.yaml").write_text("kind: visits\ncolums: {}\n")
    done = run("import", "visits", visits, "--map", tmp_path / "map.yaml", code=2)
    assert "colums" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say what to import"),
        (("nothing", "x.csv"), "no kind of file called “nothing”"),
        (("visits",), "Say what to import"),
        (("all", "x.csv"), "Say what to import"),
        (("visits", "no-such.csv"), "There is no file"),
        (("visits", "x", "--map", "no-such.yaml"), "There is no file"),
        (("--undo", "99"), "no import “99”"),
    ],
)
def test_what_cannot_be_done_is_refused(cast, words, said):
    assert said in run("import", *words, code=2).stderr


def test_an_account_imports_only_into_its_outlets(cast, visits, tmp_path):
    found = report_of(tmp_path, "visits", visits, "--as", "far_manager", code=1)
    assert counts(found) == [(3, 0, 0, 0, 0, 3)]
    run("import", "visits", visits, "--as", "zhang", code=2)


def test_the_date_order_that_is_given_rules(cast: Cast, tmp_path):
    file = tmp_path / "visits.csv"
    file.write_text("outlet_code,number,on_date\nN1,V1,03/04/2026\n")
    report_of(tmp_path, "visits", file, "--date-order", "dmy")
    assert str(Visit.objects.get().on_date) == "2026-04-03"


def test_a_template_can_be_imported_as_it_is(cast, tmp_path):
    file = tmp_path / "visits.xlsx"
    run("template", "visits", "-o", file)
    found = report_of(tmp_path, "visits", file)
    assert [one["code"] for one in found["imports"][0]["problems"]] == ["no_rows"]
    run("template", "nothing", "-o", file, code=2)


def test_a_file_that_updates_needs_the_key_and_what_it_changes_alone(cast, tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(
        "门店代码,订单号,签单日期,车价(万元),车辆成本,备注\n"
        "N1,O1,2026-03-02,12.5,110000,急\nN1,O2,2026-03-03,¥99000,90000,\n"
    )
    second.write_text("门店代码,订单号,车型\nN1,O1,星越\nN1,NEW,星越\n")
    report_of(tmp_path, "orders", first)
    found = report_of(tmp_path, "orders", second, "--mode", "update")
    assert counts(found) == [(2, 0, 1, 0, 1, 0)]
    assert found["imports"][0]["problems"] == []  # the row without a record is left to the mode
    lines = OrderLine.objects.order_by("order__number").values_list("revenue", "cost")
    assert list(lines) == [(12_500_000, 11_000_000), (9_900_000, 9_000_000)]
    order = Order.objects.get(number="O1")
    assert (order.model, order.note) == ("星越", "急")


def test_the_unit_of_a_header_is_told(cast, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("门店代码,日期,费用(万元)\nN1,2026-03-02,0.8\n")
    said = "费用(万元): numbers without a unit were multiplied by 10000"
    assert said in run("import", "ad_spend", file).stderr
