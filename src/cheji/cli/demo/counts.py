"""Advertising spend and targets of an outlet, and the targets of regions and the group."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from cheji.engine.targets import Child, split

from .calendar import SEASON, month_start
from .history import History, Rows
from .people import GROUP_CODE, specialist
from .words import MEDIA

A_VISIT = 300  # yuan of advertising for each visit, on average
STRETCH = Fraction(105, 100)
BASE, STRETCHED = 90, 110
"""Percent of the goal."""
AIMS = ("value", "base", "stretch")
OUTLET_KPIS = ("visits", "prospects_new", "orders", "deliveries")
PERSON_KPIS = ("orders", "deliveries")
TRADES = {"internet_sales": "lead_orders", "second_tier": "from_second_tier", "aftersales": "ro_n"}
"""What those beside the floor have targets for."""
REPAIRS = 30
"""Repair orders a month of an average outlet."""


def count(history: History) -> None:
    """Write the rows of the kinds `ad_spend` and `targets`."""
    for month in months(history.first, history.today):
        _spend(history, month)
    year = date(history.today.year - 1, 1, 1)
    average = _average(history)
    for month in months(year, date(history.today.year, 12, 1)):
        _targets(history, month, average)


def months(first: date, last: date) -> list[date]:
    """The first days of the months from `first` to `last`."""
    count_ = (last.year - first.year) * 12 + last.month - first.month
    return [month_start(last, back) for back in range(count_, -1, -1)]


def _spend(history: History, month: date) -> None:
    """Some entries a month; the maker pays a part of the fairs and the outdoor advertising."""
    budget = A_VISIT * 100 * history.outlet.size * history.outlet.spend * SEASON[month.month - 1]
    for medium in MEDIA:
        if history.happens(0.15):
            continue
        share = history.rng.uniform(0.1, 0.25)
        amount = int(budget * share) * 100
        on = month.replace(day=history.rng.randrange(1, 28))
        row = {
            "outlet_code": history.outlet.code,
            "number": history.number("A", on),
            "on_date": on,
            "channel": medium,
            "amount": amount,
            "subsidy": amount * history.rng.choice((30, 40, 50)) // 100 if "车展" in medium else 0,
        }
        if on <= history.today:
            history.rows["ad_spend"].append(row)


def _targets(history: History, month: date, average: dict[str, Fraction]) -> None:
    """Targets follow the season and what the outlet does on average; people share them out."""
    season = Fraction(str(SEASON[month.month - 1]))
    last = month_start(month, -1)
    there = [
        seller
        for seller in history.sellers
        if seller.since < last and (not seller.until or seller.until > month)
        if seller.moved != "out"
    ]
    for kpi in OUTLET_KPIS:
        goal = round(average[kpi] * season * STRETCH)
        _target(history, kpi, history.outlet.code, month, goal)
        if kpi in PERSON_KPIS and there:
            parts = split(goal, [Child(seller.number, 1) for seller in there]).parts
            for number, part in parts.items():
                _target(history, kpi, number, month, part)
    for role, kpi in TRADES.items():
        goal = max(1, round(average[kpi] * season * STRETCH))
        _target(history, kpi, specialist(history.outlet.code, role), month, goal)


def _average(history: History) -> dict[str, Fraction]:
    """What the outlet did a month, over all its months."""
    done = Counter(
        visits=sum(
            row["channel"] in ("walk_in", "online", "off_site") and row.get("first") is not False
            for row in history.rows["visits"]
            if "channel" in row
        ),
        prospects_new=sum(card.level != "C" for card in history.cards),
        orders=len(history.rows["orders"]) + len(history.again),
        deliveries=len(history.rows["deliveries"]),
        lead_orders=_from_leads(history),
        from_second_tier=sum(row["channel"] == "second_tier" for row in history.rows["orders"]),
    )
    days = (history.today - history.first).days + 1
    found = {kpi: Fraction(number * 30, days) for kpi, number in done.items()}
    return {**found, "ro_n": Fraction(round(REPAIRS * history.outlet.size))}


def _from_leads(history: History) -> int:
    """Orders of those whose lead internet sales called."""
    caller = specialist(history.outlet.code, "internet_sales")
    called = {row["phone"] for row in history.rows["leads"] if row["owner"] == caller}
    return sum(row.get("phone") in called for row in history.rows["orders"])


def _target(history: History, kpi: str, scope: str, month: date, goal: int) -> None:
    period = ("month", month.year * 100 + month.month)
    history.rows["targets"].append(
        {
            "kpi": kpi,
            "scope": scope,
            "period": period,
            "value": goal,
            "base": goal * BASE // 100,
            "stretch": -(-goal * STRETCHED // 100),
        }
    )


def of_teams(
    history: History, teams: Mapping[str, str]
) -> dict[tuple[str, str, int], Counter[str]]:
    """The aims of each team by KPI and month: those of its people added up.

    `teams` is by number the team in which somebody is now.
    """
    sums: dict[tuple[str, str, int], Counter[str]] = defaultdict(Counter)
    for row in history.rows["targets"]:
        if row["scope"] in teams:
            place = teams[row["scope"]], row["kpi"], row["period"][1]
            sums[place].update({aim: row[aim] for aim in AIMS})
    return sums


def above(histories: Sequence[History]) -> Rows:
    """The targets of regions and the group: those of their outlets added up, by month and year."""
    sums: Counter[tuple[str, str, tuple[str, int], str]] = Counter()
    for history in histories:
        outlet = history.outlet
        for row in history.rows["targets"]:
            if row["scope"] != outlet.code:
                continue
            month, year = row["period"], ("year", row["period"][1] // 100)
            places = [(outlet.code, year)]
            places += [(s, period) for s in (outlet.region, GROUP_CODE) for period in (month, year)]
            for scope, period in places:
                sums.update({(row["kpi"], scope, period, aim): row[aim] for aim in AIMS})
    rows: dict[tuple[object, ...], dict[str, object]] = {}
    for (kpi, scope, period, aim), goal in sums.items():
        named: dict[str, object] = {"kpi": kpi, "scope": scope, "period": period}
        rows.setdefault((kpi, scope, period), named)[aim] = goal
    return list(rows.values())
