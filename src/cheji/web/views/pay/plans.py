"""Pay plans: in force with whom they are for, drafts that wait, and what a new one begins with."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from cheji.engine.definitions import PayPlan
from cheji.reads import versions
from cheji.reads.versions import VersionSeen
from cheji.web.navigation import ROLES
from cheji.web.pay_plans import starts
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.views.definitions.changes import RIGHT
from cheji.web.views.definitions.frame import Ground, ground
from cheji.web.views.definitions.publishing import STATES
from cheji.web.views.definitions.words import note_of
from cheji.web.wording import chinese, named


@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    """Every pay plan in force, drafts for whom they are, and presets and published examples."""
    place = ground(request)
    writes = place.who.can(RIGHT)
    seen = versions.of_kind(place.who, "pay_plan")
    coming = [one for one in seen if one.state != "published" or one.valid_from > place.who.on]
    context = {
        "title": _("Pay plans"),
        "in_force": _in_force(place, seen),
        "coming": _coming(coming) if coming else None,
        "starts": _starts() if writes else [],
        "new_url": reverse("pay-plan-new") if writes else "",
        "special": place.special,
        "outlet": place.outlet,
    }
    return render(request, "pay/plans/list.html", context)


def _in_force(place: Ground, seen: Sequence[VersionSeen]) -> Table:
    columns = [
        Column("name", pgettext("of a thing", "Name")),
        Column("whom", _("For whom")),
        Column("components", _("Components"), phone=False),
        Column("since", _("Valid from"), kind="date"),
        Column("versions", _("Versions"), kind="number"),
    ]
    rows = [_row(place, plan, seen) for plan in place.found.all.pay_plans]
    empty = Empty(_("No pay plan is in force"), _("Start with a preset below."))
    caption = _("In force")
    return Table(columns, rows, caption=caption, free=True, phone="cards", empty=empty)


def _row(place: Ground, plan: PayPlan, seen: Sequence[VersionSeen]) -> Row:
    url = place.url("pay_plan", plan.code)
    own = [one for one in seen if one.code == plan.code and one.state == "published"]
    return Row(
        [
            Cell(named(plan), href=url, note=plan.code),
            whom(plan),
            " · ".join(named(part) for part in plan.components),
            place.heads["pay_plan", plan.code].valid_from,
            len(own),
        ],
        href=url,
    )


def whom(plan: PayPlan) -> str:
    """Posts, levels and outlets that a plan is for; without posts it pays consultants."""
    posts = [str(ROLES.get(post, post)) for post in plan.posts or ("consultant",)]
    found = [_(", ").join(some) for some in (posts, plan.levels, plan.outlets) if some]
    return " · ".join(found)


def _coming(coming: Sequence[VersionSeen]) -> Table:
    """What is published for later, and drafts for whom they are."""
    columns = [
        Column("name", pgettext("of a thing", "Name")),
        Column("for", _("Holds for")),
        Column("since", _("Valid from"), kind="date"),
        Column("state", _("State"), kind="badge"),
        Column("author", _("Author")),
        Column("note", _("Why")),
    ]
    rows = [_version(one) for one in coming]
    return Table(columns, rows, caption=_("Drafts and what comes"), free=True, phone="cards")


def _version(found: VersionSeen) -> Row:
    url = reverse("definition-version", args=[found.id])
    state = "good" if found.state == "published" else "warn"
    return Row(
        [
            Cell(found.name[0 if chinese() else 1], href=url, note=found.code),
            found.outlet.name if found.outlet else _("The whole group"),
            found.valid_from,
            Cell(str(STATES[found.state]), kind="badge", state=state),
            found.author or None,
            found.note or None,
        ],
        href=url,
    )


def _starts() -> list[dict[str, Any]]:
    """Presets by post, then examples as they were published."""
    titles = {
        "presets": (_("Start from a preset"), _("Amounts are examples: change them to your own.")),
        "published": (
            _("Start from a published plan"),
            _("Numbers as they were published; what they left open is closed, and said."),
        ),
    }
    return [
        {
            "title": title,
            "hint": hint,
            "plans": [
                {
                    "name": named(plan),
                    "whom": whom(plan),
                    "note": note_of(plan),
                    "url": f"{reverse('pay-plan-new')}?preset={plan.code}",
                }
                for plan in starts.of_pack(pack)
            ],
        }
        for pack, (title, hint) in titles.items()
    ]


urlpatterns = [path("pay/plans", plans, name="pay-plans")]
