"""What is decided beside the points: gates declared on a paper, ties broken by a vote or a letter."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from khoithidua.triggers import AppendOnly
from scoring.models.card import Scorecard
from units.models import User


class GateFinding(models.Model):
    """Where a unit stands with one gate of the table, and on which paper; the last one counts.

    The paper is cited by number only: what it says of people is nobody's to read here.
    """

    class State(models.TextChoices):
        HIT = "hit", "vướng"
        CLEAR = "clear", "không vướng"
        AWAITED = "awaited", "chờ kết quả"

    card = models.ForeignKey(
        Scorecard, models.PROTECT, verbose_name="bản tự chấm", related_name="gate_findings"
    )
    gate = models.CharField("điều kiện", max_length=40)
    state = models.CharField("tình trạng", max_length=8, choices=State)
    document = models.CharField("theo văn bản", max_length=200, blank=True)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="người ghi", related_name="+")
    at = models.DateTimeField("lúc", default=timezone.now)

    guards = [AppendOnly("Tình trạng điều kiện đã ghi không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "tình trạng điều kiện"
        ordering = ["card", "gate", "pk"]
        indexes = [models.Index(fields=["card", "gate", "-id"], name="gate_in_force")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="hit") | ~Q(document=""),
                name="gate_finding_document",
                violation_error_message="Vướng điều kiện thì phải dẫn số, ngày của văn bản.",
            ),
        ]

    def __str__(self):
        return f"{self.gate}, {self.card}: {self.get_state_display()}"


class TieDecision(models.Model):
    """The place that a vote or the standing body gave a unit among its equals; the last one counts."""

    class Link(models.TextChoices):
        CONFERENCE = "conference", "bỏ phiếu tại hội nghị"
        STANDING_BODY = "standing_body", "ý kiến cơ quan thường trực"

    card = models.ForeignKey(
        Scorecard, models.PROTECT, verbose_name="bản tự chấm", related_name="tie_decisions"
    )
    link = models.CharField("theo", max_length=14, choices=Link)
    place = models.PositiveSmallIntegerField("thứ tự")
    document = models.CharField("theo văn bản", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="người ghi", related_name="+")
    at = models.DateTimeField("lúc", default=timezone.now)

    guards = [AppendOnly("Quyết định đã ghi không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "quyết định khi bằng điểm"
        ordering = ["card", "link", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(place__gte=1) & ~Q(document=""),
                name="tie_decision_document",
                violation_error_message="Cần thứ tự và số, ngày của văn bản.",
            ),
        ]

    def __str__(self):
        return f"{self.card}: {self.place}"
