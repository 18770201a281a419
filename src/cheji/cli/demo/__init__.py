"""`cheji demo`: an invented dealer group, loaded through the same verbs as a user's data."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import typer
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cheji.cli import app, run_command, typed
from cheji.records.refusals import Refused
from cheji.records.visibility import of, operator

from . import loading
from .accounts import ACCOUNTS, PASSWORD
from .people import GROUP_CODE

SEED = 20
Size = Literal["outlet", "group", "large"]


class HasRealData(Refused):
    """This data folder holds data of your own, so no demo is loaded into it. \
    Name another folder: CHEJI_DATA=demo-data python3 run.py demo"""  # noqa: D205, D209  the message

    zh = (
        "该数据目录中已有您自己的数据，不会载入演示数据。"
        "请另用一个目录：CHEJI_DATA=demo-data python3 run.py demo"
    )


@app.command()
def demo(
    *,
    size: Annotated[
        Size, typer.Option(help="outlet: 1, group: 12, large: 72 outlets. 门店数。")
    ] = "group",
    serve: Annotated[bool, typer.Option(help="Serve it afterwards. 载入后启动网页服务。")] = True,
    seed: Annotated[int, typer.Option(help="Another number, another story. 随机种子。")] = SEED,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port. 端口。")] = 8000,
) -> None:
    """Load an invented dealer group and serve it. 载入演示集团并启动。"""
    if _state() == "real":
        raise HasRealData
    if _state() == "empty":
        with _shown() as progress:
            counts = loading.load(size, seed, timezone.localtime(), progress)
        _say_counts(counts)
    _say_accounts(port if serve else None)
    if serve:
        run_command("serve", port=port)


def _state() -> Literal["empty", "demo", "real"]:
    """What the data folder holds; the load is one transaction, so a demo is there whole."""
    units = of(operator(timezone.localdate(), "demo")).units()
    if units.filter(kind="group", code=GROUP_CODE).exists():
        return "demo"
    return "real" if units.exists() else "empty"


@contextmanager
def _shown() -> Iterator[loading.Progress]:
    """A progress bar on the terminal; elsewhere a line as each stage begins."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    columns = (TextColumn("{task.description:<36}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("准备 / Preparing", total=None)

        def progress(title: str, done: int, total: int) -> None:
            bar.update(task, description=title, completed=done, total=total)

        yield progress
        bar.update(task, description="完成 / Done", completed=1, total=1)


def _lines() -> loading.Progress:
    said: set[str] = set()

    def progress(title: str, _done: int, _total: int) -> None:
        if title not in said:
            said.add(title)
            typer.echo(f"{title} …", err=True)

    return progress


def _say_counts(counts: dict[str, int]) -> None:
    listed = "  ".join(f"{kind} {number:,}" for kind, number in counts.items())
    typer.echo(f"\n已载入演示数据 / Demo data loaded: {listed}")


def _say_accounts(port: int | None) -> None:
    """Address and accounts, and that nothing here is real."""
    table = Table(title="演示账号 / Demo accounts", title_justify="left")
    for title in ("角色", "Role", "用户名 / User", "密码 / Password"):
        table.add_column(title, no_wrap=True)
    for account in ACCOUNTS:
        table.add_row(account.zh, account.en, account.username, PASSWORD)
    console = Console(width=None if sys.stdout.isatty() else 100)
    console.print()
    console.print(table)
    typer.echo(
        "第一家门店的其他销售人员以工号登录，密码相同，可体验考核周期。\n"
        "The others who sell at the first outlet sign in by staff number, for the appraisal cycle."
    )
    typer.echo(
        "以上均为虚构数据，密码公开：请勿对外开放，也勿录入真实客户。\n"
        "All of this is invented and the password is public: "
        "do not open it to a network, do not enter real customers."
    )
    if port is None:
        typer.echo(f"启动 / Start it: {typed('serve')}")
    else:
        typer.echo(f"地址 / Address: http://127.0.0.1:{port}")
