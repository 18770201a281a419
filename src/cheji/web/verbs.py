"""The verbs of the audit log in words, and which of their nouns are records with a page."""

from typing import Any

from django.utils.translation import pgettext_lazy

from cheji.engine.scores.cycles import DUTIES
from cheji.records.pay_states import STATES
from cheji.web.appraisal_notices import title

RECORDS = {
    "customers": "customer",
    "prospects": "prospect",
    "orders": "order",
    "deliveries": "delivery",
    "visits": "visit",
    "leads": "lead",
    "vehicles": "vehicle",
}
NOUNS_OF_VERBS: dict[str, Any] = {
    "calendars.seed": pgettext_lazy("audit", "Public holidays taken over"),
    "calendars.set_day": pgettext_lazy("audit", "Day of the calendar set"),
    "calendars.set_week": pgettext_lazy("audit", "Weekly rule set"),
    "people": pgettext_lazy("audit", "People and units"),
    "users": pgettext_lazy("audit", "Accounts"),
    "customers": pgettext_lazy("audit", "Customers"),
    "leads": pgettext_lazy("audit", "Leads"),
    "visits": pgettext_lazy("audit", "Visits"),
    "prospects": pgettext_lazy("audit", "Prospects"),
    "orders": pgettext_lazy("audit", "Orders"),
    "deliveries": pgettext_lazy("audit", "Deliveries"),
    "vehicles": pgettext_lazy("audit", "Stock"),
    "registers": pgettext_lazy("audit", "Registers"),
    "spend": pgettext_lazy("audit", "Advertising"),
    "targets": pgettext_lazy("audit", "Targets"),
    "calendars": pgettext_lazy("audit", "Working calendar"),
    "definitions": pgettext_lazy("audit", "Definitions"),
    "messages": pgettext_lazy("audit", "Messages"),
    "robots": pgettext_lazy("audit", "Group robots"),
    "runs": pgettext_lazy("audit", "Runs"),
    "imports": pgettext_lazy("audit", "Imports"),
}
VERBS: dict[str, Any] = {
    "calendars.seed": pgettext_lazy("audit", "Public holidays taken over"),
    "calendars.set_day": pgettext_lazy("audit", "Day of the calendar set"),
    "calendars.set_week": pgettext_lazy("audit", "Weekly rule set"),
    "customers.amend": pgettext_lazy("audit", "Customer amended"),
    "customers.reveal_phone": pgettext_lazy("audit", "Phone number revealed"),
    "definitions.decline": pgettext_lazy("audit", "Draft declined"),
    "definitions.draft": pgettext_lazy("audit", "Definition drafted"),
    "fields.define": pgettext_lazy("audit", "Field added"),
    "fields.amend": pgettext_lazy("audit", "Field changed"),
    "fields.fill": pgettext_lazy("audit", "Own fields filled in"),
    "definitions.draft_all": pgettext_lazy("audit", "Definitions drafted from a file"),
    "definitions.install": pgettext_lazy("audit", "Definitions installed"),
    "definitions.redraft": pgettext_lazy("audit", "Draft edited"),
    "definitions.withdraw": pgettext_lazy("audit", "Draft withdrawn"),
    "definitions.publish": pgettext_lazy("audit", "Definition published"),
    "deliveries.amend": pgettext_lazy("audit", "Delivery corrected"),
    "deliveries.deliver": pgettext_lazy("audit", "Vehicle delivered"),
    "deliveries.void": pgettext_lazy("audit", "Delivery taken back"),
    "imports.accept": pgettext_lazy("audit", "Import columns settled"),
    "imports.commit": pgettext_lazy("audit", "Import committed"),
    "imports.forget": pgettext_lazy("audit", "Upload dropped"),
    "imports.mend": pgettext_lazy("audit", "Import cells mended"),
    "imports.queue": pgettext_lazy("audit", "Import asked for"),
    "imports.start": pgettext_lazy("audit", "File uploaded"),
    "imports.undo": pgettext_lazy("audit", "Import undone"),
    "leads.receive": pgettext_lazy("audit", "Lead received"),
    "leads.settle": pgettext_lazy("audit", "Lead settled"),
    "orders.amend": pgettext_lazy("audit", "Order changed"),
    "orders.cancel": pgettext_lazy("audit", "Order cancelled"),
    "orders.correct": pgettext_lazy("audit", "Order corrected"),
    "orders.share_out": pgettext_lazy("audit", "Order shared out anew"),
    "orders.sign": pgettext_lazy("audit", "Order signed"),
    "people.appoint": pgettext_lazy("audit", "Post given"),
    "people.end_post": pgettext_lazy("audit", "Post ended"),
    "people.hire": pgettext_lazy("audit", "Person hired"),
    "people.leave": pgettext_lazy("audit", "Person left"),
    "people.move": pgettext_lazy("audit", "Person moved"),
    "people.open_unit": pgettext_lazy("audit", "Unit opened"),
    "people.rename_unit": pgettext_lazy("audit", "Unit changed"),
    "prospects.assign": pgettext_lazy("audit", "Prospect handed over"),
    "prospects.change_level": pgettext_lazy("audit", "Level changed"),
    "prospects.follow_up": pgettext_lazy("audit", "Prospect followed up"),
    "prospects.lose": pgettext_lazy("audit", "Prospect lost"),
    "prospects.open_card": pgettext_lazy("audit", "Prospect card opened"),
    "prospects.reactivate": pgettext_lazy("audit", "Prospect reactivated"),
    "registers.amend": pgettext_lazy("audit", "Register entry corrected"),
    "registers.enter": pgettext_lazy("audit", "Register entry made"),
    "registers.void": pgettext_lazy("audit", "Register entry taken back"),
    "messages.choose_mail": pgettext_lazy("audit", "E-mails chosen"),
    "robots.allow_private": pgettext_lazy("audit", "Scores and pay allowed to a group"),
    "robots.amend": pgettext_lazy("audit", "Group robot changed"),
    "robots.declare": pgettext_lazy("audit", "Group robot declared"),
    "robots.test": pgettext_lazy("audit", "Group robot tested"),
    "runs.close": pgettext_lazy("audit", "Run closed"),
    "runs.keep": pgettext_lazy("audit", "Run kept"),
    "spend.amend": pgettext_lazy("audit", "Advertising spend corrected"),
    "spend.enter": pgettext_lazy("audit", "Advertising spend entered"),
    "spend.void": pgettext_lazy("audit", "Advertising spend taken back"),
    "targets.accept": pgettext_lazy("audit", "Proposed target accepted"),
    "targets.decline": pgettext_lazy("audit", "Proposed target declined"),
    "targets.issue": pgettext_lazy("audit", "Target letter issued"),
    "targets.propose": pgettext_lazy("audit", "Target proposed"),
    "targets.set_limit": pgettext_lazy("audit", "Limit of warnings set"),
    "targets.sign": pgettext_lazy("audit", "Target letter signed"),
    "targets.warn": pgettext_lazy("audit", "Told who is behind"),
    "targets.withdraw": pgettext_lazy("audit", "Proposed target withdrawn"),
    "targets.lock": pgettext_lazy("audit", "Targets locked"),
    "targets.unlock": pgettext_lazy("audit", "Targets unlocked"),
    "targets.set_cells": pgettext_lazy("audit", "Targets set"),
    "users.close_account": pgettext_lazy("audit", "Account closed"),
    "users.open_account": pgettext_lazy("audit", "Account opened"),
    "users.reset_second_factor": pgettext_lazy("audit", "Second factor taken off"),
    "users.set_email": pgettext_lazy("audit", "E-mail address written"),
    "users.set_password": pgettext_lazy("audit", "Password set"),
    "vehicles.stock": pgettext_lazy("audit", "Vehicle taken into stock"),
    "visits.count_day": pgettext_lazy("audit", "Daily total entered"),
    "visits.leave": pgettext_lazy("audit", "Stay of a visit entered"),
    "visits.receive": pgettext_lazy("audit", "Visit received"),
    "visits.void": pgettext_lazy("audit", "Visit taken back"),
}
#: Verbs of the appraisal cycle are called as its table calls them.
VERBS |= {
    f"appraisals.{duty.verb}": title(f"考核：{duty.zh}", f"Appraisal: {duty.en}") for duty in DUTIES
} | {
    "developments.end": title("改进项结束", "Improvement ended"),
    "developments.plan": title("约定改进项", "Improvement agreed"),
    "talks.log": title("记录面谈", "Talk written down"),
    "talks.see": title("确认阅读面谈", "Talk read"),
    "violations.answer": title("当事人陈述", "Said about a violation"),
    "violations.decide": title("裁决违规", "Violation decided"),
    "violations.hear": title("听取当事人", "Person heard"),
    "violations.report": title("报告违规", "Violation reported"),
}
#: Verbs of a pay run are called as its states call them.
VERBS |= {
    f"pay.{state.verb}": title(f"提成计算：{state.zh}", f"Pay run: {state.en}") for state in STATES
} | {
    "pay.acknowledge": title("签收提成单", "Statement signed"),
    "pay.answer": title("答复争议", "Dispute answered"),
    "pay.approve_manual": title("批准手工项", "Typed line decided"),
    "pay.approve_settlement": title("批准离职结算单", "Settlement approved"),
    "pay.accrue": title("暂估计提", "Accrual worked out"),
    "pay.ask_batch": title("批量办理提成计算", "Step asked for of many pay runs"),
    "pay.ask_manual": title("申请手工项", "Typed line asked for"),
    "pay.decide": title("裁决争议", "Dispute decided"),
    "pay.decide_exception": title("处理待决事项", "Exception decided"),
    "pay.decide_split": title("批准分成", "Split decided"),
    "pay.dispute": title("提出争议", "Dispute raised"),
    "pay.hear": title("听取争议双方", "Dispute heard"),
    "pay.pay_settlement": title("离职结算单已支付", "Settlement paid"),
    "pay.release_event": title("登记释放事件", "Release event entered"),
    "pay.set_accounts": title("设置凭证科目", "Accounts for vouchers set"),
    "pay.settle_leaver": title("编制离职结算单", "Settlement drawn up"),
    "pay.share_deal": title("申请分成", "Split asked for"),
    "pay.void_event": title("撤销释放事件", "Release event taken back"),
    "pay.withdraw": title("撤回争议", "Dispute withdrawn"),
}
NOUNS_OF_VERBS["pay"] = title("提成", "Pay")
NOUNS_OF_VERBS |= {
    "appraisals": title("考核周期", "Appraisal cycles"),
    "developments": title("改进项", "Improvements"),
    "talks": title("面谈", "Talks"),
    "violations": title("违规", "Violations"),
}


def verb_text(verb: str) -> str:
    """A verb in words; one without words as its code."""
    return str(VERBS.get(verb, verb))
