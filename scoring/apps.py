"""App configuration."""

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = "chấm điểm và xếp hạng"
