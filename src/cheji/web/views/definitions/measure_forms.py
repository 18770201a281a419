"""The form of a measure: what it counts, adds up and leaves out, read back into its body."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cheji.engine.definitions.choices import TOGETHER, apart, is_of, plain, together
from cheji.engine.kinds import KIND_CODES, OF
from cheji.engine.tallies import ATTRIBUTES
from cheji.reads import fields as own_fields
from cheji.reads.definitions import Catalogue
from cheji.reads.fields import FieldSeen
from cheji.reads.vehicle_models import vehicle_models
from cheji.records.own import REACH
from cheji.web.fact_words import FACTS, FactWords
from cheji.web.forms import choice, lines, words
from cheji.web.kpi_choices import kpi_choices
from cheji.web.labels import LEVELS
from cheji.web.wording import DISPLACEMENTS, chinese

from .changes import FromMonth
from .measure_words import (
    COHORTS,
    COLUMNS,
    KEY_MODELS,
    PARTS,
    SPREADS,
    dimension_name,
    kind_name,
    value_name,
)
from .picks import Groups, Pick, drawn, kind_groups, offered
from .placing import placed
from .words import DIRECTIONS, WAYS

OWN = "own_"
WAY = "_way"
FILTERS = ("channel", "level", "tags", "model", *ATTRIBUTES)
TEXTS = ("zh", "en", "unit", "note_zh", "note_en")
ORDER = (
    "code", "zh", "en", "column", "over_time", "cohort", "unit", "as_kpi", "direction",
    "outlet", "valid_from", "note",
)  # fmt: skip
FIELD_WORDS: dict[str, Any] = {
    "in": gettext_lazy("only these"),
    "not": gettext_lazy("all but these"),
}


class Ticks(forms.MultipleChoiceField):
    """Any of a list; what the list does not offer is a matter of the check of the whole."""

    def __init__(self, label: Any = "") -> None:
        super().__init__(label=label, required=False, widget=forms.CheckboxSelectMultiple)

    def valid_value(self, value: str) -> bool:
        return len(value) <= 80 and "\0" not in value


class MeasureForm(FromMonth):
    """A measure in fields; what switches change stays as the body has it."""

    wide = ("note_zh", "note_en", "note")
    folded = (
        "spread", "window", "begun", "ago", "target", "note_zh", "note_en", "not_by",
    )  # fmt: skip
    code = words(
        gettext_lazy("Code"),
        64,
        required=True,
        help_text=gettext_lazy("Small letters, digits and _. It never changes again."),
    )
    zh = words(gettext_lazy("Name in Chinese"), 80, required=True)
    en = words(gettext_lazy("Name in English"), 80, required=True)
    adds = Ticks(pgettext_lazy("a measure", "Counts"))
    takes = Ticks(gettext_lazy("Takes away"))
    column = choice(gettext_lazy("Adds up"), COLUMNS)
    unit = words(
        gettext_lazy("Unit"),
        60,
        help_text=gettext_lazy("Empty: the unit of what is counted."),
    )
    cohort = forms.ChoiceField(label=gettext_lazy("Began"), required=False)
    over_time = forms.ChoiceField(label=gettext_lazy("Over several months"))
    spread = forms.ChoiceField(label=gettext_lazy("Of the values"), required=False)
    window = forms.IntegerField(
        label=gettext_lazy("Only values up to"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=gettext_lazy("Days or minutes, as the event has them: 30 for within 30 days."),
    )
    begun = forms.BooleanField(
        label=gettext_lazy("Counts in the month in which it began"), required=False
    )
    ago = forms.IntegerField(
        label=gettext_lazy("Months earlier"),
        min_value=-120,
        max_value=120,
        required=False,
        help_text=gettext_lazy("12 reads last year's same month, −1 the month after."),
    )
    target = forms.ChoiceField(
        label=gettext_lazy("Reads the targets of"),
        required=False,
        help_text=gettext_lazy("A measure of targets counts no events."),
    )
    not_by = forms.MultipleChoiceField(
        label=gettext_lazy("Has no meaning by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    looked_at = Ticks(gettext_lazy("Looked at, not counted"))
    note_zh = lines(gettext_lazy("Reading in Chinese"), 800)
    note_en = lines(gettext_lazy("Reading in English"), 800)
    note = words(gettext_lazy("Why"), 400)
    as_kpi = forms.BooleanField(
        label=gettext_lazy("Also make a KPI of it, with the same code and name"), required=False
    )
    direction = forms.ChoiceField(label=gettext_lazy("The KPI's direction"), required=False)

    def __init__(
        self, *args: Any, body: Mapping[str, Any], found: Catalogue, new: bool, **kwargs: Any
    ) -> None:
        self.body, self.found, self.new = dict(body), found, new
        self.own = [one for one in own_fields.fields() if one.in_kpis]
        self.say = FactWords()
        kwargs["initial"] = {**_as_typed(self.body), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        """Offer the choices; a list for each own field that stands in the facts."""
        super().set_up()
        for name in () if self.new else ("code", "as_kpi", "direction"):
            del self.fields[name]
        self.fields["unit"].widget.attrs["list"] = "units"
        self._offer("cohort", [("", _("at any time")), *COHORTS.items()])
        self._offer("over_time", list(WAYS.items()))
        self._offer("spread", [("", _("added up")), *SPREADS.items()])
        self._offer("not_by", list(PARTS.items()))
        self._offer("target", [("", _("counts events")), *kpi_choices(self.found.all.kpis)])
        self.fields["target"].widget.attrs["data-search"] = ""
        if self.new:
            self._offer("direction", list(DIRECTIONS.items()))
            self.fields["direction"].initial = "none"
        self.order_fields(ORDER)
        for name in FILTERS:
            self.fields[name] = Ticks()
            self.fields[name + WAY] = choice("", FIELD_WORDS, required=False)
        for field in self.own:
            self.fields[OWN + field.code] = Ticks()

    def _offer(self, name: str, choices: Sequence[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    # -- as the page draws it ------------------------------------------------------------------

    def held(self, name: str) -> list[str]:
        """What is ticked in a list, as typed or as the body has it."""
        return [str(one) for one in self[name].value() or ()]

    @property
    def kinds(self) -> list[str]:
        return [kind for kind in (*self.held("adds"), *self.held("takes")) if kind in KIND_CODES]

    def counted(self) -> list[Pick]:
        """The lists of kinds of events."""
        groups = kind_groups()
        twice = [k for k in (*self.held("adds"), *self.held("takes")) if is_of(k)]
        if twice:
            groups = [(_("Of which, by own fields"), [(k, kind_name(k)) for k in twice]), *groups]
        return [
            drawn(
                name,
                str(self.fields[name].label),
                groups,
                self.held(name),
                hint=hint,
                open=name == "adds" and not self.kinds,
            )
            for name, hint in (
                ("adds", _("choose the events")),
                ("takes", _("nothing; for stocks what leaves them")),
            )
        ]

    def seen(self) -> Pick:
        """The list of what is looked at and not counted."""
        held = self.held("looked_at")
        label = str(self.fields["looked_at"].label)
        return drawn("looked_at", label, kind_groups(), held, hint=_("nothing"))

    def narrowing(self) -> list[Pick]:
        """Own fields first, then the filters that the kinds chosen know."""
        own = [self._own_pick(field) for field in self.own if self._reached(field)]
        return own + [pick for name in FILTERS if (pick := self._pick(name)).groups]

    def _own_pick(self, field: FieldSeen) -> Pick:
        name = OWN + field.code
        at = 1 if chinese() else 2
        options = [(one[0], one[at]) for one in field.choices]
        label, held = self.say.field(field.code), self.held(name)
        return drawn(name, label, [("", options)], held, hint=_("all"), open=True)

    def _reached(self, field: FieldSeen) -> bool:
        kinds = self.kinds
        reach = REACH[field.noun]
        return (
            not kinds
            or bool(self.held(OWN + field.code))
            or any(kind.startswith(reach) for kind in kinds)
        )

    def _pick(self, name: str) -> Pick:
        kinds = [(kind, 1) for kind in self.kinds]
        held = self.held(name)
        values = dict.fromkeys([*self._values(name), *held])
        options = [(one, value_name(kinds, name, one, self.say)) for one in values]
        groups: Groups = [("", options)]
        label = dimension_name(kinds, name)
        return drawn(name, label, groups, held, way=self[name + WAY], hint=_("all"))

    def _values(self, name: str) -> Iterable[str]:
        kinds = self.kinds
        if name in ("channel", "tags"):
            return offered(kinds, "channels" if name == "channel" else "tags")
        if name == "level":
            return LEVELS if any(k.startswith(("prospect_", "intent_")) for k in kinds) else ()
        models = vehicle_models(self.who) if kinds else ()
        found = {
            "model": lambda: [one.name for one in models],
            "segment": lambda: sorted({one.segment for one in models} - {""}),
            "displacement": lambda: DISPLACEMENTS if any(m.displacement for m in models) else (),
            "key_model": lambda: KEY_MODELS if any(m.key for m in models) else (),
        }
        return found[name]()

    def shown(self) -> list[tuple[forms.BoundField, str]]:
        """The plain fields in front; lists are drawn by themselves."""
        return [pair for pair in super().shown() if not self._listed(pair[0].name)]

    def _listed(self, name: str) -> bool:
        lists = {"adds", "takes", "looked_at", *FILTERS, *(one + WAY for one in FILTERS)}
        return name in lists or name.startswith(OWN)

    def heads(self) -> list[tuple[forms.BoundField, str]]:
        """Code and names, above the lists."""
        return [pair for pair in self.shown() if pair[0].name in ("code", "zh", "en")]

    def rest(self) -> list[tuple[forms.BoundField, str]]:
        """What stands below the lists."""
        return [pair for pair in self.shown() if pair[0].name not in ("code", "zh", "en")]

    # -- read back -----------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        both = set(given.get("adds", ())) & set(given.get("takes", ()))
        if both:
            names = _(", ").join(kind_name(kind) for kind in sorted(both))
            self.add_error("takes", _("{names}: either counted or taken away.").format(names=names))
        asked = [name for name in given if name.startswith(OWN) and given[name]]
        if asked and given.get("tags"):
            self.add_error(
                "tags", _("A filter on own fields leaves no room for this one: take one away.")
            )
        if len(asked) > TOGETHER:
            self.add_error(asked[-1], _("At most three own fields at once."))
        return given

    def said(self) -> dict[str, Any]:
        """The body as the fields have it; what is empty or as usual is left out."""
        given = self.cleaned_data
        body: dict[str, Any] = {**self.body, **{name: given.get(name, "") for name in TEXTS}}
        body["code"] = given.get("code", "") if self.new else self.body["code"]
        body |= {
            "kinds": self._kinds(given),
            "where": self._where(given),
            "column": given.get("column") or "quantity",
            "cohort": given.get("cohort") or "any",
            "over_time": given.get("over_time") or "sum",
            "looked_at": list(given.get("looked_at", ())),
            "not_by": list(given.get("not_by", ())),
            "spread": given.get("spread", ""),
            "window": given.get("window") or 0,
            "begun": bool(given.get("begun")),
            "ago": given.get("ago") or 0,
            "target": given.get("target", ""),
        }
        body["unit"] = body["unit"].strip() or self._unit(body)
        usual = {"column": "quantity", "cohort": "any", "over_time": "sum", "begun": False}
        empty: tuple[Any, ...] = ("", [], {}, None, 0)
        return {k: v for k, v in body.items() if usual.get(k) != v and v not in empty}

    def _kinds(self, given: Mapping[str, Any]) -> dict[str, int]:
        own = OF if self._chosen(given) else ""
        signed = [(kind, 1) for kind in given.get("adds", ())]
        signed += [(kind, -1) for kind in given.get("takes", ())]
        return {plain(kind) + own if own else kind: sign for kind, sign in signed}

    @staticmethod
    def _chosen(given: Mapping[str, Any]) -> dict[str, list[str]]:
        """The choices of own fields, by field."""
        names = (name for name in given if name.startswith(OWN) and given[name])
        return {name.removeprefix(OWN): list(given[name]) for name in names}

    def _where(self, given: Mapping[str, Any]) -> dict[str, Any]:
        where = {
            name: {given.get(name + WAY) or "in": list(given[name])}
            for name in FILTERS
            if given.get(name)
        }
        chosen = self._chosen(given)
        return where | ({"tags": {"in": list(together(chosen))}} if chosen else {})

    def _unit(self, body: Mapping[str, Any]) -> str:
        """The unit of what is counted, where all of it has the same."""
        target = self.found.all.kpi.get(body["target"])
        if target is not None:
            return target.unit
        units = {_unit_of(kind, body["column"]) for kind in body["kinds"]}
        return units.pop() if len(units) == 1 else ""

    def place(self, findings: list[Any]) -> list[Any]:
        """Put findings at their fields; returns those that have none here."""
        names = {"kinds": "adds", "where": ""}
        return placed(self, "measures", str(self.said().get("code", "")), findings, names)


def _unit_of(kind: str, column: str) -> str:
    found = FACTS.get(kind)
    if found is None:
        return ""
    if column == "value":
        return next((unit for unit in ("minute", "second", "day") if unit in found.value), "")
    return {"fen": "yuan", "count": "event"}.get(column, found.quantity)


def _as_typed(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body as the fields show it."""
    kinds: dict[str, int] = dict(body.get("kinds") or {})
    where = dict(body.get("where") or {})
    tags = where.get("tags", {})
    own = apart(tags.get("in", ())) if all(is_of(kind) for kind in kinds) else {}
    if own:
        kinds, where = {plain(kind): sign for kind, sign in kinds.items()}, {**where, "tags": {}}
    found: dict[str, Any] = {name: body.get(name, "") for name in ("code", *TEXTS)}
    usual = ("column", "cohort", "over_time", "looked_at", "not_by", "spread", "begun", "target")
    found |= {name: body[name] for name in usual if name in body}
    found |= {name: body.get(name) or None for name in ("window", "ago")}
    found |= {"over_time": body.get("over_time", "sum")}
    found["adds"] = [kind for kind, sign in kinds.items() if sign == 1]
    found["takes"] = [kind for kind, sign in kinds.items() if sign == -1]
    for name, held in where.items():
        found[name + WAY] = "not" if "not" in held else "in"
        found[name] = held.get("not") or held.get("in") or []
    return found | {OWN + code: list(choices) for code, choices in own.items()}
