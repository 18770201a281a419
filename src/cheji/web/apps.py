"""The web face as a Django app, so that its templates, tags and static files are found."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Screens only: no tables."""

    name = "cheji.web"
    label = "web"
    verbose_name = "Cheji web"
