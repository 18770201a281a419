"""Files of evidence: who attaches and opens them, what is taken, and that they stay as they are."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from appraisal_floor import Cycled
from cast import AT, ON
from cheji.actions import appraisals as act
from cheji.records import models as m
from cheji.records.appraised import givens_of
from cheji.records.evidence import MOST_BYTES

pytestmark = pytest.mark.django_db
PHOTO = b"\xff\xd8\xff\xe0" + bytes(200)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


@pytest.fixture
def violation(cast) -> int:
    return act.report_violation(
        by=cast["lead"], at=AT, outlet=cast.outlet.pk, person=cast.people["zhang"].pk, on_date=ON,
        code="kickback", text="收受红包",
    ).id  # fmt: skip


def give(client, page, content=PHOTO, name="现场 1.jpg"):
    return client.post(page, {"file": SimpleUploadedFile(name, content)})


def test_those_concerned_attach_until_it_is_decided_and_who_sees_it_opens(faces, cast, violation):
    page = f"/evidence/violation/{violation}"
    for key, status in (("zhang", 302), ("lead", 302), ("manager", 302), ("li", 404),
                        ("far_manager", 404), ("auditor", 422)):  # fmt: skip
        assert give(faces[key], page).status_code == status, key
    first = m.EvidenceFile.objects.order_by("id")[0]
    assert (first.name, first.kind, first.size) == ("现场 1.jpg", "image/jpeg", len(PHOTO))
    assert PHOTO not in bytes(first.content)
    file = f"/evidence/files/{first.pk}/open"
    for key, status in (("zhang", 200), ("hr", 200), ("auditor", 200), ("li", 404),
                        ("far_manager", 404), ("administrator", 404)):  # fmt: skip
        assert faces[key].get(file).status_code == status, key
    answer = faces["hr"].get(file)
    assert (answer.content, answer["Content-Type"]) == (PHOTO, "image/jpeg")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert m.AuditEntry.objects.filter(verb="evidence.open").count() == 4
    dismiss = {"at": AT, "violation": violation, "proven": False, "decision": "查无实据"}
    act.decide_violation(by=cast["manager"], **dismiss)
    closed = give(faces["zhang"], page)
    assert (closed.status_code, "stays as it was" in closed.text) == (422, True)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<script>alert(1)</script>", "no photo"),
        (b"GIF89a" + bytes(20), "no photo"),
        (b"", "no photo"),
        (PHOTO + bytes(MOST_BYTES), "at most 10 MB"),
    ],
)
def test_other_files_are_refused_with_the_reason(faces, violation, content, why):
    answer = give(faces["zhang"], f"/evidence/violation/{violation}", content, "photo.jpg")
    assert (answer.status_code, why in answer.text) == (422, True)
    assert m.EvidenceFile.objects.count() == 0


def test_ten_files_are_enough(faces, violation):
    page = f"/evidence/violation/{violation}"
    answers = [give(faces["zhang"], page).status_code for _file in range(11)]
    assert (answers, m.EvidenceFile.objects.count()) == ([302] * 10 + [422], 10)


def test_what_is_attached_never_changes_and_is_proved_when_opened(faces, violation):
    give(faces["zhang"], f"/evidence/violation/{violation}")
    for change in (
        lambda: m.EvidenceFile.objects.update(name="x"),
        lambda: m.EvidenceFile.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="rows are only added"), transaction.atomic():
            change()
    row = m.EvidenceFile.objects.get()
    other = m.EvidenceFile.objects.create(
        violation_id=violation, name="x", kind=row.kind, size=1, digest=row.digest,
        content=row.content, made_at=AT,
    )  # fmt: skip
    answer = faces["hr"].get(f"/evidence/files/{other.pk}/open")
    assert (answer.status_code, PHOTO in answer.content) == (422, False)


def test_a_mark_of_oneself_and_an_appeal_have_their_files(faces, cast):
    cycled = Cycled(cast)
    cycled.go("self")
    zhang = cycled.of("zhang")
    kept = act.save_mark(by=cast["zhang"], at=AT, appraisal=zhang.pk, item="teamwork", mark=800_000)
    page = f"/evidence/mark/{kept.id}"
    assert faces["lead"].get(page).status_code == 404  # not handed in yet
    assert give(faces["zhang"], page).status_code == 302
    act.submit(by=cast["zhang"], at=AT, appraisal=zhang.pk)
    cycled.do_all()
    assert faces["lead"].get(page).context["found"].files[0].name == "现场 1.jpg"
    proved = givens_of([cycled.of("zhang")], {})[zhang.pk].evidence
    assert proved == {"teamwork": (f"evaluation:{kept.id}",)}
    assert (faces["lead"].get(page).context["found"].open, faces["li"].get(page).status_code) == (
        False, 404,
    )  # fmt: skip
    assert give(faces["zhang"], page).status_code == 422
    assert give(faces["lead"], page).status_code == 404
    cycled.advance()
    cycled.do_all()
    cycled.publish()
    made = act.appeal(by=cast["zhang"], at=AT, appraisal=zhang.pk, item="teamwork", text="漏记")
    page = f"/evidence/appeal/{made.id}"
    pdf = give(faces["zhang"], page, b"%PDF-1.7\n", "证明.pdf")
    assert (pdf.status_code, give(faces["li"], page).status_code) == (302, 404)
    assert faces["region_head"].get(f"/appraisals/appeals/{made.id}").context["files"] == 1
