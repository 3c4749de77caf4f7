"""The scoring of one year: from the units' own assessment to the published ranking."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from khoithidua.models import StoredFile
from khoithidua.triggers import AppendOnly, fixed
from khoithidua.workflow import Workflow
from scoring.models.criteria import CriteriaSet
from units.models import EmulationYear, User
from units.reference import Restamps


class ScoringRound(Workflow):
    """One year's scoring under one adopted table."""

    class State(models.TextChoices):
        SELF_ASSESSMENT = "self_assessment", "tự chấm"
        VERIFICATION = "verification", "thẩm định"
        PROVISIONAL = "provisional", "dự kiến xếp hạng"
        ADOPTED = "adopted", "hội nghị đã thông qua"
        CLOSED = "closed", "đã chốt"
        PUBLISHED = "published", "đã công bố"

    TRANSITIONS = {
        "begin_verification": ((State.SELF_ASSESSMENT,), State.VERIFICATION),
        "show_provisional": ((State.VERIFICATION,), State.PROVISIONAL),
        "adopt": ((State.PROVISIONAL,), State.ADOPTED),
        "close": ((State.ADOPTED,), State.CLOSED),
        "publish": ((State.CLOSED,), State.PUBLISHED),
        "reopen": ((State.CLOSED, State.PUBLISHED), State.PROVISIONAL),
    }

    year = models.OneToOneField(
        EmulationYear, models.PROTECT, verbose_name="năm thi đua", related_name="scoring_round"
    )
    criteria = models.ForeignKey(
        CriteriaSet, models.PROTECT, verbose_name="bảng tiêu chí", related_name="rounds"
    )
    state = models.CharField(
        "trạng thái", max_length=16, choices=State, default=State.SELF_ASSESSMENT
    )
    opened_on = models.DateField("mở ngày")
    peer_scoring = models.BooleanField("có chấm chéo", default=False)
    # Members see the provisional ranking from this day on.
    provisional_from = models.DateField("cho xem dự kiến xếp hạng từ", null=True, blank=True)
    adopted_on = models.DateField("hội nghị thông qua ngày", null=True, blank=True)
    minutes = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        verbose_name="biên bản hội nghị",
        null=True,
        blank=True,
        related_name="+",
    )
    minutes_number = models.CharField("số biên bản", max_length=60, blank=True)
    closed_at = models.DateTimeField("chốt lúc", null=True, blank=True)
    published_at = models.DateTimeField("công bố lúc", null=True, blank=True)

    # Which years are being scored is asked on every page.
    guards = [
        Restamps(),
        fixed(
            "Đợt chấm điểm đã mở không xóa, không đổi bảng tiêu chí.",
            *("year_id", "criteria_id", "opened_on"),
        ),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "đợt chấm điểm"
        ordering = ["-year__number", "year__bloc"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["adopted", "closed", "published"],
                    adopted_on__isnull=False,
                    minutes__isnull=False,
                )
                | Q(
                    state__in=["self_assessment", "verification", "provisional"],
                    adopted_on=None,
                    minutes=None,
                    minutes_number="",
                ),
                name="scoring_round_adopted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "published"], closed_at__isnull=False)
                | ~Q(state__in=["closed", "published"]) & Q(closed_at=None),
                name="scoring_round_closed",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | ~Q(state="published") & Q(published_at=None),
                name="scoring_round_published",
            ),
        ]

    def __str__(self):
        return f"Chấm điểm {self.year}"

    @property
    def audit_chain(self):
        return self.year.audit_chain

    @property
    def audit_path(self):
        return f"{self.audit_chain}/cham-diem"

    @property
    def audit_name(self):
        return f"đợt chấm điểm năm {self.year.number}"


class Reopening(models.Model):
    """Why a closed round was opened again: on whose paper, of which number and day."""

    class Issuer(models.TextChoices):
        CONFERENCE = "conference", "hội nghị của khối"
        STANDING_BODY = "standing_body", "cơ quan thường trực"

    round = models.ForeignKey(
        ScoringRound, models.PROTECT, verbose_name="đợt chấm điểm", related_name="reopenings"
    )
    number = models.CharField("số, ký hiệu", max_length=60)
    dated_on = models.DateField("ngày văn bản")
    issuer = models.CharField("của", max_length=14, choices=Issuer)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="tệp", related_name="+")
    reason = models.TextField("lý do")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="người mở lại", related_name="+")
    at = models.DateTimeField("lúc", default=timezone.now)

    guards = [AppendOnly("Lần mở lại đã ghi không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "lần mở lại"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(reason=""),
                name="reopening_grounds",
                violation_error_message="Cần ghi số văn bản và lý do mở lại.",
            ),
        ]

    def __str__(self):
        return f"Mở lại {self.round} theo {self.number}"
