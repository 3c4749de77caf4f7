"""What every page of the admin panel is made of: recorded changes, pages to look at, whole formsets.

Changes made in the panel go into the record, in the transaction of the change, with the values
before and after; Django's own log stays empty and the history page reads the record.
"""

from datetime import date, timedelta

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects, unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.forms.models import BaseInlineFormSet
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst

from khoithidua import audit
from khoithidua.fields import CleanModelForm, DateField, DateInput, DateTimeField, DateTimeInput
from khoithidua.models import AuditEntry
from khoithidua.text import ascii_slug
from khoithidua.triggers import AppendOnly, NoOverlap

DATES = {
    models.DateField: {"form_class": DateField, "widget": DateInput},
    models.DateTimeField: {"form_class": DateTimeField, "widget": DateTimeInput},
}
NEVER_RECORDED = {"password"}


# Values in the record


def plain(obj, name):
    """One field's value as JSON holds it: related rows by what they are called, dates in ISO."""
    value = getattr(obj, name)
    if isinstance(value, (models.Model, models.fields.files.FieldFile)):
        return str(value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def plain_values(obj, names=None):
    """{field: value} of the fields named, or of all that people fill in."""
    return {
        field.name: plain(obj, field.name)
        for field in obj._meta.concrete_fields
        if field.name not in NEVER_RECORDED
        and (field.name in names if names is not None else field.editable and not field.primary_key)
    }


def changed_values(before, after, names):
    """(before, after) of the named fields whose value is really another."""
    old, new = plain_values(before, names), plain_values(after, names)
    changed = [name for name in new if old[name] != new[name]]
    return {name: old[name] for name in changed}, {name: new[name] for name in changed}


def chain_of(obj):
    """The chain of the bloc's year for what belongs to one, else the system's."""
    chain = getattr(getattr(obj, "year", obj), "audit_chain", "")
    return chain or audit.system_chain()


def target_of(obj):
    """The path by which the record names a row: don-vi/stc, tai-khoan/ld-stc, khoi/…/2026."""
    if path := getattr(obj, "audit_path", ""):
        return path
    chain = getattr(getattr(obj, "year", obj), "audit_chain", "")
    name = getattr(obj, "slug", None) or getattr(obj, "username", None) or obj.pk
    return chain or f"{ascii_slug(obj._meta.verbose_name)}/{name}"


def record_row(verb, obj, *, by, target, called="", before=None, after=None):
    """Record that a row was added, changed or deleted; `verb` is one of those three."""
    said = {"add": "Thêm", "change": "Sửa", "delete": "Xóa"}[verb]
    labels = ""
    if verb == "change":
        fields = (obj._meta.get_field(name) for name in after)
        labels = f" ({', '.join(str(field.verbose_name) for field in fields)})"
    return audit.record(
        f"{obj._meta.model_name}.{verb}",
        chain=chain_of(obj),
        by=by,
        target=target,
        summary=f"{said} {obj._meta.verbose_name}: {called or obj}{labels}.",
        before=before,
        after=after,
    )


def collected(obj):
    """Everything that would go with `obj`, the row itself included, and what protects it."""
    collector = NestedObjects(using=obj._state.db, origin=obj)
    collector.collect([obj])
    rows = [row for instances in collector.model_objs.values() for row in instances]
    kept = [row for row in rows if is_append_only(type(row))]
    return rows, [*collector.protected, *kept]


def is_append_only(model):
    """Whether the database itself refuses to delete rows of this model."""
    return any(isinstance(guard, AppendOnly) for guard in vars(model).get("guards", ()))


# Rules that span rows


def overlap_guards(model):
    return [guard for guard in vars(model).get("guards", ()) if isinstance(guard, NoOverlap)]


def overlapping(row, others, shared=""):
    """The message of the NoOverlap guard that `row` breaks against `others`, else "".

    shared: a key that is the same for all of them, though a new parent has no id yet.
    """
    for guard in overlap_guards(type(row)):
        keys = [key for key in guard.keys if key != shared]
        for other in others:
            if all(getattr(row, key) == getattr(other, key) for key in keys) and _meet(
                row, other, guard
            ):
                return guard.message
    return ""


def _meet(row, other, guard):
    """Whether two periods share a day; an empty end is open."""
    start, end = getattr(row, guard.start), getattr(row, guard.end)
    other_start, other_end = getattr(other, guard.start), getattr(other, guard.end)
    if not (start and other_start):
        return False
    return (end is None or other_start <= end) and (other_end is None or start <= other_end)


def rows_beside(row):
    """Other rows in the database that share the keys of a guard with this one."""
    for guard in overlap_guards(type(row)):
        keys = {key: getattr(row, key) for key in guard.keys}
        yield from type(row)._base_manager.filter(**keys).exclude(pk=row.pk)


class PanelForm(CleanModelForm):
    """A row of its own page: what the database would refuse is said in the form."""

    def _post_clean(self):
        super()._post_clean()
        if not self.errors and (message := overlapping(self.instance, rows_beside(self.instance))):
            self.add_error(None, message)


class RowForm(CleanModelForm):
    """A row of a table of rows: its fields are labelled for those who cannot see the header.

    Uniqueness under a condition is left to the whole table: two rows may swap their places.
    """

    def __init__(self, *args, parent=None, **kwargs):
        self.parent = parent
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = capfirst(field.label)

    def _post_clean(self):
        """Check constraints that speak of the parent too: Django leaves those out of inlines."""
        super()._post_clean()
        exclude = self._get_validation_exclusions()
        for constraint in self.instance._meta.constraints if not self.errors else ():
            if not _is_conditional(constraint):
                try:
                    constraint.validate(type(self.instance), self.instance, exclude=exclude)
                except ValidationError as error:
                    self.add_error(None, error)


def _is_conditional(constraint):
    return isinstance(constraint, models.UniqueConstraint) and constraint.condition is not None


class WholeFormSet(BaseInlineFormSet):
    """All rows of one parent, checked against each other as they will be, then saved together."""

    def get_form_kwargs(self, index):
        return super().get_form_kwargs(index) | {"parent": self.instance}

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = "Xóa dòng này"

    def clean(self):
        super().clean()
        rows = []
        for form in self.forms:
            if self._should_delete_form(form):
                self._refuse_kept(form.instance)
            elif form.instance.pk or form.has_changed():
                if not form.errors and (message := self.clash(form.instance, rows)):
                    form.add_error(None, message)
                rows.append(form.instance)

    def clash(self, row, others):
        """What stands between a row and those above it, as a sentence; empty when nothing does."""
        return overlapping(row, others, shared=self.fk.attname)

    @staticmethod
    def _refuse_kept(row):
        kept = collected(row)[1] if row.pk else []
        if kept:
            raise ValidationError(
                f"Không xóa được “{row}”: còn {kept[0]._meta.verbose_name} gắn với nó."
            )

    def save(self, commit=True):
        if commit:
            self._make_room()
        return super().save(commit)

    def _make_room(self):
        """Send rows that change to a day of their own long ago, so that two may swap places.

        They are written back whole in the same transaction; guards and uniqueness among present
        rows look at each single statement.
        """
        moving = [form.instance.pk for form in self.initial_forms if form.has_changed()]
        for guard in overlap_guards(self.model):
            for count, pk in enumerate(moving):
                day = date.min + timedelta(days=count)
                rows = self.model._base_manager.filter(pk=pk)
                rows.update(**{guard.start: day, guard.end: day})


# Pages


class PlainChoices:
    """Choices of other rows without the icons that open them in small windows."""

    formfield_overrides = DATES

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class Inline(PlainChoices, admin.TabularInline):
    """A table of rows inside their parent's page."""

    form = RowForm
    formset = WholeFormSet
    extra = 1


class HistoryFromRecord:
    """The history page of a row: what the record says of it, in place of Django's own log."""

    def called(self, obj):
        """What a row is called in headings and in the record."""
        return str(obj)

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        entries = AuditEntry.objects.filter(target=target_of(obj))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Lịch sử: {self.called(obj)}",
            "called": self.called(obj),
            "entries": entries.order_by("-at", "-id")[:200],
            "object": obj,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


class Recorded(HistoryFromRecord, PlainChoices, admin.ModelAdmin):
    """Reference data that the panel keeps: every change goes into the record."""

    section = ""
    form = PanelForm
    list_per_page = 50
    show_full_result_count = False
    fixed_fields = ()  # never change once the row is there: the record names the row by them

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return (*fields, *self.fixed_fields) if obj else fields

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["called"] = self.called(obj) if obj else ""
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def delete_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        called = {"called": self.called(obj)} if obj else {}
        try:
            return super().delete_view(request, object_id, called | (extra_context or {}))
        except IntegrityError as error:
            # What hangs on the row is found by its relations; what must stay only guards know.
            messages.error(request, f"Chưa xóa được “{called['called']}”: {refusal(error)}")
            return HttpResponseRedirect(self._page_of(object_id))

    def _page_of(self, object_id):
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[object_id])

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Two people at once may pass the form's checks; the database then refuses the second."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            messages.error(request, f"Chưa ghi được gì: {refusal(error)}")
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        before = self.model._base_manager.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if change:
            old, new = changed_values(before, obj, form.changed_data)
            if new:
                self.record("change", obj, request, before=old, after=new)
        else:
            self.record("add", obj, request, after=plain_values(obj))

    def save_formset(self, request, form, formset, change):
        present = [each.instance.pk for each in formset.initial_forms if each.has_changed()]
        before = formset.model._base_manager.in_bulk(present)
        formset.save()
        for row in formset.new_objects:
            self.record("add", row, request, parent=form.instance, after=plain_values(row))
        for row, names in formset.changed_objects:
            old, new = changed_values(before[row.pk], row, names)
            if new:
                self.record("change", row, request, parent=form.instance, before=old, after=new)
        for row in formset.deleted_objects:
            self.record("delete", row, request, parent=form.instance, before=plain_values(row))

    def delete_model(self, request, obj):
        for row in collected(obj)[0]:
            self.record("delete", row, request, parent=obj, before=plain_values(row))
        super().delete_model(request, obj)

    def record(self, verb, row, request, *, parent=None, before=None, after=None):
        """Record a row under its own path, or under its parent's, whose history shows it."""
        owner = row if parent is None else parent
        record_row(
            verb,
            row,
            by=request.user,
            target=target_of(owner),
            called=self.called(row) if row == owner else "",
            before=before,
            after=after,
        )

    def get_deleted_objects(self, objs, request):
        names, counts, perms, protected = super().get_deleted_objects(objs, request)
        kept = [str(row) for obj in objs for row in collected(obj)[1]]
        return names, counts, perms, protected or kept

    def log_addition(self, *args):
        """Recorded above; Django's second log is not kept."""

    log_change = log_deletions = log_addition


def refusal(error):
    """A database's refusal in words: the guard's own sentence, where a guard spoke."""
    for model in apps.get_models():
        for guard in vars(model).get("guards", ()):
            message = getattr(guard, "message", "")
            if message and message in str(error):
                return message
    return "có người vừa ghi dữ liệu trùng với dòng này. Hãy tải lại trang và xem lại."


class LookOnly(HistoryFromRecord, admin.ModelAdmin):
    """Rows that the panel shows and nobody changes there, superusers included."""

    section = ""
    list_per_page = 50
    show_full_result_count = False
    actions = None
    list_display_links = None

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
