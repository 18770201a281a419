"""Hostile and oversized definitions: each gets its findings, none gets through."""

import pytest

from cheji.engine.definitions import body_of, check
from cheji.engine.findings import Refused
from cheji.packs import BUNDLE_KEYS, MAX_BODY, load, read_yaml

DEEP = "(" * 400 + "1" + ")" * 400
HEAD = "code: odd\nzh: 怪\nen: Odd\nunit: ratio\n"
HOSTILE = {
    "code": HEAD + "formula: __import__('os').system('true')",
    "power": HEAD + "formula: 9 ** 9 ** 9 ** 9",
    "deep": HEAD + f"formula: '{DEEP}'",
    "long": HEAD + "formula: '" + "visits + " * 1500 + "1'",
    "names": HEAD + "formula: '" + " + ".join(f"n{at}" for at in range(120)) + "'",
    "nested": HEAD + "formula: visits\nover_time: " + "{a: " * 25 + "1" + "}" * 25,
    "list": HEAD + "formula: visits\naliases: [" + ", ".join(["x: 1"] * 1300) + "]",
    "itself": HEAD + "formula: odd + 1",
    "zero": HEAD + "formula: visits / (2 - 2)",
    "units": HEAD + "formula: ad_spend + visits",
    "keys": HEAD + "formula: visits\n" + "".join(f"k{at}: 1\n" for at in range(1200)),
    "anchor": HEAD + "formula: visits\naliases: &a [*a]",
    "huge": HEAD + "note_zh: '" + "字" * MAX_BODY + "'",
    "bomb": HEAD + "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]",
    "attribute": HEAD + "formula: visits.real",
    "number": HEAD + "formula: '" + "9" * 5000 + " + visits'",
    "no yaml": "{[}: - \x01",
    "zeros": HEAD + "formula: (visits / 0) / (orders / 0)",
    "circle": HEAD.replace("odd", "visits", 1) + "formula: cost_per_visit + 1",
    "many names": HEAD + "formula: '" + " + ".join(f"n{at}" for at in range(1200)) + "'",
}


def examined(text: str) -> list[str]:
    """The codes of everything wrong with a text among the pack's definitions."""
    defined = load("dealership").definitions
    bodies = {key: [body_of(item) for item in getattr(defined, key)] for key in BUNDLE_KEYS}
    try:
        body = read_yaml(text, limit=MAX_BODY)
        kept = [own for own in bodies["kpis"] if own["code"] != body["code"]]
        bodies["kpis"] = [*kept, body]
    except Refused as refused:
        return [found.code for found in refused.findings]
    return [found.code for found in check(bodies)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_definition_gets_through_nowhere(name: str) -> None:
    assert examined(HOSTILE[name]) != []
