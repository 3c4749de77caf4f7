"""The unit's side after verification: its answers to the results, and to requests for more."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khoithidua.workflow import NotAllowed
from scoring import cards, duties, evidence
from scoring.comparison import Comparison
from scoring.evidence_forms import EvidenceForm
from scoring.models import PointsRecord, SupplementRequest
from scoring.permissions import (
    UNIT_ONLY,
    sees_province,
    stages_shown,
    why_not_answer,
    why_not_finish_answers,
    writes_for,
)
from scoring.verification_forms import AnswerForm, ResponseForm
from scoring.views.base import desk_of, open_card
from scoring.views.verification import criterion_of, names_of, standing_body
from units.models import Phase
from units.permissions import appointment_in

TAB = "scoring"
Stage = PointsRecord.Stage


def open_own(request, bloc, number, unit):
    """(page, card) for the unit's own people, and those who look on for the province."""
    page, card = open_card(request, bloc, number, unit)
    is_own = appointment_in(request.user, card.unit_id)
    if not (is_own or sees_province(request.user, page.year.bloc.authority_id)):
        raise PermissionDenied("Trang này của đơn vị được chấm.")
    return page, card


def results_of(request, page, card):
    """The Comparison as the unit reads it once its results were sent to it."""
    shown = stages_shown(request.user, card)
    return Comparison(
        desk_of(page, card.round, [card]),
        card,
        visible=set(card.round.criteria.parents),
        mine=set(),
        names=names_of(page),
        standing_body=standing_body(page),
        until=Stage.CONFERENCE if Stage.CONFERENCE in shown else Stage.VERIFIED,
    )


@require_GET
def answer_list(request, bloc, number, unit):
    """The results: what was changed or taken off, with the unit's answer to each."""
    page, card = open_own(request, bloc, number, unit)
    context = {"card": card, "is_known": Stage.VERIFIED in stages_shown(request.user, card)}
    if context["is_known"] and card.verified_at:
        comparison = results_of(request, page, card)
        lines = [line for line in comparison.leaves if line.may_be_answered or line.response]
        context |= {
            "comparison": comparison,
            "decisions_shown": Stage.RESPONSE in stages_shown(request.user, card),
            "lines": sorted(lines, key=lambda line: not line.differs),
            "why_not": why_not_answer(request.user, card),
            "may_finish": not why_not_finish_answers(request.user, card),
            "deadline": page.deadline(Phase.Kind.RESPONSE),
            "left": sum(1 for line in lines if line.response is None),
        }
    else:
        context["is_known"] = False
    return render(request, "scoring/answer_list.html", page.context(TAB, **context))


@require_http_methods(["GET", "POST"])
def answer_give(request, bloc, number, unit, key):
    """Agree, explain or reserve one's opinion on one criterion; once."""
    page, card = open_own(request, bloc, number, unit)
    if why_not := why_not_answer(request.user, card):
        raise PermissionDenied(why_not)
    comparison = results_of(request, page, card)
    line = next((one for one in comparison.leaves if one.node.key == key), None)
    if line is None or not line.may_be_answered:
        raise Http404
    if line.response:
        messages.info(request, "Đơn vị đã trả lời mục này.")
        return redirect(page.url("scoring:answer_list", unit))
    form = ResponseForm(request.POST or None)
    criterion = criterion_of(comparison.desk, key)
    proof = _proof_form(request, criterion)
    if form.is_valid() and proof.is_valid():
        by = request.user
        try:
            with transaction.atomic():
                response = cards.answer(card, criterion, by=by, **form.cleaned_data)
                evidence.add_documents(
                    card, proof.documents, by=by, criterion=criterion, response=response
                )
        except (NotAllowed, ValidationError) as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, f"Đã ghi ý kiến về mục {line.node.code}.")
            return redirect(page.url("scoring:answer_list", unit))
    return render(
        request,
        "scoring/answer_give.html",
        page.context(TAB, card=card, line=line, form=form, proof=proof),
        status=422 if form.errors or proof.errors else 200,
    )


def _proof_form(request, criterion):
    """Files or a citation that go with an answer."""
    return EvidenceForm(
        request.POST or None,
        request.FILES or None,
        by=request.user,
        criterion=criterion,
        prefix="evidence",
    )


@require_POST
def answer_finish(request, bloc, number, unit):
    """The leader sends the answers; what was left out is agreed to."""
    page, card = open_own(request, bloc, number, unit)
    if why_not := why_not_finish_answers(request.user, card):
        raise PermissionDenied(why_not)
    try:
        cards.finish_answers(card, by=request.user)
    except (NotAllowed, ValidationError) as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, "Đã gửi ý kiến của đơn vị.")
    return redirect(page.url("scoring:answer_list", unit))


@require_http_methods(["GET", "POST"])
def request_answer(request, bloc, number, unit, pk):
    """Answer a request for more, once, with a document where there is one."""
    page, card = open_own(request, bloc, number, unit)
    rows = SupplementRequest.objects.select_related("criterion", "asked_by", "answered_by")
    asked = get_object_or_404(rows, card=card, pk=pk)
    asked.card = card
    why_not = _why_not_answer_request(request.user, card, asked)
    if request.method == "POST" and why_not:
        raise PermissionDenied(why_not)
    form = AnswerForm(request.POST or None)
    proof = _proof_form(request, asked.criterion)
    if form.is_valid() and proof.is_valid():
        by, criterion = request.user, asked.criterion
        try:
            with transaction.atomic():
                evidence.add_documents(
                    card, proof.documents, by=by, criterion=criterion, request=asked
                )
                duties.answer_request(asked, by=by, **form.cleaned_data)
        except (NotAllowed, ValidationError) as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, "Đã gửi nội dung bổ sung.")
            return redirect(page.url("scoring:request_answer", unit, pk))
    return render(
        request,
        "scoring/request_answer.html",
        page.context(
            TAB,
            card=card,
            asked=asked,
            form=form,
            proof=proof,
            why_not=why_not,
            today=request.today,
            uses=asked.evidence_uses.select_related("evidence").order_by("pk"),
        ),
        status=422 if form.errors or proof.errors else 200,
    )


def _why_not_answer_request(user, card, asked):
    if not writes_for(user, card.unit_id):
        return UNIT_ONLY
    if asked.answered_at:
        return "Đề nghị này đã được trả lời."
    if card.state != card.State.VERIFYING:
        return "Hiện không nhận bổ sung cho bản tự chấm này."
    return ""
