"""`cheji target`: list, set, split and follow targets."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

import typer

from cheji.actions import targets as actions
from cheji.cli import app, options
from cheji.cli.asker import asker, exporting, now
from cheji.cli.output import echo, print_table, said, write_json
from cheji.engine.periods import Grain
from cheji.files import sheets
from cheji.reads.definitions import catalogue
from cheji.reads.kpis import Of
from cheji.reads.targets import (
    Aim,
    Standing,
    TargetGrid,
    TargetRow,
    Wanted,
    grid_of,
    progress,
    scope_of,
    splits,
)
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import Viewer

group = typer.Typer(help="Targets: list, set, split, progress. 目标。", no_args_is_help=True)
app.add_typer(group, name="target")

Kpi = Annotated[str, typer.Option("--kpi", metavar="CODE", help="KPI. 指标代码。")]
UnitCode = Annotated[
    str, typer.Option("--unit", metavar="CODE", help="Group, region or outlet. 组织代码。")
]
Year = Annotated[int, typer.Option("--year", help="Year. 年度。")]
Month = Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Its weeks. 该月各周。")]
Model = Annotated[str, typer.Option("--model", help="Of one model. 仅某车型。")]
Across = Annotated[
    Literal["month", "quarter", "half", "year", "week"],
    typer.Option("--by", help="Periods across. 期间粒度。"),
]
AimWord = Annotated[
    Literal["goal", "base", "stretch"], typer.Option("--aim", help="Which. 目标、保底值或挑战值。")
]
Within = Annotated[
    str, typer.Option("--within", metavar="YYYY-MM", help="Month of a week. 周所属月份。")
]
Why = Annotated[str, typer.Option("--reason", help="Why; kept with the version. 原因。")]
AIMS: dict[str, Aim] = {"goal": "value", "base": "base", "stretch": "stretch"}


@group.command("list")
def list_(
    *,
    unit: UnitCode,
    year: Year,
    kpi: Kpi = "deliveries",
    by: Across = "month",
    month: Month = "",
    aim: AimWord = "goal",
    model: Model = "",
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Targets below a unit by period, with the sum and what is unassigned. 目标表。"""
    del lang
    wanted = Wanted(kpi, unit, year, by, _month(month), AIMS[aim], model)
    viewer = asker(username)
    found = grid_of(viewer, wanted)
    exporting(viewer, "targets", form, unit=unit, year=year, kpi=found.kpi.code)
    if form == "json":
        write_json(_json(found))
        return
    heads = [said("对象", "Scope"), *(_period(found.columns.grain, k) for k in found.columns.keys)]
    rows = [
        (_name(row), *(_text(found, cell.value) for cell in row.cells))
        for row in (found.parent, *found.all_rows)
    ]
    rows.append((said("未分配", "Unassigned"), *(_text(found, gap) for gap in found.gaps)))
    print_table(said(found.kpi.zh, found.kpi.en), heads, rows)


@group.command("set")
def set_(
    value: Annotated[str, typer.Argument(help="Such as 40, 60% or none. 数值，none 清除。")],
    *,
    period: Annotated[
        str, typer.Option("--period", help="2026, 2026-11, 2026-Q4, 2026-W47. 期间。")
    ],
    kpi: Kpi = "deliveries",
    unit: UnitCode = "",
    person: options.Person = "",
    aim: AimWord = "goal",
    model: Model = "",
    reserve: Annotated[bool, typer.Option("--reserve", help="The reserve. 预留。")] = False,
    within: Within = "",
    reason: Why = "",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Set one target of a unit or a person. 设定一个目标。"""
    del lang
    viewer = asker(username)
    named = Named(kpi, period, unit, person, model, aim, reserve, _month(within))
    cell = cell_of(viewer, value, named)
    done = actions.set_cells(by=viewer, at=now(), cells=[cell], reason=reason)
    echo(f"已修改 {done.changed} 项目标。", f"{done.changed} targets changed.")


@dataclass(frozen=True, slots=True)
class Named:
    """The target that a command names."""

    kpi: str
    period: str
    unit: str
    person: str
    model: str
    aim: str
    reserve: bool = False
    within: int = 0


def cell_of(viewer: Viewer, value: str, named: Named) -> actions.Cell:
    """A target with the value that was typed for it."""
    grain = _grain(named.period)
    whose = ids_of(scope_of(viewer, unit=named.unit, person=named.person))
    return actions.Cell(
        named.kpi, grain, options.period_key(named.period, grain),
        _kept(value, _unit_of(viewer, named.kpi)), *whose,
        model=named.model, reserve=named.reserve, within=named.within, aim=AIMS[named.aim],
    )  # fmt: skip


@group.command("split")
def split(
    *,
    unit: UnitCode,
    year: Year,
    kpi: Kpi = "deliveries",
    over: Annotated[
        Literal["scopes", "time"], typer.Option("--over", help="Rows or periods. 按下级或按时间。")
    ] = "scopes",
    way: Annotated[
        Literal["even", "weights", "last_year", "season", "stock", "working_days"],
        typer.Option("--way", help="By what. 分解依据。"),
    ] = "even",
    weights: Annotated[str, typer.Option("--weights", help="With commas. 权重。")] = "",
    reserve: Annotated[
        str, typer.Option("--reserve", help="Percent kept back. 预留百分比。")
    ] = "0",
    by: Across = "month",
    month: Month = "",
    model: Model = "",
    apply: Annotated[bool, typer.Option("--apply", help="Set them. 写入。")] = False,
    reason: Why = "",
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Split a unit's targets over those below or over time; shown unless --apply. 分解目标。"""
    del lang
    viewer = asker(username)
    how = splits.How(way, over, _weights(weights), _number(reserve) / 100)
    done = splits.shares(viewer, Wanted(kpi, unit, year, by, _month(month), model=model), how)
    if apply:
        cells = [_cell(done.grid, share) for share in done.shares]
        actions.set_cells(by=viewer, at=now(), cells=cells, reason=reason)
    exporting(viewer, "target_split", form, unit=unit, year=year, kpi=done.grid.kpi.code)
    if form == "json":
        write_json(_split_json(done, applied=apply))
    else:
        _print_split(done)


@group.command("progress")
def progress_(
    *,
    unit: UnitCode = "",
    person: options.Person = "",
    period: Annotated[
        str, typer.Option("--period", help="2026, 2026-11, 2026-Q4, 2026-W47. 期间。")
    ] = "",
    form: options.TextFormat = "table",
    username: options.As = "",
    lang: options.Lang = "",
) -> None:
    """Done against time worked, pace and landing forecast. 目标进度。"""
    del lang
    grain = _grain(period) if period else "month"
    key = options.period_key(period, grain) if period else None
    viewer = asker(username)
    found = progress.standings(viewer, unit=unit, person=person, grain=grain, period=key)
    exporting(viewer, "target_progress", form, of=found.of.code, period=found.period)
    if form == "json":
        write_json({
            "scope": found.of.code,
            "grain": found.grain,
            "period": found.period,
            "days_gone": found.days_gone,
            "days": found.days,
            "order_cover": _exact(found.cover),
            "kpis": [_standing_json(row) for row in found.rows],
        })  # fmt: skip
        return
    heads = [
        said("指标", "KPI"), said("目标", "Goal"), said("实际", "Actual"), said("完成率", "Done"),
        said("时间进度", "Time"), said("差距(点)", "Gap"), said("按当前进度", "At this pace"),
        said("日均还需", "Needed a day"), said("预计落点", "Landing"),
    ]  # fmt: skip
    print_table(found.of.name, heads, [_standing_row(row) for row in found.rows])


# -- reading what was typed --------------------------------------------------------------------


def _month(text: str) -> int:
    return options.month_of(text) if text else 0


def _grain(text: str) -> Grain:
    """The grain of a period as written: 2026, 2026-Q4, 2026-H1, 2026-W47 or 2026-11."""
    for mark, grain in (("W", "week"), ("Q", "quarter"), ("H", "half")):
        if mark in text.upper():
            return grain  # type: ignore[return-value]
    return "year" if len(text) == 4 else "month"


def _number(text: str) -> Fraction:
    try:
        return Fraction(text.strip().rstrip("%"))
    except (ValueError, ZeroDivisionError):
        raise BadValue(field="value", value=text, why="40 / 60%") from None


def _weights(text: str) -> tuple[Fraction, ...]:
    return tuple(_number(part) for part in options.codes(text))


def _kept(text: str, unit: str) -> int | None:
    """A value as targets are kept; `none` clears it."""
    if text == "none":
        return None
    scaled = _number(text) * (100 if unit == "yuan" else 10_000)
    scaled = scaled / 100 if text.rstrip().endswith("%") else scaled
    if scaled.denominator != 1:
        raise BadValue(field="value", value=text, why="0.0001")
    return scaled.numerator


def _unit_of(viewer: Viewer, kpi: str) -> str:
    found = catalogue(viewer.on).ruling.kpi.get(kpi)
    if found is None:
        raise NotFound(noun="KPI", key=kpi)
    return found.unit


def ids_of(of: Of) -> tuple[int | None, int | None, int | None]:
    """Unit, person and outlet, as a target names its scope."""
    return (None, of.id, of.outlet) if of.kind == "person" else (of.id, None, None)


def _cell(found: TargetGrid, share: splits.Share) -> actions.Cell:
    return actions.Cell(
        found.kpi.code, found.columns.grain, share.cell.period, share.kept,
        *ids_of(share.row.of), share.cell.version, found.model, share.row.reserve,
        found.columns.within,
    )  # fmt: skip


# -- showing -----------------------------------------------------------------------------------


def _name(row: TargetRow) -> str:
    return said("预留", "Reserve") if row.reserve else f"{row.of.code} {row.of.name}"


def _period(grain: Grain, key: int) -> str:
    return sheets.period_title(grain, key) if grain in ("month", "year") else str(key)


def _text(found: TargetGrid, value: Fraction | None) -> str:
    return sheets.figure_text(value, found.kpi.unit, found.kpi.decimals)


def _shared(done: splits.Shares, share: splits.Share) -> str:
    scale = 100 if done.grid.kpi.unit == "yuan" else 10_000
    return _text(done.grid, Fraction(share.kept, scale))


def _exact(value: Fraction | None) -> str | None:
    """An exact number as text: a decimal where it ends, else a fraction."""
    if value is None:
        return None
    scaled = value * 10_000
    if scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    text = f"{abs(scaled.numerator):05d}"
    sign = "-" if value < 0 else ""
    return sign + f"{text[:-4]}.{text[-4:]}".rstrip("0").rstrip(".")


def _json(found: TargetGrid) -> dict[str, Any]:
    return {
        "kpi": found.kpi.code,
        "unit": found.kpi.unit,
        "grain": found.columns.grain,
        "periods": list(found.columns.keys),
        "rows": [
            {
                "scope": row.of.code,
                "name": row.of.name,
                "reserve": row.reserve,
                "values": [_exact(cell.value) for cell in row.cells],
            }
            for row in (found.parent, *found.all_rows)
        ],
        "unassigned": [_exact(gap) for gap in found.gaps],
    }


def _print_split(done: splits.Shares) -> None:
    grain = done.grid.columns.grain
    rows = [
        (_name(share.row), _period(grain, share.cell.period), _shared(done, share))
        for share in done.shares
    ]
    rows += [
        (said("未分配", "Unassigned"), str(key), _text(done.grid, rest))
        for key, rest in done.unassigned
    ]
    heads = [said("对象", "Scope"), said("期间", "Period"), said("目标", "Goal")]
    print_table("", heads, rows, words=2)


def _split_json(done: splits.Shares, *, applied: bool) -> dict[str, Any]:
    scale = 100 if done.grid.kpi.unit == "yuan" else 10_000
    return {
        "applied": applied,
        "shares": [
            {
                "scope": share.row.of.code,
                "reserve": share.row.reserve,
                "period": share.cell.period,
                "value": _exact(Fraction(share.kept, scale)),
            }
            for share in done.shares
        ],
        "unassigned": {str(key): _exact(rest) for key, rest in done.unassigned},
    }


def _standing_json(row: Standing) -> dict[str, Any]:
    done, landing = row.progress, row.landing
    return {
        "kpi": row.kpi.code,
        "model": row.model,
        "goal": _exact(done.target),
        "base": _exact(row.base),
        "stretch": _exact(row.stretch),
        "done": _exact(done.done),
        "done_share": _exact(done.done_share),
        "time_share": _exact(done.time_share),
        "gap": _exact(done.gap),
        "pace": _exact(done.pace),
        "needed_per_day": _exact(done.needed),
        "landing": _exact(landing.value) if landing else None,
        "method": landing.method if landing else None,
        "behind": row.behind,
    }


def _standing_row(row: Standing) -> list[str]:
    done, unit, decimals = row.progress, row.kpi.unit, row.kpi.decimals
    landing = row.landing.value if row.landing else None
    return [
        " ".join(part for part in (said(row.kpi.zh, row.kpi.en), row.model) if part),
        sheets.figure_text(done.target, unit, decimals),
        sheets.figure_text(done.done, unit, decimals),
        *(sheets.figure_text(share, "ratio", 2) for share in (done.done_share, done.time_share)),
        sheets.figure_text(None if done.gap is None else done.gap * 100, "point", 2),
        *(sheets.figure_text(value, unit, 2) for value in (done.pace, done.needed)),
        sheets.figure_text(landing, unit, 1),
    ]
