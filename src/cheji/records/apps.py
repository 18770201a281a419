"""Django's registration of the one app that has tables."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    name = "cheji.records"
    label = "records"
    verbose_name = "Records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Forget the types of columns after a migration, which may have changed them."""
        from cheji.records import bulk  # noqa: PLC0415  only now is there a database to speak of

        post_migrate.connect(bulk.forget, sender=self)
