"""凭证科目: into which accounts a unit's pay is booked, with the voucher that it makes."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from cheji.actions.pay import accounts as actions
from cheji.files.vouchers import Voucher, accrual, paid_run
from cheji.reads.pay import vouchers as reads
from cheji.reads.pay.vouchers import AccountsSeen
from cheji.records.booking import accounts_of
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.records.voucher_fields import COMPONENT, FIELDS
from cheji.web import runs
from cheji.web.asked import version_seen
from cheji.web.forms import ActionForm
from cheji.web.labels import sentence
from cheji.web.pay_run_words import overseer
from cheji.web.templatetags.parts import Table
from cheji.web.viewers import now
from cheji.web.views.pay_runs.vouchers import voucher_table
from cheji.web.wording import chinese, named

EACH: dict[str, Any] = {
    "": pgettext_lazy("voucher", "As above"),
    "no": pgettext_lazy("voucher", "One sum for the outlet"),
    "yes": pgettext_lazy("voucher", "Person by person"),
}


class AccountsForm(ActionForm):
    """What a unit says; an empty field takes over what stands in it as a hint."""

    def __init__(self, *args: Any, seen: AccountsSeen, **kwargs: Any) -> None:
        self.seen = seen
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        for field in FIELDS:
            self._offer(field.code, named(field), _("code and name") if field.account else "")
        for code, name in _components(self.who, self.seen):
            label = _("Expense account of “{name}”").format(name=name)
            self._offer(f"{COMPONENT}{code}", label, _("as the expense account"))
        own = self.seen.own.get("each_person", "")
        self.fields["each_person"] = forms.ChoiceField(
            label=self.fields["each_person"].label, choices=list(EACH.items()), required=False,
            initial=own, help_text=self.fields["each_person"].help_text,
        )  # fmt: skip

    def _offer(self, code: str, label: str, hint: str) -> None:
        text, source = self.seen.above.get(code, ("", ""))
        taken = _("From {unit}: {text}").format(unit=source, text=text) if source else ""
        attrs = {"placeholder": text or hint, "autocomplete": "off"}
        self.fields[code] = forms.CharField(
            label=label, required=False, max_length=130, initial=self.seen.own.get(code, ""),
            help_text=taken, widget=forms.TextInput(attrs=attrs),
        )  # fmt: skip


def _components(who: Viewer, seen: AccountsSeen) -> list[tuple[str, str]]:
    """What is paid there, and whatever else has an account: nothing said is lost by saving.

    Components of one name, as of a plan and the one before it, are told apart by their codes.
    """
    found = reads.components(who, seen.unit.id)
    names = {code: zh if chinese() else en for code, (zh, en) in found.items()}
    for field in (*seen.own, *seen.above):
        if field.startswith(COMPONENT):
            names.setdefault(code := field.removeprefix(COMPONENT), code)
    often = Counter(names.values())
    return [(code, f"{name} · {code}" if often[name] > 1 else name) for code, name in names.items()]


@require_http_methods(["GET", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """Look at them, try them on the latest closed run, save them."""
    who = overseer(request)
    units = reads.accounts_units(who)
    code = request.GET.get("unit", "") or units[0].code
    seen = reads.accounts(who, code)
    form = AccountsForm(request.POST or None, who=who, seen=seen)
    if request.method == "POST":
        if not seen.writes:
            raise NotFound(noun="unit", key=code)
        tries = "try" in request.POST
        if not tries and _saved(request, form, seen):
            told = _("Saved. Vouchers are written with these accounts from now on.")
            messages.success(request, told)
            return redirect(runs.address("pay-accounts", unit=code))
    preview, why = _preview(who, seen, form)
    context = {
        "name": _("Accounts for vouchers"),
        "form": form,
        "seen": seen,
        "units": [(one.code, one.name) for one in units],
        "version": seen.version,
        "back": runs.address("pay-vouchers"),
        "preview": preview,
        "why": why,
    }
    return render(request, "pay/runs/accounts.html", context, status=form.status)


def _saved(request: HttpRequest, form: AccountsForm, seen: AccountsSeen) -> object:
    version = version_seen(request.POST, "version", seen.version)

    def act(given: Mapping[str, str]) -> object:
        return actions.set_accounts(
            by=form.who, at=now(), unit=seen.unit.id, values=given, version=version
        )

    return form.submit(act)


def _preview(who: Any, seen: AccountsSeen, form: AccountsForm) -> tuple[Table | None, str]:
    """The voucher of the latest closed run with what is typed; why there is none."""
    latest = reads.latest_payout(who, seen.unit.id)
    if latest is None:
        return None, _("The voucher is shown here once a run of this unit is closed.")
    values = seen.whole
    if form.is_bound and form.is_valid():
        typed = {code: " ".join(text.split()) for code, text in form.cleaned_data.items()}
        above = {code: text for code, (text, _unit) in seen.above.items()}
        values = above | {code: text for code, text in typed.items() if text}
    try:
        made = accrual([(paid_run(latest), accounts_of(values))])
    except Refused as refusal:
        return None, sentence(refusal)
    if not made:
        return None, _("These runs come to nothing here: there is nothing to book.")
    return voucher_table(made[0]), _named(made[0])


def _named(voucher: Voucher) -> str:
    return f"{voucher.mark} · {voucher.on.isoformat()}"


urlpatterns = [path("pay/vouchers/accounts", accounts, name="pay-accounts")]
