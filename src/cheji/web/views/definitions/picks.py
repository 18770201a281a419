"""Lists to pick several from, by groups: kinds of events, and what filters may hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from cheji.engine.kinds import KINDS, OF_WHICH
from cheji.engine.kinds.columns import Kind
from cheji.records.registers import REGISTERS
from cheji.web.fact_words import FACTS
from cheji.web.wording import named

Options = list[tuple[str, str]]
Groups = list[tuple[str, Options]]
LONG = 12
"""A list of more options can be searched."""
FAMILIES: dict[str, Any] = {
    "leads": pgettext_lazy("family", "Leads"),
    "visits": gettext_lazy("Visits"),
    "prospects": pgettext_lazy("family", "Prospects"),
    "intents": gettext_lazy("Intent customers (H/A/B)"),
    "orders": pgettext_lazy("family", "Orders"),
    "deliveries": gettext_lazy("Deliveries and their lines"),
    "vehicles": pgettext_lazy("family", "Vehicles"),
    "aftersales": pgettext_lazy("family", "Aftersales"),
    "surveys": pgettext_lazy("family", "Satisfaction"),
    "people": pgettext_lazy("family", "People"),
    "spend": gettext_lazy("Advertising spend"),
    "manual": pgettext_lazy("family", "Typed values"),
}
BEGINNINGS = {
    "lead": "leads", "visit": "visits", "card": "visits", "prospect": "prospects",
    "intent": "intents", "order": "orders", "delivery": "deliveries", "line": "deliveries",
    "excess": "deliveries", "below": "deliveries",
    "stock": "vehicles", "ad": "spend", "coaching": "people", "consultant": "people",
    "staff": "people", "leaver": "people",
}  # fmt: skip


@dataclass(frozen=True)
class Pick:
    """A list as the page draws it; `way` is the field that says only or without, where one does."""

    name: str
    label: str
    groups: Sequence[tuple[str, Sequence[tuple[str, str, bool]]]]
    way: Any = None
    hint: str = ""
    open: bool = False

    @property
    def chosen(self) -> list[str]:
        return [label for _heading, rows in self.groups for _code, label, on in rows if on]

    @property
    def searched(self) -> bool:
        return sum(len(rows) for _heading, rows in self.groups) > LONG


def drawn(name: str, label: str, groups: Groups, chosen: Iterable[str], **more: Any) -> Pick:
    """A list with what is chosen ticked; `more` are the further fields of a `Pick`."""
    held = set(chosen)
    rows = [(str(at), [(code, text, code in held) for code, text in some]) for at, some in groups]
    return Pick(name, label, [(at, some) for at, some in rows if some], **more)


def kind_groups() -> Groups:
    """Every kind of event by family; those posted once more for own fields are left out."""
    families: dict[str, Options] = {family: [] for family in FAMILIES}
    twice = {kind.code for kind in OF_WHICH}
    for kind in KINDS:
        if kind.code not in twice:
            families[_family(kind)].append((kind.code, named(kind)))
    return [(str(FAMILIES[family]), options) for family, options in families.items()]


def _declared() -> Mapping[str, str]:
    return {says.kind: register.family for register in REGISTERS.values() for says in register.says}


DECLARED = _declared()


def _family(kind: Kind) -> str:
    return DECLARED.get(kind.code) or BEGINNINGS[kind.code.partition("_")[0]]


def offered(kinds: Iterable[str], column: str) -> list[str]:
    """What may stand in a column (`channels`, `tags`) of these kinds, in their order."""
    found: dict[str, None] = {}
    for kind in kinds:
        found |= dict.fromkeys(getattr(FACTS[kind], column) if kind in FACTS else ())
    return list(found)
