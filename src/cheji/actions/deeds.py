"""One verb, one transaction, one audit entry."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from psycopg.errors import CheckViolation, DeadlockDetected, UniqueViolation

from cheji.actions.fitting import DoesNotFit, fits
from cheji.records import audit
from cheji.records.refusals import NOUNS, Refused
from cheji.records.visibility import Scope, Viewer, of


class TakenMeanwhile(Refused):
    """This {noun} is already there: entered before, or by somebody else at this moment."""

    zh = "该{noun}已存在：此前已录入，或他人刚刚录入。"


class NotKept(Refused):
    """This {noun} cannot be kept: what it says does not fit. Check amounts, dates and gaps."""

    zh = "该{noun}无法保存：所填内容互不相符。请核对金额、日期与空项。"


class Crossed(Refused):
    """Somebody changed the same records at this moment. Do it again."""

    zh = "他人正在修改同样的记录。请再试一次。"


class SayWhy(Refused):
    """Say why; the reason is kept in the audit log."""

    zh = "请写明原因，原因会记入审计日志。"


class NothingDiffers(Refused):
    """Nothing differs from what stands there. Change something, or leave it."""

    zh = "内容与现有记录完全相同。请修改后再保存，或直接返回。"


def amended(reason: str, *differs: object) -> None:
    """Refuse a change of a record without a reason, or that changes nothing."""
    if not reason.strip():
        raise SayWhy(field="reason")
    if not any(differs):
        raise NothingDiffers


@dataclass
class Deed:
    """What an action does, while it does it; `tell` fills the audit entry."""

    by: Viewer
    at: datetime
    scope: Scope
    subject: int | None = None
    outlet: int | None = None
    body: dict[str, Any] = field(default_factory=dict)

    def tell(self, *, subject: int | None = None, outlet: int | None = None, **body: Any) -> None:
        """Keep what the audit entry says: ids, before, after, reason; never personal data."""
        self.subject = subject or self.subject
        self.outlet = outlet or self.outlet
        self.body.update(body)


@contextmanager
def deed(verb: str, *, by: Viewer, at: datetime, right: str) -> Iterator[Deed]:
    """Run the block as one audited transaction, in the scope of the posts that have the right.

    A missing right, a row out of scope, and an attempt on what is closed or one's own are audited
    as refused. What the database refuses, be it a second row of one key, two who wait for each
    other or a text too long for its column, is refused here in words.
    """
    doing = None
    try:
        by.must(right)
        with _one_transaction(verb, by=by, at=at, right=right) as doing:
            yield doing
    except Refused as refusal:
        if refusal.logged:
            body = {"right": right, "refusal": refusal.code}
            told = {"subject": doing.subject, "outlet": doing.outlet} if doing else {}
            audit.write(by=by, at=at, verb=verb, body=body, refused=True, **told)
        raise
    except DataError as wrong:
        raise DoesNotFit from wrong
    except IntegrityError as clash:
        for cause, rule in _REFUSED.items():
            if isinstance(clash.__cause__, cause):
                diag = clash.__cause__.diag
                raise rule(rule=diag.constraint_name, noun=_noun(diag.table_name)) from clash
        raise
    except OperationalError as crossed:
        if isinstance(crossed.__cause__, DeadlockDetected):
            raise Crossed from crossed
        raise


_REFUSED: Final = {UniqueViolation: TakenMeanwhile, CheckViolation: NotKept}


def _noun(table: str | None) -> str:
    """What people call a row of a table; a record where they have no word for it."""
    for model in apps.get_models():
        if model._meta.db_table == table:  # noqa: SLF001  Django's documented model interface
            name = str(model._meta.verbose_name)  # noqa: SLF001
            return name if name in NOUNS else "record"
    return "record"


@contextmanager
def _one_transaction(verb: str, *, by: Viewer, at: datetime, right: str) -> Iterator[Deed]:
    with connection.execute_wrapper(fits), transaction.atomic():
        doing = Deed(by=by, at=at, scope=of(by.doing(right)))
        yield doing
        audit.write(
            by=by,
            at=at,
            verb=verb,
            subject=doing.subject,
            outlet=doing.outlet,
            body=doing.body,
        )
