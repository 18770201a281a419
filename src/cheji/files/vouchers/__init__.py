"""Pay as vouchers for the books: made once, written for 金蝶 and 用友, and as a payroll list."""

from cheji.files.vouchers.making import (
    AccountMissing,
    SumsDiffer,
    accrual,
    payment,
)
from cheji.files.vouchers.payroll import payroll_xlsx
from cheji.files.vouchers.shapes import Account, Accounts, Amount, PaidRun, Payee, Row, Voucher
from cheji.files.vouchers.writing import FORMATS, Format, written

__all__ = [
    "FORMATS",
    "Account",
    "AccountMissing",
    "Accounts",
    "Amount",
    "Format",
    "PaidRun",
    "Payee",
    "Row",
    "SumsDiffer",
    "Voucher",
    "accrual",
    "payment",
    "payroll_xlsx",
    "written",
]
