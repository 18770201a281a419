"""A month's vouchers and payroll list as files, from the closed runs of the viewer's outlets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from cheji.engine.periods import key_text
from cheji.files.vouchers.gathering import booked, paid_out, settled_out
from cheji.files.vouchers.making import accrual, payment, reversal
from cheji.files.vouchers.payroll import payroll_xlsx
from cheji.files.vouchers.shapes import Voucher
from cheji.files.vouchers.writing import FORMATS, written
from cheji.reads.pay.accruals import accrued_payouts
from cheji.reads.pay.vouchers import PayoutSeen, payouts
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer

#: The highest number that a voucher may begin with; programs show up to six digits.
LAST_NUMBER: Final = 999_999
What = Literal["accrual", "payment", "settlement", "estimate", "reversal"]
WHATS: Final[dict[What, tuple[str, str]]] = {
    "accrual": ("计提凭证", "Accrual"),
    "payment": ("发放凭证", "Payment"),
    "settlement": ("离职结算发放凭证", "Payment of settlements"),
    "estimate": ("暂估计提凭证（未关账）", "Accrual by estimate (not closed)"),
    "reversal": ("冲回暂估凭证", "Reversal of the estimate"),
}


#: What is booked of months that are not closed, and taken back later.
ESTIMATES: Final = ("estimate", "reversal")


class NothingClosed(Refused):
    """No run of {month} is closed within what was asked for; only closed runs go to the books."""

    zh = "{month} 在所选范围内没有已关账的计算；只有关账后的结果才能入账。"


class NothingAccrued(Refused):
    """No accrual of {month} is waiting to be booked here. Work it out under Overview."""

    zh = "{month} 在所选范围内没有待入账的暂估计提。请先在“总览”中计算。"


class NothingInTheBooks(Refused):
    """No accrual of {month} is marked as booked here: there is nothing to take back."""

    zh = "{month} 在所选范围内没有标记为已入账的暂估计提：无需冲回。"


class NothingToBook(Refused):
    """The closed runs of {month} come to nothing here: there is nothing to book or to pay."""

    zh = "{month} 已关账的计算在所选范围内没有金额：无需入账或发放。"


@dataclass(frozen=True, slots=True)
class VoucherAsked:
    """Which vouchers: what they book, of which month and outlet (all without), payments on `on`.

    `first` is the number of the first one: the books know which are taken.
    """

    month: int
    on: date
    outlet: str = ""
    what: What = "accrual"
    first: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.first <= LAST_NUMBER:
            raise BadValue(field="first", value=self.first, why=f"1–{LAST_NUMBER}")


def vouchers_of(asked: VoucherAsked, found: Sequence[PayoutSeen]) -> list[Voucher]:
    """One voucher for each run that comes to something; payments leave out whom settlements pay.

    These are paid by the vouchers of settlements: both together clear what the accruals owe.

    Raises:
        SumsDiffer, AccountMissing: what `records.booking` says of the books of an outlet.
    """
    runs = booked(found)
    if asked.what == "reversal":
        return reversal(runs, asked.on, asked.first)
    if asked.what in ("accrual", "estimate"):
        return accrual(runs, asked.first)
    pays = paid_out if asked.what == "payment" else settled_out
    return payment(pays(runs, found), asked.on, asked.first)


def voucher_file(viewer: Viewer, asked: VoucherAsked, code: str) -> tuple[bytes, str]:
    """The file in one of `FORMATS`, and its ending.

    Raises:
        NothingClosed, NothingAccrued, NothingToBook: there is nothing to book.
        AccountMissing, CodeTooLong: the accounts do not do.
    """
    return file_of(asked, needed_for(viewer, asked), code)


def file_of(asked: VoucherAsked, found: Sequence[PayoutSeen], code: str) -> tuple[bytes, str]:
    """The file of what was found for what is asked, and its ending.

    Raises:
        NothingToBook: it comes to nothing.
        AccountMissing, CodeTooLong: the accounts do not do.
    """
    vouchers = vouchers_of(asked, found)
    if not vouchers:
        raise NothingToBook(month=key_text("month", asked.month))
    return written(code, vouchers), FORMATS[code].suffix


def found_for(viewer: Viewer, asked: VoucherAsked, most: int | None = None) -> Sequence[PayoutSeen]:
    """The closed runs to book, or the first few; all those of which settlements pay somebody.

    Of estimates all accruals that the books do not have; to reverse them those that they have.
    """
    if asked.what in ESTIMATES:
        booked = asked.what == "reversal"
        return accrued_payouts(viewer, asked.month, asked.outlet, booked=booked)
    settled = asked.what == "settlement"
    most = None if settled else most
    return payouts(viewer, asked.month, outlet=asked.outlet, most=most, settled=settled)


def needed_for(viewer: Viewer, asked: VoucherAsked) -> Sequence[PayoutSeen]:
    """The same where a file is to be made of it.

    Raises:
        NothingClosed, NothingAccrued, NothingInTheBooks: there is none.
    """
    found = found_for(viewer, asked)
    if not found and asked.what in ESTIMATES:
        why = NothingInTheBooks if asked.what == "reversal" else NothingAccrued
        raise why(month=key_text("month", asked.month))
    if not found and asked.what != "settlement":
        raise NothingClosed(month=key_text("month", asked.month))
    return found


def payroll_file(viewer: Viewer, month: int, outlet: str = "") -> bytes:
    """The payroll list of a month as a workbook, without whom settlements pay.

    Raises:
        NothingClosed, NothingToBook: there is nothing to pay.
    """
    found = needed_for(viewer, VoucherAsked(month, viewer.on, outlet))
    runs = [run for run, _accounts in paid_out(booked(found), found)]
    if not any(payee.payable for run in runs for payee in run.payees):
        raise NothingToBook(month=key_text("month", month))
    return payroll_xlsx(runs)
