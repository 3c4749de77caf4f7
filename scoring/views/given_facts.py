"""What other agencies say of a unit: it sees the source, and confirms or objects."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from khoithidua.files import serve
from khoithidua.uploads.kinds import KINDS
from scoring.evaluation import compiled
from scoring.models import OwnerFact, Scorecard
from scoring.owner_facts import confirm_fact, object_to_fact
from scoring.owner_form import AnswerForm, Statement
from scoring.permissions import UNIT_ONLY, can_open_fact_file, why_not_answer_fact, writes_for
from scoring.views.base import open_card, open_round, settle
from units.permissions import appointment_in

TAB = "scoring"


def _open_own(request, bloc, number, unit):
    """(page, card): the card of the user's own unit; others' is not there for them."""
    page, card = open_card(request, bloc, number, unit)
    if not appointment_in(request.user, card.unit_id):
        raise Http404
    return page, card


def _given(card):
    """What counts of what is said of the card's unit, in the table's order."""
    places = {node.key: place for place, node in enumerate(compiled(card.round.criteria).leaves)}
    rows = (
        OwnerFact.objects.in_force()
        .filter(unit=card.unit_id, criterion__criteria=card.round.criteria_id)
        .select_related("criterion", "file", "given_by", "by_unit", "answered_by", "kept_by")
    )
    return sorted(rows.order_by("pk"), key=lambda row: places[row.criterion.key])


@require_GET
def fact_list(request, bloc, number, unit):
    """Every fact that others give about the unit, with who says so and after which document."""
    page, card = _open_own(request, bloc, number, unit)
    return _render(request, page, card)


@require_POST
def fact_answer(request, bloc, number, unit, key):
    """Confirm the fact as it was seen, or object to it with a reason."""
    page, card = _open_own(request, bloc, number, unit)
    fact = next((row for row in _given(card) if row.criterion.key == key), None)
    if fact is None:
        raise Http404
    if why_not := why_not_answer_fact(request.user, fact, card.round):
        raise PermissionDenied(why_not)
    objects = "object" in request.POST
    form = AnswerForm(request.POST, needs_note=objects, auto_id=f"{key}-%s")
    if form.is_valid():
        try:
            _answer(fact, request.user, objects, form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, "Đã ghi ý kiến của đơn vị.")
            return redirect(page.url("scoring:fact_list", unit))
    return _render(request, page, card, answered=(key, form), status=422)


def _answer(fact, by, objects, data):
    if objects:
        object_to_fact(fact, by=by, **data)
    else:
        confirm_fact(fact, by=by, revision=data["revision"])


@require_GET
def fact_file(request, bloc, number, unit, key):
    """The document behind one fact: always a download."""
    page, round = open_round(request, bloc, number)
    card = get_object_or_404(Scorecard.objects.select_related("unit"), round=round, unit__slug=unit)
    fact = (
        OwnerFact.objects.filter(
            unit=card.unit_id, criterion__criteria=round.criteria_id, criterion__key=key
        )
        .select_related("file")
        .order_by("pk")
        .first()
    )
    allowed = fact and can_open_fact_file(request.user, fact, settle(page, round, card))
    if not allowed or fact.file is None:
        raise Http404
    return serve(fact.file, f"{unit}_{key}{_ending(fact.file)}")


def _ending(file):
    kinds = (kind for kind in KINDS.values() if kind.content_type == file.content_type)
    return next((kind.extensions[0] for kind in kinds), ".bin")


def _render(request, page, card, *, answered=None, status=200):
    """answered: (key, form) of an answer that cannot be kept."""
    table = compiled(card.round.criteria)
    wrong, bound = answered or ("", None)
    statements = []
    for fact in _given(card):
        statement = Statement(fact, table.by_key[fact.criterion.key], card.year.reference_day)
        if fact.criterion.key == wrong:
            statement.form = bound
        statement.may_answer = not why_not_answer_fact(request.user, fact, card.round)
        statements.append(statement)
    context = page.context(
        TAB,
        card=card,
        statements=statements,
        waiting=sum(one.fact.answer == "" and not one.fact.is_own for one in statements),
        why_not="" if writes_for(request.user, card.unit_id) else UNIT_ONLY,
    )
    return render(request, "scoring/fact_list.html", context, status=status)
