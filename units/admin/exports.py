"""Lists of the panel as files: the chosen rows with the columns of their resource, all as text."""

import csv
from io import BytesIO, StringIO

import xlsxwriter
from django.contrib import admin

from khoithidua.files import serve_bytes
from khoithidua.text import ascii_slug

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What spreadsheets take for the beginning of a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@admin.action(description="Xuất các dòng đã chọn ra Excel", permissions=["view"])
def export_xlsx(modeladmin, request, queryset):
    """Every cell is written as text: a name that begins with "=" stays a name."""
    data = _workbook(_table(modeladmin, request, queryset))
    return serve_bytes(data, _file_name(modeladmin, "xlsx"), content_type=XLSX)


@admin.action(description="Xuất các dòng đã chọn ra CSV", permissions=["view"])
def export_csv(modeladmin, request, queryset):
    """With the mark by which Excel knows UTF-8; a cell that looks like a formula gets a ' before."""
    out = StringIO()
    csv.writer(out).writerows(
        [f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell for cell in row]
        for row in _table(modeladmin, request, queryset)
    )
    data = out.getvalue().encode("utf-8-sig")
    return serve_bytes(data, _file_name(modeladmin, "csv"), content_type="text/csv")


def _table(modeladmin, request, queryset):
    """Titles, then rows, as text."""
    listed = modeladmin.resource_class(request.user).export(queryset)
    rows = [listed.headers, *(listed[place] for place in range(len(listed)))]
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def _file_name(modeladmin, ending):
    return f"{ascii_slug(str(modeladmin.opts.verbose_name_plural), 40)}.{ending}"


def _workbook(rows):
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    sheet = book.add_worksheet("Danh sách")
    bold = book.add_format({"bold": True})
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, None if number else bold)
    sheet.set_column(0, len(rows[0]), 28)
    sheet.freeze_panes(1, 0)
    book.close()
    return output.getvalue()
