import unicodedata
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pledges.signing.ca import Issuer, Subject, name_parts, new_issuing, new_root
from pledges.signing.errors import CertificateOutOfDate, KeyAlreadyUsed, WrongKey, WrongPassphrase

from .signing_samples import NOW, OURS, UNIT, issuer, root


def certified(subject: Subject) -> x509.Certificate:
    return x509.load_der_x509_certificate(issuer(OURS).certify(subject, NOW).certificate)


def extension(certificate, kind):
    return certificate.extensions.get_extension_for_class(kind)


def test_root_certifies_authorities_and_nothing_else():
    certificate = x509.load_pem_x509_certificate(root(OURS).certificate_pem.encode())

    constraints = extension(certificate, x509.BasicConstraints)
    usage = extension(certificate, x509.KeyUsage)

    certificate.verify_directly_issued_by(certificate)
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=1)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert not usage.value.digital_signature
    assert certificate.not_valid_after_utc == NOW.replace(year=2056)


def test_issuing_authority_is_the_last_one_in_a_chain():
    certificate = issuer(OURS).certificate
    above = x509.load_pem_x509_certificate(root(OURS).certificate_pem.encode())

    certificate.verify_directly_issued_by(above)
    assert extension(certificate, x509.BasicConstraints).value.path_length == 0
    assert certificate.not_valid_after_utc == NOW.replace(year=2051)


def test_issuing_authority_ends_with_its_root_at_the_latest():
    above = new_root("Gốc", "Sở Nội vụ", "gốc", NOW, years=20)

    issuing = new_issuing(above, "gốc", "Cấp", "Sở Nội vụ", "cấp", NOW, years=25)

    certificate = x509.load_pem_x509_certificate(issuing.certificate_pem.encode())
    assert certificate.not_valid_after_utc == NOW.replace(year=2046)


def test_authority_made_on_a_leap_day_ends_on_the_day_before():
    leap_day = NOW.replace(year=2028, month=2, day=29)

    made = new_root("Gốc", "Sở Nội vụ", "gốc", leap_day, years=30)

    certificate = x509.load_pem_x509_certificate(made.certificate_pem.encode())
    assert certificate.not_valid_after_utc == NOW.replace(year=2058, month=2, day=28)


def test_authority_key_is_stored_encrypted_and_not_shown():
    assert root(OURS).key_pem.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert "PRIVATE KEY" not in repr(root(OURS))


def test_authority_without_a_passphrase_is_refused():
    with pytest.raises(ValueError, match="passphrase"):
        new_root("Gốc", "Sở Nội vụ", "", NOW)


@pytest.mark.parametrize("passphrase", ["sai", ""])
def test_wrong_passphrase_is_said_clearly(passphrase):
    with pytest.raises(WrongPassphrase, match="Mật khẩu khóa không đúng"):
        Issuer.load(root(OURS).certificate_pem, root(OURS).key_pem, passphrase)


def test_key_of_another_certificate_is_refused():
    other = new_root("Gốc khác", "Sở khác", "gốc", NOW)

    with pytest.raises(WrongKey):
        Issuer.load(root(OURS).certificate_pem, other.key_pem, "gốc")


def test_signer_certificate_lasts_as_long_as_the_authority_and_allows_for_clock_drift():
    certificate = certified(Subject("Nguyễn Thị Ngẫm", UNIT))

    certificate.verify_directly_issued_by(issuer(OURS).certificate)
    assert certificate.not_valid_before_utc == NOW - timedelta(minutes=1)
    assert certificate.not_valid_after_utc == issuer(OURS).certificate.not_valid_after_utc


def test_signer_certificate_is_for_signing_documents_only():
    certificate = certified(Subject("Nguyễn Thị Ngẫm", UNIT))

    usage = extension(certificate, x509.KeyUsage).value
    purposes = {oid.dotted_string for oid in extension(certificate, x509.ExtendedKeyUsage).value}

    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert not extension(certificate, x509.BasicConstraints).value.ca
    assert "1.3.6.1.5.5.7.3.36" in purposes
    assert ExtendedKeyUsageOID.SERVER_AUTH.dotted_string not in purposes


def test_two_signers_share_neither_key_nor_serial():
    one, two = (certified(Subject("Nguyễn Thị Ngẫm", UNIT)) for _ in range(2))

    assert one.public_key() != two.public_key()
    assert one.serial_number != two.serial_number


@pytest.mark.parametrize("years", [-1, 26])
def test_authority_out_of_date_certifies_nobody(years):
    with pytest.raises(CertificateOutOfDate):
        issuer(OURS).certify(Subject("Nguyễn Thị Ngẫm", UNIT), NOW.replace(year=NOW.year + years))


def test_key_signs_once():
    signer = issuer(OURS).certify(Subject("Nguyễn Thị Ngẫm", UNIT), NOW)
    public_key = x509.load_der_x509_certificate(signer.certificate).public_key()

    signature = signer.sign(b"first")

    public_key.verify(signature, b"first", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public_key.verify(signature, b"second", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(KeyAlreadyUsed):
        signer.sign(b"second")


def test_chain_holds_the_issuing_certificate_but_not_the_root():
    signer = issuer(OURS).certify(Subject("Nguyễn Thị Ngẫm", UNIT), NOW)

    subjects = [x509.load_der_x509_certificate(der).subject for der in signer.chain]

    assert subjects == [issuer(OURS).certificate.subject]


@pytest.mark.parametrize(
    "unit",
    [
        "Sở Nội vụ",
        "Đơn vị " + "a" * 57,  # 64 characters, the most X.520 allows
        UNIT,
        "Ủy ban " + "b" * 70,  # nowhere to cut but inside a word
        "Văn phòng " * 30,
    ],
)
def test_long_names_are_cut_for_strict_readers_and_read_back_whole(unit):
    certificate = certified(Subject("Lê " + "Thị " * 20, unit, "Phó " * 40, "ld-1"))

    parts = name_parts(certificate)
    shown = [
        part.value
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.TITLE)
        for part in certificate.subject.get_attributes_for_oid(oid)
    ]

    assert parts == Subject("Lê " + "Thị " * 19 + "Thị", unit.strip(), "Phó " * 39 + "Phó", "ld-1")
    assert len(shown) == 3
    assert all(len(text) <= 64 for text in shown)


def test_names_are_composed_letters_whatever_was_typed():
    typed = unicodedata.normalize("NFD", "Nguyễn Thị Ngẫm")

    certificate = certified(
        Subject(typed, unicodedata.normalize("NFD", "Sở Y tế"), " Phó  Giám đốc")
    )

    assert name_parts(certificate) == Subject("Nguyễn Thị Ngẫm", "Sở Y tế", "Phó Giám đốc")


def test_serial_number_keeps_to_what_its_type_can_hold():
    with pytest.raises(ValueError, match="serial number"):
        Subject("Nguyễn Thị Ngẫm", UNIT, serial_number="số 1")
