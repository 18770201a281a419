"""`cheji sheet`: the printed sheets, in the terminal or as a file."""

from pathlib import Path
from typing import Annotated

import typer

from cheji.cli import app, language, options
from cheji.cli.asker import asker, exporting
from cheji.cli.explaining import explained, opener
from cheji.cli.output import print_lines, print_table, said, write_bytes, write_json
from cheji.files import sheets
from cheji.reads import kpis
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer

Year = Annotated[int, typer.Option(min=1900, max=2999, help="Year of the sheet. 年度。")]
Against = Annotated[
    str, typer.Option(metavar="CODES", help="Outlets to compare with, with commas. 对比门店。")
]
BestBy = Annotated[
    str,
    typer.Option(
        metavar="KPI", help="KPI by which the best outlet is chosen, or each. 最优门店的依据。"
    ),
]


@app.command("sheet")
def sheet(
    code: Annotated[
        options.SheetCode, typer.Argument(help="kpi or structure. 销售KPI或交车结构。")
    ],
    *,
    outlet: options.OutletCode,
    year: Year,
    by: Annotated[kpis.SheetBy, typer.Option(help="Columns. 列。")] = "month",
    month: options.MonthWord = "",
    person: options.Person = "",
    against: Against = "",
    best_by: BestBy = kpis.BEST_BY,
    form: options.SheetFormat = "table",
    output: options.Output = None,
    explain: options.Explain = False,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Print a KPI or structure sheet. 输出销售KPI表或交车结构表。

    By month the year's twelve columns and the year; by consultant or benchmark the month given,
    else the year. 按月：十二个月与年度；按顾问或对标：指定月份，否则全年。
    """
    del lang
    if month and by == "month":
        why = "请加 --by consultant 或 benchmark", "it needs --by consultant or benchmark"
        raise BadValue(field="--month", value=month, why=said(*why))
    viewer = asker(username)
    found = kpis.sheet(
        viewer,
        code=code,
        year=year,
        outlet=outlet,
        person=person,
        by=by,
        month=options.month_of(month, year) if month else None,
        against=options.codes(against),
        best_by=best_by,
    )
    _tell(viewer, found, form, output, explain=explain)


def _tell(
    viewer: Viewer,
    found: kpis.Sheet,
    form: options.Format,
    output: Path | None,
    *,
    explain: bool,
) -> None:
    cells = [cell for line in found.lines for cell in line.cells]
    opened = opener(viewer, cells) if explain else None
    exporting(viewer, "sheet", form, sheet=found.code, by=found.by, of=found.of.code)
    match form:
        case "json":
            write_json(sheets.sheet_json(found, opened), output)
        case "csv":
            write_bytes(sheets.sheet_csv(found, language()), output)
        case "xlsx":
            write_bytes(sheets.sheet_xlsx(found, language()), output, binary=True)
        case _:
            _print(found)
            if opened is not None:
                print_lines(explained(opened(cell.key)) for cell in cells if cell.key)


def _print(found: kpis.Sheet) -> None:
    changes = sheets.changes_of(found)
    titles = [sheets.column_title(found, at, language()) for at in range(len(found.columns))]
    titles += [sheets.change_title(change, language()) for change in changes]
    rows = [
        [
            str(line.number),
            said(line.kpi.zh, line.kpi.en),
            *(
                sheets.figure_text(cell.value, line.kpi.unit, line.kpi.decimals)
                for cell in line.cells
            ),
            *(
                sheets.figure_text(change.value(line), change.unit(line), change.decimals(line))
                for change in changes
            ),
        ]
        for line in found.lines
    ]
    period = sheets.period_title("month", found.month) if found.month else str(found.year)
    title = f"{said(found.zh, found.en)} · {found.of.code} {found.of.name} · {period}"
    print_table(title, ["#", said("项目", "Line"), *titles], rows, words=2)
    print_lines(_checks(found))


def _checks(found: kpis.Sheet) -> list[str]:
    """A line for each identity and sum that does not hold, or one that all do."""
    lines = []
    for identity in found.identities:
        for column, side in zip(found.columns, identity.sides, strict=True):
            if side is not None and not side.holds:
                place = f"{said(identity.zh, identity.en)} {column.period}"
                lines.append(said(f"不平：{place} 差 {side.difference}", f"Off: {place}"))
    lines += [
        said(f"不平：{line.kpi.zh} 各人之和", f"Off: sum of people, {line.kpi.en}")
        for line in found.lines
        if line.adds_up is False
    ]
    if not lines and (found.identities or found.by == "consultant"):
        lines = [said("核对：全部相符。", "Checks: everything agrees.")]
    return lines
