"""The appraisal cycle as one table: its steps in order, and who may do what in which of them.

Screens, permission tests and documents read the same table as the verbs that obey it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: Who somebody is to an appraisal: the person appraised; who acts as his manager, a delegate
#: included; whose task is open; who marked him; who made what is to be decided; who is himself
#: appraised in the cycle.
PARTIES: Final = ("person", "manager", "owner", "rater", "maker", "appraised")
#: In whose name a task is done and a mark given.
PARTS: Final = ("self", "manager", "peer", "report", "customer")
#: Who marks in these parts is not named to the person.
NAMELESS: Final = PARTS[2:]

RUN: Final = "appraisals.run"
LEAD: Final = "appraisals.lead"
JOIN: Final = "appraisals.join"
CALIBRATE: Final = "appraisals.calibrate"
PUBLISH: Final = "appraisals.publish"
DECIDE: Final = "appraisals.decide"
APPLY: Final = "appraisals.apply"


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a cycle reaches.

    Attributes:
        right: what moves a cycle into it.
        optional: a cycle's settings may leave it out.
        passable: it is passed by when nothing is to be done in it.
        tasks: the parts that each appraisal has to do in it.
    """

    code: str
    zh: str
    en: str
    right: str = RUN
    optional: bool = False
    passable: bool = False
    tasks: tuple[str, ...] = ()


STEPS: Final = (
    Step("draft", "准备", "draft"),
    Step("agreeing", "签订合约", "agreeing", tasks=("self", "manager")),
    Step("running", "执行", "running"),
    Step("reviewing", "中期回顾", "mid-term review", optional=True, tasks=("self", "manager")),
    Step("self", "自评", "self-evaluation", optional=True, tasks=("self",)),
    Step("manager", "上级评分", "manager's evaluation", tasks=("manager",)),
    Step("peers", "多方评分", "evaluation by others", optional=True),
    Step("calibrating", "校准", "calibration", optional=True),
    Step("published", "公布与申诉期", "published, open to appeals", PUBLISH),
    Step("deciding", "申诉裁决", "deciding appeals", passable=True),
    Step("archived", "归档", "archived"),
    Step("applied", "应用", "applied", APPLY),
)
BY_CODE: Final = {step.code: step for step in STEPS}
ORDER: Final = tuple(BY_CODE)
OPTIONAL: Final = frozenset(step.code for step in STEPS if step.optional)
#: From here on results stand: nothing below them changes any more.
FINAL: Final = ORDER[ORDER.index("published") :]
BEFORE: Final = ORDER[: ORDER.index("published")]


@dataclass(frozen=True, slots=True)
class Duty:
    """One verb of the cycle.

    Attributes:
        right: what a post must allow.
        steps: in which the cycle must be; empty is any.
        who: parties of which the viewer must be one; empty asks for the right alone.
        never: parties that the viewer must not be, whatever his right.
    """

    verb: str
    zh: str
    en: str
    right: str
    steps: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


PLANNED: Final = ("agreeing", "reviewing")
MARKED: Final = ("self", "manager", "peers")
#: In which steps appeals are heard and decided: those taken in late come after the window.
APPEALED: Final = ("published", "deciding", "archived", "applied")
DUTIES: Final = (
    Duty("open_cycle", "开启周期", "open a cycle", RUN),
    Duty("advance", "推进", "move on", RUN, ORDER[:-1], never=("appraised",)),
    Duty("step_back", "退回一步", "step back", RUN, BEFORE[1:], never=("appraised",)),
    Duty("renew", "更新人员", "renew the people", RUN, BEFORE, never=("appraised",)),
    Duty("leave_out", "不参加考核", "leave out", RUN, BEFORE, never=("appraised", "person")),
    Duty("set_absence", "登记缺勤", "set days of absence", RUN, BEFORE, never=("appraised",)),
    Duty("set_manager", "指定上级", "name the manager", RUN, BEFORE, never=("person",)),
    Duty("propose", "拟定合约", "propose terms", LEAD, PLANNED, ("manager",), ("person",)),
    Duty("agree", "确认合约", "agree", JOIN, PLANNED, ("owner",)),
    Duty("save_mark", "评分", "mark", JOIN, MARKED, ("owner",)),
    Duty("submit", "提交评分", "submit marks", JOIN, MARKED, ("owner",)),
    Duty("delegate", "委托", "delegate", LEAD, BEFORE, ("manager",), ("person",)),
    Duty("skip", "跳过", "skip a task", RUN, BEFORE, never=("person",)),
    Duty("reopen", "重开", "open a task again", RUN, BEFORE, never=("person",)),
    Duty("name_raters", "指定评分人", "name raters", LEAD, BEFORE, ("manager",), ("person",)),
    Duty("calibrate", "校准", "calibrate", CALIBRATE, ("calibrating",), never=("appraised",)),
    Duty("place", "九宫格", "place in the nine-box", LEAD, (*MARKED, "calibrating"),
         ("manager",), ("person",)),
    Duty("publish", "公布", "publish", PUBLISH, BEFORE, never=("appraised", "maker")),
    Duty("appeal", "申诉", "appeal", JOIN, ("published", "deciding"), ("person",)),
    Duty("take_late", "受理逾期申诉", "take in a late appeal", RUN, APPEALED,
         never=("person", "manager", "rater")),
    Duty("withdraw", "撤回申诉", "withdraw an appeal", JOIN, APPEALED, ("person",)),
    Duty("hear", "听取申诉", "hear an appeal", DECIDE, APPEALED,
         never=("person", "manager", "rater")),
    Duty("decide", "裁决申诉", "decide an appeal", DECIDE, APPEALED,
         never=("person", "manager", "rater")),
    Duty("apply", "应用", "apply", APPLY, ("archived",), never=("appraised",)),
    Duty("answer_outcome", "答复建议", "answer a suggestion", RUN, ("applied",),
         never=("person",)),
)  # fmt: skip
BY_VERB: Final = {duty.verb: duty for duty in DUTIES}


def onward(state: str, left_out: Iterable[str] = ()) -> tuple[str, ...]:
    """The steps into which a cycle may move next; more than one where a step can be passed by."""
    without = OPTIONAL.intersection(left_out)
    found: list[str] = []
    for code in ORDER[ORDER.index(state) + 1 :]:
        if code in without:
            continue
        found.append(code)
        if not BY_CODE[code].passable:
            break
    return tuple(found)


def backward(state: str, left_out: Iterable[str] = ()) -> str:
    """The step before; empty at the beginning and once results are published."""
    if state in FINAL:
        return ""
    without = OPTIONAL.intersection(left_out)
    earlier = [code for code in ORDER[: ORDER.index(state)] if code not in without]
    return earlier[-1] if earlier else ""


def barred(duty: Duty, state: str, parties: Iterable[str]) -> str:
    """Why a duty may not be done: `step`, `own` (who he is), `other` (who he is not), or empty."""
    are = set(parties)
    if duty.steps and state not in duty.steps:
        return "step"
    if are.intersection(duty.never):
        return "own"
    return "other" if duty.who and not are.intersection(duty.who) else ""
