"""Definitions: the KPI dictionary, schemes and pay plans in words, switches, drafts, publishing."""

from django.urls import path

from .adding import add_to_sheet
from .changes import edit_draft, new_version, set_switch
from .comparing import compare
from .dictionary import dictionary, listing
from .editing import change, edit, new
from .files import bring, export
from .live import filters, live, live_measure
from .pages import definition
from .previewing import preview
from .publishing import decline, drafts, publish, version, withdraw

urlpatterns = [
    path("definitions", dictionary, name="definitions"),
    path("definitions", dictionary, name="kpi_dictionary"),
    path("definitions/kpi/form", new, {"kind": "kpi"}, name="kpi-new"),
    path("definitions/kpi/live", live, name="kpi-live"),
    path("definitions/kpi/at/<slug:code>/change", change, {"kind": "kpi"}, name="kpi-change"),
    path("definitions/kpi/at/<slug:code>/sheet", add_to_sheet, name="kpi-on-sheet"),
    path("definitions/measure/form", new, {"kind": "measure"}, name="measure-new"),
    path("definitions/measure/live", live_measure, name="measure-live"),
    path("definitions/measure/filters", filters, name="measure-filters"),
    path(
        "definitions/measure/at/<slug:code>/change",
        change,
        {"kind": "measure"},
        name="measure-change",
    ),
    path("definitions/versions/<int:number>/form", edit, name="version-form"),
    path("definitions/versions/<int:version>/preview", preview, name="definition-preview"),
    path("definitions/export", export, name="definition-export"),
    path("definitions/import", bring, name="definition-bring"),
    path("definitions/compare", compare, name="definition-compare"),
    path("definitions/drafts", drafts, name="definition-drafts"),
    path("definitions/versions/<int:number>", version, name="definition-version"),
    path("definitions/versions/<int:number>/edit", edit_draft, name="definition-edit"),
    path("definitions/versions/<int:number>/withdraw", withdraw, name="definition-withdraw"),
    path("definitions/versions/<int:number>/decline", decline, name="definition-decline"),
    path("definitions/versions/<int:number>/publish", publish, name="definition-publish"),
    path("definitions/<slug:kind>", listing, name="definition-list"),
    path("definitions/<slug:kind>/new", new_version, name="definition-new"),
    path("definitions/<slug:kind>/at/<slug:code>", definition, name="definition"),
    path("definitions/<slug:kind>/at/<slug:code>/draft", new_version, name="definition-draft"),
    path("definitions/switch/at/<slug:code>/set", set_switch, name="definition-switch"),
]
