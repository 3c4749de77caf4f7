from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from pledges.signing.errors import UnsuitablePdf
from pledges.signing.layout import SEAL_FIELD, Box, FieldSpec
from pledges.signing.prepare import place_fields

from .signing_samples import PAGE, frozen, prepared, render, signed, stamp

NAMES = [SEAL_FIELD, *(f"KY{number:02d}" for number in range(1, 9))]


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf))


def widgets(pdf: pikepdf.Pdf) -> dict:
    return {str(field.T): field for field in pdf.Root.AcroForm.Fields}


def test_frozen_pdf_stays_at_the_beginning():
    assert prepared().startswith(frozen()[0])


def test_every_field_is_an_empty_signature_on_its_page():
    pdf = opened(prepared())

    found = widgets(pdf)

    assert list(found) == NAMES
    assert pdf.Root.AcroForm.SigFlags == 3
    assert "/NeedAppearances" not in pdf.Root.AcroForm
    for field in found.values():
        assert field.FT == "/Sig"
        assert "/V" not in field
        assert field.F == 4
        assert field.objgen in [annotation.objgen for annotation in field.P.Annots]
        assert field.P.Tabs == "/S"


def test_every_field_has_its_box_tooltip_and_appearance():
    pdf = opened(prepared())

    found = widgets(pdf)

    for spec in frozen()[1]:
        field = found[spec.name]
        box = spec.box
        assert str(field.TU) == spec.tooltip
        assert [float(edge) for edge in field.Rect] == pytest.approx(
            [box.x0, box.y0, box.x1, box.y1], abs=0.001
        )
        assert b"TJ" in field.AP.N.read_bytes()
    assert [float(edge) for edge in found[SEAL_FIELD].Rect] == [0, 0, 0, 0]
    assert str(found[SEAL_FIELD].TU) == "Niêm phong kỹ thuật của hệ thống"


@pytest.mark.parametrize("signatures", [None, 8])
def test_every_field_is_in_the_structure_tree_both_ways(signatures):
    pdf = opened(prepared() if signatures is None else signed(signatures))
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    parents = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))

    for field in widgets(pdf).values():
        element = parents[int(field.StructParent)]

        assert element.S == "/Form"
        assert element.K.Type == "/OBJR"
        assert element.K.Obj.objgen == field.objgen
        assert element.Pg.objgen == field.P.objgen
        assert element.objgen in [kid.objgen for kid in element.P.K]
    assert sorted(parents) == list(map(int, numbers[::2]))


def test_fields_are_read_after_their_page_and_before_the_annex():
    pdf = opened(prepared())

    pages = [pdf.pages.index(element.Pg) for element in pdf.Root.StructTreeRoot.K[0].K]

    assert pages == sorted(pages)


def test_document_keeps_its_metadata_and_language():
    before, after = opened(frozen()[0]), opened(signed(2))

    assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
    assert after.Root.Lang == before.Root.Lang
    assert after.Root.OutputIntents == before.Root.OutputIntents
    assert after.docinfo == before.docinfo


def test_field_without_an_appearance_is_blank():
    pdf, specs = frozen()

    placed = opened(place_fields(pdf, [replace(specs[0], appearance=None)]))

    assert widgets(placed)["KY01"].AP.N.read_bytes() == b""


def test_appearance_keeps_its_proportions_in_a_box_of_others():
    pdf, _specs = frozen()
    spec = FieldSpec("KY01", Box(0, 50, 50, 250, 250), "Ô ký", stamp("Dấu"))

    placed = opened(place_fields(pdf, [spec]))

    form = widgets(placed)["KY01"].AP.N
    x0, y0, x1, y1 = (float(edge) for edge in form.BBox)
    assert x1 - x0 == pytest.approx(y1 - y0, abs=0.01)  # a square, as the box
    assert (x0, x1) == pytest.approx((0, 76 / 25.4 * 72), abs=0.01)  # as wide as the stamp
    assert (y0 + y1) / 2 == pytest.approx(30 / 25.4 * 72 / 2, abs=0.01)  # centred


def test_same_name_twice_is_refused():
    pdf, specs = frozen()

    with pytest.raises(UnsuitablePdf, match="trùng tên"):
        place_fields(pdf, [specs[0], specs[0]])


def test_fields_are_placed_once():
    with pytest.raises(UnsuitablePdf, match="đã có biểu mẫu"):
        place_fields(prepared(), frozen()[1])


def test_page_that_does_not_exist_is_refused():
    pdf, specs = frozen()

    with pytest.raises(UnsuitablePdf):
        place_fields(pdf, [replace(specs[0], box=replace(specs[0].box, page=99))])


def test_untagged_pdf_is_refused():
    with pytest.raises(UnsuitablePdf, match="thẻ cấu trúc"):
        place_fields(render(PAGE)[1], [])


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"khong phai PDF"])
def test_what_is_not_a_pdf_is_refused(pdf):
    with pytest.raises(UnsuitablePdf):
        place_fields(pdf, [])


def test_appearance_that_is_not_one_page_is_refused():
    pdf, specs = frozen()

    with pytest.raises(UnsuitablePdf, match="đúng một trang"):
        place_fields(pdf, [replace(specs[0], appearance=pdf)])


def test_appearance_that_is_not_a_pdf_is_refused():
    pdf, specs = frozen()

    with pytest.raises(UnsuitablePdf, match="hình chữ ký"):
        place_fields(pdf, [replace(specs[0], appearance=b"")])
