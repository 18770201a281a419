"""The inbox: messages that actions sent to the person signed in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import messages as actions
from cheji.reads import messages as reads
from cheji.reads import people
from cheji.reads.messages import MessageRow
from cheji.web.asked import question
from cheji.web.notices import NOTICES
from cheji.web.templatetags.parts import Empty, Page, Tab
from cheji.web.viewers import now, viewer


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Newest first; unread ones stand out."""
    asked = question(request, ["read"])
    who = viewer(request)
    found = reads.inbox(who, asked)
    wanted = request.GET.get("read", "")
    me = people.own_number(who)
    context = {
        "rows": [_shown(row, me) for row in found.rows],
        "unread": reads.unread(who),
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


def _shown(row: MessageRow, me: str) -> dict[str, Any]:
    """A message in words, with the address of what it is about."""
    notice = NOTICES[row.kind]
    return {
        "row": row,
        "title": notice.title,
        "icon": notice.icon,
        "text": notice.text(row.body),
        "url": notice.url(row.body, me),
    }


@require_POST
def read(request: HttpRequest, message_id: int) -> HttpResponse:
    """Mark one's own message as read, and with `open` go to what it is about."""
    who = viewer(request)
    row = reads.message(who, message_id)
    actions.mark_read(by=who, at=now(), message=message_id)
    url = NOTICES[row.kind].url(row.body, people.own_number(who)) if "open" in request.POST else ""
    return redirect(url or "inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of one's own messages as read."""
    count = actions.mark_all_read(by=viewer(request), at=now())
    said = ngettext("{count} message is read.", "{count} messages are read.", count)
    messages.success(request, said.format(count=count))
    return redirect("inbox")


urlpatterns = [
    path("inbox", inbox, name="inbox"),
    path("inbox/read", read_all, name="inbox-read-all"),
    path("inbox/<int:message_id>/read", read, name="inbox-read"),
]
