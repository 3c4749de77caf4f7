"""The unit's documents in the browser: added, cited, looked at, taken back; and who never sees them."""

import re
from copy import deepcopy
from datetime import date

import pytest
from django.urls import reverse

from khoithidua.models import AuditEntry, StoredFile
from scoring import evidence, rounds
from scoring.models import Evidence, ScoringRound
from tests.factories import (
    DOCUMENT,
    CriteriaSetFactory,
    EmulationYearFactory,
    EvidenceFactory,
    RoundFactory,
    ScorecardFactory,
    StoredFileFactory,
    bring_card,
    card_of,
    clerk_of,
    lead_of,
    leader_of,
    leaf,
    minutes,
    officer_of,
)
from tests.khoithidua.upload_samples import MACRO_MAIN, office, pdf, picture, uploaded
from tests.scoring.test_permissions import TODAY, card_in, people_of

pytestmark = pytest.mark.django_db

FORMS = {"tai-lieu-TOTAL_FORMS": 1, "tai-lieu-INITIAL_FORMS": 1}
WORDS = {"number": "12/BC-STN", "issuer": "Sở Thử nghiệm", "issued_on": "2026-02-05"}


@pytest.fixture
def card(db):
    return ScorecardFactory()


@pytest.fixture
def client(login, card):
    return login(officer_of(card.unit))


def path(card, name="evidence_list", *args, **query):
    place = [card.year.bloc.slug, card.year.number, card.unit.slug, *args]
    return reverse(f"scoring:{name}", args=place, query=query or None)


def table_with_evidence(**wanted):
    """DOCUMENT whose I.1 wants evidence."""
    document = deepcopy(DOCUMENT)
    document["nodes"][0]["children"][0]["evidence"] = wanted
    return document


def card_with_evidence(**wanted):
    year = EmulationYearFactory(members=4)
    CriteriaSetFactory(year=year, adopted=True, document=table_with_evidence(**wanted))
    return ScorecardFactory(round=RoundFactory(year=year))


def upload(client, card, *files, declared=True, **query):
    data = {"files": list(files)} | ({"declared": "on"} if declared else {})
    return client.post(path(card, "evidence_upload", **query), data)


def typed(*rows):
    """The POST of the page that asks what each document is."""
    fields = {
        f"tai-lieu-{place}-{name}": value
        for place, row in enumerate(rows)
        for name, value in row.items()
    }
    return fields | {"tai-lieu-TOTAL_FORMS": len(rows), "tai-lieu-INITIAL_FORMS": len(rows)}


def tokens_in(response):
    return re.findall(r'name="tai-lieu-\d+-token" value="([^"]+)"', response.content.decode())


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# Adding files


def test_files_are_uploaded_then_described_then_cited(client, card):
    names = ("123_BC-STC_ngay_05-02-2026.pdf", "Ảnh lễ phát động.jpg")
    files = [uploaded(pdf(), names[0]), uploaded(picture(), names[1])]

    asked = client.post(
        path(card, "evidence_upload", muc="I.1"), {"files": files, "declared": "on"}, follow=True
    )
    html = asked.content.decode()
    assert names[0] in html
    assert names[1] in html
    assert 'value="123/BC-STC"' in html
    assert 'value="2026-02-05"' in html
    assert not Evidence.objects.exists(), "a proposal only"

    first, second = tokens_in(asked)
    done = client.post(
        asked.request["PATH_INFO"] + "?" + asked.request["QUERY_STRING"],
        typed(
            {"token": first, **WORDS, "summary": "Báo cáo quý", "pages": "3, 5-7"},
            {"token": second},
        ),
        follow=True,
    )

    report, photograph = Evidence.objects.order_by("pk")
    assert (report.number, report.issued_on) == ("12/BC-STN", date(2026, 2, 5))
    assert (photograph.number, photograph.file.content_type) == ("", "image/jpeg")
    assert [(use.criterion.key, use.pages) for use in report.uses.all()] == [("I.1", "3, 5-7")]
    assert "Đã thêm 2 tài liệu." in text_of(done)
    assert "Trang 3, 5-7" in text_of(done)
    actions = list(AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[:4])
    assert actions == ["evidence.use", "evidence.use", "evidence.attach", "evidence.attach"]


def test_every_page_of_upload_asks_for_the_declaration(client, card):
    for name, args in (("evidence_upload", ()), ("evidence_for", ("I.1",))):
        page = text_of(client.get(path(card, name, *args)))
        assert "Không tải lên tài liệu có dấu mật" in page
        assert "Tôi xác nhận các tệp này không phải là tài liệu có dấu mật" in page

    response = upload(client, card, uploaded(pdf()), declared=False)

    assert response.status_code == 422
    assert "Cần đánh dấu xác nhận" in text_of(response)
    assert not StoredFile.objects.exists()


def test_refused_file_is_named_and_keeps_no_other_from_going_on(client, card):
    good, bad = uploaded(pdf(), "tot.pdf"), uploaded(office(MACRO_MAIN), "xau.docx")

    response = client.post(
        path(card, "evidence_upload"), {"files": [bad, good], "declared": "on"}, follow=True
    )

    assert "Không nhận xau.docx: Tệp có macro" in text_of(response)
    assert len(tokens_in(response)) == 1
    assert StoredFile.objects.count() == 1


def test_all_files_refused_are_told_one_by_one(client, card):
    response = upload(client, card, uploaded(b"", "a.pdf"), uploaded(b"MZ", "b.exe"))

    assert response.status_code == 422
    assert "a.pdf: Tệp rỗng" in text_of(response)
    assert "b.exe: Không nhận tệp .exe" in text_of(response)


def test_no_file_too_many_and_too_much_are_refused(client, card, settings):
    assert "Hãy chọn ít nhất một tệp" in text_of(upload(client, card))
    many = [uploaded(b"x", f"{number}.pdf") for number in range(21)]
    assert "nhiều nhất 20 tệp" in text_of(upload(client, card, *many))
    settings.UPLOAD_LIMIT = 1024 * 1024
    heavy = [uploaded(b"x" * 1024 * 1024, f"{number}.pdf") for number in range(3)]
    assert "cộng lại lớn hơn 2 MB" in text_of(upload(client, card, *heavy))


def test_file_can_be_left_out_when_it_is_described(client, card):
    asked = client.post(
        path(card, "evidence_upload"), {"files": [uploaded(pdf())], "declared": "on"}, follow=True
    )

    client.post(
        path(card, "evidence_add"), typed({"token": tokens_in(asked)[0], "drop": "on"}), follow=True
    )

    assert not Evidence.objects.exists()


def test_mistake_loses_neither_the_file_nor_what_was_typed(client, card):
    asked = client.post(
        path(card, "evidence_upload"), {"files": [uploaded(pdf())], "declared": "on"}, follow=True
    )
    token = tokens_in(asked)[0]

    response = client.post(
        path(card, "evidence_add"),
        typed({"token": token, "issued_on": "31/02/2026", "summary": "Báo cáo dài"}),
    )

    assert response.status_code == 422
    assert tokens_in(response) == [token]
    assert 'value="Báo cáo dài"' in response.content.decode()
    assert "Ngày không hợp lệ" in text_of(response)


def test_token_is_good_for_its_own_person_only(login, client, card):
    asked = client.post(
        path(card, "evidence_upload"), {"files": [uploaded(pdf())], "declared": "on"}, follow=True
    )
    row = typed({"token": tokens_in(asked)[0], **WORDS})

    other = login(leader_of(card.unit)).post(path(card, "evidence_add"), row)
    forged = client.post(path(card, "evidence_add"), typed({"token": "1:abc:def", **WORDS}))

    assert other.status_code == forged.status_code == 422
    assert "không còn giữ được" in text_of(other)
    assert not Evidence.objects.exists()


def test_same_file_again_is_the_same_document(client, card):
    for key in ("I.1", "I.2"):
        asked = client.post(
            path(card, "evidence_upload", muc=key),
            {"files": [uploaded(pdf())], "declared": "on"},
            follow=True,
        )
        fields = typed({"token": tokens_in(asked)[0], **WORDS})
        client.post(path(card, "evidence_add", muc=key), fields)

    document = Evidence.objects.get()
    assert StoredFile.objects.count() == 1
    assert {use.criterion.key for use in document.uses.all()} == {"I.1", "I.2"}


def test_file_that_is_there_already_comes_with_what_is_known_of_it(client, card):
    kept = StoredFileFactory(data=pdf())
    EvidenceFactory(card=card, file=kept, file_name="a.pdf", number="77/KH-STN")

    asked = client.post(
        path(card, "evidence_upload"), {"files": [uploaded(pdf())], "declared": "on"}, follow=True
    )

    assert 'value="77/KH-STN"' in asked.content.decode()


# Citations


def test_citation_without_a_file_needs_number_and_issuer(client, card):
    place = path(card, "evidence_add", muc="I.1")

    response = client.post(place, typed({"summary": "Quyết định khen thưởng"}))

    assert response.status_code == 422
    assert "cần ghi số, ký hiệu" in text_of(response)
    assert "cần ghi cơ quan ban hành" in text_of(response)
    assert 'value="Quyết định khen thưởng"' in response.content.decode()

    client.post(place, typed({**WORDS, "pages": "2"}))

    document = Evidence.objects.get()
    assert document.citation == "Số 12/BC-STN ngày 05/02/2026 của Sở Thử nghiệm"
    assert document.uses.get().pages == "2"


def test_citation_alone_is_refused_where_the_table_wants_a_file(login):
    card = card_with_evidence(file=True)
    client = login(officer_of(card.unit))
    cited = EvidenceFactory(card=card)

    page = client.get(path(card, "evidence_for", "I.1"))
    added = client.post(path(card, "evidence_add", muc="I.1"), typed(WORDS))
    used = client.post(path(card, "evidence_cite", cited.pk), {"criterion": "I.1", "pages": ""})

    assert "Mục này phải có tệp" in text_of(page)
    assert "Không kèm tệp nên không dẫn được" in text_of(page)
    for refused in (added, used):
        assert refused.status_code == 422
        assert "Bảng tiêu chí yêu cầu có tệp ở mục này" in text_of(refused)
    assert not cited.uses.exists()


def test_document_is_cited_for_another_criterion_once(client, card):
    document = EvidenceFactory(card=card, cited="I.1")
    fields = {"criterion": "I.2", "pages": "4"}

    assert "I.2 Góp ý đúng hạn" in text_of(client.get(path(card, "evidence_cite", document.pk)))
    done = client.post(path(card, "evidence_cite", document.pk), fields, follow=True)
    again = client.post(path(card, "evidence_cite", document.pk), fields)

    assert "Đã dẫn tài liệu cho mục I.2." in text_of(done)
    assert "đã được dẫn cho tiêu chí này" in text_of(again)
    assert document.uses.count() == 2


@pytest.mark.parametrize("criterion", ["", "I", "khong-co"])
def test_document_is_cited_for_criteria_of_the_table_only(client, card, criterion):
    document = EvidenceFactory(card=card)

    response = client.post(path(card, "evidence_cite", document.pk), {"criterion": criterion})

    assert response.status_code == 422
    assert not document.uses.exists()


def test_documents_are_found_by_number_and_words_without_marks(client, card):
    EvidenceFactory(card=card, number="15/KH-STN", summary="Kế hoạch cải cách hành chính")
    EvidenceFactory(card=card, number="16/BC-STN", summary="Báo cáo quý")

    by_words = text_of(client.get(path(card, "evidence_for", "I.1", tim="cai cach")))
    by_number = text_of(client.get(path(card, tim="16/bc")))
    nothing = text_of(client.get(path(card, tim="không có")))

    assert "15/KH-STN" in by_words
    assert "16/BC-STN" not in by_words
    assert "16/BC-STN" in by_number
    assert "15/KH-STN" not in by_number
    assert "Không có tài liệu nào khớp" in nothing


# Taking off, taking back


def test_citation_is_taken_off_and_the_document_stays(client, card):
    document = EvidenceFactory(card=card, cited="I.1")

    client.post(path(card, "evidence_stop", document.pk), {"criterion": "I.1"})

    assert not document.uses.exists()
    assert "Chưa dẫn cho tiêu chí nào" in text_of(client.get(path(card)))


def test_withdrawing_shows_what_the_document_is_cited_for(client, card):
    document = EvidenceFactory(card=card, cited="I.1")

    asked = text_of(client.get(path(card, "evidence_withdraw", document.pk)))
    assert "đang được dẫn cho 1 tiêu chí" in asked
    assert "I.1 Nhiệm vụ đúng hạn" in asked
    assert document.uses.exists()
    done = client.post(path(card, "evidence_withdraw", document.pk), follow=True)

    assert "Đã rút tài liệu kiểm chứng" in text_of(done)
    assert "Chưa có tài liệu nào" in text_of(done)
    assert client.get(path(card, "evidence_detail", document.pk)).status_code == 404


@pytest.mark.parametrize("state", ["submitted", "verifying", "verified", "settled"])
def test_after_the_submission_nothing_changes_here(login, state):
    card = card_in("draft")
    document = EvidenceFactory(card=card, pdf=True, cited="I.1")
    bring_card(card, state)
    client = login(officer_of(card.unit))

    changes = [
        client.get(path(card, "evidence_upload")),
        client.post(path(card, "evidence_add"), typed(WORDS)),
        client.post(path(card, "evidence_cite", document.pk), {"criterion": "I.2"}),
        client.post(path(card, "evidence_stop", document.pk), {"criterion": "I.1"}),
        client.post(path(card, "evidence_withdraw", document.pk)),
    ]

    assert {response.status_code for response in changes} == {403}
    assert "Bản tự chấm đã gửi" in text_of(changes[0])
    page = text_of(client.get(path(card, "evidence_for", "I.1")))
    assert "bao-cao.pdf" in page
    assert "Tải tệp lên" not in page


def test_card_passed_on_within_the_unit_is_not_changed_by_the_officer(login):
    card = ScorecardFactory(leader=True)

    response = login(officer_of(card.unit)).post(path(card, "evidence_add"), typed(WORDS))

    assert response.status_code == 403
    assert not Evidence.objects.exists()


def test_clerk_reads_and_changes_nothing(login, card):
    document = EvidenceFactory(card=card, cited="I.1")
    client = login(clerk_of(card.unit))

    assert "Tải tệp lên" not in text_of(client.get(path(card)))
    assert client.post(path(card, "evidence_withdraw", document.pk)).status_code == 403


# Looking at files


def test_file_is_downloaded_never_shown(client, card):
    document = EvidenceFactory(card=card, pdf=True, file_name="Báo cáo.pdf")

    response = client.get(path(card, "evidence_file", document.pk))

    assert response.content == document.file.read()
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_page_of_a_file_is_shown_as_a_picture_made_here(client, card):
    document = EvidenceFactory(card=card, pdf=True, file_name="Báo cáo.pdf")

    page = client.get(path(card, "evidence_detail", document.pk), {"trang": "99"})
    picture_of_page = client.get(path(card, "evidence_page", document.pk, 1))

    assert "Trang 1/1" in text_of(page)
    assert path(card, "evidence_page", document.pk, 1) in page.content.decode()
    assert document.file.sha256 in text_of(page)
    assert picture_of_page.content.startswith(b"\x89PNG")
    assert picture_of_page["Content-Type"] == "image/png"
    assert picture_of_page["Content-Disposition"] == 'inline; filename="bao-cao-pdf-1.png"'
    assert picture_of_page["X-Content-Type-Options"] == "nosniff"


def test_what_has_no_picture_has_no_page(client, card):
    word = EvidenceFactory(
        card=card,
        file=StoredFileFactory(data=office(), content_type="application/msword"),
        file_name="a.docx",
    )
    citation = EvidenceFactory(card=card)

    assert "không xem trước được" in text_of(client.get(path(card, "evidence_detail", word.pk)))
    assert "không kèm tệp" in text_of(client.get(path(card, "evidence_detail", citation.pk)))
    assert client.get(path(card, "evidence_page", word.pk, 1)).status_code == 404
    assert client.get(path(card, "evidence_page", citation.pk, 1)).status_code == 404
    assert client.get(path(card, "evidence_file", citation.pk)).status_code == 404


@pytest.mark.parametrize("trang", ["0", "-1", "hai", "1e9", "９", "9" * 30])
def test_odd_page_numbers_show_the_first_page(client, card, trang):
    document = EvidenceFactory(card=card, pdf=True)

    response = client.get(path(card, "evidence_detail", document.pk), {"trang": trang})

    assert "Trang 1/1" in text_of(response)


# Who sees what


@pytest.mark.parametrize("state", ["draft", "review", "leader", "submitted", "verified", "adopted"])
def test_documents_are_opened_by(login, state):
    card = card_in("draft")
    document = EvidenceFactory(card=card, pdf=True, cited="I.1")
    if state == "adopted":
        adopt(card)
    else:
        bring_card(card, state)
    places = [
        path(card, "evidence_list"),
        path(card, "evidence_for", "I.1"),
        path(card, "evidence_detail", document.pk),
        path(card, "evidence_file", document.pk),
        path(card, "evidence_page", document.pk, 1),
    ]

    opened = {
        who: {login(user).get(place).status_code for place in places}
        for who, user in people_of(card.year).items()
    }

    expected = {"own leader", "own officer", "own clerk"}
    if state not in ("draft", "review", "leader"):
        expected |= {"lead leader", "lead officer", "deputy leader", "deputy officer"}
        expected |= {"secretariat", "inspector", "superuser"}
    if state == "adopted":
        expected |= {"supervisor"}
    assert {who for who, answers in opened.items() if answers == {200}} == expected
    if state != "adopted":
        supervised = opened.pop("supervisor")
        assert supervised == ({200, 404} if state in ("submitted", "verified") else {404})
    assert all(answers == {404} for who, answers in opened.items() if who not in expected), opened


def adopt(card):
    """The conference adopts the round's results."""
    bring_card(card, "settled")
    made = ScoringRound.objects.get(pk=card.round_id)
    by = leader_of(lead_of(card.year))
    rounds.show_provisional(made, by=by)
    rounds.adopt(made, by=by, on=TODAY, minutes=minutes())


def test_supervisor_sees_only_documents_of_their_own_criteria(login):
    card = card_in("draft")
    theirs = EvidenceFactory(card=card, pdf=True, cited="II.2")
    both = EvidenceFactory(card=card, number="5/BC", cited="II.2")
    evidence.use(both, card, leaf(card.round, "I.1"), by=officer_of(card.unit), pages="tr9")
    hidden = EvidenceFactory(card=card, number="9/MAT-STN", cited="I.1")
    unused = EvidenceFactory(card=card, number="10/CHUA-DAN")
    bring_card(card, "submitted")
    client = login(people_of(card.year)["supervisor"])

    page = text_of(client.get(path(card)))

    assert theirs.number in page
    assert both.number in page
    assert "tr9" not in page, "for another criterion"
    assert hidden.number not in page
    assert unused.number not in page
    assert "2/2 tài liệu" in page, "no count of what is hidden"
    assert client.get(path(card, "evidence_page", theirs.pk, 1)).status_code == 200
    for document in (hidden, unused):
        assert client.get(path(card, "evidence_detail", document.pk)).status_code == 404
    assert client.get(path(card, "evidence_for", "I.1")).status_code == 404
    assert "I.1" not in text_of(client.get(path(card, "evidence_detail", both.pk)))


def test_document_of_another_unit_is_not_found_through_ones_own(login, card):
    other = card.round.cards.exclude(unit=card.unit).order_by("pk").first()
    theirs = EvidenceFactory(card=card_of(card.round, other.unit), pdf=True)
    client = login(officer_of(card.unit))

    for name in ("evidence_detail", "evidence_file", "evidence_cite", "evidence_withdraw"):
        assert client.get(path(card, name, theirs.pk)).status_code == 404
    assert (
        client.post(path(card, "evidence_cite", theirs.pk), {"criterion": "I.1"}).status_code == 404
    )
    assert client.get(path(card, "evidence_page", theirs.pk, 1)).status_code == 404


@pytest.mark.parametrize("key", ["I", "khong-co", "123"])
def test_only_criteria_with_points_of_their_own_have_documents(client, card, key):
    assert client.get(path(card, "evidence_for", key)).status_code == 404
    assert client.get(path(card, "evidence_upload", muc=key)).status_code == 404


# What is lacking


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"documents": "2"}, "Cần 2 tài liệu, còn thiếu 2. Chỉ nhắc, không trừ điểm."),
        (
            {"without": "zero"},
            "Cần 1 tài liệu, còn thiếu 1. Không có tài liệu thì không tính điểm.",
        ),
        (
            {"documents": "3", "file": True, "without": "deduct", "each": "0.5", "cap": "1"},
            "Cần 3 tài liệu (phải có tệp), còn thiếu 3. Thiếu mỗi tài liệu trừ 0,5 điểm, nhiều nhất 1 điểm.",
        ),
    ],
)
def test_criteria_that_lack_documents_are_listed_with_the_consequence(login, wanted, said):
    card = card_with_evidence(**wanted)

    page = text_of(login(officer_of(card.unit)).get(path(card)))

    assert "Tiêu chí còn thiếu tài liệu I.1 Nhiệm vụ đúng hạn" in page
    assert said in page


def test_nothing_lacking_is_not_spoken_of(login):
    card = card_with_evidence(required=True)
    EvidenceFactory(card=card, cited="I.1")

    assert "còn thiếu" not in text_of(login(officer_of(card.unit)).get(path(card)))


def test_others_are_not_told_what_is_lacking(login):
    card = card_with_evidence(required=True)
    bring_card(card, "submitted")

    page = login(people_of(card.year)["inspector"]).get(path(card))

    assert "còn thiếu" not in text_of(page)


def test_card_leads_to_the_documents_of_each_criterion(client, card):
    page = client.get(path(card, "scorecard_detail")).content.decode()

    assert path(card, "evidence_for", "I.1") in page
    assert path(card, "evidence_list") in page


# What it costs


@pytest.mark.parametrize("name", ["evidence_list", "evidence_for"])
def test_page_costs_the_same_with_three_documents(client, card, name, django_assert_num_queries):
    place = path(card, name, *(["I.1"] if name == "evidence_for" else []))
    queries = {"evidence_list": 16, "evidence_for": 9}[name]
    EvidenceFactory(card=card, cited="I.1")

    for _ in range(2):
        client.get(place)
        with django_assert_num_queries(queries):
            assert client.get(place).status_code == 200
        for _ in range(2):
            extra = EvidenceFactory(card=card, pdf=True, cited="I.1")
            evidence.use(extra, card, leaf(card.round, "I.2"), by=officer_of(card.unit))
