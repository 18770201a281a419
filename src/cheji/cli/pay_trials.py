"""`cheji pay simulate`: what pay plans would have cost, side by side, on past months."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from cheji.cli import options
from cheji.cli.asker import asker, exporting
from cheji.cli.explaining import yuan
from cheji.cli.options import codes
from cheji.cli.output import bar, print_lines, print_table, said, write_bytes, write_json
from cheji.cli.pay import group, is_file, plan_of
from cheji.engine.definitions import PayPlan
from cheji.engine.kpis import decimal_text
from cheji.engine.money import round_half_up, rounded, yuan_text
from cheji.engine.periods import from_key, series
from cheji.files import sheets
from cheji.reads import versions
from cheji.reads.definitions import catalogue
from cheji.reads.pay import Simulation, Trial, Tried, simulation
from cheji.reads.pay.choosing import told_apart
from cheji.reads.people import outlets as outlets_seen
from cheji.reads.versions import VersionSeen
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer

Plans = Annotated[
    list[str],
    typer.Option("--plan", metavar="CODE|FILE", help="Plan or file; several. 方案或文件，可多个。"),
]
First = Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="First month. 起始月份。")]
Last = Annotated[str, typer.Option("--until", metavar="YYYY-MM", help="Last month. 截止月份。")]
People = Annotated[
    int, typer.Option("--people", min=0, help="Show so many who gain and lose most. 增减最多人数。")
]


@group.command("simulate")
def simulate(
    *,
    plan: Plans,
    first: First,
    last: Last,
    outlets: options.Outlets = "",
    people: People = 5,
    form: options.TableFormat = "table",
    output: options.Output = None,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Try pay plans on past months, side by side; nothing is kept. 多方案试算历史月份，不保存。

    The first plan is what the others are held against.
    第一个方案为对照。
    """
    del lang
    viewer = asker(username)
    months = _months(first, last)
    plans = [_plan(text, months[-1]) for text in plan]
    words = _names(viewer, plan, plans, months[-1])
    wanted = codes(outlets) or [one.code for one in outlets_seen(viewer)]
    with bar(said("读取", "Reading")) as progress:
        found = simulation(viewer, Trial(wanted, months, plans), progress)
    span = {"since": months[0], "until": months[-1], "outlets": wanted}
    exporting(viewer, "pay_simulation", form, plans=list(plan), **span)
    if form == "json":
        write_json(_json(found, told_apart(words)), output)
    elif form == "csv":
        write_bytes(sheets.csv_bytes(_rows(found, words)), output)
    else:
        _print(found, told_apart(words), months, people)


def _months(first: str, last: str) -> list[int]:
    since, until = options.month_of(first), options.month_of(last)
    if until < since:
        raise BadValue(field="--until", value=last, why=said("早于 --from", "is before --from"))
    return [month.key for month in series("month", since, until)]


def _plan(text: str, month: int) -> PayPlan:
    found = plan_of(text, month)
    if isinstance(found, PayPlan):
        return found
    return catalogue(from_key("month", month).start).pay_plan(found)


def _names(viewer: Viewer, texts: list[str], plans: list[PayPlan], month: int) -> list[list[str]]:
    """Of each plan what it is called, and what tells it from one of the same name, in order."""
    ids = {*catalogue(from_key("month", month).start).versions}
    found = {one.code: one for one in versions.of_kind(viewer, "pay_plan") if one.id in ids}
    words = []
    for at, (text, plan) in enumerate(zip(texts, plans, strict=True), 1):
        version = None if is_file(text) else found.get(plan.code)
        more = [Path(text).name] if version is None else _version_words(version)
        words.append([said(plan.zh, plan.en), *more, f"({at})"])
    return words


def _version_words(version: VersionSeen) -> list[str]:
    since, number = version.valid_from.isoformat(), version.id
    return [said(f"{since} 起", f"from {since}"), said(f"编号 {number}", f"no. {number}")]


# -- as shown ----------------------------------------------------------------------------------


def _print(found: Simulation, names: list[str], months: list[int], people: int) -> None:
    spans = (
        f"{sheets.period_title('month', months[0])} – {sheets.period_title('month', months[-1])}"
    )
    heads = [
        said("方案", "Plan"),
        said("成本", "Cost"),
        said("差额", "Difference"),
        said("差额 %", "Difference %"),
        said("人月均", "Person-month"),
        said("其中暂扣", "Held of it"),
        said("增加人数", "Gain"),
        said("减少人数", "Lose"),
    ]
    rows = [_summary(found, *each) for each in zip(found.tried, names, strict=True)]
    print_table(f"{said('提成试算', 'Pay plans tried')} · {spans}", heads, rows)
    places = [
        [f"{code} {name}", *(yuan(tried.outlets.get(code, 0)) for tried in found.tried)]
        for code, name in found.outlets.items()
    ]
    print_table(said("各门店成本", "Cost by outlet"), [said("门店", "Outlet"), *names], places)
    for tried, name in zip(found.tried, names, strict=True):
        print_lines(_lacking(tried, name))
    for tried, name in list(zip(found.tried, names, strict=True))[1:]:
        _print_people(found, tried, (names[0], name), people)


def _lacking(tried: Tried, name: str) -> Iterator[str]:
    """Who has no target or score that a plan goes by, and what was taken for it."""
    if tried.aimless:
        count, of = len({cell.person for cell in tried.aimless}), len(tried.people)
        yield said(
            f"{name}：{of} 人中有 {count} 人没有方案所看的目标，按方案对没有目标的规定计算。",
            f"{name}: {count} of {of} people had no target that it looks at: paid as it says then.",
        )
    if tried.scoreless:
        count, of = len({cell.person for cell in tried.scoreless}), len(tried.people)
        yield said(
            f"{name}：{of} 人中有 {count} 人没有方案所用的考核得分，考核系数按 1 计。",
            f"{name}: {count} of {of} people had no score that it goes by: a coefficient of 1.",
        )
    if tried.schemeless:
        months = ", ".join(sheets.period_title("month", month) for month in tried.schemeless)
        yield said(
            f"{name}：{months} 尚无方案所用的考核方案。",
            f"{name}: its scheme was not in force in {months}.",
        )


def _summary(found: Simulation, tried: Tried, name: str) -> list[str]:
    base = found.tried[0].cost
    changes = found.change(tried).values()
    mean = round_half_up(Fraction(tried.cost, tried.cells)) if tried.cells else 0
    return [
        name,
        yuan(tried.cost),
        yuan(tried.cost - base),
        decimal_text(rounded(Fraction((tried.cost - base) * 100, base), 1)) if base else "—",
        yuan(mean),
        yuan(tried.held),
        str(sum(fen > 0 for fen in changes)),
        str(sum(fen < 0 for fen in changes)),
    ]


def _print_people(found: Simulation, tried: Tried, names: tuple[str, str], people: int) -> None:
    changes = list(found.change(tried).items())
    chosen = changes if len(changes) <= 2 * people else changes[:people] + changes[-people:]
    if not people or not chosen:
        return
    rows = [
        [
            found.names[who].number,
            found.names[who].name,
            yuan(found.tried[0].people.get(who, 0)),
            yuan(tried.people.get(who, 0)),
            yuan(fen),
        ]
        for who, fen in chosen
    ]
    first, name = names
    title = said(f"{name}：增减最多的人员", f"{name}: who gains and loses most")
    heads = [said("工号", "Number"), said("姓名", "Name"), first, name, said("差额", "Difference")]
    print_table(title, heads, rows, words=2)
    print_lines([said("以上为试算，未写入任何计算。", "Tried only: no run was touched.")])


# -- as data -----------------------------------------------------------------------------------


def _json(found: Simulation, names: list[str]) -> list[dict[str, Any]]:
    """Fen as yuan text; people by staff number."""
    return [
        {
            "plan": tried.plan.code,
            "name": name,
            "cost": yuan_text(tried.cost),
            "held": yuan_text(tried.held),
            "months": {str(month): yuan_text(fen) for month, fen in tried.months.items()},
            "outlets": {code: yuan_text(fen) for code, fen in tried.outlets.items()},
            "people": _by_number(found, tried.people),
            "changes": _by_number(found, found.change(tried)),
            **sheets.lacking_json(tried),
        }
        for tried, name in zip(found.tried, names, strict=True)
    ]


def _by_number(found: Simulation, fens: Mapping[int, int]) -> dict[str, str]:
    return {found.names[who].number: yuan_text(fen) for who, fen in fens.items()}


def _rows(found: Simulation, words: list[list[str]]) -> list[list[str]]:
    """A row for each person, a column for each plan."""
    pairs = zip(found.tried, words, strict=True)
    codes_ = told_apart([[tried.plan.code, *own[1:]] for tried, own in pairs])
    rows = [
        [who.number, who.name, *(yuan_text(tried.people.get(key, 0)) for tried in found.tried)]
        for key, who in found.names.items()
    ]
    return [[said("工号", "Number"), said("姓名", "Name"), *codes_], *rows]
