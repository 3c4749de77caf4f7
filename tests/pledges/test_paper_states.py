"""States of a paper: every move from every state, and what the database itself refuses."""

from datetime import date

import pytest
from django.db import Error, connection, transaction

from khoithidua.models import AuditEntry
from khoithidua.workflow import NotAllowed
from pledges import writing
from pledges.models import Paper, RegisteredTitle, UnitTarget
from tests.factories import (
    CommentFactory,
    LegalBasisFactory,
    PaperFactory,
    TitleFactory,
    deputy_of,
    lead_of,
)

pytestmark = pytest.mark.django_db


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


# Every move, from every state

STATES = [*Paper.State.values]
NEEDED = {
    "adopt": {"adopted_on": date(2026, 4, 3)},
    "reopen": {"adopted_on": None},
    "freeze": {"frozen_at": "2026-04-06 09:00+07:00", "code": "GU26-AAAA-BBBB"},
    "complete": {"completed_at": "2026-04-06 09:00+07:00"},
}
EDGES = [(name, state) for name, (allowed, _to) in Paper.TRANSITIONS.items() for state in allowed]


def paper_in(state):
    return PaperFactory(reached=state)


@pytest.mark.parametrize(("name", "state"), EDGES)
def test_move_in_the_table_happens_and_is_recorded(name, state):
    paper = paper_in(state)
    _allowed, target = Paper.TRANSITIONS[name]

    paper.move(name, by=paper.created_by, summary="Thử.", **NEEDED.get(name, {}))

    entry = last_entry()
    assert Paper.objects.get(pk=paper.pk).state == paper.state == target
    assert (entry.action, entry.target) == (f"paper.{name}", paper.audit_path)
    assert (entry.before, entry.after) == ({"state": state}, {"state": target})


@pytest.mark.parametrize("state", STATES)
def test_move_not_in_the_table_changes_and_records_nothing(state):
    paper = paper_in(state)
    entries = AuditEntry.objects.count()
    others = [name for name, (allowed, _to) in Paper.TRANSITIONS.items() if state not in allowed]

    for name in others:
        with pytest.raises(NotAllowed, match="Không thực hiện được"):
            paper.move(name, by=paper.created_by, summary="Thử.", **NEEDED.get(name, {}))

    assert others
    assert Paper.objects.get(pk=paper.pk).state == state
    assert AuditEntry.objects.count() == entries


# What was adopted does not change, not even by hand in the database


def refused(sql):
    """Whether the database itself refuses the statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except Error:
        return True
    return False


@pytest.mark.parametrize("table", ["section", "unittarget", "paperbasis", "registeredtitle"])
def test_rows_of_an_adopted_text_cannot_be_changed_in_the_database(table):
    LegalBasisFactory()
    paper = PaperFactory()
    RegisteredTitle.objects.create(paper=paper, unit=lead_of(paper.year), title=TitleFactory())
    writing.adopt(paper, by=paper.created_by, on=date(2026, 4, 3))
    where = f"WHERE paper_id = {paper.pk}"

    assert refused(f"UPDATE pledges_{table} SET position = 9 {where}")
    assert refused(f"DELETE FROM pledges_{table} {where}")


def test_row_cannot_be_added_to_an_adopted_text():
    paper = PaperFactory(adopted=True)

    with pytest.raises(Error), transaction.atomic():
        UnitTarget.objects.create(
            paper=paper, unit=deputy_of(paper.year), name="Thêm", measure="%", plan=1
        )


@pytest.mark.parametrize("column", ["title", "place", "arrangements", "recipients", "copies_note"])
def test_words_of_an_adopted_paper_cannot_be_changed_in_the_database(column):
    paper = PaperFactory(adopted=True)

    assert refused(f"UPDATE pledges_paper SET {column} = 'khác' WHERE id = {paper.pk}")
    assert refused(f"DELETE FROM pledges_paper WHERE id = {paper.pk}")


@pytest.mark.parametrize("column", ["code", "reading_html", "form"])
def test_what_the_freeze_made_cannot_be_changed_in_the_database(column):
    paper = PaperFactory(signing=True)

    assert refused(f"UPDATE pledges_paper SET {column} = 'token' WHERE id = {paper.pk}")
    assert refused(f"UPDATE pledges_paper SET page_count = 99 WHERE id = {paper.pk}")


def test_draft_can_still_be_changed():
    paper = PaperFactory()

    assert not refused(f"UPDATE pledges_paper SET place = 'Hội trường' WHERE id = {paper.pk}")
    assert not refused(f"DELETE FROM pledges_section WHERE paper_id = {paper.pk}")


@pytest.mark.parametrize(
    "change",
    ["SET text = 'khác'", "SET clause = 'chung'", "SET answer = 'explained'"],
)
def test_answered_remark_cannot_be_rewritten_in_the_database(change):
    remark = CommentFactory(answered=True)

    assert refused(f"UPDATE pledges_comment {change} WHERE id = {remark.pk}")


def test_remark_waiting_for_its_answer_cannot_be_rewritten_in_the_database():
    remark = CommentFactory()

    assert refused(f"UPDATE pledges_comment SET text = 'khác' WHERE id = {remark.pk}")
    assert refused(f"DELETE FROM pledges_comment WHERE id = {remark.pk}")
