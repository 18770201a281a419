"""Random components of pay plans: every kind and every switch, as a generator chooses."""

MONEY = ("gross", "extra_gross", "gift")
COUNTS = ("cars", "policies")
MODELS = ("m1", "m2", "m3")
CHANNELS = ("web", "shop")
RATES = ("0", "1/3", "10%", "2.5%", "7/9", "33.335%", "1")
PEOPLE = ("p0", "p1", "p2")
#: Of components that others are paid.
PAID = ("c0", "c1", "c2", "gone")
KPIS = ("cars", "rate")


def some(rnd, choices):
    return rnd.choice(list(choices))


def maybe(rnd, body, key, value, odds=3):
    if rnd.randrange(odds) == 0:
        body[key] = value()


def bands(rnd, *, money, rates, most=4, slope=False):
    step = 1000 if money else 2
    start, found = some(rnd, (0, 0, 0, 0, -step)), []
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
    body = {"model": {some(rnd, ("in", "not")): rnd.sample(MODELS, rnd.randint(1, 2))}}
    maybe(rnd, body, "channel", lambda: {some(rnd, ("in", "not")): [some(rnd, CHANNELS)]}, 4)
    return body


def ranges(rnd):
    return [one_range(rnd) for _ in range(some(rnd, (1, 1, 1, 2)))]


def one_range(rnd):
    body = {"of": some(rnd, ("age", "day", "weekday"))}
    maybe(rnd, body, "from", lambda: rnd.randint(0, 10), 2)
    maybe(rnd, body, "below", lambda: rnd.randint(3, 20), 2)
    return body


def row(rnd, *, money, rates, open_end=True):
    body = {}
    maybe(rnd, body, "where", lambda: where(rnd), 2)
    maybe(rnd, body, "tiers", lambda: bands(rnd, money=money, rates=rates), 2)
    if body.get("tiers") and not open_end:
        body["tiers"] += [{"from": 10**6, "rate": 0}]
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
    summed(rnd, body, money=money)
    if rnd.randrange(4) == 0:
        tabled(rnd, body, lambda: row(
            rnd, money=money and "look" not in body, rates=rates, open_end=mode != "interpolated"
        ))  # fmt: skip
    of_group_or_first(rnd, body)
    if "whose" not in body and "against" not in body:
        only_rows(rnd, body)
    return body


def summed(rnd, body, *, money):
    """Other measures added to the base and taken off."""
    maybe(rnd, body, "plus", lambda: ["extra_gross"] if money else ["policies"], 5)
    maybe(rnd, body, "minus", lambda: ["gift"] if money else ["policies"], 5)


def tabled(rnd, body, make):
    """Rows of a table."""
    body["rows"] = [make() for _ in range(rnd.randint(1, 3))]


def only_rows(rnd, body):
    """Now and then there is nothing for what no row fits."""
    rows = body.get("rows", ())
    if rows and all("tiers" in one for one in rows) and rnd.randrange(2):
        del body["tiers"]


def of_group_or_first(rnd, body):
    """Totals of a group or against a target, or first deals alone."""
    if rnd.randrange(6) == 0:
        body["whose"] = some(rnd, ("team", "outlet"))
        maybe(rnd, body, "own", lambda: "exclude", 2)
        if body["kind"] == "share" and rnd.randrange(2):
            body["of_pay"] = rnd.sample(PAID, rnd.randint(1, len(PAID)))
    if rnd.randrange(5) == 0:
        body["against"] = some(rnd, ("short", "over"))
        body["level"] = some(rnd, ("target", "base", "stretch"))
    elif "whose" not in body and body["kind"] != "fine":
        maybe(rnd, body, "first", lambda: some(rnd, ("day", "week", "weekend", "month")), 4)
        maybe(rnd, body, "among", lambda: some(rnd, ("team", "outlet")))
        maybe(rnd, body, "ties", lambda: rnd.sample(("gross", "policies"), rnd.randint(1, 2)), 2)


def fixed_part(rnd, code, kind):
    body = {"code": code, "kind": kind, "tiers": bands(rnd, money=False, rates=yuan, slope=True)}
    maybe(rnd, body, "of", lambda: some(rnd, COUNTS), 2)
    maybe(rnd, body, "look", lambda: look(rnd, own="of" in body), 2)
    if "of" in body:
        counted(rnd, body)
    for key, value in (
        ("amount", lambda: some(rnd, (2, "1.5", 0))),
        ("prorate", lambda: True),
        ("coefficient", lambda: True),
        ("extra", lambda: True),
        ("round_to", lambda: "yuan"),
        ("bound", lambda: "upper"),
        ("cap", lambda: some(rnd, (500, 1000))),
        ("floor", lambda: some(rnd, (-100, 0, 200))),
    ):
        maybe(rnd, body, key, value)
    if rnd.randrange(3) == 0:
        tabled(rnd, body, lambda: for_people(rnd))
        only_rows(rnd, body)
    return body


def counted(rnd, body):
    """The own count by which an amount is found."""
    maybe(rnd, body, "where", lambda: where(rnd))
    maybe(rnd, body, "base", lambda: "positive")
    maybe(rnd, body, "whose", lambda: some(rnd, ("team", "outlet")))
    maybe(rnd, body, "own", lambda: "exclude")
    for key, value in (
        ("ranges", lambda: ranges(rnd)),
        ("pool_negatives", lambda: True),
        ("credit", lambda: "whole"),
        ("stack", lambda: "same"),
    ):
        maybe(rnd, body, key, value, 5)
    summed(rnd, body, money=False)


def for_people(rnd):
    """A row by the person's level or seniority."""
    body = {}
    maybe(rnd, body, "where", lambda: {"level": {some(rnd, ("in", "not")): ["senior"]}}, 2)
    maybe(rnd, body, "ranges", lambda: [{"of": "seniority", "from": 3}], 2)
    maybe(rnd, body, "tiers", lambda: bands(rnd, money=False, rates=yuan, slope=True), 2)
    return body


def pool_part(rnd, code):
    pot = some(rnd, ("share", "units", "fixed"))
    body = {
        "code": code,
        "kind": "pool",
        "pot": pot,
        "whose": some(rnd, ("team", "outlet")),
        "divide": some(rnd, ("equal", "units", "days", "score", "score_days")),
        "mode": some(rnd, ("marginal", "retroactive", "interpolated")),
        "tiers": bands(rnd, money=pot == "share", rates=share if pot == "share" else yuan),
    }
    if pot != "fixed":
        body["of"] = some(rnd, MONEY if pot == "share" else COUNTS)
        summed(rnd, body, money=pot == "share")
        maybe(rnd, body, "own", lambda: "exclude")
    if pot == "fixed" and rnd.randrange(3) == 0:
        body["of"] = some(rnd, COUNTS)
        summed(rnd, body, money=False)
        maybe(rnd, body, "own", lambda: "exclude")
    if pot == "share":
        maybe(rnd, body, "of_pay", lambda: [some(rnd, PAID)], 5)
    if body["mode"] == "interpolated":
        body["tiers"] += [{"from": 10**6, "rate": 0}]
    elif (body["mode"] == "retroactive" or pot == "fixed") and rnd.randrange(2):
        rates = share if pot == "share" else yuan
        body["look"] = look(rnd, own="of" in body)
        body["tiers"] = bands(rnd, money=False, rates=rates, slope=True)
    if pot == "fixed":
        maybe(rnd, body, "amount", lambda: some(rnd, (2, "1.5")))
        maybe(rnd, body, "prorate", lambda: True)
    for key, value in (
        ("cap", lambda: 700),
        ("floor", lambda: some(rnd, (0, 300))),
        ("bound", lambda: "upper"),
        ("coefficient", lambda: True),
        ("extra", lambda: True),
    ):
        maybe(rnd, body, key, value)
    if pot == "fixed" and "look" in body and rnd.randrange(3) == 0:
        tabled(rnd, body, lambda: for_people(rnd))
        only_rows(rnd, body)
    return body


def prize_part(rnd, code):
    prizes = [{"from": 1, "rate": 601}, {"from": 2, "rate": some(rnd, (0, 200))}]
    maybe(rnd, {}, "", lambda: prizes.append({"from": 3, "rate": "33.335"}))
    body = {"code": code, "kind": "prize", "of": some(rnd, ("cars", "gross")), "tiers": prizes}
    body["whose"] = some(rnd, ("team", "outlet"))
    maybe(rnd, body, "ties", lambda: rnd.sample(("gross", "policies"), rnd.randint(1, 2)), 2)
    maybe(rnd, body, "bound", lambda: "upper", 6)
    maybe(rnd, body, "still_equal", lambda: "all", 2)
    maybe(rnd, body, "cap", lambda: 400)
    maybe(rnd, body, "floor", lambda: some(rnd, (0, 100)))
    maybe(rnd, body, "budget", lambda: some(rnd, (100, 1000)))
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
