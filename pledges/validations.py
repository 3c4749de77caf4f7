"""Whether token signatures hold, as last checked; checked anew when somebody asks."""

import base64

from cryptography import x509
from django.db import transaction
from django.utils import timezone

from khoithidua import audit, text
from khoithidua.models import DamagedFile
from pledges import signing
from pledges.certificates import PEM_BLOCK
from pledges.models import Paper, Signature, SignatureValidation
from pledges.revocation import trust_for

Result = SignatureValidation.Result
GOOD = "Chữ ký nguyên vẹn; chứng thư còn hiệu lực khi ký và không bị thu hồi."
NOT_KNOWN = (
    "Chữ ký nguyên vẹn, chứng thư còn hiệu lực khi ký; không xác định được chứng thư có bị thu hồi "
    "hay không."
)
NOT_TRUSTED = "Chứng thư không nối được tới danh sách tin cậy hiện nay."
DAMAGED = "Tệp lưu trữ không còn nguyên vẹn."


def outcome_of(revocation, revoked_at=None, signed_at=None):
    """(result, sentence) of a signature that is itself intact and whose certificate is trusted."""
    Revocation = signing.trust.Revocation
    if revocation == Revocation.GOOD:
        return Result.VALID, GOOD
    if revocation == Revocation.UNKNOWN:
        return Result.UNKNOWN, NOT_KNOWN
    if revoked_at and signed_at and revoked_at > signed_at:
        moment = text.moment(revoked_at)
        return Result.UNKNOWN, f"Chứng thư bị thu hồi lúc {moment}, sau khi chữ ký được nhận."
    return Result.INVALID, "Chứng thư của người ký đã bị thu hồi trước khi ký."


def keep_validation(signature, chain, outcome, *, evidence, algorithm, by, at):
    """Store what a check found, with what it was checked with; return the SignatureValidation."""
    result, sentence = outcome
    return SignatureValidation.objects.create(
        signature=signature,
        at=at,
        result=result,
        sentence=sentence,
        chain="".join(f"{pem.strip()}\n" for pem in chain),
        revocation=[base64.b64encode(der).decode() for der in evidence],
        algorithm=algorithm,
        by=by,
    )


def latest_for(signatures):
    """Give each token signature its `validation`, the last one made; in one query."""
    tokens = [row for row in signatures if row.form == Paper.Form.TOKEN]
    if tokens:
        rows = SignatureValidation.objects.filter(signature__in=tokens)
        last = {
            row.signature_id: row for row in rows.order_by("at", "pk").defer("chain", "revocation")
        }
        for signature in tokens:
            signature.validation = last.get(signature.pk)
    return signatures


def revalidate(paper, *, by):
    """Check every token signature of the paper anew; return how many were checked.

    What is asked of the network is asked before anything is written.
    """
    signatures = Signature.objects.filter(party__paper=paper, form=Paper.Form.TOKEN)
    signatures = signatures.select_related("signed_file__file", "party").order_by("pk")
    now = timezone.now()
    found = [(row, *_checked_anew(row, now)) for row in signatures]
    with transaction.atomic():
        for signature, chain, outcome, evidence, algorithm in found:
            keep_validation(
                signature,
                chain,
                outcome,
                evidence=evidence,
                algorithm=algorithm,
                by=by,
                at=now,
            )
        audit.record(
            "paper.revalidate",
            chain=paper.audit_chain,
            by=by,
            target=paper.audit_path,
            summary=f"Kiểm tra lại {len(found)} chữ ký số của {paper.audit_name}.",
            after={f"{row.pk}": str(outcome[0]) for row, _chain, outcome, *_rest in found},
        )
    return len(found)


def _checked_anew(signature, now):
    """(chain, outcome, evidence, algorithm) of one signature now."""
    first = signature.validations.order_by("at", "pk").first()
    pems = [match[0].decode() for match in PEM_BLOCK.finditer(first.chain.encode())]
    try:
        signature.signed_file.file.read()
    except (DamagedFile, OSError):
        return pems, (Result.INVALID, DAMAGED), (), first.algorithm
    checked = _certificate_anew(pems, signature, now)
    if checked.revocation != signing.trust.Revocation.REVOKED and not checked.is_trusted:
        return pems, (Result.UNKNOWN, NOT_TRUSTED), checked.evidence, first.algorithm
    outcome = outcome_of(checked.revocation, checked.revoked_at, signature.signed_at)
    return pems, outcome, checked.evidence, first.algorithm


def _certificate_anew(pems, signature, now):
    """The certificate by what is known today; once it has expired, by what was last known of it.

    Lists may leave out what has expired (RFC 5280 3.3): one of after its end clears nobody.
    """
    trust = trust_for(pems[:1])
    certificate, *above = map(signing.trust.load_certificate, pems)
    if now < certificate.not_valid_after:
        return signing.trust.check_certificate(certificate, above, trust, now)
    last = _last_known(signature, certificate.not_valid_after)
    known = tuple(base64.b64decode(text) for text in last.revocation)
    trust = signing.trust.Trust(trust.anchors, trust.others, *_lists_and_answers(known))
    return signing.trust.check_certificate(certificate, above, trust, last.at)


def _last_known(signature, end):
    """The last check before the certificate's end that had word of revocation, else the first."""
    rows = list(signature.validations.order_by("at", "pk"))
    telling = [row for row in rows if row.at < end and row.revocation]
    return telling[-1] if telling else rows[0]


def _lists_and_answers(ders):
    crls, answers = [], []
    for der in ders:
        try:
            x509.load_der_x509_crl(der)
        except ValueError:
            answers.append(der)
        else:
            crls.append(der)
    return tuple(crls), tuple(answers)
