"""What a pay statement looked at and did not pay: how many for which reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cheji.engine.pay import no_target
from cheji.reads.pay import PayLineSeen, RejectedSeen
from cheji.records.pay_states import FIXED
from cheji.records.visibility import Viewer
from cheji.web import runs
from cheji.web.pay_reasons import Plan
from cheji.web.wording import chinese, named


@dataclass(frozen=True)
class Missing:
    """A component that finds nothing to go by: what misses, and where that is put right."""

    component: str
    reason: str
    mend: str
    url: str


def unpaid_text(plan: Plan) -> str:
    """How many deals a part of the plan leaves out, and how many for which reason."""
    by_reason: dict[str, set[tuple[str, int]]] = {}
    for place, row in enumerate(plan.found.rejected):
        if row.deal is not None:  # who may not open it has no id: each stands for itself
            key = row.deal.noun, row.deal.id or -place
            by_reason.setdefault(named(row), set()).add(key)
    if not by_reason:
        return ""
    every = set().union(*by_reason.values())
    text = ngettext(
        "{count} deal looked at and not paid by a part",
        "{count} deals looked at and not paid by a part",
        len(every),
    ).format(count=len(every))
    return _told(text, {reason: len(deals) for reason, deals in by_reason.items()})


def nothing_text(plan: Plan, lines: Sequence[PayLineSeen]) -> str:
    """How many lines of a component come to nothing, and how many for which reason."""
    counts: dict[str, int] = {}
    for line in lines:
        reason = _nothing(plan, line)
        counts[reason] = counts.get(reason, 0) + 1
    text = ngettext("{count} more without pay", "{count} more without pay", len(lines))
    return _told(text.format(count=len(lines)), counts)


def _nothing(plan: Plan, line: PayLineSeen) -> str:
    if line.unpriced:
        return plan.rate(line)
    return _("rate 0") if line.base and line.base > 0 else _("base 0 or less")


def _told(text: str, counts: dict[str, int]) -> str:
    colon, comma = ("：", "、") if chinese() else (": ", ", ")
    return text + colon + comma.join(f"{reason} {count}" for reason, count in counts.items())


def missing(who: Viewer, plan: Plan) -> list[Missing]:
    """The components and factors that had nothing to go by, such as no target."""
    return [_missing(who, plan, row) for row in plan.found.rejected if row.deal is None]


def _missing(who: Viewer, plan: Plan, row: RejectedSeen) -> Missing:
    part, seen = plan.component(row.component), plan.found.looked.get(row.component)
    look = part.look if part else None
    if row.code != "no_target" and not no_target(look, seen.found if seen else None):
        return Missing(_called(plan, row), named(row), "", "")
    return Missing(_called(plan, row), _("no target"), *_mend(who, plan))


def _mend(who: Viewer, plan: Plan) -> tuple[str, str]:
    """What to do about a target that is not set, and where; nothing once the run is closed."""
    if plan.found.state in FIXED:
        return "", ""
    if not who.can("targets.write"):
        return _("ask your manager to set one"), ""
    address = runs.address("targets", outlet=plan.found.outlet.code, period=plan.found.month)
    return _("set one"), address


def _called(plan: Plan, row: RejectedSeen) -> str:
    lines = (line for line in plan.found.lines if line.component == row.component)
    called = plan.component(row.component) or next(lines, None)
    return named(called) if called else row.component
