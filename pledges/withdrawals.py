"""Withdrawing a paper before it is complete: the lead proposes with a reason, the deputy confirms."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit
from khoithidua.text import initial_upper
from pledges.changes import give_place_back, locked
from pledges.models import Withdrawal
from pledges.telling import tell_lead, tell_members, tell_role
from units.models import Role

Outcome = Withdrawal.Outcome


def propose_withdrawal(paper, *, by, reason):
    """Ask the deputy to agree; until then nothing changes, and signing goes on."""
    if not reason.strip():
        raise ValidationError("Cần ghi lý do rút.")
    with transaction.atomic():
        paper = locked(paper)
        if not paper.may("withdraw"):
            raise ValidationError(f"{initial_upper(paper.audit_name)} hiện không rút được.")
        if paper.withdrawals.filter(outcome="").exists():
            raise ValidationError("Đã có một đề nghị rút đang chờ xác nhận.")
        proposal = Withdrawal.objects.create(paper=paper, reason=reason, proposed_by=by)
        _record(proposal, "paper.propose_withdrawal", by, f"Đề nghị rút {paper.audit_name}", reason)
        tell_role(
            paper,
            Role.DEPUTY,
            f"Đề nghị rút giao ước thi đua năm {paper.year.number}",
            f"Đơn vị trưởng khối đề nghị rút giao ước, cần đơn vị cấp phó xác nhận. "
            f"Lý do: {reason}\n",
        )
    return proposal


def confirm_withdrawal(proposal, *, by):
    """The deputy agrees: the paper is withdrawn; its file and its signatures stay as record."""
    with transaction.atomic():
        paper = locked(proposal.paper)
        proposal = _decide(proposal, by, Outcome.CONFIRMED, "")
        paper.move(
            "withdraw",
            by=by,
            summary=f"Rút {paper.audit_name}, phiên bản {paper.version}: {proposal.reason}",
            note=proposal.reason,
        )
        give_place_back(paper, by=by, reason=proposal.reason)
        tell_members(
            paper,
            f"Giao ước thi đua năm {paper.year.number} đã được rút",
            f"Phiên bản {paper.version} đã được rút. Lý do: {proposal.reason}\n",
        )
    return paper


def keep_paper(proposal, *, by, note):
    """The deputy does not agree: the paper stays, with the reason."""
    if not note.strip():
        raise ValidationError("Cần ghi lý do giữ giao ước.")
    with transaction.atomic():
        locked(proposal.paper)
        proposal = _decide(proposal, by, Outcome.KEPT, note)
        name = proposal.paper.audit_name
        _record(proposal, "paper.keep", by, f"Không rút {name}", note)
        tell_lead(
            proposal.paper,
            f"Không rút giao ước thi đua năm {proposal.paper.year.number}",
            f"Đơn vị cấp phó không đồng ý rút. Lý do: {note}\n",
        )
    return proposal


def _decide(proposal, by, outcome, note):
    row = Withdrawal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if row.outcome:
        raise ValidationError("Đề nghị rút này đã có kết quả.")
    if row.proposed_by_id == by.pk:
        raise ValidationError("Người đề nghị rút không tự xác nhận được.")
    row.outcome, row.note = outcome, note
    row.decided_by, row.decided_at = by, timezone.now()
    row.save(update_fields=["outcome", "note", "decided_by", "decided_at"])
    return row


def _record(proposal, action, by, what, why):
    audit.record(
        action,
        chain=proposal.paper.audit_chain,
        by=by,
        target=proposal.paper.audit_path,
        summary=f"{what}: {why}",
        after={"withdrawal": proposal.pk, "reason": why},
    )
