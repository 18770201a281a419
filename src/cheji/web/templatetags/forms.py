"""Form fields with label, help and errors at the field, and the summary of errors."""

from collections.abc import Sequence
from typing import Any, Final

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.forms.widgets import FileInput, Select, Widget

register = template.Library()

_CLASSES: Final = ((CheckboxInput, "form-check-input"), (Select, "form-select"))
LONG: Final = 12
"""A list of more boxes can be searched."""
_CHOICES: Final = (RadioSelect, CheckboxSelectMultiple)


def widget_class(widget: Widget) -> str:
    """The theme's class for a widget; lists of choices have none of their own."""
    if isinstance(widget, _CHOICES):
        return "form-check-input"
    return next((css for kind, css in _CLASSES if isinstance(widget, kind)), "form-control")


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, css: str = "", label: str = "", hint: str | None = None
) -> dict[str, Any]:
    """{% field form.name %}; css "wide" spans the form grid; label and hint replace the form's."""
    hint = str(bound.help_text) if hint is None else hint
    widget = bound.field.widget
    attrs: dict[str, str | bool] = {
        "class": f"{widget.attrs.get('class', '')} {widget_class(widget)}".strip()
    }
    if widget.attrs.get("placeholder") == bound.label:
        attrs["placeholder"] = ""
    describing = []
    if hint:
        describing.append(f"{bound.auto_id}_help")
    if bound.errors:
        describing.append(f"{bound.auto_id}_faults")
        attrs["aria-invalid"] = "true"
    if describing:
        attrs["aria-describedby"] = " ".join(describing)
    return {
        "bound": bound,
        "css": css,
        "label": label or bound.label,
        "hint": hint,
        "widget": bound.as_widget(attrs=attrs) if not isinstance(widget, _CHOICES) else "",
        "choices": list(bound.subwidgets) if isinstance(widget, _CHOICES) else (),
        "groups": _groups(bound),
        "check": isinstance(widget, CheckboxInput),
        "required": bound.field.required and not isinstance(widget, CheckboxInput),
    }


def _groups(bound: BoundField) -> Sequence[tuple[str, list[Any]]]:
    """The boxes of a long list by group, so that it can be searched; nothing of a short one."""
    widget = bound.field.widget
    if not isinstance(widget, CheckboxSelectMultiple):
        return ()
    held = [str(value) for value in bound.value() or ()]
    groups = widget.optgroups(bound.html_name, held, {"id": bound.auto_id})
    rows = [(str(name or ""), list(options)) for name, options, _at in groups]
    return rows if sum(len(options) for _name, options in rows) > LONG else ()


@register.inclusion_tag("components/fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """{% form_fields form %}: hidden fields, then all others one below the other."""
    return {"form": form}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """{% form_errors form %}: what to mend, each line leads to its field."""
    faulty = [bound for bound in form if bound.errors]
    return {"general": form.non_field_errors(), "faulty": faulty}


@register.inclusion_tag("components/upload_zone.html")
def upload_zone(
    bound: BoundField | None = None,
    *,
    name: str = "file",
    accept: str = ".xlsx,.xls,.csv,.tsv",
    multiple: bool = False,
    limit: int = 0,
    help_text: str = "",
) -> dict[str, Any]:
    """{% upload_zone form.file %} or {% upload_zone name="file" %}; `limit` in bytes."""
    if bound is not None and isinstance(bound.field.widget, FileInput):
        name = bound.html_name
    return {
        "bound": bound,
        "name": name,
        "id": bound.auto_id if bound is not None else f"id_{name}",
        "accept": accept,
        "multiple": multiple,
        "limit": limit,
        "help_text": help_text or (bound.help_text if bound is not None else ""),
    }
