"""Keeping a calculation as a run, from what the reads found."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.utils import timezone

from cheji.actions import pay as pay_actions
from cheji.actions import runs
from cheji.cli.asker import now
from cheji.cli.output import echo, said
from cheji.reads import runs as run_reads
from cheji.reads.appraisals import ScoreSeen
from cheji.reads.kept import Kept
from cheji.reads.pay import StatementSeen
from cheji.reads.pay.closers import closers_beside
from cheji.records.calculations import Calculation
from cheji.records.pay_states import LOOSE
from cheji.records.visibility import Viewer


def keep(viewer: Viewer, found: Kept) -> None:
    """Write the calculation down; an open run of the same scope and month is replaced."""
    done = runs.keep(
        by=viewer,
        at=now(),
        kind=found.kind,
        outlet=found.outlet,
        period=found.period,
        definition=found.definition,
        digest=found.digest,
        mark=found.mark,
        lines=[runs.KeptLine(**asdict(line)) for line in found.lines],
        total=found.total,
        grain=found.grain,
    )
    echo(
        f"已保存为计算 {done.id}，共 {done.lines} 行。",
        f"Kept as run {done.id}, {done.lines} lines.",
        err=True,
    )


def warn_of_close(viewer: Viewer, outlets: Sequence[int]) -> None:
    """Say who else may close what this account is about to work out."""
    found = closers_beside(viewer, outlets)
    if found is None:
        return
    names, lacking = "、".join(found.names) or "无", "、".join(found.without)
    echo(
        f"由本账号计算后须由他人关账；另有权者：{names}。"
        + (f"以下门店无他人可关账：{lacking}。" if lacking else ""),
        f"What this account works out, another closes; others who may: "
        f"{', '.join(found.names) or 'nobody'}."
        + (f" Nobody else may at: {', '.join(found.without)}." if lacking else ""),
        err=True,
    )


def keep_pay(viewer: Viewer, at: datetime, found: Calculation) -> None:
    """Write pay down; a run of the same scope and month that is not reviewed is replaced.

    `at` is when it was begun: what is decided while it is worked out came after it.
    """
    done = pay_actions.calculate(by=viewer, at=at, made=found)
    count = len(found.people)
    echo(
        f"已保存为计算 {done.id}，共 {count} 人。",
        f"Kept as run {done.id}, {count} people.",
        err=True,
    )
    if found.found:
        waiting = len(found.found)
        echo(f"待决事项 {waiting} 项。", f"{waiting} records wait for a decision.", err=True)


def standing(
    viewer: Viewer, kind: str, found: Sequence[ScoreSeen] | Sequence[StatementSeen]
) -> list[str]:
    """Which kept, still open runs the figures come from, and whether facts came later."""
    kept = {one.run: one for one in found if one.run is not None and one.state in LOOSE}
    lines = []
    for one in kept.values():
        seen = run_reads.of_month(viewer, kind, one.outlet.id, one.month)
        lines += [_kept_at(run) for run in seen if run.id == one.run]
    return lines


def _kept_at(run: run_reads.RunSeen) -> str:
    at = f"{timezone.localtime(run.made_at):%Y-%m-%d %H:%M}"
    text = said(f"以上为 {at} 保存的结果", f"These are the figures kept at {at}")
    if run_reads.outdated(run):
        text += said(
            "；保存后有新数据，可重新计算保存（--keep）",
            "; facts came later: calculate and keep again (--keep)",
        )
    return text + said("。", ".")
