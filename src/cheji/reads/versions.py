"""Versions of definitions: history, drafts that wait for a second person, and their faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cheji.engine import pay, scores
from cheji.engine.definitions import Definitions, body_of, build, examined
from cheji.engine.findings import Finding
from cheji.engine.pay import checked
from cheji.reads.definitions import KINDS, Catalogue, catalogue, without
from cheji.reads.seen import Where, where
from cheji.records.models import DefinitionVersion
from cheji.records.own_filters import own_faults
from cheji.records.pay_succession import succession_faults
from cheji.records.plan_months import MonthsRun, months_run
from cheji.records.refusals import NotFound
from cheji.records.version_starts import ClosedBeyond, Start, closed_beyond, published_from
from cheji.records.visibility import Viewer, of, one

S = DefinitionVersion.State


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """A version; `outlet` None for the whole group, `mine` when the viewer wrote it.

    `author` and `approver` are names, empty for what came with a pack.
    """

    id: int
    kind: str
    code: str
    outlet: Where | None
    valid_from: date
    digest: str
    state: str
    author: str
    approver: str
    note: str
    pack: str
    body: Mapping[str, Any]
    mine: bool

    @property
    def name(self) -> tuple[str, str]:
        """In Chinese and in English, as far as a draft has them."""
        return str(self.body.get("zh", self.code)), str(self.body.get("en", self.code))


def drafts_seen(viewer: Viewer) -> bool:
    """Drafts are for those who write, publish or audit them."""
    verbs = ("definitions.write", "definitions.publish")
    return any(viewer.can(verb) for verb in verbs) or viewer.sees("audit")


def history(viewer: Viewer, kind: str, code: str) -> tuple[VersionSeen, ...]:
    """Every version of one definition that the viewer may see, the newest first.

    Raises:
        NotFound: there is none.
    """
    rows = _rows(viewer).filter(kind=kind, code=code)
    found = tuple(_seen(viewer, row) for row in rows.order_by("-valid_from", "-id"))
    if not found:
        raise NotFound(noun="definition", key=code)
    return found


def drafts(viewer: Viewer) -> tuple[VersionSeen, ...]:
    """Drafts that wait for a second person, or declined for their author, the newest first."""
    rows = _rows(viewer).filter(state__in=(S.DRAFT, S.DECLINED)).order_by("-id")
    return tuple(_seen(viewer, row) for row in rows)


def of_kind(viewer: Viewer, kind: str) -> tuple[VersionSeen, ...]:
    """Every version of one kind that the viewer may see, the newest first."""
    rows = _rows(viewer).filter(kind=kind).order_by("-valid_from", "-id")
    return tuple(_seen(viewer, row) for row in rows)


def version(viewer: Viewer, number: int) -> VersionSeen:
    """One version.

    Raises:
        NotFound: it is not the viewer's to see.
    """
    return _seen(viewer, one(_rows(viewer), "definition", number, pk=number))


def before(viewer: Viewer, found: VersionSeen) -> VersionSeen | None:
    """The published version that it follows: the outlet's own, else the group's."""
    older = [
        one
        for one in history(viewer, found.kind, found.code)
        if one.state == S.PUBLISHED
        and one.outlet in (None, found.outlet)
        and (one.valid_from, one.id) < (found.valid_from, found.id)
    ]
    return max(older, key=lambda one: (one.outlet is not None, one.valid_from), default=None)


def special(viewer: Viewer) -> tuple[Where, ...]:
    """The viewer's outlets that have published versions of their own."""
    own = DefinitionVersion.objects.filter(state=S.PUBLISHED, outlet__isnull=False)
    rows = of(viewer).outlets().filter(id__in=own.values("outlet")).order_by("path")
    return tuple(where(unit) for unit in rows)


def faults(
    kind: str, code: str, body: object, *, on: date, outlet: int | None = None
) -> list[Finding]:
    """Everything wrong with a body among the definitions in force on a day."""
    found = faults_alone(kind, code, body, on=on, outlet=outlet)
    return [*found, *_among_others(kind, body, on, outlet)]


def faults_alone(
    kind: str, code: str, body: object, *, on: date, outlet: int | None = None
) -> list[Finding]:
    """The same, whatever else is there for the same people: that matters once it is published."""
    beside = without(catalogue(on, outlet).all, [(kind, code)])
    return checked({KINDS[kind]: [body]}, [(kind, code)], beside)


def _among_others(kind: str, body: object, on: date, outlet: int | None) -> list[Finding]:
    """What is wrong with a body beside own fields, or pay plans of other days and outlets."""
    if kind == "measure":
        return own_faults(body)
    return succession_faults(body, on, outlet) if kind == "pay_plan" else []


def runs_before(found: VersionSeen) -> MonthsRun | None:
    """Months for which people of a pay plan's draft have runs already; None where there are none.

    How many months and people, of every outlet for which it would hold: no figure of anybody.
    """
    if found.kind != "pay_plan":
        return None
    outlet = found.outlet.id if found.outlet else None
    return months_run(found.body, found.valid_from, outlet)


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What keeps a draft from its day.

    Attributes:
        published: the version that is published from the same day on.
        closed: a closed run in whose period it would hold.
        rivals: other drafts from the same day on, of which one alone can be published.
    """

    published: int | None
    closed: ClosedBeyond | None
    rivals: tuple[VersionSeen, ...]


def in_the_way(viewer: Viewer, found: VersionSeen) -> InTheWay:
    """What stands in the way of a draft's first day, of the viewer's drafts the rivals."""
    start = _start(found)
    rivals = tuple(one for one in drafts(viewer) if one.id != found.id and _start(one) == start)
    return InTheWay(published_from(start), closed_beyond(start), rivals)


def _start(found: VersionSeen) -> Start:
    outlet = found.outlet.id if found.outlet else None
    return Start(found.kind, found.code, outlet, found.valid_from)


def scheme_findings(
    code: str, body: object, *, on: date, outlet: int | None = None
) -> tuple[list[Finding], list[Finding]]:
    """What keeps a scheme from being published, and what a person should think about."""
    return _both("scheme", code, body, catalogue(on, outlet))


def pay_plan_findings(
    code: str, body: object, *, on: date, outlet: int | None = None
) -> tuple[list[Finding], list[Finding]]:
    """The same of a pay plan, also beside those of later days and of outlets."""
    faults, notes = _both("pay_plan", code, body, catalogue(on, outlet))
    return [*faults, *succession_faults(body, on, outlet)], notes


def _both(
    kind: str, code: str, body: object, found: Catalogue
) -> tuple[list[Finding], list[Finding]]:
    faults, made = examined({KINDS[kind]: [body]}, without(found.all, [(kind, code)]))
    if faults:
        return faults, []
    linted = _linted(kind, code, made)
    notes = [one for one in linted if one.code in _NOTES[kind]]
    return [one for one in linted if one.code not in _NOTES[kind]], notes


_NOTES = {"scheme": scores.NOTES, "pay_plan": pay.NOTES}


def _linted(kind: str, code: str, definitions: Definitions) -> list[Finding]:
    if kind == "scheme":
        return scores.lint(definitions.scheme[code], definitions)
    return pay.lint(definitions.pay_plan[code], definitions)


def faults_of_all(
    bodies: Sequence[tuple[str, Any]], *, on: date, outlet: int | None = None
) -> list[Finding]:
    """Everything wrong with several bodies together, each in the place of what has its code."""
    own = [(kind, str(body.get("code"))) for kind, body in bodies if isinstance(body, Mapping)]
    found = checked(_bundle(bodies), own, without(catalogue(on, outlet).all, own))
    among = [one for kind, body in bodies for one in _among_others(kind, body, on, outlet)]
    return [*found, *among]


def notes_of_all(
    bodies: Sequence[tuple[str, Any]], *, on: date, outlet: int | None = None
) -> list[Finding]:
    """What a person should think about in schemes and pay plans that have no fault."""
    own = [(kind, str(body["code"])) for kind, body in bodies]
    definitions = build(_bundle(bodies), without(catalogue(on, outlet).all, own))
    return [
        one
        for kind, body in bodies
        if kind in _NOTES
        for one in _linted(kind, str(body["code"]), definitions)
        if one.code in _NOTES[kind]
    ]


def _bundle(bodies: Sequence[tuple[str, Any]]) -> dict[str, list[Any]]:
    """Bodies by the keys of a pack."""
    found: dict[str, list[Any]] = {}
    for kind, body in bodies:
        found.setdefault(KINDS[kind], []).append(body)
    return found


def in_force(found: Catalogue) -> dict[str, list[Any]]:
    """The bodies of a catalogue, by the keys of a pack."""
    return {
        plural: [body_of(item) for item in getattr(found.all, plural)] for plural in KINDS.values()
    }


def _rows(viewer: Viewer) -> "QuerySet[DefinitionVersion]":
    """What holds for the group, and at the viewer's outlets; drafts for whom they are."""
    rows = DefinitionVersion.objects.filter(kind__in=KINDS)
    places = Q(outlet__isnull=True) | Q(outlet__in=of(viewer).outlets())
    rows = rows.filter(places).select_related("outlet", "author__person", "approver__person")
    return rows if drafts_seen(viewer) else rows.filter(state=S.PUBLISHED)


def _seen(viewer: Viewer, row: DefinitionVersion) -> VersionSeen:
    names = [user.get_full_name() if user else "" for user in (row.author, row.approver)]
    return VersionSeen(
        row.pk,
        row.kind,
        row.code,
        where(row.outlet) if row.outlet else None,
        row.valid_from,
        row.digest,
        row.state,
        names[0],
        names[1],
        row.note,
        row.pack,
        row.body,
        row.author_id is not None and row.author_id == viewer.user,
    )
