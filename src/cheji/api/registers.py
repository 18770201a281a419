"""Registers: which there are, entries of one, one entry, and writing one down."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from django.http import HttpRequest
from ninja import Router

from cheji.actions import registers as verbs
from cheji.actions.registers import About
from cheji.api import lists, shapes
from cheji.api.callers import at_outlet, caller, must_be_phone, now, once, person_at
from cheji.api.shapes import plain
from cheji.reads import registers
from cheji.records.refusals import BadValue, NotFound
from cheji.records.registers import REGISTERS, Field

router = Router()


@router.get("/registers", response=list[dict[str, Any]])
def register_list(request: HttpRequest) -> Any:
    """The registers that the caller sees."""
    seen = registers.seen(caller(request).may("registers:read"))
    return [{"code": one.code, "zh": one.zh, "en": one.en, "family": one.family} for one in seen]


@router.get("/registers/{code}", response=dict[str, Any])
def entries(request: HttpRequest, code: str) -> Any:
    """Entries by cursor; money in fen, numbers in 1/10,000."""
    viewer = caller(request).may("registers:read")
    kind = _register(code)
    found = lists.listed(request, viewer, lambda who, asked: registers.entries(who, kind, asked))
    return {"items": [plain(asdict(row)) for row in found["items"]], "next": found["next"]}


@router.get("/registers/{code}/{id}", response=dict[str, Any])
def entry(request: HttpRequest, code: str, id: shapes.Id) -> Any:  # noqa: A002
    viewer = caller(request).may("registers:read")
    found = registers.entry(viewer, _register(code), id)
    lists.counted(request, 1)
    return plain(asdict(found))


@router.post("/registers/{code}", response=shapes.Done)
def enter(request: HttpRequest, code: str, payload: shapes.NewEntry) -> Any:
    """Write down an entry."""
    kind = _register(code)
    by, where = at_outlet(caller(request).may("registers:write"), payload.outlet)
    must_be_phone(payload.phone)
    about = About(
        person=person_at(by, payload.outlet, payload.person),
        **{name: getattr(payload, name) for name in ("customer", "name", "phone", "model", "note")},
    )
    values = {name: _read(kind, name, value) for name, value in payload.values.items()}
    return once(request, lambda: verbs.enter(
        by=by, at=now(), register=kind, outlet=where.id, values=values, about=about,
        number=payload.number,
    ))  # fmt: skip


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


READ: Final[Mapping[str, tuple[type, Callable[[Any], Any]]]] = {
    "date": (str, date.fromisoformat),
    "moment": (str, _moment),
    "bool": (bool, bool),
    **dict.fromkeys(("text", "code", "choice"), (str, str)),
    **dict.fromkeys(("int", "minutes", "quantity", "number", "money"), (int, int)),
}
"""By a field's type, what it comes as, and how that is read."""


def _read(register: str, name: str, value: Any) -> Any:
    """A value as its field holds it.

    Raises:
        BadValue: the register has no such field, or the value is of another type.
    """
    known = REGISTERS[register].field
    if name not in known:
        raise BadValue(field=name, value="", why=", ".join(known))
    field: Field = known[name]
    kind, read = READ[field.type]
    if value is None or value == "":
        return None
    try:
        if type(value) is not kind:
            raise ValueError  # noqa: TRY301  a text for a number is as wrong as a wrong text
        return read(value)
    except ValueError:
        raise BadValue(field=name, value=str(value)[:40], why=field.type) from None


def _register(code: str) -> str:
    if code not in REGISTERS:
        raise NotFound(noun="register", key=code)
    return code
