"""What the entry screens share: the outlet that is written to, and the message afterwards."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from cheji.reads import people
from cheji.reads.seen import Where
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer


def outlet_given(request: HttpRequest, who: Viewer) -> Where:
    """The outlet of the address, or the viewer's first.

    Raises:
        NotFound: it is not his, or he has none.
    """
    wanted = request.GET.get("outlet", "")
    for where in people.outlets(who):
        if wanted in ("", where.code):
            return where
    raise NotFound(noun="outlet", key=wanted)


def outlet_links(who: Viewer, here: Where) -> list[tuple[str, str, bool]]:
    """The other outlets that could be written to: code, name, chosen; none for who has one."""
    found = people.outlets(who)
    return [(one.code, one.name, one.id == here.id) for one in found] if len(found) > 1 else []


def with_query(url: str, **parts: str | int | None) -> str:
    kept = {name: value for name, value in parts.items() if value not in ("", None)}
    return f"{url}?{urlencode(kept)}" if kept else url


def say_saved(
    request: HttpRequest, text: str, url: str, again: str, steps: Sequence[tuple[str, str]] = ()
) -> None:
    """A message with links to what was saved, to its next steps (address, words), to another."""
    links = format_html_join("", '<a href="{}">{}</a> · ', steps)
    words = format_html(
        '{} <span class="nowrap">{}<a href="{}">{}</a> · <a href="{}">{}</a></span>',
        text, links, url, _("Open it"), again, _("Enter another one"),
    )  # fmt: skip
    messages.success(request, words)
