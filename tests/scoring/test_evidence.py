"""Evidence: attached, cited, taken off again; after the submission only in an answer."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from khoithidua.models import AuditEntry
from khoithidua.workflow import NotAllowed
from scoring import cards, duties, evidence
from scoring.models import Evidence, EvidenceUse
from tests.factories import (
    EvidenceFactory,
    ScorecardFactory,
    StoredFileFactory,
    bring_card,
    chair_officer,
    lead_of,
    leaf,
    officer_of,
)

pytestmark = pytest.mark.django_db


def cite(document, card, key="I.1", **how):
    return evidence.use(
        document, card, leaf(card.round, key), by=officer_of(card.unit), pages="3", **how
    )


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


def test_file_is_attached_once_and_cited_for_many_criteria():
    card = ScorecardFactory()
    document = EvidenceFactory(card=card, file=StoredFileFactory(), file_name="bao-cao.pdf")

    first, second = cite(document, card), cite(document, card, "I.2")

    assert list(document.uses.order_by("pk")) == [first, second]
    assert (last_entry().action, last_entry().target) == ("evidence.use", f"{card.audit_path}/I.2")
    with pytest.raises(ValidationError, match="đã được dẫn"):
        cite(document, card)


def test_citation_without_a_file_names_number_and_issuer():
    card = ScorecardFactory()

    for changes in ({"number": ""}, {"issuer": " "}):
        with pytest.raises(ValidationError, match="Cần tệp, hoặc số"):
            EvidenceFactory(card=card, **changes)
    document = EvidenceFactory(card=card, issued_on=date(2026, 1, 5))

    assert (document.file, last_entry().action) == (None, "evidence.attach")
    assert last_entry().after["number"] == document.number


@pytest.mark.parametrize("state", ["submitted", "verifying", "verified", "answered", "settled"])
def test_nothing_is_cited_or_taken_off_once_the_card_is_out(state):
    card = ScorecardFactory()
    document = EvidenceFactory(card=card)
    other = EvidenceFactory(card=card)
    used = cite(document, card)
    bring_card(card, state)

    for refused in (
        lambda: cite(other, card),
        lambda: evidence.stop_using(used, by=officer_of(card.unit)),
        lambda: evidence.remove(document, by=officer_of(card.unit)),
    ):
        with pytest.raises(NotAllowed):
            refused()

    assert EvidenceUse.objects.count() == 1
    assert not Evidence.objects.exclude(removed_at=None).exists()


def test_citation_is_taken_off_while_the_card_is_the_units():
    card = ScorecardFactory()
    used = cite(EvidenceFactory(card=card), card)

    evidence.stop_using(used, by=officer_of(card.unit))

    assert not card.evidence_uses.exists()
    assert (last_entry().action, last_entry().before["pages"]) == ("evidence.stop_using", "3")


def test_document_taken_back_stays_and_is_cited_no_more():
    card = ScorecardFactory()
    document = EvidenceFactory(card=card)
    cite(document, card)

    evidence.remove(document, by=officer_of(card.unit))

    assert not card.evidence_uses.exists()
    assert not Evidence.objects.present().exists()
    assert Evidence.objects.get().removed_by == officer_of(card.unit)
    assert last_entry().action == "evidence.remove"
    with pytest.raises(ValidationError, match="không dùng được"):
        cite(document, card)


def test_unused_document_is_taken_back_at_any_time():
    card = ScorecardFactory()
    document = EvidenceFactory(card=card)
    bring_card(card, "settled")

    evidence.remove(document, by=officer_of(card.unit))
    evidence.remove(document, by=officer_of(card.unit))

    assert AuditEntry.objects.filter(action="evidence.remove").count() == 1


def test_units_cite_their_own_documents_only():
    card = ScorecardFactory()
    others = EvidenceFactory(card=ScorecardFactory(round=card.round, unit=lead_of(card.year)))

    with pytest.raises(ValidationError, match="không dùng được"):
        cite(others, card)


def test_explanation_brings_its_own_evidence():
    card = ScorecardFactory(verified=True)
    document = EvidenceFactory(card=card)
    response = cards.answer(
        card,
        leaf(card.round, "I.1"),
        by=officer_of(card.unit),
        kind="explain",
        text="Có công văn gia hạn",
    )

    used = cite(document, card, response=response)

    assert used.response == response
    with pytest.raises(NotAllowed, match="kèm giải trình"):
        cite(document, card, "I.2", response=response)


def asked(card):
    return duties.ask_for_more(
        card,
        leaf(card.round, "I.1"),
        by=chair_officer(card),
        text="Đề nghị gửi sổ công văn",
        due_on=date(2026, 4, 10),
    )


def test_request_for_more_is_answered_with_evidence():
    card = ScorecardFactory(verifying=True)
    request = asked(card)

    used = cite(EvidenceFactory(card=card), card, request=request)
    duties.answer_request(request, by=officer_of(card.unit), text="Đã gửi")

    assert used.request == request
    with pytest.raises(NotAllowed, match="không nhận tài liệu nữa"):
        cite(
            EvidenceFactory(card=card),
            card,
            request=type(request).objects.get(pk=request.pk),
        )


@pytest.mark.parametrize("change", [{"number": "9/BC"}, {"summary": "khác"}, {"file_name": "x"}])
def test_database_keeps_a_document_as_it_was_added(change):
    document = EvidenceFactory(file=StoredFileFactory())

    with pytest.raises(DatabaseError, match="chỉ rút"), transaction.atomic():
        Evidence.objects.filter(pk=document.pk).update(**change)
    with pytest.raises(DatabaseError, match="chỉ rút"), transaction.atomic():
        document.delete()


def test_database_keeps_citations_of_a_card_that_is_out():
    card = ScorecardFactory()
    cite(EvidenceFactory(card=card), card)
    bring_card(card, "verifying")

    with pytest.raises(DatabaseError, match="không sửa, không bỏ"), transaction.atomic():
        card.evidence_uses.update(pages="9")
    with pytest.raises(DatabaseError, match="không sửa, không bỏ"), transaction.atomic():
        card.evidence_uses.all().delete()
    assert card.evidence_uses.get().pages == "3"


# Each once


def test_same_file_and_citation_is_the_document_that_is_there():
    card = ScorecardFactory()
    file = StoredFileFactory()
    first = EvidenceFactory(card=card, file=file, file_name="a.pdf", number="1/BC")

    again = EvidenceFactory(card=card, file=file, file_name="b.pdf", number="1/BC")
    other = EvidenceFactory(card=card, file=file, file_name="a.pdf", number="2/BC")

    assert again == first
    assert other != first
    assert AuditEntry.objects.filter(action="evidence.attach").count() == 2


def test_withdrawn_document_can_be_added_anew():
    card = ScorecardFactory()
    first = EvidenceFactory(card=card, number="1/BC")
    evidence.remove(first, by=officer_of(card.unit))

    assert EvidenceFactory(card=card, number="1/BC") != first


def test_same_paper_of_another_unit_is_another_document():
    card = ScorecardFactory()
    file = StoredFileFactory()
    other = ScorecardFactory(round=card.round, unit=lead_of(card.year))

    assert EvidenceFactory(card=card, file=file, number="1/BC") != EvidenceFactory(
        card=other, file=file, number="1/BC"
    )


def test_adding_what_is_cited_already_changes_nothing_and_other_pages_are_refused():
    card = ScorecardFactory()
    officer, criterion = officer_of(card.unit), leaf(card.round, "I.1")
    document = evidence.Document(number="1/BC", issuer="Sở A", pages="3")
    evidence.add_documents(card, [document], by=officer, criterion=criterion)

    evidence.add_documents(card, [document], by=officer, criterion=criterion)
    with pytest.raises(ValidationError, match="đã được dẫn"):
        other = evidence.Document(number="1/BC", issuer="Sở A", pages="4")
        evidence.add_documents(card, [other], by=officer, criterion=criterion)

    assert EvidenceUse.objects.get().pages == "3"
