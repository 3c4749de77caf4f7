"""What anyone learns of a pledge from its code or its file, and what strangers do not."""

import io
from datetime import timedelta

import pikepdf
import pytest
from asn1crypto import pem, x509
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from khoithidua.models import StoredFile
from pledges import signing, verification
from pledges.models.authority import current_issuer
from pledges.verification import Answer
from tests.factories import (
    EmulationYearFactory,
    PaperFactory,
    last_file,
    lead_of,
    leader_of,
    make_ca,
    sign_for,
)
from tests.pledges import signing_samples
from tests.pledges.flips import flipped, positions
from tests.pledges.pages import text_of

pytestmark = pytest.mark.django_db

ADDRESS = "/xac-minh/"


def bytes_of(paper):
    return last_file(paper).file.read()


def upload(client, data, name="giao-uoc.pdf"):
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, data, "application/pdf")})


# The answers to a file


def test_file_of_a_complete_pledge_is_complete():
    paper = PaperFactory(complete=True)

    verdict = verification.of_file(bytes_of(paper))

    assert verdict.answer == Answer.COMPLETE
    assert verdict.is_intact
    assert (verdict.paper, verdict.file) == (paper, last_file(paper))
    assert verdict.signed_in_file == 2
    assert verdict.sha256 == last_file(paper).file.sha256
    assert verdict.problem == ""


@pytest.mark.parametrize("signed", [0, 1])
def test_file_in_force_of_an_unfinished_pledge_is_in_progress(signed):
    paper = PaperFactory(signing=True, signed=signed)

    verdict = verification.of_file(bytes_of(paper))

    assert verdict.answer == Answer.IN_PROGRESS
    assert verdict.signed_in_file == signed
    assert not verdict.shows_names


def test_file_that_others_signed_after_is_an_earlier_one():
    paper = PaperFactory(year=EmulationYearFactory(members=3), signing=True, signed=2)
    earlier = bytes_of(paper)
    sign_for(paper, paper.parties.get(position=3).unit)

    verdict = verification.of_file(earlier)

    assert verdict.answer == Answer.EARLIER
    assert verdict.signed_in_file == 2
    assert verdict.paper.signed_count == 3


def test_file_of_a_pledge_that_was_replaced_is_superseded():
    paper = PaperFactory(superseded=True)

    assert verification.of_file(bytes_of(paper)).answer == Answer.SUPERSEDED


@pytest.mark.parametrize("tail", [b"\n", b"\0" * 10_000, b"%PDF-1.7\n%%EOF\n"])
def test_bytes_added_after_the_end_are_an_alteration(tail):
    paper = PaperFactory(complete=True)

    verdict = verification.of_file(bytes_of(paper) + tail)

    assert verdict.answer == Answer.ALTERED
    assert verdict.paper == paper
    assert verdict.problem
    assert not verdict.is_intact


def test_one_changed_byte_anywhere_is_an_alteration():
    paper = PaperFactory(complete=True)
    data = bytes_of(paper)

    verdicts = [verification.of_file(flipped(data, place)) for place in positions(data, 21, 2026)]

    assert {verdict.answer for verdict in verdicts} == {Answer.ALTERED}
    assert {verdict.paper for verdict in verdicts} == {paper}


def test_signature_taken_out_again_is_an_earlier_file_or_an_alteration():
    paper = PaperFactory(complete=True)
    files = [row.file.read() for row in paper.signed_files.order_by("sequence")]

    cut = verification.of_file(files[2][: len(files[1]) + 500])

    assert verification.of_file(files[2][: len(files[1])]).answer == Answer.EARLIER
    assert cut.answer == Answer.ALTERED


def test_signature_of_ours_that_was_never_recorded_is_an_alteration():
    """Whoever held the CA's key could sign; without the record the file is still not ours."""
    paper = PaperFactory(signing=True, signed=1)
    signer = current_issuer().certify(
        signing.ca.Subject("Kẻ gian", "Sở Thử nghiệm 2", "Giám đốc", "ld"), timezone.now()
    )
    forged = signing.sign.append_signature(
        bytes_of(paper), "KY02", signer, None, "Xác nhận ký trên hệ thống", timezone.now()
    )

    verdict = verification.of_file(forged)

    assert verdict.inspection.complete
    assert verdict.answer == Answer.ALTERED


def pdf(**encryption):
    output = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(output, **encryption)
    return output.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\n%%EOF",
        "Giao ước thi đua".encode(),
        b"\x00\xff" * 500,
        pdf(),
        pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
    ],
    ids=["empty", "bare header", "text", "binary", "another PDF", "encrypted PDF"],
)
def test_file_that_has_nothing_of_ours_is_not_ours(data):
    PaperFactory(complete=True)

    verdict = verification.of_file(data)

    assert verdict.answer == Answer.NOT_OURS
    assert verdict.paper is None
    assert not verdict.shows_names


def test_file_of_another_installation_is_not_ours():
    PaperFactory(complete=True)

    verdict = verification.of_file(signing_samples.signed(2))

    assert verdict.answer == Answer.NOT_OURS
    assert not any(one.trusted for one in verdict.inspection.signatures)


def test_large_file_that_is_not_ours_is_not_even_opened(monkeypatch):
    PaperFactory(complete=True)
    monkeypatch.setattr(signing.verify, "inspect", lambda *args: pytest.fail("was opened"))

    verdict = verification.of_file(b"%PDF-1.7" + bytes(2 * 2**20))

    assert (verdict.answer, verdict.inspection) == (Answer.NOT_OURS, None)


def test_recorded_file_whose_signatures_do_not_hold_is_not_called_intact(monkeypatch):
    paper = PaperFactory(complete=True)
    monkeypatch.setattr(verification, "root_certificates", lambda: [other_root()])

    verdict = verification.of_file(bytes_of(paper))

    assert verdict.answer == Answer.ALTERED
    assert "nơi cấp được tin cậy" in verdict.problem


def other_root():
    return signing_samples.root("Tỉnh khác").certificate_pem


# Codes


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        ("frozen", Answer.IN_PROGRESS),
        ("signing", Answer.IN_PROGRESS),
        ("complete", Answer.COMPLETE),
        ("superseded", Answer.SUPERSEDED),
    ],
)
def test_code_says_where_the_paper_stands(state, answer):
    paper = PaperFactory(reached=state)

    verdict = verification.of_code(paper.code)

    assert (verdict.answer, verdict.paper) == (answer, paper)
    assert verdict.sha256 == last_file(paper).file.sha256
    assert verdict.inspection is None


@pytest.mark.parametrize(
    "typed",
    ["GU26-7K3M-QX4P", "gu26-7k3m-qx4p", " GU26 7K3M QX4P ", "gu267k3mqx4p", "GU26–7K3M–QX4P"],
)
def test_code_is_understood_however_it_is_typed(typed):
    assert verification.as_code(typed) == "GU26-7K3M-QX4P"


def test_code_typed_with_small_letters_and_spaces_finds_the_paper(client):
    paper = PaperFactory(complete=True)

    answer = client.post(ADDRESS, {"code": paper.code.lower().replace("-", " ")}, follow=True)

    assert answer.redirect_chain == [(f"{ADDRESS}{paper.code}/", 302)]
    assert "Giao ước đã hoàn tất, đủ 2/2 đơn vị xác nhận ký." in text_of(answer)


@pytest.mark.parametrize("code", ["GU26-AAAA-AAAA", "%00", "..%2F..", "chung-thu", "'; --", "ĐƠN"])
def test_unknown_code_is_not_found(client, code):
    PaperFactory(complete=True)

    answer = client.get(f"{ADDRESS}{code}/")

    assert answer.status_code == 404


@pytest.mark.parametrize("typed", ["GU26/AAAA", "a" * 20, "../../", "\x00"])
def test_any_junk_typed_as_a_code_is_answered(client, typed):
    answer = client.post(ADDRESS, {"code": typed}, follow=True)

    assert answer.status_code in (404, 422)


def test_unknown_code_says_what_to_compare(client):
    page = text_of(client.get(f"{ADDRESS}GU26-AAAA-AAAA/"))

    assert "Không có văn bản nào mang mã này." in page


def test_code_does_not_vouch_for_the_sheet_in_hand(client):
    paper = PaperFactory(complete=True)

    page = text_of(client.get(f"{ADDRESS}{paper.code}/"))

    assert "muốn biết, hãy kiểm tra chính tệp PDF" in page
    assert "toàn vẹn" not in page


# The page


def test_page_is_open_to_anyone(client):
    for address in (ADDRESS, f"{ADDRESS}chung-thu-goc/"):
        assert client.get(address).status_code == 200


def test_stranger_who_uploads_the_complete_file_sees_who_signed(client):
    paper = PaperFactory(complete=True)

    page = text_of(upload(client, bytes_of(paper)))

    assert "Tệp toàn vẹn, đủ 2/2 đơn vị xác nhận ký." in page
    for party in paper.parties.all():
        assert party.unit_name in page
        assert party.signature.person in page
    assert page.count("Xác nhận trên hệ thống") == 2


@pytest.mark.parametrize("how", ["code", "file", "earlier file"])
def test_stranger_sees_no_name_of_an_unfinished_pledge(client, how):
    paper = PaperFactory(year=EmulationYearFactory(members=3), signing=True, signed=2)
    earlier = paper.signed_files.get(sequence=1).file.read()

    page = text_of(
        {
            "code": lambda: client.get(f"{ADDRESS}{paper.code}/"),
            "file": lambda: upload(client, bytes_of(paper)),
            "earlier file": lambda: upload(client, earlier),
        }[how]()
    )

    assert "đang trong quá trình ký kết" in page or "bản trước" in page
    for party in paper.parties.all():
        assert leader_of(party.unit).full_name not in page
        assert party.unit_name not in page


def test_earlier_file_says_how_many_had_signed(client):
    paper = PaperFactory(complete=True)

    page = text_of(upload(client, paper.signed_files.get(sequence=1).file.read()))

    assert "Tệp toàn vẹn nhưng là bản trước, mới có 1/2 chữ ký." in page


def test_altered_file_is_told_with_its_reason(client):
    paper = PaperFactory(complete=True)

    page = text_of(upload(client, bytes_of(paper) + b" "))

    assert "Tệp đã bị thay đổi." in page
    assert "Không sử dụng tệp này" in page
    assert "toàn vẹn" not in page.lower()
    assert leader_of(lead_of(paper.year)).full_name not in page


def test_foreign_file_is_told_not_to_be_ours(client):
    page = text_of(upload(client, pdf(), "thu.pdf"))

    assert "Tệp này không phải do hệ thống này tạo ra." in page
    assert "thu.pdf" in page


def test_demonstration_is_told_before_any_verdict(client):
    paper = PaperFactory(year__bloc__is_demo=True, complete=True)
    warning = "Đây là văn bản trình diễn, không có giá trị pháp lý."

    pages = [
        text_of(client.get(f"{ADDRESS}{paper.code}/")),
        text_of(upload(client, bytes_of(paper))),
        text_of(upload(client, bytes_of(paper) + b"\n")),
    ]

    for page, verdict in zip(pages, ("hoàn tất, đủ", "Tệp toàn vẹn", "bị thay đổi"), strict=True):
        assert page.index(warning) < page.index(verdict)


def test_empty_form_asks_for_a_code_or_a_file(client):
    answer = client.post(ADDRESS, {"code": ""})

    assert answer.status_code == 422
    assert "Hãy nhập mã in ở chân trang, hoặc chọn tệp PDF." in text_of(answer)


def test_empty_file_is_refused(client):
    assert upload(client, b"").status_code == 422


def test_huge_file_is_refused_unread(client, monkeypatch):
    monkeypatch.setattr("pledges.forms.MAX_UPLOAD", 1000)
    monkeypatch.setattr(verification, "of_file", lambda *_: pytest.fail("was read"))

    answer = upload(client, bytes(1001))

    assert answer.status_code == 422
    assert "Tệp lớn quá" in text_of(answer)


def test_upload_keeps_nothing(client):
    upload(client, pdf())

    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("how", ["codes", "files"])
def test_looking_up_too_often_is_refused_on_our_own_page(client, settings, how):
    settings.ACCOUNT_RATE_LIMITS = {"verify": "3/m/ip"}

    def ask():
        return client.get(f"{ADDRESS}GU26-AAAA-AAAA/") if how == "codes" else upload(client, b"x")

    answers = [ask() for _ in range(4)]

    assert [answer.status_code == 429 for answer in answers] == [False, False, False, True]
    assert "Thao tác quá nhiều lần" in text_of(answers[3])


def test_address_may_look_up_again_after_a_minute(client, settings, today):
    settings.ACCOUNT_RATE_LIMITS = {"verify": "1/m/ip"}
    address = f"{ADDRESS}GU26-AAAA-AAAA/"

    first, second = client.get(address), client.get(address)
    today.shift(timedelta(seconds=61))

    assert [first.status_code, second.status_code] == [404, 429]
    assert client.get(address).status_code == 404


def test_look_ups_from_many_addresses_do_not_lift_the_limit_of_one(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"verify": "1/m/ip"}
    address = f"{ADDRESS}GU26-AAAA-AAAA/"

    client.get(address)
    for number in range(320):
        cache.set(f"allauth:rl:another-address:{number}", [1.0], 60)

    assert client.get(address).status_code == 429


def test_installation_limits_the_look_ups(settings):
    assert settings.ACCOUNT_RATE_LIMITS["verify"].endswith("/m/ip")


# Fourteen of them count the look-up, in one transaction.
@pytest.mark.parametrize("members", [2, 4])
@pytest.mark.parametrize("state", ["signing", "complete", "superseded"])
def test_code_costs_the_same_for_two_units_and_for_four(
    client, django_assert_num_queries, members, state
):
    paper = PaperFactory(year=EmulationYearFactory(members=members), reached=state)
    address = f"{ADDRESS}{paper.code}/"
    client.get(address)

    with django_assert_num_queries(16):
        page = client.get(address)

    assert page.status_code == 200


def test_name_of_the_bloc_is_never_out_of_date(client):
    paper = PaperFactory(complete=True)
    address = f"{ADDRESS}{paper.code}/"
    before = text_of(client.get(address))

    paper.year.bloc.names.update(name="Khối thi đua các cơ quan nội chính")

    assert "Khối thi đua các cơ quan nội chính" not in before
    assert "Khối thi đua các cơ quan nội chính" in text_of(client.get(address))


def test_signatures_appear_with_the_last_one(client):
    paper = PaperFactory(signing=True, signed=1)
    address = f"{ADDRESS}{paper.code}/"
    before = text_of(client.get(address))

    last = next(party for party in paper.parties.all() if party.signature is None)
    sign_for(paper, last.unit)
    after = text_of(client.get(address))

    assert last.unit_name not in before
    assert last.unit_name in after
    assert "đủ 2/2" in after


# The root certificate


def test_root_certificate_is_there_for_anyone(client):
    make_ca()

    answer = client.get(f"{ADDRESS}chung-thu-goc.pem")

    [(kind, _headers, der)] = pem.unarmor(answer.content, multiple=True)
    root = x509.Certificate.load(der)
    assert kind == "CERTIFICATE"
    assert root.ca
    assert root.self_issued
    assert (root.not_valid_after - root.not_valid_before).days >= 20 * 365
    assert answer["Content-Type"] == "application/x-pem-file"


def test_installation_without_a_root_has_none_to_give(client):
    assert client.get(f"{ADDRESS}chung-thu-goc.pem").status_code == 404
