"""Papers, signatures and the certificate authority: to look at, never to change here."""

from django.contrib import admin

from pledges import certificate_admin  # noqa: F401 (registers its pages)
from pledges.models import (
    Comment,
    Hold,
    Paper,
    Signature,
    SignatureValidation,
    SignedFile,
    SigningAuthority,
)
from units.admin.base import SeenAdmin

SECTION = "Văn bản đã ký (chỉ xem)"


@admin.register(Paper)
class PaperAdmin(SeenAdmin):
    section = SECTION
    authority_path = "year__bloc__authority"
    list_display = ("title", "year", "version", "state", "form", "code")
    list_display_links = ("title",)
    list_filter = ("state", "form")
    list_select_related = ("year__bloc", "created_by")
    search_fields = ("title", "code", "year__bloc__slug")
    exclude = ("reading_html",)

    def get_queryset(self, request):
        """A draft is the lead unit's alone until it asks for comments."""
        return super().get_queryset(request).exclude(state=Paper.State.DRAFT)


@admin.register(Signature)
class SignatureAdmin(SeenAdmin):
    section = SECTION
    authority_path = "party__paper__year__bloc__authority"
    list_display = ("person", "unit_name", "kind", "form", "signed_on", "paper")
    list_display_links = ("person",)
    list_filter = ("form", "kind")
    list_select_related = ("party__paper__year__bloc", "signed_file__paper__year__bloc", "user")
    search_fields = ("person", "unit_name")

    @admin.display(description="văn bản")
    def paper(self, signature):
        return signature.party.paper


@admin.register(SignedFile)
class SignedFileAdmin(SeenAdmin):
    section = SECTION
    authority_path = "paper__year__bloc__authority"
    list_display = ("paper", "sequence", "kind", "file", "at")
    list_display_links = ("sequence",)
    list_filter = ("kind",)
    list_select_related = ("paper__year__bloc", "file", "parent__paper__year__bloc")


@admin.register(Comment)
class CommentAdmin(SeenAdmin):
    section = SECTION
    authority_path = "paper__year__bloc__authority"
    list_display = ("clause_label", "unit", "by", "at", "answer", "paper")
    list_display_links = ("clause_label",)
    list_filter = ("answer",)
    list_select_related = ("paper__year__bloc", "unit", "by", "answered_by")
    search_fields = ("text", "answer_text")


@admin.register(SigningAuthority)
class SigningAuthorityAdmin(SeenAdmin):
    section = SECTION
    list_display = ("level", "created_at", "parent")
    list_select_related = ("parent",)
    # The encrypted key never leaves the database by this way.
    fields = ("level", "parent", "certificate_pem", "created_at")


@admin.register(Hold)
class HoldAdmin(SeenAdmin):
    section = SECTION
    authority_path = "paper__year__bloc__authority"
    list_display = ("user", "party", "kind", "taken_at", "until", "end")
    list_display_links = ("user",)
    list_filter = ("end",)
    list_select_related = ("user", "party__paper__year__bloc")


@admin.register(SignatureValidation)
class SignatureValidationAdmin(SeenAdmin):
    section = SECTION
    authority_path = "signature__party__paper__year__bloc__authority"
    list_display = ("signature", "at", "result", "sentence")
    list_display_links = ("signature",)
    list_filter = ("result",)
    list_select_related = ("signature",)
    exclude = ("revocation",)
