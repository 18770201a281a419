"""`cheji import` and `cheji template`: spreadsheets in, by kind or by a map of several kinds."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from django.db import transaction
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cheji.actions import imports
from cheji.cli import app, language, options
from cheji.cli.asker import asker, now
from cheji.cli.import_outcomes import Outcome, report_of, tell, tell_late
from cheji.cli.output import echo, said, write_bytes, write_json
from cheji.files import maps, reading
from cheji.files.kinds import KINDS
from cheji.files.own_columns import own_columns
from cheji.files.templates import template as template_of
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer

ALL = "all"


class MapIsWrong(Refused):
    """The map {file} cannot be used: {findings}"""

    zh = "映射文件 {file} 无法使用：{findings}"


class NoSuchKind(Refused):
    """There is no kind of file called “{kind}”. The kinds are: {kinds}."""

    zh = "没有名为“{kind}”的文件类型。可用类型：{kinds}。"


class NoSuchFile(Refused):
    """There is no file {file}."""

    zh = "没有文件 {file}。"


class NothingAsked(Refused):
    """Say what to import: cheji import KIND FILE…, or --undo BATCH."""

    zh = "请说明导入什么：cheji import 类型 文件…，或 --undo 批次。"


Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="KIND FILE…", help="Kind (all: all of the map), files. 类型与文件"),
]
MapFile = Annotated[Path | None, typer.Option("--map", help="YAML of the columns. 列映射文件。")]
ReportFile = Annotated[Path | None, typer.Option("--report", help="JSON of it all. 结果报告。")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write nothing. 只检查，不写入。")]
Skip = Annotated[
    bool, typer.Option("--skip/--whole", help="Skip bad rows, or take all or none. 跳过或整批拒绝")
]
Undo = Annotated[int, typer.Option("--undo", metavar="BATCH", help="Take back a batch. 撤销批次。")]
DateOrder = Annotated[
    options.DateOrder | None, typer.Option(help="How dates are written. 日期写法。")
]


@dataclass(frozen=True)
class Asked:
    """What was asked of an import."""

    viewer: Viewer
    mode: options.Mode
    dry_run: bool
    skip: bool


@app.command("import")
@own_columns()
def import_(
    words: Words = None,
    *,
    map_file: MapFile = None,
    mode: Annotated[options.Mode, typer.Option(help="What to do. 新增、更新或两者。")] = "both",
    dry_run: DryRun = False,
    report: ReportFile = None,
    skip: Skip = True,
    date_order: DateOrder = None,
    undo: Undo = 0,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Bring spreadsheets in. 导入表格文件。

    Good rows are taken and bad ones reported at their cell; the exit code is 1 when there were
    any. The same file twice changes nothing. 正确的行照常导入，有误的行逐格列出；同一文件重复
    导入不会改变任何数据。
    """
    del lang
    viewer = asker(username)
    if undo:
        late = imports.late_if_undone(viewer, undo)
        row = imports.undo(by=viewer, at=now(), batch=undo)
        echo(f"已撤销批次 {row.pk}（{row.name}）。", f"Took back batch {row.pk} ({row.name}).")
        tell_late(*late)
        return
    kind, files = _kind_and_files(words or [], map_file)
    found = _readings(kind, files, _book(map_file, kind), date_order, partial=mode == "update")
    outcomes = _bring(found, Asked(viewer, mode, dry_run, skip), files)
    if report:
        write_json(report_of(outcomes, dry_run=dry_run), report)
    for outcome in outcomes:
        tell(outcome, dry_run=dry_run)
    if not all(outcome.ok for outcome in outcomes):
        raise typer.Exit(1)


@app.command("template")
@own_columns()
def template(
    kind: Annotated[str, typer.Argument(help="Kind of file. 文件类型。")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write. 输出文件。")],
    lang: options.Lang = "",
) -> None:
    """Write the workbook to fill in for a kind. 生成某类文件的填写模板。"""
    del lang
    write_bytes(template_of(_known(kind), language()), output)


# -- what is asked -----------------------------------------------------------------------------


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise NoSuchKind(kind=kind, kinds=", ".join(KINDS))
    return kind


def _kind_and_files(words: Sequence[str], map_file: Path | None) -> tuple[str, list[Path]]:
    """The kind and the files; with a map the kind may be left out."""
    if not words:
        raise NothingAsked
    first, *rest = words
    if first in KINDS or first == ALL:
        names = rest
    elif map_file is not None and Path(first).is_file():
        first, names = ALL, list(words)
    else:
        _known(first)
    if not names or (first == ALL and map_file is None):
        raise NothingAsked
    files = [Path(name) for name in names]
    for file in files:
        if not file.is_file():
            raise NoSuchFile(file=file)
    return first, files


def _book(map_file: Path | None, kind: str) -> maps.MapBook | None:
    if map_file is None:
        return None
    try:
        text = map_file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadValue(field="--map", value=str(map_file), why=str(error)) from None
    book, findings = maps.loads(text)
    if book is None:
        lines = " · ".join(one.say(language()) for one in findings)
        raise MapIsWrong(file=map_file, findings=lines)
    if kind == ALL:
        return book
    chosen = tuple(one for one in book.maps if one.kind == kind)
    if not chosen:
        kinds = ", ".join(dict.fromkeys(one.kind for one in book.maps))
        raise NoSuchKind(kind=kind, kinds=kinds)
    return replace(book, maps=chosen)


def _readings(
    kind: str,
    files: Sequence[Path],
    book: maps.MapBook | None,
    order: options.DateOrder | None,
    *,
    partial: bool,
) -> list[reading.Reading]:
    if book is not None:
        if order:
            book = replace(book, maps=tuple(replace(one, date_order=order) for one in book.maps))
        return reading.read_book(book, {file.name: file for file in files}, partial=partial)
    return [_read(file, kind, order, partial=partial) for file in files]


def _read(
    file: Path, kind: str, order: options.DateOrder | None, *, partial: bool
) -> reading.Reading:
    """Read by the headers; a date order that is given goes before what the cells suggest."""
    found = reading.read(file, file.name, kind, partial=partial)
    if order is None or found.mapping is None:
        return found
    mapping = replace(found.mapping, date_order=order)
    return reading.read(file, file.name, kind, mapping, partial=partial)


# -- doing it ----------------------------------------------------------------------------------


def _bring(found: Sequence[reading.Reading], asked: Asked, files: Sequence[Path]) -> list[Outcome]:
    """Each kind in order; a dry run, and a whole import with a fault, take everything back."""
    with _bar(sum(len(one.good) for one in found)) as progress:
        bring = partial(_one, asked=asked, files=files, progress=progress)
        if asked.skip and not asked.dry_run:
            return [bring(one) for one in found]
        with transaction.atomic():
            outcomes = [
                bring(one, number=-at if asked.dry_run else None)
                for at, one in enumerate(found, start=1)
            ]
            if asked.dry_run or not all(outcome.ok for outcome in outcomes):
                transaction.set_rollback(True)
                for outcome in outcomes:
                    outcome.batch = None
        return outcomes


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar where a person watches; the function takes how many rows more are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    quiet = not sys.stderr.isatty()
    with Progress(*columns, TimeElapsedColumn(), transient=True, disable=quiet) as bar:
        task = bar.add_task(said("导入", "Importing"), total=total)
        yield lambda rows: bar.advance(task, rows)


def _one(
    read: reading.Reading,
    *,
    asked: Asked,
    files: Sequence[Path],
    progress: Callable[[int], None],
    number: int | None = None,
) -> Outcome:
    """Commit the good rows of one reading as a batch; a dry run gives its `number`."""
    if read.blocked or not read.good:
        return Outcome(read)
    content = next((file.read_bytes() for file in files if file.name == read.file), b"")
    mapping = maps.as_json(maps.MapBook((read.mapping,))) if read.mapping else {}
    who, at = asked.viewer, now()
    batch = imports.start(
        by=who, at=at, kind=read.kind, name=read.file, content=content, number=number
    )
    batch = imports.accept(by=who, at=at, batch=batch.pk, mapping=mapping, mode=asked.mode)
    rows = enumerate(read.rows)
    entries = [imports.Entry(at, row.values, row.place.row) for at, row in rows if row.ok]
    done = 0

    def advance(rows: int) -> None:
        nonlocal done
        progress(rows - done)
        done = rows

    report = imports.commit(
        by=who, at=at, batch=batch, entries=entries, skip=True, progress=advance
    )
    return Outcome(read, batch.pk, report)
