"""The form of a KPI: what it says field by field, read back into the body that YAML would give."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cheji.engine.findings import Finding, Refused
from cheji.engine.formulas import UNITS, parse
from cheji.reads.definitions import Catalogue
from cheji.web.forms import lines, words
from cheji.web.wording import chinese, named

from .changes import FromMonth
from .placing import placed
from .words import DIRECTIONS, WAYS

TEXTS = ("zh", "en", "formula", "unit", "source", "note_zh", "note_en")
LISTED = re.compile(r"[,，、;；\n]+")


class KpiForm(FromMonth):
    """A KPI in fields; what the form does not show stays as the body has it.

    `found` are the definitions in force: how each measure of the formula is taken over several
    months is asked for by its name.
    """

    wide = ("formula", "aliases", "note_zh", "note_en", "note")
    folded = ("source", "aliases", "note_zh", "note_en")
    code = words(
        gettext_lazy("Code"),
        64,
        required=True,
        help_text=gettext_lazy("Small letters, digits and _. It never changes again."),
    )
    zh = words(gettext_lazy("Name in Chinese"), 80, required=True)
    en = words(gettext_lazy("Name in English"), 80, required=True)
    formula = forms.CharField(
        label=gettext_lazy("Formula"),
        help_text=gettext_lazy(
            "Codes, numbers, + − × ÷, comparisons, brackets, min max round if. It is checked as you"
            " type."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "class": "codes", "spellcheck": "false"}),
    )
    unit = words(gettext_lazy("Unit"), 60, required=True)
    decimals = forms.IntegerField(
        label=gettext_lazy("Decimals"), min_value=0, max_value=9, initial=0
    )
    direction = forms.ChoiceField(label=gettext_lazy("Direction"))
    source = words(gettext_lazy("Source"), 200)
    aliases = words(
        gettext_lazy("Other names"), 400, help_text=gettext_lazy("With commas between them.")
    )
    note_zh = lines(gettext_lazy("Reading in Chinese"), 800)
    note_en = lines(gettext_lazy("Reading in English"), 800)
    note = words(gettext_lazy("Why"), 400)

    def __init__(
        self, *args: Any, body: Mapping[str, Any], found: Catalogue, new: bool, **kwargs: Any
    ) -> None:
        self.body, self.found, self.new = dict(body), found, new
        kwargs["initial"] = {**_as_typed(self.body), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        """Offer units and directions, and a way over time for each measure of the formula."""
        super().set_up()
        if not self.new:
            del self.fields["code"]
        self.fields["unit"].widget.attrs["list"] = "units"
        self.fields["direction"].choices = list(DIRECTIONS.items())  # type: ignore[attr-defined]
        self.fields["formula"].widget.attrs |= {
            "hx-post": reverse("kpi-live"),
            "hx-trigger": "load, input changed delay:300ms",
            "hx-target": "#formula-said",
            "hx-include": "closest form",
        }
        for code in self._measures():
            self.fields[f"way_{code}"] = self._way(code)
        order = ["code", "zh", "en", "formula", "unit", "decimals", "direction"]
        self.order_fields([*order, *(name for name in self.fields if name.startswith("way_"))])

    def _measures(self) -> list[str]:
        """The measures that the formula names, as far as it can be read."""
        try:
            text = self.data.get("formula") or str(self.body.get("formula", ""))
            names = parse(text).names
        except Refused:
            return []
        return [name for name in names if name in self.found.all.measure]

    def _way(self, code: str) -> forms.ChoiceField:
        measure = self.found.all.measure[code]
        usual = _("as usual: {way}").format(way=WAYS[measure.over_time])
        held = dict(self.body.get("over_time") or {})
        return forms.ChoiceField(
            label=_("{name} over several months").format(name=named(measure)),
            choices=[("", usual), *WAYS.items()],
            initial=held.get(code, ""),
            required=False,
        )

    def said(self) -> dict[str, Any]:
        """The body as the fields have it, filled in as far as they are; empty ones are left out."""
        given = self.cleaned_data
        body = {**self.body, **{name: given.get(name, "") for name in TEXTS}}
        body["code"] = given.get("code", "") if self.new else self.body["code"]
        body["decimals"] = given.get("decimals") or 0
        body["direction"] = given.get("direction", "none")
        names = (part.strip() for part in LISTED.split(given.get("aliases", "")))
        body["aliases"] = [name for name in names if name]
        body["over_time"] = self._ways(given)
        usual = {"decimals": 0, "direction": "none"}
        return {k: v for k, v in body.items() if v not in ("", [], {}, None) and usual.get(k) != v}

    def _ways(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Ways of the measures asked for, and of those that the formula reads through KPIs."""
        asked = {name.removeprefix("way_") for name in self.fields if name.startswith("way_")}
        kept = {
            code: way
            for code, way in dict(self.body.get("over_time") or {}).items()
            if code not in asked
        }
        chosen = {code: given.get(f"way_{code}", "") for code in sorted(asked)}
        return kept | {code: way for code, way in chosen.items() if way}

    def place(self, findings: list[Finding]) -> list[Finding]:
        """Put findings at their fields; returns those that have none here."""
        return placed(self, "kpis", str(self.said().get("code", "")), findings, {})


def _as_typed(body: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: body.get(name, "") for name in ("code", *TEXTS)}
    return {
        **found,
        "decimals": body.get("decimals", 0),
        "direction": body.get("direction", "none"),
        "aliases": "、".join(body.get("aliases", ())),
    }


def units() -> list[tuple[str, str]]:
    """The units with their names, for the list behind the field."""
    at = 0 if chinese() else 1
    return [(code, names[at]) for code, names in UNITS.items()]
