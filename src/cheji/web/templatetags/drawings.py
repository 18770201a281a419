"""Charts and editable grids: the data goes into a JSON block, the browser only draws it."""

from fractions import Fraction
from typing import Any

from django import template
from django.utils.translation import get_language

from cheji.web.templatetags.cells import cell_class, cell_html
from cheji.web.templatetags.figures import digits, exact, figure
from cheji.web.templatetags.parts import Cell, Chart, Column, Grid, Series

register = template.Library()

DRAWN_DECIMALS = 6


@register.inclusion_tag("components/chart.html")
def chart(drawing: Chart) -> dict[str, Any]:
    """{% chart drawing %}: picture, JSON block, and the same numbers as a table."""
    first = drawing.series[0] if drawing.series else None
    return {
        "chart": drawing,
        "block": f"chart-{drawing.id}",
        "data": {
            "kind": drawing.style,
            "stacked": drawing.stacked,
            "categories": list(drawing.categories),
            "notes": list(drawing.notes),
            "links": list(first.links) if first else [],
            "series": [_series(drawing, series) for series in drawing.series],
        },
        "rows": [_row(drawing, at) for at in range(len(drawing.categories))],
    }


def _kind(drawing: Chart, series: Series, at: int) -> str:
    """How a value is written; the ends of a waterfall are whole, no changes."""
    ends = drawing.style == "waterfall" and at in (0, len(series.values) - 1)
    return "number" if ends and series.kind == "signed" else series.kind


def _series(drawing: Chart, series: Series) -> dict[str, Any]:
    return {
        "name": series.name,
        "kind": series.style,
        "axis": series.axis,
        "dashed": series.dashed,
        "colour": series.colour,
        "links": list(series.links),
        "unit": _unit(series.kind)[0],
        "values": [drawn(value, series.kind) for value in series.values],
        "texts": [
            figure(value, _kind(drawing, series, at), series.decimals)
            for at, value in enumerate(series.values)
        ],
    }


def drawn(value: object, kind: str) -> str | None:
    """The length to draw as a decimal text, in the unit that the axis shows."""
    found = exact(value)
    if found is None:
        return None
    return digits(found * _unit(kind)[1], DRAWN_DECIMALS, trim=True).replace(",", "")


def _unit(kind: str) -> tuple[str, Fraction]:
    """What an axis shows behind its numbers, and what turns a value into that unit."""
    if kind == "wan":
        chinese = (get_language() or "zh").startswith("zh")
        return ("万", Fraction(1, 10**6)) if chinese else ("k", Fraction(1, 10**5))
    units = {
        "percent": ("%", Fraction(100)),
        "quantity": ("", Fraction(1, 10_000)),
        "money": ("", Fraction(1, 100)),
    }
    return units.get(kind, ("", Fraction(1)))


def _row(drawing: Chart, at: int) -> dict[str, Any]:
    found = []
    for series in drawing.series:
        kind = _kind(drawing, series, at)
        column = Column("", series.name, kind=kind, decimals=series.decimals)
        reason = series.links[at] if at < len(series.links) else ""
        cell = Cell(series.values[at], reason=reason)
        found.append({"css": cell_class(column, cell), "html": cell_html(column, cell)})
    note = drawing.notes[at] if at < len(drawing.notes) else ""
    return {"label": drawing.categories[at], "cells": found, "note": note}


@register.inclusion_tag("components/editable_grid.html")
def editable_grid(grid: Grid) -> dict[str, Any]:
    """{% editable_grid grid %}: a table to fill in, with paste, undo, sums and save."""
    rows = zip(grid.rows, grid.values, strict=True)
    return {
        "grid": grid,
        "block": f"grid-{grid.id}",
        "data": {
            "save": grid.save,
            "head": grid.head,
            "total": grid.total,
            "version": grid.version,
            "decimals": grid.decimals,
            "sums": grid.sums,
            "parent": grid.parent,
            "parents": list(grid.parents),
            "parent_label": grid.parent_label,
            "locked": grid.locked,
            "fixed": dict(grid.fixed),
            "marks": {key: list(mark) for key, mark in grid.marks.items()},
            "columns": [{"key": key, "label": label} for key, label in grid.columns],
            "rows": [
                {"key": key, "label": label, "values": list(values)}
                for (key, label), values in rows
            ],
        },
    }
