"""Evidence within the form of an answer: files or a citation, and nothing lost on a mistake."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from khoithidua.models import StoredFile
from khoithidua.workflow import NotAllowed
from scoring import duties, evidence
from scoring.evidence import Document
from scoring.evidence_forms import EvidenceForm, held_file, token_of
from scoring.models import Evidence
from tests.factories import (
    ScorecardFactory,
    StoredFileFactory,
    UserFactory,
    chair_officer,
    leaf,
    officer_of,
)
from tests.khoithidua.upload_samples import office, pdf, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory()


def form_of(user, *files, **data):
    fields = {f"evidence-{name}": value for name, value in data.items()}
    chosen = MultiValueDict({"evidence-files": list(files)})
    return EvidenceForm(fields, chosen, by=user, prefix="evidence")


def test_nothing_given_is_valid_and_nothing(user):
    form = form_of(user)

    assert form.is_valid(), form.errors
    assert form.documents == []


def test_several_files_become_documents_named_as_they_are(user):
    form = form_of(user, uploaded(pdf(), "a.pdf"), uploaded(office(), "b.docx"), declared="on")

    assert form.is_valid(), form.errors
    assert [document.file_name for document in form.documents] == ["a.pdf", "b.docx"]


def test_one_file_takes_the_citation_that_is_typed(user):
    form = form_of(user, uploaded(pdf()), declared="on", number="5/BC", issued_on="2026-02-03")

    assert form.is_valid(), form.errors
    document = form.documents[0]
    assert (document.number, document.issued_on) == ("5/BC", date(2026, 2, 3))
    assert document.file.read() == pdf()


def test_citation_alone_needs_number_and_issuer(user):
    form = form_of(user, summary="Công văn")

    assert set(form.errors) == {"number", "issuer"}
    good = form_of(user, number="5/CV", issuer="Sở A")
    assert good.is_valid()
    assert good.documents == [Document(number="5/CV", issuer="Sở A")]


def test_several_files_and_one_citation_do_not_go_together(user):
    form = form_of(user, uploaded(pdf()), uploaded(pdf(2)), declared="on", number="5/BC")

    assert "chỉ ghi được khi thêm một tệp" in str(form.errors["number"])


def test_nothing_is_kept_before_the_declaration(user):
    form = form_of(user, uploaded(pdf()))

    assert set(form.errors) == {"declared"}
    assert not StoredFile.objects.exists()


def test_file_that_was_taken_need_not_be_chosen_again(user):
    wrong = form_of(user, uploaded(pdf(), "a.pdf"), uploaded(b"", "b.pdf"), declared="on", pages="")
    assert "b.pdf: Tệp rỗng" in str(wrong.errors["files"])
    html = render_to_string(wrong.include, {"form": wrong})
    assert "Đã nhận, không cần chọn lại: a.pdf." in html

    again = form_of(user, held=wrong["held"].value())

    assert again.is_valid(), again.errors
    assert [document.file_name for document in again.documents] == ["a.pdf"]
    assert form_of(UserFactory(), held=wrong["held"].value()).held_names == []


def test_unbound_form_is_drawn_with_a_label_for_every_field(user):
    form = EvidenceForm(by=user, prefix="evidence")

    html = render_to_string(form.include, {"form": form})

    for field in form.visible_fields():
        assert f'for="{field.id_for_label}"' in html
        assert f'id="{field.id_for_label}"' in html


def test_token_tells_nothing_to_others(user):
    upload = type("Upload", (), {"data": b"x", "name": "a.pdf", "content_type": "application/pdf"})

    token = token_of(upload, user)

    assert held_file(token, user)[1] == "a.pdf"
    assert held_file(token, UserFactory()) is None
    assert held_file(token[:-2], user) is None
    assert held_file("", user) is None


# With the answer it belongs to


def test_documents_go_with_a_request_for_more_and_with_nothing_else():
    card = ScorecardFactory(verifying=True)
    officer, criterion = officer_of(card.unit), leaf(card.round, "I.1")
    asked = duties.ask_for_more(
        card, criterion, by=chair_officer(card), text="Bổ sung", due_on=date(2026, 4, 20)
    )
    documents = [Document(StoredFileFactory(), "a.pdf", pages="1")]

    with pytest.raises(NotAllowed):
        evidence.add_documents(card, documents, by=officer)
    with pytest.raises(NotAllowed):
        evidence.add_documents(card, documents, by=officer, criterion=criterion)
    assert not Evidence.objects.exists(), "all or nothing"
    added = evidence.add_documents(card, documents, by=officer, criterion=criterion, request=asked)

    assert added[0].uses.get().request == asked
