"""What inspection says of files that members signed with tokens: the same as pdfsig."""

import subprocess
from datetime import timedelta

import pytest
import time_machine

from pledges.signing.seal import seal
from pledges.signing.trust import Trust
from pledges.signing.verify import inspect
from tests.pledges.signing import hostile, pki
from tests.pledges.signing.by_itext import by_itext
from tests.pledges.signing.tools import by_pyhanko, with_validation_data
from tests.pledges.signing_samples import NOW, REASON, prepared, roots, sign, signed, signer

SIGNED_AT = NOW + timedelta(minutes=2)
TRUST = Trust(pki.anchors(), pki.intermediates())


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(SIGNED_AT, tick=False):
        yield


def by_tokens(before: bytes, *numbers: int) -> bytes:
    """Sign in these fields, each by another tool and key than the one before."""
    for number in numbers:
        sign_by = by_itext if number % 2 else by_pyhanko
        token = pki.leaf(f"Người Thử {number}", key=("rsa", "ec")[number // 2 % 2])
        before = sign_by(before, f"KY{number:02d}", token, pss=number in (1, 5))
    return before


def test_file_signed_by_tokens_is_intact_and_complete(tmp_path):
    pdf = by_tokens(signed(0), 3, 1, 2, 8, 5, 7, 4, 6)

    found = inspect(pdf, roots(), trust=TRUST)

    assert found.intact
    assert found.complete
    assert all(one.trusted and one.docmdp_ok and not one.problem for one in found.signatures)
    assert [one.field_name for one in found.signatures][1:3] == ["KY03", "KY01"]
    assert pdfsig_says(pdf, tmp_path) == ["Signature is Valid."] * 9


def test_file_signed_in_both_forms_is_intact():
    found = inspect(sign(by_tokens(signed(1), 2, 3), 4), roots(), trust=TRUST)

    assert found.intact
    assert found.empty_fields == ("KY05", "KY06", "KY07", "KY08")


def test_file_that_ends_in_validation_data_is_intact():
    token = pki.leaf()
    pdf = with_validation_data(by_pyhanko(signed(1), "KY02", token), token, *pki.crls())

    assert inspect(pdf, roots(), trust=TRUST).intact
    assert not inspect(pdf + b"% them\n", roots(), trust=TRUST).intact


def test_token_is_not_trusted_without_the_trust_list():
    found = inspect(by_tokens(signed(1), 2), roots())

    assert not found.intact
    assert [one.trusted for one in found.signatures] == [True, True, False]


def test_token_of_another_provider_is_not_trusted():
    pdf = by_pyhanko(signed(1), "KY02", pki.leaf(organisation="Nơi cấp không ai biết"))

    assert "nơi cấp được tin cậy" in inspect(pdf, roots(), trust=TRUST).problem


def test_token_is_judged_at_the_moment_it_claims():
    pdf = by_tokens(signed(1), 2)

    assert inspect(pdf, roots(), trust=TRUST).intact
    assert not inspect(pdf, roots(), NOW + timedelta(days=4000), trust=TRUST).intact


def test_seal_is_never_trusted_by_the_trust_list():
    by_a_token = Trust((*pki.anchors(), *roots()))

    found = inspect(signed(1), pki.anchors(), trust=by_a_token)

    assert not found.signatures[0].trusted
    assert not found.intact


def test_weak_signature_is_not_intact():
    found = inspect(hostile.signatures.sha1(), roots(), trust=TRUST)

    assert "không theo quy định" in found.problem


@pytest.mark.parametrize(
    "build",
    [
        hostile.added.content_replaced,
        hostile.added.font_replaced,
        hostile.added.comment_added,
        hostile.added.shadow_hide,
        hostile.added.shadow_replace,
        hostile.added.shadow_hidden_document,
        hostile.added.rewritten_afterwards,
        hostile.signatures.box_moved,
        hostile.added.title_changed,
        hostile.signatures.gap_elsewhere,
        hostile.signatures.signed_byte_changed,
    ],
)
def test_tampered_file_is_not_intact_with_a_trust_list_either(build):
    found = inspect(build(), roots(), trust=TRUST)

    assert not found.intact
    assert found.problem


def test_seal_that_does_not_certify_is_accepted_only_where_it_is_so():
    uncertified = seal(prepared(), signer("Niêm phong kỹ thuật"), REASON, NOW, certifies=False)
    pdf = by_tokens(uncertified, 2)

    assert inspect(pdf, roots(), trust=TRUST, certified=False).intact
    assert "niêm phong kỹ thuật" in inspect(pdf, roots(), trust=TRUST).problem


def pdfsig_says(pdf: bytes, folder) -> list[str]:
    """Return what poppler says of each signature."""
    path = folder / "file.pdf"
    path.write_bytes(pdf)
    # An exit status of 1: it knows none of the authorities.
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True).stdout
    return [line.split(": ", 1)[1] for line in said.splitlines() if "Signature Validation" in line]
