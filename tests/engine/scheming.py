"""Small schemes and cards for the tests of scores."""

from fractions import Fraction

from cheji.engine.definitions import Grade, Scheme, SchemeItem, Tier
from cheji.engine.scores import Given, prepared

GRADES = tuple(
    Grade(Fraction(at), label) for at, label in ((0, "D"), (60, "C"), (70, "B"), (90, "A"))
)
COEFFICIENTS = tuple(
    Tier(Fraction(at), Fraction(rate))
    for at, rate in ((0, "0"), (60, "0.6"), (70, "0.8"), (80, "0.9"), (90, "1"), (100, "1.2"))
)


def fraction(value):
    return None if value is None else Fraction(str(value))


def item(method="ratio", weight=100, code="k", **more):
    """An item whose numbers may be given as texts."""
    exact = {
        name: Fraction(value) if isinstance(value, str) and name in NUMBERS else value
        for name, value in more.items()
    }
    kpi = "" if more.get("source") else code
    return SchemeItem(kpi, Fraction(weight), method, code="" if kpi else code, **exact)


NUMBERS = {
    "gate", "cap", "target", "base", "stretch", "at_base", "at_stretch", "worst", "step", "up",
    "down", "each", "free", "floor",
}  # fmt: skip


def scheme(*items, **more):
    filled = {"grades": GRADES, "coefficients": COEFFICIENTS, **more}
    return Scheme("s", "方案", "Scheme", items, **filled)


def card(one, actual=None, target=None, **given):
    """The card of a scheme of one item, or of a scheme, by a value and a target."""
    whole = one if isinstance(one, Scheme) else scheme(one)
    values = {"k": fraction(actual)} if actual is not None else given.pop("values", {})
    targets = {"k": fraction(target)} if target is not None else given.pop("targets", {})
    exact = [{code: fraction(value) for code, value in part.items()} for part in (values, targets)]
    return prepared(whole).score(Given(*exact, **given))


def points(one, actual=None, target=None, **given):
    return card(one, actual, target, **given).items[0].points


def effect(one, actual=None, target=None, **given):
    return card(one, actual, target, **given).items[0].reason.get("effect")
