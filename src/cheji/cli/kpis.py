"""`cheji kpi`: the KPIs that are defined, and their values by any scope and grain."""

from pathlib import Path
from typing import Annotated

import typer

from cheji.cli import app, language, options
from cheji.cli.asker import asker, exporting
from cheji.cli.explaining import explained, opener
from cheji.cli.output import print_lines, print_table, said, write_bytes, write_json
from cheji.engine.definitions import Kpi, Measure
from cheji.engine.periods import Grain
from cheji.files import sheets
from cheji.reads import kpis
from cheji.reads.definitions import Catalogue, catalogue
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer, of

group = typer.Typer(help="KPIs: list, show, values. 指标。", no_args_is_help=True)
app.add_typer(group, name="kpi")

Codes = Annotated[str, typer.Option("--kpi", metavar="CODES", help="With commas. 指标代码。")]
Since = Annotated[
    str, typer.Option("--from", metavar="PERIOD", help="First: 2026-01, 2026-W01. 起始周期。")
]
Until = Annotated[
    str, typer.Option("--to", metavar="PERIOD", help="Last, included. 截止周期（含）。")
]


@group.command("list")
def list_(
    *,
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """List the KPIs in force today. 列出当前生效的指标。"""
    del lang
    found = catalogue(asker(username).on)
    if form == "json":
        write_json({kpi.code: _described(found, kpi) for kpi in found.ruling.kpis})
        return
    rows = [
        (kpi.code, said(kpi.zh, kpi.en), sheets.unit_name(kpi.unit, language()), kpi.formula.text)
        for kpi in found.ruling.kpis
    ]
    heads = (said("代码", "Code"), said("名称", "Name"), said("单位", "Unit"))
    print_table("", [*heads, said("公式", "Formula")], rows, words=4)


@group.command("show")
def show(
    code: Annotated[str, typer.Argument(help="Code of the KPI. 指标代码。")],
    *,
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Show how one KPI is defined. 显示一个指标的定义。"""
    del lang
    found = catalogue(asker(username).on)
    kpi = found.ruling.kpi.get(code)
    if kpi is None:
        raise NotFound(noun="KPI", key=code)
    described = _described(found, kpi)
    if form == "json":
        write_json({code: described})
        return
    print_lines(f"{name}: {value}" for name, value in {"code": code, **described}.items())


def _described(found: Catalogue, kpi: Kpi) -> dict[str, object]:
    named: dict[str, Kpi | Measure] = {**found.ruling.kpi, **found.ruling.measure}
    zh = kpi.formula.rewrite({name: named[name].zh for name in kpi.formula.names})
    en = kpi.formula.rewrite({name: named[name].en for name in kpi.formula.names})
    return {
        "zh": kpi.zh,
        "en": kpi.en,
        "unit": kpi.unit,
        "decimals": kpi.decimals,
        "direction": kpi.direction,
        "formula": kpi.formula.text,
        "formula_zh": zh,
        "formula_en": en,
        "source": kpi.source,
        "note_zh": kpi.note_zh,
        "note_en": kpi.note_en,
        "digest": found.digests.get(("kpi", kpi.code), ""),
    }


@group.command("values")
def values(
    *,
    kpi: Codes,
    first: Since,
    last: Until,
    by: Annotated[kpis.By, typer.Option(help="Rows. 对象。")] = "outlet",
    grain: Annotated[Grain, typer.Option(help="Period. 周期。")] = "month",
    outlets: options.Outlets = "",
    form: options.TableFormat = "table",
    output: options.Output = None,
    explain: options.Explain = False,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Values of KPIs, one row per scope and period. 按对象与周期输出指标值。"""
    del lang
    viewer = asker(username)
    table = kpis.values(
        viewer,
        kpis=options.codes(kpi),
        by=by,
        grain=grain,
        first=options.period_key(first, grain),
        last=options.period_key(last, grain),
        outlets=options.codes(outlets) or None,
    )
    _tell(viewer, table, form, output, explain=explain)


@group.command("month")
def month(
    text: Annotated[str, typer.Argument(metavar="MONTH", help="Such as 2026-11. 月份。")],
    *,
    by: Annotated[kpis.By, typer.Option(help="Rows. 对象。")] = "outlet",
    form: options.TableFormat = "csv",
    output: options.Output = None,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """All KPIs of a month for everybody at a level. 一个月的全部指标，按层级输出。"""
    del lang
    viewer = asker(username)
    _tell(viewer, kpis.every_kpi(viewer, by=by, month=options.month_of(text)), form, output)


def _tell(
    viewer: Viewer,
    table: kpis.Table,
    form: options.FlatFormat,
    output: Path | None,
    *,
    explain: bool = False,
) -> None:
    cells = [cell for row in table.rows for cell in row.cells]
    opened = opener(viewer, cells) if explain else None
    places = dict(of(viewer).outlets().values_list("id", "code"))
    exporting(
        viewer, "kpi_values", form, kpis=[one.code for one in table.kpis], rows=len(table.rows)
    )
    if form == "json":
        write_json(sheets.table_json(table, places, opened), output)
    elif form == "csv":
        write_bytes(sheets.table_csv(table, places, language()), output)
    else:
        _print(table, places)
        if opened is not None:
            print_lines(explained(opened(cell.key)) for cell in cells if cell.key)


def _print(table: kpis.Table, places: dict[int, str]) -> None:
    heads = [said("代码", "Code"), said("名称", "Name"), said("门店", "Outlet")]
    heads.append(said("期间", "Period"))
    rows = [
        [
            row.of.code,
            sheets.of_title(row.of, language()),
            places.get(row.of.outlet or 0, ""),
            sheets.period_title(table.grain, row.period),
            *(
                sheets.figure_text(cell.value, one.unit, one.decimals)
                for one, cell in zip(table.kpis, row.cells, strict=True)
            ),
        ]
        for row in table.rows
    ]
    print_table("", [*heads, *(said(one.zh, one.en) for one in table.kpis)], rows, words=4)
