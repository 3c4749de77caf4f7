"""What inspection says of files that are not what they were, or never were ours."""

import random
from dataclasses import replace
from datetime import timedelta
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledges.signing import sign as sign_module
from pledges.signing.layout import Box, FieldSpec
from pledges.signing.prepare import place_fields
from pledges.signing.revision import open_revision
from pledges.signing.seal import seal
from pledges.signing.sign import write_signature
from pledges.signing.verify import inspect

from .flips import flipped, positions, regions
from .signing_samples import (
    NOW,
    REASON,
    frozen,
    prepared,
    root,
    roots,
    sign,
    signed,
    signer,
)

FLIPS = 60


@cache
def places() -> list[int]:
    return positions(signed(2), FLIPS, seed=2018)


# Files that are not what they were


@pytest.mark.parametrize("number", range(FLIPS))
def test_one_changed_byte_is_found(number):
    found = inspect(flipped(signed(2), places()[number]), roots(), NOW)

    assert not found.intact
    assert not found.complete
    assert found.problem


def test_flips_try_every_region():
    for region in regions(signed(2)).values():
        assert any(position in region for position in places())


@pytest.mark.parametrize("part", ["last signature", "padding"])
def test_every_letter_case_of_the_last_signature_is_found(part):
    pdf = signed(1)
    letters = [place for place in regions(pdf)[part] if pdf[place : place + 1].isalpha()]

    for position in letters[::40]:
        lower = pdf[:position] + pdf[position : position + 1].lower() + pdf[position + 1 :]
        assert not inspect(lower, roots(), NOW).intact


def test_unsigned_letter_in_the_signers_identifier_is_found():
    """RFC 5652 leaves the issuer's name in the signer's identifier unsigned, and names are compared
    without regard to capitals: only the exact bytes tell."""
    pdf = signed(1)
    name = "Khối thi đua - cấp"
    written, other = (text.encode().hex().upper().encode() for text in (name, name.swapcase()))
    start = regions(pdf)["last signature"].start
    places = [place for place in range(start, len(pdf)) if pdf.startswith(written, place)]

    assert len(places) >= 3
    for place in places:
        changed = pdf[:place] + other + pdf[place + len(written) :]
        assert len(changed) == len(pdf)
        assert not inspect(changed, roots(), NOW).intact


@pytest.mark.parametrize("tail", [b"\n", b"\0", b"%", b"\n%%EOF\n"])
def test_bytes_after_the_end_are_found(tail):
    assert not inspect(signed(8) + tail, roots(), NOW).intact


def test_truncated_file_is_never_intact():
    pdf = signed(2)
    chance = random.Random(2018)

    for _ in range(40):
        assert not inspect(pdf[: chance.randrange(len(pdf))], roots(), NOW).intact


def test_earlier_file_in_force_is_intact_but_not_complete():
    found = inspect(signed(6), roots(), NOW)

    assert found.intact
    assert not found.complete
    assert found.empty_fields == ("KY07", "KY08")


# Files that never were ours


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_inspected_without_an_exception(junk):
    for pdf in (junk, b"%PDF-1.7\n" + junk, signed(0)[:-300] + junk):
        assert not inspect(pdf, roots(), NOW).intact


@pytest.mark.parametrize(
    ("pdf", "problem"),
    [
        (b"", "Không đọc được tệp"),
        (b"khong phai PDF", "Không đọc được tệp"),
        (b"%PDF-1.7\n%%EOF", "Không đọc được tệp"),
    ],
)
def test_what_is_not_a_pdf_is_said_so(pdf, problem):
    assert problem in inspect(pdf, roots(), NOW).problem


def test_pdf_without_signatures_is_said_so():
    assert inspect(frozen()[0], roots(), NOW).problem == "Tệp không có chữ ký nào."
    assert inspect(prepared(), roots(), NOW).problem == "Tệp không có chữ ký nào."


def test_encrypted_pdf_is_said_so():
    output = BytesIO()
    with pikepdf.open(BytesIO(frozen()[0])) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(owner="a", user="b"))

    assert inspect(output.getvalue(), roots(), NOW).problem == "Tệp bị đặt mật khẩu."


def test_file_that_is_too_large_is_not_even_opened():
    assert inspect(b"%PDF-1.7" + bytes(9 * 2**20), roots(), NOW).problem == "Tệp quá lớn."


def test_small_file_that_unpacks_to_a_large_one_is_not_read():
    output = BytesIO()
    with pikepdf.open(BytesIO(frozen()[0])) as pdf:
        large = pdf.make_indirect(pikepdf.String("a" * 5_000_000))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=large)
        pdf.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)

    assert len(output.getvalue()) < 2**16
    assert "Không đọc được tệp" in inspect(output.getvalue(), roots(), NOW).problem


def test_file_of_another_authority_is_not_trusted():
    found = inspect(signed(1), [root("Sở Nội vụ tỉnh khác").certificate_pem], NOW)

    assert not found.intact
    assert not any(one.trusted for one in found.signatures)
    assert "nơi cấp được tin cậy" in found.problem


def test_one_signature_of_another_authority_spoils_the_file():
    pdf = sign(signed(1), 2, signer=signer(organisation="Sở Nội vụ tỉnh khác"))

    found = inspect(pdf, roots(), NOW)

    assert [one.trusted for one in found.signatures] == [True, True, False]
    assert not found.intact
    assert inspect(pdf, [*roots(), root("Sở Nội vụ tỉnh khác").certificate_pem], NOW).intact


def test_broken_root_is_the_callers_mistake():
    with pytest.raises(ValueError, match="PEM"):
        inspect(signed(0), ["khong phai PEM"], NOW)


def test_file_that_begins_with_a_leader_is_not_sealed():
    revision = open_revision(prepared())

    found = inspect(write_signature(revision, "KY01", signer(), REASON, NOW), roots(), NOW)

    assert not found.intact
    assert "niêm phong kỹ thuật" in found.problem
    assert not found.signatures[0].docmdp_ok


def test_seal_that_permits_anything_is_not_a_seal():
    revision = open_revision(prepared())

    found = inspect(write_signature(revision, "NIEMPHONG", signer(), REASON, NOW), roots(), NOW)

    assert "niêm phong kỹ thuật" in found.problem


# When it is inspected


def test_file_is_intact_nine_years_later():
    assert inspect(signed(8), roots(), NOW + timedelta(days=9 * 365)).complete


def test_file_is_judged_by_the_time_it_claims_when_no_other_is_given():
    assert inspect(signed(8), roots()).complete


@pytest.mark.parametrize("years", [-1, 26])
def test_file_is_not_trusted_when_its_authority_is_not_in_force(years):
    found = inspect(signed(1), roots(), NOW.replace(year=NOW.year + years))

    assert not found.intact
    assert found.signatures[0].intact
    assert not found.signatures[0].trusted


def test_complete_asks_for_agency_seals_only_when_told_to():
    pdf, specs = frozen()
    agency = FieldSpec("CQ01", Box(1, 50, 50, 150, 100), "Dấu của đơn vị số 1")
    leader = replace(specs[0], name="KY01")
    sealed = seal(place_fields(pdf, [leader, agency]), signer(), "", NOW)

    by_leader = sign(sealed, 1)
    by_both = sign_module.append_signature(by_leader, "CQ01", signer(), None, REASON, NOW)

    assert inspect(by_leader, roots(), NOW).complete
    assert not inspect(by_leader, roots(), NOW, with_agencies=True).complete
    assert inspect(by_both, roots(), NOW, with_agencies=True).complete
