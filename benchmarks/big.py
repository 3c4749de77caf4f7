"""The same pages beside 700 other blocs, 7,000 units and their people: a page must not cost more.

Two databases, the demonstration bloc alone and a copy of it filled up, asked in turn in one run.
"""

import shutil
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

from benchmarks.timing import Row, side_by_side

BLOCS, UNITS, PROVINCES, ENTRIES = 700, 10, 34, 120
TARGET = 1.2
NUMBER = 2026
BATCH = 2000
# The databases take turns by the block, not by the page: each process remembers reference data of
# the database it serves.
BLOCKS = 8


@contextmanager
def filled_copy():
    """A connection to a copy of the database, filled; the copy is dropped at the end."""
    from django.db import connections

    from khoithidua import triggers

    small = connections["default"]
    name = _copy(small)
    big = connections.create_connection("default")
    big.settings_dict = {**small.settings_dict, "NAME": name}
    try:
        with _answering(big):
            # Rows are made up, and written straight in: their guards would only take time.
            triggers.remove(big)
            fill()
            triggers.install(big)
            if big.vendor == "postgresql":
                with big.cursor() as cursor:
                    cursor.execute("ANALYZE")
        yield big
    finally:
        big.close()
        _drop(small, name)


def measure_pages(page_acts, rounds):
    """Rows of `page_acts()` in the filled database against the one with one bloc."""
    from django.db import connections

    small = connections["default"]
    rows = []
    with filled_copy() as big:
        with _answering(big):
            big_pages = page_acts()
        pages = page_acts()
        medians = {page: ([], []) for page in pages}
        for _ in range(BLOCKS):
            for turn, (connection, acts) in enumerate(((small, pages), (big, big_pages))):
                with _answering(connection):
                    for page, seconds in side_by_side(acts, rounds // BLOCKS).items():
                        medians[page][turn].append(seconds)
        for page, (one_bloc, many) in medians.items():
            rows.append(Row(page, median(many), "one bloc", median(one_bloc), TARGET))
    return rows


@contextmanager
def _answering(connection):
    """`connection` stands in for the default one."""
    from django.db import connections

    usual = connections["default"]
    connections["default"] = connection
    try:
        yield
    finally:
        connections["default"] = usual


def _copy(connection):
    source = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        connection.close()
        target = str(Path(source).with_name("big.sqlite3"))
        shutil.copy(source, target)
        return target
    connection.close()
    target = f"{source}_big"
    _maintain(connection, f'DROP DATABASE IF EXISTS "{target}"')
    _maintain(connection, f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    return target


def _drop(connection, name):
    if connection.vendor == "postgresql":
        _maintain(connection, f'DROP DATABASE "{name}"')


def _maintain(connection, statement):
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def fill():
    """Provinces, blocs, units, people, signed pledges and entries of the record."""
    from units.models import Authority, AuthorityPeriod

    provinces = Authority.objects.bulk_create(
        Authority(slug=f"tinh-{number}", name=f"tỉnh thứ {number}")
        for number in range(1, PROVINCES + 1)
    )
    AuthorityPeriod.objects.bulk_create(
        AuthorityPeriod(
            authority=province,
            start_on=date(2020, 1, 1),
            name=f"UBND {province.name}",
            long_name=f"Ủy ban nhân dân {province.name}",
            superior_line=f"UBND {province.name.upper()}",
            place_name=province.slug,
            secretariat_name="Ban Thi đua, khen thưởng",
        )
        for province in provinces
    )
    years = _years(provinces)
    members = _members(years)
    _people(members)
    _pledges(years, members)
    _record(years)


def _years(provinces):
    from units.models import Bloc, BlocName, EmulationYear, Phase

    blocs = Bloc.objects.bulk_create(
        Bloc(slug=f"khoi-{number}", authority=provinces[number % PROVINCES], file_code="khoi")
        for number in range(BLOCS)
    )
    BlocName.objects.bulk_create(
        BlocName(bloc=bloc, start_on=date(2020, 1, 1), name=f"Khối thi đua số {number}")
        for number, bloc in enumerate(blocs)
    )
    years = EmulationYear.objects.bulk_create(
        EmulationYear(
            bloc=bloc, number=NUMBER, starts_on=date(NUMBER, 1, 1), ends_on=date(NUMBER + 1, 1, 31)
        )
        for bloc in blocs
    )
    Phase.objects.bulk_create(
        Phase(year=year, kind=kind, opens_on=date(NUMBER, 3, 1), closes_on=date(NUMBER, 12, 31))
        for year in years
        for kind in Phase.MILESTONES
    )
    return years


def _members(years):
    from units.models import Membership, Role, Unit, UnitName

    seats = [(year, number) for year in years for number in range(1, UNITS + 1)]
    units = Unit.objects.bulk_create(
        [
            Unit(slug=f"{year.bloc.slug}-{number}", authority=year.bloc.authority)
            for year, number in seats
        ],
        BATCH,
    )
    UnitName.objects.bulk_create(
        [
            UnitName(
                unit=unit,
                start_on=date(2020, 1, 1),
                full=f"Sở {unit.slug}",
                header_superior="UBND TỈNH",
                header_name=f"SỞ {unit.slug}",
                grid=f"SỞ {unit.slug}",
                short=f"Sở {unit.slug}",
            )
            for unit in units
        ],
        BATCH,
    )
    roles = {1: Role.LEAD, 2: Role.DEPUTY}
    return Membership.objects.bulk_create(
        [
            Membership(
                year=year,
                unit=unit,
                position=number,
                role=roles.get(number, Role.MEMBER),
                start_on=year.starts_on,
            )
            for (year, number), unit in zip(seats, units, strict=True)
        ],
        BATCH,
    )


def _people(members):
    from units.models import Appointment, User

    posts = [
        (member.unit, kind, title)
        for member in members
        for kind, title in (("leader", "GIÁM ĐỐC"), ("officer", ""))
    ]
    users = User.objects.bulk_create(
        [
            User(
                username=f"{kind}-{unit.slug}",
                full_name=f"Nguyễn Văn {unit.slug}",
                sort_name=unit.slug,
                password="!",
            )
            for unit, kind, _title in posts
        ],
        BATCH,
    )
    Appointment.objects.bulk_create(
        [
            Appointment(
                user=user,
                unit=unit,
                kind=kind,
                position="Giám đốc" if title else "Chuyên viên",
                signing_title=title,
                start_on=date(2020, 1, 1),
            )
            for user, (unit, kind, title) in zip(users, posts, strict=True)
        ],
        BATCH,
    )


def _pledges(years, members):
    from pledges.models import Paper, Party, Section, Signature

    moment = datetime(NUMBER, 4, 8, 3, tzinfo=UTC)
    # Sections only go into open papers, so each is opened, written, and then adopted and signed.
    papers = Paper.objects.bulk_create(
        Paper(year=year, dated_on=date(NUMBER, 4, 8)) for year in years
    )
    Section.objects.bulk_create(
        [
            Section(paper=paper, position=number, heading=f"Nội dung {number}", body="100%")
            for paper in papers
            for number in range(1, 8)
        ],
        BATCH,
    )
    for number, paper in enumerate(papers):
        paper.state, paper.form = Paper.State.COMPLETE, Paper.Form.PAPER
        paper.adopted_on, paper.code = date(NUMBER, 4, 8), f"GU26-BENCH-{number}"
        paper.frozen_at = paper.completed_at = moment
    Paper.objects.bulk_update(
        papers, ["state", "form", "adopted_on", "code", "frozen_at", "completed_at"], 50
    )
    paper_of = {paper.year_id: paper for paper in papers}
    parties = Party.objects.bulk_create(
        [
            Party(
                paper=paper_of[member.year_id],
                unit=member.unit,
                position=member.position,
                unit_name=f"Sở {member.unit.slug}",
                short_name=f"Sở {member.unit.slug}",
                signer_name="Nguyễn Văn A",
                signer_title="GIÁM ĐỐC",
                leader_field=f"KY{member.position:02d}",
                box_width=200,
                box_height=100,
            )
            for member in members
        ],
        BATCH,
    )
    Signature.objects.bulk_create(
        [
            Signature(
                party=party,
                form=Paper.Form.PAPER,
                person=party.signer_name,
                signing_title=party.signer_title,
                unit_name=party.unit_name,
                signed_on=date(NUMBER, 4, 8),
            )
            for party in parties
        ],
        BATCH,
    )


def _record(years):
    from khoithidua.models import AuditEntry

    moment = datetime(NUMBER, 4, 8, 3, tzinfo=UTC)
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                chain=year.audit_chain,
                sequence=number,
                at=moment,
                actor="do",
                actor_name="do",
                action="paper.sign" if number % 10 else "paper.adopt",
                target=year.audit_chain,
                summary="Ghi để đo.",
                previous="0" * 64,
                digest="0" * 64,
            )
            for year in years
            for number in range(1, ENTRIES + 1)
        ],
        BATCH,
    )
