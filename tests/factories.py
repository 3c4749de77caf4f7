"""Rows to test with. Traits are named after situations; papers get there by the real functions.

Years and their people

    year = EmulationYearFactory()            2026, phases, 2 generic units: lead, deputy; all staffed
    year = EmulationYearFactory(members=3)   … and plain members
    year = EmulationYearFactory(eight=True)  bloc tham-muu-tong-hop with the eight units of 2026
    year = EmulationYearFactory(members=0, phases=False)   nobody, nothing
    lead_of(year), deputy_of(year), member_of(year)        units (member_of: the first plain one)
    leader_of(unit), officer_of(unit), clerk_of(unit)      users ld-<slug>, cv-<slug>, vt-<slug>
    UserFactory(secretariat=True | inspector=True | superuser=True | watches=bloc)
    AppointmentFactory(user=…, unit=…, leader=True | officer=True | clerk=True)
    UnitFactory(staffed=True): a unit outside every bloc, with its three people

Every password is PASSWORD. TODAY is 6 April 2026 (conftest.py stops the clock there); the signing
phase runs to 8 April, the pledge is dated 8 April.

Papers

    PaperFactory(year=year)                  a draft; also commenting, adopted, frozen, signing, complete,
                                             change_requested (by the deputy), withdrawn, superseded = True
                                             (a version 2 is frozen): PaperFactory(year=year, signing=True)
    ask_for_change(paper, unit)              a request by the unit's leader, before signing; returns it
    PaperFactory(signing=True, signed=1)     the first unit of the grid has signed
    PaperFactory(frozen=True, in_order=True, with_agency_seals=True, place="…")   any field of Paper
    sign_for(paper, unit)                    one more signature, by the unit's leader; returns it
    PaperFactory(adopted=True, commented=True)   its draft got a comment, by the deputy's officer
    CommentFactory(paper=paper, answered=True)   one more, while comments are asked for
    last_file(paper)                         the SignedFile in force
    PaperFactory(token=True, signing=True)   to be signed with tokens of tests.pledges.signing.pki, trusted;
                                             signed=1, complete=True, with_agency_seals=True as above
    hold_for(paper, unit), signed_outside(hold)   the turn, and the held file as the token signed it
    sign_with_token(paper, unit, "agency")   the whole way; "leader" when nothing is said

Scoring

    CriteriaSetFactory(year=year)            a draft of DOCUMENT: two groups of two leaves, bonus, penalty
    CriteriaSetFactory(adopted=True)         … adopted; document=… for another table
    RoundFactory(year=year)                  open for self-assessment; also verification, provisional,
                                             adopted, closed, published = True, every card brought along
    ScorecardFactory(round=round)            the member's card (unit=… for another's), empty; also review,
                                             leader, submitted, verifying, verified, answered, settled,
                                             reserved = True, the round brought to verification
    card_of(round, unit), leaf(round, "I.1") a card, a criterion by its key
    points_for(card)                         {criterion: (facts, points, na)}: one point each
    EvidenceFactory(card=card)               a citation by the card's unit; file=… or pdf=True for a kept
                                             file, cited="I.1" cited for a criterion
    OwnerFactFactory(round=round, unit=…)    given by the lead's officer; own=True of the lead itself
    minutes()                                a kept file to adopt or reopen on

Freezing and signing are the application's own, certificates included; only the drawing of what was
drawn before in this run is remembered, so a frozen paper of two units costs some 50 ms after the
first. make_ca() gives the installation its CA; the paper factory calls it.
"""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from unittest.mock import patch

import factory
import pikepdf
from django.utils import timezone
from factory.django import DjangoModelFactory

from khoithidua import printing
from khoithidua.models import Outbox, StoredFile
from khoithidua.uploads import Upload
from pledges import changes, freezing, registering, signatures, uploads, withdrawals, writing
from pledges.certificates import read_certificate, read_list
from pledges.models import (
    Comment,
    Hold,
    Paper,
    RegisteredCertificate,
    RevocationList,
    SignatureValidation,
    SigningAuthority,
    TrustedCertificate,
    UnitTarget,
)
from pledges.models.authority import passphrase
from pledges.models.paper import CODE_ALPHABET
from pledges.signing import ca, prepare
from scoring import (
    cards,
    duties,
    entries,
    evidence,
    owner_facts,
    points,
    publication,
    rounds,
    tables,
)
from scoring.models import (
    CriteriaSet,
    Criterion,
    Evidence,
    OwnerFact,
    Response,
    Scorecard,
    ScoringRound,
    WordTemplate,
)
from scoring.papers.word import DOCX
from tests.pledges.signing import pki
from tests.pledges.signing.tools import by_pyhanko
from tests.scoring.papers.word_samples import plain_template
from units.models import (
    Appointment,
    Authority,
    AuthorityPeriod,
    Bloc,
    BlocName,
    DayOff,
    Decision,
    EmulationYear,
    LegalBasis,
    Membership,
    Phase,
    Role,
    Supervision,
    Title,
    TitleName,
    Unit,
    UnitName,
    UnitSuccession,
    User,
)

PASSWORD = "mat-khau-de-thu-2026"
LONG_AGO = date(2010, 1, 1)
SIGNING_DAY = date(2026, 4, 8)

# slug, full name, header's two lines, name in the grid, short name, symbol, leader's position,
# signing title, role: in the order of the decision (demonstration data of 2026).
EIGHT = (
    (
        "vp-dbqh-hdnd",
        "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh",
        ("ĐOÀN ĐBQH VÀ HĐND TỈNH CAO BẰNG", "VĂN PHÒNG"),
        "VĂN PHÒNG ĐOÀN ĐẠI BIỂU QUỐC HỘI|VÀ HỘI ĐỒNG NHÂN DÂN TỈNH",
        "Văn phòng Đoàn ĐBQH và HĐND tỉnh",
        "VP",
        "Chánh Văn phòng",
        "CHÁNH VĂN PHÒNG",
        Role.MEMBER,
    ),
    (
        "vp-ubnd",
        "Văn phòng Ủy ban nhân dân tỉnh",
        ("UBND TỈNH CAO BẰNG", "VĂN PHÒNG"),
        "VĂN PHÒNG|ỦY BAN NHÂN DÂN TỈNH",
        "Văn phòng UBND tỉnh",
        "VP",
        "Chánh Văn phòng",
        "CHÁNH VĂN PHÒNG",
        Role.DEPUTY,
    ),
    *(
        (
            slug,
            name,
            ("UBND TỈNH CAO BẰNG", name.upper()),
            name.upper(),
            name,
            symbol,
            position,
            title,
            role,
        )
        for slug, name, symbol, position, title, role in (
            ("snv", "Sở Nội vụ", "SNV", "Giám đốc", "GIÁM ĐỐC", Role.MEMBER),
            ("stp", "Sở Tư pháp", "STP", "Quyền Giám đốc", "Q. GIÁM ĐỐC", Role.MEMBER),
            ("stc", "Sở Tài chính", "STC", "Giám đốc", "GIÁM ĐỐC", Role.LEAD),
            ("ttt", "Thanh tra tỉnh", "TTT", "Chánh Thanh tra", "CHÁNH THANH TRA", Role.MEMBER),
            ("sngv", "Sở Ngoại vụ", "SNgV", "Giám đốc", "GIÁM ĐỐC", Role.MEMBER),
            (
                "sdttg",
                "Sở Dân tộc và Tôn giáo",
                "SDTTG",
                "Phó Giám đốc",
                "KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC",
                Role.MEMBER,
            ),
        )
    ),
)


def count_from_one():
    """Start every factory's numbers anew, so that a test sees the same names each time."""
    for made in list(globals().values()):
        if isinstance(made, type) and issubclass(made, factory.Factory) and made._meta.model:
            made.reset_sequence(1, force=True)


# Who takes part


class AuthorityFactory(DjangoModelFactory):
    class Meta:
        model = Authority
        django_get_or_create = ["slug"]
        skip_postgeneration_save = True

    slug = "cao-bang"
    name = "tỉnh Cao Bằng"

    @factory.post_generation
    def period(authority, create, extracted, **words):
        if create and extracted is not False and not authority.periods.exists():
            AuthorityPeriodFactory(authority=authority, **words)


class AuthorityPeriodFactory(DjangoModelFactory):
    class Meta:
        model = AuthorityPeriod

    authority = factory.SubFactory(AuthorityFactory, period=False)
    start_on = LONG_AGO
    name = "UBND tỉnh Cao Bằng"
    long_name = "Ủy ban nhân dân tỉnh Cao Bằng"
    superior_line = "UBND TỈNH CAO BẰNG"
    place_name = "Cao Bằng"
    secretariat_name = "Ban Thi đua, khen thưởng"


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    authority = factory.SubFactory(AuthorityFactory)
    number = factory.Sequence(lambda n: f"{n}/QĐ-UBND")
    issued_on = date(2026, 1, 5)
    issuer = "Ủy ban nhân dân tỉnh Cao Bằng"
    summary = "về việc kiện toàn các cụm, khối thi đua"


class DayOffFactory(DjangoModelFactory):
    class Meta:
        model = DayOff

    class Params:
        worked = factory.Trait(is_working=True, name="Làm bù")

    authority = factory.SubFactory(AuthorityFactory)
    day = factory.Sequence(lambda n: date(2026, 4, 29) + timedelta(days=n))
    name = "Ngày nghỉ"


class LegalBasisFactory(DjangoModelFactory):
    class Meta:
        model = LegalBasis

    kind = LegalBasis.Kind.LAW
    citation = factory.Sequence(lambda n: f"Luật Thử nghiệm số {n:02}/2022/QH15")
    in_force_from = LONG_AGO
    position = factory.Sequence(lambda n: n)
    is_verified = True


class TitleFactory(DjangoModelFactory):
    class Meta:
        model = Title
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"danh-hieu-{n}")
    kind = Title.Kind.HONOUR
    position = factory.Sequence(lambda n: n)

    @factory.post_generation
    def name(title, create, extracted, **kwargs):
        if create:
            TitleName.objects.create(
                title=title,
                start_on=LONG_AGO,
                name=extracted or f"Tập thể xuất sắc {title.position}",
            )


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"so-thu-{n}")
    authority = factory.SubFactory(AuthorityFactory)
    position = factory.Sequence(lambda n: n)

    @factory.post_generation
    def name(unit, create, extracted, **forms):
        """`name="Sở Y tế"`, `name__symbol="SYT"`; without either "Sở Thử nghiệm <position>"."""
        if create:
            full = extracted or f"Sở Thử nghiệm {unit.position}"
            UnitNameFactory(unit=unit, **{"full": full, **forms})

    @factory.post_generation
    def staffed(unit, create, extracted, **leader):
        """`staffed=True`: a leader, an officer, a clerk; `staffed__position=…` of the leader."""
        if create and extracted:
            AppointmentFactory(unit=unit, leader=True, **leader)
            AppointmentFactory(unit=unit, officer=True)
            AppointmentFactory(unit=unit, clerk=True)


class UnitNameFactory(DjangoModelFactory):
    class Meta:
        model = UnitName

    unit = factory.SubFactory(UnitFactory)
    start_on = LONG_AGO
    full = factory.Sequence(lambda n: f"Sở Thử nghiệm {n}")
    header_superior = "UBND TỈNH CAO BẰNG"
    header_name = factory.LazyAttribute(lambda name: name.full.upper())
    grid = factory.LazyAttribute(lambda name: name.full.upper())
    short = factory.SelfAttribute("full")
    symbol = "STN"


class UnitSuccessionFactory(DjangoModelFactory):
    class Meta:
        model = UnitSuccession

    predecessor = factory.SubFactory(UnitFactory)
    successor = factory.SubFactory(UnitFactory)
    kind = UnitSuccession.Kind.MERGE
    effective_on = date(2025, 3, 1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        secretariat = factory.Trait(role=User.SystemRole.SECRETARIAT)
        inspector = factory.Trait(role=User.SystemRole.INSPECTOR)
        superuser = factory.Trait(is_superuser=True)

    username = factory.Sequence(lambda n: f"nguoi-{n}")
    full_name = factory.Sequence(lambda n: f"Nguyễn Thị Thử {n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.vn")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def watches(user, create, extracted, **kwargs):
        """`watches=bloc`: supervises this bloc for the standing body."""
        if create and extracted:
            SupervisionFactory(user=user, bloc=extracted)


class AppointmentFactory(DjangoModelFactory):
    class Meta:
        model = Appointment

    class Params:
        leader = factory.Trait(
            kind=Appointment.Kind.LEADER,
            position="Giám đốc",
            signing_title="GIÁM ĐỐC",
            prefix="ld",
        )
        officer = factory.Trait(kind=Appointment.Kind.OFFICER, position="Chuyên viên", prefix="cv")
        clerk = factory.Trait(kind=Appointment.Kind.CLERK, position="Văn thư", prefix="vt")
        prefix = "cv"

    user = factory.SubFactory(
        UserFactory,
        username=factory.LazyAttribute(
            lambda user: f"{user.factory_parent.prefix}-{user.factory_parent.unit.slug}"
        ),
    )
    unit = factory.SubFactory(UnitFactory)
    kind = Appointment.Kind.OFFICER
    position = "Chuyên viên"
    start_on = LONG_AGO


class BlocFactory(DjangoModelFactory):
    class Meta:
        model = Bloc
        skip_postgeneration_save = True

    class Params:
        cluster = factory.Trait(kind=Bloc.Kind.CLUSTER)

    slug = factory.Sequence(lambda n: f"khoi-thu-{n}")
    authority = factory.SubFactory(AuthorityFactory)
    file_code = factory.Sequence(lambda n: f"khoi-{n}")

    @factory.post_generation
    def name(bloc, create, extracted, **kwargs):
        if create:
            number = bloc.slug.rpartition("-")[2]
            BlocName.objects.create(
                bloc=bloc, start_on=LONG_AGO, name=extracted or f"Khối thi đua số {number}"
            )


class SupervisionFactory(DjangoModelFactory):
    class Meta:
        model = Supervision

    user = factory.SubFactory(UserFactory)
    bloc = factory.SubFactory(BlocFactory)
    start_on = LONG_AGO


class PhaseFactory(DjangoModelFactory):
    class Meta:
        model = Phase

    year = factory.SubFactory("tests.factories.EmulationYearFactory", phases=False)
    kind = Phase.Kind.SIGN
    opens_on = date(2026, 4, 1)
    closes_on = SIGNING_DAY


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    class Params:
        lead = factory.Trait(role=Role.LEAD)
        deputy = factory.Trait(role=Role.DEPUTY)

    year = factory.SubFactory("tests.factories.EmulationYearFactory", members=0)
    unit = factory.SubFactory(UnitFactory, staffed=True)
    position = factory.LazyAttribute(lambda member: member.year.memberships.count() + 1)
    start_on = factory.LazyAttribute(lambda member: member.year.starts_on)


class EmulationYearFactory(DjangoModelFactory):
    class Meta:
        model = EmulationYear
        skip_postgeneration_save = True

    class Params:
        eight = factory.Trait(
            bloc=factory.SubFactory(
                BlocFactory,
                slug="tham-muu-tong-hop",
                file_code="khoi-tmth",
                name="Khối thi đua các cơ quan tham mưu tổng hợp",
            ),
        )
        closed = factory.Trait(closed_on=date(2026, 4, 1))

    bloc = factory.SubFactory(BlocFactory)
    number = 2026
    starts_on = factory.LazyAttribute(lambda year: date(year.number, 1, 1))
    ends_on = factory.LazyAttribute(lambda year: date(year.number, 12, 31))
    theme = "Tham mưu đúng, trúng, kịp thời"
    province_theme = "Kỷ cương, trách nhiệm"
    anniversaries = "78 năm Ngày Chủ tịch Hồ Chí Minh ra Lời kêu gọi Thi đua ái quốc"

    @factory.post_generation
    def phases(year, create, extracted, **kwargs):
        """The phases up to signing, unless `phases=False`."""
        if create and extracted is not False:
            for kind, opens, closes in (
                (Phase.Kind.COMMENT, (2, 2), (2, 27)),
                (Phase.Kind.REGISTER, (2, 2), (2, 28)),
                (Phase.Kind.SIGN, (4, 1), (4, 8)),
            ):
                PhaseFactory(
                    year=year,
                    kind=kind,
                    opens_on=date(year.number, *opens),
                    closes_on=date(year.number, *closes),
                )

    @factory.post_generation
    def members(year, create, extracted, **kwargs):
        """So many units (2 if not said): the first leads, the second is its deputy."""
        if not create:
            return
        if extracted is None and year.bloc.slug == "tham-muu-tong-hop":
            _eight_members(year)
            return
        for number in range(2 if extracted is None else extracted):
            role = {0: Role.LEAD, 1: Role.DEPUTY}.get(number, Role.MEMBER)
            MembershipFactory(year=year, role=role)


def _eight_members(year):
    for slug, full, header, grid, short, symbol, position, title, role in EIGHT:
        unit = UnitFactory(
            slug=slug,
            name=full,
            name__header_superior=header[0],
            name__header_name=header[1],
            name__grid=grid,
            name__short=short,
            name__symbol=symbol,
            staffed=True,
            staffed__position=position,
            staffed__signing_title=title,
        )
        MembershipFactory(year=year, unit=unit, role=role, is_new=slug in ("stp", "ttt"))


def _unit_as(year, role):
    return year.memberships.filter(role=role).order_by("position").first().unit


def lead_of(year):
    return _unit_as(year, Role.LEAD)


def deputy_of(year):
    return _unit_as(year, Role.DEPUTY)


def member_of(year):
    """The first unit that neither leads nor is the deputy."""
    return _unit_as(year, Role.MEMBER)


def leader_of(unit):
    return _holder(unit, Appointment.Kind.LEADER)


def officer_of(unit):
    return _holder(unit, Appointment.Kind.OFFICER)


def clerk_of(unit):
    return _holder(unit, Appointment.Kind.CLERK)


def _holder(unit, kind):
    return User.objects.get(appointments__unit=unit, appointments__kind=kind)


# What any office needs


class StoredFileFactory(factory.Factory):
    """Bytes kept by the real function: `StoredFileFactory(data=b"…")`."""

    class Meta:
        model = StoredFile

    data = factory.Sequence(lambda n: f"Tệp thử số {n}".encode())
    content_type = "application/pdf"

    @classmethod
    def _create(cls, model_class, *args, data, content_type):
        return StoredFile.objects.keep(data, content_type=content_type)


class OutboxFactory(DjangoModelFactory):
    class Meta:
        model = Outbox

    to = factory.Sequence(lambda n: f"nguoi-{n}@example.vn")
    subject = "Giao ước thi đua năm 2026 đã hoàn tất"
    body = "Bản điện tử: http://localhost:8000/"


# What they agree on


class PaperFactory(DjangoModelFactory):
    """A pledge of `year`, brought to its state by the functions that people's clicks call."""

    class Meta:
        model = Paper

    class Params:
        commenting = factory.Trait(reached="commenting")
        adopted = factory.Trait(reached="adopted")
        frozen = factory.Trait(reached="frozen")
        signing = factory.Trait(reached="signing")
        complete = factory.Trait(reached="complete")
        change_requested = factory.Trait(reached="change_requested")
        withdrawn = factory.Trait(reached="withdrawn")
        superseded = factory.Trait(reached="superseded")
        # Signed with tokens, whose provider is trusted.
        token = factory.Trait(form="token")

    year = factory.SubFactory(EmulationYearFactory)
    dated_on = SIGNING_DAY
    reached = "draft"
    commented = False
    signed = 0

    @classmethod
    def _create(cls, model_class, *args, year, reached, commented, signed, **fields):
        by = officer_of(lead_of(year))
        if fields.get("form") == Paper.Form.TOKEN:
            trust_provider()
        paper = writing.begin_pledge(year=year, by=by)
        for name, value in fields.items():
            setattr(paper, name, value)
        paper.save(update_fields=list(fields))
        _write(paper)
        for step in _PATHS.get(reached) or _PATH[: _PATH.index(reached) + 1]:
            _STEPS[step](paper, by)
            if commented and step == "commenting":
                CommentFactory(paper=paper)
        sign_next = sign_with_token if paper.form == Paper.Form.TOKEN else sign_for
        for party in paper.parties.order_by("position")[:signed]:
            sign_next(paper, party.unit)
        return Paper.objects.select_related("year__bloc__authority").get(pk=paper.pk)


def _write(paper):
    for section in paper.sections.order_by("position")[:2]:
        section.body = "100% nhiệm vụ được giao đúng hạn.\nKhông có nhiệm vụ quá hạn."
        section.save(update_fields=["body"])
    paper.sections.filter(body="").delete()
    for number, member in enumerate(paper.year.memberships.in_protocol_order(), 1):
        UnitTarget.objects.create(
            paper=paper,
            position=number,
            unit=member.unit,
            name="Nhiệm vụ hoàn thành đúng hạn",
            measure="%",
            plan=98,
            weight=100,
        )


def _freeze(paper, by):
    make_ca()
    with remembered_drawing():
        freezing.freeze(paper, by=by, form=paper.form)
    paper.refresh_from_db()


def _complete(paper, by):
    is_token = paper.form == Paper.Form.TOKEN
    for party in paper.parties.order_by("position"):
        if not is_token:
            sign_for(paper, party.unit)
            continue
        sign_with_token(paper, party.unit)
        if paper.with_agency_seals:
            sign_with_token(paper, party.unit, "agency")
    paper.refresh_from_db()


def _ask(paper, by):
    ask_for_change(paper, deputy_of(paper.year))
    paper.refresh_from_db()


def _withdraw(paper, by):
    proposal = withdrawals.propose_withdrawal(paper, by=by, reason="Khối đổi thành viên.")
    withdrawals.confirm_withdrawal(proposal, by=leader_of(deputy_of(paper.year)))


def _supersede(paper, by):
    """The next version is frozen, which takes its place."""
    draft = changes.new_version(paper, by=by, reason="Sửa chỉ tiêu.")
    writing.adopt(draft, by=by, on=timezone.localdate())
    _freeze(draft, by)


_STEPS = {
    "draft": lambda paper, by: None,
    "commenting": lambda paper, by: writing.open_comments(paper, by=by),
    "adopted": lambda paper, by: writing.adopt(paper, by=by, on=timezone.localdate()),
    "frozen": _freeze,
    "signing": lambda paper, by: freezing.open_signing(paper, by=by),
    "complete": _complete,
    "change_requested": _ask,
    "withdrawn": _withdraw,
    "superseded": _supersede,
}
_PATH = ["draft", "commenting", "adopted", "frozen", "signing", "complete"]
_PATHS = {state: [*_PATH[:-1], state] for state in ("change_requested", "withdrawn", "superseded")}


def ask_for_change(paper, unit, reason="Đề nghị hạ chỉ tiêu mục 1 xuống 95%."):
    """A request by the unit's leader, before signing; return it."""
    party = paper.parties.get(unit=unit)
    return changes.ask_for_change(paper, party, by=leader_of(unit), reason=reason)


def sign_for(paper, unit, by=None):
    """The signature of `unit`, by its leader or by `by`, through the real function."""
    by = by or leader_of(unit)
    party = paper.parties.get(unit=unit)
    with remembered_drawing():
        return signatures.sign(
            paper,
            party,
            by=by,
            appointment=by.appointments.get(unit=unit),
            consent=signatures.Consent(signatures.declaration_text(paper, party), "password"),
        )


def scan_of(year, *, pages=1):
    """An accepted upload: a PDF of so many empty pages that no other year has."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.docinfo["/Title"] = year.get_absolute_url()
        pdf.save(out, deterministic_id=True)
    return Upload("ban-quet.pdf", "pdf", "application/pdf", out.getvalue())


def last_file(paper):
    """The SignedFile in force."""
    return paper.signed_files.select_related("file").order_by("-sequence").first()


class CommentFactory(DjangoModelFactory):
    class Meta:
        model = Comment

    class Params:
        answered = factory.Trait(answer=Comment.Answer.ACCEPTED)

    paper = factory.SubFactory(PaperFactory, commenting=True)
    unit = factory.LazyAttribute(lambda comment: deputy_of(comment.paper.year))
    by = factory.LazyAttribute(lambda comment: officer_of(comment.unit))
    clause = "muc-1"
    clause_label = "Mục 1"
    text = factory.Sequence(lambda n: f"Đề nghị nâng chỉ tiêu lên {n} điểm.")
    answer = ""

    @classmethod
    def _create(cls, model_class, *args, paper, answer, **fields):
        remark = writing.comment(paper, **fields)
        if answer:
            lead = officer_of(lead_of(paper.year))
            writing.answer(remark, by=lead, answer=answer, text="Đã sửa theo ý kiến.")
        remark.refresh_from_db()
        return remark


# How they are judged

BANDS = [
    {"at_least": "90", "points": "5.5"},
    {"at_least": "50", "below": "90", "points": "3"},
    {"below": "50", "points": "0"},
]
DOCUMENT = {
    "code": "THU",
    "name": "Bảng tiêu chí thử",
    "base_max": "20",
    "bonus_cap": "2",
    "rounding": {"places": 2, "stage": "leaf"},
    "nodes": [
        {
            "key": "I",
            "code": "I",
            "name": "Nhiệm vụ chính trị",
            "section": "base",
            "max": "12",
            "children": [
                {
                    "key": "I.1",
                    "code": "I.1",
                    "name": "Nhiệm vụ đúng hạn",
                    "max": "8",
                    "basis": "Báo cáo năm",
                    "owner": "so-thu-1",
                    "parts": [{"kind": "proportion", "part": "Đúng hạn", "whole": "Tổng số"}],
                },
                {
                    "key": "I.2",
                    "code": "I.2",
                    "name": "Góp ý đúng hạn",
                    "max": "4",
                    "parts": [{"kind": "yes_no", "points": "4"}],
                },
            ],
        },
        {
            "key": "II",
            "code": "II",
            "name": "Cải cách hành chính",
            "section": "base",
            "max": "8",
            "children": [
                {
                    "key": "II.1",
                    "code": "II.1",
                    "name": "Chỉ số cải cách hành chính",
                    "max": "5.5",
                    "na": "exclude",
                    "parts": [{"kind": "tiers", "measure": "percent", "bands": BANDS}],
                },
                {
                    "key": "II.2",
                    "code": "II.2",
                    "name": "Hồ sơ khen thưởng",
                    "max": "2.5",
                    "evaluator": "standing_body",
                    "parts": [
                        {"kind": "deduct", "case": "hồ sơ trễ", "points": "0.5", "cap": "2.5"}
                    ],
                },
            ],
        },
        {
            "key": "T1",
            "code": "T1",
            "name": "Sáng kiến",
            "section": "bonus",
            "max": "2",
            "parts": [{"kind": "count", "case": "sáng kiến", "points": "0.5"}],
        },
        {
            "key": "P1",
            "code": "P1",
            "name": "Tự chấm trễ",
            "section": "penalty",
            "max": "3",
            "source": "submitted_on",
            "parts": [
                {
                    "kind": "late_per_day",
                    "documents": [{"label": "bản tự chấm", "due": "@self_assessment"}],
                    "points": "0.5",
                }
            ],
        },
    ],
}


class CriteriaSetFactory(DjangoModelFactory):
    """A criteria table of `year`, by the functions that people's clicks call."""

    class Meta:
        model = CriteriaSet

    year = factory.SubFactory(EmulationYearFactory, members=4)
    document = DOCUMENT
    reason = "Theo góp ý của các đơn vị"
    commenting = False
    adopted = False

    @classmethod
    def _create(cls, model_class, *args, year, document, reason, commenting, adopted):
        by = officer_of(lead_of(year))
        table = tables.begin_version(year=year, by=by, reason=reason, source=document)
        if commenting:
            writing.open_comments(table.paper, by=by)
        if adopted:
            tables.adopt_criteria(table, by=by, on=timezone.localdate())
        return CriteriaSet.objects.select_related("paper__year__bloc__authority").get(pk=table.pk)


class RoundFactory(DjangoModelFactory):
    """A round brought to its state, with all its cards."""

    class Meta:
        model = ScoringRound

    class Params:
        verification = factory.Trait(reached="verification")
        provisional = factory.Trait(reached="provisional")
        adopted = factory.Trait(reached="adopted")
        closed = factory.Trait(reached="closed")
        published = factory.Trait(reached="published")

    year = factory.SubFactory(EmulationYearFactory, members=4)
    reached = "self_assessment"
    peer_scoring = False

    @classmethod
    def _create(cls, model_class, *args, year, reached, peer_scoring):
        by = leader_of(lead_of(year))
        table = tables.table_in_force(year) or CriteriaSetFactory(year=year, adopted=True)
        round = rounds.open_round(year=year, by=by, criteria=table, peer_scoring=peer_scoring)
        steps = ScoringRound.State.values
        for step in steps[1 : steps.index(reached) + 1]:
            _ROUND_STEPS[step](round, by)
        return ScoringRound.objects.select_related("year__bloc__authority", "criteria").get(
            pk=round.pk
        )


def _show_provisional(round, by):
    for card in round.cards.order_by("pk"):
        bring_card(card, "settled")
    rounds.show_provisional(round, by=by)


def _publish(round, by):
    publication.freeze(round, by=by)
    rounds.publish(round, by=by)


_ROUND_STEPS = {
    "verification": lambda round, by: rounds.begin_verification(round, by=by),
    "provisional": _show_provisional,
    "adopted": lambda round, by: rounds.adopt(
        round, by=by, on=timezone.localdate(), minutes=minutes(), minutes_number="01/BB"
    ),
    "closed": lambda round, by: rounds.close(round, by=by),
    "published": _publish,
}


def minutes():
    """A kept file: minutes of a conference, a letter of the standing body."""
    return StoredFileFactory()


def card_of(round, unit):
    return Scorecard.objects.select_related("unit", "round", "year__bloc__authority").get(
        round=round, unit=unit
    )


def leaf(round, key):
    """A criterion of the round's table by its key."""
    return Criterion.objects.get(criteria=round.criteria_id, key=key)


def points_for(card):
    """One point for every leaf, from what stands in the entries."""
    return {
        entry.criterion_id: (entry.facts, Decimal(1), entry.is_not_applicable)
        for entry in card.entries.order_by("pk")
    }


class ScorecardFactory(DjangoModelFactory):
    """The card of the first plain member, or of `unit`, brought to its state."""

    class Meta:
        model = Scorecard

    class Params:
        review = factory.Trait(reached="review")
        leader = factory.Trait(reached="leader")
        submitted = factory.Trait(reached="submitted")
        verifying = factory.Trait(reached="verifying")
        verified = factory.Trait(reached="verified")
        answered = factory.Trait(reached="answered")
        settled = factory.Trait(reached="settled")
        reserved = factory.Trait(reached="reserved")

    round = factory.SubFactory(RoundFactory)
    unit = factory.LazyAttribute(lambda card: member_of(card.round.year))
    reached = "draft"

    @classmethod
    def _create(cls, model_class, *args, round, unit, reached):
        card = card_of(round, unit)
        bring_card(card, reached)
        return card_of(round, unit)


_CARD_WAY = ("draft", "leader", "submitted", "verifying", "verified", "answered", "settled")


def bring_card(card, reached):
    """Take a draft card to the state, by the functions that people's clicks call."""
    if reached == "review":
        officer = officer_of(card.unit)
        cards.pass_to_reviewer(card, by=officer, reviewer=leader_of(card.unit))
        return
    last = "settled" if reached == "reserved" else reached
    for step in _CARD_WAY[1 : _CARD_WAY.index(last) + 1]:
        if step == "answered" and reached == "reserved":
            cards.answer(
                card,
                card.round.criteria.leaves().get(key="I.1"),
                by=officer_of(card.unit),
                kind=Response.Kind.DISSENT,
                text="Đề nghị hội nghị xem xét.",
            )
        _CARD_STEPS[step](card)


def chair_leader(card):
    """The leader who approves this card: the lead's; for the lead's own, the deputy's."""
    lead = lead_of(card.year)
    return leader_of(deputy_of(card.year) if card.unit == lead else lead)


def chair_officer(card):
    lead = lead_of(card.year)
    return officer_of(deputy_of(card.year) if card.unit == lead else lead)


def _submit(card):
    entries.submit(
        card,
        by=leader_of(card.unit),
        declared=True,
        seen=card.content_revision(),
        points=points_for(card),
        total=Decimal(6),
    )


def _verifying(card):
    round = ScoringRound.objects.get(pk=card.round_id)
    if round.state == "self_assessment":
        rounds.begin_verification(round, by=leader_of(lead_of(card.year)))
    cards.begin_verifying(card, by=chair_officer(card))


def verify_all(card, by=None):
    """Verified points for every leaf, equal to the unit's own."""
    by = by or chair_officer(card)
    for criterion in card.round.criteria.leaves().in_order():
        points.record_points(
            card,
            criterion,
            stage="verified",
            by=by,
            by_unit=by.current_appointments[0].unit,
            points=Decimal(1),
        )


def _verified(card):
    verify_all(card)
    cards.approve(card, by=chair_leader(card))


_CARD_STEPS = {
    "leader": lambda card: cards.pass_to_leader(card, by=officer_of(card.unit)),
    "submitted": _submit,
    "verifying": _verifying,
    "verified": _verified,
    "answered": lambda card: cards.finish_answers(card, by=leader_of(card.unit)),
    "settled": lambda card: cards.conclude(card, by=chair_officer(card)),
}


class EvidenceFactory(DjangoModelFactory):
    """A document of the card's unit, by its number; `file=StoredFileFactory()` for a kept one.

    pdf=True: a kept PDF of one page, drawn; cited="I.1": cited for that criterion.
    """

    class Meta:
        model = Evidence

    card = factory.SubFactory(ScorecardFactory)
    number = factory.Sequence(lambda n: f"{n}/BC-STN")
    issuer = "Sở Thử nghiệm"
    summary = "Báo cáo kết quả công tác năm 2026"
    file = None
    pdf = False
    cited = ""

    @classmethod
    def _create(cls, model_class, *args, card, pdf, cited, **fields):
        by = officer_of(card.unit)
        if pdf:
            fields["file"] = StoredFileFactory(data=_one_page())
            fields.setdefault("file_name", "bao-cao.pdf")
        document = evidence.attach(year=card.year, unit=card.unit, by=by, **fields)
        if cited:
            evidence.use(document, card, leaf(card.round, cited), by=by, pages="1")
        return document


class WordTemplateFactory(DjangoModelFactory):
    """The province's own template of a paper: its unit's name and nothing else."""

    class Meta:
        model = WordTemplate

    authority = factory.SubFactory(AuthorityFactory)
    kind = factory.Sequence(lambda n: WordTemplate.Kind.values[n % len(WordTemplate.Kind)])
    file_name = "mau.docx"
    paragraphs = ("{{ paper.unit }}",)

    @classmethod
    def _create(cls, model_class, *args, paragraphs, **fields):
        file = StoredFileFactory(data=plain_template(*paragraphs), content_type=DOCX)
        return model_class.objects.create(file=file, **fields)


@cache
def _one_page():
    return printing.render_html('<html lang="vi"><p>Báo cáo</p></html>').pdf


class OwnerFactFactory(DjangoModelFactory):
    """What the lead says of a member on I.1; `own=True`: of itself, waiting for a second person."""

    class Meta:
        model = OwnerFact

    class Params:
        own = factory.Trait(
            unit=factory.LazyAttribute(lambda fact: lead_of(fact.round.year)),
            source="Báo cáo số 1/BC-STN ngày 02/01/2026",
        )

    round = factory.SubFactory(RoundFactory)
    unit = factory.LazyAttribute(lambda fact: member_of(fact.round.year))
    facts = {"done": "137", "total": "142"}
    source = ""

    @classmethod
    def _create(cls, model_class, *args, round, unit, **fields):
        owner = lead_of(round.year)
        return owner_facts.give_fact(
            leaf(round, "I.1"), unit=unit, by=officer_of(owner), by_unit=owner, **fields
        )


def assign_duties(round, seed=1):
    """The default duties, drawn from a known seed."""
    return duties.assign_duties(round, by=leader_of(lead_of(round.year)), draw=Random(seed))


# What is made once a run


def make_ca():
    """The installation's root and issuing CA, if it has none; returns the issuing one."""
    issuing = SigningAuthority.objects.filter(level="issuing").first()
    if issuing:
        return issuing
    root, below = _authorities(passphrase())
    parent = SigningAuthority.objects.create(
        level="root", certificate_pem=root.certificate_pem, key_pem=root.key_pem
    )
    return SigningAuthority.objects.create(
        level="issuing",
        parent=parent,
        certificate_pem=below.certificate_pem,
        key_pem=below.key_pem,
    )


@cache
def _authorities(secret):
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    owner = "Ủy ban nhân dân tỉnh Cao Bằng"
    root = ca.new_root("Khối thi đua - Gốc", owner, secret, begin)
    issuing = ca.new_issuing(root, secret, "Khối thi đua - Cấp phát", owner, secret, begin)
    return root, issuing


_drawn = {}


@contextmanager
def remembered_drawing():
    """What was drawn before in this run is not drawn again: the same words give the same bytes."""
    stamp, place_fields = printing.stamp, prepare.place_fields

    def once(function):
        def remembered(*args):
            key = hashlib.sha256(repr((function.__name__, args)).encode()).hexdigest()
            if key not in _drawn:
                _drawn[key] = function(*args)
            return _drawn[key]

        return remembered

    with (
        patch.object(printing, "stamp", once(stamp)),
        patch.object(prepare, "place_fields", once(place_fields)),
        patch.object(freezing, "new_code", _steady_code),
    ):
        yield


def _steady_code(paper):
    """The same code for the same paper in every test, so that the paper need not be drawn anew."""
    number = int.from_bytes(hashlib.sha256(paper.audit_path.encode()).digest()[:8])
    letters = ""
    for _ in range(8):
        number, letter = divmod(number, len(CODE_ALPHABET))
        letters += CODE_ALPHABET[letter]
    return f"GU{paper.year.number % 100:02d}-{letters[:4]}-{letters[4:]}"


# Signing with tokens


class TrustedCertificateFactory(DjangoModelFactory):
    """The provider of tests.pledges.signing.pki: its root; `intermediate=True`: its sub-CA."""

    class Meta:
        model = TrustedCertificate

    intermediate = False

    @classmethod
    def _create(cls, model_class, *args, intermediate, **changes):
        owner = pki.sub_ca() if intermediate else pki.root()
        facts = read_certificate(owner.der)
        found = TrustedCertificate.objects.in_use().filter(fingerprint=facts.fingerprint).first()
        if found:
            return found
        kind = "intermediate" if intermediate else "anchor"
        return registering.trust(
            facts, by=UserFactory(secretariat=True), kind=kind, note="Nơi cấp thử nghiệm"
        )


def trust_provider():
    """Root and sub-CA of the test provider are on the trust list."""
    return [TrustedCertificateFactory(intermediate=below) for below in (False, True)]


class RegisteredCertificateFactory(DjangoModelFactory):
    """A certificate (`leaf=…`, else made up) for `appointment`, or of the agency `unit`."""

    class Meta:
        model = RegisteredCertificate

    leaf = None
    appointment = None
    unit = None
    proof_file = None

    @classmethod
    def _create(cls, model_class, *args, leaf, appointment, unit, proof_file, **changes):
        if unit is None and appointment is None:
            appointment = AppointmentFactory(leader=True)
        if leaf is None:
            leaf = token_of(appointment) if appointment else agency_token(unit)
        return registering.register(
            read_certificate(leaf.der),
            by=appointment.user if appointment else clerk_of(unit),
            proof="Người đăng ký xác nhận bằng mật khẩu.",
            proof_file=proof_file,
            appointment=appointment,
            unit=unit,
        )


def token_of(appointment):
    """What the leader's token holds."""
    return pki.leaf(appointment.user.full_name, appointment.unit.slug)


def agency_token(unit):
    return pki.agency(unit.slug)


class RevocationListFactory(DjangoModelFactory):
    """Each list a second newer than the one before."""

    class Meta:
        model = RevocationList

    revoked = ()
    number = factory.Sequence(int)

    @classmethod
    def _create(cls, model_class, *args, revoked, number, **changes):
        trust_provider()
        der = pki.crl(*revoked, at=timezone.now() - timedelta(hours=1) + timedelta(seconds=number))
        return registering.import_list(read_list(der), by=UserFactory(secretariat=True))


def certificate_for(unit, kind="leader"):
    """The registered certificate of the unit's leader or of the agency, registered when it was not."""
    if kind == "agency":
        known = RegisteredCertificate.objects.of_agency(unit).first()
        return known or RegisteredCertificateFactory(unit=unit)
    post = leader_of(unit).appointments.get(unit=unit)
    known = RegisteredCertificate.objects.of_leader(post).first()
    return known or RegisteredCertificateFactory(appointment=post)


def hold_for(paper, unit, kind="leader"):
    """The turn of the unit's leader, or with "agency" of its clerk."""
    certificate_for(unit, kind)
    by = leader_of(unit) if kind == "leader" else clerk_of(unit)
    return uploads.take_hold(paper, paper.parties.get(unit=unit), kind, by=by)


def signed_outside(hold, token=None):
    """The held file as the signer's own tool leaves it."""
    post = hold.user.appointments.get(unit=hold.party.unit)
    token = token or (token_of(post) if hold.kind == "leader" else agency_token(hold.party.unit))
    field = uploads.party_field(hold.party, hold.kind)
    # Aside: pyHanko's own signer starts an event loop, and browser tests run in one already.
    with ThreadPoolExecutor(max_workers=1) as aside:
        return aside.submit(by_pyhanko, hold.base.file.read(), field, token).result()


def sign_with_token(paper, unit, kind="leader"):
    """The unit's signature through the real functions: held, signed outside, handed in."""
    hold = hold_for(paper, unit, kind)
    return uploads.accept_upload(hold, signed_outside(hold), by=hold.user)


class HoldFactory(DjangoModelFactory):
    """A running turn of the first unit's leader on a pledge signed with tokens."""

    class Meta:
        model = Hold

    paper = factory.SubFactory(PaperFactory, token=True, signing=True)
    unit = factory.LazyAttribute(lambda hold: lead_of(hold.paper.year))

    @classmethod
    def _create(cls, model_class, *args, paper, unit, **changes):
        return hold_for(paper, unit)


class SignatureValidationFactory(DjangoModelFactory):
    """What the acceptance of a token signature said of it."""

    class Meta:
        model = SignatureValidation

    paper = factory.SubFactory(PaperFactory, token=True, signing=True)

    @classmethod
    def _create(cls, model_class, *args, paper, **changes):
        return sign_with_token(paper, lead_of(paper.year)).validations.get()
