"""Verbs of definitions: install a pack, draft, publish by a second person, set a switch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from cheji.engine.definitions import Definition, as_json, body_of, check, digest
from cheji.engine.findings import Finding
from cheji.engine.periods import period_of
from cheji.packs import BUNDLE_KEYS, load
from cheji.records.models import DefinitionVersion, Unit
from cheji.records.refusals import BadValue, NotFound, NotYours, Refused
from cheji.records.visibility import Viewer, one

from .deeds import Deed, deed

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


class NotAPeriodStart(Refused):
    """A version starts at the start of a month; {on} is not one. Choose {start} or the next one."""

    zh = "新版本须从一个月度周期的首日起生效；{on} 不是首日。请选择 {start} 或下一周期首日。"


class NeedsSecondPerson(Refused):
    """Publishing needs a second person. Ask somebody other than its author."""

    zh = "发布须由第二人完成。请由作者以外的人发布。"


class AlreadyPublished(Refused):
    """This version is published and never changes. Draft a new one."""

    zh = "该版本已发布，不可更改。请另起草新版本。"


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


def install(*, by: Viewer, at: datetime, pack: str, valid_from: date) -> Installed:
    """Publish a pack's definitions that are not there yet; the pack stands for both persons."""
    with deed("definitions.install", by=by, at=at, right="definitions.publish") as doing:
        _stands_over(doing, None)
        there = set(DefinitionVersion.objects.values_list("kind", "code"))
        rows = [
            _version(kind, definition, valid_from, pack)
            for kind, plural in BUNDLES.items()
            for definition in getattr(load(pack).definitions, plural)
            if (kind, definition.code) not in there
        ]
        DefinitionVersion.objects.bulk_create(rows)
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
        _stands_over(doing, outlet)
        _period_start(valid_from, outlet)
        if body.get("code") != code:
            raise BadValue(field="code", value=body.get("code"), why=code)
        row = DefinitionVersion.objects.create(
            kind=kind,
            code=code,
            outlet_id=outlet,
            valid_from=valid_from,
            body=as_json(body),
            digest=digest(body),
            author_id=by.user,
            note=note,
        )
        doing.tell(subject=row.pk, outlet=outlet, kind=kind, code=code, valid_from=valid_from)
        return Done(row.pk)


def publish(*, by: Viewer, at: datetime, version: int) -> Done:
    """Publish a draft after its check; the author cannot do it himself."""
    with deed("definitions.publish", by=by, at=at, right="definitions.publish") as doing:
        rows = DefinitionVersion.objects.select_for_update()
        row = one(rows, "definition", version, pk=version)
        _stands_over(doing, row.outlet_id)
        if row.state == S.PUBLISHED:
            raise AlreadyPublished
        if row.author_id is not None and row.author_id == by.user:
            raise NeedsSecondPerson
        findings = findings_of(row)
        if findings:
            raise HasFindings(findings)
        row.state, row.approver_id = S.PUBLISHED, by.user
        row.save()
        doing.tell(subject=row.pk, outlet=row.outlet_id, kind=row.kind, code=row.code)
        return Done(row.pk)


def set_switch(
    *, by: Viewer, at: datetime, code: str, on: bool, valid_from: date, outlet: int | None = None
) -> Done:
    """Draft a switch of counting (计数口径开关) with another default; a second person publishes."""
    current = _in_force("switch", code, valid_from, outlet)
    if current is None:
        raise NotFound(noun="definition", key=code)
    body = {**current.body, "default": on}
    return draft(
        by=by, at=at, kind="switch", code=code, valid_from=valid_from, body=body, outlet=outlet
    )


def _stands_over(doing: Deed, outlet: int | None) -> None:
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
    for kind, code in _codes():
        other = _in_force(kind, code, row.valid_from, row.outlet_id)
        if other is not None and (kind, code) != (row.kind, row.code):
            bodies[BUNDLES[kind]].append(other.body)
    bodies[BUNDLES[row.kind]].append(row.body)
    return check(bodies)


def _codes() -> list[tuple[str, str]]:
    published = DefinitionVersion.objects.filter(state=S.PUBLISHED, kind__in=BUNDLES)
    return list(published.order_by("kind", "code").values_list("kind", "code").distinct())


def _in_force(kind: str, code: str, on: date, outlet: int | None) -> DefinitionVersion | None:
    """The version in force on a day, an outlet's own before the group's; None when there is none.

    None is no fault: it may begin later, or be another outlet's alone.
    """
    rows = DefinitionVersion.objects.filter(kind=kind, code=code, state=S.PUBLISHED)
    rows = rows.filter(Q(outlet=outlet) | Q(outlet__isnull=True), valid_from__lte=on)
    return rows.order_by("outlet", "-valid_from", "-id").first()


def _period_start(valid_from: date, outlet: int | None) -> None:
    closing_day = Unit.objects.get(pk=outlet).closing_day if outlet else 0
    start = period_of(valid_from, "month", closing_day).start
    if start != valid_from:
        raise NotAPeriodStart(on=valid_from, start=start)
