"""What a filter of a pay plan is chosen from: what is looked at, and which values it has here."""

from typing import Any, Final

from cheji.engine.pay.deal_words import VALUES
from cheji.engine.pay.why import LOOKED_AT as WORDS
from cheji.reads import people, vehicle_models
from cheji.records.visibility import Viewer
from cheji.web.editors import Both
from cheji.web.wording import named

from .fitting import choices

Pairs = list[tuple[str, str]]
DISPLACEMENTS: Final = vehicle_models.DISPLACEMENTS
FLAGS: Final = ("yes", "no")
CHANNELS: Final = tuple(code for code in VALUES if code not in (*DISPLACEMENTS, *FLAGS))
LOOKED_AT: Final = choices(
    WORDS, "model", "displacement", "segment", "key_model", "channel", "level", "tags"
)
NUMBERS: Final = choices(WORDS, "stock_days", "weekday", "day", "seniority")


def offers(who: Viewer) -> dict[str, Any]:
    """The lists of values by what is looked at, with the outlets and the levels of posts."""
    models = vehicle_models.vehicle_models(who)
    levels = people.post_levels(who)
    return {
        "outlets": [(one.code, one.name) for one in people.outlets(who)],
        "levels": _same(levels),
        "values.model": _same([one.name for one in models]),
        "values.segment": _same(sorted({one.segment for one in models if one.segment})),
        "values.displacement": _words(DISPLACEMENTS),
        "values.channel": _words(CHANNELS),
        "values.key_model": _words(FLAGS),
        "values.level": _same(levels),
    }


def _same(values: Any) -> Pairs:
    return [(one, one) for one in values]


def _words(codes: Any) -> Pairs:
    return [(code, named(Both(*VALUES[code]))) for code in codes]
