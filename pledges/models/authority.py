"""The installation's own certificate authority: a root, and the issuing CA that certifies signers."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from khoithidua.triggers import AppendOnly
from pledges import signing
from units.reference import Restamps


class SigningAuthority(models.Model):
    """One CA certificate and its encrypted key. Every past root is kept, so old files verify.

    Whoever holds the key and its passphrase could sign in any person's name: docs/operations.md
    says so, and how to keep the root's key off the machine.
    """

    class Level(models.TextChoices):
        ROOT = "root", "gốc"
        ISSUING = "issuing", "cấp phát"

    level = models.CharField("cấp", max_length=8, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="do CA nào cấp", null=True, blank=True
    )
    certificate_pem = models.TextField("chứng thư (PEM)")
    key_pem = models.TextField("khóa đã mã hóa (PEM)", blank=True)
    created_at = models.DateTimeField("tạo lúc", default=timezone.now)

    # Every page of those who run the installation asks which of them is about to end.
    guards = [AppendOnly("Chứng thư CA đã tạo không sửa, không xóa."), Restamps()]

    class Meta:
        verbose_name = verbose_name_plural = "CA của hệ thống"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level="root", parent=None) | Q(level="issuing", parent__isnull=False),
                name="signing_authority_parent",
            ),
        ]

    def __str__(self):
        return f"CA {self.get_level_display()} {self.created_at:%d/%m/%Y}"

    @cached_property
    def certificate(self):
        """What the certificate says: its name, how long it lasts, its fingerprint."""
        return signing.ca.describe(self.certificate_pem)

    def days_left(self, today):
        """Days until the certificate runs out; negative once it has."""
        return (timezone.localdate(self.certificate.ends) - today).days


class NoAuthority(Exception):
    """The installation has no CA yet: `manage.py init_ca` makes one."""


def passphrase():
    """The passphrase of the CA keys, from the file or the environment; never stored."""
    if settings.CA_PASSPHRASE_FILE:
        return Path(settings.CA_PASSPHRASE_FILE).read_text(encoding="utf-8").rstrip("\r\n")
    if settings.CA_PASSPHRASE:
        return settings.CA_PASSPHRASE
    raise ImproperlyConfigured("CA_PASSPHRASE_FILE or CA_PASSPHRASE is required to sign.")


def current_issuer():
    """The Issuer that certifies signers now. Raises NoAuthority."""
    row = issuing_in_use()
    if row is None:
        raise NoAuthority
    return _issuer(row.certificate_pem, row.key_pem, row.parent.certificate_pem, passphrase())


def issuing_in_use():
    """The newest issuing CA, with its root; None before the first."""
    return (
        SigningAuthority.objects.filter(level=SigningAuthority.Level.ISSUING)
        .order_by("-pk")
        .select_related("parent")
        .first()
    )


def root_authorities():
    """Every root this installation ever had, newest first."""
    return SigningAuthority.objects.filter(level=SigningAuthority.Level.ROOT).order_by("-pk")


@lru_cache(maxsize=4)
def _issuer(certificate_pem, key_pem, root_pem, secret):
    from pledges.signing.ca import Issuer

    return Issuer.load(certificate_pem, key_pem, secret, [root_pem])


def root_certificates():
    """PEM of every root this installation ever had, newest first."""
    return list(root_authorities().values_list("certificate_pem", flat=True))
