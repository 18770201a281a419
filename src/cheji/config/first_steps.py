"""`cheji init`: group, first administrator, definitions; a second run changes nothing."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cheji.actions import accounts, definitions, people
from cheji.records.models import Post, Unit, User
from cheji.records.visibility import operator

PACK = "dealership"
FROM = date(2000, 1, 1)  # before any figure that a dealer brings in


def has_administrator() -> bool:
    """Whether an active account holds an administrator's post without an end."""
    posts = Post.objects.filter(role=Post.Role.ADMINISTRATOR, until__isnull=True)
    return User.objects.filter(is_active=True, person__posts__in=posts).exists()


def make_administrator(*, group: str, username: str, password: str, at: datetime) -> None:
    """Open the group if there is none, hire the administrator, open the account, install the pack.

    Raises:
        PasswordTooWeak: the password is too short or too common.
        CodeTaken: the account name is in use.
    """
    by = operator(at.date(), "cheji init")
    try:
        with transaction.atomic():
            person = people.hire(
                by=by,
                at=at,
                number=username,
                name=username,
                hired_on=at.date(),
                unit=_group(group, at),
                role=Post.Role.ADMINISTRATOR,
            )
            accounts.open_account(
                by=by, at=at, username=username, password=password, person=person.id
            )
            definitions.install(by=by, at=at, pack=PACK, valid_from=FROM)
    except ValidationError as error:
        raise accounts.PasswordTooWeak(error) from error


def _group(name: str, at: datetime) -> int:
    there = Unit.objects.filter(kind=Unit.Kind.GROUP).first()
    if there:
        return there.pk
    by = operator(at.date(), "cheji init")
    opened = people.open_unit(by=by, at=at, kind=Unit.Kind.GROUP, code="GROUP", name=name)
    return opened.id
