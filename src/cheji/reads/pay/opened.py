"""The deals behind amounts that a viewer may open: what they are called, their day and model."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from cheji.reads.kpis.links import TEXT
from cheji.reads.seen import Link
from cheji.records.visibility import Scope

#: By noun and id: text, day and model.
Opened = Mapping[tuple[str, int], tuple[str, date | None, str]]
DAY = {"order": "signed_on", "delivery": "on_date"}
MODEL = {"order": "model", "delivery": "order__model"}


def opened_sources(scope: Scope, sources: Iterable[tuple[str, int | None]]) -> Opened:
    """Those of these deals that the viewer may open; one query for each noun."""
    wanted = set(sources)
    rows: dict[str, Any] = {"order": scope.orders, "delivery": scope.deliveries}
    found: dict[tuple[str, int], tuple[str, date | None, str]] = {}
    for noun, query in rows.items():
        ids = {record for kind, record in wanted if kind == noun}
        if ids:
            read = query().filter(id__in=ids)
            columns = read.values_list("id", TEXT[noun], DAY[noun], MODEL[noun])
            found |= {(noun, record): (text, on, model) for record, text, on, model in columns}
    return found


def links_of(
    scope: Scope, sources: Iterable[tuple[str, int | None]]
) -> dict[tuple[str, int], Link]:
    """The same as links."""
    opened = opened_sources(scope, sources)
    return {key: Link(*key, text) for key, (text, _on, _model) in opened.items()}
