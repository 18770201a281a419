"""凭证科目: what a unit says about its books, so that vouchers of pay can be written."""

import re
from dataclasses import dataclass
from typing import Final

#: Before the code of a component that has an account of its own.
COMPONENT: Final = "component:"
ACCOUNT: Final = re.compile(r"([0-9A-Za-z.\-_]{1,40})(?:\s+(.{1,80}))?")
LIVE: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""A spreadsheet program takes a text with such a beginning for a formula."""
EACH: Final = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class VoucherField:
    """One thing that is said; an account is a code and, after a blank, its name."""

    code: str
    zh: str
    en: str
    account: bool = False
    most: int = 40


FIELDS: Final = (
    VoucherField("expense", "提成费用科目（借方）", "Expense account (debit)", account=True),
    VoucherField(
        "payable", "应付职工薪酬科目（贷方）", "Wages payable account (credit)", account=True
    ),
    VoucherField("bank", "发放科目（贷方）", "Account that pays out (credit)", account=True),
    VoucherField("book", "账簿（账套）编码", "Account book"),
    VoucherField("mark", "凭证字", "Voucher type", most=10),
    VoucherField("mark_code", "凭证字编码（云星空）", "Voucher type code (Galaxy)"),
    VoucherField("currency", "币别编码（云星空）", "Currency (Galaxy)", most=10),
    VoucherField("department", "部门编码", "Department code"),
    VoucherField("maker", "制单人", "Made out by", most=20),
    VoucherField("each_person", "应付按人列示", "Payables person by person", most=3),
)
BY_CODE: Final = {one.code: one for one in FIELDS}


def fault(code: str, text: str) -> str:
    """What such a field takes, where the text is nothing of that; empty when it fits."""
    field = BY_CODE.get(code)
    if field is None and not code.startswith(COMPONENT):
        return " / ".join(BY_CODE)
    if field is None or field.account:
        return "" if ACCOUNT.fullmatch(text) else "6601.05 …"
    if code == "each_person":
        return "" if text in EACH else " / ".join(EACH)
    if text.startswith(LIVE):
        return f"≠ {text[0]}…"
    return "" if len(text) <= field.most else f"≤ {field.most}"


def account_of(text: str) -> tuple[str, str]:
    """Code and name of an account; without a name the code stands for it."""
    code, _, name = text.partition(" ")
    return code, name.strip() or code
