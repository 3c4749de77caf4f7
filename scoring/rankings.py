"""Freezing a ranking: plain rows under a digest, named by the record."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit
from khoithidua.workflow import NotAllowed
from scoring.models import Ranking, ScoringRound
from scoring.tables import document_digest

Kind = Ranking.Kind
ROUND_STATES = {
    Kind.PROVISIONAL: (ScoringRound.State.PROVISIONAL,),
    Kind.FINAL: (ScoringRound.State.CLOSED,),
    Kind.CORRECTION: (ScoringRound.State.CLOSED,),
}


@transaction.atomic
def freeze_ranking(round, *, by, kind, rows, reason=""):
    """Keep these rows as the round's next version and return it.

    rows: plain JSON values. A final ranking is made once; after a reopening a correction follows,
    with what changed. Raises NotAllowed when the round is not at that step.
    """
    row = ScoringRound.objects.select_for_update(of=("self",)).get(pk=round.pk)
    _check(row, kind, reason)
    version = (row.rankings.order_by("-version").values_list("version", flat=True).first() or 0) + 1
    ranking = Ranking(
        round=row,
        version=version,
        kind=kind,
        rows=rows,
        table_digest=row.criteria.digest,
        reason=reason,
        adopted_on=row.adopted_on,
        made_by=by,
        made_at=timezone.now(),
    )
    ranking.digest = document_digest(content_of(ranking))
    entry = audit.record(
        f"ranking.{kind}",
        chain=row.audit_chain,
        by=by,
        target=f"{row.audit_path}/xep-hang/{version}",
        summary=f"Lập {Kind(kind).label} năm {row.year.number}, phiên bản {version}.",
        after={"digest": ranking.digest, **({"note": reason} if reason else {})},
    )
    ranking.head = entry.digest
    ranking.save(force_insert=True)
    return ranking


def content_of(ranking):
    """What a ranking's digest is taken of, as plain JSON values."""
    return {
        "round": ranking.round.audit_path,
        "version": ranking.version,
        "kind": ranking.kind,
        "table": ranking.table_digest,
        "adopted_on": ranking.adopted_on.isoformat() if ranking.adopted_on else None,
        "reason": ranking.reason,
        "rows": ranking.rows,
    }


def _check(round, kind, reason):
    if round.state not in ROUND_STATES[kind]:
        raise NotAllowed(
            f"Không lập được {Kind(kind).label}: {round.audit_name} đang ở trạng thái"
            f" “{round.get_state_display()}”."
        )
    has_final = round.rankings.filter(kind=Kind.FINAL).exists()
    if kind == Kind.FINAL and has_final:
        raise ValidationError("Đã có bảng xếp hạng; thay đổi là một bản đính chính.")
    if kind == Kind.CORRECTION and not has_final:
        raise ValidationError("Chưa có bảng xếp hạng để đính chính.")
    if kind == Kind.CORRECTION and not reason.strip():
        raise ValidationError("Đính chính cần ghi rõ nội dung thay đổi.")
