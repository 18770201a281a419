"""The inbox: messages that actions sent to the person signed in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import messages as actions
from cheji.reads import messages as reads
from cheji.reads.messages import MessageRow
from cheji.web.asked import question
from cheji.web.navigation import record_url
from cheji.web.templatetags.parts import Empty, Page, Tab
from cheji.web.verbs import verb_text
from cheji.web.viewers import now, viewer


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Newest first; unread ones stand out."""
    asked = question(request, ["read"])
    found = reads.inbox(viewer(request), asked)
    wanted = request.GET.get("read", "")
    context = {
        "rows": [_shown(row) for row in found.rows],
        "tabs": [
            Tab(_("All"), reverse("inbox"), not wanted),
            Tab(_("Unread"), f"{reverse('inbox')}?read=0", wanted == "0"),
        ],
        "page": Page(found.page, found.pages, found.count, found.size),
        "empty": Empty(
            _("No messages"),
            _("Hand-overs, finished imports and closed runs will be told here."),
            icon="bell",
        ),
    }
    return render(request, "inbox/inbox.html", context)


def _shown(row: MessageRow) -> dict[str, Any]:
    """A message with the record that it is about, if its body names one."""
    noun, record = str(row.body.get("noun", "")), row.body.get("id")
    text = str(row.body.get("text", ""))
    url = record_url(noun, record) if isinstance(record, int) else ""
    return {"row": row, "title": verb_text(row.kind), "text": text, "url": url}


@require_POST
def read(request: HttpRequest, message_id: int) -> HttpResponse:
    """Mark one's own message as read."""
    actions.mark_read(by=viewer(request), at=now(), message=message_id)
    return redirect("inbox")


urlpatterns = [
    path("inbox", inbox, name="inbox"),
    path("inbox/<int:message_id>/read", read, name="inbox-read"),
]
