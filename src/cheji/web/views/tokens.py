"""Tokens of the API: one's own to make and revoke, and everybody's for who keeps accounts."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from cheji.actions import tokens as actions
from cheji.reads import tokens as reads
from cheji.reads.tokens import TokenSeen
from cheji.records.scopes import SCOPES
from cheji.web.forms import ActionForm, choice, words
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, named

LIVES: dict[str, Any] = {
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("A year"),
}


class TokenForm(ActionForm):
    """What the token is called, for what it is, and how long it lives."""

    segments = ("days",)
    wide = ("scopes",)
    name = words(gettext_lazy("What asks with it"), 80, required=True)
    days = choice(gettext_lazy("Lives for"), LIVES, initial="90")
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("For what"), widget=forms.CheckboxSelectMultiple
    )

    def set_up(self) -> None:
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(code, named(SCOPES[code])) for code in actions.allowed(self.who)]


@require_http_methods(["GET", "POST"])
@sensitive_variables("made")
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens, and the form that makes one; its secret is shown in the answer and never again.

    A token asks as its person, so nobody makes one for somebody else.
    """
    who = viewer(request)
    form = TokenForm(request.POST or None, who=who)
    made = None
    if request.method == "POST":
        made = form.submit(
            lambda given: actions.make(
                by=who,
                at=now(),
                name=given["name"],
                scopes=given["scopes"],
                expires_at=now() + timedelta(days=int(given["days"])),
            )
        )
    context = {
        "form": TokenForm(who=who) if made else form,
        "secret": made.secret if made else "",
        "lines": [_line(one) for one in reads.tokens(who)],
        "offered": bool(actions.allowed(who)),
    }
    return render(request, "tokens/tokens.html", context, status=200 if made else form.status)


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a token at once."""
    actions.revoke(by=viewer(request), at=now(), token=number)
    messages.success(request, _("The token is revoked; requests with it are refused from now on."))
    return redirect("tokens")


@dataclass(frozen=True)
class Line:
    """A token as its line shows it."""

    token: TokenSeen
    scopes: str
    state: str

    @property
    def live(self) -> bool:
        return self.state == "live"


def _line(token: TokenSeen) -> Line:
    names = [named(SCOPES[code]) for code in token.scopes if code in SCOPES]
    ended = "ended" if token.expires_at <= now() else "live"
    said = ("、" if chinese() else ", ").join(names)
    return Line(token, said, "revoked" if token.revoked_at else ended)


urlpatterns = [
    path("tokens", tokens, name="tokens"),
    path("tokens/<int:number>/revoke", revoke, name="token-revoke"),
]
