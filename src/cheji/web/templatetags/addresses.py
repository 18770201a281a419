"""Addresses that keep the filters of the page: state lives in the URL."""

from django.http import HttpRequest, QueryDict


def kept(request: HttpRequest | None, **changes: str | int | None) -> str:
    """The query of this page with changes; None drops a parameter. Always begins with "?"."""
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode()


def without(request: HttpRequest | None, param: str, drop: str = "") -> str:
    """The query without a filter, or without one of its several values; the page starts over."""
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    query.pop("page", None)
    rest = [value for value in query.getlist(param) if drop and value != drop]
    query.pop(param, None)
    if rest:
        query.setlist(param, rest)
    return "?" + query.urlencode()


def others(request: HttpRequest | None, *own: str) -> list[tuple[str, str]]:
    """All parameters but a form's own and the page: its hidden fields."""
    if request is None:
        return []
    lists = request.GET.lists()
    return [(n, v) for n, values in lists if n not in (*own, "page") for v in values]
