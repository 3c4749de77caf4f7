"""Changing what is being signed: a request, its answer, and the new version that replaces it.

Nobody signs while a request waits for its answer, nor while a new version is being written. The
version before stays until the new one has taken its place: an unfinished one until the new one is
frozen, a complete one until the new one is complete. A new version that is set aside gives the
version before its place back, so nothing is lost on the way.
"""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit
from khoithidua.text import date_long, initial_upper
from pledges import writing
from pledges.models import ChangeRequest, Paper, PaperBasis
from pledges.permissions import signing_deadline, why_not_ask
from pledges.telling import tell_lead, tell_members
from units.models import EmulationYear

Outcome = ChangeRequest.Outcome


def locked(paper):
    """The paper's row, locked: what is asked of it holds until the transaction ends."""
    return (
        Paper.objects.select_for_update(of=("self",))
        .select_related("year__bloc__authority")
        .get(pk=paper.pk)
    )


def ask_for_change(paper, party, *, by, reason):
    """A leader asks for a change before signing; from this moment nobody signs. Return the request.

    The record tells that somebody asked; what was asked is the lead's alone to read until it is
    answered, so of that it keeps the digest.
    """
    if not reason.strip():
        raise ValidationError("Cần ghi nội dung và lý do đề nghị chỉnh sửa.")
    with transaction.atomic():
        paper = locked(paper)
        party = paper.parties.get(pk=party.pk)
        refusal = why_not_ask(by, paper, party)
        if refusal:
            raise ValidationError(refusal)
        if paper.state == Paper.State.SIGNING:
            paper.move(
                "request_change",
                by=by,
                summary=f"Tạm dừng ký {paper.audit_name} để xem xét đề nghị chỉnh sửa.",
            )
        request = ChangeRequest.objects.create(paper=paper, party=party, by=by, reason=reason)
        audit.record(
            "paper.ask_for_change",
            chain=paper.audit_chain,
            by=by,
            target=paper.audit_path,
            summary=f"Đề nghị chỉnh sửa {paper.audit_name} trước khi ký.",
            after={"request": request.pk, "sha256": hashlib.sha256(reason.encode()).hexdigest()},
        )
        tell_lead(
            paper,
            f"Có đề nghị chỉnh sửa giao ước thi đua năm {paper.year.number}",
            f"{party.unit_name} đề nghị chỉnh sửa trước khi ký. Việc ký tạm dừng cho đến khi đơn vị "
            "trưởng khối trả lời: ",
        )
    return request


def keep_text(request, *, by, answer):
    """Answer that the text stays as it is; signing goes on once every request is answered."""
    with transaction.atomic():
        paper = locked(request.paper)
        request = _answer(request, by, Outcome.KEPT, answer)
        if not paper.change_requests.filter(outcome="").exists():
            _go_on_signing(paper, by=by, note=answer)
    return request


def answer_with_new_version(request, *, by, answer):
    """Answer every waiting request by a new version; return its draft."""
    with transaction.atomic():
        paper = locked(request.paper)
        _answer(request, by, Outcome.NEW_VERSION, answer)
        for other in paper.change_requests.filter(outcome=""):
            _answer(other, by, Outcome.NEW_VERSION, answer)
        return new_version(paper, by=by, reason=answer)


def _answer(request, by, outcome, answer):
    if not answer.strip():
        raise ValidationError("Cần ghi nội dung trả lời.")
    row = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if row.outcome:
        raise ValidationError("Đề nghị này đã được trả lời.")
    row.outcome, row.answer = outcome, answer
    row.answered_by, row.answered_at = by, timezone.now()
    row.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    audit.record(
        "paper.answer_change_request",
        chain=row.paper.audit_chain,
        by=by,
        target=row.paper.audit_path,
        summary=(
            f"Trả lời đề nghị chỉnh sửa của {row.party.unit_name}: {row.get_outcome_display()}."
        ),
        after={"request": row.pk, "reason": row.reason, "answer": answer, "outcome": outcome},
    )
    return row


def _go_on_signing(paper, *, by, note):
    """Open signing again for everyone, and tell them until when."""
    paper.move(
        "answer_change", by=by, summary=f"Tiếp tục ký {paper.audit_name}.", note=note.strip()
    )
    deadline = signing_deadline(paper.year)
    until = f", hạn ký {date_long(deadline)}" if deadline else ""
    tell_members(
        paper,
        f"Tiếp tục ký giao ước thi đua năm {paper.year.number}",
        f"Đơn vị trưởng khối đã trả lời đề nghị chỉnh sửa; văn bản giữ nguyên, việc ký tiếp tục"
        f"{until}: ",
    )


def new_version(paper, *, by, reason):
    """Begin the next version from the text of a frozen or complete paper; return its draft.

    Nobody signs the present one meanwhile: signing stops, if it was open.
    """
    if not reason.strip():
        raise ValidationError("Cần ghi lý do lập phiên bản mới.")
    with transaction.atomic():
        # Two people may press the button at once: the second is told.
        EmulationYear.objects.select_for_update(of=("self",)).get(pk=paper.year_id)
        paper = locked(paper)
        if not paper.may_be_replaced:
            raise ValidationError(f"{initial_upper(paper.audit_name)} chưa chốt, sửa được ngay.")
        newer = paper.year.papers.live().pledges().filter(version__gt=paper.version).first()
        if newer:
            raise ValidationError(f"Đã có phiên bản {newer.version} của giao ước.")
        if paper.may("request_change"):
            paper.move(
                "request_change",
                by=by,
                summary=f"Dừng ký {paper.audit_name} để lập phiên bản mới.",
                note=reason,
            )
        draft = _copy_whole(paper, by, reason)
        audit.record(
            "paper.begin",
            chain=draft.audit_chain,
            by=by,
            target=draft.audit_path,
            summary=f"Lập phiên bản {draft.version} của {draft.audit_name}: {reason}",
            after={"copied_from": paper.audit_path},
        )
        tell_members(
            paper,
            f"Giao ước thi đua năm {paper.year.number} có phiên bản mới đang soạn",
            f"Đơn vị trưởng khối đang soạn phiên bản {draft.version}; "
            f"khi chốt, mọi đơn vị ký lại. Lý do: {reason}\n",
        )
    return draft


def _copy_whole(paper, by, reason):
    """A draft that says what the paper says, to the letter."""
    said = ("title", "dated_on", "place", "arrangements", "copies", "copies_note", "recipients")
    draft = Paper.objects.create(
        year=paper.year,
        kind=paper.kind,
        version=writing.next_version(paper.year),
        replaces=paper,
        version_reason=reason,
        form=paper.form,
        in_order=paper.in_order,
        with_agency_seals=paper.with_agency_seals,
        with_witness=paper.with_witness,
        created_by=by,
        **{name: getattr(paper, name) for name in said},
    )
    PaperBasis.objects.bulk_create(
        PaperBasis(paper=draft, position=row.position, text=row.text, source_id=row.source_id)
        for row in paper.bases.all()
    )
    writing.copy_parts(paper, draft)
    return draft


def discard_version(draft, *, by, reason):
    """Set a new version aside while it is being written; what it was to replace goes on."""
    if draft.replaces_id is None:
        raise ValidationError("Chỉ bỏ được bản soạn của một phiên bản mới.")
    if not reason.strip():
        raise ValidationError("Cần ghi lý do bỏ phiên bản đang soạn.")
    with transaction.atomic():
        draft.move(
            "discard",
            by=by,
            summary=f"Bỏ bản soạn phiên bản {draft.version} của {draft.audit_name}: {reason}",
            note=reason,
        )
        give_place_back(draft, by=by, reason=reason)


def give_place_back(version, *, by, reason):
    """A version that will not be: signing of the one before goes on, if it had been stopped."""
    before = version.replaces
    if before and before.state == Paper.State.CHANGE_REQUESTED:
        _go_on_signing(locked(before), by=by, note=reason)


def supersede_unfinished(paper, *, by):
    """This version is frozen: the one that people were signing has lost its place."""
    _supersede(paper, Paper.State.CHANGE_REQUESTED, by)


def supersede_complete(paper, *, by):
    """This version is complete: the complete one before it is no longer in force."""
    _supersede(paper, Paper.State.COMPLETE, by)


def _supersede(paper, state, by):
    older = paper.year.papers.filter(kind=paper.kind, version__lt=paper.version, state=state)
    for row in older.select_related("year__bloc"):
        writing.supersede(row, by=by, reason=f"có phiên bản {paper.version}.")
