"""What rules name is called in Chinese as well."""

import ast
import pickle
from pathlib import Path

import cheji
from cheji.engine.periods import GRAINS as PERIODS
from cheji.records.models import ImportBatch, Order, Post, Prospect, Run, Unit
from cheji.records.refusals import NOUNS, NotFound, NotYours
from cheji.records.registers import REGISTERS
from cheji.records.right_words import RIGHTS
from cheji.records.rights import DOES
from cheji.records.words import BATCHES, CARDS, GRAINS, ORDERS, ROLES, RUNS, UNITS

ASKED = ("one", "locked")
"""Functions that take rows and what the missing one of them is called."""


def named() -> set[str]:
    """Every noun that the source gives to a rule, or a row is asked for by."""
    found = set()
    for path in Path(cheji.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call):
                found |= {k.value for k in call.keywords if k.arg == "noun"}
                if getattr(call.func, "id", getattr(call.func, "attr", "")) in ASKED:
                    found |= set(call.args[1:2])
    return {node.value for node in found if isinstance(node, ast.Constant) and node.value}


def test_every_noun_of_a_rule_has_a_chinese_name():
    assert {noun for noun in named() if noun not in NOUNS} == set()
    assert {noun: said for noun, said in NOUNS.items() if said.isascii()} == {}


def test_a_refusal_names_it_in_the_language_of_its_reader():
    refusal = NotFound(noun="register", key="dogs")
    assert "台账“dogs”" in refusal.say("zh-hans")
    assert "register “dogs”" in refusal.say("en")


def test_every_verb_that_posts_allow_is_called_something():
    asked = {verb for verbs in DOES.values() for verb in verbs}
    asked |= {register.right for register in REGISTERS.values()} | {"tokens.make"}
    assert asked == RIGHTS.keys()
    refusal = NotYours(verb="pay.approve")
    assert refusal.say("en").startswith("Your post does not allow “approve pay”.")
    assert refusal.say().startswith("您的岗位不能执行“批准提成”。")
    again = pickle.loads(pickle.dumps(refusal))
    assert (again.say(), again.outline().say()) == (refusal.say(), refusal.say())


def test_every_code_that_refusals_name_is_called_something():
    told = {
        Post.Role: ROLES, Unit.Kind: UNITS, Run.Kind: RUNS, Prospect.State: CARDS,
        Order.State: ORDERS, ImportBatch.State: BATCHES,
    }  # fmt: skip
    assert {one: {*words} for one, words in told.items()} == {one: {*one.values} for one in told}
    assert {*GRAINS} == {*PERIODS}
