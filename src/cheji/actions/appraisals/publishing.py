"""Publishing: scores are worked out once, frozen with their inputs, and never change again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from cheji.actions.appraisals.ground import Done, cycle_for, duty, tell
from cheji.actions.appraisals.moving import enter, goes_on
from cheji.actions.runs import MarkAhead, PeriodIsRunning
from cheji.engine.definitions import Scheme
from cheji.engine.money import round_half_up
from cheji.engine.scores import (
    Given,
    Scorer,
    freezer,
    prepared,
    seal,
)
from cheji.facts import mark as current_mark
from cheji.records.appraised import SCALE, Figures, givens_of, scheme_for
from cheji.records.audit import canonical
from cheji.records.bulk import Written, insert, update
from cheji.records.collecting import without_collecting
from cheji.records.models import (
    Appraisal,
    Cycle,
    DefinitionVersion,
    Run,
    RunInput,
    RunLine,
    Unit,
)
from cheji.records.refusals import ChangedMeanwhile, Refused
from cheji.records.scored import Part, calibrated, moves_of, result
from cheji.records.seals import line_text, seal_of
from cheji.records.stamps import stamp_of, undecided
from cheji.records.standing import TOTAL, definition_of
from cheji.records.visibility import Viewer

#: How many people are scored and written at a time.
AT_ONCE: Final = 400


class FiguresMissing(Refused):
    """There are no figures for {count} of those appraised. Calculate again."""

    zh = "缺少 {count} 位被考核人的数值。请重新计算。"


class ViolationsOpen(Refused):
    """{count} violations of the period wait for a decision. Decide them, then publish."""

    zh = "本期还有 {count} 条违规未处理。请先处理，再公布结果。"


def publish(
    *,
    by: Viewer,
    at: datetime,
    cycle: int,
    figures: Mapping[int, Figures],
    mark: int,
    seen: str = "",
) -> Done:
    """Publish a cycle as the second person: a closed score run for each outlet.

    `figures` are by appraisal's id the KPI values of its part of the period, by code, as the reads
    found them in facts up to `mark`; everything else is taken from the records here. `seen` is the
    stamp of what its publisher looked through, where he did.

    Raises:
        ChangedMeanwhile: something is not as he saw it.
        TasksOpen, PeriodIsRunning, ViolationsOpen, MarkAhead, FiguresMissing: what keeps it from
            being published.
    """
    with without_collecting(), duty("publish", by=by, at=at) as doing:
        row = cycle_for(doing, "publish", cycle)
        if seen and seen != stamp_of(row):
            raise ChangedMeanwhile(noun="cycle")
        goes_on(row, "published")
        if by.on < row.until:
            raise PeriodIsRunning(last=row.until - timedelta(days=1), since=row.until)
        if waiting := undecided(row).count():
            raise ViolationsOpen(count=waiting)
        if mark > current_mark():
            raise MarkAhead
        outlets = _outlets(row, figures)
        keeping = _Keeping(row, by, at, mark)
        runs = [run for batch in _batches(outlets) for run in keeping.keep(batch, figures)]
        people = {rows[0].person_id for each in outlets.values() for rows in each}
        until = by.on + timedelta(days=row.settings["appeal_days"])
        enter(row, "published", by, at, appeal_until=until)
        doing.tell(runs=runs, mark=mark, people=len(people))
        tell(by, people, "published", row, at)
        return Done(row.pk, row.version)


Everybody = dict[Unit, list[list[Appraisal]]]


def _outlets(cycle: Cycle, figures: Mapping[int, Figures]) -> Everybody:
    """Everybody's parts in order of time, under the outlet where he ended the period."""
    counted = cycle.appraisals.filter(left_out="")
    # Joined, thousands of rows would each read and keep a scheme of their own.
    schemes = DefinitionVersion.objects.in_bulk(set(counted.values_list("scheme", flat=True)))
    units = Unit.objects.in_bulk(set(counted.values_list("outlet", flat=True)))
    people: dict[int, list[Appraisal]] = {}
    for row in counted.order_by("person__number", "since", "id"):
        row.scheme, row.outlet, row.cycle = schemes[row.scheme_id], units[row.outlet_id], cycle
        people.setdefault(row.person_id, []).append(row)
    missing = sum(row.pk not in figures for rows in people.values() for row in rows)
    if missing:
        raise FiguresMissing(count=missing)
    found: Everybody = {}
    for rows in people.values():
        found.setdefault(rows[-1].outlet, []).append(rows)
    return found


def _batches(outlets: Everybody) -> Iterator[Everybody]:
    """Outlets together until they are some hundred people: that many are in memory at once."""
    batch: Everybody = {}
    for outlet, people in outlets.items():
        batch[outlet] = people
        if sum(map(len, batch.values())) >= AT_ONCE:
            yield batch
            batch = {}
    if batch:
        yield batch


class _Told:
    """A part with its card and its items as text, written once for lines, seals and outcome."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.items = [Written(reason.text()) for reason in part.card.reason.parts]
        self.card = Written(part.card.reason.text(self.items))


class _Keeping:
    """Scores people and writes a closed run for each outlet."""

    def __init__(self, cycle: Cycle, by: Viewer, at: datetime, mark: int) -> None:
        self.cycle, self.by, self.at, self.mark = cycle, by, at, mark
        self.moves = moves_of(cycle)
        self.schemes: dict[int, tuple[Scheme, Scorer, Callable[[Given], str]]] = {}

    def keep(self, batch: Everybody, figures: Mapping[int, Figures]) -> list[int]:
        """The ids of the runs of some outlets, with lines and inputs, closed."""
        rows = [row for people in batch.values() for parts in people for row in parts]
        givens = givens_of(rows, figures)
        lines: list[dict[str, Any]] = []
        inputs: list[dict[str, Any]] = []
        runs = []
        for outlet, people in batch.items():
            scored = [[self._part(row, givens[row.pk]) for row in parts] for parts in people]
            run = self._opened(outlet, scored)
            found = [line for parts in scored for line in self._lines(parts)]
            for position, line in enumerate(found, start=1):
                line |= {"run_id": run.pk, "position": position}
            run.sealed = seal_of(run, map(line_text, found))
            runs.append(run)
            lines += found
            inputs += [_input(run, part) for parts in scored for part in parts]
        insert(RunLine, lines)
        insert(RunInput, inputs)
        self._close(runs)
        return [run.pk for run in runs]

    def _part(self, row: Appraisal, given: Given) -> _Told:
        if row.scheme_id not in self.schemes:
            scheme = scheme_for(row)
            self.schemes[row.scheme_id] = scheme, prepared(scheme), freezer(scheme)
        scheme, scorer, freeze = self.schemes[row.scheme_id]
        return _Told(Part(row, scheme, freeze(given), scorer.score(given)))

    def _opened(self, outlet: Unit, people: Sequence[Sequence[_Told]]) -> Run:
        cycle = self.cycle
        schemes = sorted({told.part.appraisal.scheme.digest for parts in people for told in parts})
        return Run.objects.create(
            kind=Run.Kind.SCORE, outlet=outlet, grain=cycle.grain, period=cycle.period,
            definition=definition_of(cycle.pk), digest=seal(canonical(schemes)), mark=self.mark,
            made_by_id=cycle.moved_by_id, made_at=self.at,
        )  # fmt: skip

    def _close(self, runs: Sequence[Run]) -> None:
        for run in runs:
            run.state, run.closed_at, run.closed_by_id = Run.State.CLOSED, self.at, self.by.user
        update(runs, ("sealed", "state", "closed_at", "closed_by"))

    def _lines(self, told: Sequence[_Told]) -> Iterator[dict[str, Any]]:
        """A person's total, then the items of each of his parts."""
        parts = [one.part for one in told]
        person, whole = parts[0].appraisal.person_id, result(parts)
        total = calibrated(self.moves.get(person), parts[-1], whole)
        alone = told[0].card if total is parts[0].card.reason else Written(total.text())
        yield {"person_id": person, "code": TOTAL, "value": _points(total.value), "reason": alone}
        for one in told:
            for item, text in zip(one.part.card.items, one.items, strict=False):
                yield {
                    "person_id": person, "code": item.reason.code, "value": _points(item.points),
                    "reason": text, "source_kind": "appraisal", "source": one.part.appraisal.pk,
                }  # fmt: skip


def _input(run: Run, told: _Told) -> dict[str, Any]:
    part = told.part
    return {
        "run_id": run.pk, "appraisal_id": part.appraisal.pk, "text": part.text,
        "outcome": seal(told.card), "days": part.appraisal.days,
    }  # fmt: skip


def _points(value: Any) -> int | None:
    return None if value is None else round_half_up(value * SCALE)
