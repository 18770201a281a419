"""Bodies read one by one come to what the whole bundle is, and say the same of each fault."""

import pytest

from cheji.engine.definitions import (
    Definitions,
    assembled,
    body_of,
    build,
    check,
    examined,
    read_alone,
)
from cheji.engine.findings import Refused
from cheji.packs import load

KINDS = ("switches", "measures", "kpis", "sheets", "schemes", "pay_plans")


@pytest.fixture(scope="module")
def bodies():
    whole = load("dealership").definitions
    return {kind: [body_of(item) for item in getattr(whole, kind)] for kind in KINDS}


def apart(bodies):
    return assembled(
        {kind: tuple(read_alone(kind, body) for body in of) for kind, of in bodies.items()}
    )


def test_bodies_read_alone_come_to_the_bundle(bodies):
    assert min(map(len, bodies.values())) > 0
    assert apart(bodies) == build(bodies)


def test_a_fault_of_a_body_is_told_as_in_the_bundle(bodies):
    wrong = {**bodies["kpis"][0], "decimals": "many", "colour": "red"}
    with pytest.raises(Refused) as refused:
        read_alone("kpis", wrong)
    others = {**bodies, "kpis": [wrong, *bodies["kpis"][1:]]}
    assert list(refused.value.findings) == check(others)
    assert {one.code for one in refused.value.findings} == {"wrong_form", "unknown_key"}


def test_a_fault_between_bodies_is_told_as_in_the_bundle(bodies):
    twice = {**bodies, "kpis": [*bodies["kpis"], bodies["kpis"][0]]}
    without = {**twice, "measures": []}
    with pytest.raises(Refused) as refused:
        apart(without)
    assert list(refused.value.findings) == check(without)
    assert {one.code for one in refused.value.findings} >= {"duplicate_code", "unknown_name"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_beside_what_was_read_before_is_as_in_the_bundle(bodies, kind):
    whole = build(bodies)
    *others, last = bodies[kind]
    read = {one: getattr(whole, one) for one in KINDS}
    beside = Definitions(**{**read, kind: read[kind][:-1]})
    assert build({kind: [last]}, beside) == build({**bodies, kind: [*others, last]}) == whole
    assert examined({}, beside) == examined({**bodies, kind: others})
    findings, found = examined({kind: [last]}, whole)
    assert {one.code for one in findings} == {"duplicate_code"}
    assert getattr(found, kind) == (*read[kind], read[kind][-1])
