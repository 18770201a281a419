"""Addresses of the screens: every module in `views` brings its own `urlpatterns`."""

import pkgutil
from importlib import import_module

from django.urls import URLPattern, URLResolver

from cheji.web import views

urlpatterns: list[URLPattern | URLResolver] = []
for _module in sorted(pkgutil.iter_modules(views.__path__), key=lambda found: found.name):
    _view = import_module(f"{views.__name__}.{_module.name}")
    urlpatterns += getattr(_view, "urlpatterns", [])
