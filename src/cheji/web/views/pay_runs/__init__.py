"""Pay as finance and managers bring it on: months, runs, what waits, vouchers, settlements."""

import pkgutil
from importlib import import_module

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
for _module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
    _view = import_module(f"{__name__}.{_module.name}")
    urlpatterns += getattr(_view, "urlpatterns", [])
