"""The deals behind amounts that a viewer may open: what they are called, their day and model."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from cheji.reads.kpis.links import TEXT
from cheji.reads.seen import Link
from cheji.records.visibility import Scope


class Deal(NamedTuple):
    """What a deal is called, its day and model, and which `car` of its order it is (`Link.car`)."""

    text: str
    on: date | None
    model: str
    car: str = ""


#: By noun and id.
Opened = Mapping[tuple[str, int], Deal]
UNKNOWN: Final = Deal("", None, "")
DAY = {"order": "signed_on", "delivery": "on_date"}
MODEL = {"order": "model", "delivery": "order__model"}
CAR: Final[dict[str, tuple[str, ...]]] = {
    "order": (),
    "delivery": ("order__units", "units", "vin", "number"),
}
"""Of a delivery the units of its order and its own, frame number, number."""
VIN_END = 8
"""Characters at the end of a frame number by which dealers call a car."""


def opened_sources(scope: Scope, sources: Iterable[tuple[str, int | None]]) -> Opened:
    """Those of these deals that the viewer may open; one query for each noun.

    What was not handed over with all cars of its order is told from them.
    """
    wanted = set(sources)
    rows: dict[str, Any] = {"order": scope.orders, "delivery": scope.deliveries}
    found: dict[tuple[str, int], Deal] = {}
    for noun, query in rows.items():
        ids = {record for kind, record in wanted if kind == noun}
        if ids:
            read = query().filter(id__in=ids)
            columns = read.values_list("id", TEXT[noun], DAY[noun], MODEL[noun], *CAR[noun])
            for record, text, on, model, *car in columns:
                found[noun, record] = Deal(text, on, model, _car(text, *car) if car else "")
    return found


def _car(text: str, ordered: int, handed: int, vin: str, number: str) -> str:
    """A car by the end of its frame number, else by what its delivery's number has to its own.

    Nothing where all cars of the order were handed over with it.
    """
    if handed == ordered:
        return ""
    if vin:
        return f" …{vin[-VIN_END:]}"
    return number.removeprefix(text) if number.startswith(text) else f" {number}"


def links_of(
    scope: Scope, sources: Iterable[tuple[str, int | None]]
) -> dict[tuple[str, int], Link]:
    """The same as links."""
    opened = opened_sources(scope, sources)
    return {key: Link(*key, deal.text, deal.car) for key, deal in opened.items()}
