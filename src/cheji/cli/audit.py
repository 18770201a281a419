"""`cheji audit`: the head of the audit chain, kept outside the database."""

from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from cheji.cli import app, options
from cheji.cli.asker import now
from cheji.cli.output import echo
from cheji.records import audit

group = typer.Typer(help="Audit log. 审计日志。", no_args_is_help=True)
app.add_typer(group, name="audit")


def anchors() -> Path:
    """The file of anchors in the data folder."""
    return Path(settings.CHEJI_DATA) / "audit-anchors.txt"


@group.command("anchor")
def anchor(
    *,
    to: Annotated[
        Path | None, typer.Option("-o", "--output", help="File; better elsewhere. 锚点文件。")
    ] = None,
    lang: options.Lang = "",
) -> None:
    """Append the head of the audit chain to a file. 把审计链的最新摘要追加到文件。

    A log that is cut or rewritten afterwards no longer fits it. 此后截断或改写日志即可被发现。
    """
    del lang
    file = to or anchors()
    head = audit.anchor(file, now())
    if head is None:
        echo("审计日志为空。", "The audit log is empty.")
        return
    echo(f"第 {head.position} 条已记入 {file}", f"Position {head.position} kept in {file}")
