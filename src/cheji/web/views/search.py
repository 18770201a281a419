"""One box for everything that the viewer may see."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.reads import search as reads
from cheji.reads.search import SHORTEST, Found
from cheji.web.navigation import address, record_url
from cheji.web.templatetags.parts import Empty
from cheji.web.viewers import viewer
from cheji.web.wording import NOUNS

ICONS = {
    "customer": "user",
    "prospect": "user-plus",
    "order": "clipboard-list",
    "vehicle": "car",
    "person": "users",
}
LISTS = {
    "customer": "customers",
    "prospect": "prospects",
    "order": "orders",
    "vehicle": "vehicles",
    "person": "people",
}


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Hits by noun; each opens its record, each noun its whole list."""
    text = request.GET.get("q", "").strip()
    found = reads.search(viewer(request), text)
    short = len(text) < SHORTEST
    context = {
        "search_query": text,
        "groups": [
            _group(noun, list(hits), text)
            for noun, hits in groupby(found, key=lambda hit: hit.noun)
        ],
        "empty": Empty(
            _("Type at least two characters") if short else _("Nothing found"),
            _(
                "Name or initials, the last four digits of a phone, a card or order number, "
                "the end of a VIN, a staff number."
            ),
        ),
    }
    return render(request, "search/search.html", context)


def _group(noun: str, hits: list[Found], text: str) -> dict[str, Any]:
    listed = address(LISTS[noun])
    return {
        "label": str(NOUNS[noun]),
        "icon": ICONS[noun],
        "hits": [(hit, _url(hit)) for hit in hits],
        "more": f"{listed}?q={text}" if listed and len(hits) >= reads.EACH else "",
    }


def _url(hit: Found) -> str:
    if hit.noun == "person":
        return reverse("person", args=[hit.detail])
    return record_url(hit.noun, hit.id)


urlpatterns = [path("search", search, name="search")]
