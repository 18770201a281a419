"""Reading a checked file in a child process with limits: bytes in, sheets of cells out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import cheji
from cheji.files.cells import Cell
from cheji.files.limits import DEFAULT, Limits
from cheji.files.preflight import Checked
from cheji.files.problems import refuse


@dataclass(slots=True)
class Sheet:
    """One sheet as read: its rows by their number in the file, counted from 1; blank rows absent.

    A hidden sheet has no rows unless it was asked for by name.
    """

    name: str
    hidden: bool = False
    date1904: bool = False
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)


def sheets(
    content: bytes, checked: Checked, *, limits: Limits = DEFAULT, wanted: tuple[str, ...] = ()
) -> list[Sheet]:
    """Return all sheets of a file that passed the check; raises Unreadable.

    Args:
        content: the file.
        checked: what the check found out.
        limits: memory and time of the child, and the size of a sheet.
        wanted: sheets to read even when they are hidden.
    """
    found: list[Sheet] = []
    for line in _lines(content, checked, limits, wanted):
        if isinstance(line, list):
            found[-1].rows.extend((cells.pop(), cells) for cells in line)
        elif "refused" in line:
            raise refuse(line["refused"], **line["params"])
        elif "sheet" in line:
            found.append(Sheet(line["sheet"], line["hidden"], line["date1904"]))
        elif "end" in line:
            return found
    raise refuse("reader_stopped")


def _lines(
    content: bytes, checked: Checked, limits: Limits, wanted: tuple[str, ...]
) -> Iterator[Any]:
    order = json.dumps(
        {
            "format": checked.format,
            "encoding": checked.encoding,
            "wanted": wanted,
            "rows": limits.rows,
            "columns": limits.columns,
            "cells": limits.cells,
            "memory": limits.memory_bytes,
            "cpu": limits.cpu_seconds,
        }
    )
    with tempfile.TemporaryFile() as given:
        given.write(content)
        given.seek(0)
        yield from _child(order, given, limits.wall_seconds)


def _child(order: str, given: IO[bytes], wall_seconds: int) -> Iterator[Any]:
    child = subprocess.Popen(  # noqa: S603  our own interpreter and module, no shell
        [sys.executable, "-s", "-m", "cheji.files.reader", order],
        stdin=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_bare_environment(),
    )
    watch = threading.Timer(wall_seconds, child.kill)
    watch.daemon = True
    watch.start()
    stdout, decode = child.stdout, json.JSONDecoder(parse_float=Decimal).decode
    try:
        for line in stdout or ():
            yield decode(line.decode())
    except json.JSONDecodeError:
        return
    finally:
        watch.cancel()
        child.kill()
        if stdout is not None:
            stdout.close()
        child.wait()


def _bare_environment() -> dict[str, str]:
    """Return the environment of the child: where our code is, and no secret of the parent."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
    code = str(Path(cheji.__file__).parent.parent)
    return {**kept, "PYTHONPATH": code, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
