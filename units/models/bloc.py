"""Blocs, their years, who belongs to them, and the phases of a year."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from khoithidua import audit
from khoithidua.text import fold
from khoithidua.triggers import AppendOnly, NoOverlap
from units.dated import DatedQuerySet, in_force
from units.models.authority import Authority, Decision
from units.models.unit import Unit
from units.reference import Restamps, remember


class Bloc(models.Model):
    """A khối or cụm thi đua; its name is dated."""

    class Kind(models.TextChoices):
        BLOC = "bloc", "khối"
        CLUSTER = "cluster", "cụm"

    slug = models.SlugField("mã", unique=True, help_text="Dùng trong địa chỉ; không đổi về sau.")
    authority = models.ForeignKey(Authority, models.PROTECT, verbose_name="tỉnh")
    kind = models.CharField("loại", max_length=8, choices=Kind, default=Kind.BLOC)
    file_code = models.SlugField(
        "mã trong tên tệp", max_length=20, help_text="Ngắn, không dấu: khoi-tmth."
    )
    ended_on = models.DateField("hoạt động đến hết ngày", null=True, blank=True)
    is_demo = models.BooleanField("dữ liệu trình diễn", default=False)

    guards = [Restamps()]

    class Meta:
        verbose_name = "khối, cụm thi đua"
        verbose_name_plural = "khối, cụm thi đua"
        ordering = ["slug"]

    def __str__(self):
        return self.slug

    def name_on(self, day):
        row = in_force(self.names.all(), day)
        return row.name if row else self.slug


class BlocName(models.Model):
    """What a bloc is called from a day on."""

    bloc = models.ForeignKey(Bloc, models.CASCADE, verbose_name="khối, cụm", related_name="names")
    start_on = models.DateField("từ ngày")
    name = models.CharField("tên gọi", max_length=200)

    objects = DatedQuerySet.as_manager()

    guards = [Restamps()]

    class Meta:
        verbose_name = verbose_name_plural = "tên gọi theo thời kỳ"
        ordering = ["bloc", "start_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["bloc", "start_on"],
                name="bloc_name_start_once",
                violation_error_message="Đã có tên gọi bắt đầu từ ngày này.",
            ),
        ]

    def __str__(self):
        return self.name


class Role(models.TextChoices):
    LEAD = "lead", "trưởng khối"
    DEPUTY = "deputy", "phó trưởng khối"
    MEMBER = "member", "thành viên"


class EmulationYearQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Years a user may open: of their people, or of the whole province for its own roles."""
        if user.is_superuser:
            return self
        if user.role:
            province = user.authority_id
            return self if province is None else self.filter(bloc__authority=province)
        return self.of_people(user)

    def of_people(self, user):
        """Years of blocs that the user's units belong or belonged to, or that the user watches."""
        units = [appointment.unit_id for appointment in user.current_appointments]
        mine = Membership.objects.filter(unit__in=units).values("year__bloc")
        return self.filter(Q(bloc__in=mine) | Q(bloc__in=user.watched_bloc_ids))

    def called(self, words, stamp):
        """Years of blocs of which some name holds these words, whatever their marks and case."""
        names = remember(stamp, "folded bloc names", _folded_names)
        words = fold(words)
        return self.filter(bloc__in=[bloc for bloc, name in names if words in name])

    def with_names(self):
        return self.select_related("bloc__authority").prefetch_related(
            "bloc__names", "bloc__authority__periods"
        )


def _folded_names():
    """[(bloc's id, one of its names as it is searched)]; databases do not fold Vietnamese alike."""
    return [(bloc, fold(name)) for bloc, name in BlocName.objects.values_list("bloc_id", "name")]


class EmulationYear(models.Model):
    """One year of one bloc: what everything of that year hangs on."""

    bloc = models.ForeignKey(Bloc, models.PROTECT, verbose_name="khối, cụm", related_name="years")
    number = models.PositiveSmallIntegerField("năm")
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến hết ngày")
    theme = models.CharField("chủ đề của khối", max_length=400, blank=True)
    province_theme = models.CharField("chủ đề của tỉnh", max_length=400, blank=True)
    anniversaries = models.TextField("các ngày kỷ niệm", blank=True, help_text="Mỗi dòng một ngày.")
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name="theo quyết định", null=True, blank=True
    )
    closed_on = models.DateField("khép lại ngày", null=True, blank=True)
    stage_notice = models.CharField("thông báo trên mọi trang", max_length=300, blank=True)

    objects = EmulationYearQuerySet.as_manager()

    guards = [Restamps()]

    class Meta:
        verbose_name = verbose_name_plural = "năm thi đua"
        ordering = ["-number", "bloc"]
        constraints = [
            models.UniqueConstraint(
                fields=["bloc", "number"],
                name="emulation_year_once",
                violation_error_message="Khối này đã có năm thi đua này.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="emulation_year_period",
                violation_error_message="Ngày cuối phải sau ngày đầu.",
            ),
        ]

    def __str__(self):
        return f"{self.bloc} {self.number}"

    def get_absolute_url(self):
        return reverse("units:year_detail", args=[self.bloc.slug, self.number])

    @property
    def url(self):
        return self.get_absolute_url()

    @property
    def audit_chain(self):
        return f"khoi/{self.bloc.slug}/{self.number}"

    @property
    def reference_day(self):
        """The day whose names this year is shown with: today, kept within the year."""
        return min(max(timezone.localdate(), self.starts_on), self.ends_on)

    @property
    def bloc_name(self):
        return self.bloc.name_on(self.reference_day)

    @property
    def words(self):
        """The AuthorityPeriod whose words this year uses."""
        return self.bloc.authority.on(self.reference_day)

    @property
    def is_demo(self):
        return self.bloc.is_demo

    def members(self):
        """Its members on the day of reference, in order of protocol, with their units' names."""
        rows = list(self.memberships.on(self.reference_day).for_seats())
        for row in rows:
            row.year = self
        return rows

    def role_words(self, role):
        """What a role is called here: "Trưởng khối", "Khối trưởng", "Cụm trưởng" …"""
        prefix = "cluster" if self.bloc.kind == Bloc.Kind.CLUSTER else "bloc"
        if role == Role.MEMBER:
            return "Thành viên"
        return getattr(self.words, f"{prefix}_{role}")


class MembershipQuerySet(models.QuerySet):
    def on(self, day):
        """Memberships that hold on `day`."""
        return self.filter(Q(end_on=None) | Q(end_on__gte=day), start_on__lte=day)

    def in_protocol_order(self):
        return self.order_by("position", "pk")

    def for_seats(self):
        """With what a list of members shows: the units and all their names."""
        return self.select_related("unit").prefetch_related("unit__names").in_protocol_order()


class Membership(models.Model):
    """A unit in a bloc's year: its place in the order of protocol and its role."""

    year = models.ForeignKey(
        EmulationYear, models.PROTECT, verbose_name="năm thi đua", related_name="memberships"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name="đơn vị", related_name="memberships"
    )
    position = models.PositiveSmallIntegerField("thứ tự trong quyết định")
    role = models.CharField("vai trò", max_length=8, choices=Role, default=Role.MEMBER)
    is_new = models.BooleanField("thành viên mới", default=False)
    start_on = models.DateField("từ ngày")
    end_on = models.DateField("đến hết ngày", null=True, blank=True)
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name="theo quyết định", null=True, blank=True
    )

    objects = MembershipQuerySet.as_manager()
    guards = [
        Restamps(),
        NoOverlap(
            ("year_id", "unit_id"),
            "start_on",
            "end_on",
            "Đơn vị đã là thành viên của khối trong khoảng thời gian này.",
        ),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "thành viên"
        ordering = ["year", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "position"],
                condition=Q(end_on=None),
                name="membership_position_once",
                violation_error_message="Đã có đơn vị ở thứ tự này.",
            ),
            models.UniqueConstraint(
                fields=["year", "role"],
                condition=Q(end_on=None) & ~Q(role=Role.MEMBER),
                name="membership_role_once",
                violation_error_message="Mỗi khối chỉ có một đơn vị đứng đầu và một đơn vị cấp phó.",
            ),
            models.CheckConstraint(
                condition=Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="membership_period",
                violation_error_message="Ngày cuối phải sau ngày đầu.",
            ),
        ]

    def __str__(self):
        return f"{self.unit} trong {self.year}"

    @property
    def role_words(self):
        if self.role == Role.MEMBER and self.is_new:
            return "Thành viên mới"
        return self.year.role_words(self.role)


def grid_order(memberships):
    """The order of signature grids: lead, deputy, then the order of protocol."""
    rank = {Role.LEAD: 0, Role.DEPUTY: 1, Role.MEMBER: 2}
    return sorted(memberships, key=lambda member: (rank[member.role], member.position))


class Phase(models.Model):
    """A step of the year with its dates; deadlines are asked of phases, nowhere else."""

    class Kind(models.TextChoices):
        HANDOVER = "handover", "Bàn giao"
        COMMENT = "comment", "Góp ý dự thảo"
        REGISTER = "register", "Đăng ký thi đua"
        SIGN = "sign", "Ký giao ước"
        HALF_YEAR_REPORT = "half_year_report", "Báo cáo 6 tháng"
        CROSS_CHECK = "cross_check", "Kiểm tra chéo"
        HALF_YEAR_REVIEW = "half_year_review", "Sơ kết 6 tháng"
        SELF_ASSESSMENT = "self_assessment", "Tự chấm"
        VERIFICATION = "verification", "Thẩm định"
        RESPONSE = "response", "Giải trình"
        CONFERENCE = "conference", "Tổng kết"
        DOSSIER = "dossier", "Gửi hồ sơ"
        HANDOVER_NEXT = "handover_next", "Bàn giao năm sau"

    # The steps by which members tell where the year stands; the calendar shows them all.
    MILESTONES = (
        Kind.COMMENT,
        Kind.REGISTER,
        Kind.SIGN,
        Kind.HALF_YEAR_REVIEW,
        Kind.SELF_ASSESSMENT,
        Kind.VERIFICATION,
        Kind.CONFERENCE,
        Kind.DOSSIER,
    )

    year = models.ForeignKey(
        EmulationYear, models.CASCADE, verbose_name="năm thi đua", related_name="phases"
    )
    kind = models.CharField("bước", max_length=20, choices=Kind)
    opens_on = models.DateField("từ ngày")
    closes_on = models.DateField("đến hết ngày")

    guards = [
        Restamps(),
        NoOverlap(
            ("year_id", "kind"),
            "opens_on",
            "closes_on",
            "Hai đợt của cùng một bước không được chồng nhau.",
        ),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "bước của năm"
        ordering = ["opens_on", "closes_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="phase_period",
                violation_error_message="Ngày cuối phải từ ngày đầu trở đi.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.year}"

    @property
    def is_extended(self):
        return bool(self.extensions.all())

    def deadline(self, calendar):
        """Last day to act: the closing day, or the next working day when that is a day off."""
        return calendar.next_working(self.closes_on)

    def extend(self, to, *, reason, by):
        """Move the closing day later, with its reason in the record.

        Raises ValidationError when `to` is not later than the present closing day, or another
        phase of the kind would overlap.
        """
        with transaction.atomic():
            row = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
            if to <= row.closes_on:
                raise ValidationError("Hạn mới phải sau hạn hiện nay.")
            if not reason.strip():
                raise ValidationError("Cần ghi lý do gia hạn.")
            later = self.year.phases.filter(kind=row.kind, opens_on__gt=row.opens_on)
            if later.filter(opens_on__lte=to).exists():
                raise ValidationError("Hai đợt của cùng một bước không được chồng nhau.")
            PhaseExtension.objects.create(
                phase=row, closed_on=row.closes_on, closes_on=to, reason=reason, extended_by=by
            )
            before, row.closes_on = row.closes_on, to
            row.save(update_fields=["closes_on"])
            audit.record(
                "phase.extend",
                chain=self.year.audit_chain,
                by=by,
                target=self.year.audit_chain,
                summary=f"Gia hạn {self.get_kind_display().lower()} đến hết {to:%d/%m/%Y}: {reason}",
                before={"closes_on": before.isoformat()},
                after={"closes_on": to.isoformat(), "note": reason},
            )
        self.closes_on = to


def deadlines(phases, calendar, today):
    """{kind: last day to act} for the phases of a year.

    Of several phases of a kind, the one that counts is the one that may still be acted in or comes
    next; once all are over, the last.
    """
    last_days = {}
    for phase in sorted(phases, key=lambda phase: phase.closes_on):
        if last_days.get(phase.kind, date.min) < today:
            last_days[phase.kind] = phase.deadline(calendar)
    return last_days


class PhaseExtension(models.Model):
    """One extension of a phase: from which closing day to which, why, by whom."""

    phase = models.ForeignKey(Phase, models.CASCADE, verbose_name="bước", related_name="extensions")
    closed_on = models.DateField("hạn cũ")
    closes_on = models.DateField("hạn mới")
    reason = models.CharField("lý do", max_length=300)
    extended_by = models.ForeignKey("units.User", models.PROTECT, verbose_name="người gia hạn")
    extended_at = models.DateTimeField("lúc", default=timezone.now)

    guards = [AppendOnly("Lần gia hạn đã ghi không sửa, không xóa.")]

    class Meta:
        verbose_name = verbose_name_plural = "lần gia hạn"
        ordering = ["extended_at", "pk"]

    def __str__(self):
        return f"{self.phase}: {self.closes_on:%d/%m/%Y}"
