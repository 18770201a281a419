"""Reading a whole bundle of bodies and checking how the definitions fit together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from cheji.engine.definitions import faults, pay_plan_reading, reading, scheme_reading
from cheji.engine.definitions.fields import Fields
from cheji.engine.definitions.pay_components import Component, Look
from cheji.engine.definitions.pay_plans import PayPlan
from cheji.engine.definitions.schemes import Scheme
from cheji.engine.definitions.shapes import (
    MAX_STEPS,
    Definitions,
    Funnel,
    Sheet,
)
from cheji.engine.findings import Finding, Refused
from cheji.engine.formulas import UNITS, Formula, Unit, fits, parse_unit, unit_of
from cheji.engine.formulas.constants import zero_divisions
from cheji.engine.formulas.nodes import Name, Node, Number
from cheji.engine.formulas.units import PIECES, pieces_alike, unit_text

MAX_NESTING: Final = 12
NAME: Final = ("基础量或 KPI", "measure or KPI")
KPI: Final = ("KPI", "KPI")
MEASURE: Final = ("基础量", "measure")
SWITCH: Final = ("开关", "switch")
SCHEME: Final = ("考核方案", "scheme")
READERS: Final[dict[str, Callable[[Fields], Any]]] = {
    "switches": reading.read_switch,
    "measures": reading.read_measure,
    "kpis": reading.read_kpi,
    "sheets": reading.read_sheet,
    "schemes": scheme_reading.read_scheme,
    "pay_plans": pay_plan_reading.read_pay_plan,
}
NONE: Final = Definitions()
AGAINST: Final = {"up": ("inverse", "mirror", "worst", "deduct"), "down": ("ratio",)}


def check(bodies: Mapping[str, Any]) -> list[Finding]:
    """Everything wrong with a bundle, at once; `bodies` has the keys of `READERS`."""
    return examined(bodies)[0]


def build(bodies: Mapping[str, Any], beside: Definitions = NONE) -> Definitions:
    """The definitions of a bundle, after those that were read before.

    Raises:
        Refused: with all findings.
    """
    findings, definitions = examined(bodies, beside)
    if findings:
        raise Refused(findings)
    return definitions


def examined(
    bodies: Mapping[str, Any], beside: Definitions = NONE
) -> tuple[list[Finding], Definitions]:
    """Everything wrong with a bundle, and the definitions as far as they can be read.

    `beside` was read before and comes first: only how the bundle fits to it is looked at.
    """
    findings: list[Finding] = []
    fields = Fields(bodies, "", findings)
    read = {
        kind: (*getattr(beside, kind), *fields.each(kind, reader))
        for kind, reader in READERS.items()
    }
    fields.close()
    between, definitions = _together(read)
    return [*findings, *between], definitions


def read_alone(kind: str, body: Any) -> Any:
    """One definition by its body, whatever others it stands beside; `kind` is a key of `READERS`.

    Raises:
        Refused: with all findings in the body itself.
    """
    findings: list[Finding] = []
    (found,) = Fields({kind: [body]}, "", findings).each(kind, READERS[kind])
    if findings:
        raise Refused(findings)
    return found


def assembled(read: Mapping[str, tuple[Any, ...]]) -> Definitions:
    """The definitions of a bundle whose bodies were read alone.

    Raises:
        Refused: with all that is wrong between them.
    """
    findings, definitions = _together(read)
    if findings:
        raise Refused(findings)
    return definitions


def _together(read: Mapping[str, tuple[Any, ...]]) -> tuple[list[Finding], Definitions]:
    definitions = Definitions(**read)
    codes = (_repeated((item.code for item in items), kind) for kind, items in read.items())
    return [*chain.from_iterable(codes), *_Relations(definitions).findings()], definitions


class _Relations:
    """What can only be seen with all definitions at hand."""

    def __init__(self, definitions: Definitions) -> None:
        self.all = definitions
        self.known = {*definitions.measure, *definitions.kpi}
        self.units: dict[str, Unit] = {}

    def findings(self) -> list[Finding]:
        return [
            *self._unit_names(),
            *self._switches(),
            *self._targets(),
            *self._kpis(),
            *self._nesting(),
            *self._sheets(),
            *self._schemes(),
            *self._pay_plans(),
        ]

    def _unit_names(self) -> Iterator[Finding]:
        for kind, items in (("kpis", self.all.kpis), ("measures", self.all.measures)):
            for item in items:
                unit = parse_unit(item.unit)
                if unit is not None:
                    self.units[item.code] = unit
                elif item.unit:
                    yield faults.unknown_unit(item.unit, UNITS, f"{kind}.{item.code}.unit")

    def _switches(self) -> Iterator[Finding]:
        switches = {item.code for item in self.all.switches}
        for measure in self.all.measures:
            for override in measure.when:
                if override.switch not in switches:
                    place = f"measures.{measure.code}.when"
                    yield faults.unknown_name(SWITCH, override.switch, place)

    def _targets(self) -> Iterator[Finding]:
        for measure in (measure for measure in self.all.measures if measure.target):
            kpi, place = self.all.kpi.get(measure.target), f"measures.{measure.code}"
            if kpi is None:
                yield faults.unknown_name(KPI, measure.target, f"{place}.target")
            elif kpi.unit != measure.unit:
                yield faults.target_unit(kpi.code, kpi.unit, f"{place}.unit")
            elif kpi.is_rate:
                yield faults.target_of_rate(kpi.code, f"{place}.target")

    def _kpis(self) -> Iterator[Finding]:
        for kpi in self.all.kpis:
            place = f"kpis.{kpi.code}"
            yield from self._formula(kpi.formula, f"{place}.formula", kpi.unit)
            if kpi.code in self.all.measure and kpi.formula.text != kpi.code:
                yield faults.name_clash(kpi.code, f"{place}.code")
            for name, way in kpi.over_time:
                added = way == "sum" and name in self.all.kpi
                if name not in self.all.measure and not added:
                    yield faults.unknown_name(MEASURE, name, f"{place}.over_time")

    def _formula(self, formula: Formula, place: str, declared: str) -> Iterator[Finding]:
        for name in formula.names:
            if name not in self.known:
                yield faults.unknown_name(NAME, name, place)
        yield from zero_divisions(formula, place)
        unit, unlike = unit_of(formula, self.units, place)
        yield from unlike
        wanted = parse_unit(declared)
        if wanted is not None and not unlike and not fits(unit, wanted):
            yield faults.wrong_unit(declared, unit_text(unit or ()), place)

    def _nesting(self) -> Iterator[Finding]:
        """Peel off KPIs that rest on peeled ones; what never comes off stands in a circle."""
        left = {kpi.code: self._inner_kpis(kpi.code) for kpi in self.all.kpis}
        for _ in range(MAX_NESTING):
            free = [code for code, inner in left.items() if left.keys().isdisjoint(inner)]
            if not free:
                break
            for code in free:
                del left[code]
        circles = [way for code in left if (way := self._way_back(code, left))]
        for way in circles:
            yield faults.circular(way, f"kpis.{way[0]}.formula")
        if not circles:
            for code in left:
                yield faults.too_deep(MAX_NESTING, f"kpis.{code}.formula")

    @staticmethod
    def _way_back(code: str, inner: Mapping[str, list[str]]) -> tuple[str, ...]:
        """The way from a KPI over its references back to itself; empty when there is none."""
        ways: list[tuple[str, ...]] = [(code,)]
        seen: set[str] = set()
        while ways:
            way = ways.pop(0)
            for name in inner.get(way[-1], ()):
                if name == code:
                    return (*way, name)
                if name not in seen:
                    seen.add(name)
                    ways.append((*way, name))
        return ()

    def _inner_kpis(self, code: str) -> list[str]:
        names = self.all.kpi[code].formula.names
        return [name for name in names if name in self.all.kpi and name not in self.all.measure]

    def _sheets(self) -> Iterator[Finding]:
        for sheet in self.all.sheets:
            for code in sheet.lines:
                if code not in self.all.kpi:
                    yield faults.unknown_name(KPI, code, f"sheets.{sheet.code}.lines")
            yield from self._identities(sheet)
            yield from self._funnels(sheet)

    def _identities(self, sheet: Sheet) -> Iterator[Finding]:
        for identity in sheet.identities:
            place = f"sheets.{sheet.code}.identities.{identity.code}"
            yield from self._formula(identity.left, f"{place}.left", "")
            yield from self._formula(identity.right, f"{place}.right", "")

    def _funnels(self, sheet: Sheet) -> Iterator[Finding]:
        for funnel in sheet.funnels:
            place = f"sheets.{sheet.code}.funnels.{funnel.code}"
            names = dict.fromkeys((funnel.result, *funnel.formula.names))
            unknown = [name for name in names if name not in self.all.kpi]
            for name in unknown:
                where = "result" if name == funnel.result else "formula"
                yield faults.unknown_name(KPI, name, f"{place}.{where}")
            if not unknown:
                yield from self._steps(funnel, f"{place}.formula")

    def _steps(self, funnel: Funnel, place: str) -> Iterator[Finding]:
        """A funnel turns batches into customers into vehicles: pieces of any kind are alike."""
        alike = {code: pieces_alike(unit) for code, unit in self.units.items()}
        unit, unlike = unit_of(funnel.formula, alike, place)
        yield from unlike
        wanted = alike.get(funnel.result)
        if wanted is not None and not unlike and not fits(unit, wanted):
            yield faults.wrong_unit(unit_text(wanted), unit_text(unit or ()), place)
        if len(funnel.formula.names) > MAX_STEPS or not _grows(funnel.formula.root):
            yield faults.no_funnel(MAX_STEPS, place)

    def _schemes(self) -> Iterator[Finding]:
        for scheme in self.all.schemes:
            yield from self._scheme_items(scheme)

    def _scheme_items(self, scheme: Scheme) -> Iterator[Finding]:
        for item in scheme.items:
            place = f"schemes.{scheme.code}.items.{item.key}"
            kpi = self.all.kpi.get(item.kpi)
            if kpi is None and item.source == "kpi":
                yield faults.unknown_name(KPI, item.kpi, place)
            elif kpi is not None and item.method in AGAINST.get(kpi.direction, ()):
                yield faults.wrong_method(item.method, kpi.direction, place)
        keys = (item.key for item in scheme.items)
        yield from _repeated(keys, f"schemes.{scheme.code}.items")

    def _pay_plans(self) -> Iterator[Finding]:
        for plan in self.all.pay_plans:
            place = f"pay_plans.{plan.code}"
            if plan.scheme and plan.scheme not in self.all.scheme:
                yield faults.unknown_name(SCHEME, plan.scheme, f"{place}.scheme")
            yield from self._components(plan, place)

    def _components(self, plan: PayPlan, place: str) -> Iterator[Finding]:
        for component in plan.components:
            where = f"{place}.components.{component.code}"
            for key, code in _bases(component):
                yield from self._paid_on(component, code, f"{where}.{key}")
            yield from self._looked(component.look, f"{where}.look")
        yield from _repeated((item.code for item in plan.components), f"{place}.components")
        for kind in ("factors", "gates", "catch_ups"):
            for item in getattr(plan, kind):
                yield from self._looked(item.look, f"{place}.{kind}.{item.code}.look")
        for factor in plan.factors:
            for part in factor.parts:
                if part.kpi not in self.known:
                    where = f"{place}.factors.{factor.code}.parts.{part.kpi}"
                    yield faults.unknown_name(NAME, part.kpi, where)

    def _paid_on(self, component: Component, code: str, place: str) -> Iterator[Finding]:
        measure = self.all.measure.get(code)
        needed = {"yuan"} if component.is_money else PIECES
        if measure is None:
            yield faults.unknown_name(MEASURE, code, place)
        elif measure.target:
            yield faults.not_of_targets(place)
        elif component.kind not in {"prize", "fine"} and measure.unit not in needed:
            said = measure.zh, measure.en
            yield faults.not_payable(said, " / ".join(sorted(needed)), place)

    def _looked(self, look: Look | None, place: str) -> Iterator[Finding]:
        """The figure by which a band is found: measures for totals, else any KPI or measure."""
        if look is None:
            return
        names = {"of": look.of, "per": look.per}
        for key, code in ((key, code) for key, code in names.items() if code):
            measure = self.all.measure.get(code)
            if look.by in {"attainment", "kpi", "score"}:
                if code not in self.known:
                    yield faults.unknown_name(NAME, code, f"{place}.{key}")
            elif measure is None:
                yield faults.unknown_name(MEASURE, code, f"{place}.{key}")
            elif measure.unit not in _counted_in(look, key):
                needed = " / ".join(sorted(_counted_in(look, key)))
                yield faults.not_payable((measure.zh, measure.en), needed, f"{place}.{key}")


def _bases(component: Component) -> Iterator[tuple[str, str]]:
    yield from (("of", code) for code in (component.of,) if code)
    yield from (("plus", code) for code in component.plus)
    yield from (("minus", code) for code in component.minus)


def _counted_in(look: Look, key: str) -> set[str]:
    return {"yuan"} if look.is_money(key) else set(PIECES)


def _grows(node: Node) -> bool:
    """Whether it only adds and multiplies: then it has a value whatever the steps are."""
    if isinstance(node, Name | Number):
        return True
    return node.op in {"+", "*"} and all(_grows(part) for part in node.args)


def _repeated(codes: Iterable[str], place: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            yield faults.duplicate_code(code, place)
        seen.add(code)
