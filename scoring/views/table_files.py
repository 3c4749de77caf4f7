"""The criteria table as files: Excel and JSON, out and in."""

import json

from django.contrib import messages
from django.core import signing
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from khoithidua import printing
from khoithidua.files import serve_bytes
from scoring.authoring.difference import difference
from scoring.authoring.ready import EMPTY
from scoring.authoring.sheet.write import workbook
from scoring.authoring.table_forms import ImportForm
from scoring.tables import document_digest
from scoring.views.tables import open_for_editing, open_table, save
from units.views.base import open_year

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VALID_FOR = 2 * 3600
STALE = "Bản xem trước đã quá hạn, hoặc bảng đã có người sửa từ lúc đó. Hãy chọn lại tệp."


@require_GET
def table_template(request, bloc, number):
    """The blank sheet, with its notes and lists."""
    open_year(request, bloc, number)
    return serve_bytes(workbook(EMPTY), "mau-bang-tieu-chi.xlsx", content_type=XLSX)


@require_GET
def table_excel(request, bloc, number, version):
    _page, criteria = open_table(request, bloc, number, version)
    data = workbook(criteria.as_document())
    return serve_bytes(data, _name(criteria, "xlsx"), content_type=XLSX)


@require_GET
def table_json(request, bloc, number, version):
    _page, criteria = open_table(request, bloc, number, version)
    data = json.dumps(criteria.as_document(), ensure_ascii=False, indent=2).encode()
    return serve_bytes(data, _name(criteria, "json"), content_type="application/json")


def _name(criteria, ending):
    paper = criteria.paper
    name = printing.file_name(
        paper.year.bloc.file_code,
        str(paper.year.number),
        "bang-tieu-chi",
        f"v{paper.version}",
        demo=paper.year.is_demo,
    )
    return f"{name.removesuffix('.pdf')}.{ending}"


@require_http_methods(["GET", "POST"])
def table_import(request, bloc, number, version):
    """A file in place of the draft: chosen, its difference shown, confirmed; all or nothing."""
    page, criteria, document = open_for_editing(request, bloc, number, version)
    if "token" in request.POST:
        return _confirm(request, page, criteria, document)
    form = ImportForm(request.POST or None, request.FILES or None)
    shown = {}
    if request.method == "POST" and form.is_valid():
        changed = form.cleaned_data["file"]
        shown = {
            "difference": difference(document, changed),
            "token": signing.dumps(
                {"document": changed, "seen": document_digest(document)},
                salt=_salt(request, criteria),
                compress=True,
            ),
        }
    return render(
        request,
        "scoring/table_import.html",
        page.context("papers", paper=criteria.paper, form=form, shown=shown),
    )


def _confirm(request, page, criteria, document):
    try:
        sent = signing.loads(
            request.POST["token"], salt=_salt(request, criteria), max_age=VALID_FOR
        )
    except signing.BadSignature:
        sent = {}
    if sent.get("seen") != document_digest(document):
        messages.error(request, STALE)
        return redirect(page.url("scoring:table_import", criteria.paper.version))
    if save(request, criteria, sent["document"], "Nhập bảng tiêu chí từ tệp."):
        messages.success(request, "Đã nhập bảng tiêu chí từ tệp.")
    return redirect(page.url("scoring:table_detail", criteria.paper.version))


def _salt(request, criteria):
    return f"table-import:{request.user.pk}:{criteria.pk}"
