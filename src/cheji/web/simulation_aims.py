"""What a simulation says of people without a target or score, and of first deals."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cheji.reads.pay import Simulation, Tried
from cheji.reads.pay.groups import firsts_of_groups
from cheji.records.visibility import Viewer
from cheji.web import runs
from cheji.web.wording import chinese, month_text

MOST_LINKS = 6


@dataclass(frozen=True)
class Aimless:
    """How many have no target that a plan looks at, and where the newest are set: name, address."""

    text: str
    links: list[tuple[str, str]]


def aimless(who: Viewer, found: Simulation, tried: Tried) -> Aimless | None:
    """Of the plan; nothing where everybody has a target, or none is looked at."""
    if not tried.aimless:
        return None
    people = len({cell.person for cell in tried.aimless})
    several = ngettext(
        "{count} of {total} people had no target that this plan looks at, in {months} month: what"
        " depends on it is worked out as the plan says without a target.",
        "{count} of {total} people had no target that this plan looks at, in {months} months of"
        " theirs together: what depends on it is worked out as the plan says without a target.",
        len(tried.aimless),
    )
    text = several.format(count=people, total=len(tried.people), months=len(tried.aimless))
    return Aimless(text, _links(found, tried) if who.can("targets.write") else [])


def _links(found: Simulation, tried: Tried) -> list[tuple[str, str]]:
    places = {(-cell.month, cell.outlet) for cell in tried.aimless or ()}
    return [
        (
            f"{found.outlets.get(outlet, outlet)} {month_text(-month)}",
            runs.address("targets", outlet=outlet, period=-month),
        )
        for month, outlet in sorted(places)[:MOST_LINKS]
    ]


def scoreless(tried: Tried) -> str:
    """How many have no score that the plan goes by, and what is taken for it; empty for nobody."""
    if not tried.scoreless:
        return ""
    people = len({cell.person for cell in tried.scoreless})
    several = ngettext(
        "{count} of {total} people had no score that this plan goes by, in {months} month: the"
        " coefficient is taken as 1, and what is found or shared by the score is worked out as the"
        " plan says without one.",
        "{count} of {total} people had no score that this plan goes by, in {months} months of"
        " theirs together: their coefficient is taken as 1, and what is found or shared by the"
        " score is worked out as the plan says without one.",
        len(tried.scoreless),
    )
    text = several.format(count=people, total=len(tried.people), months=len(tried.scoreless))
    if not tried.schemeless:
        return text
    months = ("、" if chinese() else ", ").join(map(month_text, tried.schemeless))
    before = _("The plan's scheme was not in force in {months}.").format(months=months)
    return text + ("" if chinese() else " ") + before


def first_text(found: Simulation) -> str:
    """What other volumes take for a first deal, where a plan pays those of a team or outlet."""
    if not any(firsts_of_groups(tried.plan) for tried in found.tried):
        return ""
    return _(
        "First deals of a team or outlet: where the first is left out, the next of those tried is"
        " the first; a deal that is counted twice is of the same day and never a further first."
    )
