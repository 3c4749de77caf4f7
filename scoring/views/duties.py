"""Who verifies what: assigned, drawn, withdrawn, stood aside from; and the beginning of it all."""

from random import SystemRandom

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from khoithidua.workflow import NotAllowed
from scoring import duties, rounds
from scoring.models import Duty
from scoring.permissions import duties_of, why_not_run_round
from scoring.verification_forms import DutyForm, ReasonForm
from scoring.views.base import desk_of, open_card, open_round, settle
from scoring.views.verification import TAB, in_order, names_of, standing_body


def open_running(request, bloc, number):
    """(page, round) for those who run the round; refused to others."""
    page, round = open_round(request, bloc, number)
    if why_not := why_not_run_round(request.user, page.year, page.memberships):
        raise PermissionDenied(why_not)
    return page, round


@require_POST
def verification_begin(request, bloc, number):
    """From now on the cards that were sent in are verified; late ones may still come."""
    page, round = open_running(request, bloc, number)
    try:
        rounds.begin_verification(round, by=request.user)
    except (NotAllowed, ValidationError) as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, "Đã bắt đầu thẩm định.")
    return redirect(page.url("scoring:verification_list"))


@require_http_methods(["GET", "POST"])
def duty_list(request, bloc, number):
    """Every card with who checks it, and the form for one more duty."""
    page, round = open_running(request, bloc, number)
    cards = [
        settle(page, round, card)
        for card in round.cards.prefetch_related(
            "duties__criterion", "duties__verifier", "recusals__user"
        ).order_by("pk")
    ]
    desk = desk_of(page, round, cards)
    names = names_of(page)
    form = DutyForm(
        request.POST or None,
        units=[
            (member.unit.slug, names.get(member.unit_id, member.unit.slug))
            for member in page.memberships
        ],
        groups=[(node.key, node.label) for node in desk.table.nodes],
        peer_scoring=round.peer_scoring,
    )
    if form.is_valid() and _assign(request, desk, cards, form):
        messages.success(request, "Đã phân công.")
        return redirect(page.url("scoring:duty_list"))
    rows = [
        (card, [(duty, _who(duty, names, page)) for duty in _sorted(card)])
        for card in in_order(page, cards)
    ]
    return render(
        request,
        "scoring/duty_list.html",
        page.context(
            TAB, round=round, rows=rows, form=form, is_empty=not any(found for _c, found in rows)
        ),
        status=422 if form.errors else 200,
    )


def _sorted(card):
    return sorted(card.duties.all(), key=lambda duty: duty.pk)


def _who(duty, names, page):
    if duty.verifier_id is None:
        return standing_body(page)
    return names.get(duty.verifier_id, duty.verifier.slug)


def _assign(request, desk, cards, form):
    data = form.cleaned_data
    by_slug = {card.unit.slug: card for card in cards}
    card = by_slug.get(data["card"])
    if card is None or data["verifier"] not in by_slug:
        form.add_error("card", "Đơn vị không có bản tự chấm trong năm này.")
        return False
    criterion = None
    if data["criterion"]:
        criterion = desk.round.criteria.criteria.get(key=data["criterion"])
    verifier = by_slug[data["verifier"]].unit
    try:
        duties.assign(
            card,
            by=request.user,
            verifier=verifier,
            criterion=criterion,
            kind=data.get("kind", Duty.Kind.VERIFICATION),
        )
    except (NotAllowed, ValidationError) as refused:
        form.add_error(None, refused.messages[0])
        return False
    return True


@require_POST
def duty_assign_all(request, bloc, number):
    """As the rules say: lead and deputy check every card, the lead's own by a drawn member too."""
    page, round = open_running(request, bloc, number)
    try:
        made = duties.assign_duties(round, by=request.user, draw=SystemRandom())
    except (NotAllowed, ValidationError) as refused:
        messages.error(request, refused.messages[0])
    else:
        drawn = next((duty for duty in made if duty.is_drawn), None)
        words = f" Bốc thăm được {names_of(page).get(drawn.verifier_id)}." if drawn else ""
        messages.success(request, f"Đã phân công thẩm định.{words}")
    return redirect(page.url("scoring:duty_list"))


@require_http_methods(["GET", "POST"])
def duty_withdraw(request, bloc, number, pk):
    """Take a duty back, with the reason; what was scored under it stays."""
    page, round = open_running(request, bloc, number)
    rows = Duty.objects.select_related("card__unit", "card__year__bloc", "verifier", "criterion")
    duty = get_object_or_404(rows, round=round, pk=pk)
    settle(page, round, duty.card)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        duties.withdraw(duty, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "Đã thôi phân công.")
        return redirect(page.url("scoring:duty_list"))
    return render(
        request,
        "scoring/duty_withdraw.html",
        page.context(TAB, duty=duty, who=_who(duty, names_of(page), page), form=form),
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def card_recuse(request, bloc, number, unit):
    """Stand aside from a card, for good, with the reason."""
    page, card = open_card(request, bloc, number, unit)
    if not duties_of(request.user, card):
        raise PermissionDenied("Bạn không được phân công thẩm định bản tự chấm này.")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            duties.recuse(card, user=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, f"Bạn đã rút khỏi việc thẩm định bản của {card.unit_name}.")
        return redirect(page.url("scoring:verification_list"))
    return render(
        request,
        "scoring/card_recuse.html",
        page.context(TAB, card=card, form=form),
        status=422 if form.errors else 200,
    )
