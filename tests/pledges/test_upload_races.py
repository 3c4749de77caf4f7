"""Turns, files handed in, and their ends at the same moment: real threads."""

import pytest
from django.core.exceptions import ValidationError

from khoithidua.models import AuditEntry
from pledges import registering, uploads
from pledges.models import Hold, Signature
from tests.factories import (
    EmulationYearFactory,
    PaperFactory,
    certificate_for,
    deputy_of,
    hold_for,
    last_file,
    lead_of,
    leader_of,
    officer_of,
    sign_for,
    sign_with_token,
    signed_outside,
)
from tests.pledges.test_concurrency import assert_one_chain
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def token_paper(members=2, **fields):
    return PaperFactory(
        year=EmulationYearFactory(members=members), token=True, signing=True, **fields
    )


def refusals(results):
    return [found for found in results if isinstance(found, ValidationError)]


def test_of_many_who_take_the_turn_at_once_one_has_it():
    paper = token_paper(members=4)
    parties = list(paper.parties.order_by("position"))
    for party in parties:
        certificate_for(party.unit)

    results = race(
        *(
            lambda party=party: uploads.take_hold(paper, party, "leader", by=leader_of(party.unit))
            for party in parties
        )
    )

    assert len(refusals(results)) == 3
    assert Hold.objects.open().count() == 1


def test_one_file_handed_in_twice_at_once_is_one_signature():
    paper = token_paper()
    hold = hold_for(paper, lead_of(paper.year))
    data = signed_outside(hold)

    results = race(*[lambda: uploads.accept_upload(hold, data, by=hold.user)] * 3)

    assert len(refusals(results)) == 2
    assert Signature.objects.count() == 1
    assert AuditEntry.objects.filter(action="paper.upload").count() == 1
    assert_one_chain(paper, 2)


def test_file_handed_in_while_the_lead_takes_the_turn_back_counts_or_does_not():
    paper = token_paper()
    hold = hold_for(paper, lead_of(paper.year))
    data = signed_outside(hold)

    race(
        lambda: uploads.accept_upload(hold, data, by=hold.user),
        lambda: uploads.release_hold(hold, by=officer_of(lead_of(paper.year))),
    )

    hold.refresh_from_db()
    assert hold.end in ("uploaded", "released")
    assert Signature.objects.count() == (1 if hold.end == "uploaded" else 0)
    assert paper.signed_files.count() == 1 + Signature.objects.count()


def test_file_handed_in_while_its_certificate_is_withdrawn_counts_or_does_not():
    paper = token_paper()
    hold = hold_for(paper, lead_of(paper.year))
    data, row = signed_outside(hold), certificate_for(lead_of(paper.year))

    accepted, _withdrawn = race(
        lambda: uploads.accept_upload(hold, data, by=hold.user),
        lambda: registering.withdraw(row, by=hold.user, reason="Mất thiết bị"),
    )

    row.refresh_from_db()
    assert not row.in_use
    assert Signature.objects.count() == (0 if isinstance(accepted, ValidationError) else 1)


def test_last_two_of_different_units_one_after_the_other_complete_once():
    paper = token_paper(with_agency_seals=True)
    for unit in (lead_of(paper.year), deputy_of(paper.year)):
        sign_with_token(paper, unit)
    sign_with_token(paper, lead_of(paper.year), "agency")
    hold = hold_for(paper, deputy_of(paper.year), "agency")
    data = signed_outside(hold)

    race(
        lambda: uploads.accept_upload(hold, data, by=hold.user),
        lambda: uploads.take_hold(paper, hold.party, "leader", by=leader_of(deputy_of(paper.year))),
        lambda: sign_for(paper, lead_of(paper.year)),
    )

    paper.refresh_from_db()
    assert paper.state == "complete"
    assert AuditEntry.objects.filter(action="paper.complete").count() == 1
    assert Signature.objects.filter(form="system").count() == 0
    assert last_file(paper).sequence == 4


def test_uploads_of_different_blocs_and_signatures_in_the_application_are_kept_apart():
    tokens = [token_paper() for _ in range(2)]
    holds = [hold_for(paper, lead_of(paper.year)) for paper in tokens]
    files = [signed_outside(hold) for hold in holds]
    in_app = PaperFactory(signing=True)

    results = race(
        *(
            lambda hold=hold, data=data: uploads.accept_upload(hold, data, by=hold.user)
            for hold, data in zip(holds, files, strict=True)
        ),
        lambda: sign_for(in_app, lead_of(in_app.year)),
    )

    assert [type(found) for found in results] == [Signature] * 3
    for paper in (*tokens, in_app):
        assert paper.signed_files.count() == 2
