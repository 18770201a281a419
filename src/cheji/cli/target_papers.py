"""`cheji target letter`, `lock` and `calendar`: signatures, locked months, days worked."""

from typing import Annotated, Literal

import typer

from cheji.actions import calendars, target_letters, target_locks
from cheji.cli import options
from cheji.cli.asker import asker, exporting, now
from cheji.cli.output import echo, print_table, said, write_json
from cheji.files import sheets
from cheji.reads import targets as reads
from cheji.reads.calendars import calendar as read_calendar
from cheji.reads.targets import papers, scope_of
from cheji.records.visibility import Viewer

from .targets import UnitCode, Why, Year, group, ids_of

letter = typer.Typer(help="Target letters: list, issue, sign. 责任书。", no_args_is_help=True)
lock = typer.Typer(help="Locked months: list, set, clear. 锁定。", no_args_is_help=True)
calendar = typer.Typer(help="Days worked: show, week, day, seed. 工作日历。", no_args_is_help=True)
for name, part in (("letter", letter), ("lock", lock), ("calendar", calendar)):
    group.add_typer(part, name=name)

Month = Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Month. 月份。")]


def _unit(viewer: Viewer, code: str) -> int:
    return scope_of(viewer, unit=code).id or 0


# -- letters -----------------------------------------------------------------------------------


@letter.command("list")
def list_letters(
    *,
    year: Year,
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """The newest letter of each scope, with who issued and who signed it. 责任书清单。"""
    del lang
    viewer = asker(username)
    found = papers.letters(viewer, year=year)
    exporting(viewer, "target_letters", form, year=year, rows=len(found))
    rows = [(str(one.id), one.of.code, one.of.name, one.issuer, one.signer) for one in found]
    if form == "json":
        names = ("id", "scope", "name", "issuer", "signer")
        write_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    heads = [
        said("编号", "No."), said("对象", "Scope"), said("名称", "Name"),
        said("下发人", "Issued by"), said("签署人", "Signed by"),
    ]  # fmt: skip
    print_table("", heads, rows, words=5)


@letter.command("issue")
def issue(
    *,
    year: Year,
    unit: UnitCode = "",
    person: options.Person = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Issue the letter of a year to a unit's head or a person. 下发责任书。"""
    del lang
    viewer = asker(username)
    whose = dict(
        zip(
            ("unit", "person", "outlet"),
            ids_of(scope_of(viewer, unit=unit, person=person)),
            strict=True,
        )
    )
    number = target_letters.issue(by=viewer, at=now(), year=year, **whose)
    echo(f"已下发责任书 {number}。", f"Letter {number} is issued.")


@letter.command("sign")
def sign(
    number: Annotated[int, typer.Argument(help="As `letter list` lists it. 责任书编号。")],
    *,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Sign one's own letter. 签署责任书。"""
    del lang
    target_letters.sign(by=asker(username), at=now(), letter=number)
    echo(f"责任书 {number} 已签署。", f"Letter {number} is signed.")


# -- locks -------------------------------------------------------------------------------------


@lock.command("list")
def list_locks(
    *,
    unit: UnitCode,
    year: Year,
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """The months that are locked for a unit, at it or above it. 已锁定月份。"""
    del lang
    found = reads.locks(asker(username), unit=unit, year=year)
    rows = [
        (sheets.period_title("month", one.month), one.name, one.by, one.reason) for one in found
    ]
    if form == "json":
        write_json([
            {"month": one.month, "unit": one.name, "by": one.by, "reason": one.reason}
            for one in found
        ])  # fmt: skip
        return
    heads = [
        said("月份", "Month"), said("锁定于", "Locked at"), said("操作人", "By"),
        said("原因", "Reason"),
    ]  # fmt: skip
    print_table("", heads, rows, words=4)


@lock.command("set")
def lock_month(
    *,
    unit: UnitCode,
    month: Month,
    reason: Why = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Lock a month's targets of a unit and of all below it. 锁定某月目标。"""
    del lang
    viewer, key = asker(username), options.month_of(month)
    where = _unit(viewer, unit)
    target_locks.lock(by=viewer, at=now(), unit=where, month=key, reason=reason)
    echo(f"{month} 已锁定。", f"{month} is locked.")


@lock.command("clear")
def unlock_month(
    *,
    unit: UnitCode,
    month: Month,
    reason: Why = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Take a lock away, saying why. 解除锁定。"""
    del lang
    viewer, key = asker(username), options.month_of(month)
    where = _unit(viewer, unit)
    target_locks.unlock(by=viewer, at=now(), unit=where, month=key, reason=reason)
    echo(f"{month} 已解锁。", f"{month} is unlocked.")


# -- the working calendar ----------------------------------------------------------------------


@calendar.command("show")
def show(
    *,
    unit: UnitCode,
    year: Year,
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """The weekly rule of a unit, days that depart from it, and days worked by month. 工作日历。"""
    del lang
    found = read_calendar(asker(username), unit=unit, year=year)
    if form == "json":
        write_json({
            "unit": found.code,
            "weekdays": found.weekdays,
            "worked": list(found.worked),
            "days": [
                {"on": one.on.isoformat(), "works": one.works, "name": one.name}
                for one in found.days
            ],
        })  # fmt: skip
        return
    echo(f"每周 {found.weekdays}", f"Week {found.weekdays}")
    works = {True: said("上班", "worked"), False: said("休息", "off")}
    heads = [said("日期", "Day"), said("状态", "State"), said("说明", "Name"), said("来自", "Of")]
    rows = [(one.on.isoformat(), works[one.works], one.name, one.unit) for one in found.days]
    print_table(found.name, heads, rows, words=4)
    months = [(str(n), str(days)) for n, days in enumerate(found.worked, 1)]
    print_table("", [said("月", "Month"), said("工作日", "Days worked")], months)


@calendar.command("week")
def week(
    weekdays: Annotated[str, typer.Argument(help="1111110: Monday to Sunday. 周一至周日。")],
    *,
    unit: UnitCode,
    alone: Annotated[
        bool, typer.Option("--alone", help="Leave the days of the units above. 不沿用上级。")
    ] = False,
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Set which weekdays a unit works. 设定每周工作日。"""
    del lang
    viewer = asker(username)
    held = read_calendar(viewer, unit=unit, year=viewer.on.year)
    calendars.set_week(
        by=viewer, at=now(), unit=held.unit, weekdays=weekdays, keeps_days=not alone,
        version=held.version,
    )  # fmt: skip
    echo("每周工作日已设定。", "The weekly rule is set.")


@calendar.command("day")
def set_day(
    state: Annotated[
        Literal["works", "off", "rule"],
        typer.Argument(help="rule: as every week. 上班、休息或按周。"),
    ],
    *,
    on: Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="Day. 日期。")],
    unit: UnitCode,
    name: Annotated[str, typer.Option("--name", help="What it is called. 名称。")] = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Set a single day, or leave it to the weekly rule again. 设定某一天。"""
    del lang
    viewer = asker(username)
    works = {"works": True, "off": False, "rule": None}[state]
    where, day = _unit(viewer, unit), options.day(on)
    calendars.set_day(by=viewer, at=now(), unit=where, on=day, works=works, name=name)
    echo(f"{on} 已设定。", f"{on} is set.")


@calendar.command("seed")
def seed(*, unit: UnitCode, year: Year, username: options.As = "", lang: options.Lang = "") -> None:
    """Take over the public holidays and swap days of a year. 载入法定节假日。"""
    del lang
    viewer = asker(username)
    added = calendars.seed(by=viewer, at=now(), unit=_unit(viewer, unit), year=year)
    echo(f"新增 {added} 天。", f"{added} days added.")
