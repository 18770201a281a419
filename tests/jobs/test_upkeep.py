"""What runs by the clock: the audit log's head goes to a file outside the database."""

from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.contrib.django.procrastinate_app import current_app

from cast import AT, ON
from cheji.facts import asking, mark, mirror
from cheji.jobs import upkeep
from cheji.records import audit
from cheji.records import models as m
from cheji.records.models import AuditSeal
from cheji.records.visibility import operator


def test_the_head_of_the_audit_log_is_anchored(transactional_db, settings, tmp_path):
    settings.CHEJI_DATA = tmp_path
    upkeep.anchor.func(timestamp=0)
    assert not (tmp_path / upkeep.ANCHORS).exists()
    audit.write(by=operator(ON), at=AT, verb="test.write", body={})
    upkeep.anchor.func(timestamp=0)
    head = AuditSeal.objects.get()
    _at, position, digest = (tmp_path / upkeep.ANCHORS).read_text().split()
    assert (int(position), digest) == (head.position, head.hash)
    assert audit.broken_anchors(tmp_path / upkeep.ANCHORS) == []


def test_the_mirror_is_extended_where_there_are_many_facts(
    transactional_db, settings, tmp_path, monkeypatch
):
    settings.CHEJI_DATA = tmp_path
    upkeep.extend_mirror.func(timestamp=0)
    assert not mirror.folder().place.exists()
    monkeypatch.setattr(asking, "LARGE", 0)
    upkeep.extend_mirror.func(timestamp=0)
    assert mirror.folder().held().mark == mark()


def test_the_mirror_is_asked_for_once_after_much_was_posted(transactional_db, monkeypatch):
    waiting = ProcrastinateJob.objects.filter(task_name="upkeep.mirror", status="todo")
    upkeep.extend_mirror_soon()
    assert waiting.count() == 0
    monkeypatch.setattr(asking, "LARGE", 0)
    upkeep.extend_mirror_soon()
    upkeep.extend_mirror_soon()
    assert waiting.count() == 1


def test_who_has_left_signs_in_no_more(cast_alone):
    m.Person.objects.filter(number="LI").update(left_on=ON)
    m.Post.objects.filter(person__number="LI").update(until=ON)
    upkeep.close_left.func(timestamp=0)
    shut = m.User.objects.filter(is_active=False)
    assert list(shut.values_list("username", "closed_by_leaving")) == [("li", True)]


def test_the_clock_leaves_a_folder_that_nobody_used_ready_for_a_restore(
    db, settings, tmp_path
) -> None:
    settings.CHEJI_DATA = tmp_path
    current_app.perform_import_paths()
    tasks = [one.task for one in current_app.periodic_registry.periodic_tasks.values()]
    done = [task(timestamp=0) for task in tasks if not task.pass_context]
    assert len(done) > 10
    assert not m.AuditEntry.objects.exists()
