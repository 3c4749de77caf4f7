"""Eight signatures in a row, as the application makes them, and what other programs say of them."""

import asyncio
import shutil
import subprocess
import sys
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import cms
from PIL import Image, ImageChops

from pledges.signing.errors import KeyAlreadyUsed, SigningRefused, UnsuitablePdf
from pledges.signing.layout import SEAL_FIELD, Kind
from pledges.signing.seal import seal
from pledges.signing.sign import append_signature
from pledges.signing.verify import check_increment, inspect

from .flips import BYTE_RANGE, regions
from .signing_samples import (
    NOW,
    REASON,
    UNIT,
    frozen,
    prepared,
    roots,
    sign,
    signed,
    signer,
    stamp,
)

DPI = 72  # one pixel to a point


def test_each_signature_only_appends():
    for count in range(8):
        assert signed(count + 1).startswith(signed(count))


@pytest.mark.parametrize("count", range(9))
def test_file_is_intact_after_every_signature(count):
    found = inspect(signed(count), roots(), NOW)

    assert found.problem == ""
    assert found.intact
    assert found.complete is (count == 8)
    assert len(found.signatures) == count + 1
    assert found.empty_fields == tuple(f"KY{number:02d}" for number in range(count + 1, 9))
    assert all(one.intact and one.trusted and one.docmdp_ok for one in found.signatures)
    assert [one.covers_whole_file for one in found.signatures] == [False] * count + [True]


def test_signature_says_who_what_and_when():
    one = inspect(signed(8), roots(), NOW).signatures[3]

    assert one.field_name == "KY03"
    assert one.kind == Kind.LEADER
    assert one.signer_name == "Nguyễn Văn Đức 3"
    assert one.signer_unit == UNIT
    assert one.signer_position == "Chánh Văn phòng"
    assert one.signer_serial == "ld-vpdbqh"
    assert one.reason == REASON
    assert one.location == "Cao Bằng"
    assert one.claimed_at == NOW + timedelta(minutes=3)
    assert one.claimed_at.utcoffset() == timedelta(hours=7)
    assert one.certificate_pem.startswith("-----BEGIN CERTIFICATE-----")


def test_seal_comes_first_and_carries_its_reason():
    first = inspect(signed(8), roots(), NOW).signatures[0]

    assert first.kind == Kind.SEAL
    assert first.reason == "Nhật ký: 9f2c41"


@pytest.mark.parametrize("count", [1, 8])
def test_increment_is_checked_and_described(count):
    one = check_increment(signed(count - 1), signed(count), f"KY{count:02d}", roots())

    assert one.signer_name == f"Nguyễn Văn Đức {count}"
    assert one.problem == ""
    assert one.modifications_ok


def test_fields_are_signed_in_any_order():
    pdf = sign(sign(signed(0), 7), 2)

    found = inspect(pdf, roots(), NOW)

    assert found.intact
    assert [one.field_name for one in found.signatures] == [SEAL_FIELD, "KY07", "KY02"]
    assert "KY01" in found.empty_fields


def test_signature_is_pades_baseline():
    """EN 319 142-1 table 1: the claimed time in /M alone, the certificate's digest signed."""
    wanted = {"content_type", "message_digest", "signing_certificate_v2"}
    pdf = signed(1)
    start, end, _ = map(int, BYTE_RANGE.findall(pdf)[-1])
    signed_data = cms.ContentInfo.load(bytes.fromhex(pdf[start + 1 : end - 1].decode()))["content"]
    attributes = signed_data["signer_infos"][0]["signed_attrs"]
    with pikepdf.open(BytesIO(pdf)) as file:
        value = next(field.V for field in file.Root.AcroForm.Fields if field.T == "KY01")

        assert value.SubFilter == "/ETSI.CAdES.detached"
        assert str(value.M) == "D:20260419083100+07'00'"
    assert {attribute["type"].native for attribute in attributes} == wanted
    assert signed_data["certificates"] is not None
    assert len(signed_data["certificates"]) == 2


def test_room_for_a_signature_is_tight():
    padding = regions(signed(8))["padding"]

    assert 50 < len(padding) < 250


def test_signature_changes_nothing_but_its_field():
    before, after = (pikepdf.open(BytesIO(signed(count))) for count in (4, 5))

    for old, new in zip(before.pages, after.pages, strict=True):
        assert old.Contents.read_bytes() == new.Contents.read_bytes()
    assert before.Root.AcroForm.objgen == after.Root.AcroForm.objgen


@pytest.mark.parametrize("number", [1, 99])
def test_signing_a_field_that_is_not_empty_is_refused(number):
    with pytest.raises(SigningRefused):
        sign(signed(1), number)


def test_signing_before_the_seal_is_refused():
    with pytest.raises(SigningRefused, match="chưa được niêm phong"):
        sign(prepared(), 1)


def test_sealing_twice_is_refused():
    with pytest.raises(SigningRefused, match="đã có chữ ký"):
        seal(signed(0), signer(), "", NOW)


def test_sealing_a_file_without_fields_is_refused():
    with pytest.raises(SigningRefused, match="không có ô"):
        seal(frozen()[0], signer(), "", NOW)


def test_signer_signs_one_file_only():
    once = signer()
    sign(signed(0), 1, signer=once)

    with pytest.raises(KeyAlreadyUsed):
        sign(signed(0), 2, signer=once)


@pytest.mark.parametrize("pdf", [b"", b"khong phai PDF"])
def test_signing_what_is_not_a_pdf_is_refused(pdf):
    with pytest.raises(UnsuitablePdf):
        append_signature(pdf, "KY01", signer(), None, REASON, NOW)


def test_signing_at_a_time_without_its_zone_is_a_mistake():
    with pytest.raises(ValueError, match="time zone"):
        sign(signed(0), 1, at=NOW.replace(tzinfo=None))


def test_signing_works_inside_an_event_loop():
    async def inside():
        return inspect(sign(signed(0), 1), roots(), NOW)

    assert asyncio.run(inside()).intact


def test_importing_the_package_loads_no_heavy_module():
    program = """
import sys
from pledges import signing
from pledges.signing import errors, layout, report
loaded = {name.split(".")[0] for name in sys.modules}
assert not loaded & {"pyhanko", "asn1crypto", "cryptography", "django"}, loaded
assert callable(signing.ca.new_root)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_package_has_no_other_modules():
    from pledges import signing

    with pytest.raises(AttributeError):
        signing.nothing


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler's pdfsig is not installed")
def test_poppler_finds_nine_good_signatures(tmp_path):
    (tmp_path / "signed.pdf").write_bytes(signed(8))

    said = run("pdfsig", "signed.pdf", cwd=tmp_path).decode()

    assert said.count("Signature is Valid.") == 9
    assert said.count("ETSI.CAdES.detached") == 9
    assert "Nguyễn Văn Đức 8" in said
    assert said.count("Total document signed") == 1


def test_pyhanko_agrees_that_only_fields_were_filled():
    """Its own difference analysis, as any reader built on it would run, is the second opinion."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from pledges.signing.proof import read_roots

    context = ValidationContext(trust_roots=read_roots(roots()), moment=NOW)
    reader = PdfFileReader(BytesIO(signed(2)))

    statuses = [validate_pdf_signature(one, context) for one in reader.embedded_signatures]

    assert len(statuses) == 3
    assert all(status.bottom_line and status.docmdp_ok for status in statuses)


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler's pdftoppm is not installed")
def test_stamp_looks_as_weasyprint_drew_it(tmp_path):
    content = "<b>PHÓ GIÁM ĐỐC</b><br>Đã xác nhận ký trên hệ thống<br>Nguyễn Thị Ễnh Ương"
    pdf = sign(signed(0), 1, appearance=stamp(content))
    box = frozen()[1][0].box

    drawn = picture(stamp(content), tmp_path)
    before, after = (picture(each, tmp_path, box.page + 1) for each in (signed(0), pdf))
    left, top = round(box.x0), round(after.height - box.y1)
    place = (left, top, left + drawn.width, top + drawn.height)

    assert ink(after.crop(place)) == pytest.approx(ink(drawn), rel=0.1)
    assert ink(before.crop(place)) < ink(drawn) * 0.8
    assert touched(before, after, margin=1, inside=place)


def test_appearance_of_none_keeps_what_the_box_showed():
    kept = pikepdf.open(BytesIO(sign(signed(0), 1, appearance=None)))
    before = pikepdf.open(BytesIO(signed(0)))

    shown = [
        next(field for field in pdf.Root.AcroForm.Fields if field.T == "KY01").AP.N.read_bytes()
        for pdf in (before, kept)
    ]

    assert shown[0] == shown[1]


def picture(pdf: bytes, folder, page: int = 1) -> Image.Image:
    """Return a page in shades of grey, one pixel to a point."""
    (folder / "page.pdf").write_bytes(pdf)
    wanted = ["-r", str(DPI), "-f", str(page), "-l", str(page), "-gray", "-singlefile"]
    run("pdftoppm", *wanted, "page.pdf", "page", cwd=folder)
    with Image.open(folder / "page.pgm") as image:
        return image.copy()


def ink(image: Image.Image) -> int:
    """Return how dark a picture is altogether."""
    return sum((255 - shade) * count for shade, count in enumerate(image.histogram()))


def touched(before: Image.Image, after: Image.Image, *, margin: int, inside) -> bool:
    """Tell whether the two pictures differ only within a rectangle and its margin."""
    left, top, right, bottom = ImageChops.difference(before, after).getbbox()
    x0, y0, x1, y1 = inside
    return (
        left >= x0 - margin
        and top >= y0 - margin
        and right <= x1 + margin
        and bottom <= y1 + margin
    )


def run(*command: str, cwd) -> bytes:
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True).stdout
