"""Proving the data: the audit chain and its anchors, facts, closed runs, sums."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from cheji.records import audit
from cheji.records.bulk import table_of
from cheji.records.models import AuditSeal, Fact, PayLine, Run, RunLine
from cheji.records.seals import seal_of

from .rebuilding import differences, rebuild

SHOWN = 20  # places named in a detail


@dataclass(frozen=True, slots=True)
class Check:
    """One proof: how many things were looked at, and what did not hold."""

    code: str
    ok: bool
    count: int
    detail_zh: str
    detail_en: str


def verify(anchors: Path) -> list[Check]:
    """All proofs; `anchors` is the file of chain heads kept outside the database."""
    return list(_checks(anchors))


def _checks(anchors: Path) -> Iterator[Check]:
    yield _chain()
    yield _anchors(anchors)
    yield _facts()
    yield _reversals()
    yield _seals()
    yield _sums()


def _check(code: str, count: int, wrong: list[str], zh: str, en: str) -> Check:
    """The outcome; what is wrong is named after the sentence, at most SHOWN places."""
    if not wrong:
        return Check(code, ok=True, count=count, detail_zh=zh, detail_en=en)
    named = ", ".join(wrong[:SHOWN]) + (" …" if len(wrong) > SHOWN else "")
    faults = len(wrong)
    return Check(
        code,
        ok=False,
        count=count,
        detail_zh=f"{zh}：{faults} 处不符：{named}",
        detail_en=f"{en}: {faults} do not hold: {named}",
    )


def _chain() -> Check:
    wrong = [f"#{b.position} ({b.entry}): {b.why}" for b in audit.breaks()]
    return _check("chain", AuditSeal.objects.count(), wrong, "审计链条", "Seals of the audit log")


def _anchors(file: Path) -> Check:
    count = len(file.read_text(encoding="utf-8").splitlines()) if file.exists() else 0
    wrong = [f"#{b.position}: {b.why}" for b in audit.broken_anchors(file)]
    return _check("anchors", count, wrong, "库外锚点", "Anchors outside the database")


def _facts() -> Check:
    """Facts against a rebuild from the records, both as of one moment."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        count = rebuild()
        wrong = [f"{d.noun} {d.source}" for d in differences()]
    return _check("facts", count, wrong, "事实与记录重建一致", "Facts against the records")


def _reversals() -> Check:
    """A reversal mirrors one posted fact of the same record, and no fact is reversed twice."""
    table = table_of(Fact)
    same = " AND ".join(f"f.{name} = r.{name}" for name in ("kind", "source_kind", "source"))
    mirrors = " AND ".join(f"f.{name} = -r.{name}" for name in ("quantity", "fen", "value"))
    text = f"""
      SELECT r.id, r.reverses, f.reverses IS NULL AND {same} AND {mirrors}
        FROM {table} r LEFT JOIN {table} f ON f.id = r.reverses
       WHERE r.reverses IS NOT NULL ORDER BY r.id"""  # noqa: S608  names of our own columns
    seen: set[int] = set()
    wrong = []
    with connection.cursor() as cursor:
        cursor.execute(text)
        for pk, fact, fits in cursor.fetchall():
            if not fits or fact in seen:
                wrong.append(str(pk))
            seen.add(fact)
    return _check("reversals", len(seen), wrong, "冲回与原事实相抵", "Reversals mirror their facts")


def _seals() -> Check:
    runs = Run.objects.filter(state__in=Run.FIXED).order_by("id")
    wrong = [str(run.pk) for run in runs if seal_of(run) != run.sealed]
    return _check("seals", len(runs), wrong, "已关账计算的封印", "Seals of closed runs")


def _sum_of(model: type[RunLine] | type[PayLine]) -> Coalesce:
    rows = model.objects.filter(run=OuterRef("pk")).order_by().values("run")
    return Coalesce(Subquery(rows.annotate(all=Sum("fen")).values("all")), 0)


def _sums() -> Check:
    """The lines of every pay run add up to its total."""
    runs = Run.objects.filter(kind=Run.Kind.PAY)
    summed = runs.annotate(kept=_sum_of(RunLine), paid=_sum_of(PayLine))
    wrong = summed.exclude(total=F("kept") + F("paid")).order_by("id").values_list("id", flat=True)
    return _check(
        "sums", len(runs), [str(run) for run in wrong], "工资明细合计", "Sums of pay runs"
    )
