"""Sheets, tables, cards and statements on their way out: xlsx with live formulas, CSV, JSON."""

from cheji.files.sheets.changes import change_title, changes_of
from cheji.files.sheets.differences import because_words, part_words
from cheji.files.sheets.figures import figure_json, figure_text, unit_name
from cheji.files.sheets.labels import (
    column_key,
    column_title,
    of_title,
    past_title,
    period_title,
    state_title,
    whose_title,
)
from cheji.files.sheets.shapes import (
    lacking_json,
    reason_json,
    score_json,
    sheet_json,
    statement_json,
    table_json,
)
from cheji.files.sheets.sharing import shared_words
from cheji.files.sheets.texts import (
    based,
    counted,
    csv_bytes,
    rows_xlsx,
    score_csv,
    sheet_csv,
    statement_csv,
    statement_xlsx,
    table_csv,
)
from cheji.files.sheets.workbook import sheet_xlsx

__all__ = [
    "based",
    "because_words",
    "change_title",
    "changes_of",
    "column_key",
    "column_title",
    "counted",
    "csv_bytes",
    "figure_json",
    "figure_text",
    "lacking_json",
    "of_title",
    "part_words",
    "past_title",
    "period_title",
    "reason_json",
    "rows_xlsx",
    "score_csv",
    "score_json",
    "shared_words",
    "sheet_csv",
    "sheet_json",
    "sheet_xlsx",
    "state_title",
    "statement_csv",
    "statement_json",
    "statement_xlsx",
    "table_csv",
    "table_json",
    "unit_name",
    "whose_title",
]
