"""The workbook that a person fills in: headers, drop-downs, notes, an example, an explanation."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from cheji.files.kinds import Column, Kind, kind_of
from cheji.files.printing import prints_wide

_CHECKED_ROWS = 5_000
_WIDEST, _NARROWEST = 40, 10
_LIST_LIMIT = 255
"""Excel's limit on the text of an inline list."""

_WORDS = {
    "zh": {
        "sheet": "填写",
        "about": "说明",
        "example": "示例：",
        "yes": "是",
        "no": "否",
        "required": "必填",
        "wrong": "请从下拉列表中选择",
        "head": ("列", "必填", "类型", "可选值", "示例", "说明"),
        "keep": "第一行表头请勿改动；灰色示例行不会被导入，可以删除。",
    },
    "en": {
        "sheet": "Fill in",
        "about": "About",
        "example": "Example: ",
        "yes": "yes",
        "no": "no",
        "required": "required",
        "wrong": "Choose from the list",
        "head": ("Column", "Required", "Type", "Choices", "Example", "Note"),
        "keep": "Keep the header row; the grey example row is not imported and may be deleted.",
    },
}
TYPES = {
    "text": ("文字", "text"),
    "code": ("编号", "code"),
    "int": ("整数", "whole number"),
    "quantity": ("数量", "quantity"),
    "money": ("金额（元）", "money (yuan)"),
    "number": ("数", "number"),
    "percent": ("百分比", "percentage"),
    "date": ("日期", "date"),
    "datetime": ("日期时间", "date and time"),
    "bool": ("是/否", "yes/no"),
    "choice": ("选项", "choice"),
    "phone": ("电话", "phone"),
    "period": ("期间", "period"),
    "shares": ("人员及份额", "people and shares"),
}
"""What a column type is called in Chinese and English."""


def type_name(column: Column, language: str) -> str:
    return TYPES[column.type][0 if language.startswith("zh") else 1]


def choice_names(column: Column, language: str) -> list[str]:
    """Return what may be chosen in a column, as it is shown; empty when anything may stand."""
    zh = language.startswith("zh")
    if column.type == "bool":
        return ["是", "否"] if zh else ["yes", "no"]
    return [one.zh if zh else one.en for one in column.choices]


def template(kind: str, language: str) -> bytes:
    """Return the template of a kind as xlsx; the file can be imported as it is once filled in."""
    wanted, words = kind_of(kind), _words(language)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    _fill_sheet(book, wanted, language, words)
    _about_sheet(book, wanted, language, words)
    book.close()
    return target.getvalue()


def _words(language: str) -> dict[str, Any]:
    return _WORDS["zh" if language.startswith("zh") else "en"]


def _fill_sheet(book: Any, kind: Kind, language: str, words: dict[str, Any]) -> None:
    sheet = book.add_worksheet(words["sheet"])
    needed = book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1})
    plain = book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1})
    grey = book.add_format({"italic": True, "font_color": "#808080", "num_format": "@"})
    as_text = book.add_format({"num_format": "@"})
    as_date = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, column in enumerate(kind.columns):
        title = column.title(language)
        is_text = column.type in ("text", "code", "phone", "choice", "shares", "period")
        shape = as_text if is_text else as_date if column.type == "date" else None
        width = min(max(len(title.encode()) + 2, _NARROWEST), _WIDEST)
        sheet.set_column(place, place, width, shape)
        sheet.write_string(0, place, title, needed if column.required else plain)
        note = _note(column, language, words)
        if note:
            sheet.write_comment(0, place, note, {"x_scale": 2})
        example = column.sample(language)
        mark = words["example"] if place == 0 else ""
        if example or mark:
            sheet.write_string(1, place, mark + example, grey)
        _drop_down(sheet, place, column, language, words)
    sheet.freeze_panes(1, 0)
    prints_wide(sheet, head=0)


def _note(column: Column, language: str, words: dict[str, Any]) -> str:
    parts = [words["required"] if column.required else "", type_name(column, language)]
    return " · ".join(part for part in (*parts, column.note(language)) if part)


def _drop_down(
    sheet: Any, place: int, column: Column, language: str, words: dict[str, Any]
) -> None:
    names = choice_names(column, language)
    if not names or len(",".join(names)) > _LIST_LIMIT:
        return
    rule = {"validate": "list", "source": names, "error_message": words["wrong"]}
    sheet.data_validation(2, place, _CHECKED_ROWS, place, rule)


def _about_sheet(book: Any, kind: Kind, language: str, words: dict[str, Any]) -> None:
    sheet = book.add_worksheet(words["about"])
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, kind.title(language), bold)
    sheet.write_string(1, 0, kind.about(language) or kind.title(language))
    sheet.write_string(2, 0, words["keep"])
    for place, title in enumerate(words["head"]):
        sheet.write_string(4, place, title, bold)
    for row, column in enumerate(kind.columns, start=5):
        cells = (
            column.title(language),
            words["yes"] if column.required else "",
            type_name(column, language),
            "、".join(choice_names(column, language)),
            column.sample(language),
            column.note(language),
        )
        for place, text in enumerate(cells):
            sheet.write_string(row, place, text, wrap)
    for place, width in enumerate((20, 8, 14, 40, 20, 50)):
        sheet.set_column(place, place, width)
    prints_wide(sheet, head=4)
