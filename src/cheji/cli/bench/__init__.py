"""`cheji bench`: measured times and sizes, each subject in a folder and a database of its own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated

import typer
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from cheji.cli import app
from cheji.records.refusals import Refused
from cheji.records.visibility import of, operator

from . import asking, checking, delivering, importing, scale, scoring, settling, trying
from .measuring import Row, machine

NAMES: dict[str, Callable[[datetime], Iterator[Row]]] = {
    **dict.fromkeys(("import_read", "import_commit", "import", "import_undo"), importing.rows),
    **dict.fromkeys(
        ("demo_load", "sheet_by_outlet", "cockpit_page", "posting", "rebuild", "verify_chain"),
        asking.rows,
    ),
    "definition_check": checking.rows,
    **dict.fromkeys(scoring.NAMES, scoring.rows),
    **dict.fromkeys(("settle_million", "settle_orm_decimal"), settling.rows),
    "delivery_to_estimate": delivering.rows,
    **dict.fromkeys(("simulate_plans", "simulate_decimal"), trying.rows),
}
COLUMNS = (
    "name", "unit", "runs", "median_s", "cpu_s", "per_second", "peak_mib", "ratio", "baseline",
)  # fmt: skip


class NotForBench(Refused):
    """There is nothing called “{name}” to measure. Choose one of: {names}."""

    zh = "没有名为“{name}”的测项。可选：{names}。"


class NotEmpty(Refused):
    """Measuring needs an empty database. Type: python3 run.py bench"""

    zh = "测速需要空数据库。请执行：python3 run.py bench"


@app.command()
def bench(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON. 以 JSON 输出。")] = False,
    only: Annotated[
        str, typer.Option(help="Some rows of the table, by commas. 只测几项，以逗号分隔。")
    ] = "",
    facts: Annotated[int, typer.Option(help="A group with so many facts. 按事实数测大集团。")] = 0,
    mirror_only: Annotated[
        bool, typer.Option(help="With --facts: files alone. 与 --facts 同用：只测列式文件。")
    ] = False,
) -> None:
    """Measure times and sizes in a folder of its own. 在独立目录中测速。"""
    wanted = only.split(",") if only else list(NAMES)
    if unknown := [name for name in wanted if name not in NAMES]:
        raise NotForBench(name=unknown[0], names=", ".join(NAMES))
    now = timezone.localtime()
    if of(operator(now.date(), "bench")).units().exists():
        raise NotEmpty
    large = scale.rows(now, facts, table=not mirror_only) if facts else None
    found = list(_shown(large) if large else _rows(now, wanted))
    if as_json:
        table = {"machine": machine(), "rows": [row.as_json() for row in found]}
        typer.echo(json.dumps(table, ensure_ascii=False, indent=1))
    else:
        _print(found)


def _rows(now: datetime, wanted: list[str]) -> Iterator[Row]:
    """One subject is measured here; of several each in a process and a database of its own."""
    subjects = dict.fromkeys(NAMES[name] for name in wanted)
    if len(subjects) == 1:
        yield from (row for row in _shown(NAMES[wanted[0]](now)) if row.name in wanted)
        return
    for subject in subjects:
        yield from _apart([name for name in wanted if NAMES[name] is subject])


def _apart(names: list[str]) -> Iterator[Row]:
    """Rows of one subject, measured by this program started anew; its failure is ours."""
    words = [sys.executable, "-m", "cheji", "bench", "--json", "--only", ",".join(names)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603
        try:
            told, _ = child.communicate()
        except BaseException:
            child.terminate()
            raise
    if child.returncode:
        raise typer.Exit(child.returncode)
    yield from (Row(**row) for row in json.loads(told)["rows"])


def _shown(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        typer.echo(f"{row.name}: {row.median_s} s, {row.cpu_s} s CPU", err=True)
        yield row


def _print(found: list[Row]) -> None:
    """The table, and under it the machine; a ratio is time over the baseline's time."""
    table = Table()
    for column in COLUMNS:
        words = column in ("name", "unit", "baseline")
        whole = column not in ("unit", "baseline")
        table.add_column(column, justify="left" if words else "right", no_wrap=whole)
    for row in found:
        values = row.as_json()
        cells = ("—" if values[name] is None else str(values[name]) for name in COLUMNS)
        table.add_row(*cells)
    Console(width=130).print(table)
    facts = "  ".join(f"{name} {value}" for name, value in machine().items())
    typer.echo(
        f"{facts}\n比值 = 本项用时 ÷ 基准用时，越小越好；内存为本进程及读表子进程的峰值。\n"
        "ratio = time over the baseline's time, smaller is better; "
        "memory is the peak of this process and its file readers."
    )
