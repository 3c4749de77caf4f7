"""What stops a paper on its way: a request to change it before signing, a proposal to withdraw it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from khoithidua.triggers import AppendOnly, unchanged
from pledges.models.paper import Paper
from pledges.models.signing import Party
from units.models import User


class ChangeRequest(models.Model):
    """A leader's request, before signing, to change the text; the lead's answer, given once."""

    class Outcome(models.TextChoices):
        OPEN = "", "chờ trả lời"
        KEPT = "kept", "giữ nguyên văn bản, ký tiếp"
        NEW_VERSION = "new_version", "lập phiên bản mới"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="change_requests")
    party = models.ForeignKey(Party, models.PROTECT, related_name="change_requests")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="người đề nghị", related_name="+")
    at = models.DateTimeField("lúc", default=timezone.now)
    reason = models.TextField("nội dung, lý do đề nghị")
    outcome = models.CharField("kết quả", max_length=12, choices=Outcome, default="", blank=True)
    answer = models.TextField("trả lời", blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người trả lời", null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)

    guards = [
        AppendOnly(
            "Đề nghị chỉnh sửa đã gửi không sửa, không xóa.",
            except_when="OLD.outcome = '' AND "
            + unchanged("paper_id", "party_id", "by_id", "at", "reason"),
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "đề nghị chỉnh sửa trước khi ký"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["party"],
                condition=Q(outcome=""),
                name="change_request_open_once",
                violation_error_message="Đơn vị đã có một đề nghị đang chờ trả lời.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_at=None, answered_by=None)
                | ~Q(outcome="")
                & ~Q(answer="")
                & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="change_request_answer",
            ),
        ]

    def __str__(self):
        return f"{self.party.unit_name}: {self.reason[:60]}"


class Withdrawal(models.Model):
    """The lead's proposal to withdraw a paper before it is complete, and what the deputy said."""

    class Outcome(models.TextChoices):
        OPEN = "", "chờ đơn vị cấp phó"
        CONFIRMED = "confirmed", "đã rút"
        KEPT = "kept", "không rút"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="withdrawals")
    reason = models.TextField("lý do rút")
    proposed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người đề nghị", related_name="+"
    )
    proposed_at = models.DateTimeField("lúc", default=timezone.now)
    outcome = models.CharField("kết quả", max_length=10, choices=Outcome, default="", blank=True)
    note = models.TextField("ý kiến của đơn vị cấp phó", blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người xác nhận", null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("xác nhận lúc", null=True, blank=True)

    guards = [
        AppendOnly(
            "Đề nghị rút văn bản đã gửi không sửa, không xóa.",
            except_when="OLD.outcome = '' AND "
            + unchanged("paper_id", "reason", "proposed_by_id", "proposed_at"),
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "đề nghị rút văn bản"
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper"],
                condition=Q(outcome=""),
                name="withdrawal_open_once",
                violation_error_message="Đã có một đề nghị rút đang chờ xác nhận.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, decided_by=None)
                | ~Q(outcome="") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="withdrawal_decided",
            ),
            # Four eyes: whoever proposed it is not the one who confirms.
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")),
                name="withdrawal_two_people",
            ),
        ]

    def __str__(self):
        return f"Rút {self.paper}: {self.reason[:60]}"
