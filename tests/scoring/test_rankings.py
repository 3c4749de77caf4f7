"""Frozen rankings: versions, digests, and their anchor in the record."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, transaction

from khoithidua import audit
from khoithidua.models import AuditEntry
from khoithidua.workflow import NotAllowed
from scoring import rankings
from scoring.models import Ranking, ScoringRound
from scoring.models.ranking import audit_anchors
from scoring.tables import document_digest
from tests.factories import RoundFactory, lead_of, leader_of

pytestmark = pytest.mark.django_db

ROWS = [{"unit": "so-thu-1", "total": "95.48", "rank": 1}]


def freeze(round, kind="final", **changes):
    by = leader_of(lead_of(round.year))
    return rankings.freeze_ranking(round, **{"by": by, "kind": kind, "rows": ROWS, **changes})


def test_ranking_is_kept_under_its_digest_and_named_by_the_record():
    round = RoundFactory(closed=True)

    ranking = freeze(round)

    entry = AuditEntry.objects.order_by("-pk").first()
    assert (ranking.version, ranking.rows, ranking.adopted_on) == (1, ROWS, round.adopted_on)
    assert ranking.table_digest == round.criteria.digest
    assert document_digest(rankings.content_of(Ranking.objects.get())) == ranking.digest
    assert (entry.action, entry.after) == ("ranking.final", {"digest": ranking.digest})
    assert ranking.head == entry.digest
    assert list(audit_anchors()) == [
        (
            round.audit_chain,
            entry.digest,
            f"bảng xếp hạng phiên bản 1 của {round.audit_path}",
        )
    ]


def test_record_with_a_ranking_in_it_verifies():
    round = RoundFactory(published=True)

    anchors = [(digest, where) for _chain, digest, where in audit_anchors()]

    assert audit.verify_chain(round.audit_chain, anchors) is None
    call_command("verify_audit", verbosity=0)


def test_digest_tells_one_ranking_from_another():
    round = RoundFactory(provisional=True)

    first = freeze(round, "provisional")
    same = freeze(round, "provisional")
    other = freeze(round, "provisional", rows=[{**ROWS[0], "total": "95.49"}])

    assert [row.version for row in (first, same, other)] == [1, 2, 3]
    assert len({first.digest, same.digest, other.digest}) == 3


@pytest.mark.parametrize("state", ScoringRound.State.values)
@pytest.mark.parametrize(
    ("kind", "states"), [("provisional", ["provisional"]), ("final", ["closed"])]
)
def test_ranking_is_drawn_up_at_its_step_alone(kind, states, state):
    round = RoundFactory(reached=state)
    before = Ranking.objects.count()

    if state in states:
        assert freeze(round, kind).kind == kind
    else:
        with pytest.raises(NotAllowed, match="Không lập được"):
            freeze(round, kind)
        assert Ranking.objects.count() == before


def test_final_ranking_is_made_once_and_corrected_with_a_reason():
    round = RoundFactory(closed=True)
    with pytest.raises(ValidationError, match="Chưa có bảng xếp hạng"):
        freeze(round, "correction", reason="Thử")
    freeze(round)

    with pytest.raises(ValidationError, match="là một bản đính chính"):
        freeze(round)
    with pytest.raises(ValidationError, match="nội dung thay đổi"):
        freeze(round, "correction")
    correction = freeze(round, "correction", reason="Thêm một sáng kiến")

    assert (correction.version, correction.reason) == (2, "Thêm một sáng kiến")


def test_frozen_ranking_never_changes():
    ranking = freeze(RoundFactory(closed=True))

    with pytest.raises(DatabaseError, match="không sửa, không xóa"), transaction.atomic():
        Ranking.objects.filter(pk=ranking.pk).update(rows=[])
    with pytest.raises(DatabaseError, match="không sửa, không xóa"), transaction.atomic():
        ranking.delete()
