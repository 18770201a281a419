"""Verbs of the appraisal cycle; who may do what when stands in `engine.scores.cycles`."""

from cheji.actions.appraisals.agreeing import Term, agree, propose
from cheji.actions.appraisals.appealing import Correction, appeal, decide, hear, take_late, withdraw
from cheji.actions.appraisals.applying import Answered, answer_outcome, apply
from cheji.actions.appraisals.developing import Improvement, end_development, plan_development
from cheji.actions.appraisals.evaluating import save_mark, submit
from cheji.actions.appraisals.ground import Done, NotYourPart, OwnAppraisal, WrongStep
from cheji.actions.appraisals.moving import advance, calibrate, place, remind, step_back
from cheji.actions.appraisals.opening import (
    leave_out,
    open_cycle,
    renew,
    set_absence,
    set_manager,
)
from cheji.actions.appraisals.planning import Plan
from cheji.actions.appraisals.publishing import publish
from cheji.actions.appraisals.reminding import remind_due
from cheji.actions.appraisals.talks import Said, log_talk, see_talk
from cheji.actions.appraisals.tasks import delegate, name_raters, reopen, skip
from cheji.actions.appraisals.violations import (
    answer_violation,
    decide_violation,
    hear_violation,
    report_violation,
)

__all__ = [
    "Answered",
    "Correction",
    "Done",
    "Improvement",
    "NotYourPart",
    "OwnAppraisal",
    "Plan",
    "Said",
    "Term",
    "WrongStep",
    "advance",
    "agree",
    "answer_outcome",
    "answer_violation",
    "appeal",
    "apply",
    "calibrate",
    "decide",
    "decide_violation",
    "delegate",
    "end_development",
    "hear",
    "hear_violation",
    "leave_out",
    "log_talk",
    "name_raters",
    "open_cycle",
    "place",
    "plan_development",
    "propose",
    "publish",
    "remind",
    "remind_due",
    "renew",
    "reopen",
    "report_violation",
    "save_mark",
    "see_talk",
    "set_absence",
    "set_manager",
    "skip",
    "step_back",
    "submit",
    "take_late",
    "withdraw",
]
