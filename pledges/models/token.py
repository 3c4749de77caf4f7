"""Signing with government tokens: what is trusted, whose certificates count, whose turn it is."""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from khoithidua.models import StoredFile
from khoithidua.triggers import AppendOnly, unchanged
from pledges.models.paper import Paper
from pledges.models.signing import Party, Signature, SignedFile
from units.models import Appointment, Unit, User
from units.reference import Restamps

HOLD_TIME = timedelta(minutes=5)
# A little more than the 60 days at which people are first told.
SOON = timedelta(days=61)
WITHDRAWN_ONCE = "Chứng thư đã ghi không sửa, không xóa; chỉ thôi dùng được, một lần."


def _withdrawn_once(*columns):
    """Guard: these columns never change, and what was withdrawn stays withdrawn."""
    return AppendOnly(
        WITHDRAWN_ONCE,
        except_when=f"OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL"
        f" AND {unchanged(*columns)}",
    )


class CertificateQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(withdrawn_at=None)


class KeptCertificate(models.Model):
    """A certificate as it was read from its file, and whether it still counts."""

    pem = models.TextField("chứng thư (PEM)", editable=False)
    fingerprint = models.CharField("SHA-256", max_length=64, editable=False)
    subject = models.CharField("cấp cho", max_length=300, editable=False)
    issuer = models.CharField("do ai cấp", max_length=300, editable=False)
    serial = models.CharField("số hiệu", max_length=64, editable=False)
    key = models.CharField("khóa", max_length=40, editable=False)
    not_before = models.DateTimeField("có hiệu lực từ", editable=False)
    not_after = models.DateTimeField("hết hạn", editable=False)
    added_at = models.DateTimeField("ghi lúc", default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField("thôi dùng lúc", null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField("lý do thôi dùng", max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.subject}, số {self.serial}"

    @property
    def audit_path(self):
        return f"chung-thu/{self.fingerprint[:16]}"

    @property
    def in_use(self):
        return self.withdrawn_at is None

    @property
    def days_left(self):
        """Days until it expires; negative once it has."""
        return (timezone.localdate(self.not_after) - timezone.localdate()).days


READ_FROM_FILE = ("pem", "fingerprint", "subject", "issuer", "serial", "key", "not_before")
READ_FROM_FILE += ("not_after", "added_at")


class TrustedCertificateQuerySet(CertificateQuerySet):
    def expiring(self):
        """In use, and within 60 days of their end."""
        return self.in_use().filter(not_after__lt=timezone.now() + SOON)


class TrustedCertificate(KeptCertificate):
    """A certificate that signers' certificates may chain to: the trust list of this installation."""

    class Kind(models.TextChoices):
        ANCHOR = "anchor", "gốc"
        INTERMEDIATE = "intermediate", "trung gian"

    kind = models.CharField("loại", max_length=12, choices=Kind)
    note = models.CharField(
        "nguồn", max_length=300, help_text="Lấy từ đâu, đối chiếu bằng cách nào, ngày nào."
    )
    added_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người nhập", related_name="+", editable=False
    )

    objects = TrustedCertificateQuerySet.as_manager()
    # Every page of the Ban Thi đua asks which of them is about to end.
    guards = [Restamps(), _withdrawn_once(*READ_FROM_FILE, "kind", "note", "added_by_id")]

    class Meta:
        verbose_name = verbose_name_plural = "chứng thư tin cậy"
        ordering = ["withdrawn_at", "kind", "subject", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(withdrawn_at=None),
                name="trusted_certificate_once",
                violation_error_message="Chứng thư này đã có trong danh sách tin cậy.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="trusted_certificate_withdrawn",
            ),
        ]


class RevocationList(models.Model):
    """A list of revoked certificates (CRL), imported where the network does not reach its issuer."""

    der = models.BinaryField("danh sách (DER)")
    fingerprint = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    issuer = models.CharField("do ai phát hành", max_length=300, editable=False)
    this_update = models.DateTimeField("phát hành lúc", editable=False)
    next_update = models.DateTimeField("lần tới trước", null=True, editable=False)
    count = models.PositiveIntegerField("số chứng thư bị thu hồi", editable=False)
    imported_at = models.DateTimeField("nhập lúc", default=timezone.now, editable=False)
    imported_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người nhập", related_name="+", editable=False
    )

    guards = [AppendOnly("Danh sách thu hồi đã nhập không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "danh sách thu hồi (CRL)"
        ordering = ["-this_update", "-pk"]

    def __str__(self):
        return f"{self.issuer}, {timezone.localtime(self.this_update):%d/%m/%Y}"

    @property
    def audit_path(self):
        return f"chung-thu/{self.fingerprint[:16]}"

    @property
    def is_current(self):
        return self.next_update is None or self.next_update > timezone.now()


class RegisteredCertificateQuerySet(CertificateQuerySet):
    def of_leader(self, appointment):
        return self.in_use().filter(appointment=appointment)

    def of_agency(self, unit):
        return self.in_use().filter(unit=unit)

    def owners_ready(self, units, today):
        """[(a leader's unit or None, an agency or None), …]: who of these units could sign today."""
        posts = Appointment.objects.on(today).filter(
            kind=Appointment.Kind.LEADER, unit__in=units, user__is_active=True
        )
        found = self.in_use().filter(not_after__gt=timezone.now())
        found = found.filter(Q(appointment__in=posts) | Q(unit__in=units))
        return list(found.order_by("pk").values_list("appointment__unit", "unit"))

    def of_authority(self, authority):
        """Those of the province's leaders and agencies."""
        return self.filter(Q(appointment__unit__authority=authority) | Q(unit__authority=authority))

    def of_posts(self, posts):
        """Those of these appointments: a leader's own, for a clerk the agency's; withdrawn ones too."""
        clerks = [post.unit_id for post in posts if post.kind == Appointment.Kind.CLERK]
        leaders = [post.pk for post in posts if post.kind == Appointment.Kind.LEADER]
        return self.filter(Q(unit__in=clerks) | Q(appointment__in=leaders)).with_owners()

    def with_owners(self):
        return self.select_related(
            "appointment__user", "appointment__unit", "unit"
        ).prefetch_related("appointment__unit__names", "unit__names")

    def expiring(self, today):
        """In use, of a post held today or of an agency, and within 60 days of their end.

        Not those whose owner has registered another that lasts longer.
        """
        soon = timezone.now() + SOON
        posts = Appointment.objects.on(today)
        lasting = self.model.objects.in_use().filter(not_after__gte=soon).order_by()
        replaced = lasting.filter(appointment=OuterRef("appointment")) | lasting.filter(
            unit=OuterRef("unit")
        )
        return self.in_use().filter(
            ~Exists(replaced), Q(appointment__in=posts) | Q(unit__isnull=False), not_after__lt=soon
        )


class RegisteredCertificate(KeptCertificate):
    """A token's certificate that counts for one post of a leader, or for one agency."""

    appointment = models.ForeignKey(
        Appointment,
        models.PROTECT,
        verbose_name="chức vụ của lãnh đạo",
        null=True,
        blank=True,
        related_name="certificates",
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        verbose_name="cơ quan",
        null=True,
        blank=True,
        related_name="certificates",
    )
    registered_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người đăng ký", related_name="+", editable=False
    )
    # How whoever registered it was known: their own proof of identity, or what the Ban Thi đua saw.
    proof = models.CharField(
        "căn cứ đối chiếu", max_length=300, help_text="Công văn, bản đăng ký hoặc cách đối chiếu."
    )
    proof_file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        verbose_name="tệp kèm theo",
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    objects = RegisteredCertificateQuerySet.as_manager()
    guards = [
        Restamps(),
        _withdrawn_once(
            *READ_FROM_FILE,
            "appointment_id",
            "unit_id",
            "registered_by_id",
            "proof",
            "proof_file_id",
        ),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "chứng thư của người ký"
        ordering = ["withdrawn_at", "-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(withdrawn_at=None),
                name="registered_certificate_once",
                violation_error_message="Chứng thư này đang được đăng ký; hãy thôi dùng đăng ký cũ trước.",
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, unit=None)
                | Q(appointment=None, unit__isnull=False),
                name="registered_certificate_owner",
                violation_error_message="Chọn chức vụ của lãnh đạo, hoặc chọn cơ quan.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="registered_certificate_withdrawn",
            ),
        ]

    @property
    def owner(self):
        """Whose signatures it makes: a leader by their post, or an agency."""
        if self.appointment_id:
            return f"{self.appointment.user.full_name}, {self.appointment.capacity}"
        return self.unit.name_on(timezone.localdate()).full


class HoldQuerySet(models.QuerySet):
    def open(self):
        """Not ended: at most one a paper. Its time may be over; then anyone may take the next."""
        return self.filter(ended_at=None)


class Hold(models.Model):
    """One member's turn with the file: nobody else's token signs the same file meanwhile.

    Once its time is over others may take over; until somebody does, what was signed in it is taken.
    """

    class End(models.TextChoices):
        UPLOADED = "uploaded", "đã nộp tệp đã ký"
        CANCELLED = "cancelled", "người giữ thôi giữ"
        RELEASED = "released", "đơn vị trưởng khối thu lại"
        EXPIRED = "expired", "hết giờ"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="holds")
    party = models.ForeignKey(Party, models.PROTECT, verbose_name="đơn vị", related_name="holds")
    kind = models.CharField("ký cho", max_length=8, choices=Signature.Kind)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="người giữ", related_name="+")
    base = models.ForeignKey(
        SignedFile, models.PROTECT, verbose_name="tệp đã giữ", related_name="+"
    )
    taken_at = models.DateTimeField("giữ từ")
    until = models.DateTimeField("giữ đến")
    extended_at = models.DateTimeField("gia hạn lúc", null=True, blank=True)
    ended_at = models.DateTimeField("thôi giữ lúc", null=True, blank=True)
    end = models.CharField("vì sao thôi giữ", max_length=10, choices=End, blank=True)

    objects = HoldQuerySet.as_manager()
    guards = [
        AppendOnly(
            "Lượt ký chỉ gia hạn một lần và kết thúc một lần.",
            except_when=(
                "OLD.ended_at IS NULL"
                f" AND {unchanged('paper_id', 'party_id', 'kind', 'user_id', 'base_id', 'taken_at')}"
                f" AND ({unchanged('until', 'extended_at')}"
                " OR (OLD.extended_at IS NULL AND NEW.extended_at IS NOT NULL))"
            ),
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "lượt ký"
        ordering = ["-taken_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper"],
                condition=Q(ended_at=None),
                name="hold_one_at_a_time",
                violation_error_message="Tệp đang có người giữ lượt ký.",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("taken_at")), name="hold_until"),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | Q(ended_at__isnull=False) & ~Q(end=""),
                name="hold_end",
            ),
            models.CheckConstraint(condition=Q(kind__in=["leader", "agency"]), name="hold_kind"),
        ]

    def __str__(self):
        return f"{self.user.full_name} giữ lượt ký {self.paper}"

    @property
    def is_running(self):
        """Whether it still keeps others out."""
        return self.ended_at is None and self.until > timezone.now()

    @property
    def may_extend(self):
        return self.ended_at is None and self.extended_at is None


class SignatureValidation(models.Model):
    """What a check of one token signature said at one moment, and what it was checked with."""

    class Result(models.TextChoices):
        VALID = "valid", "hợp lệ"
        UNKNOWN = "unknown", "không xác định"
        INVALID = "invalid", "không hợp lệ"

    signature = models.ForeignKey(Signature, models.PROTECT, related_name="validations")
    at = models.DateTimeField("kiểm tra lúc")
    result = models.CharField("kết quả", max_length=8, choices=Result)
    sentence = models.CharField("nói rõ", max_length=300)
    chain = models.TextField("chuỗi chứng thư (PEM)")
    # OCSP answers and revocation lists (DER in base64), so that the check can be done again.
    revocation = models.JSONField("dữ liệu thu hồi", default=list, blank=True)
    algorithm = models.CharField("thuật toán", max_length=60, blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người yêu cầu", related_name="+", null=True, blank=True
    )

    guards = [AppendOnly("Kết quả kiểm tra chữ ký không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "kết quả kiểm tra chữ ký"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.signature}: {self.get_result_display()}"
