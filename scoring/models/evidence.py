"""Evidence: a file kept once, or a paper cited without one, used for many criteria."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from khoithidua import text
from khoithidua.models import StoredFile
from khoithidua.triggers import FrozenWith, fixed
from scoring.models.card import UNIT_STATES, Scorecard
from scoring.models.criteria import Criterion
from units.models import EmulationYear, Unit, User


class EvidenceQuerySet(models.QuerySet):
    def present(self):
        """Not taken back."""
        return self.filter(removed_at=None)


class Evidence(models.Model):
    """One document of a unit in a year; taken back it stays, and counts no more."""

    year = models.ForeignKey(
        EmulationYear, models.PROTECT, verbose_name="năm thi đua", related_name="evidence"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="evidence")
    file = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name="tệp", null=True, blank=True, related_name="+"
    )
    file_name = models.CharField("tên tệp", max_length=200, blank=True)
    number = models.CharField("số, ký hiệu", max_length=60, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    issuer = models.CharField("cơ quan ban hành", max_length=200, blank=True)
    summary = models.CharField("trích yếu", max_length=400, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, verbose_name="người thêm", related_name="+")
    added_at = models.DateTimeField("thêm lúc", default=timezone.now)
    removed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người rút", null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField("rút lúc", null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()
    guards = [
        fixed(
            "Tài liệu kiểm chứng đã thêm không sửa, không xóa; chỉ rút.",
            *("year_id", "unit_id", "file_id", "file_name", "number", "issued_on", "issuer"),
            *("summary", "added_by_id", "added_at"),
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "tài liệu kiểm chứng"
        ordering = ["added_at", "pk"]
        indexes = [models.Index(fields=["year", "unit"], name="evidence_of_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(number="") & ~Q(issuer=""),
                name="evidence_file_or_citation",
                violation_error_message="Cần tệp, hoặc số, ký hiệu và cơ quan ban hành văn bản.",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="evidence_removed",
            ),
        ]

    def __str__(self):
        return self.summary or self.number or self.file_name

    @property
    def citation(self):
        """Number, day and issuer as papers name them: "Số 12/BC-STC ngày 05/02/2026 của Sở Tài chính"."""
        parts = (
            f"số {self.number}" if self.number else "",
            f"ngày {text.date_short(self.issued_on)}" if self.issued_on else "",
            f"của {self.issuer}" if self.issuer else "",
        )
        return text.initial_upper(" ".join(filter(None, parts)))

    @property
    def words(self):
        """All by which it may be searched."""
        return f"{self.summary} {self.number} {self.issuer} {self.file_name}"


class EvidenceUse(models.Model):
    """A document cited for one criterion of a card; after submission only in an answer."""

    evidence = models.ForeignKey(
        Evidence, models.PROTECT, verbose_name="tài liệu", related_name="uses"
    )
    card = models.ForeignKey(
        Scorecard, models.PROTECT, verbose_name="bản tự chấm", related_name="evidence_uses"
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, verbose_name="tiêu chí", related_name="+"
    )
    pages = models.CharField("trang", max_length=60, blank=True)
    response = models.ForeignKey(
        "scoring.Response",
        models.PROTECT,
        verbose_name="kèm giải trình",
        null=True,
        blank=True,
        related_name="evidence_uses",
    )
    request = models.ForeignKey(
        "scoring.SupplementRequest",
        models.PROTECT,
        verbose_name="theo đề nghị bổ sung",
        null=True,
        blank=True,
        related_name="evidence_uses",
    )

    guards = [
        FrozenWith(
            *("card_id", "scoring_scorecard", "state", UNIT_STATES),
            "Bản tự chấm đã gửi thì tài liệu kiểm chứng không sửa, không bỏ được nữa.",
            added_while=("verifying", "verified"),
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "lần dẫn tài liệu"
        ordering = ["card", "criterion", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "criterion", "card"],
                name="evidence_use_once",
                violation_error_message="Tài liệu này đã được dẫn cho tiêu chí này.",
            ),
        ]

    def __str__(self):
        return f"{self.evidence} cho {self.criterion}"
