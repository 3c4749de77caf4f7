"""The province and what it lays down: its words, decisions, days off, legal bases, titles."""

from django.db import models
from django.db.models import F, Q

from khoithidua.models import StoredFile
from khoithidua.text import date_words
from units.dated import DatedQuerySet, in_force
from units.reference import Restamps


class Authority(models.Model):
    """Who organises emulation: a province. How it calls things is dated."""

    slug = models.SlugField("mã", unique=True)
    name = models.CharField("tên", max_length=120, help_text="Ví dụ: tỉnh Cao Bằng.")

    guards = [Restamps()]

    class Meta:
        verbose_name = verbose_name_plural = "tỉnh"
        ordering = ["slug"]

    def __str__(self):
        return self.name

    def on(self, day):
        """The AuthorityPeriod in force on `day`."""
        return in_force(self.periods.all(), day)


class AuthorityPeriod(models.Model):
    """The words an authority uses from a day on."""

    authority = models.ForeignKey(
        Authority, models.CASCADE, verbose_name="tỉnh", related_name="periods"
    )
    start_on = models.DateField("từ ngày")
    name = models.CharField("tên cơ quan", max_length=200, help_text="UBND tỉnh Cao Bằng")
    long_name = models.CharField(
        "tên đầy đủ", max_length=200, help_text="Ủy ban nhân dân tỉnh Cao Bằng"
    )
    superior_line = models.CharField(
        "dòng cơ quan chủ quản", max_length=120, help_text="UBND TỈNH CAO BẰNG"
    )
    place_name = models.CharField("địa danh", max_length=80, help_text="Cao Bằng")
    secretariat_name = models.CharField("tên Ban (Phòng) Thi đua - Khen thưởng", max_length=120)
    standing_body_name = models.CharField(
        "cơ quan thường trực", max_length=120, default="Sở Nội vụ"
    )
    bloc_lead = models.CharField("người đứng đầu khối", max_length=40, default="Trưởng khối")
    bloc_deputy = models.CharField("cấp phó của khối", max_length=40, default="Phó Trưởng khối")
    cluster_lead = models.CharField("người đứng đầu cụm", max_length=40, default="Cụm trưởng")
    cluster_deputy = models.CharField("cấp phó của cụm", max_length=40, default="Cụm phó")

    objects = DatedQuerySet.as_manager()

    guards = [Restamps()]

    class Meta:
        verbose_name = verbose_name_plural = "cách gọi theo thời kỳ"
        ordering = ["authority", "start_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "start_on"],
                name="authority_period_start_once",
                violation_error_message="Đã có cách gọi bắt đầu từ ngày này.",
            ),
        ]

    def __str__(self):
        return f"{self.name} (từ {self.start_on:%d/%m/%Y})"


class Decision(models.Model):
    """A decision on paper that other rows cite. Its number is never invented: empty is allowed."""

    authority = models.ForeignKey(Authority, models.PROTECT, verbose_name="tỉnh")
    number = models.CharField("số, ký hiệu", max_length=60, blank=True, help_text="348/QĐ-UBND")
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    issuer = models.CharField("cơ quan ban hành", max_length=200)
    summary = models.CharField("trích yếu", max_length=400, help_text="về việc kiện toàn …")
    file = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name="tệp", null=True, blank=True, related_name="+"
    )
    is_verified = models.BooleanField(
        "đã xác minh", default=False, help_text="Đã đối chiếu với bản chính."
    )
    note = models.CharField("ghi chú", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "quyết định"
        ordering = [F("issued_on").desc(nulls_last=True), "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "number", "issued_on"],
                condition=~Q(number=""),
                name="decision_number_once",
                violation_error_message="Đã có quyết định số này, ngày này.",
            ),
        ]

    def __str__(self):
        return self.citation

    @property
    def citation(self):
        """As it is cited in full: type, number, date, issuer, summary."""
        number = f" số {self.number}" if self.number else ""
        dated = f" {date_words(self.issued_on)}" if self.issued_on else ""
        return f"Quyết định{number}{dated} của {self.issuer} {self.summary}"


class DayOff(models.Model):
    """A day that differs from the plain week: a holiday, or a Saturday on which people work."""

    authority = models.ForeignKey(
        Authority, models.CASCADE, verbose_name="tỉnh", related_name="days_off"
    )
    day = models.DateField("ngày")
    is_working = models.BooleanField("là ngày làm việc", default=False, help_text="Ngày làm bù.")
    name = models.CharField("tên", max_length=120)
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name="theo quyết định", null=True, blank=True
    )

    guards = [Restamps()]

    class Meta:
        verbose_name = verbose_name_plural = "ngày nghỉ, ngày làm bù"
        ordering = ["authority", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "day"],
                name="day_off_once",
                violation_error_message="Ngày này đã có trong lịch.",
            ),
        ]

    def __str__(self):
        return f"{self.day:%d/%m/%Y} {self.name}"


class LegalBasisQuerySet(models.QuerySet):
    def in_force(self, day, *, authority, bloc=None):
        """Bases that a paper dated `day` may cite, in the order they print.

        National ones, the authority's, and the bloc's own. Directives of the Party are carried out
        ("Thực hiện …"), never cited as a basis, and are left out.
        """
        return (
            self.filter(kind__in=LegalBasis.BASIS_KINDS, in_force_from__lte=day)
            .filter(Q(in_force_to=None) | Q(in_force_to__gte=day))
            .filter(Q(authority=None) | Q(authority=authority))
            .filter(Q(bloc=None) | Q(bloc=bloc))
            .order_by("position", "in_force_from", "pk")
        )


class LegalBasis(models.Model):
    """A text that papers cite, as printed, and from when to when it held."""

    class Kind(models.TextChoices):
        LAW = "law", "luật"
        DECREE = "decree", "nghị định"
        CIRCULAR = "circular", "thông tư"
        DECISION = "decision", "quyết định"
        RULES = "rules", "quy chế"
        DIRECTIVE = "directive", "chỉ thị của Đảng"

    BASIS_KINDS = (Kind.LAW, Kind.DECREE, Kind.CIRCULAR, Kind.DECISION, Kind.RULES)

    authority = models.ForeignKey(
        Authority,
        models.CASCADE,
        verbose_name="tỉnh",
        null=True,
        blank=True,
        help_text="Để trống: áp dụng cả nước.",
    )
    bloc = models.ForeignKey(
        "units.Bloc",
        models.CASCADE,
        verbose_name="khối, cụm",
        null=True,
        blank=True,
        help_text="Chỉ dùng cho văn bản của một khối.",
    )
    kind = models.CharField("loại", max_length=12, choices=Kind)
    citation = models.TextField("trích dẫn", help_text="Như in sau chữ “Căn cứ”, không dấu cuối.")
    in_force_from = models.DateField("hiệu lực từ")
    in_force_to = models.DateField("đến hết ngày", null=True, blank=True)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    is_verified = models.BooleanField("đã xác minh", default=False)
    note = models.CharField("ghi chú, nguồn", max_length=300, blank=True)

    objects = LegalBasisQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "căn cứ pháp lý"
        ordering = ["position", "in_force_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")),
                name="legal_basis_period",
                violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực.",
            ),
        ]

    def __str__(self):
        return self.citation


class Title(models.Model):
    """A danh hiệu or a hình thức khen thưởng; its wording is dated."""

    class Kind(models.TextChoices):
        HONOUR = "honour", "danh hiệu thi đua"
        COMMENDATION = "commendation", "hình thức khen thưởng"

    slug = models.SlugField("mã", unique=True)
    kind = models.CharField("loại", max_length=12, choices=Kind)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    guards = [Restamps()]

    class Meta:
        verbose_name = verbose_name_plural = "danh hiệu, hình thức khen thưởng"
        ordering = ["position", "slug"]

    def __str__(self):
        return self.slug

    def name_on(self, day):
        row = in_force(self.names.all(), day)
        return row.name if row else self.slug


class TitleName(models.Model):
    """What a title is called from a day on."""

    title = models.ForeignKey(Title, models.CASCADE, verbose_name="danh hiệu", related_name="names")
    start_on = models.DateField("từ ngày")
    name = models.CharField("tên gọi", max_length=200)

    objects = DatedQuerySet.as_manager()

    guards = [Restamps()]

    class Meta:
        verbose_name = verbose_name_plural = "tên gọi theo thời kỳ"
        ordering = ["title", "start_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["title", "start_on"],
                name="title_name_start_once",
                violation_error_message="Đã có tên gọi bắt đầu từ ngày này.",
            ),
        ]

    def __str__(self):
        return self.name
