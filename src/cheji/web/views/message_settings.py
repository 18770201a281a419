"""What a person wants by e-mail of each type of message; the inbox has all of them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from cheji.actions import messages as actions
from cheji.reads import robots as reads
from cheji.records.message_types import TYPES
from cheji.web.forms import ActionForm, choice
from cheji.web.templatetags.parts import Empty
from cheji.web.viewers import now, viewer
from cheji.web.views.robots import sendings_table
from cheji.web.wording import named

MAILS: dict[str, Any] = {
    "now": pgettext_lazy("e-mail", "At once"),
    "digest": pgettext_lazy("e-mail", "Once a day"),
    "off": pgettext_lazy("e-mail", "No"),
}


class MailForm(ActionForm):
    """One choice for each type."""

    segments = tuple(TYPES)

    def set_up(self) -> None:
        for seen in reads.mail_choices(self.who):
            label = named(TYPES[seen.type])
            self.fields[seen.type] = choice(label, MAILS, initial=seen.mail)


@require_http_methods(["GET", "POST"])
def message_settings(request: HttpRequest) -> HttpResponse:
    """The choices, the address they go to, and what became of the last e-mails."""
    who = viewer(request)
    form = MailForm(request.POST or None, who=who)
    done = None
    if request.method == "POST":
        done = form.submit(lambda given: actions.choose_mail(by=who, at=now(), wanted=given))
    if done is not None:
        messages.success(request, _("Your choices are kept."))
        return redirect("message-settings")
    empty = Empty(_("Nothing sent yet"), icon="bell")
    context = {
        "form": form,
        "address": reads.own_address(who),
        "serves": bool(settings.EMAIL_HOST),
        "table": sendings_table(reads.own_mails(who), _("Last e-mails"), empty),
        "may_declare": who.can("robots.write"),
    }
    return render(request, "inbox/settings.html", context, status=form.status)


urlpatterns = [path("inbox/settings", message_settings, name="message-settings")]
