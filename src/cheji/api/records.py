"""Customers, prospects, orders and visits: lists, one, entering and changing."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Schema

from cheji.actions import amending, customers, fields, orders, prospects, visits
from cheji.actions.deeds import NothingDiffers
from cheji.api import lists, shapes
from cheji.api.callers import at_outlet, caller, must_be_phone, now, once, person_at
from cheji.reads import fields as field_reads
from cheji.reads import orders as order_reads
from cheji.reads import prospects as card_reads
from cheji.reads import visits as visit_reads
from cheji.records.visibility import Viewer

router = Router()


class Customers(Schema):
    items: list[card_reads.CustomerRow]
    next: str | None


class Prospects(Schema):
    items: list[card_reads.ProspectRow]
    next: str | None


class Orders(Schema):
    items: list[order_reads.OrderRow]
    next: str | None


class Visits(Schema):
    items: list[visit_reads.VisitRow]
    next: str | None


def _of_customer(given: shapes.OfCustomer) -> dict[str, Any]:
    """What entries of a customer have in common, as actions take it."""
    must_be_phone(given.phone)
    names = ("on", "customer", "name", "phone", "model", "number", "note", "own", "customer_own")
    return {name: getattr(given, name) for name in names}


# -- customers ---------------------------------------------------------------------------------


@router.get("/customers", response=Customers, description=lists.about(card_reads.CUSTOMERS.filters))
def customer_list(request: HttpRequest) -> Any:
    return lists.listed(request, caller(request).may("customers:read"), card_reads.customers)


@router.get("/customers/{id}", response=card_reads.CustomerDetail)
def customer(request: HttpRequest, id: shapes.Id) -> Any:  # noqa: A002  the address's own word
    return lists.single(request, card_reads.customer(caller(request).may("customers:read"), id))


@router.post("/customers", response=shapes.Done)
def add_customer(request: HttpRequest, payload: shapes.NewCustomer) -> Any:
    by, where = at_outlet(caller(request).may("customers:write"), payload.outlet)
    must_be_phone(payload.phone)
    given = payload.dict(exclude={"outlet"})
    return once(request, lambda: customers.add(by=by, at=now(), outlet=where.id, **given))


@router.patch("/customers/{id}", response=shapes.Done)
def change_customer(request: HttpRequest, id: shapes.Id, payload: shapes.ChangedCustomer) -> Any:  # noqa: A002
    by = caller(request).may("customers:write")
    must_be_phone(payload.phone)
    row = card_reads.customer(by, id)
    done = customers.amend(
        by=by, at=now(), customer=id, version=payload.version, name=payload.name,
        phone=payload.phone, note=payload.note, own=payload.own,
    )  # fmt: skip
    return {"id": done.id, "number": row.row.number}


# -- prospects ---------------------------------------------------------------------------------


@router.get("/prospects", response=Prospects, description=lists.about(card_reads.PROSPECTS.filters))
def prospect_list(request: HttpRequest) -> Any:
    return lists.listed(request, caller(request).may("prospects:read"), card_reads.prospects)


@router.get("/prospects/{id}", response=card_reads.ProspectDetail)
def prospect(request: HttpRequest, id: shapes.Id) -> Any:  # noqa: A002
    return lists.single(request, card_reads.prospect(caller(request).may("prospects:read"), id))


@router.post("/prospects", response=shapes.Done)
def open_card(request: HttpRequest, payload: shapes.NewProspect) -> Any:
    by, where = at_outlet(caller(request).may("prospects:write"), payload.outlet)
    more = {
        "level": payload.level,
        "channel": payload.channel,
        "owner": person_at(by, payload.outlet, payload.owner),
        **_of_customer(payload),
    }
    return once(request, lambda: prospects.open_card(by=by, at=now(), outlet=where.id, **more))


@router.patch("/prospects/{id}", response=shapes.Done)
def change_card(request: HttpRequest, id: shapes.Id, payload: shapes.ChangedProspect) -> Any:  # noqa: A002
    by = caller(request).may("prospects:write")
    row = card_reads.prospect(by, id).row
    version = payload.version
    if payload.level is None and not payload.own:
        raise NothingDiffers
    with transaction.atomic():
        if payload.level is not None:
            on = payload.on or by.on
            prospects.change_level(
                by=by, at=now(), prospect=id, version=version, level=payload.level, on=on,
                note=payload.note,
            )  # fmt: skip
            version += 1
        if payload.own:
            _fill(by, "prospect", id, version, payload.own)
    return {"id": id, "number": row.number}


def _fill(by: Viewer, noun: str, record: int, version: int, own: dict[str, str]) -> None:
    fields.fill(by=by, at=now(), noun=noun, record=record, version=version, values=own)


# -- orders ------------------------------------------------------------------------------------


@router.get("/orders", response=Orders, description=lists.about(order_reads.ORDERS.filters))
def order_list(request: HttpRequest) -> Any:
    return lists.listed(request, caller(request).may("orders:read"), order_reads.orders)


@router.get("/orders/{id}", response=order_reads.OrderDetail)
def order(request: HttpRequest, id: shapes.Id) -> Any:  # noqa: A002
    return lists.single(request, order_reads.order(caller(request).may("orders:read"), id))


@router.post("/orders", response=shapes.Done)
def sign(request: HttpRequest, payload: shapes.NewOrder) -> Any:
    by, where = at_outlet(caller(request).may("orders:write"), payload.outlet)
    people = [(person_at(by, payload.outlet, one.person), one.part) for one in payload.shares]
    names = ("channel", "units", "promised_on", "deposit", "deposit_kind")
    more = {
        **_of_customer(payload),
        **{name: getattr(payload, name) for name in names},
        "lines": [orders.Line(**one.dict()) for one in payload.lines],
        "shares": tuple((who, part) for who, part in people if who is not None),
    }
    return once(request, lambda: orders.sign(by=by, at=now(), outlet=where.id, **more))


@router.patch("/orders/{id}", response=shapes.Done)
def change_order(request: HttpRequest, id: shapes.Id, payload: shapes.ChangedOrder) -> Any:  # noqa: A002
    """Of an order of which nothing is handed over, and of another by who may correct it."""
    by = caller(request).may("orders:write")
    row = order_reads.order(by, id).row
    told = payload.dict(exclude_unset=True)
    open_still = row.state == "signed" and not row.delivered
    done = (amending.amend if open_still else amending.correct)(
        by=by, at=now(), order=id, version=payload.version, reason=payload.reason,
        terms={name: told[name] for name in amending.TERMS if _is_told(told, name)},
        amounts=told.get("amounts", {}), own=payload.own,
    )  # fmt: skip
    return {"id": done.id, "number": done.number}


def _is_told(given: dict[str, Any], name: str) -> bool:
    """Whether a term is sent; only a promise can be taken back."""
    return name in given and (given[name] is not None or name == "promised_on")


# -- visits ------------------------------------------------------------------------------------


@router.get("/visits", response=Visits, description=lists.about(visit_reads.VISITS.filters))
def visit_list(request: HttpRequest) -> Any:
    return lists.listed(request, caller(request).may("visits:read"), visit_reads.visits)


@router.get("/visits/{id}", response=visit_reads.VisitRow)
def visit(request: HttpRequest, id: shapes.Id) -> Any:  # noqa: A002
    return lists.single(request, visit_reads.visit(caller(request).may("visits:read"), id))


@router.post("/visits", response=shapes.Done)
def receive(request: HttpRequest, payload: shapes.NewVisit) -> Any:
    by, where = at_outlet(caller(request).may("visits:write"), payload.outlet)
    more = {
        **_of_customer(payload),
        **{name: getattr(payload, name) for name in ("first", "purpose", "channel", "people")},
        "person": person_at(by, payload.outlet, payload.person),
    }
    return once(request, lambda: visits.receive(by=by, at=now(), outlet=where.id, **more))


@router.patch("/visits/{id}", response=shapes.Done)
def change_visit(request: HttpRequest, id: shapes.Id, payload: shapes.ChangedVisit) -> Any:  # noqa: A002
    by = caller(request).may("visits:write")
    row = visit_reads.visit(by, id)
    _fill(by, "visit", id, payload.version, payload.own)
    return {"id": id, "number": row.number}


@router.get("/fields", response=list[field_reads.FieldSeen])
def own_fields(request: HttpRequest) -> Any:
    """The house's own fields in use, as far as the caller may read them."""
    by = caller(request).viewer
    nouns = ("customer", "prospect", "order", "visit")
    return [one for noun in nouns for one in field_reads.readable(by, noun)]
