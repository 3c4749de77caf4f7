"""Document time stamps: who gave which, and which papers still wait for one."""

import re
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from khoithidua.triggers import AppendOnly
from pledges.models.paper import Paper
from pledges.models.signing import SignedFile
from pledges.models.token import TrustedCertificate

CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)


class TimeStamp(models.Model):
    """What an authority said of one signed file: that it existed at this moment."""

    signed_file = models.OneToOneField(SignedFile, models.PROTECT, related_name="time_stamp")
    authority = models.CharField("nơi cấp", max_length=300)
    at = models.DateTimeField("thời điểm được chứng nhận")
    # Trusted when the stamp was taken: it must hold when TSA_CA names others, or nobody.
    roots_pem = models.TextField("chứng thư gốc được tin cậy khi nhận (PEM)")

    guards = [AppendOnly("Dấu thời gian đã ghi không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "dấu thời gian"
        ordering = ["signed_file"]

    def __str__(self):
        return f"{self.authority}, {self.at:%d/%m/%Y %H:%M}"


class TimeStampWait(models.Model):
    """A complete paper whose time stamp was asked for and not had yet; gone once it is there."""

    paper = models.OneToOneField(
        Paper, models.CASCADE, primary_key=True, related_name="time_stamp_wait"
    )
    attempts = models.PositiveIntegerField("số lần hỏi", default=0)
    next_at = models.DateTimeField("hỏi lại lúc")
    last_error = models.CharField("lỗi gần nhất", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "dấu thời gian đang chờ"
        ordering = ["next_at", "paper"]

    def __str__(self):
        return f"{self.paper}, {self.attempts} lần"


def unstamped_papers():
    """Complete papers whose file in force, signed in it, does not end with a time stamp."""
    stamped = SignedFile.objects.filter(
        paper=OuterRef("pk"), kind=SignedFile.Kind.TIME_STAMP, next=None
    )
    return Paper.objects.filter(
        ~Q(form=Paper.Form.PAPER),
        ~Exists(stamped),
        Exists(SignedFile.objects.filter(paper=OuterRef("pk"))),
        state=Paper.State.COMPLETE,
    )


def time_stamp_of(paper):
    """The time stamp at the end of the paper's file in force, None without one."""
    return TimeStamp.objects.filter(signed_file__paper=paper, signed_file__next=None).first()


def roots_to_take():
    """PEM of the roots that new time stamps may chain to: those in TSA_CA, and the trust list's.

    Who vouches for signers may vouch for an authority too: its certificate must be for time stamping.
    """
    named = Path(settings.TSA_CA).read_text(encoding="ascii") if settings.TSA_CA else ""
    trusted = TrustedCertificate.objects.in_use().filter(kind=TrustedCertificate.Kind.ANCHOR)
    anchors = trusted.order_by("pk").values_list("pem", flat=True)
    return CERTIFICATE.findall("\n".join([named, *anchors]))


def time_stamp_roots():
    """PEM of every root that a kept time stamp was trusted by."""
    kept = TimeStamp.objects.order_by("roots_pem").values_list("roots_pem", flat=True).distinct()
    return sorted({pem for roots in kept for pem in CERTIFICATE.findall(roots)})
