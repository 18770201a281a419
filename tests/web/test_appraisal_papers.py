"""Downloads of papers and summaries: in scope, in the reader's language, audited."""

from urllib.parse import unquote

import pytest

from appraisal_floor import Cycled
from cheji.records.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycled(cast):
    return Cycled(cast).published()


def test_papers_are_for_who_sees_the_appraisal_as_a_whole(cast, faces, cycled) -> None:
    address = f"/appraisals/{cycled.of('zhang').pk}/papers/letter.pdf"
    answer = faces["zhang"].get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.content[:5] == b"%PDF-"
    named = unquote(answer.headers["Content-Disposition"])
    assert named == "attachment; filename*=utf-8''Letter_of_result-张伟-Feb_2026.pdf"
    found = {who: faces[who].get(address).status_code for who in ("lead", "li", "far_manager")}
    assert found == {"lead": 200, "li": 404, "far_manager": 404}
    assert faces["zhang"].get(address.replace("letter", "poster")).status_code == 404
    assert AuditEntry.objects.filter(verb="export.paper").count() == 2


def test_a_summary_is_for_who_may_take_files_out(cast, faces, cycled) -> None:
    address = f"/appraisals/cycles/{cycled.id}/summary."
    found = {
        who: [faces[who].get(address + form).status_code for form in ("pdf", "xlsx", "exe")]
        for who in ("manager", "zhang", "far_manager")
    }
    assert found == {
        "manager": [200, 200, 404], "zhang": [403, 403, 404], "far_manager": [404, 404, 404],
    }  # fmt: skip


def test_a_letter_before_publication_is_refused_with_the_reason(cast, faces) -> None:
    row = Cycled(cast).of("zhang")
    answer = faces["zhang"].get(f"/appraisals/{row.pk}/papers/letter.pdf")
    assert answer.status_code == 422
    assert "is published" in answer.content.decode()
