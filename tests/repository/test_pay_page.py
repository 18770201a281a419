"""The page of pay plans names every key, every step and every worked figure."""

from dataclasses import fields
from typing import get_args

import pytest

from cheji.engine.definitions import (
    Band,
    Cap,
    CatchUp,
    Clawback,
    Component,
    Draw,
    Factor,
    FactorPart,
    Gate,
    Holdback,
    Look,
    PayPlan,
    Range,
    Row,
    Stage,
    pay_components,
    pay_plans,
)
from cheji.engine.pay import STEPS
from cheji.packs.pay_handbook import worked_pay
from repository.tree import LANGUAGES, documents

SHAPES = (PayPlan, Component, Band, Look, Row, Range, Factor, FactorPart, Gate, Cap, Holdback,
          Stage, CatchUp, Draw, Clawback)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_is_named(language: str) -> None:
    page = documents(language)["pay-plans.md"]
    keys = {"from" if f.name == "start" else f.name for shape in SHAPES for f in fields(shape)}
    missing = [key for key in keys if not any(f"{mark}{key}`" in page for mark in ("`", "."))]
    assert sorted(missing) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_is_named(language: str) -> None:
    page = documents(language)["pay-plans.md"]
    words = {
        word
        for module in (pay_components, pay_plans)
        for value in vars(module).values()
        for word in get_args(value)
        if isinstance(word, str) and word
    }
    missing = [word for word in words if f"`{word}`" not in page and f": {word}`" not in page]
    assert sorted(missing) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_stands_in_its_order(language: str) -> None:
    page = documents(language)["pay-plans.md"]
    firsts = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")]
    numbers = [int(first) for first in firsts if first.isdigit()]
    assert numbers == [step.number for step in STEPS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_worked_figure_stands_on_it(language: str) -> None:
    assert documents(language)["pay-plans.md"].endswith(worked_pay(language))
