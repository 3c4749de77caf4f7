"""Who may see, fill, verify, approve, answer and decide: every role in every state."""

from datetime import date, timedelta

import pytest

from scoring import cards, duties, entries, evidence, owner_facts, permissions, rounds
from scoring.models import Criterion, Scorecard, ScoringRound
from tests.factories import (
    AppointmentFactory,
    AuthorityFactory,
    CriteriaSetFactory,
    EmulationYearFactory,
    EvidenceFactory,
    OwnerFactFactory,
    PhaseFactory,
    RoundFactory,
    ScorecardFactory,
    UserFactory,
    assign_duties,
    bring_card,
    card_of,
    chair_leader,
    clerk_of,
    deputy_of,
    lead_of,
    leader_of,
    leaf,
    member_of,
    minutes,
    officer_of,
    points_for,
    verify_all,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 4, 6)
CARD_STATES = Scorecard.State.values
ROUND_STATES = ScoringRound.State.values
OWN = {"own leader", "own officer"}
LEAD = {"lead leader", "lead officer"}
DEPUTY = {"deputy leader", "deputy officer"}
PROVINCE = {"secretariat", "inspector", "superuser"}
ALL_KEYS = {"I", "I.1", "I.2", "II", "II.1", "II.2", "T1", "P1"}


def people_of(year):
    """{who: user}, seen from the card of the first plain member; `other` is the second one."""
    lead, deputy, own = lead_of(year), deputy_of(year), member_of(year)
    other = year.memberships.filter(role="member").order_by("-position").first().unit
    stranger = lead_of(EmulationYearFactory())
    return {
        "own leader": leader_of(own),
        "own officer": officer_of(own),
        "own clerk": clerk_of(own),
        "lead leader": leader_of(lead),
        "lead officer": officer_of(lead),
        "lead clerk": clerk_of(lead),
        "deputy leader": leader_of(deputy),
        "deputy officer": officer_of(deputy),
        "other leader": leader_of(other),
        "other officer": officer_of(other),
        "supervisor": UserFactory(watches=year.bloc),
        "secretariat": UserFactory(secretariat=True),
        "inspector": UserFactory(inspector=True),
        "superuser": UserFactory(superuser=True),
        "secretariat elsewhere": UserFactory(
            secretariat=True, authority=AuthorityFactory(slug="lang-son")
        ),
        "leader of another bloc": leader_of(stranger),
        "nobody": UserFactory(),
    }


def card_in(state, **round):
    """The first plain member's card in a state, in a round whose duties are assigned."""
    reached = "closed" if state == "closed" else "self_assessment"
    made = RoundFactory(reached="self_assessment", **round)
    assign_duties(made)
    card = card_of(made, member_of(made.year))
    if reached == "closed":
        bring_card(card, "settled")
        made = ScoringRound.objects.get(pk=made.pk)
        by = leader_of(lead_of(made.year))
        rounds.show_provisional(made, by=by)
        rounds.adopt(made, by=by, on=TODAY, minutes=minutes())
        rounds.close(made, by=by)
    else:
        bring_card(card, state)
    return card_of(made, card.unit)


def allowed(card, predicate):
    """Who gets True, or no sentence."""
    return {who for who, user in people_of(card.year).items() if predicate(user) in (True, "")}


def keys(criteria):
    return set(Criterion.objects.filter(pk__in=criteria).values_list("key", flat=True))


# Seeing


@pytest.mark.parametrize("state", CARD_STATES)
def test_card_is_seen_by(state):
    card = card_in(state)

    expected = {*OWN, "own clerk"}
    if state not in ("draft", "review", "leader"):
        expected |= {*LEAD, *DEPUTY, *PROVINCE, "supervisor"}

    assert allowed(card, lambda user: permissions.can_see_card(user, card)) == expected


@pytest.mark.parametrize("state", CARD_STATES)
def test_criteria_of_a_card_are_seen_by(state):
    card = card_in(state)
    is_out = state not in ("draft", "review", "leader")

    seen = {
        who: keys(permissions.visible_criteria(user, card))
        for who, user in people_of(card.year).items()
    }

    whole = {*OWN, "own clerk", *({*LEAD, *DEPUTY, *PROVINCE} if is_out else set())}
    assert {who for who, found in seen.items() if found == ALL_KEYS} == whole | (
        {"supervisor"} if state == "closed" else set()
    )
    if is_out:
        assert seen["supervisor"] == (ALL_KEYS if state == "closed" else {"II.2"})
    assert {who for who, found in seen.items() if found} == whole | (
        {"supervisor"} if is_out else set()
    )


def test_list_and_page_agree_on_who_sees_a_card():
    round = RoundFactory()
    assign_duties(round)
    bring_card(card_of(round, deputy_of(round.year)), "submitted")
    bring_card(card_of(round, lead_of(round.year)), "verifying")

    for who, user in people_of(round.year).items():
        listed = set(Scorecard.objects.visible_to(user).values_list("pk", flat=True))
        pages = {card.pk for card in round.cards.all() if permissions.visible_criteria(user, card)}
        assert listed == pages, who


def test_group_of_criteria_is_all_that_its_verifier_sees():
    card = card_in("submitted")
    other = card.year.memberships.filter(role="member").order_by("-position").first().unit
    assert not permissions.can_see_card(officer_of(other), card)

    duties.assign(
        card,
        by=leader_of(lead_of(card.year)),
        verifier=other,
        criterion=leaf(card.round, "II"),
    )

    assert keys(permissions.visible_criteria(officer_of(other), card)) == {"II", "II.1", "II.2"}
    assert permissions.can_see_card(officer_of(other), card)
    assert not permissions.can_see_card(clerk_of(other), card)


def test_who_stood_aside_sees_the_card_no_more():
    card = card_in("verifying")
    officer = officer_of(lead_of(card.year))

    duties.recuse(card, user=officer, reason="Người thân")

    assert not permissions.can_see_card(officer, card)
    assert not permissions.visible_criteria(officer, card)
    assert permissions.can_see_card(leader_of(lead_of(card.year)), card)


def test_card_sent_back_is_the_units_alone_again():
    card = card_in("submitted")
    cards.send_back(card, by=officer_of(lead_of(card.year)), reason="Thiếu")

    assert not permissions.can_see_card(leader_of(lead_of(card.year)), card)


def eight_card(slug, state="verifying"):
    round = RoundFactory(year=EmulationYearFactory(eight=True))
    assign_duties(round)
    card = Scorecard.objects.get(round=round, unit__slug=slug)
    bring_card(card, state)
    return card_of(round, card.unit)


def test_supervisor_has_no_part_in_the_standing_bodys_own_card():
    card = eight_card("snv")
    supervisor = UserFactory(watches=card.year.bloc)
    node = leaf(card.round, "II.2")

    assert "cơ quan thường trực" in permissions.why_not_verify(supervisor, card, node)
    assert not permissions.can_see_card(supervisor, card)
    assert not permissions.visible_criteria(supervisor, card)


def test_supervisor_with_a_post_in_a_unit_has_no_part_in_its_card():
    card = eight_card("stp")
    supervisor = UserFactory(watches=card.year.bloc)
    node = leaf(card.round, "II.2")
    assert permissions.why_not_verify(supervisor, card, node) == ""

    AppointmentFactory(user=supervisor, unit=card.unit, officer=True)
    again = type(supervisor).objects.get(pk=supervisor.pk)

    assert "chính đơn vị" in permissions.why_not_verify(again, card, node)


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_evidence_is_opened_by_who_sees_what_it_proves(state):
    card = card_in("draft")
    document = EvidenceFactory(card=card)
    evidence.use(document, card, leaf(card.round, "I.1"), by=officer_of(card.unit))
    unused = EvidenceFactory(card=card)
    bring_card(card, state)

    expected = {*OWN, "own clerk"}
    assert allowed(card, lambda user: permissions.can_open_evidence(user, unused)) == expected
    if state == "submitted":
        expected |= {*LEAD, *DEPUTY, *PROVINCE}
    assert allowed(card, lambda user: permissions.can_open_evidence(user, document)) == expected


def test_notes_are_read_inside_the_unit():
    card = card_in("verifying")

    assert allowed(card, lambda user: permissions.can_see_notes(user, card)) == {
        *OWN,
        "own clerk",
    }


# Inside the unit


@pytest.mark.parametrize("state", CARD_STATES)
def test_card_is_filled_passed_reviewed_and_submitted_by(state):
    card = card_in(state)
    expected = {
        "draft": (OWN, OWN, set(), set()),
        # The leader was named as reviewer.
        "review": ({"own leader"}, {"own leader"}, {"own leader"}, set()),
        "leader": ({"own leader"}, set(), {"own leader"}, {"own leader"}),
    }.get(state, (set(), set(), set(), set()))

    asked = (
        permissions.why_not_fill,
        permissions.why_not_pass,
        permissions.why_not_review,
        permissions.why_not_submit,
    )
    got = tuple(allowed(card, lambda user, ask=ask: ask(user, card)) for ask in asked)
    assert got == expected


def test_nothing_is_filled_once_the_ranking_is_drawn_up():
    card = card_in("leader")
    rounds.begin_verification(card.round, by="x")
    rounds.show_provisional(card.round, by="x")
    card = card_of(card.round, card.unit)

    assert allowed(card, lambda user: permissions.why_not_fill(user, card)) == set()
    assert allowed(card, lambda user: permissions.why_not_submit(user, card)) == set()


def test_leader_who_left_submits_no_more():
    card = card_in("leader")
    gone = AppointmentFactory(
        unit=card.unit,
        leader=True,
        user__username="ld-cu",
        end_on=TODAY - timedelta(days=1),
    ).user

    assert "Chỉ lãnh đạo" in permissions.why_not_submit(gone, card)


# Verification


@pytest.mark.parametrize("state", CARD_STATES)
def test_card_is_verified_by_those_with_a_duty(state):
    card = card_in(state)
    is_time = state == "verifying"

    whole = allowed(card, lambda user: permissions.why_not_verify(user, card))
    of_supervisor = allowed(
        card, lambda user: permissions.why_not_verify(user, card, leaf(card.round, "II.2"))
    )
    of_others = allowed(
        card, lambda user: permissions.why_not_verify(user, card, leaf(card.round, "I.1"))
    )

    verifiers = {*LEAD, *DEPUTY} if is_time else set()
    supervisor = {"supervisor"} if is_time else set()
    assert whole == of_supervisor == verifiers | supervisor
    assert of_others == verifiers


def test_submitted_card_is_taken_up_once_verification_began():
    card = card_in("submitted")
    assert "Hiện không phải bước" in permissions.why_not_verify(leader_of(lead_of(card.year)), card)

    rounds.begin_verification(card.round, by="x")

    assert permissions.why_not_verify(leader_of(lead_of(card.year)), card) == ""


def test_peers_are_those_assigned_as_peers():
    round = RoundFactory(peer_scoring=True)
    card = ScorecardFactory(round=round, verifying=True)
    other = card.year.memberships.filter(role="member").order_by("-position").first().unit
    duties.assign(card, by=leader_of(lead_of(card.year)), verifier=other, kind="peer")

    may = allowed(card, lambda user: permissions.why_not_verify(user, card, kind="peer"))

    assert may == {"other leader", "other officer"}


@pytest.mark.parametrize("state", CARD_STATES)
def test_results_are_approved_by_the_leads_leader(state):
    card = card_in(state)
    members = card.year.members()

    may = allowed(card, lambda user: permissions.why_not_approve(user, card, members))

    assert may == ({"lead leader"} if state == "verifying" else set())


def test_verifier_does_not_approve_and_is_told_why():
    card = card_in("verifying")
    leader = leader_of(lead_of(card.year))
    verify_all(card, by=leader)

    why = permissions.why_not_approve(leader, card, card.year.members())

    assert "Người đã thẩm định" in why


def test_leads_own_card_is_in_the_deputys_hands():
    round = RoundFactory()
    assign_duties(round)
    card = ScorecardFactory(round=round, unit=lead_of(round.year), verifying=True)
    members = card.year.members()
    drawn = card.duties.get(is_drawn=True).verifier

    approving = allowed(card, lambda user: permissions.why_not_approve(user, card, members))
    chairing = allowed(card, lambda user: permissions.why_not_chair(user, card, members))

    assert approving == {"deputy leader"}
    assert chairing == DEPUTY
    assert permissions.why_not_verify(officer_of(drawn), card) == ""
    assert "chính đơn vị" in permissions.why_not_verify(officer_of(card.unit), card)


def test_without_a_deputy_the_drawn_member_takes_the_leads_card():
    round = RoundFactory()
    round.year.memberships.filter(role="deputy").update(role="member")
    assign_duties(round)
    card = card_of(round, lead_of(round.year))

    chair = permissions.chair_of(card, card.year.members())

    assert chair == card.duties.get(is_drawn=True).verifier_id


def test_post_in_two_units_bars_by_either():
    card = card_in("verifying")
    leader = leader_of(lead_of(card.year))
    AppointmentFactory(user=leader, unit=card.unit, officer=True)
    leader = type(leader).objects.get(pk=leader.pk)
    members = card.year.members()

    for why in (
        permissions.why_not_verify(leader, card),
        permissions.why_not_approve(leader, card, members),
        permissions.why_not_chair(leader, card, members),
        permissions.why_not_decide(leader, card, members),
    ):
        assert "của chính đơn vị" in why


# Answers and the conference


@pytest.mark.parametrize("state", CARD_STATES)
def test_results_are_answered_by_the_units_people(state):
    card = card_in(state)

    answering = allowed(card, lambda user: permissions.why_not_answer(user, card))
    finishing = allowed(card, lambda user: permissions.why_not_finish_answers(user, card))

    assert answering == (OWN if state == "verified" else set())
    assert finishing == ({"own leader"} if state == "verified" else set())


def test_answers_end_with_their_phase(today):
    card = card_in("verified")
    PhaseFactory(year=card.year, kind="response", opens_on=TODAY, closes_on=TODAY)
    officer = officer_of(card.unit)
    assert permissions.why_not_answer(officer, card) == ""

    today.shift(timedelta(days=1))

    assert "Đã hết hạn giải trình" in permissions.why_not_answer(officer, card)


@pytest.mark.parametrize("state", CARD_STATES)
def test_explanations_are_weighed_by_who_verifies_the_criterion(state):
    card = card_in(state)

    of_others = allowed(
        card, lambda user: permissions.why_not_weigh(user, card, leaf(card.round, "I.1"))
    )
    of_supervisor = allowed(
        card, lambda user: permissions.why_not_weigh(user, card, leaf(card.round, "II.2"))
    )

    assert of_others == ({*LEAD, *DEPUTY} if state == "answered" else set())
    assert of_supervisor == ({*LEAD, *DEPUTY, "supervisor"} if state == "answered" else set())


@pytest.mark.parametrize("state", ["verified", "answered", "settled", "reserved"])
def test_conference_is_written_down_by_the_chair(state):
    card = card_in(state)
    members = card.year.members()
    assert not allowed(card, lambda user: permissions.why_not_decide(user, card, members))

    rounds.show_provisional(card.round, by=chair_leader(card))
    card = card_of(card.round, card.unit)

    may = allowed(card, lambda user: permissions.why_not_decide(user, card, members))
    assert may == (LEAD if state in ("settled", "reserved") else set())


def test_deputy_writes_down_what_concerns_the_leads_card():
    round = RoundFactory(provisional=True)
    card = card_of(round, lead_of(round.year))
    members = card.year.members()

    may = allowed(card, lambda user: permissions.why_not_decide(user, card, members))

    assert may == DEPUTY


# The table and the round


@pytest.mark.parametrize("state", ["draft", "commenting", "adopted"])
def test_table_is_edited_by_the_lead_while_it_is_open(state):
    table = CriteriaSetFactory(commenting=state == "commenting", adopted=state == "adopted")
    members = table.year.members()
    people = people_of(table.year).items()

    editing = {
        who for who, user in people if permissions.why_not_edit_table(user, table, members) == ""
    }
    reading = {who for who, user in people if permissions.can_read_table(user, table, members)}

    assert editing == (LEAD if state != "adopted" else set())
    if state == "draft":
        assert reading == {*LEAD, "inspector"}
    else:
        assert reading >= {*LEAD, *DEPUTY, *OWN}


def test_table_of_a_closed_year_is_edited_by_nobody():
    table = CriteriaSetFactory()
    type(table.year).objects.filter(pk=table.year.pk).update(closed_on=TODAY)
    table = type(table).objects.get(pk=table.pk)

    why = permissions.why_not_edit_table(
        leader_of(lead_of(table.year)), table, table.year.members()
    )

    assert "đứng đầu khối" in why


def test_round_is_run_by_the_lead_and_concluded_by_its_leader():
    round = RoundFactory()
    members = round.year.members()
    card = card_of(round, member_of(round.year))

    running = allowed(card, lambda user: permissions.why_not_run_round(user, round.year, members))
    concluding = allowed(
        card, lambda user: permissions.why_not_conclude_round(user, round.year, members)
    )

    assert (running, concluding) == (LEAD, {"lead leader"})


@pytest.mark.parametrize("day", [None, TODAY, TODAY + timedelta(days=1)])
@pytest.mark.parametrize("state", ROUND_STATES)
def test_provisional_ranking_is_seen_by(state, day):
    round = RoundFactory(reached=state)
    ScoringRound.objects.filter(pk=round.pk).update(provisional_from=day)
    round = ScoringRound.objects.get(pk=round.pk)
    members = round.year.members()
    card = card_of(round, member_of(round.year))

    may = allowed(card, lambda user: permissions.can_see_provisional(user, round, members))

    expected = set()
    if state not in ("self_assessment", "verification"):
        expected = {*LEAD, *DEPUTY, *PROVINCE}
        if day == TODAY:
            expected |= {*OWN, "own clerk", "lead clerk", "other leader", "other officer"}
        if state != "provisional":
            expected.add("supervisor")
    assert may == expected


@pytest.mark.parametrize("state", ROUND_STATES)
def test_ranking_is_seen_once_published(state):
    round = RoundFactory(reached=state)
    card = card_of(round, member_of(round.year))

    may = allowed(card, lambda user: permissions.can_see_ranking(user, round))

    assert bool(may) == (state == "published")


# Facts that an agency owns


def test_owner_gives_facts_and_a_second_person_checks_its_own():
    round = RoundFactory()
    # DOCUMENT names the first unit, the lead, as owner of I.1.
    node = leaf(round, "I.1")
    members = round.year.members()
    card = card_of(round, member_of(round.year))
    own = OwnerFactFactory(round=round, own=True)

    giving = allowed(card, lambda user: permissions.why_not_give_fact(user, node, round, members))
    checking = allowed(card, lambda user: permissions.why_not_check_fact(user, own, round))
    of_others = allowed(
        card,
        lambda user: permissions.why_not_give_fact(user, leaf(round, "I.2"), round, members),
    )

    assert (giving, checking, of_others) == (LEAD, {"lead leader"}, set())


def test_facts_of_the_standing_body_are_given_by_that_member():
    year = EmulationYearFactory(eight=True)
    document = {
        "code": "A",
        "base_max": "1",
        "nodes": [{"key": "A", "name": "Một", "max": "1", "owner": "standing_body"}],
    }
    table = CriteriaSetFactory(year=year, document=document)

    owner = permissions.owner_of(table.criteria.get(), year, year.members())

    assert owner == year.memberships.get(unit__slug="snv").unit_id


def test_unit_spoken_of_answers_the_fact():
    round = RoundFactory()
    fact = OwnerFactFactory(round=round)
    card = card_of(round, member_of(round.year))

    answering = allowed(card, lambda user: permissions.why_not_answer_fact(user, fact, round))

    assert answering == OWN


def test_owner_answers_an_objection():
    round = RoundFactory()
    card = card_of(round, member_of(round.year))
    fact = OwnerFactFactory(round=round)

    def keeping():
        return allowed(card, lambda user: permissions.why_not_keep_fact(user, fact, round))

    before = keeping()
    fact = owner_facts.object_to_fact(fact, by=officer_of(fact.unit), revision=1, note="Thiếu.")

    assert (before, keeping()) == (set(), LEAD)


def test_facts_stand_still_after_verification():
    round = RoundFactory(provisional=True)
    members = round.year.members()
    card = card_of(round, member_of(round.year))

    giving = allowed(
        card,
        lambda user: permissions.why_not_give_fact(user, leaf(round, "I.1"), round, members),
    )

    assert giving == set()


# Lists


@pytest.mark.parametrize("members", [1, 3])
def test_list_of_cards_costs_the_same_for_one_and_three(members, django_assert_num_queries):
    round = RoundFactory(year=EmulationYearFactory(members=members))
    inspector = UserFactory(inspector=True)
    for card in round.cards.order_by("pk"):
        card.move("pass_to_leader", by="x", summary="Thử.")
        bring_from_leader(card)
    inspector.current_appointments, inspector.watched_bloc_ids

    with django_assert_num_queries(2):
        found = list(Scorecard.objects.visible_to(inspector).for_list())
        assert [card.unit.name_on(TODAY).short for card in found]

    assert len(found) == members


def bring_from_leader(card):
    entries.submit(
        card, by=leader_of(card.unit), declared=True, seen=0, points=points_for(card), total=6
    )
