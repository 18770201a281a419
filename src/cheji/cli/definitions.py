"""`cheji definitions`: packs, versions, drafts and switches of counting."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from cheji.actions import definition_bundles, definitions
from cheji.cli import app, options
from cheji.cli.asker import asker, now
from cheji.cli.output import echo, print_lines, print_table, said, write_bytes, write_json
from cheji.engine.definitions import Definitions
from cheji.engine.findings import Finding
from cheji.packs import codes, dump, dump_all, read_yaml
from cheji.reads.definitions import KINDS, Catalogue, catalogue
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Viewer, of, one

group = typer.Typer(help="Definitions: KPIs, schemes, plans, switches. 口径与方案。")
app.add_typer(group, name="definitions", no_args_is_help=True)
Kind = Literal["switch", "measure", "kpi", "sheet", "scheme", "pay_plan"]
Since = Annotated[
    str, typer.Option("--from", metavar="DATE", help="First day, a month's first. 生效日。")
]
AtOutlet = Annotated[
    str, typer.Option("--outlet", metavar="CODE", help="Only at this outlet. 仅此门店。")
]
Knowingly = Annotated[
    bool,
    typer.Option(
        "--knowingly", help="Although months of it have runs already. 已知有月份算过，仍发布。"
    ),
]
AT_FIRST = "2000-01-01"


class NoSuchPack(Refused):
    """There is no pack “{pack}”; there are: {packs}."""

    zh = "没有名为“{pack}”的方案包；现有：{packs}。"


class NothingDefined(Refused):
    """{file} holds no definitions: switches, measures, kpis, sheets, schemes or pay_plans."""

    zh = "{file} 中没有定义：switches、measures、kpis、sheets、schemes 或 pay_plans。"


@group.command("install")
def install(
    pack: Annotated[str, typer.Argument(help="Name of the pack. 方案包。")] = "dealership",
    *,
    since: Since = AT_FIRST,
    knowingly: Knowingly = False,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Publish the definitions of a pack that are not there yet. 安装方案包中尚缺的定义。"""
    del lang
    if pack not in codes():
        raise NoSuchPack(pack=pack, packs=", ".join(codes()))
    by = asker(username)
    done = definitions.install(
        by=by, at=now(), pack=pack, valid_from=options.day(since), knowing=knowingly
    )
    echo(f"新增 {done.added} 个定义。", f"{done.added} definitions added.")


@group.command("list")
def list_(
    *,
    form: options.TextFormat = "table",
    outlet: AtOutlet = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """List what is in force today. 列出当前生效的定义。"""
    del lang
    viewer = asker(username)
    found = catalogue(viewer.on, outlet_id(viewer, outlet))
    rows = [
        {"kind": kind, "code": item.code, "zh": item.zh, "en": item.en, "digest": digest}
        for kind, plural in KINDS.items()
        for item in getattr(found.all, plural)
        if (digest := found.digests[kind, item.code])
    ]
    if form == "json":
        write_json({"definitions": rows, "switches": found.switches})
        return
    heads = (said("种类", "Kind"), said("代码", "Code"), said("名称", "Name"), said("值", "Value"))
    shown = [
        (
            row["kind"],
            row["code"],
            said(row["zh"], row["en"]),
            _state(found, row),
            row["digest"][:12],
        )
        for row in rows
    ]
    print_table("", [*heads, "SHA-256"], shown, words=5)


def _state(found: Catalogue, row: dict[str, str]) -> str:
    if row["kind"] != "switch":
        return ""
    return said("开", "on") if found.switches[row["code"]] else said("关", "off")


@group.command("show")
def show(
    kind: Annotated[Kind, typer.Argument(help="Kind of definition. 种类。")],
    code: Annotated[str, typer.Argument(help="Its code. 代码。")],
    *,
    outlet: AtOutlet = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Print a definition as the YAML that a pack holds. 以 YAML 输出一个定义。"""
    del lang
    viewer = asker(username)
    found = getattr(catalogue(viewer.on, outlet_id(viewer, outlet)).all, KINDS[kind])
    for item in found:
        if item.code == code:
            text = dump(item).rstrip().replace("\n", "\n    ")
            print_lines([f"{KINDS[kind]}:", f"  - {text}"])
            return
    raise NotFound(noun=kind, key=code)


@group.command("draft")
def draft(
    file: Annotated[Path, typer.Argument(help="YAML as in a pack. YAML 文件。")],
    *,
    since: Since,
    outlet: AtOutlet = "",
    note: Annotated[str, typer.Option(help="Why. 缘由。")] = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Draft what a file says otherwise than in force, for a second person. 由文件起草新版本。"""
    del lang
    by = asker(username)
    place = definitions.Place(outlet_id(by, outlet), options.day(since), note)
    done = definition_bundles.draft_all(by=by, at=now(), bodies=bodies_of(file), place=place)
    for code, made in done.drafts:
        echo(f"草稿 {made.id}：{code}", f"Draft {made.id}: {code}")
    for code in done.unchanged:
        echo(f"与现行相同：{code}", f"As in force: {code}")


@group.command("export")
def export(
    kinds_and_codes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KIND[:CODE]]...", help="kpi, kpi:visits … 种类或种类:代码。"),
    ] = None,
    *,
    outlet: AtOutlet = "",
    output: options.Output = None,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Write definitions in force as YAML: one, several, all.

    以 YAML 导出定义：一个、几个或全部。
    """
    del lang
    viewer = asker(username)
    found = catalogue(viewer.on, outlet_id(viewer, outlet)).all
    write_bytes(dump_all(chosen(found, kinds_and_codes or list(KINDS))).encode(), output)


def chosen(found: Definitions, wanted: list[str]) -> Definitions:
    """The definitions named: a whole kind as `kpi`, one as `kpi:visits`.

    Raises:
        NotFound: a kind or a code that is not there.
    """
    parts: dict[str, list[Any]] = {plural: [] for plural in KINDS.values()}
    for word in wanted:
        kind, _, code = word.partition(":")
        if kind not in KINDS:
            raise BadValue(field="KIND", value=kind, why=", ".join(KINDS))
        items = [item for item in getattr(found, KINDS[kind]) if code in ("", item.code)]
        if code and not items:
            raise NotFound(noun=kind, key=code)
        parts[KINDS[kind]] += [item for item in items if item not in parts[KINDS[kind]]]
    return Definitions(**{plural: tuple(items) for plural, items in parts.items()})


def bodies_of(file: Path) -> list[tuple[str, dict[str, Any]]]:
    if not file.is_file():
        raise BadValue(field="FILE", value=str(file), why=said("没有该文件", "no such file"))
    body = read_yaml(file.read_text(encoding="utf-8-sig"), str(file))
    given = body if isinstance(body, dict) else {}
    found = [
        (kind, item)
        for kind, plural in KINDS.items()
        for item in given.get(plural) or ()
        if isinstance(item, dict)
    ]
    if not found:
        raise NothingDefined(file=file)
    return found


@group.command("publish")
def publish(
    version: Annotated[int, typer.Argument(help="Number of the draft. 草稿编号。")],
    *,
    knowingly: Knowingly = False,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Publish a draft after checking it; not by its author. 检查并发布草稿，须由作者以外的人。"""
    del lang
    by = asker(username)
    try:
        definitions.publish(by=by, at=now(), version=version, knowing=knowingly)
    except definitions.HasFindings as refused:
        tell(refused.findings)
        raise
    echo(f"已发布 {version}。", f"Published {version}.")


def tell(findings: Iterable[Finding]) -> None:
    """Every finding with its place and mend, on stderr."""
    for found in findings:
        zh, en = f"{found.zh}；{found.mend_zh}", f"{found.en}; {found.mend_en}"
        echo(f"{found.place}：{zh}", f"{found.place}: {en}", err=True)


@group.command("switch")
def switch(
    code: Annotated[str, typer.Argument(help="Code of the switch. 开关代码。")],
    state: Annotated[Literal["on", "off"], typer.Argument(help="on or off. 开或关。")],
    *,
    since: Since,
    outlet: AtOutlet = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Set a switch of counting from a day on. 从某日起设置口径开关。

    With --as it is a draft that a second person publishes; the operator publishes it at once.
    使用 --as 时为草稿，须由第二人发布；服务器操作员则直接发布。
    """
    del lang
    by = asker(username)
    done = definitions.set_switch(
        by=by,
        at=now(),
        code=code,
        on=state == "on",
        valid_from=options.day(since),
        outlet=outlet_id(by, outlet),
    )
    if by.operator:
        definitions.publish(by=by, at=now(), version=done.id)
        echo(f"{code} 自 {since} 起为 {state}。", f"{code} is {state} from {since}.")
        return
    echo(f"草稿 {done.id}，待第二人发布。", f"Draft {done.id}: a second person publishes it.")


def outlet_id(viewer: Viewer, code: str) -> int | None:
    return one(of(viewer).outlets(), "outlet", code, code=code).pk if code else None
