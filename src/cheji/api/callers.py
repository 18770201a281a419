"""Who asks: the token in the header, the person behind it, and what the token is for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja.security import HttpBearer

from cheji.actions import tokens
from cheji.reads import people
from cheji.reads.seen import Where
from cheji.records.encryption import short_mobile
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Asking, Viewer

KEY = "Idempotency-Key"


class NotAPhone(Refused):
    """A mobile number has 11 digits. Write a landline with its area code."""

    zh = "手机号应为 11 位。座机请加区号。"


class ScopeLacking(Refused):
    """The token is not made for “{scope}”. Make one that is, under “API tokens”."""

    zh = "该令牌不含“{scope}”范围。请在“接口令牌”页面创建含此范围的令牌。"


@dataclass(frozen=True)
class Caller:
    """A request's token and viewer; `may` lets through what both the token and the posts allow."""

    token: int
    viewer: Viewer
    scopes: frozenset[str]

    def may(self, scope: str) -> Viewer:
        """The viewer, when the token is made for the scope."""
        if scope not in self.scopes:
            raise ScopeLacking(scope=scope)
        return self.viewer


class Token(HttpBearer):
    """`Authorization: Bearer cheji_…`; a session's cookie opens nothing here."""

    def __call__(self, request: HttpRequest) -> Any:
        if not request.headers.get("Authorization"):
            raise tokens.NoSuchToken
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        _must_be_text(request)
        asking = tokens.ask(secret=token, at=now())
        viewer = Asking(asking.user).viewer_at(now())
        return Caller(asking.token, viewer, asking.scopes)


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def caller(request: HttpRequest) -> Caller:
    found: Caller = request.auth  # type: ignore[attr-defined]
    return found


def at_outlet(viewer: Viewer, code: str) -> tuple[Viewer, Where]:
    """An outlet of the viewer's by its code, and the viewer on the day that it is there."""
    for where in people.outlets(viewer):
        if where.code == code:
            return replace(viewer, on=_day(ZoneInfo(people.zone_at(where.id)))), where
    raise NotFound(noun="outlet", key=code)


def person_at(viewer: Viewer, outlet: str, number: str) -> int | None:
    """A person in post at an outlet by staff number; None for none."""
    if not number:
        return None
    for row in people.consultants(viewer, outlet):
        if row.number == number:
            return row.id
    raise NotFound(noun="person", key=number)


def once(request: HttpRequest, act: Callable[[], Any]) -> dict[str, Any]:
    """Write once under the request's key, or each time when it has none."""

    def done() -> dict[str, Any]:
        found = act()
        return {"id": found.id, "number": getattr(found, "number", "")}

    key = request.headers.get(KEY, "")
    if not key:
        return done()
    if len(key) > 100 or not key.isascii() or not key.isprintable():
        raise BadValue(field=KEY, value=key[:40], why="≤ 100 ASCII")
    said = f"{request.method} {request.path}\n".encode() + request.body
    return tokens.once(token=caller(request).token, key=key, request=said, at=now(), act=done)


def must_be_phone(phone: str | None) -> None:
    if phone and short_mobile(phone):
        raise NotAPhone(field="phone")


def _day(zone: ZoneInfo) -> date:
    return now().astimezone(zone).date()


def _must_be_text(request: HttpRequest) -> None:
    r"""Refuse \0, which no text of the database can hold."""
    words = (
        request.path,
        *(word for name, found in request.GET.lists() for word in (name, *found)),
    )
    if any("\0" in word for word in words):
        raise BadValue(field="address", value="", why="%00")
    if b"\\u0000" in request.body or b"\0" in request.body:
        raise BadValue(field="body", value="", why="\\u0000")
