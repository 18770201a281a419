"""A KPI onto a printed sheet: a draft of the sheet with one line more, for a second person."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cheji.actions import definitions as actions
from cheji.engine.definitions import Sheet, as_json, body_of
from cheji.reads.definitions import Catalogue
from cheji.web.forms import words
from cheji.web.viewers import now
from cheji.web.wording import named

from .changes import FromMonth, saved
from .editing import writer

LAST = ""


class LineForm(FromMonth):
    """On which sheet, and after which of its lines."""

    wide = ("line", "note")
    line = forms.ChoiceField(label=gettext_lazy("Place on a sheet"))
    note = words(gettext_lazy("Why"), 400)
    field_order = ("line", "outlet", "valid_from", "note")

    def __init__(self, *args: Any, found: Catalogue, code: str, **kwargs: Any) -> None:
        self.found, self.code = found, code
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        super().set_up()
        sheets = [sheet for sheet in self.found.all.sheets if self.code not in sheet.lines]
        groups = [(named(sheet), self._places(sheet)) for sheet in sheets]
        self.fields["line"].choices = groups  # type: ignore[attr-defined]
        self.fields["line"].widget.attrs["data-search"] = ""

    def _places(self, sheet: Sheet) -> list[tuple[str, str]]:
        after = [
            (f"{sheet.code}:{code}", _("after {line}").format(line=named(self.found.all.kpi[code])))
            for code in sheet.lines
        ]
        last = _("{sheet}: as the last line").format(sheet=named(sheet))
        return [(f"{sheet.code}:{LAST}", last), *after]

    def body(self) -> dict[str, Any]:
        """The sheet as it would be."""
        code, _colon, line = self.cleaned_data["line"].partition(":")
        sheet = self.found.all.sheet[code]
        lines = list(sheet.lines)
        lines.insert(lines.index(line) + 1 if line else len(lines), self.code)
        return {**as_json(body_of(sheet)), "lines": lines}


@require_http_methods(["GET", "POST"])
def add_to_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Draft a sheet with the KPI as a line more."""
    place = writer(request)
    kpi = place.one("kpi", code)
    first = {"outlet": place.outlet.code if place.outlet else ""}
    form = LineForm(
        request.POST or None, who=place.who, initial=first, found=place.found, code=code
    )

    def act(given: dict[str, Any]) -> actions.Done:
        body = form.body()
        return actions.draft(
            by=place.who, at=now(), kind="sheet", code=body["code"], body=body,
            valid_from=given["valid_from"], outlet=form.outlet_id, note=given["note"],
        )  # fmt: skip

    done = form.submit(act) if request.method == "POST" else None
    if done:
        return saved(request, done.id)
    context = {
        "form": form,
        "title": _("Add to a sheet"),
        "subject": named(kpi),
        "cancel": place.url("kpi", code),
    }
    return render(request, "definitions/draft.html", context, status=form.status)
