"""Puts the demonstration data into an empty database; scoring/demo/*.py hold the data itself."""

from datetime import date, timedelta

import holidays
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from pledges.freezing import NamedSigner, freeze, open_signing
from pledges.models import Paper, RegisteredTitle, Section, UnitTarget
from pledges.signatures import record_signed_on_paper
from pledges.writing import adopt, open_comments, take_bases
from scoring.demo import law, people, pledges
from scoring.demo.scoring_stage import score_2026
from units.imports.entry import apply_decision
from units.imports.sample import demonstration_rows
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
    Supervision,
    Title,
    TitleName,
    Unit,
    UnitName,
    UnitSuccession,
    User,
)

PASSWORD = "thidua-demo-2026"
BLOC = "tham-muu-tong-hop"
BLOC_NAME = "Khối thi đua các cơ quan tham mưu tổng hợp"
LOADER = "load_demo"
SIGNED_2018 = date(2018, 4, 19)
SIGNED_2026 = date(2026, 4, 8)
STAGE_NOTICES = {
    "ky-ket": "Dữ liệu trình diễn, giai đoạn ký kết giao ước: hạn ký được gia hạn để thử việc ký.",
    "tu-cham": "Dữ liệu trình diễn, giai đoạn tự chấm: hạn tự chấm, thẩm định được gia hạn để thử.",
}


@transaction.atomic
def load(stage):
    """Load both years, all or nothing; `stage` says how far 2026 has come."""
    authority = _authority()
    units = _units(authority)
    titles = _titles()
    bloc = _bloc(authority)
    _legal_bases(authority, bloc)
    _days_off(authority)
    accounts = _accounts(authority, units, bloc)
    year_2018 = _year_2018(authority, bloc)
    year_2026 = _year_2026(authority, bloc, units, stage)
    _sign_2018(_pledge_2018(year_2018, units, titles))
    pledge = _pledge_2026(year_2026, units, titles, accounts["cv-stc"])
    if stage == "ky-ket":
        _open_2026(pledge, accounts["cv-stc"])
    else:
        _sign_2026(pledge)
        score_2026(year_2026, adopted_on=SIGNED_2026)


def _authority():
    authority = Authority.objects.create(slug="cao-bang", name="tỉnh Cao Bằng")
    common = {
        "authority": authority,
        "name": "UBND tỉnh Cao Bằng",
        "long_name": "Ủy ban nhân dân tỉnh Cao Bằng",
        "superior_line": people.SUPERIOR,
        "place_name": "Cao Bằng",
    }
    AuthorityPeriod.objects.create(
        start_on=people.LONG_AGO,
        secretariat_name="Ban Thi đua - Khen thưởng tỉnh",
        bloc_lead="Khối trưởng",
        bloc_deputy="Khối phó",
        **common,
    )
    AuthorityPeriod.objects.create(
        start_on=people.REORGANISED_ON,
        secretariat_name="Ban Thi đua, khen thưởng",
        bloc_lead="Trưởng khối",
        bloc_deputy="Phó Trưởng khối",
        **common,
    )
    return authority


def _units(authority):
    units = {}
    for position, (slug, names) in enumerate(people.UNITS.items(), 1):
        unit = units[slug] = Unit.objects.create(slug=slug, authority=authority, position=position)
        for start_on, full, superior, header, grid, short, symbol in names:
            UnitName.objects.create(
                unit=unit,
                start_on=start_on,
                full=full,
                header_superior=superior,
                header_name=header,
                grid=grid,
                short=short,
                symbol=symbol,
            )
    for predecessor, successor, kind, effective_on, note in people.SUCCESSIONS:
        UnitSuccession.objects.create(
            predecessor=units[predecessor],
            successor=units[successor],
            kind=kind,
            effective_on=effective_on,
            note=f"{note} {people.UNVERIFIED_DAY}".strip(),
        )
    return units


def _titles():
    titles = {}
    for position, (slug, kind, names) in enumerate(law.TITLES, 1):
        titles[slug] = Title.objects.create(slug=slug, kind=kind, position=position)
        for start_on, name in names:
            TitleName.objects.create(title=titles[slug], start_on=start_on, name=name)
    return titles


def _bloc(authority):
    bloc = Bloc.objects.create(slug=BLOC, authority=authority, file_code="khoi-tmth", is_demo=True)
    BlocName.objects.create(bloc=bloc, start_on=people.LONG_AGO, name=BLOC_NAME)
    return bloc


def _legal_bases(authority, bloc):
    for kind, citation, start, end, position, is_verified, note in law.LEGAL_BASES:
        LegalBasis.objects.create(
            kind=kind,
            citation=citation,
            in_force_from=start,
            in_force_to=end,
            position=position,
            is_verified=is_verified,
            note=note,
        )
    for citation, start, end, is_verified in law.PROVINCE_DECISIONS:
        LegalBasis.objects.create(
            authority=authority,
            kind=LegalBasis.Kind.DECISION,
            citation=citation,
            in_force_from=start,
            in_force_to=end,
            position=40,
            is_verified=is_verified,
            note="" if is_verified else "Tên gọi, ngày hết hiệu lực chưa xác minh.",
        )
    for position, (kind, citation) in enumerate(law.BLOC_BASES_2026, 40):
        LegalBasis.objects.create(
            authority=authority,
            bloc=bloc,
            kind=kind,
            citation=citation,
            in_force_from=date(2026, 1, 1),
            position=position,
            is_verified=True,
            note="Trình diễn.",
        )


def _days_off(authority):
    days = holidays.country_holidays(
        "VN", years=range(2018, timezone.localdate().year + 2), language="vi"
    )
    DayOff.objects.bulk_create(
        DayOff(authority=authority, day=day, name=name[:120]) for day, name in days.items()
    )


def _accounts(authority, units, bloc):
    """Accounts of the 2026 units and of the province's roles; one password, hashed once."""
    secret = make_password(PASSWORD)
    accounts = {}

    def account(username, full_name, **fields):
        user = User(username=username, full_name=full_name, password=secret, **fields)
        user.save()
        accounts[username] = user
        return user

    def appoint(username, full_name, unit, kind, position, signing_title=""):
        Appointment.objects.create(
            user=account(username, full_name),
            unit=units[unit],
            kind=kind,
            position=position,
            signing_title=signing_title,
            start_on=date(2026, 1, 1),
        )

    rows = zip(people.MEMBERS_2026, people.OFFICERS_2026, people.CLERKS_2026, strict=True)
    for (slug, _role, _new, position, signing_title, leader), officer, clerk in rows:
        appoint(f"ld-{slug}", leader, slug, "leader", position, signing_title)
        appoint(f"cv-{slug}", officer, slug, "officer", "Chuyên viên")
        appoint(f"vt-{slug}", clerk, slug, "clerk", "Văn thư")
    slug, username, position, signing_title, name = people.SECOND_LEADER
    appoint(username, name, slug, "leader", position, signing_title)
    supervisor = account(*people.SUPERVISOR)
    Supervision.objects.create(user=supervisor, bloc=bloc, start_on=date(2026, 1, 1))
    account(*people.SECRETARIAT, role=User.SystemRole.SECRETARIAT, authority=authority)
    account(*people.INSPECTOR, role=User.SystemRole.INSPECTOR, authority=authority)
    return accounts


def _year_2018(authority, bloc):
    decision = Decision.objects.create(
        authority=authority,
        number="348/QĐ-UBND",
        issued_on=date(2018, 4, 6),
        issuer="Ủy ban nhân dân tỉnh Cao Bằng",
        summary="về việc kiện toàn khối, cụm thi đua thuộc tỉnh Cao Bằng năm 2018",
        is_verified=True,
    )
    year = EmulationYear.objects.create(
        bloc=bloc,
        number=2018,
        starts_on=date(2018, 1, 1),
        ends_on=date(2018, 12, 31),
        province_theme=(
            "tăng cường kỷ luật, kỷ cương hành chính, đổi mới, sáng tạo, hành động quyết liệt quyết "
            "tâm thực hiện hoàn thành xuất sắc nhiệm vụ công tác năm 2018"
        ),
        anniversaries=(
            "Kỷ niệm 70 năm ngày Chủ tịch Hồ Chí Minh ra Lời kêu gọi Thi đua ái quốc "
            "(11/6/1948 - 11/6/2018)\nCác ngày lễ lớn của đất nước"
        ),
        decision=decision,
    )
    # The province's whole decision, entered as the secretariat does: our bloc's eight members, and
    # sixteen invented blocs so that the numbers are the real ones (17 blocs, 137 members).
    apply_decision(
        demonstration_rows(),
        authority=authority,
        year=2018,
        decision=decision,
        by=LOADER,
        is_demo=True,
    )
    EmulationYear.objects.filter(number=2018).update(closed_on=year.ends_on)
    # Districts, and with them their cụm, ended on 30/6/2025.
    Bloc.objects.filter(kind=Bloc.Kind.CLUSTER).update(ended_on=date(2025, 6, 30))
    Phase.objects.create(year=year, kind="sign", opens_on=SIGNED_2018, closes_on=SIGNED_2018)
    return year


def _year_2026(authority, bloc, units, stage):
    decision = Decision.objects.create(
        authority=authority,
        issuer="Ủy ban nhân dân tỉnh",
        summary="về việc kiện toàn các cụm, khối thi đua (trình diễn - không số)",
        note="Trình diễn: danh sách, thứ tự và vai trò đều là giả định.",
    )
    year = EmulationYear.objects.create(
        bloc=bloc,
        number=2026,
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 1, 31),
        theme="Tham mưu đúng, trúng, kịp thời (chủ đề trình diễn)",
        province_theme=(
            "Kỷ cương, trách nhiệm; chuyển đổi số; phục vụ chính quyền địa phương hai cấp "
            "(chủ đề trình diễn)"
        ),
        anniversaries=(
            "85 năm Ngày Bác Hồ về nước (28/01/1941 - 28/01/2026)\n"
            "65 năm Ngày Bác Hồ về thăm Cao Bằng (21/02/1961 - 21/02/2026)\n"
            "78 năm Ngày Chủ tịch Hồ Chí Minh ra Lời kêu gọi Thi đua ái quốc "
            "(11/6/1948 - 11/6/2026)"
        ),
        decision=decision,
        stage_notice=STAGE_NOTICES[stage],
    )
    for position, (slug, role, is_new, *_signer) in enumerate(people.MEMBERS_2026, 1):
        Membership.objects.create(
            year=year,
            unit=units[slug],
            position=position,
            role=role,
            is_new=is_new,
            start_on=year.starts_on,
            decision=decision,
        )
    Phase.objects.bulk_create(
        Phase(year=year, kind=kind, opens_on=opens_on, closes_on=closes_on)
        for kind, opens_on, closes_on in law.PHASES_2026
    )
    return year


def _text(paper, units, titles, sections, targets, registered, members):
    """Sections, targets and titles of a pledge."""
    Section.objects.bulk_create(
        Section(paper=paper, position=number, heading=heading, body=body)
        for number, (heading, body) in enumerate(sections, 1)
    )
    UnitTarget.objects.bulk_create(
        UnitTarget(
            paper=paper,
            position=number,
            unit=units[slug],
            name=name,
            measure=measure,
            plan=plan,
            weight=weight,
        )
        for number, (slug, name, measure, plan, weight) in enumerate(targets, 1)
    )
    wanted = [(slug, pledges.FOR_ALL) for slug, *_rest in members]
    wanted += [(slug, title) for title, slugs in registered.items() for slug in slugs]
    RegisteredTitle.objects.bulk_create(
        RegisteredTitle(paper=paper, position=number, unit=units[slug], title=titles[title])
        for number, (slug, title) in enumerate(wanted, 1)
    )


def _pledge_2018(year, units, titles):
    paper = Paper.objects.create(
        year=year,
        dated_on=SIGNED_2018,
        arrangements=pledges.ARRANGEMENTS_2018,
        copies=10,
        copies_note=(
            "mỗi đơn vị giữ 01 bản, gửi Ban Thi đua - Khen thưởng tỉnh 01 bản, "
            "lưu tại Khối trưởng 01 bản"
        ),
        recipients="Ban Thi đua - Khen thưởng tỉnh;\nCác đơn vị thành viên của Khối;\nLưu: VT.",
        note=(
            "Trình bày lại theo mẫu hiện hành; năm 2018 áp dụng Thông tư số 01/2011/TT-BNV ngày "
            "19/01/2011.\n"
            "Dự và chỉ đạo Lễ ký kết: đồng chí Đồng Thị Kiều Oanh, Tỉnh ủy viên, Giám đốc Sở Nội vụ, "
            "Phó Chủ tịch Thường trực Hội đồng thi đua khen thưởng tỉnh. Vai trò, người ký và nội "
            "dung của giao ước này là trình diễn."
        ),
    )
    take_bases(paper)
    _text(
        paper,
        units,
        titles,
        pledges.SECTIONS_2018,
        pledges.TARGETS_2018,
        pledges.TITLES_2018,
        people.MEMBERS_2018,
    )
    return paper


def _sign_2018(paper):
    adopt(paper, by=LOADER, on=SIGNED_2018)
    signers = {
        Unit.objects.get(slug=slug).pk: NamedSigner(name, title)
        for slug, _role, title, name in people.MEMBERS_2018
    }
    paper = freeze(paper, by=LOADER, form=Paper.Form.PAPER, signers=signers, is_record=True)
    record_signed_on_paper(
        paper,
        by=LOADER,
        on=SIGNED_2018,
        note="Đã ký giấy tại Lễ ký kết ngày 19/4/2018 - trình diễn, không có bản quét.",
    )


def _pledge_2026(year, units, titles, officer):
    paper = Paper.objects.create(
        year=year,
        dated_on=SIGNED_2026,
        place="Hội trường Sở Tài chính",
        arrangements=pledges.ARRANGEMENTS_2026,
        copies=10,
        copies_note=(
            "mỗi đơn vị giữ 01 bản, gửi Ban Thi đua, khen thưởng 01 bản, lưu tại Trưởng khối 01 bản"
        ),
        recipients="Ban Thi đua, khen thưởng;\nCác đơn vị thành viên của Khối;\nLưu: VT.",
        created_by=officer,
    )
    take_bases(paper)
    _text(
        paper,
        units,
        titles,
        pledges.SECTIONS_2026,
        pledges.TARGETS_2026,
        pledges.TITLES_2026,
        people.MEMBERS_2026,
    )
    return paper


def _sign_2026(paper):
    """The later stages: the pledge was signed by hand at the ceremony."""
    adopt(paper, by=LOADER, on=SIGNED_2026)
    signers = {
        Unit.objects.get(slug=slug).pk: NamedSigner(name, title)
        for slug, _role, _new, _position, title, name in people.MEMBERS_2026
    }
    paper = freeze(paper, by=LOADER, form=Paper.Form.PAPER, signers=signers, is_record=True)
    record_signed_on_paper(
        paper,
        by=LOADER,
        on=SIGNED_2026,
        note="Đã ký giấy tại Lễ ký kết ngày 08/4/2026 - trình diễn, không có bản quét.",
    )


def _open_2026(paper, officer):
    """Adopt, freeze and open the 2026 pledge; its signing phase runs on, so that it can be tried."""
    open_comments(paper, by=officer)
    adopt(paper, by=officer, on=timezone.localdate())
    paper = freeze(paper, by=officer, form=Paper.Form.SYSTEM)
    open_signing(paper, by=officer)
    until = timezone.localdate() + timedelta(days=14)
    phase = paper.year.phases.get(kind=Phase.Kind.SIGN)
    if until > phase.closes_on:
        phase.extend(until, reason="trình diễn", by=officer)
