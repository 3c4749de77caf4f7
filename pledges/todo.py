"""What the pledge gives people to do, to wait for and to see; called through WORK_SOURCES."""

from copy import copy
from functools import partial

from django.urls import reverse

from khoithidua.text import date_long, day_month
from khoithidua.work import Awaited, SeatStep, WorkItem, YearReport
from pledges.certificate_todo import authorities_to_renew, own_to_renew, to_register
from pledges.models import (
    Paper,
    Party,
    Signature,
)
from pledges.permissions import can_write
from units.models import Appointment, EmulationYear, Membership, Phase, Role, deadlines
from units.permissions import appointment_in
from units.reference import remember
from units.working_days import calendar_of

# What lists and overviews show of a paper; its long texts are read where they are asked for.
SHOWN = (
    *("year", "kind", "version", "state", "title", "form", "in_order", "dated_on"),
    *("adopted_on", "frozen_at", "completed_at", "code", "page_count", "figures", "note"),
    *("with_agency_seals", "replaces"),
)


def items_for(user, today):
    """What this user must do now about pledges of the years their units are in.

    Whoever runs the installation has its certificate authorities to look after as well.
    """
    if user.is_staff:
        yield from authorities_to_renew(user, today)
    appointments = {row.unit_id: row for row in user.current_appointments}
    papers = _papers_of(user)
    for membership in open_memberships(user, today):
        appointment = appointments[membership.unit_id]
        paper = papers.get(membership.year_id)
        if paper is None:
            yield from _to_begin(membership, appointment, today)
            continue
        yield from _to_decide(membership, appointment, paper)
        if paper.state == Paper.State.SIGNING:
            yield from _to_sign(user, membership, paper)
            yield from to_register(user, membership, paper)
            yield from _to_record(membership, appointment, paper)
            yield from _to_extend(membership, appointment, paper, today)
        elif membership.role == Role.LEAD and appointment.kind in _WRITERS:
            yield from _to_write(membership, paper)
        elif paper.state == Paper.State.COMMENTING and appointment.kind in _WRITERS:
            yield from _to_comment(membership, paper)
    yield from own_to_renew(user, today)


_WRITERS = (Appointment.Kind.LEADER, Appointment.Kind.OFFICER)


def open_memberships(user, today):
    """Memberships of the user's units in years that are not closed, with all that items show."""
    return user.remembered("open memberships", lambda: _open_memberships(user, today))


def _open_memberships(user, today):
    units = [appointment.unit_id for appointment in user.current_appointments]
    memberships = list(
        Membership.objects.on(today)
        .filter(unit__in=units, year__closed_on=None)
        .select_related("year__bloc__authority")
        .prefetch_related("year__bloc__names", "year__phases", "year__bloc__authority__days_off")
        .order_by("year__bloc__slug", "pk")
    )
    for membership in memberships:
        membership.deadlines = _deadlines(membership.year, today)
    return memberships


def _deadlines(year, today):
    return deadlines(year.phases.all(), calendar_of(year.bloc.authority), today)


def _papers_of(user):
    """{year id: its newest live pledge} of the open years the user takes part in or watches."""
    return {year: papers[0] for year, papers in _versions_of(user).items()}


def _versions_of(user):
    """{year id: its live pledges, newest first}: two while a new version is being made.

    Read once per request, in a fixed number of queries.
    """
    if not hasattr(user, "_pledges"):
        pledges = [paper for paper in live_papers(user) if paper.kind == Paper.Kind.PLEDGE]
        papers = sorted(pledges, key=lambda paper: -paper.version)
        _seat(papers, user.reference_stamp)
        user._pledges = {}
        for paper in papers:
            user._pledges.setdefault(paper.year_id, []).append(paper)
    return user._pledges


def live_papers(user):
    """Papers of every kind of those years, neither withdrawn nor superseded; read once a request."""
    if not hasattr(user, "_papers"):
        years = user.remembered("open year ids", lambda: _open_year_ids(user))
        papers = _shown(Paper.objects.filter(year__in=years))
        user._papers = list(papers.order_by("year", "kind", "version"))
    return user._papers


def _shown(papers):
    """Of these, the live ones, without their texts."""
    return papers.live().only(*SHOWN)


def _open_year_ids(user):
    years = EmulationYear.objects.of_people(user).filter(closed_on=None)
    return list(years.values_list("pk", flat=True))


def live_pledge(user, year, may_read=bool):
    """The year's newest live pledge that `may_read(paper)`, with its seats; None without.

    Shared with the user's to-do list.
    """
    papers = _versions_of(user).get(year.pk)
    if papers is None:
        papers = list(_shown(year.papers.pledges()).order_by("-version"))
        _seat(papers, user.reference_stamp)
    for paper in papers:
        paper.year = year
    return next(filter(may_read, papers), None)


def _seat(papers, stamp):
    """Give each frozen paper its `seats`: parties never change, their signatures are read."""
    frozen = [paper for paper in papers if paper.is_frozen]
    if not frozen:
        return
    signatures = {
        (signature.party_id, signature.kind): signature
        for signature in Signature.objects.filter(party__paper__in=frozen).order_by()
    }
    for paper in frozen:
        parties = remember(stamp, ("parties", paper.pk), partial(_parties_of, paper.pk))
        paper.seats = []
        for party in map(copy, parties):
            party.signature = signatures.get((party.pk, Signature.Kind.LEADER))
            party.agency_signature = signatures.get((party.pk, Signature.Kind.AGENCY))
            paper.seats.append(party)


def _parties_of(paper_id):
    return list(Party.objects.filter(paper=paper_id).order_by("position"))


def _item(membership, title, action, url, *, phase=None, note="", primary=False):
    year = membership.year
    return WorkItem(
        title=title,
        context=f"{year.bloc_name}{f' · {note}' if note else ''}",
        url=reverse(url, args=[year.bloc.slug, year.number]),
        action=action,
        due_on=membership.deadlines.get(phase),
        is_primary=primary,
        tab="pledge",
        year_id=year.pk,
    )


def _to_begin(membership, appointment, today):
    year = membership.year
    opening = next((row for row in year.phases.all() if row.kind == Phase.Kind.COMMENT), None)
    is_time = opening is None or opening.opens_on <= today
    if membership.role == Role.LEAD and appointment.kind in _WRITERS and is_time:
        yield _item(
            membership,
            f"Soạn giao ước thi đua năm {year.number}",
            "Bắt đầu soạn",
            "pledges:pledge_detail",
            phase=Phase.Kind.COMMENT,
        )


def _to_sign(user, membership, paper):
    party = next((row for row in paper.seats if row.unit_id == membership.unit_id), None)
    if party is None or paper.form == Paper.Form.PAPER or user.is_staff:
        return
    if party.signature:
        yield from _to_seal(user, membership, paper, party)
    elif appointment_in(user, membership.unit_id, Appointment.Kind.LEADER):
        yield _item(
            membership,
            f"Ký giao ước thi đua năm {membership.year.number}",
            "Đọc và ký",
            "pledges:pledge_detail",
            phase=Phase.Kind.SIGN,
            note=f"{paper.signed_count}/{paper.party_count} đơn vị đã ký",
            primary=True,
        )


def _to_seal(user, membership, paper, party):
    """A clerk signs with the agency's certificate once the leader has signed."""
    is_clerk = appointment_in(user, membership.unit_id, Appointment.Kind.CLERK)
    if is_clerk and paper.with_agency_seals and party.agency_signature is None:
        yield _item(
            membership,
            f"Ký số của cơ quan trên giao ước thi đua năm {membership.year.number}",
            "Ký số",
            "pledges:token_sign",
            phase=Phase.Kind.SIGN,
            primary=True,
        )


def _to_record(membership, appointment, paper):
    """Signed by hand: the lead records who signed, and keeps the scan."""
    if paper.form != Paper.Form.PAPER or membership.role != Role.LEAD:
        return
    if appointment.kind in _WRITERS:
        yield _item(
            membership,
            f"Ghi nhận ký giấy, lưu bản quét giao ước thi đua năm {membership.year.number}",
            "Ghi nhận",
            "pledges:paper_record",
            phase=Phase.Kind.SIGN,
            note=f"{paper.signed_count}/{paper.party_count} đơn vị đã ký",
        )


def _to_extend(membership, appointment, paper, today):
    """Past the last day nobody signs: the lead extends it."""
    deadline = membership.deadlines.get(Phase.Kind.SIGN)
    if membership.role != Role.LEAD or appointment.kind not in _WRITERS:
        return
    if deadline and deadline < today:
        yield _item(
            membership,
            f"Gia hạn ký giao ước thi đua năm {membership.year.number}",
            "Gia hạn",
            "units:calendar",
            phase=Phase.Kind.SIGN,
            note=f"{paper.signed_count}/{paper.party_count} đơn vị đã ký",
        )


def _to_decide(membership, appointment, paper):
    """A change that somebody asked for, a withdrawal that the lead proposed."""
    number = membership.year.number
    if membership.role == Role.LEAD and appointment.kind in _WRITERS and paper.is_asked:
        yield _item(
            membership,
            f"Trả lời đề nghị chỉnh sửa giao ước thi đua năm {number}",
            "Xem và trả lời",
            "pledges:change_list",
            note="việc ký đang tạm dừng",
            primary=True,
        )
    confirms = membership.role == Role.DEPUTY and appointment.kind == Appointment.Kind.LEADER
    if confirms and paper.may("withdraw") and paper.is_proposed:
        yield _item(
            membership,
            f"Xác nhận rút giao ước thi đua năm {number}",
            "Xem đề nghị",
            "pledges:withdrawal_decide",
        )


def _to_write(membership, paper):
    number = membership.year.number
    if paper.state == Paper.State.DRAFT:
        title, action, phase = (
            f"Hoàn thiện dự thảo giao ước thi đua năm {number}",
            "Soạn tiếp",
            "comment",
        )
    elif paper.state == Paper.State.COMMENTING:
        waiting = paper.comments.filter(answered_at=None).count()
        title = f"Trả lời góp ý và trình thông qua giao ước thi đua năm {number}"
        if waiting:
            title = f"Trả lời {waiting} ý kiến góp ý giao ước thi đua năm {number}"
        action, phase = "Xem dự thảo", Phase.Kind.SIGN
    elif paper.state in (Paper.State.ADOPTED, Paper.State.FROZEN):
        title, action, phase = f"Chốt và mở ký giao ước thi đua năm {number}", "Chốt, mở ký", "sign"
    else:
        return
    yield _item(membership, title, action, "pledges:pledge_detail", phase=phase)


def _to_comment(membership, paper):
    if not paper.comments.filter(unit=membership.unit_id).exists():
        yield _item(
            membership,
            f"Góp ý dự thảo giao ước thi đua năm {membership.year.number}",
            "Đọc và góp ý",
            "pledges:pledge_detail",
            phase=Phase.Kind.COMMENT,
        )


def awaited_for(user, today):
    """What others must do first: units that have not signed yet."""
    units = {appointment.unit_id for appointment in user.current_appointments}
    signing = {
        pk: paper for pk, paper in _papers_of(user).items() if paper.state == Paper.State.SIGNING
    }
    if not signing:
        return
    for year in (year for year in open_years(user, today) if year.pk in signing):
        paper = signing[year.pk]
        paper.year = year
        waiting = [
            party.short_name
            for party in paper.seats
            if party.signature is None and party.unit_id not in units
        ]
        if waiting:
            deadline = year.deadlines.get(Phase.Kind.SIGN)
            limit = f" Hạn {date_long(deadline)}." if deadline else ""
            others = "đơn vị khác" if units else "đơn vị"
            yield Awaited(
                title=f"{len(waiting)} {others} chưa ký {paper.audit_name}",
                detail=f"{', '.join(waiting)}.{limit}",
                url=paper.get_absolute_url(),
            )


def open_years(user, today):
    """Years not closed that the user takes part in or watches, with their phases and deadlines."""
    return user.remembered("open years with phases", lambda: _open_years(user, today))


def _open_years(user, today):
    years = list(
        EmulationYear.objects.of_people(user)
        .filter(closed_on=None)
        .select_related("bloc__authority")
        .prefetch_related(
            "phases", "bloc__names", "bloc__authority__days_off", "bloc__authority__periods"
        )
        .order_by("bloc__slug")
    )
    for year in years:
        year.deadlines = _deadlines(year, today)
    return years


def year_report(page):
    """What the overview of a bloc's year says of its pledge."""
    paper = live_pledge(page.user, page.year)
    if paper is None:
        return YearReport(headline="Khối chưa có giao ước thi đua của năm.")
    return YearReport(
        headline=_headline(page, paper),
        action=_action(page, paper),
        url=paper.get_absolute_url(),
        seats=_seats(paper),
        figures=tuple(map(tuple, paper.figures)),
    )


def _headline(page, paper):
    if paper.state == Paper.State.COMPLETE:
        return f"Giao ước đã hoàn tất: {paper.signed_count}/{paper.party_count} đơn vị đã ký."
    if paper.state == Paper.State.SIGNING:
        deadline = page.deadline(Phase.Kind.SIGN)
        limit = f", hạn {date_long(deadline)}" if deadline else ""
        mine = [
            party.short_name
            for party in paper.seats
            if party.signature is None
            and any(member.unit_id == party.unit_id for member in page.mine)
        ]
        unsigned = f" {', '.join(mine)} chưa ký." if mine else ""
        counted = f"{paper.signed_count}/{paper.party_count}"
        return f"Khối đang ký giao ước: {counted} đơn vị đã ký{limit}.{unsigned}"
    if paper.state == Paper.State.DRAFT and not page.is_lead:
        what = f"phiên bản {paper.version} của" if paper.version > 1 else "dự thảo"
        return f"Đơn vị trưởng khối đang soạn {what} giao ước."
    return f"Giao ước thi đua {paper.get_state_display()}."


def _action(page, paper):
    if paper.state == Paper.State.SIGNING:
        can_sign = any(
            party.signature is None
            and appointment_in(page.user, party.unit_id, Appointment.Kind.LEADER)
            for party in paper.seats
        )
        return "Đọc và ký giao ước" if can_sign else "Đọc giao ước"
    if paper.state == Paper.State.DRAFT:
        return "Soạn giao ước" if can_write(page.user, page.year, page.memberships) else ""
    return "Đọc giao ước"


def _seats(paper):
    if not paper.is_frozen:
        return {}
    seats = {}
    for party in paper.seats:
        if party.signature:
            day = day_month(party.signature.signed_on)
            seats[party.unit_id] = SeatStep("Giao ước", f"Đã ký {day}", "done")
        else:
            seats[party.unit_id] = SeatStep("Giao ước", "Chưa ký")
    return seats
