"""What a converter is told about a column, and what it raises."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

DateOrder = Literal["", "ymd", "mdy", "dmy"]


class Fault(Exception):  # noqa: N818
    """A cell cannot be read; `code` and `params` name the saying."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the values of one column are written.

    Args:
        date_order: the order of numeric dates; empty: not settled.
        date1904: serial numbers count from 1904.
        decimal_comma: the comma is the decimal mark.
        scale: by what a bare number is multiplied (a header in 万元).
        round: more decimals than fit are rounded half up instead of refused.
    """

    date_order: DateOrder = ""
    date1904: bool = False
    decimal_comma: bool = False
    scale: Decimal = Decimal(1)
    round: bool = False
