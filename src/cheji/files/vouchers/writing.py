"""Vouchers as the files that 金蝶 云星空, 金蝶 KIS and 用友 read in."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter

from cheji.engine.money import FEN_PER_YUAN, yuan_text
from cheji.files.guards import guarded_xlsx
from cheji.files.printing import prints_wide
from cheji.files.vouchers.shapes import Row, Voucher
from cheji.records.refusals import Refused

YONYOU_HEAD: Final = "填制凭证,V800"
YONYOU_TEXT: Final = 60  # characters of a 摘要
YONYOU_CODE: Final = 15  # characters of a 科目编码
KIS_COLUMNS: Final = (
    "日期", "凭证字", "凭证号", "附单据数", "摘要", "科目代码", "科目名称", "借方", "贷方",
    "币别", "汇率", "数量", "单价", "部门", "职员", "制单", "审核", "过账",
)  # fmt: skip
KIS_MONEY: Final = (7, 8)


class CodeTooLong(Refused):
    """Account “{code}” is longer than the {most} characters that this format takes."""

    zh = "科目编码“{code}”超过该格式允许的 {most} 个字符。"


class SeveralBooks(Refused):
    """These vouchers are of the account books {books}, and a file of this format is for one book.

    Choose an outlet, so that each book has a file of its own.
    """

    zh = (
        "这些凭证分属账簿 {books}，而该格式的一个文件只能导入一个账套。请选择门店，按账簿分别导出。"
    )


@dataclass(frozen=True, slots=True)
class Format:
    """A file for one program: its name for people, the ending, and who writes it.

    `books` says whether each voucher names its account book.
    """

    code: str
    zh: str
    en: str
    suffix: str
    write: Callable[[Sequence[Voucher]], bytes]
    books: bool = False


def written(code: str, vouchers: Sequence[Voucher]) -> bytes:
    """The vouchers in one of `FORMATS`.

    Raises:
        CodeTooLong: an account's code has more characters than the program takes.
        SeveralBooks: they are of several account books, and the format knows of none.
    """
    books = sorted({one.book for one in vouchers})
    if len(books) > 1 and not FORMATS[code].books:
        raise SeveralBooks(books=", ".join(book or "—" for book in books))
    return FORMATS[code].write(vouchers)


# -- 金蝶 云星空: the body of one BatchSave of GL_VOUCHER --------------------------------------


def _cloud(vouchers: Sequence[Voucher]) -> bytes:
    models = [_cloud_voucher(voucher) for voucher in vouchers]
    body = {"formid": "GL_VOUCHER", "data": {"ValidateFlag": "true", "Model": models}}
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def _cloud_voucher(voucher: Voucher) -> dict[str, Any]:
    return {
        "FAccountBookID": _number(voucher.book),
        "FDate": voucher.on.isoformat(),
        "FYEAR": voucher.on.year,
        "FPERIOD": voucher.on.month,
        "FVOUCHERGROUPID": _number(voucher.mark_code),
        "FREFERENCE": voucher.reference[:32],
        "FEntity": [_cloud_row(row, voucher.currency) for row in voucher.rows],
    }


def _cloud_row(row: Row, currency: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "FEXPLANATION": row.text,
        "FACCOUNTID": _number(row.account.code),
        "FCURRENCYID": _number(currency),
        "FEXCHANGERATETYPE": _number("HLTX01_SYS"),
        "FEXCHANGERATE": 1,
        "FAMOUNTFOR": yuan_text(row.debit or row.credit),
        "FDEBIT": yuan_text(row.debit),
        "FCREDIT": yuan_text(row.credit),
    }
    sides = {"FDETAILID__FFLEX5": row.department, "FDETAILID__FFLEX7": row.person}
    if any(sides.values()):
        found["FDetailID"] = {key: _number(code) for key, code in sides.items() if code}
    return found


def _number(code: str) -> dict[str, str]:
    return {"FNumber": code}


# -- 金蝶 KIS, 精斗云: one row of a worksheet for each row of a voucher -------------------------


def _kis(vouchers: Sequence[Voucher]) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet("凭证")
    money, head = book.add_format({"num_format": "0.00"}), book.add_format({"bold": True})
    sheet.write_row(0, 0, KIS_COLUMNS, head)
    rows = [_kis_row(voucher, row) for voucher in vouchers for row in voucher.rows]
    for at, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            if column in KIS_MONEY:
                sheet.write_number(at, column, int(cell) / FEN_PER_YUAN, money)
            else:
                sheet.write_string(at, column, guarded_xlsx(str(cell)))
    sheet.set_column(4, 4, 40)
    prints_wide(sheet, head=0)
    book.close()
    return target.getvalue()


def _kis_row(voucher: Voucher, row: Row) -> tuple[str | int, ...]:
    return (
        voucher.on.isoformat(), voucher.mark, str(voucher.number), "0", row.text,
        row.account.code, row.account.name, row.debit, row.credit, "RMB", "1", "", "",
        row.department, row.person, voucher.maker, "", "",
    )  # fmt: skip


# -- 用友 U8, T3, T+: a line of text for each row of a voucher ---------------------------------


def _yonyou(vouchers: Sequence[Voucher]) -> bytes:
    """In GBK, with Windows line ends; a character that GBK lacks becomes a question mark."""
    rows = (_yonyou_row(voucher, row) for voucher in vouchers for row in voucher.rows)
    lines = [YONYOU_HEAD, *(",".join(map(_plain, row)) for row in rows)]
    return "".join(f"{line}\r\n" for line in lines).encode("gbk", errors="replace")


def _yonyou_row(voucher: Voucher, row: Row) -> tuple[str, ...]:
    """Date, mark, number, papers, text, account, debit, credit, then what may stay empty."""
    if len(row.account.code) > YONYOU_CODE:
        raise CodeTooLong(code=row.account.code, most=YONYOU_CODE)
    quantity, currency, rate, settled, paper, paper_day = "", "", "", "", "", ""
    return (
        voucher.on.isoformat(), voucher.mark, str(voucher.number), "0",
        row.text[:YONYOU_TEXT], row.account.code, yuan_text(row.debit),
        yuan_text(row.credit), quantity, currency, rate, voucher.maker, settled, paper,
        paper_day, row.department, row.person,
    )  # fmt: skip


def _plain(text: str) -> str:
    """Text without the characters that part fields and lines."""
    return " ".join(text.replace(",", "，").split())


FORMATS: Final = {
    one.code: one
    for one in (
        Format(
            "kingdee_cloud",
            "金蝶云星空（JSON）",
            "Kingdee Cloud Galaxy (JSON)",
            "json",
            _cloud,
            True,
        ),
        Format("kis", "金蝶 KIS、精斗云（Excel）", "Kingdee KIS (Excel)", "xlsx", _kis),
        Format("yonyou", "用友 U8、T3、T+（文本）", "Yonyou U8, T3, T+ (text)", "txt", _yonyou),
    )
}
