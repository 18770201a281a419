"""Verbs of group robots: declared for a unit, changed, tested, and opened to scores and pay."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from cheji.records.encryption import blind, seal
from cheji.records.message_types import TYPES, for_groups
from cheji.records.models import Robot, Sending
from cheji.records.refusals import BadValue, Refused
from cheji.records.robots import PROVIDERS, Provider, is_allowed
from cheji.records.visibility import Viewer, one
from cheji.records.words import NOT_BLANK

from .deeds import NothingDiffers, deed
from .locking import changed, locked

RIGHT = "robots.write"
ADDRESS, SECRET = "robots.address", "robots.secret"  # the columns that ciphertexts are bound to


class AddressNotAllowed(Refused):
    """This is not an https address of a robot of {provider}: {hosts}. Copy it from the group."""

    zh = "这不是{provider_zh}群机器人的 https 地址（{hosts}）。请从群设置中复制完整地址。"


class NotForGroups(Refused):
    """Messages about {types} do not go to a group. An administrator may allow scores and pay."""

    zh = "“{types_zh}”类消息不发到群。得分与提成须由管理员允许后才能选择。"


class SecretMissing(Refused):
    """This messenger signs its robots' messages: copy the key for signing from the group."""

    zh = "该平台的机器人需要加签密钥：请从群设置中复制。"


@dataclass(frozen=True)
class Done:
    id: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a robot is called and tells; an empty address or secret leaves the kept one."""

    name: str
    types: Collection[str]
    address: str = ""
    secret: str = ""
    active: bool = True

    def __repr__(self) -> str:
        """Without the address and the secret: what is shown may be logged."""
        return f"Terms({self.name!r})"


@sensitive_variables()
def declare(*, by: Viewer, at: datetime, unit: int, provider: str, terms: Terms) -> Done:
    """Let a unit's group be told; address and secret are encrypted and never shown again."""
    with deed("robots.declare", by=by, at=at, right=RIGHT) as doing:
        where = one(doing.scope.units_below(), "unit", unit, pk=unit)
        _must_fit(PROVIDERS[provider], terms, private=False, fresh=True)
        key = secrets.token_hex(16)
        row = Robot.objects.create(
            unit=where, provider=provider, name=terms.name, key=key,
            types=sorted(terms.types), active=terms.active, made_at=at, made_by_id=doing.by.user,
            address_cipher=seal(terms.address, field=ADDRESS, row=key),
            address_index=blind(terms.address, field=ADDRESS),
            secret_cipher=_sealed(terms.secret, key),
        )  # fmt: skip
        doing.tell(subject=row.pk, outlet=_outlet(row), unit=unit, provider=provider)
        doing.tell(name=row.name, types=row.types)
        return Done(row.pk)


@sensitive_variables()
def amend(*, by: Viewer, at: datetime, robot: int, version: int, terms: Terms) -> Done:
    """Change what a robot tells, its address or secret, or let it rest."""
    with deed("robots.amend", by=by, at=at, right=RIGHT) as doing:
        row = locked(doing.scope.robots(), "robot", robot, version)
        provider = PROVIDERS[row.provider]
        _must_fit(provider, terms, private=row.private_allowed, fresh=False)
        new: dict[str, object] = {}
        if terms.address:
            new["address_cipher"] = seal(terms.address, field=ADDRESS, row=row.key)
            new["address_index"] = blind(terms.address, field=ADDRESS)
        if terms.secret:
            new["secret_cipher"] = _sealed(terms.secret, row.key)
        plain = {"name": terms.name, "types": sorted(terms.types), "active": terms.active}
        differs = changed(row, **plain, **new)
        if not differs:
            raise NothingDiffers
        _forget_waiting(row)
        told = {name: pair if name in plain else "…" for name, pair in differs.items()}
        doing.tell(subject=robot, outlet=_outlet(row), changes=told)
        return Done(robot)


def allow_private(*, by: Viewer, at: datetime, robot: int, version: int, allowed: bool) -> Done:
    """Let a group be told that there are scores or pay, or forbid it: an administrator's word."""
    with deed("robots.allow_private", by=by, at=at, right="robots.private") as doing:
        row = locked(doing.scope.robots(), "robot", robot, version)
        kept = [code for code in row.types if allowed or not TYPES[code].private]
        differs = changed(row, private_allowed=allowed, types=kept)
        if not differs:
            raise NothingDiffers
        _forget_waiting(row)
        doing.tell(subject=robot, outlet=_outlet(row), changes=differs)
        return Done(robot)


def test(*, by: Viewer, at: datetime, robot: int) -> Done:
    """Have a robot say that it works; the job posts it like any other."""
    with deed("robots.test", by=by, at=at, right=RIGHT) as doing:
        row = one(doing.scope.robots(), "robot", robot, pk=robot)
        sending = Sending.objects.create(robot=row, type="test", made_at=at, due_at=at)
        doing.tell(subject=robot, outlet=_outlet(row))
        return Done(sending.pk)


def _must_fit(provider: Provider, terms: Terms, *, private: bool, fresh: bool) -> None:
    allowed = {type_.code for type_ in for_groups(private=private)}
    wrong = [TYPES[code] for code in sorted(set(terms.types) - allowed) if code in TYPES]
    if wrong or not set(terms.types) <= allowed:
        raise NotForGroups(
            field="types",
            types=", ".join(type_.en for type_ in wrong),
            types_zh="、".join(type_.zh for type_ in wrong),
        )
    if not terms.name.strip():
        raise BadValue(field="name", value="", why=NOT_BLANK)
    if (fresh or terms.address) and not _allowed(provider, terms.address):
        raise AddressNotAllowed(
            field="address", provider=provider.en, provider_zh=provider.zh,
            hosts=", ".join(provider.hosts),
        )  # fmt: skip
    if fresh and provider.signed and not terms.secret:
        raise SecretMissing(field="secret")


def _forget_waiting(row: Robot) -> None:
    """What a robot tells no more does not go out any more, and a resting one keeps nothing."""
    waiting = row.sendings.filter(state=Sending.State.WAITING)
    waiting.exclude(type__in=["test", *(row.types if row.active else ())]).delete()


def _allowed(provider: Provider, address: str) -> bool:
    return is_allowed(provider, address, settings.CHEJI_ROBOT_ORIGINS)


def _sealed(secret: str, key: str) -> bytes | None:
    return seal(secret, field=SECRET, row=key) if secret else None


def _outlet(row: Robot) -> int | None:
    """The outlet under which the audit log keeps it: the unit itself, or that of a team."""
    kind = row.unit.kind
    return row.unit_id if kind == "outlet" else row.unit.parent_id if kind == "team" else None
