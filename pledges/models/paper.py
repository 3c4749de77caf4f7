"""Papers: written together, adopted, frozen, signed. The pledge is the first kind."""

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from khoithidua.triggers import AppendOnly, FrozenWith, unchanged
from khoithidua.workflow import Workflow
from units.models import EmulationYear, LegalBasis, Title, Unit, User

# No letters that read like digits, none that read like each other.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
OPEN_STATES = ("draft", "commenting")
IN_FORCE_STATES = ("adopted", "frozen", "signing", "change_requested", "complete")
# From the freeze until the last signature: at most one pledge a year.
BEING_SIGNED_STATES = ("frozen", "signing", "change_requested")
# A new version is written while nobody signs the one before: that one waits, or is complete.
UNDER_WAY_STATES = (*OPEN_STATES, "adopted", "frozen", "signing")
CHANGED_ONLY_IN_DRAFT = "Văn bản đã thông qua thì nội dung không sửa được nữa."


class PaperQuerySet(models.QuerySet):
    def live(self):
        """Not withdrawn, not superseded: one pledge a year, or two while a new version is made."""
        return self.exclude(state__in=[Paper.State.WITHDRAWN, Paper.State.SUPERSEDED])

    def being_written(self):
        """Drafts and what is out for comment: at most one per kind and year."""
        return self.filter(state__in=OPEN_STATES)

    def in_force(self):
        """Adopted and neither withdrawn nor superseded: one criteria table at most."""
        return self.filter(state__in=IN_FORCE_STATES)

    def being_signed(self):
        """Frozen and not complete, whether people sign now or wait: at most one per kind and year."""
        return self.filter(state__in=BEING_SIGNED_STATES)

    def pledges(self):
        return self.filter(kind=Paper.Kind.PLEDGE)

    def criteria_tables(self):
        return self.filter(kind=Paper.Kind.CRITERIA)


def _unchanged(*columns):
    return " AND ".join(f"NEW.{column} = OLD.{column}" for column in columns)


class Paper(Workflow):
    """One version of one paper of a bloc's year; signing and verification hang on it."""

    class Kind(models.TextChoices):
        PLEDGE = "pledge", "giao ước thi đua"
        CRITERIA = "criteria", "bảng tiêu chí"

    class State(models.TextChoices):
        DRAFT = "draft", "đang soạn"
        COMMENTING = "commenting", "đang lấy ý kiến"
        ADOPTED = "adopted", "đã thông qua"
        FROZEN = "frozen", "đã chốt"
        SIGNING = "signing", "đang ký"
        CHANGE_REQUESTED = "change_requested", "đang tạm dừng ký"
        COMPLETE = "complete", "hoàn tất"
        WITHDRAWN = "withdrawn", "đã rút"
        SUPERSEDED = "superseded", "đã có phiên bản thay thế"

    class Form(models.TextChoices):
        """The official form, named before freezing: only signatures of this form count."""

        SYSTEM = "system", "xác nhận trên hệ thống"
        TOKEN = "token", "ký số công vụ"
        PAPER = "paper", "ký giấy"

    TRANSITIONS = {
        "open_comments": ((State.DRAFT,), State.COMMENTING),
        "adopt": ((State.DRAFT, State.COMMENTING), State.ADOPTED),
        "reopen": ((State.ADOPTED,), State.DRAFT),
        "freeze": ((State.ADOPTED,), State.FROZEN),
        "open_signing": ((State.FROZEN,), State.SIGNING),
        "request_change": ((State.FROZEN, State.SIGNING), State.CHANGE_REQUESTED),
        "answer_change": ((State.CHANGE_REQUESTED,), State.SIGNING),
        "complete": ((State.FROZEN, State.SIGNING), State.COMPLETE),
        "supersede": (
            (State.ADOPTED, State.CHANGE_REQUESTED, State.COMPLETE),
            State.SUPERSEDED,
        ),
        "withdraw": (
            (State.ADOPTED, State.FROZEN, State.SIGNING, State.CHANGE_REQUESTED),
            State.WITHDRAWN,
        ),
        # A new version that is not needed after all; what it was to replace stays.
        "discard": ((State.DRAFT, State.COMMENTING), State.WITHDRAWN),
    }

    year = models.ForeignKey(
        EmulationYear, models.PROTECT, verbose_name="năm thi đua", related_name="papers"
    )
    kind = models.CharField("loại", max_length=10, choices=Kind, default=Kind.PLEDGE)
    version = models.PositiveSmallIntegerField("phiên bản", default=1)
    revision = models.PositiveIntegerField("lần lưu", default=0)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="thay cho phiên bản",
        null=True,
        blank=True,
        related_name="replacements",
    )
    version_reason = models.TextField("lý do lập phiên bản", blank=True)
    state = models.CharField("trạng thái", max_length=20, choices=State, default=State.DRAFT)
    title = models.CharField("tên văn bản", max_length=120, default="Giao ước thi đua")
    dated_on = models.DateField("ngày trên văn bản")
    place = models.CharField("địa điểm ký", max_length=120, blank=True)
    arrangements = models.TextField("tổ chức thực hiện", blank=True)
    copies = models.PositiveSmallIntegerField("số bản", default=10)
    copies_note = models.CharField(
        "phân phối các bản",
        max_length=300,
        blank=True,
        help_text="mỗi đơn vị giữ 01 bản, gửi Ban Thi đua 01 bản, lưu tại Trưởng khối 01 bản",
    )
    recipients = models.TextField("nơi nhận", blank=True, help_text="Mỗi dòng một nơi.")
    form = models.CharField("hình thức ký", max_length=8, choices=Form, default=Form.SYSTEM)
    in_order = models.BooleanField("ký theo thứ tự trong lưới ký", default=False)
    with_agency_seals = models.BooleanField("có chữ ký của cơ quan", default=False)
    with_witness = models.BooleanField("có cơ quan thường trực chứng kiến", default=False)

    adopted_on = models.DateField("ngày thông qua", null=True, blank=True)
    frozen_at = models.DateTimeField("chốt lúc", null=True, blank=True)
    signing_opened_at = models.DateTimeField("mở ký lúc", null=True, blank=True)
    completed_at = models.DateTimeField("hoàn tất lúc", null=True, blank=True)
    code = models.CharField("mã xác minh", max_length=20, unique=True, null=True, blank=True)
    reading_html = models.TextField("bản đọc đã chốt", blank=True)
    # What the year's overview counts, told at the freeze: [["chỉ tiêu các đơn vị đăng ký", 16], …]
    figures = models.JSONField("con số của giao ước", default=list, blank=True)
    page_count = models.PositiveSmallIntegerField("số trang", default=0)
    note = models.TextField("ghi chú trên trang giao ước", blank=True)
    created_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người soạn", null=True, related_name="+"
    )

    objects = PaperQuerySet.as_manager()
    guards = [
        AppendOnly(
            "Văn bản đã thông qua hoặc đã chốt thì nội dung không sửa, không xóa.",
            except_when=(
                "(OLD.adopted_on IS NULL OR (NEW.adopted_on IS NULL AND OLD.frozen_at IS NULL)"
                f" OR ({_unchanged('title', 'dated_on', 'place', 'arrangements', 'copies')}"
                f" AND {_unchanged('copies_note', 'recipients', 'year_id', 'kind', 'version')}))"
                " AND (OLD.frozen_at IS NULL"
                f" OR {_unchanged('frozen_at', 'code', 'reading_html', 'form', 'page_count')})"
                # An adopted criteria table never becomes a draft again: a change is a new version.
                " AND (OLD.kind <> 'criteria' OR OLD.adopted_on IS NULL"
                f" OR {_unchanged('adopted_on')})"
                f" AND {unchanged('replaces_id', 'version_reason')}"
            ),
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "văn bản"
        ordering = ["-year__number", "kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["year", "kind", "version"], name="paper_version_once"),
            models.UniqueConstraint(
                fields=["year", "kind"],
                condition=Q(state__in=OPEN_STATES),
                name="paper_one_open_version",
                violation_error_message="Năm này đã có một dự thảo loại này đang soạn.",
            ),
            models.UniqueConstraint(
                fields=["year", "kind"],
                condition=~Q(kind="pledge") & Q(state__in=IN_FORCE_STATES),
                name="paper_one_version_in_force",
                violation_error_message="Năm này đã có một văn bản loại này đang có hiệu lực.",
            ),
            # What is signed is never drafted anew beside the version that people are signing.
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(kind="pledge", state__in=UNDER_WAY_STATES),
                name="pledge_one_under_way",
                violation_error_message="Năm này đã có giao ước.",
            ),
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(kind="pledge", state__in=BEING_SIGNED_STATES),
                name="pledge_one_being_signed",
                violation_error_message="Năm này đã có giao ước chờ ký.",
            ),
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(kind="pledge", state="complete"),
                name="pledge_one_complete",
                violation_error_message="Năm này đã có giao ước hoàn tất.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, adopted_on=None)
                | ~Q(state__in=OPEN_STATES) & Q(adopted_on__isnull=False)
                | Q(state__in=["withdrawn", "superseded"]),
                name="paper_adopted_on",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[*OPEN_STATES, "adopted"], frozen_at=None, code=None, reading_html=""
                )
                | Q(
                    state__in=[*BEING_SIGNED_STATES, "complete"],
                    frozen_at__isnull=False,
                    code__isnull=False,
                )
                | Q(state__in=["withdrawn", "superseded"]),
                name="paper_frozen_at",
            ),
            models.CheckConstraint(
                condition=Q(state="complete", completed_at__isnull=False)
                | ~Q(state="complete") & Q(completed_at=None)
                | Q(state="superseded"),
                name="paper_completed_at",
            ),
        ]

    def __str__(self):
        return f"{self.title} năm {self.year.number}, phiên bản {self.version} ({self.year.bloc})"

    def get_absolute_url(self):
        year = [self.year.bloc.slug, self.year.number]
        if self.kind == self.Kind.CRITERIA:
            return reverse("scoring:table_detail", args=[*year, self.version])
        return reverse("pledges:pledge_detail", args=year)

    @property
    def audit_chain(self):
        return self.year.audit_chain

    @property
    def audit_path(self):
        return f"{self.audit_chain}/{self.kind}/{self.version}"

    @property
    def audit_name(self):
        return f"{self.title.lower()} năm {self.year.number}"

    @cached_property
    def seats(self):
        """Its parties in the order of the grid, each with its `signature`."""
        return list(self.parties.with_signatures())

    @property
    def party_count(self):
        return len(self.seats)

    @property
    def signed_count(self):
        return sum(1 for party in self.seats if party.signature)

    @property
    def is_open(self):
        """Whether its text may still change."""
        return self.state in OPEN_STATES

    @property
    def is_frozen(self):
        return self.frozen_at is not None

    @cached_property
    def is_proposed(self):
        """Whether the lead's proposal to withdraw it waits for the deputy."""
        return self.withdrawals.filter(outcome="").exists()

    @property
    def is_asked(self):
        """Whether somebody's request for a change waits for the lead's answer."""
        return (
            self.state == self.State.CHANGE_REQUESTED
            and self.change_requests.filter(outcome="").exists()
        )

    @property
    def may_be_replaced(self):
        """Whether a new version of it may be begun: it was frozen, and is still of use."""
        return self.state in (*BEING_SIGNED_STATES, self.State.COMPLETE)

    @property
    def uses_system_form(self):
        return self.form == self.Form.SYSTEM

    @property
    def is_certified(self):
        """Whether its seal permits readers nothing but filling the fields that are there."""
        return not any(party.boxes for party in self.parties.all())

    def unverified_bases(self):
        """Bases printed here that nobody has compared with the original: the drafter is warned."""
        return self.bases.filter(source__is_verified=False)


def new_code(paper):
    """A verification code: kind and year, then 39 bits of chance: "GU26-7K3M-QX4P"."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(8))
    prefix = {Paper.Kind.PLEDGE: "GU"}.get(paper.kind, "VB")
    return f"{prefix}{paper.year.number % 100:02d}-{letters[:4]}-{letters[4:]}"


class PledgeManager(models.Manager.from_queryset(PaperQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(kind=Paper.Kind.PLEDGE)


class Pledge(Paper):
    """The paper of that kind: it also has unit targets and registered titles."""

    objects = PledgeManager()

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "giao ước thi đua"


class PaperPart(models.Model):
    """A row of a paper's text; it changes only while the paper is being written."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="%(class)ss")
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


def frozen_with_paper():
    return [FrozenWith("paper_id", "pledges_paper", "state", OPEN_STATES, CHANGED_ONLY_IN_DRAFT)]


class PaperBasis(PaperPart):
    """One "Căn cứ …" of a paper, as printed, and the legal basis it came from."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="bases")
    text = models.TextField("căn cứ")
    source = models.ForeignKey(
        LegalBasis, models.SET_NULL, verbose_name="nguồn", null=True, blank=True, related_name="+"
    )

    # A basis that a paper cites is not deleted either: SET_NULL would change the paper's row.
    guards = frozen_with_paper()

    class Meta(PaperPart.Meta):
        verbose_name = verbose_name_plural = "căn cứ của văn bản"

    def __str__(self):
        return self.text


class Section(PaperPart):
    """One numbered commitment: a heading and its paragraphs, one per line."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="sections")
    heading = models.CharField("đầu đề", max_length=300)
    body = models.TextField("nội dung", blank=True)

    guards = frozen_with_paper()

    class Meta(PaperPart.Meta):
        verbose_name = verbose_name_plural = "mục của văn bản"

    def __str__(self):
        return self.heading

    @property
    def paragraphs(self):
        return [line.strip() for line in self.body.splitlines() if line.strip()]


class UnitTarget(PaperPart):
    """One target a unit registers in the pledge."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="targets")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="+")
    name = models.CharField("chỉ tiêu", max_length=300)
    measure = models.CharField("đơn vị tính", max_length=40)
    plan = models.DecimalField("kế hoạch", max_digits=14, decimal_places=3)
    weight = models.DecimalField("trọng số", max_digits=6, decimal_places=2, null=True, blank=True)

    guards = frozen_with_paper()

    class Meta(PaperPart.Meta):
        verbose_name = verbose_name_plural = "chỉ tiêu đăng ký"
        constraints = [
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gt=0, weight__lte=100),
                name="unit_target_weight",
                violation_error_message="Trọng số phải lớn hơn 0 và không quá 100.",
            ),
        ]

    def __str__(self):
        return self.name


class RegisteredTitle(PaperPart):
    """One title a unit registers for in the pledge."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="registered_titles")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="+")
    title = models.ForeignKey(Title, models.PROTECT, verbose_name="danh hiệu", related_name="+")

    guards = frozen_with_paper()

    class Meta(PaperPart.Meta):
        verbose_name = verbose_name_plural = "danh hiệu đăng ký"
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "unit", "title"],
                name="registered_title_once",
                violation_error_message="Đơn vị đã đăng ký danh hiệu này.",
            ),
        ]

    def __str__(self):
        return f"{self.unit}: {self.title}"


class Comment(models.Model):
    """A member unit's remark on one clause of a draft, and the lead's answer."""

    class Answer(models.TextChoices):
        NONE = "", "chưa trả lời"
        ACCEPTED = "accepted", "tiếp thu"
        EXPLAINED = "explained", "giải trình"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="comments")
    clause = models.CharField("điều khoản", max_length=40)
    clause_label = models.CharField("tên điều khoản", max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị", related_name="+")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="người góp ý", related_name="+")
    at = models.DateTimeField("lúc", default=timezone.now)
    text = models.TextField("ý kiến")
    answer = models.CharField("trả lời", max_length=10, choices=Answer, default="", blank=True)
    answer_text = models.TextField("nội dung trả lời", blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="người trả lời", null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)

    # A remark is answered once, and otherwise never changes.
    guards = [
        AppendOnly(
            "Ý kiến đã gửi không sửa, không xóa.",
            except_when="OLD.answered_at IS NULL AND NEW.text = OLD.text AND NEW.clause = OLD.clause"
            " AND NEW.by_id = OLD.by_id AND NEW.at = OLD.at",
        )
    ]

    class Meta:
        verbose_name = verbose_name_plural = "ý kiến góp ý"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="comment_answer",
            ),
        ]

    def __str__(self):
        return f"{self.unit}: {self.text[:60]}"
