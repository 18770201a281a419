"""Lists by cursor: filters and search as on screens, the rows in the order of their ids."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from django.http import HttpRequest

from cheji.actions import tokens
from cheji.api import callers
from cheji.reads.asking import DIGITS, Asked, Page
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer

T = TypeVar("T")
OURS: Final = ("after", "size", "q")
MOST: Final = 200


def listed(
    request: HttpRequest, viewer: Viewer, find: Callable[[Viewer, Asked], Page[T]]
) -> dict[str, Any]:
    """A page, and the cursor with which the next one is asked for; null at the end."""
    query = request.GET
    size = min(_number(query.get("size", ""), "size") or MOST // 2, MOST)
    filters = tuple((name, str(value)) for name, value in query.items() if name not in OURS)
    after = _number(query.get("after", ""), "after")
    asked = Asked(query.get("q", ""), filters, size=size, after=after)
    rows = find(viewer, asked).rows
    counted(request, len(rows))
    last: Any = rows[-1] if len(rows) == size else None
    return {"items": rows, "next": str(last.id) if last else None}


def counted(request: HttpRequest, rows: int) -> None:
    """Count rows of records that leave by the request's token."""
    found = callers.caller(request)
    noun = request.path.removeprefix("/api/v1/").split("/")[0]
    tokens.take(by=found.viewer, token=found.token, at=callers.now(), noun=noun, rows=rows)


def single(request: HttpRequest, record: T) -> T:
    """One record, counted."""
    counted(request, 1)
    return record


def about(filters: Mapping[str, object]) -> str:
    """What the document says of a list's parameters."""
    return (
        "Parameters: `after` (the `next` of the page before), `size` (at most 200), `q` (search), "
        f"`own_…` (own fields), {', '.join(f'`{name}`' for name in sorted(filters))}."
    )


def _number(text: str, name: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal()) or len(text) > DIGITS:
        raise BadValue(field=name, value=text[:40], why="0…")
    return int(text)
