"""Signatures that an agency's own tool added to a scan: intact or not, and by whose certificate.

    inspection = scanned.read(pdf, trust)
    found = scanned.judge(report, inspection, trust, at)

A scan is nobody's form and carries no seal of ours. Its signatures are judged by the trust list
alone, at the moment the scan came: the time that a signature claims proves nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from asn1crypto import x509

from .layout import Kind
from .limits import MAX_BYTES
from .outside import MOST_WRONG, moment
from .report import Inspection, SignatureReport
from .trust import Checked, Revocation, Trust, check_certificate, load_certificate
from .verify import NO_SIGNATURE, UNREADABLE, inspect

TOO_LARGE = f"Tệp lớn hơn {MAX_BYTES // 2**20} MB nên hệ thống không kiểm tra chữ ký trong tệp."
SEAL = "Niêm phong kỹ thuật, không phải chữ ký của cơ quan."
ADDED_LATER = "Sau chữ ký này tệp có thêm nội dung mà chữ ký không bao trùm."
NOT_FOR_SIGNING = "Chứng thư này không dùng để ký."
NOT_TRUSTED = "Chứng thư không do nơi cấp trong danh sách tin cậy cấp, nên không rõ ai đã ký."
NOT_KNOWN = (
    "Chứng thư do nơi cấp được tin cậy cấp và còn hiệu lực; không xác định được chứng thư có bị thu "
    "hồi hay không."
)
GOOD = "Chứng thư do nơi cấp được tin cậy cấp, còn hiệu lực và không bị thu hồi."


class Finding(StrEnum):
    """What can be said of one signature on a scan."""

    TRUSTED = "trusted"
    UNKNOWN = "unknown"  # nothing tells whether it was revoked, or in force when it was made
    UNTRUSTED = "untrusted"  # by a certificate that the trust list does not lead to
    REVOKED = "revoked"
    BROKEN = "broken"  # not intact, or not made as the rules ask


@dataclass(frozen=True)
class Found:
    """One signature on a scan, the sentence that says what was found, and what it was checked with."""

    report: SignatureReport
    finding: Finding
    sentence: str
    chain_pems: tuple[str, ...] = ()
    evidence: tuple[bytes, ...] = ()


def read(pdf: bytes, trust: Trust) -> Inspection:
    """Return the signatures of any file whatever; never raise because of its bytes.

    The problem says why nothing is known of signatures; it is empty where there simply are none.
    """
    if len(pdf) > MAX_BYTES:
        return Inspection(problem=TOO_LARGE)
    found = inspect(pdf, (), trust=trust)
    return replace(found, problem=_INSTEAD.get(found.problem, found.problem))


_INSTEAD = {NO_SIGNATURE: "", UNREADABLE: "Không đọc được chữ ký trong tệp."}


def judge(report: SignatureReport, inspection: Inspection, trust: Trust, at: datetime) -> Found:
    """Say what is known at `at` of one of the file's signatures, by its certificate."""
    if sentence := _broken(report, inspection):
        return Found(report, Finding.BROKEN, sentence)
    if report.kind in (Kind.SEAL, Kind.TIME_STAMP):
        return Found(
            report, Finding.UNTRUSTED, SEAL if report.kind == Kind.SEAL else report.problem
        )
    certificate = load_certificate(report.certificate_pem)
    embedded = [load_certificate(text) for text in report.embedded_pems]
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    checked = check_certificate(certificate, embedded, trust, min(max(at, begins), ends))
    finding, sentence = _said(certificate, checked, report.claimed_at, at)
    chain = (report.certificate_pem, *checked.chain_pems)
    return Found(report, finding, sentence, chain, checked.evidence)


def _broken(report: SignatureReport, inspection: Inspection) -> str:
    """Return what is wrong with the signature itself; empty when nothing is."""
    if not report.intact:
        return report.problem
    covered = report.covers_whole_file or (report.modifications_ok and inspection.covered)
    return "" if covered else ADDED_LATER


def _said(
    certificate: x509.Certificate, checked: Checked, claimed: datetime, at: datetime
) -> tuple[Finding, str]:
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    if checked.revocation == Revocation.REVOKED:
        since = f" từ {moment(checked.revoked_at)}" if checked.revoked_at else ""
        return Finding.REVOKED, f"Chứng thư của người ký đã bị thu hồi{since}."
    if not checked.is_trusted:
        return Finding.UNTRUSTED, NOT_TRUSTED
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        return Finding.BROKEN, NOT_FOR_SIGNING
    if not begins <= at <= ends:
        return Finding.UNKNOWN, (
            f"Chứng thư có hiệu lực từ {moment(begins)} đến {moment(ends)}; bản quét nhận ngoài thời "
            "hạn ấy, nên không xác định được khi ký chứng thư có hiệu lực hay không."
        )
    if not begins <= claimed <= at + MOST_WRONG:
        return Finding.UNKNOWN, (
            f"Giờ ghi trong chữ ký là {moment(claimed)}, không thể đúng; không xác định được ký lúc nào."
        )
    known = checked.revocation == Revocation.GOOD
    return (Finding.TRUSTED, GOOD) if known else (Finding.UNKNOWN, NOT_KNOWN)
