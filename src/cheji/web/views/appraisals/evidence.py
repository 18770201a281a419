"""Files of evidence beside a violation, an appeal or a mark of oneself: seen, attached, opened."""

from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions.appraisals.proving import FileTooLarge, attach
from cheji.reads.appraisals import evidence as reads
from cheji.reads.appraisals.evidence import Proof
from cheji.records import audit
from cheji.records.evidence import BEGINNINGS, MIB, MOST_BYTES
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.web.labels import sentence
from cheji.web.viewers import now, viewer

TITLES: Final[dict[str, Any]] = {
    "violation": gettext_lazy("Evidence of the violation"),
    "appeal": gettext_lazy("Evidence of the appeal"),
    "mark": gettext_lazy("Evidence of the self-evaluation"),
}


@require_http_methods(["GET", "POST"])
def evidence(request: HttpRequest, noun: str, number: int) -> HttpResponse:
    """The files beside one thing, and where one may, a place to attach another."""
    who, fault = viewer(request), ""
    if request.method == "POST":
        try:
            _attach(request, who, noun, number)
        except NotFound:
            raise
        except Refused as refusal:
            fault = sentence(refusal)
        else:
            messages.success(request, _("The file is attached."))
            return redirect("evidence", noun, number)
    found = reads.proof(who, noun, number)
    context = {
        "found": found,
        "name": TITLES[noun],
        "back": _back(who, found),
        "fault": fault,
        "limit": MOST_BYTES,
        "accept": ",".join([*BEGINNINGS.values(), "image/webp"]),
    }
    return render(request, "appraisals/evidence.html", context, status=422 if fault else 200)


def _attach(request: HttpRequest, who: Viewer, noun: str, number: int) -> None:
    given = request.FILES.get("file")
    if not isinstance(given, UploadedFile):
        raise BadValue(field=_("File"), value="", why=_("choose a file"))
    if (given.size or 0) > MOST_BYTES:
        raise FileTooLarge(size=-(-(given.size or 0) // MIB), most=MOST_BYTES // MIB)
    attach(by=who, at=now(), noun=noun, number=number, name=given.name or "", content=given.read())


def _back(who: Viewer, found: Proof) -> str:
    """The page of the thing itself."""
    if found.noun == "violation":
        return reverse("violation", args=[found.number])
    if found.noun == "appeal" and who.can("appraisals.decide"):
        return reverse("appeal", args=[found.number])
    return reverse("appraisal", args=[found.appraisal])


@require_GET
def evidence_file(request: HttpRequest, number: int) -> HttpResponse:
    """One file, to be saved: no browser runs or shows it within the page."""
    who = viewer(request)
    seen, content = reads.file(who, number)
    audit.write(by=who, at=now(), verb="evidence.open", subject=number, body={})
    answer = HttpResponse(content, content_type=seen.kind)
    answer["Content-Disposition"] = content_disposition_header(True, seen.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


urlpatterns = [
    path("evidence/<slug:noun>/<int:number>", evidence, name="evidence"),
    path("evidence/files/<int:number>/open", evidence_file, name="evidence-file"),
]
