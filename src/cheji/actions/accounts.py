"""Verbs of sign-in accounts: who may sign in as whom, passwords, second factors, addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import EmailField

from cheji.records.models import Person, Post, User
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Viewer, one

from . import messages
from .deeds import Deed, deed
from .people import CodeTaken, Done, person_of
from .posts import in_force


class OwnAccount(Refused):
    """One's own password and second factor are changed under “Account”, not by an administrator."""

    zh = "自己的密码和第二因素请在“我的账号”页更改，不由管理员办理。"


class LeavingEntered(Refused):
    """{name} has left. HR takes the leaving back or gives a post, which opens the account again."""

    zh = "{name} 已办理离职。由人事撤销离职或重新任命岗位，账号随之启用。"


WEAK = {  # by the code of the check; not every version of Django says all of them in Chinese
    "password_too_short": ("至少需要 {min_length} 个字符", "at least {min_length} characters"),
    "password_too_common": ("过于常见", "too common"),
    "password_entirely_numeric": ("不能全是数字", "not only digits"),
    "password_too_similar": ("与账号信息过于相似", "too similar to the account"),
}


class PasswordTooWeak(Refused):
    """{field} is too weak: {why}."""

    zh = "{field}太弱：{why}。"

    def __init__(self, problem: ValidationError) -> None:
        """Keep what is wrong with it, never the password."""
        super().__init__(field="password")
        self._faults = [(one.code, one.params or {}) for one in problem.error_list]

    def say(self, language: str = "zh-hans") -> str:
        chinese = language.startswith("zh")
        at = 0 if chinese else 1
        faults = [WEAK[code][at].format(**params) for code, params in self._faults if code in WEAK]
        field = str(self.place["field"])
        if field == "password":
            field = "密码" if chinese else "The password"
        template = self.zh if chinese else str(self.__doc__)
        return template.format(field=field, why=("；" if chinese else "; ").join(faults))


def open_account(
    *,
    by: Viewer,
    at: datetime,
    username: str,
    password: str,
    person: int | None = None,
    email: str = "",
    language: str = "zh-hans",
) -> Done:
    """Create a sign-in account, usually of a person. The password is checked and hashed."""
    user = User(username=username, email=email, person_id=person, language=language)
    return _open(by, at, user, _Password(password))


def open_accounts(*, by: Viewer, at: datetime, people: Mapping[str, int], password: str) -> None:
    """Accounts of people by user name, who all begin with one password: it is hashed once."""
    first = _Password(password)
    for username, person in people.items():
        _open(by, at, User(username=username, person_id=person), first)


@dataclass(frozen=True)
class _Password:
    """A password that somebody begins with; hashing is slow on purpose."""

    text: str

    @cached_property
    def hashed(self) -> str:
        return make_password(self.text)


def _open(by: Viewer, at: datetime, user: User, password: _Password) -> Done:
    with deed("users.open_account", by=by, at=at, right="users.write") as doing:
        taken = User.objects.filter(username=user.username).first()
        if taken:
            raise CodeTaken(code=user.username, name=taken.get_full_name())
        if user.person_id is not None:
            _within(doing, person_of(doing, user.person_id))
        validate_password(password.text, User(username=user.username))
        user.password = password.hashed
        user.save()
        doing.tell(subject=user.pk, username=user.username, person=user.person_id)
        return Done(user.pk)


def set_password(*, by: Viewer, at: datetime, username: str, password: str) -> Done:
    with deed("users.set_password", by=by, at=at, right="users.write") as doing:
        user = _account_of_another(doing, username)
        validate_password(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
        messages.tell_others(by, [user.person_id], "users.set_password", {}, at)
        doing.tell(subject=user.pk, username=username)
        return Done(user.pk)


def set_email(*, by: Viewer, at: datetime, username: str, email: str) -> Done:
    """Write the address that an account's messages go to by e-mail; an empty one ends them."""
    with deed("users.set_email", by=by, at=at, right="users.write") as doing:
        user = _account(doing, username)
        try:
            EmailField(blank=True).run_validators(email)
        except ValidationError:
            raise BadValue(field="email", value=email, why="name@example.cn") from None
        user.email = email
        user.save(update_fields=["email"])
        doing.tell(subject=user.pk, username=username)
        return Done(user.pk)


def reset_second_factor(*, by: Viewer, at: datetime, username: str) -> Done:
    """Take a lost second factor off an account: codes, passkeys, recovery codes."""
    with deed("users.reset_second_factor", by=by, at=at, right="users.write") as doing:
        user = _account_of_another(doing, username)
        gone, _ = Authenticator.objects.filter(user_id=user.pk).delete()
        messages.tell_others(by, [user.person_id], "users.reset_second_factor", {}, at)
        doing.tell(subject=user.pk, username=username, factors=gone)
        return Done(user.pk)


def close_account(*, by: Viewer, at: datetime, username: str) -> Done:
    with deed("users.close_account", by=by, at=at, right="users.write") as doing:
        user = _account(doing, username)
        user.is_active = user.closed_by_leaving = False
        user.save(update_fields=["is_active", "closed_by_leaving"])
        doing.tell(subject=user.pk, username=username)
        return Done(user.pk)


def reopen_account(*, by: Viewer, at: datetime, username: str) -> Done:
    """Let somebody sign in again with the password he had; not who has left."""
    with deed("users.reopen_account", by=by, at=at, right="users.write") as doing:
        user = _account_of_another(doing, username)
        if user.person is not None and user.person.left_on is not None:
            raise LeavingEntered(name=user.person.name)
        user.is_active, user.closed_by_leaving = True, False
        user.save(update_fields=["is_active", "closed_by_leaving"])
        doing.tell(subject=user.pk, username=username)
        return Done(user.pk)


def _account(doing: Deed, username: str) -> User:
    """The account, when all that its person's posts allow lies within the viewer's reach."""
    user = one(User.objects.select_related("person"), "account", username, username=username)
    if user.person is not None:
        _within(doing, user.person)
    return user


def _account_of_another(doing: Deed, username: str) -> User:
    """The account, when it is not the viewer's: his own pages ask for the password first."""
    user = _account(doing, username)
    if user.pk == doing.by.user:
        raise OwnAccount
    return user


def _within(doing: Deed, person: Person) -> None:
    """Whoever may sign in as somebody has his rights: none may lie beyond the viewer's own."""
    posts = Post.objects.filter(person=person)
    held = posts.filter(id__in=in_force(person.pk, doing.by.on).values("id")) or posts
    below = set(doing.scope.units_below().values_list("id", flat=True))
    if not {post.unit_id for post in held} <= below:
        raise NotFound(noun="account", key=person.number)


def choose_language(*, by: Viewer, language: str) -> Done:
    """The viewer's own choice; not a matter of rights, so it is not audited."""
    User.objects.filter(pk=by.user or 0).update(language=language)
    return Done(by.user or 0)
