"""Who was told already that a certificate is about to end."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from khoithidua.triggers import AppendOnly
from pledges.models.authority import SigningAuthority
from pledges.models.token import RegisteredCertificate, TrustedCertificate


class ExpiryNotice(models.Model):
    """A mail told that one certificate ends in `days` days or fewer; once for each."""

    authority = models.ForeignKey(
        SigningAuthority, models.PROTECT, related_name="notices", null=True, blank=True
    )
    registered = models.ForeignKey(
        RegisteredCertificate, models.PROTECT, related_name="notices", null=True, blank=True
    )
    trusted = models.ForeignKey(
        TrustedCertificate, models.PROTECT, related_name="notices", null=True, blank=True
    )
    days = models.PositiveSmallIntegerField("khi còn (ngày)")
    sent_at = models.DateTimeField("báo lúc", default=timezone.now)

    guards = [AppendOnly("Lần báo đã ghi không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "lần báo chứng thư sắp hết hạn"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "days"], name="expiry_notice_once"),
            models.UniqueConstraint(fields=["registered", "days"], name="expiry_registered_once"),
            models.UniqueConstraint(fields=["trusted", "days"], name="expiry_trusted_once"),
            models.CheckConstraint(
                condition=Q(authority__isnull=False, registered=None, trusted=None)
                | Q(authority=None, registered__isnull=False, trusted=None)
                | Q(authority=None, registered=None, trusted__isnull=False),
                name="expiry_notice_of_one",
            ),
        ]

    def __str__(self):
        return f"{self.authority or self.registered or self.trusted}, {self.days} ngày"
