"""Fields of the house's own: their list, and the form that adds or changes one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import fields as actions
from cheji.reads import fields as reads
from cheji.reads.fields import FieldSeen
from cheji.web.asked import version_seen
from cheji.web.forms import ActionForm, choice, words
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import NOUNS, named

RIGHT = "definitions.write"
NOUN = {noun: NOUNS[noun] for noun in ("customer", "prospect", "order", "visit")}
TYPES: dict[str, Any] = {
    "text": pgettext_lazy("type of field", "Text"),
    "number": pgettext_lazy("type of field", "Number"),
    "date": pgettext_lazy("type of field", "Date"),
    "choice": pgettext_lazy("type of field", "Choice"),
}


class FieldForm(ActionForm):
    """What a field says; a new one also has its noun, code and type."""

    segments = ("noun", "type")
    wide = ("choices",)
    noun = choice(gettext_lazy("Stands in"), NOUN)
    type = choice(gettext_lazy("Type"), TYPES)
    code = words(gettext_lazy("Code"), 20, required=True)
    zh = words(gettext_lazy("Name in Chinese"), 80, required=True)
    en = words(gettext_lazy("Name in English"), 80, required=True)
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line: code, name in Chinese, name in English."),
    )
    position = forms.IntegerField(
        label=pgettext_lazy("place in a list", "Order"), min_value=0, max_value=999, initial=0
    )
    required = forms.BooleanField(label=gettext_lazy("Must be filled in"), required=False)
    in_kpis = forms.BooleanField(
        label=gettext_lazy("Used in KPIs"),
        required=False,
        help_text=gettext_lazy("A choice stands in the facts, so that measures may filter on it."),
    )
    retired = forms.BooleanField(label=gettext_lazy("Retired"), required=False)

    def __init__(self, *args: Any, field: FieldSeen | None, **kwargs: Any) -> None:
        self.field = field
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        if self.field is None:
            del self.fields["retired"]
            return
        for name in ("noun", "type", "code"):
            del self.fields[name]
        for name in self.fields:
            self.fields[name].initial = getattr(self.field, name)
        self.fields["choices"].initial = "\n".join(", ".join(one) for one in self.field.choices)

    def clean_choices(self) -> list[tuple[str, str, str]]:
        """Each line as code and names; a name that is missing is the other, or the code."""
        found = []
        for line in self.cleaned_data["choices"].splitlines():
            parts = [part.strip() for part in line.replace("，", ",").split(",") if part.strip()]
            if parts:
                code, zh, en = [*parts, *parts[-1:] * 2][:3]
                found.append((code, zh, en))
        return found

    def terms(self) -> actions.Terms:
        names = ("zh", "en", "choices", "required", "in_kpis", "position", "retired")
        return actions.Terms(**{n: self.cleaned_data[n] for n in names if n in self.cleaned_data})


@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """Every field, retired ones too."""
    viewer(request).must(RIGHT)
    columns = [
        Column("name", pgettext("of a thing", "Name")),
        Column("noun", _("Stands in")),
        Column("type", _("Type")),
        Column("choices", _("Choices")),
        Column("kpis", _("Used in KPIs"), kind="tick"),
        Column("state", _("State"), kind="badge"),
        Column("measure", ""),
    ]
    rows = [_row(field) for field in reads.fields(retired=True)]
    empty = Empty(_("No fields yet"), _("Add what your house wants to know of its customers."))
    table = Table(columns, rows, caption=_("Own fields"), free=True, phone="cards", empty=empty)
    return render(request, "definitions/fields.html", {"table": table})


def _row(field: FieldSeen) -> Row:
    url = reverse("field-edit", args=[field.id])
    names = _(", ").join(named(Names(*one)) for one in field.choices)
    state = _("Retired") if field.retired else _("In use")
    return Row(
        [
            Cell(named(field), href=url, note=field.code),
            str(NOUN[field.noun]),
            str(TYPES[field.type]),
            names or None,
            field.in_kpis,
            Cell(state, state="" if field.retired else "good"),
            _measure(field),
        ],
        href=url,
    )


def _measure(field: FieldSeen) -> Cell:
    """The door to a measure on the field, where facts have it."""
    if field.retired or not field.in_kpis:
        return Cell(None)
    return Cell(_("Build a measure from it"), href=f"{reverse('measure-new')}?field={field.code}")


class Names:
    """A choice by its names."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        self.code, self.zh, self.en = code, zh, en


@require_http_methods(["GET", "POST"])
def new_field(request: HttpRequest) -> HttpResponse:
    """Add a field."""
    who = viewer(request)
    who.must(RIGHT)
    form = FieldForm(request.POST or None, who=who, field=None)

    def act(given: dict[str, Any]) -> actions.Done:
        return actions.define(
            by=who,
            at=now(),
            noun=given["noun"],
            code=given["code"],
            kind=given["type"],
            terms=form.terms(),
        )

    done = form.submit(act) if request.method == "POST" else None
    if done:
        messages.success(request, _("The field is there; forms show it from now on."))
        return redirect("fields")
    return _page(request, form, _("New field"))


@require_http_methods(["GET", "POST"])
def edit_field(request: HttpRequest, number: int) -> HttpResponse:
    """Change a field, or retire it."""
    who = viewer(request)
    who.must(RIGHT)
    field = reads.field(number)
    form = FieldForm(request.POST or None, who=who, field=field)

    def act(_given: dict[str, Any]) -> actions.Done:
        version = version_seen(request.POST, "seen", field.version)
        return actions.amend(by=who, at=now(), field=number, version=version, terms=form.terms())

    done = form.submit(act) if request.method == "POST" else None
    if done:
        messages.success(request, _("The field is changed."))
        return redirect("fields")
    return _page(request, form, named(field), field)


def _page(
    request: HttpRequest, form: FieldForm, title: str, field: FieldSeen | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "seen": field.version if field else 0,
        "measure_url": _measure(field).href if field else "",
    }
    return render(request, "definitions/field.html", context, status=form.status)


urlpatterns = [
    path("fields", fields, name="fields"),
    path("fields/new", new_field, name="field-new"),
    path("fields/<int:number>", edit_field, name="field-edit"),
]
