"""What the steps of the import wizard share: whose batch it is, and where the wizard stands."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from cheji.actions.imports.kinds import IMPORTERS
from cheji.files import kinds
from cheji.files.kinds import KINDS, Column, Kind
from cheji.reads import imports as reads
from cheji.reads.imports import BatchDetail
from cheji.records.visibility import Viewer
from cheji.web.templatetags.figures import number as number_text
from cheji.web.templatetags.parts import Stage
from cheji.web.viewers import viewer
from cheji.web.wording import chinese, month_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DRAFT = ("read", "failed")
ENDS = {"done": "done", "failed": "failed", "undone": "failed"}
Step = Callable[[HttpRequest, Viewer, BatchDetail], HttpResponse]


def kinds_for(who: Viewer) -> list[Kind]:
    """The kinds that this viewer may import, in the order in which they build on each other."""
    return [kind for code, kind in KINDS.items() if who.can(IMPORTERS[code].right)]


def importer(request: HttpRequest) -> Viewer:
    """The viewer, who may import something.

    Raises:
        NotYours: his posts do not allow any kind.
    """
    who = viewer(request)
    if not kinds_for(who):
        who.must("imports.write")
    return who


def kind_of(who: Viewer, code: str) -> Kind:
    """A kind that the viewer may import.

    Raises:
        Http404: there is no such kind.
        NotYours: his posts do not allow it.
    """
    if code not in KINDS:
        raise Http404
    who.must(IMPORTERS[code].right)
    return kinds.kind_of(code)


def late_notice(rows: int, months: Sequence[int]) -> str:
    """That closed runs stay, where a file has rows of their months; empty without any."""
    if not rows:
        return ""
    return ngettext(
        "{count} row belongs to {months}, of which a run is closed. What was closed stays as it"
        " stood then; any difference in pay comes as adjustment lines in the next open run.",
        "{count} rows belong to {months}, of which a run is closed. What was closed stays as it"
        " stood then; any difference in pay comes as adjustment lines in the next open run.",
        rows,
    ).format(count=number_text(rows), months=", ".join(map(month_text, months)))


def leaving_notices(left: int, ended: int) -> list[str]:
    """Who leaves with a file of people, and who only holds no post any more."""
    leavers = ngettext(
        "{count} person leaves with this file: the last day worked is over and no post goes on."
        " The leaving is entered and the account is closed.",
        "{count} people leave with this file: the last day worked is over and no post goes on."
        " The leaving is entered and the accounts are closed.",
        left,
    )
    staying = ngettext(
        "All posts of {count} person end with this file, but no leaving is entered: no last day"
        " worked is given, or it is not over yet. Use “Leave” on the person's page, or import the"
        " last day worked again when it is over.",
        "All posts of {count} people end with this file, but no leaving is entered: no last day"
        " worked is given, or it is not over yet. Use “Leave” on the person's page, or import the"
        " last day worked again when it is over.",
        ended,
    )
    told = (leavers, left), (staying, ended)
    return [words.format(count=number_text(count)) for words, count in told if count]


def late_if_undone(records: int, months: Sequence[int]) -> str:
    """That closed runs stay, where an import that is undone has records of their months."""
    if not records:
        return ""
    return ngettext(
        "{count} of its records belongs to {months}, of which a run is closed: what was closed"
        " stays, any difference in pay comes as adjustment lines in the next open run.",
        "{count} of its records belong to {months}, of which a run is closed: what was closed"
        " stays, any difference in pay comes as adjustment lines in the next open run.",
        records,
    ).format(count=number_text(records), months=", ".join(map(month_text, months)))


def title(kind: Kind) -> str:
    return kind.title(get_language() or "zh")


def title_of(column: Column) -> str:
    return str(column.zh if chinese() else column.en)


def on_draft(step: Step) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """A step for a batch of the viewer's that can still be changed; else its report is shown."""

    @wraps(step)
    def view(request: HttpRequest, key: UUID) -> HttpResponse:
        who = viewer(request)
        found = reads.batch(who, str(key))
        who.must(IMPORTERS[found.row.kind].right)
        if found.row.state not in DRAFT or found.kept is None:
            return redirect("import", key)
        return step(request, who, found)

    return view


def download(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def frame(found: BatchDetail, step: str) -> dict[str, Any]:
    """What every step's page shows around it."""
    kind = kinds.kind_of(found.row.kind)
    return {
        "found": found,
        "row": found.row,
        "kind": kind,
        "title": title(kind),
        "stages": stages(step, found),
        "language": get_language(),
    }


def stages(step: str, found: BatchDetail | None) -> list[Stage]:
    """Where the wizard stands; done steps lead back while the batch is a draft."""
    names = [
        ("kind", _("Kind"), ""),
        ("upload", pgettext("import", "File"), ""),
        ("columns", _("Columns"), "import-columns"),
        ("check", _("Check"), "import-check"),
        ("report", pgettext("import", "Import"), ""),
    ]
    at = [code for code, _label, _url in names].index(step)
    return [
        _stage(label, url, place - at, found) for place, (_code, label, url) in enumerate(names)
    ]


def _stage(label: str, url: str, ahead: int, found: BatchDetail | None) -> Stage:
    """A step: `ahead` is its distance from the present one."""
    state = "done" if ahead < 0 else "todo" if ahead else "current"
    if found is None:
        return Stage(label, state)
    if label == pgettext("import", "Import") and state == "current":
        state = ENDS.get(found.row.state, "current")
    back = url and state == "done" and found.row.state in DRAFT
    return Stage(label, state, reverse(url, args=[found.row.key]) if back else "")
