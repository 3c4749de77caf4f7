"""Checking a whole file (`inspect`), and one new signature against the file before it.

"Intact" here means that no byte is other than in the file the last one signed, and that each
revision after the seal did nothing but fill one field. Whether the file is the one on record is for
the caller to say, by its SHA-256.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from itertools import islice

from asn1crypto import x509
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import read_certification_data

from .additions import NotAllowed, review
from .boxes import box_around, boxes_of, pages_of
from .errors import SigningRefused
from .increment import UnexpectedChange, filled_field, refuse_other_base
from .layout import SEAL_FIELD, Box, Kind, kind_of, label
from .limits import LIMITS, MAX_BYTES, MAX_FIELDS, MAX_REVISIONS
from .outside import judge
from .proof import examine, read_roots
from .report import Inspection, SignatureReport
from .stamped import examine as examine_stamp
from .stamped import stamped_field
from .trust import Trust

NO_SIGNATURE = "Tệp không có chữ ký nào."
UNREADABLE = "Không đọc được tệp: không phải PDF, hoặc tệp đã hỏng hay bị sửa."


class NotOurs(Exception):
    """The file as a whole is not one that this package made."""


@dataclass(frozen=True)
class _Found:
    report: SignatureReport
    revision: int


def inspect(
    pdf: bytes,
    roots: Iterable[str],
    at: datetime | None = None,
    *,
    with_agencies: bool = False,
    trust: Trust | None = None,
    certified: bool = True,
    stamp_roots: Iterable[str] = (),
) -> Inspection:
    """Say everything about the signatures of any file whatever; never raise because of its bytes.

    `roots` are the PEM certificates to trust, `at` the moment to judge the certificates by (the
    moment each signature claims, when None); `with_agencies` asks `complete` for agency seals too.
    `trust` is the trust list for signatures that members made with their own tokens (never for the
    seal), `stamp_roots` are the certificates to trust for time stamps. `certified` is False where
    the installation seals without certifying.
    """
    anchors, stamp_anchors = read_roots(roots), read_roots(stamp_roots)
    if len(pdf) > MAX_BYTES:
        return Inspection(problem="Tệp quá lớn.")
    try:
        reader = _open(pdf)
        filled, empty = _fields(reader)
        boxes = {}
        if not certified:
            boxes, filled, empty = _in_boxes(reader, filled, empty)
        found = sorted(
            (
                _found(pdf, reader, name, field, _of(name, anchors, stamp_anchors), at, trust)
                for name, field in filled.items()
            ),
            key=lambda one: one.revision,
        )
        changes = _changes(reader, found, boxes, tolerant=trust is not None)
        sealed = _is_sealed(reader, found, certified)
        ends = found[-1].report.covers_whole_file or _ends_in_order(pdf, found[-1], changes)
    except NotOurs as error:
        return Inspection(problem=str(error))
    except Exception:
        # Anyone may upload anything, and the parsers raise some thirty kinds of exceptions on bytes
        # that are not what they should be. Whatever it is, the file is not vouched for.
        return Inspection(problem=UNREADABLE)
    reports = tuple(_with_later(one, changes, sealed) for one in found)
    concluded = _concluded(reports, empty, _first_problem(reports, sealed, ends), with_agencies)
    return replace(concluded, covered=ends)


def check_increment(
    before: bytes,
    after: bytes,
    field_name: str,
    roots: Iterable[str],
    at: datetime | None = None,
) -> SignatureReport:
    """Return the new signature if `after` is `before` plus one good signature in `field_name`.

    Raise SigningRefused unless the old bytes are an exact prefix, the one new revision holds one
    signature, in exactly that field, intact and trusted (at `at`, else when it claims to be made),
    covering the whole file, and nothing else was changed. Earlier signatures are not validated
    again: their bytes are the same as when they were. Quick, for it runs inside a database lock.
    The field of a time stamp is new with its value, and `roots` are those to trust for time stamps.
    """
    anchors = read_roots(roots)
    if len(after) > MAX_BYTES:
        raise SigningRefused("Tệp mới quá lớn.")
    if len(after) <= len(before) or not after.startswith(before):
        raise SigningRefused("Tệp mới không giữ nguyên tệp đang có hiệu lực.")
    try:
        reader = _open(after)
        refuse_other_base(reader, before)
        newest = reader.xrefs.total_revisions - 1
        name, field = _filled_in(reader, newest, field_name)
        if name != field_name:
            raise UnexpectedChange(f"Chữ ký nằm ở ô {name}, không phải ô {field_name}.")
        report, revision = _examine(after, reader, name, field, anchors, at)
    except (NotOurs, UnexpectedChange) as error:
        raise SigningRefused(str(error)) from error
    except Exception as error:
        raise SigningRefused("Không đọc được phần thêm vào tệp.") from error
    if report.problem:
        raise SigningRefused(report.problem)
    if revision != newest or not report.covers_whole_file:
        raise SigningRefused(f"Ô {field_name}: chữ ký không bao trùm toàn bộ tệp.")
    return replace(report, modifications_ok=True, docmdp_ok=True)


def _open(pdf: bytes) -> PdfFileReader:
    reader = PdfFileReader(BytesIO(pdf), decode_limits=LIMITS)
    if reader.encrypted:
        raise NotOurs("Tệp bị đặt mật khẩu.")
    if reader.xrefs.hybrid_xrefs_present or reader.xrefs.total_revisions > MAX_REVISIONS:
        raise NotOurs("Tệp có cấu trúc lạ.")
    return reader


def _fields(reader: PdfFileReader) -> tuple[dict[str, DictionaryObject], tuple[str, ...]]:
    """Return the signed fields by name, and the names of the empty ones."""
    fields = list(islice(enumerate_sig_fields(reader), MAX_FIELDS + 1))
    names = [name for name, _value, _field in fields]
    if len(fields) > MAX_FIELDS or len(set(names)) != len(names):
        raise NotOurs("Tệp có cấu trúc lạ.")
    filled = {name: field.get_object() for name, value, field in fields if value is not None}
    if not filled:
        raise NotOurs(NO_SIGNATURE)
    return filled, tuple(name for name in names if name not in filled)


def _found(
    pdf: bytes,
    reader: PdfFileReader,
    name: str,
    field: DictionaryObject,
    anchors: tuple[x509.Certificate, ...],
    at: datetime | None,
    trust: Trust | None,
) -> _Found:
    try:
        report, revision = _examine(pdf, reader, name, field, anchors, at)
        by_member = kind_of(name) not in (Kind.SEAL, Kind.TIME_STAMP)
        if trust and by_member and report.intact and not report.trusted:
            report = judge(pdf, reader, report, field, revision, trust, at)
        return _Found(report, revision)
    except Exception:
        problem = f"{label(name)}: không đọc được chữ ký."
        return _Found(SignatureReport(name, kind_of(name), problem=problem), -1)


def _in_boxes(
    reader: PdfFileReader, filled: dict[str, DictionaryObject], empty: tuple[str, ...]
) -> tuple[dict[str, Box], dict[str, DictionaryObject], tuple[str, ...]]:
    """Return the boxes of empty fields, and the fields with those drawn in a box under its name."""
    fields = enumerate_sig_fields(reader)
    boxes = boxes_of(reader, (field.get_object() for name, _, field in fields if name in empty))
    pages, renamed = pages_of(reader.root), {}
    for name, field in filled.items():
        own = box_around(field, boxes, pages) if kind_of(name) == Kind.OTHER else None
        renamed[own if own and own not in renamed else name] = field
    return boxes, renamed, tuple(name for name in empty if name not in renamed)


def _changes(
    reader: PdfFileReader, found: list[_Found], boxes: dict[str, Box], *, tolerant: bool
) -> dict[int, str]:
    """Return, for every revision after the first signature, what is wrong with it, if anything.

    `tolerant` also allows what tools write besides a signature (additions.py).
    """
    names = {one.revision: one.report.field_name for one in found if one.revision >= 0}
    changes = {}
    for number in range(min(names, default=MAX_REVISIONS) + 1, reader.xrefs.total_revisions):
        try:
            name, _field = _filled_in(reader, number, names.get(number, ""))
        except UnexpectedChange as error:
            allowed = tolerant and _is_allowed(reader, number, names.get(number), boxes)
            changes[number] = "" if allowed else str(error)
        else:
            changes[number] = "" if names.get(number) == name else "Một ô đã ký bị thay chữ ký."
    return changes


def _is_allowed(
    reader: PdfFileReader, revision: int, name: str | None, boxes: dict[str, Box]
) -> bool:
    """Tell whether a revision only signed this field, or only added validation data.

    Tools write no time stamps here: for those there is only the exact rule.
    """
    if name and kind_of(name) == Kind.TIME_STAMP:
        return False
    old, new = (reader.get_historical_resolver(number) for number in (revision - 1, revision))
    try:
        addition = review(old, new, boxes)
    except NotAllowed:
        return False
    if name is None:
        return not addition.fields and addition.adds_validation_data
    return list(addition.fields) == [name]


def _ends_in_order(pdf: bytes, last: _Found, changes: dict[int, str]) -> bool:
    """Tell whether nothing but allowed revisions follow the last signature."""
    later = [problem for number, problem in changes.items() if number > last.revision]
    return bool(later) and not any(later) and pdf.rstrip(b"\r\n").endswith(b"%%EOF")


def _filled_in(reader: PdfFileReader, revision: int, expected: str) -> tuple[str, DictionaryObject]:
    """Return the field that a revision filled, by the rule for what is `expected` in it."""
    old, new = (reader.get_historical_resolver(number) for number in (revision - 1, revision))
    rule = stamped_field if kind_of(expected) == Kind.TIME_STAMP else filled_field
    return rule(old, new)


def _examine(pdf: bytes, reader: PdfFileReader, name: str, *rest) -> tuple[SignatureReport, int]:
    look = examine_stamp if kind_of(name) == Kind.TIME_STAMP else examine
    return look(pdf, reader, name, *rest)


def _of(name: str, anchors: tuple, stamp_anchors: tuple) -> tuple[x509.Certificate, ...]:
    return stamp_anchors if kind_of(name) == Kind.TIME_STAMP else anchors


def _is_sealed(reader: PdfFileReader, found: list[_Found], certified: bool) -> bool:
    """Tell whether the first signature is the seal and certifies the file for form filling."""
    if found[0].report.kind != Kind.SEAL:
        return False
    if not certified:
        return True
    certification = read_certification_data(reader)
    _name, _value, field = next(enumerate_sig_fields(reader, with_name=SEAL_FIELD))
    return (
        certification is not None
        and certification.permission == MDPPerm.FILL_FORMS
        and reader.root["/Perms"].raw_get("/DocMDP") == field.get_object().raw_get("/V")
    )


def _with_later(one: _Found, changes: dict[int, str], sealed: bool) -> SignatureReport:
    later = [problem for number, problem in changes.items() if number > one.revision and problem]
    readable = one.revision >= 0
    report = replace(
        one.report,
        modifications_ok=readable and not later,
        docmdp_ok=readable and not later and sealed,
    )
    if report.problem or not later:
        return report
    return replace(
        report, problem=f"{label(report.field_name)}: sau khi ký, tệp bị sửa. {later[0]}"
    )


def _concluded(
    reports: tuple[SignatureReport, ...], empty: tuple[str, ...], problem: str, with_agencies: bool
) -> Inspection:
    return Inspection(
        signatures=reports,
        empty_fields=empty,
        intact=not problem,
        complete=not problem and _is_complete(reports, empty, with_agencies),
        problem=problem,
    )


def _first_problem(reports: tuple[SignatureReport, ...], sealed: bool, ends: bool) -> str:
    for report in reports:
        if report.problem:
            return report.problem
    if not sealed:
        return "Tệp không mở đầu bằng niêm phong kỹ thuật của hệ thống."
    if not ends:
        return "Sau chữ ký cuối cùng có nội dung thêm vào tệp."
    return ""


def _is_complete(
    reports: tuple[SignatureReport, ...], empty: tuple[str, ...], with_agencies: bool
) -> bool:
    wanted = {Kind.LEADER, Kind.AGENCY} if with_agencies else {Kind.LEADER}
    signed = {report.kind for report in reports}
    return wanted <= signed and not any(kind_of(name) in wanted for name in empty)
