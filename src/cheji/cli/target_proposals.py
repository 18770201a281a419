"""`cheji target propose`: proposing targets from below, and deciding on what is proposed."""

from typing import Annotated, Any

import typer

from cheji.actions import target_proposals as actions
from cheji.cli import options
from cheji.cli.asker import asker, exporting, now
from cheji.cli.output import echo, print_table, said, write_json
from cheji.files import sheets
from cheji.reads.targets import ProposalSeen, papers

from .targets import AimWord, Kpi, Model, Named, UnitCode, Why, cell_of, group

Number = Annotated[int, typer.Argument(help="As `proposals` lists it. 提案编号。")]


@group.command("propose")
def propose(
    value: Annotated[str, typer.Argument(help="Such as 40, 60% or none. 数值，none 清除。")],
    *,
    period: Annotated[str, typer.Option("--period", help="2026, 2026-11, 2026-Q4. 期间。")],
    kpi: Kpi = "deliveries",
    unit: UnitCode = "",
    person: options.Person = "",
    aim: AimWord = "goal",
    model: Model = "",
    reason: Why = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Propose a target; a second person decides on it. 提出目标建议。"""
    del lang
    viewer = asker(username)
    cell = cell_of(viewer, value, Named(kpi, period, unit, person, model, aim))
    (number,) = actions.propose(by=viewer, at=now(), cells=[cell], reason=reason)
    echo(f"已提交提案 {number}。", f"Proposal {number} is made.")


@group.command("proposals")
def proposals(
    *,
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Open proposals beside what stands and what is left above. 待审批提案。"""
    del lang
    viewer = asker(username)
    found = papers.proposals(viewer)
    exporting(viewer, "target_proposals", form, rows=len(found))
    if form == "json":
        write_json([_json(one) for one in found])
        return
    heads = [
        said("编号", "No."), said("对象", "Scope"), said("指标", "KPI"), said("期间", "Period"),
        said("修改", "Change"), said("上级目标", "Above"), said("剩余", "Left"),
        said("提案人", "By"), said("原因", "Reason"),
    ]  # fmt: skip
    print_table(said("待审批提案", "Open proposals"), heads, [_row(one) for one in found])


@group.command("accept")
def accept(number: Number, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Take a proposal over: it becomes the target. 通过提案。"""
    del lang
    actions.accept(by=asker(username), at=now(), proposal=number)
    echo(f"提案 {number} 已通过。", f"Proposal {number} is accepted.")


@group.command("decline")
def decline(
    number: Number, *, reason: Why = "", username: options.As = "", lang: options.Lang = ""
) -> None:
    """Decline a proposal, saying why. 驳回提案。"""
    del lang
    actions.decline(by=asker(username), at=now(), proposal=number, reason=reason)
    echo(f"提案 {number} 已驳回。", f"Proposal {number} is declined.")


def _row(one: ProposalSeen) -> list[str]:
    def text(value: Any) -> str:
        return sheets.figure_text(value, one.kpi.unit, one.kpi.decimals)

    changes = (f"{c.aim} {text(c.before)} → {text(c.after)}" for c in one.changes)
    kpi = " ".join(part for part in (said(one.kpi.zh, one.kpi.en), one.model) if part)
    return [
        str(one.id), one.of.name, kpi, str(one.period), ", ".join(changes),
        text(one.above), text(one.gap), one.by, said(*one.rule) if one.rule else one.reason,
    ]  # fmt: skip


def _json(one: ProposalSeen) -> dict[str, Any]:
    return {
        "id": one.id,
        "scope": one.of.code,
        "kpi": one.kpi.code,
        "model": one.model,
        "grain": one.grain,
        "period": one.period,
        "changes": {c.aim: [_exact(c.before), _exact(c.after)] for c in one.changes},
        "above": _exact(one.above),
        "left": _exact(one.gap),
        "reason": one.reason,
        "by": one.by,
    }


def _exact(value: Any) -> str | None:
    return None if value is None else str(value)
