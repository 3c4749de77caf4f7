"""What the chair does with a verified card: approve, send back, weigh the answers, conclude."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from khoithidua.workflow import Conflict, NotAllowed
from scoring import cards, findings, verdicts
from scoring.models import PointsRecord, Response
from scoring.permissions import (
    acting_unit,
    why_not_approve,
    why_not_chair,
    why_not_find,
    why_not_weigh,
)
from scoring.points import standing
from scoring.verdict_forms import SEEN, DecisionForm
from scoring.verification_forms import GateForm, ReasonForm
from scoring.views.base import open_card
from scoring.views.verification import TAB, compare

Stage = PointsRecord.Stage


@require_http_methods(["GET", "POST"])
def card_approve(request, bloc, number, unit):
    """Approve the results and send them to the unit."""
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_approve(request.user, card, page.memberships):
        raise PermissionDenied(why_not)
    if request.method == "POST":
        try:
            cards.approve(card, by=request.user)
        except (NotAllowed, ValidationError) as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, f"Đã duyệt và gửi kết quả cho {card.unit_name}.")
        return redirect(page.url("scoring:verification_detail", unit))
    comparison = compare(request, page, card)
    return render(
        request,
        "scoring/card_approve.html",
        page.context(TAB, card=card, comparison=comparison, progress=comparison.progress),
    )


@require_http_methods(["GET", "POST"])
def card_send_back(request, bloc, number, unit):
    """The whole card goes back to its unit, which sends it in anew."""
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_chair(request.user, card, page.memberships):
        raise PermissionDenied(why_not)
    if not card.may("send_back"):
        raise PermissionDenied(f"Bản tự chấm hiện {card.get_state_display()}.")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            cards.send_back(card, by=request.user, reason=form.cleaned_data["reason"])
        except (NotAllowed, ValidationError) as refused:
            messages.error(request, refused.messages[0])
            return redirect(page.url("scoring:verification_detail", unit))
        messages.success(request, f"Đã trả lại bản tự chấm của {card.unit_name}.")
        return redirect(page.url("scoring:verification_list"))
    return render(
        request,
        "scoring/card_send_back.html",
        page.context(TAB, card=card, form=form),
        status=422 if form.errors else 200,
    )


@require_POST
def card_reviewed(request, bloc, number, unit):
    """What changed after the verification was looked at again."""
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_chair(request.user, card, page.memberships):
        raise PermissionDenied(why_not)
    form = ReasonForm(request.POST, prefix="xem-lai")
    if form.is_valid():
        cards.acknowledge_change(card, by=request.user, note=form.cleaned_data["reason"])
        messages.success(request, "Đã ghi kết quả xem lại.")
    else:
        messages.error(request, "Cần ghi kết quả xem lại.")
    return redirect(page.url("scoring:verification_detail", unit))


@require_POST
def card_conclude(request, bloc, number, unit):
    """Answers are weighed: settled, or on to the conference with what the unit reserves."""
    return _by_chair(request, bloc, number, unit, cards.conclude, "Đã kết thúc xem xét giải trình.")


@require_POST
def card_end_answers(request, bloc, number, unit):
    """The time for answers is over."""
    return _by_chair(request, bloc, number, unit, cards.end_answers, "Đã kết thúc hạn giải trình.")


def _by_chair(request, bloc, number, unit, act, done):
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_chair(request.user, card, page.memberships):
        raise PermissionDenied(why_not)
    try:
        act(card, by=request.user)
    except (NotAllowed, ValidationError) as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, done)
    return redirect(page.url("scoring:verification_detail", unit))


@require_http_methods(["GET", "POST"])
def gate_declare(request, bloc, number, unit, gate):
    """Where the unit stands with a gate, and on which paper; its content is nobody's to read."""
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_find(request.user, card):
        raise PermissionDenied(why_not)
    comparison = compare(request, page, card)
    found = next((one.gate for one in comparison.after.gates if one.gate.key == gate), None)
    if found is None or (found.conditions and not comparison.is_whole):
        raise Http404
    last = comparison.desk.gates[card.pk].get(gate)
    initial = {"state": last.state, "document": last.document} if last else {}
    form = GateForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            findings.declare_gate(card, gate, by=request.user, **form.cleaned_data)
        except (NotAllowed, ValidationError) as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"Đã ghi điều kiện {found.code}.")
            return redirect(page.url("scoring:verification_detail", unit) + "#dieu-kien")
    return render(
        request,
        "scoring/gate_declare.html",
        page.context(TAB, card=card, gate=found, form=form),
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def response_weigh(request, bloc, number, unit, pk):
    """Accept an explanation, with new points, or keep the points; either way with a reason."""
    page, card = open_card(request, bloc, number, unit)
    rows = Response.objects.select_related("criterion", "by")
    response = get_object_or_404(rows, card=card, pk=pk, kind=Response.Kind.EXPLAIN)
    response.card = card
    if why_not := why_not_weigh(request.user, card, response.criterion):
        raise PermissionDenied(why_not)
    if response.outcome:
        raise PermissionDenied("Giải trình này đã được quyết định.")
    comparison = compare(request, page, card)
    form = decision_form(comparison, response, Stage.RESPONSE, request.POST or None)
    if request.method == "POST" and "try" not in request.POST and form.is_valid():
        by_unit = acting_unit(request.user, card, response.criterion_id)
        if decide(request, response, Stage.RESPONSE, by_unit, form):
            messages.success(request, f"Đã quyết định giải trình mục {response.criterion.code}.")
            return redirect(page.url("scoring:verification_detail", unit) + "#giai-trinh")
    return render(
        request,
        "scoring/response_weigh.html",
        page.context(
            TAB,
            card=card,
            response=response,
            line=comparison.line(response.criterion.key),
            form=form,
        ),
        status=422 if form.errors else 200,
    )


def decision_form(comparison, response, stage, data):
    key = response.criterion.key
    stages = comparison.desk.records.get(comparison.card.pk, {}).get(key, {})
    return DecisionForm(
        data,
        desk=comparison.desk,
        card=comparison.card,
        node=comparison.desk.table.by_key[key],
        stage=stage,
        before=standing(stages),
        last=stages.get(stage),
    )


def decide(request, response, stage, by_unit, form):
    """Write the decision down; whether it could be."""
    kept = form.is_kept
    value = {} if kept else {**form.value, "seen": form.cleaned_data["seen"]}
    value.pop("reason", None)
    try:
        verdicts.decide(
            response,
            stage=stage,
            by=request.user,
            by_unit=by_unit,
            outcome=form.cleaned_data["outcome_kind"],
            reason=form.cleaned_data["reason"],
            **value,
        )
    except Conflict:
        form.add_error(None, SEEN)
        return False
    except (NotAllowed, ValidationError) as refused:
        form.add_error(None, refused.messages[0])
        return False
    return True
