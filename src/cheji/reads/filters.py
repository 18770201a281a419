"""Filters that several lists share: by outlet, by person, by what the viewer may search."""

from django.db.models import Q

from cheji.reads.asking import Filtering
from cheji.records.encryption import blind, normal_identity, normal_phone
from cheji.records.models import Unit
from cheji.records.visibility import Scope

PHONE_TAIL = 4
WHOLE_PHONE = 7
WHOLE_IDENTITY = 8


def in_outlet(column: str = "outlet") -> Filtering:
    """By codes of outlets or of units above them; a code that is not in scope fits nothing."""

    def narrow(scope: Scope, value: str) -> Q:
        paths = scope.units().filter(code__in=value.split(",")).exclude(kind=Unit.Kind.TEAM)
        below = Q(pk__in=[])
        for path in paths.values_list("path", flat=True):
            below |= Q(**{f"{column}__path__startswith": path})
        return below

    return narrow


def of_person(column: str) -> Filtering:
    """By staff numbers; `-` is nobody's."""

    def narrow(_scope: Scope, value: str) -> Q:
        if value == "-":
            return Q(**{f"{column}__isnull": True})
        return Q(**{f"{column}__number__in": value.split(",")})

    return narrow


def contains(column: str, text: str) -> Q:
    """Where a column holds a text, in any case; a text that has none is found faster."""
    has_case = text.lower() != text.upper()
    return Q(**{f"{column}__{'icontains' if has_case else 'contains'}": text})


def customer_matches(scope: Scope, text: str, column: str = "") -> Q:
    """Customers whose name, initials, number, phone or ID number fits, among those in scope.

    A name is searched only by who may read names, or a hit would tell what the mask hides.
    Each part has an index of its own.
    """
    found = Q(number__in={text, text.upper(), text.lower()})
    if scope.names_shown():
        found |= Q(name__holds=text) | Q(initials__startswith=text.lower())
    digits = normal_phone(text)
    if len(digits) == PHONE_TAIL == len(text):
        found |= Q(phone_tail_index=blind(digits, field="phone_tail"))
    if len(digits) >= WHOLE_PHONE:
        found |= Q(phone_index=blind(digits, field="phone"))
    if len(identity := normal_identity(text)) >= WHOLE_IDENTITY:
        found |= Q(identity_index=blind(identity, field="identity"))
    if not column:
        return found
    return Q(**{f"{column}__in": scope.customers().filter(found).values("id")})
