"""One dispute about pay: what was said and shown, the answer, the decision, what came of it."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cheji.actions import pay as verbs
from cheji.actions.pay.disputes import CLAIMS
from cheji.engine.definitions import Cap
from cheji.engine.money import FEN_PER_YUAN
from cheji.reads import pay as reads
from cheji.reads.pay import CaseDetail, CaseSeen
from cheji.reads.pay.case_details import EffectSeen
from cheji.records.collisions import RULES, WHOLE, WINDOW
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.web.asked import posted, version_seen
from cheji.web.forms import ActionForm, MoneyField, choice, lines
from cheji.web.labels import sentence
from cheji.web.navigation import record_url
from cheji.web.pay_case_words import CASES, DISPUTES, EFFECTS, HOW, clock
from cheji.web.records import entries
from cheji.web.runs import address
from cheji.web.templatetags import figures
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, listed, month_text, named


class DecisionForm(ActionForm):
    """How a dispute is decided, by which rule, what it gives to each, and why."""

    how = choice(gettext_lazy("Decision"), HOW, initial=None)
    rule = forms.ChoiceField(
        label=gettext_lazy("Rule for two claims"), required=False, widget=forms.RadioSelect
    )
    window = forms.IntegerField(
        label=gettext_lazy("A card lapses after (days)"),
        min_value=1,
        max_value=365,
        initial=WINDOW,
        required=False,
    )
    share = forms.DecimalField(
        label=gettext_lazy("Share of who claims it (%)"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
    )
    mine = MoneyField(label=gettext_lazy("Pay to who claims it (yuan)"), required=False)
    others = MoneyField(label=gettext_lazy("Pay to the other (yuan)"), required=False)
    decision = lines(pgettext_lazy("why", "Reason"), 2000, required=True)
    segments = ("how",)
    wide = ("rule", "decision")
    at = {"effects": "mine", "shares": "share", "fen": "mine"}

    def __init__(self, *args: Any, found: CaseDetail, **kwargs: Any) -> None:
        self.found = found
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        """Offer rules where two claim one order, with what each would say today."""
        seen = self.found.seen
        if not self.found.rules:
            for name in ("rule", "window", "share"):
                del self.fields[name]
        else:
            rule = self.fields["rule"]
            assert isinstance(rule, forms.ChoiceField)
            rule.choices = [("", _("No rule: by amounts alone"))] + [
                (one.code, _rule_text(one)) for one in self.found.rules
            ]
        if seen.against is None:
            del self.fields["others"]
        else:
            self.fields["others"].label = _amount_of(seen.against.name)
        self.fields["mine"].label = _amount_of(seen.person.name if seen.person else "")

    def clean(self) -> dict[str, Any]:
        """A share needs the rule that takes it; who is given right is given something."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        rule = given.get("rule") or ""
        if given.get("share") is not None and rule != "custom":
            self.add_error("share", _("A share counts under the rule “Shares of their own” alone."))
        paid = rule or given.get("mine") or given.get("others")
        if given.get("how") in ("upheld", "partly") and self.found.seen.kind in CLAIMS and not paid:
            self.add_error("mine", _("Say by a rule or an amount what follows from it."))
        return given

    def ruling(self, given: Mapping[str, Any]) -> verbs.Ruling:
        """What follows, as it was filled in."""
        seen = self.found.seen
        sides = [(seen.person, given.get("mine")), (seen.against, given.get("others"))]
        effects = [verbs.Effect(one.id, fen) for one, fen in sides if one is not None and fen]
        return verbs.Ruling(
            rule=given.get("rule") or "",
            window=given.get("window") or WINDOW,
            shares=self._shares(given.get("share")),
            effects=tuple(effects),
        )

    def _shares(self, percent: Any) -> dict[int, int] | None:
        seen = self.found.seen
        if percent is None or seen.person is None or seen.against is None:
            return None
        own = int(Fraction(percent) * WHOLE / 100)
        return {seen.person.id: own, seen.against.id: WHOLE - own}


def _amount_of(name: str) -> str:
    return _("Pay to {name} (yuan, below zero takes it back)").format(name=name)


def _rule_text(rule: reads.RuleSeen) -> str:
    told = listed(f"{one.name} {_percent(share)}" for one, share in rule.shares)
    return _("{rule}: {shares}").format(rule=named(rule), shares=told) if told else named(rule)


def _percent(share: int) -> str:
    return figures.figure(Fraction(share, WHOLE), "percent", 0)


class AnswerForm(ActionForm):
    """What the other side says."""

    text = lines(gettext_lazy("Your side of it"), 2000, required=True)
    wide = ("text",)


@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, number: int) -> HttpResponse:
    """A dispute with both sides' evidence; who is a third decides it."""
    who = viewer(request)
    found = reads.case(who, number)
    seen = found.seen
    form = DecisionForm(_posted(request, "decide"), who=who, found=found)
    said = AnswerForm(_posted(request, "answer"), who=who)
    if said.is_bound and said.submit(lambda given: _answer(request, who, seen, given)) is not None:
        messages.success(request, _("Your side is noted."))
        return redirect("pay-case", number)
    if form.is_bound and form.submit(lambda g: _decide(request, who, seen, form, g)) is not None:
        both = seen.against is not None
        told = _("Decided. Both sides are told.") if both else _("Decided. Who raised it is told.")
        messages.success(request, told)
        return redirect("pay-case", number)
    label, tone = CASES[seen.state]
    text, ticking = clock(seen)
    context = {
        "name": str(DISPUTES[seen.kind]),
        "case": seen,
        "detail": found,
        "state": (str(label), tone),
        "clock": (text, ticking),
        "month": month_text(seen.period),
        "statement": _statement(who, seen),
        "order": _order(found),
        "component": found.component[not chinese()] if found.component else "",
        "relative": _relative(found),
        "sides": [(person, entries(events)) for person, events in found.sides],
        "effects": [_effect(one) for one in found.effects],
        "caps": [_cap(cap) for cap in found.caps],
        "form": form,
        "answer": said,
        "may": _may(who, seen),
        "rule": _rule(seen),
    }
    return render(request, "pay/case.html", context, status=max(form.status, said.status))


def _posted(request: HttpRequest, button: str) -> QueryDict | None:
    """What was typed, where this button was pressed."""
    return request.POST if button in request.POST else None


def _may(who: Viewer, seen: CaseSeen) -> dict[str, bool]:
    """What this viewer does with it now."""
    third = seen.open and who.can("pay.decide") and not seen.barred
    return {
        "hear": third and seen.state == "open",
        "decide": third,
        "answer": seen.open
        and not seen.answer
        and seen.against is not None
        and seen.against.id == who.person,
        "withdraw": seen.open and seen.person is not None and seen.person.id == who.person,
        "barred": seen.open and who.can("pay.decide") and seen.barred,
    }


def _statement(who: Viewer, seen: CaseSeen) -> str:
    """The statement that it is about, for who may see it."""
    own = seen.person is not None and seen.person.id == who.person
    if seen.person is None or (seen.against is not None and seen.against.id == who.person):
        return ""
    if not own and not who.sees("pay_runs"):
        return ""
    if seen.line is not None:
        return reverse("pay-line", args=[seen.line])
    return address("pay-statement", seen.person.number, seen.period, outlet=seen.outlet.code)


def _order(found: CaseDetail) -> tuple[str, str]:
    if found.order is None:
        return "", ""
    url = record_url("order", found.order.id) if found.order.id else ""
    return found.order.full, url


def _relative(found: CaseDetail) -> tuple[str] | None:
    """Where to find the relative of the buyer; an empty address where that is not to be opened."""
    if found.relative is None:
        return None
    return (record_url("customer", found.relative.id) if found.relative.id else "",)


def _effect(one: EffectSeen) -> dict[str, Any]:
    label, tone = EFFECTS[one.state]
    return {
        "effect": one,
        "text": _effect_text(one),
        "caps": [_cap(cap) for cap in one.caps],
        "state": (str(label), tone),
        "may": one.state == "asked" and not one.barred,
    }


def _effect_text(one: EffectSeen) -> str:
    if one.kind == "split":
        told = " · ".join(f"{person.name} {_percent(share)}" for person, share in one.shares)
        return _("The order's pay is split: {parts}").format(parts=told)
    name = one.person.name if one.person else ""
    return _("{name}: {amount} in the next open run").format(
        name=name, amount=figures.money(one.fen)
    )


def _cap(cap: Cap) -> str:
    """What becomes of an amount that the month's cap has no room for."""
    beyond = {
        "forfeit": _("The month’s cap “{cap}” of {amount} applies: what is above it is forfeited."),
        "carry": _("The month’s cap “{cap}” of {amount} applies: what is above it is carried on."),
    }
    amount = figures.money(cap.amount * FEN_PER_YUAN)
    return beyond[cap.beyond].format(cap=named(cap), amount=amount)


def _rule(seen: CaseSeen) -> str:
    """The rule by which it was decided."""
    at = 1 if chinese() else 2
    return next((rule[at] for rule in RULES if rule[0] == seen.rule), "")


def _answer(
    request: HttpRequest, who: Viewer, seen: CaseSeen, given: Mapping[str, Any]
) -> verbs.Done:
    version = version_seen(request.POST, "version", seen.version)
    return verbs.answer(by=who, at=now(), dispute=seen.id, text=given["text"], version=version)


def _decide(
    request: HttpRequest,
    who: Viewer,
    seen: CaseSeen,
    form: DecisionForm,
    given: Mapping[str, Any],
) -> verbs.Done:
    return verbs.decide(
        by=who,
        at=now(),
        dispute=seen.id,
        how=given["how"],
        decision=given["decision"],
        ruling=None if given["how"] == "rejected" else form.ruling(given),
        version=version_seen(request.POST, "version", seen.version),
    )


# -- what is done to it ------------------------------------------------------------------------


@require_POST
def deed(request: HttpRequest, number: int, deed: str) -> HttpResponse:
    """Hear both sides, take one's own dispute back, approve or decline what a decision asks for."""
    who = viewer(request)
    found = reads.case(who, number)
    if deed not in DEEDS:
        raise NotFound(noun="deed", key=deed)
    do, done = DEEDS[deed]
    try:
        do(request, who, found)
    except Refused as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, str(done))
    return redirect("pay-case", number)


def _hear(request: HttpRequest, who: Viewer, found: CaseDetail) -> object:
    seen = found.seen
    version = version_seen(request.POST, "version", seen.version)
    return verbs.hear(by=who, at=now(), dispute=seen.id, version=version)


def _withdraw(request: HttpRequest, who: Viewer, found: CaseDetail) -> object:
    seen = found.seen
    version = version_seen(request.POST, "version", seen.version)
    return verbs.withdraw(by=who, at=now(), dispute=seen.id, version=version)


def _settle(request: HttpRequest, who: Viewer, found: CaseDetail, *, approve: bool) -> object:
    """Approve or decline one effect of the case, a typed line or a split, as it was shown."""
    given, at = request.POST, now()
    kind, effect, version = given.get("kind"), posted(given, "effect"), posted(given, "version")
    if (kind, effect) not in [(one.kind, one.id) for one in found.effects]:
        raise NotFound(noun="manual line", key=effect)
    if kind == "split":
        return verbs.decide_split(by=who, at=at, split=effect, approve=approve, version=version)
    return verbs.approve_manual(
        by=who, at=at, line=effect, approve=approve, decision=given.get("decision", ""),
        version=version,
    )  # fmt: skip


def _approve(request: HttpRequest, who: Viewer, found: CaseDetail) -> object:
    return _settle(request, who, found, approve=True)


def _decline(request: HttpRequest, who: Viewer, found: CaseDetail) -> object:
    return _settle(request, who, found, approve=False)


Deed = Callable[[HttpRequest, Viewer, CaseDetail], object]
DEEDS: dict[str, tuple[Deed, Any]] = {
    "hear": (_hear, gettext_lazy("Noted as heard.")),
    "withdraw": (_withdraw, gettext_lazy("Taken back.")),
    "approve": (_approve, gettext_lazy("Approved: it counts in the next run that is worked out.")),
    "decline": (_decline, gettext_lazy("Declined.")),
}

urlpatterns = [
    path("pay/cases/<int:number>", case, name="pay-case"),
    path("pay/cases/<int:number>/<slug:deed>", deed, name="pay-case-deed"),
]
