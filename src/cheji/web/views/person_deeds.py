"""What HR and administrators do with one person: posts, leaving, the sign-in account."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cheji.actions import accounts
from cheji.actions import people as actions
from cheji.actions.posts import gives
from cheji.reads import people as reads
from cheji.reads.people import PersonDetail, PostSeen
from cheji.records.visibility import Viewer
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import day_field, words
from cheji.web.navigation import ROLES
from cheji.web.scopes import Tree


def unit_choices(who: Viewer) -> list[tuple[str, str]]:
    """Every unit of the viewer's, indented by its depth."""
    found = reads.organisation(who)
    return [("", "—"), *((str(u.id), f"{'　' * u.depth}{u.name} ({u.code})") for u in found)]


def unit_field(label: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label or gettext_lazy("Unit"))


def role_field(**more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("Post"), **more)


def role_choices(who: Viewer) -> list[tuple[str, Any]]:
    """The posts that the viewer may give."""
    given = gives(who)
    return [(role, label) for role, label in ROLES.items() if role in given]


def post_text(post: PostSeen, tree: Tree) -> str:
    """The post and its unit; a team after its outlet: each outlet may have one of that name."""
    unit = tree.units.get(post.unit.id)
    above = tree.line(unit)[:-1] if unit is not None and unit.kind == "team" else []
    names = [one.name for one in above if one.kind == "outlet"]
    return f"{ROLES[post.role]} {' · '.join([*names, post.unit.name])}"


class PostForm(DeedForm):
    """A post at a unit from a day on."""

    unit = unit_field()
    role = role_field()
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
    until = day_field(
        gettext_lazy("First day without it"),
        help_text=gettext_lazy("The day after the last day worked in this post."),
    )

    def set_up(self) -> None:
        tree = Tree(self.who)
        posts = [(str(p.id), post_text(p, tree)) for p in self.record.row.posts]
        self.fields["post"].choices = posts  # type: ignore[attr-defined]
        self.fields["until"].initial = self.who.on


class LeaveForm(DeedForm):
    """The first day away; of whose posts ended already, the day from which he held none."""

    on = day_field(
        gettext_lazy("First day away"),
        help_text=gettext_lazy("The day after the last day worked."),
    )

    def set_up(self) -> None:
        self.fields["on"].initial = self.record.row.away_on or self.who.on


class StayForm(DeedForm):
    """Which of the posts that ended with the leaving go on."""

    posts = forms.MultipleChoiceField(
        label=gettext_lazy("Posts that go on"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def set_up(self) -> None:
        ended = [p for p in self.record.history if p.until == self.record.row.left_on]
        field, tree = self.fields["posts"], Tree(self.who)
        field.choices = [(str(p.id), post_text(p, tree)) for p in ended]  # type: ignore[attr-defined]
        field.initial = [str(p.id) for p in ended]


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


def _stay(by: Viewer, at: datetime, found: PersonDetail, given: Any, _f: Any) -> object:
    posts = [int(post) for post in given["posts"]]
    return actions.stay(by=by, at=at, person=found.row.id, posts=posts)


def _open(by: Viewer, at: datetime, found: PersonDetail, given: Any, _f: Any) -> object:
    try:
        return accounts.open_account(
            by=by,
            at=at,
            username=given["username"],
            password=given["password"],
            person=found.row.id,
        )
    except ValidationError as problem:
        raise accounts.PasswordTooWeak(problem) from problem


def _password(by: Viewer, at: datetime, found: PersonDetail, given: Any, _f: Any) -> object:
    try:
        return accounts.set_password(
            by=by, at=at, username=found.row.account, password=given["password"]
        )
    except ValidationError as problem:
        raise accounts.PasswordTooWeak(problem) from problem


def _reset(by: Viewer, at: datetime, found: PersonDetail, _given: Any, _f: Any) -> object:
    return accounts.reset_second_factor(by=by, at=at, username=found.row.account)


def _close(by: Viewer, at: datetime, found: PersonDetail, _given: Any, _f: Any) -> object:
    return accounts.close_account(by=by, at=at, username=found.row.account)


def _reopen(by: Viewer, at: datetime, found: PersonDetail, _given: Any, _f: Any) -> object:
    return accounts.reopen_account(by=by, at=at, username=found.row.account)


def _stays(found: PersonDetail) -> bool:
    return found.row.left_on is None


def _leaves(found: PersonDetail) -> bool:
    return not _stays(found)


def _may_begin(found: PersonDetail) -> bool:
    """Also who left and is hired again; whose last day is to come stays until then."""
    return _stays(found) or not _in_post(found)


def _in_post(found: PersonDetail) -> bool:
    return bool(found.row.posts)


def _without(found: PersonDetail) -> bool:
    return _stays(found) and not found.row.account


def _with(found: PersonDetail) -> bool:
    return found.row.account_active


def _shut(found: PersonDetail) -> bool:
    return _stays(found) and bool(found.row.account) and not found.row.account_active


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
            gettext_lazy("The further post is entered."), _may_begin,
        ),
        "end": Deed(
            gettext_lazy("End a post"), "circle-minus", "people.write", EndForm, _end,
            gettext_lazy("The post ends on that day."), _in_post,
        ),
        "leave": Deed(
            gettext_lazy("Leave"), "logout", "people.write", LeaveForm, _leave,
            gettext_lazy("All posts end on that day and the account with them; the history stays."),
            _stays, tone="danger",
            intro=gettext_lazy(
                "Ends all posts held and, after the last day worked, the account. Entered by"
                " mistake it can be taken back."
            ),
        ),
        "stay": Deed(
            gettext_lazy("Take the leaving back"), "arrow-back-up", "people.write", StayForm, _stay,
            gettext_lazy("The leaving is taken back; the account that it closed is open again."),
            _leaves,
            intro=gettext_lazy(
                "For a leaving entered by mistake. A post that was to begin later is entered anew."
                " Who is hired again gets a further post instead: then the leaving still counts."
            ),
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
            gettext_lazy("Close the account"), "circle-x", "users.write", PlainForm, _close,
            gettext_lazy("The account is closed."), _with, tone="danger",
        ),
        "reopen-account": Deed(
            gettext_lazy("Open the account again"), "lock-open", "users.write", PlainForm, _reopen,
            gettext_lazy("The account is open."), _shut,
            intro=gettext_lazy("The password stays as it was."),
        ),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def person_deed(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """A form about one person."""
    return BOOK.view(request, number, slug)  # type: ignore[arg-type]  # people are read by number


urlpatterns = [path("people/at/<str:number>/<slug:slug>", person_deed, name="person-deed")]
