"""Files signed with tokens outside the application, as officers' tools make them: all accepted."""

from datetime import timedelta

import pytest
import time_machine

from pledges.signing.accept import Expected, Trust, accept
from pledges.signing.trust import Revocation
from tests.pledges.signing import pki
from tests.pledges.signing.by_itext import by_itext, increment
from tests.pledges.signing.tools import by_pyhanko, with_validation_data
from tests.pledges.signing_samples import NOW, signed, with_agency

SIGNED_AT = NOW + timedelta(minutes=2)


@pytest.fixture(autouse=True)
def clock():
    """pyHanko's stock signer knows no other time than the machine's."""
    with time_machine.travel(SIGNED_AT, tick=False):
        yield


def accepted(after, token, *, before=None, field="KY02", **lists):
    """Accept `after` for the member who holds this token and KY02."""
    trust = Trust(pki.anchors(), pki.intermediates(), **lists)
    expected = Expected({field: (token.pem,)})
    return accept(before or signed(1), after, expected=expected, trust=trust, at=SIGNED_AT)


@pytest.mark.parametrize("pades", [True, False])
@pytest.mark.parametrize(
    ("key", "pss", "digest", "algorithm"),
    [
        ("rsa", False, "sha256", "RSA 2048, SHA-256"),
        ("rsa", False, "sha512", "RSA 2048, SHA-512"),
        ("rsa", True, "sha256", "RSA 2048-PSS, SHA-256"),
        ("ec", False, "sha384", "ECDSA 256, SHA-384"),
    ],
)
def test_signature_by_a_token_is_accepted(key, pss, digest, algorithm, pades):
    token = pki.leaf(key=key)
    after = by_pyhanko(signed(1), "KY02", token, pss=pss, digest=digest, pades=pades)

    (one,) = accepted(after, token)

    assert one.field == one.report.field_name == "KY02"
    assert one.algorithm == algorithm
    assert one.certificate_pem == token.pem
    assert one.chain_pems == (pki.sub_ca().pem, pki.root().pem)
    assert one.report.signer_name == "Trần Thị Thử"
    assert one.report.claimed_at == SIGNED_AT
    assert one.revocation == Revocation.UNKNOWN
    assert one.revocation_checked_with == ()


def test_certificate_on_no_list_is_good():
    token, other = pki.leaf(), pki.leaf("Người Khác")
    after = by_pyhanko(signed(1), "KY02", token)

    (one,) = accepted(after, token, crls=(*pki.crls(other), pki.crl(by=pki.root("Nơi khác"))))

    assert one.revocation == Revocation.GOOD
    assert len(one.revocation_checked_with) == 2


@pytest.mark.parametrize("xref_stream", [False, True])
def test_signature_by_a_tool_built_on_itext_is_accepted(xref_stream):
    """It writes form, catalogue, information and metadata again besides."""
    token = pki.leaf()
    made = increment(signed(1), "KY02")
    made.xref_stream = xref_stream

    (one,) = accepted(made.signed(token), token)

    assert one.report.signer_name == "Trần Thị Thử"


@pytest.mark.parametrize("sign", [by_pyhanko, by_itext])
def test_leader_and_agency_of_one_member_in_one_upload_are_accepted(sign):
    leader, seal = pki.leaf(), pki.agency()
    after = sign(sign(with_agency(), "KY02", leader), "CQ02", seal)

    both = accept(
        with_agency(),
        after,
        expected=Expected({"KY02": (leader.pem,), "CQ02": (seal.pem,)}),
        trust=Trust(pki.anchors()),
        at=SIGNED_AT,
    )

    assert [one.field for one in both] == ["KY02", "CQ02"]


@pytest.mark.parametrize("sign", [by_pyhanko, by_itext])
def test_validation_data_after_a_signature_is_accepted(sign):
    token = pki.leaf()
    after = with_validation_data(sign(signed(1), "KY02", token), token, *pki.crls())

    (one,) = accepted(after, token)

    assert one.field == "KY02"


def test_next_signature_over_validation_data_is_accepted():
    first, second = pki.leaf(), pki.leaf("Lý Văn Thử", key="ec")
    before = with_validation_data(by_pyhanko(signed(1), "KY02", first), first, *pki.crls())
    after = by_itext(before, "KY03", second)
    after = with_validation_data(after, second, pki.crl(by=pki.sub_ca("Nơi khác")))

    (one,) = accepted(after, second, before=before, field="KY03")

    assert one.report.signer_name == "Lý Văn Thử"
