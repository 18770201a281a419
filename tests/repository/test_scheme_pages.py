"""The examples on the page of schemes and pay plans are the pack's, word for word."""

import re

import pytest

from cheji.engine.definitions import body_of, build
from cheji.packs import load, read_yaml
from repository.tree import LANGUAGES, documents


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_are_the_packs(language: str) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", documents(language)["schemes-and-pay.md"], re.DOTALL)
    pack = load("dealership").definitions
    own, schemes, plans = (read_yaml(block) for block in blocks)
    around = {"schemes": schemes["schemes"], "pay_plans": plans["pay_plans"]}

    bodies = {
        key: [body_of(one) for one in getattr(pack, key)]
        for key in ("switches", "measures", "kpis")
    }
    bodies["measures"] += own["measures"]
    found = build({**bodies, **around})
    assert found.schemes
    assert all(scheme == pack.scheme[scheme.code] for scheme in found.schemes)
    assert found.pay_plans == pack.pay_plans
