"""Placing all empty signature fields in the frozen PDF, before the integrity seal.

The fields are written as one more revision, so the frozen PDF stays byte for byte at the beginning
of every signed file, and its own SHA-256 can always be checked.
"""

from collections.abc import Iterable

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NumberObject,
    TextStringObject,
    pdf_name,
)
from pyhanko.pdf_utils.misc import PdfError

from .errors import UnsuitablePdf
from .layout import SEAL_FIELD, FieldSpec
from .revision import Revision, add_appearance, open_revision
from .structure import StructureTree

SEAL_TOOLTIP = "Niêm phong kỹ thuật của hệ thống"
PRINT = 4  # annotation flag; PDF/A asks for it on every annotation (ISO 19005-3 6.3.2)
SIGNATURES_EXIST_APPEND_ONLY = 3


def place_fields(pdf: bytes, specs: Iterable[FieldSpec]) -> bytes:
    """Return `pdf` (tagged, without a form) with an empty field for every spec and the seal's.

    Each field has its tooltip, the print flag, its own appearance and a <Form> element in the
    structure tree, at the end of what its page says. Raise UnsuitablePdf.
    """
    specs = tuple(specs)
    names = [SEAL_FIELD, *(spec.name for spec in specs)]
    if len(set(names)) != len(names):
        raise UnsuitablePdf("Hai ô ký trùng tên.")
    revision = open_revision(pdf)
    if "/AcroForm" in revision.root:
        raise UnsuitablePdf("Tệp PDF đã có biểu mẫu.")
    try:
        tree = StructureTree(revision)
        seal = field_widget(SEAL_FIELD, SEAL_TOOLTIP, (0, 0, 0, 0))
        fields = [_attach(revision, tree, 0, seal)]
        fields += [_attach(revision, tree, spec.box.page, _drawn(revision, spec)) for spec in specs]
    except (PdfError, KeyError, TypeError, IndexError) as error:
        raise UnsuitablePdf("Tệp PDF không đúng cấu trúc để đặt ô ký.") from error
    revision.root["/AcroForm"] = revision.add_object(
        DictionaryObject(
            {
                pdf_name("/Fields"): ArrayObject(fields),
                pdf_name("/SigFlags"): NumberObject(SIGNATURES_EXIST_APPEND_ONLY),
            }
        )
    )
    revision.update_root()
    return revision.written()


def field_widget(name: str, tooltip: str, rect: tuple[float, ...]) -> DictionaryObject:
    """Return field and widget in one dictionary. A rectangle without area is invisible."""
    return DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): TextStringObject(name),
            pdf_name("/TU"): TextStringObject(tooltip),
            pdf_name("/F"): NumberObject(PRINT),
            pdf_name("/Rect"): ArrayObject([FloatObject(round(edge, 3)) for edge in rect]),
        }
    )


def _drawn(revision: Revision, spec: FieldSpec) -> DictionaryObject:
    box = spec.box
    widget = field_widget(spec.name, spec.tooltip, (box.x0, box.y0, box.x1, box.y1))
    appearance = add_appearance(revision, spec.appearance, box.width, box.height)
    widget["/AP"] = DictionaryObject({pdf_name("/N"): appearance})
    return widget


def _attach(
    revision: Revision, tree: "StructureTree", page_number: int, widget: DictionaryObject
) -> IndirectObject:
    page_ref = tree.pages[page_number]
    widget["/P"] = page_ref
    widget_ref = revision.add_object(widget, tree.objects)
    revision.register_annotation(page_ref, widget_ref)
    tree.add_form(widget, widget_ref, page_number)
    return widget_ref
