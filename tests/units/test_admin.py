"""The panel of the Ban Thi đua: who gets in, whose rows, what is only shown, its lists."""

import io
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khoithidua.models import AuditEntry, Outbox, StoredFile
from pledges.models import Comment, Paper, Signature, SignedFile, SigningAuthority
from tests.factories import (
    CommentFactory,
    DayOffFactory,
    DecisionFactory,
    EmulationYearFactory,
    LegalBasisFactory,
    OutboxFactory,
    PaperFactory,
    SupervisionFactory,
    TitleFactory,
    UnitFactory,
    UnitSuccessionFactory,
    UserFactory,
    leader_of,
    officer_of,
)
from tests.units.panel import (
    HEALTH,
    IMPORT,
    KEPT,
    SEEN,
    assert_saved,
    unit_form,
    url,
    user_form,
    year_form,
)
from units.models import (
    Appointment,
    Authority,
    Bloc,
    DayOff,
    Decision,
    EmulationYear,
    LegalBasis,
    Supervision,
    Title,
    Unit,
    UnitName,
    User,
)
from units.panel import SECTIONS

# Who gets in


def pages():
    for model in (*KEPT, *SEEN):
        yield url(model)
    for model in KEPT:
        yield url(model, "add")
    yield "/quan-tri/"
    yield IMPORT
    yield reverse("admin:units_decision_template")
    yield reverse("admin:units_dayoff_seed")


def test_secretariat_opens_every_page(panel, officer):
    User.objects.filter(pk=officer.pk).update(authority=None)

    answers = {page: panel.get(page).status_code for page in pages()}

    assert set(answers.values()) == {200}, answers


def test_superuser_opens_every_page(login, authority):
    client = login(UserFactory(superuser=True))

    answers = {page: client.get(page).status_code for page in pages()}

    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize("who", ["leader", "officer", "inspector", "supervisor", "nobody"])
def test_others_are_refused_everywhere(login, authority, who):
    year = EmulationYearFactory()
    people = {
        "leader": lambda: leader_of(year.memberships.first().unit),
        "officer": lambda: officer_of(year.memberships.first().unit),
        "inspector": lambda: UserFactory(inspector=True),
        "supervisor": lambda: UserFactory(watches=year.bloc),
        "nobody": UserFactory,
    }
    client = login(people[who]())

    answers = {page: client.get(page, follow=True).status_code for page in pages()}

    assert set(answers.values()) == {403}, answers


def test_strangers_are_sent_to_the_log_in_of_the_site(client, db):
    page = url(Unit)

    response = client.get(page, follow=True)

    where, _status = response.redirect_chain[-1]
    assert where == f"{reverse('account_login')}?next={page}"


def test_panel_has_no_log_in_form_of_its_own(client, panel):
    assert client.get("/quan-tri/login/").url.startswith(reverse("account_login"))
    assert panel.get("/quan-tri/login/").url == "/quan-tri/"
    assert panel.get("/quan-tri/password_change/").url == reverse("account_change_password")
    assert panel.post("/quan-tri/logout/").url == reverse("account_logout")


def test_switched_off_account_is_out(panel, officer):
    User.objects.filter(pk=officer.pk).update(is_active=False)

    assert panel.get("/quan-tri/", follow=True).redirect_chain[-1][0].startswith("/dang-nhap/")


@pytest.mark.parametrize("model", [*KEPT, *SEEN])
def test_every_page_has_a_section(model):
    assert admin.site.get_model_admin(model).section in SECTIONS


@pytest.mark.parametrize("model", [Authenticator, Group])
def test_foreign_tables_are_not_in_the_panel(model):
    assert not admin.site.is_registered(model)


def test_first_page_follows_the_order_of_work(panel):
    html = panel.get("/quan-tri/").content.decode()

    places = [html.index(f"<h2>{section}</h2>") for section in SECTIONS]
    assert places == sorted(places)
    assert html.index("Quyết định") < html.index("Khối, cụm thi đua") < html.index("Năm thi đua")
    assert "Lập khối mới" in html
    assert IMPORT in html


# To look at only


@pytest.fixture
def signed(authority):
    """One row of everything that the panel shows and nobody changes there."""
    paper = PaperFactory(signing=True, signed=1)
    CommentFactory(paper=PaperFactory(commenting=True))
    OutboxFactory()
    return paper


@pytest.mark.parametrize("trait", ["secretariat", "superuser"])
@pytest.mark.parametrize("model", SEEN)
def test_seen_rows_are_never_changed_here(login, signed, model, trait):
    client = login(UserFactory(**{trait: True}))
    row = model.objects.order_by("pk").first()
    before = model.objects.filter(pk=row.pk).values().get()

    assert client.get(url(model, "change", row.pk)).status_code == 200
    assert client.post(url(model, "change", row.pk), {"title": "x"}).status_code == 403
    assert client.get(url(model, "delete", row.pk)).status_code == 403
    assert client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert client.get(url(model, "add")).status_code == 403
    assert client.post(url(model), {"action": "delete_selected", "_selected_action": row.pk})
    assert model.objects.filter(pk=row.pk).values().get() == before


def test_key_of_the_authority_is_never_shown(panel, signed):
    issuing = SigningAuthority.objects.get(level="issuing")

    html = panel.get(url(SigningAuthority, "change", issuing.pk)).content.decode()

    assert "BEGIN CERTIFICATE" in html
    assert "PRIVATE KEY" not in html


def test_draft_paper_is_not_shown(panel):
    PaperFactory()

    assert "Không có dòng nào" in panel.get(url(Paper)).content.decode()


# Whose rows

OWNED = (Appointment, Authority, Bloc, DayOff, Decision, EmulationYear, Unit)


@pytest.mark.parametrize("model", OWNED)
def test_rows_of_another_province_are_out_of_reach(panel, other, model):
    path = admin.site.get_model_admin(model).authority_path
    foreign = model.objects.filter(**{path: other.pk})
    row = foreign.order_by("pk").first()

    listed = panel.get(url(model)).context["cl"].result_list
    assert {each.pk for each in listed} == set(
        model.objects.exclude(pk__in=foreign).values_list("pk", flat=True)
    )
    for page in ("change", "delete", "history"):
        assert panel.get(url(model, page, row.pk)).url == "/quan-tri/"


def test_one_who_keeps_everyone_s_rows_sees_them_all(login, other):
    client = login(UserFactory(secretariat=True))

    assert client.get(url(Bloc)).context["cl"].result_count == Bloc.objects.count()
    assert client.get(url(Authority, "add")).status_code == 200


def test_province_s_people_do_not_add_provinces(panel, other):
    assert panel.get(url(Authority, "add")).status_code == 403


def test_choices_stay_within_the_province(panel, other):
    own = UnitFactory()
    foreign = Unit.objects.get(authority=other)

    form = panel.get(url(EmulationYear, "add")).context["inline_admin_formsets"][0].formset
    choices = {str(value) for value, _label in form.empty_form.fields["unit"].choices}

    assert str(own.pk) in choices
    assert str(foreign.pk) not in choices


def test_row_cannot_be_posted_into_another_province(panel, other):
    response = panel.post(url(Unit, "add"), unit_form(other, HEALTH))

    assert response.status_code == 200
    assert not Unit.objects.filter(slug="syt").exists()


def test_national_rows_are_seen_and_left_alone(panel, other, authority):
    national, own = LegalBasisFactory(), LegalBasisFactory(authority=authority)
    LegalBasisFactory(authority=other)
    title = TitleFactory()

    assert panel.get(url(LegalBasis)).context["cl"].result_count == 2
    assert "_save" not in panel.get(url(LegalBasis, "change", national.pk)).content.decode()
    assert panel.post(url(LegalBasis, "change", national.pk), {}).status_code == 403
    assert "_save" in panel.get(url(LegalBasis, "change", own.pk)).content.decode()
    assert panel.post(url(Title, "change", title.pk), {}).status_code == 403


def test_single_province_keeps_national_rows_too(panel):
    national = LegalBasisFactory()

    assert "_save" in panel.get(url(LegalBasis, "change", national.pk)).content.decode()


def test_accounts_of_another_province_are_out_of_reach(panel, other, officer):
    foreign = User.objects.get(appointments__unit__authority=other, appointments__kind="leader")

    assert panel.get(url(User, "change", foreign.pk)).url == "/quan-tri/"
    assert panel.get(reverse("admin:units_user_password", args=[foreign.pk])).status_code == 404


def test_superusers_are_out_of_reach_of_the_secretariat(login, authority):
    boss = UserFactory(superuser=True)
    client = login(UserFactory(secretariat=True))

    assert client.get(url(User, "change", boss.pk)).url == "/quan-tri/"
    assert client.get(reverse("admin:units_user_password", args=[boss.pk])).status_code == 404


def test_province_s_people_cannot_make_anyone_the_country_s(panel, other, authority):
    response = panel.post(url(User, "add"), user_form(role="secretariat", authority=""))

    assert_saved(response)
    assert User.objects.get(username="ld-syt").authority == authority


def test_record_of_another_province_is_out_of_sight(panel, other, officer, login):
    foreign = EmulationYear.objects.get(bloc__authority=other)
    boss = login(UserFactory(superuser=True))
    boss.post(url(EmulationYear, "change", foreign.pk), year_form(foreign, theme="của họ"))
    own = EmulationYearFactory(members=0)
    boss.post(url(EmulationYear, "change", own.pk), year_form(own, theme="của mình"))

    chains = {entry.chain for entry in panel.get(url(AuditEntry)).context["cl"].result_list}

    assert own.audit_chain in chains
    assert foreign.audit_chain not in chains


# Lists


def fill(count):
    """So many rows of everything that lists show."""
    for number in range(count):
        year = EmulationYearFactory()
        unit = year.memberships.first().unit
        UnitSuccessionFactory(predecessor=unit)
        SupervisionFactory(bloc=year.bloc)
        DecisionFactory()
        DayOffFactory(day=date(2026, 5, 1 + number))
        LegalBasisFactory()
        TitleFactory()
        OutboxFactory()
        CommentFactory(paper=PaperFactory(year=year, commenting=True))
        PaperFactory(signing=True, signed=1)


QUERIES = {
    Appointment: 10,
    AuditEntry: 9,
    Authority: 10,
    Bloc: 10,
    Comment: 9,
    DayOff: 11,
    Decision: 9,
    EmulationYear: 12,
    LegalBasis: 9,
    Outbox: 9,
    Paper: 9,
    Signature: 9,
    SignedFile: 9,
    SigningAuthority: 9,
    StoredFile: 9,
    Supervision: 10,
    Title: 10,
    Unit: 10,
    User: 9,
}


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_number_of_queries(panel, count):
    fill(count)
    panel.get("/quan-tri/")

    asked = {}
    for model in QUERIES:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            panel.get(url(model))
        asked[model] = len(queries)

    assert asked == QUERIES


@pytest.mark.parametrize("count", [1, 3])
def test_year_s_page_reads_its_choices_once(panel, count, django_assert_num_queries):
    year = EmulationYearFactory(members=count)
    for _ in range(count):
        DecisionFactory()
    panel.get("/quan-tri/")

    with django_assert_num_queries(18):
        panel.get(url(EmulationYear, "change", year.pk))


def test_list_shows_the_names_of_today(panel, today):
    unit = UnitFactory(name="Sở Cũ")
    UnitName.objects.create(
        unit=unit,
        start_on=date(2026, 6, 1),
        full="Sở Mới",
        short="Sở Mới",
        grid="SỞ MỚI",
        header_superior="UBND TỈNH",
        header_name="SỞ MỚI",
    )

    assert "Sở Cũ" in panel.get(url(Unit)).content.decode()
    today.shift(timedelta(days=90))
    panel.force_login(User.objects.get(username="ban-thidua"))
    assert "Sở Mới" in panel.get(url(Unit)).content.decode()


@pytest.mark.parametrize("model", [DayOff, LegalBasis, Title, Unit])
def test_list_is_exported_as_text(panel, model):
    LegalBasisFactory(citation='=HYPERLINK("http://x","Luật")')
    fill(1)
    chosen = [str(pk) for pk in model.objects.values_list("pk", flat=True)]

    response = panel.post(url(model), {"action": "export_xlsx", "_selected_action": chosen})

    assert "attachment" in response["Content-Disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0)
    written_out = rows.to_python()
    assert len(written_out) == len(chosen) + 1
    if model is LegalBasis:
        assert any(row[0].startswith("=HYPERLINK") for row in written_out)


def test_export_stays_within_the_province(panel, other):
    foreign = Unit.objects.get(authority=other)

    response = panel.post(
        url(Unit), {"action": "export_xlsx", "_selected_action": [str(foreign.pk)]}
    )

    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0)
    assert len(rows.to_python()) == 1


# Days off


def test_days_off_of_a_year_are_entered_by_a_button(panel, authority):
    page = reverse("admin:units_dayoff_seed")

    response = panel.post(page, {"authority": authority.pk, "year": 2026}, follow=True)

    assert DayOff.objects.filter(day=date(2026, 9, 2), name="Quốc khánh").exists()
    assert f"Đã thêm {DayOff.objects.count()} ngày" in response.content.decode()
    assert (
        f"Đã thêm {DayOff.objects.count()} ngày"
        not in panel.post(
            page, {"authority": authority.pk, "year": 2026}, follow=True
        ).content.decode()
    )


def test_days_off_of_another_province_are_not_entered(panel, other):
    panel.post(reverse("admin:units_dayoff_seed"), {"authority": other.pk, "year": 2026})

    assert DayOff.objects.filter(authority=other).count() == 1
