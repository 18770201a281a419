"""佐证: files attached to a violation, an appeal or a mark of oneself, as long as it is open."""

import uuid
from datetime import datetime
from typing import Any

from cheji.actions.appraisals.appealing import OPEN as OPEN_APPEAL
from cheji.actions.appraisals.ground import Done, NotYourPart
from cheji.actions.appraisals.violations import OPEN as OPEN_VIOLATION
from cheji.actions.deeds import Deed, deed
from cheji.records.evidence import MIB, MOST_BYTES, MOST_FILES, digest_of, kind_of, sealed
from cheji.records.models import Appeal, Evaluation, EvidenceFile, Violation
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Viewer, one


class NoSuchKind(Refused):
    """This file is no photo (JPEG, PNG, WebP) and no PDF. Attach one of these."""

    zh = "只接受照片（JPEG、PNG、WebP）与 PDF，请换一个文件。"


class FileTooLarge(Refused):
    """The file has {size} MB; at most {most} MB are taken. Make it smaller, or split it."""

    zh = "文件有 {size} MB，最大 {most} MB。请压缩或拆分后再上传。"


class EnoughFiles(Refused):
    """There are {most} files already; no more are taken. Put several photos into one PDF."""

    zh = "已有 {most} 个文件，不能再添加。可将多张照片合并为一个 PDF。"


class EvidenceIsClosed(Refused):
    """It is decided or handed in: its evidence stays as it was."""

    zh = "已裁决或已提交，佐证不再改变。"


def attach(*, by: Viewer, at: datetime, noun: str, number: int, name: str, content: bytes) -> Done:
    """Attach a file to a `violation`, an `appeal` or the `mark` that one gave oneself.

    Raises:
        NotYourPart: one is neither concerned, nor reported or made it, nor decides it.
        NoSuchKind, FileTooLarge, EnoughFiles, EvidenceIsClosed: why it is not taken.
    """
    with deed("evidence.attach", by=by, at=at, right="appraisals.join") as doing:
        about = _about(doing, noun, number)
        if len(content) > MOST_BYTES:
            raise FileTooLarge(size=-(-len(content) // MIB), most=MOST_BYTES // MIB)
        kind = kind_of(content)
        if not kind:
            raise NoSuchKind(field="file")
        if about.files.count() >= MOST_FILES:
            raise EnoughFiles(most=MOST_FILES)
        key = uuid.uuid4()
        made = EvidenceFile.objects.create(
            **{noun: about}, key=key, name=name[-200:] or "—", kind=kind, size=len(content),
            digest=digest_of(content), content=sealed(content, str(key)),
            made_by_id=by.user, made_at=at,
        )  # fmt: skip
        doing.tell(subject=made.pk, about=f"{noun}:{number}", digest=made.digest)
        return Done(made.pk)


def _about(doing: Deed, noun: str, number: int) -> Any:
    """What the file proves, locked and still open, where the viewer has a part in it."""
    if noun == "violation":
        return _violation(doing, number)
    if noun == "appeal":
        return _appeal(doing, number)
    if noun == "mark":
        return _mark(doing, number)
    raise NotFound(noun="file", key=noun[:20])


def _violation(doing: Deed, number: int) -> Violation:
    row = one(
        doing.scope.violations().select_for_update(of=("self",)), "violation", number, pk=number
    )
    by = doing.by
    _mine(doing, by.person == row.person_id, row.made_by_id, "violations.decide")
    if row.state not in OPEN_VIOLATION:
        raise EvidenceIsClosed
    return row


def _appeal(doing: Deed, number: int) -> Appeal:
    row = one(doing.scope.appeals().select_for_update(of=("self",)), "appeal", number, pk=number)
    _mine(doing, doing.by.person == row.appraisal.person_id, row.made_by_id, "appraisals.decide")
    if row.state not in OPEN_APPEAL:
        raise EvidenceIsClosed
    return row


def _mark(doing: Deed, number: int) -> Evaluation:
    rows = Evaluation.objects.filter(task__part="self", task__owner=doing.by.person or 0)
    row = one(rows.select_for_update(of=("self",)), "mark", number, pk=number)
    if row.task.way or row.task.step != row.task.appraisal.cycle.state:
        raise EvidenceIsClosed
    return row


def _mine(doing: Deed, concerned: bool, made_by: int | None, right: str) -> None:
    """Who is concerned, who said it, and who may decide it attach files."""
    by = doing.by
    if not (concerned or (made_by is not None and made_by == by.user) or by.can(right)):
        raise NotYourPart
