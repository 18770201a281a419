"""The import job: as the person who uploaded, all or nothing, seen from outside while it runs."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from cast import AT
from cheji.actions import imports
from cheji.files.leftovers import unsealed
from cheji.files.uploads import LEFT_OUT
from cheji.jobs import imports as jobs
from cheji.jobs import upkeep
from cheji.reads.imports import batch as read
from cheji.records import models as m
from cheji.records import progress
from cheji.records.visibility import viewer_of

HEAD = "门店代码,投放日期,投放媒体,金额,厂家补贴\n"
GOOD = "N1,2026-03-01,抖音,20000,5000\nN1,2026-03-02,户外,300,0\n"
BAD = "N1,2026-03-03,电台,二万,0\n"


@pytest.fixture
def cast(transactional_db, cast_alone):
    return cast_alone


def uploaded(cast, text, *, who="manager", skip=False):
    by = viewer_of(m.User.objects.get(username=who), timezone.localdate())
    made = imports.start(by=by, at=AT, kind="ad_spend", name="a.csv", content=text.encode())
    imports.queue(by=by, at=AT, batch=made.pk, skip=skip)
    return made


def run(made, who="manager"):
    jobs.commit.func(key=str(made.key), user=m.User.objects.get(username=who).pk)
    made.refresh_from_db()
    return made


def amounts():
    return sorted(m.AdSpend.objects.values_list("amount", flat=True))


def test_good_rows_are_written_and_the_content_is_dropped(cast):
    made = run(uploaded(cast, HEAD + GOOD))
    assert (made.state, made.content, amounts()) == ("done", None, [30_000, 2_000_000])
    counts = {name: made.report[name] for name in ("create", "update", "same", "skipped")}
    assert counts == {"create": 2, "update": 0, "same": 0, "skipped": 0}


def test_one_faulty_row_stops_the_batch_unless_it_is_skipped(cast):
    stopped = run(uploaded(cast, HEAD + GOOD + BAD))
    assert (stopped.state, amounts()) == ("failed", [])
    assert stopped.report["fault"]["code"] == "RowsFaulty"
    assert b"N1" not in bytes(stopped.content or b"")
    by = viewer_of(stopped.made_by, timezone.localdate())
    assert read(by, str(stopped.key)).content == (HEAD + GOOD + BAD).encode()
    skipped = run(uploaded(cast, HEAD + GOOD + BAD, skip=True))
    assert (skipped.state, amounts()) == ("done", [30_000, 2_000_000])
    assert [(one["place"], one["column"]) for one in skipped.report["troubles"]] == [
        ("!4", "amount")
    ]


def test_all_that_was_not_taken_is_kept_with_its_reason(cast):
    run(uploaded(cast, HEAD + GOOD))
    more = "N1,2026-03-04,电视,100,0\nN1,2026-03-05,车展,200,0\n"
    made = uploaded(cast, HEAD + GOOD + BAD + more, skip=True)
    m.ImportBatch.objects.filter(pk=made.pk).update(mode="update", mended={"!3": {LEFT_OUT: "1"}})
    made = run(made)
    left = unsealed(bytes(made.content), str(made.key))
    assert [(row.place.row, row.cells[2], row.problems[-1].code) for row in left.rows] == [
        (3, "户外", "left_out_by_hand"),
        (4, "电台", "not_number"),
        (5, "电视", "left_out_by_update"),
        (6, "车展", "left_out_by_update"),
    ]
    assert made.report["skipped"] == len(left.rows)


def test_rows_not_taken_are_forgotten_after_a_month(cast):
    old, new = (run(uploaded(cast, HEAD + GOOD + BAD, skip=True)) for _ in range(2))
    m.ImportBatch.objects.filter(pk=old.pk).update(finished_at=AT - timedelta(days=1000))
    upkeep.forget_uploads.func(timestamp=0)
    kept = m.ImportBatch.objects.exclude(content=None).values_list("pk", flat=True)
    assert list(kept) == [new.pk]


def test_uploads_never_committed_are_forgotten_after_a_month(cast):
    old, new = (uploaded(cast, HEAD + BAD) for _ in range(2))
    waiting = uploaded(cast, HEAD + GOOD)
    assert (run(old).state, run(new).state) == ("failed", "failed")
    m.ImportBatch.objects.exclude(pk=new.pk).update(made_at=AT - timedelta(days=1000))
    m.ImportBatch.objects.filter(pk=new.pk).update(made_at=timezone.now())
    upkeep.forget_uploads.func(timestamp=0)
    assert set(m.ImportBatch.objects.values_list("pk", flat=True)) == {new.pk, waiting.pk}


def test_the_report_names_no_cells(cast):
    more = "N1,2026-03-03,电台,张伟,0\nN7,2026-03-03,电台,5,0\n"
    made = run(uploaded(cast, HEAD + GOOD + more, skip=True))
    told = [[one[name] for name in ("place", "column", "code")] for one in made.report["troubles"]]
    assert told == [["!4", "amount", "not_number"], ["!5", "outlet_code", "UnknownOutlet"]]
    texts = [one[language] for one in made.report["troubles"] for language in ("zh", "en")]
    assert [("…" in text, "张伟" in text, "N7" in text) for text in texts] == [
        (True, False, False)
    ] * 4


def test_an_upload_of_before_files_were_sealed_is_read(cast):
    made = uploaded(cast, HEAD + GOOD)
    m.ImportBatch.objects.filter(pk=made.pk).update(content=(HEAD + GOOD).encode())
    assert (run(made).state, amounts()) == ("done", [30_000, 2_000_000])


def test_an_upload_that_cannot_be_opened_says_so(cast):
    made = uploaded(cast, HEAD + GOOD)
    m.ImportBatch.objects.filter(pk=made.pk).update(content=uploaded(cast, HEAD + GOOD).content)
    made = run(made)
    assert (made.state, made.report["fault"]["code"]) == ("failed", "UploadUnreadable")
    assert amounts() == []


def test_what_was_mended_and_left_out_is_heeded(cast):
    made = uploaded(cast, HEAD + GOOD + BAD)
    m.ImportBatch.objects.filter(pk=made.pk).update(
        mended={"!4": {"amount": "20,000"}, "!2": {LEFT_OUT: "1"}}
    )
    made = run(made)
    assert (made.state, amounts(), made.report["skipped"]) == ("done", [30_000, 2_000_000], 1)
    assert set(m.AdSpend.objects.values_list("channel", flat=True)) == {"户外", "电台"}
    assert made.mended == {}  # a phone may have been typed


def test_what_is_written_is_done_whatever_fails_afterwards(cast, monkeypatch):
    def full(*_found):
        raise OSError("no space left")

    monkeypatch.setattr(jobs, "left_by", full)
    made = run(uploaded(cast, HEAD + GOOD + BAD, skip=True))
    assert (made.state, made.content, amounts()) == ("done", None, [30_000, 2_000_000])
    assert [one["place"] for one in made.report["troubles"]] == ["!4"]
    imports.outcome(batch=made.pk, state="failed", report={}, at=AT)
    made.refresh_from_db()
    assert (made.state, made.report["create"]) == ("done", 2)
    imports.undo(by=viewer_of(made.made_by, timezone.localdate()), at=AT, batch=made.pk)
    assert amounts() == []


def test_rows_are_written_with_their_message_or_not_at_all(cast, monkeypatch):
    def killed(*_found):
        raise SystemExit

    monkeypatch.setattr(jobs, "told", killed)
    made = uploaded(cast, HEAD + GOOD)
    with pytest.raises(SystemExit):
        run(made)
    made.refresh_from_db()
    assert (made.state, amounts()) == ("running", [])
    assert imports.release(report={}, at=AT) == 1
    assert list(m.Message.objects.values_list("kind", flat=True)) == ["imports.failed"]


def test_the_same_file_twice_changes_nothing(cast):
    run(uploaded(cast, HEAD + GOOD))
    facts = m.Fact.objects.count()
    again = run(uploaded(cast, HEAD + GOOD))
    assert (again.state, again.report["same"], again.report["create"]) == ("done", 2, 0)
    assert m.Fact.objects.count() == facts


def test_a_right_lost_between_queue_and_run_is_lost(cast):
    made = uploaded(cast, HEAD + GOOD)
    m.Post.objects.filter(person=cast.people["manager"]).update(until=timezone.localdate())
    made = run(made)
    assert (made.state, made.report["fault"]["code"]) == ("failed", "NotYours")
    assert amounts() == []


def test_an_outlet_out_of_scope_is_refused_row_by_row(cast):
    made = run(uploaded(cast, HEAD + GOOD + "S1,2026-03-01,抖音,1,0\n", skip=True))
    assert (made.state, amounts()) == ("done", [30_000, 2_000_000])
    assert [(one["place"], one["column"], one["code"]) for one in made.report["troubles"]] == [
        ("!4", "outlet_code", "UnknownOutlet")
    ]


def test_of_two_workers_one_takes_the_batch(cast):
    made = uploaded(cast, HEAD + GOOD)
    run(made)
    assert run(made).state == "done"
    assert len(amounts()) == 2


def test_progress_is_seen_from_outside_the_transaction(cast):
    made = uploaded(cast, HEAD + GOOD)
    by = viewer_of(m.User.objects.get(username="manager"), timezone.localdate())
    seen = []

    def look():
        seen.append(read(by, str(made.key)).progress)
        connections.close_all()

    from django.db import transaction

    with transaction.atomic():
        progress.tell(made.pk, "writing", 10_000, 25_000)
        other = threading.Thread(target=look)
        other.start()
        other.join()
    progress.hush()
    look()
    assert seen == [progress.Progress("writing", 10_000, 25_000), None]
    connection.ensure_connection()


def test_a_batch_whose_worker_died_can_be_started_again(cast):
    alive, dead = uploaded(cast, HEAD + GOOD), uploaded(cast, HEAD + GOOD)
    m.ImportBatch.objects.update(state="running")
    progress.tell(alive.pk, "writing")
    jobs.release.func(timestamp=0)
    progress.hush()
    alive.refresh_from_db()
    dead.refresh_from_db()
    assert (alive.state, dead.state) == ("running", "failed")
    assert dead.report["fault"]["code"] == "WorkerStopped"
    by = viewer_of(m.User.objects.get(username="manager"), timezone.localdate())
    imports.queue(by=by, at=AT, batch=dead.pk, skip=False)
    assert run(dead).state == "done"
