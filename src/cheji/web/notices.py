"""What messages say: a title, a sentence and the address of what they are about, by their kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from cheji.web import appraisal_notices
from cheji.web.navigation import address, record_url
from cheji.web.templatetags.figures import digits
from cheji.web.wording import chinese, month_text, period_text

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Notice:
    """Its title, an icon, the sentence of a body, and the address for a body and staff number."""

    title: Any
    icon: str
    text: Callable[[Body], str]
    url: Callable[[Body, str], str] = lambda body, _me: record_url(
        str(body.get("noun", "")), body.get("id")
    )


def _number(body: Body) -> str:
    return str(body.get("number", ""))


def _definition(body: Body) -> str:
    return str(body.get("zh" if chinese() else "en", ""))


def _declined(body: Body) -> str:
    return f"{_definition(body)} · {body.get('reason', '')}"


def _file(body: Body) -> str:
    return _("{file}: {create} added, {update} updated, {skipped} left out").format(
        file=body["file"],
        create=body["create"],
        update=body["update"],
        skipped=body["skipped"],
    )


def _fault(body: Body) -> str:
    fault = body.get("fault", {})
    return f"{body['file']} · {fault.get('zh' if chinese() else 'en', '')}"


def _batch_url(body: Body, _me: str) -> str:
    return reverse("import", args=[body["key"]])


def _month(body: Body) -> str:
    return f"{body['name']} · {month_text(body['period'])}"


def _run_url(name: str) -> Callable[[Body, str], str]:
    """A person's own page of the month."""
    return lambda body, me: (
        f"{address(name, me, body['period'])}?outlet={body['outlet']}" if me else ""
    )


def _year(body: Body) -> str:
    return _("Year {year}").format(year=body["year"])


def _targets_url(body: Body, _me: str) -> str:
    return f"{reverse('targets')}?year={body['year']}"


def _letter_url(body: Body, _me: str) -> str:
    return reverse("target-letter", args=[body["letter"]])


def _letter(body: Body) -> str:
    return f"{_year(body)} · {body['name']}" if body.get("name") else _year(body)


def _proposed(body: Body) -> str:
    return _("{unit}: {count} proposed").format(unit=body["unit"], count=body["count"])


def _decided(body: Body) -> str:
    when = period_text(body["grain"], body["period"])
    return " · ".join(part for part in (when, body.get("answer", "")) if part)


def _behind(body: Body) -> str:
    texts = {
        "time": _("{name}, {month}: {points} points behind time ({kpi})"),
        "use": _(
            "{name}, {month}: used up {points} points faster than time, less is better ({kpi})"
        ),
        "goal": _("{name}, {month}: {points} % of the goal off it ({kpi})"),
    }
    return texts[body.get("against", "time")].format(
        name=body["name"],
        month=period_text(body.get("grain", "month"), body["period"]),
        points=digits(Fraction(body["points"], 100), 2, trim=True),
        kpi=" ".join(filter(None, (_definition(body) or body["kpi"], body.get("model")))),
    )


def _behind_url(body: Body, _me: str) -> str:
    """The progress of whom it is about, in the period."""
    grain = body.get("grain", "month")
    parts = {name: body.get(name, "") for name in ("unit", "person")}
    parts |= {"by": "" if grain == "month" else grain, "period": body["period"]}
    return f"{reverse('target-progress')}?{urlencode({k: v for k, v in parts.items() if v})}"


def _task(body: Body) -> str:
    due = body.get("due_on")
    text = str(body["exercise"])
    return _("{text}, until {day}").format(text=text, day=due) if due else text


def _account(_body: Body) -> str:
    return _("If you did not ask for it, tell your administrator.")


def _account_url(_body: Body, _me: str) -> str:
    return address("account_change_password")


def _pay_url(body: Body, _me: str) -> str:
    if body.get("noun") == "dispute":
        return reverse("pay-case", args=[body["id"]])
    return f"{reverse('pay')}?{urlencode({'outlet': body['outlet'], 'period': body['period']})}"


PAY = {
    "pay.reviewed": (
        "check",
        "提成计算已复核，待批准",
        "A pay run waits for approval",
    ),
    "pay.approved": ("check", "提成计算已批准", "A pay run is approved"),
    "pay.sent_back": ("arrow-back-up", "提成计算被退回", "A pay run is sent back"),
    "pay.disputed": ("alert-triangle", "有一项提成争议", "A dispute about pay"),
    "pay.withdrawn": ("arrow-back-up", "提成争议已撤回", "A dispute about pay is withdrawn"),
    "pay.decided": ("check", "提成争议已裁决", "A dispute about pay is decided"),
}
NOTICES: dict[str, Notice] = {
    "imports.done": Notice(
        pgettext_lazy("message", "Import finished"), "file-import", _file, _batch_url
    ),
    "imports.failed": Notice(
        pgettext_lazy("message", "Import failed: nothing was written"),
        "alert-triangle",
        _fault,
        _batch_url,
    ),
    "definitions.waiting": Notice(
        pgettext_lazy("message", "A draft waits for a second person"), "edit", _definition
    ),
    "definitions.published": Notice(
        pgettext_lazy("message", "Your draft is published"), "check", _definition
    ),
    "definitions.declined": Notice(
        pgettext_lazy("message", "Your draft is declined"), "arrow-back-up", _declined
    ),
    "prospects.assigned": Notice(
        pgettext_lazy("message", "A prospect is handed to you"), "arrows-exchange", _number
    ),
    "orders.shared": Notice(
        pgettext_lazy("message", "An order is yours, or partly"), "arrows-exchange", _number
    ),
    "leads.received": Notice(
        pgettext_lazy("message", "A lead is handed to you"), "message", _number
    ),
    "runs.score": Notice(
        pgettext_lazy("message", "Your score card is ready"),
        "trophy",
        _month,
        _run_url("score-card"),
    ),
    "runs.pay": Notice(
        pgettext_lazy("message", "Your pay statement is ready"),
        "receipt-yuan",
        _month,
        _run_url("pay-statement"),
    ),
    "targets.set": Notice(
        pgettext_lazy("message", "Your targets changed"), "target-arrow", _year, _targets_url
    ),
    "targets.to_sign": Notice(
        pgettext_lazy("message", "A target letter waits for your signature"),
        "notes",
        _letter,
        _letter_url,
    ),
    "targets.signed": Notice(
        pgettext_lazy("message", "A target letter is signed"), "notes", _letter, _letter_url
    ),
    "targets.proposed": Notice(
        pgettext_lazy("message", "Targets are proposed to you"),
        "target-arrow",
        _proposed,
        lambda _body, _me: reverse("target-proposals"),
    ),
    "targets.accepted": Notice(
        pgettext_lazy("message", "Your proposed target is accepted"),
        "check",
        _decided,
        lambda _body, _me: reverse("target-proposals"),
    ),
    "targets.declined": Notice(
        pgettext_lazy("message", "Your proposed target is declined"),
        "arrow-back-up",
        _decided,
        lambda _body, _me: reverse("target-proposals"),
    ),
    "targets.behind": Notice(
        pgettext_lazy("message", "Behind the target"), "alert-triangle", _behind, _behind_url
    ),
    "coaching.assigned": Notice(
        pgettext_lazy("message", "A coaching task is given to you"), "target", _task
    ),
    "coaching.done": Notice(pgettext_lazy("message", "A coaching task is done"), "check", _task),
    "coaching.dropped": Notice(pgettext_lazy("message", "A coaching task is dropped"), "x", _task),
    "users.set_password": Notice(
        pgettext_lazy("message", "An administrator set you a new password"),
        "lock",
        _account,
        _account_url,
    ),
    "users.reset_second_factor": Notice(
        pgettext_lazy("message", "An administrator took your second factor off"),
        "shield-lock",
        _account,
        lambda _body, _me: address("mfa_index"),
    ),
    **{
        kind: Notice(appraisal_notices.title(zh, en), icon, _month, _pay_url)
        for kind, (icon, zh, en) in PAY.items()
    },
    **{
        kind: Notice(appraisal_notices.title(zh, en), icon, appraisal_notices.about)
        for kind, (icon, zh, en) in appraisal_notices.TITLES.items()
    },
}
