"""A document time stamp in a file: what its revision may change, and whether the stamp holds."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    Reference,
    pdf_name,
)
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import (
    DocumentTimestampStatus,
    EmbeddedPdfSignature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from .increment import UnexpectedChange, lasting
from .layout import Kind, kind_of, label
from .loop import run
from .objects import is_same
from .prepare import field_widget
from .proof import describe, end_of
from .report import SignatureReport
from .timestamp import TOOLTIP

VALUE_ENTRIES = frozenset({"/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange"})
SOMETHING_ELSE = "Phần thêm vào không chỉ có dấu thời gian."


def stamped_field(old: HistoricalResolver, new: HistoricalResolver) -> tuple[str, DictionaryObject]:
    """Return the name and dictionary of the one time stamp field that `new` added and filled.

    Raise UnexpectedChange unless that is all it did: the form and the first page each list one
    field more, at the end; that field has no area and no look; its value is a time stamp.
    """
    if new.refs_freed_in_revision() or lasting(old.trailer_view) != lasting(new.trailer_view):
        raise UnexpectedChange("Phần thêm vào đã thay cấu trúc của tệp.")
    written = set(new.explicit_refs_in_revision())
    added = {reference for reference in written if old.is_ref_unassignable(reference)}
    page = old.find_page_for_modification(0)[0]
    last = new.root["/AcroForm"]["/Fields"].raw_get(-1)
    if not isinstance(last, IndirectObject) or last.reference not in added:
        raise UnexpectedChange(SOMETHING_ELSE)
    name, field = _time_stamp(old, new(last.reference), page)
    places = _places(old, page)
    for reference in written - added:
        path = places.get(reference)
        if path is None or not is_same(_longer(old(reference), path, last), new(reference)):
            raise UnexpectedChange("Phần thêm vào đã thay nội dung của văn bản.")
    container = new.reader.xrefs.get_xref_container_info(new.revision).stream_ref
    ours = {last.reference, field.raw_get("/V").reference, container}
    if added - ours - set(new.object_streams_used()):
        raise UnexpectedChange(SOMETHING_ELSE)
    return name, field


def _time_stamp(
    old: HistoricalResolver, field: DictionaryObject, page: IndirectObject
) -> tuple[str, DictionaryObject]:
    """Return the new field's name and itself, if it is as `timestamp.prepare` makes it."""
    name = str(field.get("/T", ""))
    if "/V" not in field or not isinstance(field.raw_get("/V"), IndirectObject):
        raise UnexpectedChange(SOMETHING_ELSE)
    value = field["/V"]
    expected = field_widget(name, TOOLTIP, (0, 0, 0, 0))
    expected["/P"], expected["/V"] = page, field.raw_get("/V")
    taken = {name for name, _value, _field in enumerate_sig_fields(old)}
    if (
        not is_same(expected, field)
        or kind_of(name) != Kind.TIME_STAMP
        or name in taken
        or not is_same(pdf_name("/DocTimeStamp"), value.raw_get("/Type"))
        or not VALUE_ENTRIES.issuperset(value)
    ):
        raise UnexpectedChange(SOMETHING_ELSE)
    return name, field


def _places(old: HistoricalResolver, page: IndirectObject) -> dict[Reference, tuple[str, ...]]:
    """Return the objects that hold the two lists which a new field enters, and the way into each."""
    form = old.root.raw_get("/AcroForm")
    fields, home = old.root["/AcroForm"].raw_get("/Fields"), old.root_ref
    way = ("/AcroForm", "/Fields")
    if isinstance(form, IndirectObject):
        home, way = form.reference, ("/Fields",)
    if isinstance(fields, IndirectObject):
        home, way = fields.reference, ()
    annotations = page.get_object().raw_get("/Annots")
    if isinstance(annotations, IndirectObject):
        return {home: way, annotations.reference: ()}
    return {home: way, page.reference: ("/Annots",)}


def _longer(holder, way: tuple[str, ...], reference: IndirectObject):
    """Return a copy of `holder` in which the list at the end of `way` has one entry more."""
    if not way:
        return ArrayObject([*(holder.raw_get(index) for index in range(len(holder))), reference])
    copy = DictionaryObject({key: holder.raw_get(key) for key in holder})
    copy[way[0]] = _longer(holder.raw_get(way[0]), way[1:], reference)
    return copy


def examine(
    pdf: bytes,
    reader: PdfFileReader,
    name: str,
    field: DictionaryObject,
    roots: tuple[x509.Certificate, ...],
    at: datetime | None,
) -> tuple[SignatureReport, int]:
    """Check the time stamp in `field` as `proof.examine` checks a signature.

    `claimed_at` is the moment the authority says, `signer_name` is the authority's.
    """
    stamp = EmbeddedPdfSignature(reader, field, name)
    moment = stamp.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    report = replace(
        SignatureReport(name, kind_of(name), **describe(stamp.signer_cert.dump())),
        claimed_at=moment,
    )
    status = _validate(stamp, roots, at or moment)
    problem, untouched = "", status.intact and status.valid
    if not untouched:
        problem = f"{label(name)}: nội dung đã bị thay đổi sau khi cấp."
    elif status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        untouched, problem = False, f"{label(name)}: không bao trùm phần tệp trước nó."
    elif not status.trusted:
        problem = f"{label(name)}: không do nơi cấp dấu thời gian được tin cậy cấp."
    elif not _is_plainly_written(pdf, stamp):
        untouched, problem = False, f"{label(name)}: phần chứa dấu thời gian đã bị thay đổi."
    report = replace(
        report,
        intact=untouched,
        trusted=bool(status.trusted),
        covers_whole_file=end_of(stamp) == len(pdf),
        problem=problem,
    )
    return report, stamp.signed_revision


def _validate(
    stamp: EmbeddedPdfSignature, roots: Iterable[x509.Certificate], moment: datetime
) -> DocumentTimestampStatus:
    """Validate digest, CMS and chain at `moment`; no revocation is asked for, nothing is fetched."""
    context = ValidationContext(
        trust_roots=list(roots),
        moment=moment,
        best_signature_time=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    return run(async_validate_pdf_timestamp(stamp, validation_context=context, skip_diff=True))


def _is_plainly_written(pdf: bytes, stamp: EmbeddedPdfSignature) -> bool:
    """Tell whether the token stands in its place as written here: its digits, then zeros.

    What the authority sent along unsigned (certificates beside its own chain) cannot be composed
    anew as ours is in `proof`: that those are unchanged is for the record's SHA-256 to say.
    """
    _, gap_start, gap_end, _ = stamp.byte_range
    der = cms.ContentInfo.load(stamp.pkcs7_content).dump()
    digits = der.hex().upper().ljust(gap_end - gap_start - 2, "0")
    return pdf[gap_start:gap_end] == f"<{digits}>".encode()
