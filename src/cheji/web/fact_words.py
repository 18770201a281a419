"""What facts say beside their amount: channels and tags in words, own fields by their names."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cheji.engine.definitions.choices import marks_of, plain
from cheji.engine.kinds import KINDS
from cheji.reads import fields as own_fields
from cheji.reads.fields import FieldSeen
from cheji.reads.kpis import FactSeen
from cheji.records.registers import REGISTERS
from cheji.records.registers.shapes import Choice
from cheji.web.labels import EXCLUDED, LEAD_STATES
from cheji.web.navigation import ROLES
from cheji.web.wording import CHANNELS, TAGS, chinese, named

FACTS = {kind.code: kind for kind in KINDS}
SAID: dict[str, Any] = {
    "answered": gettext_lazy("Answered"),
    "missed": gettext_lazy("Not answered"),
    "reached": gettext_lazy("Reached"),
    "done": gettext_lazy("Done in time"),
    "late": gettext_lazy("Done late"),
    "open": gettext_lazy("Not done yet"),
    "rival": gettext_lazy("To a rival"),
    "reason": gettext_lazy("With a clear reason"),
    "promise_kept": gettext_lazy("Promises kept"),
    "recommends": gettext_lazy("Would recommend"),
    "satisfied": gettext_lazy("Satisfied"),
}


def _declared() -> dict[tuple[str, str], Mapping[str, Choice]]:
    """By kind and column the choices of the register's field that fills it."""
    found: dict[tuple[str, str], Mapping[str, Choice]] = {}
    for register in REGISTERS.values():
        for says in register.says:
            for column, word in (("channel", says.channel), ("tags", says.tags)):
                if isinstance(word, str) and word in register.field:
                    choices = register.field[word].choices
                    found[says.kind, column] = {choice.code: choice for choice in choices}
    return found


DECLARED = _declared()


def channel_text(kind: str, code: str) -> str:
    """A channel of a fact of this kind, or what a register keeps in its place."""
    own = DECLARED.get((plain(kind), "channel"), {})
    if code in own:
        return named(own[code])
    return str(CHANNELS.get(code) or SAID.get(code, code))


def tag_text(kind: str, code: str) -> str:
    """A tag of a fact of this kind; those of one's own fields have `FactWords.tags`."""
    own = DECLARED.get((plain(kind), "tags"), {})
    if code in own:
        return named(own[code])
    for labels in (LEAD_STATES if kind.startswith("lead") else TAGS, SAID, ROLES, EXCLUDED):
        if code in labels:
            return str(labels[code])
    return code


class FactWords:
    """Words of facts for one page: the house's fields are read once, when a fact has one."""

    @cached_property
    def own(self) -> dict[str, FieldSeen]:
        """The house's fields by code, retired ones too."""
        return {field.code: field for field in own_fields.fields(retired=True)}

    def choice(self, field: str, choice: str) -> str:
        """A choice of a field by its name."""
        known = self.own.get(field)
        return known.said(choice)[0 if chinese() else 1] if known else choice

    def field(self, code: str) -> str:
        known = self.own.get(code)
        return named(known) if known else code

    def tags(self, kind: str, tags: str) -> str:
        """What stands in the tags: `usage=fleet` by the names of the field and its choice."""
        marks = marks_of(tags)
        if not marks:
            return tag_text(kind, tags) if tags else ""
        said = (f"{self.field(code)} = {self.choice(code, one)}" for code, one in marks.items())
        return _(", ").join(said)

    def detail(self, fact: FactSeen) -> list[str]:
        """What a fact says beside its amount: what happened, the model, channel, tags, level."""
        kind = FACTS.get(plain(fact.kind))
        parts = [
            named(kind) if kind else "",
            fact.model,
            channel_text(fact.kind, fact.channel) if fact.channel else "",
            self.tags(fact.kind, fact.tags),
            fact.level,
        ]
        return [part for part in parts if part]
