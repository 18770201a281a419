"""People and the organisation: the list, one person with his posts, hiring."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import people as actions
from cheji.reads import people as reads
from cheji.reads.people import PersonDetail, PersonRow, PostSeen
from cheji.records.rights import SELLERS
from cheji.records.visibility import Viewer
from cheji.web.beginnings import set_up_step
from cheji.web.forms import ActionForm, DayField, PhoneField, words
from cheji.web.lists import Filter, Listed, Shown, choices, outlet_filter, page_of
from cheji.web.navigation import ROLES
from cheji.web.records import about
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import Cell, Column, Empty, Entry, Tab
from cheji.web.viewers import now, viewer
from cheji.web.views.person_deeds import (
    BOOK,
    post_text,
    role_choices,
    role_field,
    unit_choices,
    unit_field,
)
from cheji.web.wording import listed

ICONS = {"group": "building", "region": "map-pin", "outlet": "building-store", "team": "users"}


# -- the list and the tree ---------------------------------------------------------------------


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody in the viewer's part of the organisation."""
    who = viewer(request)
    return page_of(
        request,
        Listed(
            title=_("People"),
            find=reads.people,
            shown=_columns(Tree(who), accounts=_keeps_accounts(who)),
            filters=[
                outlet_filter(who),
                Filter("role", _("Post"), choices(ROLES)),
                Filter("working", _("Working"), [("1", _("in post")), ("0", _("left"))]),
                Filter(
                    "account",
                    _("Account"),
                    [("1", _("with one")), ("0", _("without"))],
                    hidden=not _keeps_accounts(who),
                ),
            ],
            sort="number",
            href=lambda row: reverse("person", args=[row.number]),
            empty=Empty(_("Nobody fits"), _("Change the filters, or hire somebody.")),
            more={
                "tabs": tabs("people"),
                "buttons": buttons(who),
                "next_step": set_up_step(who),
            },
        ),
    )


def tabs(here: str) -> list[Tab]:
    return [
        Tab(_("People"), reverse("people"), here == "people"),
        Tab(_("Organisation"), reverse("organisation"), here == "organisation"),
    ]


def buttons(who: Viewer) -> list[tuple[str, str, str]]:
    found = []
    if who.can("units.write"):
        found.append((reverse("unit-new"), "building-store", _("Open a unit")))
    if who.can("people.write"):
        found.append((reverse("person-new"), "user-plus", _("Hire")))
    return found


def _keeps_accounts(who: Viewer) -> bool:
    """Whether sign-in names are this viewer's business."""
    return who.operator or who.can("people.write") or who.can("users.write") or who.sees("audit")


def _columns(tree: Tree, *, accounts: bool) -> list[Shown[PersonRow]]:
    found: list[Shown[PersonRow]] = [
        Shown(Column("name", _("Name"), sortable=True), lambda row: row.name),
        Shown(Column("number", _("Staff number"), sortable=True), lambda row: row.number),
        Shown(Column("posts", _("Post")), lambda row: _posts(row, tree)),
        Shown(Column("phone", _("Phone"), phone=False), lambda row: row.phone or None),
        Shown(Column("hired_on", _("Hired"), kind="date", sortable=True), lambda row: row.hired_on),
        Shown(
            Column("left_on", _("First day away"), kind="date"), lambda row: row.left_on, extra=True
        ),
    ]
    if accounts:
        found.append(Shown(Column("account", _("Account"), kind="badge"), _account))
    return found


def _posts(row: PersonRow, tree: Tree) -> Cell:
    left = _left_text(row)
    if left:
        return Cell(left, state="")
    return Cell(listed(post_text(post, tree) for post in row.posts) or None)


def _left_text(row: PersonRow) -> str:
    """That who holds no post any more left, his last day, and whether leaving was entered."""
    if row.away_on is None or row.posts:
        return ""
    last = (row.away_on - timedelta(days=1)).isoformat()
    if row.left_on:
        return _("Left, last day worked {day}").format(day=last)
    return _("Out of post, last day worked {day}; leaving not entered").format(day=last)


def _account(row: PersonRow) -> Cell:
    return Cell(row.account, state="good" if row.account_active else "")


# -- one person --------------------------------------------------------------------------------


@require_GET
def person(request: HttpRequest, number: str) -> HttpResponse:
    """One person: number, phone, account, every post with its dates."""
    who = viewer(request)
    found = reads.person(who, number)
    row, tree = found.row, Tree(who)
    context = {
        "found": found,
        "row": row,
        "facts": about(
            (_("Staff number"), row.number, ""),
            (_("Phone"), row.phone, ""),
            (_("Hired"), row.hired_on, ""),
            (_("First day away"), row.left_on, ""),
            (_("State"), _left_text(row), ""),
            (_("Account"), _account_text(row) if _keeps_accounts(who) else "", ""),
        ),
        "deeds": BOOK.buttons(who, found),
        "timeline": [_post_entry(post, tree) for post in reversed(found.history)],
        "cockpit_url": _cockpit(who, found, tree),
        "settle_url": _settle(who, found, tree),
    }
    return render(request, "people/person.html", context)


def _account_text(row: PersonRow) -> str:
    if not row.account:
        return _("none")
    return row.account if row.account_active else _("{name} (closed)").format(name=row.account)


def _post_entry(post: PostSeen, tree: Tree) -> Entry:
    """A post with its first and last day and, where the viewer sees them, the units above it."""
    unit = tree.units.get(post.unit.id)
    where = " / ".join(above.name for above in tree.line(unit)) if unit else post.unit.name
    last = (post.until - timedelta(days=1)).isoformat() if post.until else _("still")
    return Entry(
        at=f"{post.since.isoformat()} – {last}",
        title=" · ".join(filter(None, (str(ROLES[post.role]), post.level))),
        text=where,
        icon=ICONS[post.unit.kind],
        state="note" if post.current else "",
    )


def _cockpit(who: Viewer, found: PersonDetail, tree: Tree) -> str:
    """The person's figures, where he sells and the viewer may open them."""
    sells = [post for post in found.row.posts if post.role in (*SELLERS, "team_lead")]
    if not sells or not who.sees("facts"):
        return ""
    own = found.row.id == who.person
    opens = own or any(
        tree.opens(tree.units[post.unit.id]) for post in sells if post.unit.id in tree.units
    )
    return f"{reverse('cockpit')}?person={found.row.number}" if opens else ""


def _settle(who: Viewer, found: PersonDetail, tree: Tree) -> str:
    """Where the pay of who left is settled, at his last outlet, for whom draws sheets up."""
    if found.row.left_on is None or not found.history or not who.can("pay.settle"):
        return ""
    unit = tree.units.get(found.history[-1].unit.id)
    outlet = next((one.code for one in tree.line(unit) if one.kind == "outlet"), "") if unit else ""
    query = urlencode({"outlet": outlet, "person": found.row.number})
    return f"{reverse('pay-settlement-new')}?{query}" if outlet else ""


# -- what HR and the administrator may do ------------------------------------------------------


class HireForm(ActionForm):
    """A new person with a first post."""

    number = words(gettext_lazy("Staff number"), 40, required=True)
    name = words(gettext_lazy("Name"), 80, required=True)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    hired_on = DayField(label=gettext_lazy("Hired on"))
    unit = unit_field()
    role = role_field(initial="consultant")

    def set_up(self) -> None:
        self.fields["unit"].choices = unit_choices(self.who)  # type: ignore[attr-defined]
        self.fields["role"].choices = role_choices(self.who)  # type: ignore[attr-defined]
        self.fields["hired_on"].initial = self.who.on


@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Hire somebody."""
    who = viewer(request)
    who.must("people.write")
    form = HireForm(request.POST or None, who=who)

    def hire(given: dict[str, Any]) -> actions.Done:
        return actions.hire(by=who, at=now(), **{**given, "unit": int(given["unit"])})

    done = form.submit(hire) if request.method == "POST" else None
    if done:
        messages.success(request, _("{name} is hired.").format(name=form.cleaned_data["name"]))
        return redirect("person", form.cleaned_data["number"])
    return form_page(request, form, _("Hire"), "user-plus")


def form_page(request: HttpRequest, form: ActionForm, title: str, icon: str) -> HttpResponse:
    context = {"form": form, "title": title, "icon": icon, "back": reverse("people")}
    return render(request, "people/form.html", context, status=form.status)


urlpatterns = [
    path("people", people, name="people"),
    path("people/new", new_person, name="person-new"),
    path("people/at/<str:number>", person, name="person"),
]
