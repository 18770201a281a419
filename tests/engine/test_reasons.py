"""Reasons: as JSON, and by name."""

import json
from fractions import Fraction

import pytest

from cheji.engine.findings import Finding, Refused
from cheji.engine.reasons import Reason, canonical, from_json, plain

REASON = Reason(
    "kpi",
    "orders",
    Fraction(39),
    (("zh", "订单"), ("bands", ({"from": Fraction(1, 2)}, None, True))),
    (Reason("measure", "visits", None),),
)


def test_json_keeps_fractions_exact_and_is_stable():
    expected = {
        "kind": "kpi",
        "code": "orders",
        "value": "39/1",
        "detail": {"zh": "订单", "bands": [{"from": "1/2"}, None, True]},
        "parts": [{"kind": "measure", "code": "visits", "value": None, "detail": {}, "parts": []}],
    }
    assert REASON.as_json() == expected
    assert json.loads(json.dumps(expected)) == REASON.as_json()


def test_a_written_reason_is_read_back_and_writes_the_same():
    again = from_json(json.loads(json.dumps(REASON.as_json())))
    assert again.as_json() == REASON.as_json()
    assert (again.value, again.get("zh"), again.parts[0]) == (39, "订单", REASON.parts[0])
    assert again.get("bands") == ({"from": "1/2"}, None, True)
    assert from_json(Reason("pay", "x", 5).as_json()) == Reason("pay", "x", 5)


def test_the_text_is_the_json_in_canonical_form():
    assert REASON.text() == canonical(REASON.as_json())
    assert REASON.text(part.text() for part in REASON.parts) == REASON.text()
    assert canonical({"b": Fraction(1, 2), "a": "车"}, plain) == '{"a":"车","b":"1/2"}'


def test_a_detail_is_found_by_name():
    assert REASON.get("zh") == "订单"
    with pytest.raises(KeyError):
        REASON.get("en")


def test_refused_says_every_finding():
    first = Finding("a", "kpis.x", "错一", "One", "改", "Mend")
    second = Finding("b", "kpis.y", "错二", "Two", "改", "Mend")
    refused = Refused([first, second])
    assert (str(refused), refused.findings) == ("kpis.x: One; kpis.y: Two", (first, second))
