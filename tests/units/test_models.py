from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from khoithidua.models import AuditEntry
from tests.conftest import TODAY
from tests.factories import (
    AppointmentFactory,
    AuthorityFactory,
    AuthorityPeriodFactory,
    BlocFactory,
    DayOffFactory,
    DecisionFactory,
    EmulationYearFactory,
    LegalBasisFactory,
    MembershipFactory,
    PhaseFactory,
    TitleFactory,
    UnitFactory,
    UnitNameFactory,
    UnitSuccessionFactory,
    UserFactory,
)
from units.models import (
    BlocName,
    LegalBasis,
    Phase,
    Role,
    TitleName,
    UnitSuccession,
    User,
    grid_order,
)
from units.models.people import position_at
from units.working_days import calendar_of

pytestmark = pytest.mark.django_db


def refused(factory, constraint=None, **fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        factory(**fields)


# Names by date


@pytest.fixture
def renamed():
    """Ban Dân tộc tỉnh, from 1 March 2025 Sở Dân tộc và Tôn giáo."""
    unit = UnitFactory(slug="bdt", name="Ban Dân tộc tỉnh", name__symbol="BDT")
    UnitNameFactory(
        unit=unit,
        start_on=date(2025, 3, 1),
        full="Sở Dân tộc và Tôn giáo",
        grid="SỞ DÂN TỘC|VÀ TÔN GIÁO",
        symbol="SDTTG",
    )
    return unit


@pytest.mark.parametrize(
    ("day", "full", "symbol"),
    [
        (date(1990, 1, 1), "Ban Dân tộc tỉnh", "BDT"),
        (date(2018, 4, 19), "Ban Dân tộc tỉnh", "BDT"),
        (date(2025, 2, 28), "Ban Dân tộc tỉnh", "BDT"),
        (date(2025, 3, 1), "Sở Dân tộc và Tôn giáo", "SDTTG"),
        (date(2026, 4, 8), "Sở Dân tộc và Tôn giáo", "SDTTG"),
    ],
    ids=["before-the-first", "2018", "last-day", "first-day", "2026"],
)
def test_unit_bears_the_name_of_the_day(renamed, day, full, symbol):
    name = renamed.name_on(day)

    assert (name.full, name.symbol) == (full, symbol)


def test_two_names_from_the_same_day_are_refused(renamed):
    refused(UnitNameFactory, "start", unit=renamed, start_on=date(2025, 3, 1))


def test_unit_without_any_name_has_none():
    unit = UnitFactory()
    unit.names.all().delete()

    assert unit.name_on(TODAY) is None
    assert str(unit) == unit.slug


def test_bloc_and_title_bear_the_name_of_the_day():
    bloc, title = BlocFactory(name="Khối số 1"), TitleFactory(name="Tập thể lao động tiên tiến")
    BlocName.objects.create(bloc=bloc, start_on=date(2025, 1, 1), name="Khối số 5")
    TitleName.objects.create(title=title, start_on=date(2024, 1, 1), name="Đơn vị tiên tiến")

    assert bloc.name_on(date(2018, 4, 19)) == "Khối số 1"
    assert bloc.name_on(TODAY) == "Khối số 5"
    assert title.name_on(date(2023, 12, 31)) == "Tập thể lao động tiên tiến"
    assert title.name_on(TODAY) == "Đơn vị tiên tiến"


def test_year_is_shown_with_names_of_its_own_time(renamed):
    BlocName.objects.create(
        bloc=(bloc := BlocFactory(name="Khối số 1")), start_on=date(2025, 1, 1), name="Khối số 5"
    )
    of_2018 = EmulationYearFactory(bloc=bloc, number=2018, members=0, phases=False)
    of_2026 = EmulationYearFactory(bloc=bloc, members=0, phases=False)

    assert (of_2018.reference_day, of_2018.bloc_name) == (date(2018, 12, 31), "Khối số 1")
    assert (of_2026.reference_day, of_2026.bloc_name) == (TODAY, "Khối số 5")
    assert renamed.name_on(of_2018.reference_day).full == "Ban Dân tộc tỉnh"


# What roles are called


def test_role_words_are_those_of_the_years_time():
    authority = AuthorityFactory(period=False)
    AuthorityPeriodFactory(
        authority=authority,
        start_on=date(2010, 1, 1),
        bloc_lead="Khối trưởng",
        bloc_deputy="Khối phó",
    )
    AuthorityPeriodFactory(authority=authority, start_on=date(2025, 1, 1))
    bloc = BlocFactory(authority=authority)
    of_2018 = EmulationYearFactory(bloc=bloc, number=2018, members=0)
    of_2026 = EmulationYearFactory(bloc=bloc, members=0)

    assert [of_2018.role_words(role) for role in Role] == ["Khối trưởng", "Khối phó", "Thành viên"]
    assert [of_2026.role_words(role) for role in Role] == [
        "Trưởng khối",
        "Phó Trưởng khối",
        "Thành viên",
    ]


def test_cluster_has_its_own_words():
    year = EmulationYearFactory(bloc__cluster=True, members=0)

    assert year.role_words(Role.LEAD) == "Cụm trưởng"
    assert year.role_words(Role.DEPUTY) == "Cụm phó"


def test_new_member_is_called_so():
    year = EmulationYearFactory(members=0)
    member = MembershipFactory(year=year, is_new=True)
    lead = MembershipFactory(year=year, lead=True, is_new=True)

    assert (member.role_words, lead.role_words) == ("Thành viên mới", "Trưởng khối")


# Members


def test_members_stand_in_the_order_of_the_decision_and_the_lead_comes_first_in_the_grid():
    year = EmulationYearFactory(eight=True)

    members = year.members()

    slugs = [member.unit.slug for member in members]
    assert slugs == ["vp-dbqh-hdnd", "vp-ubnd", "snv", "stp", "stc", "ttt", "sngv", "sdttg"]
    in_grid = [member.unit.slug for member in grid_order(members)]
    assert in_grid == ["stc", "vp-ubnd", "vp-dbqh-hdnd", "snv", "stp", "ttt", "sngv", "sdttg"]


def test_member_that_left_is_no_member_from_the_next_day():
    year = EmulationYearFactory(members=3)
    leaving = year.memberships.get(position=3)
    leaving.end_on = TODAY
    leaving.save(update_fields=["end_on"])

    today = year.memberships.on(TODAY)
    tomorrow = year.memberships.on(TODAY + timedelta(days=1))

    assert (today.count(), tomorrow.count()) == (3, 2)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [({"role": Role.LEAD}, "role"), ({"role": Role.DEPUTY}, "role"), ({"position": 1}, "position")],
    ids=["second-lead", "second-deputy", "same-place"],
)
def test_membership_that_would_contradict_another_is_refused(fields, constraint):
    year = EmulationYearFactory()

    refused(MembershipFactory, constraint, year=year, **fields)


def test_role_is_free_again_once_its_holder_left():
    year = EmulationYearFactory()
    year.memberships.filter(role=Role.LEAD).update(end_on=TODAY)

    new = MembershipFactory(year=year, lead=True, start_on=TODAY + timedelta(days=1))

    assert new.pk


@pytest.mark.parametrize(
    ("factory", "fields", "constraint"),
    [
        (MembershipFactory, {"start_on": TODAY, "end_on": date(2026, 1, 1)}, "membership_period"),
        (AppointmentFactory, {"start_on": TODAY, "end_on": date(2026, 1, 1)}, "appointment_period"),
        (PhaseFactory, {"opens_on": TODAY, "closes_on": date(2026, 1, 1)}, "phase_period"),
        (
            LegalBasisFactory,
            {"in_force_from": TODAY, "in_force_to": date(2026, 1, 1)},
            "legal_basis_period",
        ),
        (
            EmulationYearFactory,
            {"starts_on": TODAY, "ends_on": date(2026, 1, 1), "phases": False, "members": 0},
            "emulation_year_period",
        ),
    ],
    ids=["membership", "appointment", "phase", "basis", "year"],
)
def test_period_that_ends_before_it_begins_is_refused(factory, fields, constraint):
    refused(factory, constraint, **fields)


def test_second_year_of_the_same_number_is_refused():
    year = EmulationYearFactory(members=0)

    refused(EmulationYearFactory, bloc=year.bloc, members=0, phases=False)


# Successions


@pytest.mark.parametrize(
    ("kind", "with_successor", "constraint"),
    [("dissolve", True, "succession_successor"), ("merge", False, "succession_successor")],
)
def test_only_a_dissolved_unit_has_no_successor(kind, with_successor, constraint):
    successor = UnitFactory() if with_successor else None

    refused(UnitSuccessionFactory, constraint, kind=kind, successor=successor)


def test_unit_does_not_succeed_itself():
    unit = UnitFactory()

    refused(UnitSuccessionFactory, "succession_not_itself", predecessor=unit, successor=unit)


def test_dissolution_and_split_can_be_written():
    gone = UnitSuccessionFactory(kind="dissolve", successor=None)
    split = UnitSuccessionFactory(kind="split")
    UnitSuccessionFactory(kind="split", predecessor=split.predecessor)

    assert str(gone).endswith("→ giải thể")
    assert split.predecessor.successions.count() == 2


def test_same_succession_twice_is_refused():
    row = UnitSuccessionFactory()

    refused(
        UnitSuccessionFactory,
        predecessor=row.predecessor,
        successor=row.successor,
        effective_on=row.effective_on,
    )


def test_constraint_speaks_vietnamese_in_a_form():
    row = UnitSuccession(
        predecessor=UnitFactory(), kind="merge", effective_on=TODAY, successor=None
    )

    with pytest.raises(ValidationError, match="trường hợp khác phải có"):
        row.full_clean()


# Phases


@pytest.fixture
def phase():
    year = EmulationYearFactory(members=0)
    return year.phases.get(kind=Phase.Kind.SIGN)


def test_extension_moves_the_day_and_is_recorded(phase):
    user = UserFactory()

    phase.extend(date(2026, 4, 15), reason="Chờ đủ chữ ký", by=user)

    entry = AuditEntry.objects.get(action="phase.extend")
    extension = phase.extensions.get()
    assert phase.closes_on == Phase.objects.get(pk=phase.pk).closes_on == date(2026, 4, 15)
    assert (extension.closed_on, extension.closes_on) == (date(2026, 4, 8), date(2026, 4, 15))
    assert (extension.reason, extension.extended_by) == ("Chờ đủ chữ ký", user)
    assert (entry.chain, entry.actor) == (phase.year.audit_chain, user.username)
    assert entry.before == {"closes_on": "2026-04-08"}
    assert entry.after == {"closes_on": "2026-04-15", "note": "Chờ đủ chữ ký"}
    assert phase.is_extended


@pytest.mark.parametrize(
    ("to", "reason", "problem"),
    [
        (date(2026, 4, 8), "Chờ", "sau hạn hiện nay"),
        (date(2026, 4, 1), "Chờ", "sau hạn hiện nay"),
        (date(2026, 4, 15), "  ", "Cần ghi lý do"),
    ],
    ids=["same-day", "earlier", "no-reason"],
)
def test_extension_is_refused(phase, to, reason, problem):
    with pytest.raises(ValidationError, match=problem):
        phase.extend(to, reason=reason, by=UserFactory())

    assert Phase.objects.get(pk=phase.pk).closes_on == phase.closes_on == date(2026, 4, 8)
    assert not AuditEntry.objects.exists()


def test_extension_into_the_next_phase_of_the_kind_is_refused_in_words(phase):
    PhaseFactory(year=phase.year, opens_on=date(2026, 4, 14), closes_on=date(2026, 4, 20))

    with pytest.raises(ValidationError, match="không được chồng nhau"):
        phase.extend(date(2026, 4, 15), reason="Chờ", by=UserFactory())

    assert Phase.objects.get(pk=phase.pk).closes_on == date(2026, 4, 8)


def test_deadline_runs_to_the_next_working_day(phase):
    register = phase.year.phases.get(kind=Phase.Kind.REGISTER)
    calendar = calendar_of(phase.year.bloc.authority)

    assert register.closes_on == date(2026, 2, 28)
    assert register.deadline(calendar) == date(2026, 3, 2)


# People


@pytest.mark.parametrize("name", ["Ld-Stc", "ld stc", "-stc", "lđ-stc", ""])
def test_user_name_is_plain(name):
    user = User(username=name, full_name="Nguyễn Văn A", password="x")

    with pytest.raises(ValidationError):
        user.full_clean(exclude=["sort_name"])


def test_people_sort_by_their_last_word():
    names = ["Lê Văn Ân", "Nguyễn Thị An", "Trần Đức Ất", "Bùi Anh Đào", "Đỗ Công Danh"]
    for name in names:
        UserFactory(full_name=name)

    in_order = list(User.objects.values_list("full_name", flat=True))

    assert in_order[:1] == ["Nguyễn Thị An"]
    assert in_order[-2:] == ["Đỗ Công Danh", "Bùi Anh Đào"]


def test_changed_name_sorts_anew():
    user = UserFactory(full_name="Nguyễn Thị An")
    before = user.sort_name

    user.full_name = "Nguyễn Thị Yến"
    user.save(update_fields=["full_name"])

    assert User.objects.get(pk=user.pk).sort_name != before


@pytest.mark.parametrize(
    ("position", "unit", "capacity"),
    [
        ("Giám đốc", "Sở Tài chính", "Giám đốc Sở Tài chính"),
        ("Chánh Văn phòng", "Văn phòng UBND tỉnh", "Chánh Văn phòng UBND tỉnh"),
        ("Chánh Thanh tra", "Thanh tra tỉnh", "Chánh Thanh tra tỉnh"),
        ("Trưởng ban", "Ban Dân tộc", "Trưởng ban Ban Dân tộc"),
        ("", "Sở Y tế", " Sở Y tế"),
    ],
)
def test_post_and_unit_say_no_word_twice(position, unit, capacity):
    assert position_at(position, unit) == capacity


def test_capacity_is_the_leaders_when_there_are_several_posts():
    unit = UnitFactory(name="Sở Tài chính")
    post = AppointmentFactory(officer=True, unit=UnitFactory(name="Sở Nội vụ"))
    AppointmentFactory(leader=True, user=post.user, unit=unit)

    assert post.user.capacity == "Giám đốc Sở Tài chính"


@pytest.mark.parametrize(
    ("fields", "capacity"),
    [
        ({"secretariat": True}, "Ban Thi đua - Khen thưởng"),
        ({"inspector": True}, "Người kiểm tra (chỉ xem)"),
        ({}, ""),
    ],
)
def test_capacity_without_a_post(fields, capacity):
    assert UserFactory(**fields).capacity == capacity


def test_capacity_of_the_secretariat_is_what_its_province_calls_it():
    user = UserFactory(secretariat=True, authority=AuthorityFactory())

    assert user.capacity == "Ban Thi đua, khen thưởng"


def test_capacity_of_a_supervisor():
    assert UserFactory(watches=BlocFactory()).capacity == "Chuyên viên theo dõi"


def test_leader_without_a_signing_title_is_refused():
    refused(AppointmentFactory, "signing_title", leader=True, signing_title="")


def test_signing_title_is_broken_where_the_record_says():
    post = AppointmentFactory(leader=True, signing_title="KT. GIÁM ĐỐC | PHÓ GIÁM ĐỐC")

    assert post.signing_title_lines == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")


def test_superuser_is_made_by_the_command_line():
    user = User.objects.create_superuser("quan-tri", "mat-khau-dai-2026", full_name="Quản trị")

    assert user.is_superuser and user.is_staff
    assert user.check_password("mat-khau-dai-2026")


# Legal bases, decisions


def test_bases_in_force_come_in_printing_order():
    authority, bloc = AuthorityFactory(), BlocFactory()
    law = LegalBasisFactory(position=1)
    rules = LegalBasisFactory(position=9, kind="rules", bloc=bloc)
    local = LegalBasisFactory(position=5, kind="decision", authority=authority)
    LegalBasisFactory(position=2, in_force_to=date(2025, 6, 30))
    LegalBasisFactory(position=3, in_force_from=date(2026, 10, 1))
    LegalBasisFactory(position=4, kind="directive")
    LegalBasisFactory(position=6, authority=AuthorityFactory(slug="lang-son"))
    LegalBasisFactory(position=7, bloc=BlocFactory())

    found = LegalBasis.objects.in_force(date(2026, 4, 8), authority=authority, bloc=bloc)

    assert list(found) == [law, local, rules]


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2024, 12, 31), False),
        (date(2025, 1, 1), True),
        (date(2025, 6, 30), True),
        (date(2025, 7, 1), False),
    ],
)
def test_basis_holds_from_its_first_to_its_last_day(day, found):
    basis = LegalBasisFactory(in_force_from=date(2025, 1, 1), in_force_to=date(2025, 6, 30))

    resolved = LegalBasis.objects.in_force(day, authority=AuthorityFactory())

    assert list(resolved) == ([basis] if found else [])


def test_decision_is_cited_in_full_or_without_what_is_not_known():
    full = DecisionFactory(number="348/QĐ-UBND", issued_on=date(2018, 4, 6))
    bare = DecisionFactory(number="", issued_on=None)

    assert full.citation == (
        "Quyết định số 348/QĐ-UBND ngày 06 tháng 4 năm 2018 của Ủy ban nhân dân tỉnh Cao Bằng "
        "về việc kiện toàn các cụm, khối thi đua"
    )
    assert bare.citation.startswith("Quyết định của Ủy ban nhân dân tỉnh Cao Bằng")


def test_decisions_without_a_number_may_be_many():
    DecisionFactory(number="")
    DecisionFactory(number="")

    refused(DecisionFactory, number=(kept := DecisionFactory()).number, issued_on=kept.issued_on)


def test_day_off_is_listed_once():
    day = DayOffFactory()

    refused(DayOffFactory, authority=day.authority, day=day.day)


def test_moments_are_vietnams():
    assert timezone.localdate() == TODAY
