"""What the models are that the house sells: their list, and the form that says it."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import vehicle_models as actions
from cheji.reads import vehicle_models as reads
from cheji.reads.vehicle_models import ModelSeen
from cheji.web.asked import version_seen
from cheji.web.forms import ActionForm, choice, words
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import DISPLACEMENTS


class ModelForm(ActionForm):
    """What a model is; a new one is named as orders and vehicles name it."""

    name = words(gettext_lazy("Model"), 80, required=True)
    displacement = choice(
        gettext_lazy("Displacement class"), {"": "—", **DISPLACEMENTS}, required=False
    )
    segment = words(gettext_lazy("Segment"), 40)
    key = forms.BooleanField(label=gettext_lazy("Key model"), required=False)

    def __init__(self, *args: Any, model: ModelSeen | None, **kwargs: Any) -> None:
        self.model = model
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        if self.model is not None:
            del self.fields["name"]
            for name in self.fields:
                self.fields[name].initial = getattr(self.model, name)

    def terms(self) -> actions.Terms:
        names = ("displacement", "segment", "key")
        return actions.Terms(**{name: self.cleaned_data[name] for name in names})


@require_GET
def vehicle_models(request: HttpRequest) -> HttpResponse:
    """Every model, with those of which nothing is told yet."""
    who = viewer(request)
    who.must(actions.RIGHT)
    columns = [
        Column("name", _("Model")),
        Column("displacement", _("Displacement class")),
        Column("segment", _("Segment")),
        Column("key", _("Key model"), kind="tick"),
    ]
    rows = [_row(model) for model in reads.vehicle_models(who)]
    empty = Empty(_("No models yet"), _("Models appear with the first orders and vehicles."))
    table = Table(columns, rows, caption=_("Models"), free=True, phone="cards", empty=empty)
    return render(request, "definitions/models.html", {"table": table})


def _row(model: ModelSeen) -> Row:
    known, new = reverse("model-edit", args=[model.id]), reverse("model-new")
    url = known if model.id else f"{new}?{urlencode({'name': model.name})}"
    return Row(
        [
            Cell(model.name, href=url),
            str(DISPLACEMENTS[model.displacement]) if model.displacement else None,
            model.segment or None,
            model.key,
        ],
        href=url,
    )


@require_http_methods(["GET", "POST"])
def new_model(request: HttpRequest) -> HttpResponse:
    """Say what a model is."""
    who = viewer(request)
    who.must(actions.RIGHT)
    given = {"name": request.GET.get("name", "")[:80]}
    form = ModelForm(request.POST or None, who=who, model=None, initial=given)

    def act(given: dict[str, Any]) -> actions.Done:
        return actions.describe(by=who, at=now(), name=given["name"], terms=form.terms())

    done = form.submit(act) if request.method == "POST" else None
    if done:
        messages.success(request, _("KPIs count by it from now on."))
        return redirect("models")
    return _page(request, form, _("New model"))


@require_http_methods(["GET", "POST"])
def edit_model(request: HttpRequest, number: int) -> HttpResponse:
    """Mend what is told of a model."""
    who = viewer(request)
    who.must(actions.RIGHT)
    model = reads.vehicle_model(number)
    form = ModelForm(request.POST or None, who=who, model=model)

    def act(_given: dict[str, Any]) -> actions.Done:
        version = version_seen(request.POST, "seen", model.version)
        return actions.amend(by=who, at=now(), model=number, version=version, terms=form.terms())

    done = form.submit(act) if request.method == "POST" else None
    if done:
        messages.success(request, _("KPIs count by it from now on."))
        return redirect("models")
    return _page(request, form, model.name, model.version)


def _page(request: HttpRequest, form: ModelForm, title: str, seen: int = 0) -> HttpResponse:
    context = {"form": form, "title": title, "seen": seen}
    return render(request, "definitions/model.html", context, status=form.status)


urlpatterns = [
    path("models", vehicle_models, name="models"),
    path("models/new", new_model, name="model-new"),
    path("models/<int:number>", edit_model, name="model-edit"),
]
