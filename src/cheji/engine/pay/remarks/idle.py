"""What is written and changes nothing, in findings."""

from collections.abc import Sequence

from cheji.engine.findings import Finding
from cheji.engine.pay.why import Said


def ignored_switch(
    word: Said, where: Said, place: str, on: Said = ("提成项", "component")
) -> Finding:
    """A switch that is written and changes nothing; `where` says what it goes with."""
    return Finding(
        "ignored_switch",
        place,
        f"“{word[0]}”在本项不起作用：{where[0]}",
        f"“{word[1]}” has no effect on this {on[1]}: {where[1]}",
        f"删去“{word[0]}”，或把本项改成适用它的种类或设置",
        f"Take “{word[1]}” away, or make the {on[1]} one that it goes with",
    )


def not_acted_on(zh: str, en: str, on: Said, place: str) -> Finding:
    """A component that a factor or gate names and that stands outside of both."""
    return Finding(
        "ignored_switch",
        place,
        f"{on[0]}对“{zh}”不起作用：专项奖励、冠军奖、扣罚和手工项在系数与门槛之外",
        f"The {on[1]} has no effect on “{en}”: spiffs, prizes, fines and typed lines stand outside"
        " factors and gates",
        f"不选“{zh}”；只选了它的，改选{on[0]}能影响的提成项，或删去这个{on[0]}",
        f"Do not choose “{en}”; where it is the only one, choose what the {on[1]} acts on, or take"
        f" the {on[1]} away",
    )


def never_held(zh: str, en: str, place: str, *, gains: bool) -> Finding:
    """A component that a holdback names; `gains` is one that is paid, but of no single deal."""
    where = "扣罚和手工项没有可扣的", "nothing is held of fines and typed lines"
    if gains:
        where = (
            "它不按单计发，没有哪一单的事件能释放它；到期发放的才暂扣",
            "it is paid of no single deal that could release it, so held only if paid at expiry",
        )
    return Finding(
        "ignored_switch",
        place,
        f"暂扣对“{zh}”不起作用：{where[0]}",
        f"The holdback has no effect on “{en}”: {where[1]}",
        f"不选“{zh}”；只选了它的，改选按单计发的提成项，或删去这个暂扣",
        f"Do not choose “{en}”; where it is the only one, choose what is paid by deal, or take the"
        " holdback away",
    )


def row_hidden(place: str) -> Finding:
    return Finding(
        "row_hidden",
        place,
        "前面已有适用于全部的行，本行永远用不到",
        "A row before it fits everything: this one is never used",
        "把条件更窄的行放在前面",
        "Put rows with narrower conditions first",
    )


def rows_of_total(place: str) -> Finding:
    return Finding(
        "rows_of_total",
        place,
        "按合计计发时没有单可对照表格行：这些行永远用不到",
        "What is paid on a total has no deal that a row could fit: these rows are never used",
        "删去表格行，或改为按单计发",
        "Take the rows away, or pay by deal",
    )


def row_without_rate(place: str) -> Finding:
    return Finding(
        "row_without_rate",
        place,
        "本行与提成项都没有档位",
        "Neither the row nor its component has bands",
        "写档位",
        "Write bands",
    )


def unknown_attribute(name: str, known: Sequence[str], place: str) -> Finding:
    allowed = "、".join(known), ", ".join(known)
    return Finding(
        "unknown_attribute",
        place,
        f"没有名为 {name} 的条件：写了它，一条也不会符合",
        f"Nothing is called {name}: nothing would ever fit this condition",
        f"可用：{allowed[0]}",
        f"Known: {allowed[1]}",
    )


def never_caught(place: str) -> Finding:
    return Finding(
        "never_caught",
        place,
        "打通只看较长周期的指标值或完成率，看其他数永远算不达到，不会补发",
        "A catch-up knows KPIs and attainments of the longer period alone: by another figure it is"
        " never reached, and returns nothing",
        "改看指标值或完成率",
        "Let it look at a KPI or an attainment",
    )
