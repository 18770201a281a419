"""How long a definition is checked among all others: sound, wrong, large or hostile."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from cheji.actions import definitions
from cheji.engine.findings import Finding, Refused
from cheji.packs import MAX_BODY, read_yaml
from cheji.reads import versions
from cheji.records.visibility import operator

from .measuring import Row, measure, row

PACK: Final = "motorcycle"
LIMIT: Final = 0.1  # seconds, whatever is typed
HEAD: Final = "code: odd\nzh: 怪\nen: Odd\nunit: ratio\n"
BODIES: Final[Mapping[str, str]] = {
    "sound": HEAD + "formula: orders / visits",
    "wrong": HEAD + "formula: ad_spend + visits / (2 - 2)\nover_time: {gone: sum}",
    "circular": HEAD + "formula: odd + 1",
    "deep": HEAD + "formula: '" + "(" * 400 + "1" + ")" * 400 + "'",
    "names": HEAD + "formula: '" + " + ".join(f"n{at}" for at in range(120)) + "'",
    "list": HEAD + "formula: visits\naliases: [" + ", ".join(["x: 1"] * 1300) + "]",
    "keys": HEAD + "formula: visits\n" + "".join(f"k{at}: 1\n" for at in range(1200)),
    "huge": HEAD + "note_zh: '" + "字" * MAX_BODY + "'",
}


def rows(at: datetime) -> Iterator[Row]:
    """The slowest of all bodies, each checked as a KPI among those in force."""
    by = operator(at.date(), "bench")
    definitions.install(by=by, at=at, pack=PACK, valid_from=at.date().replace(month=1, day=1))
    timed = {name: measure(partial(examined, text, at), runs=7) for name, text in BODIES.items()}
    slowest = max(timed, key=lambda name: timed[name].seconds)
    unit = f"definition, {slowest}"
    yield row("definition_check", unit, timed[slowest], against=LIMIT, baseline="100 ms")


def examined(text: str, at: datetime) -> list[Finding]:
    """Everything wrong with a KPI as it is typed."""
    try:
        body: Any = read_yaml(text, limit=MAX_BODY)
    except Refused as refused:
        return list(refused.findings)
    return versions.faults("kpi", "odd", body, on=at.date())
