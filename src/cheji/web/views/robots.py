"""Group robots: their list, the form that declares or changes one, its test and its last posts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cheji.actions import robots as actions
from cheji.reads import robots as reads
from cheji.reads.robots import RobotSeen, SendingSeen
from cheji.records.message_types import TYPES, for_groups
from cheji.records.robots import PROVIDERS
from cheji.web.asked import version_seen
from cheji.web.forms import ActionForm, choice, words
from cheji.web.templatetags.cells import day_text
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import named

RIGHT = "robots.write"
STATES: dict[str, tuple[Any, str]] = {
    "waiting": (pgettext_lazy("sending", "Waiting"), "note"),
    "sent": (pgettext_lazy("sending", "Sent"), "good"),
    "failed": (pgettext_lazy("sending", "Failed"), "bad"),
}


class RobotForm(ActionForm):
    """What a robot is and tells; of one that is there, address and secret are only replaced."""

    segments = ("provider",)
    wide = ("address", "secret", "types")
    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int)
    provider = choice(gettext_lazy("Messenger"), dict.fromkeys(PROVIDERS, ""))
    name = words(gettext_lazy("Name of the group"), 80, required=True)
    address = words(
        gettext_lazy("Webhook address"),
        400,
        required=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    secret = words(
        gettext_lazy("Key for signing"),
        200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("DingTalk and Feishu: choose “signature” in the group's settings."),
    )
    types = forms.MultipleChoiceField(
        label=gettext_lazy("Tells the group of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("How many messages of a type there are: never a name or an amount."),
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, *args: Any, robot: RobotSeen | None, **kwargs: Any) -> None:
        self.robot = robot
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        private = self.robot is not None and self.robot.private_allowed
        self._offer("types", [(one.code, named(one)) for one in for_groups(private=private)])
        if self.robot is None:
            self._offer("unit", reads.units(self.who))
            self._offer("provider", [(code, named(one)) for code, one in PROVIDERS.items()])
            return
        del self.fields["unit"], self.fields["provider"]
        for name in ("name", "types", "active"):
            self.fields[name].initial = getattr(self.robot, name)
        self.fields["address"].required = False
        self.fields["address"].help_text = _("Empty: the one that is kept stays.")
        self.fields["secret"].help_text = _("Empty: the one that is kept stays.")

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def terms(self) -> actions.Terms:
        names = ("name", "types", "address", "secret", "active")
        return actions.Terms(**{name: self.cleaned_data[name] for name in names})


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """The robots that the viewer may change."""
    who = viewer(request)
    who.must(RIGHT)
    columns = [
        Column("name", _("Name of the group")),
        Column("unit", _("Unit")),
        Column("provider", _("Messenger")),
        Column("types", _("Tells the group of")),
        Column("waiting", pgettext("sending", "Waiting"), "number"),
        Column("failed", pgettext("sending", "Failed"), "number"),
        Column("state", _("Last result"), "badge"),
    ]
    empty = Empty(
        _("No robots yet"),
        _("Add a robot in the group's settings, copy its address, and declare it here."),
        reverse("robot-new"),
        _("New robot"),
        icon="message",
    )
    rows = [_row(robot) for robot in reads.robots(who)]
    table = Table(columns, rows, caption=_("Group robots"), free=True, phone="cards", empty=empty)
    return render(request, "robots/robots.html", {"table": table})


def _row(robot: RobotSeen) -> Row:
    url = reverse("robot", args=[robot.id])
    told = _(", ").join(named(TYPES[code]) for code in robot.types)
    return Row(
        [
            Cell(robot.name, href=url),
            robot.unit,
            named(PROVIDERS[robot.provider]),
            told or None,
            robot.waiting,
            robot.failed,
            _last(robot),
        ],
        href=url,
    )


def _last(robot: RobotSeen) -> Cell:
    if not robot.active:
        return Cell(_("Rests"))
    return state_cell(robot.last) if robot.last else Cell(None)


def state_cell(sending: SendingSeen) -> Cell:
    """Where a sending stands, in colour and words, with why it is not sent."""
    label, state = STATES[sending.state]
    return Cell(str(label), state=state, note=sending.fault)


def sendings_table(found: tuple[SendingSeen, ...], caption: str, empty: Empty) -> Table:
    """Sendings newest first: type, state with the fault, when, and how often it was tried."""
    columns = [
        Column("type", _("Type")),
        Column("state", _("State"), "badge"),
        Column("made", _("Made")),
        Column("next", _("Sent, or next try")),
        Column("tries", _("Tries"), "number"),
        Column("fault", pgettext("sending", "Why not")),
    ]
    rows = [Row(_told(sending)) for sending in found]
    return Table(columns, rows, caption=caption, free=True, phone="cards", empty=empty)


def _told(sending: SendingSeen) -> list[Any]:
    label, state = STATES[sending.state]
    when = sending.sent_at or (sending.due_at if sending.state == "waiting" else None)
    type_ = TYPES.get(sending.type)
    return [
        named(type_) if type_ else _("Test"),
        Cell(str(label), state=state),
        day_text(sending.made_at),
        day_text(when) if when else None,
        sending.tries,
        sending.fault or None,
    ]


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("address", "secret")
def new_robot(request: HttpRequest) -> HttpResponse:
    """Declare a robot for a unit."""
    who = viewer(request)
    who.must(RIGHT)
    form = RobotForm(request.POST or None, who=who, robot=None)

    def act(given: dict[str, Any]) -> actions.Done:
        return actions.declare(
            by=who, at=now(), unit=given["unit"], provider=given["provider"], terms=form.terms()
        )

    done = form.submit(act) if request.method == "POST" else None
    if done:
        messages.success(request, _("The robot is declared. Let it say a test."))
        return redirect("robot", done.id)
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("address", "secret")
def robot(request: HttpRequest, number: int) -> HttpResponse:
    """Change a robot; beside the form its test and what became of its posts."""
    who = viewer(request)
    who.must(RIGHT)
    found = reads.robot(who, number)
    form = RobotForm(request.POST or None, who=who, robot=found)

    def act(_given: dict[str, Any]) -> actions.Done:
        version = version_seen(request.POST, "seen", found.version)
        return actions.amend(by=who, at=now(), robot=number, version=version, terms=form.terms())

    done = form.submit(act) if request.method == "POST" else None
    if done:
        messages.success(request, _("The robot is changed."))
        return redirect("robot", number)
    return _page(request, form, found)


def _page(request: HttpRequest, form: RobotForm, found: RobotSeen | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "robot": found}
    if found:
        who = viewer(request)
        empty = Empty(_("Nothing sent yet"), icon="message")
        sent = reads.sendings(who, found.id)
        context["table"] = sendings_table(sent, _("Last posts"), empty)
        context["may_open"] = who.can("robots.private")
        context["messenger"] = named(PROVIDERS[found.provider])
    return render(request, "robots/robot.html", context, status=form.status)


@require_POST
def test_robot(request: HttpRequest, number: int) -> HttpResponse:
    """Have a robot say a test."""
    actions.test(by=viewer(request), at=now(), robot=number)
    messages.success(request, _("The test is on its way; its result stands below in a minute."))
    return redirect("robot", number)


@require_POST
def allow_private(request: HttpRequest, number: int) -> HttpResponse:
    """Let a group be told that there are scores or pay, or forbid it."""
    who = viewer(request)
    version = version_seen(request.POST, "seen", reads.robot(who, number).version)
    allowed = request.POST.get("allowed") == "1"
    actions.allow_private(by=who, at=now(), robot=number, version=version, allowed=allowed)
    messages.success(request, _("The robot is changed."))
    return redirect("robot", number)


urlpatterns = [
    path("robots", robots, name="robots"),
    path("robots/new", new_robot, name="robot-new"),
    path("robots/<int:number>", robot, name="robot"),
    path("robots/<int:number>/test", test_robot, name="robot-test"),
    path("robots/<int:number>/private", allow_private, name="robot-private"),
]
