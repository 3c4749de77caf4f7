"""Who may see, fill, verify, approve, answer and decide; a sentence says why not, "" that they may.

memberships: those of the year on its day of reference (`year.members()`), which pages have at hand.
Conflicts of interest are asked of the card itself (`Scorecard.conflict_of`), here and by the
functions that act.
"""

from django.utils import timezone

from khoithidua.text import date_long
from pledges.permissions import can_read, can_write
from scoring.cards import response_deadline
from scoring.duties import below
from scoring.models import (
    Duty,
    Evidence,
    EvidenceUse,
    PointsRecord,
    Recusal,
    Scorecard,
    ScoringRound,
)
from scoring.models.card import ADOPTED_STATES, is_standing_body
from scoring.rounds import takes_submissions
from units.models import Appointment, Role
from units.permissions import (
    acts_for_deputy,
    acts_for_lead,
    appointment_in,
    is_inspector,
    is_leader,
    is_secretariat,
    is_supervisor,
    memberships_of,
)

WRITERS = (Appointment.Kind.LEADER, Appointment.Kind.OFFICER)
LEAD_ONLY = "Chỉ lãnh đạo, chuyên viên của đơn vị đứng đầu khối làm được việc này."
LEADER_OF_LEAD_ONLY = "Chỉ lãnh đạo của đơn vị đứng đầu khối làm được việc này."
UNIT_ONLY = "Chỉ lãnh đạo, chuyên viên của đơn vị làm được việc này."


def writes_for(user, unit_id):
    """Whether the user is a leader or officer of the unit: clerks write no points."""
    return appointment_in(user, unit_id, *WRITERS) is not None


def sees_province(user, authority_id):
    """Secretariat, inspector and superuser, of this province or of all."""
    if user.is_superuser and user.is_active:
        return True
    return (is_secretariat(user) or is_inspector(user)) and user.authority_id in (
        None,
        authority_id,
    )


# The table


def can_read_table(user, criteria, memberships):
    return can_read(user, criteria.paper, memberships)


def why_not_edit_table(user, criteria, memberships):
    if not can_write(user, criteria.year, memberships):
        return LEAD_ONLY
    if not criteria.is_open:
        return "Bảng tiêu chí đã thông qua thì không sửa được; cần lập phiên bản mới."
    return ""


# What of a card a user sees


def can_see_card(user, card):
    return Scorecard.objects.visible_to(user).filter(pk=card.pk).exists()


def visible_criteria(user, card, kind=None):
    """Ids of the criteria of the card's table whose facts, points and evidence the user sees.

    One's own unit's: all, at any time. Others' from the submission on: all for the inspector and
    the secretariat; what one's unit has a duty for; for the supervisor their own criteria, and all
    once the conference has adopted the results. kind: only duties of that kind: who scores across
    sees the evidence, not what the verifiers made of it.
    """
    everything = set(card.round.criteria.parents)
    if appointment_in(user, card.unit_id):
        return everything
    if card.submitted_at is None:
        return set()
    if sees_province(user, card.year.bloc.authority_id):
        return everything
    if is_supervisor(user, card.year.bloc) and card.round.state in ADOPTED_STATES:
        return everything
    return _below_duties(card, duties_of(user, card, kind), everything)


def criteria_on_duty(user, card, kind=Duty.Kind.VERIFICATION):
    """Ids of the criteria of the card that the user has a duty for."""
    everything = set(card.round.criteria.parents)
    return _below_duties(card, duties_of(user, card, kind), everything)


def _below_duties(card, duties, everything):
    if any(duty.criterion_id is None for duty in duties):
        return everything
    return below(card.round.criteria, {duty.criterion_id for duty in duties}) if duties else set()


def sees_all_points(user, card):
    """Whether the user sees every verified point of the card, and so its totals."""
    everything = set(card.round.criteria.parents)
    return visible_criteria(user, card, Duty.Kind.VERIFICATION) == everything


def stages_shown(user, card):
    """Stages whose points the user may see, where the criterion is visible to them.

    The unit itself sees what was verified once the results were sent to it, what came of its
    answers once they are concluded; its own and the final points always.
    """
    Stage, State = PointsRecord.Stage, Scorecard.State
    if appointment_in(user, card.unit_id) is None:
        return tuple(Stage)
    if card.state in (State.SETTLED, State.RESERVED, State.CLOSED):
        return tuple(Stage)
    if card.state in (State.VERIFIED, State.ANSWERED):
        return (Stage.SELF, Stage.VERIFIED)
    return (Stage.SELF,)


def can_open_evidence(user, evidence):
    """One's own unit's documents; others' where one sees a criterion that cites them."""
    if appointment_in(user, evidence.unit_id):
        return True
    uses = evidence.uses.select_related("card__round__criteria", "card__year__bloc").order_by("pk")
    return any(use.criterion_id in visible_criteria(user, use.card) for use in uses)


def visible_documents(user, card):
    """The unit's documents of the card's year that the user may open, each once.

    One's own unit's: all; others': those that a criterion the user sees cites.
    """
    documents = Evidence.objects.present().filter(year=card.year_id, unit=card.unit_id)
    if appointment_in(user, card.unit_id):
        return documents
    seen = EvidenceUse.objects.filter(card=card, criterion__in=visible_criteria(user, card))
    return documents.filter(pk__in=seen.values("evidence").order_by())


def duties_of(user, card, kind=None):
    """Duties on this card that the user may act on today; none for those who stood aside."""
    if card.conflict_of(user):
        return []
    supervises = is_supervisor(user, card.year.bloc)
    return [
        duty
        for duty in sorted(card.duties.all(), key=lambda duty: duty.pk)
        if (kind is None or duty.kind == kind)
        and (writes_for(user, duty.verifier_id) if duty.verifier_id else supervises)
    ]


def acting_unit(user, card, criterion_id=None, kind=Duty.Kind.VERIFICATION):
    """The unit for which the user acts on this criterion; None for the supervisor."""
    for duty in duties_of(user, card, kind):
        if (
            criterion_id is None
            or duty.criterion_id is None
            or criterion_id in below(card.round.criteria, {duty.criterion_id})
        ):
            return duty.verifier
    return None


# Inside the unit


def why_not_fill(user, card):
    """Officers and leaders fill the draft, the reviewer and then the leader what lies with them."""
    if not writes_for(user, card.unit_id):
        return UNIT_ONLY
    if not takes_submissions(card.round):
        return "Đợt chấm điểm không nhận bản tự chấm nữa."
    if card.state == card.State.DRAFT:
        return ""
    if card.state == card.State.REVIEW:
        return "" if card.reviewer_id == user.pk else "Bản tự chấm đang chờ người soát xét."
    if card.state == card.State.LEADER:
        return "" if is_leader(user, card.unit_id) else "Bản tự chấm đang chờ lãnh đạo xác nhận."
    return "Bản tự chấm đã gửi thì đơn vị không sửa được nữa."


def why_not_pass(user, card):
    """Passing on, to a reviewer or to the leader: whoever it lies with."""
    if card.state == card.State.LEADER:
        return "Bản tự chấm đang chờ lãnh đạo xác nhận."
    return why_not_fill(user, card)


def why_not_review(user, card):
    """Looking through, and returning: the reviewer, then a leader of the unit."""
    if card.state not in (card.State.REVIEW, card.State.LEADER):
        return "Bản tự chấm không chờ soát xét."
    return why_not_fill(user, card)


def why_not_submit(user, card):
    if not is_leader(user, card.unit_id):
        return "Chỉ lãnh đạo của đơn vị xác nhận và gửi được bản tự chấm."
    if card.state != card.State.LEADER:
        return f"Bản tự chấm hiện {card.get_state_display()}."
    return why_not_fill(user, card)


def can_see_notes(user, card):
    """Notes are read inside the unit only."""
    return appointment_in(user, card.unit_id) is not None


# Verification


def chair_of(card, memberships):
    """Id of the unit that leads where this card is concerned: the lead; for its own, the deputy.

    Where there is no deputy, the member drawn for the lead's card.
    """
    by_role = {member.role: member.unit_id for member in memberships}
    lead = by_role.get(Role.LEAD)
    if lead != card.unit_id:
        return lead
    if Role.DEPUTY in by_role:
        return by_role[Role.DEPUTY]
    drawn = card.duties.filter(is_drawn=True).order_by("pk").first()
    return drawn.verifier_id if drawn else None


def why_not_verify(user, card, criterion=None, kind=Duty.Kind.VERIFICATION):
    """criterion: asked of that one; without, whether there is anything to verify on the card."""
    reason = _why_no_duty(user, card, criterion, kind)
    if reason:
        return reason
    if card.round.state != ScoringRound.State.VERIFICATION:
        return "Hiện không phải bước thẩm định."
    if card.state not in (card.State.SUBMITTED, card.State.VERIFYING):
        return f"Bản tự chấm hiện {card.get_state_display()}."
    return ""


def why_not_compare(user, card):
    """Seeing verified points while they are made: verifiers, the inspector and the secretariat."""
    if appointment_in(user, card.unit_id):
        return "Đơn vị xem kết quả thẩm định của mình ở trang Giải trình, khi kết quả được gửi."
    if visible_criteria(user, card, Duty.Kind.VERIFICATION):
        return ""
    return "Bạn không được phân công thẩm định bản tự chấm này."


def why_not_find(user, card):
    """Stating where the unit stands with a gate: whoever verifies, until the results are adopted."""
    reason = _why_no_duty(user, card, None, Duty.Kind.VERIFICATION)
    if reason:
        return reason
    if card.submitted_at is None or card.round.state not in (
        ScoringRound.State.VERIFICATION,
        ScoringRound.State.PROVISIONAL,
    ):
        return "Điều kiện được ghi từ khi thẩm định đến khi hội nghị thông qua."
    return ""


def why_not_mark(user, card, criterion=None):
    """Cross-scoring: units with a duty of that kind, in a year that has it."""
    if not card.round.peer_scoring:
        return "Năm này không chấm chéo."
    return why_not_verify(user, card, criterion, Duty.Kind.PEER)


def why_not_weigh(user, card, criterion):
    """Deciding on an explanation, and recording what follows: whoever verifies the criterion."""
    reason = _why_no_duty(user, card, criterion, Duty.Kind.VERIFICATION)
    if reason:
        return reason
    if card.state != card.State.ANSWERED:
        return "Giải trình được xem xét sau khi đơn vị gửi xong."
    return ""


def _why_no_duty(user, card, criterion, kind):
    conflict = card.conflict_of(user)
    if conflict:
        return conflict
    duties = duties_of(user, card, kind)
    if not duties:
        return "Bạn không được phân công thẩm định bản tự chấm này."
    if criterion and all(duty.criterion_id for duty in duties):
        mine = below(card.round.criteria, {duty.criterion_id for duty in duties})
        if criterion.pk not in mine:
            return "Bạn không được phân công thẩm định tiêu chí này."
    return ""


def why_not_approve(user, card, memberships):
    chair = chair_of(card, memberships)
    conflict = card.conflict_of(user)
    if conflict:
        return conflict
    if chair is None or not is_leader(user, chair):
        return "Chỉ lãnh đạo của đơn vị chủ trì thẩm định duyệt được kết quả."
    if card.state != card.State.VERIFYING:
        return f"Bản tự chấm hiện {card.get_state_display()}."
    stages = (PointsRecord.Stage.VERIFIED, PointsRecord.Stage.PEER)
    if card.records.filter(stage__in=stages, by=user).exists():
        return "Người đã thẩm định bản này không duyệt kết quả của chính mình."
    return ""


def why_not_chair(user, card, memberships):
    """Sending back, concluding and settling a card: leaders and officers of the unit in the chair."""
    conflict = card.conflict_of(user)
    if conflict:
        return conflict
    chair = chair_of(card, memberships)
    if chair is None or not writes_for(user, chair):
        return "Chỉ lãnh đạo, chuyên viên của đơn vị chủ trì thẩm định làm được việc này."
    return ""


# Answers and the conference


def can_read_results(user, card):
    """The page of results, for the unit's people and those who look on, once they were sent to it."""
    reads = appointment_in(user, card.unit_id) or sees_province(user, card.year.bloc.authority_id)
    is_sent = bool(card.verified_at) and PointsRecord.Stage.VERIFIED in stages_shown(user, card)
    return bool(reads) and is_sent


def why_not_answer(user, card):
    """The unit's people answer the results until the phase of answers ends."""
    if not writes_for(user, card.unit_id):
        return UNIT_ONLY
    if card.state != card.State.VERIFIED:
        return "Hiện không nhận giải trình cho bản tự chấm này."
    deadline = response_deadline(card.year)
    if deadline and timezone.localdate() > deadline:
        return f"Đã hết hạn giải trình ({date_long(deadline)})."
    return ""


def why_not_finish_answers(user, card):
    """Sending the answers off is the leader's."""
    if not is_leader(user, card.unit_id):
        return "Chỉ lãnh đạo của đơn vị gửi được giải trình."
    return why_not_answer(user, card)


def why_not_decide(user, card, memberships):
    """At the conference the chair writes down what was decided, never on its own unit's card."""
    reason = why_not_chair(user, card, memberships)
    if reason:
        return reason
    if card.round.state != ScoringRound.State.PROVISIONAL:
        return "Hội nghị chỉ quyết định trước khi thông qua kết quả."
    if card.state not in (card.State.SETTLED, card.State.RESERVED):
        return f"Bản tự chấm hiện {card.get_state_display()}."
    return ""


# The round


def why_not_run_round(user, year, memberships):
    """Opening, assigning, beginning verification, showing: the lead unit's people."""
    return "" if can_write(user, year, memberships) else LEAD_ONLY


def why_not_conclude_round(user, year, memberships):
    """Adopting, closing, publishing, reopening: a leader of the lead unit."""
    lead = next((row.unit_id for row in memberships if row.role == Role.LEAD), None)
    if lead is None or not is_leader(user, lead):
        return LEADER_OF_LEAD_ONLY
    return why_not_run_round(user, year, memberships)


def can_see_provisional(user, round, memberships):
    """Members from the set day on; lead and deputy, who draw it up, as soon as it is there.

    The supervisor sees no totals before the conference has adopted them.
    """
    if round.state in (ScoringRound.State.SELF_ASSESSMENT, ScoringRound.State.VERIFICATION):
        return False
    if sees_province(user, round.year.bloc.authority_id):
        return True
    if acts_for_lead(user, memberships) or acts_for_deputy(user, memberships):
        return True
    if is_supervisor(user, round.year.bloc) and round.state in ADOPTED_STATES:
        return True
    day = round.provisional_from
    is_time = day is not None and timezone.localdate() >= day
    return is_time and bool(memberships_of(user, memberships))


def can_see_ranking(user, round):
    """The published ranking is for everyone who may open the year."""
    return round.state == ScoringRound.State.PUBLISHED


# Papers


def why_not_print_card(user, card):
    """A card is printed whole or not at all."""
    if visible_criteria(user, card) >= set(card.round.criteria.parents):
        return ""
    return "Chỉ người xem được toàn bộ bản tự chấm mới in được bản đó."


def sees_results(user, card):
    """Whether the user may see what was verified, on paper: once it was approved."""
    return bool(card.verified_at) and card in results_shown(user, card.round, [card])


def why_not_print_minutes(user, card):
    if not card.verified_at:
        return "Biên bản thẩm định được lập khi kết quả thẩm định đã duyệt."
    return "" if sees_results(user, card) else "Bạn không được phân công thẩm định cả bản này."


def results_shown(user, round, cards):
    """Of a round's cards, those whose verified points the user sees criterion by criterion.

    Their unit's once approved; others' for the province's people, for the supervisor once adopted,
    and for who verifies the whole card and did not stand aside.
    """
    adopted = round.state in ADOPTED_STATES
    bloc = round.year.bloc
    if sees_province(user, bloc.authority_id) or (is_supervisor(user, bloc) and adopted):
        return list(cards)
    own = {row.unit_id for row in user.current_appointments}
    writing = [unit for unit in own if writes_for(user, unit)]
    whole = Duty.objects.filter(round=round, kind=Duty.Kind.VERIFICATION, criterion=None)
    on_duty = set(
        whole.filter(verifier__in=writing).values_list("card", flat=True).order_by("card")
    )
    aside = Recusal.objects.filter(card__round=round, user=user)
    on_duty -= set(aside.values_list("card", flat=True).order_by("card"))
    return [
        card for card in cards if (card.verified_at if card.unit_id in own else card.pk in on_duty)
    ]


# Facts that an agency owns


def owner_of(criterion, year, memberships):
    """Id of the member unit that owns the criterion's facts, None when no member does."""
    member = member_named(criterion.rule.get("owner"), year, memberships)
    return member.unit_id if member else None


def member_named(owner, year, memberships):
    """The membership a table means by an owner: a unit's slug, or the standing body; else None."""
    for member in memberships if owner else ():
        if owner == member.unit.slug:
            return member
        if owner == "standing_body" and is_standing_body(member.unit, year):
            return member
    return None


def why_not_give_fact(user, criterion, round, memberships):
    owner = owner_of(criterion, round.year, memberships)
    if owner is None or not writes_for(user, owner):
        return "Chỉ cơ quan chủ quản cung cấp được dữ kiện của tiêu chí này."
    if not takes_submissions(round):
        return "Đợt chấm điểm không nhận dữ kiện nữa."
    return ""


def why_not_keep_fact(user, fact, round):
    """The owner's people stay with what was given, against an objection."""
    if not writes_for(user, fact.by_unit_id):
        return "Chỉ người của cơ quan chủ quản trả lời ý kiến được."
    if not fact.awaits_owner:
        return "Dữ kiện này không có ý kiến nào chờ trả lời."
    if not takes_submissions(round):
        return "Đợt chấm điểm không nhận dữ kiện nữa."
    return ""


def why_not_check_fact(user, fact, round):
    """A second person of the owner checks what it said of itself."""
    if not writes_for(user, fact.by_unit_id):
        return "Chỉ người của cơ quan chủ quản kiểm tra lại được."
    if fact.given_by_id == user.pk:
        return "Người kiểm tra lại phải khác người cung cấp."
    if not fact.is_own or fact.checked_by_id:
        return "Dữ kiện này không chờ kiểm tra lại."
    if not takes_submissions(round):
        return "Đợt chấm điểm không nhận dữ kiện nữa."
    return ""


def can_open_fact_file(user, fact, card):
    """The unit spoken of, the owner, and whoever sees the criterion on the unit's card."""
    if appointment_in(user, fact.unit_id) or writes_for(user, fact.by_unit_id):
        return True
    return fact.criterion_id in visible_criteria(user, card)


def why_not_answer_fact(user, fact, round):
    """The unit spoken of confirms or objects; about itself the owner has a second person check."""
    if not writes_for(user, fact.unit_id):
        return UNIT_ONLY
    if fact.is_own:
        return "Số liệu về chính cơ quan cung cấp thì người thứ hai đối chiếu."
    if not takes_submissions(round):
        return "Đợt chấm điểm không nhận ý kiến về dữ kiện nữa."
    return ""
