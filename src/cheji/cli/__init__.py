"""The command line: one Typer app; every module of this package adds its commands to it."""

import importlib
import os
import pkgutil
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import typer
from django.utils import translation
from typer.core import TyperGroup
from typer.models import CommandInfo

from cheji.engine import findings
from cheji.records.refusals import Refused

RUN_PY = Path(__file__).parents[3] / "run.py"
REFUSED = 2  # exit code: it could not be done; 1 is for an answer that is "no"
_chosen: ContextVar[str | None] = ContextVar("_chosen", default=None)


class Program(TyperGroup):
    """Says a refusal in the reader's language on stderr and leaves with exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named; a language chosen for it ends with it."""
        token = _chosen.set(None)
        before = translation.get_language()
        try:
            return super().invoke(ctx)
        except (Refused, findings.Refused) as refused:
            typer.echo("\n".join(_said(refused)), err=True)
            raise typer.Exit(REFUSED) from None
        finally:
            translation.activate(before or language())
            _chosen.reset(token)


def _said(refused: Refused | findings.Refused) -> list[str]:
    if isinstance(refused, Refused):
        return [refused.say(language())]
    chinese = language().startswith("zh")
    return [
        f"{found.place}：{found.zh}；{found.mend_zh}"
        if chinese
        else f"{found.place}: {found.en}; {found.mend_en}"
        for found in refused.findings
    ]


app = typer.Typer(
    name="cheji",
    cls=Program,
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


def typed(words: str) -> str:
    """A command as it is typed here: a clone is started by its run.py, a wheel by its name."""
    return f"{'python3 run.py ' if RUN_PY.exists() else ''}cheji {words}"


def choose_language(value: str) -> str:
    """What `--lang` does: the command speaks that language."""
    if value:
        _chosen.set("zh-hans" if value.lower().startswith("zh") else "en")
        translation.activate(language())
    return value


def language() -> str:
    """Language of the terminal: `--lang`, `CHEJI_LANGUAGE`, else the locale's, else Chinese."""
    chosen = _chosen.get()
    if chosen:
        return chosen
    for name in ("CHEJI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower().split(".")[0]
        if value not in {"", "c", "posix"}:
            return "zh-hans" if value.startswith("zh") else "en"
    return "zh-hans"
