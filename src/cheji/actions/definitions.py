"""Verbs of definitions: install a pack, draft and edit, publish or decline as a second person."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from cheji.engine.definitions import Definition, as_json, body_of, digest
from cheji.engine.findings import Finding
from cheji.engine.pay import checked
from cheji.packs import BUNDLE_KEYS, MAX_BODY, load
from cheji.records.models import DefinitionVersion, Exercise, Unit
from cheji.records.own_filters import own_faults
from cheji.records.pay_succession import succession_faults
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, NotYours, Refused
from cheji.records.visibility import Viewer, one

from . import messages
from .coaching import missing
from .deeds import Deed, SayWhy, deed
from .definition_starts import (
    after_what_is_closed,
    alone_from_its_day,
    at_a_period_start,
    known_months,
)

#: Kind of a version → key of the bundle that packs and the engine's check use.
BUNDLES = {
    "switch": "switches",
    "measure": "measures",
    "kpi": "kpis",
    "sheet": "sheets",
    "scheme": "schemes",
    "pay_plan": "pay_plans",
}
assert set(BUNDLES.values()) == set(BUNDLE_KEYS)
S = DefinitionVersion.State
NEWEST = ("outlet", "-valid_from", "-id")
"""An outlet's own version before the group's, a later one before an earlier one."""


class TooLarge(Refused):
    """The definition {code} has more than {limit} characters. Split it into several."""

    zh = "定义 {code} 超过 {limit} 个字符。请拆成几个定义。"


class NeedsSecondPerson(Refused):
    """Publishing needs a second person. Ask somebody other than its author."""

    zh = "发布须由第二人完成。请由作者以外的人发布。"


class AlreadyPublished(Refused):
    """This version is published and never changes. Draft a new one."""

    zh = "该版本已发布，不可更改。请另起草新版本。"


class NotTheAuthor(Refused):
    """A draft is edited and withdrawn by its author. Decline it, and say what is to be mended."""

    zh = "草稿只能由作者修改或撤回。如有问题，请退回并说明需更正之处。"


class IsDeclined(Refused):
    """This draft was declined and waits for its author, who mends it before it can be published."""

    zh = "该草稿已被退回，待作者修改后才能发布。"


class HasFindings(Refused):
    """The definition has {count} findings: {first}"""

    zh = "该定义有 {count} 处问题：{first_zh}"

    def __init__(self, findings: list[Finding]) -> None:
        """Keep all findings; the message shows the first."""
        super().__init__(count=len(findings), first=findings[0].en, first_zh=findings[0].zh)
        self.findings = findings


@dataclass(frozen=True)
class Done:
    id: int


@dataclass(frozen=True)
class Installed:
    """How many versions of a pack were added; 0 when all were there."""

    added: int


def install(
    *, by: Viewer, at: datetime, pack: str, valid_from: date, knowing: bool = False
) -> Installed:
    """Publish a pack's definitions that are not there yet, and put its exercises into the library.

    The pack stands for both persons.

    Raises:
        HasFindings: pay plans of the pack would pay people whom another one pays.
        MonthsAreRun: they are for people who have runs of these months, and `knowing` is not said.
    """
    with deed("definitions.install", by=by, at=at, right="definitions.publish") as doing:
        stands_over(doing, None)
        there = set(DefinitionVersion.objects.values_list("kind", "code"))
        rows = [
            _version(kind, definition, valid_from, pack)
            for kind, plural in BUNDLES.items()
            for definition in getattr(load(pack).definitions, plural)
            if (kind, definition.code) not in there
        ]
        DefinitionVersion.objects.bulk_create(rows)
        plans = [row for row in rows if row.kind == "pay_plan"]
        twice = [found for row in plans for found in _among_others(row)]
        if twice:
            raise HasFindings(twice)
        for row in plans:
            known_months(doing, row, knowing=knowing)
        Exercise.objects.bulk_create(missing(load(pack).exercises))
        doing.tell(pack=pack, valid_from=valid_from, added=len(rows))
        return Installed(len(rows))


def _version(kind: str, definition: Definition, valid_from: date, pack: str) -> DefinitionVersion:
    return DefinitionVersion(
        kind=kind,
        code=definition.code,
        valid_from=valid_from,
        body=as_json(body_of(definition)),
        digest=digest(definition),
        state=S.PUBLISHED,
        pack=pack,
    )


def draft(
    *,
    by: Viewer,
    at: datetime,
    kind: str,
    code: str,
    valid_from: date,
    body: Mapping[str, Any],
    outlet: int | None = None,
    note: str = "",
) -> Done:
    """Write down a new version; faults are shown when it is checked and published."""
    with deed("definitions.draft", by=by, at=at, right="definitions.write") as doing:
        place = Place(outlet, valid_from, note)
        row = drafted(doing, kind, code, body, place)
        doing.tell(subject=row.pk, outlet=outlet, kind=kind, code=code, valid_from=valid_from)
        return Done(row.pk)


@dataclass(frozen=True)
class Place:
    """Where and from when a version holds, and why it is written."""

    outlet: int | None
    valid_from: date
    note: str = ""


def drafted(
    doing: Deed, kind: str, code: str, body: Mapping[str, Any], place: Place
) -> DefinitionVersion:
    """Write one draft inside a deed, and tell those who may publish it."""
    stands_over(doing, place.outlet)
    at_a_period_start(place.valid_from, place.outlet)
    _must_fit(code, body)
    row = DefinitionVersion(
        kind=kind,
        code=code,
        outlet_id=place.outlet,
        valid_from=place.valid_from,
        body=as_json(body),
        digest=digest(body),
        author_id=doing.by.user,
        note=place.note,
    )
    after_what_is_closed(row)
    row.save()
    _tell_publishers(doing, row)
    return row


def _must_fit(code: str, body: Mapping[str, Any]) -> None:
    """A body bears the code of its version, and is no longer than a check can look through."""
    if body.get("code") != code:
        raise BadValue(field="code", value=body.get("code"), why=code)
    if len(json.dumps(as_json(body), ensure_ascii=False, default=str)) > MAX_BODY:
        raise TooLarge(code=code, limit=MAX_BODY, field="body")


def redraft(
    *,
    by: Viewer,
    at: datetime,
    version: int,
    seen: str,
    valid_from: date,
    body: Mapping[str, Any],
    outlet: int | None = None,
    note: str = "",
) -> Done:
    """Edit one's own draft; `seen` is the digest that it had on the screen."""
    with deed("definitions.redraft", by=by, at=at, right="definitions.write") as doing:
        row = _own_draft(doing, version)
        stands_over(doing, outlet)
        at_a_period_start(valid_from, outlet)
        if row.digest != seen:
            raise ChangedMeanwhile(noun="definition")
        _must_fit(row.code, body)
        row.outlet_id, row.valid_from, row.note = outlet, valid_from, note
        row.body, row.digest, row.state = as_json(body), digest(body), S.DRAFT
        after_what_is_closed(row)
        row.save()
        _tell_publishers(doing, row)
        doing.tell(subject=row.pk, outlet=outlet, kind=row.kind, code=row.code)
        return Done(row.pk)


def withdraw(*, by: Viewer, at: datetime, version: int) -> Done:
    """Take one's own draft back: it is gone, the audit log keeps that it was there."""
    with deed("definitions.withdraw", by=by, at=at, right="definitions.write") as doing:
        row = _own_draft(doing, version)
        doing.tell(subject=row.pk, outlet=row.outlet_id, kind=row.kind, code=row.code)
        row.delete()
        return Done(version)


def decline(*, by: Viewer, at: datetime, version: int, reason: str) -> Done:
    """Give somebody else's draft back to him, saying what is to be mended."""
    with deed("definitions.decline", by=by, at=at, right="definitions.publish") as doing:
        row = _draft_of_another(doing, version)
        if not reason.strip():
            raise SayWhy(field="reason")
        row.state = S.DECLINED
        row.save(update_fields=["state"])
        _tell_author(row, "definitions.declined", at, reason=reason)
        doing.tell(
            subject=row.pk, outlet=row.outlet_id, kind=row.kind, code=row.code, reason=reason
        )
        return Done(row.pk)


def _locked(doing: Deed, version: int) -> DefinitionVersion:
    """A version that is not published yet, in the reach of the viewer, locked."""
    row = one(DefinitionVersion.objects.select_for_update(), "definition", version, pk=version)
    stands_over(doing, row.outlet_id)
    if row.state == S.PUBLISHED:
        raise AlreadyPublished
    return row


def _own_draft(doing: Deed, version: int) -> DefinitionVersion:
    row = _locked(doing, version)
    if row.author_id != doing.by.user:
        raise NotTheAuthor
    return row


def _draft_of_another(doing: Deed, version: int) -> DefinitionVersion:
    row = _locked(doing, version)
    if row.author_id is not None and row.author_id == doing.by.user:
        raise NeedsSecondPerson
    if row.state == S.DECLINED:
        raise IsDeclined
    return row


def _said(row: DefinitionVersion) -> dict[str, Any]:
    """What a message says of a version."""
    names = {name: str(row.body.get(name, row.code)) for name in ("zh", "en")}
    return {"noun": "definition-version", "id": row.pk, "kind": row.kind, **names}


def _tell_publishers(doing: Deed, row: DefinitionVersion) -> None:
    people = messages.who_may("definitions.publish", over=row.outlet, on=doing.by.on)
    messages.tell_others(doing.by, people, "definitions.waiting", _said(row), doing.at)


def _tell_author(row: DefinitionVersion, kind: str, at: datetime, **more: str) -> None:
    messages.tell(messages.owner_of(row.author_id), kind, {**_said(row), **more}, at)


def publish(*, by: Viewer, at: datetime, version: int, knowing: bool = False) -> Done:
    """Publish a draft after its check; the author cannot do it himself.

    `knowing` says that a pay plan may begin in months for which its people have runs.

    Raises:
        BeginsAlready: another version of it is published from the same day on.
        HasFindings: something is wrong with it.
        InClosedPeriod: a run of a period in which it would hold is closed.
        MonthsAreRun: there are such runs, and `knowing` is not said.
        PaidAlready: such a run is closed, and the plan replaces the one that paid.
    """
    with deed("definitions.publish", by=by, at=at, right="definitions.publish") as doing:
        row = _draft_of_another(doing, version)
        alone_from_its_day(row)
        findings = findings_of(row)
        if findings:
            raise HasFindings(findings)
        after_what_is_closed(row)
        known_months(doing, row, knowing=knowing)
        row.state, row.approver_id = S.PUBLISHED, by.user
        row.save()
        _tell_author(row, "definitions.published", at)
        doing.tell(subject=row.pk, outlet=row.outlet_id, kind=row.kind, code=row.code)
        return Done(row.pk)


def set_switch(
    *, by: Viewer, at: datetime, code: str, on: bool, valid_from: date, outlet: int | None = None
) -> Done:
    """Draft a switch of counting (计数口径开关) with another default; a second person publishes."""
    current = in_force("switch", code, valid_from, outlet)
    if current is None:
        raise NotFound(noun="definition", key=code)
    body = {**current.body, "default": on}
    return draft(
        by=by, at=at, kind="switch", code=code, valid_from=valid_from, body=body, outlet=outlet
    )


def stands_over(doing: Deed, outlet: int | None) -> None:
    """What holds for the whole group is defined by somebody of the group."""
    if outlet is not None:
        one(doing.scope.outlets(), "outlet", outlet, pk=outlet)
        return
    posts = doing.scope.viewer.grants
    if not (doing.by.operator or any(post.kind == Unit.Kind.GROUP for post in posts)):
        raise NotYours(verb="definitions.write")


def findings_of(row: DefinitionVersion) -> list[Finding]:
    """Everything wrong with a version among the others in force on its first day."""
    bodies: dict[str, list[Any]] = {plural: [] for plural in BUNDLES.values()}
    others = _published(row.valid_from, row.outlet_id).exclude(kind=row.kind, code=row.code)
    others = others.order_by("kind", "code", *NEWEST).distinct("kind", "code")
    for kind, body in others.values_list("kind", "body"):
        bodies[BUNDLES[kind]].append(body)
    bodies[BUNDLES[row.kind]].append(row.body)
    return [*checked(bodies, [(row.kind, row.code)]), *_among_others(row)]


def _among_others(row: DefinitionVersion) -> list[Finding]:
    """What is wrong with a version beside own fields, or pay plans of other days and outlets."""
    if row.kind == "measure":
        return own_faults(row.body)
    if row.kind == "pay_plan":
        return succession_faults(row.body, row.valid_from, row.outlet_id)
    return []


def in_force(kind: str, code: str, on: date, outlet: int | None) -> DefinitionVersion | None:
    """The version in force on a day, an outlet's own before the group's; None when there is none.

    None is no fault: it may begin later, or be another outlet's alone.
    """
    return _published(on, outlet).filter(kind=kind, code=code).order_by(*NEWEST).first()


def _published(on: date, outlet: int | None) -> "QuerySet[DefinitionVersion]":
    """What is published and has begun by a day, for the outlet or the group."""
    rows = DefinitionVersion.objects.filter(state=S.PUBLISHED, kind__in=BUNDLES)
    return rows.filter(Q(outlet=outlet) | Q(outlet__isnull=True), valid_from__lte=on)
