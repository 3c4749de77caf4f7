"""Whose rows a person of the Ban Thi đua sees and keeps, and how rows are called in lists."""

from django import forms
from django.utils import timezone

from khoithidua.admin import Inline, LookOnly, Recorded
from khoithidua.text import date_short
from units.models import Authority, Bloc, Decision, EmulationYear, Title, Unit, User
from units.permissions import own_authority, own_users

# How each model is reached from an authority, where lists and choices are limited to one.
PATHS = {
    Authority: "pk",
    Bloc: "authority",
    Decision: "authority",
    EmulationYear: "bloc__authority",
    Unit: "authority",
}


def of_authority(queryset, user):
    """Rows of the user's own authority, of a model named in PATHS."""
    authority = own_authority(user)
    path = PATHS.get(queryset.model)
    if authority is None or path is None:
        return queryset
    return queryset.filter(**{path: authority})


def users_kept_by(user):
    """Accounts whose password and role this user may set: never a superuser's, unless one."""
    if user.is_superuser:
        return User.objects.all()
    authority = own_authority(user)
    return User.objects.filter(is_superuser=False) if authority is None else own_users(authority)


def name_today(row):
    """What a unit, bloc or title is called today."""
    name = row.name_on(timezone.localdate())
    return getattr(name, "full", name) or row.slug


def name_and_code(row):
    """As choices and headings show a row: "Sở Tài chính (stc)"."""
    name = name_today(row)
    return row.slug if name == row.slug else f"{name} ({row.slug})"


class NamedChoiceField(forms.ModelChoiceField):
    """A choice of rows by the name they bear today, with their code."""

    def label_from_instance(self, row):
        if isinstance(row, (Unit, Bloc, Title)):
            return name_and_code(row)
        if isinstance(row, Decision):
            dated = f" ({date_short(row.issued_on)})" if row.issued_on else ""
            return f"{row.number or 'Không số'}{dated} {row.summary}"[:100]
        return str(row)


class OwnRows:
    """Limits lists, pages and choices to the user's authority.

    authority_path: from this model to its authority; "" for rows of the whole country.
    Rows without an authority are the country's: seen by all, kept by those who keep everyone's.
    """

    authority_path = ""

    def get_queryset(self, request):
        queryset = super().get_queryset(request)
        authority = own_authority(request.user)
        return queryset if authority is None else self.limit(queryset, authority)

    def limit(self, queryset, authority):
        if not self.authority_path:
            return queryset
        return queryset.filter(**{self.authority_path: authority})

    def keeps(self, user, obj):
        """Whether the row, or with None the rows of this page at all, are the user's to keep."""
        return own_authority(user) is None or bool(self.authority_path)

    def has_add_permission(self, request, *args):
        return super().has_add_permission(request, *args) and self.keeps(request.user, None)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.keeps(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.keeps(request.user, obj)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        model = db_field.related_model
        if model in (*PATHS, Title) and db_field.name not in self.raw_id_fields:
            rows = kwargs.get("queryset", model._default_manager.all())
            rows = of_authority(rows, request.user)
            if model in (Bloc, Unit, Title):
                rows = rows.prefetch_related("names")
            kwargs |= {"queryset": rows, "form_class": NamedChoiceField}
        if model is User:
            kwargs["queryset"] = users_kept_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class KeptAdmin(OwnRows, Recorded):
    """A page of reference data of the Ban Thi đua."""


class KeptInline(OwnRows, Inline):
    """A table of rows of such a page; its choices are read once for all rows."""

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        self.narrow(formset.form.base_fields, obj)
        for name, field in formset.form.base_fields.items():
            if isinstance(field, NamedChoiceField) and name != formset.fk.name:
                field.choices = list(field.choices)
        return formset

    def narrow(self, fields, parent):
        """Limit choices further to what fits the parent row, None while it is being added."""

    def keeps(self, user, obj):
        """The page has asked already: its rows are of the page's own row."""
        return True


class SeenAdmin(OwnRows, LookOnly):
    """A page to look at, within the user's authority."""
