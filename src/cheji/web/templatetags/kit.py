"""The components as template tags: {% load kit %} gives all of them and the filters of figures.

Each takes one value of cheji.web.templatetags.parts, made by the view.
"""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from django import template
from django.template.base import NodeList, Parser, Token
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cheji.web.templatetags import cells, drawings, figures, forms
from cheji.web.templatetags.addresses import kept, others, without
from cheji.web.templatetags.figures import exact, figure
from cheji.web.templatetags.parts import (
    Card,
    Chip,
    Column,
    Page,
    PeriodChoice,
    Row,
    Table,
)

register = template.Library()
register.filters.update(figures.register.filters)
register.tags.update(forms.register.tags)
register.tags.update(drawings.register.tags)

COMPONENTS: Final = "components/"
# In this order: later names also stand in the texts of earlier ones.
_BROWSERS: Final = (
    ("wxwork", gettext_lazy("WeCom")),
    ("MicroMessenger", gettext_lazy("WeChat")),
    ("DingTalk", gettext_lazy("DingTalk")),
    ("Lark", gettext_lazy("Feishu")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
register.simple_tag(cells.icon_html, name="icon")
register.simple_tag(cells.badge_html, name="badge")
register.simple_tag(cells.meter_html, name="meter")
register.simple_tag(cells.delta_html, name="delta")
register.filter("day", cells.day_text)


class CaptureNode(template.Node):
    """Keeps what is between the tags under a name."""

    def __init__(self, content: NodeList, name: str) -> None:
        self.content = content
        self.name = name

    def render(self, context: template.Context) -> str:
        """Nothing is shown here."""
        shown = self.content.render(context).strip()
        context[self.name] = mark_safe(shown)  # noqa: S308  a template has escaped it
        return ""


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """{% capture name %}…{% endcapture %}: a block that is shown in more than one place."""
    name = token.split_contents()[1]
    content = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(content, name)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: str | int | None) -> str:
    """{% query page=2 sort=None %}: this page's query with changes."""
    return kept(context.get("request"), **changes)


@register.simple_tag
def door(
    value: object, reason: str, *, kind: str = "number", decimals: int | None = None
) -> SafeString:
    """{% door value reason kind="money" %}: a number that opens its reason in the drawer."""
    return format_html(
        '<a class="door" href="{}" data-drawer>{}</a>', reason, figure(value, kind, decimals)
    )


@register.simple_tag
def figure_text(value: object, kind: str, decimals: int | None = None) -> str:
    """{% figure_text value kind %}: a number by the name of its kind."""
    return figure(value, kind, decimals)


@register.inclusion_tag(COMPONENTS + "kpi_card.html")
def kpi_card(card: Card) -> dict[str, Any]:
    """{% kpi_card card %}; put several into <div class="kpis">."""
    ratio = exact(card.attained)
    return {
        "card": card,
        "text": figure(card.value, card.kind, card.decimals),
        "target": figure(card.target, card.kind, card.decimals),
        "bar": None if ratio is None else cells.bar_length(ratio),
        "tone": card.state or ("good" if ratio is not None and ratio >= 1 else ""),
        "light": cells.light_html(card.light),
        "month": _change(card, card.previous),
        "year": _change(card, card.year_ago),
        "changes": card.previous is not None or card.year_ago is not None,
    }


def _change(card: Card, before: object) -> SafeString:
    now, then = exact(card.value), exact(before)
    if card.kind == "percent":
        gap = None if now is None or then is None else now - then
        return cells.delta_html(gap, direction=card.direction, kind="points")
    rate = None if now is None or not then else (now - then) / abs(then)
    return cells.delta_html(rate, direction=card.direction)


@register.inclusion_tag(COMPONENTS + "data_table.html", takes_context=True)
def data_table(context: template.Context, table: Table) -> dict[str, Any]:
    """{% data_table table %}: sticky head, frozen first column, sorting, totals, pages."""
    request = context.get("request")
    return {
        "request": request,
        "table": table,
        "heads": [_head(request, column, table.sort) for column in table.columns],
        "rows": [_row(table.columns, row) for row in table.rows],
        "totals": _row(table.columns, table.totals) if table.totals else None,
        "width": len(table.columns) + table.select,
    }


def _head(request: Any, column: Column, sort: str) -> dict[str, Any]:
    falling, rising = sort == f"-{column.key}", sort == column.key
    turn = column.key if falling else f"-{column.key}"
    return {
        "column": column,
        "css": cells.cell_class(column),
        "order": "descending" if falling else "ascending" if rising else "none",
        "icon": "arrow-down" if falling else "arrow-up" if rising else "arrows-sort",
        "url": kept(request, sort=turn, page=None) if column.sortable else "",
    }


def _row(columns: Any, row: Row) -> dict[str, Any]:
    return {"row": row, "cells": cells.cells_html(columns, row.cells)}


@register.inclusion_tag(COMPONENTS + "pager.html", takes_context=True)
def pager(context: template.Context, page: Page, at: str = "") -> dict[str, Any]:
    """{% pager page %}: count, page size and pages; filters stay; `at` is a place on the page."""
    request = context.get("request")
    first = (page.number - 1) * page.size + 1
    return {
        "page": page,
        "first": first,
        "last": min(page.number * page.size, page.total),
        "previous": kept(request, page=page.number - 1) + at if page.number > 1 else "",
        "next": kept(request, page=page.number + 1) + at if page.number < page.pages else "",
        "hidden": others(request, "size"),
    }


@register.inclusion_tag(COMPONENTS + "filter_chips.html", takes_context=True)
def filter_chips(context: template.Context, chips: list[Chip]) -> dict[str, Any]:
    """{% filter_chips chips %}: the filters that are on, each with a cross."""
    request = context.get("request")
    return {
        "chips": [(chip, without(request, chip.param, chip.drop)) for chip in chips],
        "clear": kept(request, page=None, **{chip.param: None for chip in chips}),
    }


@register.inclusion_tag(COMPONENTS + "period_picker.html", takes_context=True)
def period_picker(context: template.Context, choice: PeriodChoice) -> dict[str, Any]:
    """{% period_picker choice %}: previous, list, next; the other filters stay."""
    request = context.get("request")
    return {
        "choice": choice,
        "chosen": dict(choice.options).get(choice.key),
        "previous": kept(request, **{choice.param: choice.previous}) if choice.previous else "",
        "next": kept(request, **{choice.param: choice.next}) if choice.next else "",
        "hidden": others(request, choice.param),
    }


@register.inclusion_tag(COMPONENTS + "scope_path.html")
def scope_path(steps: Any) -> dict[str, Any]:
    """{% scope_path steps %}: nation / region / outlet / consultant, the last one is here."""
    return {"steps": steps}


@register.inclusion_tag(COMPONENTS + "stepper.html")
def stepper(stages: Any) -> dict[str, Any]:
    """{% stepper stages %}: where a wizard stands."""
    return {"stages": stages}


@register.inclusion_tag(COMPONENTS + "timeline.html")
def timeline(entries: Any) -> dict[str, Any]:
    """{% timeline entries %}: newest first."""
    return {"entries": entries}


@register.inclusion_tag(COMPONENTS + "tabs.html")
def tabs(items: Any, label: str = "") -> dict[str, Any]:
    """{% tabs items %}: each tab is an address; `label` tells two rows of tabs of a page apart."""
    return {"tabs": items, "label": label}


@register.inclusion_tag(COMPONENTS + "empty_state.html")
def empty_state(empty: Any) -> dict[str, Any]:
    """{% empty_state empty %}: what is missing and the next step."""
    return {"empty": empty}


@register.inclusion_tag(COMPONENTS + "reason_tree.html")
def reason_tree(leaves: list[Mapping[str, Any]]) -> dict[str, Any]:
    """{% reason_tree leaves %}: mappings label, text, note, url, parts (more of the same).

    `href` is the page of what the label names.
    """
    return {"leaves": leaves}


@register.filter
def instant(value: datetime | str) -> str:
    """An instant as text in the reader's zone."""
    return cells.day_text(value)


@register.filter
def attained(value: object, target: object) -> Fraction | None:
    """{{ value|attained:target }}: value ÷ target, None without a target."""
    have, aim = exact(value), exact(target)
    return None if have is None or not aim else have / aim


@register.filter
def browser_name(agent: str) -> str:
    """A browser and its system by the text it sends: "Chrome · Windows"."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), agent[:40])
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(str(part) for part in (browser, system) if part)


@register.simple_tag
def browser_texts() -> SafeString:
    """The sentences of the browser code, as a JSON block."""
    return json_script(_browser_texts(), "texts")


@register.simple_tag
def built(name: str) -> str:
    """{% built "app.js" %}: the address of a built browser file."""
    return static(f"built/{name}")


def _browser_texts() -> dict[str, str]:
    return {
        "close": _("Close"),
        "loading": _("Loading…"),
        "copied": _("Copied"),
        "right_axis": _("{name} (right axis)"),
        "signed_out": _("Your session has ended. Sign in again to go on."),
        "forbidden": _("You may not do this. Ask your manager or the administrator for the right."),
        "not_found": _("This is no longer there, or it lies outside your scope."),
        "offline": _("The server cannot be reached. Check the network and try again."),
        "failed": _("The server could not answer (error {status}). Try again in a moment."),
        "too_large": _("{name} is too large: at most {limit}."),
        "marks_saved": _("{done} of {all} marked, saved as you type"),
        "marks_meanwhile": _("Kept meanwhile: {mark}"),
        "grid_empty": _("Nothing to fill in yet"),
        "grid_sum": _("Sum"),
        "grid_sum_open": _("Sum · unassigned"),
        "grid_saved": _("Everything is saved"),
        "grid_changes": _("Unsaved changes: {count}"),
        "grid_refused": _("Not saved: mend the cells in red."),
        "grid_not_number": _("Not a number that fits here"),
        "grid_fixed": _("{count} cells are locked or signed for and keep what they have"),
        "grid_even": _("{spread} allocated, exactly as set"),
        "grid_under": _("{spread} of {parent} allocated, {gap} still open"),
        "grid_over": _("{spread} of {parent} allocated, {gap} too many"),
    }
