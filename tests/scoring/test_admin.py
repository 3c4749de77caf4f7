"""The province's Word templates in the panel: tried before they are kept, recorded, replaced."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khoithidua.models import AuditEntry
from scoring.models import WordTemplate
from scoring.papers.package import check_package
from scoring.papers.word import DOCX
from tests.factories import EmulationYearFactory, UserFactory
from tests.scoring.papers.word_samples import plain_template

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel(login):
    return login(UserFactory(secretariat=True))


@pytest.fixture
def authority(db):
    return EmulationYearFactory().bloc.authority


def sent(authority, content, **changes):
    file = SimpleUploadedFile("Mẫu của tỉnh.docx", content, content_type=DOCX)
    return {
        "authority": authority.pk,
        "kind": "minutes",
        "upload": file,
        "is_open": "on",
        **changes,
    }


def test_template_is_kept_and_recorded(panel, authority):
    content = plain_template("{{ paper.unit }}")

    response = panel.post(reverse("admin:scoring_wordtemplate_add"), sent(authority, content))

    assert response.status_code == 302
    template = WordTemplate.objects.get()
    assert (template.kind, template.file_name, template.file.read()) == (
        *("minutes", "Mẫu của tỉnh.docx"),
        content,
    )
    assert AuditEntry.objects.filter(action="wordtemplate.add").count() == 1


def test_template_is_replaced_under_the_same_row(panel, authority):
    panel.post(reverse("admin:scoring_wordtemplate_add"), sent(authority, plain_template("a")))
    template = WordTemplate.objects.get()

    panel.post(
        reverse("admin:scoring_wordtemplate_change", args=[template.pk]),
        sent(authority, plain_template("b")),
    )

    assert WordTemplate.objects.get().file.read() == plain_template("b")
    [entry] = AuditEntry.objects.filter(action="wordtemplate.change")
    assert entry.before["file"] != entry.after["file"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7", "không phải là văn bản Word"),
        ("{{ ''.__class__ }}", "không được phép"),
        ("{{ paper.khong_co }}", "tên không có trong văn bản"),
        ("{{ paper.attached }}", "tên không có trong văn bản"),
    ],
)
def test_refused_template_is_not_kept_and_the_form_says_why(panel, authority, content, sentence):
    data = content if isinstance(content, bytes) else plain_template(content)

    response = panel.post(reverse("admin:scoring_wordtemplate_add"), sent(authority, data))

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not WordTemplate.objects.exists()


def test_declaration_about_secrets_is_asked_for(panel, authority):
    data = sent(authority, plain_template("a"))
    data.pop("is_open")

    response = panel.post(reverse("admin:scoring_wordtemplate_add"), data)

    assert response.status_code == 200
    assert not WordTemplate.objects.exists()


@pytest.mark.parametrize("kind", WordTemplate.Kind.values)
def test_originals_are_there_to_begin_with_and_would_be_taken(panel, authority, kind):
    original = panel.get(reverse("admin:scoring_wordtemplate_original", args=[kind])).content
    check_package(original)

    panel.post(reverse("admin:scoring_wordtemplate_add"), sent(authority, original, kind=kind))

    assert WordTemplate.objects.get().kind == kind
