"""From when a version may hold: periods begin whole, what is closed stays, nobody is paid twice."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from cheji.engine.periods import key_text, period_of
from cheji.records.models import DefinitionVersion
from cheji.records.pay_codes import plans_called
from cheji.records.plan_months import months_run
from cheji.records.refusals import Refused
from cheji.records.version_starts import closed_beyond, closing_day, published_from, start_of
from cheji.records.words import Words, all_of

from .deeds import Deed


class NotAPeriodStart(Refused):
    """A version starts at the start of a month; {on} is not one. Choose {start} or the next one."""

    zh = "新版本须从一个月度周期的首日起生效；{on} 不是首日。请选择 {start} 或下一周期首日。"


class InClosedPeriod(Refused):
    """{outlet} closed its {kind} run of {period}; a version that holds in it begins too early.

    Choose {start} or a later start.
    """

    zh = "{outlet} {period} 的{kind}计算已关账，其口径不再改变。生效日请选 {start} 或以后。"


class BeginsAlready(Refused):
    """“{name}” has a published version from {on} on. Decline this draft: it needs another day.

    A version that is published never changes; one that begins later takes its place.
    """

    zh = (
        "“{name}”自 {on} 起已有发布的版本，不能再发布一份。请退回本草稿，由作者改生效日或撤回；"
        "已发布的版本不变，要更正请从以后的周期起。"
    )


class MonthsAreRun(Refused):
    """{months}: pay is worked out already for {people} whom this plan is for (closed: {closed}).

    What is closed stays and is not offset: this plan pays those months besides, by runs of its
    own. Say that you know it (a tick; --knowingly), or let it begin later.
    """

    zh = (
        "{months}：本方案适用的 {people} 人的提成已经算过（已关账：{closed}）。已关账的保持原样，"
        "也不冲抵：本方案对这些月份另行计算、另行发放。请确认已知晓（勾选；--knowingly），"
        "或改为以后的生效月。"
    )


class PaidAlready(Refused):
    """{closed} is closed: its people were paid by {plans}, and this plan would pay them again.

    Let it begin after the last month that is closed.
    """

    zh = "{closed} 已关账，已按被替代的 {plans} 发放，再发即重复。请改为最后一个已关账月之后生效。"


def at_a_period_start(valid_from: date, outlet: int | None) -> None:
    """Refuse a day on which no month of the outlet begins."""
    start = period_of(valid_from, "month", closing_day(outlet)).start
    if start != valid_from:
        raise NotAPeriodStart(on=valid_from, start=start)


def after_what_is_closed(row: DefinitionVersion) -> None:
    """Refuse a version that would hold in a period of which a run is closed."""
    found = closed_beyond(start_of(row))
    if found is not None:
        raise InClosedPeriod(**asdict(found), field="valid_from")


def alone_from_its_day(row: DefinitionVersion) -> None:
    """Refuse a version where another one of it is published from the same day on."""
    if published_from(start_of(row)) is not None:
        raise BeginsAlready(name=name_of(row.body), on=row.valid_from, field="valid_from")


def known_months(doing: Deed, row: DefinitionVersion, *, knowing: bool) -> None:
    """Refuse a pay plan for months that have runs of its people, unless that is known."""
    if row.kind != "pay_plan":
        return
    found = months_run(row.body, row.valid_from, row.outlet_id)
    if found is None:
        return
    closed = months_said(found.closed) or "—"
    if found.closed and row.body.get("replaces"):
        raise PaidAlready(closed=closed, plans=_called(row.body["replaces"]), field="valid_from")
    if not knowing:
        months = months_said({*found.closed, *found.open})
        raise MonthsAreRun(months=months, people=found.people, closed=closed)
    doing.tell(knowing=True, closed=found.closed, open=found.open, people=found.people)


def name_of(body: Mapping[str, Any]) -> Words:
    """What a definition calls itself."""
    return Words(body.get("zh") or body["code"], body.get("en") or body["code"])


def months_said(keys: Iterable[int]) -> str:
    """Months as one types them, the oldest first: 2026-02, 2026-03."""
    return ", ".join(key_text("month", key) for key in sorted(keys))


def _called(codes: Iterable[str]) -> Words:
    called = plans_called(codes)
    return all_of(Words(*called.get(code, (code, code))) for code in codes)
