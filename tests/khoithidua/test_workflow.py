import pytest
from django.core.exceptions import ValidationError

from khoithidua.models import AuditEntry
from khoithidua.workflow import NotAllowed
from pledges.models import Paper
from tests.factories import SIGNING_DAY, PaperFactory, UserFactory
from tests.racing import race

pytestmark = pytest.mark.django_db

STATES = ("draft", "commenting", "adopted", "frozen", "signing", "complete", "superseded")
FIELDS = {
    "adopt": {"adopted_on": SIGNING_DAY},
    "reopen": {"adopted_on": None},
    "complete": {"completed_at": "2026-04-06T09:00:00+07:00"},
    "freeze": {"frozen_at": "2026-04-06T09:00:00+07:00", "code": "GU26-AAAA-BBBB"},
}
MOVES = [(name, state) for name in Paper.TRANSITIONS for state in STATES]


def paper_in(state):
    return PaperFactory(**({} if state == "draft" else {state: True}))


def move(paper, name, by="tick"):
    paper.move(name, by=by, summary=f"Chuyển: {name}.", **FIELDS.get(name, {}))


@pytest.mark.parametrize(("name", "state"), MOVES, ids=lambda value: str(value))
def test_move_goes_only_where_the_table_says(name, state):
    paper = paper_in(state)
    sources, target = Paper.TRANSITIONS[name]
    entries = AuditEntry.objects.count()

    if state in sources:
        move(paper, name)
    else:
        with pytest.raises(NotAllowed):
            move(paper, name)

    moved = state in sources
    assert paper.state == Paper.objects.get(pk=paper.pk).state == (target if moved else state)
    assert AuditEntry.objects.count() == entries + moved
    assert paper.may(name) is (paper.state in sources)


def test_move_records_who_from_where_to_where_and_why():
    paper = PaperFactory(adopted=True)
    user = UserFactory()

    paper.move("reopen", by=user, summary="Mở lại để sửa.", note="Thiếu chỉ tiêu", adopted_on=None)

    entry = AuditEntry.objects.order_by("-pk").first()
    assert (entry.action, entry.actor, entry.summary) == (
        "paper.reopen",
        user.username,
        "Mở lại để sửa.",
    )
    assert (entry.chain, entry.target) == (paper.audit_chain, paper.audit_path)
    assert entry.before == {"state": "adopted"}
    assert entry.after == {"state": "draft", "note": "Thiếu chỉ tiêu"}


def test_move_from_a_state_left_meanwhile_is_refused_with_the_present_one():
    paper = PaperFactory(commenting=True)
    stale = Paper.objects.get(pk=paper.pk)
    move(paper, "adopt")

    with pytest.raises(NotAllowed, match="“đã thông qua”. Hãy tải lại trang."):
        move(stale, "adopt")

    assert (stale.state, stale.adopted_on) == ("commenting", None)


def test_move_that_the_database_refuses_changes_nothing():
    paper = PaperFactory(commenting=True)

    with pytest.raises(Exception, match="paper_adopted_on"):
        paper.move("adopt", by="tick", summary="Không có ngày.")

    assert paper.state == "commenting"


def test_refusal_can_be_shown_in_a_form():
    assert issubclass(NotAllowed, ValidationError)


@pytest.mark.django_db(transaction=True)
def test_two_movers_at_once_one_wins():
    paper = PaperFactory(commenting=True)

    def adopt():
        move(Paper.objects.select_related("year__bloc").get(pk=paper.pk), "adopt")

    results = race(adopt, adopt)

    assert {type(result) for result in results} == {NotAllowed, type(None)}
    assert AuditEntry.objects.filter(action="paper.adopt").count() == 1
