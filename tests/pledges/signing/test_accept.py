"""Files signed with tokens outside the application, as officers' tools make them: all accepted."""

from datetime import timedelta

import pytest
import time_machine

from pledges.signing.accept import Expected, Trust, accept
from pledges.signing.trust import Revocation
from tests.pledges.signing import pki
from tests.pledges.signing.tools import by_pyhanko
from tests.pledges.signing_samples import NOW, signed

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
