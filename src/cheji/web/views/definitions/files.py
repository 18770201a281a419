"""Definitions as YAML files: what is in force goes out, and a file comes in as drafts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import definition_bundles
from cheji.actions.definitions import Place
from cheji.engine.definitions import Definitions
from cheji.engine.findings import Finding
from cheji.engine.findings import Refused as Unreadable
from cheji.packs import dump_all, read_yaml
from cheji.reads import versions
from cheji.reads.definitions import KINDS
from cheji.records.refusals import BadValue
from cheji.web.forms import words
from cheji.web.viewers import now

from .changes import RIGHT, FromMonth
from .dictionary import fits
from .frame import ground, told

LARGEST = 300_000  # characters


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """What is in force as YAML: all, one kind, what a search finds, or those named by code."""
    place = ground(request)
    kind, search = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    codes = request.GET.getlist("code")
    if kind and kind not in KINDS:
        raise BadValue(field="kind", value=kind[:40], why=", ".join(KINDS))
    found = {
        plural: tuple(
            item
            for item in getattr(place.found.all, plural)
            if kind in ("", one) and (not codes or item.code in codes) and fits(item, search)
        )
        for one, plural in KINDS.items()
    }
    text = dump_all(Definitions(**found))
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    name = "-".join(["cheji", *(part for part in (kind, *codes[:1]) if part)])
    answer["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return answer


class FileForm(FromMonth):
    """A file of definitions, or its text."""

    wide = ("body", "note")
    file = forms.FileField(label=gettext_lazy("YAML file"), required=False)
    body = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "codes", "spellcheck": "false"}),
    )
    note = words(gettext_lazy("Why"), 400)

    def text(self) -> str:
        """What was uploaded, else what was typed."""
        given: UploadedFile | None = self.cleaned_data.get("file")
        if given is None:
            return str(self.cleaned_data.get("body", ""))
        return given.read(LARGEST * 4).decode("utf-8-sig", errors="replace")


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Drafts from a file: all of them, or none and every finding."""
    place = ground(request)
    place.who.must(RIGHT)
    form = FileForm(request.POST or None, request.FILES or None, who=place.who)
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        bodies, findings = _examined(form)
        if findings or not bodies:
            form.add_error("file", _("Nothing was saved."))
        elif done := form.submit(lambda given: _draft(place.who, form, bodies, given)):
            _tell(request, done)
            return redirect("definition-drafts")
    context = {"form": form, "findings": told(findings)}
    return render(request, "definitions/bring.html", context, status=form.status)


def _examined(form: FileForm) -> tuple[list[tuple[str, Any]], list[Finding]]:
    """The bodies of the file by kind, and everything wrong with them together."""
    try:
        read = read_yaml(form.text(), "yaml", limit=LARGEST)
    except Unreadable as unreadable:
        return [], list(unreadable.findings)
    given = read if isinstance(read, dict) else {}
    strange = sorted(str(key) for key in given if key not in KINDS.values())
    bodies = [
        (kind, body)
        for kind, plural in KINDS.items()
        if isinstance(given.get(plural), list)
        for body in given[plural]
    ]
    if strange or not bodies:
        return [], [_no_definitions(strange)]
    on = form.cleaned_data["valid_from"]
    return bodies, versions.faults_of_all(bodies, on=on, outlet=form.outlet_id)


def _no_definitions(strange: list[str]) -> Finding:
    keys = ", ".join(KINDS.values())
    named = ", ".join(strange)
    return Finding(
        "no_definitions",
        "yaml",
        f"文件中没有定义，或有不认识的键 {named}".strip(),
        f"The file holds no definitions, or unknown keys {named}".strip(),
        f"写在这些键下：{keys}",
        f"Write them under these keys: {keys}",
    )


def _draft(
    who: Any, form: FileForm, bodies: list[tuple[str, Any]], given: dict[str, Any]
) -> definition_bundles.Drafted:
    place = Place(form.outlet_id, given["valid_from"], given["note"])
    return definition_bundles.draft_all(by=who, at=now(), bodies=bodies, place=place)


def _tell(request: HttpRequest, done: definition_bundles.Drafted) -> None:
    count, same = len(done.drafts), len(done.unchanged)
    text = ngettext("{count} draft is saved.", "{count} drafts are saved.", count)
    messages.success(request, text.format(count=count))
    if same:
        text = ngettext(
            "{count} definition says what is in force already.",
            "{count} definitions say what is in force already.",
            same,
        )
        messages.info(request, text.format(count=same))
