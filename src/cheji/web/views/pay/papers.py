"""A pay statement as a file; each is audited."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from cheji.files import papers
from cheji.reads import pay as reads
from cheji.records import audit
from cheji.records.refusals import NotFound
from cheji.web import runs
from cheji.web.list_files import attachment
from cheji.web.pay_reasons import Plan
from cheji.web.viewers import now, viewer

from .frame import may_save

FORMS = ("pdf", "xlsx")


@require_GET
def file(request: HttpRequest, number: str, month: int, form: str) -> HttpResponse:
    """One person's statement of a month as PDF or xlsx: one's own, or with the right to files."""
    who = viewer(request)
    if form not in FORMS:
        raise NotFound(noun="file", key=form)
    outlet, plan = request.GET.get("outlet", ""), request.GET.get("plan", "")
    found = reads.statement(who, number, runs.checked_month(month), outlet=outlet, plan=plan)
    if not may_save(who, found):
        who.must("export")
    content = _written(found, form, Plan(found))
    body = {"person": number, "month": month, "outlet": found.outlet.code, "form": form}
    with transaction.atomic():
        audit.write(by=who, at=now(), verb="export.pay_statement", body=body)
    return attachment(content, f"pay-{found.person.id}-{month}", form)


def _written(found: reads.StatementSeen, form: str, plan: Plan) -> bytes:
    language = get_language() or "zh-hans"
    if form == "pdf":
        return papers.pay_statement_pdf(found, language, plan.names)
    return papers.pay_statement_xlsx(found, language, plan.names)


urlpatterns = [
    path("pay/file/<str:number>/<int:month>.<slug:form>", file, name="pay-file"),
]
