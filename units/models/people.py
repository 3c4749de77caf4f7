"""Accounts and what their holders were appointed to, from when to when."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property

from khoithidua.text import name_key
from khoithidua.triggers import NoOverlap
from units.models.authority import Authority, Decision
from units.models.bloc import Bloc
from units.models.unit import Unit
from units.reference import Restamps, remember


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, username, password=None, **fields):
        return self.create_user(username, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """One person. What they may do follows from appointments, or from a province-wide role."""

    class SystemRole(models.TextChoices):
        NONE = "", "không"
        SECRETARIAT = "secretariat", "Ban Thi đua - Khen thưởng"
        INSPECTOR = "inspector", "người kiểm tra (chỉ xem)"

    username = models.CharField(
        "tên đăng nhập",
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9._-]*$",
                "Tên đăng nhập chỉ gồm chữ thường không dấu, chữ số, dấu chấm, gạch nối, gạch dưới.",
            )
        ],
        error_messages={"unique": "Đã có tài khoản mang tên đăng nhập này."},
    )
    full_name = models.CharField("họ và tên", max_length=120)
    sort_name = models.CharField(max_length=300, editable=False, db_index=True)
    email = models.EmailField("thư điện tử", blank=True)
    is_active = models.BooleanField("đang dùng", default=True)
    # Known to whoever set it, so it proves nobody's identity until its holder has changed it.
    password_is_temporary = models.BooleanField("mật khẩu tạm", default=False, editable=False)
    role = models.CharField(
        "vai trò toàn tỉnh", max_length=12, choices=SystemRole, default="", blank=True
    )
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name="của tỉnh",
        null=True,
        blank=True,
        help_text="Chỉ dùng với vai trò toàn tỉnh; để trống: cả nước.",
    )
    date_joined = models.DateTimeField("tạo lúc", default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = verbose_name_plural = "tài khoản"
        ordering = ["sort_name", "pk"]

    def __str__(self):
        return f"{self.full_name} ({self.username})"

    def save(self, *args, **kwargs):
        self.sort_name = name_key(self.full_name)
        if kwargs.get("update_fields") and "full_name" in kwargs["update_fields"]:
            kwargs["update_fields"] = [*kwargs["update_fields"], "sort_name"]
        super().save(*args, **kwargs)

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.full_name.split()[-1] if self.full_name else self.username

    @property
    def is_staff(self):
        """Who may open the admin panel."""
        return self.is_superuser or self.role == self.SystemRole.SECRETARIAT

    # What the request's user was loaded with (units/backends.py); others remember nothing.
    reference_stamp = ""

    def remembered(self, name, load):
        """What `load()` says of this person today, for as long as the reference data stands."""
        # The account's own fields are not reference data: a role taken away counts at once.
        rights = (self.role, self.authority_id, self.is_superuser)
        key = (name, self.pk, rights, timezone.localdate())
        return remember(self.reference_stamp, key, load)

    @cached_property
    def current_appointments(self):
        """Appointments in force today, leaders first, with their units and names."""
        return self.remembered("appointments", self._appointments_today)

    def _appointments_today(self):
        return list(self.appointments.on(timezone.localdate()).for_capacity())

    @cached_property
    def watched_bloc_ids(self):
        """Blocs this user supervises today for the standing body."""
        return self.remembered("watched", self._watched_today)

    def _watched_today(self):
        rows = self.supervisions.on(timezone.localdate())
        return set(rows.values_list("bloc_id", flat=True))

    @cached_property
    def capacity(self):
        """In what capacity the person acts today: "Giám đốc Sở Tài chính"; empty when in none."""
        if self.current_appointments:
            return self.current_appointments[0].capacity
        if self.role == self.SystemRole.SECRETARIAT:
            words = self.authority.on(timezone.localdate()) if self.authority else None
            return words.secretariat_name if words else self.get_role_display()
        if self.role:
            return self.get_role_display().capitalize()
        return "Chuyên viên theo dõi" if self.watched_bloc_ids else ""


class DatedRowsQuerySet(models.QuerySet):
    def on(self, day):
        return self.filter(Q(end_on=None) | Q(end_on__gte=day), start_on__lte=day)


class AppointmentQuerySet(DatedRowsQuerySet):
    def for_capacity(self):
        leader_first = models.Case(models.When(kind=Appointment.Kind.LEADER, then=0), default=1)
        return (
            self.select_related("unit")
            .prefetch_related("unit__names")
            .order_by(leader_first, "start_on", "pk")
        )


class Appointment(models.Model):
    """A person's post in a unit: what they are, and what stands over their name when they sign."""

    class Kind(models.TextChoices):
        LEADER = "leader", "lãnh đạo"
        OFFICER = "officer", "chuyên viên"
        CLERK = "clerk", "văn thư"

    user = models.ForeignKey(
        User, models.PROTECT, verbose_name="tài khoản", related_name="appointments"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name="đơn vị", related_name="appointments"
    )
    kind = models.CharField("loại", max_length=8, choices=Kind)
    position = models.CharField("chức vụ", max_length=120, help_text="Phó Giám đốc")
    signing_title = models.CharField(
        "chức danh khi ký",
        max_length=160,
        blank=True,
        help_text="Chữ in hoa; dấu | là chỗ xuống dòng: KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC.",
    )
    start_on = models.DateField("từ ngày")
    end_on = models.DateField("đến hết ngày", null=True, blank=True)
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name="theo quyết định", null=True, blank=True
    )

    objects = AppointmentQuerySet.as_manager()
    guards = [
        Restamps(),
        NoOverlap(
            ("user_id", "unit_id"),
            "start_on",
            "end_on",
            "Người này đã có chức vụ ở đơn vị trong khoảng thời gian này.",
        ),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "chức vụ"
        ordering = ["unit", "start_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="appointment_period",
                violation_error_message="Ngày cuối phải sau ngày đầu.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="leader") | ~Q(signing_title=""),
                name="appointment_leader_signing_title",
                violation_error_message="Lãnh đạo phải có chức danh khi ký.",
            ),
        ]

    def __str__(self):
        return f"{self.user.full_name}, {self.position} {self.unit}"

    @property
    def capacity(self):
        name = self.unit.name_on(timezone.localdate())
        return position_at(self.position, name.short if name else self.unit.slug)

    @property
    def signing_title_lines(self):
        return tuple(part.strip() for part in self.signing_title.split("|"))


def position_at(position, unit_name):
    """A post in a unit, without saying a word twice.

    "Giám đốc", "Sở Tài chính" → "Giám đốc Sở Tài chính";
    "Chánh Văn phòng", "Văn phòng UBND tỉnh" → "Chánh Văn phòng UBND tỉnh".
    """
    post, name = position.split(), unit_name.split()
    for size in range(min(len(post), len(name)), 0, -1):
        if post[-size:] == name[:size]:
            return " ".join(post + name[size:])
    return f"{position} {unit_name}"


class Supervision(models.Model):
    """An officer of the standing body who watches a bloc."""

    user = models.ForeignKey(
        User, models.PROTECT, verbose_name="chuyên viên theo dõi", related_name="supervisions"
    )
    bloc = models.ForeignKey(
        Bloc, models.PROTECT, verbose_name="khối, cụm", related_name="supervisions"
    )
    start_on = models.DateField("từ ngày")
    end_on = models.DateField("đến hết ngày", null=True, blank=True)

    objects = DatedRowsQuerySet.as_manager()
    guards = [
        Restamps(),
        NoOverlap(
            ("user_id", "bloc_id"),
            "start_on",
            "end_on",
            "Người này đã được phân công theo dõi khối trong khoảng thời gian này.",
        ),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "phân công theo dõi"
        ordering = ["bloc", "start_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="supervision_period",
                violation_error_message="Ngày cuối phải sau ngày đầu.",
            ),
        ]

    def __str__(self):
        return f"{self.user.full_name} theo dõi {self.bloc}"
