"""The import wizard: kind and file, columns, check and mend, commit in the background, report."""

from django.urls import path

from .batches import batch, batches, forget, left, undo
from .checking import check, commit, faulty, mend, mode, words
from .columns import columns
from .starting import kinds, template_file, upload

urlpatterns = [
    path("imports", batches, name="imports"),
    path("imports/new", kinds, name="import-new"),
    path("imports/new/<slug:code>", upload, name="import-upload"),
    path("imports/template/<slug:code>", template_file, name="import-template"),
    path("imports/<uuid:key>", batch, name="import"),
    path("imports/<uuid:key>/columns", columns, name="import-columns"),
    path("imports/<uuid:key>/check", check, name="import-check"),
    path("imports/<uuid:key>/mend", mend, name="import-mend"),
    path("imports/<uuid:key>/words", words, name="import-words"),
    path("imports/<uuid:key>/mode", mode, name="import-mode"),
    path("imports/<uuid:key>/faulty", faulty, name="import-faulty"),
    path("imports/<uuid:key>/commit", commit, name="import-commit"),
    path("imports/<uuid:key>/left", left, name="import-left"),
    path("imports/<uuid:key>/undo", undo, name="import-undo"),
    path("imports/<uuid:key>/forget", forget, name="import-forget"),
]
