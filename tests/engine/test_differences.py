"""What two versions of a definition say differently."""

from cheji.engine.definitions.differences import Difference, differences

OLD = {
    "code": "rate",
    "formula": "orders / visits",
    "aliases": ["成交率"],
    "where": {"channel": {"in": ["walk_in"]}},
    "items": [{"kpi": "visits", "weight": 40}, {"kpi": "orders", "weight": 60}],
    "note_en": "gone",
}
NEW = {
    "code": "rate",
    "formula": "orders / leads",
    "aliases": ["成交率", "签单率"],
    "where": {"channel": {"not": ["walk_in"]}, "level": {"in": ["H"]}},
    "items": [{"kpi": "visits", "weight": 50}, {"kpi": "gross", "weight": 50}],
    "decimals": 1,
}


def test_equal_bodies_do_not_differ():
    assert differences(OLD, dict(reversed(OLD.items()))) == []


def test_every_field_that_differs_is_named_with_both_values():
    assert differences(OLD, NEW) == [
        Difference("formula", "orders / visits", "orders / leads"),
        Difference("aliases", ["成交率"], ["成交率", "签单率"]),
        Difference("where.channel.not", None, ["walk_in"]),
        Difference("where.channel.in", ["walk_in"], None),
        Difference("where.level", None, {"in": ["H"]}),
        Difference("items.visits.weight", 40, 50),
        Difference("items.gross", None, {"kpi": "gross", "weight": 50}),
        Difference("items.orders", {"kpi": "orders", "weight": 60}, None),
        Difference("decimals", None, 1),
        Difference("note_en", "gone", None),
    ]


def test_a_list_that_becomes_something_else_is_one_difference():
    assert differences({"lines": []}, {"lines": [{"code": "a"}]}) == [
        Difference("lines", [], [{"code": "a"}])
    ]
