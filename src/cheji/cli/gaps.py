"""`cheji gap`: where a gap to a benchmark comes from, step by step."""

from typing import Annotated, Any

import typer

from cheji.cli import app, language, options
from cheji.cli.asker import asker, exporting, now
from cheji.cli.output import print_lines, print_table, said, write_json
from cheji.files import sheets
from cheji.reads import comparisons
from cheji.reads.comparisons import GapSeen, StepSeen

Against = Annotated[
    str,
    typer.Option(
        metavar="BENCHMARK",
        help="nation, region, nation_best, region_best, similar, previous, last_year, people, "
        "people_best, published:SERIES, or the code of an outlet. 对比对象。",
    ),
]
FunnelCode = Annotated[str, typer.Option(metavar="CODE", help="Funnel. 漏斗。")]


@app.command("gap")
def gap(
    *,
    outlet: Annotated[str, typer.Option(metavar="CODE", help="Outlet code. 门店代码。")] = "",
    person: options.Person = "",
    against: Against = "",
    funnel: FunnelCode = "",
    month: options.MonthWord = "",
    form: options.TextFormat = "table",
    output: options.Output = None,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Split a gap over the steps of a funnel. 将差距拆解到漏斗的每一步。

    The parts of the steps add up to the gap exactly. 各步之和恰好等于差距。
    """
    del lang
    today, viewer = now().date(), asker(username)
    found = comparisons.gap(
        viewer,
        funnel=funnel,
        outlet=outlet,
        person=person,
        against=against,
        period=options.month_of(month) if month else today.year * 100 + today.month,
    )
    exporting(viewer, "gap", form, funnel=found.funnel.code, period=found.period)
    if form == "json":
        write_json(as_json(found), output)
    else:
        _print(found)


def as_json(found: GapSeen) -> dict[str, Any]:
    """The gap with exact parts as "num/den" texts."""
    return {
        "funnel": found.funnel.code,
        "result": found.result.code,
        "period": found.period,
        "own": _exact(found.own.value),
        "against": {
            "kind": found.benchmark_column.of.kind,
            "code": found.benchmark_column.of.code,
            "period": found.benchmark_column.period,
            "how": found.benchmark_column.how,
            "source": found.benchmark_column.source,
            "withheld": found.benchmark_column.withheld,
            "value": _exact(found.benchmark.value),
        },
        "gap": _exact(found.gap),
        "rest": _exact(found.rest),
        "steps": [_step(step) for step in found.steps],
        "adds_up": found.adds_up,
        "mark": found.mark,
    }


def _step(step: StepSeen) -> dict[str, Any]:
    return {
        "kpi": step.kpi.code,
        "own": _exact(step.own.value),
        "benchmark": _exact(step.benchmark.value),
        "part": _exact(step.part),
        "worth": _exact(step.worth),
        "sample": _exact(step.sample),
        "weakest": step.weakest,
    }


def _exact(value: Any) -> str | None:
    return None if value is None else str(value)


def _print(found: GapSeen) -> None:
    """The steps as rows, the gap as the last one."""
    whom = sheets.whose_title(found.benchmark_column, language())
    if found.benchmark_column.period != found.period:
        whom = sheets.past_title(found.benchmark_column, language())
    if found.benchmark_column.withheld:
        print_lines([said(f"{whom}：样本过少，不予显示。", f"{whom}: too few, not shown.")])
        return
    heads = [
        said("步骤", "Step"), said("本方", "Own"), whom, said("差距贡献", "Part"),
        said("补齐可得", "Worth"), "n",
    ]  # fmt: skip
    rows = [
        [
            said(step.kpi.zh, step.kpi.en),
            sheets.figure_text(step.own.value, step.kpi.unit, step.kpi.decimals),
            sheets.figure_text(step.benchmark.value, step.kpi.unit, step.kpi.decimals),
            _number(found, step.part),
            _number(found, step.worth) if step.worth > 0 else "",
            sheets.figure_text(step.sample, "batch", 0),
        ]
        for step in found.steps
    ]
    if found.rest:
        rows.append([said("漏斗之外", "Not told"), "", "", _number(found, found.rest), "", ""])
    own, other = (
        sheets.figure_text(cell.value, found.result.unit, 2)
        for cell in (found.own, found.benchmark)
    )
    rows.append(
        [said(found.result.zh, found.result.en), own, other, _number(found, found.gap), "", ""]
    )
    title = f"{said(found.funnel.zh, found.funnel.en)} · {found.period}"
    print_table(title, heads, rows)
    print_lines([said("核对：各步之和等于差距。", "Check: the parts add up to the gap.")])


def _number(found: GapSeen, value: Any) -> str:
    return sheets.figure_text(value, found.result.unit, 2)
