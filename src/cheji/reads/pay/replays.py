"""Kept pay worked out again to the byte, and two runs told apart to the fen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cheji.engine.pay import Difference, OtherRules, difference, outcome_text, seal, thawed
from cheji.reads.pay.opened import opened_sources
from cheji.reads.pay.showing import link_of, names_of
from cheji.reads.replayed import Broken, Replayed
from cheji.reads.seen import Link
from cheji.records.calculations import Kept, lines_of, split
from cheji.records.models import PayInput, PayLine, Person, Run
from cheji.records.pay_codes import plan_of
from cheji.records.seals import seal_of
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class PersonDifference:
    """Why one person's pay differs between two runs.

    `names` are those of components by code, `deals` of the deals that the viewer may open.
    """

    number: str
    name: str
    change: Difference
    names: Mapping[str, tuple[str, str]]
    deals: Mapping[str, Link]


def replayed(viewer: Viewer, run: int | None = None) -> Iterator[Replayed]:
    """One kept pay run, or all that the viewer sees whole, worked out again.

    Raises:
        NotFound: the run is not the viewer's to see.
    """
    scope = of(viewer)
    rows = scope.runs("pay").exclude(order="").select_related("outlet").order_by("id")
    for row in [one(rows, "run", run, pk=run)] if run else rows:
        yield _replayed(scope, row)


def _replayed(scope: Scope, run: Run) -> Replayed:
    kept = _lines(scope, run)
    inputs = scope.pay_rows(PayInput).filter(run=run).select_related("person").order_by("id")
    broken: list[Broken] = []
    count = 0
    for row in inputs.iterator(1_000):
        count += 1
        broken += _of_person(row, kept.get(row.person_id, []))
    if run.sealed:
        now = seal_of(run)
        if now != run.sealed:
            broken.append(Broken("", "seal", run.sealed, now))
    outlet, plan = run.outlet.code, run.definition
    return Replayed(run.pk, outlet, run.period, run.when, plan, count, tuple(broken))


def _of_person(row: PayInput, kept: list[Kept]) -> Iterator[Broken]:
    number = row.person.number
    try:
        made = thawed(row.text)
    except OtherRules as rules:
        yield Broken(number, "rules", str(rules), "")
        return
    now = seal(outcome_text(made))
    if now != row.outcome:
        yield Broken(number, "outcome", row.outcome, now)
    lines = [line[:-1] for line in made.lines]
    said = [one_.line[:-1] for one_ in kept]
    if lines != said:
        place = next(
            (at for at, pair in enumerate(zip(said, lines, strict=False)) if pair[0] != pair[1]),
            min(len(lines), len(said)),
        )
        yield Broken(number, f"line {place + 1}", str(said[place : place + 1]),
                     str(lines[place : place + 1]))  # fmt: skip
    if made.payable != row.payable:
        yield Broken(number, "payable", str(row.payable), str(made.payable))


def _lines(scope: Scope, run: Run) -> dict[int, list[Kept]]:
    found: dict[int, list[Kept]] = {}
    for kept in lines_of(scope.pay_rows(PayLine).filter(run=run).order_by("id").iterator(5_000)):
        found.setdefault(kept.person, []).append(kept)
    return found


def run_changes(viewer: Viewer, before: int, after: int) -> Iterator[PersonDifference]:
    """Everybody whose pay differs between two runs, line by line, by staff number.

    Raises:
        NotFound: one of them is not the viewer's to see.
    """
    scope = of(viewer)
    runs = [one(scope.runs("pay"), "run", pk, pk=pk) for pk in (before, after)]
    names: dict[str, tuple[str, str]] = {}
    for run in runs:
        plan = plan_of(run.digest)
        names |= names_of(plan) if plan else {}
    was, now = (_lines(scope, run) for run in runs)
    kept_ = [one_ for side in (was, now) for own in side.values() for one_ in own]
    keys = {str(one_.line.source) for one_ in kept_ if one_.line.source is not None}
    opened = opened_sources(scope, map(split, keys))
    links = {key: link_of(key, opened) for key in keys}
    deals = {key: link for key, link in links.items() if link and link.text}
    people = Person.objects.filter(id__in={*was, *now}).order_by("number")
    for who, number, name in people.values_list("id", "number", "name"):
        old = [kept.line for kept in was.get(who, [])]
        change = difference(old, [kept.line for kept in now.get(who, [])])
        if change.changes:
            yield PersonDifference(number, name, change, names, deals)
