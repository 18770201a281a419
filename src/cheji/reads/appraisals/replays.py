"""Published scores worked out again from what was frozen, and two runs compared item by item."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from cheji.engine.definitions import digest, scheme_of
from cheji.engine.findings import Refused as Faulty
from cheji.engine.reasons import Reason, from_json
from cheji.engine.scores import Difference, OtherRules, ScoreCard, difference, seal
from cheji.reads.appraisals.papers import PORTION
from cheji.reads.replayed import Broken, Replayed
from cheji.records.audit import canonical
from cheji.records.models import Adjustment, Cycle, DefinitionVersion, Run, RunInput, RunLine
from cheji.records.refusals import NotFound
from cheji.records.scored import Part, calibrated, moves_of, part_of, regraded, result
from cheji.records.standing import TOTAL, standing_in
from cheji.records.visibility import Viewer, of

CHUNK = 500


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One person in two runs; the points of all changes are exactly the change of his total."""

    number: str
    name: str
    change: Difference


def replayed(viewer: Viewer, run: int | None = None) -> Iterator[Replayed]:
    """Replay one published run, or all that the viewer sees, one by one.

    Raises:
        NotFound: there is no such published run that the viewer may see whole.
    """
    rows = of(viewer).runs("score").filter(inputs__isnull=False).distinct()
    rows = rows.select_related("outlet").order_by("id")
    if run is not None:
        rows = rows.filter(pk=run)
        if not rows.exists():
            raise NotFound(noun="run", key=run)
    for row in rows:
        inputs = RunInput.objects.filter(run=row).select_related("appraisal__person")
        yield Replayed(
            row.pk, row.outlet.code, row.period, row.when, row.definition, inputs.count(),
            tuple(_broken(row, inputs)),
        )  # fmt: skip


Told = tuple[str, str, str]
"""What is not as it was kept: name, kept, now."""
WRONG = (OtherRules, Faulty, ValueError, KeyError)


def _broken(run: Run, inputs: "QuerySet[RunInput]") -> Iterator[Broken]:
    """What of a run is not as its inputs give it, person by person."""
    lines = _Lines(run)
    ordered = inputs.order_by("appraisal__person", "appraisal__since", "appraisal")
    found = ordered.iterator(chunk_size=CHUNK)
    for _person, rows in groupby(found, lambda row: row.appraisal.person_id):
        yield from _Person(list(rows), lines).broken()


class _Lines:
    """What a run's people were published with, and what came of appeals."""

    def __init__(self, run: Run) -> None:
        rows = RunLine.objects.filter(run=run)
        self.run = run.pk
        self.totals: dict[int, Mapping[str, Any]] = {}
        self.items: dict[int, dict[str, Mapping[str, Any]]] = {}
        for line in rows.iterator(chunk_size=CHUNK * 10):
            if line.code == TOTAL and not line.source_kind:
                self.totals[line.person_id or 0] = line.reason
            else:
                self.items.setdefault(line.source or 0, {})[line.code] = line.reason
        cycle = Cycle.objects.filter(appraisals__inputs__run=run).distinct().get()
        self.moves = moves_of(cycle)
        self.adjustments: dict[int, list[Adjustment]] = {}
        changes = Adjustment.objects.filter(
            appraisal__cycle=cycle, appraisal__person__in=self.totals
        )
        for change in changes.select_related("appraisal").order_by("id"):
            self.adjustments.setdefault(change.appraisal.person_id, []).append(change)
        self._digests: dict[int, str] = {}

    def digest_of(self, version: int) -> str:
        """The digest of a published scheme, written out in full."""
        if version not in self._digests:
            body = DefinitionVersion.objects.get(pk=version).body
            self._digests[version] = digest(scheme_of(body))
        return self._digests[version]


class _Person:
    """One person's parts worked out again: items, total, and each adjustment.

    Figures are compared, not the words beside them: mending a sentence changes no result. That the
    words are those published is what the seal of the outcome proves.
    """

    def __init__(self, rows: Sequence[RunInput], lines: _Lines) -> None:
        self.rows, self.lines = rows, lines
        self.person = rows[0].appraisal.person_id
        self.move = lines.moves.get(self.person)
        self.parts: dict[int, Part] = {}

    def broken(self) -> Iterator[Broken]:
        """Everything that differs."""
        for row in self.rows:
            try:
                part = part_of(row.appraisal, row.text)
            except WRONG as wrong:
                yield _of(row, "rules", "", str(wrong))
                continue
            self.parts[row.appraisal_id] = part
            for told in _differing(row, part.card, self.lines):
                yield _of(row, *told)
        kept = self.lines.totals.get(self.person)
        if kept is not None and len(self.parts) == len(self.rows):
            for told in (*self._sealed(kept), *self._whole(kept), *self._adjusted(kept)):
                yield _of(self.rows[-1], *told)

    def _sealed(self, kept: Mapping[str, Any]) -> Iterator[Told]:
        """Whether each part's reason, words and all, is the one that was published."""
        for row, card in zip(self.rows, _cards(kept), strict=False):
            found = seal(canonical(card))
            if found != row.outcome:
                yield "outcome", row.outcome[:12], found[:12]

    def _whole(self, kept: Mapping[str, Any]) -> Iterator[Told]:
        parts = list(self.parts.values())
        now = calibrated(self.move, parts[-1], result(parts)).as_json()
        if _figures(kept) != _figures(now):
            yield TOTAL, _outcome(kept), _outcome(now)

    def _adjusted(self, kept: Mapping[str, Any]) -> Iterator[Told]:
        """Each adjustment by its own text, after those before it."""
        before, parts = standing_in(self.person, kept, self.lines.run), dict(self.parts)
        for change in self.lines.adjustments.get(self.person, ()):
            violation = change.violation_id
            name = f"violation {violation}" if violation else f"appeal {change.appeal_id}"
            try:
                parts[change.appraisal_id] = part_of(change.appraisal, change.text)
            except WRONG as wrong:
                yield name, "", str(wrong)
                continue
            own = list(parts.values())
            now = regraded(result(own), own[-1], self.move, before).as_json()
            if _figures(change.reason_after) != _figures(now):
                yield name, _outcome(change.reason_after), _outcome(now)
            before = standing_in(self.person, change.reason_after, self.lines.run)


def _of(row: RunInput, what: str, kept: str, now: str) -> Broken:
    appraisal = row.appraisal
    return Broken(appraisal.person.number, what, kept, now, appraisal.person.name, appraisal.pk)


def _cards(kept: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The cards of a published total as they were before calibration."""
    portions = [part for part in kept["parts"] if part["kind"] == PORTION]
    if portions:
        return [part["parts"][0] for part in portions]
    detail = dict(kept["detail"])
    if "calibrated" in detail:
        del detail["calibrated"]
        for name in ("grade", "coefficient"):
            detail[name] = detail.pop(f"{name}_scored")
    return [{**kept, "detail": detail}]


def _figures(told: Any) -> Any:
    """A reason without its words."""
    if isinstance(told, dict):
        return {key: _figures(one) for key, one in told.items() if key not in ("zh", "en")}
    return [_figures(one) for one in told] if isinstance(told, list) else told


def _outcome(reason: Mapping[str, Any]) -> str:
    """Total, grade and coefficient."""
    detail = reason["detail"]
    return " ".join(str(one) for one in (reason["value"], detail.get("grade"),
                                         detail.get("coefficient")))  # fmt: skip


def _differing(kept: RunInput, card: ScoreCard, lines: _Lines) -> Iterator[Told]:
    published, now_ = lines.digest_of(kept.appraisal.scheme_id), str(card.reason.get("digest"))
    if published != now_:
        yield "scheme", published[:12], now_[:12]
    held = lines.items.get(kept.appraisal_id, {})
    now = {item.reason.code: item.reason.as_json() for item in card.items}
    for code in dict.fromkeys([*held, *now]):
        if _figures(held.get(code)) != _figures(now.get(code)):
            yield code, _points(held.get(code)), _points(now.get(code))


def _points(reason: Mapping[str, Any] | None) -> str:
    return "" if reason is None or reason["value"] is None else str(reason["value"])


# -- two runs --------------------------------------------------------------------------------------


def run_changes(viewer: Viewer, before: int, after: int) -> tuple[PersonChange, ...]:
    """Everybody of two score runs whose score is not what it was, by staff number.

    Raises:
        NotFound: one of them is no score run that the viewer sees.
    """
    old, new = _totals(viewer, before), _totals(viewer, after)
    found = []
    for key in sorted({**old, **new}, key=lambda key: key[0]):
        nothing = Reason("score", "", None)
        change = difference(_apart(old.get(key, nothing)), _apart(new.get(key, nothing)))
        if change.changes or change.points or change.causes:
            found.append(PersonChange(*key, change))
    return tuple(found)


def _totals(viewer: Viewer, run: int) -> dict[tuple[str, str], Reason]:
    rows = of(viewer).run_lines("score").filter(run=run, code=TOTAL, source_kind="")
    found = {
        (line.person.number, line.person.name): from_json(line.reason)
        for line in rows.select_related("person")
        if line.person
    }
    if not found:
        raise NotFound(noun="run", key=run)
    return found


def _apart(reason: Reason) -> Reason:
    """Parts of the period under names of their own: two may go by the same scheme."""
    parts = tuple(
        replace(part, code=f"{part.code} {place}") if part.kind == "score_portion" else part
        for place, part in enumerate(reason.parts, start=1)
    )
    return replace(reason, parts=parts)
