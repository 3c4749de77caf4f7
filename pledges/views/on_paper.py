"""A pledge signed by hand: who signed, as the lead records it, and the scan of the whole."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from khoithidua import printing
from khoithidua.files import serve
from pledges.forms import HandSignedForm, ReasonForm, ScanForm, SignedDayForm
from pledges.models import Paper
from pledges.on_paper import HandSigned, keep_scan, record_signed, take_back_signed
from pledges.permissions import can_change_course
from pledges.views.base import open_pledge


def _by_hand(request, bloc, number):
    """(page, paper): the pledge signed by hand, for the lead; 404 when it is signed otherwise."""
    page, paper = open_pledge(request, bloc, number)
    if paper.form != Paper.Form.PAPER or not paper.is_frozen:
        raise Http404
    if not can_change_course(request.user, paper, page.memberships):
        raise PermissionDenied("Chỉ đơn vị trưởng khối ghi nhận việc ký giấy.")
    return page, paper


@require_http_methods(["GET", "POST"])
def paper_record(request, bloc, number):
    """Record the units that signed; those recorded before are shown and stay as they are."""
    page, paper = _by_hand(request, bloc, number)
    data = request.POST or None
    day = SignedDayForm(data, initial={"on": paper.dated_on})
    rows = _rows(paper, data)
    if request.method == "POST" and all([day.is_valid(), *(row.is_valid() for row in rows)]):
        signed = [
            HandSigned(row.party, row.cleaned_data["person"], row.cleaned_data["title"])
            for row in rows
            if row.cleaned_data["signed"]
        ]
        try:
            count = record_signed(paper, signed, by=request.user, on=day.cleaned_data["on"])
        except ValidationError as refused:
            day.add_error(None, refused)
        else:
            messages.success(request, f"Đã ghi nhận {count}/{paper.party_count} đơn vị ký giấy.")
            return redirect(page.url("pledges:paper_record"))
    return _record_page(request, page, paper, day=day, rows=rows)


def _rows(paper, data):
    """A form for each unit to record; whoever ticked one that meanwhile was recorded is told."""
    forms = [HandSignedForm(data, party=party) for party in paper.seats]
    return [form for form in forms if not form.party.signature or form["signed"].data]


@require_http_methods(["GET", "POST"])
def signed_take_back(request, bloc, number, position):
    """Take back what was recorded of one unit by mistake."""
    page, paper = _by_hand(request, bloc, number)
    parties = paper.parties.select_related("paper").with_signatures()
    party = get_object_or_404(parties, position=position)
    if paper.state != Paper.State.SIGNING:
        raise PermissionDenied("Giao ước không còn đang ký, nên ghi nhận đã có không bỏ được.")
    if party.signature is None:
        messages.info(request, f"{party.unit_name} không có ghi nhận ký.")
        return redirect(page.url("pledges:paper_record"))
    form = ReasonForm(request.POST or None, label="Lý do bỏ ghi nhận")
    if form.is_valid():
        try:
            take_back_signed(party.signature, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"Đã bỏ ghi nhận ký của {party.unit_name}.")
            return redirect(page.url("pledges:paper_record"))
    return render(
        request,
        "pledges/signed_take_back.html",
        page.context("pledge", paper=paper, party=party, form=form),
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def scan_add(request, bloc, number):
    page, paper = _by_hand(request, bloc, number)
    form = ScanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            keep_scan(paper, form.cleaned_data["file"], by=request.user)
        except ValidationError as refused:
            form.add_error("file", refused)
        else:
            messages.success(request, "Đã lưu bản quét.")
            return redirect(page.url("pledges:paper_record"))
    return render(
        request,
        "pledges/scan_add.html",
        page.context("pledge", paper=paper, form=form, scan=_scan(paper)),
        status=422 if request.method == "POST" else 200,
    )


def _scan(paper):
    return paper.scans.select_related("file", "by").first()


def _record_page(request, page, paper, **context):
    return render(
        request,
        "pledges/paper_record.html",
        page.context("pledge", paper=paper, scan=_scan(paper), **context),
        status=422 if request.method == "POST" else 200,
    )


@require_GET
def scan_file(request, bloc, number):
    """The record copy, for everyone of the year; always a download, as people uploaded it."""
    _page, paper = open_pledge(request, bloc, number)
    scan = _scan(paper)
    if scan is None:
        raise Http404
    name = printing.file_name(
        paper.year.bloc.file_code,
        str(paper.year.number),
        "giao-uoc",
        f"v{paper.version}",
        "ban-quet",
        demo=paper.year.is_demo,
    )
    return serve(scan.file, name)
