"""What one increment may be: one signature in one empty field, and nothing else in the file."""

import random
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    StreamObject,
    TextStringObject,
    pdf_name,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec
from pyhanko.sign.signers.cms_embedder import SigMDPSetup

from pledges.signing import sign as sign_module
from pledges.signing.errors import SigningRefused
from pledges.signing.revision import Revision, open_revision
from pledges.signing.sign import write_signature
from pledges.signing.verify import check_increment, inspect

from .flips import flipped, regions
from .signing_samples import NOW, REASON, roots, sign, signed, signer, stamp


def refused(after: bytes, field_name: str = "KY02", before: bytes | None = None) -> str:
    """Return why an increment is refused."""
    with pytest.raises(SigningRefused) as error:
        check_increment(before or signed(1), after, field_name, roots())
    return str(error.value)


def signed_with(change) -> bytes:
    """Return the file with KY01 signed, and in KY02's own revision something else changed."""
    revision = open_revision(signed(1))
    change(revision)
    return write_signature(revision, "KY02", signer(), REASON, NOW)


def swap_content(revision: Revision) -> None:
    page = revision.find_page_for_modification(0)[0].get_object()
    content = page.raw_get("/Contents")
    content = content[0] if isinstance(content, ArrayObject) else content
    words = StreamObject(stream_data=b"BT ET")
    revision.objects[(0, content.idnum)] = words


def add_annotation(revision: Revision) -> None:
    page = revision.find_page_for_modification(0)[0]
    note = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Contents"): TextStringObject("Bổ sung"),
            pdf_name("/Rect"): ArrayObject(map(FloatObject, (50, 50, 200, 100))),
        }
    )
    revision.register_annotation(page, revision.add_object(note))


def redraw_another_box(revision: Revision) -> None:
    field = sign_module.empty_field(revision, "KY03")
    field.get_object()["/TU"] = TextStringObject("Ô khác")
    revision.mark_update(field)


def rename_the_box(revision: Revision) -> None:
    sign_module.empty_field(revision, "KY02").get_object()["/TU"] = TextStringObject("Ô khác")


def move_the_box(revision: Revision) -> None:
    field = sign_module.empty_field(revision, "KY02").get_object()
    field["/Rect"] = ArrayObject(map(FloatObject, (0, 0, 595, 842)))


def change_the_catalogue(revision: Revision) -> None:
    revision.root["/Lang"] = TextStringObject("en")
    revision.update_root()


def change_the_metadata(revision: Revision) -> None:
    revision.trailer["/Info"].get_object()["/Title"] = TextStringObject("Giao ước khác")
    revision.mark_update(revision.trailer.raw_get("/Info"))


def leave_an_object_lying_about(revision: Revision) -> None:
    revision.add_object(StreamObject(stream_data=b"BT ET"))


OUTSIDE_THE_FORM = [
    swap_content,
    add_annotation,
    change_the_catalogue,
    change_the_metadata,
    leave_an_object_lying_about,
]
CHANGES = [*OUTSIDE_THE_FORM, redraw_another_box, rename_the_box, move_the_box]


@pytest.mark.parametrize("change", CHANGES)
def test_good_signature_over_another_change_is_refused(change):
    assert "Phần thêm vào" in refused(signed_with(change))


@pytest.mark.parametrize("change", CHANGES)
def test_file_changed_between_signatures_is_not_intact(change):
    found = inspect(signed_with(change), roots(), NOW)

    assert not found.intact
    assert "sau khi ký, tệp bị sửa" in found.problem
    assert [one.modifications_ok for one in found.signatures] == [False, False, True]


@pytest.mark.parametrize("change", OUTSIDE_THE_FORM)
def test_file_changed_after_the_last_signature_is_not_intact(change):
    revision = open_revision(signed(8))
    change(revision)

    assert not inspect(revision.written(), roots(), NOW).intact


@pytest.mark.parametrize("change", OUTSIDE_THE_FORM)
def test_change_without_a_signature_is_refused(change):
    revision = open_revision(signed(1))
    change(revision)

    assert "Phần thêm vào" in refused(revision.written())


def test_two_signatures_at_once_are_refused():
    assert "không nối tiếp" in refused(sign(signed(2), 3))


def test_no_signature_is_refused():
    assert "không giữ nguyên" in refused(signed(1))


def test_signature_in_anothers_field_is_refused():
    assert refused(sign(signed(1), 3)) == "Chữ ký nằm ở ô KY03, không phải ô KY02."


def test_signature_over_another_file_is_refused():
    assert "không giữ nguyên" in refused(sign(sign(signed(0), 3), 2))


def test_broken_prefix_is_refused():
    assert "không giữ nguyên" in refused(flipped(signed(2), 1000))


@pytest.mark.parametrize("region", ["last increment", "last signature", "padding", "tail"])
def test_changed_byte_in_the_increment_is_refused(region):
    pdf = signed(2)
    for position in random.Random(2018).sample(regions(pdf)[region], 4):
        assert refused(flipped(pdf, position))


def test_bytes_after_the_increment_are_refused():
    assert refused(signed(2) + b"\n")


def test_signature_of_another_authority_is_refused():
    pdf = sign(signed(1), 2, signer=signer(organisation="Sở Nội vụ tỉnh khác"))

    assert "nơi cấp được tin cậy" in refused(pdf)


def test_signature_out_of_its_time_is_refused():
    pdf = sign(signed(1), 2, at=NOW - timedelta(days=1))

    assert "nơi cấp được tin cậy" in refused(pdf)


def test_increment_that_forgets_the_one_before_is_refused():
    """Its /Prev points past KY01's revision, so that readers would not see that signature."""
    forgetful = Revision(BytesIO(signed(1)), prev=PdfFileReader(BytesIO(signed(0))))

    pdf = write_signature(forgetful, "KY02", signer(), REASON, NOW)

    assert pdf.startswith(signed(1))
    assert "không nối tiếp" in refused(pdf)


def test_signature_copied_from_another_field_is_refused():
    revision = open_revision(signed(1))
    fields = [field.get_object() for field in revision.root["/AcroForm"]["/Fields"]]
    leader, other = (field for field in fields if field["/T"] in ("KY01", "KY02"))
    other["/V"] = leader.raw_get("/V")
    revision.update_container(other)
    pdf = revision.written()

    assert "không bao trùm toàn bộ" in refused(pdf)
    assert not inspect(pdf, roots(), NOW).intact


def test_signature_that_locks_the_file_is_refused(monkeypatch):
    everything = FieldMDPSpec(FieldMDPAction.ALL)
    monkeypatch.setattr(
        sign_module,
        "SigMDPSetup",
        lambda digest, **values: SigMDPSetup(digest, field_lock=everything),
    )

    assert "khóa văn bản" in refused(sign(signed(1), 2))


def test_encrypted_increment_is_refused():
    output = BytesIO()
    with pikepdf.open(BytesIO(signed(1))) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(owner="a", user=""))

    assert refused(signed(1) + output.getvalue())


def test_stamp_may_change_with_the_signer():
    one = check_increment(
        signed(1), sign(signed(1), 2, appearance=stamp("<b>PHÓ GIÁM ĐỐC</b>")), "KY02", roots()
    )

    assert one.field_name == "KY02"
