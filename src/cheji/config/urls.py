"""Addresses: sign-in by allauth, the language switch, health, then the screens."""

import importlib.util

from django.urls import URLPattern, URLResolver, include, path

from cheji.config.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
]
if importlib.util.find_spec("cheji.web.urls"):
    urlpatterns.append(path("", include("cheji.web.urls")))
