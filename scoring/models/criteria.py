"""The criteria table: a paper of the bloc's year, its tree of criteria, and its document."""

from decimal import Decimal
from functools import cached_property

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from pledges.models import Paper
from pledges.models.paper import frozen_with_paper

KEY = RegexValidator(
    r"^[A-Za-z0-9._-]+\Z",
    "Mã dùng trong hệ thống chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới.",
)


class CriteriaSet(models.Model):
    """One version of a year's criteria table; its text lives and is adopted as a paper."""

    paper = models.OneToOneField(
        Paper, models.PROTECT, verbose_name="văn bản", related_name="criteria"
    )
    code = models.CharField("mã bảng", max_length=40)
    base_max = models.DecimalField(
        "tổng điểm chuẩn", max_digits=9, decimal_places=4, validators=[MinValueValidator(0)]
    )
    bonus_cap = models.DecimalField(
        "mức thưởng tối đa",
        max_digits=9,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Để trống: không giới hạn.",
    )
    # Everything else the document says of the table as a whole, word for word.
    settings = models.JSONField("quy định chung của bảng", default=dict, blank=True)
    reason = models.CharField("lý do của phiên bản", max_length=400, blank=True)
    # Written when the table is adopted; empty before.
    document = models.JSONField("văn bản đã chốt của bảng", default=dict, blank=True)
    digest = models.CharField("mã băm của bảng", max_length=64, blank=True)

    guards = frozen_with_paper()

    class Meta:
        verbose_name = verbose_name_plural = "bảng tiêu chí"
        ordering = ["-paper"]
        constraints = [
            models.CheckConstraint(
                condition=Q(base_max__gte=0) & (Q(bonus_cap=None) | Q(bonus_cap__gte=0)),
                name="criteria_set_not_negative",
                violation_error_message="Tổng điểm chuẩn và mức thưởng tối đa không âm.",
            ),
        ]

    def __str__(self):
        return f"{self.code}, {self.paper}"

    @property
    def year(self):
        return self.paper.year

    @property
    def name(self):
        return self.settings.get("name", "")

    @property
    def is_open(self):
        """Whether the table may still change."""
        return self.paper.is_open

    def as_document(self):
        """The whole table as plain JSON values: from its rows while open, as adopted afterwards."""
        if self.digest:
            return self.document
        below = self._below()
        document = {**self.settings, "code": self.code, "base_max": plain(self.base_max)}
        if self.bonus_cap is not None:
            document["bonus_cap"] = plain(self.bonus_cap)
        document["nodes"] = [row.as_node(below) for row in below.get(None, ())]
        return document

    def _below(self):
        """{parent id, None for the top: its criteria in order}, in one query."""
        below = {}
        for row in self.criteria.in_order():
            below.setdefault(row.parent_id, []).append(row)
        return below

    def in_tree_order(self):
        """All criteria from top to bottom as the table prints them, each with its `depth` from 0
        and whether it `is_leaf`."""
        below = self._below()

        def walk(parent, depth):
            for row in below.get(parent, ()):
                row.depth, row.is_leaf = depth, row.pk not in below
                yield row
                yield from walk(row.pk, depth + 1)

        return list(walk(None, 0))

    @cached_property
    def parents(self):
        """{criterion id: its parent's id}, read once per object: what is scored by changes no more."""
        return dict(self.criteria.values_list("pk", "parent_id").order_by("pk"))

    def leaves(self):
        """Criteria that get points by themselves: those without any below them."""
        return self.criteria.filter(children=None)


class CriterionQuerySet(models.QuerySet):
    def in_order(self):
        """From top to bottom within each parent; parents come in no order to their children."""
        return self.order_by("position", "pk")


class Criterion(models.Model):
    """One node of a table's tree: a group, or a leaf with its rule."""

    class Section(models.TextChoices):
        BASE = "base", "điểm chuẩn"
        BONUS = "bonus", "điểm thưởng"
        PENALTY = "penalty", "điểm trừ"

    criteria = models.ForeignKey(
        CriteriaSet, models.CASCADE, verbose_name="bảng tiêu chí", related_name="criteria"
    )
    paper = models.ForeignKey(Paper, models.PROTECT, verbose_name="văn bản", related_name="+")
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        verbose_name="thuộc nhóm",
        related_name="children",
        null=True,
        blank=True,
    )
    position = models.PositiveSmallIntegerField("thứ tự")
    # As the document says it; empty: the parent's.
    section = models.CharField("phần", max_length=8, choices=Section, default="", blank=True)
    key = models.CharField("mã dùng trong hệ thống", max_length=60, validators=[KEY])
    code = models.CharField("mã in trên bảng", max_length=40, blank=True)
    name = models.TextField("tên tiêu chí")
    max_points = models.DecimalField(
        "điểm tối đa",
        max_digits=9,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    # Everything else the document says of the node, word for word.
    rule = models.JSONField("cách chấm", default=dict, blank=True)
    basis = models.TextField("căn cứ chấm điểm, tài liệu kiểm chứng", blank=True)

    objects = CriterionQuerySet.as_manager()
    guards = frozen_with_paper()

    class Meta:
        verbose_name = verbose_name_plural = "tiêu chí"
        ordering = ["criteria", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["criteria", "key"],
                name="criterion_key_once",
                violation_error_message="Bảng đã có tiêu chí mang mã này.",
            ),
            models.CheckConstraint(
                condition=Q(max_points=None) | Q(max_points__gte=0),
                name="criterion_max_not_negative",
                violation_error_message="Điểm tối đa không âm.",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}".strip()

    @property
    def requires_file(self):
        """Whether its evidence must be a file: a citation alone does not count."""
        return bool((self.rule.get("evidence") or {}).get("file"))

    def as_node(self, below):
        """This node and those under it, as the document writes them; below: {parent id: rows}."""
        node = {**self.rule, "key": self.key, "name": self.name}
        for field in ("code", "section", "basis"):
            if getattr(self, field):
                node[field] = getattr(self, field)
        if self.max_points is not None:
            node["max"] = plain(self.max_points)
        if self.pk in below:
            node["children"] = [row.as_node(below) for row in below[self.pk]]
        return node


def plain(number):
    """A number as documents and the record write it: "14.5", "100"; no exponent, None for none."""
    return None if number is None else format(Decimal(number).normalize(), "f")
