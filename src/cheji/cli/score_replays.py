"""`cheji score check|replay|diff`: schemes in files, scores worked out again and compared."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any

import typer

from cheji.cli import options
from cheji.cli.asker import asker, exporting
from cheji.cli.definitions import AtOutlet, bodies_of, outlet_id, tell
from cheji.cli.kpi_versions import NO, File, Starting
from cheji.cli.output import echo, print_table, said, write_bytes, write_json
from cheji.cli.replaying import tell_replays, which
from cheji.cli.scores import group
from cheji.engine.scores import CAUSE_NAMES, EFFECT_NAMES, NAMES, Change
from cheji.files import sheets
from cheji.files.sheets.texts import Value, figure
from cheji.reads import versions
from cheji.reads.appraisals.proofs import item_names
from cheji.reads.appraisals.replays import PersonChange, replayed, run_changes
from cheji.reads.kpis.shapes import KpiSeen

RunNumber = Annotated[int, typer.Argument(metavar="RUN", help="A run's number. 计算编号。")]


# -- schemes ---------------------------------------------------------------------------------------


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
    """Check schemes in a file; exit code 1 when one could not be published.

    检查考核方案文件：一次列出全部问题与提示；有不能发布的问题时退出码为 1。
    """
    del lang
    viewer = asker(username)
    on = options.day(since) if since else viewer.on
    bodies = bodies_of(file)
    place = outlet_id(viewer, outlet)
    faults = versions.faults_of_all(bodies, on=on, outlet=place)
    notes = [] if faults else versions.notes_of_all(bodies, on=on, outlet=place)
    if form == "json":
        told = [(True, one) for one in faults] + [(False, one) for one in notes]
        names = ("code", "place", "zh", "en", "mend_zh", "mend_en")
        write_json([
            {"fault": fault, **{name: getattr(one, name) for name in names}} for fault, one in told
        ])  # fmt: skip
    else:
        tell(faults)
        if notes:
            echo("提示（不影响发布）：", "To think about (it may be published):", err=True)
            tell(notes)
        if not faults:
            count = sum(kind == "scheme" for kind, _body in bodies)
            echo(f"{count} 个方案可以发布。", f"{count} schemes may be published.")
    if faults:
        raise typer.Exit(NO)


# -- replays ---------------------------------------------------------------------------------------


@group.command("replay")
def replay(
    run: Annotated[int, typer.Argument(metavar="[RUN]", help="A run's number. 计算编号。")] = 0,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every published run. 全部。")] = False,
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Work published scores out again; exit code 1 when a line is not what its inputs give.

    从冻结的输入与方案重新计算已公布的考核结果；有任何一行不一致时退出码为 1。
    """
    del lang
    viewer = asker(username)
    found = list(replayed(viewer, which(run, every=every)))
    exporting(viewer, "score_replay", form, runs=len(found))
    names = ("person", "name", "appraisal", "what", "kept", "now")
    tell_replays(found, form, ("得分", "scores"), names)


# -- differences -----------------------------------------------------------------------------------


@group.command("diff")
def diff(
    before: RunNumber,
    after: RunNumber,
    *,
    person: options.Person = "",
    form: options.SheetFormat = "table",
    output: options.Output = None,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Say item by item why scores of two runs differ; the points add up to the change.

    逐项说明两次考核计算的差异，各项之和恰为总分变动；有差异时退出码为 1。
    """
    del lang
    viewer = asker(username)
    found = [one for one in run_changes(viewer, before, after) if person in ("", one.number)]
    exporting(viewer, "score_difference", form, before=before, after=after, rows=len(found))
    if form == "json":
        write_json([_change_json(one) for one in found], output)
    elif form in ("csv", "xlsx"):
        rows = [row for one in found for row in _exact_rows(one)]
        if form == "csv":
            write_bytes(sheets.csv_bytes([_heads(), *rows]), output)
        else:
            content = sheets.rows_xlsx(said("差异", "Differences"), _heads(), rows)
            write_bytes(content, output, binary=True)
    elif found:
        names = item_names(viewer, before, after)
        print_table("", _heads(), [row for one in found for row in _rows(one, names)], words=3)
    else:
        echo("没有差异。", "Nothing differs.")
    if found:
        raise typer.Exit(NO)


def _heads() -> list[str]:
    return [
        said("工号", "Number"), said("姓名", "Name"), said("项目", "Item"),
        said("原得分", "Before"),
        said("现得分", "After"), said("变动", "Change"), said("原因", "Because"),
    ]  # fmt: skip


def _rows(one: PersonChange, names: Mapping[str, KpiSeen]) -> Iterator[list[str]]:
    """A person's changes as text, and their sum, which is the change of the total."""
    for change in one.change.changes:
        figures = [_points(value) for value in (change.before, change.after, change.points)]
        heading = names.get(change.code)
        item = said(heading.zh, heading.en) if heading else change.code
        yield [one.number, one.name, item, *figures, _because(change.causes)]
    whole = one.change
    figures = [_points(value) for value in (whole.before, whole.after, whole.points)]
    yield [one.number, one.name, said("总分", "Total"), *figures, _because(whole.causes)]


def _exact_rows(one: PersonChange) -> Iterator[list[Value]]:
    changes: list[tuple[str, Change | Any]] = [(c.code, c) for c in one.change.changes]
    for code, change in [*changes, ("total", one.change)]:
        figures = [
            None if value is None else figure(value, "point", 4)
            for value in (change.before, change.after, change.points)
        ]
        yield [one.number, one.name, code, *figures, _because(change.causes)]


def _because(causes: Any) -> str:
    return said("；", "; ").join(
        f"{said(*CAUSE_NAMES[one.name])} {_side(one.name, one.before)} → "
        f"{_side(one.name, one.after)}"
        for one in causes
    )


def _side(name: str, value: Any) -> str:
    """A cause before or after: a code by its name, all else as `_short` writes it."""
    names = {"effect": EFFECT_NAMES, "method": NAMES}.get(name, {})
    return said(*names[value]) if value in names else _short(value)


def _short(value: Any) -> str:
    """A figure as a person writes it; of a list how many there are; a long text is cut."""
    if isinstance(value, list):
        return said(f"{len(value)} 条", f"{len(value)} entries")
    text = str(value)
    try:
        return sheets.figure_text(Fraction(text), "point", 2)
    except (ValueError, ZeroDivisionError):
        return "—" if value is None else text[:40]


def _points(value: Fraction | None) -> str:
    return sheets.figure_text(value, "point", 2)


def _change_json(one: PersonChange) -> dict[str, Any]:
    def exact(value: Fraction | None) -> str | None:
        return None if value is None else str(value)

    return {
        "number": one.number, "name": one.name, "before": exact(one.change.before),
        "after": exact(one.change.after), "points": exact(one.change.points),
        "changes": [
            {
                "kind": change.kind, "code": change.code, "before": exact(change.before),
                "after": exact(change.after), "points": exact(change.points),
                "causes": {cause.name: [cause.before, cause.after] for cause in change.causes},
            }
            for change in one.change.changes
        ],
    }  # fmt: skip
