"""Reading the address of a page: numbers, words from a list, and what a list is asked for."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, QueryDict

from cheji.reads.asking import Asked, Page
from cheji.records.refusals import BadValue
from cheji.web.templatetags.parts import Page as Pager


def number(request: HttpRequest, name: str, usual: int) -> int:
    """A whole number of the query.

    Raises:
        BadValue: something else stands there.
    """
    text = request.GET.get(name, "")
    if not text:
        return usual
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadValue(field=name, value=text[:40], why="0–999999999")
    return int(text)


def version_seen(given: Mapping[str, str], name: str, usual: int) -> int:
    """The version that a form was shown with; `usual` where it names none that can be."""
    return posted(given, name, usual)


def posted(given: Mapping[str, str], name: str, usual: int = 0) -> int:
    """A whole number as it was posted; `usual` for anything else."""
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else usual


def ticked(given: QueryDict) -> set[int]:
    """The rows of a list whose boxes were ticked, by their numbers."""
    texts = given.getlist("select")
    return {int(one) for one in texts if one.isascii() and one.isdecimal() and len(one) < 10}


def pager_of(found: Page[Any]) -> Pager:
    """Where a list stands, for the foot of its table."""
    return Pager(found.page, found.pages, found.count, found.size)


def question(request: HttpRequest, filters: Iterable[str]) -> Asked:
    """Search, filters, sort and page of a list as its address has them."""
    query = request.GET
    return Asked(
        search=query.get("q", "").strip(),
        filters=tuple((name, query[name]) for name in filters if query.get(name)),
        sort=query.get("sort", ""),
        page=max(1, number(request, "page", 1)),
        size=number(request, "size", 50),
    )
