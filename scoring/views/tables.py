"""One version of the criteria table: read, its settings, its difference, its adoption."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from khoithidua.workflow import Conflict
from pledges.forms import AdoptForm
from pledges.models import Paper
from pledges.permissions import can_comment, can_write
from scoring.authoring.difference import difference
from scoring.authoring.reading import facts_asked, problems_of, rows_of, settings_words
from scoring.authoring.replay import last_published_round, replay
from scoring.authoring.table_forms import SettingsForm
from scoring.authoring.tree import keys, label, walk
from scoring.models import CriteriaSet
from scoring.permissions import can_read_table, why_not_edit_table
from scoring.tables import adopt_criteria, document_digest, rewrite
from scoring.views.papers import ONLY_LEAD
from units.views.base import open_year

SAVED_MEANWHILE = (
    "Một người khác vừa sửa phần này. Nội dung đang gõ vẫn ở dưới đây; hãy mở bảng tiêu chí ở thẻ "
    "khác để so, rồi bấm “Lưu đè” nếu vẫn muốn lưu."
)


def open_table(request, bloc, number, version):
    """(page, criteria): one version of the year's table, which this user may read; else 404."""
    page = open_year(request, bloc, number)
    criteria = get_object_or_404(
        CriteriaSet.objects.select_related("paper"),
        paper__year=page.year,
        paper__kind=Paper.Kind.CRITERIA,
        paper__version=version,
    )
    criteria.paper.year = page.year
    if not can_read_table(request.user, criteria, page.memberships):
        raise Http404
    return page, criteria


def open_for_writers(request, bloc, number, version):
    page, criteria = open_table(request, bloc, number, version)
    if not can_write(request.user, page.year, page.memberships):
        raise PermissionDenied(ONLY_LEAD)
    return page, criteria


def open_for_editing(request, bloc, number, version):
    """(page, criteria, document) of a table that this user may change now."""
    page, criteria = open_table(request, bloc, number, version)
    if reason := why_not_edit_table(request.user, criteria, page.memberships):
        raise PermissionDenied(reason)
    return page, criteria, criteria.as_document()


def unit_names(page):
    """{slug: short name} of the year's members, in order of protocol."""
    day = page.year.reference_day
    return {member.unit.slug: member.unit.name_on(day).short for member in page.memberships}


def save(request, criteria, document, summary):
    """Put the document in place of the table's; False with a message when it cannot be now."""
    try:
        rewrite(
            criteria, document, by=request.user, revision=criteria.paper.revision, summary=summary
        )
    except Conflict:
        messages.warning(request, "Có người vừa lưu bảng này cùng lúc. Hãy thử lại.")
        return False
    except ValidationError as refused:
        for message in refused.messages:
            messages.error(request, message)
        return False
    return True


def with_links(page, version, document, problems):
    """Each problem with where to see it: its criterion, or the settings of the table."""
    table, known = page.url("scoring:table_detail", version), keys(document)
    return [
        (one, f"{table}#muc-{one.key}" if one.key in known else f"{table}#quy-dinh")
        for one in problems
    ]


@require_GET
def table_detail(request, bloc, number, version):
    """The whole table; to its authors with all that can be done to it, and what is wrong."""
    page, criteria = open_table(request, bloc, number, version)
    may_edit = not why_not_edit_table(request.user, criteria, page.memberships)
    document = criteria.as_document()
    problems = problems_of(document) if may_edit else []
    return render(
        request,
        "scoring/table_detail.html",
        page.context(
            "papers",
            paper=criteria.paper,
            criteria=criteria,
            name=document.get("name", ""),
            rows=rows_of(document, problems, unit_names(page)),
            settings_words=settings_words(document),
            problems=with_links(page, version, document, problems),
            may_edit=may_edit,
            may_comment=can_comment(request.user, criteria.paper, page.memberships),
            comment_count=criteria.paper.comments.count(),
        ),
    )


@require_http_methods(["GET", "POST"])
def table_settings(request, bloc, number, version):
    page, criteria, document = open_for_editing(request, bloc, number, version)
    seen = document_digest(_settings_of(document))
    form = SettingsForm(request.POST or None, document=document)
    changed_meanwhile = bool(request.POST) and request.POST.get("seen") != seen
    if request.POST and form.is_valid():
        if changed_meanwhile and "overwrite" not in request.POST:
            form.add_error(None, SAVED_MEANWHILE)
        elif save(
            request, criteria, form.changed_document(), "Sửa quy định chung của bảng tiêu chí."
        ):
            messages.success(request, "Đã lưu quy định chung.")
            return redirect(page.url("scoring:table_detail", version))
    return render(
        request,
        "scoring/table_settings.html",
        page.context(
            "papers",
            paper=criteria.paper,
            form=form,
            seen=request.POST.get("seen", seen),
            places=[(place.node["key"], label(place.node)) for place in walk(document)],
            facts=facts_asked(document),
            changed_meanwhile=changed_meanwhile,
        ),
        status=422 if request.POST else 200,
    )


def _settings_of(document):
    return {name: value for name, value in document.items() if name != "nodes"}


@require_GET
def table_difference(request, bloc, number, version):
    """What this version changes in the one before it, or in last year's table."""
    page, criteria = open_table(request, bloc, number, version)
    before = version_before(criteria)
    return render(
        request,
        "scoring/table_difference.html",
        page.context(
            "papers",
            paper=criteria.paper,
            criteria=criteria,
            before=before,
            difference=before and difference(before.as_document(), criteria.as_document()),
        ),
    )


def version_before(criteria):
    """The adopted version before this one in its year, else the table in force of an earlier year."""
    year, tables = criteria.paper.year, Paper.objects.criteria_tables()
    found = CriteriaSet.objects.select_related("paper__year").exclude(digest="")
    return (
        found.filter(paper__year=year, paper__version__lt=criteria.paper.version)
        .order_by("-paper__version")
        .first()
        or found.filter(
            paper__in=tables.in_force(),
            paper__year__bloc=year.bloc_id,
            paper__year__number__lt=year.number,
        )
        .order_by("-paper__year__number")
        .first()
    )


@require_GET
def table_replay(request, bloc, number, version):
    """What the last published year's facts would give under this table; for its authors only."""
    page, criteria = open_for_writers(request, bloc, number, version)
    round = last_published_round(page.year)
    return render(
        request,
        "scoring/table_replay.html",
        page.context(
            "papers",
            paper=criteria.paper,
            replay=round and replay(criteria.as_document(), round),
        ),
    )


@require_http_methods(["GET", "POST"])
def table_adopt(request, bloc, number, version):
    """The bloc adopted the table: from here on it is what units are scored by."""
    page, criteria = open_for_writers(request, bloc, number, version)
    paper = criteria.paper
    if not paper.may("adopt"):
        raise PermissionDenied(f"Bảng tiêu chí hiện {paper.get_state_display()}.")
    document, before = criteria.as_document(), version_before(criteria)
    problems = problems_of(document)
    blocked = any(one.is_error for one in problems)
    # What is adopted is what this page showed and found without errors.
    seen = document_digest(document)
    form = AdoptForm(request.POST or None, initial={"on": request.today})
    if form.is_valid() and not blocked:
        try:
            adopt_criteria(
                criteria,
                by=request.user,
                on=form.cleaned_data["on"],
                seen=request.POST.get("seen") or seen,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "Đã ghi nhận thông qua bảng tiêu chí.")
            return redirect(page.url("scoring:table_detail", version))
    return render(
        request,
        "scoring/table_adopt.html",
        page.context(
            "papers",
            paper=paper,
            criteria=criteria,
            form=form,
            seen=seen,
            problems=with_links(page, version, document, problems),
            blocked=blocked,
            waiting=paper.comments.filter(answered_at=None).count(),
            before=before,
            difference=before and difference(before.as_document(), document),
        ),
    )
