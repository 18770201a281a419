"""One definition in words, with its versions and its YAML."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.engine.definitions import (
    Kpi,
    Measure,
    PayPlan,
    Scheme,
    SchemeItem,
    Sheet,
    Switch,
)
from cheji.engine.periods import period_of
from cheji.engine.scores import NAMES, scheme_words
from cheji.files.sheets import handbook
from cheji.packs import dump
from cheji.reads import kpis, people, versions
from cheji.reads.versions import VersionSeen
from cheji.web import bands
from cheji.web.pay_plans import telling
from cheji.web.pay_plans.succession import told_of
from cheji.web.records import Fact, about
from cheji.web.templatetags.parts import Cell, Column, Row, Table
from cheji.web.wording import chinese, named

from . import measure_words, words
from .dictionary import state_words
from .frame import ONE, TYPED, Ground, back, ground, known


@require_GET
def definition(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """What it says in words; below it the history and the text itself."""
    place = ground(request)
    item = place.one(known(kind), code)
    seen = versions.history(place.who, kind, code)
    context = {
        "item": item,
        "name": named(item),
        "kind_label": ONE[kind],
        "outlet": place.outlet,
        "back": back(place, kind),
        "facts": _facts(place, kind, item),
        "history": history_table(seen),
        "succession": told_of(place.who, _ruling(place, kind, code, seen)),
        "yaml": dump(item),
        "export_url": place.keep(f"{reverse('definition-export')}?kind={kind}&code={code}"),
        "compared": [(found.id, f"{found.valid_from} · {found.id}") for found in seen],
        **SHOWN[kind](place, item),
        **_doors(place, kind, code),
    }
    return render(request, "definitions/definition.html", context)


def _ruling(place: Ground, kind: str, code: str, seen: tuple[VersionSeen, ...]) -> VersionSeen:
    """The version in force, of those that the viewer may see."""
    head = place.heads[kind, code]
    return next(one for one in seen if one.id == head.id)


def _doors(place: Ground, kind: str, code: str) -> dict[str, str]:
    found = {"value_url": _value(place, code)} if kind == "kpi" else {}
    if not place.who.can("definitions.write"):
        return found
    found |= {"draft_url": place.keep(reverse("definition-draft", args=[kind, code]))}
    found["copy_url"] = f"{reverse('definition-new', args=[kind])}?from={code}"
    if kind in TYPED:
        found["draft_url"] = place.keep(reverse(f"{TYPED[kind]}-change", args=[code]))
        found["copy_url"] = f"{reverse(f'{TYPED[kind]}-new')}?from={code}"
    if kind == "measure" and code not in place.found.all.kpi:
        found["kpi_url"] = f"{reverse('kpi-new')}?measure={code}"
    if kind == "kpi":
        found["sheet_url"] = place.keep(reverse("kpi-on-sheet", args=[code]))
    if kind == "switch":
        found["switch_url"] = place.keep(reverse("definition-switch", args=[code]))
    return found


def _value(place: Ground, code: str) -> str:
    """The reason of this month's value of the viewer's own place, where he sees figures."""
    month = period_of(place.who.on, "month").key
    key = kpis.home_key(place.who, code, "month", month)
    return reverse("reason", args=[key]) if key else ""


def _facts(place: Ground, kind: str, item: Any) -> list[Fact]:
    head = place.heads[kind, item.code]
    special = place.outlet if head.outlet is not None else None
    return about(
        (_("Code"), item.code, ""),
        (_("In English") if words.chinese() else _("In Chinese"), words.other_name(item), ""),
        *_own_facts(place, item),
        (_("Holds for"), special.name if special else _("The whole group"), ""),
        (_("Valid from"), head.valid_from, ""),
        (_("Digest"), head.digest[:16], ""),
    )


def _own_facts(place: Ground, item: Any) -> Iterator[Fact]:
    """What only some kinds have."""
    if isinstance(item, Kpi | Measure):
        yield _("Unit"), words.unit_words(item.unit), ""
    if isinstance(item, Kpi):
        yield _("Direction"), words.DIRECTIONS[item.direction], ""
        yield _("Over several months"), words.over_time(place.found.all, item), ""
        for label, text in handbook.told_of(item, _language()):
            yield label, text, ""
        yield _("Also called"), _(", ").join(item.aliases), ""
        yield _("Source"), item.source, ""
    if isinstance(item, Measure):
        yield _("Adds up"), measure_words.COLUMNS[item.column], ""
        yield _("Over several months"), words.WAYS[item.over_time], ""


def history_table(seen: tuple[VersionSeen, ...]) -> Table:
    """Versions, the newest first."""
    columns = [
        Column("since", _("Valid from"), kind="date"),
        Column("for", _("Holds for")),
        Column("state", _("State"), kind="badge"),
        Column("author", _("Author")),
        Column("approver", _("Published by")),
        Column("note", _("Why")),
        Column("digest", _("Digest"), phone=False),
    ]
    rows = [_version_row(version) for version in seen]
    return Table(columns, rows, caption=_("Versions"), free=True, compact=True, phone="cards")


def _version_row(version: VersionSeen) -> Row:
    url = reverse("definition-version", args=[version.id])
    draft = version.state == "draft"
    return Row(
        [
            Cell(version.valid_from, kind="date", href=url),
            version.outlet.name if version.outlet else _("The whole group"),
            Cell(_("Draft") if draft else _("Published"), state="warn" if draft else "good"),
            version.author
            or (_("Pack {pack}").format(pack=version.pack) if version.pack else None),
            version.approver or None,
            version.note or None,
            Cell(version.digest[:12], title=version.digest),
        ],
        href=url,
    )


# -- what each kind shows ----------------------------------------------------------------------


def _kpi(place: Ground, kpi: Kpi) -> dict[str, Any]:
    ways = words.leaves(place.found.all, kpi)
    return {
        "pieces": words.pieces(place, kpi),
        "formula": kpi.formula.text,
        "note": words.note_of(kpi),
        "measures": [_counted(place, code, way) for code, way in ways.items()],
        "users": _users(place, kpi.code),
        "case": handbook.worked_case(kpi, _language()),
        "benchmark": _benchmark(kpi),
    }


def _benchmark(kpi: Kpi) -> str:
    """The suggested limits with who published them; nothing where the definition has none."""
    found = kpi.benchmark
    if found is None:
        return ""
    parts = [
        (_("at least {value}"), found.low),
        (
            _("good from {value}") if kpi.direction != "down" else _("good up to {value}"),
            found.good,
        ),
        (_("at most {value}"), found.high),
    ]
    told = [
        text.format(value=words.amount(kpi, value)) for text, value in parts if value is not None
    ]
    return _("{limits}; suggested by {source}, edit it to your own").format(
        limits=_(", ").join(told), source=found.source
    )


def _language() -> str:
    return "zh" if words.chinese() else "en"


def _measure(place: Ground, measure: Measure) -> dict[str, Any]:
    return {
        "note": words.note_of(measure),
        "measures": [_counted(place, measure.code, measure.over_time)],
        "users": _users(place, measure.code),
    }


def _counted(place: Ground, code: str, way: str) -> dict[str, Any]:
    """A measure as it counts now, and the switches that change it."""
    ruling, plain = place.found.ruling.measure[code], place.found.all.measure[code]
    states = place.found.switches
    labels = {switch.code: switch for switch in place.found.all.switches}
    return {
        "name": named(plain),
        "url": place.url("measure", code),
        "unit": words.unit_words(plain.unit),
        "target": measure_words.target_of(place, ruling),
        "kinds": measure_words.kind_words(ruling.kinds),
        "column": measure_words.COLUMNS[ruling.column],
        "limits": measure_words.limits(ruling, place.own),
        "way": words.WAYS[way],
        "looked_at": [measure_words.kind_name(kind) for kind in ruling.looked_at],
        "switches": [
            {
                "name": named(labels[change.switch]),
                "url": place.url("switch", change.switch),
                "on": states[change.switch],
                "state": state_words(states[change.switch]),
                "changes": measure_words.change_words(plain, change, place.own),
            }
            for change in plain.when
        ],
    }


def _users(place: Ground, code: str) -> list[tuple[str, str]]:
    """What stands on it: KPIs that read it, sheets, schemes and pay plans."""
    defined = place.found.all
    kpis = [
        (named(kpi), place.url("kpi", kpi.code))
        for kpi in defined.kpis
        if code in kpi.formula.names and kpi.code != code
    ]
    others: list[tuple[str, Any, bool]] = [
        *(("sheet", sheet, code in sheet.lines) for sheet in defined.sheets),
        *(("scheme", s, code in {item.kpi for item in s.items}) for s in defined.schemes),
        *(("pay_plan", p, code in {part.of for part in p.components}) for p in defined.pay_plans),
    ]
    return kpis + [(named(one), place.url(kind, one.code)) for kind, one, uses in others if uses]


def _switch(place: Ground, switch: Switch) -> dict[str, Any]:
    """The setting of the group and of every outlet that the viewer has to do with."""
    on, shelf = place.who.on, place.shelf
    places: list[tuple[int | None, str]] = [(None, _("The whole group"))]
    places += [(outlet.id, outlet.name) for outlet in people.outlets(place.who)]
    changed = [
        measure
        for measure in place.found.all.measures
        if any(one.switch == switch.code for one in measure.when)
    ]
    columns = [
        Column("place", _("Where")),
        Column("state", _("Setting"), kind="badge"),
        Column("since", _("Since"), kind="date"),
    ]
    rows = []
    for outlet, name in places:
        state = shelf.catalogue(on, outlet).switches.get(switch.code)
        head = shelf.in_force(on, outlet).get(("switch", switch.code))
        own = _("set for itself") if head and head.outlet is not None else ""
        cell = Cell(state_words(state), state="good" if state else "")
        rows.append(Row([Cell(name, note=own), cell, head.valid_from if head else None]))
    return {
        "note": words.note_of(switch),
        "settings": Table(columns, rows, caption=_("Settings"), free=True, compact=True),
        "users": [(named(measure), place.url("measure", measure.code)) for measure in changed],
    }


def _sheet(place: Ground, sheet: Sheet) -> dict[str, Any]:
    defined = place.found.all
    return {
        "lines": [(named(defined.kpi[code]), place.url("kpi", code)) for code in sheet.lines],
        "identities": [named(identity) for identity in sheet.identities],
        "annual": sheet.annual,
    }


def scheme_shown(place: Ground, scheme: Scheme) -> dict[str, Any]:
    """A scheme's standard, to be read beforehand."""
    grades = bands.reached([grade.start for grade in scheme.grades])
    rates = bands.reached([tier.start for tier in scheme.coefficients])
    return {
        "items": _items(place, scheme),
        "bands": [
            _bands(
                _("Grades"),
                _("Total score"),
                _("Grade"),
                [(band, grade.label) for band, grade in zip(grades, scheme.grades, strict=True)],
            ),
            _bands(
                _("Coefficients"),
                _("Total score"),
                _("Coefficient"),
                [
                    (band, bands.plain(tier.rate))
                    for band, tier in zip(rates, scheme.coefficients, strict=True)
                ],
            ),
        ],
        "sentences": [sentence[0 if chinese() else 1] for sentence in scheme_words(scheme)],
        "rounding": _("The total is rounded half up to {decimals} decimals.").format(
            decimals=scheme.decimals
        ),
    }


def _items(place: Ground, scheme: Scheme) -> Table:
    columns = [
        Column("kpi", _("Item")),
        Column("weight", _("Weight")),
        Column("method", _("Method")),
        Column("target", _("Target when none is set")),
        Column("standard", _("The standard")),
    ]
    names = _names(place, scheme)
    rows = [_item(place, item, names) for item in scheme.items]
    return Table(columns, rows, caption=_("Items"), free=True)


def _names(place: Ground, scheme: Scheme) -> dict[str, tuple[str, str]]:
    """What each item of a scheme is called."""
    kpis = place.found.all.kpi
    heads = {item.key: kpis.get(item.kpi, item) for item in scheme.items}
    return {
        item.key: (item.zh or heads[item.key].zh, item.en or heads[item.key].en)
        for item in scheme.items
    }


def _item(place: Ground, item: SchemeItem, names: dict[str, tuple[str, str]]) -> Row:
    kpi = place.found.all.kpi.get(item.kpi)
    at = 0 if chinese() else 1
    target = None if item.target is None or kpi is None else words.amount(kpi, item.target)
    return Row(
        [
            Cell(words.item_name(item, kpi), href=place.url("kpi", kpi.code) if kpi else ""),
            bands.plain(item.weight),
            NAMES[item.method][at],
            target,
            words.method(item, unit=kpi.unit if kpi else "", names=names),
        ]
    )


def _bands(title: str, first: str, second: str, rows: list[tuple[str, str]]) -> Table:
    columns = [Column("band", first), Column("value", second)]
    return Table(columns, [Row(list(row)) for row in rows], caption=title, free=True, compact=True)


def _pay_plan(place: Ground, plan: PayPlan) -> dict[str, Any]:
    scheme = place.found.all.scheme.get(plan.scheme)
    return {
        "note": words.note_of(plan),
        "text": telling.plan_text(plan, place.found),
        "scheme": (named(scheme), place.url("scheme", scheme.code)) if scheme else None,
    }


SHOWN: dict[str, Any] = {
    "kpi": _kpi,
    "measure": _measure,
    "switch": _switch,
    "sheet": _sheet,
    "scheme": scheme_shown,
    "pay_plan": _pay_plan,
}
