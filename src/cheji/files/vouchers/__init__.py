"""Pay as vouchers for the books: made once, written for 金蝶 and 用友, and as a payroll list."""

from cheji.files.vouchers.gathering import Booked, booked, paid_out, paid_run
from cheji.files.vouchers.making import accrual, payment
from cheji.files.vouchers.payroll import payroll_xlsx
from cheji.files.vouchers.shapes import Amount, PaidRun, Payee, Row, Voucher
from cheji.files.vouchers.writing import FORMATS, Format, written

__all__ = [
    "FORMATS",
    "Amount",
    "Booked",
    "Format",
    "PaidRun",
    "Payee",
    "Row",
    "Voucher",
    "accrual",
    "booked",
    "paid_out",
    "paid_run",
    "payment",
    "payroll_xlsx",
    "written",
]
