"""The first steps of the import wizard: the kind with its template, and the file."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import imports as actions
from cheji.files.kinds import Kind
from cheji.files.limits import DEFAULT, MIB
from cheji.files.problems import Unreadable, refuse
from cheji.files.templates import template
from cheji.files.uploads import looks, mapping_out
from cheji.web.viewers import now, viewer
from cheji.web.views.imports import maps
from cheji.web.views.imports.frame import (
    download,
    importer,
    kind_of,
    kinds_for,
    stages,
    title,
    title_of,
)

NAME_LENGTH = 200


@require_GET
def kinds(request: HttpRequest) -> HttpResponse:
    """Choose what the file holds; each kind with its template."""
    language = get_language() or "zh"
    who = importer(request)
    context = {
        "kinds": [(kind, title(kind), kind.about(language)) for kind in kinds_for(who)],
        "set_up_only": who.can("imports.setup") and not who.sees("facts"),
        "stages": stages("kind", None),
    }
    return render(request, "imports/kinds.html", context)


@require_GET
def template_file(request: HttpRequest, code: str) -> HttpResponse:
    """The workbook to fill in, with drop-downs, in Chinese or English."""
    kind = kind_of(viewer(request), code)
    language = "en" if request.GET.get("language") == "en" else "zh"
    return download(template(kind.code, language), f"cheji-{kind.code}-{language}.xlsx")


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Take a file, look at it, and go on to its columns, or to the check when they are known."""
    kind = kind_of(viewer(request), code)
    fault = ""
    if request.method == "POST":
        try:
            return _take(request, kind)
        except Unreadable as refused:
            fault = refused.problem.say(get_language() or "zh")
    context: dict[str, Any] = {
        "kind": kind,
        "title": title(kind),
        "about": kind.about(get_language() or "zh"),
        "columns": [_described(column) for column in kind.columns],
        "fault": fault,
        "limit": DEFAULT.file_bytes,
        "stages": stages("upload", None),
    }
    return render(request, "imports/upload.html", context, status=422 if fault else 200)


def _described(column: Any) -> tuple[Any, str, str, str]:
    language = get_language() or "zh"
    return column, title_of(column), column.sample(language), column.note(language)


def _take(request: HttpRequest, kind: Kind) -> HttpResponse:
    content, name = _received(request)
    sheet = maps.best(looks(content, name, kind.code))
    mapping = maps.remembered(viewer(request), kind, sheet) or maps.settled(kind, sheet)
    started = actions.start(
        by=viewer(request),
        at=now(),
        kind=kind.code,
        name=name,
        content=content,
        mapping=mapping_out(mapping) if mapping else None,
    )
    if mapping is None or maps.lacking(kind, mapping):
        return redirect("import-columns", started.key)
    messages.info(request, _("All columns are recognised."))
    return redirect("import-check", started.key)


def _received(request: HttpRequest) -> tuple[bytes, str]:
    """The file's content and name; raises Unreadable without one, or when it is too large."""
    given = request.FILES.get("file")
    if not isinstance(given, UploadedFile):
        raise refuse("file_empty")
    size = given.size or 0
    if size > DEFAULT.file_bytes:
        raise refuse("file_too_large", size=-(-size // MIB), limit=DEFAULT.file_bytes // MIB)
    return given.read(), (given.name or "")[-NAME_LENGTH:]
