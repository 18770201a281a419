"""Filters on what models are: read as filters on the models that are it."""

from cheji.engine.definitions import Filter, build, switched


def measure(code, **where):
    return {
        "code": code, "zh": code, "en": code, "unit": "vehicle", "kinds": {"delivery": 1},
        "where": where,
    }  # fmt: skip


DEFINITIONS = build(
    {
        "measures": [
            measure("large", displacement={"in": ["over_250"]}),
            measure("not_key", key_model={"not": ["yes"]}, channel={"in": ["walk_in"]}),
            measure("plain", model={"in": ["A"]}),
        ]
    }
)
MODELS = {
    "B": {"displacement": "over_250", "key_model": "yes"},
    "A": {"displacement": "over_250", "key_model": "no"},
    "C": {"displacement": ""},
}


def wheres(models):
    return [measure.where for measure in switched(DEFINITIONS, models=models).measures]


def test_a_filter_names_the_models_that_are_it():
    assert wheres(MODELS) == [
        (Filter("model", inside=True, values=("A", "B")),),
        (
            Filter("channel", inside=True, values=("walk_in",)),
            Filter("model", inside=False, values=("B",)),
        ),
        (Filter("model", inside=True, values=("A",)),),
    ]


def test_where_nothing_is_told_none_is_it():
    large, not_key, _plain = wheres(None)
    assert large == (Filter("model", inside=True, values=()),)
    assert not_key[1] == Filter("model", inside=False, values=())
