"""What can be wrong with a cell, a row or a map, and what is noted of a reading."""

from __future__ import annotations

from cheji.files.sayings.saying import Saying, error, note, warning

CELL: dict[str, Saying] = {
    "error_cell": error(
        "单元格是错误值 {text}",
        "the cell is the error {text}",
        "请改正公式或填入数值",
        "mend the formula or type the value",
    ),
    "formula_no_value": error(
        "公式没有保存结果",
        "the formula has no kept result",
        "请在 Excel 或 WPS 中打开，重新计算后保存",
        "open it in a spreadsheet program, let it calculate, and save",
    ),
    "number_not_finite": error(
        "不是有限的数：{text}",
        "not a finite number: {text}",
        "请填入正确的数",
        "type the right number",
    ),
    "required": error("“{zh_name}”必填", "{name} must be given", "请填写", "fill it in"),
    "text_too_long": error(
        "文字有 {length} 个字符，超过 {limit}",
        "the text has {length} characters, more than {limit}",
        "请缩短",
        "shorten it",
    ),
    "digits_lost": error(
        "{text} 超过 15 位或为科学计数，表格软件已丢失数字",
        "{text} has more digits than a spreadsheet number can keep: digits were lost",
        "请把该列设为文本后重新填写",
        "format the column as text and enter it again",
    ),
    "not_number": error("不是数：{text}", "not a number: {text}", "请填写数字", "type a number"),
    "separators": error(
        "{text} 的千分位或小数点写法不清楚",
        "the separators in {text} are not clear",
        "请写成 1234.56（用列映射文件时，逗号作小数点可写 decimal: comma）",
        "write 1234.56 (in a map file, `decimal: comma` where the comma is the decimal mark)",
    ),
    "not_whole": error(
        "应是整数：{text}",
        "a whole number is expected: {text}",
        "请填写整数",
        "type a whole number",
    ),
    "not_whole_fen": error(
        "{text} 不足整分（小数超过两位）",
        "{text} has more than two decimals",
        "请在表格中取两位小数（用列映射文件时可写 round: true）",
        "round it to two decimals (in a map file: `round: true`)",
    ),
    "too_fine": error(
        "{text} 的小数超过四位",
        "{text} has more than four decimals",
        "请取四位小数以内",
        "use at most four decimals",
    ),
    "too_big": error(
        "{text} 过大", "{text} is too large", "请检查数值与单位", "check the figure and its unit"
    ),
    "out_of_range": error(
        "{text} 不在 {low} 到 {high} 之间",
        "{text} is not between {low} and {high}",
        "请改正",
        "correct it",
    ),
    "percent_bare": error(
        "百分比 {text} 没有百分号，不清楚是 {text}% 还是倍数",
        "the percentage {text} has no % sign: it could be {text}% or a factor",
        "请写成 60% 或 0.6",
        "write 60% or 0.6",
    ),
    "not_date": error(
        "不是日期：{text}", "not a date: {text}", "请写成 2026-11-21", "write 2026-11-21"
    ),
    "impossible_date": error(
        "没有这一天：{text}", "there is no such day: {text}", "请改正日期", "correct the date"
    ),
    "date_without_year": error(
        "日期 {text} 没有写全年月日",
        "the date {text} lacks its year, month or day",
        "请写成 2026-11-21",
        "write 2026-11-21",
    ),
    "date_far": error(
        "日期 {text} 不在 {low} 到 {high} 之间",
        "the date {text} is not between {low} and {high}",
        "请改正；若表示“没有”，请把单元格留空（用列映射文件时可写 blank）",
        "correct it; if it stands for nothing, leave the cell empty (in a map file: `blank`)",
    ),
    "date_unsettled": error(
        "{text} 的日月顺序未定",
        "the order of day and month in {text} is not settled",
        "请先选择该列的日期顺序",
        "choose the order for the column first",
    ),
    "not_bool": error(
        "不是“是/否”：{text}", "not yes or no: {text}", "请填写 是 或 否", "write yes or no"
    ),
    "not_choice": error(
        "“{text}”不在可选值中（{choices_zh}）",
        "{text} is none of the choices ({choices})",
        "请改为其中之一，或在核对页的“还不认识的词”里选定它的意思",
        "use one of them, or say what it means under “Words that are not known yet”",
    ),
    "not_phone": error(
        "不是电话号码：{text}",
        "not a phone number: {text}",
        "请填写 5 到 20 位数字",
        "type 5 to 20 digits",
    ),
    "short_mobile": error(
        "手机号应为 11 位数字，这里有 {digits} 位：{text}",
        "a mobile number has 11 digits, this has {digits}: {text}",
        "请补全手机号；座机请加区号，如 010-12345678",
        "complete it; write a landline with its area code, such as 010-12345678",
    ),
    "two_phones": error(
        "一格里有两个号码：{text}",
        "two numbers in one cell: {text}",
        "请只保留一个",
        "keep one of them",
    ),
    "phone_masked": warning(
        "号码被隐去：{text}，按未填处理",
        "the number is masked: {text}; taken as not given",
        "请从来源导出完整号码",
        "export the full number from the source",
    ),
    "not_shares": error(
        "无法读懂分配“{text}”",
        "the shares {text} cannot be read",
        "请写成 张三:60;李四:40",
        "write Zhang:60;Li:40",
    ),
    "shares_sum": error(
        "份额合计 {sum}%，应为 100%",
        "the shares add up to {sum} %, not 100 %",
        "请改正份额",
        "correct the shares",
    ),
    "not_period": error(
        "不是期间：{text}",
        "not a period: {text}",
        "请写成 2026-11、2026Q4、2026H1 或 2026",
        "write 2026-11, 2026Q4, 2026H1 or 2026",
    ),
    "value_not_mapped": error(
        "映射的 values 里没有“{text}”",
        "{text} is not among the `values` of the map",
        "请在映射中补上，或写 else",
        "add it to the map, or give `else`",
    ),
    "part_missing": error(
        "“{text}”按分隔符拆不出第 {take} 段",
        "{text} has no part {take} at that separator",
        "请改正单元格（用列映射文件时检查 split）",
        "correct the cell (in a map file: check `split`)",
    ),
    "join_missing": error(
        "在 {file} 中找不到 {key}",
        "{key} is not in {file}",
        "请补上该行，或在映射中写 missing: blank",
        "add that row, or give `missing: blank` in the map",
    ),
    "key_unbuilt": error(
        "用来生成编号的列全为空",
        "the columns from which the code is made are all blank",
        "请填写这些列",
        "fill them in",
    ),
}

ROW: dict[str, Saying] = {
    "key_twice": error(
        "与第 {row} 行的关键列相同（{key}），“{zh_names}”不同",
        "has the same key as row {row} ({key}) but differs in: {names}",
        "请保留一行",
        "keep one of them",
    ),
    "row_twice": warning(
        "与第 {row} 行完全相同，只取一次",
        "is the same as row {row}; taken once",
        "可删除这一行",
        "you may delete it",
    ),
    "group_differs": error(
        "合并为一行的各行“{zh_name}”不同：{one} 与 {other}",
        "the rows taken together differ in {name}: {one} and {other}",
        "请改正，或在映射中写 take: first、min、max、sum",
        "correct them, or give `take: first`, `min`, `max` or `sum` in the map",
    ),
    "records_refuse": error(
        "{what_zh}", "{what}", "请改正此行，或不导入此行", "correct this row or leave it out"
    ),
    "dates_crossed": error(
        "“{zh_last}”{until} 早于“{zh_first}”{since}",
        "“{last}” {until} is before “{first}” {since}",
        "请改正其中一个日期",
        "correct one of the dates",
    ),
    "left_out_by_hand": error(
        "您选择了略过此行",
        "you left this row out",
        "仍要导入时，请把此行重新上传",
        "to import it after all, upload this row again",
    ),
    "left_out_by_create": error(
        "记录已存在，而本次只新增",
        "the record is there already, and this import only added new ones",
        "需要更新时，请改选“新增并更新”",
        "to update it, choose to add and update",
    ),
    "left_out_by_update": error(
        "没有这条记录，而本次只更新已有记录",
        "there is no such record, and this import only updated known ones",
        "需要新增时，请改选“新增并更新”",
        "to add it, choose to add and update",
    ),
}

MAP: dict[str, Saying] = {
    "map_yaml": error(
        "映射文件不是合法的 YAML：{what}",
        "the map is not valid YAML: {what}",
        "请改正该行",
        "correct that line",
    ),
    "map_word": error(
        "{where}：不认识的字段 {word}",
        "{where}: {word} is not a known word",
        "可用：{known}",
        "known words: {known}",
    ),
    "map_value": error("{where}：{what_zh}", "{where}: {what}", "请改正映射", "correct the map"),
}

NOTE: dict[str, Saying] = {
    "sheet_hidden": note("隐藏的工作表 {name} 未读取", "the hidden sheet {name} was not read"),
    "sheet_skipped": note(
        "工作表 {name} 不像“{kind_zh}”，未读取",
        "the sheet {name} does not look like {kind} and was not read",
    ),
    "totals_left_out": note("合计行未读取：第 {rows} 行", "totals rows left out: {rows}"),
    "footnotes_left_out": note("说明行未读取：第 {rows} 行", "footnote rows left out: {rows}"),
    "headers_repeated": note(
        "重复的表头行未读取：第 {rows} 行", "repeated header rows left out: {rows}"
    ),
    "example_left_out": note("示例行未读取：第 {rows} 行", "example rows left out: {rows}"),
    "skipped_by_map": note("按映射略去 {count} 行", "{count} rows left out by the map"),
    "columns_ignored": note("未使用的列：{headers}", "columns that were not used: {headers}"),
    "unit_applied": note(
        "“{header}”：没有单位的数已按表头的单位乘以 {scale}；写明“元”或“万”的以所写为准",
        "{header}: numbers without a unit were multiplied by {scale}, the unit of the header; "
        "a cell that states its unit was read as it says",
    ),
}
