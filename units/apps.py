"""App configuration."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = "đơn vị và khối thi đua"

    def ready(self):
        from units import signals  # noqa: F401
