"""Writing a pledge: begin, edit, preview, comments, adoption, freezing."""

from math import inf

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from khoithidua.text import moment
from khoithidua.workflow import NotAllowed
from pledges import writing
from pledges.composing import pledge_content, signing_memberships
from pledges.forms import (
    AdoptForm,
    AnswerForm,
    BasisFormSet,
    CommentForm,
    FreezeForm,
    PledgeForm,
    ReopenForm,
    SectionFormSet,
)
from pledges.freezing import expected_signers, freeze, missing_before_freeze, open_signing
from pledges.models import Paper
from pledges.permissions import can_comment, can_edit, can_write, commenting_units
from pledges.registering import lacking_certificates
from pledges.views.base import open_pledge
from units.models import Phase
from units.views.base import open_year

ONLY_LEAD = "Chỉ đơn vị trưởng khối soạn giao ước, khi năm thi đua chưa khép lại."
SAVED_MEANWHILE = (
    "Một người khác vừa lưu giao ước này. Nội dung đang gõ vẫn ở dưới đây; hãy mở trang giao ước ở "
    "thẻ khác để so, rồi bấm “Lưu đè” nếu vẫn muốn lưu."
)


@require_POST
def pledge_begin(request, bloc, number):
    page = open_year(request, bloc, number)
    if not can_write(request.user, page.year, page.memberships):
        raise PermissionDenied(ONLY_LEAD)
    source = request.POST.get("tu-nam")
    copied = None
    if source:
        if not source.isdecimal():
            raise Http404
        earlier = Paper.objects.live().pledges().filter(year__bloc=page.year.bloc)
        copied = earlier.filter(year__number=source).order_by("-version").first()
        if copied is None:
            raise Http404
    try:
        writing.begin_pledge(year=page.year, by=request.user, copied_from=copied)
    except ValidationError as refused:
        messages.info(request, refused.messages[0])
    return redirect(page.url("pledges:pledge_edit"))


def _writable(request, bloc, number):
    page, paper = open_pledge(request, bloc, number)
    if not can_write(request.user, page.year, page.memberships):
        raise PermissionDenied(ONLY_LEAD)
    return page, paper


def _editable(request, bloc, number):
    page, paper = _writable(request, bloc, number)
    if not can_edit(request.user, paper, page.memberships):
        raise PermissionDenied(writing.NOT_OPEN)
    return page, paper


class Draft:
    """The forms of one editing page: what stands once, legal bases, sections."""

    def __init__(self, paper, data=None):
        self.paper = paper
        self.form = PledgeForm(data, instance=paper)
        self.bases = BasisFormSet(data, instance=paper, prefix="bases")
        self.sections = SectionFormSet(data, instance=paper, prefix="sections")

    @property
    def formsets(self):
        return [self.bases, self.sections]

    def is_valid(self):
        return all([self.form.is_valid(), *(formset.is_valid() for formset in self.formsets)])

    def save(self, *, by, overwrite=False):
        """Save everything or nothing; False, with a sentence, when it cannot be saved now."""
        try:
            with writing.editing(
                self.paper, by=by, summary=f"Sửa dự thảo {self.paper.audit_name}."
            ) as row:
                if row.revision != self.form.cleaned_data["revision"] and not overwrite:
                    raise ValidationError(SAVED_MEANWHILE)
                self.paper.revision = row.revision + 1
                self.paper.save(update_fields=self.form.Meta.fields)
                for formset in self.formsets:
                    _save_in_order(formset)
        except ValidationError as refused:
            self.form.add_error(None, refused)
            return False
        return True

    def content(self):
        """The PledgeContent of what is typed, saved or not."""
        return pledge_content(
            self.paper,
            general=self.paper,
            sections=_typed(self.sections),
            bases=_typed(self.bases),
        )


def _typed(formset):
    """Instances of a valid formset as they would be after saving, in their new order."""
    kept = [
        form
        for form in formset.forms
        if form.has_changed() or form.instance.pk
        if not form.cleaned_data.get("DELETE")
    ]
    return [form.instance for form in sorted(kept, key=_place)]


def _place(form):
    """A row moved up stands before the row that had its number, one moved down after it."""
    wanted, shown = form.cleaned_data.get("ORDER"), form["ORDER"].initial
    if wanted is None:
        return (inf, 0)
    return (wanted, -1 if shown is None else wanted - shown)


def _save_in_order(formset):
    formset.save(commit=False)
    for row in formset.deleted_objects:
        row.delete()
    for position, row in enumerate(_typed(formset), 1):
        row.position = position
        row.save()


@require_http_methods(["GET", "POST"])
def pledge_edit(request, bloc, number):
    page, paper = _editable(request, bloc, number)
    draft = Draft(paper, request.POST or None)
    if (
        request.method == "POST"
        and draft.is_valid()
        and draft.save(by=request.user, overwrite="overwrite" in request.POST)
    ):
        messages.success(request, "Đã lưu giao ước.")
        if "done" in request.POST:
            return redirect(paper.get_absolute_url())
        return redirect(page.url("pledges:pledge_edit"))
    return render(
        request,
        "pledges/pledge_edit.html",
        page.context(
            "pledge",
            paper=paper,
            draft=draft,
            form=draft.form,
            unverified=paper.unverified_bases(),
        ),
        status=422 if request.method == "POST" else 200,
    )


@require_POST
def pledge_preview(request, bloc, number):
    """The reading view of what is typed and not saved; asked for by the editing page."""
    _page, paper = _editable(request, bloc, number)
    draft = Draft(paper, request.POST)
    if not draft.is_valid():
        return HttpResponse(
            render_to_string("pledges/includes/preview_errors.html", {"draft": draft})
        )
    return HttpResponse(render_to_string("pledges/includes/paper.html", {"paper": draft.content()}))


@require_POST
def pledge_take_bases(request, bloc, number):
    """Replace the paper's legal bases by those in force on its day."""
    page, paper = _editable(request, bloc, number)
    summary = f"Lấy lại căn cứ của {paper.audit_name} theo ngày ký."
    with writing.editing(paper, by=request.user, summary=summary) as row:
        row.revision += 1
        row.save(update_fields=["revision"])
        writing.take_bases(paper)
    messages.success(request, "Đã lấy lại căn cứ theo ngày ký.")
    return redirect(page.url("pledges:pledge_edit"))


@require_POST
def comments_open(request, bloc, number):
    _page, paper = _writable(request, bloc, number)
    try:
        writing.open_comments(paper, by=request.user)
    except NotAllowed as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, "Các đơn vị thành viên đã đọc và góp ý được dự thảo.")
    return redirect(paper.get_absolute_url())


def clauses_of(paper):
    """What can be commented on: (key, label), in the order of the paper."""
    yield "chung", "Toàn văn"
    for number, basis in enumerate(paper.bases.all(), 1):
        yield f"can-cu-{number}", f"Căn cứ {number}: {basis.text[:80]}"
    for number, section in enumerate(paper.sections.all(), 1):
        yield f"muc-{number}", f"Mục {number}. {section.heading[:120]}"
    yield "chi-tieu", "Chỉ tiêu đăng ký"
    yield "danh-hieu", "Đăng ký danh hiệu"
    yield "to-chuc", "Tổ chức thực hiện"


@require_http_methods(["GET", "POST"])
def comment_list(request, bloc, number):
    """Remarks of the units, and the form for one more."""
    page, paper = open_pledge(request, bloc, number)
    may_comment = can_comment(request.user, paper, page.memberships)
    if request.method == "POST" and not may_comment:
        raise PermissionDenied(
            "Hiện không góp ý được: chỉ đơn vị thành viên, trong thời gian lấy ý kiến."
        )
    clauses = list(clauses_of(paper))
    form = CommentForm(
        request.POST or None,
        clauses=clauses,
        initial={"clause": request.GET.get("muc", "chung")},
    )
    if form.is_valid():
        try:
            writing.comment(
                paper,
                by=request.user,
                unit=commenting_units(request.user, page.memberships)[0],
                clause=form.cleaned_data["clause"],
                clause_label=dict(clauses)[form.cleaned_data["clause"]],
                text=form.cleaned_data["text"],
            )
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, "Đã gửi góp ý.")
        return redirect(page.url("pledges:comment_list"))
    comments = paper.comments.select_related("unit", "by", "answered_by").prefetch_related(
        "unit__names"
    )
    rows = [(row, row.unit.name_on(paper.dated_on)) for row in comments]
    return render(
        request,
        "pledges/comment_list.html",
        page.context(
            "pledge",
            paper=paper,
            form=form,
            rows=rows,
            may_comment=may_comment,
            may_answer=can_write(request.user, page.year, page.memberships),
        ),
    )


@require_http_methods(["GET", "POST"])
def comment_answer(request, bloc, number, pk):
    page, paper = _writable(request, bloc, number)
    remark = get_object_or_404(paper.comments.select_related("unit", "by"), pk=pk)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        try:
            writing.answer(remark, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        return redirect(page.url("pledges:comment_list"))
    return render(
        request,
        "pledges/comment_answer.html",
        page.context(
            "pledge",
            paper=paper,
            remark=remark,
            unit=remark.unit.name_on(paper.dated_on),
            form=form,
        ),
    )


@require_http_methods(["GET", "POST"])
def pledge_adopt(request, bloc, number):
    page, paper = _writable(request, bloc, number)
    if not paper.may("adopt"):
        raise PermissionDenied(f"Giao ước hiện {paper.get_state_display()}.")
    form = AdoptForm(request.POST or None, initial={"on": request.today})
    if form.is_valid():
        try:
            writing.adopt(paper, by=request.user, on=form.cleaned_data["on"])
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect(page.url("pledges:pledge_freeze"))
    return render(
        request,
        "pledges/pledge_adopt.html",
        page.context(
            "pledge",
            paper=paper,
            form=form,
            waiting=paper.comments.filter(answered_at=None).count(),
            unverified=paper.unverified_bases(),
        ),
    )


@require_http_methods(["GET", "POST"])
def pledge_reopen(request, bloc, number):
    page, paper = _writable(request, bloc, number)
    if not paper.may("reopen"):
        raise PermissionDenied("Chỉ mở lại được giao ước đã thông qua và chưa chốt.")
    form = ReopenForm(request.POST or None)
    if form.is_valid():
        try:
            writing.reopen(paper, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect(page.url("pledges:pledge_edit"))
    return render(
        request, "pledges/pledge_reopen.html", page.context("pledge", paper=paper, form=form)
    )


@require_http_methods(["GET", "POST"])
def pledge_freeze(request, bloc, number):
    """Name how it is signed, render once, seal, and let the leaders sign: one button."""
    page, paper = _writable(request, bloc, number)
    if not (paper.may("freeze") or paper.may("open_signing")):
        raise PermissionDenied(f"Giao ước hiện {paper.get_state_display()}.")
    form = FreezeForm(request.POST or None, instance=paper)
    if form.is_valid():
        try:
            if paper.may("freeze"):
                paper.save(update_fields=["in_order", "with_agency_seals"])
                paper = freeze(paper, by=request.user, form=form.cleaned_data["form"])
            open_signing(paper, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"Đã chốt và mở ký, lúc {moment(paper.signing_opened_at)}.")
            return redirect(paper.get_absolute_url())
    return render(
        request,
        "pledges/pledge_freeze.html",
        page.context(
            "pledge",
            paper=paper,
            form=form,
            missing=missing_before_freeze(paper),
            deadline=page.deadline(Phase.Kind.SIGN),
            unverified=paper.unverified_bases(),
            **_who_will_sign(paper, request.today),
        ),
    )


def _who_will_sign(paper, today):
    """Who is expected to sign, who could not with a token yet, how many copies pens would need."""
    members = signing_memberships(paper)
    signers = expected_signers(members, today)
    names = {member.unit_id: member.unit.name_on(paper.dated_on) for member in members}
    shorts = {unit: name.short for unit, name in names.items()}
    return {
        "signers": [(name, signers.get(unit)) for unit, name in names.items()],
        "lacking": lacking_certificates(shorts, set(names), set(names), today),
        "copies_needed": len(members) + 2,
    }
