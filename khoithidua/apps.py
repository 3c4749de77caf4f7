"""App configuration: guards are put back after every migrate."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KhoithiduaConfig(AppConfig):
    name = "khoithidua"
    verbose_name = "hệ thống"

    def ready(self):
        from khoithidua import triggers

        post_migrate.connect(triggers.install_after_migrate, sender=self)
