"""A document time stamp: asked for, put in, and nothing else let in with it."""

from datetime import timedelta
from functools import cache

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NumberObject,
    StreamObject,
    TextStringObject,
    pdf_name,
)

from pledges.signing import timestamp
from pledges.signing.errors import SigningRefused, TimeStampRefused, UnsuitablePdf
from pledges.signing.layout import Kind
from pledges.signing.verify import check_increment, inspect
from tests.soak import count

from . import signing_samples as samples
from .flips import flipped, positions
from .signing_samples import NOW
from .time_stamping import NAME, answer, authority, refusal, request_of

LATER = NOW + timedelta(hours=1)
SIGNATURES = 3


def trusted(by=None):
    return [(by or authority()).root]


def stamp(pdf, at=LATER, by=None):
    awaiting = timestamp.prepare(pdf)
    return timestamp.finish(awaiting, answer(awaiting.request, at, by))


@cache
def stamped():
    return stamp(samples.signed(SIGNATURES))


def look_at(pdf, by=None, at=None):
    return inspect(pdf, samples.roots(), at, stamp_roots=trusted(by))


# What is made


def test_stamp_is_appended_and_everything_before_it_holds():
    pdf = stamped()

    found = look_at(pdf)

    assert pdf.startswith(samples.signed(SIGNATURES))
    assert found.intact
    assert all(one.modifications_ok and one.docmdp_ok for one in found.signatures)
    assert [one.covers_whole_file for one in found.signatures] == [False] * 4 + [True]


def test_stamp_says_when_and_by_whom():
    report = check_increment(samples.signed(SIGNATURES), stamped(), "TG01", trusted())

    assert (report.field_name, report.kind) == ("TG01", Kind.TIME_STAMP)
    assert (report.signer_name, report.claimed_at) == (NAME, LATER)
    assert report.intact
    assert report.trusted


def test_stamp_holds_years_later_by_its_own_moment():
    assert look_at(stamped()).intact

    too_late = look_at(stamped(), at=NOW.replace(year=2040))

    assert "không do nơi cấp dấu thời gian được tin cậy" in too_late.problem


def test_second_stamp_takes_the_next_field():
    twice = stamp(stamped(), LATER + timedelta(days=365))

    found = look_at(twice)

    assert found.intact
    assert [one.field_name for one in found.signatures][-2:] == ["TG01", "TG02"]


def test_signature_may_follow_a_stamp():
    signed = samples.sign(stamped(), SIGNATURES + 1)

    assert check_increment(stamped(), signed, "KY04", samples.roots(), LATER).intact
    assert look_at(signed).intact


def test_stamp_does_not_stand_for_a_missing_signature():
    assert not look_at(stamped()).complete
    assert look_at(stamp(samples.signed(8))).complete


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n%%EOF", samples.frozen()[0]])
def test_file_without_fields_is_not_stamped(pdf):
    with pytest.raises(UnsuitablePdf):
        timestamp.prepare(pdf)


# Answers that are not taken


@pytest.mark.parametrize(
    ("give", "sentence"),
    [
        (lambda request: b"", "không phải của máy chủ cấp dấu thời gian"),
        (lambda request: b"<html>404</html>", "không phải của máy chủ cấp dấu thời gian"),
        (lambda request: request, "không phải của máy chủ cấp dấu thời gian|từ chối"),
        (lambda request: refusal("Hết hạn mức"), "từ chối: Hết hạn mức"),
        (lambda request: answer(request, LATER)[:-9], "không phải của máy chủ"),
        (
            lambda request: answer(request_of(b"x" * 32, request=request), LATER),
            "của dữ liệu khác",
        ),
        (lambda request: answer(request_of(nonce=7, request=request), LATER), "yêu cầu khác"),
    ],
    ids=["nothing", "a page", "an echo", "a refusal", "cut off", "another digest", "another nonce"],
)
def test_answer_that_is_not_to_this_request_is_refused(give, sentence):
    awaiting = timestamp.prepare(samples.signed(1))

    with pytest.raises(TimeStampRefused, match=sentence):
        timestamp.finish(awaiting, give(awaiting.request))


def test_token_larger_than_its_place_is_refused(monkeypatch):
    monkeypatch.setattr(timestamp, "ROOM", 500)
    awaiting = timestamp.prepare(samples.signed(1))

    with pytest.raises(TimeStampRefused, match="dài quá chỗ"):
        timestamp.finish(awaiting, answer(awaiting.request, LATER))


@pytest.mark.parametrize(
    "by",
    [authority("Kẻ khác"), authority("Máy chủ web", ExtendedKeyUsageOID.SERVER_AUTH)],
    ids=["unknown", "not for time stamping"],
)
def test_stamp_of_an_authority_that_is_not_trusted_for_it_is_refused(by):
    anchors = trusted(by) if by.root != authority("Kẻ khác").root else trusted()
    pdf = stamp(samples.signed(1), by=by)

    with pytest.raises(SigningRefused, match="không do nơi cấp dấu thời gian được tin cậy cấp"):
        check_increment(samples.signed(1), pdf, "TG01", anchors)


def test_our_own_root_does_not_vouch_for_time():
    with pytest.raises(SigningRefused, match="không do nơi cấp dấu thời gian"):
        check_increment(samples.signed(SIGNATURES), stamped(), "TG01", samples.roots())


# Changes that come along


def draw_on_page(revision, reference):
    page = revision.find_page_for_modification(0)[0]
    page.get_object()["/Contents"] = revision.add_object(StreamObject(stream_data=b"BT ET"))
    revision.mark_update(page)


def add_object(revision, reference):
    revision.add_object(TextStringObject("thêm"))


def add_annotation(revision, reference):
    page = revision.find_page_for_modification(1)[0]
    note = {"/Type": pdf_name("/Annot"), "/Subtype": pdf_name("/Text")}
    made = revision.add_object(DictionaryObject({pdf_name(key): note[key] for key in note}))
    revision.register_annotation(page, made)


def drop_a_field(revision, reference):
    fields = revision.root["/AcroForm"]["/Fields"]
    del fields[1]
    revision.update_container(fields)


def reorder_fields(revision, reference):
    fields = revision.root["/AcroForm"]["/Fields"]
    fields[0], fields[1] = fields.raw_get(1), fields.raw_get(0)
    revision.update_container(fields)


def touch_the_form(revision, reference):
    revision.root["/AcroForm"]["/DA"] = TextStringObject("/Helv 0 Tf")


def touch_the_catalogue(revision, reference):
    revision.root["/OpenAction"] = revision.add_object(
        DictionaryObject({pdf_name("/S"): pdf_name("/JavaScript")})
    )
    revision.update_root()


def make_it_visible(revision, reference):
    reference.get_object()["/Rect"] = ArrayObject(map(NumberObject, (100, 100, 300, 200)))


def give_it_an_action(revision, reference):
    reference.get_object()["/A"] = DictionaryObject({pdf_name("/S"): pdf_name("/Launch")})


def name_it_like_a_signer(revision, reference):
    reference.get_object()["/T"] = TextStringObject("KY09")


def replace_a_signature(revision, reference):
    fields = revision.root["/AcroForm"]["/Fields"]
    fields[1].get_object()["/TU"] = TextStringObject("Ô khác")
    revision.mark_update(fields.raw_get(1))


def blind_the_page(revision, reference):
    page = revision.find_page_for_modification(0)[0]
    page.get_object()["/Type"] = TextStringObject("/Page")
    revision.mark_update(page)


CHANGES = [
    blind_the_page,
    draw_on_page,
    add_object,
    add_annotation,
    drop_a_field,
    reorder_fields,
    touch_the_form,
    touch_the_catalogue,
    make_it_visible,
    give_it_an_action,
    name_it_like_a_signer,
    replace_a_signature,
]


@pytest.fixture
def stamped_with(monkeypatch):
    """A file stamped by a real token over a revision that did something more as well."""
    add_field = timestamp._add_field

    def made(change):
        def with_more(revision):
            add_field(revision)
            reference = revision.root["/AcroForm"]["/Fields"].raw_get(-1)
            change(revision, reference)
            return str(reference.get_object()["/T"])

        monkeypatch.setattr(timestamp, "_add_field", with_more)
        return stamp(samples.signed(SIGNATURES))

    return made


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_stamp_that_brings_something_else_is_refused(stamped_with, change):
    pdf = stamped_with(change)

    with pytest.raises(SigningRefused):
        check_increment(samples.signed(SIGNATURES), pdf, "TG01", trusted())
    assert not look_at(pdf).intact


def test_change_helper_itself_makes_an_acceptable_stamp(stamped_with):
    pdf = stamped_with(lambda revision, reference: None)

    assert look_at(pdf).intact


def test_bytes_after_the_stamp_are_refused():
    pdf = stamped() + b"\n"

    with pytest.raises(SigningRefused):
        check_increment(samples.signed(SIGNATURES), pdf, "TG01", trusted())
    assert not look_at(pdf).intact


def test_stamp_under_a_signers_field_name_is_refused():
    with pytest.raises(SigningRefused):
        check_increment(samples.signed(SIGNATURES), stamped(), "KY04", trusted())


def test_signature_does_not_pass_for_a_stamp():
    pdf = samples.signed(SIGNATURES + 1)

    with pytest.raises(SigningRefused):
        check_increment(samples.signed(SIGNATURES), pdf, "TG01", samples.roots())


@pytest.mark.drill
def test_one_changed_byte_that_the_stamp_covers_is_seen():
    pdf, before = stamped(), samples.signed(SIGNATURES)
    covered = [place for place in positions(pdf, count(12, 1_000), 2026) if place < len(before)]

    found = [look_at(flipped(pdf, place)) for place in covered]

    assert found
    assert not any(one.intact for one in found)


def test_digit_put_into_the_padding_of_the_stamp_is_seen():
    pdf = stamped()
    place = pdf.rindex(b"0000>")

    assert not look_at(pdf[:place] + b"1" + pdf[place + 1 :]).intact
