"""Cross-scoring: another unit's marks, beside what the unit itself says and its evidence."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from khoithidua.workflow import NotAllowed
from scoring import verdicts
from scoring.models import Duty, PointsRecord
from scoring.permissions import acting_unit, criteria_on_duty, why_not_mark
from scoring.verdict_forms import MarkForm
from scoring.views.base import desk_of, open_card
from scoring.views.verification import TAB, criterion_of

Stage = PointsRecord.Stage


def open_marking(request, bloc, number, unit):
    """(page, card, desk, nodes): what the reader scores across on this card; else refused."""
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_mark(request.user, card):
        raise PermissionDenied(why_not)
    desk = desk_of(page, card.round, [card])
    mine = criteria_on_duty(request.user, card, Duty.Kind.PEER)
    nodes = [
        node
        for node in desk.table.leaves
        if desk.criterion_ids[node.key] in mine
        and any(part.kind.name == "peer" for part in node.rule_parts())
    ]
    return page, card, desk, nodes


def _marks(card, by_unit):
    """{criterion id: the unit's last mark}."""
    rows = card.records.filter(stage=Stage.PEER, by_unit=by_unit).order_by("pk")
    return {row.criterion_id: row for row in rows}


@require_GET
def mark_list(request, bloc, number, unit):
    """The criteria that units score across, with one's own unit's marks."""
    page, card, desk, nodes = open_marking(request, bloc, number, unit)
    marks = _marks(card, acting_unit(request.user, card, kind=Duty.Kind.PEER))
    rows = [(node, marks.get(desk.criterion_ids[node.key])) for node in nodes]
    return render(request, "scoring/mark_list.html", page.context(TAB, card=card, rows=rows))


@require_http_methods(["GET", "POST"])
def mark_give(request, bloc, number, unit, key):
    """One mark, with a word on it; a later one takes its place."""
    page, card, desk, nodes = open_marking(request, bloc, number, unit)
    node = next((node for node in nodes if node.key == key), None)
    if node is None:
        raise Http404
    criterion = criterion_of(desk, key)
    by_unit = acting_unit(request.user, card, criterion.pk, Duty.Kind.PEER)
    last = _marks(card, by_unit).get(criterion.pk)
    initial = {"points": last.points, "reason": last.reason} if last else {}
    form = MarkForm(request.POST or None, node=node, initial=initial)
    if form.is_valid():
        try:
            verdicts.mark(card, criterion, by=request.user, by_unit=by_unit, **form.cleaned_data)
        except (NotAllowed, ValidationError) as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, f"Đã ghi điểm chấm chéo mục {node.code}.")
            return redirect(page.url("scoring:mark_list", unit))
    entry = desk.entries[card.pk].get(key)
    uses = card.evidence_uses.filter(criterion=criterion, evidence__removed_at=None)
    return render(
        request,
        "scoring/mark_give.html",
        page.context(
            TAB,
            card=card,
            node=node,
            form=form,
            note=entry.note if entry else "",
            uses=uses.select_related("evidence").order_by("pk"),
        ),
        status=422 if form.errors else 200,
    )
