"""The catalogue of everything that can be wrong with a file: level, reason and mend, zh and en."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Saying(NamedTuple):
    """The sentences of one problem code; {names} are filled from the problem."""

    level: Literal["error", "warning", "note"]
    zh: str
    en: str
    mend_zh: str
    mend_en: str


def _error(zh: str, en: str, mend_zh: str, mend_en: str) -> Saying:
    return Saying("error", zh, en, mend_zh, mend_en)


def _warning(zh: str, en: str, mend_zh: str, mend_en: str) -> Saying:
    return Saying("warning", zh, en, mend_zh, mend_en)


_RESAVE = (
    "请在 Excel 或 WPS 中打开后另存为新的 .xlsx",
    "open it in a spreadsheet program and save it as a new .xlsx",
)
_SPLIT = ("请拆成几个文件分别导入", "split it into several files and import each")

FILE: dict[str, Saying] = {
    "file_empty": _error(
        "文件是空的", "the file is empty", "请选择有内容的文件", "choose a file with rows"
    ),
    "file_too_large": _error(
        "文件 {size} MB，超过上限 {limit} MB",
        "the file has {size} MB, more than the limit of {limit} MB",
        *_SPLIT,
    ),
    "file_type": _error(
        "不认识的文件类型 {name}",
        "the type of {name} is not known",
        "请使用 .xlsx、.xls、.csv 或 .tsv",
        "use .xlsx, .xls, .csv or .tsv",
    ),
    "file_not_as_named": _error(
        "文件名是 {name}，内容却是{found_zh}",
        "the file is called {name} but holds {found}",
        *_RESAVE,
    ),
    "file_password": _error(
        "文件设有密码",
        "the file is protected by a password",
        "请去掉密码后重新保存",
        "remove the password and save it again",
    ),
    "file_damaged": _error("文件损坏：{what}", "the file is damaged: {what}", *_RESAVE),
    "zip_parts": _error(
        "工作簿内部有 {count} 个部件，超过上限 {limit}",
        "the workbook has {count} inner parts, more than {limit}",
        *_RESAVE,
    ),
    "zip_unpacked": _error(
        "工作簿解压后超过 {limit} MB",
        "the workbook would unpack to more than {limit} MB",
        *_SPLIT,
    ),
    "zip_ratio": _error(
        "部件 {part} 的压缩比异常（{ratio} 倍）",
        "the part {part} is packed suspiciously tightly ({ratio} to 1)",
        *_RESAVE,
    ),
    "zip_name": _error(
        "部件名 {part} 不合法或重复",
        "the part name {part} is not allowed or stands twice",
        *_RESAVE,
    ),
    "zip_lies": _error(
        "部件 {part} 的实际大小与目录不符",
        "the part {part} is not as large as the directory says",
        *_RESAVE,
    ),
    "no_workbook": _error("压缩包里没有工作簿", "there is no workbook inside", *_RESAVE),
    "xml_dtd": _error(
        "部件 {part} 含有文档类型定义（DTD），出于安全拒绝读取",
        "the part {part} has a document type definition, which is refused for safety",
        *_RESAVE,
    ),
    "xml_encoding": _error("部件 {part} 不是 UTF-8 编码", "the part {part} is not UTF-8", *_RESAVE),
    "far_cell": _error(
        "单元格 {where} 超出上限（{rows} 行 × {cols} 列）",
        "the cell {where} lies beyond the limit of {rows} rows × {cols} columns",
        "请删除远处的多余行列后保存，或拆分文件",
        "delete the stray rows and columns and save, or split the file",
    ),
    "too_many_cells": _error(
        "表格范围 {cells} 个单元格，超过上限 {limit}",
        "the sheet spans {cells} cells, more than {limit}",
        *_SPLIT,
    ),
    "text_binary": _error(
        "文本文件中有二进制内容（第 {line} 行附近）",
        "the text file has binary content near line {line}",
        "请重新导出为 CSV",
        "export it again as CSV",
    ),
    "text_line_long": _error(
        "第 {line} 行有 {length} 个字符，超过上限 {limit}",
        "line {line} has {length} characters, more than {limit}",
        "请检查引号是否成对、分隔符是否正确",
        "check that quotes are paired and the delimiter is right",
    ),
    "text_encoding": _error(
        "无法识别文本编码（{tried}）",
        "the text encoding could not be found (tried {tried})",
        "请另存为 UTF-8 的 CSV",
        "save it as CSV in UTF-8",
    ),
    "text_quotes": _error(
        "从第 {line} 行起引号没有闭合",
        "a quote that opens near line {line} is never closed",
        "请补上缺少的引号",
        "add the missing quote",
    ),
    "reader_stopped": _error(
        "读取文件时超出内存或时间上限，已安全中止",
        "reading the file needed more memory or time than allowed and was stopped",
        *_RESAVE,
    ),
    "sheet_missing": _error(
        "找不到工作表 {sheet_name}；文件里有：{have}",
        "there is no sheet {sheet_name}; the file has: {have}",
        "请改正映射中的 sheet",
        "correct `sheet` in the map",
    ),
    "header_missing": _error(
        "没有找到表头行：前 {rows} 行里没有任何一列像“{kind}”的列",
        "no header row was found: nothing in the first {rows} rows looks like {kind}",
        "请使用模板的表头，或写一个映射文件",
        "use the headers of the template, or write a map",
    ),
    "column_missing": _error(
        "缺少必填列“{zh_name}”",
        "the required column {name} is missing",
        "请增加这一列，或在映射中写 from 或 constant",
        "add the column, or give `from` or `constant` in the map",
    ),
    "source_missing": _error(
        "映射用到的列“{header}”不在文件 {file} 中",
        "the map uses the column {header}, which is not in {file}",
        "请改正映射，或检查文件版本",
        "correct the map, or check that it is the right file",
    ),
    "header_twice": _warning(
        "表头“{header}”出现了不止一次，只读取第一列",
        "the header {header} stands more than once; only the first is read",
        "请给各列不同的表头",
        "give each column a header of its own",
    ),
    "join_file_missing": _error(
        "映射需要文件 {file}，但没有提供",
        "the map needs the file {file}, which was not given",
        "请同时上传该文件",
        "give that file as well",
    ),
    "join_key_twice": _error(
        "文件 {file} 中键 {key} 出现多次，无法确定取哪一行",
        "the key {key} stands several times in {file}: it is not clear which row to take",
        "请去重，或在映射中改用别的键",
        "remove the doubles, or join on another key",
    ),
    "no_rows": _warning("没有数据行", "there are no rows", "请检查文件内容", "check the file"),
}

COLUMN: dict[str, Saying] = {
    "date_order_unknown": _error(
        "“{header}”列的日期（如 {sample}）可以是日在前也可以是月在前",
        "the dates of {header} (such as {sample}) can be read day first or month first",
        "请选择日期顺序（映射中写 date_order: dmy 或 mdy）",
        "choose the order (`date_order: dmy` or `mdy` in the map)",
    ),
    "date_order_mixed": _error(
        "“{header}”列的日期顺序前后不一致：{sample} 与 {other}",
        "the dates of {header} are written in two orders: {sample} and {other}",
        "请统一写法",
        "write them all in one way",
    ),
    "dates_half_converted": _error(
        "“{header}”列一部分是真日期、一部分是文本（如 {sample}），很可能被表格软件误换了日和月",
        "{header} holds real dates and text such as {sample}: a spreadsheet program has"
        " probably swapped day and month in some",
        "请从来源重新导出；若确认无误，在映射中写 date_order",
        "export it again from the source; if you are sure, give `date_order` in the map",
    ),
}

CELL: dict[str, Saying] = {
    "error_cell": _error(
        "单元格是错误值 {text}",
        "the cell is the error {text}",
        "请改正公式或填入数值",
        "mend the formula or type the value",
    ),
    "formula_no_value": _error(
        "公式没有保存结果",
        "the formula has no kept result",
        "请在 Excel 或 WPS 中打开，重新计算后保存",
        "open it in a spreadsheet program, let it calculate, and save",
    ),
    "number_not_finite": _error(
        "不是有限的数：{text}",
        "not a finite number: {text}",
        "请填入正确的数",
        "type the right number",
    ),
    "required": _error("“{zh_name}”必填", "{name} must be given", "请填写", "fill it in"),
    "text_too_long": _error(
        "文字有 {length} 个字符，超过 {limit}",
        "the text has {length} characters, more than {limit}",
        "请缩短",
        "shorten it",
    ),
    "digits_lost": _error(
        "{text} 超过 15 位或为科学计数，表格软件已丢失数字",
        "{text} has more digits than a spreadsheet number can keep: digits were lost",
        "请把该列设为文本后重新填写",
        "format the column as text and enter it again",
    ),
    "not_number": _error("不是数：{text}", "not a number: {text}", "请填写数字", "type a number"),
    "separators": _error(
        "{text} 的千分位或小数点写法不清楚",
        "the separators in {text} are not clear",
        "请写成 1234.56；若逗号是小数点，在映射中写 decimal: comma",
        "write 1234.56; if the comma is the decimal mark, give `decimal: comma` in the map",
    ),
    "not_whole": _error(
        "应是整数：{text}",
        "a whole number is expected: {text}",
        "请填写整数",
        "type a whole number",
    ),
    "not_whole_fen": _error(
        "{text} 不足整分（小数超过两位）",
        "{text} has more than two decimals",
        "请在表格中取两位小数，或在映射中写 round: true",
        "round it to two decimals, or give `round: true` in the map",
    ),
    "too_fine": _error(
        "{text} 的小数超过四位",
        "{text} has more than four decimals",
        "请取四位小数以内",
        "use at most four decimals",
    ),
    "too_big": _error(
        "{text} 过大", "{text} is too large", "请检查数值与单位", "check the figure and its unit"
    ),
    "out_of_range": _error(
        "{text} 不在 {low} 到 {high} 之间",
        "{text} is not between {low} and {high}",
        "请改正",
        "correct it",
    ),
    "percent_bare": _error(
        "百分比 {text} 没有百分号，不清楚是 {text}% 还是倍数",
        "the percentage {text} has no % sign: it could be {text}% or a factor",
        "请写成 60% 或 0.6",
        "write 60% or 0.6",
    ),
    "not_date": _error(
        "不是日期：{text}", "not a date: {text}", "请写成 2026-11-21", "write 2026-11-21"
    ),
    "impossible_date": _error(
        "没有这一天：{text}", "there is no such day: {text}", "请改正日期", "correct the date"
    ),
    "date_without_year": _error(
        "日期 {text} 没有写全年月日",
        "the date {text} lacks its year, month or day",
        "请写成 2026-11-21",
        "write 2026-11-21",
    ),
    "date_far": _error(
        "日期 {text} 不在 {low} 到 {high} 之间",
        "the date {text} is not between {low} and {high}",
        "请改正；若表示“没有”，在映射中写 blank",
        "correct it; if it stands for nothing, list it under `blank` in the map",
    ),
    "date_unsettled": _error(
        "{text} 的日月顺序未定",
        "the order of day and month in {text} is not settled",
        "请先选择该列的日期顺序",
        "choose the order for the column first",
    ),
    "not_bool": _error(
        "不是“是/否”：{text}", "not yes or no: {text}", "请填写 是 或 否", "write yes or no"
    ),
    "not_choice": _error(
        "“{text}”不在可选值中（{choices_zh}）",
        "{text} is none of the choices ({choices})",
        "请改为其中之一，或在映射的 values 中翻译",
        "use one of them, or translate it under `values` in the map",
    ),
    "not_phone": _error(
        "不是电话号码：{text}",
        "not a phone number: {text}",
        "请填写 5 到 20 位数字",
        "type 5 to 20 digits",
    ),
    "two_phones": _error(
        "一格里有两个号码：{text}",
        "two numbers in one cell: {text}",
        "请只保留一个",
        "keep one of them",
    ),
    "phone_masked": _warning(
        "号码被隐去：{text}，按未填处理",
        "the number is masked: {text}; taken as not given",
        "请从来源导出完整号码",
        "export the full number from the source",
    ),
    "not_shares": _error(
        "无法读懂分配“{text}”",
        "the shares {text} cannot be read",
        "请写成 张三:60;李四:40",
        "write Zhang:60;Li:40",
    ),
    "shares_sum": _error(
        "份额合计 {sum}%，应为 100%",
        "the shares add up to {sum} %, not 100 %",
        "请改正份额",
        "correct the shares",
    ),
    "not_period": _error(
        "不是期间：{text}",
        "not a period: {text}",
        "请写成 2026-11、2026Q4、2026H1 或 2026",
        "write 2026-11, 2026Q4, 2026H1 or 2026",
    ),
    "value_not_mapped": _error(
        "映射的 values 里没有“{text}”",
        "{text} is not among the `values` of the map",
        "请在映射中补上，或写 else",
        "add it to the map, or give `else`",
    ),
    "part_missing": _error(
        "“{text}”按分隔符拆不出第 {take} 段",
        "{text} has no part {take} at that separator",
        "请改正数据或映射中的 split",
        "correct the cell, or `split` in the map",
    ),
    "join_missing": _error(
        "在 {file} 中找不到 {key}",
        "{key} is not in {file}",
        "请补上该行，或在映射中写 missing: blank",
        "add that row, or give `missing: blank` in the map",
    ),
    "key_unbuilt": _error(
        "用来生成编号的列全为空",
        "the columns from which the code is made are all blank",
        "请填写这些列",
        "fill them in",
    ),
}

ROW: dict[str, Saying] = {
    "key_twice": _error(
        "与第 {row} 行的关键列相同（{key}），内容不同",
        "has the same key as row {row} ({key}) but differs",
        "请保留一行",
        "keep one of them",
    ),
    "row_twice": _warning(
        "与第 {row} 行完全相同，只取一次",
        "is the same as row {row}; taken once",
        "可删除这一行",
        "you may delete it",
    ),
    "group_differs": _error(
        "合并为一行的各行“{zh_name}”不同：{one} 与 {other}",
        "the rows taken together differ in {name}: {one} and {other}",
        "请改正，或在映射中写 take: first、min、max、sum",
        "correct them, or give `take: first`, `min`, `max` or `sum` in the map",
    ),
    "records_refuse": _error(
        "{what_zh}", "{what}", "请改正此行，或不导入此行", "correct this row or leave it out"
    ),
    "dates_crossed": _error(
        "“{until}”早于“{since}”", "{until} is before {since}", "请改正日期", "correct the dates"
    ),
}

MAP: dict[str, Saying] = {
    "map_yaml": _error(
        "映射文件不是合法的 YAML：{what}",
        "the map is not valid YAML: {what}",
        "请改正该行",
        "correct that line",
    ),
    "map_word": _error(
        "{where}：不认识的字段 {word}",
        "{where}: {word} is not a known word",
        "可用：{known}",
        "known words: {known}",
    ),
    "map_value": _error("{where}：{what_zh}", "{where}: {what}", "请改正映射", "correct the map"),
}

NOTE: dict[str, Saying] = {
    "sheet_hidden": Saying(
        "note", "隐藏的工作表 {name} 未读取", "the hidden sheet {name} was not read", "", ""
    ),
    "sheet_skipped": Saying(
        "note",
        "工作表 {name} 不像“{kind_zh}”，未读取",
        "the sheet {name} does not look like {kind} and was not read",
        "",
        "",
    ),
    "totals_left_out": Saying(
        "note", "合计行未读取：第 {rows} 行", "totals rows left out: {rows}", "", ""
    ),
    "footnotes_left_out": Saying(
        "note", "说明行未读取：第 {rows} 行", "footnote rows left out: {rows}", "", ""
    ),
    "headers_repeated": Saying(
        "note", "重复的表头行未读取：第 {rows} 行", "repeated header rows left out: {rows}", "", ""
    ),
    "example_left_out": Saying(
        "note", "示例行未读取：第 {rows} 行", "example rows left out: {rows}", "", ""
    ),
    "skipped_by_map": Saying(
        "note", "按映射略去 {count} 行", "{count} rows left out by the map", "", ""
    ),
    "columns_ignored": Saying(
        "note", "未使用的列：{headers}", "columns that were not used: {headers}", "", ""
    ),
    "unit_applied": Saying(
        "note",
        "“{header}”按单位乘以 {scale}",
        "{header} was multiplied by {scale}, its unit",
        "",
        "",
    ),
}

SAYINGS: dict[str, Saying] = {**FILE, **COLUMN, **CELL, **ROW, **MAP, **NOTE}
