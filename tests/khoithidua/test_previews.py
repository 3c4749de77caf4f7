import io

import pytest
from PIL import Image

from khoithidua import previews
from khoithidua.uploads import child
from tests.factories import StoredFileFactory
from tests.khoithidua.upload_samples import office, pdf, picture

pytestmark = pytest.mark.django_db


def kept(data, content_type="application/pdf"):
    return StoredFileFactory(data=data, content_type=content_type)


def opened(png):
    return Image.open(io.BytesIO(png), formats=["PNG"])


def test_every_page_of_a_pdf_becomes_a_picture_of_our_own():
    file = kept(pdf(3))

    pages = [opened(previews.page_image(file, number)) for number in (1, 2, 3)]

    assert previews.page_count(file) == 3
    assert {page.size for page in pages} == {(1240, 1754)}


@pytest.mark.parametrize("number", [0, -1, 4, 10**9])
def test_page_that_is_not_there_has_no_picture(number):
    assert previews.page_image(kept(pdf(3)), number) == b""


def test_photograph_is_drawn_anew_without_what_it_carried():
    photograph = Image.new("RGB", (3000, 2000), "green")
    exif = Image.Exif()
    exif[0x0110] = "May anh co ghi noi chup"
    exif[0x0112] = 6  # lies on its side
    target = io.BytesIO()
    photograph.save(target, "JPEG", exif=exif)

    shown = opened(previews.page_image(kept(target.getvalue(), "image/jpeg"), 1))

    assert shown.height > shown.width
    assert not shown.getexif()


def test_transparent_picture_stands_on_white():
    file = kept(picture("PNG", mode="LA"), "image/png")

    assert opened(previews.page_image(file, 1)).mode == "RGB"


@pytest.mark.parametrize(
    "content_type", ["application/msword", "text/html", "image/svg+xml", "application/zip"]
)
def test_other_files_have_no_picture(content_type):
    file = kept(office(), content_type)

    assert not previews.can_show(file)
    assert previews.page_count(file) == 0
    assert previews.page_image(file, 1) == b""


def test_citation_without_a_file_has_no_picture():
    assert not previews.can_show(None)


def test_page_is_drawn_once(monkeypatch):
    file = kept(pdf(2, min_version="1.7"))
    first = previews.page_image(file, 2)

    monkeypatch.setattr(child, "READER", None)

    assert previews.page_image(file, 2) == first


def test_what_cannot_be_drawn_is_not_tried_again_at_once(monkeypatch):
    file = kept(b"%PDF-1.4 khong co gi ben trong")
    assert previews.page_count(file) == 0

    monkeypatch.setattr(child, "READER", None)

    assert previews.page_count(file) == 0
