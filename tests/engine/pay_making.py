"""Random pay plans and inputs: every component, modifier and ledger, as a generator chooses."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from cheji.engine.definitions import pay_plan_of
from cheji.engine.pay import Deal, Event, Figures, Given, Group, Held, Ledger, Member, Owed, Typed
from engine.pay_making_parts import (
    CHANNELS,
    COUNTS,
    KPIS,
    MODELS,
    MONEY,
    PEOPLE,
    bands,
    look,
    maybe,
    part,
    share,
    some,
)
from engine.pay_oracle import Oracle


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
        maybe(rnd, body["parts"][0], "standard", lambda: "1/2", 2)
        if "standard" in body["parts"][0]:
            maybe(rnd, body["parts"][0], "than", list)
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
    body |= {"rate": some(rnd, ("0.75", "0.75", 0, "1.2")), "amount": some(rnd, (111, 111, 0))}
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


def holdback(rnd, code, parts):
    return {
        "code": code,
        "components": codes(rnd, parts),
        "share": some(rnd, ("1/5", "1/3", 1)),
        "release": some(rnd, ("plates", "loan")),
        "expires": rnd.randrange(3),
        "at_expiry": some(rnd, ("forfeit", "release")),
    }


def catch_up(rnd, code, kept):
    seen = {"by": some(rnd, ("attainment", "kpi")), "of": some(rnd, KPIS)}
    maybe(rnd, seen, "level", lambda: some(rnd, ("base", "stretch")))
    maybe(rnd, seen, "whose", lambda: some(rnd, ("team", "outlet")))
    body = {"code": code, "look": seen, "returns": codes(rnd, kept)}
    if rnd.randrange(2):
        body["returns"] = sorted(kept)
    body["grain"] = some(rnd, ("quarter", "half", "year"))
    maybe(rnd, body, "from", lambda: "1/2", 2)
    maybe(rnd, body, "most", lambda: "1/2")
    return body


def clawback(rnd):
    body = {"policy": some(rnd, ("original_rate", "replay", "prorated")), "window": 90}
    maybe(rnd, body, "most", lambda: some(rnd, ("1/5", "1/2")), 2)
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
    body = {
        "code": "plan",
        "components": parts,
        "factors": factors,
        "gates": gates,
        "caps": caps,
        "holdbacks": [holdback(rnd, f"h{n}", names) for n in range(rnd.randrange(3))],
        "draws": [draw(rnd, f"w{n}") for n in range(rnd.randrange(3))],
    }
    kept = [item["code"] for item in (*factors, *gates, *caps)]
    kept += [item["code"] for item in parts if item["kind"] == "fine"]
    if kept:
        body["catch_ups"] = [catch_up(rnd, f"q{n}", kept) for n in range(rnd.randrange(3))]
    if rnd.randrange(3) == 0:
        later = [("plates", "2/3")] if rnd.randrange(2) else [("plates", "1/6"), ("loan", "1/2")]
        stages = [("signed", "1/3"), *later]
        body["earned_at"] = [{"event": event, "share": share} for event, share in stages]
    maybe(rnd, body, "clawback", lambda: clawback(rnd), 2)
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


SPANS = [
    f"{grain}{whose}" for grain in ("quarter", "half", "year") for whose in ("", ":team", ":outlet")
]

# -- inputs ------------------------------------------------------------------------------------


#: As a card in per cent is shared by three.
THIRDS = (Fraction("0.3334"), Fraction("0.3333"), Fraction("0.3333"))


def deal(rnd, number):
    amounts = {}
    for code in (*MONEY, *COUNTS):
        if rnd.randrange(3):
            worth = (
                rnd.randint(-200_000, 600_000)
                if code in MONEY
                else rnd.choice((5000, 10000, 10000, 20000, 0, -10000))
            )
            amounts[code] = None if rnd.randrange(12) == 0 else worth
    day = rnd.choice((rnd.randint(1, 28), rnd.randint(5, 8)))
    made = Deal(f"d{number}", date(2026, 6, day), amounts,
                attributes(rnd))  # fmt: skip
    if rnd.randrange(4) == 0:
        mine = rnd.choice((Fraction(1, 2), Fraction(1, 3), Fraction(0)))
        made = made._replace(credit=rnd.choice((mine, Fraction(1), Fraction(0))), pay=mine)
        if mine and rnd.randrange(2):
            made = made._replace(shares=(mine, 1 - mine), place=0)
        elif mine and rnd.randrange(2):
            made = made._replace(shares=((1 - mine) / 2, mine, (1 - mine) / 2), place=1)
        elif rnd.randrange(2):
            place = rnd.randrange(3)
            part = THIRDS[place] if rnd.randrange(3) else Fraction(0)
            credit = rnd.choice((part, Fraction(1), Fraction(0)))
            made = made._replace(credit=credit, pay=THIRDS[place], shares=THIRDS, place=place)
    return made


def attributes(rnd):
    """What is known of a deal; a number may be missing, or be text."""
    found = {}
    maybe(rnd, found, "age", lambda: rnd.choice((rnd.randint(0, 20), rnd.randint(0, 20), "old")), 1)
    if rnd.randrange(8) == 0:
        return found
    maybe(rnd, found, "channel", lambda: rnd.choice(CHANNELS), 2)
    return {**found, "model": rnd.choice(MODELS)}


def figures(rnd):
    def values():
        chosen = {}
        for code in KPIS:
            if rnd.randrange(4):
                chosen[code] = rnd.choice(
                    (None, Fraction(0), Fraction(1, 2), Fraction(7, 9), Fraction(3), Fraction(-1))
                )
        return chosen

    return Figures(values(), values(), values(), values(), values())


def totals(rnd, many):
    return {
        code: rnd.randint(-50_000, 90_000) * 10 for code in (*MONEY, *COUNTS) if rnd.randrange(many)
    }


#: With two of whom nobody's pay is worked out.
TEAM = (*PEOPLE, "q0", "q1")
SCORES = (None, Fraction(90), Fraction(70), Fraction(200, 3), Fraction(-5))


def ties(rnd):
    """What decides equal ranks, where it is known."""
    return {code: rnd.randrange(3) for code in ("gross", "policies") if rnd.randrange(4)}


def group(rnd):
    if rnd.randrange(5) == 0:
        return None
    members = tuple(
        Member(person, rnd.randrange(-1, 4) * 10000, rnd.choice(SCORES),
               rnd.randrange(27), {"cars": rnd.randrange(-1, 3) * 10000, **ties(rnd)})
        for person in rnd.sample(TEAM, rnd.randint(0, len(TEAM)))
    )  # fmt: skip
    paid = {"c0": rnd.randint(0, 90_000), "c1": 777, "c2": -500}
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
    old = [h.code for h in made.holdbacks] + ["earned_plates", "earned_loan", "gone"]
    held = tuple(
        Held(rnd.choice(old), f"d{rnd.randrange(6)}", rnd.randint(1, 5000), rnd.randint(1, 3),
             f"may:{rnd.randrange(2)}")
        for _ in range(rnd.randrange(4))
    )  # fmt: skip
    return Ledger(
        {draw.code: rnd.randint(0, 90_000) for draw in made.draws},
        {code: rnd.randint(0, 9000) for code in (*(cap.code for cap in made.caps), "gone")},
        held,
        {caught.code: rnd.randint(0, 9000) for caught in made.catch_ups},
        rnd.choice((0, 0, 12_345)),
    )


OWING = ("c0", "h0", "h1", "earned_plates", "w0")


def inputs(rnd, made):
    given = tuple(deal(rnd, number) for number in range(rnd.randrange(8)))
    of_days = rnd.choice((0, 26, 30))
    owed = tuple(
        Owed(rnd.choice(("adjustment", "clawback")), rnd.choice(OWING), f"d{n}",
             rnd.randint(-90_000, 30_000), f"june:{n}")
        for n in range(rnd.randrange(3))
    )  # fmt: skip
    before = ledger(rnd, made)
    owed += tuple(
        Owed("adjustment", one.holdback, one.source, rnd.randint(1, one.fen + 900), one.origin,
             "reserve_back")
        for one in before.held
        if rnd.randrange(3) == 0
    )  # fmt: skip
    return Given(
        deals=given,
        totals=totals(rnd, 2),
        figures=figures(rnd),
        score=rnd.choice((None, Fraction(3), Fraction("88.5"))),
        coefficient=rnd.choice((None, Fraction("0.97"), Fraction(4, 3), Fraction(0))),
        person=rnd.choice(PEOPLE),
        attributes={"level": rnd.choice(("senior", "junior")), "seniority": rnd.randint(1, 5)},
        days=rnd.randint(0, 26),
        of_days=of_days,
        nth=rnd.randint(1, 5),
        spans={span: figures(rnd) for span in SPANS if rnd.randrange(2)},
        team=grouped(rnd, made, "team"),
        outlet=grouped(rnd, made, "outlet"),
        ledger=before,
        events=tuple(
            Event(f"d{n}", event)
            for n in range(6)
            for event in ("plates", "loan")
            if rnd.randrange(3) == 0
        ),
        owed=owed,
        typed=tuple(
            Typed(rnd.choice(("c0", "c1", "else")), rnd.randint(-5000, 9000), f"m{n}", "why")
            for n in range(rnd.choice((0, 0, 0, 1, 2)))
        ),
        vetoes=tuple(code for code in ("g0", "g1") if rnd.randrange(3) == 0),
        budgets={
            part.code: rnd.choice((0, 5000, 12_345))
            for part in made.components
            if part.budget is not None and rnd.randrange(2)
        },
        elsewhere=totals(rnd, 2) if rnd.randrange(2) else {},
        outside=totals(rnd, 2) if rnd.randrange(2) else {},
    )
