"""目标责任书: issued from above with the year's targets, signed by whom they bind."""

import hashlib
from datetime import datetime
from typing import Any

from django.db.models import Q

from cheji.engine.periods import from_key
from cheji.records import audit
from cheji.records.models import Person, Post, Target, TargetLetter, Unit
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Viewer, one
from cheji.records.words import NO_PERIOD

from . import messages
from .deeds import Deed, deed
from .targets import Cell, grain_of, in_scope

#: Who signs for a unit: the head of it.
HEADS = {
    Unit.Kind.TEAM: Post.Role.TEAM_LEAD,
    Unit.Kind.OUTLET: Post.Role.OUTLET_MANAGER,
    Unit.Kind.REGION: Post.Role.REGION_HEAD,
    Unit.Kind.GROUP: Post.Role.GROUP_MANAGER,
}


class NothingToSign(Refused):
    """No targets are set for {name} in {year}. Set them first, then issue the letter."""

    zh = "{name} 在 {year} 年尚无目标。请先设定目标，再下发责任书。"


class SignedAlready(Refused):
    """This letter is signed. A change of its targets is proposed and accepted by two persons."""

    zh = "该责任书已签署。如需调整目标，请提交修改提案并由第二人审批。"


class TargetsMoved(Refused):
    """The targets changed after this letter was issued. Ask for a new one, and sign that."""

    zh = "责任书下发后目标已有改动。请下发新的责任书后再签署。"


class SignsForHimself(Refused):
    """Who issued the letter cannot sign it as well. It takes two."""

    zh = "下发人不能同时签署。责任书须由双方签署。"


def issue(
    *,
    by: Viewer,
    at: datetime,
    year: int,
    unit: int | None = None,
    person: int | None = None,
    outlet: int | None = None,
) -> int:
    """Issue the letter of a year to a person or a unit's head: its first signature.

    One that is not signed yet is replaced, as a new number. Returns the letter's id.
    """
    with deed("targets.issue", by=by, at=at, right="targets.write") as doing:
        whose = {"unit_id": unit, "person_id": person, "outlet_id": outlet}
        _check(doing, year, whose)
        body = [_said(row) for row in _targets(whose, year)]
        if not body:
            raise NothingToSign(name=_name(unit, person), year=year)
        earlier = TargetLetter.objects.filter(**whose, year=year)
        row = TargetLetter.objects.create(
            **whose, year=year, number=earlier.count() + 1, body=body, digest=_digest(body),
            made_by_id=by.user, made_at=at,
        )  # fmt: skip
        told = {"year": year, "letter": row.pk}
        messages.tell_others(by, _signers(doing, row), "targets.to_sign", told, at)
        doing.tell(subject=row.pk, outlet=outlet, year=year, digest=row.digest)
        return row.pk


def sign(*, by: Viewer, at: datetime, letter: int) -> None:
    """Sign one's own letter: from now on its targets change only by two persons."""
    with deed("targets.sign", by=by, at=at, right="targets.sign") as doing:
        rows = doing.scope.target_letters().select_for_update(of=("self",))
        row = one(rows, "target letter", letter, pk=letter)
        _may_sign(doing, row)
        found = list(_targets(_whose(row), row.year).select_for_update())
        if _digest([_said(target) for target in found]) != row.digest:
            raise TargetsMoved
        row.signed_by_id, row.signed_at = by.user, at
        row.save()
        new = [target.pk for target in found if target.agreed_at is None]
        Target.objects.filter(pk__in=new).update(agreed_at=at)
        told = {"year": row.year, "letter": row.pk, "name": by.name}
        messages.tell_others(by, messages.owner_of(row.made_by_id), "targets.signed", told, at)
        doing.tell(subject=row.pk, outlet=row.outlet_id, year=row.year, digest=row.digest)


def _check(doing: Deed, year: int, whose: dict[str, int | None]) -> None:
    try:
        from_key("year", year)
    except ValueError as wrong:
        raise BadValue(field="year", value=year, why=NO_PERIOD) from wrong
    cell = Cell("", "year", year, None, whose["unit_id"], whose["person_id"], whose["outlet_id"])
    if cell.unit is None and cell.person is None:
        raise NotFound(noun="person", key="")
    in_scope(doing.scope, cell)


def _may_sign(doing: Deed, row: TargetLetter) -> None:
    if row.signed_at is not None:
        raise SignedAlready
    if row.made_by_id is not None and row.made_by_id == doing.by.user:
        raise SignsForHimself
    if doing.by.person not in _signers(doing, row):
        raise NotFound(noun="target letter", key=row.pk)


def _signers(doing: Deed, row: TargetLetter) -> list[int]:
    """The person himself; for a unit whoever heads it on the day."""
    if row.person_id is not None:
        return [row.person_id]
    unit = Unit.objects.get(pk=row.unit_id or 0)
    posts = Post.objects.filter(unit=unit, role=HEADS[Unit.Kind(unit.kind)])
    posts = posts.filter(Q(until=None) | Q(until__gt=doing.by.on), since__lte=doing.by.on)
    return list(posts.values_list("person", flat=True))


def _whose(row: TargetLetter) -> dict[str, int | None]:
    return {"unit_id": row.unit_id, "person_id": row.person_id, "outlet_id": row.outlet_id}


def _targets(whose: dict[str, int | None], year: int) -> Any:
    """All targets of one scope in a year, in a fixed order; what is held in reserve is none."""
    span = from_key("year", year)
    rows = Target.objects.filter(**whose, reserve=False)
    rows = rows.order_by("kpi", "model", "grain", "period", "within")
    inside = [row.pk for row in rows if from_key(grain_of(row.grain), row.period).start in span]
    return rows.filter(pk__in=inside)


def _said(row: Target) -> dict[str, Any]:
    """A target as the letter holds it, in whole numbers as they are kept."""
    names = ("kpi", "model", "grain", "period", "within", "value", "base", "stretch", "version")
    return {name: getattr(row, name) for name in names}


def _digest(body: list[dict[str, Any]]) -> str:
    return hashlib.sha256(audit.canonical(body).encode()).hexdigest()


def _name(unit: int | None, person: int | None) -> str:
    if unit is not None:
        return Unit.objects.get(pk=unit).name
    return Person.objects.get(pk=person or 0).name
