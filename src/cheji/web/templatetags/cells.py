"""Table cells as HTML, written in Python because a page has thousands of them."""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Final

from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cheji.web.templatetags.figures import NOTHING, NUMERIC, change, exact, figure, percent, points
from cheji.web.templatetags.parts import Cell, Column

HALF_A_CARD: Final = 39
SPARK: Final = (72, 20)
"""Width and height of a small line, in points of its drawing."""
SIGNS: Final = {
    "good": "circle-check",
    "bad": "circle-x",
    "warn": "alert-triangle",
    "note": "info-circle",
    "": "circle",
}
SIGNED: Final = SIGNS.keys() - {""}


@lru_cache(maxsize=1024)
def icon_html(name: str, css: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f" {css}" if css else "",
        static("built/icons.svg"),
        name,
    )


def cell_html(column: Column, cell: Cell) -> SafeString:
    """The content of a cell: figure, sign, link or door, and the note beside it."""
    kind = cell.kind or column.kind
    decimals = cell.decimals if cell.decimals is not None else column.decimals
    if cell.value == "":
        content = SafeString()
    elif kind == "meter":
        content = meter_html(cell.value, state=cell.state, decimals=decimals or 0)
    elif kind == "badge":
        content = badge_html(str(cell.value), cell.state) if cell.value else SafeString(NOTHING)
    elif kind == "delta":
        content = delta_html(cell.value, direction=column.direction, decimals=decimals)
    elif kind == "date":
        content = conditional_escape(day_text(cell.value))
    elif kind == "spark":
        content = spark_html(cell.value)
    elif kind == "tick":
        content = SafeString("✓" if cell.value else NOTHING)
    else:
        content = conditional_escape(figure(cell.value, kind, decimals))
        if cell.state in SIGNED:
            content = icon_html(SIGNS[cell.state], "sign") + content
    content = _linked(cell, content)
    if cell.note:
        content = format_html("{} <small>{}</small>", content, cell.note)
    return content


def cells_html(columns: Sequence[Column], cells: Sequence[Cell | object]) -> SafeString:
    """The cells of a row: the first one is its head."""
    parts = []
    for at, (column, given) in enumerate(zip(columns, cells, strict=True)):
        cell = given if isinstance(given, Cell) else Cell(given)
        css = cell_class(column, cell)
        tag = "td" if at else "th"
        attributes = f' class="{css}"' if css else ""
        attributes += f' data-label="{escape(column.label)}"' if at else ' scope="row"'
        attributes += f' title="{escape(cell.title)}"' if cell.title else ""
        parts.append(f"<{tag}{attributes}>{cell_html(column, cell)}</{tag}>")
    return mark_safe("".join(parts))  # noqa: S308  every part is escaped above


def cell_class(column: Column, cell: Cell | None = None) -> str:
    """The classes of a cell or, without one, of the head."""
    names = []
    kind = (cell.kind if cell else "") or column.kind
    if kind in NUMERIC and kind != "meter":
        names.append("num")
    if kind == "date":
        names.append("day")
    if not column.phone:
        names.append("off-phone")
    if cell and cell.state and kind not in {"badge", "meter"}:
        names.append(f"is-{cell.state}")
    if cell and (cell.note or isinstance(cell.value, str)):
        text = "" if cell.value is None else str(cell.value)
        names += _on_a_card(column.label, text, cell.note)
    return " ".join(names)


def _on_a_card(label: str, text: str, note: str) -> list[str]:
    """On a phone a row is a card of two columns: a long text takes both, an empty one none."""
    if not text:
        return [] if note else ["is-empty"]
    wanted = 2 * _width(text) + 1.6 * (_width(label) + _width(note))
    return ["is-wide"] if wanted > HALF_A_CARD else []


def _width(text: str) -> int:
    """In Latin letters; a Chinese one is as wide as two."""
    return 2 * len(text) - sum(map(str.isascii, text))


def _linked(cell: Cell, content: SafeString) -> SafeString:
    if cell.reason:
        return format_html('<a class="door" href="{}" data-drawer>{}</a>', cell.reason, content)
    if cell.href:
        css = mark_safe(' class="term"') if cell.kind == "term" else ""
        return format_html('<a{} href="{}">{}</a>', css, cell.href, content)
    return content


def day_text(value: object) -> str:
    """A date, or an instant in the zone of the reader, as ISO 8601 has them."""
    if isinstance(value, datetime):
        here = timezone.localtime(value) if timezone.is_aware(value) else value
        return here.replace(tzinfo=None).isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value else NOTHING


def badge_html(text: str, state: str = "") -> SafeString:
    """A status by colour and sign."""
    css = f" is-{state}" if state else ""
    return format_html(
        '<span class="badge-state{}">{}{}</span>', css, icon_html(SIGNS.get(state, "circle")), text
    )


def light_html(state: str) -> SafeString:
    """A traffic light by sign and colour, read out as a word."""
    if not state:
        return SafeString()
    words = {"good": _("good"), "warn": _("to be watched"), "bad": _("below its limit")}
    return format_html(
        ' <span class="light is-{}" title="{}">{}<span class="visually-hidden">{}</span></span>',
        state, words[state], icon_html(SIGNS[state], "sign"), words[state],
    )  # fmt: skip


def meter_html(value: object, *, state: str = "", decimals: int = 0, label: str = "") -> SafeString:
    """A ratio as bar and number; the bar ends at 100 %, the number does not."""
    ratio = exact(value)
    if ratio is None:
        return format_html('<span class="meter"><span></span><b>{}</b></span>', NOTHING)
    tone = state or ("good" if ratio >= 1 else "")
    return format_html(
        '<span class="meter"><progress max="1000" value="{}"{} aria-label="{}"></progress>'
        "<b>{}</b></span>",
        bar_length(ratio),
        format_html(' class="is-{}"', tone) if tone else "",
        label or _("Attainment"),
        percent(ratio, decimals),
    )


def spark_html(values: object) -> SafeString:
    """Values over time as a small line with a dot at its end; gaps where there is none."""
    found = [exact(value) for value in values] if isinstance(values, Sequence) else []
    known = [value for value in found if value is not None]
    if len(known) < 2:
        return SafeString(NOTHING)
    low, spread = min(known), max(known) - min(known)
    points = [
        (2 + at * (SPARK[0] - 4) // (len(found) - 1), _height(value - low, spread))
        for at, value in enumerate(found)
        if value is not None
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" aria-hidden="true"><polyline points="{}"/>'
        '<circle cx="{}" cy="{}" r="2"/></svg>',
        *SPARK, line, *points[-1],
    )  # fmt: skip


def _height(above: Fraction, spread: Fraction) -> int:
    """Points from the top; a flat line runs through the middle."""
    room = SPARK[1] - 4
    return 2 + (room - int(above * room / spread) if spread else room // 2)


def bar_length(ratio: Fraction) -> int:
    """Thousandths for a bar, never beyond its ends."""
    return int(min(max(ratio, Fraction(0)), Fraction(1)) * 1000)


def delta_html(
    value: object, *, direction: str = "up", kind: str = "change", decimals: int | None = None
) -> SafeString:
    """A change by arrow, sign and colour; `direction` says which way is good."""
    found = exact(value)
    if found is None:
        return format_html('<span class="delta quiet">{}</span>', NOTHING)
    say = points if kind == "points" else change
    text = say(found) if decimals is None else say(found, decimals)
    if not any(digit in text for digit in "123456789"):
        return format_html('<span class="delta quiet">{}{}</span>', icon_html("minus"), text)
    rises = found > 0
    tone = {"up": rises, "down": not rises}.get(direction)
    css = "quiet" if tone is None else "good" if tone else "bad"
    arrow = icon_html("arrow-up-right" if rises else "arrow-down-right")
    return format_html('<span class="delta {}">{}{}</span>', css, arrow, text)
