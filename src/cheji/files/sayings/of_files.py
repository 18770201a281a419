"""What can be wrong with a whole file or a whole column."""

from __future__ import annotations

from cheji.files.sayings.saying import Saying, error, warning

_RESAVE = (
    "请在 Excel 或 WPS 中打开后另存为新的 .xlsx",
    "open it in a spreadsheet program and save it as a new .xlsx",
)
_SPLIT = ("请拆成几个文件分别导入", "split it into several files and import each")

FILE: dict[str, Saying] = {
    "file_empty": error(
        "文件是空的", "the file is empty", "请选择有内容的文件", "choose a file with rows"
    ),
    "file_too_large": error(
        "文件 {size} MB，超过上限 {limit} MB",
        "the file has {size} MB, more than the limit of {limit} MB",
        *_SPLIT,
    ),
    "file_type": error(
        "不认识的文件类型 {name}",
        "the type of {name} is not known",
        "请使用 .xlsx、.xls、.csv 或 .tsv",
        "use .xlsx, .xls, .csv or .tsv",
    ),
    "file_not_as_named": error(
        "文件名是 {name}，内容却是{found_zh}",
        "the file is called {name} but holds {found}",
        *_RESAVE,
    ),
    "file_password": error(
        "文件设有密码",
        "the file is protected by a password",
        "请去掉密码后重新保存",
        "remove the password and save it again",
    ),
    "file_damaged": error("文件损坏：{what}", "the file is damaged: {what}", *_RESAVE),
    "zip_parts": error(
        "工作簿内部有 {count} 个部件，超过上限 {limit}",
        "the workbook has {count} inner parts, more than {limit}",
        *_RESAVE,
    ),
    "zip_unpacked": error(
        "工作簿解压后超过 {limit} MB",
        "the workbook would unpack to more than {limit} MB",
        *_SPLIT,
    ),
    "zip_ratio": error(
        "部件 {part} 的压缩比异常（{ratio} 倍）",
        "the part {part} is packed suspiciously tightly ({ratio} to 1)",
        *_RESAVE,
    ),
    "zip_name": error(
        "部件名 {part} 不合法或重复",
        "the part name {part} is not allowed or stands twice",
        *_RESAVE,
    ),
    "zip_lies": error(
        "部件 {part} 的实际大小与目录不符",
        "the part {part} is not as large as the directory says",
        *_RESAVE,
    ),
    "no_workbook": error("压缩包里没有工作簿", "there is no workbook inside", *_RESAVE),
    "xml_dtd": error(
        "部件 {part} 含有文档类型定义（DTD），出于安全拒绝读取",
        "the part {part} has a document type definition, which is refused for safety",
        *_RESAVE,
    ),
    "xml_encoding": error("部件 {part} 不是 UTF-8 编码", "the part {part} is not UTF-8", *_RESAVE),
    "far_cell": error(
        "单元格 {where} 超出上限（{rows} 行 × {cols} 列）",
        "the cell {where} lies beyond the limit of {rows} rows × {cols} columns",
        "请删除远处的多余行列后保存，或拆分文件",
        "delete the stray rows and columns and save, or split the file",
    ),
    "too_many_cells": error(
        "表格范围 {cells} 个单元格，超过上限 {limit}",
        "the sheet spans {cells} cells, more than {limit}",
        *_SPLIT,
    ),
    "text_binary": error(
        "文本文件中有二进制内容（第 {line} 行附近）",
        "the text file has binary content near line {line}",
        "请重新导出为 CSV",
        "export it again as CSV",
    ),
    "text_line_long": error(
        "第 {line} 行有 {length} 个字符，超过上限 {limit}",
        "line {line} has {length} characters, more than {limit}",
        "请检查引号是否成对、分隔符是否正确",
        "check that quotes are paired and the delimiter is right",
    ),
    "text_encoding": error(
        "无法识别文本编码（{tried}）",
        "the text encoding could not be found (tried {tried})",
        "请另存为 UTF-8 的 CSV",
        "save it as CSV in UTF-8",
    ),
    "text_quotes": error(
        "从第 {line} 行起引号没有闭合",
        "a quote that opens near line {line} is never closed",
        "请补上缺少的引号",
        "add the missing quote",
    ),
    "reader_stopped": error(
        "读取文件时超出内存或时间上限，已安全中止",
        "reading the file needed more memory or time than allowed and was stopped",
        *_RESAVE,
    ),
    "sheet_missing": error(
        "找不到工作表 {sheet_name}；文件里有：{have}",
        "there is no sheet {sheet_name}; the file has: {have}",
        "请改正映射中的 sheet",
        "correct `sheet` in the map",
    ),
    "header_missing": error(
        "没有找到表头行：前 {rows} 行里没有任何一列像“{kind}”的列",
        "no header row was found: nothing in the first {rows} rows looks like {kind}",
        "请使用模板的表头，或写一个映射文件",
        "use the headers of the template, or write a map",
    ),
    "column_missing": error(
        "缺少必填列“{zh_name}”",
        "the required column {name} is missing",
        "请增加这一列，或在“对应文件中的哪一列？”一步选定（用列映射文件时写 from 或 constant）",
        "add the column, or say which one of yours it is (in a map file: `from` or `constant`)",
    ),
    "source_missing": error(
        "映射用到的列“{header}”不在文件 {file} 中",
        "the map uses the column {header}, which is not in {file}",
        "请改正映射，或检查文件版本",
        "correct the map, or check that it is the right file",
    ),
    "header_twice": warning(
        "表头“{header}”出现了不止一次，只读取第一列",
        "the header {header} stands more than once; only the first is read",
        "请给各列不同的表头",
        "give each column a header of its own",
    ),
    "join_file_missing": error(
        "映射需要文件 {file}，但没有提供",
        "the map needs the file {file}, which was not given",
        "请同时上传该文件",
        "give that file as well",
    ),
    "join_key_twice": error(
        "文件 {file} 中键 {key} 出现多次，无法确定取哪一行",
        "the key {key} stands several times in {file}: it is not clear which row to take",
        "请去重，或在映射中改用别的键",
        "remove the doubles, or join on another key",
    ),
    "no_rows": warning("没有数据行", "there are no rows", "请检查文件内容", "check the file"),
}

COLUMN: dict[str, Saying] = {
    "date_order_unknown": error(
        "“{header}”列的日期（如 {sample}）可以是日在前也可以是月在前",
        "the dates of {header} (such as {sample}) can be read day first or month first",
        "请选择日期顺序（用列映射文件时写 date_order: dmy 或 mdy）",
        "choose the order (in a map file: `date_order: dmy` or `mdy`)",
    ),
    "date_order_mixed": error(
        "“{header}”列的日期顺序前后不一致：{sample} 与 {other}",
        "the dates of {header} are written in two orders: {sample} and {other}",
        "请统一写法",
        "write them all in one way",
    ),
    "dates_half_converted": error(
        "“{header}”列一部分是真日期、一部分是文本（如 {sample}），很可能被表格软件误换了日和月",
        "{header} holds real dates and text such as {sample}: a spreadsheet program has"
        " probably swapped day and month in some",
        "请从来源重新导出；若确认无误，请选择日期顺序（用列映射文件时写 date_order）",
        "export it again from the source; if you are sure, choose the order (in a map file:"
        " `date_order`)",
    ),
}
