"""The command line: one Typer app; the modules that `LISTED` names add their commands to it."""

import importlib
import os
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

import typer
from django.utils import translation
from typer.core import TyperGroup
from typer.models import CommandInfo

from cheji.engine import findings
from cheji.records.refusals import Refused

RUN_PY = Path(__file__).parents[3] / "run.py"
REFUSED = 2  # exit code: it could not be done; 1 is for an answer that is "no"
_chosen: ContextVar[str | None] = ContextVar("_chosen", default=None)


class Listed(NamedTuple):
    """A command's line in the list of commands, and the modules of this package that make it."""

    help: str
    modules: tuple[str, ...]


#: Imported when the command is asked for: what one command needs, the others do not wait for.
LISTED = {
    "demo": Listed("Load an invented dealer group and serve it. 载入演示集团并启动。", ("demo",)),
    "user": Listed("Accounts. 账号。", ("users",)),
    "import": Listed("Bring spreadsheets in. 导入表格文件。", ("imports",)),
    "template": Listed(
        "Write the workbook to fill in for a kind. 生成某类文件的填写模板。", ("imports",)
    ),
    "definitions": Listed(
        "Definitions: KPIs, schemes, plans, switches. 口径与方案。", ("definitions",)
    ),
    "kpi": Listed("KPIs: list, show, values. 指标。", ("kpis", "kpi_versions")),
    "sheet": Listed("Print a KPI or structure sheet. 输出销售KPI表或交车结构表。", ("sheets",)),
    "rank": Listed(
        "Rank an outlet's people, or a unit's outlets, by a KPI of a month. 排名。", ("rankings",)
    ),
    "weak-spots": Listed(
        "Each consultant's weakest step, and what closing it is worth. 顾问短板。", ("rankings",)
    ),
    "gap": Listed("Split a gap over the steps of a funnel. 将差距拆解到漏斗的每一步。", ("gaps",)),
    "target": Listed(
        "Targets: list, set, split, progress. 目标。",
        ("targets", "target_papers", "target_proposals"),
    ),
    "score": Listed(
        "Score cards, appraisal cycles, replays. 考核得分、考核周期与复算。",
        ("scores", "score_cycles", "score_replays"),
    ),
    "pay": Listed(
        "Pay statements, runs of pay, replays. 提成单、提成计算与复算。",
        ("pay", "pay_runs", "pay_trials", "pay_vouchers"),
    ),
    "facts": Listed("Facts: rebuild, mark. 事实表。", ("facts",)),
    "audit": Listed("Audit log. 审计日志。", ("audit",)),
    "verify": Listed(
        "Check the audit chain, facts, sums and closed runs. 核验审计链、事实、合计与已关账计算。",
        ("facts",),
    ),
    "bench": Listed(
        "Measure times and sizes in a folder of its own. 在独立目录中测速。", ("bench",)
    ),
}


class Program(TyperGroup):
    """Says a refusal in the reader's language on stderr and leaves with exit code 2."""

    def list_commands(self, ctx: Any) -> list[str]:
        """What is listed, after what is there without being asked for."""
        return list(dict.fromkeys([*super().list_commands(ctx), *LISTED]))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, from the modules that make it."""
        if cmd_name in LISTED and load(cmd_name):
            self.commands = typer.main.get_group(app).commands
        return super().get_command(ctx, cmd_name)

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """The list of commands, without importing one of those that are only listed."""
        lines = {name: command.help or "" for name, command in self.commands.items()}
        lines |= {name: listed.help for name, listed in LISTED.items()}
        with formatter.section("Commands"):
            formatter.write_dl([(name, text.partition("\n")[0]) for name, text in lines.items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was named; for a misspelled one all are made, to find what is near."""
        if args[0] not in self.list_commands(ctx):
            for name in LISTED:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)

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


def load(name: str) -> bool:
    """Import what makes a listed command; whether something was missing. Django must be set up."""
    needed = [f"{__name__}.{module}" for module in LISTED[name].modules]
    missing = [module for module in needed if module not in sys.modules]
    for module in missing:
        importlib.import_module(module)
    return missing != []


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
