"""Word templates that a province puts in the place of the ones the application brings."""

from django.db import models
from django.utils import timezone

from khoithidua.models import StoredFile
from units.models import Authority


class WordTemplateQuerySet(models.QuerySet):
    def in_use(self, authority, kind):
        """The authority's own template of a paper; None where it follows the application's."""
        return self.filter(authority=authority, kind=kind).select_related("file").first()


class WordTemplate(models.Model):
    """An authority's template of one paper; checked before it is kept (scoring/papers/sandbox.py)."""

    class Kind(models.TextChoices):
        SELF_TABLE = "self_table", "Bảng tự chấm điểm"
        REPORT = "report", "Báo cáo giải trình"
        MINUTES = "minutes", "Biên bản thẩm định"
        SUMMARY = "summary", "Bảng tổng hợp điểm"

    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name="tỉnh", related_name="word_templates"
    )
    kind = models.CharField("văn bản", max_length=12, choices=Kind)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name="tệp", related_name="+", editable=False
    )
    file_name = models.CharField("tên tệp", max_length=200, editable=False)
    uploaded_at = models.DateTimeField("tải lên lúc", default=timezone.now, editable=False)

    objects = WordTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "mẫu Word"
        ordering = ["authority", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind"],
                name="word_template_once",
                violation_error_message="Tỉnh đã có mẫu của văn bản này; hãy sửa mẫu đó.",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()
