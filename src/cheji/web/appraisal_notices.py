"""What messages of the appraisal cycle say: the title by kind, and the step that it is about."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import lazy

from cheji.engine.scores.cycles import BY_CODE
from cheji.web.wording import chinese

#: Kind → icon, Chinese, English.
TITLES: Final = {
    "appraisals.task": ("checklist", "考核有一项待您完成", "Something is to be done for a cycle"),
    "appraisals.reminder": ("alarm", "考核任务即将到期", "A task of the appraisal is due"),
    "appraisals.proposed": ("notes", "绩效合约待您确认", "Terms wait for you to agree"),
    "appraisals.agreed": ("check", "绩效合约已由一方确认", "One side agreed to the terms"),
    "appraisals.submitted": ("check", "自评已提交", "A self-evaluation is handed in"),
    "appraisals.delegated": ("user-share", "一项考核任务委托给您", "A task is delegated to you"),
    "appraisals.skipped": ("player-skip-forward", "一项考核任务已跳过", "A task was skipped"),
    "appraisals.reopened": ("arrow-back-up", "请修改已提交的评分", "Mend what you handed in"),
    "appraisals.rater": ("users", "请为同事评分", "You are asked to mark a colleague"),
    "appraisals.manager": ("user-check", "考核上级已变更", "The manager of an appraisal changed"),
    "appraisals.left_out": ("user-minus", "您不参加本周期考核", "You are left out of a cycle"),
    "appraisals.taken_in": ("user-plus", "您重新参加本周期考核", "You take part in a cycle again"),
    "appraisals.published": ("award", "考核结果已公布", "Your result is published"),
    "appraisals.appealed": ("message-report", "有一条申诉", "An appeal was made"),
    "appraisals.withdrawn": ("x", "申诉已撤回", "An appeal was taken back"),
    "appraisals.decided": ("gavel", "申诉已裁决", "An appeal is decided"),
    "appraisals.applied": ("award", "考核结果已应用", "Your result is applied"),
    "appraisals.closing": ("clock", "申诉期即将结束", "The window for appeals ends soon"),
    "appraisals.window_over": ("flag", "申诉期已结束，可继续", "Appeals are over, go on"),
    "appraisals.appeal_due": ("alarm", "一条申诉即将到裁决期限", "An appeal is to be decided now"),
    "violations.reported": ("alert-triangle", "有一条违规报告", "A violation is reported"),
    "violations.answered": ("message", "当事人已陈述", "Somebody spoke about a violation"),
    "violations.decided": ("gavel", "违规已认定", "A violation is decided"),
    "violations.dismissed": ("x", "违规报告已驳回", "A violation is dismissed"),
    "developments.planned": ("target", "新增一项改进项", "Something to improve is agreed"),
    "talks.logged": ("message", "一次面谈已记录", "A talk is written down"),
}  # fmt: skip


def said(zh: str, en: str) -> str:
    """The words in the reader's language, chosen when they are shown."""
    return str(zh if chinese() else en)


title = lazy(said, str)


def about(body: Mapping[str, Any]) -> str:
    """The cycle and its step, or the day of what is told."""
    step = BY_CODE.get(str(body.get("step", "")))
    words = (step.zh if chinese() else step.en) if step else str(body.get("on_date", ""))
    return " · ".join(part for part in (str(body.get("name", "")), words) if part)
