"""The record, kept files and outgoing mail: to look at."""

from django.contrib import admin

from khoithidua.models import AuditEntry, Outbox, StoredFile
from units.admin.base import SeenAdmin
from units.permissions import entries_of, own_users

SECTION = "Nhật ký (chỉ xem)"


@admin.register(AuditEntry)
class AuditEntryAdmin(SeenAdmin):
    section = SECTION
    list_display = ("at", "actor_name", "capacity", "summary", "chain")
    list_display_links = ("at",)
    search_fields = ("summary", "actor", "target")
    search_help_text = "Tìm trong việc đã làm, tài khoản, đối tượng."

    def limit(self, queryset, authority):
        return entries_of(authority, queryset)


@admin.register(StoredFile)
class StoredFileAdmin(SeenAdmin):
    section = SECTION
    list_display = ("sha256", "content_type", "size", "kept_at", "kept_by")
    list_display_links = ("sha256",)
    search_fields = ("sha256", "kept_by")

    def limit(self, queryset, authority):
        return queryset.filter(kept_by__in=own_users(authority).values("username"))


@admin.register(Outbox)
class OutboxAdmin(SeenAdmin):
    section = SECTION
    list_display = ("subject", "to", "created_at", "sent_at", "attempts")
    list_display_links = ("subject",)
    list_filter = (("sent_at", admin.EmptyFieldListFilter),)
    search_fields = ("subject", "to")

    def limit(self, queryset, authority):
        return queryset.filter(to__in=own_users(authority).exclude(email="").values("email"))
