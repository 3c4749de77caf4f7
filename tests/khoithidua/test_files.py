import pytest

from khoithidua.files import serve, serve_bytes
from tests.factories import StoredFileFactory

pytestmark = pytest.mark.django_db


def stored(content_type="application/pdf"):
    return StoredFileFactory(data=f"tep {content_type}".encode(), content_type=content_type)


def test_pdf_made_here_is_shown_in_place():
    file = stored()

    response = serve(file, "khoi-tmth_2026_giao-uoc_v1.pdf", made_here=True)

    assert response.content == file.read()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="khoi-tmth_2026_giao-uoc_v1.pdf"'


@pytest.mark.parametrize(
    "content_type", ["application/pdf", "image/png", "text/plain", "application/zip"]
)
def test_what_people_uploaded_is_only_ever_downloaded(content_type):
    response = serve(stored(content_type), "tep")

    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == content_type


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/zip"])
def test_what_a_browser_might_run_is_never_shown_even_when_made_here(content_type):
    response = serve(stored(content_type), "tep", made_here=True)

    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "content_type", ["text/html", "text/html; charset=utf-8", "image/svg+xml", "text/xml"]
)
def test_download_never_comes_as_a_type_a_browser_runs(content_type):
    response = serve(stored(content_type), "tep")

    assert response["Content-Type"] == "application/octet-stream"


def test_browser_neither_guesses_nor_keeps():
    file = stored()

    response = serve(file, "tep.pdf")

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["ETag"] == f'"{file.sha256}"'


def test_bytes_without_a_digest_have_no_etag():
    response = serve_bytes(b"%PDF", "du-thao.pdf", content_type="application/pdf", inline=True)

    assert "ETag" not in response
    assert response["Content-Disposition"].startswith("inline")


def test_vietnamese_name_survives():
    response = serve(stored(), 'Giao ước "2026".pdf')

    assert "filename*=utf-8''Giao%20%C6%B0%E1%BB%9Bc" in response["Content-Disposition"]
