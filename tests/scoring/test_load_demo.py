"""The demonstration data: what the article says, what is invented and marked as such, nothing else.

The expected values are copied from the description of the data, not from the code that loads them.
"""

import io
import subprocess
from datetime import UTC, date

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings

from khoithidua.models import AuditEntry, Outbox
from pledges import signing, verification
from pledges.composing import signing_memberships
from pledges.models import Paper, Signature, SignedFile
from pledges.models.authority import root_certificates
from pledges.signatures import Consent, declaration_text, sign
from pledges.verification import Answer
from tests.conftest import NOW
from tests.env import needs_poppler
from tests.factories import last_file
from units.models import Authority, Bloc, Decision, EmulationYear, Membership, Unit, User
from units.working_days import calendar_of

PASSWORD = "thidua-demo-2026"
MARK = "DỮ LIỆU TRÌNH DIỄN - KHÔNG PHẢI VĂN BẢN CỦA CƠ QUAN NÀO"
REAL_PERSON = "Đồng Thị Kiều Oanh"
UBND = "UBND TỈNH CAO BẰNG"

# Order of the decision: slug, full name, header lines, name in the grid, symbol, role, signing
# title, signer.
MEMBERS_2018 = """
bdt | Ban Dân tộc tỉnh | UBND / BAN DÂN TỘC | BAN DÂN TỘC TỈNH | BDT | lead | TRƯỞNG BAN | Hoàng Văn Mẫu Một
stc | Sở Tài chính | UBND / SỞ TÀI CHÍNH | SỞ TÀI CHÍNH | STC | deputy | GIÁM ĐỐC | Nông Thị Mẫu Hai
vp-dbqh | Văn phòng Đoàn Đại biểu Quốc hội | ĐOÀN ĐẠI BIỂU QUỐC HỘI TỈNH CAO BẰNG / VĂN PHÒNG | VĂN PHÒNG ĐOÀN ĐẠI BIỂU QUỐC HỘI TỈNH | VP | member | CHÁNH VĂN PHÒNG | Lê Văn Mẫu Ba
vp-hdnd | Văn phòng Hội đồng nhân dân | HỘI ĐỒNG NHÂN DÂN TỈNH CAO BẰNG / VĂN PHÒNG | VĂN PHÒNG HỘI ĐỒNG NHÂN DÂN TỈNH | VP | member | CHÁNH VĂN PHÒNG | Bế Thị Mẫu Bốn
vp-ubnd | Văn phòng UBND tỉnh | UBND / VĂN PHÒNG | VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH | VP | member | KT. CHÁNH VĂN PHÒNG / PHÓ CHÁNH VĂN PHÒNG | Đàm Văn Mẫu Năm
snv | Sở Nội vụ | UBND / SỞ NỘI VỤ | SỞ NỘI VỤ | SNV | member | KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC | Trần Thị Mẫu Sáu
sngv | Sở Ngoại vụ | UBND / SỞ NGOẠI VỤ | SỞ NGOẠI VỤ | SNgV | member | GIÁM ĐỐC | Lý Văn Mẫu Bảy
skhdt | Sở Kế hoạch và Đầu tư | UBND / SỞ KẾ HOẠCH VÀ ĐẦU TƯ | SỞ KẾ HOẠCH VÀ ĐẦU TƯ | SKHĐT | member | GIÁM ĐỐC | Nguyễn Thị Mẫu Tám
"""  # noqa: E501
MEMBERS_2026 = """
vp-dbqh-hdnd | Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh | ĐOÀN ĐBQH VÀ HĐND TỈNH CAO BẰNG / VĂN PHÒNG | VĂN PHÒNG ĐOÀN ĐẠI BIỂU QUỐC HỘI VÀ HỘI ĐỒNG NHÂN DÂN TỈNH | VP | member | CHÁNH VĂN PHÒNG | Lê Văn Thử Một
vp-ubnd | Văn phòng Ủy ban nhân dân tỉnh | UBND / VĂN PHÒNG | VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH | VP | deputy | CHÁNH VĂN PHÒNG | Đàm Thị Thử Hai
snv | Sở Nội vụ | UBND / SỞ NỘI VỤ | SỞ NỘI VỤ | SNV | member | GIÁM ĐỐC | Trần Văn Thử Ba
stp | Sở Tư pháp | UBND / SỞ TƯ PHÁP | SỞ TƯ PHÁP | STP | member | Q. GIÁM ĐỐC | Nguyễn Văn Thử Bốn
stc | Sở Tài chính | UBND / SỞ TÀI CHÍNH | SỞ TÀI CHÍNH | STC | lead | GIÁM ĐỐC | Nông Thị Thử Năm
ttt | Thanh tra tỉnh | UBND / THANH TRA TỈNH | THANH TRA TỈNH | TTT | member | CHÁNH THANH TRA | Hoàng Văn Thử Sáu
sngv | Sở Ngoại vụ | UBND / SỞ NGOẠI VỤ | SỞ NGOẠI VỤ | SNgV | member | GIÁM ĐỐC | Lý Thị Thử Bảy
sdttg | Sở Dân tộc và Tôn giáo | UBND / SỞ DÂN TỘC VÀ TÔN GIÁO | SỞ DÂN TỘC VÀ TÔN GIÁO | SDTTG | member | KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC | Bế Văn Thử Tám
"""  # noqa: E501
TARGETS_2026 = """
vp-dbqh-hdnd báo cáo thẩm tra gửi đại biểu đúng hạn | % | 100 | 60
vp-dbqh-hdnd ý kiến cử tri phân loại trong 03 ngày | % | 95 | 40
vp-ubnd nhiệm vụ theo dõi được cập nhật hằng tuần | % | 100 | 50
vp-ubnd cuộc họp giảm so với năm trước | % | 10 | 50
snv kiểm tra công vụ | cơ quan | 12 | 50
snv lớp bồi dưỡng cho cấp xã | lớp | 6 | 50
stp thẩm định văn bản đúng hạn | % | 100 | 70
stp xã được hỗ trợ hộ tịch số | xã | 10 | 30
stc giải ngân vốn đầu tư công toàn tỉnh | % | 95 | 60
stc quyết toán đúng hạn | % | 100 | 40
ttt kết luận thanh tra ban hành đúng hạn | % | 100 | 60
ttt kiến nghị thu hồi đã thực hiện | % | 85 | 40
sngv hoạt động đối ngoại theo kế hoạch | % | 100 | 70
sngv bản tin biên giới | số | 12 | 30
sdttg vốn chương trình mục tiêu giải ngân | % | 95 | 60
sdttg cuộc tuyên truyền ở xã | cuộc | 20 | 40
"""
PHASES_2026 = {
    "handover": "15/01",
    "comment": "02/02-27/02",
    "register": "28/02",
    "half_year_report": "15/06",
    "cross_check": "22/06-26/06",
    "half_year_review": "10/07",
    "self_assessment": "16/11-27/11",
    "verification": "30/11-02/12",
    "response": "04/12",
    "conference": "08/12",
    "dossier": "10/12",
    "handover_next": "08/01",
}


def load(*options):
    said = io.StringIO()
    with override_settings(DEBUG=True):
        call_command("load_demo", *options, stdout=said)
    return said.getvalue()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demonstration data, loaded once on 6 April 2026, and what the command said."""
    moment = time_machine.travel(NOW.astimezone(UTC), tick=False)
    with django_db_blocker.unblock(), moment, transaction.atomic():
        said = load()
        yield said
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db):
    """Each test works on the loaded data and leaves it as it was."""
    return loaded


def year(number):
    return EmulationYear.objects.get(bloc__slug="tham-muu-tong-hop", number=number)


def pledge(number):
    return Paper.objects.get(year=year(number))


def described(text):
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


@pytest.fixture
def as_loaded(demo):
    with time_machine.travel(NOW.astimezone(UTC), tick=False):
        yield demo


# Who takes part


@pytest.mark.parametrize(
    ("number", "day", "text"),
    [(2018, date(2018, 4, 19), MEMBERS_2018), (2026, date(2026, 4, 8), MEMBERS_2026)],
)
def test_members_have_their_names_order_roles_and_signers(demo, number, day, text):
    parties = {party.unit_id: party for party in pledge(number).parties.all()}
    found = []
    for member in year(number).memberships.in_protocol_order():
        name, party = member.unit.name_on(day), parties[member.unit_id]
        found.append(
            [
                member.unit.slug,
                name.full,
                f"{name.header_superior.replace(UBND, 'UBND')} / {name.header_name}",
                name.grid.replace("|", " "),
                name.symbol,
                member.role,
                party.signer_title.replace("|", " / "),
                party.signer_name,
            ]
        )

    assert found == described(text)


def test_new_members_of_2026_are_marked(demo):
    new = year(2026).memberships.filter(is_new=True).order_by("position")

    assert [member.unit.slug for member in new] == ["stp", "ttt"]


def test_name_of_the_merged_office_is_broken_before_and(demo):
    name = Unit.objects.get(slug="vp-dbqh-hdnd").name_on(date(2026, 4, 8))

    assert "|VÀ HỘI ĐỒNG NHÂN DÂN TỈNH" in name.grid


def test_successions_lead_from_the_eight_of_2018_to_six(demo):
    rows = Unit.objects.filter(successions__isnull=False).values_list(
        "slug", "successions__successor__slug", "successions__kind", "successions__effective_on"
    )

    assert set(rows) == {
        ("vp-dbqh", "vp-dbqh-hdnd", "merge", date(2021, 1, 1)),
        ("vp-hdnd", "vp-dbqh-hdnd", "merge", date(2021, 1, 1)),
        ("skhdt", "stc", "merge", date(2025, 3, 1)),
        ("bdt", "sdttg", "rename", date(2025, 3, 1)),
    }


def test_no_decision_number_was_invented(demo):
    assert set(Decision.objects.values_list("number", flat=True)) == {"", "348/QĐ-UBND"}
    assert not Unit.objects.filter(successions__decision__isnull=False).exists()
    assert not Unit.objects.filter(successions__is_verified=True).exists()


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2018, 4, 19), ("Ban Thi đua - Khen thưởng tỉnh", "Khối trưởng", "Khối phó")),
        (date(2026, 4, 8), ("Ban Thi đua, khen thưởng", "Trưởng khối", "Phó Trưởng khối")),
    ],
)
def test_province_uses_the_words_of_its_time(demo, day, words):
    period = Authority.objects.get().on(day)

    assert (period.secretariat_name, period.bloc_lead, period.bloc_deputy) == words
    assert period.place_name == "Cao Bằng"


def test_accounts_are_those_described_and_open_with_one_password(demo):
    slugs = [row[0] for row in described(MEMBERS_2026)]
    expected = {f"{kind}-{slug}" for kind in ("ld", "cv", "vt") for slug in slugs}
    expected |= {"pld-sngv", "snv-theodoi", "ban-thidua", "kiem-tra"}

    assert set(User.objects.values_list("username", flat=True)) == expected
    assert all(user.check_password(PASSWORD) for user in User.objects.all())
    assert not User.objects.filter(is_superuser=True).exists()


def test_invented_people_are_recognised_by_their_middle_word(demo):
    assert all(" Thử " in name for name in User.objects.values_list("full_name", flat=True))
    assert all(" Mẫu " in row.person for row in Signature.objects.all())


def test_second_leader_of_the_external_affairs_office_signs_as_a_deputy(demo):
    appointment = User.objects.get(username="pld-sngv").appointments.get()

    assert (appointment.kind, appointment.unit.slug) == ("leader", "sngv")
    assert appointment.signing_title == "KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC"
    assert appointment.user.full_name == "Vi Văn Thử Chín"


def test_command_prints_every_account_and_the_password(demo):
    assert PASSWORD in demo
    for username in User.objects.values_list("username", flat=True):
        assert f"  {username} " in demo


def test_demonstration_person_logs_in_by_the_form(as_loaded):
    client = Client()

    answer = client.post("/dang-nhap/", {"login": "ld-snv", "password": PASSWORD}, follow=True)

    assert "Chào đồng chí Trần Văn Thử Ba" in answer.content.decode()
    assert "Trình diễn" in answer.content.decode()


# The years


def test_themes_and_anniversaries_are_worded_as_described(demo):
    old, new = year(2018), year(2026)

    assert old.theme == ""
    assert old.province_theme.startswith("tăng cường kỷ luật, kỷ cương hành chính, đổi mới")
    assert "Kỷ niệm 70 năm ngày Chủ tịch Hồ Chí Minh ra Lời kêu gọi" in old.anniversaries
    assert new.theme == "Tham mưu đúng, trúng, kịp thời (chủ đề trình diễn)"
    assert new.province_theme.endswith("(chủ đề trình diễn)")
    assert "65 năm Ngày Bác Hồ về thăm Cao Bằng (21/02/1961 - 21/02/2026)" in new.anniversaries
    assert len(new.anniversaries.splitlines()) == 3


def test_calendar_of_2026_is_the_one_described(demo):
    for kind, days in PHASES_2026.items():
        phase = year(2026).phases.get(kind=kind)
        opens, _, closes = days.rpartition("-")

        assert f"{phase.closes_on:%d/%m}" == closes
        assert not opens or f"{phase.opens_on:%d/%m}" == opens


def test_registration_that_ends_on_a_saturday_may_be_done_on_monday(demo):
    phase = year(2026).phases.get(kind="register")

    assert phase.closes_on.strftime("%A") == "Saturday"
    assert phase.deadline(calendar_of(Authority.objects.get())) == date(2026, 3, 2)


def test_signing_was_extended_so_that_it_can_be_tried(demo):
    phase = year(2026).phases.get(kind="sign")

    extension = phase.extensions.get()
    assert phase.opens_on == date(2026, 4, 8)
    assert phase.closes_on == date(2026, 4, 20)
    assert (extension.closed_on, extension.reason) == (date(2026, 4, 8), "trình diễn")
    assert "giai đoạn ký kết giao ước" in year(2026).stage_notice


def test_year_2018_is_closed_and_has_no_account_or_score(demo):
    assert year(2018).closed_on == date(2018, 12, 31)
    assert not Membership.objects.filter(
        year=year(2018), unit__appointments__start_on__lte=date(2018, 12, 31)
    ).exists()


def test_whole_decision_of_2018_has_seventeen_blocs_and_137_members(demo):
    members = Membership.objects.filter(year__number=2018)

    assert Bloc.objects.count() == 17
    assert members.count() == 137
    assert Bloc.objects.filter(is_demo=True).count() == 17
    assert Unit.objects.filter(slug__startswith="don-vi-").count() == 129
    clusters = Bloc.objects.filter(kind="cluster").order_by("slug")
    assert {cluster.ended_on for cluster in clusters} == {date(2025, 6, 30)}
    assert [cluster.name_on(date(2018, 4, 19)) for cluster in clusters] == [
        "Cụm trình diễn 16",
        "Cụm trình diễn 17",
    ]


# The pledge of 2018


def test_pledge_of_2018_was_signed_on_paper_by_all_eight(demo):
    paper = pledge(2018)
    signatures = Signature.objects.filter(party__paper=paper)

    assert (paper.state, paper.form, paper.adopted_on) == ("complete", "paper", date(2018, 4, 19))
    assert signatures.count() == 8
    assert {row.signed_on for row in signatures} == {date(2018, 4, 19)}
    assert {row.note for row in signatures} == {
        "Đã ký giấy tại Lễ ký kết ngày 19/4/2018 - trình diễn, không có bản quét."
    }


def test_no_electronic_signature_is_dated_2018(demo):
    paper = pledge(2018)
    signatures = Signature.objects.filter(party__paper=paper)
    found = signing.verify.inspect(last_file(paper).file.read(), root_certificates())

    assert {(row.signed_at, row.user, row.signed_file) for row in signatures} == {
        (None, None, None)
    }
    assert [(one.kind, one.claimed_at) for one in found.signatures] == [("seal", NOW)]
    assert SignedFile.objects.get(paper=paper).at == NOW
    assert not AuditEntry.objects.filter(action="paper.sign").exists()
    assert not AuditEntry.objects.filter(at__year=2018).exists()


def test_pledge_of_2018_has_the_sections_targets_and_titles_described(demo):
    paper = pledge(2018)
    by_title = {}
    for row in paper.registered_titles.all():
        by_title.setdefault(row.title.name_on(paper.dated_on), set()).add(row.unit.slug)

    assert paper.sections.count() == 7
    assert "8/8 tổ chức đảng đạt trong sạch, vững mạnh" in paper.sections.all()[2].body
    assert paper.targets.count() == 8
    assert len(by_title["Tập thể Lao động xuất sắc"]) == 8
    assert by_title["Cờ thi đua của UBND tỉnh"] == {"bdt", "stc", "vp-ubnd"}
    assert by_title["Bằng khen của Chủ tịch UBND tỉnh"] == {"vp-hdnd", "sngv"}


def test_only_real_person_is_named_in_the_note_of_2018(demo):
    """Wherever the database keeps text."""
    named = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            for values in cursor.fetchall():
                named += [
                    (table, column)
                    for column, value in zip(columns, values, strict=True)
                    if REAL_PERSON in str(value)
                ]

    assert set(named) == {("pledges_paper", "note")}
    assert REAL_PERSON in pledge(2018).note
    assert "năm 2018 áp dụng Thông tư số 01/2011/TT-BNV ngày 19/01/2011" in pledge(2018).note


def test_note_of_2018_is_shown_to_its_bloc(as_loaded):
    client = Client()
    client.force_login(User.objects.get(username="cv-snv"))

    page = client.get(pledge(2018).get_absolute_url()).content.decode()

    assert "Trình bày lại theo mẫu hiện hành" in page


# The pledge of 2026


def test_pledge_of_2026_waits_for_its_first_signature(demo):
    paper = pledge(2026)

    assert (paper.state, paper.form, paper.version) == ("signing", "system", 1)
    assert (paper.dated_on, paper.place) == (date(2026, 4, 8), "Hội trường Sở Tài chính")
    assert not Signature.objects.filter(party__paper=paper).exists()
    assert verification.of_file(last_file(paper).file.read()).answer == Answer.IN_PROGRESS


def test_grid_of_2026_has_the_lead_and_its_deputy_first(demo):
    slugs = [member.unit.slug for member in signing_memberships(pledge(2026))]

    assert slugs == ["stc", "vp-ubnd", "vp-dbqh-hdnd", "snv", "stp", "ttt", "sngv", "sdttg"]


def test_targets_of_2026_are_the_ones_described(demo):
    found = [
        f"{row.unit.slug} {row.name[0].lower()}{row.name[1:]} | {row.measure} | "
        f"{row.plan.normalize():f} | {row.weight.normalize():f}"
        for row in pledge(2026).targets.all()
    ]

    assert found == TARGETS_2026.strip().splitlines()


def test_weights_of_every_unit_add_up_to_a_hundred(demo):
    totals = {}
    for row in pledge(2026).targets.all():
        totals[row.unit.slug] = totals.get(row.unit.slug, 0) + row.weight

    assert set(totals.values()) == {100}
    assert len(totals) == 8


def test_titles_of_2026_are_the_ones_described(demo):
    paper, by_title = pledge(2026), {}
    for row in paper.registered_titles.all():
        by_title.setdefault(row.title.name_on(paper.dated_on), set()).add(row.unit.slug)

    assert len(by_title["Tập thể lao động xuất sắc"]) == 8
    assert by_title["Cờ thi đua của UBND tỉnh"] == {"stc", "vp-ubnd", "stp"}
    assert by_title["Bằng khen của Chủ tịch UBND tỉnh"] == {"sngv", "sdttg"}


def test_sections_of_2026_do_not_use_the_party_classes_of_2018(demo):
    bodies = [row.body for row in pledge(2026).sections.all()]

    assert len(bodies) == 8
    assert "từ 02 hoàn thành xuất sắc nhiệm vụ" in bodies[3]
    assert not any("trong sạch, vững mạnh" in body for body in bodies)


def test_eight_leaders_sign_the_demonstration(as_loaded):
    paper = pledge(2026)
    for party in paper.parties.order_by("-position"):
        appointment = party.unit.appointments.filter(kind="leader").order_by("-pk").first()
        consent = Consent(declaration_text(paper, party), "password")
        sign(paper, party, by=appointment.user, appointment=appointment, consent=consent)

    verdict = verification.of_file(last_file(paper).file.read())

    assert verdict.answer == Answer.COMPLETE
    assert "Vi Văn Thử Chín" in {row.person for row in verdict.signatures}
    assert not Outbox.objects.exists()


# Every page of every paper


def pages_of(data):
    said = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    )
    return [page for page in said.stdout.decode().split("\f") if page.strip()]


def served(number, user="cv-stc", name="ban-dien-tu.pdf"):
    client = Client()
    client.force_login(User.objects.get(username=user))
    return client.get(f"/khoi/tham-muu-tong-hop/{number}/giao-uoc/{name}")


@needs_poppler
@pytest.mark.parametrize("number", [2018, 2026])
def test_first_line_of_every_page_says_that_it_is_a_demonstration(as_loaded, number):
    pages = pages_of(served(number).content)

    assert len(pages) == pledge(number).page_count
    for page in pages:
        assert page.strip().splitlines()[0].strip() == MARK


@pytest.mark.parametrize("number", [2018, 2026])
def test_name_of_every_file_says_that_it_is_a_demonstration(as_loaded, number):
    name = f"khoi-tmth_{number}_giao-uoc_trinh-dien.pdf"

    assert f'filename="{name}"' in served(number)["Content-Disposition"]


@needs_poppler
def test_paper_of_2018_bears_the_names_and_bases_of_2018(as_loaded):
    words = " ".join(" ".join(pages_of(served(2018).content)).split())

    assert all(row[1] in words for row in described(MEMBERS_2018))
    assert all(row[7] in words for row in described(MEMBERS_2018))
    assert words.count("(Đã ký)") == 8
    assert "Căn cứ Quyết định số 348/QĐ-UBND" in words
    assert "Cao Bằng, ngày 19 tháng 4 năm 2018" in words
    assert "lập thành 10 bản" in words
    assert "Sở Dân tộc và Tôn giáo" not in words
    assert "06/2022/QH15" not in words
    assert REAL_PERSON not in words


@needs_poppler
def test_paper_of_2026_bears_the_names_and_bases_of_2026(as_loaded):
    words = " ".join(" ".join(pages_of(served(2026).content)).split())

    assert all(row[1] in words for row in described(MEMBERS_2026))
    assert "Cao Bằng, ngày 08 tháng 4 năm 2026" in words
    assert "Căn cứ Quy chế tổ chức và hoạt động của Khối (trình diễn)." in words
    assert "Sở Kế hoạch và Đầu tư" not in words
    assert "Ban Dân tộc" not in words
    assert "06/2026/QH16" not in words
    assert "(Đã ký)" not in words
    assert "Số:" not in words


def test_anyone_who_checks_it_is_told_that_it_is_a_demonstration(as_loaded):
    page = Client().get(f"/xac-minh/{pledge(2018).code}/").content.decode()

    assert "Đây là văn bản trình diễn, không có giá trị pháp lý." in page
    assert "Bản gốc là bản giấy có chữ ký của các đơn vị" in page


# Loaded once and for all


def test_second_run_keeps_everything(as_loaded):
    before = {model: model.objects.count() for model in (User, Unit, Paper, Signature, AuditEntry)}

    said = load()

    assert "Dữ liệu trình diễn đã có; giữ nguyên." in said
    assert PASSWORD in said
    assert {model: model.objects.count() for model in before} == before


def test_record_and_anchors_hold(as_loaded):
    call_command("verify_audit", stdout=io.StringIO())
