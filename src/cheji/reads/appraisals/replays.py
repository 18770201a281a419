"""Published scores worked out again from what was frozen, and two runs compared item by item."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from cheji.engine.definitions import digest, scheme_of
from cheji.engine.findings import Refused as Faulty
from cheji.engine.reasons import Reason, from_json
from cheji.engine.scores import (
    Difference,
    OtherRules,
    ScoreCard,
    difference,
    outcome_text,
    seal,
    thawed,
)
from cheji.reads.appraisals.papers import items_of
from cheji.reads.replayed import Broken, Replayed
from cheji.records.models import DefinitionVersion, Run, RunInput, RunLine
from cheji.records.refusals import NotFound
from cheji.records.standing import TOTAL
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
            row.pk, row.outlet.code, row.period, row.definition, inputs.count(),
            tuple(_broken(row, inputs.order_by("id"))),
        )  # fmt: skip


def _of(row: RunInput, what: str, kept: str, now: str) -> Broken:
    appraisal = row.appraisal
    return Broken(appraisal.person.number, what, kept, now, appraisal.person.name, appraisal.pk)


def _broken(run: Run, inputs: "QuerySet[RunInput]") -> Iterator[Broken]:
    lines = _Lines(run)
    cards: dict[int, list[Reason]] = {}
    for kept in inputs.iterator(chunk_size=CHUNK):
        person = kept.appraisal.person
        try:
            card = thawed(kept.text)
        except (OtherRules, Faulty, ValueError, KeyError) as wrong:
            yield _of(kept, "rules", "", str(wrong))
            continue
        cards.setdefault(person.pk, []).append(card.reason)
        for what, before, now in _differing(kept, card, lines):
            yield _of(kept, what, before, now)
        whole = lines.totals.get(person.pk)
        if whole and len(items_of(whole)) == len(cards[person.pk]):
            told = [reason.as_json()["parts"] for reason in cards[person.pk]]
            if [list(parts) for _days, parts in items_of(whole)] != told:
                yield _of(kept, TOTAL,
                             str(whole["value"]), str(card.total))  # fmt: skip


class _Lines:
    """The lines of a run: a person's total, and the items by appraisal and code."""

    def __init__(self, run: Run) -> None:
        rows = RunLine.objects.filter(run=run)
        self.totals: dict[int, Mapping[str, Any]] = {}
        self.items: dict[int, dict[str, Mapping[str, Any]]] = {}
        for line in rows.iterator(chunk_size=CHUNK * 10):
            if line.code == TOTAL and not line.source_kind:
                self.totals[line.person_id or 0] = line.reason
            else:
                self.items.setdefault(line.source or 0, {})[line.code] = line.reason
        self._digests: dict[int, str] = {}

    def digest_of(self, version: int) -> str:
        """The digest of a published scheme, written out in full."""
        if version not in self._digests:
            body = DefinitionVersion.objects.get(pk=version).body
            self._digests[version] = digest(scheme_of(body))
        return self._digests[version]


def _differing(kept: RunInput, card: ScoreCard, lines: _Lines) -> Iterator[tuple[str, str, str]]:
    """What is not as it was kept: name, kept, now."""
    published, now_ = lines.digest_of(kept.appraisal.scheme_id), str(card.reason.get("digest"))
    if published != now_:
        yield "scheme", published[:12], now_[:12]
    held = lines.items.get(kept.appraisal_id, {})
    now = {item.reason.code: item.reason.as_json() for item in card.items}
    for code in dict.fromkeys([*held, *now]):
        if held.get(code) != now.get(code):
            yield code, _points(held.get(code)), _points(now.get(code))
    outcome = seal(outcome_text(card))
    if outcome != kept.outcome:
        yield "outcome", kept.outcome[:12], outcome[:12]


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
