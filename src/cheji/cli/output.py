"""What commands write: tables for the eye, JSON and CSV for programs, files where one is named."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cheji.cli import language
from cheji.records.refusals import BadValue


def said(chinese: str, english: str) -> str:
    """The text in the reader's language."""
    return chinese if language().startswith("zh") else english


def echo(chinese: str, english: str, *, err: bool = False) -> None:
    """Print the text in the reader's language."""
    typer.echo(said(chinese, english), err=err)


def write_json(value: Any, to: Path | None = None) -> None:
    """Print or write a value as JSON with stable keys."""
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    write_bytes(text.encode(), to)


def write_bytes(content: bytes, to: Path | None, *, binary: bool = False) -> None:
    """Write to the file named, else to standard output.

    Raises:
        BadValue: a binary file was asked for and none named, or it cannot be written.
    """
    if to is not None:
        try:
            to.write_bytes(content)
        except OSError as error:
            raise BadValue(field="-o", value=str(to), why=error.strerror or "") from None
        echo(f"已写入 {to}", f"Wrote {to}", err=True)
        return
    if binary and sys.stdout.isatty():
        raise BadValue(field="-o", value="", why=said("请写明文件名", "name a file"))
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def print_table(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1
) -> None:
    """A table for the eye; the first `words` columns are texts, the others numbers."""
    table = Table(title=title or None, title_justify="left")
    for place, head in enumerate(heads):
        text = place < words
        table.add_column(head, justify="left" if text else "right", no_wrap=not text)
    for row in rows:
        table.add_row(*row)
    console().print(table)


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar where a person watches; the function takes how much is done of how much."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    quiet = not sys.stderr.isatty()
    with Progress(*columns, TimeElapsedColumn(), transient=True, disable=quiet) as shown:
        task = shown.add_task(label, total=None)
        yield lambda done, whole: shown.update(task, completed=done, total=whole)


def console() -> Console:
    """Wide enough for any sheet: a terminal wraps long lines, a cut figure would be lost."""
    return Console(width=400, highlight=False, markup=False, emoji=False)


def print_lines(lines: Iterable[str], *, err: bool = False) -> None:
    for line in lines:
        typer.echo(line, err=err)
