"""How worksheets print."""

from typing import Any, Final

A4: Final = 9
"""Its number in a workbook; without one, printers take Letter."""


def prints_wide(sheet: Any, *, head: int) -> None:
    """One A4 page wide, with the headings (rows up to `head`, from 0) on every page."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_footer("&L&A&R&P / &N")
