"""Chains and revocation, with nothing but what is handed in."""

from datetime import timedelta

import pytest

from pledges.signing.trust import Revocation, Trust, check_certificate, load_certificate
from tests.pledges.signing import pki
from tests.pledges.signing_samples import NOW

TOKEN = pki.leaf


def checked(*, token=None, at=NOW, anchors=None, others=None, **known):
    certificate = load_certificate((token or TOKEN()).pem)
    trust = Trust(
        anchors or pki.anchors(), pki.intermediates() if others is None else others, **known
    )
    return check_certificate(certificate, [], trust, at)


def test_nothing_known_is_unknown():
    found = checked()

    assert found.is_trusted
    assert found.revocation == Revocation.UNKNOWN
    assert found.chain_pems == (pki.sub_ca().pem, pki.root().pem)


def test_lists_of_all_in_the_chain_make_it_good():
    found = checked(crls=pki.crls())

    assert found.revocation == Revocation.GOOD
    assert set(found.evidence) == set(pki.crls())


def test_answer_about_the_certificate_with_the_roots_list_makes_it_good():
    answer, above = pki.ocsp(TOKEN()), pki.crl(by=pki.root())

    found = checked(crls=(above,), ocsps=(answer, pki.ocsp(pki.leaf("Người Khác"))))

    assert found.revocation == Revocation.GOOD
    assert found.evidence == (above, answer)


@pytest.mark.parametrize(
    "crls",
    [
        (pki.crl(),),  # nothing about the sub-CA
        (pki.crl(by=pki.root()),),  # nothing about the person
        (pki.crl(by=pki.root()), pki.crl(at=NOW - timedelta(days=30))),  # out of date
        (pki.crl(by=pki.root()), pki.crl(by=pki.sub_ca("Nơi khác"))),  # another provider's
    ],
)
def test_missing_or_old_list_leaves_it_unknown(crls):
    found = checked(crls=crls)

    assert found.is_trusted
    assert found.revocation == Revocation.UNKNOWN


def test_forged_list_revokes_nobody():
    forger = pki.Leaf(pki.sub_ca().certificate, pki.sub_ca("Kẻ giả mạo").key)

    found = checked(crls=(pki.crl(by=pki.root()), pki.crl(TOKEN(), by=forger)))

    assert found.is_trusted
    assert found.revocation == Revocation.UNKNOWN


def test_revoked_certificate_is_told_with_the_day():
    found = checked(crls=pki.crls(TOKEN()))

    assert not found.is_trusted
    assert found.revocation == Revocation.REVOKED
    assert found.revoked_at < NOW
    assert found.evidence


def test_old_list_that_names_the_certificate_revokes_it_still():
    old = pki.crl(TOKEN(), at=NOW - timedelta(days=30))

    assert checked(crls=(old,)).revocation == Revocation.REVOKED


def test_list_of_the_sub_ca_alone_revokes():
    assert checked(crls=(pki.crl(TOKEN()),)).revocation == Revocation.REVOKED


def test_revoked_sub_ca_revokes_its_certificates():
    found = checked(crls=(pki.crl(pki.sub_ca(), by=pki.root()), pki.crl()))

    assert not found.is_trusted
    assert found.revocation == Revocation.REVOKED


@pytest.mark.parametrize(
    "changes",
    [
        {"anchors": pki.anchors("Nơi khác")},
        {"others": ()},
        {"at": NOW + timedelta(days=800)},
        {"token": pki.leaf(organisation="Nơi khác")},
    ],
)
def test_certificate_without_a_chain_in_force_is_not_trusted(changes):
    assert not checked(**changes).is_trusted


def test_sub_ca_may_be_the_anchor():
    assert checked(anchors=(pki.sub_ca().pem,), others=()).is_trusted


def test_revocation_after_the_moment_asked_about_leaves_it_trusted():
    """A signature made before its certificate was revoked stays what it was."""
    later = NOW + timedelta(days=20)
    lists = pki.crl(by=pki.root(), at=later), pki.crl(TOKEN(), at=later)

    assert checked(crls=lists).is_trusted
    assert not checked(crls=lists, at=later + timedelta(hours=1)).is_trusted
