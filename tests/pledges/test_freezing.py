"""From an adopted text to a sealed file with one empty field for every signer."""

import hashlib
import subprocess
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction

from khoithidua import audit, printing
from khoithidua.models import AuditEntry, StoredFile
from pledges import freezing, signing, writing
from pledges.freezing import NamedSigner, expected_signers, freeze, missing_before_freeze
from pledges.models import Paper, Party, SignedFile
from pledges.models.authority import root_certificates
from tests.env import needs_poppler
from tests.factories import (
    AppointmentFactory,
    EmulationYearFactory,
    PaperFactory,
    UnitNameFactory,
    last_file,
    lead_of,
    leader_of,
    make_ca,
    member_of,
    officer_of,
    remembered_drawing,
)
from tests.pledges.pages import at

pytestmark = pytest.mark.django_db


def do_freeze(paper, **changes):
    make_ca()
    with remembered_drawing():
        return freeze(paper, by=paper.created_by, form=Paper.Form.SYSTEM, **changes)


def inspected(paper):
    return signing.verify.inspect(last_file(paper).file.read(), root_certificates())


def words_of(paper):
    """What a reader sees in the file in force, the looks of its fields included."""
    said = subprocess.run(
        ["pdftotext", "-layout", "-", "-"],
        input=last_file(paper).file.read(),
        capture_output=True,
        check=True,
    )
    return " ".join(said.stdout.decode().split())


def assert_nothing_was_stored(paper, state="adopted"):
    paper = Paper.objects.get(pk=paper.pk)
    assert (paper.state, paper.code, paper.frozen_at, paper.reading_html) == (state, None, None, "")
    assert not paper.signed_files.exists()
    assert not paper.parties.exists()
    assert not StoredFile.objects.exists()
    assert not AuditEntry.objects.filter(action__in=["paper.freeze", "paper.seal"]).exists()


# What is made


def test_fields_are_placed_in_the_order_of_the_grid():
    paper = PaperFactory(year=EmulationYearFactory(eight=True), frozen=True)

    found = inspected(paper)

    leaders = [name for name in found.empty_fields if name.startswith("KY")]
    assert leaders == [f"KY{number:02}" for number in range(1, 9)]
    assert [(party.unit.slug, party.leader_field) for party in paper.parties.all()][:3] == [
        ("stc", "KY01"),
        ("vp-ubnd", "KY02"),
        ("vp-dbqh-hdnd", "KY03"),
    ]


def test_only_the_seal_has_signed_and_it_is_intact():
    found = inspected(PaperFactory(frozen=True))

    assert found.intact
    assert not found.complete
    assert [one.kind for one in found.signatures] == ["seal"]


def test_seal_names_the_head_of_the_record():
    paper = PaperFactory(adopted=True)
    head = audit.head_of(paper.audit_chain)

    do_freeze(paper)

    [seal] = inspected(paper).signatures
    assert seal.reason == f"Niêm phong kỹ thuật. Nhật ký: {head}"
    assert last_file(paper).head_in_file == head
    assert AuditEntry.objects.filter(digest=head, action="paper.adopt").exists()


def test_sealed_file_is_the_first_of_its_chain():
    paper = PaperFactory(frozen=True)

    first = last_file(paper)
    entry = AuditEntry.objects.get(action="paper.seal")
    assert (first.sequence, first.kind, first.parent) == (0, "seal", None)
    assert first.audit_digest == entry.digest
    assert entry.after == {"sha256": first.file.sha256, "code": paper.code, "form": "system"}
    assert hashlib.sha256(first.file.read()).hexdigest() == first.file.sha256


def test_frozen_paper_keeps_its_reading_view_code_and_pages():
    paper = PaperFactory(frozen=True)

    assert paper.state == "frozen"
    assert paper.page_count >= 2
    assert paper.code.startswith("GU26-")
    assert "100% nhiệm vụ được giao đúng hạn." in paper.reading_html
    assert "DỰ THẢO" not in paper.reading_html


def test_file_served_is_exactly_the_sealed_one(login):
    paper = PaperFactory(frozen=True)

    answer = login(leader_of(lead_of(paper.year))).get(at("file_in_force", paper))

    assert hashlib.sha256(answer.content).hexdigest() == last_file(paper).file.sha256
    assert answer["Content-Type"] == "application/pdf"


@needs_poppler
def test_boxes_show_the_expected_signers():
    year = EmulationYearFactory(eight=True)
    deputy = AppointmentFactory(
        user__full_name="Vi Văn Thử Chín",
        user__username="pld-moi",
        unit=member_of(year),
        leader=True,
        start_on=date(2026, 2, 1),
        signing_title="KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC",
    )

    words = words_of(PaperFactory(year=year, frozen=True))

    assert leader_of(lead_of(year)).full_name in words
    assert "Q. GIÁM ĐỐC" in words
    assert "KT. GIÁM ĐỐC" in words
    assert deputy.user.full_name in words


@needs_poppler
def test_paper_bears_the_names_of_its_own_day():
    early = PaperFactory(adopted=True, dated_on=date(2026, 4, 5))
    late = PaperFactory(adopted=True, dated_on=date(2026, 4, 8))
    for paper in (early, late):
        unit = lead_of(paper.year)
        UnitNameFactory(unit=unit, start_on=date(2026, 4, 6), full=f"Sở Đổi tên {unit.position}")
        do_freeze(paper)

    assert "Sở Đổi tên" not in words_of(early)
    assert f"Sở Đổi tên {lead_of(late.year).position}" in words_of(late)
    assert late.parties.get(position=1).unit_name.startswith("Sở Đổi tên")


# Whom the boxes name


def test_expected_signer_is_the_leader_appointed_last():
    year = EmulationYearFactory()
    AppointmentFactory(
        unit=lead_of(year),
        leader=True,
        user__full_name="Vi Văn Thử Chín",
        user__username="pld-moi",
        start_on=date(2026, 3, 1),
    )

    named = expected_signers(year.memberships.all(), date(2026, 4, 6))

    assert named[lead_of(year).pk] == NamedSigner("Vi Văn Thử Chín", "GIÁM ĐỐC")


def test_expected_signer_is_never_one_who_left():
    year = EmulationYearFactory()
    appointment = leader_of(lead_of(year)).appointments.get()
    appointment.end_on = date(2026, 4, 5)
    appointment.save(update_fields=["end_on"])

    assert lead_of(year).pk not in expected_signers(year.memberships.all(), date(2026, 4, 6))
    assert lead_of(year).pk in expected_signers(year.memberships.all(), date(2026, 4, 5))


# What keeps a paper from being frozen


def test_nothing_is_missing_from_a_paper_that_is_ready():
    assert missing_before_freeze(PaperFactory(adopted=True)) == []


def test_unit_without_a_leaders_account_is_named():
    paper = PaperFactory(adopted=True)
    unit = lead_of(paper.year)
    leader_of(unit).appointments.update(kind="officer")

    with pytest.raises(ValidationError) as refused:
        do_freeze(paper)

    name = unit.name_on(paper.dated_on).full
    assert refused.value.messages == [f"{name} chưa có tài khoản lãnh đạo để ký."]
    assert_nothing_was_stored(paper)


def test_every_reason_is_told_at_once():
    paper = PaperFactory(year=EmulationYearFactory(members=1))
    leader_of(lead_of(paper.year)).appointments.update(kind="officer")
    paper.sections.all().delete()

    missing = missing_before_freeze(paper)

    assert len(missing) == 3
    assert missing[0].startswith("Khối chưa có đủ đơn vị")
    assert missing[1] == "Giao ước chưa có mục nội dung nào."


@pytest.mark.parametrize("state", ["draft", "commenting"])
def test_paper_that_was_not_adopted_is_not_frozen(state):
    paper = PaperFactory(reached=state)

    with pytest.raises(ValidationError, match="đã thông qua"):
        do_freeze(paper)

    assert_nothing_was_stored(paper, state)


def test_frozen_paper_is_not_frozen_again():
    paper = PaperFactory(frozen=True)

    with pytest.raises(ValidationError, match="chưa chốt"):
        do_freeze(paper)

    assert SignedFile.objects.count() == 1


def test_installation_without_its_authority_says_what_to_do():
    paper = PaperFactory(adopted=True)

    with pytest.raises(ValidationError, match="init_ca"):
        freeze(paper, by=paper.created_by, form=Paper.Form.SYSTEM)

    assert_nothing_was_stored(paper)


# What goes wrong meanwhile


def rewrite(paper):
    """Open the adopted text again, change a target, adopt it again: the same state as before."""
    by = paper.created_by
    row = Paper.objects.get(pk=paper.pk)
    writing.reopen(row, by=by, reason="Sửa chỉ tiêu")
    row.targets.update(plan=1)
    writing.adopt(row, by=by, on=date(2026, 4, 6))


def new_deputy(paper):
    paper.year.memberships.filter(position=2).update(role="member")
    paper.year.memberships.filter(position=3).update(role="deputy")


@pytest.mark.parametrize(
    "meanwhile",
    [
        rewrite,
        lambda paper: writing.reopen(
            Paper.objects.get(pk=paper.pk), by=paper.created_by, reason="Sửa"
        ),
        new_deputy,
    ],
    ids=["rewritten", "reopened", "other order of the grid"],
)
def test_paper_changed_while_it_is_rendered_is_not_frozen(monkeypatch, meanwhile):
    paper = PaperFactory(year=EmulationYearFactory(members=3), adopted=True)
    render = printing.render

    def slow_render(*args, **kwargs):
        meanwhile(paper)
        return render(*args, **kwargs)

    monkeypatch.setattr(printing, "render", slow_render)
    with pytest.raises(ValidationError, match="vừa được"):
        do_freeze(paper)

    assert not SignedFile.objects.exists()
    assert not Party.objects.exists()
    assert not AuditEntry.objects.filter(action="paper.freeze").exists()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (printing, "render"),
        (printing, "stamp"),
        (signing.prepare, "place_fields"),
        (signing.seal, "seal"),
        (freezing, "render_to_string"),
        (audit, "record"),
    ],
)
def test_failure_at_any_step_stores_nothing(monkeypatch, module, name):
    paper = PaperFactory(adopted=True)
    make_ca()

    def fail(*args, **kwargs):
        raise RuntimeError("out of paper")

    monkeypatch.setattr(module, name, fail)
    with pytest.raises(RuntimeError):
        freeze(paper, by=paper.created_by, form=Paper.Form.SYSTEM)

    assert_nothing_was_stored(paper)


# Afterwards


def test_opening_the_signing_says_in_which_order():
    paper = PaperFactory(frozen=True, in_order=True)

    freezing.open_signing(paper, by=officer_of(lead_of(paper.year)))

    entry = AuditEntry.objects.get(action="paper.open_signing")
    assert paper.state == "signing"
    assert "ký theo thứ tự trong lưới ký" in entry.summary


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pledges_party SET unit_name = 'khác' WHERE paper_id = {paper}",
        "DELETE FROM pledges_party WHERE paper_id = {paper}",
        "UPDATE pledges_signedfile SET sequence = 7 WHERE paper_id = {paper}",
        "DELETE FROM pledges_signedfile WHERE paper_id = {paper}",
        "UPDATE pledges_paper SET frozen_at = NULL WHERE id = {paper}",
    ],
)
def test_what_was_frozen_cannot_be_changed_in_the_database(statement):
    paper = PaperFactory(frozen=True)

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(paper=paper.pk))


def test_frozen_paper_is_the_same_after_its_units_changed_their_names(login):
    paper = PaperFactory(frozen=True)
    unit = lead_of(paper.year)
    UnitNameFactory(unit=unit, start_on=paper.dated_on - timedelta(days=1), full="Sở Đổi tên")

    page = login(leader_of(unit)).get(at("pledge_detail", paper)).content.decode()

    assert paper.parties.get(unit=unit).unit_name.startswith("Sở Thử nghiệm")
    assert "Sở Đổi tên;" not in page
