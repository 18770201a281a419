"""Talks with people and violations, as their lists and pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import cast

from django.db.models import Q, QuerySet

from cheji.engine.definitions import scheme_of
from cheji.engine.scores import deduction_words, veto_words
from cheji.reads.asking import Asked, Listing, Page, equals, since, until
from cheji.reads.definitions import catalogue
from cheji.reads.filters import in_outlet, of_person
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import KpiSeen
from cheji.reads.seen import Where, Who, where, who
from cheji.records.appraised import SCALE
from cheji.records.models import (
    Adjustment,
    DefinitionVersion,
    Post,
    Talk,
    Unit,
    User,
    Violation,
)
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class TalkRow:
    """A talk, an observation or an exercise; `own`: about the viewer."""

    id: int
    outlet: Where
    person: Who
    on: date
    kind: str
    kpi: str
    text: str
    agreed: str
    next_on: date | None
    by: str
    seen_at: datetime | None
    appraisal: int | None
    task: int | None
    own: bool


@dataclass(frozen=True, slots=True)
class ViolationRow:
    """What somebody did against a rule; `own`: the viewer himself, `reported`: by the viewer.

    Who is concerned is not told who reported it.
    """

    id: int
    outlet: Where
    person: Who
    on: date
    code: str
    zh: str
    en: str
    text: str
    evidence: str
    state: str
    heard: str
    by: str
    made_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: str
    version: int
    own: bool
    reported: bool

    @property
    def open(self) -> bool:
        return self.state in ("reported", "heard")


def talks(viewer: Viewer, asked: Asked) -> Page[TalkRow]:
    """Talks in reach, the latest first."""
    scope = of(viewer)
    return TALKS.page(scope, scope.talks(), asked, _talks)


def talk(viewer: Viewer, number: int) -> TalkRow:
    """One talk.

    Raises:
        NotFound: it is not in reach.
    """
    scope = of(viewer)
    return TALKS.row(scope, scope.talks(), _talks, noun="talk", key=number)


def talks_with(viewer: Viewer, person: int, since: date, until: date) -> list[TalkRow]:
    """Talks with a person in half-open days, the latest first."""
    scope = of(viewer)
    rows = scope.talks().filter(person=person, on_date__gte=since, on_date__lt=until)
    return _talk_rows(scope, list(_talks(rows).order_by("-on_date", "-id")))


def violations(viewer: Viewer, asked: Asked) -> Page[ViolationRow]:
    """Violations in reach, the latest first."""
    scope = of(viewer)
    return VIOLATIONS.page(scope, scope.violations(), asked, _violations)


def violation(viewer: Viewer, number: int) -> ViolationRow:
    """One violation.

    Raises:
        NotFound: it is not in reach.
    """
    scope = of(viewer)
    return VIOLATIONS.row(scope, scope.violations(), _violations, noun="violation", key=number)


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """A published result that a violation changed: total and grade before and after."""

    appraisal: int
    cycle: str
    before: Fraction | None
    after: Fraction | None
    grade_before: str
    grade_after: str


def changed_by(viewer: Viewer, violation: int) -> list[ChangeSeen]:
    """What a violation that was decided after the publication changed, as far as one sees it."""
    rows = Adjustment.objects.filter(
        violation=violation, appraisal__in=of(viewer).appraisals_in_reach()
    )
    return [
        ChangeSeen(
            row.appraisal_id, row.appraisal.cycle.name, _points(row.before), _points(row.after),
            row.grade_before, row.grade_after,
        )
        for row in rows.select_related("appraisal__cycle").order_by("id")
    ]  # fmt: skip


def violations_of(viewer: Viewer, person: int, since: date, until: date) -> list[ViolationRow]:
    """A person's violations in half-open days, the latest first."""
    scope = of(viewer)
    rows = scope.violations().filter(person=person, on_date__gte=since, on_date__lt=until)
    return _violation_rows(scope, list(_violations(rows).order_by("-on_date", "-id")))


def rules() -> dict[str, tuple[str, str]]:
    """What can be reported: codes of deductions and vetoes in published schemes, with names."""
    rows = DefinitionVersion.objects.filter(kind="scheme", state="published")
    found: dict[str, tuple[str, str]] = {}
    for row in rows.order_by("valid_from", "id"):
        scheme = scheme_of(row.body)
        listed = [kind for item in scheme.items for kind in item.deductions]
        found |= {veto.code: (veto.zh, veto.en) for veto in scheme.vetoes}
        found |= {kind.code: (kind.zh, kind.en) for kind in listed}
    return found


def costs(code: str) -> tuple[str, str] | None:
    """What breaking a rule costs, by the latest published scheme that has it."""
    rows = DefinitionVersion.objects.filter(kind="scheme", state="published")
    for row in rows.order_by("-valid_from", "-id"):
        scheme = scheme_of(row.body)
        for veto in scheme.vetoes:
            if veto.code == code:
                return veto_words(veto)
        for kind in (kind for item in scheme.items for kind in item.deductions):
            if kind.code == code:
                return deduction_words(kind)
    return None


def _talks(rows: "QuerySet[Talk]") -> "QuerySet[Talk]":
    return rows.select_related("outlet", "person", "made_by__person")


def _talk_rows(scope: Scope, rows: Sequence[Talk]) -> list[TalkRow]:
    return [
        TalkRow(
            row.pk, where(row.outlet), cast("Who", who(row.person)), row.on_date, row.kind,
            row.kpi, row.text, row.agreed, row.next_on, _name(row.made_by), row.seen_at,
            row.appraisal_id, row.task_id, row.person_id == scope.viewer.person,
        )
        for row in rows
    ]  # fmt: skip


def _violations(rows: "QuerySet[Violation]") -> "QuerySet[Violation]":
    return rows.select_related("outlet", "person", "made_by__person", "decided_by__person")


def _violation_rows(scope: Scope, rows: Sequence[Violation]) -> list[ViolationRow]:
    names: Mapping[str, tuple[str, str]] = rules() if rows else {}
    me = scope.viewer
    return [
        ViolationRow(
            row.pk, where(row.outlet), cast("Who", who(row.person)), row.on_date, row.code,
            *names.get(row.code, (row.code, row.code)), row.text, row.evidence, row.state,
            row.heard, "" if row.person_id == me.person else _name(row.made_by), row.made_at,
            _name(row.decided_by), row.decided_at, row.decision, row.version,
            row.person_id == me.person, row.made_by_id is not None and row.made_by_id == me.user,
        )
        for row in rows
    ]  # fmt: skip


def _points(kept: int | None) -> Fraction | None:
    return None if kept is None else Fraction(kept, SCALE)


def _name(user: User | None) -> str:
    return user.get_full_name() if user else ""


TALKS = Listing[Talk, TalkRow](
    filters={
        "outlet": in_outlet(),
        "person": of_person("person"),
        "kind": equals("kind"),
        "since": since("on_date"),
        "until": until("on_date"),
    },
    sorts={"on_date": ("on_date",)},
    default="-on_date",
    search=lambda _scope, text: Q(person__name__icontains=text) | Q(text__icontains=text),
    show=_talk_rows,
)
VIOLATIONS = Listing[Violation, ViolationRow](
    filters={
        "outlet": in_outlet(),
        "person": of_person("person"),
        "state": equals("state"),
        "since": since("on_date"),
        "until": until("on_date"),
    },
    sorts={"on_date": ("on_date",)},
    default="-on_date",
    search=lambda _scope, text: Q(person__name__icontains=text) | Q(text__icontains=text),
    show=_violation_rows,
)


# -- about whom something is written down ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subject:
    """A person at an outlet, with the appraisal from which one comes, his steps and open tasks."""

    person: Who
    outlet: Where
    appraisal: int | None
    steps: tuple[KpiSeen, ...]
    tasks: tuple[tuple[int, str], ...]


def subject(viewer: Viewer, *, person: str, outlet: str, appraisal: int = 0) -> Subject:
    """Whom staff number and outlet code name, and the appraisal of his that the viewer sees.

    Raises:
        NotFound: one of them is not in the viewer's reach.
    """
    scope = of(viewer)
    found = one(scope.people(), "person", person, number=person)
    place = one(scope.outlets(), "outlet", outlet, code=outlet)
    held = None
    if appraisal:
        rows = scope.appraisals_in_reach().filter(person=found, outlet=place)
        held = one(rows.select_related("scheme"), "appraisal", appraisal, pk=appraisal)
    ruling = catalogue(viewer.on, place.pk).ruling
    kpis = [item.kpi for item in scheme_of(held.scheme.body).items] if held else []
    tasks = scope.coaching().filter(person=found, state="open").order_by("due_on")
    return Subject(
        cast("Who", who(found)),
        where(place),
        held.pk if held else None,
        tuple(heading(ruling, kpi) for kpi in kpis if kpi in ruling.kpi),
        tuple(tasks.values_list("pk", "exercise")),
    )


def places(viewer: Viewer) -> tuple[Where, ...]:
    """Where violations may be reported: one's outlets, then units above whose people one sees."""
    rows = of(viewer.doing("violations.report")).units_appraised().order_by("code")
    return tuple(where(unit) for unit in sorted(rows, key=lambda unit: unit.kind != "outlet"))


def people_at(viewer: Viewer, outlet: str) -> list[Who]:
    """Who stands at an outlet, region or group on the day, without the viewer himself."""
    scope = of(viewer)
    place = one(scope.units_appraised(), "outlet", outlet, code=outlet)
    posts = Post.objects.filter(
        Q(unit=place) | Q(unit__parent=place, unit__kind=Unit.Kind.TEAM),
        Q(until=None) | Q(until__gt=viewer.on), since__lte=viewer.on,
    )  # fmt: skip
    people = scope.people().filter(pk__in=posts.values("person")).exclude(pk=viewer.person or 0)
    return [cast("Who", who(person)) for person in people.order_by("number")]
