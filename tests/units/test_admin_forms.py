"""The panel's forms: what is recorded of a change, and what is refused, in which words."""

import html
import unicodedata
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from khoithidua.admin import chain_of, overlapping
from khoithidua.audit import verify_chain
from khoithidua.models import AuditChain, AuditEntry, StoredFile
from pledges import writing
from pledges.models import PaperBasis
from tests.factories import (
    AppointmentFactory,
    AuthorityFactory,
    BlocFactory,
    DecisionFactory,
    EmulationYearFactory,
    LegalBasisFactory,
    PaperFactory,
    SupervisionFactory,
    UnitFactory,
    UserFactory,
    lead_of,
    leader_of,
    officer_of,
)
from tests.units.panel import (
    HEALTH,
    PDF,
    assert_refused,
    assert_saved,
    day,
    entry_of,
    member_row,
    phase_row,
    rows_of,
    unit_form,
    url,
    user_form,
    year_form,
)
from units.models import (
    Appointment,
    Bloc,
    Decision,
    EmulationYear,
    LegalBasis,
    Membership,
    Phase,
    PhaseExtension,
    Supervision,
    Unit,
    UnitName,
    User,
)

# What is recorded


def test_added_row_is_recorded_with_its_inline_rows(panel, officer, authority):
    assert_saved(panel.post(url(Unit, "add"), unit_form(authority, HEALTH)))

    added, name = entry_of("unit.add"), entry_of("unitname.add")
    assert added.chain.startswith("he-thong/")
    assert added.actor == officer.username
    assert added.target == name.target == "don-vi/syt"
    assert added.after["position"] == 5
    assert name.after["full"] == "Sở Y tế"
    assert name.after["start_on"] == "2026-04-08"
    assert "Sở Y tế" in name.summary


def test_changed_row_is_recorded_before_and_after(panel, authority):
    unit = UnitFactory(slug="syt", position=3)
    name = unit.names.get()
    row = {
        "id": name.pk,
        "unit": unit.pk,
        "start_on": day(name.start_on),
        "full": "Sở Y tế tỉnh",
        "short": name.short,
        "grid": name.grid,
        "header_superior": name.header_superior,
        "header_name": name.header_name,
        "symbol": name.symbol,
    }

    assert_saved(panel.post(url(Unit, "change", unit.pk), unit_form(authority, row)))

    assert entry_of("unit.change").before == {"position": 3}
    assert entry_of("unit.change").after == {"position": 5}
    assert entry_of("unitname.change").before == {"full": name.full}
    assert entry_of("unitname.change").after == {"full": "Sở Y tế tỉnh"}


def test_form_saved_unchanged_leaves_no_entry(panel):
    year = EmulationYearFactory()

    assert_saved(panel.post(url(EmulationYear, "change", year.pk), year_form(year)))

    assert not AuditEntry.objects.exclude(action="account.login").exists()


def test_year_s_changes_go_into_its_own_chain(panel):
    year = EmulationYearFactory()
    first, second = year.memberships.order_by("position")
    phase = year.phases.get(kind="comment")
    form = year_form(
        year,
        members=[member_row(first, is_new="on"), member_row(second, DELETE="on")],
        phases=[phase_row(phase, DELETE="on")],
        theme="Chủ đề khác",
    )

    assert_saved(panel.post(url(EmulationYear, "change", year.pk), form))

    entries = AuditEntry.objects.filter(chain=year.audit_chain)
    assert {entry.action for entry in entries} == {
        "emulationyear.change",
        "membership.change",
        "membership.delete",
        "phase.delete",
    }
    assert entry_of("membership.change").after == {"is_new": True}
    assert entry_of("membership.delete").before["unit"] == second.unit.slug
    assert entry_of("phase.delete").before["closes_on"] == "2026-02-27"


def test_deleted_row_is_recorded_with_all_that_went_with_it(panel):
    unit = UnitFactory(slug="syt")

    panel.post(url(Unit, "delete", unit.pk), {"post": "yes"})

    assert not Unit.objects.exists()
    assert entry_of("unit.delete").before["slug"] == "syt"
    assert entry_of("unitname.delete").before["full"] == f"Sở Thử nghiệm {unit.position}"
    assert entry_of("unitname.delete").target == "don-vi/syt"


def test_protected_row_is_not_deleted(panel):
    unit = EmulationYearFactory().memberships.first().unit

    response = panel.post(url(Unit, "delete", unit.pk), {"post": "yes"})

    assert_refused(response, "Không xóa được")
    assert Unit.objects.filter(pk=unit.pk).exists()


@pytest.mark.parametrize("owner", ["basis", "authority"])
def test_basis_that_an_adopted_paper_cites_is_not_deleted(db, login, owner):
    panel = login(UserFactory(superuser=True))
    paper = PaperFactory()
    apart = AuthorityFactory(slug="lang-son", name="tỉnh Lạng Sơn")
    basis = LegalBasisFactory(citation="Luật Thi đua, khen thưởng", authority=apart)
    PaperBasis.objects.create(paper=paper, text="Căn cứ Luật …", source=basis)
    writing.adopt(paper, by=officer_of(lead_of(paper.year)), on=timezone.localdate())
    row = {"basis": basis, "authority": apart}[owner]

    response = panel.post(url(type(row), "delete", row.pk), {"post": "yes"}, follow=True)

    assert response.status_code == 200
    shown = html.unescape(response.content.decode())
    assert f"Chưa xóa được “{row}”: Văn bản đã thông qua" in shown
    assert paper.bases.get(source=basis)
    assert not AuditEntry.objects.filter(action__endswith=".delete").exists()


def test_basis_that_only_a_draft_cites_is_deleted(panel):
    paper = PaperFactory()
    basis = LegalBasisFactory()
    row = PaperBasis.objects.create(paper=paper, text="Căn cứ Luật …", source=basis)

    panel.post(url(LegalBasis, "delete", basis.pk), {"post": "yes"})

    row.refresh_from_db()
    assert (row.text, row.source) == ("Căn cứ Luật …", None)


@pytest.mark.parametrize("kept", [Unit, Appointment, EmulationYear, User, Bloc])
def test_rows_that_a_signed_pledge_rests_on_are_not_deleted(panel, kept):
    paper = PaperFactory(token=True, signing=True, signed=1)
    party = paper.parties.get(position=1)
    row = {
        Unit: party.unit,
        Appointment: leader_of(party.unit).appointments.get(),
        EmulationYear: paper.year,
        User: leader_of(party.unit),
        Bloc: paper.year.bloc,
    }[kept]

    response = panel.post(url(kept, "delete", row.pk), {"post": "yes"})

    assert response.status_code in (200, 302, 403)
    assert kept.objects.filter(pk=row.pk).exists()


def test_what_is_recorded_can_be_verified(panel, authority):
    panel.post(url(Unit, "add"), unit_form(authority, HEALTH))

    for chain in AuditChain.objects.all():
        assert verify_chain(chain.key) is None


def test_change_is_not_kept_when_its_entry_cannot_be_written(panel, authority, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr("khoithidua.audit.record", fail)
    panel.raise_request_exception = False

    assert panel.post(url(Unit, "add"), unit_form(authority, HEALTH)).status_code == 500
    assert not Unit.objects.exists()


def test_history_page_reads_the_record(panel, authority):
    panel.post(url(Unit, "add"), unit_form(authority, HEALTH))
    unit = Unit.objects.get()

    html = panel.get(url(Unit, "history", unit.pk)).content.decode()

    assert "Thêm đơn vị: syt." in html
    assert "Lịch sử: Sở Y tế (syt)" in html
    assert "header_name: SỞ Y TẾ" in html


def test_history_page_finds_its_entries_by_the_index(panel):
    unit = UnitFactory()
    AuditEntry.objects.bulk_create(
        AuditEntry(chain="khoi/a/2026", sequence=n, at=timezone.now(), target=f"units.unit/{n}")
        for n in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE khoithidua_auditentry")

    entries = panel.get(url(Unit, "history", unit.pk)).context_data["entries"]

    assert "audit_target_at" in entries.explain()


def test_rows_outside_a_year_belong_to_the_system_s_chain():
    assert chain_of(Unit(slug="a")).startswith("he-thong/")


# What forms refuse


def test_text_is_normalised_and_dates_are_read_as_typed_here(panel, authority):
    typed = HEALTH | {"full": unicodedata.normalize("NFD", "  Sở  Y tế\u200b ")}

    assert_saved(panel.post(url(Unit, "add"), unit_form(authority, typed)))

    name = UnitName.objects.get()
    assert name.full == "Sở Y tế"
    assert name.start_on == date(2026, 4, 8)


def test_forms_of_a_name_follow_from_the_full_one(panel, authority):
    typed = {"start_on": "2026-04-08", "full": "Sở Y tế"}

    assert_saved(panel.post(url(Unit, "add"), unit_form(authority, typed)))

    name = UnitName.objects.get()
    assert (name.short, name.grid) == ("Sở Y tế", "SỞ Y TẾ")
    assert (name.header_superior, name.header_name) == ("UBND TỈNH CAO BẰNG", "SỞ Y TẾ")


def test_unit_without_a_name_is_refused(panel, authority):
    response = panel.post(url(Unit, "add"), unit_form(authority, {"full": ""}))

    assert response.status_code == 200
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    ("model", "fields"),
    [(Unit, ["slug"]), (Bloc, ["slug"]), (EmulationYear, ["bloc", "number"]), (User, ["username"])],
)
def test_what_the_record_names_a_row_by_is_fixed(panel, model, fields):
    EmulationYearFactory()
    row = model.objects.exclude(pk=getattr(panel, "pk", None)).order_by("pk").last()

    form = panel.get(url(model, "change", row.pk)).context["adminform"].form

    assert not set(fields) & set(form.fields)


def appointment_form(user, unit, **changes):
    return {
        "user": user.pk,
        "unit": unit.pk,
        "kind": "officer",
        "position": "Chuyên viên",
        "signing_title": "",
        "start_on": "2026-01-01",
        "end_on": "",
        "decision": "",
    } | changes


def test_overlapping_appointment_is_a_sentence_in_the_form(panel):
    present = AppointmentFactory(officer=True)

    response = panel.post(url(Appointment, "add"), appointment_form(present.user, present.unit))

    assert_refused(response, "Người này đã có chức vụ ở đơn vị trong khoảng thời gian này.")
    assert Appointment.objects.count() == 1


def test_appointment_after_the_first_one_ended_is_taken(panel):
    present = AppointmentFactory(officer=True, end_on=date(2025, 12, 31))

    assert_saved(panel.post(url(Appointment, "add"), appointment_form(present.user, present.unit)))

    assert Appointment.objects.count() == 2


def test_leader_needs_a_signing_title(panel):
    person, unit = UserFactory(), UnitFactory()

    response = panel.post(url(Appointment, "add"), appointment_form(person, unit, kind="leader"))

    assert_refused(response, "Lãnh đạo phải có chức danh khi ký.")


def test_two_appointments_of_one_page_may_not_overlap(panel):
    unit = UnitFactory()
    row = {"unit": unit.pk, "kind": "officer", "position": "Chuyên viên", "start_on": "2026-01-01"}

    response = panel.post(
        url(User, "add"), user_form(row, row | {"start_on": "2026-02-01", "position": "Khác"})
    )

    assert_refused(response, "Người này đã có chức vụ ở đơn vị trong khoảng thời gian này.")
    assert not User.objects.filter(username="ld-syt").exists()


def test_overlapping_supervision_is_a_sentence_in_the_form(panel):
    present = SupervisionFactory()

    response = panel.post(
        url(Supervision, "add"),
        {"user": present.user_id, "bloc": present.bloc_id, "start_on": "2026-01-01", "end_on": ""},
    )

    assert_refused(response, "Người này đã được phân công theo dõi khối")


def test_what_slips_past_the_form_is_a_sentence_too(panel, monkeypatch):
    """Two officers at once: the form saw nothing, the database did."""
    present = AppointmentFactory(officer=True)
    monkeypatch.setattr("khoithidua.admin.overlapping", lambda *args, **kwargs: "")

    response = panel.post(
        url(Appointment, "add"), appointment_form(present.user, present.unit), follow=True
    )

    assert "Người này đã có chức vụ ở đơn vị" in response.content.decode()
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("start", "end", "meets"),
    [
        (date(2026, 1, 1), None, True),
        (date(2026, 1, 31), date(2026, 2, 5), True),
        (date(2026, 2, 1), None, False),
        (date(2025, 1, 1), date(2025, 12, 31), False),
    ],
)
def test_overlap_is_counted_by_days(start, end, meets):
    first = Appointment(user_id=1, unit_id=1, start_on=date(2026, 1, 1), end_on=date(2026, 1, 31))
    second = Appointment(user_id=1, unit_id=1, start_on=start, end_on=end)

    assert bool(overlapping(second, [first])) is meets


def test_members_may_swap_places_and_roles(panel):
    year = EmulationYearFactory(members=3)
    lead, deputy, member = year.memberships.order_by("position")
    form = year_form(
        year,
        members=[
            member_row(lead, position=2, role="deputy"),
            member_row(deputy, position=1, role="lead"),
            member_row(member),
        ],
    )

    assert_saved(panel.post(url(EmulationYear, "change", year.pk), form))

    assert list(year.memberships.in_protocol_order().values_list("unit", "role")) == [
        (deputy.unit_id, "lead"),
        (lead.unit_id, "deputy"),
        (member.unit_id, "member"),
    ]
    assert set(year.memberships.values_list("start_on", flat=True)) == {year.starts_on}


def test_members_may_swap_units(panel):
    year = EmulationYearFactory()
    lead, deputy = year.memberships.order_by("position")
    form = year_form(
        year,
        members=[member_row(lead, unit=deputy.unit_id), member_row(deputy, unit=lead.unit_id)],
    )

    assert_saved(panel.post(url(EmulationYear, "change", year.pk), form))

    assert year.memberships.get(position=1).unit == deputy.unit


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"position": 1}, "Đã có đơn vị ở thứ tự này."),
        ({"role": "lead"}, "Mỗi khối chỉ có một đơn vị đứng đầu và một đơn vị cấp phó."),
        ({"end_on": "2025-01-01"}, "Ngày cuối phải sau ngày đầu."),
    ],
)
def test_member_that_breaks_a_rule_is_refused(panel, changes, message):
    year = EmulationYearFactory()
    lead, deputy = year.memberships.order_by("position")
    form = year_form(year, members=[member_row(lead), member_row(deputy, **changes)])

    assert_refused(panel.post(url(EmulationYear, "change", year.pk), form), message)


def test_same_member_twice_is_refused(panel):
    year = EmulationYearFactory()
    lead, deputy = year.memberships.order_by("position")
    form = year_form(year, members=[member_row(lead), member_row(deputy, unit=lead.unit_id)])

    assert_refused(
        panel.post(url(EmulationYear, "change", year.pk), form),
        "Đơn vị đã là thành viên của khối trong khoảng thời gian này.",
    )


def test_new_year_takes_its_members_from_its_first_day(panel):
    bloc, unit = BlocFactory(), UnitFactory()
    form = {
        "bloc": bloc.pk,
        "number": 2027,
        "starts_on": "01/01/2027",
        "ends_on": "31/12/2027",
        **rows_of("memberships", {"position": 1, "unit": unit.pk, "role": "lead", "start_on": ""}),
        **rows_of("phases", {"kind": "sign", "opens_on": "01/04/2027", "closes_on": "08/04/2027"}),
    }

    assert_saved(panel.post(url(EmulationYear, "add"), form))

    assert Membership.objects.get().start_on == date(2027, 1, 1)
    assert Phase.objects.get().closes_on == date(2027, 4, 8)
    assert entry_of("membership.add").chain == f"khoi/{bloc.slug}/2027"


def test_two_phases_of_a_kind_may_not_overlap(panel):
    year = EmulationYearFactory(members=0)
    phases = [*map(phase_row, year.phases.order_by("pk"))]
    again = {"kind": "sign", "opens_on": "2026-04-08", "closes_on": "2026-04-20"}

    response = panel.post(
        url(EmulationYear, "change", year.pk), year_form(year, phases=[*phases, again])
    )

    assert_refused(response, "Hai đợt của cùng một bước không được chồng nhau.")


def test_open_phase_is_not_lengthened_without_a_reason(panel):
    year = EmulationYearFactory(members=0)
    phase = year.phases.get(kind="sign")
    longer = phase_row(phase, closes_on="2026-05-08")

    response = panel.post(url(EmulationYear, "change", year.pk), year_form(year, phases=[longer]))

    assert_refused(response, "gia hạn ở trang Lịch của năm, có ghi lý do")


def test_phase_that_was_extended_stays(panel, officer):
    year = EmulationYearFactory(members=0)
    phase = year.phases.get(kind="sign")
    phase.extend(phase.closes_on + timedelta(days=7), reason="bão", by=officer)
    row = phase_row(phase, DELETE="on")

    response = panel.post(url(EmulationYear, "change", year.pk), year_form(year, phases=[row]))

    assert_refused(response, "còn lần gia hạn gắn với nó")
    assert panel.get(url(EmulationYear, "delete", year.pk)).context["protected"]
    assert PhaseExtension.objects.exists()


def test_succession_into_itself_is_refused(panel, authority):
    unit = UnitFactory(slug="syt", position=5)
    name = {"id": unit.names.get().pk, "unit": unit.pk, **HEALTH}
    row = {"successor": unit.pk, "kind": "merge", "effective_on": "2026-01-01"}

    response = panel.post(
        url(Unit, "change", unit.pk), unit_form(authority, name, successions=[row])
    )

    assert_refused(response, "Đơn vị không kế thừa chính nó")


def test_decision_s_scan_is_kept_and_served(panel, authority):
    form = {
        "authority": authority.pk,
        "number": "7/QĐ-UBND",
        "issued_on": "08/04/2026",
        "issuer": "Ủy ban nhân dân tỉnh",
        "summary": "về việc kiện toàn",
        "upload": SimpleUploadedFile("qd.pdf", PDF),
        "is_open": "on",
    }

    assert_saved(panel.post(url(Decision, "add"), form))

    decision = Decision.objects.get()
    assert decision.file.read() == PDF
    assert entry_of("decision.add").after["file"] == decision.file.sha256
    response = panel.get(reverse("admin:units_decision_file", args=[decision.pk]))
    assert response.content == PDF
    assert "attachment" in response["Content-Disposition"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"upload": SimpleUploadedFile("a.pdf", b"<html>"), "is_open": "on"}, "không phải là PDF"),
        ({"upload": SimpleUploadedFile("a.pdf", PDF)}, "xác nhận tệp không có dấu mật"),
    ],
)
def test_decision_s_scan_is_checked(panel, authority, changes, message):
    form = {"authority": authority.pk, "issuer": "UBND", "summary": "x"} | changes

    assert_refused(panel.post(url(Decision, "add"), form), message)
    assert not StoredFile.objects.exists()


def test_decision_without_a_file_has_none_to_serve(panel):
    decision = DecisionFactory()

    assert panel.get(reverse("admin:units_decision_file", args=[decision.pk])).status_code == 404
