"""Accepting a file signed with a token against pyHanko alone validating the same file."""

import logging
from datetime import timedelta
from io import BytesIO

import time_machine

from benchmarks.timing import Row, side_by_side

TARGET = 1.3
SIGNERS = 8  # members who signed before this one


def measure_uploads(rounds):
    """One upload over eight tokens' signatures: in process, in the limited one, and bare."""
    from pledges import signing

    logging.getLogger("pyhanko").setLevel(logging.ERROR)
    before, after, options = _upload()
    medians = side_by_side(
        {
            "accept": lambda: signing.accept.accept(before, after, **options),
            "limited": lambda: signing.limited.accept(before, after, **options),
            "file": lambda: _validate(after, options, newest_only=False),
            "signature": lambda: _validate(after, options, newest_only=True),
        },
        rounds,
    )
    file, signature = ("pyHanko, the same file", "pyHanko, the new signature alone")
    return [
        Row("an upload, in bounds", medians["limited"], file, medians["file"], TARGET),
        Row("an upload, in process", medians["accept"], file, medians["file"], TARGET),
        Row("an upload, in process", medians["accept"], signature, medians["signature"], TARGET),
    ]


def _upload():
    """The file in force, signed by all but the last, and that one's upload."""
    from pledges.signing.accept import Expected, Trust
    from tests.pledges.signing import pki
    from tests.pledges.signing.tools import by_pyhanko
    from tests.pledges.signing_samples import NOW, signed

    at, before, token = NOW + timedelta(minutes=2), signed(0), pki.leaf()
    with time_machine.travel(at):
        for number in range(1, SIGNERS):
            before = by_pyhanko(before, f"KY{number:02d}", pki.leaf(f"Người Thử {number}"))
        after = by_pyhanko(before, f"KY{SIGNERS:02d}", token)
    options = {
        "expected": Expected({f"KY{SIGNERS:02d}": (token.pem,)}),
        "trust": Trust(pki.anchors(), pki.intermediates(), pki.crls()),
        "at": at,
    }
    return before, after, options


def _validate(pdf, options, *, newest_only):
    """What a program would do with pyHanko alone: every signature, and what changed since it."""
    from asn1crypto import crl
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from pledges.signing.proof import read_roots
    from tests.pledges.signing_samples import roots

    trust = options["trust"]
    signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    for signature in signatures[-1:] if newest_only else signatures:
        context = ValidationContext(
            trust_roots=read_roots([*trust.anchors, *roots()]),
            other_certs=read_roots(trust.others),
            crls=[crl.CertificateList.load(der) for der in trust.crls],
            moment=options["at"],
            allow_fetching=False,
        )
        assert validate_pdf_signature(signature, context).bottom_line
