"""What the editor of a scheme asks for: one entry for each key of its body, part by part."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cheji.engine.scores import NAMES, RATERS
from cheji.web.editors import Both, Entry, Part, Row, one_of
from cheji.web.editors.entries import Fits
from cheji.web.navigation import ROLES


def _by(*methods: str) -> Fits:
    return one_of("method", *methods)


def _method_choices() -> tuple[tuple[str, Any], ...]:
    return tuple((code, Both(*said)) for code, said in NAMES.items())


def _graded(row: Row) -> bool:
    return bool(row.get("quota"))


GRAINS: Final[dict[str, Any]] = {
    "week": pgettext_lazy("grain", "Week"),
    "month": pgettext_lazy("grain", "Month"),
    "quarter": pgettext_lazy("grain", "Quarter"),
    "half": pgettext_lazy("grain", "Half-year"),
    "year": pgettext_lazy("grain", "Year"),
}
SOURCES: Final[dict[str, Any]] = {
    "kpi": _("KPI"),
    "goal": _("Work goals"),
    "rating": _("Rating"),
    "deductions": _("List of deductions"),
}
MISSING: Final = (
    ("zero", _("counts as 0 points")),
    ("leave_out", _("is left out, its weight goes to the others")),
)
BANDED: Final = _by("bands")
STEPPED: Final = _by("steps")
BASED: Final = _by("bands", "steps", "ratio", "either", "points")
AIMED: Final = _by("ratio", "inverse", "mirror", "worst", "points", "steps", "either", "bands")

BAND = Part(
    "bands",
    _("Bands"),
    (
        Entry("from", pgettext_lazy("band", "From"), "basis"),
        Entry("rate", _("Earns"), "rate"),
        Entry("slope", _("And for each 100 % more"), "number"),
        Entry("label", _("Mark")),
        Entry("zh", _("In words (Chinese)")),
        Entry("en", _("In words (English)")),
    ),
    fits=BANDED,
    hint=_("Only lower bounds are typed: a band ends where the next begins."),
)
DEDUCTION = Part(
    "deductions",
    _("What takes points off"),
    (
        Entry("code", _("Code"), "code"),
        Entry("zh", _("Name in Chinese")),
        Entry("en", _("Name in English")),
        Entry("points", _("Points off"), "number"),
        Entry("free", _("Free times"), "number"),
        Entry("most", _("At most"), "number"),
    ),
    fits=one_of("source", "deductions"),
    hint=_("Negative points are added."),
)
RATER = Part(
    "raters",
    _("Who rates"),
    (
        Entry("code", _("Party"), "choice", tuple((c, Both(*said)) for c, said in RATERS.items())),
        Entry("weight", _("Weight"), "number"),
    ),
    fits=one_of("source", "rating"),
)
NEED = Part(
    "needs",
    _("Only when another item"),
    (
        Entry("item", _("Code of the item"), "code"),
        Entry(
            "of",
            _("reaches in"),
            "choice",
            (("attainment", _("attainment")), ("points", pgettext_lazy("score", "points"))),
        ),
        Entry("from", _("at least"), "number", hint=_("80% or 15")),
    ),
)
ITEM = Part(
    "items",
    _("Items"),
    (
        Entry("source", _("What is scored"), "choice", tuple(SOURCES.items()), block="head"),
        Entry(
            "kpi",
            _("KPI"),
            "code",
            block="head",
            fits=one_of("source", "kpi"),
            offer="kpis",
        ),
        Entry("zh", _("Name in Chinese"), block="head"),
        Entry("en", _("Name in English"), block="head"),
        Entry("weight", _("Weight"), "number", block="head"),
        Entry("group", pgettext_lazy("scheme", "Group"), "code", block="head"),
        Entry("code", _("Code"), "code", block="more"),
        Entry("method", _("Method"), "choice", _method_choices(), block="method"),
        Entry(
            "of",
            _("Looks at"),
            "choice",
            (("attainment", _("attainment of the target")), ("value", _("the value itself"))),
            block="method",
            fits=BASED,
        ),
        Entry("target", _("Target when none is set"), "value", block="method", fits=AIMED),
        Entry("base", _("Base"), "value", block="method", fits=_by("points")),
        Entry("stretch", _("Stretch"), "value", block="method", fits=_by("points")),
        Entry("at_base", _("At the base earns"), "share", block="method", fits=_by("points")),
        Entry("at_stretch", _("At the stretch earns"), "share", block="method", fits=_by("points")),
        Entry("worst", _("Worst value"), "value", block="method", fits=_by("worst")),
        Entry("step", _("One step"), "basis", block="method", fits=STEPPED, empty="1/100"),
        Entry("up", _("Points up for a step"), "number", block="method", fits=STEPPED),
        Entry("down", _("Points down for a step"), "number", block="method", fits=STEPPED),
        Entry(
            "counted",
            _("Part of a step"),
            "choice",
            (
                ("continuous", _("counts in proportion")),
                ("whole", _("does not count")),
                ("rounded", _("is rounded half up")),
            ),
            block="method",
            fits=STEPPED,
        ),
        Entry("each", _("Points off for each"), "number", block="method", fits=_by("deduct")),
        Entry("free", _("Free"), "number", block="method", fits=_by("deduct")),
        Entry(
            "bound",
            _("A bound belongs to"),
            "choice",
            (("lower", _("the band that begins there")), ("upper", _("the band that ends there"))),
            block="method",
            fits=BANDED,
        ),
        Entry(
            "scale",
            _("Bands give"),
            "choice",
            (("share", _("a share of the weight")), ("points", pgettext_lazy("score", "points"))),
            block="method",
            fits=BANDED,
        ),
        Entry("falls", _("Less is better"), "flag", block="method", fits=AIMED),
        Entry("gate", _("Gate: below it nothing"), "basis", block="limits"),
        Entry("cap", _("Cap, of the weight"), "share", block="limits"),
        Entry("floor", _("Floor, of the weight"), "share", block="limits"),
        Entry("missing", _("Without a value it"), "choice", MISSING, block="limits"),
        Entry(
            "absent",
            _("A rater who is missing"),
            "choice",
            (
                ("renormalise", _("his weight goes to the others")),
                ("zero", _("counts as 0 points")),
            ),
            block="limits",
            fits=one_of("source", "rating"),
        ),
        Entry(
            "correction",
            _("How strictly raters mark"),
            "choice",
            (
                ("none", _("is not corrected")),
                ("ratio", _("by each rater's mean")),
                ("t", _("by standard scores, 50 ± 10")),
            ),
            block="limits",
            fits=one_of("source", "rating"),
        ),
        Entry("total_gate", _("Below the gate the total is 0"), "flag", block="limits"),
        Entry("evidence", _("Needs evidence"), "flag", block="limits"),
        Entry("note_zh", _("Reading in Chinese"), "lines", block="more"),
        Entry("note_en", _("Reading in English"), "lines", block="more"),
    ),
    (BAND, DEDUCTION, RATER, NEED),
    card=True,
    subject=True,
)
GROUP = Part(
    "groups",
    pgettext_lazy("scheme", "Groups"),
    (
        Entry("code", _("Code"), "code"),
        Entry("zh", _("Name in Chinese")),
        Entry("en", _("Name in English")),
        Entry("weight", _("Weight"), "number"),
        Entry("cap", _("Cap in points"), "number"),
        Entry("floor", _("Floor in points"), "number"),
    ),
    hint=_("With groups, each item names the code of its group."),
)
GRADE = Part(
    "grades",
    _("Grades"),
    (
        Entry("from", _("From points"), "number"),
        Entry("label", _("Grade")),
        Entry("share", _("Share of heads"), "share", fits=_graded),
        Entry("zh", _("In words (Chinese)")),
        Entry("en", _("In words (English)")),
    ),
    hint=_("The lowest first, from 0 on."),
)
TIER = Part(
    "coefficients",
    _("Coefficients"),
    (
        Entry("from", _("From points"), "number"),
        Entry("rate", _("Coefficient"), "number"),
    ),
    fits=one_of("coefficient", "banded", "interpolated"),
)
VETO = Part(
    "vetoes",
    _("Vetoes"),
    (
        Entry("code", _("Code"), "code"),
        Entry("zh", _("Name in Chinese")),
        Entry("en", _("Name in English")),
        Entry(
            "effect",
            _("What it does"),
            "choice",
            (
                ("zero", _("the total is 0")),
                ("grade", _("no grade above")),
                ("coefficient", _("the coefficient is 0")),
            ),
        ),
        Entry("grade", _("Grade")),
        Entry("most", _("Total at most"), "number"),
    ),
)
SCHEME = Part(
    "",
    _("Scheme"),
    (
        Entry("zh", _("Name in Chinese"), block="head"),
        Entry("en", _("Name in English"), block="head"),
        Entry("posts", _("For posts"), "many", tuple(ROLES.items()), block="whom"),
        Entry("grains", _("For periods"), "many", tuple(GRAINS.items()), block="whom"),
        Entry(
            "measured",
            _("Whose figures"),
            "choice",
            (
                ("person", _("the person's own")),
                ("team", _("the team's")),
                ("outlet", _("the outlet's")),
            ),
            block="whom",
        ),
        Entry("outlets", _("Outlets by code"), "list", block="whom", hint=_("Blank is all.")),
        Entry("levels", _("Levels of post"), "list", block="whom", hint=_("Blank is all.")),
        Entry("least_days", _("Fewest days in the period"), "number", block="whom"),
        Entry(
            "absence",
            _("Days of absence"),
            "choice",
            (("ignore", _("count as days of the period")), ("exclude", _("are taken off"))),
            block="whom",
        ),
        Entry(
            "combine",
            _("The total is"),
            "choice",
            (("sum", _("the sum of points")), ("product", _("the product of shares"))),
            block="total",
        ),
        Entry("cap", _("Cap of the total"), "number", block="total"),
        Entry("floor", _("Floor of the total"), "number", block="total"),
        Entry("decimals", _("Decimals"), "number", block="total"),
        Entry(
            "coefficient",
            _("Coefficient"),
            "choice",
            (
                ("banded", _("by bands")),
                ("linear", _("total ÷ 100")),
                ("interpolated", _("straight between points")),
            ),
            block="total",
        ),
        Entry("coefficient_floor", _("Lowest coefficient"), "number", block="total"),
        Entry("coefficient_cap", _("Highest coefficient"), "number", block="total"),
        Entry("quota", _("Forced distribution"), "flag", block="quota"),
        Entry(
            "pool",
            _("Heads are graded together by"),
            "choice",
            (
                ("outlet", pgettext_lazy("unit", "Outlet")),
                ("region", pgettext_lazy("unit", "Region")),
                ("group", pgettext_lazy("unit", "Group")),
            ),
            block="quota",
            fits=_graded,
        ),
        Entry(
            "least",
            _("Smaller pools go one level up, below heads"),
            "number",
            block="quota",
            fits=_graded,
        ),
        Entry(
            "ties",
            _("Ties are broken by"),
            "list",
            block="quota",
            hint=_("Codes of items, or hired, with commas"),
            fits=_graded,
        ),
        Entry("note_zh", _("Reading in Chinese"), "lines", block="notes"),
        Entry("note_en", _("Reading in English"), "lines", block="notes"),
    ),
    (GROUP, ITEM, GRADE, TIER, VETO),
    subject=True,
)
#: What stands in a new part of a list before anything is typed.
NEW: Final[dict[str, dict[str, Any]]] = {
    "items": {"source": "kpi", "method": "ratio"},
    "raters": {"code": "manager"},
    "needs": {"of": "attainment"},
    "vetoes": {"effect": "zero"},
}
QUOTA: Final = ("pool", "least", "ties")
