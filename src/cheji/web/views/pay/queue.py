"""争议与申诉: one queue of what people say is wrong about pay and scores."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from cheji.reads import pay as reads
from cheji.reads.pay import CasePage, CaseSeen
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.asked import number as asked_number
from cheji.web.pay_case_words import ABOUT, CASES, DISPUTES, clock
from cheji.web.templatetags.parts import Cell, Column, Empty, Page, Row, Table
from cheji.web.viewers import viewer
from cheji.web.wording import named, period_text

STATES = ("open", "upheld", "partly", "rejected", "withdrawn", "all")
SHOWN = {
    "open": pgettext_lazy("cases", "Waiting"),
    "all": pgettext_lazy("cases", "All"),
    **{code: CASES[code][0] for code in ("upheld", "partly", "rejected", "withdrawn")},
}


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """What waits first, by the day on which it is due; disputes and appeals in one list."""
    who = viewer(request)
    if not (who.can("pay.join") or who.sees("pay_runs")):
        raise NotFound(noun="dispute", key="")
    state, about = request.GET.get("state", "open"), request.GET.get("about", "")
    state = state if state in STATES else "open"
    found = reads.cases(
        who,
        state="" if state == "all" else state,
        about=about if about in ABOUT else "",
        page=asked_number(request, "page", 1),
    )
    context = {
        "name": _("Disputes and appeals"),
        "table": _table(who, found),
        "states": [(code, SHOWN[code], code == state) for code in STATES],
        "abouts": [("", _("All kinds"), not about)]
        + [(code, str(text), code == about) for code, text in ABOUT.items()],
    }
    return render(request, "pay/cases.html", context)


def _table(who: Viewer, found: CasePage) -> Table:
    columns = [
        Column("person", _("Person")),
        Column("kind", _("What about")),
        Column("text", _("What is wrong")),
        Column("state", _("State"), kind="badge"),
        Column("clock", _("Deadline"), kind="badge"),
        Column("outlet", _("Outlet")),
        Column("period", _("Period")),
    ]
    empty = Empty(
        _("Nothing here"),
        _("Whoever says that pay or a score is wrong stands here until it is decided."),
        icon="checks",
    )
    return Table(
        columns,
        [_row(who, one) for one in found.rows],
        caption=_("Disputes and appeals"),
        page=Page(found.page, found.pages, found.total, 20, (20,)) if found.pages > 1 else None,
        free=True,
        phone="cards",
        empty=empty,
    )


def _row(who: Viewer, one: CaseSeen) -> Row:
    url = _url(who, one)
    label, tone = CASES[one.state]
    text, ticking = clock(one)
    kind = named(one.item) if one.item else str(DISPUTES[one.kind])
    return Row(
        [
            Cell(one.person.name if one.person else "", href=url, note=_against(one)),
            Cell(kind, note=str(ABOUT[one.about])),
            one.text[:60],
            Cell(str(label), state=tone),
            Cell(text, state=ticking, title=one.due_on.isoformat()) if one.open else None,
            one.outlet.name,
            period_text(one.grain, one.period),
        ],
        href=url,
    )


def _url(who: Viewer, one: CaseSeen) -> str:
    """A dispute opens here; an appeal where scores are decided, or on one's own result."""
    if one.about == "pay":
        return reverse("pay-case", args=[one.id])
    own = one.person is not None and one.person.id == who.person
    return reverse("my-appraisal") if own else reverse("appeal", args=[one.id])


def _against(one: CaseSeen) -> str:
    return _("against {name}").format(name=one.against.name) if one.against else ""


urlpatterns = [path("pay/cases", cases, name="pay-cases")]
