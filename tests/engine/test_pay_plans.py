"""Pay plans as data: read, written back, refused with every fault at its place."""

import pytest

from cheji.engine.definitions import body_of, digest, pay_plan_of
from cheji.engine.findings import Refused
from engine.plans import body, named, part, plan

LOOK = {"by": "attainment", "of": "cars"}
GATE = named("g", look=LOOK, below="60%")
FACTOR = named("f", parts=[{"kpi": "rate"}])
HELD = named("h", components=["unit_bonus"], share="20%", release="plates")
DRAW = named("d", kind="guarantee", amount=1000)
CAUGHT = named("q", grain="quarter", look=LOOK, returns=["g"])


def faults(*parts, **fields):
    with pytest.raises(Refused) as refused:
        pay_plan_of(body(*(parts or (part(),)), **fields))
    return [(found.code, found.place) for found in refused.value.findings]


def test_a_plan_of_everything_is_written_back_as_it_was():
    made = plan(
        part(rows=[{"where": {"model": {"in": ["m"]}}, "weight": 2}]),
        part(
            "old",
            ranges=[{"of": "stock_days", "from": 90}],
            extra=True,
            stack="spiff",
            where={"tags": {"not": ["x"]}},
        ),
        scheme="monthly",
        factors=[FACTOR],
        gates=[GATE, named("veto", veto=True)],
        caps=[named("k", amount=8000, beyond="carry")],
        holdbacks=[HELD],
        earned_at=[{"event": "signed", "share": "30%"}, {"event": "paid", "share": "70%"}],
        catch_ups=[CAUGHT],
        draws=[DRAW],
        clawback={"policy": "replay", "window": 90},
        round_to="jiao",
        posts=["consultant"],
    )
    again = pay_plan_of(body_of(made))
    assert (again, digest(again)) == (made, digest(made))


def test_what_a_plan_needs_to_know():
    made = plan(
        part(look={"by": "penetration", "of": "policies", "per": "cars"}, mode="retroactive"),
        part("g", "share", "gross", ((0, 1),), plus=["extra"], minus=["gift"]),
        part("p", "prize", whose="team", ties=["gross"], bands=((1, 600),)),
        part("s", "fine", "loans", ((0, 1),), against="short"),
        part("a", look={"by": "attainment"}, mode="retroactive"),
        part("k", look={"by": "kpi", "of": "rate"}, mode="retroactive"),
        factors=[named("f", parts=[{"kpi": "close"}])],
    )
    assert made.measures == ("cars", "gross", "extra", "gift", "loans", "policies")
    assert made.kpis == ("close", "cars", "rate", "loans")


def test_everybody_is_meant_where_nobody_is_named():
    assert (plan(part()).posts, plan(part()).levels, plan(part()).outlets) == ((), (), ())


C = "components.unit_bonus"
ONE = [{"from": 0, "rate": 1}]


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"bands": ()}, "part_needs", f"{C}.tiers"),
        ({"kind": "manual", "of": ""}, "part_needs", f"{C}.tiers"),
        ({"bands": (), "whose": "team", "rows": [{"tiers": ONE}]}, "part_needs", f"{C}.tiers"),
        (
            {"kind": "pool", "bands": (), "whose": "team", "rows": [{"tiers": ONE}]},
            "part_needs",
            f"{C}.tiers",
        ),
        ({"kind": "fine", "first": "day"}, "part_needs", f"{C}.first"),
        ({"whose": "team", "first": "day"}, "part_needs", f"{C}.first"),
        ({"of": ""}, "missing_key", C),
        ({"kind": "pool"}, "part_needs", f"{C}.whose"),
        ({"kind": "share", "of": "", "of_pay": ["x"]}, "part_needs", f"{C}.whose"),
        ({"kind": "fixed", "against": "short"}, "part_needs", f"{C}.against"),
        ({"look": LOOK}, "part_needs", f"{C}.mode"),
        ({"tiers": [{"from": 0, "rate": 1, "slope": 2}]}, "part_needs", f"{C}.mode"),
        ({"mode": "interpolated"}, "part_needs", f"{C}.tiers"),
        (
            {"scope": "per_deal", "round_to": "yuan", "rounding": "cumulative"},
            "part_needs",
            f"{C}.rounding",
        ),
        ({"least": 2, "most": 1}, "part_needs", f"{C}.least"),
        ({"floor": 2, "cap": 1}, "part_needs", f"{C}.cap"),
        ({"budget": -1}, "part_needs", f"{C}.budget"),
        ({"mode": "retroactive", "look": {"by": "kpi"}}, "part_needs", f"{C}.look.of"),
        (
            {"mode": "retroactive", "look": {"by": "average", "of": "x"}},
            "part_needs",
            f"{C}.look.per",
        ),
        ({"where": {"": {"in": ["a"]}}}, "part_needs", f"{C}.where"),
        ({"rows": [{"weight": 0}]}, "not_positive", f"{C}.rows[0].weight"),
        ({"tiers": [{"from": 1, "rate": 1}]}, "bands_not_ascending", f"{C}.tiers"),
        (
            {"kind": "prize", "whose": "team", "tiers": [{"from": 2, "rate": 1}]},
            "bands_not_ascending",
            f"{C}.tiers",
        ),
    ],
)
def test_faults_of_a_component(fields, code, place):
    assert (code, place) in faults(part(**fields))


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"factors": [named("f", kind="look")]}, "part_needs", "factors.f.look"),
        ({"factors": [named("f")]}, "part_needs", "factors.f.parts"),
        (
            {"factors": [named("f", kind="weighted", parts=[{"kpi": "a", "weight": 2}])]},
            "part_needs",
            "factors.f.parts",
        ),
        (
            {"factors": [named("f", parts=[{"kpi": "a", "than": []}])]},
            "part_needs",
            "factors.f.parts",
        ),
        (
            {"factors": [named("f", parts=[{"kpi": "a", "than": ["best"]}])]},
            "not_one_of",
            "factors.f.parts.a.than",
        ),
        (
            {"factors": [named("f", floor=2, cap=1, parts=[{"kpi": "a"}])]},
            "part_needs",
            "factors.f.cap",
        ),
        ({"factors": [{**FACTOR, "only_below": "x"}]}, "unknown_name", "factors.f.only_below"),
        ({"factors": [{**FACTOR, "components": ["x"]}]}, "unknown_name", "factors.f.components"),
        ({"factors": [FACTOR, FACTOR]}, "duplicate_code", "factors"),
        ({"gates": [named("g", look=LOOK)]}, "part_needs", "gates.g.below"),
        ({"gates": [named("g", below=1)]}, "part_needs", "gates.g.look"),
        ({"gates": [{**GATE, "veto": True, "below": 1}]}, "part_needs", "gates.g.look"),
        (
            {"gates": [named("g", look={"by": "attainment"}, below=1)]},
            "part_needs",
            "gates.g.look.of",
        ),
        ({"caps": [named("k", amount=0)]}, "not_positive", "caps.k.amount"),
        ({"holdbacks": [{**HELD, "share": 2}]}, "part_needs", "holdbacks.h.share"),
        ({"holdbacks": [{**HELD, "components": []}]}, "part_needs", "holdbacks.h.components"),
        ({"earned_at": [{"event": "a", "share": "1/2"}]}, "stages_not_whole", "earned_at"),
        ({"earned_at": [{"event": "a", "share": "1/2"}] * 2}, "duplicate_code", "earned_at"),
        ({"catch_ups": [{**CAUGHT, "returns": ["x"]}]}, "unknown_name", "catch_ups.q.returns"),
        (
            {"catch_ups": [named("q", grain="quarter", returns=["x"])]},
            "part_needs",
            "catch_ups.q.look",
        ),
        ({"draws": [{**DRAW, "amount": 0}]}, "not_positive", "draws.d.amount"),
        ({"draws": [{**DRAW, "first": 5, "until": 4}]}, "part_needs", "draws.d.until"),
        ({"draws": [{**DRAW, "share": 0}]}, "part_needs", "draws.d.share"),
        ({"clawback": {"policy": "prorated"}}, "not_positive", "clawback.window"),
        ({"clawback": {"most": 2}}, "part_needs", "clawback.most"),
    ],
)
def test_faults_of_the_whole(fields, code, place):
    assert (code, place) in faults(**fields)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"caps": [named("k", amount="1.000,5")]}, "caps.k.amount"),
        ({"draws": [{**DRAW, "amount": "many"}]}, "draws.d.amount"),
        ({"draws": [{**DRAW, "first": "x"}]}, "draws.d.first"),
        ({"holdbacks": [{**HELD, "share": "half"}]}, "holdbacks.h.share"),
    ],
)
def test_what_is_no_number_is_one_finding(fields, place):
    assert faults(**fields) == [("wrong_form", place)]


def test_a_fault_of_the_clawback_names_its_own_field():
    with pytest.raises(Refused) as refused:
        pay_plan_of(body(part(), clawback={"most": 2}))
    assert [one.mend_zh for one in refused.value.findings] == ["补上或改正“每期最多占应付”"]
