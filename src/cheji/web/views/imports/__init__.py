"""The import wizard: kind and file, columns, check and mend, commit in the background, report."""

from django.urls import path

from cheji.files.own_columns import own_columns

from .batches import batch, batches, forget, left, undo
from .checking import check, commit, faulty, mend, mode, words
from .columns import columns
from .starting import kinds, template_file, upload

own = own_columns()  # each step sees the columns of the fields that are in use as it begins
urlpatterns = [
    path("imports", own(batches), name="imports"),
    path("imports/new", own(kinds), name="import-new"),
    path("imports/new/<slug:code>", own(upload), name="import-upload"),
    path("imports/template/<slug:code>", own(template_file), name="import-template"),
    path("imports/<uuid:key>", own(batch), name="import"),
    path("imports/<uuid:key>/columns", own(columns), name="import-columns"),
    path("imports/<uuid:key>/check", own(check), name="import-check"),
    path("imports/<uuid:key>/mend", own(mend), name="import-mend"),
    path("imports/<uuid:key>/words", own(words), name="import-words"),
    path("imports/<uuid:key>/mode", own(mode), name="import-mode"),
    path("imports/<uuid:key>/faulty", own(faulty), name="import-faulty"),
    path("imports/<uuid:key>/commit", own(commit), name="import-commit"),
    path("imports/<uuid:key>/left", own(left), name="import-left"),
    path("imports/<uuid:key>/undo", own(undo), name="import-undo"),
    path("imports/<uuid:key>/forget", own(forget), name="import-forget"),
]
