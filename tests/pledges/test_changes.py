"""Change requests, new versions and withdrawals: what each step does, refuses and records."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from khoithidua.models import AuditEntry, Outbox
from pledges import changes, freezing, verification, withdrawals, writing
from pledges.models import ChangeRequest, Paper, Withdrawal
from pledges.verification import Answer
from tests.factories import (
    EmulationYearFactory,
    PaperFactory,
    ask_for_change,
    deputy_of,
    last_file,
    lead_of,
    leader_of,
    member_of,
    officer_of,
    remembered_drawing,
    sign_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper():
    """A pledge of three units, signed by the lead."""
    return PaperFactory(year=EmulationYearFactory(members=3), signing=True, signed=1)


def lead(paper):
    return officer_of(lead_of(paper.year))


def fresh(paper):
    return Paper.objects.get(pk=paper.pk)


def adopt_and_freeze(draft):
    writing.adopt(draft, by=draft.created_by, on=timezone.localdate())
    with remembered_drawing():
        return freezing.freeze(draft, by=draft.created_by, form=draft.form)


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


# Asking


def test_request_stops_signing_for_everyone_at_once(paper):
    request = ask_for_change(paper, deputy_of(paper.year))

    assert fresh(paper).state == Paper.State.CHANGE_REQUESTED
    assert request.outcome == ""
    assert actions()[-2:] == ["paper.request_change", "paper.ask_for_change"]
    with pytest.raises(ValidationError, match="đang tạm dừng ký"):
        sign_for(paper, member_of(paper.year))


def test_request_is_told_to_the_lead_alone_and_the_record_keeps_no_word_of_it(paper):
    Outbox.objects.all().delete()

    ask_for_change(paper, deputy_of(paper.year), reason="Chỉ tiêu quá cao.")

    people = {leader_of(lead_of(paper.year)).email, officer_of(lead_of(paper.year)).email}
    assert set(Outbox.objects.values_list("to", flat=True)) == people
    said = " ".join(f"{row.summary} {row.after}" for row in AuditEntry.objects.all())
    assert "Chỉ tiêu quá cao" not in said


def test_second_unit_is_heard_while_the_first_waits(paper):
    ask_for_change(paper, deputy_of(paper.year))
    ask_for_change(paper, member_of(paper.year), reason="Sửa mục 2.")

    assert paper.change_requests.filter(outcome="").count() == 2
    assert actions().count("paper.request_change") == 1


def test_unit_that_signed_or_already_asked_does_not_ask(paper):
    ask_for_change(paper, deputy_of(paper.year))

    with pytest.raises(ValidationError, match="đã ký"):
        ask_for_change(paper, lead_of(paper.year))
    with pytest.raises(ValidationError, match="đang chờ trả lời"):
        ask_for_change(paper, deputy_of(paper.year))


def test_request_says_why(paper):
    with pytest.raises(ValidationError, match="lý do"):
        ask_for_change(paper, deputy_of(paper.year), reason="  ")

    assert fresh(paper).state == Paper.State.SIGNING


def test_nobody_asks_for_another_unit(paper):
    party = paper.parties.get(unit=deputy_of(paper.year))

    for user in (officer_of(party.unit), leader_of(member_of(paper.year))):
        with pytest.raises(ValidationError, match="Chỉ lãnh đạo"):
            changes.ask_for_change(paper, party, by=user, reason="Sửa.")


# Answering


def test_kept_text_lets_everyone_sign_on_and_says_until_when(paper):
    request = ask_for_change(paper, deputy_of(paper.year))
    Outbox.objects.all().delete()

    changes.keep_text(request, by=lead(paper), answer="Chỉ tiêu do tỉnh giao.")

    request.refresh_from_db()
    assert (request.outcome, request.answer) == ("kept", "Chỉ tiêu do tỉnh giao.")
    assert fresh(paper).state == Paper.State.SIGNING
    assert all(
        "08/4/2026" in mail.body or "8 tháng 4" in mail.body for mail in Outbox.objects.all()
    )
    assert Outbox.objects.count() == 6
    sign_for(paper, deputy_of(paper.year))
    sign_for(paper, member_of(paper.year))
    assert fresh(paper).state == Paper.State.COMPLETE


def test_signing_goes_on_only_when_every_request_is_answered(paper):
    first = ask_for_change(paper, deputy_of(paper.year))
    second = ask_for_change(paper, member_of(paper.year))

    changes.keep_text(first, by=lead(paper), answer="Giữ.")
    assert fresh(paper).state == Paper.State.CHANGE_REQUESTED
    changes.keep_text(second, by=lead(paper), answer="Giữ.")
    assert fresh(paper).state == Paper.State.SIGNING


def test_request_is_answered_once_and_with_words(paper):
    request = ask_for_change(paper, deputy_of(paper.year))

    with pytest.raises(ValidationError, match="nội dung trả lời"):
        changes.keep_text(request, by=lead(paper), answer=" ")
    changes.keep_text(request, by=lead(paper), answer="Giữ.")
    with pytest.raises(ValidationError, match="đã được trả lời"):
        changes.keep_text(request, by=lead(paper), answer="Lần nữa.")


@pytest.mark.parametrize("change", ["reason = 'khác'", "answer = 'khác'", "outcome = ''"])
def test_answered_request_cannot_be_rewritten_in_the_database(paper, change):
    request = ask_for_change(paper, deputy_of(paper.year))
    changes.keep_text(request, by=lead(paper), answer="Giữ.")

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE pledges_changerequest SET {change} WHERE id = {request.pk}")
    with pytest.raises(Error), transaction.atomic():
        ChangeRequest.objects.filter(pk=request.pk).delete()


# A new version


def test_new_version_takes_the_place_of_an_unfinished_one_when_it_is_frozen(paper):
    request = ask_for_change(paper, deputy_of(paper.year))
    other = ask_for_change(paper, member_of(paper.year))

    draft = changes.answer_with_new_version(request, by=lead(paper), answer="Hạ còn 95%.")

    other.refresh_from_db()
    assert (draft.version, draft.replaces, draft.version_reason) == (2, paper, "Hạ còn 95%.")
    assert (other.outcome, other.answer) == ("new_version", "Hạ còn 95%.")
    assert fresh(paper).state == Paper.State.CHANGE_REQUESTED
    adopt_and_freeze(draft)
    assert fresh(paper).state == Paper.State.SUPERSEDED
    assert not draft.parties.filter(signatures__isnull=False).exists()


def test_superseded_version_keeps_its_file_and_signatures_and_verifies_as_superseded(paper):
    before = last_file(paper)
    adopt_and_freeze(changes.new_version(paper, by=lead(paper), reason="Sửa chỉ tiêu."))

    for file in paper.signed_files.select_related("file"):
        verdict = verification.of_file(file.file.read())
        assert (verdict.answer, verdict.inspection.intact) == (Answer.SUPERSEDED, True)
        assert not verdict.shows_names
    assert last_file(paper) == before
    assert fresh(paper).signed_count == 1
    assert verification.of_code(paper.code).answer == Answer.SUPERSEDED


def test_version_set_aside_gives_the_one_before_its_place_back(paper):
    draft = changes.new_version(paper, by=lead(paper), reason="Sửa chỉ tiêu.")

    changes.discard_version(draft, by=lead(paper), reason="Không cần nữa.")

    assert (fresh(draft).state, fresh(paper).state) == ("withdrawn", "signing")
    sign_for(paper, deputy_of(paper.year))
    again = changes.new_version(paper, by=lead(paper), reason="Sửa lại.")
    assert (again.version, again.replaces) == (3, paper)


def test_complete_version_stays_in_force_until_the_new_one_is_complete():
    paper = PaperFactory(complete=True)
    draft = changes.new_version(paper, by=lead(paper), reason="Khối thêm thành viên.")

    frozen = adopt_and_freeze(draft)
    freezing.open_signing(frozen, by=lead(paper))
    assert verification.of_code(paper.code).answer == Answer.COMPLETE
    sign_for(frozen, lead_of(paper.year))
    assert fresh(paper).state == Paper.State.COMPLETE
    sign_for(frozen, deputy_of(paper.year))

    assert (fresh(paper).state, fresh(frozen).state) == ("superseded", "complete")
    verdict = verification.of_file(last_file(paper).file.read())
    assert (verdict.answer, verdict.shows_names) == (Answer.SUPERSEDED, True)


@pytest.mark.parametrize("state", ["draft", "adopted", "superseded", "withdrawn"])
def test_new_version_is_made_of_what_was_frozen_and_is_of_use(state):
    paper = PaperFactory(reached=state)

    with pytest.raises(ValidationError):
        changes.new_version(paper, by=lead(paper), reason="Sửa.")


def test_second_new_version_waits_for_the_first(paper):
    changes.new_version(paper, by=lead(paper), reason="Sửa.")

    with pytest.raises(ValidationError, match="Đã có phiên bản 2"):
        changes.new_version(fresh(paper), by=lead(paper), reason="Sửa nữa.")


def test_nobody_signs_one_version_while_another_is_written_not_even_by_hand(paper):
    changes.new_version(paper, by=lead(paper), reason="Sửa.")

    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(state="signing")


def test_what_a_version_replaces_is_never_rewritten(paper):
    draft = changes.new_version(paper, by=lead(paper), reason="Sửa.")

    for change in ({"replaces": None}, {"version_reason": "Khác."}):
        with pytest.raises(Error), transaction.atomic():
            Paper.objects.filter(pk=draft.pk).update(**change)


# Withdrawing


def test_withdrawal_needs_the_deputy_and_signing_goes_on_meanwhile(paper):
    proposal = withdrawals.propose_withdrawal(paper, by=lead(paper), reason="Khối giải thể.")
    sign_for(paper, deputy_of(paper.year))

    withdrawals.confirm_withdrawal(proposal, by=leader_of(deputy_of(paper.year)))

    assert fresh(paper).state == Paper.State.WITHDRAWN
    assert AuditEntry.objects.filter(action="paper.withdraw").get().after["note"] == (
        "Khối giải thể."
    )
    assert verification.of_file(last_file(paper).file.read()).answer == Answer.WITHDRAWN
    with pytest.raises(ValidationError):
        sign_for(paper, member_of(paper.year))
    assert writing.begin_pledge(year=paper.year, by=lead(paper)).version == 2


def test_deputy_may_keep_the_paper_with_a_reason(paper):
    proposal = withdrawals.propose_withdrawal(paper, by=lead(paper), reason="Khối giải thể.")
    deputy = leader_of(deputy_of(paper.year))

    with pytest.raises(ValidationError, match="lý do"):
        withdrawals.keep_paper(proposal, by=deputy, note="")
    withdrawals.keep_paper(proposal, by=deputy, note="Chưa có quyết định.")

    assert fresh(paper).state == Paper.State.SIGNING
    assert Withdrawal.objects.get().outcome == "kept"
    with pytest.raises(ValidationError, match="đã có kết quả"):
        withdrawals.confirm_withdrawal(proposal, by=deputy)


def test_nobody_confirms_what_they_proposed(paper):
    user = leader_of(deputy_of(paper.year))
    proposal = withdrawals.propose_withdrawal(paper, by=user, reason="Thử.")

    with pytest.raises(ValidationError, match="không tự xác nhận"):
        withdrawals.confirm_withdrawal(proposal, by=user)


def test_pledge_completed_meanwhile_is_not_withdrawn(paper):
    proposal = withdrawals.propose_withdrawal(paper, by=lead(paper), reason="Khối giải thể.")
    sign_for(paper, deputy_of(paper.year))
    sign_for(paper, member_of(paper.year))

    with pytest.raises(ValidationError, match="hoàn tất"):
        withdrawals.confirm_withdrawal(proposal, by=leader_of(deputy_of(paper.year)))

    assert Withdrawal.objects.get().outcome == ""
    assert fresh(paper).state == Paper.State.COMPLETE


def test_withdrawn_new_version_gives_the_one_before_its_place_back(paper):
    draft = changes.new_version(paper, by=lead(paper), reason="Sửa.")
    writing.adopt(draft, by=lead(paper), on=timezone.localdate())
    proposal = withdrawals.propose_withdrawal(draft, by=lead(paper), reason="Không cần.")

    withdrawals.confirm_withdrawal(proposal, by=leader_of(deputy_of(paper.year)))

    assert (fresh(draft).state, fresh(paper).state) == ("withdrawn", "signing")


# The deadline


def test_extended_deadline_lets_a_late_unit_sign(paper, today):
    today.shift(timedelta(days=10))
    with pytest.raises(ValidationError, match="hết hạn ký"):
        sign_for(paper, deputy_of(paper.year))

    phase = paper.year.phases.get(kind="sign")
    phase.extend(timezone.localdate(), reason="Lễ ký lùi ngày.", by=lead(paper))

    sign_for(paper, deputy_of(paper.year))
    extension = phase.extensions.get()
    assert (extension.reason, extension.extended_by) == ("Lễ ký lùi ngày.", lead(paper))
