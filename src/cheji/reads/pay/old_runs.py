"""Statements of runs that were kept before pay had lines of its own."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import COEFFICIENT
from cheji.reads.appraisals import Month
from cheji.reads.kept import detail, exact, parts
from cheji.reads.pay.based import Bases
from cheji.reads.pay.opened import UNKNOWN, Opened
from cheji.reads.pay.shapes import PayLineSeen, StatementSeen
from cheji.reads.pay.showing import Basis, names_of
from cheji.reads.seen import Link
from cheji.records.models import RunLine


def old_seen(
    asked: Month,
    plan: PayPlan,
    who: int,
    kept: tuple[Basis, Sequence[RunLine]],
    names: dict[int, tuple[str, str]],
    opened_: Opened,
) -> StatementSeen:
    basis, lines = kept
    last = next((line for line in lines if line.code == COEFFICIENT), None)
    scored = parts(last.reason)[0] if last and parts(last.reason) else None
    total = sum(line.fen or 0 for line in lines)
    inner = [line.reason for line in lines]
    bases = Bases(plan, asked.catalogue)
    return StatementSeen(
        asked.who(names, who),
        asked.outlet.where,
        asked.month,
        plan.code,
        plan.zh,
        plan.en,
        basis.state,
        tuple(_old_line(names_of(plan), line, opened_, bases) for line in lines),
        total,
        exact(detail(last.reason, "coefficient")) if last else None,
        exact(scored["value"]) if scored else None,
        lambda: {"kind": "pay", "code": plan.code, "value": total, "detail": {}, "parts": inner},
        basis.digest,
        basis.mark,
        asked.ground.viewer.on,
        asked.catalogue,
        basis.run,
    )


def _old_line(
    called: Mapping[str, tuple[str, str]], line: RunLine, opened_: Opened, bases: Bases
) -> PayLineSeen:
    named = opened_.get((line.source_kind, line.source or 0), UNKNOWN)
    record = (line.source or 0) if named.text else 0
    deal = Link(line.source_kind, record, named.text, named.car) if line.source_kind else None
    rates = {exact(band["rate"]) for band in detail(line.reason, "bands") or ()}
    zh, en = called.get(line.code, (line.code, line.code))
    base = detail(line.reason, "base")
    before = detail(line.reason, "before")
    return PayLineSeen(
        line.code,
        zh,
        en,
        deal,
        named.on,
        exact(base) if line.code != COEFFICIENT else Fraction(before or 0, 100),
        rates.pop() if len(rates) == 1 else exact(detail(line.reason, "coefficient")),
        line.fen or 0,
        lambda: line.reason,
        model=named.model,
        unit=bases.unit(line.code, 1),
    )
