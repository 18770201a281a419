"""The command line: one Typer app; every module of this package adds its commands to it."""

import importlib
import os
import pkgutil

import typer
from typer.models import CommandInfo

app = typer.Typer(
    name="cheji",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def cheji() -> None:
    """车绩 Cheji: sales performance of vehicle dealerships. 汽车、摩托车经销商销售业绩考核。"""


def load_commands() -> typer.Typer:
    """The app with the commands of every module in this package; Django must be set up before."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return app


def run_command(name: str, **options: object) -> None:
    """Run another command of the program from within one: `serve` at the end of `demo`, say."""
    commands = {command.name or _name(command): command for command in app.registered_commands}
    callback = commands[name].callback
    assert callback is not None
    callback(**options)


def _name(command: CommandInfo) -> str:
    return getattr(command.callback, "__name__", "").replace("_", "-")


def language() -> str:
    """Language of the terminal: `CHEJI_LANGUAGE`, else the locale's, else Chinese."""
    for name in ("CHEJI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower().split(".")[0]
        if value not in {"", "c", "posix"}:
            return "zh-hans" if value.startswith("zh") else "en"
    return "zh-hans"
