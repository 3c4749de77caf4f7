"""A bloc's year: list of years, overview, calendar, extension of a phase."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from khoithidua import text
from units.context import work_sources
from units.forms import PhaseExtendForm, YearFilterForm
from units.models import EmulationYear, Phase
from units.views.base import open_year


@require_GET
def year_list(request):
    """Every bloc's year that the user may open; the secretariat's and inspectors' way in."""
    form = YearFilterForm(request.GET)
    years = EmulationYear.objects.visible_to(request.user).with_names()
    years = form.apply(years, request.frame.stamp)
    page = Paginator(years.order_by("-number", "bloc__slug"), 50).get_page(request.GET.get("trang"))
    return render(request, "units/year_list.html", {"form": form, "page": page})


@require_GET
def year_detail(request, bloc, number):
    page = open_year(request, bloc, number)
    reports = [source.year_report(page) for source in work_sources()]
    seats = [
        (
            member,
            [report.seats[member.unit_id] for report in reports if member.unit_id in report.seats],
        )
        for member in page.memberships
    ]
    speaking = next((report for report in reports if report.headline), None)
    return render(
        request,
        "units/year_detail.html",
        page.context(
            "overview",
            seats=seats,
            day=page.year.reference_day,
            report=speaking,
            phases=phase_line(page),
            figures=[figure for report in reports for figure in report.figures],
            member_count=text.initial_upper(text.number_words(len(page.memberships))),
        ),
    )


def phase_line(page):
    """The year's milestones with where each stands: (phase, last day to act, status, words)."""
    today = page.request.today
    line = []
    for phase in page.phases:
        if phase.kind not in Phase.MILESTONES:
            continue
        deadline = phase.deadline(page.calendar)
        if deadline < today:
            status, words = "done", "Đã qua"
        elif phase.opens_on <= today:
            status, words = "now", text.days_left(deadline, today)
        else:
            status, words = "", "Sắp tới"
        line.append((phase, deadline, status, words))
    return line


@require_GET
def calendar(request, bloc, number):
    page = open_year(request, bloc, number)
    phases = page.year.phases.prefetch_related("extensions__extended_by")
    rows = [(phase, phase.deadline(page.calendar)) for phase in phases]
    return render(
        request,
        "units/calendar.html",
        page.context("calendar", rows=rows, may_extend=may_extend(page)),
    )


def may_extend(page):
    return page.is_lead and page.year.closed_on is None


@require_http_methods(["GET", "POST"])
def phase_extend(request, bloc, number, pk):
    page = open_year(request, bloc, number)
    phase = get_object_or_404(Phase, year=page.year, pk=pk)
    if not may_extend(page):
        raise PermissionDenied(
            "Chỉ đơn vị trưởng khối gia hạn được, khi năm thi đua chưa khép lại."
        )
    form = PhaseExtendForm(request.POST or None, phase=phase)
    if form.is_valid():
        try:
            phase.extend(
                form.cleaned_data["to"], reason=form.cleaned_data["reason"], by=request.user
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(page.url("units:calendar"))
    return render(
        request, "units/phase_extend.html", page.context("calendar", phase=phase, form=form)
    )
