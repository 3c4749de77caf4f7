"""What a criteria table gives people to do before anyone is scored by it."""

from django.urls import reverse

from khoithidua.work import WorkItem
from pledges.models import Paper
from pledges.todo import live_papers, open_memberships
from units.models import Appointment, Phase, Role

WRITERS = (Appointment.Kind.LEADER, Appointment.Kind.OFFICER)


def items_for(user, today, scored_years):
    """Drafts to go on with, to comment on, to answer; and scoring to open once its time has come."""
    kinds = {row.unit_id: row.kind for row in user.current_appointments if row.kind in WRITERS}
    tables = [row for row in live_papers(user) if row.kind == Paper.Kind.CRITERIA]
    for membership in open_memberships(user, today) if tables and kinds else ():
        if membership.unit_id not in kinds:
            continue
        of_year = [row for row in tables if row.year_id == membership.year_id]
        for paper in of_year:
            if membership.role == Role.LEAD:
                yield from _to_write(membership, paper)
            elif paper.state == Paper.State.COMMENTING:
                yield from _to_comment(membership, paper)
        if membership.role == Role.LEAD and membership.year_id not in scored_years:
            yield from _to_open(membership, of_year, today)


def _to_write(membership, paper):
    number = membership.year.number
    if paper.state == Paper.State.DRAFT:
        yield _item(membership, f"Hoàn thiện bảng tiêu chí năm {number}", "Soạn tiếp", paper)
    elif paper.state == Paper.State.COMMENTING:
        waiting = paper.comments.filter(answered_at=None).count()
        title = f"Trình thông qua bảng tiêu chí năm {number}"
        if waiting:
            title = f"Trả lời {waiting} ý kiến góp ý bảng tiêu chí năm {number}"
        yield _item(membership, title, "Xem dự thảo", paper)


def _to_comment(membership, paper):
    if not paper.comments.filter(unit=membership.unit_id).exists():
        number = membership.year.number
        title = f"Góp ý dự thảo bảng tiêu chí năm {number}"
        yield _item(membership, title, "Đọc và góp ý", paper, phase=Phase.Kind.COMMENT)


def _to_open(membership, papers, today):
    """The table is adopted and the day has come, but no card is open."""
    year = membership.year
    phase = next((row for row in year.phases.all() if row.kind == Phase.Kind.SELF_ASSESSMENT), None)
    is_adopted = any(row.state == Paper.State.ADOPTED for row in papers)
    if is_adopted and phase and phase.opens_on <= today:
        yield WorkItem(
            title=f"Mở chấm điểm năm {year.number}",
            context=year.bloc_name,
            url=reverse("scoring:scorecard_list", args=[year.bloc.slug, year.number]),
            action="Mở chấm điểm",
            tab="scoring",
            year_id=year.pk,
        )


def _item(membership, title, action, paper, *, phase=None):
    year = membership.year
    return WorkItem(
        title=title,
        context=year.bloc_name,
        url=reverse("scoring:table_detail", args=[year.bloc.slug, year.number, paper.version]),
        action=action,
        due_on=membership.deadlines.get(phase),
        tab="papers",
        year_id=year.pk,
    )
