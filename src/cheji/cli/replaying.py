"""What `cheji score replay` and `cheji pay replay` have in common."""

from collections.abc import Iterator, Sequence
from typing import Any

import typer

from cheji.cli.kpi_versions import NO
from cheji.cli.output import echo, print_lines, said, write_json
from cheji.reads.replayed import Replayed
from cheji.records.refusals import BadValue


def which(run: int, *, every: bool) -> int | None:
    """The run that is asked for, None for all of them.

    Raises:
        BadValue: neither or both are named.
    """
    if bool(run) == every:
        why = said("写明计算编号或 --all", "name a run or --all")
        raise BadValue(field="RUN", value=run or "", why=why)
    return run or None


def tell_replays(
    found: Sequence[Replayed], form: str, counted: tuple[str, str], names: Sequence[str]
) -> None:
    """Print what was worked out again; the program ends with 1 when something differs.

    Args:
        found: the runs.
        form: `json` or `table`.
        counted: what a run has many of, in Chinese and in English, which is the key in JSON.
        names: the fields of what differs, in JSON.
    """
    zh, en = counted
    if form == "json":
        write_json([_as_json(one, en, names) for one in found])
    else:
        print_lines(line for one in found for line in _lines(one))
        count = sum(one.count for one in found)
        echo(f"共 {len(found)} 个计算，{count} 份{zh}。", f"{len(found)} runs, {count} {en}.")
    if any(one.broken for one in found):
        raise typer.Exit(NO)


def _as_json(one: Replayed, counted: str, names: Sequence[str]) -> dict[str, Any]:
    return {
        "run": one.run, "outlet": one.outlet, "period": one.period, "definition": one.definition,
        counted: one.count,
        "broken": [{name: getattr(broken, name) for name in names} for broken in one.broken],
    }  # fmt: skip


def _lines(one: Replayed) -> Iterator[str]:
    good = said("一致", "the same") if not one.broken else said("不一致", "NOT THE SAME")
    yield f"{one.run}  {one.outlet}  {one.when}  {one.definition}  {one.count}  {good}"
    for broken in one.broken:
        who = " ".join(filter(None, (broken.person, broken.name)))
        yield f"  {who}  {broken.what}: {broken.kept} → {broken.now}"
