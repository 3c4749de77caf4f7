"""Lists of the panel as Excel files."""

from io import BytesIO

import xlsxwriter
from django.contrib import admin
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.utils.text import capfirst

from khoithidua.files import serve_bytes
from khoithidua.text import ascii_slug

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@admin.action(description="Xuất các dòng đã chọn ra Excel", permissions=["view"])
def export_xlsx(modeladmin, request, queryset):
    """The chosen rows with the columns of the list.

    Every cell is written as text: a name that begins with "=" stays a name.
    """
    columns = [name for name in modeladmin.get_list_display(request) if name != "action_checkbox"]
    titles = [capfirst(label_for_field(name, modeladmin.model, modeladmin)) for name in columns]
    rows = [[_shown(modeladmin, row, name) for name in columns] for row in queryset]
    name = ascii_slug(str(modeladmin.opts.verbose_name_plural), 40)
    return serve_bytes(_workbook([titles, *rows]), f"{name}.xlsx", content_type=XLSX)


def _shown(modeladmin, row, name):
    field, _attr, value = lookup_field(name, row, modeladmin)
    if isinstance(value, bool):
        return "có" if value else "không"
    return str(display_for_field(value, field, "") if field else value or "")


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
