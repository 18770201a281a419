"""Papers of an appraisal and the summary of a cycle, in the reader's language; each is audited."""

import re
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.engine.periods import Grain
from cheji.files import papers
from cheji.reads.appraisals.papers import PaperSeen, paper_of
from cheji.reads.appraisals.summaries import Summary, summary_of
from cheji.records import audit
from cheji.records.refusals import NotFound
from cheji.web.list_files import attachment
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, period_text

SUMMARIES = {"pdf": papers.summary_pdf, "xlsx": papers.summary_xlsx}


@require_GET
def paper(request: HttpRequest, appraisal: int, paper: str) -> HttpResponse:
    """One of the papers of an appraisal that one sees as a whole."""
    who = viewer(request)
    seen = paper_of(who, appraisal)
    content = papers.paper_pdf(seen, paper, _language())
    audit.write(
        by=who, at=now(), verb="export.paper", body={"appraisal": appraisal, "paper": paper}
    )
    title = papers.TITLES[paper][0 if chinese() else 1]
    return attachment(content, _name(title, seen.person.name, seen), "pdf")


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
    return attachment(content, _name(_("Cycle summary"), found.unit.name, found), form)


def _name(title: str, whose: str, seen: PaperSeen | Summary) -> str:
    """What a file is, whose, and of which period, without signs that no file's name may have."""
    name = "-".join((title, whose, period_text(cast("Grain", seen.grain), seen.period)))
    return re.sub(r'[\\/:*?"<>|\s]+', "_", name)


def _language() -> str:
    return get_language() or "zh-hans"


urlpatterns = [
    path("appraisals/<int:appraisal>/papers/<slug:paper>.pdf", paper, name="appraisal-paper"),
    path("appraisals/cycles/<int:cycle>/summary.<slug:form>", cycle_file, name="cycle-file"),
]
