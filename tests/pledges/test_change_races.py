"""A change asked for, answered or withdrawn while others act: real threads, on both databases."""

import pytest

from khoithidua.models import AuditEntry
from pledges import withdrawals
from pledges.models import ChangeRequest, Paper, Signature, Withdrawal
from tests.factories import (
    EmulationYearFactory,
    PaperFactory,
    ask_for_change,
    deputy_of,
    lead_of,
    leader_of,
    member_of,
    officer_of,
)
from tests.pledges.pages import at
from tests.pledges.test_concurrency import assert_one_chain, signing_by
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paper():
    return PaperFactory(year=EmulationYearFactory(members=3), signing=True)


def posting(login, user, address, form):
    client = login(user)
    return lambda: client.post(address, form).status_code


def count(action):
    return AuditEntry.objects.filter(action=f"paper.{action}").count()


def test_change_asked_for_while_a_leader_signs_comes_before_it_or_after(login, paper):
    signed, asked = race(
        signing_by(login, paper, leader_of(lead_of(paper.year))),
        posting(
            login, leader_of(deputy_of(paper.year)), at("change_ask", paper), {"reason": "Sửa."}
        ),
    )

    assert asked == 302
    assert Paper.objects.get(pk=paper.pk).state == "change_requested"
    signatures = Signature.objects.count()
    assert (signed.status_code == 302) is (signatures == 1)
    assert_one_chain(paper, 1 + signatures)
    ask, sign = count("request_change"), count("sign")
    assert (ask, sign) == (1, signatures)


def test_unit_that_asks_and_signs_at_once_does_one_of_them(login, paper):
    user = leader_of(deputy_of(paper.year))

    race(
        signing_by(login, paper, user),
        posting(login, user, at("change_ask", paper), {"reason": "Sửa."}),
    )

    assert Signature.objects.count() + ChangeRequest.objects.count() == 1


def test_two_who_ask_at_once_are_both_heard_and_signing_stops_once(login, paper):
    answers = race(
        *(
            posting(login, leader_of(unit), at("change_ask", paper), {"reason": "Sửa."})
            for unit in (deputy_of(paper.year), member_of(paper.year))
        )
    )

    assert answers == [302, 302]
    assert ChangeRequest.objects.filter(outcome="").count() == 2
    assert count("request_change") == 1


def test_two_clicks_of_one_leader_ask_once(login, paper):
    user = leader_of(deputy_of(paper.year))

    race(*(posting(login, user, at("change_ask", paper), {"reason": "Sửa."}) for _ in range(2)))

    assert ChangeRequest.objects.count() == 1


def test_two_answers_at_once_leave_one(login, paper):
    request = ask_for_change(paper, deputy_of(paper.year))
    address = at("change_answer", paper, request.pk)

    race(
        posting(
            login, officer_of(lead_of(paper.year)), address, {"outcome": "kept", "answer": "Giữ."}
        ),
        posting(
            login,
            leader_of(lead_of(paper.year)),
            address,
            {"outcome": "new_version", "answer": "Sửa."},
        ),
    )

    request.refresh_from_db()
    versions = Paper.objects.count()
    assert count("answer_change_request") == 1
    assert (request.outcome, versions) in (("kept", 1), ("new_version", 2))
    assert Paper.objects.get(pk=paper.pk).state == (
        "signing" if request.outcome == "kept" else "change_requested"
    )


def test_two_who_begin_a_new_version_at_once_begin_one(login, paper):
    answers = race(
        *(
            posting(login, user, at("version_begin", paper), {"reason": "Sửa."})
            for user in (officer_of(lead_of(paper.year)), leader_of(lead_of(paper.year)))
        )
    )

    assert sorted(answers) in ([302, 422], [302, 403])
    assert Paper.objects.count() == 2


def test_last_signature_and_withdrawal_at_once_end_one_way(login):
    paper = PaperFactory(year=EmulationYearFactory(members=3), signing=True, signed=2)
    proposal = withdrawals.propose_withdrawal(
        paper, by=officer_of(lead_of(paper.year)), reason="Khối giải thể."
    )
    deputy = leader_of(deputy_of(paper.year))

    race(
        signing_by(login, paper, leader_of(member_of(paper.year))),
        posting(login, deputy, at("withdrawal_decide", paper), {"decision": "confirm"}),
    )

    paper.refresh_from_db()
    proposal.refresh_from_db()
    assert (paper.state, proposal.outcome, Signature.objects.count()) in (
        ("complete", "", 3),
        ("withdrawn", "confirmed", 2),
    )
    assert Withdrawal.objects.count() == 1
