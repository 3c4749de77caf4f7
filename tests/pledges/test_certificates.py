"""Certificates of signers and what is trusted: read from files, registered, withdrawn, warned of."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from khoithidua.models import AuditEntry, StoredFile
from pledges import registering
from pledges.certificates import Unreadable, chain_of, read_certificate, read_list
from pledges.models import RegisteredCertificate, RevocationList, TrustedCertificate
from tests.factories import (
    PASSWORD,
    AppointmentFactory,
    AuthorityFactory,
    EmulationYearFactory,
    RegisteredCertificateFactory,
    RevocationListFactory,
    StoredFileFactory,
    TrustedCertificateFactory,
    UserFactory,
    agency_token,
    clerk_of,
    lead_of,
    leader_of,
    member_of,
    officer_of,
    scan_of,
    token_of,
    trust_provider,
)
from tests.pledges.pages import text_of
from tests.pledges.signing import pki

pytestmark = pytest.mark.django_db


def uploaded(data, name="chung-thu.cer"):
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


def post_of(user):
    return user.appointments.get()


def sent(post, data, **changes):
    return {"post": post.pk, "certificate": uploaded(data), "password": PASSWORD, **changes}


# Reading files


def test_certificate_is_read_from_der_pem_and_plain_base64():
    leaf = pki.leaf()
    plain = "".join(leaf.pem.splitlines()[1:-1]).encode()

    found = {read_certificate(data).fingerprint for data in (leaf.der, leaf.pem.encode(), plain)}

    assert len(found) == 1
    facts = read_certificate(leaf.der)
    assert (facts.subject, facts.key) == ("Trần Thị Thử, Sở Thử Nghiệm", "RSA 2048 bit")
    assert not facts.weakness
    assert not facts.is_authority


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"%PDF-1.7", "Không đọc được chứng thư"),
        (b"", "Không đọc được chứng thư"),
        (b"0\x82junk", "Không đọc được chứng thư"),
        (b"x" * 200_000, "lớn hơn 100 KB"),
        (pki.leaf().key_pem.encode(), "Không bao giờ gửi khóa bí mật"),
        ((pki.leaf().pem + pki.root().pem).encode(), "Tệp có 2 chứng thư"),
    ],
)
def test_other_files_are_refused_with_a_sentence(data, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read_certificate(data)


def test_weak_keys_are_told():
    assert "RSA 1024 bit yếu" in read_certificate(pki.leaf("Yếu", key="rsa1024").der).weakness
    assert "ECDSA 192 bit yếu" in read_certificate(pki.leaf("Yếu", key="ec192").der).weakness
    assert read_certificate(pki.leaf("Đủ", key="ec").der).weakness == ""


def test_chain_goes_up_to_the_root_as_far_as_it_is_known():
    leaf, above = pki.leaf(), [pki.sub_ca().pem, pki.root().pem]

    assert chain_of(leaf.pem, above) == [leaf.pem, *above]
    assert chain_of(leaf.pem, [pki.root().pem]) == [leaf.pem]


# Registering


@pytest.mark.parametrize(
    ("leaf", "sentence"),
    [
        (lambda: pki.root(), "của nơi cấp"),
        (lambda: pki.leaf("Yếu", key="rsa1024"), "yếu hơn quy định"),
        (lambda: pki.leaf("Cũ", ends=timezone.now() - timedelta(days=1)), "đã hết hạn"),
    ],
)
def test_unsuitable_certificate_is_not_registered(leaf, sentence):
    post = AppointmentFactory(leader=True)

    with pytest.raises(ValidationError, match=sentence):
        RegisteredCertificateFactory(appointment=post, leaf=leaf())

    assert not RegisteredCertificate.objects.exists()


def test_certificate_in_use_is_registered_once():
    first = RegisteredCertificateFactory()
    leaf = token_of(first.appointment)

    with pytest.raises(ValidationError, match="đang được đăng ký"):
        RegisteredCertificateFactory(leaf=leaf)
    registering.withdraw(first, by=first.registered_by, reason="Chuyển công tác")

    assert RegisteredCertificateFactory(leaf=leaf).in_use


def test_registration_and_withdrawal_are_recorded():
    row = RegisteredCertificateFactory()
    registering.withdraw(row, by=row.registered_by, reason="Mất thiết bị")

    entries = AuditEntry.objects.filter(target=row.audit_path).order_by("pk")
    assert [entry.action for entry in entries] == ["certificate.register", "certificate.withdraw"]
    assert "Mất thiết bị" in entries[1].summary


def test_database_keeps_certificates_as_they_were():
    row = RegisteredCertificateFactory()

    for change in ({"pem": "khác"}, {"appointment": AppointmentFactory(leader=True)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            RegisteredCertificate.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_withdrawn_certificate_stays_withdrawn():
    row = RegisteredCertificateFactory()
    registering.withdraw(row, by=row.registered_by, reason="Mất thiết bị")

    with pytest.raises(ValidationError, match="đã thôi dùng"):
        registering.withdraw(row, by=row.registered_by, reason="Lần nữa")
    with pytest.raises(DatabaseError), transaction.atomic():
        RegisteredCertificate.objects.update(withdrawn_at=None, withdrawn_reason="")


def test_warning_comes_at_sixty_thirty_and_seven_days(today):
    ends = timezone.now() + timedelta(days=100)
    row = RegisteredCertificateFactory(leaf=pki.leaf("Sắp hết", ends=ends))

    said = {}
    for days in (100, 60, 31, 30, 7, 0):
        today.move_to(ends - timedelta(days=days))
        said[days] = registering.warning_of(row)
    today.move_to(ends + timedelta(days=1))

    assert said == {100: "", 60: 60, 31: 60, 30: 30, 7: 7, 0: 7}
    assert registering.warning_of(row) == 0


# Trust


def test_trust_list_takes_authorities_only():
    with pytest.raises(ValidationError, match="không phải của nơi cấp"):
        registering.trust(
            read_certificate(pki.leaf().der), by=UserFactory(), kind="anchor", note="Thử"
        )
    with pytest.raises(ValidationError, match="trung gian"):
        registering.trust(
            read_certificate(pki.sub_ca().der), by=UserFactory(), kind="anchor", note="Thử"
        )


def test_revocation_list_must_come_from_a_trusted_authority():
    facts = read_list(pki.crl(pki.leaf()))

    with pytest.raises(ValidationError, match="không do chứng thư nào"):
        registering.import_list(facts, by=UserFactory())
    trust_provider()
    row = registering.import_list(facts, by=UserFactory())

    assert (row.count, row.issuer) == (1, f"{pki.PROVIDER} - cấp, {pki.PROVIDER}")
    with pytest.raises(ValidationError, match="đã được nhập"):
        registering.import_list(facts, by=UserFactory())


def test_public_page_shows_what_is_trusted(client):
    empty = text_of(client.get(reverse("pledges:trust_list")))
    trust_provider()
    RevocationListFactory()

    page = text_of(client.get(reverse("pledges:trust_list")))
    file = client.get(reverse("pledges:trust_list_file"))

    assert "Chưa có chứng thư nào" in empty
    assert "Gốc" in page
    assert "Trung gian" in page
    assert "Danh sách thu hồi đã nhập" in page
    assert file.content.decode() == pki.root().pem + pki.sub_ca().pem


def test_public_page_costs_the_same_with_more_rows(client, django_assert_num_queries):
    address = reverse("pledges:trust_list")
    for intermediate in (False, True):
        TrustedCertificateFactory(intermediate=intermediate)
        client.get(address)
        with django_assert_num_queries(3):
            page = client.get(address)

    assert text_of(page).count("Nơi cấp thử nghiệm") == 2


# One's own page


def test_leader_registers_a_certificate_with_proof_of_identity(login):
    leader = leader_of(lead_of(EmulationYearFactory()))
    post = post_of(leader)

    answer = login(leader).post(
        reverse("pledges:certificate_add"), sent(post, token_of(post).der), follow=True
    )

    row = RegisteredCertificate.objects.get()
    assert (row.appointment, row.unit, row.registered_by) == (post, None, leader)
    assert "bằng mật khẩu" in row.proof
    assert f"Đã đăng ký chứng thư của {row.subject}" in text_of(answer)


def test_clerk_registers_the_agencys_certificate(login):
    unit = lead_of(EmulationYearFactory())
    clerk = clerk_of(unit)

    login(clerk).post(
        reverse("pledges:certificate_add"), sent(post_of(clerk), agency_token(unit).der)
    )

    assert RegisteredCertificate.objects.get().unit == unit


def test_wrong_password_registers_nothing(login):
    leader = leader_of(lead_of(EmulationYearFactory()))
    post = post_of(leader)

    answer = login(leader).post(
        reverse("pledges:certificate_add"), sent(post, token_of(post).der, password="sai")
    )

    assert answer.status_code == 422
    assert "Mật khẩu không đúng." in text_of(answer)
    assert not RegisteredCertificate.objects.exists()


def test_nobody_registers_for_another(login):
    year = EmulationYearFactory(members=3)
    other = post_of(leader_of(member_of(year)))

    answer = login(leader_of(lead_of(year))).post(
        reverse("pledges:certificate_add"), sent(other, token_of(other).der)
    )

    assert answer.status_code == 422
    assert not RegisteredCertificate.objects.exists()


def test_holder_withdraws_only_their_own(login):
    row = RegisteredCertificateFactory()
    address = reverse("pledges:certificate_withdraw", args=[row.pk])
    stranger = login(AppointmentFactory(leader=True).user)

    assert stranger.post(address, {"reason": "Phá"}).status_code == 404
    assert login(row.registered_by).post(address, {"reason": ""}).status_code == 422
    assert login(row.registered_by).post(address, {"reason": "Mất thiết bị"}).status_code == 302

    row.refresh_from_db()
    assert row.withdrawn_reason == "Mất thiết bị"


def test_own_page_costs_the_same_with_more_certificates(login):
    leader = leader_of(lead_of(EmulationYearFactory()))
    client, costs = login(leader), []
    for count in (1, 2):
        for number in range(count):
            leaf = pki.leaf(f"Người {count} {number}")
            RegisteredCertificateFactory(appointment=post_of(leader), leaf=leaf)
        client.get(reverse("pledges:certificate_list"))
        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse("pledges:certificate_list"))
        costs.append(len(asked))

    assert costs[0] == costs[1] <= 6
    assert text_of(page).count("RSA 2048 bit") == 3


# The panel


@pytest.fixture
def panel(login):
    return login(UserFactory(secretariat=True))


def test_secretariat_registers_a_leaders_certificate_and_withdraws_it(panel):
    post = post_of(leader_of(lead_of(EmulationYearFactory())))
    form = {
        "certificate": uploaded(token_of(post).der),
        "appointment": post.pk,
        "unit": "",
        "proof": "Công văn của đơn vị",
    }

    added = panel.post(reverse("admin:pledges_registeredcertificate_add"), form)
    row = RegisteredCertificate.objects.get()
    changed = panel.post(
        reverse("admin:pledges_registeredcertificate_change", args=[row.pk]),
        {"withdrawn_reason": "Nghỉ hưu"},
    )

    row.refresh_from_db()
    assert (added.status_code, changed.status_code) == (302, 302)
    assert (row.appointment, row.proof) == (post, "Công văn của đơn vị")
    assert row.withdrawn_reason == "Nghỉ hưu"
    assert AuditEntry.objects.filter(target=row.audit_path).count() == 2


def registration(post, **changes):
    return {
        "certificate": uploaded(token_of(post).der),
        "appointment": post.pk,
        "unit": "",
        "proof": "Công văn của đơn vị",
        **changes,
    }


def scan():
    return SimpleUploadedFile("cong-van.pdf", scan_of(EmulationYearFactory()).data)


def test_secretariat_keeps_the_paper_that_a_holder_was_known_by(panel, login):
    holder = leader_of(lead_of(EmulationYearFactory()))
    file = scan()
    panel.post(
        reverse("admin:pledges_registeredcertificate_add"),
        registration(post_of(holder), upload=file, is_open="on"),
    )

    row = RegisteredCertificate.objects.get()
    address = reverse("pledges:certificate_proof", args=[row.pk])
    file.seek(0)
    assert row.proof_file.read() == file.read()
    page = panel.get(reverse("admin:pledges_registeredcertificate_change", args=[row.pk]))
    own = login(holder).get(reverse("pledges:certificate_list"))
    assert all(f'href="{address}"' in shown.content.decode() for shown in (page, own))
    answer = login(holder).get(address)
    assert answer.content == row.proof_file.read()
    assert answer["Content-Disposition"].startswith('attachment; filename="can-cu-chung-thu-')
    assert login(AppointmentFactory(leader=True).user).get(address).status_code == 404


def test_keeper_of_one_province_does_not_read_anothers_papers(login):
    row = RegisteredCertificateFactory(proof_file=StoredFileFactory())
    address = reverse("pledges:certificate_proof", args=[row.pk])
    elsewhere = UserFactory(secretariat=True, authority=AuthorityFactory(slug="tinh-khac"))
    here = UserFactory(secretariat=True, authority=row.appointment.unit.authority)

    assert login(elsewhere).get(address).status_code == 404
    assert login(here).get(address).status_code == 200


def test_registration_without_a_file_has_none_to_read(login):
    row = RegisteredCertificateFactory()

    answer = login(row.registered_by).get(reverse("pledges:certificate_proof", args=[row.pk]))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (lambda: {"upload": scan()}, "Cần xác nhận trước khi tải lên."),
        (
            lambda: {"upload": SimpleUploadedFile("a.pdf", b"khong phai"), "is_open": "on"},
            "không phải là .pdf",
        ),
        (lambda: {"upload": SimpleUploadedFile("a.pdf", b""), "is_open": "on"}, "rỗng"),
        (lambda: {"upload": scan(), "is_open": "on", "appointment": ""}, "Chọn chức vụ"),
    ],
)
def test_paper_that_cannot_be_kept_registers_nothing(panel, changes, sentence):
    post = post_of(leader_of(lead_of(EmulationYearFactory())))

    answer = panel.post(
        reverse("admin:pledges_registeredcertificate_add"), registration(post, **changes())
    )

    assert sentence in text_of(answer)
    assert not RegisteredCertificate.objects.exists()
    assert not StoredFile.objects.exists()


def test_panel_says_what_is_wrong_with_a_file(panel):
    unit = lead_of(EmulationYearFactory())
    form = {"certificate": uploaded(b"khong phai"), "unit": unit.pk, "proof": "Thử"}

    wrong = text_of(panel.post(reverse("admin:pledges_registeredcertificate_add"), form))
    form["certificate"] = uploaded(pki.root().der)
    authority = text_of(panel.post(reverse("admin:pledges_registeredcertificate_add"), form))
    del form["unit"]
    form["certificate"] = uploaded(pki.leaf().der)
    nobody = text_of(panel.post(reverse("admin:pledges_registeredcertificate_add"), form))

    assert "Không đọc được chứng thư" in wrong
    assert "của nơi cấp, không phải của người ký" in authority
    assert "Chọn chức vụ của lãnh đạo, hoặc chọn cơ quan." in nobody
    assert not RegisteredCertificate.objects.exists()


def test_secretariat_imports_trust_and_a_revocation_list(panel):
    for owner, kind in ((pki.root(), "anchor"), (pki.sub_ca(), "intermediate")):
        form = {"certificate": uploaded(owner.der), "kind": kind, "note": "Tải từ nơi cấp"}
        assert panel.post(reverse("admin:pledges_trustedcertificate_add"), form).status_code == 302
    form = {"file": uploaded(pki.crl(), "thu-hoi.crl")}
    answer = panel.post(reverse("admin:pledges_revocationlist_add"), form)

    assert answer.status_code == 302
    assert TrustedCertificate.objects.count() == 2
    assert RevocationList.objects.count() == 1
    assert TrustedCertificateFactory() == TrustedCertificate.objects.get(kind="anchor")


def test_officer_has_no_certificate_to_register(login):
    officer = officer_of(lead_of(EmulationYearFactory()))

    assert login(officer).get(reverse("pledges:certificate_add")).status_code == 403
