"""`cheji score cycle`: cycles listed, opened, moved on, published and applied; their papers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from cheji.actions import appraisals as act
from cheji.cli import language, options
from cheji.cli.asker import asker, exporting, now
from cheji.cli.output import echo, print_table, said, write_bytes, write_json
from cheji.cli.scores import group as scores
from cheji.engine.periods import Grain
from cheji.engine.scores.cycles import BY_CODE, ORDER
from cheji.files import papers, sheets
from cheji.reads.appraisals.cycles import CycleSeen, cycles
from cheji.reads.appraisals.figures import cycle_figures
from cheji.reads.appraisals.papers import paper_of
from cheji.reads.appraisals.summaries import Summary, summary_of
from cheji.reads.asking import Asked
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer, of, one

group = typer.Typer(help="Appraisal cycles. 考核周期。", no_args_is_help=True)
scores.add_typer(group, name="cycle")

Number = Annotated[int, typer.Argument(metavar="CYCLE", help="As `list` lists it. 周期编号。")]
Why = Annotated[str, typer.Option("--why", help="Reason; kept. 原因。")]
PaperWord = Literal["contract", "evaluation", "feedback", "letter", "certificate"]


@group.command("list")
def list_(
    *,
    form: options.TableFormat = "table",
    output: options.Output = None,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Cycles, the newest first, with what is still to be done. 考核周期清单。"""
    del lang
    viewer = asker(username)
    found = cycles(viewer, Asked(size=500)).rows
    exporting(viewer, "cycles", form, rows=len(found))
    heads = ("id", "name", "unit", "grain", "period", "state", "people", "open", "due_on")
    rows = [
        (
            one_.id, one_.name, one_.unit.code, one_.grain, one_.period, one_.state, one_.people,
            one_.open, one_.due_on,
        )
        for one_ in found
    ]  # fmt: skip
    if form == "json":
        write_json(
            [
                {**dict(zip(heads, row, strict=True)), "due_on": row[-1] and str(row[-1])}
                for row in rows
            ],
            output,
        )
    elif form == "csv":
        write_bytes(sheets.csv_bytes([heads, *([_text(v) for v in row] for row in rows)]), output)
    else:
        _print(found)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _print(found: tuple[CycleSeen, ...]) -> None:
    heads = [
        said("编号", "No."), said("名称", "Name"), said("组织", "Unit"), said("期间", "Period"),
        said("阶段", "Step"), said("到期", "Due"), said("人数", "People"), said("待办", "Open"),
    ]  # fmt: skip
    rows = [
        [
            str(one_.id), one_.name, one_.unit.name, sheets.period_title(one_.grain, one_.period),
            _step(one_.state), _text(one_.due_on), str(one_.people), str(one_.open),
        ]
        for one_ in found
    ]  # fmt: skip
    print_table("", heads, rows, words=6)


def _step(state: str) -> str:
    return said(BY_CODE[state].zh, BY_CODE[state].en)


@group.command("show")
def show(
    cycle: Number,
    *,
    form: options.SheetFormat = "table",
    output: options.Output = None,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Everybody of a cycle with his result; xlsx holds everything. 周期结果，xlsx 含全部明细。"""
    del lang
    viewer = asker(username)
    found = summary_of(viewer, cycle)
    if form == "table":
        print_table(found.name, _heads(), list(_rows(found)), words=5)
        return
    viewer.must("export")
    exporting(viewer, "cycle", form, cycle=cycle, rows=len(found.parts))
    if form == "xlsx":
        write_bytes(papers.summary_xlsx(found, language()), output, binary=True)
    elif form == "csv":
        write_bytes(sheets.csv_bytes([_heads(), *_rows(found)]), output)
    else:
        write_json(_json(found), output)


def _heads() -> list[str]:
    return [
        said("工号", "Number"), said("姓名", "Name"), said("门店", "Outlet"),
        said("上级", "Manager"), said("说明", "Note"), said("天数", "Days"), said("总分", "Total"),
        said("等级", "Grade"), said("系数", "Coefficient"),
    ]  # fmt: skip


def _rows(found: Summary) -> Iterator[list[str]]:
    """A row for each part; a person's result stands beside his last one."""
    last = {part.person.id: part.id for part in found.parts if not part.left_out}
    for part in found.parts:
        mine = last.get(part.person.id) == part.id
        result = found.results.get(part.person.id) if mine else None
        yield [
            part.person.number, part.person.name, part.outlet.code, part.manager, part.left_out,
            str(part.days), sheets.figure_text(result.total, "point", 2) if result else "",
            result.grade if result else "",
            sheets.figure_text(result.coefficient, "point", 2) if result else "",
        ]  # fmt: skip


def _json(found: Summary) -> dict[str, object]:
    return {
        "id": found.id, "name": found.name, "grain": found.grain, "period": found.period,
        "state": found.state, "unit": found.unit.code,
        "appraisals": [
            {
                "id": part.id, "number": part.person.number, "outlet": part.outlet.code,
                "role": part.role, "since": str(part.since), "until": str(part.until),
                "days": part.days, "left_out": part.left_out, "agreed": part.agreed,
                "open_tasks": part.open_tasks,
            }
            for part in found.parts
        ],
        "results": [
            {
                "number": part.person.number, "run": result.run, "grade": result.grade,
                "total": None if result.total is None else str(result.total),
                "coefficient": None if result.coefficient is None else str(result.coefficient),
                "adjusted": result.adjusted,
            }
            for part in {part.person.id: part for part in found.parts}.values()
            if (result := found.results.get(part.person.id))
        ],
    }  # fmt: skip


# -- moving ----------------------------------------------------------------------------------------


@group.command("open")
def open_(
    name: Annotated[str, typer.Argument(help="What it is called. 名称。")],
    *,
    unit: Annotated[str, typer.Option("--unit", metavar="CODE", help="Whose people. 组织代码。")],
    period: Annotated[str, typer.Option("--period", help="2026-11, 2026-Q4, 2026. 期间。")],
    scheme: Annotated[
        list[str], typer.Option("--scheme", metavar="ROLE=CODE", help="By post. 岗位=方案。")
    ],
    due: Annotated[
        list[str] | None, typer.Option("--due", metavar="STEP=DATE", help="阶段=到期日。")
    ] = None,
    without: Annotated[
        str, typer.Option("--without", metavar="STEPS", help="Left out, with commas. 省略的阶段。")
    ] = "",
    appeal_days: Annotated[int, typer.Option("--appeal-days", help="申诉天数。")] = 7,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Open a cycle in draft. 开启考核周期。"""
    del lang
    viewer = asker(username)
    where = one(of(viewer).units_below(), "unit", unit, code=unit).pk
    grain = grain_of(period)
    plan = act.Plan(
        where, name, grain, options.period_key(period, grain), _pairs("--scheme", scheme),
        {step: options.day(on) for step, on in _pairs("--due", due or []).items()},
        options.codes(without), appeal_days,
    )  # fmt: skip
    done = act.open_cycle(by=viewer, at=now(), plan=plan)
    echo(f"已开启周期 {done.id}。", f"Cycle {done.id} is open.")


def grain_of(period: str) -> Grain:
    """The grain that a period is written in."""
    text = period.upper()
    for mark, grain in (("W", "week"), ("Q", "quarter"), ("H", "half")):
        if mark in text:
            return cast("Grain", grain)
    return "month" if len(text) > 4 else "year"


def _pairs(field: str, words: list[str]) -> dict[str, str]:
    found = {}
    for word in words:
        name, mark, value = word.partition("=")
        if not mark:
            raise BadValue(field=field, value=word, why="NAME=VALUE")
        found[name.strip()] = value.strip()
    return found


@group.command("advance")
def advance(
    cycle: Number,
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="STEP", help=f"{', '.join(ORDER)}. 阶段。")
    ] = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Move a cycle into its next step. 推进到下一阶段。"""
    del lang
    viewer = asker(username)
    act.advance(by=viewer, at=now(), cycle=cycle, to=to)
    _say_step(viewer, cycle)


@group.command("back")
def back(cycle: Number, *, why: Why, username: options.As = "", lang: options.Lang = "") -> None:
    """Go back one step with a reason, before publication. 退回上一阶段。"""
    del lang
    viewer = asker(username)
    act.step_back(by=viewer, at=now(), cycle=cycle, why=why)
    _say_step(viewer, cycle)


@group.command("renew")
def renew(cycle: Number, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Follow joins, leaves and moves since the opening. 更新人员。"""
    del lang
    count = act.renew(by=asker(username), at=now(), cycle=cycle)
    echo(f"更新 {count} 份考核表。", f"{count} appraisals changed.")


@group.command("remind")
def remind(cycle: Number, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Remind those who still have something to do, once a day. 催办。"""
    del lang
    count = act.remind(by=asker(username), at=now(), cycle=cycle)
    echo(f"已提醒 {count} 人。", f"{count} people are reminded.")


@group.command("publish")
def publish(cycle: Number, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Publish a cycle as the second person: scores are worked out and frozen. 公布考核结果。"""
    del lang
    viewer = asker(username)
    found = cycle_figures(viewer, cycle)
    act.publish(by=viewer, at=now(), cycle=cycle, figures=found.figures, mark=found.mark)
    _say_step(viewer, cycle)


@group.command("apply")
def apply(cycle: Number, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Write down what follows from an archived cycle. 应用考核结果。"""
    del lang
    viewer = asker(username)
    act.apply(by=viewer, at=now(), cycle=cycle)
    _say_step(viewer, cycle)


def _say_step(viewer: Viewer, cycle: int) -> None:
    state = one(of(viewer).cycles(), "cycle", cycle, pk=cycle).state
    echo(f"周期 {cycle}：{BY_CODE[state].zh}", f"Cycle {cycle}: {BY_CODE[state].en}")


# -- papers ----------------------------------------------------------------------------------------


@group.command("paper")
def paper(
    appraisal: Annotated[int, typer.Argument(help="As `show --format json` has it. 考核表编号。")],
    which: Annotated[PaperWord, typer.Argument(help="Which paper. 合约、评分表、反馈表、通知书。")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write. 输出文件。")],
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Write a paper of an appraisal as PDF. 导出绩效合约、评分表、反馈表或结果通知书。"""
    del lang
    viewer = asker(username)
    content = papers.paper_pdf(paper_of(viewer, appraisal), which, language())
    exporting(viewer, "paper", "pdf", appraisal=appraisal, paper=which)
    write_bytes(content, output, binary=True)


@group.command("summary")
def summary(
    cycle: Number,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write. 输出文件。")],
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Write the summary of a cycle as PDF. 导出周期汇总。"""
    del lang
    viewer = asker(username)
    viewer.must("export")
    found = summary_of(viewer, cycle)
    exporting(viewer, "cycle", "pdf", cycle=cycle, rows=len(found.parts))
    write_bytes(papers.summary_pdf(found, language()), output, binary=True)
