"""Actions on one record: a form at its own address, opened in the drawer where there is one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cheji.records.visibility import Viewer
from cheji.web.asked import version_seen
from cheji.web.forms import ActionForm
from cheji.web.viewers import now, viewer


@dataclass(frozen=True)
class Deed:
    """What may be done with a record.

    `act` takes (by, at, record, cleaned data, form); `fits` says whether the record is in a state
    for it; `form` gets the record as `record`. `told` is the message afterwards.
    """

    label: Any
    icon: str
    right: str
    form: type["DeedForm"]
    act: Callable[[Viewer, datetime, Any, dict[str, Any], Any], Any]
    told: Any
    fits: Callable[[Any], bool] = lambda _record: True
    tone: str = "primary"
    intro: Any = ""


class DeedForm(ActionForm):
    """A form about one record, with the version that was on the screen."""

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        self.record = record
        super().__init__(*args, **kwargs)

    def notice(self) -> str:
        """What to know before doing it, of this record; nothing by default."""
        return ""


@dataclass(frozen=True)
class Book:
    """The deeds of one noun: its record's address, how it is read, and the deeds by their slug."""

    noun: str
    read: Callable[[Viewer, int], Any]
    title: Callable[[Any], str]
    deeds: Mapping[str, Deed]
    version: Callable[[Any], int] = lambda record: record.row.version
    base: dict[str, Any] = field(default_factory=dict)

    def buttons(self, who: Viewer, record: Any) -> list[tuple[str, Deed]]:
        """The deeds that this viewer may do with this record now."""
        return [
            (slug, deed)
            for slug, deed in self.deeds.items()
            if who.can(deed.right) and deed.fits(record)
        ]

    def view(self, request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
        """GET shows the form, POST does it and goes back to the record."""
        who = viewer(request)
        record = self.read(who, record_id)
        deed = self.deeds.get(slug)
        if deed is None:
            raise Http404
        who.must(deed.right)
        form = deed.form(request.POST or None, who=who, record=record)
        if request.method == "POST":
            done: Any = form.submit(self._doing(request, deed, record, form))
            if done:
                messages.success(request, str(deed.told))
                return redirect(self.noun, record_id)
        return render(
            request,
            "records/deed.html",
            {
                "form": form,
                "deed": deed,
                "title": deed.label,
                "subject": self.title(record),
                "version": self.version(record),
                "back": (self.noun, record_id),
            },
            status=form.status,
        )

    def _doing(
        self, request: HttpRequest, deed: Deed, record: Any, form: DeedForm
    ) -> Callable[[dict[str, Any]], Any]:
        def act(given: dict[str, Any]) -> Any:
            shown = version_seen(request.POST, "version", self.version(record))
            return deed.act(viewer(request), now(), record, {**given, "version": shown}, form)

        return act
