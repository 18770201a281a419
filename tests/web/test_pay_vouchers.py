"""Vouchers of pay: accounts that are inherited, what is shown, files that come to the total."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from beginnings import begun
from cast import Cast
from cheji.actions import pay as verbs
from cheji.actions.pay.accounts import set_accounts
from cheji.engine.money import fen_of
from cheji.jobs import pay_batches as jobs
from cheji.reads import pay as reads
from cheji.records import models as m
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound
from doors import signed_in
from paying import ACCOUNTS as GROUP
from paying import FEBRUARY, LATER, PLAN, Sold, brought, calculated, closed, gone, planned

TODAY = date(2026, 3, 20)
PAGE = "/pay/vouchers?period=202602"


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned()
        yield made


@pytest.fixture
def open_as(sold: Sold, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    return signed_in


def said(cast: Cast, unit: m.Unit, **values: str) -> None:
    m.VoucherAccounts.objects.create(unit=unit, values=values, changed_at=LATER)


def lines(answer: Any) -> list[list[str]]:
    """Rows of the text file for 用友."""
    return [line.split(",") for line in answer.content.decode("gbk").splitlines()[1:]]


def test_what_a_unit_leaves_out_holds_as_above_says(sold: Sold, open_as: Any) -> None:
    cast = sold.cast
    said(cast, cast.group, **GROUP)
    said(cast, cast.north, bank="1002.02 北区专户")
    said(cast, cast.outlet, **{"component:gross_share": "6601.05 毛利提成", "department": "D01"})
    run = closed(cast, FEBRUARY)
    face = open_as("finance")
    accrued = lines(face.get("/pay/vouchers/yonyou/file?period=202602"))
    assert [(row[5], fen_of(row[6]), fen_of(row[7]), row[15]) for row in accrued] == [
        ("6601.01", 230_000, 0, "D01"),
        ("6601.05", 200_000, 0, "D01"),
        ("2211.01", 0, run.total, "D01"),
    ]
    paid = lines(face.get("/pay/vouchers/yonyou/file?period=202602&what=payment&on=2026-03-10"))
    assert [(row[0], row[5], row[6], row[7]) for row in paid] == [
        ("2026-03-10", "2211.01", "4300.00", "0.00"),
        ("2026-03-10", "1002.02", "0.00", "4300.00"),
    ]


def test_a_payment_leaves_out_whom_a_settlement_pays(sold: Sold, open_as: Any) -> None:
    cast = sold.cast
    said(cast, cast.group, **GROUP)
    run = closed(cast, FEBRUARY)
    li = m.PayInput.objects.get(run=run, person=cast.people["li"])
    gone(sold, "li", last=TODAY)
    sheet = reads.leaver_sheet(cast["hr"], "LI", "N1", TODAY)
    made = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=verbs.Sheet(**asdict(sheet)))
    verbs.approve_settlement(by=cast["finance"], at=LATER, settlement=made.id)
    face = open_as("finance")
    accrued, paid, settled = (
        lines(face.get(f"/pay/vouchers/yonyou/file?period=202602&what={what}&on=2026-03-10"))
        for what in ("accrual", "payment", "settlement")
    )
    assert fen_of(accrued[-1][7]) == run.total
    assert fen_of(paid[-1][7]) == run.total - li.payable
    assert li.payable > 0
    assert [(row[0], row[5], row[6], row[7]) for row in settled] == [
        ("2026-03-10", "2211.01", "1000.00", "0.00"),
        ("2026-03-10", "1002", "0.00", "1000.00"),
    ]
    assert all("离职结算" in row[4] for row in settled)
    page = face.get("/pay/vouchers?period=202602&what=settlement&on=2026-03-10")
    assert [one.total for one, _table in page.context["shown"]] == [li.payable]


def test_without_settlements_there_is_no_voucher_of_any(sold: Sold, open_as: Any) -> None:
    said(sold.cast, sold.cast.group, **GROUP)
    closed(sold.cast, FEBRUARY)
    face = open_as("finance")
    page = face.get("/pay/vouchers?period=202602&what=settlement")
    assert (page.status_code, page.context["shown"], page.context["more"]) == (200, [], 0)
    asked = face.get("/pay/vouchers/yonyou/file?period=202602&what=settlement")
    assert (asked.status_code, "there is nothing to book" in asked.content.decode()) == (422, True)


def test_runs_that_no_settlement_pays_need_no_bank_for_settlements(
    sold: Sold, open_as: Any
) -> None:
    said(sold.cast, sold.cast.group, **{**GROUP, "bank": ""})
    closed(sold.cast, FEBRUARY)
    face = open_as("finance")
    payment, settled = (
        face.get(f"/pay/vouchers?period=202602&what={what}").context["fault"]
        for what in ("payment", "settlement")
    )
    assert (bool(payment), settled) == (True, "")


def test_paying_is_asked_for_without_what_settlements_paid(sold: Sold, open_as: Any) -> None:
    run, face = closed(sold.cast, FEBRUARY), open_as("finance")
    key = f"{run.outlet_id}:{run.pk}:consultant_pay"
    body = {"period": FEBRUARY, "verb": "pay", "select": [key]}
    assert len(face.post("/pay/runs/many", body).context["cards"]) == 3
    gone(sold, "li", last=TODAY)
    sheet = reads.leaver_sheet(sold.cast["hr"], "LI", "N1", TODAY)
    made = verbs.settle_leaver(by=sold.cast["hr"], at=LATER, sheet=verbs.Sheet(**asdict(sheet)))
    verbs.approve_settlement(by=sold.cast["finance"], at=LATER, settlement=made.id)
    taken = m.SettledRun.objects.get().fen
    cards = face.post("/pay/runs/many", body).context["cards"][2:]
    assert [(card.label, card.value) for card in cards] == [
        ("Total of the runs", run.total),
        ("Paid by settlements of leavers", taken),
        ("To be paid by the runs", run.total - taken),
    ]
    assert 0 < taken < run.total


def test_a_run_that_is_settled_whole_is_in_no_payment(sold: Sold, open_as: Any) -> None:
    cast = sold.cast
    said(cast, cast.group, **GROUP)
    run = closed(cast, FEBRUARY)
    gone(sold, "zhang", "li", last=TODAY)
    for who in ("LI", "ZHANG"):
        sheet = reads.leaver_sheet(cast["hr"], who, "N1", TODAY)
        made = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=verbs.Sheet(**asdict(sheet)))
        verbs.approve_settlement(by=cast["finance"], at=LATER, settlement=made.id)
    face = open_as("finance")
    page = face.get(f"{PAGE}&what=payment")
    assert (page.context["shown"], page.context["count"], page.context["fault"]) == ([], 1, "")
    for address in ("vouchers/kingdee_cloud/file?what=payment&", "payroll.xlsx?"):
        answer = face.get(f"/pay/{address}period=202602")
        assert answer.status_code == 422
        assert "nothing to book or to pay" in answer.context["fault"]
    page = face.get(f"{PAGE}&what=settlement")
    assert sum(voucher.total for voucher, _table in page.context["shown"]) == run.total
    m.VoucherAccounts.objects.update(values={**GROUP, "bank": ""})
    page = face.get(f"{PAGE}&what=settlement")
    assert (page.context["shown"], "No account is set" in page.context["fault"]) == ([], True)


def test_the_page_shows_the_vouchers_and_marks_paid_runs(sold: Sold, open_as: Any) -> None:
    cast = sold.cast
    said(cast, cast.group, **GROUP)
    run = brought(cast, closed(cast, FEBRUARY), "pay")
    face = open_as("finance")
    page = face.get(PAGE)
    [(voucher, table)] = page.context["shown"]
    assert f"Voucher no. {voucher.number} (type 记)" in page.content.decode()
    assert (voucher.total, table.totals.cells[3:]) == (run.total, [run.total, run.total])
    assert [card.value for card in page.context["cards"]] == [1, run.total, 1]  # N2 is not begun
    payroll = face.get("/pay/payroll.xlsx?period=202602")
    assert payroll.status_code == 200
    planned(code="lead_pay", posts=["team_lead"])
    late = brought(cast, calculated(cast, FEBRUARY, plan="lead_pay"), "review", "approve", "close")
    brought(cast, late, "pay")
    keys = page.context["paid"]
    assert keys == [f"{cast.outlet.pk}:{run.pk}:{run.definition}"]
    face.post("/pay/runs/many", {"period": FEBRUARY, "verb": "export", "select": keys, "sure": 1})
    batch = m.PayBatch.objects.get()
    jobs.batch(number=batch.pk, user=batch.made_by_id)
    states = [m.Run.objects.get(pk=one.pk).state for one in (run, late)]
    assert states == ["exported", "paid"]  # what was paid since stands in no file that he saw
    cloud = json.loads(face.get("/pay/vouchers/kingdee_cloud/file?period=202602").content)
    [model] = cloud["data"]["Model"]
    assert sum(fen_of(row["FDEBIT"]) for row in model["FEntity"]) == run.total


def test_numbers_begin_where_the_books_stand(sold: Sold, open_as: Any) -> None:
    said(sold.cast, sold.cast.group, **GROUP)
    closed(sold.cast, FEBRUARY)
    face = open_as("finance")
    page = face.get(f"{PAGE}&first=86")
    assert "Voucher no. 86 (type 记)" in page.content.decode()
    [address] = [url for _label, url in page.context["files"] if "/yonyou/" in url]
    assert {row[2] for row in lines(face.get(address))} == {"86"}
    assert face.get(f"{PAGE}&first=0").status_code == 422


def test_without_accounts_the_page_says_which_is_missing(sold: Sold, open_as: Any) -> None:
    closed(sold.cast, FEBRUARY)
    page = open_as("finance").get(PAGE)
    assert "No account is set at 北一店 for" in page.context["fault"]
    assert page.context["files"] == []
    refused = open_as("finance").get("/pay/vouchers/kis/file?period=202602")
    assert refused.status_code == 422
    empty = open_as("finance").get("/pay/vouchers/kis/file?period=202601")
    assert (empty.status_code, empty.context["shown"]) == (422, [])


def test_without_accounts_paid_runs_are_not_offered_as_exported(sold: Sold, open_as: Any) -> None:
    run = brought(sold.cast, closed(sold.cast, FEBRUARY), "pay")
    page = open_as("finance").get(PAGE)
    assert page.context["paid"] == []
    text = page.content.decode()
    assert "The paid run can be marked as exported once its voucher can be written." in text
    assert 'name="verb" value="export"' not in text
    assert text.count(f'href="{page.context["accounts"]}"') == 2
    said(sold.cast, sold.cast.group, **GROUP)
    assert open_as("finance").get(PAGE).context["paid"] == [
        f"{run.outlet_id}:{run.pk}:consultant_pay"
    ]


def test_a_paid_run_says_which_account_its_voucher_lacks(sold: Sold, open_as: Any) -> None:
    run, face = brought(sold.cast, closed(sold.cast, FEBRUARY), "pay"), open_as("finance")
    why = "No account is set at 北一店 for “Expense account (debit)”."
    why += " Set it under “Accounts for vouchers” first."
    url = "/pay/vouchers/accounts?unit=N1"
    page = face.get(f"/pay/runs/{run.pk}")
    assert (page.context["blocks"], page.context["verbs"]) == ([(why, url)], [])
    month = face.get("/pay/runs?period=202602").context["table"]
    told = [(row.cells[5].value, row.cells[5].href) for row in month.rows]
    assert told[0] == ("Its voucher cannot be written yet", url)
    assert open_as("manager").get(f"/pay/runs/{run.pk}").context["blocks"] == []
    refused = face.post(f"/pay/runs/{run.pk}/do/export", {"version": run.version})
    assert (refused.status_code, refused.context["fault"]) == (422, why)
    said(sold.cast, sold.cast.outlet, **GROUP)
    page = face.get(f"/pay/runs/{run.pk}")
    assert (page.context["blocks"], [one[0] for one in page.context["verbs"]]) == ([], ["export"])


def test_every_run_is_checked_not_only_those_that_are_shown(
    sold: Sold, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cheji.web.views.pay_runs.vouchers.SHOWN", 1)
    cast = sold.cast
    said(cast, cast.outlet, **GROUP)
    sold.car("sister_consultant", date(2026, 2, 6), outlet=cast.sister)
    first, second = (
        brought(cast, closed(cast, FEBRUARY, outlet=code), "pay") for code in ("N1", "N2")
    )
    page = open_as("finance").get(PAGE)
    assert "No account is set at 北二店 for" in page.context["fault"]
    assert (page.context["shown"], page.context["files"]) == ([], [])
    assert page.context["paid"] == [f"{first.outlet_id}:{first.pk}:consultant_pay"]
    assert "The paid run can be marked as exported once" in page.content.decode()
    said(cast, cast.sister, expense="6601", payable="2211")
    page = open_as("finance").get(PAGE)
    assert (page.context["fault"], len(page.context["paid"])) == ("", 2)
    assert (len(page.context["shown"]), page.context["more"]) == (1, 1)
    payment = open_as("finance").get(f"{PAGE}&what=payment")
    assert "No account is set at 北二店 for “Account that pays out" in payment.context["fault"]
    assert (len(payment.context["paid"]), payment.context["held_up"]) == (2, 0)
    assert second.total


def test_a_month_that_was_never_calculated_is_not_called_done(sold: Sold, open_as: Any) -> None:
    face, never = open_as("finance"), "This month is not calculated yet."
    exceptions = f"/pay/exceptions?period={FEBRUARY}&outlet=N1"
    for address in (exceptions, f"{PAGE}&outlet=N1"):
        assert never in face.get(address).content.decode()
    assert face.get(exceptions).context["table"].empty.icon != "circle-check"
    assert face.get(f"{PAGE}&outlet=N1").context["cards"][2].value == 1
    calculated(sold.cast, FEBRUARY)
    assert face.get(f"{PAGE}&outlet=N1").context["cards"][2].value == 1
    m.PayException.objects.all().delete()
    done = face.get(exceptions)
    assert never not in done.content.decode()
    assert done.context["table"].empty.title == "Nothing waits"
    part = face.get(f"/pay/exceptions?period={FEBRUARY}").context["table"].empty.title
    assert "of this month are not calculated yet." in part


def test_files_go_only_to_whom_they_may(sold: Sold, open_as: Any) -> None:
    said(sold.cast, sold.cast.group, **GROUP)
    closed(sold.cast, FEBRUARY)
    addresses = (
        PAGE, "/pay/vouchers/kis/file?period=202602", "/pay/payroll.xlsx?period=202602",
        "/pay/vouchers/accounts?unit=N1", "/pay/vouchers?outlet=S1",
    )  # fmt: skip
    found = {
        key: [open_as(key).get(address).status_code for address in addresses]
        for key in ("finance", "manager", "auditor", "far_manager", "zhang", "lead")
    }
    assert found == {
        "finance": [200, 200, 200, 200, 404], "manager": [200, 200, 200, 200, 404],
        "auditor": [200, 200, 200, 200, 200], "far_manager": [200, 422, 422, 404, 200],
        "zhang": [404] * 5, "lead": [404] * 5,
    }  # fmt: skip


# -- accounts ----------------------------------------------------------------------------------


def test_accounts_are_tried_then_saved(sold: Sold, open_as: Any) -> None:
    said(sold.cast, sold.cast.group, **GROUP)
    run = closed(sold.cast, FEBRUARY)
    face, address = open_as("finance"), "/pay/vouchers/accounts?unit=N1"
    given = {"version": 0, "component:unit_bonus": "6601.07 台数提成"}
    tried = face.post(address, {**given, "try": "1"})
    assert m.VoucherAccounts.objects.count() == 1
    first = tried.context["preview"].rows[0]
    assert (first.cells[1].value, first.cells[3]) == ("6601.07", 230_000)
    assert face.post(address, given).status_code == 302
    made = m.VoucherAccounts.objects.get(unit=sold.cast.outlet)
    assert (made.values, made.version) == ({"component:unit_bonus": "6601.07 台数提成"}, 1)
    wrong = face.post(address, {**given, "version": 1, "bank": "科目，一"})
    assert (wrong.status_code, sorted(wrong.context["form"].errors)) == (422, ["bank"])
    for field in ("mark", "department", "maker"):
        live = face.post(address, {**given, "version": 1, field: "=1+1"})
        assert (live.status_code, sorted(live.context["form"].errors)) == (422, [field])
    assert wrong.context["form"]["component:unit_bonus"].value() == "6601.07 台数提成"
    assert run.total == 430_000


def test_saving_keeps_accounts_of_what_no_plan_of_today_pays(sold: Sold, open_as: Any) -> None:
    kept = {"component:old_bonus": "6601.09 旧奖金", "component:dispute": "6601.08 争议"}
    said(sold.cast, sold.cast.outlet, **GROUP, **kept)
    face, address = open_as("finance"), "/pay/vouchers/accounts?unit=N1"
    form = face.get(address).context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    assert face.post(address, {**given, "version": 1, "maker": "王会计"}).status_code == 302
    row = m.VoucherAccounts.objects.get()
    assert row.values == {**GROUP, **kept, "maker": "王会计"}


def test_components_of_one_name_are_told_apart(sold: Sold, open_as: Any) -> None:
    """The house changes over to a plan that has another code for its unit bonus."""
    units, gross = PLAN["components"]
    planned(components=[units, {**units, "code": "second"}, gross])
    form = open_as("finance").get("/pay/vouchers/accounts?unit=N1").context["form"]
    labels = [str(form[name].label) for name in form.fields if name.startswith("component:")]
    assert [label.partition("“")[2] for label in labels][:3] == [
        "Units · unit_bonus”", "Units · second”", "Gross”",
    ]  # fmt: skip


def test_who_pays_sets_the_accounts_of_his_units_alone(sold: Sold, open_as: Any) -> None:
    cast = sold.cast
    ways = {"by": cast["finance"], "at": LATER, "values": GROUP}
    set_accounts(unit=cast.north.pk, **ways)
    with pytest.raises(ChangedMeanwhile):
        set_accounts(unit=cast.north.pk, **ways)
    for unit in (cast.group, cast.far):
        with pytest.raises(NotFound):
            set_accounts(unit=unit.pk, **ways)
    with pytest.raises(BadValue):
        set_accounts(unit=cast.outlet.pk, by=cast["finance"], at=LATER, values={"colour": "red"})
    given = {"version": 0, "bank": "1002 银行"}
    posted = {
        key: open_as(key).post(f"/pay/vouchers/accounts?unit={unit}", given).status_code
        for key, unit in (("finance", "G"), ("manager", "N1"), ("auditor", "N1"), ("zhang", "N1"))
    }
    assert posted == dict.fromkeys(("finance", "manager", "auditor", "zhang"), 404)
