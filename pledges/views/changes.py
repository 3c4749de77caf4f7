"""Changing the course of a pledge: requests before signing, a new version, withdrawal, the deadline."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from pledges import changes, withdrawals
from pledges.forms import ChangeAnswerForm, ReasonForm, WithdrawalDecisionForm
from pledges.models import ChangeRequest, Paper
from pledges.permissions import (
    can_change_course,
    can_decide_withdrawal,
    can_see_request,
    signing_appointment,
    why_not_ask,
)
from pledges.views.base import open_being_signed, open_pledge
from units.models import Phase, PhaseExtension
from units.reference import remember

ONLY_LEAD = "Chỉ đơn vị trưởng khối làm được việc này, khi năm thi đua chưa khép lại."


@dataclass(frozen=True)
class Step:
    """A link of the rail: what this user may do with the pledge besides signing it."""

    label: str
    url: str


def steps_of(page, paper):
    """What this user may do to change the course of this pledge; empty for most."""
    return [
        Step(label, page.url(f"pledges:{name}"))
        for label, name in _steps(page.user, page.memberships, paper)
    ]


def _steps(user, memberships, paper):
    leads = can_change_course(user, paper, memberships)
    if paper.state == Paper.State.SIGNING:
        yield "Bảng ký, để chiếu tại lễ", "signing_board"
        if leads and paper.form == Paper.Form.SYSTEM:
            yield "Mở máy dùng chung tại lễ ký", "tablet_begin"
    if paper.is_frozen and paper.state != Paper.State.COMPLETE:
        yield "Các đề nghị chỉnh sửa và trả lời", "change_list"
    may_ask = (Paper.State.SIGNING, Paper.State.CHANGE_REQUESTED)
    if paper.state in may_ask and any(
        signing_appointment(user, party) and not party.signature for party in paper.seats
    ):
        yield "Đề nghị chỉnh sửa trước khi ký", "change_ask"
    if leads and paper.may_be_replaced:
        yield "Lập phiên bản mới", "version_begin"
    if leads and paper.is_open and paper.version > 1:
        yield "Bỏ bản đang soạn", "version_discard"
    if leads and paper.may("withdraw") and not paper.is_proposed:
        yield "Đề nghị rút giao ước", "withdrawal_propose"
    if can_decide_withdrawal(user, paper, memberships) and paper.is_proposed:
        yield "Xem đề nghị rút giao ước", "withdrawal_decide"


def last_extension(page):
    """The last time that the day to sign by was moved, with its reason; None without.

    Remembered with the year's phases: whoever extends one renews their stamp.
    """
    rows = PhaseExtension.objects.filter(phase__year=page.year, phase__kind=Phase.Kind.SIGN)
    newest = rows.select_related("extended_by").order_by("-extended_at", "-pk")
    return remember(page.request.frame.stamp, ("extension", page.year.pk), newest.first)


def _course(request, bloc, number):
    """(page, paper): the newest version, for those who may change its course."""
    page, paper = open_pledge(request, bloc, number)
    if not can_change_course(request.user, paper, page.memberships):
        raise PermissionDenied(ONLY_LEAD)
    return page, paper


def _done(form, act):
    """Whether the act was done; what refuses it is said on its form, and what was typed stays."""
    try:
        act()
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    return True


def _act_page(request, page, template, form, **context):
    status = 422 if form.errors else 200
    return render(request, template, page.context("pledge", form=form, **context), status=status)


@require_GET
def change_list(request, bloc, number):
    """Requests and answers of the version being signed; a waiting one is the lead's alone to read."""
    page, paper = open_being_signed(request, bloc, number)
    rows = paper.change_requests.select_related("party", "by", "answered_by")
    may_answer = can_change_course(request.user, paper, page.memberships)
    return render(
        request,
        "pledges/change_list.html",
        page.context(
            "pledge",
            paper=paper,
            may_answer=may_answer,
            deadline=page.deadline(Phase.Kind.SIGN),
            rows=[row for row in rows if can_see_request(request.user, row, page.memberships)],
        ),
    )


@require_http_methods(["GET", "POST"])
def change_ask(request, bloc, number):
    page, paper = open_being_signed(request, bloc, number)
    mine = [party for party in paper.seats if signing_appointment(request.user, party)]
    party = next((row for row in mine if not row.signature), mine[0] if mine else None)
    if party is None:
        raise PermissionDenied("Chỉ lãnh đạo của đơn vị ký đề nghị được.")
    if refusal := why_not_ask(request.user, paper, party):
        raise PermissionDenied(refusal)
    form = ReasonForm(
        request.POST or None,
        label="Nội dung và lý do đề nghị",
        hint="Ghi rõ mục nào, sửa thành thế nào, vì sao.",
    )
    if form.is_valid() and _done(
        form,
        lambda: changes.ask_for_change(paper, party, by=request.user, **form.cleaned_data),
    ):
        messages.success(
            request, "Đã gửi đề nghị. Việc ký tạm dừng cho đến khi đơn vị trưởng khối trả lời."
        )
        return redirect(page.url("pledges:change_list"))
    return _act_page(request, page, "pledges/change_ask.html", form, paper=paper, party=party)


@require_http_methods(["GET", "POST"])
def change_answer(request, bloc, number, pk):
    page, paper = open_being_signed(request, bloc, number)
    if not can_change_course(request.user, paper, page.memberships):
        raise PermissionDenied(ONLY_LEAD)
    row = get_object_or_404(paper.change_requests.select_related("party", "by", "paper"), pk=pk)
    if row.outcome:
        messages.info(request, "Đề nghị này đã được trả lời.")
        return redirect(page.url("pledges:change_list"))
    form = ChangeAnswerForm(request.POST or None)
    if form.is_valid() and _done(form, lambda: _answer(row, request.user, form)):
        if form.cleaned_data["outcome"] == ChangeRequest.Outcome.NEW_VERSION:
            return redirect(page.url("pledges:pledge_edit"))
        return redirect(page.url("pledges:change_list"))
    return _act_page(
        request,
        page,
        "pledges/change_answer.html",
        form,
        paper=paper,
        row=row,
        deadline=page.deadline(Phase.Kind.SIGN),
        waiting=paper.change_requests.filter(outcome="").count(),
    )


def _answer(row, by, form):
    answer = form.cleaned_data["answer"]
    if form.cleaned_data["outcome"] == ChangeRequest.Outcome.KEPT:
        changes.keep_text(row, by=by, answer=answer)
    else:
        changes.answer_with_new_version(row, by=by, answer=answer)


@require_http_methods(["GET", "POST"])
def version_begin(request, bloc, number):
    page, paper = _course(request, bloc, number)
    if not paper.may_be_replaced:
        raise PermissionDenied("Giao ước chưa chốt thì sửa được ngay, không cần phiên bản mới.")
    form = ReasonForm(request.POST or None, label="Lý do lập phiên bản mới")
    if form.is_valid() and _done(
        form, lambda: changes.new_version(paper, by=request.user, **form.cleaned_data)
    ):
        return redirect(page.url("pledges:pledge_edit"))
    return _act_page(request, page, "pledges/version_begin.html", form, paper=paper)


@require_http_methods(["GET", "POST"])
def version_discard(request, bloc, number):
    page, paper = _course(request, bloc, number)
    if not paper.is_open or paper.replaces_id is None:
        raise PermissionDenied("Chỉ bỏ được bản đang soạn của một phiên bản mới.")
    form = ReasonForm(request.POST or None, label="Lý do bỏ bản đang soạn")
    if form.is_valid() and _done(
        form, lambda: changes.discard_version(paper, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, f"Đã bỏ bản đang soạn; phiên bản {paper.replaces.version} giữ.")
        return redirect(page.url("pledges:pledge_detail"))
    return _act_page(request, page, "pledges/version_discard.html", form, paper=paper)


@require_http_methods(["GET", "POST"])
def withdrawal_propose(request, bloc, number):
    page, paper = _course(request, bloc, number)
    if not paper.may("withdraw"):
        raise PermissionDenied("Chỉ rút được giao ước đã thông qua và chưa hoàn tất.")
    form = ReasonForm(request.POST or None, label="Lý do rút giao ước")
    if form.is_valid() and _done(
        form,
        lambda: withdrawals.propose_withdrawal(paper, by=request.user, **form.cleaned_data),
    ):
        messages.success(request, "Đã gửi đề nghị rút, chờ đơn vị cấp phó xác nhận.")
        return redirect(page.url("pledges:pledge_detail"))
    return _act_page(request, page, "pledges/withdrawal_propose.html", form, paper=paper)


@require_http_methods(["GET", "POST"])
def withdrawal_decide(request, bloc, number):
    page, paper = open_pledge(request, bloc, number)
    if not can_decide_withdrawal(request.user, paper, page.memberships):
        raise PermissionDenied("Chỉ lãnh đạo đơn vị cấp phó của khối xác nhận việc rút.")
    proposal = paper.withdrawals.filter(outcome="").select_related("proposed_by", "paper").first()
    if proposal is None:
        raise Http404
    form = WithdrawalDecisionForm(request.POST or None)
    if form.is_valid() and _done(form, lambda: _decide(proposal, request.user, form)):
        return redirect(page.url("pledges:pledge_detail"))
    return _act_page(
        request, page, "pledges/withdrawal_decide.html", form, paper=paper, proposal=proposal
    )


def _decide(proposal, by, form):
    if form.cleaned_data["decision"] == form.CONFIRM:
        withdrawals.confirm_withdrawal(proposal, by=by)
    else:
        withdrawals.keep_paper(proposal, by=by, note=form.cleaned_data["note"])
