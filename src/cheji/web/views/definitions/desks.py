"""Definitions typed into fields: a draft of an editor checked, saved, and opened again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cheji.actions import definitions as actions
from cheji.engine.findings import Finding
from cheji.reads import versions
from cheji.reads.versions import VersionSeen
from cheji.web import editors
from cheji.web.editors import Body, Editor, Ratios, Typed
from cheji.web.forms import words
from cheji.web.pay_plans.starts import simulate_url
from cheji.web.viewers import now

from .changes import RIGHT, FromMonth, saved
from .frame import ONE, Ground, ground, told

Context = dict[str, Any]


class VersionForm(FromMonth):
    """From when and for whom a version holds; what it says is the editor's."""

    code = words(
        gettext_lazy("Code"),
        64,
        required=True,
        help_text=gettext_lazy("Small letters, digits and _. It never changes again."),
    )
    note = words(gettext_lazy("Why"), 400)
    field_order = ("code", "outlet", "valid_from", "note")

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        self.new = new
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        """A code is typed once only."""
        super().set_up()
        if not self.new:
            del self.fields["code"]


@dataclass(frozen=True)
class Desk:
    """How one kind of definition is typed in: its editor, its page, and what the page needs.

    `drawn` and `deed` are told the code too, empty for something new; `deed` answers a button that
    the editor does not know, or None; `filled` fills in what nobody has to type.
    """

    kind: str
    editor: Editor
    template: str
    live: str
    typed: Callable[[Mapping[str, Any], Ratios], Typed]
    findings: Callable[..., tuple[list[Finding], list[Finding]]]
    drawn: Callable[[Ground, Typed, str], Context]
    deed: Callable[[Ground, Typed, str, QueryDict], Context | None] = lambda *_: None
    filled: Callable[[Typed], Typed] = lambda given: given


@dataclass(frozen=True)
class Editing:
    """What the editor stands on: the body it begins with, and the draft that it edits, if one.

    `proposed` is a code for something new, which may be typed over.
    """

    title: str
    subject: str
    cancel: str
    body: Mapping[str, Any]
    code: str = ""
    draft: VersionSeen | None = None
    yaml: str = ""
    proposed: str = ""


def writer(request: HttpRequest) -> Ground:
    """The ground of one who may define."""
    place = ground(request)
    place.who.must(RIGHT)
    return place


def ratios(place: Ground) -> Ratios:
    """The KPIs that are typed in percent."""
    return frozenset(kpi.code for kpi in place.found.all.kpis if kpi.unit == "ratio")


def edit(request: HttpRequest, place: Ground, desk: Desk, editing: Editing) -> HttpResponse:
    """The editor's page: drawn again after a button, checked, or saved as a draft."""
    percent = ratios(place)
    first = _first(place, editing)
    form = VersionForm(request.POST or None, who=place.who, initial=first, new=not editing.code)
    post = request.POST
    given = (
        desk.filled(editors.read(desk.editor, post)) if post else desk.typed(editing.body, percent)
    )
    context: Context = {"editing": editing, "form": form}
    if "do" in post:
        context |= desk.deed(place, given, editing.code, post) or {}
        given = editors.changed(desk.editor, given, post["do"])
        form.errors.clear()
    elif request.method == "POST":
        code = editing.code or form.data.get("code", "")
        body = editors.said(desk.editor, given, code, percent)
        valid = form.is_valid()
        context |= _found(place, desk, form, body)
        if valid and "check" not in post:
            done = form.submit(lambda data: _save(request, desk, editing, (form, body), data))
            if done:
                return _saved(request, done.id, context["faults"])
    context |= {
        **desk.drawn(place, given, editing.code),
        "simulate_url": simulate_url(editing.draft),
        "seen": post.get("seen", editing.draft.digest if editing.draft else ""),
        "live_url": place.keep(reverse(desk.live)),
        "code": editing.code,
    }
    return render(request, desk.template, context, status=_status(request, form))


def reopened(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One's own draft again; somebody else's, or a published one, is looked at instead."""
    place = writer(request)
    found = versions.version(place.who, number)
    if found.state == "published" or not found.mine or found.kind != desk.kind:
        return redirect("definition-version", number)
    editing = Editing(
        _("Edit the draft"),
        f"{ONE[desk.kind]} {found.code}",
        reverse("definition-version", args=[number]),
        found.body,
        found.code,
        found,
        reverse("definition-edit", args=[number]),
    )
    return edit(request, place, desk, editing)


def typed_body(request: HttpRequest, desk: Desk, place: Ground) -> tuple[str, Typed, Body]:
    """The code, what stands in the fields, and the body that they say, as one types."""
    code = request.POST.get("code", "")[:64] or f"new_{desk.kind}"
    given = desk.filled(editors.read(desk.editor, request.POST))
    return code, given, editors.said(desk.editor, given, code, ratios(place))


def typed_findings(
    request: HttpRequest, desk: Desk, place: Ground, code: str, body: Body
) -> tuple[list[Finding], list[Finding]]:
    """Faults and notes of a body on the day from which it is to hold."""
    on = day_of(request.POST.get("valid_from", "")) or place.who.on
    outlet = place.outlet.id if place.outlet else None
    return desk.findings(code, body, on=on, outlet=outlet)


def day_of(text: str) -> date | None:
    """A day that was typed; None while it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _status(request: HttpRequest, form: VersionForm) -> int:
    return 200 if {"do", "check"} & set(request.POST) else form.status


def _first(place: Ground, editing: Editing) -> Context:
    draft = editing.draft
    if draft is None:
        outlet = place.outlet.code if place.outlet else ""
        return {"outlet": outlet, "code": editing.proposed}
    outlet = draft.outlet.code if draft.outlet else ""
    return {"outlet": outlet, "valid_from": draft.valid_from, "note": draft.note}


def _found(place: Ground, desk: Desk, form: VersionForm, body: Body) -> Context:
    on = form.cleaned_data.get("valid_from") or place.who.on
    faults, notes = desk.findings(str(body.get("code", "")), body, on=on, outlet=form.outlet_id)
    return {"faults": faults, "findings": told([*faults, *notes])}


def _save(
    request: HttpRequest,
    desk: Desk,
    editing: Editing,
    said: tuple[VersionForm, Body],
    data: Context,
) -> actions.Done:
    form, body = said
    terms: Context = {
        "by": form.who,
        "at": now(),
        "valid_from": data["valid_from"],
        "body": body,
        "outlet": form.outlet_id,
        "note": data["note"],
    }
    if editing.draft is None:
        return actions.draft(kind=desk.kind, code=str(body["code"]), **terms)
    seen = request.POST.get("seen", "")
    return actions.redraft(version=editing.draft.id, seen=seen, **terms)


def _saved(request: HttpRequest, number: int, faults: list[Finding]) -> HttpResponse:
    """A draft is kept with its faults: a second person cannot publish it before they are mended."""
    if not faults:
        return saved(request, number)
    text = _("The draft is saved. It cannot be published before {count} things are mended.")
    messages.warning(request, text.format(count=len(faults)))
    return redirect("definition-version", number)
