"""Refusals of pay and appraisals say in words what may be chosen, with the code that is typed."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from cast import AT, Cast
from cheji.actions import pay
from cheji.actions.pay.batches import RIGHTS
from cheji.records import models as m
from cheji.records import words
from cheji.records.models.cases import DECIDED
from cheji.records.refusals import BadValue
from cheji.records.words import Words

ACTIONS = Path(pay.__file__).parent.parent


@pytest.mark.parametrize(
    ("named", "codes"),
    [
        (words.DISPUTES, m.Dispute.Kind.values),
        (words.DECISIONS, DECIDED),
        (words.EXCEPTIONS, m.PayException.How.values),
        (words.PAY_VERBS, RIGHTS),
        (words.CEILINGS, m.PayCeiling.Kind.values[1:]),
        (words.TALKS, m.Talk.Kind.values),
        (words.ROLES, m.Post.Role.values),
    ],
)
def test_each_code_has_a_name(named: Mapping[str, Words], codes: Iterable[str]) -> None:
    assert set(named) == set(codes)


def _whys() -> Iterator[tuple[str, ast.expr]]:
    """Where a value is refused, and why."""
    for folder in ("pay", "appraisals"):
        for file in sorted((ACTIONS / folder).glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BadValue":
                    given = {one.arg: one.value for one in node.keywords}
                    yield f"{folder}/{file.name}:{node.lineno}", given["why"]


def test_no_value_is_refused_by_bare_signs_or_codes() -> None:
    """A text of its own stands in one language; codes that are joined are no words at all."""
    found = dict(_whys())
    assert len(found) > 20
    bare = {
        place: ast.unparse(why)
        for place, why in found.items()
        if isinstance(why, ast.Constant | ast.JoinedStr)
        or (isinstance(why, ast.Call) and getattr(why.func, "attr", "") == "join")
    }
    assert bare == {}


def test_what_may_be_chosen_is_said_in_the_readers_language(cast: Cast) -> None:
    with pytest.raises(BadValue) as refused:
        pay.dispute(by=cast["zhang"], at=AT, kind="theft", text="?", about=pay.About())
    assert "可选：撞单（collision）、跨店成交（cross_outlet）" in refused.value.say()
    said = refused.value.say("en")
    assert "choose one of: two claim one customer (collision), sold across outlets" in said
