"""Definitions: read, checked with all findings at once, switched, digested, written back."""

from copy import deepcopy
from fractions import Fraction

import pytest

from cheji.engine.definitions import as_json, body_of, build, check, digest, switched
from cheji.engine.definitions.fields import number_of
from cheji.engine.definitions.shapes import Definitions
from cheji.engine.findings import Refused

SWITCHES = [
    {"code": "phone", "zh": "来电", "en": "Phone", "default": False},
    {"code": "money", "zh": "金额", "en": "Money", "default": True, "note_zh": "注"},
]
MEASURES = [
    {
        "code": "visits",
        "zh": "来店",
        "en": "Visits",
        "unit": "batch",
        "kinds": {"visit_first": 1},
        "where": {"channel": {"in": ["walk_in"]}, "level": {"not": ["C"]}},
        "looked_at": ["visit_return"],
        "when": {
            "phone": {"also": {"channel": ["phone"]}},
            "money": {
                "kinds": {"visit_first": 1, "visit_return": 1},
                "column": "count",
                "cohort": "new",
                "looked_at": [],
            },
        },
    },
    {
        "code": "orders",
        "zh": "订单",
        "en": "Orders",
        "unit": "vehicle",
        "kinds": {"order_signed": 1},
        "not_by": ["model"],
        "when": {"phone": {"where": {"channel": {"not": ["phone"]}}}},
    },
    {
        "code": "gross",
        "zh": "毛利",
        "en": "Gross",
        "unit": "yuan",
        "column": "fen",
        "kinds": {"line_revenue": 1, "line_cost": -1},
    },
    {
        "code": "visits_aim",
        "zh": "次月目标",
        "en": "Next aim",
        "unit": "batch",
        "target": "visits",
        "ago": -1,
        "over_time": "closing",
        "not_by": ["team", "person", "model", "channel"],
    },
]
KPIS = [
    {"code": "visits", "zh": "来店", "en": "Visits", "unit": "batch", "formula": "visits"},
    {
        "code": "rate",
        "zh": "成交率",
        "en": "Rate",
        "unit": "ratio",
        "formula": "orders / visits",
        "direction": "up",
        "decimals": 2,
        "aliases": ["转化率"],
        "over_time": {"visits": "opening"},
    },
    {
        "code": "cost",
        "zh": "成本",
        "en": "Cost",
        "unit": "yuan",
        "formula": "gross",
        "direction": "down",
    },
]
SHEETS = [
    {
        "code": "sheet",
        "zh": "表",
        "en": "Sheet",
        "lines": ["visits", "rate"],
        "annual": True,
        "identities": [
            {"code": "same", "zh": "等", "en": "Same", "left": "orders", "right": "orders + 0"}
        ],
    }
]
SCHEMES = [
    {
        "code": "scheme",
        "zh": "方案",
        "en": "Scheme",
        "items": [
            {"kpi": "rate", "weight": 60, "gate": "60%", "cap": Fraction("1.2"), "target": "1/3"},
            {"kpi": "cost", "weight": 40, "method": "mirror", "missing": "leave_out"},
        ],
        "grades": [{"from": 0, "label": "B"}, {"from": 60, "label": "A"}],
        "coefficients": [{"from": 0, "rate": 0}, {"from": 60, "rate": 1}],
    }
]
PAY_PLANS = [
    {
        "code": "pay",
        "zh": "提成",
        "en": "Pay",
        "scheme": "scheme",
        "components": [
            {
                "code": "unit",
                "zh": "台",
                "en": "Unit",
                "kind": "units",
                "of": "orders",
                "tiers": [{"from": 0, "rate": 500}],
            },
            {
                "code": "fixed",
                "zh": "底",
                "en": "Base",
                "kind": "fixed",
                "tiers": [{"from": 0, "rate": 9}],
            },
            {
                "code": "share",
                "zh": "毛利",
                "en": "Share",
                "kind": "share",
                "of": "gross",
                "scope": "per_deal",
                "round_to": "yuan",
                "tiers": [{"from": 0, "rate": "20%"}],
            },
        ],
    }
]
BUNDLE = {
    "switches": SWITCHES,
    "measures": MEASURES,
    "kpis": KPIS,
    "sheets": SHEETS,
    "schemes": SCHEMES,
    "pay_plans": PAY_PLANS,
}


def changed(path, value):
    """The bundle with one place changed; a value of `...` takes the key away."""
    bundle = deepcopy(BUNDLE)
    *way, last = path
    body = bundle
    for step in way:
        body = body[step]
    if value is ...:
        del body[last]
    else:
        body[last] = value
    return bundle


def found(path, value):
    return [(finding.code, finding.place) for finding in check(changed(path, value))]


def test_a_sound_bundle_has_no_findings():
    assert check(BUNDLE) == []
    assert check({}) == []
    assert build({}) == Definitions()


def test_lookups_by_code():
    definitions = build(BUNDLE)
    assert definitions.measure["gross"].kinds == (("line_cost", -1), ("line_revenue", 1))
    assert definitions.kpi["rate"].over_time == (("visits", "opening"),)
    assert definitions.sheet["sheet"].identities[0].relation == "="
    assert definitions.scheme["scheme"].items[0].gate == Fraction(3, 5)
    assert [part.rounding for part in definitions.pay_plan["pay"].components] == [
        "cumulative",
        "cumulative",
        "each",
    ]
    assert [measure.is_stock for measure in definitions.measures] == [False] * 4


def test_bodies_read_back_to_equal_definitions_also_through_json():
    definitions = build(BUNDLE)
    bodies = {kind: [body_of(item) for item in getattr(definitions, kind)] for kind in BUNDLE}
    assert build(bodies) == definitions
    assert build(as_json(bodies)) == definitions


def backwards(body):
    """The same body with every mapping in the opposite order."""
    if isinstance(body, list):
        return [backwards(item) for item in body]
    if isinstance(body, dict):
        return {key: backwards(value) for key, value in reversed(body.items())}
    return body


def test_the_order_of_keys_means_nothing():
    assert build(backwards(BUNDLE)) == build(BUNDLE)


def test_a_digest_depends_on_the_content_alone():
    one, two = build(BUNDLE).scheme["scheme"], build(as_json(BUNDLE)).scheme["scheme"]
    assert digest(one) == digest(two) == digest(body_of(one))
    changed_one = build(changed(["schemes", 0, "items", 0, "gate"], "61%")).scheme["scheme"]
    assert digest(changed_one) != digest(one)


def test_a_known_digest_never_moves():
    assert digest({"b": [Fraction(1, 3), 2], "a": "店", "c": None}) == (
        "e2ce1ac2f457f4b79ac7cc9e8c4ec5cae56c57fe54efd4fb3f6d500c07dc5fb7"
    )


@pytest.mark.parametrize(
    ("path", "value", "code", "place"),
    [
        (["kpi"], [], "unknown_key", "kpi"),
        (["kpis"], {}, "wrong_form", "kpis"),
        (["kpis", 0], "text", "wrong_form", "kpis[0]"),
        (["kpis", 0, "colour"], "red", "unknown_key", "kpis.visits.colour"),
        (["kpis", 0, "zh"], ..., "missing_key", "kpis.visits"),
        (["kpis", 0, "zh"], " ", "wrong_form", "kpis.visits.zh"),
        (["kpis", 0, "zh"], 5, "wrong_form", "kpis.visits.zh"),
        (["kpis", 2, "code"], "Cost!", "wrong_form", "kpis.Cost!.code"),
        (["kpis", 2, "code"], "rate", "duplicate_code", "kpis"),
        (["kpis", 1, "code"], "visits", "name_clash", "kpis.visits.code"),
        (["kpis", 1, "formula"], "orders / people", "unknown_name", "kpis.rate.formula"),
        (["kpis", 1, "formula"], "orders + visits", "unit_mismatch", "kpis.rate.formula"),
        (["kpis", 1, "formula"], "gross / visits", "wrong_unit", "kpis.rate.formula"),
        (["kpis", 1, "formula"], "orders ** 2", "formula_not_allowed", "kpis.rate.formula"),
        (["kpis", 1, "formula"], "1 - rate", "circular", "kpis.rate.formula"),
        (["kpis", 1, "formula"], "orders / 0", "division_by_zero", "kpis.rate.formula"),
        (["kpis", 1, "unit"], "dogs", "unknown_unit", "kpis.rate.unit"),
        (["kpis", 1, "decimals"], 10, "wrong_form", "kpis.rate.decimals"),
        (["kpis", 1, "direction"], "sideways", "not_one_of", "kpis.rate.direction"),
        (["kpis", 1, "aliases"], "text", "wrong_form", "kpis.rate.aliases"),
        (["kpis", 1, "over_time"], [], "wrong_form", "kpis.rate.over_time"),
        (["kpis", 1, "over_time"], {"visits": "mean"}, "not_one_of", "kpis.rate.over_time"),
        (["kpis", 1, "over_time"], {"cost": "opening"}, "unknown_name", "kpis.rate.over_time"),
        (["switches", 0, "default"], "yes", "wrong_form", "switches.phone.default"),
        (["switches", 0, "default"], ..., "missing_key", "switches.phone"),
        (["measures", 0, "unit"], "dogs", "unknown_unit", "measures.visits.unit"),
        (["measures", 1, "kinds"], ..., "missing_key", "measures.orders"),
        (["measures", 3, "kinds"], {}, "not_of_targets", "measures.visits_aim.kinds"),
        (["measures", 3, "cohort"], "new", "not_of_targets", "measures.visits_aim.cohort"),
        (["measures", 3, "target"], "people", "unknown_name", "measures.visits_aim.target"),
        (["measures", 3, "unit"], "vehicle", "target_unit", "measures.visits_aim.unit"),
        (
            ["measures", 3],
            {"code": "aim", "zh": "目标", "en": "Aim", "unit": "ratio", "target": "rate"},
            "target_of_rate",
            "measures.aim.target",
        ),
        (["measures", 1, "kinds"], {"order": 1}, "unknown_name", "measures.orders.kinds"),
        (["measures", 1, "kinds"], {"delivery": 2}, "wrong_sign", "measures.orders.kinds"),
        (["measures", 1, "kinds"], {"delivery": []}, "wrong_sign", "measures.orders.kinds"),
        (["measures", 1, "kinds"], ["delivery"], "wrong_form", "measures.orders.kinds"),
        (["measures", 1, "looked_at"], ["order"], "unknown_name", "measures.orders.looked_at"),
        (["measures", 1, "not_by"], ["people"], "not_one_of", "measures.orders.not_by"),
        (["measures", 1, "where"], {"colour": {"in": []}}, "not_one_of", "measures.orders.where"),
        (["measures", 1, "where"], {"level": {}}, "missing_key", "measures.orders.where.level"),
        (["measures", 1, "where"], {"level": "A"}, "wrong_form", "measures.orders.where.level"),
        (["measures", 1, "when"], {"off": {}}, "unknown_name", "measures.orders.when"),
        (
            ["measures", 1, "when", "phone", "column"],
            "km",
            "not_one_of",
            "measures.orders.when.phone.column",
        ),
        (
            ["measures", 1, "when", "phone", "also"],
            {"channel": ["x"]},
            "cannot_extend",
            "measures.orders.when.phone.also",
        ),
        (
            ["measures", 0, "when", "phone", "also", "channel"],
            5,
            "wrong_form",
            "measures.visits.when.phone.also.channel",
        ),
        (["sheets", 0, "lines", 0], "people", "unknown_name", "sheets.sheet.lines"),
        (["sheets", 0, "lines"], ..., "missing_key", "sheets.sheet"),
        (["sheets", 0, "annual"], 1, "wrong_form", "sheets.sheet.annual"),
        (
            ["sheets", 0, "identities", 0, "left"],
            "people",
            "unknown_name",
            "sheets.sheet.identities.same.left",
        ),
        (
            ["sheets", 0, "identities", 0, "relation"],
            ">",
            "not_one_of",
            "sheets.sheet.identities.same.relation",
        ),
        (["schemes", 0, "items", 0, "weight"], 50, "weights_not_100", "schemes.scheme.items"),
        (
            ["schemes", 0, "items", 0, "kpi"],
            "people",
            "unknown_name",
            "schemes.scheme.items.people",
        ),
        (
            ["schemes", 0, "items", 0, "method"],
            "inverse",
            "wrong_method",
            "schemes.scheme.items.rate",
        ),
        (
            ["schemes", 0, "items", 1, "method"],
            "ratio",
            "wrong_method",
            "schemes.scheme.items.cost",
        ),
        (
            ["schemes", 0, "items", 0, "target"],
            0,
            "not_positive",
            "schemes.scheme.items.rate.target",
        ),
        (
            ["schemes", 0, "items", 0, "cap"],
            "50%",
            "cap_below_gate",
            "schemes.scheme.items.rate.cap",
        ),
        (["schemes", 0, "items", 0, "cap"], 1.2, "wrong_form", "schemes.scheme.items.rate.cap"),
        (["schemes", 0, "items"], ..., "missing_key", "schemes.scheme"),
        (["schemes", 0, "decimals"], "x", "wrong_form", "schemes.scheme.decimals"),
        (["schemes", 0, "grades", 0, "from"], 1, "bands_not_ascending", "schemes.scheme.grades"),
        (["schemes", 0, "grades", 1, "from"], 0, "bands_not_ascending", "schemes.scheme.grades"),
        (["schemes", 0, "coefficients"], [], "bands_not_ascending", "schemes.scheme.coefficients"),
        (
            ["schemes", 0, "coefficients", 1, "rate"],
            "1/0",
            "wrong_form",
            "schemes.scheme.coefficients[1].rate",
        ),
        (
            ["schemes", 0, "coefficients", 1, "rate"],
            True,
            "wrong_form",
            "schemes.scheme.coefficients[1].rate",
        ),
        (["pay_plans", 0, "scheme"], "other", "unknown_name", "pay_plans.pay.scheme"),
        (
            ["pay_plans", 0, "components", 0, "of"],
            "people",
            "unknown_name",
            "pay_plans.pay.components.unit.of",
        ),
        (
            ["pay_plans", 0, "components", 0, "of"],
            ...,
            "missing_key",
            "pay_plans.pay.components.unit",
        ),
        (
            ["pay_plans", 0, "components", 0, "of"],
            "gross",
            "not_payable",
            "pay_plans.pay.components.unit.of",
        ),
        (
            ["pay_plans", 0, "components", 0, "of"],
            "visits_aim",
            "not_of_targets",
            "pay_plans.pay.components.unit.of",
        ),
        (
            ["pay_plans", 0, "components", 2, "of"],
            "orders",
            "not_payable",
            "pay_plans.pay.components.share.of",
        ),
        (
            ["pay_plans", 0, "components", 1, "code"],
            "unit",
            "duplicate_code",
            "pay_plans.pay.components",
        ),
    ],
)
def test_each_fault_is_found_at_its_place(path, value, code, place):
    assert (code, place) in found(path, value)


def places(body, way=()):
    """Every path into the bundle."""
    inner = enumerate(body) if isinstance(body, list) else body.items()
    for key, value in list(inner):
        yield [*way, key]
        if isinstance(value, list | dict):
            yield from places(value, (*way, key))


@pytest.mark.parametrize("odd", [None, "x", -1, [None], {1: {}, "1": []}])
def test_odd_values_anywhere_are_findings_never_errors(odd):
    for path in places(BUNDLE):
        assert isinstance(check(changed(path, odd)), list)


def test_a_weight_must_be_positive():
    bundle = changed(["schemes", 0, "items", 0, "weight"], 140)
    bundle["schemes"][0]["items"][1]["weight"] = -40
    assert [finding.code for finding in check(bundle)] == ["not_positive"]


def test_all_findings_come_at_once_in_both_languages():
    bundle = changed(["kpis", 0, "colour"], "red")
    bundle["measures"][1]["kinds"] = {"order": 3}
    bundle["schemes"][0]["items"][0]["weight"] = 50
    findings = check(bundle)
    assert {finding.code for finding in findings} == {
        "unknown_key",
        "unknown_name",
        "wrong_sign",
        "weights_not_100",
    }
    assert all(f.zh and f.en and f.mend_zh and f.mend_en for f in findings)
    with pytest.raises(Refused) as refused:
        build(bundle)
    assert refused.value.findings == tuple(findings)


def kpi(code, formula):
    return {"code": code, "zh": code, "en": code, "unit": "ratio", "formula": formula}


def test_a_circle_is_shown_with_its_way():
    bundle = {"kpis": [kpi("a", "b"), kpi("b", "c + 1"), kpi("c", "a"), kpi("d", "a")]}
    assert [(f.place, f.en.rpartition(": ")[2]) for f in check(bundle)] == [
        ("kpis.a.formula", "a → b → c → a"),
        ("kpis.b.formula", "b → c → a → b"),
        ("kpis.c.formula", "c → a → b → c"),
    ]


def test_a_diamond_is_no_circle():
    kpis = [kpi("a", "b + c"), kpi("b", "d"), kpi("c", "d"), kpi("d", "1")]
    assert check({"kpis": kpis}) == []
    kpis[3] = kpi("d", "b + c")
    assert {f.place for f in check({"kpis": kpis})} == {f"kpis.{code}.formula" for code in "bcd"}


def test_nesting_is_bounded():
    kpis = [kpi(f"k{n}", f"k{n - 1} + 1" if n else "1") for n in range(14)]
    assert [(f.code, f.place) for f in check({"kpis": kpis})] == [
        ("too_deep", "kpis.k12.formula"),
        ("too_deep", "kpis.k13.formula"),
    ]


def test_switches_change_measures_and_compose():
    definitions = build(BUNDLE)
    plain = switched(definitions, {"money": False}).measure["visits"]
    both = switched(definitions, {"phone": True}).measure["visits"]
    assert (plain.when, plain.column, plain.where[0].values) == ((), "quantity", ("walk_in",))
    assert (both.column, both.cohort, both.looked_at) == ("count", "new", ())
    assert both.kinds == (("visit_first", 1), ("visit_return", 1))
    assert [item.values for item in both.where] == [("walk_in", "phone"), ("C",)]
    assert switched(definitions).measure["visits"].column == "count"


def test_an_unknown_switch_is_an_error_of_the_caller():
    with pytest.raises(KeyError):
        switched(build(BUNDLE), {"colour": True})


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, Fraction(5)),
        (Fraction(1, 3), Fraction(1, 3)),
        ("80%", Fraction(4, 5)),
        ("12.5 ％", Fraction(1, 8)),
        ("-4/6", Fraction(-2, 3)),
        ("nan", None),
        ("1e5", None),
        (0.5, None),
        (True, None),
        (None, None),
    ],
)
def test_numbers_are_exact_or_refused(value, number):
    assert number_of(value) == number
