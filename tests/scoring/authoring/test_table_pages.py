"""The pages of a criteria table: who reads it, how it begins, is settled, compared and adopted."""

import json
import zipfile
from copy import deepcopy
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from khoithidua.models import AuditEntry
from pledges.models import Paper
from scoring.authoring.sheet.write import workbook
from scoring.models import CriteriaSet
from scoring.tables import rewrite
from tests.factories import (
    CriteriaSetFactory,
    EmulationYearFactory,
    lead_of,
    member_of,
    officer_of,
)
from tests.scoring.authoring.samples import b_100, leaf, table
from tests.scoring.pages import at, text_of

pytestmark = pytest.mark.django_db


def _bomb():
    """A small file that would unpack to more than a hundred megabytes."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (101 * 1024 * 1024))
    return output.getvalue()


BOMB = _bomb()


@pytest.fixture
def draft():
    return CriteriaSetFactory(document=b_100())


def author(criteria):
    return officer_of(lead_of(criteria.year))


def member(criteria):
    return officer_of(member_of(criteria.year))


def fresh(criteria):
    return CriteriaSet.objects.select_related("paper__year__bloc").get(pk=criteria.pk)


def test_papers_of_the_year_are_listed_with_their_state(login, draft):
    said = text_of(login(author(draft)).get(at("paper_list", draft.year)))

    assert "Bảng tiêu chí năm 2026, phiên bản 1" in said
    assert "Đang soạn" in said
    assert "Lập phiên bản mới" not in said


def test_table_has_an_address_of_its_own(draft):
    assert draft.paper.get_absolute_url() == at("table_detail", draft)


def test_draft_is_not_on_the_list_of_others(login, draft):
    said = text_of(login(member(draft)).get(at("paper_list", draft.year)))

    assert "phiên bản 1" not in said
    assert "chưa gửi dự thảo bảng tiêu chí" in said


def test_draft_is_the_lead_units_alone(login, draft):
    assert login(member(draft)).get(at("table_detail", draft)).status_code == 404
    for name in ("table_excel", "table_json", "table_difference", "table_comment_list"):
        assert login(member(draft)).get(at(name, draft)).status_code == 404


def test_members_read_what_is_out_for_comment_and_change_nothing(login):
    criteria = CriteriaSetFactory(document=b_100(), commenting=True)

    answer = login(member(criteria)).get(at("table_detail", criteria))

    said = text_of(answer)
    assert "Hoàn thành nhiệm vụ Tỉnh ủy" in said
    assert "Theo tỷ lệ hoàn thành tử số: Hoàn thành đúng hạn; mẫu số: Tổng số đến hạn" in said
    assert "Góp ý I.1" in said
    assert "Sửa I.1" not in said
    assert "sap-xep" not in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_table_costs_the_same_however_long_it_is(login, django_assert_num_queries, count):
    groups = [
        {"key": f"g{n}", "name": "x", "children": [leaf(f"a{n}"), leaf(f"b{n}")]}
        for n in range(count)
    ]
    criteria = CriteriaSetFactory(document=table(*groups))
    client = login(author(criteria))
    client.get(at("table_detail", criteria))

    with django_assert_num_queries(7):
        client.get(at("table_detail", criteria))


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_however_many_versions(login, django_assert_num_queries, count):
    year = EmulationYearFactory(members=3)
    for _ in range(count):
        CriteriaSetFactory(year=year, document=table(leaf("I"), base_max="5"), adopted=True)
    client = login(officer_of(member_of(year)))
    client.get(at("paper_list", year))

    with django_assert_num_queries(5):
        client.get(at("paper_list", year))


def test_what_the_lint_says_stands_beside_the_tree_and_leads_to_the_criterion(login):
    document = b_100()
    document["nodes"][0]["children"][3]["parts"][0]["bands"].pop(2)
    criteria = CriteriaSetFactory(document=document)

    answer = login(author(criteria)).get(at("table_detail", criteria))

    link = f'<a href="{at("table_detail", criteria)}#muc-I.4">I.4 Phối hợp, góp ý đúng hạn: '
    assert link in answer.content.decode()
    assert f'{at("table_detail", criteria)}#quy-dinh">Điều kiện G1' in answer.content.decode()
    assert "Lưu ý Điều kiện G1" in text_of(answer)


# Beginning


def begun(login, year, **data):
    return login(officer_of(lead_of(year))).post(at("table_begin", year), data)


def test_table_begins_from_a_ready_made_one(login):
    year = EmulationYearFactory(members=3)

    answer = begun(login, year, source="mau-b_100")

    criteria = CriteriaSet.objects.get()
    assert answer.url == at("table_detail", criteria)
    assert criteria.as_document() == b_100()


def test_table_begins_from_last_years(login):
    last = CriteriaSetFactory(document=b_100(), adopted=True)
    year = EmulationYearFactory(bloc=last.year.bloc, number=2027, members=3)

    begun(login, year, source=f"bang-{last.pk}")

    assert CriteriaSet.objects.get(paper__year=year).as_document() == b_100()


def test_table_begins_empty(login):
    year = EmulationYearFactory(members=3)

    begun(login, year, source="trong")

    assert CriteriaSet.objects.get().as_document()["nodes"] == []


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_table_begins_from_a_file(login, ending):
    year = EmulationYearFactory(members=3)
    data = workbook(b_100()) if ending == "xlsx" else json.dumps(b_100()).encode()

    begun(login, year, source="tep", file=SimpleUploadedFile(f"bang.{ending}", data))

    assert CriteriaSet.objects.get().as_document() == b_100()


def test_file_with_errors_begins_nothing_and_names_the_cells(login):
    year = EmulationYearFactory(members=3)
    document = b_100()
    document["nodes"][0]["children"][0]["parts"][0]["zero_below"] = "NaN"

    answer = begun(
        login, year, source="tep", file=SimpleUploadedFile("bang.xlsx", workbook(document))
    )

    assert "Trang “Tiêu chí”, ô G3" in answer.content.decode()
    assert not CriteriaSet.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", b"{", "không phải là JSON"),
        ("a.json", b'{"name": "x", "base_max": NaN, "nodes": []}', "không phải là JSON"),
        ("a.json", b"[" * 100_000, "không phải là JSON"),
        ("a.json", b'{"nodes": 1}', "Bảng tiêu chí"),
        ("a.xlsx", b"not a workbook", "không phải là bảng tính"),
        ("a.xlsx", b"x" * (6 * 1024 * 1024), "lớn hơn 5 MB"),
        ("a.json", b"x" * (6 * 1024 * 1024), "lớn hơn 5 MB"),
        ("a.xlsx", BOMB, "mở ra quá lớn"),
    ],
)
def test_file_that_is_no_table_is_refused_with_a_sentence(login, name, data, said):
    year = EmulationYearFactory(members=3)

    answer = begun(login, year, source="tep", file=SimpleUploadedFile(name, data))

    assert said in text_of(answer)
    assert not CriteriaSet.objects.exists()


def test_new_version_needs_a_reason(login):
    first = CriteriaSetFactory(document=b_100(), adopted=True)

    refused = begun(login, first.year, source=f"bang-{first.pk}", reason=" ")
    begun(login, first.year, source=f"bang-{first.pk}", reason="Quy chế của Khối thay đổi")

    assert refused.status_code == 200
    second = CriteriaSet.objects.get(paper__version=2)
    assert second.reason == "Quy chế của Khối thay đổi"


def test_second_draft_is_told_not_made(login, draft):
    answer = begun(login, draft.year, source="trong")

    assert "đang có một dự thảo" in text_of(answer)


# Settings


def settings_data(client, criteria):
    """What the settings page would send back unchanged."""
    page = client.get(at("table_settings", criteria))
    form, data = page.context["form"], {"seen": page.context["seen"]}
    for one in [form, *(row for kept in form.tables for row in kept.forms)]:
        for field in one:
            value = field.value()
            if value not in (None, False):
                data[field.html_name] = value
    return data


def test_settings_saved_unchanged_say_the_same(login, draft):
    client = login(author(draft))

    client.post(at("table_settings", draft), settings_data(client, draft))

    assert fresh(draft).as_document() == b_100()


def test_settings_are_changed_and_recorded(login, draft):
    client = login(author(draft))
    data = settings_data(client, draft) | {"places": "3", "classes-1-at_least": "96,5"}

    answer = client.post(at("table_settings", draft), data)

    assert answer.status_code == 302
    document = fresh(draft).as_document()
    assert document["rounding"]["places"] == 3
    assert document["classes"][0] == {"name": "Xuất sắc", "at_least": "96.5"}
    assert AuditEntry.objects.filter(action="criteriaset.edit").count() == 1


def test_settings_with_a_mistake_keep_what_was_typed(login, draft):
    client = login(author(draft))
    data = settings_data(client, draft) | {"places": "hai", "gates-5-when": "nhóm I thấp"}

    answer = client.post(at("table_settings", draft), data)

    assert answer.status_code == 422
    assert 'value="hai"' in answer.content.decode()
    assert "điều kiện ghi như" in answer.content.decode()
    assert fresh(draft).as_document() == b_100()


def test_settings_saved_meanwhile_are_not_overwritten_unasked(login, draft):
    client = login(author(draft))
    data = settings_data(client, draft) | {"places": "3"}
    other = deepcopy(b_100()) | {"bonus_cap": "12"}
    rewrite(draft, other, by=author(draft), revision=draft.paper.revision, summary="x")

    answer = client.post(at("table_settings", draft), data)
    assert "vừa sửa phần này" in text_of(answer)
    client.post(at("table_settings", draft), data | {"overwrite": "1"})

    assert fresh(draft).as_document()["rounding"]["places"] == 3


# Files


def test_files_hold_the_whole_table(login, draft):
    client = login(author(draft))

    excel, plain = client.get(at("table_excel", draft)), client.get(at("table_json", draft))

    assert excel.content[:2] == b"PK"
    assert json.loads(plain.content) == b_100()
    assert "bang-tieu-chi" in plain["Content-Disposition"]


def uploaded(client, criteria, document):
    file = SimpleUploadedFile("bang.xlsx", workbook(document))
    return client.post(at("table_import", criteria), {"file": file})


def test_import_shows_the_difference_and_writes_when_confirmed(login, draft):
    client, changed = login(author(draft)), b_100()
    changed["nodes"][0]["children"][4]["max"] = "7.5"

    shown = uploaded(client, draft, changed)
    assert "Điểm tối đa 5 7,5" in text_of(shown)
    assert fresh(draft).as_document() == b_100()
    client.post(at("table_import", draft), {"token": shown.context["shown"]["token"]})

    assert fresh(draft).as_document() == changed


def test_import_of_the_same_has_nothing_to_confirm(login, draft):
    said = text_of(uploaded(login(author(draft)), draft, b_100()))

    assert "giống hệt dự thảo" in said
    assert "Xác nhận" not in said


def test_import_previewed_before_a_colleague_saved_is_not_taken(login, draft):
    client = login(author(draft))
    shown = uploaded(client, draft, b_100() | {"base_max": "90"})
    other = b_100() | {"bonus_cap": "12"}
    rewrite(draft, other, by=author(draft), revision=draft.paper.revision, summary="x")

    answer = client.post(
        at("table_import", draft), {"token": shown.context["shown"]["token"]}, follow=True
    )

    assert "Hãy chọn lại tệp" in text_of(answer)
    assert fresh(draft).as_document() == other


def test_import_token_of_nobody_is_refused(login, draft):
    answer = login(author(draft)).post(at("table_import", draft), {"token": "x"}, follow=True)

    assert "Hãy chọn lại tệp" in text_of(answer)


# Comments


def test_remark_on_a_criterion_is_answered(login):
    criteria = CriteriaSetFactory(document=b_100(), commenting=True)
    page = at("table_comment_list", criteria)

    login(member(criteria)).post(page, {"clause": "I.1", "text": "Nên giảm còn 10 điểm."})
    remark = criteria.paper.comments.get()
    login(author(criteria)).post(
        at("table_comment_answer", criteria, remark.pk), {"answer": "accepted", "text": "Đã sửa."}
    )

    said = text_of(login(member(criteria)).get(page))
    assert remark.clause_label.startswith("I.1 Hoàn thành nhiệm vụ")
    assert "Tiếp thu" in said


def test_draft_is_sent_out_for_comment(login, draft):
    login(author(draft)).post(at("table_comments_open", draft))

    draft.paper.refresh_from_db()
    assert draft.paper.state == Paper.State.COMMENTING


# Difference and adoption


def test_adopted_table_is_kept_and_no_longer_changed(login, draft):
    client = login(author(draft))

    client.post(at("table_adopt", draft), {"on": "2026-04-06"})

    adopted = fresh(draft)
    assert adopted.paper.state == Paper.State.ADOPTED
    assert adopted.document == b_100()
    for name, args in (("node_edit", ["I.1"]), ("table_settings", []), ("table_import", [])):
        assert client.get(at(name, draft, *args)).status_code == 403


def test_table_with_errors_is_not_adopted(login):
    criteria = CriteriaSetFactory(document=table(leaf("I", {"kind": "count"})))

    answer = login(author(criteria)).post(at("table_adopt", criteria), {"on": "2026-04-06"})

    assert "Bảng còn lỗi phải sửa trước" in text_of(answer)
    assert f'{at("table_detail", criteria)}#muc-I"' in answer.content.decode()
    assert fresh(criteria).paper.state == Paper.State.DRAFT


def test_table_changed_since_it_was_looked_at_is_not_adopted(login, draft):
    client = login(author(draft))
    seen = client.get(at("table_adopt", draft)).context["seen"]
    other = b_100() | {"name": "Bảng vừa đổi tên"}
    rewrite(draft, other, by=author(draft), revision=draft.paper.revision, summary="x")

    answer = client.post(at("table_adopt", draft), {"on": "2026-04-06", "seen": seen})

    assert "Hãy xem lại bảng" in text_of(answer)
    assert fresh(draft).paper.state == Paper.State.DRAFT


def test_new_version_shows_what_it_changes(login):
    first = CriteriaSetFactory(document=b_100(), adopted=True)
    changed = b_100()
    changed["nodes"][0]["children"].pop(1)
    changed["base_max"] = "90"
    second = CriteriaSetFactory(year=first.year, document=changed)

    said = text_of(login(author(second)).get(at("table_difference", second)))

    assert "2 chỗ khác nhau" in said
    assert "Bỏ I.2 Thực hiện chương trình" in said
    assert "Thang điểm 100 90" in said
