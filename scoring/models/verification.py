"""Verification: who checks which card, who stands aside, what is asked for and answered."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from khoithidua.triggers import AppendOnly, Refuses, unchanged
from scoring.models.card import Scorecard
from scoring.models.criteria import Criterion
from scoring.models.round import ScoringRound
from units.models import Unit, User


class Duty(models.Model):
    """A unit (or, without one, the supervisor) checks a card, whole or below one criterion."""

    class Kind(models.TextChoices):
        VERIFICATION = "verification", "thẩm định"
        PEER = "peer", "chấm chéo"

    round = models.ForeignKey(
        ScoringRound, models.PROTECT, verbose_name="đợt chấm điểm", related_name="duties"
    )
    card = models.ForeignKey(
        Scorecard, models.PROTECT, verbose_name="bản tự chấm", related_name="duties"
    )
    kind = models.CharField("loại", max_length=12, choices=Kind, default=Kind.VERIFICATION)
    verifier = models.ForeignKey(
        Unit,
        models.PROTECT,
        verbose_name="đơn vị thẩm định",
        null=True,
        blank=True,
        related_name="+",
        help_text="Để trống: chuyên viên theo dõi của cơ quan thường trực.",
    )
    criterion = models.ForeignKey(
        Criterion,
        models.PROTECT,
        verbose_name="tiêu chí",
        null=True,
        blank=True,
        related_name="+",
        help_text="Để trống: cả bản.",
    )
    is_drawn = models.BooleanField("bốc thăm", default=False)
    assigned_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người phân công", related_name="+"
    )
    assigned_at = models.DateTimeField("lúc", default=timezone.now)

    guards = [
        Refuses(
            "own_card",
            "EXISTS (SELECT 1 FROM scoring_scorecard AS card"
            " WHERE card.id = NEW.card_id AND card.unit_id = NEW.verifier_id)",
            "Không đơn vị nào thẩm định bản tự chấm của chính mình.",
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "phân công thẩm định"
        ordering = ["card", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "verifier", "kind"],
                condition=Q(criterion=None),
                name="duty_whole_card_once",
                violation_error_message="Đơn vị đã được phân công bản này.",
            ),
            models.UniqueConstraint(
                fields=["card", "verifier", "criterion", "kind"],
                name="duty_criterion_once",
                violation_error_message="Đơn vị đã được phân công tiêu chí này.",
            ),
            models.UniqueConstraint(
                fields=["card", "criterion"],
                condition=Q(verifier=None),
                name="duty_supervisor_once",
            ),
            models.CheckConstraint(
                condition=Q(verifier__isnull=False) | Q(criterion__isnull=False),
                name="duty_supervisor_criterion",
                violation_error_message="Chuyên viên theo dõi chỉ thẩm định từng tiêu chí.",
            ),
        ]

    def __str__(self):
        return f"{self.verifier or 'Chuyên viên theo dõi'} thẩm định {self.card}"


class Recusal(models.Model):
    """A person stands aside from one card."""

    card = models.ForeignKey(
        Scorecard, models.PROTECT, verbose_name="bản tự chấm", related_name="recusals"
    )
    user = models.ForeignKey(User, models.PROTECT, verbose_name="người rút", related_name="+")
    reason = models.TextField("lý do")
    at = models.DateTimeField("lúc", default=timezone.now)

    guards = [AppendOnly("Việc rút khỏi thẩm định đã ghi không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "rút khỏi thẩm định"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "user"],
                name="recusal_once",
                violation_error_message="Người này đã rút khỏi việc thẩm định bản này.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="recusal_reason",
                violation_error_message="Cần ghi lý do.",
            ),
        ]

    def __str__(self):
        return f"{self.user} rút khỏi {self.card}"


class SupplementRequest(models.Model):
    """A verifier asks the unit for more on one criterion, by a day; answered once."""

    card = models.ForeignKey(
        Scorecard, models.PROTECT, verbose_name="bản tự chấm", related_name="requests"
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, verbose_name="tiêu chí", related_name="+"
    )
    text = models.TextField("nội dung đề nghị")
    due_on = models.DateField("hạn bổ sung")
    asked_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người đề nghị", related_name="+"
    )
    asked_at = models.DateTimeField("lúc", default=timezone.now)
    answer_text = models.TextField("trả lời", blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người trả lời", null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)

    guards = [
        AppendOnly(
            "Đề nghị bổ sung đã gửi không sửa, không xóa.",
            except_when="OLD.answered_at IS NULL AND "
            + unchanged("card_id", "criterion_id", "text", "due_on", "asked_by_id", "asked_at"),
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "đề nghị bổ sung"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer_text="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer_text=""),
                name="supplement_answer",
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="supplement_text",
                violation_error_message="Cần ghi nội dung đề nghị.",
            ),
        ]

    def __str__(self):
        return f"{self.criterion}: {self.text[:60]}"


class ResponseQuerySet(models.QuerySet):
    def undecided(self):
        """Explanations and reserved opinions that wait for a decision."""
        return self.filter(outcome="").exclude(kind=Response.Kind.AGREE)


class Response(models.Model):
    """The unit's one answer to the verified points of a criterion, and what came of it."""

    class Kind(models.TextChoices):
        AGREE = "agree", "nhất trí"
        EXPLAIN = "explain", "giải trình"
        DISSENT = "dissent", "bảo lưu ý kiến"

    class Outcome(models.TextChoices):
        OPEN = "", "chưa quyết định"
        ACCEPTED = "accepted", "chấp nhận"
        KEPT = "kept", "giữ nguyên điểm"

    card = models.ForeignKey(
        Scorecard, models.PROTECT, verbose_name="bản tự chấm", related_name="responses"
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, verbose_name="tiêu chí", related_name="+"
    )
    kind = models.CharField("loại", max_length=8, choices=Kind)
    text = models.TextField("nội dung", blank=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="người trả lời", related_name="+")
    at = models.DateTimeField("lúc", default=timezone.now)
    outcome = models.CharField("kết quả", max_length=8, choices=Outcome, default="", blank=True)
    outcome_reason = models.TextField("lý do của kết quả", blank=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name="người quyết định",
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField("quyết định lúc", null=True, blank=True)

    objects = ResponseQuerySet.as_manager()
    guards = [
        AppendOnly(
            "Giải trình đã gửi không sửa, không xóa.",
            except_when="OLD.decided_at IS NULL AND "
            + unchanged("card_id", "criterion_id", "kind", "text", "by_id", "at"),
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "giải trình"
        ordering = ["card", "criterion", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "criterion"],
                name="response_once",
                violation_error_message="Đơn vị đã trả lời tiêu chí này.",
            ),
            models.CheckConstraint(
                condition=Q(kind="agree") | ~Q(text=""),
                name="response_text",
                violation_error_message="Giải trình hoặc bảo lưu thì cần ghi nội dung.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, decided_by=None)
                | Q(outcome__in=["accepted", "kept"], decided_at__isnull=False)
                & Q(decided_by__isnull=False)
                & ~Q(outcome_reason="")
                & ~Q(kind="agree"),
                name="response_outcome",
            ),
        ]

    def __str__(self):
        return f"{self.criterion}: {self.get_kind_display()}"
