"""Committing an uploaded file in the background, as the person who uploaded it."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from procrastinate.contrib.django import app

from cheji.actions import imports
from cheji.actions.imports import Report
from cheji.actions.imports.batches import BatchIsDone
from cheji.files import keeping
from cheji.files.leftovers import left_by, sealed
from cheji.files.own_columns import own_columns
from cheji.files.uploads import Prepared, Upload, prepare, told
from cheji.jobs.upkeep import extend_mirror_soon
from cheji.reads.imports import BatchDetail, batch
from cheji.records import progress
from cheji.records.refusals import Refused
from cheji.records.visibility import Asking, Viewer

LOG = logging.getLogger("cheji.jobs")


class WorkerStopped(Refused):
    """The worker stopped before the import was finished. Nothing was written; start it again."""

    zh = "后台任务在导入完成前中断，未写入任何数据。请重新开始导入。"


class RowsFaulty(Refused):
    """{count} rows have faults. Mend them, or choose to skip them."""

    zh = "有 {count} 行存在问题。请修正，或选择跳过这些行。"


class Unexpected(Refused):
    """The import ended with a fault of ours; nothing was written. The log has the details."""

    zh = "导入因程序故障中断，未写入任何数据。详情见日志。"


@app.task(name="imports.commit", queue="imports")
def commit(key: str, user: int) -> None:
    """Commit a queued batch; rights and scope are those that the account has now."""
    by = viewer(user, timezone.now())
    found = batch(by, key)
    try:
        progress.tell(found.row.id, "reading")
        row = imports.begin(by=by, batch=found.row.id)
    except BatchIsDone:  # asked for twice: the other one has it
        progress.hush()
        return
    try:
        with own_columns():
            _commit(by, row, found)
        extend_mirror_soon()
    except Exception as fault:  # noqa: BLE001  the batch must say that it ended
        _failed(found.row.id, fault)
    finally:
        progress.hush()


def _commit(by: Viewer, row: Any, found: BatchDetail) -> None:
    upload = upload_of(found)
    prepared = prepare(upload)
    skip = bool(found.row.report.get("skip"))
    _refuse_faulty(prepared, skip=skip)

    def ended(report: Report) -> None:
        left = _left(report, prepared, upload, found.row.key)
        body = told(report, prepared)
        imports.outcome(batch=row.pk, state="done", report=body, at=timezone.now(), left=left)

    imports.commit(
        by=by,
        at=timezone.now(),
        batch=row,
        entries=prepared.entries(),
        skip=skip,
        progress=_teller(row.pk, len(prepared.good)),
        ended=ended,
    )
    keeping.drop(found.digest)


def _left(report: Report, prepared: Prepared, upload: Upload, key: str) -> bytes | None:
    """The rows that were not taken, to keep; the others are written, so no fault may undo that."""
    try:
        return sealed(left_by(report, prepared, upload), key)
    except Exception:
        LOG.exception("the rows left out of import %s are not kept", key)
        return None


def viewer(user: int, at: datetime) -> Viewer:
    """The account as it may see and do on the day; a closed one may nothing."""
    account = get_user_model()._default_manager.get(pk=user)  # noqa: SLF001  Django's public name for it
    return Asking(account).viewer_at(at)


def upload_of(found: BatchDetail) -> Upload:
    return Upload(
        found.row.kind,
        found.row.name,
        found.content,
        found.mapping,
        found.mended,
        found.row.mode,  # type: ignore[arg-type]
    )


def _refuse_faulty(prepared: Prepared, *, skip: bool) -> None:
    count = len(prepared.reading.faulty)
    if prepared.reading.blocked or (count and not skip):
        raise RowsFaulty(count=count or len(prepared.reading.problems))


def _teller(pk: int, total: int) -> Callable[[int], None]:
    progress.tell(pk, "writing", 0, total)
    return lambda done: progress.tell(pk, "writing", done, total)


def _failed(pk: int, fault: Exception) -> None:
    """Keep why it ended; what nobody expected also goes to the log."""
    if not isinstance(fault, Refused):
        LOG.error("import %s failed", pk, exc_info=fault)
        fault = Unexpected()
    imports.outcome(batch=pk, state="failed", report=said(fault), at=timezone.now())


def said(fault: Refused) -> dict[str, Any]:
    return {"fault": {"code": fault.code, "zh": fault.say("zh-hans"), "en": fault.say("en")}}


@app.periodic(cron="* * * * *")
@app.task(name="imports.release", queue="imports", queueing_lock="imports.release")
def release(timestamp: int) -> None:  # noqa: ARG001  procrastinate passes the planned second
    """Fail the imports whose worker died, so that they can be started again."""
    imports.release(report=said(WorkerStopped()), at=timezone.now())
