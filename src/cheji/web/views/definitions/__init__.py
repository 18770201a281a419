"""Definitions: the KPI dictionary, schemes and pay plans in words, switches, drafts, publishing."""

from django.urls import path

from .changes import edit_draft, new_version, set_switch
from .dictionary import dictionary, listing
from .pages import definition
from .publishing import decline, drafts, publish, version, withdraw

urlpatterns = [
    path("definitions", dictionary, name="definitions"),
    path("definitions", dictionary, name="kpi_dictionary"),
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
