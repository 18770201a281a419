"""A pay statement as it is shown: amounts with their deals, names, what is left, and reasons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from cheji.engine.definitions import PayPlan
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay import (
    COEFFICIENT,
    OWN_LINES,
    REJECTED,
    WHY,
    Given,
    Ledger,
    PayLine,
    Rejected,
    Statement,
    looked_up,
    no_target,
    said,
    staged,
)
from cheji.engine.pay.why import yuan
from cheji.engine.tallies import Key
from cheji.reads.appraisals import Month
from cheji.reads.pay import looked
from cheji.reads.pay.based import Bases
from cheji.reads.pay.leavings import balances, grounds
from cheji.reads.pay.opened import UNKNOWN, Opened
from cheji.reads.pay.shapes import (
    BalanceSeen,
    DisputePaid,
    GroundSeen,
    LookedSeen,
    PayLineSeen,
    RejectedSeen,
    SplitPaid,
    StatementSeen,
)
from cheji.reads.seen import Link
from cheji.records.calculations import origin_of, split

#: What a component pays for a deal: inside the coefficients, or as an extra such as a spiff.
PAID_BY_DEAL = frozenset({"earning", "bonus"})
UNCOUNTED = "不在本项计提基数之内", "not in what this component is paid on"
#: Kinds of components that are paid deal by deal.
PER_DEAL = ("units", "share")


@dataclass(frozen=True)
class Basis:
    """What a statement stands on: live facts up to a mark, or a kept run.

    `before` are the months, not closed either, with whose outcome an estimate begins; `rules` is
    the version of the rules of pay, 0 where the program does not have them.
    """

    state: str
    digest: str
    mark: int
    run: int | None = None
    order: str = ""
    before: tuple[int, ...] = ()
    rules: int = 0


@dataclass(frozen=True)
class Made:
    """A statement before it is shown; `ids` are those of its lines where they are kept.

    `shared` has by the engine's key of a deal with whom it is shared, `disputes` by that of a typed
    line the dispute that it pays, `splits` by that of a deal the decision that split its pay.
    """

    basis: Basis
    plan: PayPlan
    lines: Sequence[PayLine]
    rejected: Sequence[Rejected]
    payable: int
    score: Fraction | None
    whole: Statement | None
    ids: Sequence[int] = ()
    outcome: str = ""
    given: Given | None = None
    after: Ledger | None = None
    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    disputes: Mapping[str, DisputePaid] = field(default_factory=dict)
    splits: Mapping[str, SplitPaid] = field(default_factory=dict)


def keys(made: Made) -> set[tuple[str, int | None]]:
    """The records that a statement names."""
    held = made.after.held if made.after else ()
    rows: list[Any] = [*made.lines, *made.rejected, *held]
    found = {split(row.source) for row in rows if row.source}
    behind = looked.sources(made.plan, made.given) if made.given else ()
    return found | {split(key) for key in behind}


def seen(
    asked: Month,
    plan: PayPlan,
    who: int,
    made: Made,
    names: dict[int, tuple[str, str]],
    opened_: Opened,
) -> StatementSeen:
    called, bases = names_of(plan), Bases(made.plan, asked.catalogue)
    aimless = {row.component: row for row in _aimless(made)}
    ids: Sequence[int | None] = made.ids or [None] * len(made.lines)
    coefficient = next((line for line in made.lines if line.component == COEFFICIENT), None)
    return StatementSeen(
        asked.who(names, who),
        asked.outlet.where,
        asked.month,
        plan.code,
        plan.zh,
        plan.en,
        made.basis.state,
        tuple(
            replace(
                _with_why(line_seen(line, called, opened_, bases, pk), aimless),
                shared=made.shared.get(str(line.source), ()),
                dispute=made.disputes.get(str(line.source)),
                split=made.splits.get(str(line.source)),
            )
            for line, pk in zip(made.lines, ids, strict=True)
        ),
        made.payable,
        (coefficient.rate or coefficient.factor) if coefficient else None,
        made.score,
        lambda: made.whole.reason.as_json() if made.whole else _flat(plan, made),
        made.basis.digest,
        made.basis.mark,
        asked.ground.viewer.on,
        asked.catalogue,
        made.basis.run,
        (
            *(_rejected_seen(row, opened_) for row in made.rejected),
            *aimless.values(),
            *_uncounted(made, opened_),
        ),
        made.outcome,
        made.basis.order,
        *_told(made, opened_),
        counted={
            code: tuple(Fraction(amount) / scale for amount in amounts)
            for code, (scale, amounts) in (made.whole.counted.items() if made.whole else ())
        },
        before=made.basis.before,
        by_rules=made.basis.rules,
    )


def _told(made: Made, opened_: Opened) -> tuple[
    PayPlan | None, tuple[BalanceSeen, ...], tuple[GroundSeen, ...], dict[str, LookedSeen]
]:  # fmt: skip
    """The rules, what is left for later, what the first steps found, and what found the bands."""
    known = made.plan if made.plan.code else None
    left = balances(made.plan, made.after, lambda key: link_of(key, opened_)) if made.after else ()
    sharing = {source for source, people in made.shared.items() if people}
    stood = grounds(made.plan, made.given, sharing) if made.given else ()
    return known, tuple(left), tuple(stood), _looked(made, opened_)


def _looked(made: Made, opened_: Opened) -> dict[str, LookedSeen]:
    if made.given is None or made.whole is None:
        return {}

    def door(key: Key) -> tuple[Link | None, date | None, str]:
        noun, record = split(key)
        deal = opened_.get((noun, record or 0), UNKNOWN)
        return link_of(key, opened_), deal.on, deal.model

    return looked.figures(made.plan, made.given, made.whole.looked, door)


def _flat(plan: PayPlan, made: Made) -> dict[str, Any]:
    return {"kind": "pay", "code": plan.code, "value": made.payable, "detail": {}, "parts": []}


def names_of(plan: PayPlan) -> dict[str, tuple[str, str]]:
    """What components, factors, gates and all else of a plan are called."""
    named: list[Any] = [
        *staged(plan), *plan.components, *plan.factors, *plan.gates, *plan.caps, *plan.holdbacks,
        *plan.catch_ups, *plan.draws,
    ]  # fmt: skip
    return {**OWN_LINES, **{item.code: (item.zh, item.en) for item in named}}


def _aimless(made: Made) -> Iterator[RejectedSeen]:
    """The factors without a value because nothing is set that they are held against."""
    valueless = {line.component for line in made.lines if line.code == "no_value"}
    for factor in made.plan.factors:
        look = factor.look
        if made.given is None or look is None or factor.code not in valueless:
            continue
        if no_target(look, looked_up(look, made.given, {})):
            words = said(REJECTED["no_target"], (look.level,))
            yield RejectedSeen(factor.code, None, "no_target", *words)


def _with_why(line: PayLineSeen, aimless: Mapping[str, RejectedSeen]) -> PayLineSeen:
    """The line of a factor that misses its target says so."""
    row = aimless.get(line.component)
    if row is None:
        return line
    found = line.reason
    detail = {**(found.get("detail") or {}), "zh": row.zh, "en": row.en}
    return replace(line, tell=lambda: {**found, "detail": detail})


def line_seen(
    line: PayLine,
    called: Mapping[str, tuple[str, str]],
    opened_: Opened,
    bases: Bases,
    pk: int | None = None,
) -> PayLineSeen:
    noun, record = split(line.source)
    deal = opened_.get((noun, record or 0), UNKNOWN)
    zh, en = called.get(line.component, (line.component, line.component))
    origin_run, origin = origin_of(line.origin) if line.origin else (None, None)
    base, unit = bases.of(line)
    return PayLineSeen(
        line.component,
        zh,
        en,
        link_of(line.source, opened_),
        deal.on,
        base,
        line.rate if line.rate is not None else line.factor,
        line.fen,
        partial(_told_more, line, called, bases),
        line.step,
        line.entry,
        pk,
        (origin_run, origin) if origin_run else None,
        line.scale,
        line.parts,
        line.factor,
        deal.model,
        unit=unit,
        why=line.code,
    )


def _told_more(
    line: PayLine, called: Mapping[str, tuple[str, str]], bases: Bases
) -> dict[str, Any]:
    """The line's reason; of what is held the component, of a cap the sum that it is held against.

    One deal may be held of twice, once of each component. A gate's figures stand in their unit.
    """
    found = reason_json(line)
    told = found.get("detail") or {}
    if why := bases.why(line):
        return {**found, "detail": {**told, "zh": why[0], "en": why[1]}}
    if line.code == "held" and len(line.args) > 1:
        zh, en = called.get(str(line.args[1]), ("", ""))
        zh, en = zh and f"{zh}：", en and f"{en}: "
    elif line.entry == "cap" and line.base is not None:
        whole, earlier = yuan(line.base * FEN_PER_YUAN), _from_earlier(line)
        zh, en = f"本期合计 {whole}，", f"{whole} this period, "
        if earlier:
            before = yuan(earlier)
            zh, en = f"{zh}连同以前结转 {before}，", f"{en}with {before} from earlier "
    else:
        return found
    more = {"zh": f"{zh}{told.get('zh', '')}", "en": f"{en}{told.get('en', '')}"}
    return {**found, "detail": {**told, **more}}


def _from_earlier(line: PayLine) -> int:
    """Fen of earlier months with which a cap was exceeded: its line says the month's own sum."""
    if line.fen >= 0 or line.base is None or not line.args:
        return 0
    return int(line.args[0]) - line.fen - int(line.base * FEN_PER_YUAN)


def link_of(key: Any, opened_: Opened) -> Link | None:
    """The record of an engine's key; without id and text where the viewer may not open it."""
    noun, record = split(key)
    deal = opened_.get((noun, record or 0), UNKNOWN)
    return Link(noun, (record or 0) if deal.text else 0, deal.text, deal.car) if noun else None


def reason_json(line: PayLine) -> dict[str, Any]:
    """The line's reason; of a line whose plan is of other rules what was kept of it."""
    if line.rule is not None:
        found: dict[str, Any] = line.reason.as_json()
        return found
    words = WHY.get(line.code)
    zh, en = said(words, line.args) if words else (line.code, line.code)
    return {
        "kind": "line", "code": line.component, "value": line.fen, "parts": [],
        "detail": {"zh": zh, "en": en, "source": line.source, "step": line.step},
    }  # fmt: skip


def _rejected_seen(row: Rejected, opened_: Opened) -> RejectedSeen:
    words = REJECTED.get(row.code)
    zh, en = said(words, row.args) if words else (row.code, row.code)
    return RejectedSeen(row.component, link_of(row.source, opened_), row.code, zh, en)


def _uncounted(made: Made, opened_: Opened) -> Iterator[RejectedSeen]:
    """The cars that one component pays and the base of another one does not count.

    The calculation never comes to them, so nothing of them is kept with a run; the reader of a
    statement who finds a car in one list asks why it is not in the other.
    """
    earned = [line for line in made.lines if line.entry in PAID_BY_DEAL and line.source]
    every = dict.fromkeys(line.source for line in earned)
    for part in made.plan.components:
        own = {line.source for line in earned if line.component == part.code}
        own |= {row.source for row in made.rejected if row.component == part.code}
        nouns = {split(source)[0] for source in own}
        if part.kind in PER_DEAL and part.whose == "person":
            for source in every:
                if source not in own and split(source)[0] in nouns:
                    deal = link_of(source, opened_)
                    yield RejectedSeen(part.code, deal, "uncounted", *UNCOUNTED)
