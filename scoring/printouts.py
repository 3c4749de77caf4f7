"""From rows to the contents of papers: names as they were, remarks, evidence, answers."""

from collections import defaultdict

from django.utils import timezone

from scoring.models import EvidenceUse, PointsRecord, Response
from scoring.papers.bloc_papers import summary
from scoring.papers.given import Document, Party, Remark, Setting
from scoring.papers.unit_papers import minutes, report, self_table
from scoring.points import standing
from units.models import Appointment, Role
from units.models.people import position_at

Stage = PointsRecord.Stage
DRAFT = "DỰ THẢO"
PROVISIONAL = "DỰ KIẾN"
# The unit's explanations have been decided on: what stands now was agreed, or goes to the conference.
ANSWERS_DECIDED = ("settled", "reserved", "closed")


def setting_of(year, *, dated_on=None, draft_mark=""):
    words = year.words
    return Setting(
        bloc=year.bloc_name,
        year=year.number,
        superior=words.superior_line,
        place=words.place_name,
        secretariat=words.secretariat_name,
        demo=year.is_demo,
        dated_on=dated_on,
        draft_mark=draft_mark,
    )


def party_of(year, unit, *, day=None):
    """The unit under the name of the year, and who leads it on `day`."""
    name = unit.name_on(year.reference_day)
    leader = leader_on(unit, day or year.reference_day)
    return Party(
        full=name.full,
        short=name.short,
        superior=name.header_superior,
        header=name.header_name,
        symbol=name.symbol,
        titles=leader.signing_title_lines if leader else (),
        person=leader.user.full_name if leader else "",
    )


def leader_on(unit, day):
    """The appointment of whoever leads the unit: of several, the one who signs for nobody else."""
    leaders = (
        Appointment.objects.on(day)
        .filter(unit=unit, kind=Appointment.Kind.LEADER)
        .select_related("user")
        .order_by("start_on", "pk")
    )
    return min(leaders, key=lambda one: "|" in one.signing_title, default=None)


# One unit


def self_table_of(desk, card, *, results):
    """Bảng tự chấm điểm. results: whether the reader may see what was verified."""
    return self_table(
        _unit_setting(card),
        party_of(card.year, card.unit),
        desk.table,
        desk.card(card, Stage.SELF),
        desk.card(card, Stage.VERIFIED) if results else None,
        remarks_of(desk, [card], Stage.VERIFIED if results else Stage.SELF)[card.pk],
    )


def report_of(desk, card, *, results):
    """Báo cáo giải trình; with results, what the unit answered to them as well."""
    return report(
        _unit_setting(card),
        party_of(card.year, card.unit),
        desk.table,
        desk.card(card, Stage.SELF),
        remarks_of(desk, [card], Stage.VERIFIED if results else Stage.SELF)[card.pk],
    )


def _unit_setting(card):
    sent = timezone.localdate(card.submitted_at) if card.submitted_at else None
    return setting_of(card.year, dated_on=sent, draft_mark="" if sent else DRAFT)


def minutes_of(desk, card, members):
    """Biên bản thẩm định of a card whose results were approved."""
    decided = card.state in ANSWERS_DECIDED
    stage = Stage.RESPONSE if decided else Stage.VERIFIED
    return minutes(
        setting_of(card.year, dated_on=timezone.localdate(card.verified_at)),
        party_of(card.year, card.unit),
        desk.table,
        desk.card(card, stage),
        desk.card(card, Stage.SELF),
        remarks_of(desk, [card], stage)[card.pk],
        verifiers=_verifiers(card, members),
        answered=bool(card.answered_at) or decided,
    )


def _verifiers(card, members):
    """Who verifies: the bloc's lead and deputy, but for their own card, then other units on duty."""
    on_duty = set(card.duties.values_list("verifier", flat=True).order_by("verifier"))
    heads = (Role.LEAD, Role.DEPUTY)
    return [
        f"{_name(member)}, {member.role_words}" if member.role in heads else _name(member)
        for member in members
        if member.unit_id != card.unit_id and (member.role in heads or member.unit_id in on_duty)
    ]


def _name(member):
    return member.unit.name_on(member.year.reference_day).full


# The bloc


def summary_of(desk, ranking, members, *, stage, frozen=None, shown=()):
    """Bảng tổng hợp điểm toàn Khối from the content of the ranking's page.

    frozen: the Ranking that was published, None for the provisional one. shown: cards whose single
    criteria the reader may see.
    """
    year = desk.round.year
    lead = next((member for member in members if member.role == Role.LEAD), None)
    party = party_of(year, lead.unit) if lead else Party(full="", short="", superior="", header="")
    remarks = remarks_of(desk, shown, Stage.CONFERENCE)
    return summary(
        setting_of(
            year,
            dated_on=timezone.localdate(frozen.made_at) if frozen else None,
            draft_mark="" if frozen else PROVISIONAL,
        ),
        ranking,
        desk.table,
        _as_lead(party),
        lead_title=year.role_words(Role.LEAD).upper(),
        cards={card.unit.slug: desk.card(card, stage) for card in shown},
        remarks={card.unit.slug: remarks[card.pk] for card in shown},
    )


def _as_lead(party):
    """Signing for the bloc, one says of which unit one is the head."""
    *deputy, own = party.titles or ("",)
    titles = (*deputy, position_at(own, party.short.upper())) if own else ()
    return Party(**{**vars(party), "titles": titles})


# What is said about criteria


def remarks_of(desk, cards, stage):
    """{card id: {criterion key: Remark}}, with reasons and answers that are known at a stage.

    stage: Stage.SELF says nothing of results; Stage.VERIFIED what was answered, not what came of it.
    """
    documents = _documents(desk, cards)
    answers = {} if stage == Stage.SELF else _answers(desk, cards)
    found = {}
    for card in cards:
        entries, records = desk.entries[card.pk], desk.records.get(card.pk, {})
        found[card.pk] = {
            node.key: Remark(
                **_entered(entries.get(node.key)),
                **_answered(answers.get((card.pk, node.key)), stage),
                documents=tuple(documents[card.pk][node.key]),
                reason=_reason(records.get(node.key, {}), stage),
            )
            for node in desk.table.leaves
        }
    return found


def _entered(entry):
    if entry is None:
        return {}
    return {"note": entry.note, "as_of": entry.as_of if entry.is_estimate else None}


def _reason(stages, stage):
    """Why the points are not the unit's own; "" where they are."""
    record = standing(stages, stage)
    return record.reason if record and record.stage != Stage.SELF else ""


def _answered(answer, stage):
    if answer is None:
        return {}
    said = {"answer": answer.kind, "answer_text": answer.text}
    if stage != Stage.VERIFIED:
        said |= {"outcome": answer.outcome, "outcome_reason": answer.outcome_reason}
    return said


def _documents(desk, cards):
    """{card id: {criterion key: its documents}}, those taken back left out."""
    found = defaultdict(lambda: defaultdict(list))
    uses = (
        EvidenceUse.objects.filter(card__in=cards, evidence__removed_at=None)
        .select_related("evidence")
        .order_by("pk")
    )
    for use in uses:
        evidence = use.evidence
        found[use.card_id][desk.criterion_keys[use.criterion_id]].append(
            Document(
                number=evidence.number,
                issued_on=evidence.issued_on,
                issuer=evidence.issuer,
                summary=evidence.summary,
                file_name=evidence.file_name,
                pages=use.pages,
            )
        )
    return found


def _answers(desk, cards):
    rows = Response.objects.filter(card__in=cards).order_by("pk")
    return {(row.card_id, desk.criterion_keys[row.criterion_id]): row for row in rows}
