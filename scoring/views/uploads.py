"""What both kinds of workbook share on their way in: the file, and what travels in the page.

Nothing is stored between the preview and its confirmation: what was read stands in the page, signed
for this person, this page and two hours.
"""

from dataclasses import dataclass

from django import forms
from django.core import signing

from scoring.workbooks.sheets import Problems
from units.imports.workbook import LARGEST_FILE, Refused, open_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VALID_FOR = 2 * 3600
MOST_PROBLEMS = 40
STALE = "Bản xem trước đã quá hạn hoặc không phải của bạn. Hãy chọn lại tệp."
CHANGED = "Số liệu đã thay đổi từ lúc xem trước. Hãy xem lại rồi xác nhận lần nữa."


class WorkbookForm(forms.Form):
    """The workbook as it was filled in."""

    file = forms.FileField(
        label="Sổ tính đã điền",
        help_text="Tệp .xlsx, .xls hoặc .ods, nhiều nhất 5 MB. Không tải lên tài liệu có dấu mật.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods"}),
        error_messages={"required": "Hãy chọn sổ tính đã điền."},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("Tệp lớn hơn 5 MB; một sổ tính chỉ vài chục KB.")
        return file

    def read(self, reader):
        """What the reader makes of the sheets; None, with the form's errors, where it cannot."""
        try:
            return reader(open_workbook(self.cleaned_data["file"].read()))
        except Refused as refused:
            self.add_error("file", str(refused))
        except Problems as found:
            self.add_error(None, _listed(found.messages))
        return None


def _listed(messages):
    rest = len(messages) - MOST_PROBLEMS
    shown = messages[:MOST_PROBLEMS]
    return [*shown, f"Và {rest} ô khác."] if rest > 0 else shown


@dataclass(frozen=True)
class Place:
    """Words and addresses of one workbook's page; subject: what the file is compared with."""

    title: str
    subject: str
    button: str
    back_label: str
    back_url: str
    download_url: str
    upload_url: str
    confirm_url: str


def page_context(found, content=None, passed_over=()):
    """What the page shows of a preview."""
    return {
        "form": WorkbookForm(),
        "found": found,
        "conflicts": sum(one.is_conflict for one in found),
        "passed_over": passed_over,
        "content": content,
    }


def wanted_of(request, found):
    """The changes to take: conflicts only where the person ticked them."""
    return [one for one in found if not one.is_conflict or f"take:{one.place}" in request.POST]


def seen_of(found):
    """What the person has before them: by change, the revision that stands there."""
    return {one.place: one.revision for one in found}


def sealed(request, content):
    """The content as the page carries it, for this person and this address only."""
    return signing.dumps(content, salt=_salt(request), compress=True)


def opened(request):
    """What sealed() put into the page; None when it is not whole, too old, or someone else's."""
    try:
        return signing.loads(
            request.POST.get("content", ""), salt=_salt(request), max_age=VALID_FOR
        )
    except signing.BadSignature:
        return None


def _salt(request):
    # The preview and its confirmation are two addresses of one page.
    return f"workbook:{request.user.pk}:{request.path.removesuffix('ghi/')}"
