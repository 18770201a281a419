"""The group goes in through the verbs that users have; all of it in one transaction, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from django.apps import apps
from django.db import transaction

from cheji.actions import (
    definitions,
    imports,
    orders,
    people,
    targets,
    vehicles,
)
from cheji.actions.imports import Entry
from cheji.engine.periods import period_of, preceding
from cheji.engine.tallies import QUANTITY_SCALE
from cheji.records.bulk import learn
from cheji.records.collecting import without_collecting
from cheji.records.registers import PLURALS
from cheji.records.visibility import Scope, Viewer, of, operator

from .accounts import open_accounts
from .appraising import appraise
from .calendar import Calendar, month_start
from .coaching import coach
from .comparing import decide
from .counts import above, count, of_teams
from .daily import Work
from .floor import live
from .history import History, Rows
from .paying import pay_months, plan_pay
from .people import GROUP_CODE, Group, group
from .registers import keep
from .sales import sell
from .words import MODELS

PACKS = ("dealership", "motorcycle")
MONTHS = 24
WEEK = timedelta(days=7)
Progress = Callable[[str, int, int], None]
"""What is being done (zh / en), how much is done, of how much."""


@dataclass
class Loading:
    """The running load: who does it, when, and how many records of each kind there are."""

    on: date
    at: datetime
    seed: int
    progress: Progress
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def by(self) -> Viewer:
        return operator(self.on, "demo")

    @property
    def scope(self) -> Scope:
        return of(self.by)

    def bring(
        self, kind: str, rows: Rows, on: date | None = None, name: str = "", late: bool = True
    ) -> None:
        """Commit rows as one file of a kind, as it would have been on a day.

        It is brought `late`, today, unless on that very day.
        """
        if not rows:
            return
        by, name = operator(on or self.on, "demo"), f"{name or kind}.csv"
        content = f"{self.seed} {self.on} {name} {on or ''}".encode()
        at = self.at if late or on is None else self.at - (self.on - on)
        batch = imports.start(by=by, at=at, kind=kind, name=name, content=content)
        entries = (Entry(place, row) for place, row in enumerate(rows, start=2))
        imports.commit(by=by, at=at, batch=batch, entries=entries)
        self.counts[kind] = self.counts.get(kind, 0) + len(rows)


def load(
    size: str, seed: int, at: datetime, progress: Progress, *, months: int = MONTHS
) -> dict[str, int]:
    """Load a group of a size as of the day of `at`; returns how many rows of each kind."""
    loading = Loading(at.date(), at, seed, progress)
    first = month_start(loading.on, months)
    whole = group(size, first, loading.on, seed)
    histories = _lives(loading, whole, first)
    with without_collecting(), transaction.atomic():
        _organisation(loading, whole, first)
        _mass(loading, histories)
        for place, history in enumerate(histories):
            progress("日常操作 / Daily work", place, len(histories))
            Work(loading.by, at, history.outlet.code).done()
            coach(loading.by, at, history)
        decide(loading.by, at)
        open_accounts(loading.by, at)
        plan_pay(loading.by, at, first)
        progress("考核周期 / Appraisal cycles", 0, 1)
        appraise(loading.by, at, first)
        progress("提交 / Committing", 0, 1)
    loading.counts["pay_runs"] = pay_months(loading.by, at, first, progress)
    with transaction.atomic():
        learn(apps.get_models())
    return loading.counts


def _lives(loading: Loading, whole: Group, first: date) -> list[History]:
    """What happened at every outlet."""
    calendar = Calendar(first, loading.on)
    histories = []
    for place, outlet in enumerate(whole.outlets):
        loading.progress("编写门店日志 / Writing the days", place, len(whole.outlets))
        rng = Random(f"{loading.seed}|{outlet.code}|days")  # noqa: S311  a story, no secret
        history = History(outlet, whole.sellers[outlet.code], first, loading.on, rng)
        live(history, calendar)
        sell(history)
        count(history)
        beside = Random(f"{loading.seed}|{outlet.code}|registers")  # noqa: S311  as above
        keep(replace(history, rng=beside))
        histories.append(history)
    return histories


def _organisation(loading: Loading, whole: Group, first: date) -> None:
    """Group, regions, outlets, teams, people, who left and who moved, and the rules."""
    by, at = loading.by, loading.at
    people.open_unit(by=by, at=at, kind="group", code=GROUP_CODE, name="远岚汽车集团（演示）")
    for pack in PACKS:
        definitions.install(by=by, at=at, pack=pack, valid_from=first.replace(month=1, day=1))
    loading.bring("models", [
        {"name": one.name, "displacement": one.displacement, "segment": one.segment, "key": one.key}
        for one in MODELS
    ])  # fmt: skip
    loading.bring("outlets", [
        {
            "outlet_code": outlet.code,
            "outlet_name": outlet.name,
            "region_code": outlet.region,
            "region_name": outlet.region_name,
            "city": outlet.city,
            "brand": "远岚",
        }
        for outlet in whole.outlets
    ])  # fmt: skip
    sellers = [
        {
            "number": seller.number,
            "name": seller.name,
            "role": "consultant",
            "unit_code": seller.outlet,
            "team": seller.team,
            "from": seller.since,
        }
        for seller in whole.everyone()
        if seller.moved != "in"
    ]
    loading.bring("people", [*whole.staff, *sellers])
    _come_and_go(loading, whole)


def _come_and_go(loading: Loading, whole: Group) -> None:
    scope = loading.scope
    ids = dict(scope.people().values_list("number", "id"))
    _change_team(loading, whole, ids)
    moved = {seller.number: seller for seller in whole.everyone() if seller.moved == "in"}
    for seller in whole.everyone():
        if seller.moved == "in" or seller.until is None:
            continue
        person, new = ids[seller.number], moved.get(seller.number)
        if new is None:
            people.leave(by=loading.by, at=loading.at, person=person, on=seller.until)
            continue
        teams = scope.units().filter(kind="team", code=new.team, parent__code=new.outlet)
        unit = teams.values_list("id", flat=True)[0]
        people.move(by=loading.by, at=loading.at, person=person, unit=unit, on=new.since)


def _change_team(loading: Loading, whole: Group, ids: dict[str, int]) -> None:
    """Somebody of the first outlet has worked in two teams in the last whole quarter."""
    first = whole.outlets[0].code
    on = preceding(period_of(loading.on, "quarter")).start + timedelta(days=31)
    there = [s for s in whole.sellers[first] if s.until is None and s.since < on - WEEK * 3]
    teams = sorted({seller.team for seller in whole.sellers[first]})
    seller = there[2]
    to = next(team for team in teams if team != seller.team)
    units = loading.scope.units().filter(kind="team", code=to, parent__code=first)
    unit = units.values_list("id", flat=True)[0]
    people.move(by=loading.by, at=loading.at, person=ids[seller.number], unit=unit, on=on)


MASS = (
    ("线索 / Leads", "leads"),
    ("来店 / Visits", "visits"),
    ("意向客户 / Prospects", "prospects"),
    ("级别与交接 / Levels and hand-overs", "moves"),
    ("限价 / Floor prices", "floor_prices"),
    ("订单 / Orders", "orders"),
    ("订单交接 / Orders handed over", "hands"),
    ("退订 / Cancellations", "cancellations"),
    ("再次签单 / Signed again", "again"),
    ("战败与休眠 / Losses", "losses"),
    ("库存 / Stock", "stock"),
    ("交车 / Deliveries", "deliveries"),
    ("广宣投放 / Advertising", "ad_spend"),
    ("目标 / Targets", "targets"),
    ("台账 / Registers", "registers"),
)


def _mass(loading: Loading, histories: list[History]) -> None:
    """Everything in the order in which it builds on itself; a kind is one file of the group."""
    special = {
        "prospects": _cards, "moves": _moves, "hands": _share_out, "again": _again, "stock": _stock,
        "targets": _targets, "registers": _registers, "floor_prices": _floor_prices,
    }  # fmt: skip
    for place, (title, kind) in enumerate(MASS):
        loading.progress(title, place, len(MASS))
        if kind in special:
            special[kind](loading, histories)
        else:
            loading.bring(kind, [row for one in histories for row in one.rows[kind]])


def _floor_prices(loading: Loading, histories: list[History]) -> None:
    """Two price lists of the group: that of this year is a little lower."""
    years = (month_start(loading.on, MONTHS).year, loading.on.year)
    outlet = min(history.outlet.code for history in histories)
    loading.bring("floor_prices", [
        {"outlet_code": outlet, "reach": "group", "model": one.name, "since": date(year, 1, 1),
         "price": one.price * mille // 1000 * 100}
        for year, mille in zip(years, (985, 980), strict=True)
        for one in MODELS
    ])  # fmt: skip


def _cards(loading: Loading, histories: list[History]) -> None:
    """The cards of long ago in one file; those of the last days as they were written down."""
    rows = [row for history in histories for row in history.rows["prospects"]]
    since = loading.on - WEEK
    loading.bring("prospects", [row for row in rows if row["opened_on"] < since])
    for on in sorted({row["opened_on"] for row in rows if row["opened_on"] >= since}):
        new = [row for row in rows if row["opened_on"] == on]
        loading.bring("prospects", new, on=on, name=f"cards-{on}", late=False)


def _moves(loading: Loading, histories: list[History]) -> None:
    """Levels and owners change with the month: one file for each of its first days."""
    for on in sorted({day for history in histories for day in history.moves}):
        rows = [row for history in histories for row in history.moves.get(on, ())]
        loading.bring("prospects", rows, on=on, name=f"levels-{on}")


def _again(loading: Loading, histories: list[History]) -> None:
    loading.bring("orders", [row for one in histories for row in one.again], name="orders-again")


def _share_out(loading: Loading, histories: list[History]) -> None:
    """Open orders of those who left, each handed over by hand."""
    scope = loading.scope
    ids = dict(scope.people().values_list("number", "id"))
    for history in histories:
        numbers = [hand.order for hand in history.hands]
        rows = scope.orders().filter(outlet__code=history.outlet.code, number__in=numbers)
        known = {number: (pk, version) for pk, number, version in rows.values_list(
            "id", "number", "version"
        )}  # fmt: skip
        for hand in history.hands:
            if hand.order not in known:
                continue
            pk, version = known[hand.order]
            orders.share_out(
                by=loading.by,
                at=loading.at,
                order=pk,
                version=version,
                on=hand.on,
                shares=[(ids[hand.to.number], 10_000)],
                reason="离职交接",
            )
            known[hand.order] = pk, version + 1


def _targets(loading: Loading, histories: list[History]) -> None:
    """Those of outlets and people, and what stands above them."""
    rows = [row for history in histories for row in history.rows["targets"]]
    loading.bring("targets", [*above(histories), *rows])
    for history in histories:
        _team_targets(loading, history)


def _team_targets(loading: Loading, history: History) -> None:
    """A file names no team, since outlets have teams of one name: set as on the page."""
    units = loading.scope.units().filter(kind="team", parent__code=history.outlet.code)
    teams = dict(units.values_list("code", "id"))
    posts = loading.scope.people().filter(posts__unit__in=units).order_by("posts__since")
    theirs = dict(posts.values_list("number", "posts__unit__code"))
    cells = [
        targets.Cell(kpi, "month", month, sums[aim] * QUANTITY_SCALE, unit=teams[team], aim=aim)
        for (team, kpi, month), sums in of_teams(history, theirs).items()
        for aim in targets.AIMS
    ]
    targets.set_cells(by=loading.by, at=loading.at, cells=cells)


def _registers(loading: Loading, histories: list[History]) -> None:
    """Every register, one file of the group each."""
    for plural in PLURALS:
        loading.bring(plural, [row for one in histories for row in one.rows[plural]])


def _stock(loading: Loading, histories: list[History]) -> None:
    outlets = dict(loading.scope.outlets().values_list("code", "id"))
    for history in histories:
        for car in history.stock:
            vehicles.stock(
                by=loading.by,
                at=loading.at,
                outlet=outlets[history.outlet.code],
                on=car.on,
                vin=car.vin,
                model=car.model,
                cost=car.cost,
                colour=car.colour,
            )
