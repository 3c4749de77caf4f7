"""The panel's pages of scoring: the province's own Word templates."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from khoithidua.admin import PanelForm
from khoithidua.files import serve, serve_bytes
from khoithidua.models import StoredFile
from khoithidua.text import ascii_slug, clean_line
from khoithidua.uploads import DECLARATION, NO_SECRETS
from scoring.models import WordTemplate
from scoring.papers.package import LARGEST_FILE, TemplateRefused
from scoring.papers.trying import PAPERS, try_template
from scoring.papers.word import DOCX, default_template
from units.admin.base import KeptAdmin


class WordTemplateForm(PanelForm):
    """A template, tried on an example of its paper before it is kept."""

    upload = forms.FileField(
        label="Tệp mẫu (.docx)",
        help_text="Nhiều nhất 2 MB, không macro, không liên kết ra ngoài. " + NO_SECRETS,
        widget=forms.FileInput(attrs={"accept": ".docx"}),
    )
    is_open = forms.BooleanField(label=DECLARATION)

    def clean(self):
        data = super().clean()
        upload, kind = data.get("upload"), data.get("kind") or self.instance.kind
        if upload and upload.size > LARGEST_FILE:
            self.add_error("upload", "Mẫu lớn hơn 2 MB.")
        elif upload and kind:
            self.content = upload.read()
            try:
                try_template(self.content, kind)
            except TemplateRefused as refused:
                self.add_error("upload", str(refused))
        return data


@admin.register(WordTemplate)
class WordTemplateAdmin(KeptAdmin):
    section = "Căn cứ, lịch"
    authority_path = "authority"
    form = WordTemplateForm
    fixed_fields = ("authority", "kind")
    fields = ("authority", "kind", "upload", "is_open", "file_link", "originals")
    readonly_fields = ("file_link", "originals")
    list_display = ("kind", "authority", "file_name", "uploaded_at")
    list_filter = ("kind",)
    list_select_related = ("authority",)

    @admin.display(description="mẫu đang dùng")
    def file_link(self, template):
        if not template.file_id:
            return "Mẫu có sẵn của phần mềm"
        address = reverse("admin:scoring_wordtemplate_file", args=[template.pk])
        return format_html('<a href="{}">{}</a>', address, template.file_name)

    @admin.display(description="mẫu có sẵn để sửa")
    def originals(self, template):
        links = (
            (reverse("admin:scoring_wordtemplate_original", args=[kind]), kind.label)
            for kind in WordTemplate.Kind
        )
        return format_html_join(", ", '<a href="{}">{}</a>', links)

    def save_model(self, request, obj, form, change):
        obj.file = StoredFile.objects.keep(form.content, content_type=DOCX, by=request.user)
        obj.file_name = clean_line(form.cleaned_data["upload"].name)[:200]
        obj.uploaded_at = timezone.now()
        form.changed_data += ["file", "file_name"]
        form.changed_data = [
            name for name in form.changed_data if name not in ("upload", "is_open")
        ]
        super().save_model(request, obj, form, change)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/tep/", view(self.file_view), name="scoring_wordtemplate_file"),
            path(
                "mau-co-san/<str:kind>/",
                view(self.original_view),
                name="scoring_wordtemplate_original",
            ),
            *super().get_urls(),
        ]

    def file_view(self, request, pk):
        template = self.get_queryset(request).select_related("file").filter(pk=pk).first()
        if template is None:
            raise Http404
        if not self.has_view_permission(request, template):
            raise PermissionDenied
        return serve(template.file, f"{ascii_slug(str(template), 40)}.docx")

    def original_view(self, request, kind):
        """The template that stands where nobody put another: where staff begin."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in PAPERS:
            raise Http404
        name = f"mau_{ascii_slug(WordTemplate.Kind(kind).label, 40)}.docx"
        return serve_bytes(default_template(PAPERS[kind]), name, content_type=DOCX)
