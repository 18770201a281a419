"""Keeping a calculation as a run, from what the reads found."""

from dataclasses import asdict

from cheji.actions import runs
from cheji.cli.asker import now
from cheji.cli.output import echo
from cheji.reads.kept import Kept
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
