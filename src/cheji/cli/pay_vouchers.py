"""`cheji pay voucher|payroll`: closed runs of pay for the books, and the list to pay by."""

from typing import Annotated, Literal

import typer

from cheji.actions import pay as verbs
from cheji.actions.pay.accruals import BOOKS
from cheji.cli import options
from cheji.cli.asker import asker, exporting, now
from cheji.cli.output import echo, write_bytes
from cheji.cli.pay import group
from cheji.files.vouchers.month import (
    ESTIMATES,
    LAST_NUMBER,
    VoucherAsked,
    What,
    file_of,
    needed_for,
    payroll_file,
)
from cheji.reads.pay.accruals import within_right
from cheji.reads.pay.vouchers import booking

VoucherFormat = Literal["kingdee_cloud", "kis", "yonyou"]


@group.command("voucher")
def voucher(
    *,
    form: Annotated[VoucherFormat, typer.Option("--format", help="For which program. 目标软件。")],
    month: options.MonthWord,
    outlet: options.OutletCode = "",
    what: Annotated[
        What,
        typer.Option(
            help="Accrual, payment, what settlements pay; estimate of what is not closed and its"
            " reversal. 计提、发放、离职结算；未关账的暂估与冲回。"
        ),
    ] = "accrual",
    on: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="Day of payment; else today. 发放日。")
    ] = "",
    first: Annotated[
        int, typer.Option(help="Number of the first voucher. 起始凭证号。", min=1, max=LAST_NUMBER)
    ] = 1,
    exported: Annotated[
        bool,
        typer.Option(
            "--exported",
            help="Mark the paid runs as exported; of an estimate or its reversal that it is booked."
            " 标记已导出；暂估与冲回标记为已入账。",
        ),
    ] = False,
    output: options.Output = None,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Vouchers of a month's closed runs, of one outlet or all. 某月已关账提成的会计凭证。

    kingdee_cloud: JSON for 金蝶云星空; kis: Excel for 金蝶 KIS; yonyou: GBK text for 用友.
    """
    del lang
    viewer = asker(username)
    viewer.must("export")
    day = options.day(on) if on else viewer.on
    asked = VoucherAsked(options.month_of(month), day, outlet, what, first)
    estimated = what in ESTIMATES
    if exported:
        viewer.must(BOOKS)
    paid = booking(viewer, asked.month, outlet).ready if exported and not estimated else ()
    found = needed_for(viewer, asked)
    content, suffix = file_of(asked, found, form)
    exporting(viewer, "voucher", form, month=asked.month, outlet=outlet)
    write_bytes(content, output, binary=suffix == "xlsx")
    if exported and estimated:
        his = within_right(viewer, asked.month, BOOKS)
        accruals = [one.run for one in found if one.run in his]
        if accruals:
            back = what == "reversal"
            verbs.book_accruals(by=viewer, at=now(), accruals=accruals, back=back)
        count, others = len(accruals), len(found) - len(accruals)
        echo(f"{count} 次暂估已标记为已入账。", f"Marked {count} accruals as booked.", err=True)
        if others:
            echo(
                f"另有 {others} 次不在您的发放权限内，未标记。",
                f"Left {others} unmarked, where no post of yours pays.",
                err=True,
            )
    elif exported:
        for _outlet, _plan, run in paid:
            verbs.export(by=viewer, at=now(), run=run)
        count = len(paid)
        echo(f"{count} 次计算已标记为已导出。", f"Marked {count} runs as exported.", err=True)


@group.command("payroll")
def payroll(
    *,
    month: options.MonthWord,
    outlet: options.OutletCode = "",
    output: options.Output = None,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """The payroll list of a month's closed runs as a workbook. 某月已关账提成的工资表。"""
    del lang
    viewer = asker(username)
    viewer.must("export")
    key = options.month_of(month)
    content = payroll_file(viewer, key, outlet)
    exporting(viewer, "payroll", "xlsx", month=key, outlet=outlet)
    write_bytes(content, output, binary=True)
