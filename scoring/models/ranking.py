"""The ranking: frozen rows of a round, each correction a new version that says what changed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from khoithidua.triggers import AppendOnly
from scoring.models.round import ScoringRound
from units.models import User


class Ranking(models.Model):
    """One version of a round's ranking, as plain rows under a digest."""

    class Kind(models.TextChoices):
        PROVISIONAL = "provisional", "dự kiến xếp hạng"
        FINAL = "final", "xếp hạng"
        CORRECTION = "correction", "đính chính"

    round = models.ForeignKey(
        ScoringRound, models.PROTECT, verbose_name="đợt chấm điểm", related_name="rankings"
    )
    version = models.PositiveSmallIntegerField("phiên bản")
    kind = models.CharField("loại", max_length=12, choices=Kind)
    rows = models.JSONField("các dòng")
    table_digest = models.CharField("mã băm của bảng tiêu chí", max_length=64)
    digest = models.CharField("mã băm", max_length=64)
    # The entry of the record that names this ranking.
    head = models.CharField("mục nhật ký", max_length=64)
    reason = models.TextField("nội dung đính chính", blank=True)
    adopted_on = models.DateField("hội nghị thông qua ngày", null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, verbose_name="người lập", related_name="+")
    made_at = models.DateTimeField("lúc", default=timezone.now)

    guards = [AppendOnly("Bảng xếp hạng đã lập không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "bảng xếp hạng"
        ordering = ["round", "version"]
        constraints = [
            models.UniqueConstraint(fields=["round", "version"], name="ranking_version_once"),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(kind="final"),
                name="ranking_final_once",
                violation_error_message="Đã có bảng xếp hạng; thay đổi là một bản đính chính.",
            ),
            models.CheckConstraint(
                condition=Q(kind="provisional") | Q(adopted_on__isnull=False),
                name="ranking_adopted",
            ),
            models.CheckConstraint(
                condition=~Q(kind="correction") | ~Q(reason=""),
                name="ranking_correction_reason",
                violation_error_message="Đính chính cần ghi rõ nội dung thay đổi.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.round.year}, phiên bản {self.version}"


def audit_anchors():
    """Digests of the record that rankings keep: (chain, digest, where)."""
    rows = Ranking.objects.select_related("round__year__bloc").order_by("round", "version")
    for row in rows.iterator():
        where = f"bảng xếp hạng phiên bản {row.version} của {row.round.audit_path}"
        yield row.round.audit_chain, row.head, where
