"""The scan of a pledge that was signed by hand: the whole of it, as one file."""

from django.db import models
from django.utils import timezone

from khoithidua.models import StoredFile
from khoithidua.triggers import AppendOnly
from pledges.models.paper import Paper
from units.models import User


class Scan(models.Model):
    """One scan of a paper; the newest is the record copy, and the original stays on paper."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="scans")
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="tệp", related_name="+")
    # The scan that this one adds a signature to, byte for byte.
    countersigns = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name="ký lên bản quét",
        null=True,
        blank=True,
        related_name="countersigned",
    )
    by = models.ForeignKey(User, models.PROTECT, verbose_name="người tải lên", related_name="+")
    at = models.DateTimeField("lúc", default=timezone.now)
    # What was found of the signatures in it when it came, one mapping each: "signer", "unit",
    # "claimed_at", "finding" (signing.scanned.Finding), "sentence", "registered" (of which agency),
    # "chain" (PEM), "checked_with" (SHA-256 of the lists and answers about revocation).
    signatures = models.JSONField("chữ ký trong tệp", default=list, blank=True)
    problem = models.CharField("điều không xét được", max_length=300, blank=True)

    guards = [AppendOnly("Bản quét đã lưu không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "bản quét"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "file"], name="scan_file_once"),
        ]

    def __str__(self):
        return f"Bản quét của {self.paper}"
