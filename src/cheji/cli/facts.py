"""`cheji facts` and `cheji verify`: whether what is kept agrees with itself."""

from typing import Annotated

import typer
from django.db import transaction

from cheji.cli import app, options
from cheji.cli.asker import asker, now
from cheji.cli.audit import anchors
from cheji.cli.output import bar, echo, print_lines, said, write_json
from cheji.facts import mark as current_mark
from cheji.facts import mirror, rebuilding, verifying

group = typer.Typer(help="Facts: rebuild, mark. 事实表。", no_args_is_help=True)
app.add_typer(group, name="facts")
SHOWN = 50


@group.command("rebuild")
def rebuild(
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Post what differs. 补记差异。")] = False,
    lang: options.Lang = "",
) -> None:
    """Post all records anew beside the facts and compare. 由记录重算事实并比对。

    Without --apply nothing is changed; the exit code is 1 when something differs. Facts are never
    edited: --apply adds what is missing and reverses what is too much.
    不加 --apply 时只比对，有差异则退出码为 1；加 --apply 时补记差异，已有事实不作修改。
    """
    del lang
    with transaction.atomic():
        count = rebuilding.rebuild(lambda noun, rows: print_lines([f"  {noun}: {rows:,}"]))
        found = rebuilding.differences()
        echo(
            f"重算 {count:,} 条事实，{len(found)} 条记录有差异。",
            f"{count:,} facts rebuilt; {len(found)} records differ.",
        )
        print_lines(f"  {one.noun} {one.source}" for one in found[:SHOWN])
        if found and apply:
            _apply(found)
    if found and not apply:
        raise typer.Exit(1)


def _apply(found: list[rebuilding.Differs]) -> None:
    added = rebuilding.repair(found, by=asker(), at=now())
    echo(f"已补记 {added} 条事实。", f"{added} facts added.")


def follow() -> None:
    """After an upgrade: let the facts follow what the new version says of the records."""
    if not rebuilding.anything_said():
        return
    echo("升级：正在由记录核对事实……", "Upgrade: comparing the facts with the records…", err=True)
    with transaction.atomic():
        rebuilding.rebuild()
        found = rebuilding.differences()
        added = rebuilding.repair(found, by=asker(), at=now()) if found else 0
    echo(f"已补记 {added} 条事实。", f"{added} facts added.", err=True)


@group.command("mark")
def mark(*, lang: options.Lang = "") -> None:
    """Print the id up to which every fact is settled. 显示已落定的最大事实编号。"""
    del lang
    typer.echo(current_mark())


@group.command("mirror")
def keep_mirror(
    *,
    anew: Annotated[bool, typer.Option("--rebuild", help="Make it anew. 重新生成。")] = False,
    only_check: Annotated[bool, typer.Option("--check", help="Only compare. 只比对。")] = False,
    lang: options.Lang = "",
) -> None:
    """Bring the columnar mirror up to the newest fact and compare it. 更新并比对列式镜像。

    The mirror (Parquet files in the data folder) answers questions about many outlets. It is a copy
    that can be made anew at any time; the exit code is 1 when it differs from the facts.
    镜像（数据目录中的 Parquet 文件）用于多门店统计，随时可以重新生成；与事实表不一致时退出码为 1。
    """
    del lang
    place = mirror.folder()
    if not only_check:
        take = mirror.rebuild if anew else mirror.append
        with bar(said("事实", "facts")) as progress:
            count = take(place, progress)
        echo(f"已收入 {count:,} 条事实。", f"{count:,} facts taken in.")
    wrong = mirror.check(place)
    held = place.held()
    echo(
        f"镜像共 {held.rows:,} 条事实，{len(held.parts)} 个文件，至第 {held.mark} 号；"
        f"{len(wrong)} 处与事实表不一致。",
        f"The mirror holds {held.rows:,} facts in {len(held.parts)} files up to number "
        f"{held.mark}; {len(wrong)} kinds and months differ from the facts.",
    )
    print_lines(f"  {one.month} {one.kind}: {one.mirror} / {one.table}" for one in wrong[:SHOWN])
    if wrong:
        raise typer.Exit(1)


@app.command("verify")
def verify(*, form: options.TextFormat = "table", lang: options.Lang = "") -> None:
    """Check the audit chain, facts, sums and closed runs. 核验审计链、事实、合计与已关账计算。

    The exit code is 1 when a check fails. 任一核验不符时退出码为 1。
    """
    del lang
    found = verifying.verify(anchors())
    if form == "json":
        names = ("code", "ok", "count", "detail_zh", "detail_en")
        write_json([{name: getattr(one, name) for name in names} for one in found])
    else:
        for one in found:
            word = said("相符", "ok") if one.ok else said("不符", "WRONG")
            print_lines([f"{word:6} {one.code} {one.count:,} {said(one.detail_zh, one.detail_en)}"])
    if not all(one.ok for one in found):
        raise typer.Exit(1)
