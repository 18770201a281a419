"""The seal of a closed run: one digest over everything that it says."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from .audit import canonical
from .models import PayBalance, PayInput, PayLine, RejectedRow, Run

LINE = ("position", "person", "code", "source_kind", "source", "fen", "value", "reason")
#: What a pay run says of each person, by table; ids only give the order.
PAY: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (PayInput, ("person", "payable", "outcome", "text")),
    (
        PayLine,
        (
            "person", "step", "component", "entry", "source_kind", "source", "amount", "scale",
            "rate", "factor", "band_from", "band_part", "band_rate", "fen", "origin_run", "origin",
            "code", "args",
        ),
    ),
    (RejectedRow, ("person", "component", "source_kind", "source", "code", "args")),
    (PayBalance, ("person", "kind", "key", "source", "fen", "since", "origin")),
)  # fmt: skip
CHUNK = 5_000


def seal_of(run: Run, written: Iterable[str] | None = None) -> str:
    """SHA-256 over scope, definition's digest, mark, total and every line in order.

    `written` are the lines as `line_text` tells them where they were written this moment, else
    they are read.

    Of pay also over the order of operations, and the inputs with the scores that were used.
    """
    head = [run.kind, run.outlet_id, run.grain, run.period, run.definition, run.digest]
    if run.order:
        return _seal_of_pay(run, [*head, run.mark, run.total, run.order])
    rows = run.lines.order_by("position").values(*LINE)
    lines = map(canonical, rows) if written is None else written
    text = f"{canonical([head, run.mark, run.total])[:-1]},[{','.join(lines)}]]"
    return hashlib.sha256(text.encode()).hexdigest()


def line_text(line: Mapping[str, Any]) -> str:
    """A line without `fen` as its seal reads it, its reason being canonical JSON already."""
    # Sorted keys: what stands before the reason, and what behind it.
    head = {"code": line["code"], "fen": None, "person": line["person_id"]}
    tail = {"source": line.get("source"), "source_kind": line.get("source_kind", "")}
    first = canonical({**head, "position": line["position"]})[:-1]
    last = canonical({**tail, "value": line["value"]})[1:]
    return f'{first},"reason":{line["reason"]},{last}'


def _seal_of_pay(run: Run, head: list[object]) -> str:
    made = hashlib.sha256(canonical(head).encode())
    for model, columns in PAY:
        rows = model._default_manager.filter(run=run).order_by("id")  # noqa: SLF001
        made.update(f"\n{model.__name__}".encode())
        for row in rows.values_list(*columns).iterator(CHUNK):
            made.update(f"\n{canonical(list(row))}".encode())
    return made.hexdigest()
