"""Importing ad spend, targets and daily totals."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from cheji.actions.target_locks import Locks
from cheji.actions.targets import GoalNotBetween, NoPartOfMonth, TargetIsAgreed, is_part
from cheji.engine.periods import key_text
from cheji.facts.said.totals import MEANINGS, MONEY
from cheji.records.models import AdSpend, DailyTotal, DefinitionVersion, Person, Target, Unit
from cheji.records.refusals import Refused

from .given import require
from .lookups import Lookups, Units, held
from .plan import Entry, Planned
from .simple import Key, Resolved, Simple

YUAN = "yuan"


def _bare(name: str) -> str:
    """A KPI's name without the unit in brackets behind it: 毛利(元) → 毛利."""
    return re.sub(r"\s*[(（][^()（）]*[)）]$", "", name)


def kpis_by_word() -> dict[str, tuple[str, str]]:
    """Code and unit of published KPIs by what a file may call them: code, name, alias."""
    kpis = DefinitionVersion.objects.filter(kind="kpi", state="published")
    exact: dict[str, tuple[str, str]] = {}
    loose: dict[str, tuple[str, str]] = {}
    for code, body in kpis.order_by("valid_from").values_list("code", "body"):
        kpi = code, body.get("unit") or ""
        names = [str(body[name]) for name in ("zh", "en") if body.get(name)]
        exact |= dict.fromkeys((code, *names), kpi)
        loose |= dict.fromkeys((*map(_bare, names), *(body.get("aliases") or ())), kpi)
    return loose | exact  # the whole name of one KPI goes before a short one of another


def stored(value: Fraction | int, unit: str, column: str = "value") -> int:
    """In fen for money, else in 1/10,000 of the KPI's unit.

    Raises:
        TooExact: it has more decimals than that.
    """
    scaled = Fraction(value) * (100 if unit == YUAN else 10_000)
    if scaled.denominator != 1:
        raise TooExact(value=value, column=column)
    return scaled.numerator


class UnknownKpi(Refused):
    """There is no KPI called “{kpi}”. Use its code or name from the KPI dictionary."""

    zh = "没有名为“{kpi}”的指标。请使用指标字典中的代码或名称。"


class UnknownScope(Refused):
    """“{scope}” is no unit's code or whole name and no staff number in your scope."""

    zh = "“{scope}”不是您权限内单位的代码或全名，也不是工号。"


class TooExact(Refused):
    """The value {value} has more than four decimals."""

    zh = "数值 {value} 的小数位超过四位。"


class ReserveOfUnit(Refused):
    """A reserve is kept back by a unit; “{scope}” is a person."""

    zh = "预留只能属于单位；“{scope}”是人员。"


class Spend(Simple):
    """One row per entry; without a number, date, medium and note identify it."""

    right = "spend.write"
    noun = facts = "spend"
    model = AdSpend
    required = ("on_date", "amount")
    columns = {"outlet_id": "", "number": ""}

    def resolve(self, entry: Entry, look: Lookups) -> Resolved:
        given = entry.values
        outlet = look.outlet(given["outlet_code"])
        on = look.happened(given.get("on_date"))
        if not given.get("number"):
            require(given, "on_date")
        number = given.get("number") or self._number(given)
        values = {
            "outlet_id": outlet.pk,
            "number": number,
            "on_date": on,
            "channel": given.get("channel") or "",
            "amount": given.get("amount"),
            "subsidy": given.get("subsidy") or 0,
            "note": given.get("note") or "",
        }
        return Resolved((outlet.pk, number), values)

    def _same(self, resolved: Resolved, record: Any) -> bool:
        return record.void or super()._same(resolved, record)  # taken back by hand: stays so

    def _number(self, given: Any) -> str:
        text = f"{given.get('channel') or ''}|{given.get('note') or ''}"
        return f"{given['on_date']:%Y%m%d}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    def existing(self, resolved: Sequence[Resolved]) -> dict[Key, Any]:
        rows = AdSpend.objects.filter(
            outlet__in={r.key[0] for r in resolved}, number__in={r.key[1] for r in resolved}
        )
        return {(row.outlet_id, row.number): row for row in held(rows)}


class Totals(Simple):
    """One row per outlet, day and, where kept, person."""

    noun = facts = "total"
    model = DailyTotal

    def resolve(self, entry: Entry, look: Lookups) -> Resolved:
        given = entry.values
        outlet = look.outlet(given["outlet_code"])
        on = look.happened(given["on_date"])
        person = look.person(outlet, given.get("person"))
        counts = {name: given[name] for name in (*MEANINGS, *MONEY) if given.get(name) is not None}
        values = {"outlet_id": outlet.pk, "on_date": on, "person_id": person, "counts": counts}
        return Resolved((outlet.pk, on, person), values)

    def _merged(self, entry: Entry, resolved: Resolved, record: Any) -> dict[str, Any]:
        kept = {name: n for name, n in record.counts.items() if name not in entry.values}
        return {**resolved.values, "counts": {**kept, **resolved.values["counts"]}}

    def existing(self, resolved: Sequence[Resolved]) -> dict[Key, Any]:
        rows = DailyTotal.objects.filter(
            outlet__in={r.key[0] for r in resolved}, on_date__in={r.key[1] for r in resolved}
        )
        return {(row.outlet_id, row.on_date, row.person_id): row for row in held(rows)}


class Targets(Simple):
    """One row per KPI, scope, model and period; what is signed for is not changed by a file.

    A new target needs its goal; of one that is there a row may say the base or the stretch alone.
    """

    noun = "target"
    model = Target
    required = ("value",)
    columns = dict.fromkeys(
        ("kpi", "unit_id", "person_id", "outlet_id", "model", "grain", "period", "within",
         "reserve"), "",
    )  # fmt: skip

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Any]:
        self._read(look)
        self.locks = Locks()
        return super().plan(entries, look)

    def _read(self, look: Lookups) -> None:
        self.kpis = kpis_by_word()
        units = look.scope.units_below().exclude(kind=Unit.Kind.TEAM)
        self.units = Units(units)
        self.people = self._people(look)

    def _people(self, look: Lookups) -> dict[str, tuple[int, int]]:
        """Staff number → (person, the outlet of his last post among the viewer's outlets)."""
        found, ours = {}, {unit.pk for unit in look.outlets}
        rows = Person.objects.filter(id__in=look.scope.people()).prefetch_related("posts__unit")
        for person in rows:
            for post in person.posts.all():
                unit = post.unit
                outlet = unit.parent_id if unit.kind == Unit.Kind.TEAM else unit.pk
                if unit.kind in (Unit.Kind.TEAM, Unit.Kind.OUTLET) and outlet in ours:
                    found[person.number] = (person.pk, outlet)
        return found

    def resolve(self, entry: Entry, look: Lookups) -> Resolved:  # noqa: ARG002
        given = entry.values
        if given["kpi"] not in self.kpis:
            raise UnknownKpi(kpi=given["kpi"], column="kpi")
        code, unit = self.kpis[given["kpi"]]
        grain, period = given["period"]
        whose = self._scope(given["scope"])
        if given.get("reserve") and whose["unit_id"] is None:
            raise ReserveOfUnit(scope=given["scope"], column="reserve")
        values = {
            "kpi": code,
            **whose,
            "model": given.get("model") or "",
            "grain": grain,
            "period": period,
            "within": _within(given),
            "reserve": bool(given.get("reserve")),
            "value": self._limit(given, "value", unit),
            "base": self._limit(given, "base", unit),
            "stretch": self._limit(given, "stretch", unit),
        }
        return Resolved(self._key(values), values)

    def _planned(self, entry: Entry, resolved: Resolved, record: Any) -> Planned:
        planned = super()._planned(entry, resolved, record)
        if planned.doing != "same":
            _, unit, _, outlet, _, grain, period, within, _ = resolved.key
            self.locks.refuse(unit or outlet, grain, period, within)
            _may_stand(resolved.values, record)
        return planned

    def _scope(self, scope: str) -> dict[str, int | None]:
        unit = self.units.find(scope)
        if unit is not None:
            return {"unit_id": unit.pk, "person_id": None, "outlet_id": None}
        if scope in self.people:
            person, outlet = self.people[scope]
            return {"unit_id": None, "person_id": person, "outlet_id": outlet}
        raise UnknownScope(scope=scope, column="scope")

    def _limit(self, given: Any, column: str, unit: str) -> int | None:
        value = given.get(column)
        return None if value is None else stored(value, unit, column)

    def _key(self, values: dict[str, Any]) -> Key:
        return tuple(values[name] for name in self.columns)

    def existing(self, resolved: Sequence[Resolved]) -> dict[Key, Any]:
        rows = Target.objects.filter(
            kpi__in={r.key[0] for r in resolved}, period__in={r.key[6] for r in resolved}
        )
        return {self._key(vars(row)): row for row in held(rows)}


def _within(given: Mapping[str, Any]) -> int:
    """The month of which a week is a part; 0 where the row names none."""
    if given.get("within") is None:
        return 0
    (grain, period), (_, within) = given["period"], given["within"]
    if not is_part(grain, period, within):
        told = {"period": key_text(grain, period), "within": key_text("month", within)}
        raise NoPartOfMonth(**told, column="within")
    return int(within)


def _may_stand(values: Mapping[str, Any], record: Any) -> None:
    """What rules refuse on a screen is refused in a file: an agreed target, a goal out of place."""
    period = key_text(values["grain"], values["period"])
    if record is not None and record.agreed_at is not None:
        raise TargetIsAgreed(period=period, column="value")
    goal, *limits = (values.get(n, getattr(record, n, None)) for n in ("value", "base", "stretch"))
    if None not in limits and not min(limits) <= goal <= max(limits):
        raise GoalNotBetween(period=period, column="value")
