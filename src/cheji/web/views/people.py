"""People and the organisation: the list, one person with his posts, the tree, and HR's verbs."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import people as actions
from cheji.actions.posts import gives
from cheji.reads import people as reads
from cheji.reads.people import PersonDetail, PersonRow, PostSeen
from cheji.records.visibility import Viewer
from cheji.web.beginnings import set_up_step
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import ActionForm, DayField, PhoneField, day_field, words
from cheji.web.lists import Filter, Listed, Shown, choices, outlet_filter, page_of
from cheji.web.navigation import ROLES
from cheji.web.records import about
from cheji.web.scopes import Tree
from cheji.web.templatetags.parts import Cell, Column, Empty, Entry, Tab
from cheji.web.viewers import now, viewer

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
            shown=_columns(accounts=_keeps_accounts(who)),
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


def _columns(*, accounts: bool) -> list[Shown[PersonRow]]:
    found: list[Shown[PersonRow]] = [
        Shown(Column("name", _("Name"), sortable=True), lambda row: row.name),
        Shown(Column("number", _("Staff number"), sortable=True), lambda row: row.number),
        Shown(Column("posts", _("Post")), _posts),
        Shown(Column("phone", _("Phone"), phone=False), lambda row: row.phone or None),
        Shown(Column("hired_on", _("Hired"), kind="date", sortable=True), lambda row: row.hired_on),
        Shown(Column("left_on", _("Left"), kind="date"), lambda row: row.left_on, extra=True),
    ]
    if accounts:
        found.append(Shown(Column("account", _("Account"), kind="badge"), _account))
    return found


def _posts(row: PersonRow) -> Cell:
    if row.left_on and not row.posts:
        return Cell(_("Left"), state="")
    return Cell(" · ".join(f"{ROLES[post.role]} {post.unit.name}" for post in row.posts) or None)


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
            (_("Left"), row.left_on, ""),
            (_("Account"), _account_text(row) if _keeps_accounts(who) else "", ""),
        ),
        "deeds": BOOK.buttons(who, found),
        "timeline": [_post_entry(post, tree) for post in reversed(found.history)],
        "cockpit_url": _cockpit(who, found, tree),
    }
    return render(request, "people/person.html", context)


def _account_text(row: PersonRow) -> str:
    if not row.account:
        return _("none")
    return row.account if row.account_active else _("{name} (closed)").format(name=row.account)


def _post_entry(post: PostSeen, tree: Tree) -> Entry:
    """A post with its dates and, where the viewer sees them, the units above it."""
    unit = tree.units.get(post.unit.id)
    where = " / ".join(above.name for above in tree.line(unit)) if unit else post.unit.name
    until = post.until.isoformat() if post.until else _("still")
    return Entry(
        at=f"{post.since.isoformat()} – {until}",
        title=" · ".join(filter(None, (str(ROLES[post.role]), post.level))),
        text=where,
        icon=ICONS[post.unit.kind],
        state="note" if post.current else "",
    )


def _cockpit(who: Viewer, found: PersonDetail, tree: Tree) -> str:
    """The person's figures, where he sells and the viewer may open them."""
    sells = [post for post in found.row.posts if post.role in ("consultant", "team_lead")]
    if not sells or not who.sees("facts"):
        return ""
    own = found.row.id == who.person
    opens = own or any(
        tree.opens(tree.units[post.unit.id]) for post in sells if post.unit.id in tree.units
    )
    return f"{reverse('cockpit')}?person={found.row.number}" if opens else ""


# -- what HR and the administrator may do ------------------------------------------------------


def unit_choices(who: Viewer) -> list[tuple[str, str]]:
    """Every unit of the viewer's, indented by its depth."""
    found = reads.organisation(who)
    return [("", "—"), *((str(u.id), f"{'　' * u.depth}{u.name} ({u.code})") for u in found)]


def unit_field(label: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label or gettext_lazy("Unit"))


def _role(**more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("Post"), **more)


def role_choices(who: Viewer) -> list[tuple[str, Any]]:
    """The posts that the viewer may give."""
    given = gives(who)
    return [(role, label) for role, label in ROLES.items() if role in given]


class HireForm(ActionForm):
    """A new person with a first post."""

    number = words(gettext_lazy("Staff number"), 40, required=True)
    name = words(gettext_lazy("Name"), 80, required=True)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    hired_on = DayField(label=gettext_lazy("Hired on"))
    unit = unit_field()
    role = _role(initial="consultant")

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


class PostForm(DeedForm):
    """A post at a unit from a day on."""

    unit = unit_field()
    role = _role()
    level = words(
        gettext_lazy("Level"), 20,
        help_text=gettext_lazy("Where pay plans go by it, such as senior; blank is none."),
    )  # fmt: skip
    since = day_field(gettext_lazy("From"))

    def set_up(self) -> None:
        self.fields["unit"].choices = unit_choices(self.who)  # type: ignore[attr-defined]
        self.fields["role"].choices = role_choices(self.who)  # type: ignore[attr-defined]
        self.fields["since"].initial = self.who.on
        posts = self.record.row.posts
        self.fields["role"].initial = posts[0].role if posts else "consultant"
        self.fields["level"].initial = posts[0].level if posts else ""


class EndForm(DeedForm):
    """Which post ends, and when."""

    post = forms.ChoiceField(label=gettext_lazy("Post"))
    until = day_field(gettext_lazy("First day without it"))

    def set_up(self) -> None:
        posts = [(str(p.id), f"{ROLES[p.role]} {p.unit.name}") for p in self.record.row.posts]
        self.fields["post"].choices = posts  # type: ignore[attr-defined]
        self.fields["until"].initial = self.who.on


class LeaveForm(DeedForm):
    """The first day away."""

    on = day_field(gettext_lazy("First day away"))

    def set_up(self) -> None:
        self.fields["on"].initial = self.who.on


class AccountForm(DeedForm):
    """A sign-in name and a first password."""

    username = words(gettext_lazy("Sign-in name"), 60, required=True)
    password = forms.CharField(
        label=gettext_lazy("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least ten characters; the person changes it after signing in."),
    )

    def set_up(self) -> None:
        self.fields["username"].initial = self.record.row.number.lower()


class PasswordForm(DeedForm):
    """A new password."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class PlainForm(DeedForm):
    """Nothing to fill in."""


def _move(by: Viewer, at: datetime, found: PersonDetail, given: Any, _f: Any) -> object:
    unit, on, role = int(given["unit"]), given["since"], given["role"]
    return actions.move(
        by=by, at=at, person=found.row.id, unit=unit, on=on, role=role, level=given["level"]
    )


def _appoint(by: Viewer, at: datetime, found: PersonDetail, given: Any, _f: Any) -> object:
    unit, since, role = int(given["unit"]), given["since"], given["role"]
    return actions.appoint(
        by=by, at=at, person=found.row.id, unit=unit, role=role, since=since, level=given["level"]
    )


def _end(by: Viewer, at: datetime, _found: PersonDetail, given: Any, _f: Any) -> object:
    return actions.end_post(by=by, at=at, post=int(given["post"]), until=given["until"])


def _leave(by: Viewer, at: datetime, found: PersonDetail, given: Any, _f: Any) -> object:
    return actions.leave(by=by, at=at, person=found.row.id, on=given["on"])


def _open(by: Viewer, at: datetime, found: PersonDetail, given: Any, _f: Any) -> object:
    try:
        return actions.open_account(
            by=by,
            at=at,
            username=given["username"],
            password=given["password"],
            person=found.row.id,
        )
    except ValidationError as problem:
        raise actions.PasswordTooWeak(problem) from problem


def _password(by: Viewer, at: datetime, found: PersonDetail, given: Any, _f: Any) -> object:
    try:
        return actions.set_password(
            by=by, at=at, username=found.row.account, password=given["password"]
        )
    except ValidationError as problem:
        raise actions.PasswordTooWeak(problem) from problem


def _reset(by: Viewer, at: datetime, found: PersonDetail, _given: Any, _f: Any) -> object:
    return actions.reset_second_factor(by=by, at=at, username=found.row.account)


def _close(by: Viewer, at: datetime, found: PersonDetail, _given: Any, _f: Any) -> object:
    return actions.close_account(by=by, at=at, username=found.row.account)


def _stays(found: PersonDetail) -> bool:
    return found.row.left_on is None


def _in_post(found: PersonDetail) -> bool:
    return bool(found.row.posts)


def _without(found: PersonDetail) -> bool:
    return _stays(found) and not found.row.account


def _with(found: PersonDetail) -> bool:
    return found.row.account_active


BOOK = Book(
    noun="person",
    read=lambda who, number: reads.person(who, str(number)),
    title=lambda found: found.row.name,
    version=lambda found: found.version,
    deeds={
        "move": Deed(
            gettext_lazy("Move"), "arrows-exchange", "people.write", PostForm, _move,
            gettext_lazy("The new post is entered; what was before stays where it was."), _stays,
            intro=gettext_lazy("Ends the posts held now and starts one elsewhere."),
        ),
        "appoint": Deed(
            gettext_lazy("Further post"), "briefcase", "people.write", PostForm, _appoint,
            gettext_lazy("The further post is entered."), _stays,
        ),
        "end": Deed(
            gettext_lazy("End a post"), "circle-minus", "people.write", EndForm, _end,
            gettext_lazy("The post ends on that day."), _in_post,
        ),
        "leave": Deed(
            gettext_lazy("Leave"), "logout", "people.write", LeaveForm, _leave,
            gettext_lazy("All posts end and the account is closed; the history stays."), _stays,
            tone="danger",
        ),
        "open-account": Deed(
            gettext_lazy("Open an account"), "key", "users.write", AccountForm, _open,
            gettext_lazy("The account is open."), _without,
        ),
        "password": Deed(
            gettext_lazy("New password"), "lock", "users.write", PasswordForm, _password,
            gettext_lazy("The password is changed."), _with,
        ),
        "second-factor": Deed(
            gettext_lazy("Take the second factor off"), "shield-lock", "users.write", PlainForm,
            _reset, gettext_lazy("The second factor is off; the person can set up a new one."),
            _with,
            intro=gettext_lazy("For a lost phone or key: sign-in then needs the password alone."),
        ),
        "close-account": Deed(
            gettext_lazy("Close the account"), "lock-open", "users.write", PlainForm, _close,
            gettext_lazy("The account is closed."), _with, tone="danger",
        ),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def person_deed(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """A form about one person."""
    return BOOK.view(request, number, slug)  # type: ignore[arg-type]  # people are read by number


urlpatterns = [
    path("people", people, name="people"),
    path("people/new", new_person, name="person-new"),
    path("people/at/<str:number>", person, name="person"),
    path("people/at/<str:number>/<slug:slug>", person_deed, name="person-deed"),
]
