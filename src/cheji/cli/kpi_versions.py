"""`cheji kpi check|diff|publish`: KPIs in files and versions, held against what is in force."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cheji.actions import definitions
from cheji.cli import options
from cheji.cli.asker import asker, now
from cheji.cli.definitions import AtOutlet, bodies_of, outlet_id, tell
from cheji.cli.kpis import group
from cheji.cli.output import echo, print_lines, said, write_json
from cheji.engine.definitions import as_json
from cheji.engine.definitions.differences import Difference, differences
from cheji.engine.findings import Finding
from cheji.reads import versions
from cheji.reads.definitions import KINDS, catalogue
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer

Starting = Annotated[
    str, typer.Option("--from", metavar="DATE", help="First day; today's if absent. 生效日。")
]
File = Annotated[Path, typer.Argument(help="YAML as in a pack. YAML 文件。")]
NO = 1  # exit code: it was done, and the answer is "no"
Body = Mapping[str, Any]


class NeedsAnAccount(Refused):
    """Publishing needs the account of a second person: add --as USERNAME."""

    zh = "发布须使用第二人的账号：请加 --as 用户名。"


@group.command("check")
def check(
    file: File,
    *,
    since: Starting = "",
    outlet: AtOutlet = "",
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Check a file: every finding with its place and mend; exit code 1 when there are some.

    检查文件：一次列出全部问题、位置和改法；有问题时退出码为 1。
    """
    del lang
    viewer = asker(username)
    on = options.day(since) if since else viewer.on
    bodies = bodies_of(file)
    found = versions.faults_of_all(bodies, on=on, outlet=outlet_id(viewer, outlet))
    if form == "json":
        write_json({"count": len(bodies), "findings": [_as_json(one) for one in found]})
    elif found:
        tell(found)
    else:
        echo(f"{len(bodies)} 个定义，没有问题。", f"{len(bodies)} definitions, nothing wrong.")
    if found:
        raise typer.Exit(NO)


def _as_json(found: Finding) -> dict[str, str]:
    names = ("code", "place", "zh", "en", "mend_zh", "mend_en")
    return {name: getattr(found, name) for name in names}


@group.command("diff")
def diff(
    left: Annotated[str, typer.Argument(help="A version's number, or a file. 版本号或文件。")],
    right: Annotated[
        str, typer.Argument(help="Another version; absent: what is in force. 另一版本，默认现行。")
    ] = "",
    *,
    outlet: AtOutlet = "",
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Say field by field what differs; exit code 1 when something does.

    Two versions by number; one version against the one it follows; or a file against what is in
    force. 逐字段比较：两个版本、一个版本与其前一版本、或文件与现行定义；有差异时退出码为 1。
    """
    del lang
    viewer = asker(username)
    pairs = _pairs(viewer, left, right, outlet_id(viewer, outlet))
    found = {name: differences(old, new) for name, (old, new) in pairs.items()}
    if form == "json":
        write_json({name: [_told(one) for one in parts] for name, parts in found.items()})
    else:
        print_lines(_lines(found))
    if any(found.values()):
        raise typer.Exit(NO)


def _pairs(
    viewer: Viewer, left: str, right: str, outlet: int | None
) -> dict[str, tuple[Body, Body]]:
    """What is compared, by kind and code: the older body first."""
    if not left.isdecimal():
        return _against_force(viewer, Path(left), outlet)
    one = versions.version(viewer, int(left))
    other = versions.version(viewer, int(right)) if right else versions.before(viewer, one)
    old, new = (one, other) if right else (other, one)
    name = f"{one.kind} {one.code}"
    return {name: (old.body if old else {}, new.body if new else {})}


def _against_force(viewer: Viewer, file: Path, outlet: int | None) -> dict[str, tuple[Body, Body]]:
    held = versions.in_force(catalogue(viewer.on, outlet))
    found = {}
    for kind, body in bodies_of(file):
        code = body.get("code")
        old: Body = next((own for own in held[KINDS[kind]] if own["code"] == code), {})
        found[f"{kind} {code}"] = (as_json(old), as_json(body))
    return found


def _told(one: Difference) -> dict[str, Any]:
    return {"place": one.place, "old": one.old, "new": one.new}


def _lines(found: Mapping[str, list[Difference]]) -> Iterable[str]:
    for name, parts in found.items():
        yield f"{name}: " + (said("无差异", "no difference") if not parts else "")
        for one in parts:
            yield f"  {one.place}"
            yield f"    - {_text(one.old)}"
            yield f"    + {_text(one.new)}"


def _text(value: Any) -> str:
    return "—" if value is None else str(value)


@group.command("publish")
def publish(
    numbers: Annotated[list[int], typer.Argument(help="Numbers of drafts. 草稿编号。")],
    *,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Check drafts and publish them, in their order; needs another account than the author's.

    按顺序检查并发布草稿；须使用作者以外的账号。
    """
    del lang
    by = asker(username)
    if by.operator:
        raise NeedsAnAccount
    for number in numbers:
        _publish(by, number)


def _publish(by: Viewer, number: int) -> None:
    try:
        definitions.publish(by=by, at=now(), version=number)
    except definitions.HasFindings as refused:
        tell(refused.findings)
        raise
    echo(f"已发布 {number}。", f"Published {number}.")
