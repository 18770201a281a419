"""`cheji pay calculate|review|…|replay|diff`: the way of a run of pay, its replay, differences."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any

import typer

from cheji.actions import pay as verbs
from cheji.cli import options
from cheji.cli.asker import asker, exporting, now
from cheji.cli.explaining import yuan
from cheji.cli.keeping import keep_pay, warn_of_close
from cheji.cli.kpi_versions import NO
from cheji.cli.output import echo, print_table, said, write_bytes, write_json
from cheji.cli.pay import group
from cheji.cli.replaying import tell_replays, which
from cheji.cli.settling import settle
from cheji.files import sheets
from cheji.files.sheets.texts import Value, Yuan
from cheji.reads import pay as reads
from cheji.reads import people
from cheji.reads.pay.replays import PersonDifference, replayed, run_changes
from cheji.records.pay_states import BY_VERB
from cheji.records.visibility import Viewer

RunNumber = Annotated[int, typer.Argument(metavar="RUN", help="A run's number. 计算编号。")]
Plan = Annotated[
    str,
    typer.Option(
        metavar="CODE", help="Pay plan; else the first and what replaced ones left. 提成方案。"
    ),
]


@group.command("calculate")
def calculate(
    *,
    outlet: options.OutletCode = "",
    month: options.MonthWord,
    plan: Plan = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Work out an outlet's month, or all outlets', and keep it. 计算并保存某店或全部门店提成。"""
    del lang
    viewer, at = asker(username), now()
    places = [one for one in people.outlets(viewer) if outlet in ("", one.code)]
    warn_of_close(viewer, [one.id for one in places])
    if not outlet:
        codes = [one.code for one in places]
        settle(viewer, at, codes, options.month_of(month), plan=plan)
        echo(f"已保存 {len(codes)} 家门店的计算。", f"Kept runs of {len(codes)} outlets.")
        return
    for made in reads.calculations(viewer, [outlet], options.month_of(month), plan=plan):
        keep_pay(viewer, at, made)


def _move(verb: str, run: int, username: str) -> None:
    viewer = asker(username)
    does: dict[str, Callable[..., verbs.Done]] = {
        "review": verbs.review, "approve": verbs.approve, "close": verbs.close, "pay": verbs.pay,
        "export": verbs.export,
    }  # fmt: skip
    at: datetime = now()
    done = does[verb](by=viewer, at=at, run=run)
    state = BY_VERB[verb]
    echo(f"计算 {done.id} {state.zh}。", f"Run {done.id} is {state.en}.")


@group.command("review")
def review(run: RunNumber, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Say that a run's figures were looked through. 复核某次计算。"""
    del lang
    _move("review", run, username)


@group.command("approve")
def approve(run: RunNumber, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Approve what somebody else worked out and reviewed. 批准他人计算并复核的结果。"""
    del lang
    _move("approve", run, username)


@group.command("close")
def close(run: RunNumber, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Close and seal an approved run. 关账并加封。"""
    del lang
    _move("close", run, username)


@group.command("paid")
def paid(run: RunNumber, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Say that a closed run was paid. 标记已发放。"""
    del lang
    _move("pay", run, username)


@group.command("export")
def export(run: RunNumber, *, username: options.As = "", lang: options.Lang = "") -> None:
    """Say that a paid run went to the books. 标记已导出。"""
    del lang
    _move("export", run, username)


@group.command("back")
def back(
    run: RunNumber,
    *,
    reason: Annotated[str, typer.Option(help="Why. 原因。")],
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Send a run that is not closed back to be worked out again. 退回重算。"""
    del lang
    done = verbs.send_back(by=asker(username), at=now(), run=run, reason=reason)
    echo(f"计算 {done.id} 已退回。", f"Run {done.id} is open again.")


# -- replays -----------------------------------------------------------------------------------


@group.command("replay")
def replay(
    run: Annotated[int, typer.Argument(metavar="[RUN]", help="A run's number. 计算编号。")] = 0,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every kept run. 全部。")] = False,
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Work kept pay out again; exit code 1 when a line is not what its inputs give.

    从冻结的输入与方案重新计算；有任何一行与原字节不一致时退出码为 1。
    """
    del lang
    viewer = asker(username)
    found = list(replayed(viewer, which(run, every=every)))
    exporting(viewer, "pay_replay", form, runs=len(found))
    tell_replays(found, form, ("提成单", "statements"), ("person", "what", "kept", "now"))


@group.command("diff")
def diff(
    before: RunNumber,
    after: RunNumber,
    *,
    person: options.Person = "",
    form: options.TableFormat = "table",
    output: options.Output = None,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Say line by line why pay of two runs differs; the amounts add up to the change.

    逐行说明两次提成计算的差异，各行之和恰为应发变动；有差异时退出码为 1。
    """
    del lang
    viewer: Viewer = asker(username)
    found = [one for one in run_changes(viewer, before, after) if person in ("", one.number)]
    exporting(viewer, "pay_difference", form, before=before, after=after, rows=len(found))
    if form == "json":
        write_json([_change_json(one) for one in found], output)
    elif form == "csv":
        rows = [row for one in found for row in _rows(one)]
        write_bytes(sheets.csv_bytes([_heads(), *rows]), output)
    elif found:
        told = [[_cell(value) for value in row] for one in found for row in _rows(one)]
        print_table("", _heads(), told, words=4)
    else:
        echo("没有差异。", "Nothing differs.")
    if found:
        raise typer.Exit(NO)


def _heads() -> list[str]:
    return [
        said("工号", "Number"), said("姓名", "Name"), said("项目", "Component"),
        said("业务", "Deal"), said("原金额", "Before"), said("现金额", "After"),
        said("变动", "Change"), said("原因", "Because"),
    ]  # fmt: skip


def _rows(one: PersonDifference) -> Iterator[list[Value]]:
    """A person's changes, and their sum, which is the change of what is payable."""
    for change in one.change.changes:
        key = str(change.source or "")
        deal = one.deals.get(key)
        amounts = (change.before, change.after, change.fen)
        yield [
            one.number, one.name, said(*sheets.part_words(one, change)),
            deal.full if deal else key, *map(_amount, amounts), said(*sheets.because_words(change)),
        ]  # fmt: skip
    whole = one.change
    sums = map(_amount, (whole.before, whole.after, whole.fen))
    yield [one.number, one.name, said("应发", "Payable"), "", *sums, ""]


def _amount(fen: int | None) -> Yuan | None:
    return None if fen is None else Yuan(fen)


def _cell(value: Value) -> str:
    """As it stands in a table."""
    if isinstance(value, Yuan):
        return yuan(value.fen)
    return "—" if value is None else str(value)


def _change_json(one: PersonDifference) -> dict[str, Any]:
    return {
        "number": one.number, "name": one.name, "before": one.change.before,
        "after": one.change.after, "fen": one.change.fen,
        "changes": [
            {
                "component": change.component, "entry": change.entry, "source": change.source,
                "before": change.before, "after": change.after, "fen": change.fen,
                "causes": {cause.name: [cause.before, cause.after] for cause in change.causes},
            }
            for change in one.change.changes
        ],
    }  # fmt: skip
