"""Who gets a mail at which step of scoring, and that no points are in it."""

import re

import pytest

from khoithidua.models import Outbox
from scoring import cards, duties
from tests.conftest import TODAY
from tests.factories import RoundFactory, chair_leader, chair_officer, leader_of, officer_of
from tests.scoring.judged import accept_all, fresh, judged_card, leaf_of, open_judged_round

pytestmark = pytest.mark.django_db


def addressees(subject):
    return set(Outbox.objects.filter(subject__contains=subject).values_list("to", flat=True))


def people_of(*units):
    return {person(unit).email for unit in units for person in (leader_of, officer_of)}


def the_mail(subject):
    return Outbox.objects.filter(subject__contains=subject).first().body


def test_opening_is_told_to_every_member_with_the_last_day():
    round = open_judged_round()

    units = [card.unit for card in round.cards.all()]
    assert addressees("Bắt đầu tự chấm") >= people_of(*units)
    assert "Hạn nộp bản tự chấm: 06/4/2026." in the_mail("Bắt đầu tự chấm")
    assert the_mail("Bắt đầu tự chấm").strip().endswith("/2026/cham-diem/")


def test_unit_alone_is_told_of_its_results_and_of_what_is_asked_for():
    card = judged_card()
    duties.ask_for_more(
        card, leaf_of(card, "II.2"), by=chair_officer(card), text="Gửi sổ", due_on=TODAY
    )
    accept_all(card)
    cards.approve(fresh(card), by=chair_leader(card))

    for subject in ("Đề nghị bổ sung", "Đã có kết quả thẩm định"):
        assert addressees(subject) == people_of(card.unit)
    assert "Tiêu chí II.2, trước hết ngày 06/4/2026." in the_mail("Đề nghị bổ sung")
    assert "Hạn trả lời: 10/4/2026." in the_mail("Đã có kết quả thẩm định")


def test_reason_for_sending_back_goes_to_the_unit():
    card = judged_card(to="submitted")

    cards.send_back(card, by=chair_officer(card), reason="Thiếu minh chứng mục II")

    assert addressees("được trả lại") == people_of(card.unit)
    assert "Lý do: Thiếu minh chứng mục II" in the_mail("được trả lại")


def test_publication_is_told_to_every_member_without_points():
    round = RoundFactory(published=True)

    units = [card.unit for card in round.cards.select_related("unit")]
    for subject in ("dự kiến xếp hạng", "công bố kết quả"):
        assert addressees(subject) >= people_of(*units)
        words = the_mail(subject).replace(round.year.bloc.slug, "")
        assert not re.search(r"\d,\d|hạng \d", words)
