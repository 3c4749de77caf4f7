"""What a unit enters per criterion, what it submitted, and every number a criterion ever bore."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from khoithidua.models import StoredFile
from khoithidua.triggers import AppendOnly, FrozenWith, Refuses, fixed
from scoring.models.card import NOT_THE_UNITS, UNIT_STATES, Scorecard
from scoring.models.criteria import Criterion
from units.models import EmulationYear, Unit, User


class Entry(models.Model):
    """A unit's facts on one criterion; `revision` counts its saves, so that none is lost unseen."""

    card = models.ForeignKey(
        Scorecard, models.PROTECT, verbose_name="bản tự chấm", related_name="entries"
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, verbose_name="tiêu chí", related_name="entries"
    )
    facts = models.JSONField("dữ kiện", default=dict, blank=True)
    na_reason = models.TextField("lý do không áp dụng", blank=True)
    is_estimate = models.BooleanField("ước thực hiện", default=False)
    as_of = models.DateField("số liệu chốt đến ngày", null=True, blank=True)
    note = models.TextField("ghi chú", blank=True)
    revision = models.PositiveIntegerField("lần lưu", default=0)
    changed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người sửa", null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField("sửa lúc", null=True, blank=True)

    guards = [FrozenWith("card_id", "scoring_scorecard", "state", UNIT_STATES, NOT_THE_UNITS)]

    class Meta:
        verbose_name = verbose_name_plural = "mục tự chấm"
        ordering = ["card", "criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["card", "criterion"], name="entry_once"),
            models.CheckConstraint(
                condition=Q(is_estimate=False) | Q(as_of__isnull=False),
                name="entry_estimate_as_of",
                violation_error_message="Số liệu ước thực hiện cần ghi chốt đến ngày nào.",
            ),
        ]

    def __str__(self):
        return f"{self.criterion}: {self.card}"

    @property
    def is_not_applicable(self):
        return self.na_reason != ""


class Submission(models.Model):
    """A card as it was when its leader confirmed it."""

    card = models.ForeignKey(
        Scorecard, models.PROTECT, verbose_name="bản tự chấm", related_name="submissions"
    )
    number = models.PositiveSmallIntegerField("lần gửi")
    document = models.JSONField("nội dung đã gửi")
    digest = models.CharField("mã băm", max_length=64)
    total = models.DecimalField("tổng điểm tự chấm", max_digits=12, decimal_places=6, null=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="người gửi", related_name="+")
    at = models.DateTimeField("lúc", default=timezone.now)

    guards = [AppendOnly("Bản tự chấm đã gửi không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "lần gửi bản tự chấm"
        ordering = ["card", "number"]
        constraints = [
            models.UniqueConstraint(fields=["card", "number"], name="submission_number_once"),
        ]

    def __str__(self):
        return f"{self.card}, lần {self.number}"


class PointsRecord(models.Model):
    """One value of one criterion at one stage; the last of a stage is the one in force."""

    class Stage(models.TextChoices):
        SELF = "self", "tự chấm"
        PEER = "peer", "chấm chéo"
        VERIFIED = "verified", "thẩm định"
        RESPONSE = "response", "sau giải trình"
        CONFERENCE = "conference", "hội nghị quyết định"
        FINAL = "final", "chốt"

    card = models.ForeignKey(
        Scorecard, models.PROTECT, verbose_name="bản tự chấm", related_name="records"
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, verbose_name="tiêu chí", related_name="records"
    )
    stage = models.CharField("bước", max_length=10, choices=Stage)
    facts = models.JSONField("dữ kiện", default=dict, blank=True)
    points = models.DecimalField("điểm", max_digits=12, decimal_places=6, null=True, blank=True)
    # Set by hand, not computed from the facts.
    is_override = models.BooleanField("ấn định bằng tay", default=False)
    na = models.BooleanField("không áp dụng", default=False)
    reason = models.TextField("lý do", blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người ghi", null=True, blank=True, related_name="+"
    )
    by_unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name="đơn vị ghi", null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField("lúc", default=timezone.now)

    guards = [
        AppendOnly("Điểm đã ghi không sửa, không xóa."),
        Refuses(
            "own_card",
            "NEW.stage NOT IN ('self', 'final') AND EXISTS (SELECT 1 FROM scoring_scorecard AS card"
            " WHERE card.id = NEW.card_id AND card.unit_id = NEW.by_unit_id)",
            "Không đơn vị nào chấm bản tự chấm của chính mình.",
        ),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "điểm đã ghi"
        ordering = ["card", "criterion", "pk"]
        indexes = [
            models.Index(fields=["card", "stage", "criterion", "-id"], name="points_in_force"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_override=False) | ~Q(reason=""),
                name="points_override_reason",
                violation_error_message="Điểm ấn định bằng tay phải có lý do.",
            ),
        ]

    def __str__(self):
        return f"{self.criterion}, {self.get_stage_display()}: {self.points}"


class OwnerFactQuerySet(models.QuerySet):
    def in_force(self):
        """Those that count: of an owner's own row only what a second person has checked."""
        return self.filter(~Q(unit=F("by_unit")) | Q(checked_by__isnull=False))


class OwnerFact(models.Model):
    """A fact about one unit, given by the agency that owns it."""

    class Answer(models.TextChoices):
        NONE = "", "chưa trả lời"
        CONFIRMED = "confirmed", "xác nhận"
        OBJECTED = "objected", "không đồng ý"

    year = models.ForeignKey(
        EmulationYear, models.PROTECT, verbose_name="năm thi đua", related_name="owner_facts"
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, verbose_name="tiêu chí", related_name="owner_facts"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="về đơn vị", related_name="+")
    facts = models.JSONField("dữ kiện", default=dict, blank=True)
    source = models.TextField(
        "theo văn bản", blank=True, help_text="Số, ký hiệu, ngày, trích yếu như in trên văn bản."
    )
    file = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name="tệp", null=True, blank=True, related_name="+"
    )
    given_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người cung cấp", related_name="+"
    )
    by_unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name="đơn vị cung cấp", related_name="+"
    )
    given_at = models.DateTimeField("lúc", default=timezone.now)
    checked_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name="người kiểm tra lại",
        null=True,
        blank=True,
        related_name="+",
    )
    answer = models.CharField("trả lời", max_length=10, choices=Answer, default="", blank=True)
    answer_note = models.TextField("ý kiến", blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người trả lời", null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)
    # The owner's last word on an objection it does not follow.
    kept_note = models.TextField("lý do giữ nguyên", blank=True)
    kept_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name="người giữ nguyên",
        null=True,
        blank=True,
        related_name="+",
    )
    kept_at = models.DateTimeField("giữ nguyên lúc", null=True, blank=True)
    revision = models.PositiveIntegerField("lần lưu", default=1)

    objects = OwnerFactQuerySet.as_manager()
    guards = [
        fixed(
            "Dữ kiện đã cung cấp không xóa, không chuyển sang đơn vị hay tiêu chí khác.",
            *("year_id", "criterion_id", "unit_id"),
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "dữ kiện do cơ quan chủ quản cung cấp"
        ordering = ["criterion", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "unit"], name="owner_fact_once"),
            models.CheckConstraint(
                condition=~Q(unit=F("by_unit")) | ~Q(source=""),
                name="owner_fact_own_source",
                violation_error_message="Dữ kiện về chính đơn vị mình phải dẫn văn bản.",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("given_by")),
                name="owner_fact_second_person",
                violation_error_message="Người kiểm tra lại phải khác người cung cấp.",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="owner_fact_answer",
            ),
            models.CheckConstraint(
                condition=~Q(answer="objected") | ~Q(answer_note=""),
                name="owner_fact_objection",
                violation_error_message="Không đồng ý thì cần ghi lý do.",
            ),
            models.CheckConstraint(
                condition=Q(kept_note="", kept_by=None, kept_at=None)
                | ~Q(kept_note="")
                & Q(answer="objected", kept_by__isnull=False, kept_at__isnull=False),
                name="owner_fact_kept",
            ),
        ]

    def __str__(self):
        return f"{self.criterion}: {self.unit}"

    @property
    def is_own(self):
        """Whether the owner speaks of itself."""
        return self.unit_id == self.by_unit_id

    @property
    def is_in_force(self):
        return not self.is_own or self.checked_by_id is not None

    @property
    def awaits_owner(self):
        """Whether the unit objected and the owner has said nothing to it yet."""
        return self.answer == self.Answer.OBJECTED and not self.kept_note
