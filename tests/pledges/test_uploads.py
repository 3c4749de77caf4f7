"""Signing with a token: the turn with the file, what is handed in, what is refused and recorded."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec

from khoithidua.models import AuditEntry, Outbox, StoredFile
from pledges import registering, signing, uploads, verification
from pledges.models import Hold, Signature, SignatureValidation
from pledges.uploads import HeldByAnother, NotAccepted
from pledges.verification import Answer
from tests.factories import (
    AppointmentFactory,
    EmulationYearFactory,
    HoldFactory,
    PaperFactory,
    RevocationListFactory,
    certificate_for,
    clerk_of,
    deputy_of,
    hold_for,
    last_file,
    lead_of,
    leader_of,
    officer_of,
    sign_with_token,
    signed_outside,
    token_of,
)
from tests.pledges.pages import at, text_of
from tests.pledges.signing import pki
from tests.pledges.signing.tools import signer_of

pytestmark = pytest.mark.django_db


def drawn_by_tool(pdf, box, token):
    """The file signed in a field of the tool's own, drawn at this place."""
    field = SigFieldSpec("Signature1", on_page=box.page, box=(box.x0, box.y0, box.x1, box.y1))
    signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(field_name="Signature1"),
        signer_of(token),
        new_field_spec=field,
    )
    return signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))).getvalue()


@pytest.fixture
def paper(db):
    return PaperFactory(token=True, signing=True)


def post_of(hold):
    return hold.user.appointments.get()


def signed_file(data):
    return SimpleUploadedFile("giao-uoc.pdf", data, content_type="application/pdf")


# The turn


def test_turn_lasts_five_minutes_and_is_extended_once(paper, today):
    hold = hold_for(paper, lead_of(paper.year))
    began = hold.taken_at
    today.shift(timedelta(minutes=4))

    uploads.extend_hold(hold, by=hold.user)

    hold.refresh_from_db()
    assert hold.until - began == timedelta(minutes=9)
    with pytest.raises(ValidationError, match="gia hạn được một lần"):
        uploads.extend_hold(hold, by=hold.user)


def test_others_are_told_who_holds_the_file_and_until_when(paper):
    hold = hold_for(paper, lead_of(paper.year))

    with pytest.raises(HeldByAnother) as told:
        hold_for(paper, deputy_of(paper.year))

    assert told.value.messages == [
        f"{hold.user.full_name} (Sở Thử nghiệm 1) đang giữ lượt ký đến 09:05."
    ]
    assert hold_for(paper, lead_of(paper.year)) == hold


def test_turn_is_anybodys_once_its_time_is_over(paper, today):
    first = hold_for(paper, lead_of(paper.year))
    today.shift(timedelta(minutes=6))

    second = hold_for(paper, deputy_of(paper.year))

    first.refresh_from_db()
    assert first.end == Hold.End.EXPIRED
    assert second.is_running


def test_turn_is_given_back_or_taken_back(paper):
    first = hold_for(paper, lead_of(paper.year))
    uploads.cancel_hold(first, by=first.user)
    second = hold_for(paper, deputy_of(paper.year))
    uploads.release_hold(second, by=officer_of(lead_of(paper.year)))

    ends = list(Hold.objects.order_by("pk").values_list("end", flat=True))
    actions = AuditEntry.objects.filter(action__startswith="hold.").order_by("pk")
    assert ends == ["cancelled", "released"]
    assert [entry.action for entry in actions] == [
        *("hold.take", "hold.cancelled", "hold.take", "hold.released")
    ]


def test_only_its_holder_extends_or_gives_back(paper):
    hold = hold_for(paper, lead_of(paper.year))
    other = leader_of(deputy_of(paper.year))

    for act in (uploads.extend_hold, uploads.cancel_hold):
        with pytest.raises(ValidationError, match="Lượt ký không còn"):
            act(hold, by=other)


def test_database_keeps_one_turn_a_paper_and_ends_it_once():
    hold = HoldFactory()
    again = {
        name: getattr(hold, name)
        for name in ("paper", "party", "kind", "user", "base", "taken_at", "until")
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(**again)
    with pytest.raises(DatabaseError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(until=hold.until + timedelta(hours=1))
    uploads.cancel_hold(hold, by=hold.user)
    with pytest.raises(DatabaseError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(ended_at=None, end="")


# The signed file


def test_signed_file_becomes_the_file_in_force(paper):
    unit = lead_of(paper.year)
    hold = hold_for(paper, unit)
    data = signed_outside(hold)

    signature = uploads.accept_upload(hold, data, by=hold.user)

    certificate = certificate_for(unit)
    assert last_file(paper).file.read() == data
    assert last_file(paper).parent == hold.base
    assert (signature.form, signature.kind, signature.user) == ("token", "leader", hold.user)
    assert signature.person == hold.user.full_name
    assert signature.signing_title == "GIÁM ĐỐC"
    assert signature.certificate_serial == certificate.serial
    hold.refresh_from_db()
    assert hold.end == Hold.End.UPLOADED
    entry = AuditEntry.objects.get(action="paper.upload")
    assert entry.after["sha256"] == last_file(paper).file.sha256
    assert entry.after["certificate"] == certificate.fingerprint


def test_validation_is_stored_with_chain_and_what_it_was_checked_with(paper):
    RevocationListFactory()
    signature = sign_with_token(paper, lead_of(paper.year))

    found = signature.validations.get()

    assert found.result == "unknown"  # nobody said anything of the sub-CA's own certificate
    assert "không xác định được chứng thư có bị thu hồi" in found.sentence
    assert found.chain.count("BEGIN CERTIFICATE") == 3
    assert found.algorithm.startswith("RSA 2048")


def test_all_lists_at_hand_make_it_valid(paper):
    for issuer in (pki.root(), pki.sub_ca()):
        der = pki.crl(by=issuer, at=AppointmentFactory().user.date_joined - timedelta(hours=1))
        registering.import_list(
            registering.certificates.read_list(der), by=officer_of(lead_of(paper.year))
        )

    found = sign_with_token(paper, lead_of(paper.year)).validations.get()

    assert found.result == "valid"
    assert len(found.revocation) == 2


def test_revoked_certificate_is_refused(paper):
    hold = hold_for(paper, lead_of(paper.year))
    RevocationListFactory(revoked=[token_of(post_of(hold))])

    with pytest.raises(NotAccepted, match="đã bị thu hồi"):
        uploads.accept_upload(hold, signed_outside(hold), by=hold.user)


def test_refusal_is_recorded_and_changes_nothing(paper):
    hold = hold_for(paper, lead_of(paper.year))
    files = StoredFile.objects.count()

    with pytest.raises(NotAccepted, match="không phải là tệp PDF"):
        uploads.accept_upload(hold, b"khong phai PDF", by=hold.user)

    entry = AuditEntry.objects.get(action="paper.upload_refused")
    assert entry.after["code"] == "not_a_pdf"
    assert entry.actor == hold.user.username
    assert last_file(paper) == hold.base
    assert StoredFile.objects.count() == files
    assert not Signature.objects.exists()
    hold.refresh_from_db()
    assert hold.is_running


def test_certificate_of_another_post_is_refused(paper):
    hold = hold_for(paper, lead_of(paper.year))
    other = certificate_for(deputy_of(paper.year)).appointment

    with pytest.raises(NotAccepted, match="chưa được đăng ký"):
        uploads.accept_upload(hold, signed_outside(hold, token_of(other)), by=hold.user)


def test_withdrawn_certificate_is_refused(paper):
    hold = hold_for(paper, lead_of(paper.year))
    data = signed_outside(hold)
    registering.withdraw(certificate_for(lead_of(paper.year)), by=hold.user, reason="Mất")

    with pytest.raises(NotAccepted, match="chưa được đăng ký"):
        uploads.accept_upload(hold, data, by=hold.user)


def test_file_of_before_the_last_signature_is_told_so(paper):
    early = hold_for(paper, lead_of(paper.year))
    data = signed_outside(early)
    uploads.cancel_hold(early, by=early.user)
    sign_with_token(paper, deputy_of(paper.year))
    hold = hold_for(paper, lead_of(paper.year))

    with pytest.raises(NotAccepted) as told:
        uploads.accept_upload(hold, data, by=hold.user)

    assert told.value.messages == [
        "Sở Thử nghiệm 2 đã ký lúc 09:00, 06/4/2026, hãy tải lại tệp rồi ký."
    ]


def test_late_file_counts_until_somebody_else_takes_the_turn(paper, today):
    hold = hold_for(paper, lead_of(paper.year))
    data = signed_outside(hold)
    today.shift(timedelta(minutes=20))

    assert uploads.accept_upload(hold, data, by=hold.user)


def test_file_of_a_turn_that_ended_is_not_taken(paper):
    hold = hold_for(paper, lead_of(paper.year))
    data = signed_outside(hold)
    uploads.release_hold(hold, by=officer_of(lead_of(paper.year)))

    with pytest.raises(ValidationError, match="Lượt ký không còn"):
        uploads.accept_upload(hold, data, by=hold.user)

    assert not Signature.objects.exists()


def test_order_of_the_grid_holds_for_tokens():
    paper = PaperFactory(token=True, signing=True, in_order=True)

    with pytest.raises(ValidationError, match="đang chờ Sở Thử nghiệm 1"):
        hold_for(paper, deputy_of(paper.year))


# Agencies, and the end


def test_agency_signs_after_its_leader_and_both_make_it_complete(paper):
    paper = PaperFactory(token=True, signing=True, with_agency_seals=True)
    unit, other = lead_of(paper.year), deputy_of(paper.year)
    with pytest.raises(ValidationError, match="Chờ lãnh đạo Sở Thử nghiệm"):
        hold_for(paper, unit, "agency")

    for each in (unit, other):
        sign_with_token(paper, each)
    paper.refresh_from_db()
    before = paper.state
    for each in (unit, other):
        seal = sign_with_token(paper, each, "agency")

    paper.refresh_from_db()
    assert (before, paper.state) == ("signing", "complete")
    assert (seal.kind, seal.signed_file.kind) == ("agency", "agency_seal")
    assert paper.signed_files.count() == 5
    assert AuditEntry.objects.get(action="paper.complete").summary.endswith(
        "hoàn tất: 2/2 đơn vị đã ký, có chữ ký của cơ quan."
    )
    assert "đã ký số" in Outbox.objects.order_by("pk").first().body


def test_without_agency_seals_leaders_alone_make_it_complete(paper):
    for unit in (lead_of(paper.year), deputy_of(paper.year)):
        sign_with_token(paper, unit)

    paper.refresh_from_db()
    assert paper.state == "complete"
    with pytest.raises(ValidationError, match="hoàn tất"):
        hold_for(paper, lead_of(paper.year), "agency")


def test_in_app_signature_does_not_count_on_a_token_paper(paper, login):
    answer = login(leader_of(lead_of(paper.year))).get(at("pledge_sign", paper))

    assert answer.status_code == 403
    assert "ký theo hình thức ký số công vụ" in text_of(answer)


# Without certification, for tools that cannot fill a given field


def test_field_drawn_by_the_tool_inside_the_members_box_is_taken(settings):
    settings.TOKEN_CERTIFICATION = False
    paper = PaperFactory(token=True, signing=True)
    hold = hold_for(paper, lead_of(paper.year))
    page, x0, y0, x1, y1 = hold.party.boxes["KY01"]
    box = signing.layout.Box(page, x0 + 5, y0 + 5, x1 - 5, y1 - 5)
    token = token_of(post_of(hold))

    data = drawn_by_tool(hold.base.file.read(), box, token)
    signature = uploads.accept_upload(hold, data, by=hold.user)

    assert not paper.is_certified
    assert signature.person == hold.user.full_name
    assert verification.of_file(data).answer == Answer.IN_PROGRESS


def test_field_drawn_by_the_tool_is_refused_on_a_certified_file(paper):
    hold = hold_for(paper, lead_of(paper.year))
    box = signing.layout.Box(0, 100, 100, 200, 150)

    with pytest.raises(NotAccepted):
        uploads.accept_upload(
            hold,
            drawn_by_tool(hold.base.file.read(), box, token_of(post_of(hold))),
            by=hold.user,
        )

    assert paper.is_certified


# Pages


def test_leader_takes_the_turn_downloads_and_hands_in(paper, login):
    unit = lead_of(paper.year)
    certificate_for(unit)
    client = login(leader_of(unit))

    assert "Giữ lượt ký" in text_of(client.get(at("token_sign", paper)))
    client.post(at("hold_take", paper))
    page = text_of(client.get(at("token_sign", paper)))
    held = client.get(at("held_file", paper))
    hold = Hold.objects.get()
    answer = client.post(
        at("token_sign", paper), {"file": signed_file(signed_outside(hold))}, follow=True
    )

    assert "Đang giữ lượt ký đến 09:05." in page
    assert held.content == hold.base.file.read()
    assert "Đã nhận: Sở Thử nghiệm 1 đã ký số giao ước thi đua năm 2026." in text_of(answer)
    assert "Ký số công vụ" in text_of(answer)
    assert "Không xác định" in text_of(answer)


def test_page_says_why_a_file_is_refused(paper, login):
    hold = hold_for(paper, lead_of(paper.year))

    answer = login(hold.user).post(at("token_sign", paper), {"file": signed_file(b"khong")})

    assert answer.status_code == 422
    assert "Tệp này không phải là tệp PDF." in text_of(answer)


def test_page_asks_for_a_certificate_first(paper, login):
    page = text_of(login(leader_of(lead_of(paper.year))).get(at("token_sign", paper)))

    assert "Cần đăng ký chứng thư trước khi ký." in page


def test_file_too_large_is_refused_in_the_form(paper, login, settings):
    settings.UPLOAD_LIMIT = 10
    hold = hold_for(paper, lead_of(paper.year))

    answer = login(hold.user).post(at("token_sign", paper), {"file": signed_file(b"%PDF" * 9)})

    assert "Tệp lớn hơn 0 MB" in text_of(answer)


def test_others_see_who_holds_and_the_lead_takes_it_back(paper, login):
    hold = hold_for(paper, deputy_of(paper.year))
    lead = login(officer_of(lead_of(paper.year)))

    page = text_of(lead.get(paper.get_absolute_url()))
    lead.post(at("hold_release", paper))

    hold.refresh_from_db()
    assert f"{hold.user.full_name} (Sở Thử nghiệm 2) đang giữ lượt ký đến 09:05." in page
    assert hold.end == Hold.End.RELEASED


def test_clerk_signs_for_the_agency_only(login):
    paper = PaperFactory(token=True, signing=True, signed=1, with_agency_seals=True)
    clerk = login(clerk_of(lead_of(paper.year)))
    certificate_for(lead_of(paper.year), "agency")

    page = text_of(clerk.get(at("token_sign", paper)))
    home = text_of(clerk.get("/"))

    assert "Chữ ký của cơ quan Sở Thử nghiệm 1, do văn thư ký" in page
    assert "CQ01" in page
    assert "Ký số của cơ quan trên giao ước thi đua năm 2026" in home


def test_lead_sees_who_cannot_sign_yet_for_want_of_a_certificate(paper, login):
    year = paper.year
    client = login(officer_of(lead_of(year)))
    certificate_for(lead_of(year))

    waiting = text_of(client.get(paper.get_absolute_url()))
    member = text_of(login(officer_of(deputy_of(year))).get(paper.get_absolute_url()))
    for unit in (lead_of(year), deputy_of(year)):
        sign_with_token(paper, unit)

    name = paper.parties.get(unit=deputy_of(year)).short_name
    assert "Chưa có chứng thư để ký" in waiting
    assert f"{name}: thiếu của lãnh đạo" in waiting
    assert "Chưa có chứng thư để ký" not in member
    assert "thiếu của" not in text_of(client.get(paper.get_absolute_url()))


def test_page_of_the_pledge_costs_the_same_with_more_signatures(login):
    year = EmulationYearFactory(members=3)
    paper = PaperFactory(year=year, token=True, signing=True)
    client, costs = login(officer_of(lead_of(year))), []
    for unit in (lead_of(year), deputy_of(year)):
        sign_with_token(paper, unit)
        client.get(paper.get_absolute_url())
        with CaptureQueriesContext(connection) as asked:
            client.get(paper.get_absolute_url())
        costs.append(len(asked))

    assert costs[0] == costs[1] <= 9


# Checking again, and what strangers are told


def test_signatures_are_checked_anew_with_what_is_known_today(paper, login, today):
    signature = sign_with_token(paper, lead_of(paper.year))
    post = signature.user.appointments.get()
    today.shift(timedelta(days=1))
    RevocationListFactory(revoked=[token_of(post)])
    lead = login(officer_of(lead_of(paper.year)))

    answer = lead.post(at("signatures_revalidate", paper), follow=True)

    assert "Đã kiểm tra lại 1 chữ ký số." in text_of(answer)
    found = list(SignatureValidation.objects.order_by("pk").values_list("result", flat=True))
    assert found == ["unknown", "invalid"]
    assert "Không hợp lệ" in text_of(answer)


def test_strangers_are_told_the_form_and_the_result(client):
    paper = PaperFactory(token=True, complete=True, with_agency_seals=True)

    verdict = verification.of_code(paper.code)
    page = text_of(client.get(f"/xac-minh/{paper.code}/"))

    assert verdict.answer == Answer.COMPLETE
    assert "đủ 2/2 đơn vị ký số" in page
    assert "Chữ ký của cơ quan" in page
    assert "Không xác định" in page
