"""Turns a paper's rows into the PledgeContent that is printed and read."""

from khoithidua import text
from pledges.content import Cell, PledgeContent, Section, Target, UnitTargets, UnitTitles
from units.models import grid_order

DEFAULT_COPIES = "mỗi đơn vị giữ 01 bản, gửi {secretariat} 01 bản, lưu tại {lead} 01 bản"


def signing_memberships(paper):
    """The members that sign: those of the paper's day, lead first, deputy second, then protocol."""
    return grid_order(paper.year.memberships.on(paper.dated_on).for_seats())


def pledge_content(paper, *, general=None, sections=None, bases=None):
    """The PledgeContent of a paper, under the names of the paper's own day.

    general, sections, bases: what is being typed and not yet saved, for the preview: an unsaved
    Paper, and rows with the attributes of Section and PaperBasis.
    """
    shown = general or paper
    year = paper.year
    day = shown.dated_on
    words = year.bloc.authority.on(day)
    bloc_name = year.bloc.name_on(day)
    members = signing_memberships(shown)
    names = {member.unit_id: member.unit.name_on(day) for member in members}
    targets = _targets(paper, members, names)
    titles = _titles(paper, members, names, day)
    arrangements = tuple(_lines(shown.arrangements))
    numbers = (text.roman(number) for number in range(1, 10))
    return PledgeContent(
        demo=year.is_demo,
        language="vi",
        title=f"{shown.title} năm {year.number} của {bloc_name}",
        superior=words.superior_line,
        issuer_lines=tuple(text.break_lines(bloc_name.upper(), 24)),
        dateline=f"{words.place_name}, {text.date_words(day)}",
        kind=shown.title.upper(),
        about=f"Năm {year.number} của {bloc_name}",
        bases=_bases(paper.bases.all() if bases is None else bases),
        opening=_opening(shown, len(members)),
        parties=_closed([names[member.unit_id].full for member in members], ";", ""),
        continues=_continues(year),
        content_heading=f"{next(numbers)}. NỘI DUNG THI ĐUA",
        sections=_sections(paper.sections.all() if sections is None else sections),
        targets_heading=f"{next(numbers)}. CHỈ TIÊU ĐĂNG KÝ" if targets else "",
        targets=targets,
        titles_heading=f"{next(numbers)}. ĐĂNG KÝ DANH HIỆU THI ĐUA" if titles else "",
        titles=titles,
        arrangements_heading=f"{next(numbers)}. TỔ CHỨC THỰC HIỆN" if arrangements else "",
        arrangements=arrangements,
        closing=_closing(shown),
        grid_heading="ĐẠI DIỆN CÁC ĐƠN VỊ KÝ GIAO ƯỚC",
        grid=_grid(members, names),
        recipients=_closed([f"- {line}" for line in _lines(shown.recipients)], ";", "."),
        draft_mark="DỰ THẢO" if not paper.is_frozen else "",
    )


def _lines(value):
    return [line.strip() for line in value.splitlines() if line.strip()]


def _closed(items, between, last):
    """Items of an official list: ";" after each, "." after the last."""
    bare = [item.rstrip(" ;.") for item in items]
    return tuple(f"{item}{between}" for item in bare[:-1]) + tuple(
        f"{item}{last}" for item in bare[-1:]
    )


def _bases(rows):
    cited = [row.text if row.text.startswith("Căn cứ ") else f"Căn cứ {row.text}" for row in rows]
    return _closed(cited, ";", ".")


def _opening(paper, members):
    place = f", tại {paper.place}" if paper.place else ""
    return (
        f"Hôm nay, {text.date_words(paper.dated_on)}{place}, "
        f"chúng tôi gồm {text.counted(members)} cơ quan:"
    )


def _continues(year):
    theme = f", chủ đề “{year.theme}”" if year.theme else ""
    return f"thống nhất ký kết giao ước thi đua năm {year.number}{theme}, với các nội dung sau:"


def _sections(rows):
    return tuple(
        Section(str(number), row.heading.rstrip(" ."), tuple(_lines(row.body)))
        for number, row in enumerate(rows, 1)
    )


def _targets(paper, members, names):
    by_unit = {}
    for row in paper.targets.all():
        by_unit.setdefault(row.unit_id, []).append(
            Target(row.name, row.measure, row.plan, row.weight)
        )
    return tuple(
        UnitTargets(names[member.unit_id].full, tuple(by_unit[member.unit_id]))
        for member in members
        if member.unit_id in by_unit
    )


def _titles(paper, members, names, day):
    by_unit = {}
    rows = paper.registered_titles.select_related("title").prefetch_related("title__names")
    for row in rows.order_by("title__position", "pk"):
        by_unit.setdefault(row.unit_id, []).append(row.title.name_on(day))
    return tuple(
        UnitTitles(names[member.unit_id].full, tuple(by_unit[member.unit_id]))
        for member in members
        if member.unit_id in by_unit
    )


def _closing(paper):
    note = f"; {paper.copies_note.strip().rstrip('.')}" if paper.copies_note.strip() else ""
    return (
        f"Bản giao ước được lập thành {text.counted(paper.copies)} bản, "
        f"có giá trị như nhau{note}./."
    )


def _grid(members, names):
    return tuple(
        Cell(
            unit=names[member.unit_id].full,
            name_lines=grid_lines(names[member.unit_id]),
            leader_field=f"KY{number:02d}",
            agency_field=f"CQ{number:02d}",
        )
        for number, member in enumerate(members, 1)
    )


def grid_lines(name):
    """A unit's name in its signature cell: broken where the record says, else where it reads well."""
    if "|" in name.grid:
        return tuple(part.strip() for part in name.grid.split("|"))
    return tuple(text.break_lines(name.grid, 26))
