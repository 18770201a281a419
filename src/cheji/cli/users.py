"""`cheji user`: accounts, their passwords, and closing them."""

import os
from typing import Annotated

import typer
from django.core.exceptions import ValidationError

from cheji.actions import accounts
from cheji.cli import app, language, options
from cheji.cli.asker import asker, now
from cheji.cli.output import echo, said
from cheji.records.visibility import of, one

group = typer.Typer(help="Accounts. 账号。", no_args_is_help=True)
app.add_typer(group, name="user")
Username = Annotated[str, typer.Argument(help="Sign-in name. 登录名。")]


@group.command("add")
def add(
    name: Username,
    *,
    person: Annotated[str, typer.Option(metavar="NUMBER", help="Whose: staff number. 工号。")],
    email: Annotated[str, typer.Option(help="E-mail address. 邮箱。")] = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Open an account for a person, who sees what the person's posts allow. 为人员开立账号。

    The password is asked for, or taken from CHEJI_PASSWORD.
    密码在提示后输入，或取自 CHEJI_PASSWORD。
    """
    del lang
    by = asker(username)
    whose = one(of(by).people(), "person", person, number=person)
    password = _password()
    try:
        accounts.open_account(
            by=by,
            at=now(),
            username=name,
            password=password,
            person=whose.pk,
            email=email,
            language=language(),
        )
    except ValidationError as error:
        raise accounts.PasswordTooWeak(error) from None
    echo(f"已为 {whose.name} 开立账号 {name}。", f"Opened the account {name} for {whose.name}.")


@group.command("password")
def password(name: Username, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Set a new password. 重设密码。"""
    del lang
    new = _password()
    try:
        accounts.set_password(by=asker(username), at=now(), username=name, password=new)
    except ValidationError as error:
        raise accounts.PasswordTooWeak(error) from None
    echo(f"已更改 {name} 的密码。", f"Changed the password of {name}.")


@group.command("email")
def email(
    name: Username,
    address: Annotated[str, typer.Argument(help='E-mail address, or "". 邮箱，或 ""。')],
    *,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Write where an account's e-mails go; "" ends them. 填写账号的邮箱，"" 为不再发送。"""
    del lang
    accounts.set_email(by=asker(username), at=now(), username=name, email=address)
    echo(f"已更改 {name} 的邮箱。", f"Changed the e-mail address of {name}.")


@group.command("second-factor")
def second_factor(name: Username, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Take a lost second factor off. 取消遗失的二次验证。"""
    del lang
    accounts.reset_second_factor(by=asker(username), at=now(), username=name)
    echo(f"已取消 {name} 的二次验证。", f"Took the second factor off {name}.")


@group.command("close")
def close(name: Username, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Close an account; its history stays. 关闭账号，历史保留。"""
    del lang
    accounts.close_account(by=asker(username), at=now(), username=name)
    echo(f"已关闭账号 {name}。", f"Closed the account {name}.")


@group.command("reopen")
def reopen(name: Username, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Open a closed account again, with its password. 重新启用已关闭的账号，密码不变。"""
    del lang
    accounts.reopen_account(by=asker(username), at=now(), username=name)
    echo(f"已重新启用账号 {name}。", f"Opened the account {name} again.")


def _password() -> str:
    given = os.environ.get("CHEJI_PASSWORD")
    prompt = said("密码", "Password")
    return given or typer.prompt(prompt, hide_input=True, confirmation_prompt=True)
