"""Targets and titles that units register in the pledge."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from pledges.composing import signing_memberships
from pledges.forms import RegisteredTitlesForm, TargetFormSet
from pledges.models import RegisteredTitle
from pledges.permissions import can_register_targets
from pledges.views.base import open_pledge
from pledges.writing import editing


@require_GET
def target_list(request, bloc, number):
    """Every unit with what it registered so far, and whether the user may change it."""
    page, paper = open_pledge(request, bloc, number)
    targets, titles = {}, {}
    for row in paper.targets.all():
        targets.setdefault(row.unit_id, []).append(row)
    for row in paper.registered_titles.select_related("title").prefetch_related("title__names"):
        titles.setdefault(row.unit_id, []).append(row.title.name_on(paper.dated_on))
    rows = [
        (
            member.unit,
            member.unit.name_on(paper.dated_on),
            targets.get(member.unit_id, ()),
            titles.get(member.unit_id, ()),
            can_register_targets(request.user, paper, page.memberships, member.unit_id),
        )
        for member in signing_memberships(paper)
    ]
    return render(
        request, "pledges/target_list.html", page.context("pledge", paper=paper, rows=rows)
    )


@require_http_methods(["GET", "POST"])
def target_edit(request, bloc, number, unit):
    page, paper = open_pledge(request, bloc, number)
    member = next((row for row in signing_memberships(paper) if row.unit.slug == unit), None)
    if member is None:
        raise Http404
    if not can_register_targets(request.user, paper, page.memberships, member.unit_id):
        raise PermissionDenied(
            "Mỗi đơn vị đăng ký chỉ tiêu của mình, trong thời gian lấy ý kiến dự thảo."
        )
    data = request.POST or None
    targets = TargetFormSet(
        data, instance=paper, prefix="targets", queryset=paper.targets.filter(unit=member.unit)
    )
    registered = paper.registered_titles.filter(unit=member.unit)
    titles = RegisteredTitlesForm(
        data, day=paper.dated_on, initial={"titles": registered.values_list("title", flat=True)}
    )
    if request.method == "POST" and targets.is_valid() and titles.is_valid():
        try:
            _save(paper, member, request.user, targets, titles.cleaned_data["titles"])
        except ValidationError as refused:
            raise PermissionDenied(refused.messages[0]) from None
        messages.success(request, "Đã lưu chỉ tiêu và danh hiệu đăng ký.")
        return redirect(page.url("pledges:target_list"))
    return render(
        request,
        "pledges/target_edit.html",
        page.context(
            "pledge",
            paper=paper,
            unit=member.unit,
            unit_name=member.unit.name_on(paper.dated_on),
            targets=targets,
            titles=titles,
        ),
        status=422 if request.method == "POST" else 200,
    )


def _save(paper, member, by, targets, titles):
    """Save a unit's targets and titles, all or nothing; ValidationError once the text is adopted."""
    unit = member.unit
    name = unit.name_on(paper.dated_on)
    summary = f"Sửa chỉ tiêu, danh hiệu đăng ký của {name.short} trong {paper.audit_name}."
    with editing(paper, by=by, summary=summary):
        targets.save(commit=False)
        for gone in targets.deleted_objects:
            gone.delete()
        kept = [form.instance for form in targets.forms if form.has_changed() or form.instance.pk]
        for position, target in enumerate(
            [target for target in kept if target not in targets.deleted_objects], 1
        ):
            target.unit, target.position = unit, position
            target.save()
        paper.registered_titles.filter(unit=unit).delete()
        RegisteredTitle.objects.bulk_create(
            RegisteredTitle(paper=paper, unit=unit, title=title, position=number)
            for number, title in enumerate(titles, 1)
        )
