"""One signature: its evidence, its place in the chain of files, and what a failure leaves behind."""

import subprocess
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import Error, connection, transaction
from django.utils import timezone

from khoithidua import audit, mail, printing
from khoithidua.models import AuditEntry, DamagedFile, Outbox, StoredFile
from pledges import signing
from pledges.models import Paper, Signature, SignedFile
from pledges.models.authority import current_issuer, root_certificates
from pledges.signatures import (
    AlreadySigned,
    Consent,
    declaration_text,
    record_signed_on_paper,
    sign,
)
from tests.env import needs_poppler
from tests.factories import (
    AppointmentFactory,
    EmulationYearFactory,
    PaperFactory,
    PhaseFactory,
    deputy_of,
    last_file,
    lead_of,
    leader_of,
    officer_of,
    sign_for,
)

pytestmark = pytest.mark.django_db


def inspected(paper):
    return signing.verify.inspect(last_file(paper).file.read(), root_certificates())


def words_of(paper):
    said = subprocess.run(
        ["pdftotext", "-layout", "-", "-"],
        input=last_file(paper).file.read(),
        capture_output=True,
        check=True,
    )
    return " ".join(said.stdout.decode().split())


def second_leader(unit, **changes):
    return AppointmentFactory(
        unit=unit,
        leader=True,
        user__username="pld-moi",
        user__full_name="Vi Văn Thử Chín",
        position="Phó Giám đốc",
        signing_title="KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC",
        **changes,
    ).user


# What is kept


def test_signature_keeps_who_signed_for_whom_how_and_when():
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))

    made = sign_for(paper, lead_of(paper.year))

    assert (made.user, made.person) == (leader, leader.full_name)
    assert (made.position, made.signing_title) == ("Giám đốc", "GIÁM ĐỐC")
    assert made.unit_name == paper.parties.get(position=1).unit_name
    assert (made.form, made.kind, made.proof) == ("system", "leader", "password")
    assert made.signed_at == timezone.now()
    assert made.signed_on == date(2026, 4, 6)


def test_declaration_is_kept_verbatim():
    paper = PaperFactory(signing=True)
    party = paper.parties.get(position=1)

    made = sign_for(paper, party.unit)

    assert made.declaration == declaration_text(paper, party)
    assert made.declaration == (
        "Tôi đã đọc toàn văn giao ước thi đua năm 2026, phiên bản 1, đồng ý với toàn bộ nội dung "
        "và ký thay mặt Sở Thử nghiệm 1."
    )


def test_signature_is_in_the_record_with_the_files_digest():
    paper = PaperFactory(signing=True)

    made = sign_for(paper, lead_of(paper.year))

    entry = AuditEntry.objects.get(action="paper.sign")
    assert entry.summary == "Sở Thử nghiệm 1 xác nhận ký giao ước thi đua năm 2026: 1/2."
    assert entry.after["sha256"] == made.signed_file.file.sha256
    assert (entry.after["proof"], entry.after["declaration"]) == ("password", made.declaration)
    assert made.signed_file.audit_digest == entry.digest
    assert (entry.actor, entry.at) == (made.user.username, made.signed_at)


def test_signed_file_is_the_one_before_it_with_bytes_added():
    paper = PaperFactory(signing=True)
    sealed = last_file(paper)

    made = sign_for(paper, lead_of(paper.year))

    after = made.signed_file
    assert (after.sequence, after.kind, after.parent) == (1, "signature", sealed)
    assert after.file.read().startswith(sealed.file.read())
    assert after.file.size > sealed.file.size


def test_signature_in_the_file_names_person_post_unit_and_the_record():
    paper = PaperFactory(signing=True)
    head = audit.head_of(paper.audit_chain)

    made = sign_for(paper, lead_of(paper.year))

    found = inspected(paper).signatures[-1]
    assert (found.field_name, found.kind) == ("KY01", "leader")
    assert (found.signer_name, found.signer_unit) == (made.person, made.unit_name)
    assert (found.signer_position, found.signer_serial) == ("Giám đốc", made.user.username)
    assert found.reason == f"Xác nhận ký trên hệ thống. Nhật ký: {head}"
    assert found.claimed_at == made.signed_at


@needs_poppler
def test_box_shows_title_form_moment_and_name():
    paper = PaperFactory(signing=True)

    made = sign_for(paper, lead_of(paper.year))

    words = words_of(paper)
    assert "Đã xác nhận ký trên hệ thống" in words
    assert "09:00:00, 06/4/2026 (GMT+7)" in words
    assert made.person in words


@needs_poppler
def test_deputy_signs_for_an_absent_director_without_a_new_version():
    paper = PaperFactory(signing=True)
    unit = lead_of(paper.year)
    director, deputy = leader_of(unit), second_leader(unit, start_on=date(2026, 4, 6))
    before = words_of(paper)

    made = sign_for(paper, unit, by=deputy)

    after = words_of(paper)
    assert director.full_name in before
    assert director.full_name not in after
    assert all(word in after for word in ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Vi Văn Thử Chín"))
    assert (made.person, made.signing_title) == ("Vi Văn Thử Chín", "KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC")
    assert Paper.objects.get().version == 1


def test_units_sign_in_any_order_and_the_last_completes_the_paper():
    paper = PaperFactory(year=EmulationYearFactory(members=3), signing=True)

    for party in paper.parties.order_by("-position"):
        sign_for(paper, party.unit)

    paper.refresh_from_db()
    found = inspected(paper)
    assert (paper.state, paper.completed_at) == ("complete", timezone.now())
    assert found.complete
    assert [one.field_name for one in found.signatures] == ["NIEMPHONG", "KY03", "KY02", "KY01"]
    assert AuditEntry.objects.filter(action="paper.complete").count() == 1


def test_paper_is_not_complete_before_the_last_unit():
    paper = PaperFactory(year=EmulationYearFactory(members=3), signing=True, signed=2)

    assert paper.state == "signing"
    assert paper.completed_at is None
    assert not Outbox.objects.exists()


def test_record_and_files_agree_after_all_have_signed(capsys):
    PaperFactory(complete=True)

    call_command("verify_audit")


# Mail


def test_completion_is_told_to_leaders_and_officers_by_mail():
    paper = PaperFactory(signing=True, signed=1)

    sign_for(paper, deputy_of(paper.year))

    units = [party.unit for party in paper.parties.all()]
    wanted = {person(unit).email for unit in units for person in (leader_of, officer_of)}
    assert {row.to for row in Outbox.objects.all()} == wanted
    assert Outbox.objects.count() == 4
    row = Outbox.objects.first()
    assert row.subject == "Giao ước thi đua năm 2026 đã hoàn tất"
    assert f"http://localhost:8000{paper.get_absolute_url()}" in row.body


def test_mail_does_not_go_to_those_who_left_or_were_locked_out():
    paper = PaperFactory(signing=True, signed=1)
    gone, locked = officer_of(lead_of(paper.year)), officer_of(deputy_of(paper.year))
    gone.appointments.update(end_on=date(2026, 4, 5))
    locked.is_active = False
    locked.save(update_fields=["is_active"])

    sign_for(paper, deputy_of(paper.year))

    told = {row.to for row in Outbox.objects.all()}
    assert len(told) == 2
    assert gone.email not in told
    assert locked.email not in told


# What is refused


def assert_unchanged(paper, file):
    paper.refresh_from_db()
    assert paper.state == "signing"
    assert last_file(paper) == file
    assert Signature.objects.count() == file.sequence
    assert AuditEntry.objects.filter(action="paper.sign").count() == file.sequence
    assert not AuditEntry.objects.filter(action="paper.complete").exists()
    assert not Outbox.objects.exists()


def test_second_signature_of_a_unit_is_refused():
    paper = PaperFactory(signing=True, signed=1)
    unit = lead_of(paper.year)
    colleague = second_leader(unit)

    with pytest.raises(AlreadySigned, match="đã ký"):
        sign_for(paper, unit, by=colleague)

    assert Signature.objects.count() == 1
    assert SignedFile.objects.count() == 2


def test_signature_after_the_deadline_is_refused_under_the_lock(today):
    paper = PaperFactory(signing=True)
    file = last_file(paper)
    today.shift(timedelta(days=3))

    with pytest.raises(ValidationError, match="Đã hết hạn ký"):
        sign_for(paper, lead_of(paper.year))

    assert_unchanged(paper, file)


def test_signature_out_of_turn_is_refused_under_the_lock():
    paper = PaperFactory(signing=True, in_order=True)
    file = last_file(paper)

    with pytest.raises(ValidationError, match="đang chờ Sở Thử nghiệm 1"):
        sign_for(paper, deputy_of(paper.year))

    assert_unchanged(paper, file)


@pytest.mark.parametrize("form", ["token", "paper"])
def test_signature_here_of_a_paper_signed_otherwise_is_refused(form):
    paper = PaperFactory(form=form, signing=True)
    file = last_file(paper)

    with pytest.raises(ValidationError, match="ký theo hình thức"):
        sign_for(paper, lead_of(paper.year))

    assert_unchanged(paper, file)


def test_signature_for_another_unit_is_refused_under_the_lock():
    paper = PaperFactory(signing=True)
    other = leader_of(deputy_of(paper.year))
    party = paper.parties.get(unit=lead_of(paper.year))

    with pytest.raises(ValidationError, match="Chỉ lãnh đạo của Sở Thử nghiệm 1"):
        sign(
            paper,
            party,
            by=other,
            appointment=other.appointments.get(),
            consent=Consent(declaration_text(paper, party), "password"),
        )

    assert not Signature.objects.exists()


# What a failure leaves behind

STEPS = [
    (printing, "stamp"),
    (signing.sign, "append_signature"),
    (signing.verify, "check_increment"),
    (StoredFile.objects, "keep"),
    (audit, "record"),
    (SignedFile.objects, "create"),
    (Signature.objects, "create"),
    (Paper, "move"),
    (mail, "enqueue"),
]


@pytest.mark.parametrize(("place", "name"), STEPS, ids=[name for _place, name in STEPS])
def test_failure_at_any_step_leaves_the_file_in_force(monkeypatch, place, name):
    paper = PaperFactory(signing=True, signed=1)
    file = last_file(paper)

    def fail(*args, **kwargs):
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(place, name, fail)
        with pytest.raises(RuntimeError):
            sign_for(paper, deputy_of(paper.year))

    assert_unchanged(paper, file)
    assert sign_for(paper, deputy_of(paper.year)).signed_file.parent == file


def test_increment_that_fails_its_check_is_not_kept(monkeypatch):
    paper = PaperFactory(signing=True)
    file = last_file(paper)
    append = signing.sign.append_signature
    monkeypatch.setattr(
        signing.sign, "append_signature", lambda *args: append(*args) + b"\n% one more line"
    )

    with pytest.raises(signing.errors.SigningRefused):
        sign_for(paper, lead_of(paper.year))

    assert_unchanged(paper, file)


def test_damaged_file_in_force_is_not_signed(settings):
    paper = PaperFactory(signing=True)
    sha256 = last_file(paper).file.sha256
    path = settings.STORAGES["default"]["OPTIONS"]["location"] / StoredFile.path_of(sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"!")

    try:
        with pytest.raises(DamagedFile):
            sign_for(paper, lead_of(paper.year))
    finally:
        path.write_bytes(whole)

    assert not Signature.objects.exists()


def test_key_of_a_signature_signs_nothing_else():
    paper = PaperFactory(signing=True)
    subject = signing.ca.Subject("Nguyễn Thị Thử 1", "Sở Thử nghiệm 1", "Giám đốc", "ld-so-thu-1")
    signer = current_issuer().certify(subject, timezone.now())
    before = last_file(paper).file.read()
    signing.sign.append_signature(before, "KY01", signer, None, "", timezone.now())

    with pytest.raises(signing.errors.KeyAlreadyUsed):
        signing.sign.append_signature(before, "KY02", signer, None, "", timezone.now())


# What the database itself holds to


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pledges_signature SET person = 'Người khác'",
        "UPDATE pledges_signature SET signed_on = '2020-01-01'",
        "DELETE FROM pledges_signature",
        "DELETE FROM pledges_signedfile WHERE sequence = 1",
        "UPDATE khoithidua_storedfile SET sha256 = 'x'",
        "DELETE FROM khoithidua_auditentry WHERE action = 'paper.sign'",
    ],
)
def test_signature_cannot_be_changed_in_the_database(statement):
    PaperFactory(signing=True, signed=1)

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Signature.objects.count() == 1


@pytest.mark.parametrize("missing", ["signed_file", "user", "signed_at", "declaration", "proof"])
def test_signature_in_the_application_needs_all_its_evidence(missing):
    paper = PaperFactory(signing=True, signed=1)
    made = Signature.objects.get()
    made.pk, made.party, made.signed_file = None, paper.parties.get(position=2), last_file(paper)
    setattr(made, missing, "" if missing in ("declaration", "proof") else None)

    with pytest.raises(Error), transaction.atomic():
        Signature.objects.bulk_create([made])


# Signed by hand


def test_paper_signed_by_hand_is_recorded_with_its_day_and_no_moment():
    paper = PaperFactory(form="paper", frozen=True)

    record_signed_on_paper(paper, by=paper.created_by, on=date(2026, 4, 8), note="Ký tại Lễ ký kết")

    paper.refresh_from_db()
    made = list(Signature.objects.order_by("party__position"))
    assert paper.state == "complete"
    assert [row.person for row in made] == [leader_of(row.party.unit).full_name for row in made]
    assert {(row.form, row.signed_at, row.signed_on, row.user) for row in made} == {
        ("paper", None, date(2026, 4, 8), None)
    }
    assert SignedFile.objects.count() == 1


def test_paper_signed_on_the_system_is_not_recorded_as_signed_by_hand():
    paper = PaperFactory(signing=True)

    with pytest.raises(ValidationError, match="ký giấy"):
        record_signed_on_paper(paper, by=paper.created_by, on=date(2026, 4, 8))

    assert not Signature.objects.exists()


# The deadline


def test_extension_reopens_the_signing(today):
    paper = PaperFactory(signing=True)
    today.shift(timedelta(days=3))
    phase = paper.year.phases.get(kind="sign")

    phase.extend(date(2026, 4, 15), reason="Lãnh đạo đi công tác", by=paper.created_by)

    assert sign_for(paper, lead_of(paper.year)).signed_on == date(2026, 4, 9)


@pytest.mark.parametrize(("day", "late"), [(11, False), (13, False), (14, True)])
def test_deadline_on_a_saturday_runs_to_the_end_of_monday(today, day, late):
    paper = PaperFactory(signing=True)
    paper.year.phases.filter(kind="sign").delete()
    PhaseFactory(year=paper.year, closes_on=date(2026, 4, 11))
    today.move_to(timezone.make_aware(timezone.datetime(2026, 4, day, 23, 59)))

    if late:
        with pytest.raises(ValidationError, match="thứ Hai, 13/4/2026"):
            sign_for(paper, lead_of(paper.year))
    else:
        sign_for(paper, lead_of(paper.year))

    assert Signature.objects.exists() is not late
