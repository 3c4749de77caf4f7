"""A pledge signed by hand: who signed, its scan, and what is said of both to anyone."""

import io
import subprocess
from datetime import date, timedelta

import asn1crypto.keys
import asn1crypto.x509
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.utils import timezone
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec
from pyhanko_certvalidator.registry import SimpleCertificateStore

from khoithidua.models import AuditEntry, Outbox
from khoithidua.uploads import Upload
from pledges import verification
from pledges.models import Paper, Scan, Signature
from pledges.on_paper import HandSigned, keep_scan, record_signed
from pledges.verification import Answer
from tests.env import needs_poppler
from tests.factories import (
    EmulationYearFactory,
    PaperFactory,
    deputy_of,
    last_file,
    lead_of,
    leader_of,
    make_ca,
    member_of,
    officer_of,
    scan_of,
)
from tests.pledges.pages import at, text_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 6)


@pytest.fixture
def paper():
    return PaperFactory(year=EmulationYearFactory(members=3), signing=True, form="paper")


def lead(paper):
    return officer_of(lead_of(paper.year))


def by_hand(paper, *units):
    parties = paper.parties.filter(unit__in=units).order_by("position")
    return [HandSigned(party, party.signer_name, party.signer_title) for party in parties]


def everyone(paper):
    return by_hand(paper, *paper.parties.values_list("unit", flat=True))


def fresh(paper):
    return Paper.objects.get(pk=paper.pk)


def countersigned(data, at):
    """The same bytes and one signature added, as a clerk's tool leaves them; its signer is unknown."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sở Thử nghiệm 1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    signer = signers.SimpleSigner(
        asn1crypto.x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        asn1crypto.keys.PrivateKeyInfo.load(
            key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        ),
        SimpleCertificateStore(),
    )
    out = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(data)),
        signers.PdfSignatureMetadata(field_name="CoQuan", md_algorithm="sha256"),
        signer,
        new_field_spec=SigFieldSpec("CoQuan"),
    )
    return out.getvalue()


# Recording


def test_units_are_recorded_in_several_goes_with_whoever_held_the_pen(paper):
    deputy = paper.parties.get(unit=deputy_of(paper.year))

    record_signed(paper, by_hand(paper, lead_of(paper.year)), by=lead(paper), on=DAY)
    record_signed(
        paper,
        [HandSigned(deputy, "Nguyễn Thị Thử", "KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC")],
        by=lead(paper),
        on=DAY,
    )

    row = Signature.objects.get(party=deputy)
    assert (row.person, row.form, row.signed_on) == ("Nguyễn Thị Thử", "paper", DAY)
    assert row.signing_title_lines == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    assert (row.user, row.signed_at) == (None, None)
    assert fresh(paper).state == Paper.State.SIGNING
    entry = AuditEntry.objects.filter(action="paper.record_signed").first()
    assert "2/3 đơn vị" in entry.summary


def test_unit_is_recorded_once_and_never_ahead_of_its_day(paper):
    signed = by_hand(paper, lead_of(paper.year))
    record_signed(paper, signed, by=lead(paper), on=DAY)

    with pytest.raises(ValidationError, match="đã được ghi nhận"):
        record_signed(paper, signed, by=lead(paper), on=DAY)
    with pytest.raises(ValidationError, match="chưa đến"):
        record_signed(paper, everyone(paper)[1:], by=lead(paper), on=DAY + timedelta(days=1))
    with pytest.raises(ValidationError, match="Chưa chọn"):
        record_signed(paper, [], by=lead(paper), on=DAY)


def test_paper_of_another_form_is_not_recorded_by_hand():
    paper = PaperFactory(signing=True)

    with pytest.raises(ValidationError, match="ký giấy"):
        record_signed(paper, everyone(paper), by=lead(paper), on=DAY)
    with pytest.raises(ValidationError, match="ký giấy"):
        keep_scan(paper, scan_of(paper.year), by=lead(paper))


def test_nobody_signs_in_the_application_what_is_signed_by_hand(login, paper):
    client = login(leader_of(lead_of(paper.year)))

    assert client.get(at("pledge_sign", paper)).status_code == 403


# The scan, and completion


@pytest.mark.parametrize("scan_first", [True, False])
def test_paper_is_complete_when_everyone_is_recorded_and_the_scan_is_kept(paper, scan_first):
    steps = [
        lambda: keep_scan(paper, scan_of(paper.year), by=lead(paper)),
        lambda: record_signed(paper, everyone(paper), by=lead(paper), on=DAY),
    ]
    for step in steps if scan_first else reversed(steps):
        assert fresh(paper).state == Paper.State.SIGNING
        step()

    assert fresh(paper).state == Paper.State.COMPLETE
    assert AuditEntry.objects.filter(action="paper.complete").count() == 1
    assert Outbox.objects.filter(body__contains="bản quét đã lưu").count() == 6


def test_better_scan_takes_the_place_of_the_first_until_the_paper_is_complete(paper):
    keep_scan(paper, scan_of(paper.year), by=lead(paper))
    better = keep_scan(paper, scan_of(paper.year, pages=2), by=lead(paper))
    record_signed(paper, everyone(paper), by=lead(paper), on=DAY)

    assert paper.scans.first() == better
    with pytest.raises(ValidationError, match="chỉ nhận chính tệp ấy"):
        keep_scan(paper, scan_of(paper.year, pages=3), by=lead(paper))


def test_scan_is_a_pdf(paper):
    with pytest.raises(ValidationError, match="tệp PDF"):
        keep_scan(paper, Upload("anh.jpg", "jpeg", "image/jpeg", b"\xff\xd8\xff"), by=lead(paper))


def test_scan_on_record_is_never_rewritten(paper):
    scan = keep_scan(paper, scan_of(paper.year), by=lead(paper))

    for change in (
        lambda: Scan.objects.filter(pk=scan.pk).delete(),
        lambda: Scan.objects.filter(pk=scan.pk).update(problem="khác"),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_scan_signed_by_the_lead_agency_afterwards_is_the_record_copy(client, paper):
    plain = scan_of(paper.year)
    first = keep_scan(paper, plain, by=lead(paper))
    record_signed(paper, everyone(paper), by=lead(paper), on=DAY)
    signed = countersigned(plain.data, timezone.now())

    scan = keep_scan(paper, Upload("q.pdf", "pdf", "application/pdf", signed), by=lead(paper))

    assert scan.countersigns == first
    (row,) = scan.signatures
    assert row["signer"] == "Sở Thử nghiệm 1"
    assert "không do nơi cấp được tin cậy cấp" in row["problem"]
    shown = text_of(client.get(f"/xac-minh/{paper.code}/"))
    assert "Chữ ký trong bản quét Sở Thử nghiệm 1." in shown
    for data in (signed, plain.data):
        assert verification.of_file(data).answer == Answer.COMPLETE


# To anyone


def test_verification_says_that_the_original_is_on_paper_and_shows_the_scans_digest(client, paper):
    scan = keep_scan(paper, scan_of(paper.year), by=lead(paper))
    shown = text_of(client.get(f"/xac-minh/{paper.code}/"))
    assert "đang trong quá trình ký kết" in shown
    assert "của bản quét" not in shown

    record_signed(paper, everyone(paper), by=lead(paper), on=DAY)

    shown = text_of(client.get(f"/xac-minh/{paper.code}/"))
    assert "đủ 3/3 đơn vị đã ký giấy" in shown
    assert "Bản gốc là bản giấy có chữ ký của các đơn vị. Bản quét của bản giấy" in shown
    assert scan.file.sha256 in shown.replace(" ", "")


def test_scan_itself_verifies_and_one_that_was_replaced_does_not(client, paper):
    keep_scan(paper, scan_of(paper.year), by=lead(paper))
    keep_scan(paper, scan_of(paper.year, pages=2), by=lead(paper))
    record_signed(paper, everyone(paper), by=lead(paper), on=DAY)

    def answer(data):
        file = SimpleUploadedFile("q.pdf", data, "application/pdf")
        return text_of(client.post("/xac-minh/", {"file": file}))

    assert "Tệp giống hệt bản quét lưu trong hệ thống." in answer(scan_of(paper.year, pages=2).data)
    assert "không phải do hệ thống này tạo ra" in answer(scan_of(paper.year).data)


@needs_poppler
def test_print_out_leaves_room_for_pens_above_the_names(paper):
    data = last_file(paper).file.read()
    found = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    words = " ".join(found.stdout.decode().split())

    assert "(Đã ký)" not in words
    for party in paper.parties.all():
        assert party.signer_name in words


# Pages


def test_lead_freezes_in_this_form_records_and_uploads(login):
    paper = PaperFactory(adopted=True)
    make_ca()
    client = login(lead(paper))
    assert "Ký giấy thì in 4 bản" in text_of(client.get(at("pledge_freeze", paper)))
    client.post(at("pledge_freeze", paper), {"form": "paper"})
    paper = fresh(paper)
    assert (paper.form, paper.state) == ("paper", "signing")
    assert "Ghi nhận ký giấy, lưu bản quét" in text_of(client.get("/"))

    form = {"on": "2026-04-06"}
    for party in paper.parties.all():
        form |= {
            f"p{party.pk}-signed": "on",
            f"p{party.pk}-person": party.signer_name,
            f"p{party.pk}-title": party.signer_title,
        }
    shown = text_of(client.post(at("paper_record", paper), form, follow=True))
    assert "2/2 đơn vị đã được ghi nhận" in shown
    file = SimpleUploadedFile("q.pdf", scan_of(paper.year).data, "application/pdf")
    client.post(at("scan_add", paper), {"file": file, "declared": "on"})

    assert fresh(paper).state == "complete"
    member = login(leader_of(deputy_of(paper.year)))
    assert "Bản quét bản giấy đã ký" in text_of(member.get(at("pledge_detail", paper)))
    answer = member.get(at("scan_file", paper))
    assert answer.content == scan_of(paper.year).data
    assert answer["Content-Disposition"].startswith("attachment")


def test_wrong_row_is_sent_back_and_nothing_typed_is_lost(login, paper):
    party = paper.parties.first()

    answer = login(lead(paper)).post(
        at("paper_record", paper),
        {"on": "2026-04-06", f"p{party.pk}-signed": "on", f"p{party.pk}-title": "GIÁM ĐỐC SỞ"},
    )

    assert answer.status_code == 422
    assert "Đã ký thì cần ghi ai ký" in text_of(answer)
    assert "GIÁM ĐỐC SỞ" in answer.content.decode()
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("q.pdf", b"khong phai PDF", "không phải là .pdf"),
        ("q.exe", b"MZ", "Không nhận tệp .exe"),
        ("q.pdf", b"", "rỗng"),
    ],
)
def test_file_that_is_no_scan_is_refused_with_its_reason(login, paper, name, data, says):
    answer = login(lead(paper)).post(
        at("scan_add", paper), {"file": SimpleUploadedFile(name, data), "declared": "on"}
    )

    assert answer.status_code == 422
    assert says in text_of(answer)
    assert not Scan.objects.exists()


def test_scan_is_not_taken_without_the_declaration_about_secrets(login, paper):
    file = SimpleUploadedFile("q.pdf", scan_of(paper.year).data, "application/pdf")

    assert login(lead(paper)).post(at("scan_add", paper), {"file": file}).status_code == 422
    assert not Scan.objects.exists()


def test_members_do_not_record_for_the_lead(login, paper):
    client = login(leader_of(member_of(paper.year)))

    for name in ("paper_record", "scan_add"):
        assert client.post(at(name, paper), {}).status_code == 403
