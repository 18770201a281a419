"""Lines and statements as reasons with words, made when somebody reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from cheji.engine.definitions import Component, PayPlan
from cheji.engine.kpis import decimal_text
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay import order
from cheji.engine.pay.factors import COEFFICIENT
from cheji.engine.pay.lines import Part, PayLine
from cheji.engine.pay.saying import percent
from cheji.engine.pay.why import WHY, said
from cheji.engine.pay.words import rounding_words, way_words
from cheji.engine.reasons import Detail, Reason

if TYPE_CHECKING:
    from cheji.engine.scores import ScoreCard

ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class OfComponent:
    """What made the lines of a component."""

    part: Component

    def reason(self, line: PayLine) -> Reason:
        if line.entry not in order.EARNED or self.part.kind in {"pool", "prize"}:
            return plain(line)
        exact, counted, bands = _worked_out(line)
        zh, en = _formula(self.part, line, exact)
        detail: tuple[tuple[str, Detail], ...] = (
            ("zh", zh),
            ("en", en),
            ("source", line.source),
            ("base", line.base),
            ("counted", counted),
            ("bands", bands),
            ("exact", exact),
            ("round_to", self.part.round_to),
            ("rounding", self.part.rounding),
            ("step", line.step),
        )
        return Reason("line", line.component, line.fen, detail)

    def whole(self, lines: Sequence[PayLine]) -> Reason:
        """The component with all of its lines."""
        part = self.part
        way = way_words(part, {})
        return Reason(
            "component",
            part.code,
            sum(line.fen for line in lines),
            (
                ("zh", "，".join([part.zh, *(zh for zh, _ in way)])),
                ("en", ", ".join([part.en, *(en for _, en in way)])),
                ("kind", part.kind),
                ("of", part.of),
                ("mode", part.mode),
                ("scope", part.scope),
                ("base", part.base),
                ("tiers", tuple({"from": band.start, "rate": band.rate} for band in part.tiers)),
                ("coefficient", part.coefficient),
            ),
            tuple(line.reason for line in lines),
        )


def _worked_out(line: PayLine) -> tuple[Fraction, Fraction, tuple[dict[str, Fraction], ...]]:
    """Yuan before limits and rounding, what was counted, and the bands."""
    bands = tuple(
        {"from": part.start, "part": Fraction(part.part) / line.scale, "rate": _rate(line, part)}
        for part in line.parts
    )
    exact = sum((band["part"] * band["rate"] for band in bands), ZERO)
    return exact, sum((band["part"] for band in bands), ZERO), bands


def _rate(line: PayLine, part: Part) -> Fraction:
    """The rate of a part; where one band pays it all that of the line, which has its slope."""
    return part.rate if line.rate is None else line.rate


def _formula(part: Component, line: PayLine, exact: Fraction) -> tuple[str, str]:
    """The calculation, to read in Chinese and English, with the rounding where it shows."""
    why = said(WHY[line.code], line.args)
    if line.amount is None:
        return why
    parts = [(Fraction(one.part) / line.scale, _rate(line, one)) for one in line.parts]
    told = percent if part.kind == "share" else decimal_text
    steps = [f"{decimal_text(base)} × {told(rate)}" for base, rate in parts]
    worked = " + ".join(steps) or "0"
    if line.entry == "fine":
        worked, exact = f"−({worked})", -exact
    text = f"{worked} = {decimal_text(exact)}"
    if line.factor is not None:
        text += f" × {decimal_text(line.factor)} = {decimal_text(exact * line.factor)}"
    paid = decimal_text(Fraction(line.fen, FEN_PER_YUAN))
    if not line.code:
        if exact * FEN_PER_YUAN == line.fen:
            return f"{text} 元", f"{text} yuan"
        why = rounding_words(part)
    return f"{text} 元；{why[0]}：{paid} 元", f"{text} yuan; {why[1]}: {paid} yuan"


def plain(line: PayLine) -> Reason:
    """A line that is no deal: what it stands on, and why."""
    zh, en = said(WHY.get(line.code, WHY[""]), line.args)
    detail: tuple[tuple[str, Detail], ...] = (
        ("zh", zh or order.ENTRIES[line.entry][0]),
        ("en", en or order.ENTRIES[line.entry][1]),
        ("source", line.source),
        ("base", line.base),
        ("factor", line.factor),
        ("origin", line.origin),
        ("entry", line.entry),
        ("step", line.step),
        ("why", line.code),
        ("figures", line.args),
    )
    return Reason(line.entry, line.component, line.fen, detail)


@dataclass(frozen=True, slots=True)
class OfPart:
    """What made the lines of a factor, gate, cap …: its names."""

    zh: str
    en: str

    def reason(self, line: PayLine) -> Reason:
        found = plain(line)
        return Reason(
            found.kind,
            found.code,
            found.value,
            (("name_zh", self.zh), ("name_en", self.en), *found.detail),
        )


@dataclass(frozen=True, slots=True)
class OfScore:
    """What made the coefficient's line."""

    scheme: str
    flagged: tuple[str, ...]
    card: "ScoreCard | None" = None

    def reason(self, line: PayLine) -> Reason:
        before = int(line.amount or 0)
        none = line.code == "no_score"
        why = said(WHY["no_score"], ())
        return Reason(
            COEFFICIENT,
            self.scheme,
            line.fen,
            (
                ("zh", why[0] if none else "考核系数"),
                ("en", why[1] if none else "Score coefficient"),
                ("coefficient", line.rate),
                ("components", self.flagged),
                ("before", before),
                ("after", before + line.fen),
            ),
            () if self.card is None else (self.card.reason,),
        )


def statement_reason(
    plan: PayPlan, known: str, lines: Sequence[PayLine], rules: Sequence[OfComponent]
) -> Reason:
    """The whole statement: components before step 12, what is done with them, and so on."""
    of: dict[str, list[PayLine]] = {rule.part.code: [] for rule in rules}
    others: list[PayLine] = []
    for line in lines:
        (of[line.component] if isinstance(line.rule, OfComponent) else others).append(line)
    parts = [rule.whole(of[rule.part.code]) for rule in rules if not rule.part.is_extra]
    parts += [line.reason for line in others if line.step < order.EXTRAS]
    parts += [rule.whole(of[rule.part.code]) for rule in rules if rule.part.is_extra]
    parts += [line.reason for line in others if line.step >= order.EXTRAS]
    return _sum(plan, known, parts)


def _sum(plan: PayPlan, known: str, parts: list[Reason]) -> Reason:
    payable = sum(int(part.value or 0) for part in parts)
    words = " + ".join(decimal_text(Fraction(part.value or 0, FEN_PER_YUAN)) for part in parts)
    detail: tuple[tuple[str, Any], ...] = (
        ("zh", f"各项之和：{words}"),
        ("en", f"The sum of the components: {words}"),
        ("digest", known),
        ("order", order.ORDER_VERSION),
    )
    return Reason("pay", plan.code, payable, detail, tuple(parts))
