"""Random pay plans and inputs: every component, modifier and ledger, as a generator chooses."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from cheji.engine.definitions import pay_plan_of
from cheji.engine.pay import Deal, Event, Figures, Given, Group, Held, Ledger, Member, Owed, Typed
from engine.pay_oracle import Oracle

MONEY = ("gross", "extra_gross", "gift")
COUNTS = ("cars", "policies")
MODELS = ("m1", "m2", "m3")
RATES = ("0", "1/3", "10%", "2.5%", "7/9", "33.335%", "1")
PEOPLE = ("p0", "p1", "p2")
KPIS = ("cars", "rate")


def some(rnd, choices):
    return rnd.choice(list(choices))


def maybe(rnd, body, key, value, odds=3):
    if rnd.randrange(odds) == 0:
        body[key] = value()


def bands(rnd, *, money, rates, most=4, slope=False):
    step = 1000 if money else 2
    start, found = 0, []
    for _ in range(rnd.randint(1, most)):
        band = {"from": start, "rate": rates(rnd)}
        if slope:
            maybe(rnd, band, "slope", lambda: some(rnd, ("1/2", "2", "-1")))
        found.append(band)
        start += rnd.randint(1, 3) * step
    return found


def yuan(rnd):
    return some(rnd, (0, 100, 333, -50, "0.05", "17.777", 800, 1200))


def share(rnd):
    return some(rnd, RATES)


def look(rnd, own):
    by = some(rnd, ("units", "money", "attainment", "average", "penetration", "kpi", "score"))
    body = {"by": by}
    if by in {"units", "penetration"}:
        body["of"] = some(rnd, COUNTS)
    if by in {"money", "average"}:
        body["of"] = some(rnd, MONEY)
    if by in {"average", "penetration"}:
        body["per"] = some(rnd, COUNTS)
    if by == "kpi" or (by == "attainment" and (not own or rnd.randrange(2))):
        body["of"] = some(rnd, KPIS)
    maybe(rnd, body, "level", lambda: some(rnd, ("base", "stretch")))
    maybe(rnd, body, "whose", lambda: some(rnd, ("team", "outlet")))
    if body.get("whose") and by == "attainment":
        body["of"] = some(rnd, KPIS)
    return body


def where(rnd):
    return {"model": {some(rnd, ("in", "not")): rnd.sample(MODELS, rnd.randint(1, 2))}}


def ranges(rnd):
    body = {"of": some(rnd, ("age", "day", "weekday"))}
    maybe(rnd, body, "from", lambda: rnd.randint(0, 10), 2)
    maybe(rnd, body, "below", lambda: rnd.randint(3, 20), 2)
    return [body]


def row(rnd, *, money, rates):
    body = {"where": where(rnd)}
    maybe(rnd, body, "tiers", lambda: bands(rnd, money=money, rates=rates), 2)
    maybe(rnd, body, "weight", lambda: some(rnd, ("1/2", "1.5", 2)))
    maybe(rnd, body, "ranges", lambda: ranges(rnd))
    return body


def paid_part(rnd, code, kind):
    """A component of units, money or fines."""
    money = kind == "share"
    rates = share if money else yuan
    mode = some(rnd, ("marginal", "retroactive", "interpolated"))
    body = {
        "code": code,
        "kind": kind,
        "of": some(rnd, MONEY if money else COUNTS),
        "mode": mode,
        "scope": some(rnd, ("per_deal", "cumulative")),
        "tiers": bands(rnd, money=money, rates=rates),
    }
    if mode == "interpolated":
        body["tiers"] += [{"from": 10**6, "rate": 0}]
    if mode == "retroactive" and rnd.randrange(3) == 0:
        body["look"] = look(rnd, own=True)
        body["tiers"] = bands(rnd, money=False, rates=rates, slope=True)
    for key, value in (
        ("bound", lambda: "upper"),
        ("base", lambda: "positive"),
        ("pool_negatives", lambda: True),
        ("least", lambda: some(rnd, (-100, 0, 50))),
        ("most", lambda: some(rnd, (50, 400, "333.333"))),
        ("cap", lambda: some(rnd, (500, 1000))),
        ("floor", lambda: some(rnd, (-100, 0, 200))),
        ("credit", lambda: "whole"),
        ("split", lambda: "split_first"),
        ("budget", lambda: some(rnd, (100, 1000))),
        ("stack", lambda: "same"),
        ("round_to", lambda: "yuan"),
        ("rounding", lambda: some(rnd, ("each", "cumulative"))),
        ("coefficient", lambda: True),
        ("extra", lambda: True),
        ("where", lambda: where(rnd)),
        ("ranges", lambda: ranges(rnd)),
    ):
        maybe(rnd, body, key, value, 5)
    if body["scope"] == "per_deal" and body.get("round_to"):
        body.pop("rounding", None)
    if money:
        maybe(rnd, body, "plus", lambda: ["extra_gross"], 5)
        maybe(rnd, body, "minus", lambda: ["gift"], 5)
    if rnd.randrange(5) == 0 and "look" not in body and mode != "interpolated":
        body["rows"] = [row(rnd, money=money, rates=rates) for _ in range(rnd.randint(1, 2))]
    of_group_or_first(rnd, body)
    return body


def of_group_or_first(rnd, body):
    """Totals of a group or against a target, or first deals alone."""
    if rnd.randrange(6) == 0:
        body["whose"] = some(rnd, ("team", "outlet"))
        maybe(rnd, body, "own", lambda: "exclude", 2)
        if body["kind"] == "share" and rnd.randrange(2):
            body["of_pay"] = ["c0", "c1"]
    if rnd.randrange(5) == 0:
        body["against"] = some(rnd, ("short", "over"))
        body["level"] = some(rnd, ("target", "base", "stretch"))
    elif "whose" not in body and body["kind"] != "fine":
        maybe(rnd, body, "first", lambda: some(rnd, ("day", "week", "weekend", "month")), 4)
        maybe(rnd, body, "among", lambda: some(rnd, ("team", "outlet")))
        maybe(rnd, body, "ties", lambda: rnd.sample(("gross", "policies"), rnd.randint(1, 2)), 2)


def fixed_part(rnd, code, kind):
    body = {"code": code, "kind": kind, "tiers": bands(rnd, money=False, rates=yuan, slope=True)}
    if rnd.randrange(2):
        body["look"] = look(rnd, own=False)
    elif rnd.randrange(2):
        body["of"] = some(rnd, COUNTS)
    maybe(rnd, body, "amount", lambda: some(rnd, (2, "1.5")))
    maybe(rnd, body, "prorate", lambda: True)
    maybe(rnd, body, "coefficient", lambda: True)
    maybe(rnd, body, "round_to", lambda: "yuan")
    maybe(rnd, body, "bound", lambda: "upper")
    if rnd.randrange(3) == 0:
        inside = {"level": {"in": ["senior"]}}
        body["rows"] = [{"where": inside, "tiers": bands(rnd, money=False, rates=yuan)}]
    return body


def pool_part(rnd, code):
    pot = some(rnd, ("share", "units", "fixed"))
    body = {
        "code": code,
        "kind": "pool",
        "pot": pot,
        "whose": some(rnd, ("team", "outlet")),
        "divide": some(rnd, ("equal", "units", "days", "score", "score_days")),
        "mode": some(rnd, ("marginal", "retroactive")),
        "tiers": bands(rnd, money=pot == "share", rates=share if pot == "share" else yuan),
    }
    if pot != "fixed":
        body["of"] = some(rnd, MONEY if pot == "share" else COUNTS)
    maybe(rnd, body, "cap", lambda: 700)
    maybe(rnd, body, "floor", lambda: 0)
    return body


def prize_part(rnd, code):
    prizes = [{"from": 1, "rate": 601}, {"from": 2, "rate": some(rnd, (0, 200))}]
    body = {"code": code, "kind": "prize", "of": "cars", "whose": "team", "tiers": prizes}
    maybe(rnd, body, "ties", lambda: ["gross"], 2)
    maybe(rnd, body, "still_equal", lambda: "all", 2)
    return body


def part(rnd, code):
    kind = some(
        rnd,
        ("units", "share", "share", "units", "fixed", "base", "pool", "prize", "fine", "manual"),
    )
    if kind in {"fixed", "base"}:
        body = fixed_part(rnd, code, kind)
    elif kind == "pool":
        body = pool_part(rnd, code)
    elif kind == "prize":
        body = prize_part(rnd, code)
    elif kind == "manual":
        body = {"code": code, "kind": kind}
    else:
        body = paid_part(rnd, code, kind)
    return body


def codes(rnd, parts):
    return rnd.sample(parts, rnd.randint(1, len(parts)))


def factor(rnd, code, parts, earlier):
    body = {"code": code, "kind": some(rnd, ("product", "weighted", "look"))}
    if body["kind"] == "look":
        body["look"] = look(rnd, own=False)
        maybe(rnd, body, "tiers", lambda: bands(rnd, money=False, rates=share, slope=True), 2)
        maybe(rnd, body, "bound", lambda: "upper")
    else:
        weights = ("1/4", "3/4") if body["kind"] == "weighted" else (1, 1)
        body["parts"] = [
            {
                "kpi": kpi,
                "weight": weight,
                "than": rnd.sample(("target", "average"), rnd.randint(1, 2)),
            }
            for kpi, weight in zip(KPIS, weights, strict=True)
        ]
        maybe(rnd, body["parts"][0], "standard", lambda: "1/2")
    maybe(rnd, body, "floor", lambda: "1/2")
    maybe(rnd, body, "cap", lambda: "1.3")
    maybe(rnd, body, "components", lambda: codes(rnd, parts))
    maybe(rnd, body, "team", lambda: True)
    maybe(rnd, body, "missing", lambda: "zero", 5)
    if earlier and rnd.randrange(3) == 0:
        body |= {"only_below": earlier, "team": True}
    return body


def gate(rnd, code, parts):
    body = {"code": code, "effect": some(rnd, ("zero", "reduce", "lower"))}
    body |= {"rate": "0.75", "amount": 111}
    if rnd.randrange(3) == 0:
        body["veto"] = True
    else:
        body["look"] = look(rnd, own=False)
        body[some(rnd, ("below", "from"))] = some(rnd, ("1/2", 1, 3))
        maybe(rnd, body, "missing", lambda: "act")
    maybe(rnd, body, "components", lambda: codes(rnd, parts), 2)
    return body


def draw(rnd, code):
    kinds = ("recoverable", "non_recoverable", "recoverable_guarantee", "guarantee")
    body = {"code": code, "kind": some(rnd, kinds), "amount": some(rnd, (300, 1000))}
    maybe(rnd, body, "first", lambda: 2)
    maybe(rnd, body, "until", lambda: 4)
    maybe(rnd, body, "recover_first", lambda: 2)
    maybe(rnd, body, "share", lambda: "1/3")
    maybe(rnd, body, "limit", lambda: 55)
    maybe(rnd, body, "keep", lambda: 100)
    return body


def plan(rnd):
    parts = [part(rnd, f"c{n}") for n in range(rnd.randint(1, 5))]
    names = [body["code"] for body in parts]
    factors = []
    for n in range(rnd.randrange(3)):
        factors.append(factor(rnd, f"f{n}", names, factors[-1]["code"] if factors else ""))
    gates = [gate(rnd, f"g{n}", names) for n in range(rnd.randrange(3))]
    caps = [
        {
            "code": f"k{n}",
            "amount": some(rnd, (200, 900)),
            "beyond": some(rnd, ("forfeit", "carry")),
        }
        for n in range(rnd.randrange(3))
    ]
    for cap in caps:
        maybe(rnd, cap, "components", lambda: codes(rnd, names))
    held = [
        {"code": f"h{n}", "components": codes(rnd, names), "share": some(rnd, ("1/5", "1/3")),
         "release": "plates", "expires": rnd.randrange(3),
         "at_expiry": some(rnd, ("forfeit", "release"))}
        for n in range(rnd.randrange(2))
    ]  # fmt: skip
    body = {
        "code": "plan",
        "components": parts,
        "factors": factors,
        "gates": gates,
        "caps": caps,
        "holdbacks": held,
        "draws": [draw(rnd, f"w{n}") for n in range(rnd.randrange(3))],
    }
    kept = [item["code"] for item in (*factors, *gates, *caps)]
    if kept and rnd.randrange(2):
        seen = {"by": some(rnd, ("attainment", "kpi")), "of": "cars"}
        caught = {"code": "q0", "grain": "quarter", "look": seen, "returns": codes(rnd, kept)}
        maybe(rnd, caught, "most", lambda: "1/2")
        body["catch_ups"] = [caught]
    if rnd.randrange(3) == 0:
        body["earned_at"] = [
            {"event": "signed", "share": "1/3"},
            {"event": "plates", "share": "2/3"},
        ]
    maybe(rnd, body, "clawback", lambda: {"most": some(rnd, ("1/5", 1))}, 2)
    maybe(rnd, body, "round_to", lambda: some(rnd, ("jiao", "yuan")), 4)
    return pay_plan_of(named(body))


def named(body):
    """Names in both languages for everything that has a code."""
    if isinstance(body, list):
        return [named(item) for item in body]
    if not isinstance(body, dict):
        return body
    found = {key: named(value) for key, value in body.items() if value != [] or key == "components"}
    return {"zh": "名", "en": "Name", **found} if "code" in body else found


# -- inputs ------------------------------------------------------------------------------------


def deal(rnd, number):
    amounts = {}
    for code in (*MONEY, *COUNTS):
        if rnd.randrange(3):
            worth = (
                rnd.randint(-200_000, 600_000)
                if code in MONEY
                else rnd.choice((5000, 10000, 20000))
            )
            amounts[code] = None if rnd.randrange(12) == 0 else worth
    day = rnd.choice((rnd.randint(1, 28), rnd.randint(5, 8)))
    made = Deal(f"d{number}", date(2026, 6, day), amounts,
                {"model": rnd.choice(MODELS), "age": rnd.randint(0, 20)})  # fmt: skip
    if rnd.randrange(4) == 0:
        mine = rnd.choice((Fraction(1, 2), Fraction(1, 3), Fraction(0)))
        made = made._replace(credit=rnd.choice((mine, Fraction(1), Fraction(0))), pay=mine)
        if mine and rnd.randrange(2):
            made = made._replace(shares=(mine, 1 - mine), place=0)
    return made


def figures(rnd):
    def values():
        chosen = {}
        for code in KPIS:
            if rnd.randrange(4):
                chosen[code] = rnd.choice(
                    (None, Fraction(0), Fraction(1, 2), Fraction(7, 9), Fraction(3))
                )
        return chosen

    return Figures(values(), values(), values(), values(), values())


def totals(rnd, many):
    return {
        code: rnd.randint(-50_000, 90_000) * 10 for code in (*MONEY, *COUNTS) if rnd.randrange(many)
    }


def group(rnd):
    if rnd.randrange(5) == 0:
        return None
    members = tuple(
        Member(person, rnd.randrange(4) * 10000, rnd.choice((None, Fraction(90), Fraction(70))),
               rnd.randrange(27), {"cars": rnd.randrange(3) * 10000, "gross": rnd.randrange(3)})
        for person in PEOPLE[: rnd.randint(0, 3)]
    )  # fmt: skip
    paid = {"c0": rnd.randint(0, 90_000), "c1": 777}
    return Group(totals(rnd, 4), figures(rnd), paid, members, rnd.choice((None, Fraction(88))))


def grouped(rnd, made, whose):
    """A group, with what it says of first deals where somebody's pay rests on them."""
    found = group(rnd)
    wanted = [part for part in made.components if part.first and part.among == whose]
    if found is None or not wanted:
        return found
    firsts = {
        Oracle.sought(part): tuple(f"d{n}" for n in range(7) if rnd.randrange(3))
        for part in wanted
        if rnd.randrange(5)
    }
    return replace(found, firsts=firsts)


def ledger(rnd, made):
    old = [h.code for h in made.holdbacks] + ["earned_plates", "gone"]
    held = tuple(
        Held(rnd.choice(old), f"d{rnd.randrange(6)}", rnd.randint(1, 5000), rnd.randint(1, 3))
        for _ in range(rnd.randrange(4))
    )
    return Ledger(
        {draw.code: rnd.randint(0, 90_000) for draw in made.draws},
        {code: rnd.randint(0, 9000) for code in (*(cap.code for cap in made.caps), "gone")},
        held,
        {caught.code: rnd.randint(0, 9000) for caught in made.catch_ups},
        rnd.choice((0, 0, 12_345)),
    )


def inputs(rnd, made):
    given = tuple(deal(rnd, number) for number in range(rnd.randrange(8)))
    of_days = rnd.choice((0, 26, 30))
    owed = tuple(
        Owed(rnd.choice(("adjustment", "clawback")), rnd.choice(("c0", "h0")), f"d{n}",
             rnd.randint(-90_000, 30_000), f"june:{n}")
        for n in range(rnd.randrange(3))
    )  # fmt: skip
    return Given(
        deals=given,
        totals=totals(rnd, 2),
        figures=figures(rnd),
        score=rnd.choice((None, Fraction(3), Fraction("88.5"))),
        coefficient=rnd.choice((None, Fraction("0.97"), Fraction(4, 3))),
        person=rnd.choice(PEOPLE),
        attributes={"level": rnd.choice(("senior", "junior"))},
        days=rnd.randint(0, 26),
        of_days=of_days,
        nth=rnd.randint(1, 5),
        spans=rnd.choice(({}, {"quarter": figures(rnd)})),
        team=grouped(rnd, made, "team"),
        outlet=grouped(rnd, made, "outlet"),
        ledger=ledger(rnd, made),
        events=tuple(Event(f"d{n}", "plates") for n in range(6) if rnd.randrange(3) == 0),
        owed=owed,
        typed=(Typed("c0", 4321, "m1", "why"),) if rnd.randrange(4) == 0 else (),
        vetoes=("g0",) if rnd.randrange(3) == 0 else (),
        budgets={"c0": 5000} if rnd.randrange(2) else {},
    )
