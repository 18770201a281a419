"""Every address with odd arguments, as everybody: no fault of ours, no row of others."""

import json
import logging
from itertools import product

import pytest
from django.urls import URLPattern

from beginnings import begun
from cast import ROLES
from cheji.records import models as m
from cheji.web.urls import urlpatterns
from reads.world import SEES, World, packed_world
from web.conftest import Faces

TEXTS = ("FAR_CONSULTANT", "%00", "a:b:c:d", "%F0%9F%98%80", "x" * 3000, "..%2F..%2Fetc", "%25")
ARGUMENTS = {
    "IntConverter": ("{far}", "0", "999999", "202613", "99999999999999999999999999"),
    "SlugConverter": ("void", "__proto__", "xlsx", "x" * 500, "0"),
    "UUIDConverter": ("00000000-0000-4000-8000-000000000000",),
    "StringConverter": TEXTS,
}
WORDS = (
    "%00", "-1", "1000000000000", "99999999999999999999999999", "abc", "__proto__", "x" * 3000,
    "%F0%9F%98%80", "%ED%A0%80", "%25", "'%22%3C", "0000-13", "2026-02-30", "9999-12-31",
    "0001-01-01", "1e9", "%EF%BC%91", "FAR_CONSULTANT", "S1",
)  # fmt: skip
NAMES = (
    "period", "page", "size", "sort", "q", "outlet", "person", "team", "unit", "year", "month",
    "grain", "since", "until", "kpi", "by", "against", "subject", "state", "on", "level",
    "key", "kind", "order", "model", "channel", "code", "role", "cancelled_since", "language",
    "older", "number", "stock", "cost", "colour", "read", "rows", "first", "measure", "working",
)  # fmt: skip
QUERIES = [
    *(f"{name}={word}" for name, word in product(NAMES, WORDS)),
    *(f"{name}=N1&{name}=S1&{name}=%00" for name in NAMES),
    "%00=%00", "=&=&&", "a" * 4000, "page=1&page=abc", "sort=-&sort=--", "outlet=S1&person=ZHANG",
]  # fmt: skip
PEOPLE = tuple(role for role in ROLES if role not in ("operator", "li", "wang"))
"""Everybody but who has the rights of another: three consultants would walk alike."""
WALKERS = ("zhang", "group_manager")
"""Who asks with all odd arguments; everybody else asks once for what is another's."""
SHORT = {"accept": "application/json"}
"""A refusal then comes as its sentence alone, without the frame that every page has."""


@pytest.fixture
def world(db):
    with begun(packed_world) as made:
        yield made


@pytest.fixture(autouse=True)
def _quiet():
    """Django tells of every 404."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    yield
    logging.disable(before)


def pieces(pattern: URLPattern) -> list[str]:
    """The fixed texts of a path and the kinds of its arguments, in order."""
    route, found = str(pattern.pattern), []
    for part in route.split("<"):
        name, closed, rest = part.partition(">")
        found += [f"<{name.rpartition(':')[2]}>", rest] if closed else [part]
    return found


def addresses(pattern: URLPattern, far: int) -> list[str]:
    """Its paths, each kind of argument in turn with all its odd values."""
    kinds = {
        f"<{name}>": ARGUMENTS[type(converter).__name__]
        for name, converter in pattern.pattern.converters.items()
    }
    most = max((len(values) for values in kinds.values()), default=1)
    found = []
    for turn in range(most):
        parts = [
            kinds[part][(turn + at) % len(kinds[part])] if part in kinds else part
            for at, part in enumerate(pieces(pattern))
        ]
        found.append("/" + "".join(parts).replace("{far}", str(far)))
    return found


def foreign(world: World, role: str) -> list[str]:
    """Names of customers, and whole phones, that no page may show to the role."""
    nouns, places, whose = SEES[role]
    open_ = {
        f"客户{place}{owner}"
        for place, owner, _ in world.made["customers"]
        if nouns and place in places and (whose is None or owner in whose)
    }
    names = set(m.Customer.objects.values_list("name", flat=True))
    return sorted({*(names - open_), "138000000"})


def said(answer) -> str:
    """Its text; files that come bit by bit are not looked into."""
    if answer.streaming:
        return ""
    if answer.headers.get("Content-Type") == "application/json":
        return json.dumps(answer.json(), ensure_ascii=False)
    return answer.content.decode(errors="ignore")


@pytest.mark.parametrize("role", PEOPLE)
def test_no_address_fails_or_tells_of_others(world, role):
    client = Faces(world.cast)[role]
    client.raise_request_exception = False
    hidden = foreign(world, role)
    far = m.Order.objects.filter(outlet=world.cast.far).latest("id").pk
    turn = PEOPLE.index(role)
    faults, leaks = [], []
    for pattern in urlpatterns:
        for path in addresses(pattern, far)[: None if role in WALKERS else 1]:
            turn += 7
            address = f"{path}?{QUERIES[turn * 31 % len(QUERIES)]}"
            answer = client.get(address, headers={} if role == "zhang" else SHORT)
            if answer.status_code >= 500:
                faults.append(address[:200])
            text = said(answer)
            leaks += [address[:200] for word in hidden if word in text]
    assert faults == []
    assert leaks == []


def test_no_form_fails_on_odd_fields(world):
    client = Faces(world.cast)["administrator"]
    client.raise_request_exception = False
    far = m.Order.objects.filter(outlet=world.cast.far).latest("id").pk
    faults = []
    for at, pattern in enumerate(urlpatterns):
        for turn, path in enumerate(addresses(pattern, far)):
            word = WORDS[(at + turn) % len(WORDS)]
            body = "&".join(f"{name}={word}" for name in {*NAMES, "run", "version", "reason"})
            kind = "application/x-www-form-urlencoded"
            answer = client.post(path, body, content_type=kind, headers=SHORT)
            if answer.status_code >= 500:
                faults.append(f"{path[:100]} {word[:40]}")
    assert faults == []
