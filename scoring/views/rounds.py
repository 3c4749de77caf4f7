"""The steps of a round after verification: shown, adopted, closed, published, reopened."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from khoithidua.models import StoredFile
from khoithidua.workflow import NotAllowed
from scoring import publication, rounds
from scoring.models import Ranking
from scoring.permissions import why_not_run_round
from scoring.verification_forms import AdoptionForm, DayForm, PublishForm, ReopenForm
from scoring.views.conference import open_concluding, open_conference
from scoring.views.verification import TAB


def _step(request, page, act, done, to="scoring:conference_detail"):
    """Take a step of the round; say what came of it."""
    try:
        act()
    except (NotAllowed, ValidationError) as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, done)
    return redirect(page.url(to))


@require_POST
def provisional_show(request, bloc, number):
    """All that was sent in is verified: the provisional ranking is drawn up."""
    page, round = open_conference(request, bloc, number)
    if why_not := why_not_run_round(request.user, page.year, page.memberships):
        raise PermissionDenied(why_not)
    return _step(
        request,
        page,
        lambda: rounds.show_provisional(round, by=request.user),
        "Đã lập dự kiến xếp hạng.",
    )


@require_POST
def provisional_day(request, bloc, number):
    """From which day members see the provisional ranking."""
    page, round = open_conference(request, bloc, number)
    if why_not := why_not_run_round(request.user, page.year, page.memberships):
        raise PermissionDenied(why_not)
    form = DayForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["on"][0])
        return redirect(page.url("scoring:conference_detail"))
    on = form.cleaned_data["on"]
    return _step(
        request,
        page,
        lambda: rounds.set_provisional_day(round, by=request.user, on=on),
        "Đã ghi ngày cho xem dự kiến xếp hạng." if on else "Các đơn vị chưa xem dự kiến xếp hạng.",
    )


@require_http_methods(["GET", "POST"])
def round_adopt(request, bloc, number):
    """The conference adopted the results: its day, its minutes."""
    page, round = open_concluding(request, bloc, number)
    if not round.may("adopt"):
        raise PermissionDenied(f"Đợt chấm điểm hiện {round.get_state_display()}.")
    form = AdoptionForm(request.POST or None, request.FILES or None, today=request.today)
    if form.is_valid():
        data = form.cleaned_data
        try:
            rounds.adopt(
                round,
                by=request.user,
                on=data["dated_on"],
                minutes=_keep(data["file"], request.user),
                minutes_number=data["number"],
            )
        except (NotAllowed, ValidationError) as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, "Đã ghi nhận hội nghị thông qua kết quả.")
            return redirect(page.url("scoring:conference_detail"))
    return _form_page(request, page, "scoring/round_adopt.html", round, form)


def _form_page(request, page, template, round, form, **extra):
    context = page.context(TAB, round=round, form=form, **extra)
    return render(request, template, context, status=422 if form.errors else 200)


def _keep(upload, by):
    return StoredFile.objects.keep(upload.data, content_type=upload.content_type, by=by)


@require_POST
def round_close(request, bloc, number):
    """Write the final points and close every card."""
    page, round = open_concluding(request, bloc, number)
    return _step(
        request, page, lambda: rounds.close(round, by=request.user), "Đã chốt kết quả chấm điểm."
    )


@require_http_methods(["GET", "POST"])
def round_publish(request, bloc, number):
    """Freeze the ranking and show it to the whole bloc; after a reopening, as a correction."""
    page, round = open_concluding(request, bloc, number)
    if not round.may("publish"):
        raise PermissionDenied(f"Đợt chấm điểm hiện {round.get_state_display()}.")
    is_correction = round.rankings.filter(kind=Ranking.Kind.FINAL).exists()
    data = request.POST if request.method == "POST" else None
    form = PublishForm(data, is_correction=is_correction)
    if form.is_valid():
        try:
            with transaction.atomic():
                publication.freeze(round, by=request.user, **form.cleaned_data)
                rounds.publish(round, by=request.user)
        except (NotAllowed, ValidationError) as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, "Đã công bố kết quả xếp hạng.")
            return redirect(page.url("scoring:ranking_detail"))
    content = publication.content_of(round)
    return _form_page(
        request,
        page,
        "scoring/round_publish.html",
        round,
        form,
        content=content,
        is_correction=is_correction,
    )


@require_http_methods(["GET", "POST"])
def round_reopen(request, bloc, number):
    """Open a closed round again, on the conference's minutes or the standing body's letter."""
    page, round = open_concluding(request, bloc, number)
    if not round.may("reopen"):
        raise PermissionDenied(f"Đợt chấm điểm hiện {round.get_state_display()}.")
    form = ReopenForm(request.POST or None, request.FILES or None, today=request.today)
    if form.is_valid():
        data = form.cleaned_data
        try:
            rounds.reopen(
                round,
                by=request.user,
                issuer=data["issuer"],
                number=data["number"],
                dated_on=data["dated_on"],
                file=_keep(data["file"], request.user),
                reason=data["reason"],
            )
        except (NotAllowed, ValidationError) as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, "Đã mở lại kết quả chấm điểm.")
            return redirect(page.url("scoring:conference_detail"))
    return _form_page(request, page, "scoring/round_reopen.html", round, form)
