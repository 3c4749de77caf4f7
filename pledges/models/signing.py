"""Who signs a paper, each file in its chain of signed files, and each signature."""

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from khoithidua.models import StoredFile
from khoithidua.triggers import AppendOnly
from pledges.models.paper import Paper
from units.models import Unit, User


class PartyQuerySet(models.QuerySet):
    def with_signatures(self):
        return self.order_by("position").prefetch_related("signatures")


class Party(models.Model):
    """A unit that signs a paper: its box in the grid and its named fields, fixed at the freeze."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="parties")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="+")
    position = models.PositiveSmallIntegerField("thứ tự trong lưới ký")
    unit_name = models.CharField("tên đơn vị khi chốt", max_length=200)
    short_name = models.CharField("tên ngắn khi chốt", max_length=120)
    # The signer named at the freeze; another leader of the unit may sign in their place.
    signer_name = models.CharField("người ký dự kiến", max_length=120, blank=True)
    signer_title = models.CharField("chức danh khi ký dự kiến", max_length=160, blank=True)
    leader_field = models.CharField("ô chữ ký", max_length=8)
    agency_field = models.CharField("ô của cơ quan", max_length=8)
    # Where the layout put the leader's box, in PDF points: the stamp is drawn to this size.
    box_width = models.FloatField("rộng (pt)")
    box_height = models.FloatField("cao (pt)")

    # Where both boxes are, {field: [page, x0, y0, x1, y1]}: only on a paper whose seal certifies
    # nothing, where a signing tool may draw a field of its own inside the box.
    boxes = models.JSONField("vị trí các ô", default=dict, blank=True)

    objects = PartyQuerySet.as_manager()
    guards = [AppendOnly("Danh sách ký đã chốt không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "đơn vị ký"
        ordering = ["paper", "position"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "unit"], name="party_unit_once"),
            models.UniqueConstraint(fields=["paper", "position"], name="party_position_once"),
        ]

    def __str__(self):
        return f"{self.unit_name} ký {self.paper}"

    @cached_property
    def signature(self):
        """The leader's signature, None while the box is empty."""
        return self._signature_of(Signature.Kind.LEADER)

    @cached_property
    def agency_signature(self):
        """The agency's own, None while its box is empty."""
        return self._signature_of(Signature.Kind.AGENCY)

    def _signature_of(self, kind):
        return next((row for row in self.signatures.all() if row.kind == kind), None)


class SignedFile(models.Model):
    """One file in a paper's chain: each is the one before it with bytes added."""

    class Kind(models.TextChoices):
        SEAL = "seal", "niêm phong kỹ thuật"
        SIGNATURE = "signature", "chữ ký"
        AGENCY_SEAL = "agency_seal", "chữ ký cơ quan"
        TIME_STAMP = "time_stamp", "dấu thời gian"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="signed_files")
    sequence = models.PositiveSmallIntegerField("thứ tự")
    kind = models.CharField("loại", max_length=12, choices=Kind)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="tệp", related_name="+")
    parent = models.OneToOneField(
        "self", models.PROTECT, verbose_name="tệp trước", null=True, blank=True, related_name="next"
    )
    at = models.DateTimeField("lúc")
    # The record's head written into the PDF's reason, and the entry that names this file.
    head_in_file = models.CharField("đầu chuỗi ghi trong tệp", max_length=64)
    audit_digest = models.CharField("mục nhật ký", max_length=64)

    guards = [AppendOnly("Chuỗi tệp đã ký không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "tệp đã ký"
        ordering = ["paper", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "sequence"], name="signed_file_sequence_once"),
            models.UniqueConstraint(fields=["paper", "file"], name="signed_file_once"),
            models.CheckConstraint(
                condition=Q(sequence=0, parent=None, kind="seal")
                | Q(sequence__gt=0, parent__isnull=False) & ~Q(kind="seal"),
                name="signed_file_chain",
            ),
        ]

    def __str__(self):
        return f"{self.paper}, tệp {self.sequence}"


class Signature(models.Model):
    """One unit's signature, as it was: names and titles are those of that moment."""

    class Proof(models.TextChoices):
        NONE = "", "không"
        PASSWORD = "password", "mật khẩu"
        TOTP = "totp", "mã ứng dụng xác thực"
        PASSKEY = "passkey", "khóa truy cập"

    class Kind(models.TextChoices):
        LEADER = "leader", "lãnh đạo"
        AGENCY = "agency", "cơ quan"
        WITNESS = "witness", "chứng kiến"

    party = models.ForeignKey(Party, models.PROTECT, related_name="signatures")
    kind = models.CharField("của", max_length=8, choices=Kind, default=Kind.LEADER)
    form = models.CharField("hình thức", max_length=8, choices=Paper.Form)
    signed_file = models.OneToOneField(
        SignedFile, models.PROTECT, null=True, blank=True, related_name="signature"
    )
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name="tài khoản", null=True, blank=True, related_name="+"
    )
    person = models.CharField("người ký", max_length=120)
    position = models.CharField("chức vụ", max_length=120, blank=True)
    signing_title = models.CharField("chức danh khi ký", max_length=160)
    unit_name = models.CharField("đơn vị", max_length=200)
    # A signature on paper has a day, one made here has a moment.
    signed_at = models.DateTimeField("ký lúc", null=True, blank=True)
    signed_on = models.DateField("ngày ký")
    declaration = models.TextField("lời xác nhận", blank=True)
    proof = models.CharField("chứng minh bằng", max_length=8, choices=Proof, default="", blank=True)
    certificate_serial = models.CharField("số chứng thư", max_length=64, blank=True)
    note = models.CharField("ghi chú", max_length=300, blank=True)

    # What the lead recorded of a paper by mistake may be taken back until the paper is complete.
    guards = [
        AppendOnly(
            "Chữ ký đã ghi không sửa, không xóa.",
            removable_when="OLD.form = 'paper' AND EXISTS (SELECT 1 FROM pledges_party AS party"
            " JOIN pledges_paper AS paper ON paper.id = party.paper_id"
            " WHERE party.id = OLD.party_id AND paper.state = 'signing')",
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "chữ ký"
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "kind"],
                name="signature_once",
                violation_error_message="Đơn vị đã ký văn bản này.",
            ),
            models.CheckConstraint(
                condition=~Q(form="system")
                | Q(
                    signed_file__isnull=False,
                    user__isnull=False,
                    signed_at__isnull=False,
                )
                & ~Q(declaration="")
                & ~Q(proof=""),
                name="signature_system_evidence",
            ),
            # A token's signature is its own evidence: the file, and the certificate it names.
            models.CheckConstraint(
                condition=~Q(form="token")
                | Q(signed_file__isnull=False, user__isnull=False, signed_at__isnull=False)
                & ~Q(certificate_serial=""),
                name="signature_token_evidence",
            ),
        ]

    def __str__(self):
        return f"{self.person} ký thay mặt {self.unit_name}"

    @property
    def signing_title_lines(self):
        return tuple(part.strip() for part in self.signing_title.split("|"))


def audit_anchors():
    """Digests of the record that signed files keep: (chain, digest, where)."""
    rows = SignedFile.objects.select_related("paper__year__bloc").order_by("paper", "sequence")
    for row in rows.iterator():
        where = f"tệp {row.sequence} của {row.paper.audit_path}"
        yield row.paper.audit_chain, row.head_in_file, where
        yield row.paper.audit_chain, row.audit_digest, where
