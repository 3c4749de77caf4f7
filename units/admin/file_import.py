"""A list entered from a file: choose, preview, confirm; all of its rows or none.

The preview writes nothing anywhere. What it read travels in the page, signed for this person and
for two hours; confirming tries it anew, and goes on only when it does what was previewed.
"""

import csv
from dataclasses import dataclass
from io import StringIO

import tablib
from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from khoithidua.text import clean_line, fold
from units.admin.exports import FORMULA_SIGNS, export_csv, export_xlsx
from units.imports.workbook import LARGEST_FILE, Refused, open_workbook

# Each costs a dozen queries, within one request.
MOST_ROWS = 1_000
VALID_FOR = 2 * 3600
STALE = "Bản xem trước đã quá hạn hoặc không phải của bạn. Hãy chọn lại tệp."
CHANGED = "Dữ liệu đã thay đổi từ lúc xem trước. Hãy xem lại rồi xác nhận lần nữa."
DEEDS = {"new": "Thêm mới", "update": "Sửa", "skip": "Không đổi"}


class FileForm(forms.Form):
    file = forms.FileField(
        label="Tệp danh sách (.xlsx, .xls, .ods, .csv)",
        help_text="Nhiều nhất 5 MB. Không tải lên tài liệu có dấu mật.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        error_messages={"required": "Hãy chọn tệp danh sách."},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("Tệp lớn hơn 5 MB; một bảng như thế chỉ vài trăm KB.")
        return file


@dataclass(frozen=True)
class Line:
    """What one row of the file does: its number there, its cells, and what they were before."""

    number: int
    deed: str
    cells: list  # (now, before or "" when it was the same)
    problems: list

    @property
    def words(self):
        return DEEDS.get(self.deed, "")


class ListedAdmin:
    """A page of the panel whose list goes out to files: `resource_class` says with which columns."""

    resource_class = None
    actions = (export_xlsx, export_csv)


class FromFileAdmin(ListedAdmin):
    """A page of the panel whose list also comes in from a file."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.import_view)
        name = f"units_{self.opts.model_name}_import"
        return [path("nhap-tu-tep/", view, name=name), *super().get_urls()]

    def has_import_permission(self, request):
        return self.has_add_permission(request) and self.has_change_permission(request)

    def import_view(self, request):
        """The form; on POST the preview, or with `rows` the confirmed entry."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if "rows" in request.POST:
            return self._confirm(request)
        form = FileForm(request.POST or None, request.FILES or None)
        shown = {}
        if request.method == "POST" and form.is_valid():
            try:
                shown = self._preview(request, self._read(request, form.cleaned_data["file"]))
            except Refused as refused:
                form.add_error("file", str(refused))
        return self._page(request, form=form, **shown)

    def _read(self, request, file):
        """[titles, (number in the file, cells) …]; raises Refused."""
        data = file.read()
        is_text = file.name.lower().endswith(".csv")
        table = read_csv(data) if is_text else open_workbook(data)[0].rows
        return table_of(table, self.resource_class(request.user))

    def _try(self, request, read, *, dry_run):
        titles, *rows = read
        resource = self.resource_class(request.user)
        result = resource.import_data(
            tablib.Dataset(*(cells for _number, cells in rows), headers=titles),
            dry_run=dry_run,
            rollback_on_validation_errors=True,
            user=request.user,
        )
        numbers = [number for number, _cells in rows]
        return lines_of(resource, numbers, result)

    def _preview(self, request, read):
        lines = self._try(request, read, dry_run=True)
        problems = [f"Dòng {line.number}: {problem}" for line in lines for problem in line.problems]
        deeds = [line.deed for line in lines]
        shown = {
            "lines": lines,
            "problems": problems,
            "counts": [(label, deeds.count(deed)) for deed, label in DEEDS.items()],
        }
        if not problems and set(deeds) - {"skip"}:
            shown["token"] = signing.dumps([read, deeds], salt=self._salt(request), compress=True)
        return shown

    def _confirm(self, request):
        try:
            read, deeds = signing.loads(
                request.POST["rows"], salt=self._salt(request), max_age=VALID_FOR
            )
        except signing.BadSignature:
            messages.error(request, STALE)
            return redirect(self._address("import"))
        with transaction.atomic():
            lines = self._try(request, read, dry_run=False)
            as_previewed = [line.deed for line in lines] == deeds
            if not as_previewed:
                transaction.set_rollback(True)
        if not as_previewed:
            messages.warning(request, CHANGED)
            return self._page(request, form=FileForm(), **self._preview(request, read))
        added, changed = deeds.count("new"), deeds.count("update")
        messages.success(request, f"Đã thêm {added} dòng, sửa {changed} dòng.")
        return redirect(self._address("changelist"))

    def _address(self, page):
        return reverse(f"admin:units_{self.opts.model_name}_{page}")

    def _salt(self, request):
        return f"file-import:{self.opts.label_lower}:{request.user.pk}"

    def _page(self, request, **context):
        context = {
            **self.admin_site.each_context(request),
            "title": f"Nhập {self.opts.verbose_name_plural} từ tệp",
            "opts": self.opts,
            "columns": [
                field.column_name for field in self.resource_class(request.user).get_import_fields()
            ],
            **context,
        }
        return TemplateResponse(request, "admin/units/import.html", context)


def read_csv(data):
    """Rows of a CSV file in UTF-8, as Excel saves "CSV UTF-8"; raises Refused."""
    try:
        text = data.decode("utf-8-sig")
        first_line = text.partition("\n")[0]
        separator = max(",;\t", key=first_line.count)
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=separator))
    except (UnicodeDecodeError, csv.Error):
        raise Refused("Tệp CSV phải ở dạng UTF-8. Trong Excel, hãy lưu là “CSV UTF-8”.") from None
    return rows


def table_of(rows, resource):
    """[titles, (number in the file, cells) …]: the rows that hold anything; raises Refused."""
    texts = [(number, [as_text(cell) for cell in row]) for number, row in enumerate(rows, 1)]
    texts = [(number, cells) for number, cells in texts if any(cells)]
    if len(texts) > MOST_ROWS:
        raise Refused(f"Tệp có hơn {MOST_ROWS} dòng.")
    if len(texts) < 2:
        raise Refused("Tệp không có dòng nào bên dưới tên các cột.")
    known = {fold(field.column_name): field.column_name for field in resource.get_import_fields()}
    titles = [known.get(fold(cell), "") for cell in texts[0][1]]
    needed = [
        resource.fields[name].column_name
        for name in resource.get_import_id_fields()
        if name != "authority"
    ]
    missing = [title for title in needed if title not in titles]
    if missing:
        raise Refused(f"Tệp thiếu cột {', '.join(f'“{title}”' for title in missing)}.")
    if any(titles.count(title) > 1 for title in known.values()):
        raise Refused("Tệp có hai cột cùng tên.")
    places = [place for place, title in enumerate(titles) if title]
    taken = [
        (number, [cells[place] if place < len(cells) else "" for place in places])
        for number, cells in texts[1:]
    ]
    return [[titles[place] for place in places], *taken]


def as_text(cell):
    """A cell as a person would type it: whole numbers without ".0", days without a time."""
    if isinstance(cell, dict):
        return cell["date"].removesuffix(" 00:00:00")
    if isinstance(cell, bool):
        return "có" if cell else "không"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = clean_line("" if cell is None else str(cell))
    # What export_csv wrote before what looks like a formula.
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text


def lines_of(resource, numbers, result):
    fields = resource.get_import_fields()
    lines = []
    for number, row in zip(numbers, result.rows, strict=False):
        cells = []
        if row.instance is not None and not row.validation_error:
            before = row.original if row.import_type == "update" else None
            for field in fields:
                now = resource.export_field(field, row.instance)
                was = resource.export_field(field, before) if before is not None else now
                cells.append((now, was if was != now else ""))
        lines.append(Line(number, row.import_type, cells, problems_of(resource, row)))
    if result.base_errors:
        lines.append(Line(0, "error", [], ["Không đọc được các cột của tệp."]))
    return lines


def problems_of(resource, row):
    """What is wrong with a row, in words: by column where one is to blame."""
    if row.errors:
        return [
            "Không ghi được dòng này; hãy kiểm tra xem trong hệ thống đã có dòng giống thế chưa."
        ]
    if row.validation_error is None:
        return []
    error = row.validation_error
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    titles = {field.attribute: field.column_name for field in resource.fields.values()}
    return [
        f"{titles[name]}: {message}" if name in titles else message
        for name, messages_of_field in error.message_dict.items()
        for message in messages_of_field
    ]
