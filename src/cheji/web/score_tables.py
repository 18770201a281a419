"""A score as tables and bands: its items, its standards, the grade and coefficient reached."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from cheji.reads.appraisals import AdjustmentSeen, ItemSeen, ScoreSeen
from cheji.reads.appraisals.items import effect_of
from cheji.web import bands
from cheji.web.score_words import EFFECTS, below, method_name, spoken, vetoed
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Cell, Column, Row, Table
from cheji.web.wording import chinese, formula, kpi_cell, named, unit_text

Link = Callable[[str], str]
"""Where the points of an item, or the total, are explained."""


def grade_tone(card: ScoreSeen) -> str:
    """Good in the highest band, bad in the lowest."""
    labels = [band["label"] for band in card.reason["detail"]["grades"]]
    if not card.grade or len(labels) < 2:
        return ""
    return {labels[0]: "bad", labels[-1]: "good"}.get(card.grade, "note")


def items_table(found: ScoreSeen, link: Link) -> Table:
    """Items with what they count, then what changed the total; points open at `link`."""
    columns = [
        Column("kpi", _("Item")),
        Column("weight", _("Weight"), kind="number"),
        Column("actual", _("Actual"), kind="number"),
        Column("target", _("Target"), kind="number"),
        Column("attainment", _("Attainment"), kind="meter", decimals=1),
        Column("gate", _("Gate"), phone=False),
        Column("cap", _("Cap"), phone=False),
        Column("effect", _("How it counts"), kind="badge"),
        Column("points", _("Points"), kind="number", decimals=2),
    ]
    total = [Cell(_("Total")), *[Cell("", kind="text")] * 7]
    weights = sum((item.weight for item in found.items), Fraction(0))
    total[1] = Cell(weights, kind="number", decimals=_places(weights))
    return Table(
        columns=columns,
        rows=[
            *(_item_row(item, link) for item in found.items),
            *map(_adjustment_row, found.adjustments),
        ],
        totals=Row([*total, Cell(found.total, reason=link("total"))]),
        caption=_("Items"),
        phone="cards",
        free=True,
    )


def _places(value: Fraction) -> int:
    return 0 if value.denominator == 1 else 2


def _item_row(item: ItemSeen, link: Link) -> Row:
    detail = item.reason["detail"]
    cap = detail["cap"]
    short, sentence, tone = EFFECTS[effect_of(item.reason)]
    note = " · ".join(part for part in (method_name(item), unit_text(item.kpi.unit)) if part)
    return Row(
        [
            Cell(named(item.kpi), note=note, title=formula(item.kpi)),
            Cell(item.weight, decimals=_places(item.weight)),
            kpi_cell(item.kpi, item.value, reason=below(item)),
            kpi_cell(item.kpi, item.target),
            Cell(item.attainment),
            Cell(bands.share(Fraction(detail["gate"])) if Fraction(detail["gate"]) else None),
            Cell(None if cap is None else bands.share(Fraction(cap))),
            Cell(str(short), state=tone, title=str(sentence)),
            Cell(item.points, reason=link(item.code)),
        ]
    )


def _adjustment_row(line: AdjustmentSeen) -> Row:
    """A cap, floor, gate or veto that changed the total."""
    words = line.reason["detail"]["zh" if chinese() else "en"]
    return Row([Cell(words), *[Cell("", kind="text")] * 7, Cell(line.points)])


def standards(found: ScoreSeen) -> list[tuple[str, str, list[str]]]:
    """Each item's name, weight and rule in words, to be read beforehand."""
    return [
        (named(item.kpi), bands.plain(item.weight), spoken(item))
        for item in found.items
        if item.standard
    ]


def _limit(line: AdjustmentSeen) -> dict[str, Any]:
    """The same beside the items that make the total."""
    words = line.reason["detail"]["zh" if chinese() else "en"]
    return {"label": words, "text": figures.signed(line.points, 2), "url": "", "parts": []}


Band = tuple[str, str, bool]


def grades(found: ScoreSeen) -> list[Band]:
    """Range, grade, and whether the total lies in it."""
    steps = found.reason["detail"]["grades"]
    return _banded(found, steps, [band["label"] for band in steps])


def coefficients(found: ScoreSeen) -> list[Band]:
    steps = found.reason["detail"]["coefficients"]
    return _banded(found, steps, [figures.number(Fraction(band["rate"]), 2) for band in steps])


def _banded(
    found: ScoreSeen, steps: Sequence[Mapping[str, Any]], said: Sequence[str]
) -> list[Band]:
    starts = [Fraction(band["from"]) for band in steps]
    reached = [start for start in starts if found.total is not None and start <= found.total]
    words = bands.reached(starts)
    return [
        (text, label, bool(reached) and place == len(reached) - 1)
        for place, (text, label) in enumerate(zip(words, said, strict=True))
    ]


def total_context(found: ScoreSeen, link: Link) -> dict[str, Any]:
    """How the items make the total, and where it lies in the bands."""
    leaves = [
        {
            "label": named(one.kpi),
            "text": figures.number(one.points, 2),
            "url": link(one.code),
            "parts": [],
        }
        for one in found.items
    ]
    limits = [_limit(one) for one in found.adjustments]
    vetoes = [
        {"label": label, "text": text, "url": url, "parts": []}
        for label, text, url in vetoed(found.reason["detail"])
    ]
    return {
        "card": found,
        "tone": grade_tone(found),
        "words": found.reason["detail"]["zh" if chinese() else "en"],
        "leaves": [*leaves, *limits, *vetoes],
        "grades": grades(found),
        "coefficients": coefficients(found),
    }
