"""Django's registration of the one app that has tables."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "cheji.records"
    label = "records"
    verbose_name = "Records"
    default_auto_field = "django.db.models.BigAutoField"
