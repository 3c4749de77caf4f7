"""What criteria tables give people to do before the year is scored."""

from datetime import date

import pytest

from scoring import todo
from tests.conftest import TODAY
from tests.factories import (
    CommentFactory,
    CriteriaSetFactory,
    PhaseFactory,
    clerk_of,
    lead_of,
    member_of,
    officer_of,
)
from units.models import User

pytestmark = pytest.mark.django_db


def items(user):
    return list(todo.items_for(User.objects.get(pk=user.pk), TODAY))


def titles(user):
    return [item.title for item in items(user)]


def test_lead_goes_on_with_a_draft_that_others_do_not_see():
    year = CriteriaSetFactory().paper.year

    assert titles(officer_of(lead_of(year))) == ["Hoàn thiện bảng tiêu chí năm 2026"]
    assert titles(clerk_of(lead_of(year))) == []
    assert titles(officer_of(member_of(year))) == []


def test_members_comment_once_and_the_lead_answers():
    paper = CriteriaSetFactory(commenting=True).paper
    lead, member = lead_of(paper.year), member_of(paper.year)
    PhaseFactory(
        year=paper.year, kind="comment", opens_on=date(2026, 4, 1), closes_on=date(2026, 4, 10)
    )

    (item,) = items(officer_of(member))
    assert item.title == "Góp ý dự thảo bảng tiêu chí năm 2026"
    assert item.due_on == date(2026, 4, 10)
    assert titles(officer_of(lead)) == ["Trình thông qua bảng tiêu chí năm 2026"]

    CommentFactory(paper=paper, unit=member)

    assert titles(officer_of(member)) == []
    assert titles(officer_of(lead)) == ["Trả lời 1 ý kiến góp ý bảng tiêu chí năm 2026"]


@pytest.mark.parametrize(
    ("opens_on", "expected"),
    [(date(2026, 4, 6), ["Mở chấm điểm năm 2026"]), (date(2026, 4, 7), [])],
)
def test_lead_opens_scoring_once_its_day_has_come(opens_on, expected):
    paper = CriteriaSetFactory(adopted=True).paper
    PhaseFactory(
        year=paper.year,
        kind="self_assessment",
        opens_on=opens_on,
        closes_on=date(2026, 4, 30),
    )

    assert titles(officer_of(lead_of(paper.year))) == expected
    assert titles(officer_of(member_of(paper.year))) == []
