"""What the editor of a pay plan asks for besides its components: its head, and what comes after."""

from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cheji.engine.pay import GRAINS
from cheji.web.editors import Entry, Part, Row, one_of
from cheji.web.navigation import ROLES

from .components import COMPONENT, TIER
from .fitting import NONE, choices, kept, look

NAMES: Final = (
    Entry("zh", _("Name in Chinese"), block="head"),
    Entry("en", _("Name in English"), block="head"),
)
CODE: Final = Entry("code", _("Code"), "code", block="more")


ON: Final = Entry("components", _("On which components"), "many", block="head", offer="components")
ACTED_ON: Final = replace(ON, offer="acted_on")


def _parted(row: Row) -> bool:
    return row.get("kind") != "look" or bool(row.get("parts"))


def _banded(row: Row) -> bool:
    return row.get("kind") == "look" or bool(row.get("tiers"))


def _figured(row: Row) -> bool:
    return not row.get("veto") or row.get("look.by") not in ("", None)


def _recoverable(row: Row) -> bool:
    return row.get("kind") in ("recoverable", "recoverable_guarantee")


def _clawed(row: Row) -> bool:
    return row.get("clawback.policy") not in ("", None)


FACTOR_PART = Part(
    "parts",
    _("KPIs of the factor"),
    (
        Entry("kpi", _("KPI"), "choice", NONE, offer="figures"),
        Entry(
            "than",
            _("Over"),
            "many",
            (("target", _("the target")), ("average", _("the team's average"))),
        ),
        Entry("standard", _("And a fixed standard"), "value"),
        Entry("weight", _("Weight"), "share"),
    ),
    fits=_parted,
    subject=True,
)
FACTOR_TIER = Part(
    "tiers",
    _("Bands"),
    (
        Entry("from", pgettext_lazy("band", "From"), "basis"),
        Entry("rate", _("Coefficient"), "number"),
        *(entry for entry in TIER.entries if entry.block == "more"),
    ),
    hint=_("Without bands the figure itself is the coefficient."),
    fits=_banded,
)
FACTOR = Part(
    "factors",
    _("Factors"),
    (
        *NAMES,
        Entry(
            "kind",
            _("The coefficient is"),
            "choice",
            (
                ("product", _("the product of KPI ratios")),
                ("weighted", _("the weighted sum of KPI ratios")),
                ("look", _("looked up by a figure")),
            ),
            block="head",
        ),
        *look("head", NONE, kept(one_of("kind", "look"), "look.by")),
        Entry("floor", _("Lowest coefficient"), "number", block="head"),
        Entry("cap", _("Highest coefficient"), "number", block="head"),
        Entry("team", _("Of the team or outlet (step 10)"), "flag", block="head"),
        ACTED_ON,
        Entry(
            "bound",
            _("A bound belongs to"),
            "choice",
            (("lower", _("the band that begins there")), ("upper", _("the band that ends there"))),
            block="more",
        ),
        Entry(
            "missing",
            _("Without a value it is"),
            "choice",
            (("one", "1"), ("zero", "0")),
            block="more",
        ),
        Entry(
            "only_below",
            _("Only where this earlier factor is below 1"),
            "choice",
            NONE,
            block="more",
            offer="factors",
        ),
        CODE,
    ),
    (FACTOR_PART, FACTOR_TIER),
    card=True,
    subject=True,
)
GATE = Part(
    "gates",
    _("Gates"),
    (
        *NAMES,
        Entry(
            "veto",
            _("After a proven violation of this code"),
            "flag",
            block="head",
        ),
        *look("head", NONE, _figured),
        Entry("below", _("Acts below"), "basis", block="head", fits=kept(_figured, "below")),
        Entry("from", _("Acts from"), "basis", block="head", fits=kept(_figured, "from")),
        Entry(
            "effect",
            _("Then"),
            "choice",
            (
                ("zero", _("nothing is paid")),
                ("reduce", _("a part is paid")),
                ("lower", _("at most an amount is paid")),
            ),
            block="head",
        ),
        Entry(
            "rate",
            _("Which part"),
            "share",
            block="head",
            fits=kept(one_of("effect", "reduce"), "rate", "100"),
        ),
        Entry(
            "amount",
            _("Yuan of each component at most"),
            "number",
            block="head",
            fits=kept(one_of("effect", "lower"), "amount", "0"),
        ),
        ACTED_ON,
        Entry(
            "missing",
            _("Without a figure the gate"),
            "choice",
            (("pass", _("is passed")), ("act", _("acts"))),
            block="more",
        ),
        CODE,
    ),
    card=True,
    subject=True,
)
CAP = Part(
    "caps",
    _("Caps of the period"),
    (
        *NAMES,
        Entry("amount", _("Yuan"), "number", block="head"),
        Entry(
            "beyond",
            _("What is over it"),
            "choice",
            (("forfeit", _("is forfeited")), ("carry", _("is paid later"))),
            block="head",
        ),
        ON,
        CODE,
    ),
    card=True,
    subject=True,
)
HOLDBACK = Part(
    "holdbacks",
    _("Holdbacks"),
    (
        *NAMES,
        Entry("share", _("Part held of each deal"), "share", block="head"),
        Entry("release", _("Until this event"), "code", block="head", offer="events"),
        Entry("expires", _("Runs out after periods"), "number", block="head"),
        Entry(
            "at_expiry",
            _("Then"),
            "choice",
            (("forfeit", _("is forfeited")), ("release", _("is paid"))),
            block="head",
        ),
        Entry("components", _("Held of which components"), "many", block="head",
              offer="components"),
        CODE,
    ),
    card=True,
    subject=True,
)  # fmt: skip
STAGE = Part(
    "earned_at",
    _("Earned in stages"),
    (
        Entry("event", _("At this event"), "code", offer="events"),
        Entry("share", _("Part earned"), "share"),
    ),
    hint=_("Empty: all of it in the period. The first stage is the period's own."),
)
CATCH_UP = Part(
    "catch_ups",
    _("Catch-up"),
    (
        *NAMES,
        Entry(
            "grain",
            _("Over a"),
            "choice",
            choices(GRAINS, "quarter", "half", "year"),
            block="head",
        ),
        *look("head", (), by=("attainment", "kpi")),
        Entry("from", _("Reached from"), "basis", block="head"),
        Entry("most", _("Or reached up to"), "basis", block="head"),
        Entry(
            "returns",
            _("Pays what these withheld"),
            "many",
            block="head",
            offer="withheld",
        ),
        CODE,
    ),
    card=True,
    subject=True,
)
DRAW = Part(
    "draws",
    _("Draws and guarantees"),
    (
        *NAMES,
        Entry(
            "kind",
            _("Kind"),
            "choice",
            (
                ("guarantee", _("guarantee, never taken back")),
                ("recoverable_guarantee", _("guarantee, taken back later")),
                ("recoverable", _("draw, taken back later")),
                ("non_recoverable", _("draw, never taken back")),
            ),
            block="head",
        ),
        Entry("amount", _("Filled up to, yuan"), "number", block="head"),
        Entry("first", _("From the person's period"), "number", block="head"),
        Entry("until", _("To the person's period"), "number", block="head"),
        Entry(
            "recover_first",
            _("Taken back from period"),
            "number",
            block="head",
            fits=kept(_recoverable, "recover_first", "1"),
        ),
        Entry(
            "share",
            _("Part taken back"),
            "share",
            block="head",
            fits=kept(_recoverable, "share", "100"),
        ),
        Entry(
            "keep",
            _("Left in any case, yuan"),
            "number",
            block="head",
            fits=kept(_recoverable, "keep"),
        ),
        Entry(
            "limit",
            _("Taken back at most, yuan"),
            "number",
            block="head",
            fits=kept(_recoverable, "limit"),
        ),
        CODE,
    ),
    card=True,
    subject=True,
)
PLAN = Part(
    "",
    _("Pay plan"),
    (
        *NAMES,
        Entry("scheme", _("Coefficient of which scheme"), "choice", NONE, block="head",
              offer="schemes"),
        Entry("posts", _("For posts"), "many", tuple(ROLES.items()), block="whom"),
        Entry("outlets", _("Only at outlets"), "list", block="whom", hint=_("Blank is all."),
              offer="outlets"),
        Entry("levels", _("Levels of post"), "list", block="whom", hint=_("Blank is all."),
              offer="levels"),
        Entry(
            "replaces",
            _("Replaces"),
            "many",
            block="others",
            offer="plans",
            hint=_("They end with the month in which this plan begins."),
        ),
        Entry(
            "beside",
            _("Paid besides"),
            "many",
            block="others",
            offer="plans",
            hint=_("Both pay the same people."),
        ),
        Entry(
            "round_to",
            _("Payable is rounded to"),
            "choice",
            (("fen", _("the fen")), ("jiao", _("the jiao")), ("yuan", _("the yuan"))),
            block="later",
        ),
        Entry(
            "clawback.policy",
            _("A returned deal is taken back"),
            "choice",
            (
                ("", _("as anything late: worked out again, after any number of days")),
                ("original_rate", _("at the original rate")),
                ("replay", _("as if it had not been")),
                ("prorated", _("for the days left of the window")),
            ),
            block="later",
        ),
        Entry("clawback.window", _("Within days"), "number", block="later", fits=_clawed),
        Entry(
            "clawback.most",
            _("At most of a period's pay"),
            "share",
            block="later",
            fits=_clawed,
        ),
        Entry("note_zh", _("Reading in Chinese"), "lines", block="notes"),
        Entry("note_en", _("Reading in English"), "lines", block="notes"),
    ),
    (COMPONENT, FACTOR, GATE, CAP, HOLDBACK, STAGE, CATCH_UP, DRAW),
    subject=True,
)  # fmt: skip
#: Cards after the components, in the order of calculation.
LATER: Final = ("factors", "gates", "caps", "holdbacks", "catch_ups", "draws")
RENEWS: Final = frozenset(
    {"kind", "dimension", "pot", "whose", "against", "first", "look.by", "look.of", "veto",
     "effect", "clawback.policy"}
)  # fmt: skip
NEW: Final[dict[str, dict[str, Any]]] = {
    "components": {
        "kind": "units",
        "of": "deliveries",
        "tiers": [{"from": "0", "rate": "", "slope": "", "label": "", "zh": "", "en": ""}],
    },
    "parts": {"than": ["target"]},
    "gates": {"look.by": "attainment", "below": "60"},
    "catch_ups": {"from": "100"},
    "factors": {"kind": "look", "look.by": "attainment"},
}
