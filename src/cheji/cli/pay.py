"""`cheji pay`: the pay statements of an outlet's month, by a published plan or one in a file."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cheji.cli import app, language, options
from cheji.cli.asker import asker, exporting, now
from cheji.cli.explaining import told, yuan
from cheji.cli.keeping import keep_pay, standing
from cheji.cli.output import print_lines, print_table, said, write_bytes, write_json
from cheji.engine.definitions import PayPlan, build
from cheji.engine.kpis import decimal_text
from cheji.engine.periods import from_key
from cheji.files import sheets
from cheji.packs import read_yaml
from cheji.reads import pay as reads
from cheji.reads.definitions import catalogue
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer

Plan = Annotated[
    str, typer.Option(metavar="CODE|FILE", help="Plan, or a file not published. 方案或方案文件。")
]


class CannotKeepADraft(Refused):
    """A pay plan from a file cannot be kept. Publish it first."""

    zh = "来自文件的提成方案不能保存。请先发布。"


group = typer.Typer(
    help="Pay statements, runs of pay, replays. 提成单、提成计算与复算。",
    invoke_without_command=True,
)
app.add_typer(group, name="pay")


@group.callback()
def pay(
    ctx: typer.Context,
    *,
    outlet: options.OutletCode = "",
    month: options.MonthWord = "",
    person: options.Person = "",
    plan: Plan = "",
    keep_run: options.Keep = False,
    form: options.TableFormat = "table",
    output: options.Output = None,
    explain: options.Explain = False,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Pay statements of a month. 某月提成单。

    --plan names a published plan, or a YAML file with one (as in a pack) that is only tried.
    --plan 为已发布方案的代码，或一个只作试算的 YAML 方案文件。
    """
    del lang
    if ctx.invoked_subcommand:
        return
    for name, value in (("--outlet", outlet), ("--month", month)):
        if not value:
            raise BadValue(field=name, value="", why=said("必须写明", "is needed"))
    viewer, key = asker(username), options.month_of(month)
    chosen = plan_of(plan, key)
    if keep_run:
        if isinstance(chosen, PayPlan):
            raise CannotKeepADraft
        at = now()
        for made in reads.calculations(viewer, [outlet], key, plan=chosen):
            keep_pay(viewer, at, made)
    if person:
        one = reads.statement(viewer, person, key, plan=chosen, outlet=outlet)
        found: tuple[reads.StatementSeen, ...] = (one,)
    else:
        found = reads.statements(viewer, outlet, key, plan=chosen)
    exporting(viewer, "pay", form, month=key, outlet=outlet, rows=len(found))
    _write(viewer, found, form, output, explain=explain)


def _write(
    viewer: Viewer,
    found: tuple[reads.StatementSeen, ...],
    form: str,
    output: Path | None,
    *,
    explain: bool,
) -> None:
    """Statements as asked for: JSON, CSV, or a table for each plan."""
    if form == "json":
        write_json([sheets.statement_json(one, explain=explain) for one in found], output)
    elif form == "csv":
        write_bytes(sheets.statement_csv(found, language()), output)
    else:
        for part in reads.by_plan(found) or [()]:
            _print(part, explain=explain)
            print_lines(standing(viewer, "pay", part))


def is_file(text: str) -> bool:
    """Whether a word names a file with a plan, and not a published plan by its code."""
    return text.lower().endswith((".yaml", ".yml"))


def plan_of(text: str, month: int) -> str | PayPlan:
    """The code of a published plan, or the plan of a file, checked with what is in force.

    Raises:
        BadValue: the file has none, or several.
        findings.Refused: the plan has faults; each is said.
    """
    file = Path(text)
    if not is_file(text):
        return text
    if not file.is_file():
        raise BadValue(field="--plan", value=text, why=said("没有该文件", "no such file"))
    body = read_yaml(file.read_text(encoding="utf-8-sig"), text)
    plans = body.get("pay_plans", [body]) if isinstance(body, dict) else []
    if not isinstance(plans, list) or len(plans) != 1:
        raise BadValue(field="pay_plans", value=text, why=said("应为一个方案", "one plan"))
    in_force = catalogue(from_key("month", month).start).all
    return build({"pay_plans": plans}, replace(in_force, pay_plans=())).pay_plans[0]


def _print(found: tuple[reads.StatementSeen, ...], *, explain: bool) -> None:
    if not found:
        print_lines([said("没有可显示的提成。", "There is no pay to show.")])
        return
    first = found[0]
    components = reads.component_names(found)
    names = [said(*both) for both in components.values()]
    heads = [said("工号", "Number"), said("姓名", "Name"), *names]
    rows = [
        [
            one.person.number,
            one.person.name,
            *(
                yuan(sum(line.fen for line in one.lines if line.component == code))
                for code in components
            ),
            yuan(one.payable),
            sheets.state_title(one.state, language()),
        ]
        for one in found
    ]
    period = sheets.period_title("month", first.month)
    title = f"{said(first.zh, first.en)} · {first.outlet.code} {first.outlet.name} · {period}"
    print_table(title, [*heads, said("应发", "Payable"), said("状态", "State")], rows, words=2)
    if explain:
        for one in found:
            print_lines([f"{one.person.number} {one.person.name}", *_lines(one)])


def _based(line: reads.PayLineSeen) -> str:
    """The base with its unit, and what of it counts where that is not all of it."""
    base, unit = sheets.based(line, language())
    if base is None:
        return "—"
    said, part = f"{decimal_text(base)} {unit}".rstrip(), sheets.counted(line)
    return said if part in (None, base) else f"{said} → {decimal_text(part)}"


def _shared(line: reads.PayLineSeen) -> str:
    text = said(*sheets.shared_words(line))
    return text and f" · {text}"


def _lines(one: reads.StatementSeen) -> list[str]:
    """Each amount with its deal, then the whole reason."""
    lines = [
        f"  {line.on or ''} {line.deal.full if line.deal else '—'} {said(line.zh, line.en)}: "
        f"{_based(line)} × "
        f"{'—' if line.rate is None else decimal_text(line.rate)} → {yuan(line.fen)}{_shared(line)}"
        for line in one.lines
    ]
    names = {line.component: said(line.zh, line.en) for line in one.lines}
    return [*lines, *told(one.reason, 1, {**names, one.plan: said(one.zh, one.en)})]
