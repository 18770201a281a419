"""Verbs of the API's tokens: make one, revoke it, ask with it; and a write that is done once."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, F, Value, When

from cheji.records import audit
from cheji.records.models import ApiAnswer, ApiToken, User
from cheji.records.refusals import BadValue, NotYours, Refused
from cheji.records.scopes import SCOPES
from cheji.records.visibility import Viewer, of, one
from cheji.records.words import Words

MARK: Final = "cheji_"
SHOWN: Final = len(MARK) + 6  # characters of a token by which a person knows it again
LONGEST_LIFE: Final = timedelta(days=366)
IN_TIME: Final = Words("须在今后 366 天之内", "it must lie within the next 366 days")
PER_MINUTE: Final = 300
MOST: Final = 20  # tokens of one account at a time
KEPT: Final = timedelta(days=7)
WITHOUT_EXPORT: Final = 1_000  # records that a person's tokens give in a day, as by looking
WITH_EXPORT: Final = 200_000
TOLD: Final = (1, 1_000, 10_000, 100_000)
"""At the first record of a day, and each time it is ten times as many, the audit log says so."""


class NoSuchToken(Refused):
    """This token is not known, has ended, or was revoked. Make a new one under “API tokens”."""

    zh = "令牌无效、已到期或已吊销。请在“接口令牌”页面重新创建。"


class TooManyRequests(Refused):
    """More than {limit} requests in a minute. Wait until the next minute."""

    zh = "每分钟请求超过 {limit} 次。请下一分钟再试。"


class TooManyRows(Refused):
    """More than {limit} records in a day. Go on tomorrow, or let a post that may export ask."""

    zh = "一天内读取的记录超过 {limit} 条。请明日继续，或改用有导出权限的岗位的令牌。"


class KeyReused(Refused):
    """The Idempotency-Key was used for another request. Take a new key for each new request."""

    zh = "该 Idempotency-Key 已用于另一个请求。每个新请求请使用新的键。"


class TooManyTokens(Refused):
    """An account has at most {limit} tokens. Revoke one that is not used any more."""

    zh = "每个账号最多 {limit} 个令牌。请先吊销不再使用的令牌。"


@dataclass(frozen=True)
class Made:
    """A new token with its secret, which is shown once and not kept."""

    id: int
    secret: str


@dataclass(frozen=True)
class Asking:
    """A request with a token that holds: whose, and for what."""

    token: int
    user: User
    scopes: frozenset[str]


def make(
    *, by: Viewer, at: datetime, name: str, scopes: Collection[str], expires_at: datetime
) -> Made:
    """Make a token for oneself: it never does what the person could not do himself."""
    if by.user is None:
        raise NotYours(verb="tokens.make")
    wrong = [code for code in scopes if code not in SCOPES or not SCOPES[code].fits(by)]
    if wrong or not scopes:
        raise BadValue(field="scopes", value=", ".join(wrong), why=", ".join(allowed(by)) or "—")
    if not at < expires_at <= at + LONGEST_LIFE:
        raise BadValue(field="expires_at", value=expires_at.date(), why=IN_TIME)
    secret = MARK + secrets.token_urlsafe(32)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.user)
        held = ApiToken.objects.filter(user=by.user, revoked_at=None, expires_at__gt=at)
        if held.count() >= MOST:
            raise TooManyTokens(limit=MOST)
        row = ApiToken.objects.create(
            user_id=by.user, name=name, prefix=secret[:SHOWN], digest=_digest(secret),
            scopes=sorted(scopes), made_at=at, expires_at=expires_at,
        )  # fmt: skip
        body = {"prefix": row.prefix, "scopes": row.scopes, "expires_at": expires_at.isoformat()}
        audit.write(by=by, at=at, verb="tokens.make", subject=row.pk, body=body)
    return Made(row.pk, secret)


def allowed(by: Viewer) -> list[str]:
    """The scopes that a token of this person may have."""
    return [code for code, scope in SCOPES.items() if scope.fits(by)]


def revoke(*, by: Viewer, at: datetime, token: int) -> None:
    """End a token at once: one's own, or anybody's for who looks after accounts."""
    with transaction.atomic():
        found = one(of(by).tokens().filter(revoked_at=None), "token", token, pk=token)
        ApiToken.objects.filter(pk=token, revoked_at=None).update(revoked_at=at)
        body = {"prefix": found.prefix, "of": found.user.username}
        audit.write(by=by, at=at, verb="tokens.revoke", subject=token, body=body)


def ask(*, secret: str, at: datetime) -> Asking:
    """Who asks with this secret; the request is counted.

    Raises:
        NoSuchToken: it is unknown, has ended or was revoked, or the account is closed.
        TooManyRequests: the minute's requests are used up.
    """
    minute = int(at.timestamp()) // 60
    rows = ApiToken.objects.filter(
        digest=_digest(secret), revoked_at=None, expires_at__gt=at, user__is_active=True
    )
    counted = Case(When(minute=minute, then=F("asked") + 1), default=Value(1))
    rows.update(asked=counted, minute=minute, last_used_at=at)
    found = rows.select_related("user__person").first()
    if found is None:
        raise NoSuchToken
    if found.asked > PER_MINUTE:
        raise TooManyRequests(limit=PER_MINUTE)
    return Asking(found.pk, found.user, frozenset(found.scopes))


def take(*, by: Viewer, token: int, at: datetime, noun: str, rows: int) -> None:
    """Count records that leave by a token; what many of them are stands in the audit log.

    Raises:
        TooManyRows: the day's records of the person's tokens are used up; none leaves.
    """
    if not rows:
        return
    day, limit = at.date(), WITH_EXPORT if by.can("export") else WITHOUT_EXPORT
    with transaction.atomic():
        mine = ApiToken.objects.filter(pk=token)
        counted = Case(When(taken_on=day, then=F("taken") + rows), default=Value(rows))
        mine.update(taken=counted, taken_on=day)
        told = dict(ApiToken.objects.filter(user=by.user, taken_on=day).values_list("pk", "taken"))
        if sum(told.values()) > limit:
            raise TooManyRows(limit=f"{limit:,}")
        after = told[token]
        if any(after - rows < step <= after for step in TOLD):
            body = {"records": after, "of": noun, "on": day.isoformat()}
            audit.write(by=by, at=at, verb="tokens.read", subject=token, body=body)


def once(
    *, token: int, key: str, request: bytes, at: datetime, act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Do a write under its key once; the same request again gets the same answer.

    Two that come at one moment wait for each other. A write that is refused uses no key up.

    Raises:
        KeyReused: the key belongs to another request.
    """
    digest = hashlib.sha256(request).hexdigest()
    with transaction.atomic():
        row, fresh = ApiAnswer.objects.select_for_update().get_or_create(
            token_id=token, key=key, defaults={"digest": digest, "made_at": at}
        )
        if not fresh:
            if row.digest != digest:
                raise KeyReused
            return dict(row.body)
        try:
            row.body = act()
        except Refused as refusal:  # what was refused stays in the audit log
            row.delete()
            refused: Refused | None = refusal
        else:
            row.save(update_fields=["body"])
            refused = None
    if refused is not None:
        raise refused
    return dict(row.body)


def forget_answers(*, before: datetime) -> int:
    """Drop the answers of keys that nobody will ask with again."""
    return ApiAnswer.objects.filter(made_at__lt=before).delete()[0]


def _digest(secret: str) -> str:
    """The secret has 256 random bits, so that a plain digest cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()
