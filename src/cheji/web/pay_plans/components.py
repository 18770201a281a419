"""What the editor of a pay plan asks for of its components: one entry for each key."""

from dataclasses import replace
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cheji.engine.pay import GROUPS, LEVELS
from cheji.engine.pay.deal_words import FIRST_OF
from cheji.engine.pay.words import BOUNDS, DIVIDES, KINDS, MODES, SCOPES
from cheji.web.editors import Entry, Part, one_of

from .chosen import LOOKED_AT, NUMBERS
from .fitting import (
    BANDED,
    COUNTED,
    DEALT,
    NONE,
    PAID,
    TABLED,
    based,
    by_deal,
    choices,
    found_by,
    grouped,
    kept,
    look,
    lumped,
    of_kind,
)

TIER = Part(
    "tiers",
    _("Bands"),
    (
        Entry("from", pgettext_lazy("band", "From"), "basis"),
        Entry("rate", _("Rate"), "rate"),
        Entry("slope", _("And for each 1 more"), "number", block="more"),
        Entry("label", _("Mark"), block="more"),
        Entry("zh", _("In words (Chinese)"), block="more"),
        Entry("en", _("In words (English)"), block="more"),
    ),
    hint=_("Only lower bounds are typed: a band ends where the next begins."),
    fits=lambda row: row.get("kind") != "manual" or bool(row.get("tiers")),
)
WHERE = Part(
    "where",
    _("Only where"),
    (
        Entry("dimension", _("What of the deal"), "choice", LOOKED_AT),
        Entry(
            "way",
            pgettext_lazy("filter", "Is"),
            "choice",
            (("in", _("one of these")), ("not", _("none of these"))),
        ),
        Entry("values", _("Values"), "list", offer="values", by="dimension"),
    ),
    fits=by_deal("where"),
    block="deals",
)
RANGE = Part(
    "ranges",
    _("Only with a number"),
    (
        Entry(
            "of", _("Which number"), "choice", NUMBERS, hint=_("Weekday: Monday is 1, Sunday 7.")
        ),
        Entry("from", pgettext_lazy("band", "From"), "number"),
        Entry("below", pgettext_lazy("range", "Below"), "number"),
    ),
    fits=by_deal("ranges"),
    block="deals",
)
ROW = Part(
    "rows",
    _("Rows of a table"),
    (
        Entry("zh", _("Name in Chinese"), block="head"),
        Entry("en", _("Name in English"), block="head"),
        Entry("weight", _("Counts as so many"), "number", block="head"),
    ),
    (WHERE, RANGE, TIER),
    hint=_("The first row that fits a deal pays it; without bands it takes those above."),
    fits=lambda row: row.get("kind") in TABLED or bool(row.get("rows")),
    card=True,
    block="table",
)
HEAD: Final = (
    Entry("kind", _("Kind"), "choice", choices(KINDS), block="head"),
    Entry("zh", _("Name in Chinese"), block="head"),
    Entry("en", _("Name in English"), block="head"),
    Entry(
        "pot",
        _("The pot is"),
        "choice",
        (
            ("share", _("a share of money")),
            ("units", _("an amount for each unit")),
            ("fixed", _("a fixed amount")),
        ),
        block="head",
        fits=of_kind("pot", "pool", usual="share"),
    ),
    Entry(
        "of",
        _("Paid on"),
        "choice",
        NONE,
        block="head",
        fits=kept(based, "of"),
        offer="measures",
    ),
    Entry(
        "amount",
        _("Yuan that the rates multiply"),
        "number",
        block="limits",
        fits=kept(lumped, "amount"),
    ),
    Entry(
        "coefficient",
        _("Times the score's coefficient"),
        "flag",
        block="head",
        fits=of_kind("coefficient", "units", "share", "fixed", "base", "pool"),
    ),
)
WAYS: Final = (
    Entry(
        "scope",
        _("Over what"),
        "choice",
        choices(SCOPES, "cumulative", "per_deal"),
        block="ways",
        fits=of_kind("scope", "units", "share", usual="cumulative"),
    ),
    Entry(
        "mode",
        _("How bands pay"),
        "choice",
        choices(MODES, "marginal", "retroactive", "interpolated"),
        block="ways",
        fits=kept(found_by("units", "share", "pool", "fine"), "mode", "marginal"),
    ),
    Entry(
        "bound",
        _("A bound belongs to"),
        "choice",
        choices(BOUNDS, "lower", "upper"),
        block="ways",
        fits=kept(found_by(*BANDED), "bound", "lower"),
    ),
    *look("ways", (("", _("its own base")),), kept(found_by(*BANDED), "look.by")),
)
_compared: Final = kept(lambda row: bool(row.get("first")), "ties")
#: Beside the first deals that it puts in order; of a prize it is in the head.
TIES: Final = Entry(
    "ties",
    _("Equal ranks or first deals of one day are decided by"),
    "picks",
    block="deals",
    offer="measures",
    fits=lambda row: row.get("kind") != "prize" and _compared(row),
)
DEALS: Final = (
    Entry(
        "base",
        _("A loss"),
        "choice",
        (("any", _("counts as a loss")), ("positive", _("counts as nothing"))),
        block="deals",
        fits=of_kind("base", "share", usual="any"),
    ),
    Entry(
        "pool_negatives",
        _("A loss reduces the next deals"),
        "flag",
        block="deals",
        fits=of_kind("pool_negatives", "share"),
    ),
    Entry(
        "least",
        _("Least of a deal, yuan"),
        "number",
        block="deals",
        fits=of_kind("least", "units", "share"),
    ),
    Entry(
        "most",
        _("Most of a deal, yuan"),
        "number",
        block="deals",
        fits=of_kind("most", "units", "share"),
    ),
    Entry(
        "split",
        _("The most of a shared deal"),
        "choice",
        (("cap_first", _("limits the whole deal")), ("split_first", _("limits each part"))),
        block="deals",
        fits=kept(lambda row: bool(row.get("most")), "split", "cap_first"),
    ),
    Entry(
        "credit",
        _("A shared deal counts for the band"),
        "choice",
        (("fractional", _("as one's part")), ("whole", _("as a whole one"))),
        block="deals",
        fits=of_kind("credit", "units", "share", usual="fractional"),
    ),
    Entry(
        "plus",
        _("Added to the base"),
        "picks",
        block="deals",
        offer="measures",
        fits=kept(based, "plus"),
    ),
    Entry(
        "minus",
        _("Taken off the base"),
        "picks",
        block="deals",
        offer="measures",
        fits=kept(based, "minus"),
    ),
    Entry(
        "first",
        _("Only the first deal"),
        "choice",
        (("", _("every deal")), *choices(FIRST_OF, "day", "week", "weekend", "month")),
        block="deals",
        fits=of_kind("first", "units", "share"),
    ),
    Entry(
        "among",
        _("First among the deals of"),
        "choice",
        choices(GROUPS, "person", "team", "outlet"),
        block="deals",
        fits=kept(lambda row: bool(row.get("first")), "among", "person"),
    ),
    TIES,
    Entry(
        "stack",
        _("Not together with"),
        "code",
        block="deals",
        hint=_("The same word in several: a deal is paid by the first one alone."),
        fits=of_kind("stack", "units", "share"),
    ),
)
LIMITS: Final = (
    Entry(
        "cap",
        _("Cap in the period, yuan"),
        "number",
        block="limits",
        fits=of_kind("cap", *PAID),
    ),
    Entry(
        "floor",
        _("Floor in the period, yuan"),
        "number",
        block="limits",
        fits=of_kind("floor", *PAID),
    ),
    Entry(
        "budget",
        _("Budget for everybody, yuan"),
        "number",
        block="limits",
        fits=of_kind("budget", "units", "share", "fine", "prize"),
    ),
    Entry(
        "against",
        _("Counts only"),
        "choice",
        (("", _("all of it")), ("short", _("what is short of")), ("over", _("what is over"))),
        block="limits",
        fits=of_kind("against", "units", "share", "fine"),
    ),
    Entry(
        "level",
        _("Of which target"),
        "choice",
        choices(LEVELS, "target", "base", "stretch"),
        block="limits",
        fits=kept(lambda row: bool(row.get("against")), "level", "target"),
    ),
    Entry("prorate", _("By days of the period"), "flag", block="limits",
          fits=of_kind("prorate", "fixed")),
    Entry(
        "extra",
        _("Outside coefficients and gates"),
        "flag",
        block="limits",
        fits=of_kind("extra", "units", "share", "fixed", "base", "pool"),
    ),
    Entry(
        "round_to",
        _("Rounded to"),
        "choice",
        (("fen", _("the fen")), ("yuan", _("the yuan"))),
        block="limits",
        fits=of_kind("round_to", *DEALT, "fixed", "base", usual="fen"),
    ),
    Entry(
        "rounding",
        _("What is rounded"),
        "choice",
        (("cumulative", _("the running sum")), ("each", _("each line"))),
        block="limits",
        fits=of_kind("rounding", *DEALT, usual="cumulative"),
    ),
)  # fmt: skip
SHARED: Final = ("pool", "prize")
_grouped: Final = of_kind("whose", *COUNTED, usual="person")
_WHOSE: Final = ("whose", _("Whose deals"), "choice", choices(GROUPS, "person", "team", "outlet"))
#: A pool and a prize are of a team or an outlet: what others have behind a fold stands in sight.
TEAM: Final = (
    Entry(*_WHOSE, block="head", fits=one_of("kind", *SHARED)),
    Entry(
        *_WHOSE,
        block="team",
        fits=lambda row: row.get("kind") not in SHARED and _grouped(row),
    ),
    Entry(
        "own",
        _("One's own deals"),
        "choice",
        (("include", _("are part of it")), ("exclude", _("are left out"))),
        block="team",
        fits=kept(lambda row: grouped(row) and row.get("kind") != "prize", "own", "include"),
    ),
    Entry(
        "of_pay",
        _("Paid on the pay of others by"),
        "many",
        block="team",
        fits=of_kind("of_pay", "share"),
        offer="of_others",
    ),
    Entry(
        "divide",
        _("The pot is shared"),
        "choice",
        choices(DIVIDES),
        block="head",
        fits=of_kind("divide", "pool", usual="equal"),
    ),
    replace(TIES, block="head", fits=one_of("kind", "prize")),
    Entry(
        "still_equal",
        _("Who is still equal"),
        "choice",
        (("split", _("shares the prizes")), ("all", _("has the whole prize"))),
        block="head",
        fits=of_kind("still_equal", "prize", usual="split"),
    ),
)
COMPONENT = Part(
    "components",
    _("Components"),
    (
        *HEAD,
        *WAYS,
        *DEALS,
        *LIMITS,
        *TEAM,
        Entry("code", _("Code"), "code", block="more"),
        Entry("note_zh", _("Reading in Chinese"), "lines", block="more"),
        Entry("note_en", _("Reading in English"), "lines", block="more"),
    ),
    (TIER, ROW, WHERE, RANGE),
    card=True,
    subject=True,
)
