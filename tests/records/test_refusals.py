"""What rules name is called in Chinese as well."""

import ast
from pathlib import Path

import cheji
from cheji.records.refusals import NOUNS, NotFound

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
