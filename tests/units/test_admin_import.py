"""The panel's page that enters a decision from one sheet: preview, confirm, all or nothing."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khoithidua.models import AuditEntry, StoredFile
from tests.factories import (
    DecisionFactory,
    UnitFactory,
    UserFactory,
)
from tests.units.panel import IMPORT, assert_refused, entry_of
from tests.units.test_decision_import import cells, written
from units.imports.sample import decision_workbook, demonstration_rows
from units.models import (
    Authority,
    Bloc,
    Decision,
    EmulationYear,
    Membership,
    Unit,
    UnitName,
)

# One sheet enters a whole decision


def upload(data=None, **changes):
    data = decision_workbook(demonstration_rows()) if data is None else data
    form = {
        "authority": Authority.objects.get(slug="cao-bang").pk,
        "year": 2018,
        "decision": "",
        "number": "348/QĐ-UBND",
        "issued_on": "06/04/2018",
        "summary": "về việc kiện toàn khối, cụm thi đua",
        "file": SimpleUploadedFile("danh-sach.xlsx", data),
    }
    return form | changes


def counts():
    return [
        model.objects.count()
        for model in (
            Decision,
            Bloc,
            EmulationYear,
            Unit,
            UnitName,
            Membership,
            AuditEntry,
            StoredFile,
        )
    ]


def test_sheet_is_previewed_without_writing_anything(panel):
    before = counts()

    response = panel.post(IMPORT, upload())

    html = response.content.decode()
    assert "17 khối, cụm, trong đó 17 lập mới" in html
    assert "137 thành viên, trong đó 137 thêm mới" in html
    assert "Quyết định số 348/QĐ-UBND ngày 06 tháng 4 năm 2018" in html
    assert "Lập đơn vị, mã don-vi-137; Thêm thành viên" in html
    assert counts() == before


def test_sheet_is_entered_when_confirmed(panel, officer):
    token = panel.post(IMPORT, upload()).context["token"]

    response = panel.post(IMPORT, {"plan": token}, follow=True)

    assert "Đã ghi 17 khối, cụm với 137 thành viên năm 2018" in response.content.decode()
    assert (Bloc.objects.count(), Membership.objects.count()) == (17, 137)
    assert Decision.objects.get().issuer == "Ủy ban nhân dân tỉnh Cao Bằng"
    assert entry_of("decision.import").actor == officer.username


def test_sheet_entered_before_makes_nothing_new_and_says_so(panel):
    panel.post(IMPORT, {"plan": panel.post(IMPORT, upload()).context["token"]})
    before = counts()

    response = panel.post(IMPORT, upload())

    assert "không có gì mới để ghi" in response.content.decode()
    assert "token" not in response.context
    assert counts() == before


def test_problems_are_listed_and_nothing_may_be_entered(panel):
    row = {"bloc_name": "Khối A", "full": "Sở Nội vụ", "role": "bí thư"}

    response = panel.post(IMPORT, upload(written(cells(**row), cells(**row | {"role": ""}))))

    html = response.content.decode()
    assert "Tệp có 1 lỗi, chưa ghi được dòng nào" in html
    assert "Dòng 2, cột “Vai trò” (ô L2): không hiểu vai trò “bí thư”" in html
    assert "token" not in response.context


def test_what_was_typed_stays_in_the_form(panel):
    html = panel.post(IMPORT, upload(b"not a sheet")).content.decode()

    assert "Tệp không phải là bảng tính Excel" in html
    assert 'value="348/QĐ-UBND"' in html
    assert 'value="2018"' in html


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"file": ""}, "Hãy chọn tệp danh sách."),
        ({"summary": ""}, "Chọn quyết định đã nhập, hoặc ghi trích yếu quyết định mới."),
        ({"year": "18"}, "1948"),
        ({"issued_on": "31/02/2018"}, "Ngày không hợp lệ"),
    ],
)
def test_import_form_says_what_is_missing(panel, changes, message):
    assert_refused(panel.post(IMPORT, upload(**changes)), message)


def test_entered_decision_may_be_chosen(panel, authority):
    decision = DecisionFactory(issued_on=date(2018, 4, 6))
    chosen = {"decision": decision.pk, "number": "", "issued_on": "", "summary": ""}

    both = panel.post(IMPORT, upload(decision=decision.pk))
    token = panel.post(IMPORT, upload(**chosen)).context["token"]
    panel.post(IMPORT, {"plan": token})

    assert_refused(both, "một cách thôi")
    assert set(Membership.objects.values_list("decision", flat=True)) == {decision.pk}


def test_preview_of_another_person_is_not_taken(panel, login):
    token = panel.post(IMPORT, upload()).context["token"]
    colleague = login(UserFactory(secretariat=True))

    response = colleague.post(IMPORT, {"plan": token}, follow=True)

    assert "Bản xem trước đã quá hạn hoặc không phải của bạn" in response.content.decode()
    assert not Bloc.objects.exists()


def test_altered_or_old_preview_is_not_taken(panel, today, officer):
    token = panel.post(IMPORT, upload()).context["token"]
    panel.post(IMPORT, {"plan": token[:-3] + "abc"})
    today.shift(timedelta(hours=3))
    panel.force_login(officer)
    panel.post(IMPORT, {"plan": token})

    assert not Bloc.objects.exists()


def test_data_changed_since_the_preview_is_shown_again(panel, authority):
    token = panel.post(IMPORT, upload()).context["token"]
    UnitFactory(slug="don-vi-137", name="Đơn vị trình diễn 137")

    response = panel.post(IMPORT, {"plan": token})

    assert "Dữ liệu đã thay đổi từ lúc xem trước" in response.content.decode()
    assert not Bloc.objects.exists()
    panel.post(IMPORT, {"plan": response.context["token"]})
    assert Bloc.objects.count() == 17


def test_import_stays_within_the_province(panel, other):
    refused = panel.post(IMPORT, upload(authority=other.pk))
    foreign = DecisionFactory(authority=other)
    chosen = upload(decision=foreign.pk, number="", issued_on="", summary="")

    assert refused.status_code == 200
    assert "token" not in refused.context
    assert "token" not in panel.post(IMPORT, chosen).context


def test_decision_and_province_must_belong_together(login, other):
    foreign = DecisionFactory(authority=other)
    client = login(UserFactory(secretariat=True))
    chosen = upload(decision=foreign.pk, number="", issued_on="", summary="")

    assert_refused(client.post(IMPORT, chosen), "không phải của tỉnh đã chọn")


def test_template_is_a_sheet_with_an_example(panel):
    response = panel.get(reverse("admin:units_decision_template"))

    sheets = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert sheets.sheet_names == ["Danh sách", "Hướng dẫn"]
    assert "bdt" in str(sheets.get_sheet_by_index(1).to_python())
