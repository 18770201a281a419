"""The step in which the columns of a file become ours; what is accepted is remembered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from cheji.actions import imports as actions
from cheji.files.kinds import Kind, kind_of
from cheji.files.maps import Mapping
from cheji.files.problems import Unreadable
from cheji.files.reading import Look
from cheji.files.uploads import looks, mapping_in, mapping_out
from cheji.reads.imports import BatchDetail
from cheji.records.visibility import Viewer
from cheji.web import labels
from cheji.web.viewers import now
from cheji.web.views.imports import maps
from cheji.web.views.imports.frame import frame, on_draft, title_of

ORDERS = ("ymd", "mdy", "dmy")


@require_http_methods(["GET", "POST"])
@on_draft
def columns(request: HttpRequest, who: Viewer, found: BatchDetail) -> HttpResponse:
    """Which column of the file is which of ours."""
    kind = kind_of(found.row.kind)
    try:
        sheet = maps.best(looks(found.content, found.row.name, kind.code))
    except Unreadable as refused:
        messages.error(request, refused.problem.say(get_language() or "zh"))
        return redirect("import-upload", kind.code)
    mapping, mode = mapping_in(found.mapping), found.row.mode
    missing: list[str] = []
    if request.method == "POST":
        mapping, mode = _given(request, kind, mapping), mode_in(request, found)
        missing = [title_of(one) for one in maps.lacking(kind, mapping, mode)]
        if not missing:
            accept(who, found, sheet, mapping, mode)
            return redirect("import-check", found.row.key)
    asked = {"mode": mode, "missing": missing}
    return _page(request, found, sheet, mapping, asked)


def mode_in(request: HttpRequest, found: BatchDetail) -> str:
    """The mode that was chosen, else that of the batch."""
    wanted = request.POST.get("mode", "")
    return wanted if wanted in labels.MODES else found.row.mode


def _given(request: HttpRequest, kind: Kind, before: Mapping | None) -> Mapping:
    posted = request.POST
    headers = {one.code: posted.get(f"from:{one.code}", "") for one in kind.columns}
    fixed = {one.code: posted.get(f"fixed:{one.code}", "") for one in kind.columns}
    order = posted.get("date_order", "")
    return maps.chosen(kind, headers, fixed, before, order if order in ORDERS else "")


def accept(who: Viewer, found: BatchDetail, sheet: Look, mapping: Mapping, mode: str = "") -> None:
    """Keep the map of the batch, and for the person's next files with these headers."""
    body = mapping_out(mapping)
    actions.accept(
        by=who,
        at=now(),
        batch=found.row.id,
        mapping=body,
        mode=mode or found.row.mode,  # type: ignore[arg-type]
        headers=maps.digest_of(sheet),
    )


def _page(
    request: HttpRequest,
    found: BatchDetail,
    sheet: Look,
    mapping: Mapping | None,
    asked: dict[str, Any],
) -> HttpResponse:
    kind = kind_of(found.row.kind)
    lines = maps.lines(kind, sheet, mapping, asked["mode"])
    used = {line.chosen for line in lines}
    table = [
        (line, title_of(line.column), line.column.note(get_language() or "zh")) for line in lines
    ]
    context: dict[str, Any] = {
        **frame(found, "columns"),
        "sheet": sheet,
        "options": maps.options(sheet),
        "fixed_mark": maps.FIXED,
        "content_mark": maps.BY_CONTENT,
        "numbering": kind.numbering,
        "lines": table,
        "unused": [header for header, _sample in maps.options(sheet) if header not in used],
        "modes": list(labels.MODES.items()),
        **asked,
        "date_order": mapping.date_order if mapping else "",
        "has_dates": any(one.type in ("date", "datetime") for one in kind.columns),
    }
    return render(request, "imports/columns.html", context, status=422 if asked["missing"] else 200)
