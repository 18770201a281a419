"""Definitions as data: shapes, reading with all findings at once, checks, digests."""

from cheji.engine.definitions.bodies import as_json, body_of, digest
from cheji.engine.definitions.checks import build, check
from cheji.engine.definitions.shapes import (
    Benchmark,
    Component,
    Definition,
    Definitions,
    Filter,
    Funnel,
    Grade,
    Identity,
    Kpi,
    Measure,
    Override,
    PayPlan,
    Scheme,
    SchemeItem,
    Sheet,
    Switch,
    Tier,
)
from cheji.engine.definitions.switching import switched

__all__ = [
    "Benchmark",
    "Component",
    "Definition",
    "Definitions",
    "Filter",
    "Funnel",
    "Grade",
    "Identity",
    "Kpi",
    "Measure",
    "Override",
    "PayPlan",
    "Scheme",
    "SchemeItem",
    "Sheet",
    "Switch",
    "Tier",
    "as_json",
    "body_of",
    "build",
    "check",
    "digest",
    "switched",
]
