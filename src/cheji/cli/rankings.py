"""`cheji rank` and `cheji weak-spots`: who stands where, and where the most is to be won."""

from fractions import Fraction
from typing import Annotated, Any, Literal

import typer

from cheji.cli import app, language, options
from cheji.cli.asker import asker, exporting, now
from cheji.cli.output import print_lines, print_table, said, write_json
from cheji.files import sheets
from cheji.reads import comparisons
from cheji.reads.comparisons import Ranked, Ranking, StepSeen, WeakSpot, WeakSpots
from cheji.records.refusals import BadValue

Outlet = Annotated[str, typer.Option("--outlet", metavar="CODE", help="Its people. 该门店的人员。")]
Unit = Annotated[
    str, typer.Option("--unit", metavar="CODE", help="Its outlets. 该区域或集团的门店。")
]
Kpi = Annotated[
    str, typer.Option("--kpi", metavar="CODE", help="KPI; else the rule's first. 指标代码。")
]
Alike = Annotated[
    Literal["tenure", "size", ""],
    typer.Option("--group", help="Like with like: people by service, outlets by size. 同类分组。"),
]
Model = Annotated[str, typer.Option("--model", help="Of one model. 仅某车型。")]
Best = Annotated[bool, typer.Option("--best", help="Against the best quarter. 对比前四分之一。")]
FunnelCode = Annotated[str, typer.Option("--funnel", metavar="CODE", help="Funnel. 漏斗。")]
WHY = {
    "no_value": ("无数值", "no value"),
    "small_sample": ("样本不足", "too few cases"),
    "too_few": ("他人过少", "too few others"),
}


@app.command("rank")
def rank(
    *,
    outlet: Outlet = "",
    unit: Unit = "",
    kpi: Kpi = "",
    month: options.MonthWord = "",
    alike: Alike = "",
    model: Model = "",
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Rank an outlet's people, or a unit's outlets, by a KPI of a month. 排名。

    People see what their outlet shows them: names, none, each himself. 按门店的规则显示。
    """
    del lang
    if outlet and unit:
        raise BadValue(field="--unit", value=unit, why="--outlet / --unit")
    asked: dict[str, Any] = {"kpi": kpi, "period": _month(month), "group": alike, "model": model}
    viewer = asker(username)
    if unit:
        found = comparisons.outlet_ranking(viewer, unit=unit, **asked)
    else:
        found = comparisons.ranking(viewer, outlet=outlet, **asked)
    exporting(viewer, "ranking", form, of=found.of.code, kpi=found.kpi.code, period=found.period)
    if form == "json":
        write_json(_ranking_json(found))
        return
    title = f"{said(found.kpi.zh, found.kpi.en)} · {found.of.name}"
    heads = [
        said("对象", "Whose"), said("名次", "Place"), said("数值", "Value"), "n",
        said("说明", "Why not"),
    ]  # fmt: skip
    for board in found.boards:
        print_table(title, heads, [_place(found, row) for row in board.rows])
        if board.withheld:
            print_lines([said("其他人过少，不予显示。", "Too few others: not shown.")])


def _month(text: str) -> int:
    today = now().date()
    return options.month_of(text) if text else today.year * 100 + today.month


def _place(found: Ranking, row: Ranked) -> list[str]:
    why = WHY.get(row.why)
    return [
        sheets.of_title(row.of, language()) if row.of else "—",
        "—" if row.rank is None else str(row.rank),
        sheets.figure_text(row.cell.value, found.kpi.unit, found.kpi.decimals),
        sheets.figure_text(row.sample, "batch", 0),
        said(*why) if why else "",
    ]


def _ranking_json(found: Ranking) -> dict[str, Any]:
    return {
        "of": found.of.code,
        "by": found.by,
        "kpi": found.kpi.code,
        "period": found.period,
        "mode": found.mode,
        "model": found.model,
        "groups": [
            {
                "group": board.group,
                "withheld": board.withheld,
                "rows": [
                    {
                        "of": row.of.code if row.of else None,
                        "rank": row.rank,
                        "value": _exact(row.cell.value),
                        "counted": _exact(row.counted),
                        "sample": _exact(row.sample),
                        "why": row.why,
                    }
                    for row in board.rows
                ],
            }
            for board in found.boards
        ],
        "mark": found.mark,
    }


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


# -- weak spots --------------------------------------------------------------------------------


@app.command("weak-spots")
def weak_spots(
    *,
    outlet: options.OutletCode = "",
    month: options.MonthWord = "",
    best: Best = False,
    funnel: FunnelCode = "",
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Each consultant's weakest step, and what closing it is worth. 顾问短板。"""
    del lang
    viewer = asker(username)
    found = comparisons.weak_spots(
        viewer, outlet=outlet, period=_month(month), best=best, funnel=funnel
    )
    exporting(viewer, "weak_spots", form, of=found.of.code, period=found.period)
    if form == "json":
        write_json(_spots_json(found))
        return
    if found.against.withheld:
        print_lines([said("样本过少，不予显示。", "Too few stand behind it: not shown.")])
        return
    rates = [kpi for kpi in found.kpis if kpi.unit == "ratio"]
    heads = [
        said("顾问", "Consultant"), *(said(kpi.zh, kpi.en) for kpi in rates),
        said("最弱一步", "Weakest step"), said("可增加", "Worth"),
    ]  # fmt: skip
    codes = [kpi.code for kpi in rates]
    rows = [_spot(found, spot, codes) for spot in found.people]
    values = dict(zip((kpi.code for kpi in found.kpis), found.benchmark, strict=True))
    averages = [sheets.figure_text(values[kpi.code], kpi.unit, kpi.decimals) for kpi in rates]
    rows.append([sheets.whose_title(found.against, language()), *averages, "", ""])
    print_table(f"{said(found.funnel.zh, found.funnel.en)} · {found.of.name}", heads, rows)


def _spot(found: WeakSpots, spot: WeakSpot, rates: list[str]) -> list[str]:
    by_code = {step.kpi.code: step for step in spot.steps}
    weak = spot.weakest
    return [
        spot.of.name,
        *(_rate(by_code.get(code)) for code in rates),
        said(weak.kpi.zh, weak.kpi.en) if weak else "",
        sheets.figure_text(weak.worth, found.result.unit, 2) if weak else "",
    ]


def _rate(step: StepSeen | None) -> str:
    """With n, in brackets where it is too small to judge."""
    if step is None:
        return "—"
    text = sheets.figure_text(step.own.value, step.kpi.unit, step.kpi.decimals)
    count = f"n={sheets.figure_text(step.sample, 'batch', 0)}"
    return f"{text} {count if step.enough else f'({count})'}"


def _spots_json(found: WeakSpots) -> dict[str, Any]:
    return {
        "of": found.of.code,
        "period": found.period,
        "funnel": found.funnel.code,
        "result": found.result.code,
        "against": found.against.of.kind,
        "withheld": found.against.withheld,
        "benchmark": {
            kpi.code: _exact(value) for kpi, value in zip(found.kpis, found.benchmark, strict=True)
        },
        "people": [
            {
                "of": spot.of.code,
                "weakest": spot.weakest.kpi.code if spot.weakest else None,
                "worth": _exact(spot.weakest.worth) if spot.weakest else None,
                "steps": [
                    {
                        "kpi": step.kpi.code,
                        "own": _exact(step.own.value),
                        "worth": _exact(step.worth),
                        "sample": _exact(step.sample),
                        "enough": step.enough,
                    }
                    for step in spot.steps
                ],
            }
            for spot in found.people
        ],
        "mark": found.mark,
    }
