"""A rule that says no: the docstring is the message in English, `zh` the message in Chinese."""

from functools import partial
from typing import Any, ClassVar

from .registers import REGISTERS
from .right_words import RIGHTS
from .words import Words

#: How a message in Chinese calls the nouns that rules name.
NOUNS = {
    "KPI": "指标",
    "account": "账号",
    "appeal": "申诉",
    "appraisal": "考核表",
    "appraisal-task": "考核任务",
    "audit": "审计记录",
    "audit entry": "审计记录",
    "benchmark": "标杆数据",
    "coaching task": "辅导任务",
    "coaching-task": "辅导任务",
    "customer": "客户",
    "cycle": "考核周期",
    "definition": "定义",
    "deed": "操作",
    "delivery": "交车记录",
    "development": "改进事项",
    "dispute": "争议",
    "event": "放款事件",
    "exception": "待决事项",
    "exercise": "练习",
    "field": "自定义字段",
    "figure": "数值",
    "file": "文件",
    "funnel": "漏斗",
    "import": "导入批次",
    "lead": "线索",
    "limit": "红绿灯界限",
    "line": "手工项",
    "list": "列表",
    "manual line": "手工项",
    "mark": "评分",
    "measure": "基础量",
    "message": "消息",
    "model": "车型",
    "order": "订单",
    "outcome": "结果建议",
    "outlet": "门店",
    "paper": "打印件",
    "pay line": "提成明细",
    "pay plan": "提成方案",
    "pay statement": "提成单",
    "pay-settlement": "离职结算单",
    "pay-exception": "待决事项",
    "person": "人员",
    "post": "岗位",
    "prospect": "意向客户",
    "ranking": "排名规则",
    "record": "记录",
    "register": "台账",
    "robot": "群机器人",
    "run": "计算",
    "scheme": "考核方案",
    "score card": "得分卡",
    "settlement": "离职结算单",
    "sheet": "报表",
    "simulation": "提成试算",
    "spend": "广宣投放",
    "split": "分成",
    "talk": "面谈记录",
    "target": "目标",
    "target letter": "目标责任书",
    "target proposal": "目标提案",
    "task": "任务",
    "token": "接口令牌",
    "unit": "组织",
    "vehicle": "车辆",
    "violation": "违规记录",
    "visit": "来店记录",
    **{code: f"{register.zh}记录" for code, register in REGISTERS.items()},
}


class Unsaid(str):
    """A value that is left out of a sentence, however it would be written."""

    __slots__ = ()

    def __format__(self, _spec: str) -> str:
        return "…"


class Refused(Exception):  # noqa: N818  a rule's name reads as a sentence, not as an error type
    """This is not allowed."""

    zh: ClassVar[str] = "不允许此操作。"
    #: Whether somebody's attempt is kept in the audit log: it is one on what must not change.
    logged: ClassVar[bool] = False

    def __init__(self, **place: Any) -> None:
        """Keep the named values that the message templates show."""
        super().__init__()
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        """A refusal can be kept and come back with its place."""
        return partial(type(self), **self.place), ()

    @property
    def code(self) -> str:
        return type(self).__name__

    def say(self, language: str = "zh-hans") -> str:
        """The message in the given language; anything that does not start with `zh` is English."""
        chinese = language.startswith("zh")
        place = {
            name: value[0 if chinese else 1] if isinstance(value, Words) else value
            for name, value in self.place.items()
        }
        if not chinese:
            return " ".join((self.__doc__ or "").split()).format_map(place)
        noun = str(place.get("noun"))
        return self.zh.format_map({**place, "noun": NOUNS.get(noun, noun)})

    def outline(self) -> "Refused":
        """The same refusal without its values, which may be a person's; our own words stay."""
        found = type(self).__new__(type(self))
        place = {
            name: value if isinstance(value, Words) else Unsaid("…")
            for name, value in self.place.items()
        }
        found.__dict__ |= self.__dict__ | {"place": place}
        return found

    def __str__(self) -> str:
        return f"{self.say('en')} | {self.say()}"


class NotFound(Refused):
    """There is no {noun} “{key}” that you may see. Check the spelling, or ask for access."""

    logged = True
    zh = "没有您可以查看的{noun}“{key}”。请核对写法，或申请权限。"


class NotYours(Refused):
    """Your post does not allow “{verb}”. Ask an administrator for the right post."""

    logged = True
    zh = "您的岗位不能执行“{verb}”。请联系管理员调整岗位。"

    def __init__(self, verb: str | Words) -> None:
        super().__init__(verb=RIGHTS.get(verb, verb) if isinstance(verb, str) else verb)


class ChangedMeanwhile(Refused):
    """Somebody changed this {noun} after you opened it. Open it again and repeat your change."""

    zh = "您打开之后，这条{noun}已被他人修改。请重新打开后再改。"


class BadValue(Refused):
    """{field}: “{value}” is not valid: {why}."""

    zh = "{field}：“{value}”无效：{why}。"
