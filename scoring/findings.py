"""What is decided beside the points, stated and recorded: gates, and places among equals."""

from django.core.exceptions import ValidationError
from django.db import transaction

from khoithidua import audit
from khoithidua.workflow import NotAllowed
from scoring.evaluation import compiled
from scoring.models import GateFinding, ScoringRound, TieDecision
from scoring.points import lock_card

CLOSED = (ScoringRound.State.ADOPTED, ScoringRound.State.CLOSED, ScoringRound.State.PUBLISHED)
WORKED_OUT = (
    "Điều kiện này do hệ thống tính theo bảng tiêu chí; ghi thay kết quả đó thì phải dẫn số, ngày của "
    "văn bản."
)


@transaction.atomic
def declare_gate(card, gate, *, by, state, document="", note=""):
    """State where the unit stands with a gate of the table; return the GateFinding.

    document: the paper that says so, compulsory where the gate catches the unit, and for each word
    beside what the table itself works out. What stood before stays in the record. Raises
    ValidationError, NotAllowed once the results are adopted.
    """
    row = lock_card(card)
    if conflict := row.conflict_of(by):
        raise ValidationError(conflict)
    if row.round.state in CLOSED:
        raise NotAllowed("Kết quả đã được thông qua, không ghi thêm điều kiện được nữa.")
    if not document.strip():
        if state == GateFinding.State.HIT:
            raise ValidationError(
                {"document": "Vướng điều kiện thì phải dẫn số, ngày của văn bản."}
            )
        if _is_worked_out(row, gate):
            raise ValidationError({"document": WORKED_OUT})
    before = row.gate_findings.filter(gate=gate).order_by("-pk").first()
    finding = GateFinding.objects.create(
        card=row, gate=gate, state=state, document=document, note=note, by=by
    )
    audit.record(
        "gatefinding.declare",
        chain=row.audit_chain,
        by=by,
        target=f"{row.audit_path}/dieu-kien/{gate}",
        summary=f"Điều kiện {gate} của {row.unit_name}: {finding.get_state_display()}.",
        before={"state": before.state, "document": before.document} if before else {},
        after={"state": state, "document": document},
    )
    return finding


def _is_worked_out(card, gate):
    return any(one.key == gate and one.conditions for one in compiled(card.round.criteria).gates)


@transaction.atomic
def decide_tie(card, *, by, link, place, document):
    """Write down the place a vote or the standing body gave the unit among its equals."""
    row = lock_card(card)
    if row.round.state != ScoringRound.State.PROVISIONAL:
        raise NotAllowed("Chỉ quyết định thứ tự khi bằng điểm trước khi hội nghị thông qua.")
    if place < 1 or not document.strip():
        raise ValidationError("Cần thứ tự và số, ngày của văn bản.")
    decision = TieDecision.objects.create(
        card=row, link=link, place=place, document=document, by=by
    )
    audit.record(
        "tiedecision.decide",
        chain=row.audit_chain,
        by=by,
        target=f"{row.audit_path}/bang-diem/{link}",
        summary=f"{row.unit_name} xếp thứ {place} khi bằng điểm, {decision.get_link_display()}.",
        after={"place": place, "document": document},
    )
    return decision
