"""Addresses: sign-in by allauth, the language switch, health, the API, then the screens."""

from django.urls import URLPattern, URLResolver, include, path

from cheji.api.addresses import api
from cheji.config.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("", include("cheji.web.urls")),
]
handler400 = "cheji.web.views.shell.unread"
handler500 = "cheji.web.views.shell.broken"
