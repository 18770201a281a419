"""Who the invented group is: regions, outlets, and the people who sell there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Literal

from cheji.engine.periods import period_of, preceding

from .calendar import month_start
from .words import BRAND, name

REGIONS = (
    ("HB", "华北区", "北京 BJ 13,天津 TJ 11,石家庄 SJ 9,太原 TY 8"),
    ("HD", "华东区", "上海 SH 13,杭州 HZ 12,南京 NJ 11,合肥 HF 9"),
    ("XN", "西南区", "成都 CD 12,重庆 CQ 11,昆明 KM 9,贵阳 GY 8"),
    ("HN", "华南区", "广州 GZ 13,深圳 SZ 12,佛山 FS 10,南宁 NN 8"),
    ("HZ", "华中区", "武汉 WH 11,长沙 CS 11,郑州 ZZ 10,南昌 NC 8"),
    ("XB", "西北区", "西安 XA 11,兰州 LZ 8,银川 YC 7,西宁 XI 7"),
)
"""Region code, name, and its cities with a code and a size: 10 is an average outlet."""
PLACES = ("中心店", "开发区店", "新城店")
TEAMS = ("销售一组", "销售二组", "销售三组")
SIZES = {"outlet": (1, 1, 1), "group": (3, 4, 1), "large": (6, 4, 3)}
"""Regions, cities of each, outlets of each city."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet, its size (1.0 is average) and its own strengths against an average outlet."""

    index: int
    code: str
    name: str
    city: str
    region: str
    region_name: str
    size: float
    documents: float = 1.0
    spend: float = 1.0


@dataclass(frozen=True, slots=True)
class Skill:
    """What sort of seller: each step against the average, so that a weak one can be seen."""

    documents: float = 1.0
    new: float = 1.0
    open: float = 1.0
    slow: float = 1.0
    extras: float = 1.0
    pull: float = 1.0


SKILLS = (
    Skill(1.12, 1.3, 1.25, 0.85, 1.3, 1.25),  # strong everywhere
    Skill(0.72, 1.05, 1.0, 1.0, 1.0, 1.0),  # does not ask for names and phones
    Skill(1.0, 0.62, 1.05, 1.0, 0.9, 1.0),  # loses new customers
    Skill(1.05, 1.05, 0.5, 1.0, 1.0, 1.0),  # forgets the open ones
    Skill(1.0, 1.0, 1.0, 1.9, 1.0, 1.0),  # signs, but delivers late
    Skill(1.0, 1.0, 1.1, 1.0, 0.45, 1.0),  # sells cars without extras
    Skill(1.05, 1.1, 1.05, 0.95, 1.1, 1.1),
    Skill(0.95, 0.95, 0.95, 1.05, 1.0, 0.9),
)
NEWCOMER = Skill(0.9, 0.75, 0.8, 1.1, 0.8, 0.75)


@dataclass(frozen=True, slots=True)
class Seller:
    """A consultant at one outlet for some time; who moves on has a second one elsewhere."""

    number: str
    name: str
    outlet: str
    team: str
    since: date
    until: date | None
    skill: Skill
    moved: Literal["", "in", "out"] = ""

    def there(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Group:
    """The whole group as it shall be; `staff` are rows of the import kind `people`."""

    outlets: tuple[Outlet, ...]
    sellers: dict[str, tuple[Seller, ...]]
    staff: tuple[dict[str, object], ...]

    def everyone(self) -> Iterator[Seller]:
        for sellers in self.sellers.values():
            yield from sellers


def group(size: str, first: date, today: date, seed: int) -> Group:
    """A group of one of the SIZES; the same seed and days give the same people."""
    outlets = tuple(_outlets(size))
    sellers = {o.code: _sellers(o, first, today, _dice(seed, o.code)) for o in outlets}
    sellers = _with_transfers(outlets, sellers, today)
    staff = _staff(outlets, first, _dice(seed, "staff"))
    return Group(outlets, {code: tuple(rows) for code, rows in sellers.items()}, tuple(staff))


def _dice(seed: int, whose: str) -> Random:
    return Random(f"{seed}|{whose}")  # noqa: S311  a story, no secret


def _outlets(size: str) -> Iterator[Outlet]:
    regions, cities, places = SIZES[size]
    index = 0
    for code, title, towns in REGIONS[:regions]:
        for city, short, scale in map(str.split, towns.split(",")[:cities]):
            for number, place in enumerate(PLACES[:places], start=1):
                documents = 0.86 if index % 12 == 5 else 1.0
                spend = 1.6 if index % 12 == 9 else 1.0
                yield Outlet(
                    index, f"{short}{number:02d}", f"{BRAND}{city}{place}", city, code, title,
                    int(scale) / 10, documents, spend,
                )  # fmt: skip
                index += 1


def _sellers(outlet: Outlet, first: date, today: date, rng: Random) -> list[Seller]:
    """About eight consultants in teams; one or two have left and were followed by newcomers."""
    heads = max(6, round(8 * outlet.size))
    span = (today - first).days
    leaving = set(rng.sample(range(1, heads), 2 if outlet.size > 1 else 1))
    found: list[Seller] = []
    for place in range(heads):
        since = first - timedelta(days=rng.randrange(60, 2000))
        skill = SKILLS[(place + outlet.index) % len(SKILLS)]
        until = None
        if place in leaving:
            some_day = first + timedelta(days=rng.randrange(span // 4, span * 9 // 10))
            if outlet.index == 0 and place == max(leaving):  # in the quarter that is appraised
                some_day = max(_second_month(today), first)
            until = _month_end(some_day, today)
            came = until + timedelta(days=rng.randrange(5, 30))
            if came < today:
                found.append(_seller(outlet, heads + place, came, None, NEWCOMER, rng))
        found.append(_seller(outlet, place, since, until, skill, rng))
    return sorted(found, key=lambda seller: seller.number)


def _second_month(today: date) -> date:
    """A day in the second month of the last whole quarter."""
    return preceding(period_of(today, "quarter")).start + timedelta(days=45)


def _month_end(on: date, today: date) -> date:
    """People leave and move at a month's end: on the next one's first day they are not there."""
    return min(month_start(on, -1), month_start(today))


def _seller(
    outlet: Outlet, place: int, since: date, until: date | None, skill: Skill, rng: Random
) -> Seller:
    team = TEAMS[place % max(1, round(outlet.size * 8 / 4))]
    number = f"{outlet.code}{place + 1:02d}"
    return Seller(number, name(rng), outlet.code, team, since, until, skill)


def _with_transfers(
    outlets: Sequence[Outlet], sellers: dict[str, list[Seller]], today: date
) -> dict[str, list[Seller]]:
    """In every fourth outlet somebody moved to the next outlet of the region."""
    for here, there in pairwise(outlets):
        if here.index % 4 or here.region != there.region:
            continue
        on = _month_end(today - timedelta(days=100 + here.index * 7), today)
        staying = [s for s in sellers[here.code] if s.until is None and s.since < on]
        old = staying[-2]
        sellers[here.code].remove(old)
        gone = replace(old, until=on, moved="out")
        sellers[here.code].append(gone)
        came = replace(old, outlet=there.code, team=TEAMS[0], since=on, moved="in")
        sellers[there.code].append(came)
    return sellers


def _staff(outlets: Sequence[Outlet], first: date, rng: Random) -> Iterator[dict[str, object]]:
    """Everybody who does not sell, as rows of the import kind `people`."""
    since = first - timedelta(days=400)

    def row(number: str, role: str, unit: str, team: str | None = None) -> dict[str, object]:
        post = {"number": number, "name": name(rng), "role": role, "unit_code": unit}
        return {**post, "team": team, "from": since}

    for role in ("group_manager", "finance", "hr", "auditor", "administrator"):
        yield row(f"G-{role.upper()}", role, GROUP_CODE)
    for region in dict.fromkeys(outlet.region for outlet in outlets):
        yield row(f"{region}-HEAD", "region_head", region)
    for outlet in outlets:
        for role in ("outlet_manager", "marketing", "care", "stock"):
            yield row(f"{outlet.code}-{role.upper()}", role, outlet.code)
        for place in range(max(1, round(outlet.size * 8 / 4))):
            yield row(f"{outlet.code}-L{place + 1}", "team_lead", outlet.code, TEAMS[place])
    for outlet in outlets:
        for role in SPECIALISTS:
            yield row(specialist(outlet.code, role), role, outlet.code)
    yield row("G-FINANCE2", "finance", GROUP_CODE)  # closes what the first one works out


SPECIALISTS = ("internet_sales", "second_tier", "aftersales")
"""Who stands at each outlet once, beside the floor."""


def specialist(outlet: str, role: str) -> str:
    """The staff number of the one who does this at an outlet."""
    return f"{outlet}-{role.upper()}"


GROUP_CODE = "DEMO"
