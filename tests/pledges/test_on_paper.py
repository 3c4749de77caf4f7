"""A pledge signed by hand: who signed, its scan, and what is said of both to anyone."""

import io
import subprocess
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.utils import timezone
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec

from khoithidua.models import AuditEntry, Outbox
from khoithidua.uploads import Upload
from pledges import changes, registering, revocation, signing, verification, withdrawals
from pledges.certificates import read_list
from pledges.models import Paper, RevocationList, Scan, Signature
from pledges.on_paper import HandSigned, keep_scan, record_signed, take_back_signed
from pledges.verification import Answer
from tests.conftest import NOW
from tests.env import needs_poppler
from tests.factories import (
    EmulationYearFactory,
    PaperFactory,
    RegisteredCertificateFactory,
    UserFactory,
    agency_token,
    ask_for_change,
    deputy_of,
    last_file,
    lead_of,
    leader_of,
    make_ca,
    member_of,
    officer_of,
    scan_of,
    trust_provider,
)
from tests.pledges.pages import at, text_of
from tests.pledges.signing import pki
from tests.pledges.signing.tools import signer_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 6)
A_DAY_AGO, IN_A_DAY = (NOW + timedelta(days=days) for days in (-1, 1))


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


def countersigned(data, token, **metadata):
    """The same bytes and one signature added, as a clerk's tool leaves them."""
    out = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(data)),
        signers.PdfSignatureMetadata(field_name="CoQuan", md_algorithm="sha256", **metadata),
        signer_of(token),
        new_field_spec=SigFieldSpec("CoQuan"),
    )
    return out.getvalue()


def uploaded(data):
    return Upload("ban-quet.pdf", "pdf", "application/pdf", data)


def found_in(paper, data):
    """What was found of the one signature in this scan as it came."""
    (row,) = keep_scan(paper, uploaded(data), by=lead(paper)).signatures
    return row


def know_revocation(*revoked):
    """The provider is trusted, and current lists of its root and its sub-CA are imported."""
    trust_provider()
    for issuer, rows in ((pki.root(), ()), (pki.sub_ca(), revoked)):
        der = pki.crl(*rows, by=issuer, at=timezone.now() - timedelta(hours=1))
        registering.import_list(read_list(der), by=UserFactory(secretariat=True))


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
    unit = lead_of(paper.year)
    RegisteredCertificateFactory(unit=unit)
    know_revocation()
    plain = scan_of(paper.year)
    first = keep_scan(paper, plain, by=lead(paper))
    record_signed(paper, everyone(paper), by=lead(paper), on=DAY)
    signed = countersigned(plain.data, agency_token(unit))

    scan = keep_scan(paper, uploaded(signed), by=lead(paper))

    assert scan.countersigns == first
    shown = text_of(client.get(f"/xac-minh/{paper.code}/"))
    assert f"Chữ ký trong bản quét {unit.slug} Hợp lệ" in shown
    assert f"Chứng thư đã đăng ký của cơ quan {paper.parties.get(unit=unit).unit_name}." in shown
    for data in (signed, plain.data):
        assert verification.of_file(data).answer == Answer.COMPLETE
    assert AuditEntry.objects.filter(action="paper.scan").first().after["signatures"] == ["trusted"]


# Signatures in the scan


def test_signature_is_judged_by_the_trust_list_and_the_revocation_lists(paper):
    know_revocation(pki.agency("Cơ quan cũ"))
    scan = scan_of(paper.year).data

    good = found_in(paper, countersigned(scan, pki.agency()))
    revoked = found_in(paper, countersigned(scan, pki.agency("Cơ quan cũ")))

    assert (good["finding"], good["registered"]) == ("trusted", "")
    assert [pem.strip() for pem in good["chain"]] == [
        one.pem.strip() for one in (pki.agency(), pki.sub_ca(), pki.root())
    ]
    lists = RevocationList.objects.order_by("pk").values_list("fingerprint", flat=True)
    assert set(good["checked_with"]) == set(lists)
    assert revoked["finding"] == "revoked"
    assert "đã bị thu hồi từ" in revoked["sentence"]


def test_signature_without_any_list_is_not_called_good(login, paper):
    trust_provider()

    row = found_in(paper, countersigned(scan_of(paper.year).data, pki.agency()))

    assert row["finding"] == "unknown"
    shown = text_of(login(lead(paper)).get(at("paper_record", paper)))
    assert "Không xác định" in shown
    assert "không xác định được chứng thư có bị thu hồi hay không" in shown
    assert "Chứng thư chưa được đăng ký cho cơ quan nào của Khối." in shown


def test_signature_of_an_unknown_issuer_is_said_to_be_that(login, paper):
    nothing_trusted = countersigned(scan_of(paper.year).data, pki.agency())
    assert found_in(paper, nothing_trusted)["finding"] == "untrusted"
    trust_provider()

    stranger = pki.agency(organisation="Nơi cấp khác")
    row = found_in(paper, countersigned(scan_of(paper.year).data, stranger))

    assert row["finding"] == "untrusted"
    shown = text_of(login(lead(paper)).get(at("paper_record", paper)))
    assert "Không rõ nơi cấp" in shown
    assert "không rõ ai đã ký" in shown
    assert "Hợp lệ" not in shown


@pytest.mark.parametrize(
    ("token", "finding", "says"),
    [
        (lambda: pki.agency(ends=A_DAY_AGO), "unknown", "không xác định được khi ký"),
        (lambda: pki.agency(begins=IN_A_DAY), "unknown", "bản quét nhận ngoài thời hạn"),
        (lambda: pki.agency(signs=False), "broken", "không dùng để ký"),
        (lambda: pki.agency(key="rsa1024"), "broken", "không theo quy định về chữ ký số"),
        (lambda: pki.agency(key="ec"), "trusted", "không bị thu hồi"),
    ],
)
def test_signature_by_a_certificate_that_may_not_count_is_told_apart(paper, token, finding, says):
    know_revocation()

    row = found_in(paper, countersigned(scan_of(paper.year).data, token()))

    assert (row["finding"], says in row["sentence"]) == (finding, True), row["sentence"]


def test_time_that_cannot_be_right_is_not_believed(paper, today):
    know_revocation()
    scan = scan_of(paper.year).data
    now = timezone.now()
    today.move_to(now + timedelta(days=30))
    ahead = countersigned(scan, pki.agency())
    today.move_to(now)

    assert "không thể đúng" in found_in(paper, ahead)["sentence"]


def test_content_changed_or_added_after_the_signature_is_never_called_intact(paper):
    know_revocation()
    signed = countersigned(scan_of(paper.year).data, pki.agency())
    changed = signed.replace(b"842", b"843", 1)
    out = IncrementalPdfFileWriter(io.BytesIO(signed))
    out.root["/PageLayout"] = NameObject("/OneColumn")
    out.update_root()
    added = io.BytesIO()
    out.write(added)

    for data in (changed, added.getvalue(), signed + b"\n% them\n"):
        assert found_in(paper, data)["finding"] == "broken"


def test_scan_too_large_to_be_examined_says_so(login, paper, monkeypatch):
    signed = countersigned(scan_of(paper.year).data, pki.agency())
    monkeypatch.setattr(signing.scanned, "MAX_BYTES", len(signed) - 1)

    scan = keep_scan(paper, uploaded(signed), by=lead(paper))

    assert scan.signatures == []
    assert "lớn hơn 8 MB nên hệ thống không kiểm tra" in text_of(
        login(lead(paper)).get(at("paper_record", paper))
    )


def test_provider_is_asked_about_the_scans_signer(paper, settings, monkeypatch):
    settings.REVOCATION_FETCH = True
    trust_provider()
    answers = {pki.CRL_ADDRESS: pki.crl(pki.agency(), at=timezone.now() - timedelta(hours=1))}
    monkeypatch.setattr(revocation, "_fetch", lambda address, *rest: answers.get(address))

    row = found_in(paper, countersigned(scan_of(paper.year).data, pki.agency()))

    assert row["finding"] == "revoked"


# Recorded by mistake


def recorded(paper, unit):
    record_signed(paper, by_hand(paper, unit), by=lead(paper), on=DAY)
    return Signature.objects.get(party__unit=unit)


def test_mistake_is_taken_back_with_its_reason_and_recorded_anew(paper):
    row = recorded(paper, lead_of(paper.year))

    take_back_signed(row, by=lead(paper), reason="Ghi nhầm người ký.")

    entry = AuditEntry.objects.get(action="paper.take_back_signed")
    assert "Lý do: Ghi nhầm người ký." in entry.summary
    assert entry.before == {
        "on": "2026-04-06",
        "signed": [[row.unit_name, row.person, row.signing_title]],
    }
    assert not Signature.objects.exists()
    assert recorded(paper, lead_of(paper.year)).pk


def test_mistake_is_taken_back_once_and_never_without_a_reason(paper):
    row = recorded(paper, lead_of(paper.year))

    with pytest.raises(ValidationError, match="lý do"):
        take_back_signed(row, by=lead(paper), reason="  ")
    take_back_signed(row, by=lead(paper), reason="Ghi nhầm.")
    with pytest.raises(ValidationError, match="đã được bỏ"):
        take_back_signed(row, by=lead(paper), reason="Ghi nhầm.")


def test_nothing_is_taken_back_once_the_paper_is_complete_or_stopped(login, paper):
    row = recorded(paper, lead_of(paper.year))
    stopped = ask_for_change(paper, deputy_of(paper.year))
    with pytest.raises(ValidationError, match="tạm dừng ký"):
        take_back_signed(row, by=lead(paper), reason="Ghi nhầm.")
    changes.keep_text(stopped, by=lead(paper), answer="Giữ.")
    record_signed(paper, everyone_left(paper), by=lead(paper), on=DAY)
    keep_scan(paper, scan_of(paper.year), by=lead(paper))

    with pytest.raises(ValidationError, match="hoàn tất"):
        take_back_signed(row, by=lead(paper), reason="Ghi nhầm.")
    answer = login(lead(paper)).get(at("signed_take_back", paper, 1))
    assert answer.status_code == 403
    assert "không bỏ được" in text_of(answer)
    assert "Bỏ ghi nhận" not in text_of(login(lead(paper)).get(at("paper_record", paper)))


def everyone_left(paper):
    return by_hand(paper, *paper.parties.filter(signatures=None).values_list("unit", flat=True))


@pytest.mark.parametrize("form", ["paper-complete", "system"])
def test_database_keeps_signatures_made_otherwise_or_of_a_complete_paper(form):
    if form == "system":
        PaperFactory(signing=True, signed=1)
    else:
        paper = PaperFactory(signing=True, form="paper")
        record_signed(paper, everyone(paper), by=lead(paper), on=DAY)
        keep_scan(paper, scan_of(paper.year), by=lead(paper))

    with pytest.raises(Error, match="không sửa, không xóa"), transaction.atomic():
        Signature.objects.all().delete()
    with pytest.raises(Error, match="không sửa, không xóa"), transaction.atomic():
        Signature.objects.update(person="khác")


def test_lead_takes_a_mistake_back_on_its_page(login, paper):
    row = recorded(paper, lead_of(paper.year))
    client = login(lead(paper))
    address = at("signed_take_back", paper, row.party.position)
    assert address in client.get(at("paper_record", paper)).content.decode()
    shown = text_of(client.get(address))
    assert f"{row.person}, GIÁM ĐỐC, ký ngày 06/4/2026" in shown

    refused = client.post(address, {"reason": ""})
    done = text_of(client.post(address, {"reason": "Ghi nhầm người ký."}, follow=True))

    assert refused.status_code == 422
    assert "Lý do bỏ ghi nhận" in text_of(refused)
    assert f"Đã bỏ ghi nhận ký của {row.unit_name}" in done
    assert "0/3 đơn vị đã được ghi nhận" in done
    again = text_of(client.post(address, {"reason": "Ghi nhầm."}, follow=True))
    assert "không có ghi nhận ký" in again


@pytest.mark.parametrize("members", [2, 4])
def test_page_costs_the_same_for_one_recorded_and_for_three(
    login, django_assert_num_queries, members
):
    paper = PaperFactory(year=EmulationYearFactory(members=members), signing=True, form="paper")
    record_signed(paper, everyone(paper)[1:], by=lead(paper), on=DAY)
    client = login(lead(paper))
    client.get(at("paper_record", paper))

    with django_assert_num_queries(5):
        client.get(at("paper_record", paper))
    with django_assert_num_queries(6):
        client.get(at("signed_take_back", paper, 2))


# A page that was left open


def stale_form(paper, *units):
    form = {"on": DAY.isoformat()}
    for party in paper.parties.filter(unit__in=units):
        form |= {
            f"p{party.pk}-signed": "on",
            f"p{party.pk}-person": "Nguyễn Thị Thử",
            f"p{party.pk}-title": "GIÁM ĐỐC",
        }
    return form


def test_unit_that_was_recorded_meanwhile_is_named_and_nothing_typed_is_lost(login, paper):
    unit = lead_of(paper.year)
    recorded(paper, unit)

    answer = login(lead(paper)).post(
        at("paper_record", paper), stale_form(paper, unit, member_of(paper.year))
    )

    assert answer.status_code == 422
    assert "đã được ghi nhận ký; hãy bỏ chọn đơn vị này" in text_of(answer)
    assert answer.content.decode().count('value="Nguyễn Thị Thử"') == 2
    assert Signature.objects.count() == 1


def test_paper_that_was_completed_or_withdrawn_meanwhile_says_so(login, paper):
    form = stale_form(paper, lead_of(paper.year))
    client = login(lead(paper))
    record_signed(paper, everyone(paper), by=lead(paper), on=DAY)
    keep_scan(paper, scan_of(paper.year), by=lead(paper))
    other = PaperFactory(signing=True, form="paper")
    proposal = withdrawals.propose_withdrawal(other, by=lead(other), reason="Khối đổi.")
    withdrawals.confirm_withdrawal(proposal, by=leader_of(deputy_of(other.year)))

    complete = client.post(at("paper_record", paper), form)
    withdrawn = login(lead(other)).post(
        at("paper_record", other), stale_form(other, lead_of(other.year))
    )

    assert complete.status_code == 422
    assert "Giao ước thi đua năm 2026 hiện hoàn tất" in text_of(complete)
    assert withdrawn.status_code == 403
    assert "Giao ước thi đua năm 2026 đã được rút" in text_of(withdrawn)


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
