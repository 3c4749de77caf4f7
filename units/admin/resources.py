"""Lists of the panel as tables in files: their columns, and how a cell is read and written.

django-import-export matches the rows of a file with those that are there, checks and saves them.
What it is not given: the file itself (units/imports/workbook.py reads it) and pages of its own.
"""

from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget, Widget

from khoithidua.admin import changed_values, plain_values, record_row, target_of
from khoithidua.fields import DateField
from khoithidua.text import date_short, fold
from units.admin.base import name_today, of_authority
from units.models import Authority, DayOff, LegalBasis, Title, Unit, User
from units.permissions import own_authority

YES, NO = "có", "không"


class DayWidget(Widget):
    """A day as people write it: 05/02/2026."""

    def clean(self, value, row=None, **kwargs):
        try:
            return DateField(required=False).clean(value or "")
        except ValidationError as error:
            raise ValueError(error.messages[0]) from None

    def render(self, value, obj=None, **kwargs):
        return date_short(value) if value else ""


class NumberWidget(Widget):
    def clean(self, value, row=None, **kwargs):
        if value and not (value.isascii() and value.isdecimal()):
            raise ValueError(f"Ghi một số nguyên, không phải “{value}”.")
        return int(value or 0)

    def render(self, value, obj=None, **kwargs):
        return str(value)


class YesNoWidget(Widget):
    def clean(self, value, row=None, **kwargs):
        known = {"": False, fold(NO): False, fold(YES): True}
        if fold(value or "") not in known:
            raise ValueError(f"Ghi “{YES}” hoặc “{NO}”, không phải “{value}”.")
        return known[fold(value or "")]

    def render(self, value, obj=None, **kwargs):
        return YES if value else NO


class ChoiceWidget(Widget):
    """One of a field's choices, by its words."""

    def __init__(self, choices):
        super().__init__()
        self.choices = choices

    def clean(self, value, row=None, **kwargs):
        known = {fold(str(label)): key for key, label in self.choices.choices}
        if fold(value or "") not in known:
            words = ", ".join(str(label) for label in self.choices.labels)
            raise ValueError(f"Ghi một trong: {words}; không phải “{value}”.")
        return known[fold(value)]

    def render(self, value, obj=None, **kwargs):
        return str(dict(self.choices.choices).get(value, value))


class AuthorityWidget(ForeignKeyWidget):
    """An authority by its code, of those whose rows the user keeps."""

    def __init__(self):
        super().__init__(Authority, "slug")
        self.known = {}

    def let_in(self, user):
        authorities = of_authority(Authority.objects.all(), user)
        self.known = {authority.slug: authority for authority in authorities}

    def clean(self, value, row=None, **kwargs):
        if value and value not in self.known:
            raise ValueError(f"Không có tỉnh mang mã “{value}”.")
        return self.known.get(value)


def column(name, title, widget=None):
    return Field(attribute=name, column_name=title, widget=widget or Widget())


class Listed(ModelResource):
    """A list of the panel as this user may have it."""

    def __init__(self, user):
        super().__init__()
        self.user = user
        for field in self.fields.values():
            if isinstance(field.widget, AuthorityWidget):
                field.widget.let_in(user)


class Kept(Listed):
    """A list that may also be entered from a file; each row is recorded like one of the panel's."""

    class Meta:
        clean_model_instances = True
        skip_html_diff = True
        skip_unchanged = True
        store_instance = True
        use_transactions = True

    def get_queryset(self):
        rows = super().get_queryset()
        authority = own_authority(self.user)
        return rows if authority is None else rows.filter(authority=authority)

    def default_authority(self):
        """Whose row it is when the file does not say."""
        return own_authority(self.user)

    def before_import(self, dataset, **kwargs):
        title = self.fields["authority"].column_name
        if title not in dataset.headers:
            dataset.append_col([""] * len(dataset), header=title)

    def before_import_row(self, row, **kwargs):
        field, default = self.fields["authority"], self.default_authority()
        if not row[field.column_name]:
            slugs = {authority.pk: slug for slug, authority in field.widget.known.items()}
            row[field.column_name] = slugs.get(default, "")
        errors = {}
        for name in self.get_import_id_fields():
            try:
                self.fields[name].clean(row)
            except ValueError as error:
                errors[name] = str(error)
        if errors:
            raise ValidationError(errors)

    def before_save_instance(self, instance, row, **kwargs):
        self.before = self._meta.model.objects.filter(pk=instance.pk).first()

    def after_save_instance(self, instance, row, *, user, dry_run, **kwargs):
        if dry_run:
            return
        if self.before is None:
            verb, before, after = "add", None, plain_values(instance)
        else:
            names = [field.name for field in instance._meta.concrete_fields if field.editable]
            verb = "change"
            before, after = changed_values(self.before, instance, names)
        target = target_of(instance)
        record_row(verb, instance, by=user, target=target, before=before, after=after)


class LegalBases(Kept):
    """Bases of the country and of authorities; those of one bloc are entered by hand."""

    citation = column("citation", "Trích dẫn")
    kind = column("kind", "Loại", ChoiceWidget(LegalBasis.Kind))
    in_force_from = column("in_force_from", "Hiệu lực từ", DayWidget())
    in_force_to = column("in_force_to", "Đến hết ngày", DayWidget())
    position = column("position", "Thứ tự", NumberWidget())
    is_verified = column("is_verified", "Đã xác minh", YesNoWidget())
    note = column("note", "Ghi chú, nguồn")
    authority = column("authority", "Tỉnh", AuthorityWidget())

    class Meta(Kept.Meta):
        model = LegalBasis
        fields = ("citation", "kind", "in_force_from", "in_force_to", "position", "is_verified")
        fields += ("note", "authority")
        import_id_fields = ("authority", "citation", "in_force_from")

    def get_queryset(self):
        return super().get_queryset().filter(bloc=None)


class DaysOff(Kept):
    day = column("day", "Ngày", DayWidget())
    name = column("name", "Tên")
    is_working = column("is_working", "Là ngày làm việc", YesNoWidget())
    authority = column("authority", "Tỉnh", AuthorityWidget())

    class Meta(Kept.Meta):
        model = DayOff
        fields = ("day", "name", "is_working", "authority")
        import_id_fields = ("authority", "day")

    def default_authority(self):
        return self.user.authority_id


class Titles(Listed):
    """Titles with what they are called today; their wording is dated, so it is entered by hand."""

    slug = column("slug", "Mã")
    name = Field(column_name="Tên gọi hiện nay")
    kind = column("kind", "Loại", ChoiceWidget(Title.Kind))
    position = column("position", "Thứ tự")

    class Meta:
        model = Title
        fields = ("slug", "name", "kind", "position")

    def dehydrate_name(self, title):
        return name_today(title)


class Units(Listed):
    """Units with their names of today."""

    slug = column("slug", "Mã")
    name = Field(column_name="Tên hiện nay")
    short = Field(column_name="Tên ngắn")
    symbol = Field(column_name="Ký hiệu")
    authority = column("authority", "Tỉnh", AuthorityWidget())
    position = column("position", "Thứ tự")

    class Meta:
        model = Unit
        fields = ("slug", "name", "short", "symbol", "authority", "position")

    def dehydrate_name(self, unit):
        return name_today(unit)

    def dehydrate_short(self, unit):
        return getattr(unit.name_on(timezone.localdate()), "short", "")

    def dehydrate_symbol(self, unit):
        return getattr(unit.name_on(timezone.localdate()), "symbol", "")


class Users(Listed):
    """Accounts: who, in what role; nothing that opens one."""

    full_name = column("full_name", "Họ và tên")
    username = column("username", "Tên đăng nhập")
    role = column("role", "Vai trò toàn tỉnh", ChoiceWidget(User.SystemRole))
    authority = column("authority", "Của tỉnh", AuthorityWidget())
    is_active = column("is_active", "Đang dùng", YesNoWidget())

    class Meta:
        model = User
        fields = ("full_name", "username", "role", "authority", "is_active")
