"""A unit's scorecard, what is entered in it, and every number it ever bore."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from khoithidua.triggers import AppendOnly, fixed
from khoithidua.workflow import Workflow
from scoring.models.round import ScoringRound
from units.models import Appointment, EmulationYear, Unit, User

# While the unit itself writes: only then its entries change.
UNIT_STATES = ("draft", "review", "leader")
SUBMITTED_STATES = ("submitted", "verifying", "verified", "answered", "settled", "reserved")
# The conference has spoken: the supervisor sees whole cards.
ADOPTED_STATES = ("adopted", "closed", "published")
VERIFIED_STATES = ("verified", "answered", "settled", "reserved")
NOT_THE_UNITS = "Bản tự chấm đã gửi thì đơn vị không sửa được nữa."


class ScorecardQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Cards a user may open: their unit's at any time, others' only once submitted.

        Others': with a duty on the card, by a province-wide role, or as supervisor once the
        conference has adopted the results. Who stood aside from a card has no duty on it.
        """
        mine = [row.unit_id for row in user.current_appointments]
        writing = [
            row.unit_id for row in user.current_appointments if row.kind != Appointment.Kind.CLERK
        ]
        watched = user.watched_bloc_ids
        duties = models.OuterRef("pk")
        on_duty = self._rows("duties", card=duties).filter(
            Q(verifier__in=writing) | Q(verifier=None, round__year__bloc__in=watched)
        )
        aside = self._rows("recusals", card=duties).filter(user=user)
        others = Q(models.Exists(on_duty)) & ~Q(models.Exists(aside)) | Q(
            year__bloc__in=watched, round__state__in=ADOPTED_STATES
        )
        if user.is_superuser or (user.role and user.authority_id is None):
            others = Q()
        elif user.role:
            others |= Q(year__bloc__authority=user.authority_id)
        return self.filter(Q(unit__in=mine) | Q(submitted_at__isnull=False) & others)

    def _rows(self, name, **on):
        return self.model._meta.get_field(name).related_model.objects.filter(**on)

    def for_list(self):
        """With what a list of cards shows: units and their names, the round and its year."""
        return self.select_related(
            "unit", "round__criteria", "year__bloc__authority"
        ).prefetch_related("unit__names")


class Scorecard(Workflow):
    """One unit's card in one round; whose turn it is, is its state."""

    class State(models.TextChoices):
        DRAFT = "draft", "đang nhập"
        REVIEW = "review", "chờ soát xét"
        LEADER = "leader", "chờ lãnh đạo xác nhận"
        SUBMITTED = "submitted", "đã gửi"
        VERIFYING = "verifying", "đang thẩm định"
        VERIFIED = "verified", "đã có kết quả thẩm định"
        ANSWERED = "answered", "đã giải trình"
        SETTLED = "settled", "đã thống nhất"
        RESERVED = "reserved", "bảo lưu ý kiến"
        CLOSED = "closed", "đã chốt"

    TRANSITIONS = {
        "pass_to_reviewer": ((State.DRAFT,), State.REVIEW),
        "pass_to_leader": ((State.DRAFT, State.REVIEW), State.LEADER),
        "return": ((State.REVIEW, State.LEADER), State.DRAFT),
        "submit": ((State.LEADER,), State.SUBMITTED),
        "send_back": ((State.SUBMITTED, State.VERIFYING), State.DRAFT),
        "verify": ((State.SUBMITTED,), State.VERIFYING),
        "approve": ((State.VERIFYING,), State.VERIFIED),
        "answer": ((State.VERIFIED,), State.ANSWERED),
        "settle": ((State.VERIFIED, State.ANSWERED), State.SETTLED),
        "reserve": ((State.ANSWERED,), State.RESERVED),
        "close": (
            (State.DRAFT, State.REVIEW, State.LEADER, State.SETTLED, State.RESERVED),
            State.CLOSED,
        ),
        "reopen": ((State.CLOSED,), State.SETTLED),
        # A card that was never submitted goes back to where the round left it.
        "reopen_empty": ((State.CLOSED,), State.DRAFT),
    }

    round = models.ForeignKey(
        ScoringRound, models.PROTECT, verbose_name="đợt chấm điểm", related_name="cards"
    )
    year = models.ForeignKey(
        EmulationYear, models.PROTECT, verbose_name="năm thi đua", related_name="scorecards"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="scorecards")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.DRAFT)
    reviewer = models.ForeignKey(
        User, models.PROTECT, verbose_name="người soát xét", null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người gửi", null=True, blank=True, related_name="+"
    )
    # The declaration that no classified paper was uploaded, made with the submission.
    unclassified_declared_at = models.DateTimeField(
        "cam kết không tải lên tài liệu mật lúc", null=True, blank=True
    )
    unclassified_declared_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người cam kết", null=True, blank=True, related_name="+"
    )
    verified_at = models.DateTimeField("có kết quả thẩm định lúc", null=True, blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người duyệt", null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("giải trình xong lúc", null=True, blank=True)
    closed_at = models.DateTimeField("chốt lúc", null=True, blank=True)
    is_stale = models.BooleanField("có thay đổi sau thẩm định", default=False)
    # Last of the tie-breaks: Nghị định số 152/2025/NĐ-CP, Điều 4.
    women_percent = models.DecimalField(
        "tỷ lệ nữ (%)", max_digits=5, decimal_places=2, null=True, blank=True
    )

    objects = ScorecardQuerySet.as_manager()
    guards = [
        fixed(
            "Bản tự chấm không xóa, không chuyển sang đơn vị khác.",
            *("round_id", "year_id", "unit_id"),
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "bản tự chấm"
        ordering = ["round", "unit__position", "unit__slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"],
                name="scorecard_once",
                violation_error_message="Đơn vị đã có bản tự chấm của năm này.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=SUBMITTED_STATES,
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    unclassified_declared_at__isnull=False,
                    unclassified_declared_by__isnull=False,
                )
                | Q(
                    state__in=UNIT_STATES,
                    submitted_at=None,
                    submitted_by=None,
                    unclassified_declared_at=None,
                    unclassified_declared_by=None,
                )
                | Q(state="closed"),
                name="scorecard_submitted",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=VERIFIED_STATES, verified_at__isnull=False, approved_by__isnull=False
                )
                | Q(
                    state__in=[*UNIT_STATES, "submitted", "verifying"],
                    verified_at=None,
                    approved_by=None,
                )
                | Q(state="closed"),
                name="scorecard_verified",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["answered", "reserved"], answered_at__isnull=False)
                | Q(
                    state__in=[*UNIT_STATES, "submitted", "verifying", "verified"], answered_at=None
                )
                | Q(state__in=["settled", "closed"]),
                name="scorecard_answered",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | ~Q(state="closed") & Q(closed_at=None),
                name="scorecard_closed",
            ),
            models.CheckConstraint(
                condition=Q(women_percent=None) | Q(women_percent__gte=0, women_percent__lte=100),
                name="scorecard_women_percent",
                violation_error_message="Tỷ lệ phải từ 0 đến 100.",
            ),
            models.CheckConstraint(
                condition=~Q(state="review") | Q(reviewer__isnull=False),
                name="scorecard_reviewer",
                violation_error_message="Cần chọn người soát xét.",
            ),
        ]

    def __str__(self):
        return f"{self.unit} trong {self.year}"

    @property
    def audit_chain(self):
        return self.year.audit_chain

    @property
    def audit_path(self):
        return f"{self.audit_chain}/cham-diem/{self.unit.slug}"

    @property
    def unit_name(self):
        """The unit's short name as this year shows it."""
        name = self.unit.name_on(self.year.reference_day)
        return name.short if name else self.unit.slug

    @property
    def audit_name(self):
        return f"bản tự chấm của {self.unit_name}"

    @property
    def is_with_unit(self):
        """Whether the unit may still change what it entered."""
        return self.state in UNIT_STATES

    def content_revision(self):
        """A number that grows with every save of an entry, to tell whether one has seen the last."""
        return self.entries.aggregate(saves=models.Sum("revision"))["saves"] or 0

    def conflict_of(self, user):
        """Why this person has no say on the card; empty when they may have one.

        Conflict of interest is by unit: whoever has a post in the unit, besides others, is barred;
        so is whoever stood aside.
        """
        units = {row.unit_id for row in getattr(user, "current_appointments", ())}
        if self.unit_id in units:
            return "Người của đơn vị không chấm, không quyết định về bản tự chấm của chính đơn vị."
        if self.year.bloc_id in user.watched_bloc_ids and is_standing_body(self.unit, self.year):
            return "Chuyên viên theo dõi không thẩm định bản tự chấm của cơ quan thường trực."
        if any(row.user_id == user.pk for row in self.recusals.all()):
            return "Bạn đã rút khỏi việc thẩm định bản này."
        return ""


def is_standing_body(unit, year):
    """Whether the unit is, under its name of this year, the standing body that supervises it."""
    name = unit.name_on(year.reference_day)
    words = year.words
    return bool(name and words) and words.standing_body_name in (name.full, name.short)


class CardNote(models.Model):
    """A word between the people of one unit about their card; nobody else ever reads it."""

    class Kind(models.TextChoices):
        RETURN = "return", "trả lại"
        COMMENT = "comment", "ghi chú"

    card = models.ForeignKey(
        Scorecard, models.PROTECT, verbose_name="bản tự chấm", related_name="notes"
    )
    kind = models.CharField("loại", max_length=8, choices=Kind, default=Kind.COMMENT)
    text = models.TextField("nội dung")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="người ghi", related_name="+")
    at = models.DateTimeField("lúc", default=timezone.now)

    guards = [AppendOnly("Ghi chú đã gửi không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "ghi chú trong đơn vị"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="card_note_text",
                violation_error_message="Ghi chú không được để trống.",
            ),
        ]

    def __str__(self):
        return f"{self.card}: {self.text[:60]}"
