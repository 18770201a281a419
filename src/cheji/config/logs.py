"""Logs say what failed, never with whose data: PostgreSQL puts values of rows into its errors."""

import logging
import re
import sys
import traceback
from types import TracebackType

#: What follows an error's first line, up to the next error of the chain, a traceback or the end.
VALUES = re.compile(
    r"\n[ |]*(?:DETAIL|CONTEXT|QUERY|LINE \d+):.*?(?=\n\n[ |]*(?:The above|During handling)"
    r"|\n[ |]*Traceback \(most recent|\Z)",
    re.DOTALL,
)


def without_values(text: str) -> str:
    """The text without what PostgreSQL tells of rows, parameters and statements."""
    return VALUES.sub("", text)


class Discreet(logging.Formatter):
    """Lines as they are, errors of the database without values."""

    def format(self, record: logging.LogRecord) -> str:
        return without_values(super().format(record))


def tell_discreetly() -> None:
    """What nobody caught is told on the terminal in the same way."""
    sys.excepthook = _tell


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    told = without_values("".join(traceback.format_exception(kind, error, trace)))
    sys.stderr.write(told.rstrip("\n") + "\n")
