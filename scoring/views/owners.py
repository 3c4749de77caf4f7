"""What an agency gives for all units: the grid, one row of it, the document of a criterion."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from khoithidua.workflow import Conflict
from scoring.owner_facts import GIVEN_MEANWHILE, check_own_fact, keep_fact
from scoring.owner_form import AnswerForm, OwnerGrid, SourceForm
from scoring.owner_table import Ownership, owners_of
from scoring.permissions import why_not_check_fact, why_not_keep_fact
from scoring.rounds import takes_submissions
from scoring.views.base import open_round
from scoring.workbooks.owner import changes
from units.models import Phase

TAB = "scoring"
OWNERS_ONLY = "Chỉ lãnh đạo, chuyên viên của cơ quan chủ quản số liệu làm được việc này."
NO_LONGER = "Đợt chấm điểm không nhận dữ kiện nữa."


def open_ownership(request, bloc, number, *, giving=False):
    """(page, Ownership) of the agency the user gives facts for; giving: while they are taken."""
    page, round = open_round(request, bloc, number)
    owners = owners_of(request.user, round, page.memberships)
    if not owners:
        raise PermissionDenied(OWNERS_ONLY)
    if giving and not takes_submissions(round):
        raise PermissionDenied(NO_LONGER)
    return page, Ownership(round, owners[0], page.memberships)


@require_http_methods(["GET", "POST"])
def owner_grid(request, bloc, number):
    """All criteria by all units on one page; a POST gives what changed, all or nothing."""
    is_post = request.method == "POST"
    page, ownership = open_ownership(request, bloc, number, giving=is_post)
    grid = OwnerGrid(ownership.table, ownership.facts, request.POST if is_post else None)
    if is_post and _give(request, ownership, grid):
        return redirect(page.url("scoring:owner_grid"))
    context = page.context(
        TAB,
        ownership=ownership,
        grid=grid,
        may_give=takes_submissions(ownership.round),
        deadline=page.deadline(Phase.Kind.SELF_ASSESSMENT),
        today=request.today,
    )
    return render(request, "scoring/owner_grid.html", context, status=422 if is_post else 200)


def _give(request, ownership, grid):
    """Give what the grid says anew; False where something is wrong, marked on the grid."""
    if grid.errors:
        return False
    found = list(changes(grid.said, ownership.table))
    grid.check(found)
    if grid.errors or not give_all(request, ownership, found):
        return False
    if found:
        messages.success(request, f"Đã lưu {len(found)} dòng; các đơn vị được hỏi ý kiến.")
    else:
        messages.info(request, "Không có gì thay đổi.")
    return True


def give_all(request, ownership, found):
    try:
        ownership.give(found, by=request.user)
    except Conflict:
        messages.error(request, GIVEN_MEANWHILE)
        return False
    except ValidationError as refused:
        raise PermissionDenied(refused.messages[0]) from None
    return True


# One row


def _open_fact(request, bloc, number, key, unit, *, giving=False):
    """(page, Ownership, the asked criterion, the unit, its OwnerFact or None); else 404."""
    page, ownership = open_ownership(request, bloc, number, giving=giving)
    for asked, subject in ownership.table.cells:
        if (asked.key, subject.slug) == (key, unit):
            return page, ownership, asked, subject, ownership.facts.get((key, unit))
    raise Http404


@require_http_methods(["GET", "POST"])
def owner_fact(request, bloc, number, key, unit):
    """One unit under one criterion: what was given, what the unit says; a POST corrects it."""
    is_post = request.method == "POST"
    page, ownership, asked, subject, fact = _open_fact(
        request, bloc, number, key, unit, giving=is_post
    )
    table = ownership.table
    given = {place: row for place, row in table.given.items() if place == (key, unit)}
    row = replace(table, asked=(asked,), units=(subject,), given=given)
    grid = OwnerGrid(row, ownership.facts, request.POST if is_post else None)
    if is_post and _give(request, ownership, grid):
        return redirect(page.url("scoring:owner_fact", key, unit))
    return _fact_page(request, page, ownership, fact, grid, status=422 if is_post else 200)


def _fact_page(request, page, ownership, fact, grid, *, keep_form=None, status=200):
    round, section = ownership.round, grid.sections[0]
    context = page.context(
        TAB,
        section=section,
        row=section.rows[0],
        grid=grid,
        fact=fact,
        keep_form=keep_form or AnswerForm(initial={"revision": fact.revision if fact else 0}),
        may_give=takes_submissions(round),
        may_check=bool(fact) and not why_not_check_fact(request.user, fact, round),
        may_keep=bool(fact) and not why_not_keep_fact(request.user, fact, round),
    )
    return render(request, "scoring/owner_fact.html", context, status=status)


@require_POST
def owner_fact_check(request, bloc, number, key, unit):
    """A second person compared the owner's own row with its document."""
    page, ownership, _asked, _subject, fact = _open_fact(request, bloc, number, key, unit)
    if fact is None:
        raise Http404
    if why_not := why_not_check_fact(request.user, fact, ownership.round):
        raise PermissionDenied(why_not)
    form = AnswerForm(request.POST, needs_note=False)
    if form.is_valid():
        try:
            check_own_fact(fact, by=request.user, revision=form.cleaned_data["revision"])
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, "Đã ghi nhận: số liệu khớp với văn bản.")
    return redirect(page.url("scoring:owner_fact", key, unit))


@require_POST
def owner_fact_keep(request, bloc, number, key, unit):
    """The owner stays with what it gave, and says why."""
    page, ownership, asked, subject, fact = _open_fact(request, bloc, number, key, unit)
    if fact is None:
        raise Http404
    if why_not := why_not_keep_fact(request.user, fact, ownership.round):
        raise PermissionDenied(why_not)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            keep_fact(fact, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, "Đã giữ nguyên số liệu và trả lời đơn vị.")
            return redirect(page.url("scoring:owner_fact", key, unit))
    table = replace(ownership.table, asked=(asked,), units=(subject,))
    grid = OwnerGrid(table, ownership.facts)
    return _fact_page(request, page, ownership, fact, grid, keep_form=form, status=422)


# The document of one criterion


@require_http_methods(["GET", "POST"])
def owner_source(request, bloc, number, key):
    """Cite another document, or add its file, in every row of one criterion."""
    page, ownership = open_ownership(request, bloc, number, giving=True)
    node = next((node for node in ownership.nodes if node.key == key), None)
    count = ownership.rows_given(key)
    if node is None or not count:
        raise Http404
    form = SourceForm(
        request.POST or None,
        request.FILES or None,
        by=request.user,
        initial={"source": ownership.table.source_of(key)},
    )
    if form.is_valid() and _attach(request, ownership, key, form):
        return redirect(page.url("scoring:owner_grid"))
    context = page.context(TAB, node=node, count=count, form=form)
    return render(request, "scoring/owner_source.html", context, status=422 if form.errors else 200)


def _attach(request, ownership, key, form):
    try:
        ownership.attach(key, by=request.user, **form.cleaned_data)
    except Conflict as conflict:
        form.add_error(None, conflict.messages[0])
        return False
    except ValidationError as refused:
        raise PermissionDenied(refused.messages[0]) from None
    messages.success(request, "Đã ghi văn bản cho các dòng của tiêu chí.")
    return True
