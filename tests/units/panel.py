"""What the tests of the panel share: people logged in, forms as the browser posts them."""

from django.urls import reverse

from khoithidua.models import AuditEntry, Outbox, StoredFile
from pledges.models import Comment, Paper, Signature, SignedFile, SigningAuthority
from tests.factories import (
    AuthorityFactory,
    DayOffFactory,
    DecisionFactory,
    EmulationYearFactory,
    MembershipFactory,
    UserFactory,
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
    User,
)

KEPT = (
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
    User,
)
SEEN = (AuditEntry, Comment, Outbox, Paper, Signature, SignedFile, SigningAuthority, StoredFile)
IMPORT = "/quan-tri/units/decision/nhap-tu-excel/"
PDF = b"%PDF-1.7 a decision"


def url(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def rows_of(prefix, *rows):
    """An inline table as the browser posts it; rows with an `id` are there already."""
    posted = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": sum("id" in row for row in rows),
    }
    for index, row in enumerate(rows):
        posted |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return posted


def day(value):
    return value.isoformat() if value else ""


def member_row(member, **changes):
    return {
        "id": member.pk,
        "year": member.year_id,
        "position": member.position,
        "unit": member.unit_id,
        "role": member.role,
        "start_on": day(member.start_on),
        "end_on": day(member.end_on),
    } | changes


def phase_row(phase, **changes):
    return {
        "id": phase.pk,
        "year": phase.year_id,
        "kind": phase.kind,
        "opens_on": day(phase.opens_on),
        "closes_on": day(phase.closes_on),
    } | changes


def year_form(year, members=None, phases=None, **changes):
    """The year's page as it stands, with these rows of members and phases."""
    members = members if members is not None else map(member_row, year.memberships.order_by("pk"))
    phases = phases if phases is not None else map(phase_row, year.phases.order_by("pk"))
    return (
        {
            "starts_on": day(year.starts_on),
            "ends_on": day(year.ends_on),
            "theme": year.theme,
            "province_theme": year.province_theme,
            "anniversaries": year.anniversaries,
        }
        | rows_of("memberships", *members)
        | rows_of("phases", *phases)
        | changes
    )


def unit_form(authority, *names, successions=(), **changes):
    return (
        {"slug": "syt", "authority": authority.pk, "position": 5}
        | rows_of("names", *names)
        | rows_of("successions", *successions)
        | changes
    )


HEALTH = {
    "start_on": "08/04/2026",
    "full": "Sở Y tế",
    "short": "Sở Y tế",
    "grid": "SỞ Y TẾ",
    "header_superior": "UBND TỈNH CAO BẰNG",
    "header_name": "SỞ Y TẾ",
    "symbol": "SYT",
}


def user_form(*appointments, **changes):
    return (
        {
            "username": "ld-syt",
            "full_name": "Trần Thị Thử",
            "email": "",
            "role": "",
            "authority": "",
            "password1": "mat-khau-tam-2026",
            "password2": "mat-khau-tam-2026",
        }
        | rows_of("appointments", *appointments)
        | rows_of("supervisions")
        | changes
    )


def authority(db):
    return AuthorityFactory()


def officer(authority):
    return UserFactory(secretariat=True, username="ban-thidua", authority=authority)


def panel(officer, login):
    return login(officer)


def other(authority):
    """A second province, with a bloc, a year, units and people of its own."""
    other = AuthorityFactory(slug="lang-son", name="tỉnh Lạng Sơn")
    year = EmulationYearFactory(bloc__authority=other, members=0)
    MembershipFactory(year=year, unit__authority=other)
    DecisionFactory(authority=other)
    DayOffFactory(authority=other)
    return other


def entry_of(action):
    return AuditEntry.objects.get(action=action)


def assert_saved(response):
    """A saved form redirects; a refused one shows its errors."""
    assert response.status_code == 302, errors_in(response)


def errors_in(response):
    context = response.context
    found = [str(error) for error in context["errors"]] if context and "errors" in context else []
    return found or response.content.decode()[:2000]


def assert_refused(response, message):
    assert response.status_code == 200
    assert message in response.content.decode()
