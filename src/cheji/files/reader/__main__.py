"""The child process: limits itself, reads one file from standard input, writes JSON lines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from cheji.files.problems import Unreadable, shortened
from cheji.files.reader import biff, text, workbook

try:
    import resource
except ImportError:  # Windows has no resource limits; the parent's wall clock still holds
    resource = None  # type: ignore[assignment]


_BATCH = 200


def main() -> None:
    order = json.loads(sys.argv[1])
    _limit(order["memory"], order["cpu"])
    try:
        for line in _batched(_read(order, sys.stdin.buffer.read())):
            sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    except Unreadable as refused:
        found = refused.problem
        _say({"refused": found.code, "params": dict(found.params)})
    except MemoryError:
        _say({"refused": "reader_stopped", "params": {}})
    except Exception as error:  # noqa: BLE001  parsers raise some eight types on damaged files
        _say({"refused": "file_damaged", "params": {"what": shortened(error)}})
    else:
        _say({"end": True})


def _read(order: dict[str, Any], content: bytes) -> Iterable[Any]:
    if order["format"] == "text":
        return text.lines(content, order["encoding"], order)
    if order["format"] == "xls":
        return workbook.lines(content, order, biff.traps(content))
    return workbook.lines(content, order, None)


def _batched(lines: Iterable[Any]) -> Iterator[Any]:
    """Yield heads as they come and rows in batches: a list of rows, each with its number last."""
    batch: list[Any] = []
    for line in lines:
        if isinstance(line, list):
            batch.append(line)
        if batch and (len(batch) == _BATCH or not isinstance(line, list)):
            yield batch
            batch = []
        if not isinstance(line, list):
            yield line
    if batch:
        yield batch


def _limit(memory: int, cpu_seconds: int) -> None:
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
