"""Packs: found, loaded once, written back; YAML without floats, anchors or surprises."""

from datetime import date
from fractions import Fraction

import pytest

from cheji import packs
from cheji.engine.definitions import build
from cheji.engine.findings import Refused
from cheji.engine.tallies import VISIT_CHANNELS


def test_the_dealership_pack_has_the_whole_of_both_sheets():
    definitions = packs.load("dealership").definitions
    assert packs.codes() == ["dealership", "motorcycle", "presets", "published"]
    assert [len(sheet.lines) for sheet in definitions.sheets] == [15, 15]
    assert [definitions.kpi[code].zh for code in definitions.sheet["kpi"].lines] == [
        "本月广宣投放(元)",
        "来店批次",
        "单批次来店成本(元)",
        "新增意向客户数",
        "留存意向客户数量",
        "新增意向客户产生订单数",
        "留存意向客户产生订单数",
        "留存订单及全款数",
        "本月展厅交车数",
        "留有资料比例",
        "本月产生订单合计数",
        "留存订单+本月订单",
        "留存意向客户订单转化率A",
        "新增意向客户订单转化率B",
        "交车转化率",
    ]
    assert [definitions.kpi[code].zh for code in definitions.sheet["structure"].lines] == [
        *(channels := ["来店", "行业开拓", "保有客户", "户外展示", "其他", "二级网点"]),
        *(f"{channel}所占结构比" for channel in channels),
        "月度交车合计",
        "二手车置换",
        "二手车所占结构比",
    ]


def test_every_visit_channel_counts_by_some_reading():
    visits = packs.load("dealership").definitions.measure["visits"]
    counted = set(visits.where[0].values)
    counted.update(*(dict(override.also)["channel"] for override in visits.when))
    assert counted == {"", *VISIT_CHANNELS}


def test_definitions_are_written_back_and_read_again():
    definitions = packs.load("dealership").definitions
    bodies = {
        kind: [packs.read_yaml(packs.dump(item)) for item in getattr(definitions, kind)]
        for kind in packs.BUNDLE_KEYS
    }
    assert build(bodies) == definitions


def test_an_unknown_pack_is_an_error_of_the_caller():
    with pytest.raises(KeyError):
        packs.load("bakery")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.8", Fraction(4, 5)),
        ("-12", -12),
        ("80%", "80%"),
        ("2026-01-31", date(2026, 1, 31)),
        ("on", "on"),
        ("no", "no"),
        ("010", "010"),
        ("1:30", "1:30"),
        ("1e5", "1e5"),
        (".nan", ".nan"),
        ("true", True),
        ("~", None),
        ("a:", {"a": None}),
        ("[1, 1.50, x]", [1, Fraction(3, 2), "x"]),
    ],
)
def test_yaml_is_read_exactly(text, value):
    found = packs.read_yaml(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2",
        "a: &x [1]\nb: *x",
        "&x [1]",
        "a: b: c",
        "? [1]\n: 2",
        "!!python/object/apply:os.system [ls]",
        "!!float 1e999999999",
        "2026-02-30",
        "[" * 40 + "]" * 40,
        "- " * 3000 + "x",
        "x" * 300_001,
        "a: 1\n---\nb: 2",
    ],
)
def test_yaml_with_traps_is_refused(text):
    with pytest.raises(Refused) as refused:
        packs.read_yaml(text, "mine.yaml")
    assert [(f.code, f.place) for f in refused.value.findings] == [("yaml", "mine.yaml")]


@pytest.mark.parametrize("number", ["0.8", "-0.05", "12.5", "1/3", "-7/9"])
def test_fractions_survive_being_written(number):
    definitions = packs.load("dealership").definitions
    scheme = definitions.schemes[0]
    body = packs.read_yaml(packs.dump(scheme))
    body["items"][0]["gate"] = number
    bodies = {
        "measures": [packs.read_yaml(packs.dump(item)) for item in definitions.measures],
        "switches": [packs.read_yaml(packs.dump(item)) for item in definitions.switches],
        "kpis": [packs.read_yaml(packs.dump(item)) for item in definitions.kpis],
    }
    if Fraction(number) > 1:
        body["items"][0]["cap"] = 20
    read = build({**bodies, "schemes": [body]}).schemes[0]
    assert read.items[0].gate == Fraction(number)
    again = packs.read_yaml(packs.dump(read))
    assert build({**bodies, "schemes": [again]}).schemes[0] == read
