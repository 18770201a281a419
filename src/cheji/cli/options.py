"""Options that several commands share, each with its help in both languages."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from cheji.cli import choose_language
from cheji.cli.output import said
from cheji.engine.periods import MONTHS, Grain, from_key, period_of
from cheji.records.refusals import BadValue

SheetCode = Literal["kpi", "structure"]
Format = Literal["table", "json", "csv", "xlsx"]
FlatFormat = Literal["table", "json", "csv"]
PlainFormat = Literal["table", "json"]
Mode = Literal["both", "create", "update"]
DateOrder = Literal["ymd", "mdy", "dmy"]

As = Annotated[
    str, typer.Option("--as", metavar="USERNAME", help="See what this account sees. 以此账号查看。")
]
Lang = Annotated[
    str,
    typer.Option(
        "--lang", metavar="zh|en", callback=choose_language, is_eager=True, help="Language. 语言。"
    ),
]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="File to write. 输出文件。")]
Explain = Annotated[bool, typer.Option("--explain", help="Say why each number is so. 说明来由。")]
Keep = Annotated[bool, typer.Option("--keep", help="Keep it as a run. 保存为计算结果。")]
OutletCode = Annotated[
    str, typer.Option("--outlet", metavar="CODE", help="Outlet code. 门店代码。")
]
Outlets = Annotated[
    str, typer.Option("--outlets", metavar="CODES", help="Only these, with commas. 仅这些门店。")
]
Person = Annotated[str, typer.Option("--person", metavar="NUMBER", help="Staff number. 工号。")]
MonthWord = Annotated[
    str, typer.Option("--month", metavar="YYYY-MM", help="Month, such as 2026-11. 月份。")
]
SheetFormat = Annotated[Format, typer.Option("--format", help="How to write it. 输出格式。")]
TableFormat = Annotated[FlatFormat, typer.Option("--format", help="How to write it. 输出格式。")]
TextFormat = Annotated[PlainFormat, typer.Option("--format", help="How to write it. 输出格式。")]


def codes(text: str) -> list[str]:
    """Codes with commas between them."""
    return [part.strip() for part in text.split(",") if part.strip()]


def month_of(text: str, year: int | None = None) -> int:
    """The month's key: `2026-11` and `202611` alike, and `11` where the year is known.

    Raises:
        BadValue: it is no month.
    """
    digits = text.replace("-", "")
    if year is not None and len(digits) <= 2 and digits.isdecimal():
        digits = f"{year}{int(digits):02d}"
    return _checked("month", digits, text)


def period_key(text: str, grain: Grain) -> int:
    """A period as written: `2026-11`, `2026-W47`, `2026-Q4`, `2026`, its key, or a day in it.

    Raises:
        BadValue: it is no such period.
    """
    if len(text) == 10:
        return period_of(day(text), grain).key
    bare = text.upper().replace("W", "").replace("Q", "").replace("H", "").replace("-", "")
    if grain == "year" and len(bare) > 4:
        bare = bare[:4]
    elif grain in MONTHS and grain != "year" and len(bare) == 6:
        return period_of(from_key("month", _checked("month", bare, text)).start, grain).key
    return _checked(grain, bare, text)


def day(text: str) -> date:
    """A day as written: `2026-11-21`.

    Raises:
        BadValue: it is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadValue(
            field="date", value=text, why=said("应写作 2026-11-21", "write it like 2026-11-21")
        ) from None


HOW = {
    "day": "2026-11-21",
    "week": "2026-W47",
    "month": "2026-11",
    "quarter": "2026-Q4",
    "half": "2026-H2",
    "year": "2026",
}


def _checked(grain: Grain, digits: str, text: str) -> int:
    try:
        return from_key(grain, int(digits)).key
    except (ValueError, OverflowError):
        raise BadValue(
            field=grain, value=text, why=said(f"应写作 {HOW[grain]}", f"write it like {HOW[grain]}")
        ) from None
