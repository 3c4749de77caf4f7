"""One Excel sheet enters a whole decision: choose, preview, confirm.

The preview writes nothing anywhere. What it read travels in the page, signed for this person and
for two hours; confirming plans anew, and goes on only when that plan is the one previewed.
"""

from dataclasses import asdict

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from khoithidua.fields import CleanTextMixin, DateField
from khoithidua.files import serve_bytes
from units.admin.base import NamedChoiceField, of_authority
from units.admin.exports import XLSX
from units.imports.decision import Row, parse
from units.imports.entry import DecisionRefused, apply_decision
from units.imports.plan import day_of, plan
from units.imports.sample import decision_workbook
from units.imports.workbook import LARGEST_FILE, Refused, open_workbook
from units.models import Authority, Decision

NEEDED = [f"units.add_{model}" for model in ("bloc", "unit", "emulationyear", "membership")]
VALID_FOR = 2 * 3600
STALE = "Bản xem trước đã quá hạn hoặc không phải của bạn. Hãy chọn lại tệp."
CHANGED = "Dữ liệu đã thay đổi từ lúc xem trước. Hãy xem lại rồi xác nhận lần nữa."


class ImportForm(CleanTextMixin, forms.Form):
    """Whose blocs, which year, by which decision; and the sheet."""

    authority = forms.ModelChoiceField(Authority.objects.none(), label="Tỉnh", empty_label=None)
    year = forms.IntegerField(label="Năm thi đua", min_value=1948, max_value=2100)
    decision = NamedChoiceField(
        Decision.objects.none(),
        label="Quyết định đã nhập",
        required=False,
        empty_label="(quyết định mới, ghi ở dưới)",
    )
    number = forms.CharField(
        label="Số, ký hiệu", max_length=60, required=False, help_text="Ví dụ: 348/QĐ-UBND."
    )
    issued_on = DateField(
        label="Ngày ban hành",
        required=False,
        help_text="Tên khối và đơn vị mới có từ ngày này; để trống: từ 01/01.",
    )
    summary = forms.CharField(
        label="Trích yếu",
        max_length=400,
        required=False,
        help_text="Ví dụ: về việc kiện toàn khối, cụm thi đua thuộc tỉnh.",
    )
    file = forms.FileField(
        label="Tệp danh sách (.xlsx, .xls, .ods)",
        help_text="Nhiều nhất 5 MB. Không tải lên tài liệu có dấu mật.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods"}),
        error_messages={"required": "Hãy chọn tệp danh sách."},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        authorities = of_authority(Authority.objects.prefetch_related("periods"), user)
        self.fields["authority"].queryset = authorities
        self.fields["decision"].queryset = of_authority(Decision.objects.all(), user)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("Tệp lớn hơn 5 MB; một bảng như thế chỉ vài trăm KB.")
        return file

    def clean(self):
        data = super().clean()
        decision, authority = data.get("decision"), data.get("authority")
        typed = data.get("number") or data.get("summary") or data.get("issued_on")
        if decision and typed:
            self.add_error(
                "decision", "Chọn quyết định đã nhập, hoặc ghi quyết định mới: một cách thôi."
            )
        if decision and authority and decision.authority_id != authority.pk:
            self.add_error("decision", "Quyết định này không phải của tỉnh đã chọn.")
        if not decision and not data.get("summary"):
            self.add_error("summary", "Chọn quyết định đã nhập, hoặc ghi trích yếu quyết định mới.")
        return data


@require_GET
def template(request, modeladmin):
    """The blank sheet, with its notes and an example."""
    _may_import(request)
    return serve_bytes(decision_workbook(), "mau-khoi-cum-thanh-vien.xlsx", content_type=XLSX)


@require_http_methods(["GET", "POST"])
def page(request, modeladmin):
    """The form; on POST the preview, or with `plan` the confirmed entry."""
    _may_import(request)
    if "plan" in request.POST:
        return _confirm(request, modeladmin)
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        user=request.user,
        initial={"year": timezone.localdate().year, "decision": request.GET.get("decision")},
    )
    shown = {}
    if request.method == "POST" and form.is_valid():
        try:
            shown = _preview(request, form.cleaned_data)
        except Refused as refused:
            form.add_error("file", str(refused))
    return _render(request, modeladmin, form=form, **shown)


def _may_import(request):
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied("Chỉ Ban Thi đua - Khen thưởng nhập khối, đơn vị và thành viên.")


def _render(request, modeladmin, **context):
    return TemplateResponse(
        request,
        "admin/units/decision/import.html",
        {
            **modeladmin.admin_site.each_context(request),
            "title": "Nhập khối, cụm và thành viên từ Excel",
            "opts": modeladmin.opts,
            **context,
        },
    )


def _preview(request, data):
    """What the page shows of the sheet: problems by row, or the plan and its signed copy."""
    parsed = parse(open_workbook(data["file"].read()))
    chosen = {"authority": data["authority"].pk, "year": data["year"]}
    if data["decision"]:
        chosen["decision"] = data["decision"].pk
    else:
        day = data["issued_on"].isoformat() if data["issued_on"] else None
        chosen |= {"number": data["number"], "issued_on": day, "summary": data["summary"]}
    return _planned(request, chosen, parsed.rows, parsed)


def _planned(request, chosen, rows, parsed=None):
    authority, decision = _chosen(request, chosen)
    made = plan(
        rows, authority=authority, year=chosen["year"], day=day_of(decision, chosen["year"])
    )
    problems = [*parsed.problems, *parsed.located(made.problems)] if parsed else made.problems
    shown = {
        "made": made,
        "year": chosen["year"],
        "decision_text": decision.citation,
        "problems": sorted(problems, key=lambda problem: problem.row),
        "notes": parsed.located(made.notes) if parsed else made.notes,
    }
    if not problems and not made.is_empty:
        shown["token"] = signing.dumps(
            {
                **chosen,
                "rows": [list(asdict(row).values()) for row in rows],
                "as": made.fingerprint,
            },
            salt=_salt(request),
            compress=True,
        )
    return shown


def _chosen(request, chosen):
    """The authority and the decision, entered or new, from what was chosen in the form."""
    authority = of_authority(Authority.objects.all(), request.user).get(pk=chosen["authority"])
    if "decision" in chosen:
        decisions = of_authority(Decision.objects.filter(authority=authority), request.user)
        return authority, decisions.get(pk=chosen["decision"])
    decision = Decision(
        authority=authority,
        number=chosen["number"],
        issued_on=DateField(required=False).clean(chosen["issued_on"] or ""),
        summary=chosen["summary"],
    )
    words = authority.on(day_of(decision, chosen["year"]))
    decision.issuer = words.long_name if words else authority.name
    return authority, decision


def _salt(request):
    return f"decision-import:{request.user.pk}"


def _confirm(request, modeladmin):
    """Enter what was previewed; show it anew when the data has changed meanwhile."""
    try:
        chosen = signing.loads(request.POST["plan"], salt=_salt(request), max_age=VALID_FOR)
        rows = [Row(*values) for values in chosen.pop("rows")]
        fingerprint = chosen.pop("as")
        authority, decision = _chosen(request, chosen)
    except (signing.BadSignature, Authority.DoesNotExist, Decision.DoesNotExist):
        messages.error(request, STALE)
        return redirect("admin:units_decision_import")
    shown = _planned(request, chosen, rows)
    if shown["problems"] or shown["made"].fingerprint != fingerprint:
        messages.warning(request, CHANGED)
        return _render(request, modeladmin, form=ImportForm(user=request.user), **shown)
    try:
        made = apply_decision(
            rows, authority=authority, year=chosen["year"], decision=decision, by=request.user
        )
    except (DecisionRefused, IntegrityError):
        # Someone entered the same at the same moment: what stands now is shown anew.
        messages.warning(request, CHANGED)
        shown = _planned(request, chosen, rows)
        return _render(request, modeladmin, form=ImportForm(user=request.user), **shown)
    messages.success(
        request,
        f"Đã ghi {len(made.blocs)} khối, cụm với {len(made.new_members)} thành viên năm "
        f"{chosen['year']} ({len(made.new_units)} đơn vị mới).",
    )
    return redirect("admin:units_emulationyear_changelist")
