"""Papers of an appraisal and the summary of a cycle, in the reader's language; each is audited."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from cheji.files import papers
from cheji.reads.appraisals.papers import paper_of
from cheji.reads.appraisals.summaries import summary_of
from cheji.records import audit
from cheji.records.refusals import NotFound
from cheji.web.list_files import attachment
from cheji.web.viewers import now, viewer

SUMMARIES = {"pdf": papers.summary_pdf, "xlsx": papers.summary_xlsx}


@require_GET
def paper(request: HttpRequest, appraisal: int, paper: str) -> HttpResponse:
    """One of the papers of an appraisal that one sees as a whole."""
    who = viewer(request)
    content = papers.paper_pdf(paper_of(who, appraisal), paper, _language())
    audit.write(
        by=who, at=now(), verb="export.paper", body={"appraisal": appraisal, "paper": paper}
    )
    return attachment(content, f"{paper}-{appraisal}", "pdf")


@require_GET
def cycle_file(request: HttpRequest, cycle: int, form: str) -> HttpResponse:
    """Everything of a cycle that one sees, as a file."""
    who = viewer(request)
    if form not in SUMMARIES:
        raise NotFound(noun="file", key=form)
    found = summary_of(who, cycle)
    who.must("export")
    content = SUMMARIES[form](found, _language())
    body = {"cycle": cycle, "form": form, "rows": len(found.parts)}
    audit.write(by=who, at=now(), verb="export.cycle", body=body)
    return attachment(content, f"cycle-{cycle}", form)


def _language() -> str:
    return get_language() or "zh-hans"


urlpatterns = [
    path("appraisals/<int:appraisal>/papers/<slug:paper>.pdf", paper, name="appraisal-paper"),
    path("appraisals/cycles/<int:cycle>/summary.<slug:form>", cycle_file, name="cycle-file"),
]
