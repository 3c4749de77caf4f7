"""Who verifies which card: assigned or drawn, stood aside from, and asking for more."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit
from khoithidua.workflow import NotAllowed
from scoring import telling
from scoring.cards import mark_stale
from scoring.models import Duty, Recusal, Scorecard, SupplementRequest
from scoring.models.card import is_standing_body
from scoring.points import lock_card
from scoring.rounds import lock_round
from units.models import Role

STANDING_BODY = "standing_body"


@transaction.atomic
def assign_duties(round, *, by, draw):
    """Give every card its verifiers, as the rules say; return the duties made. Once a round.

    The lead and the deputy verify every card but their own; the lead's own is verified by the
    deputy and one drawn member, whom draw (a random.Random) picks; the supervisor verifies the
    criteria of the standing body, on every card but the standing body's own.
    """
    row, cards = lock_round(round)
    if row.duties.exists():
        raise ValidationError("Đã phân công thẩm định.")
    if row.state not in (row.State.SELF_ASSESSMENT, row.State.VERIFICATION):
        raise NotAllowed("Đã qua bước thẩm định.")
    members = row.year.members()
    drawn = _draw_for_lead(members, draw)
    watched = criteria_of_standing_body(row.criteria)
    made = Duty.objects.bulk_create(
        duty for card in cards for duty in _duties_for(card, members, drawn, watched, by)
    )
    audit.record(
        "duty.assign",
        chain=row.audit_chain,
        by=by,
        target=row.audit_path,
        summary="Phân công thẩm định"
        + (f"; bốc thăm {drawn.slug} thẩm định bản của đơn vị đứng đầu." if drawn else "."),
        after={
            "drawn": drawn.slug if drawn else "",
            "drawn_from": [unit.slug for unit in _plain(members)],
            "duties": [as_plain(duty) for duty in made],
        },
    )
    return made


def _draw_for_lead(members, draw):
    plain = _plain(members)
    return draw.choice(plain) if plain and _unit_of(members, Role.LEAD) else None


def _plain(members):
    return [member.unit for member in members if member.role == Role.MEMBER]


def _duties_for(card, members, drawn, watched, by):
    common = {"round": card.round, "card": card, "assigned_by": by}
    for role in (Role.LEAD, Role.DEPUTY):
        unit = _unit_of(members, role)
        if unit and unit.pk != card.unit_id:
            yield Duty(verifier=unit, **common)
        elif role == Role.LEAD and unit and drawn:
            yield Duty(verifier=drawn, is_drawn=True, **common)
    if not is_standing_body(card.unit, card.year):
        yield from (Duty(criterion=node, **common) for node in watched)


def _unit_of(members, role):
    return next((member.unit for member in members if member.role == role), None)


def criteria_of_standing_body(criteria):
    """Nodes whose rule names the standing body as evaluator; those below one go with it."""
    rows = list(criteria.criteria.in_order())
    named = {row.pk for row in rows if row.rule.get("evaluator") == STANDING_BODY}
    return [row for row in rows if row.pk in named and row.parent_id not in named]


def below(criteria, roots):
    """Ids of these nodes and of everything under them."""
    found = set(roots)
    while more := {pk for pk, parent in criteria.parents.items() if parent in found} - found:
        found |= more
    return found


@transaction.atomic
def assign(card, *, by, verifier, criterion=None, kind=Duty.Kind.VERIFICATION):
    """One more duty: a whole card, or a group of criteria, to one unit. Returns the Duty."""
    row = lock_card(card)
    if row.unit_id == verifier.pk:
        raise ValidationError("Không đơn vị nào thẩm định bản tự chấm của chính mình.")
    if kind == Duty.Kind.PEER and not row.round.peer_scoring:
        raise NotAllowed("Năm này không chấm chéo.")
    if row.duties.filter(verifier=verifier, criterion=criterion, kind=kind).exists():
        raise ValidationError("Đơn vị đã được phân công việc này.")
    duty = Duty.objects.create(
        round=row.round, card=row, verifier=verifier, criterion=criterion, kind=kind, assigned_by=by
    )
    _record_duty("add", duty, by, "Phân công")
    return duty


@transaction.atomic
def withdraw(duty, *, by, reason):
    """Take a duty back, with its reason; what was scored under it stays."""
    if not reason.strip():
        raise ValidationError("Cần ghi lý do thôi phân công.")
    lock_card(duty.card)
    _record_duty("withdraw", duty, by, "Thôi phân công", reason)
    duty.delete()


def _record_duty(act, duty, by, verb, reason=""):
    name = duty.verifier.slug if duty.verifier else "chuyên viên theo dõi"
    audit.record(
        f"duty.{act}",
        chain=duty.card.audit_chain,
        by=by,
        target=duty.card.audit_path,
        summary=f"{verb} {name}: {duty.get_kind_display()} {duty.card.audit_name}."
        + (f" Lý do: {reason}" if reason else ""),
        after={**as_plain(duty), **({"note": reason} if reason else {})},
    )


def as_plain(duty):
    return {
        "card": duty.card.unit.slug,
        "verifier": duty.verifier.slug if duty.verifier else "",
        "criterion": duty.criterion.key if duty.criterion else "",
        "kind": duty.kind,
        "is_drawn": duty.is_drawn,
    }


@transaction.atomic
def recuse(card, *, user, reason):
    """A person stands aside from a card, for good."""
    if not reason.strip():
        raise ValidationError("Cần ghi lý do.")
    row = lock_card(card)
    if row.recusals.filter(user=user).exists():
        raise ValidationError("Bạn đã rút khỏi việc thẩm định bản này.")
    recusal = Recusal.objects.create(card=row, user=user, reason=reason)
    audit.record(
        "recusal.declare",
        chain=row.audit_chain,
        by=user,
        target=row.audit_path,
        summary=f"Rút khỏi việc thẩm định {row.audit_name}: {reason}",
        after={"note": reason},
    )
    return recusal


@transaction.atomic
def ask_for_more(card, criterion, *, by, text, due_on):
    """Ask the unit for more on one criterion, by a day. Returns the SupplementRequest."""
    row = lock_card(card)
    if row.state != Scorecard.State.VERIFYING:
        raise NotAllowed("Chỉ đề nghị bổ sung khi đang thẩm định.")
    conflict = row.conflict_of(by)
    if conflict:
        raise ValidationError(conflict)
    if not text.strip():
        raise ValidationError("Cần ghi nội dung đề nghị.")
    if due_on < timezone.localdate():
        raise ValidationError("Hạn bổ sung đã qua.")
    asked = SupplementRequest.objects.create(
        card=row, criterion=criterion, text=text, due_on=due_on, asked_by=by
    )
    _record_request("ask", asked, by, "Đề nghị bổ sung", {"text": text, "due_on": str(due_on)})
    telling.tell_asked(asked)
    return asked


@transaction.atomic
def answer_request(asked, *, by, text):
    """The unit's one answer to a request; its documents are cited beforehand (evidence.use)."""
    row = lock_card(asked.card)
    held = SupplementRequest.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if held.answered_at:
        raise NotAllowed("Đề nghị này đã được trả lời.")
    if row.state != Scorecard.State.VERIFYING:
        raise NotAllowed("Hiện không nhận bổ sung cho bản tự chấm này.")
    if not text.strip():
        raise ValidationError("Cần ghi nội dung trả lời.")
    held.answer_text, held.answered_by, held.answered_at = text, by, timezone.now()
    held.save(update_fields=["answer_text", "answered_by", "answered_at"])
    mark_stale(row, held.criterion)
    _record_request("answer", held, by, "Trả lời đề nghị bổ sung", {"text": text})
    return held


def _record_request(act, asked, by, verb, after):
    criterion = asked.criterion
    audit.record(
        f"supplementrequest.{act}",
        chain=asked.card.audit_chain,
        by=by,
        target=f"{asked.card.audit_path}/{criterion.key}",
        summary=f"{verb} mục {criterion.code or criterion.key}, {asked.card.audit_name}.",
        after=after,
    )
