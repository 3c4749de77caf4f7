"""The agencies that take part, under the names they bore, and what became of them."""

from django.db import models
from django.db.models import F, Q

from units.dated import DatedQuerySet, in_force
from units.models.authority import Authority, Decision
from units.reference import Restamps


class UnitQuerySet(models.QuerySet):
    def with_names(self):
        return self.prefetch_related("names")


class Unit(models.Model):
    """An agency; it stays the same row while only its name changes."""

    slug = models.SlugField(
        "mã", unique=True, help_text="Dùng trong địa chỉ và tên tài khoản; không đổi về sau."
    )
    authority = models.ForeignKey(Authority, models.PROTECT, verbose_name="tỉnh")
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    objects = UnitQuerySet.as_manager()

    guards = [Restamps()]

    class Meta:
        verbose_name = verbose_name_plural = "đơn vị"
        ordering = ["position", "slug"]

    def __str__(self):
        return self.slug

    def name_on(self, day):
        """The UnitName in force on `day`; None only for a unit without any name."""
        return in_force(self.names.all(), day)


class UnitName(models.Model):
    """The forms of a unit's name from a day on."""

    unit = models.ForeignKey(Unit, models.CASCADE, verbose_name="đơn vị", related_name="names")
    start_on = models.DateField("từ ngày")
    full = models.CharField("tên đầy đủ", max_length=200)
    header_superior = models.CharField(
        "đầu văn bản, dòng 1", max_length=120, help_text="UBND TỈNH CAO BẰNG"
    )
    header_name = models.CharField("đầu văn bản, dòng 2", max_length=120, help_text="SỞ TÀI CHÍNH")
    grid = models.CharField(
        "tên trong ô ký",
        max_length=200,
        help_text="Chữ in hoa; dấu | là chỗ xuống dòng, để trống thì tự ngắt.",
    )
    short = models.CharField("tên ngắn", max_length=120)
    symbol = models.CharField("ký hiệu trong số văn bản", max_length=20, blank=True)

    objects = DatedQuerySet.as_manager()

    guards = [Restamps()]

    class Meta:
        verbose_name = verbose_name_plural = "tên gọi theo thời kỳ"
        ordering = ["unit", "start_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "start_on"],
                name="unit_name_start_once",
                violation_error_message="Đã có tên gọi bắt đầu từ ngày này.",
            ),
        ]

    def __str__(self):
        return self.full


class UnitSuccession(models.Model):
    """What became of a unit: one row per predecessor and successor."""

    class Kind(models.TextChoices):
        RENAME = "rename", "đổi tên"
        MERGE = "merge", "hợp nhất, sáp nhập"
        SPLIT = "split", "chia, tách"
        DISSOLVE = "dissolve", "giải thể"

    predecessor = models.ForeignKey(
        Unit, models.PROTECT, verbose_name="đơn vị cũ", related_name="successions"
    )
    successor = models.ForeignKey(
        Unit,
        models.PROTECT,
        verbose_name="đơn vị kế thừa",
        related_name="origins",
        null=True,
        blank=True,
    )
    kind = models.CharField("hình thức", max_length=10, choices=Kind)
    effective_on = models.DateField("từ ngày")
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name="theo quyết định", null=True, blank=True
    )
    is_verified = models.BooleanField("đã xác minh", default=False)
    note = models.CharField("ghi chú", max_length=300, blank=True)

    guards = [Restamps()]

    class Meta:
        verbose_name = verbose_name_plural = "kế thừa của đơn vị"
        ordering = ["effective_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "effective_on"],
                name="succession_once",
                violation_error_message="Đã ghi việc kế thừa này.",
            ),
            models.CheckConstraint(
                condition=Q(kind="dissolve", successor=None)
                | ~Q(kind="dissolve") & Q(successor__isnull=False),
                name="succession_successor",
                violation_error_message="Giải thể thì không có đơn vị kế thừa; trường hợp khác phải có.",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=F("predecessor")),
                name="succession_not_itself",
                violation_error_message="Đơn vị không kế thừa chính nó; đổi tên thì thêm tên gọi mới.",
            ),
        ]

    def __str__(self):
        return f"{self.predecessor} → {self.successor or 'giải thể'}"
