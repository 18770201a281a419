"""离职结算单 as PDF: what it pays, what still runs, what stays with the house, open orders."""

from collections.abc import Iterable
from typing import Final

from cheji.files.papers.setting import Column, Paper
from cheji.files.papers.statements import BALANCES, deal, yuan
from cheji.files.papers.words import said
from cheji.files.sheets import period_title
from cheji.reads.pay.settlements import OwedSeen, SheetSeen

TITLE: Final = ("离职结算单", "Settlement of a leaver")
OWES: Final = (
    "尚欠的从以后释放或补发的金额中扣除；另行交回的，登记为手工项。",
    (
        "What is still owed is taken from what is released or paid later; what is paid back"
        " otherwise is entered as a typed line."
    ),
)
STATES: Final = {
    "drawn_up": ("待批准", "Waits for approval"),
    "approved": ("已批准", "Approved"),
    "paid": ("已支付", "Paid"),
}


def settlement_pdf(seen: SheetSeen, language: str) -> bytes:
    return settlement_paper(seen, language).pdf()


def settlement_paper(seen: SheetSeen, language: str) -> Paper:
    """A settlement sheet to sign, in the order in which it is read on the screen."""

    def say(zh: str, en: str) -> str:
        return said((zh, en), language)

    row = seen.row
    subtitle = f"{row.person.name} {row.person.number} · {row.left_on.isoformat()}"
    paper = Paper(said(TITLE, language), row.outlet.name, language, subtitle)
    paper.facts([
        (say("门店", "Outlet"), f"{row.outlet.code} {row.outlet.name}"),
        (say("最后工作日", "Last day"), row.left_on.isoformat()),
        (say("状态", "State"), said(STATES[row.state], language)),
        (say("编制", "Drawn up by"), row.by), (say("批准", "Approved by"), row.approved_by),
    ])  # fmt: skip
    paper.big([
        (say("应付", "To be paid"), f"¥{yuan(row.earned)}"),
        (say("暂扣", "Held"), f"¥{yuan(row.held)}"), (say("尚欠", "Owes"), f"¥{yuan(row.due)}"),
    ])  # fmt: skip
    if row.due:
        paper.lines([say(*OWES)])
    heading = say("应付：已关账未发放", "To be paid: closed runs that were not paid")
    _owed(paper, heading, seen.earned, language)
    heading = say("进行中：由其计算发放", "Still running: paid by its own run")
    _owed(paper, heading, seen.running, language)
    _left(paper, seen, language)
    _signed(paper, seen, language)
    return paper


def _owed(paper: Paper, heading: str, rows: Iterable[OwedSeen], language: str) -> None:
    """Amounts by month and pay plan with their sum; a list of nothing is left out."""
    found = list(rows)
    if not found:
        return
    paper.heading(heading)
    columns = [Column(said(("月份", "Month"), language)),
               Column(said(("提成方案", "Pay plan"), language), "2fr"),
               Column(said(("金额（元）", "Amount, yuan"), language), right=True)]  # fmt: skip
    listed = [
        [period_title("month", one.period), said((one.zh, one.en), language), yuan(one.fen)]
        for one in found
    ]
    total = [said(("合计", "Total"), language), "", yuan(sum(one.fen for one in found))]
    paper.rows(columns, listed, total)


def _left(paper: Paper, seen: SheetSeen, language: str) -> None:
    """What stays with the house, and the orders that are open."""

    def say(zh: str, en: str) -> str:
        return said((zh, en), language)

    if seen.held:
        paper.heading(say("暂扣、结转与暂留：不因离职作废",
                          "Held, carried, withheld: nothing is forfeited by leaving"))  # fmt: skip
        columns = [Column(say("事由", "Why"), "1.5fr"), Column(say("提成项", "Component"), "1.5fr"),
                   Column(say("单据", "Deal"), "1fr"),
                   Column(say("金额（元）", "Amount, yuan"), right=True)]  # fmt: skip
        paper.rows(columns, [
            [said((f"{one.zh}（{BALANCES[one.kind][0]}）", f"{one.en} ({BALANCES[one.kind][1]})"),
                  language),
             said(one.of, language), deal(one.deal, language), yuan(one.fen)]
            for one in seen.held
        ])  # fmt: skip
    orders = seen.row.body.get("open", [])
    if orders:
        paper.heading(say("未交订单", "Open orders"))
        columns = [Column(say("订单", "Order"), "1fr"), Column(say("签订日期", "Signed"), "1fr")]
        paper.rows(columns, [[one["number"], one["signed_on"]] for one in orders])


def _signed(paper: Paper, seen: SheetSeen, language: str) -> None:
    def say(zh: str, en: str) -> str:
        return said((zh, en), language)

    digest, sign = seen.row.digest, say("签名 / 日期", "Signature / date")
    paper.foot = f"{say('摘要', 'Digest')} {digest[:16]}"
    paper.lines([f"{say('摘要', 'Digest')} {digest}"])
    paper.signed([
        (say("离职人员", "The leaver"), seen.row.person.name, sign),
        (say("主管", "Manager"), "", sign), (say("财务", "Finance"), "", sign),
    ])  # fmt: skip
