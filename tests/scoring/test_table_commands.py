"""`lint_criteria` and `score`: from files alone, without a database."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.scoring.rules.tables import EXAMPLES, TABLES, document, node_of, worked_example

B100, C1000 = TABLES / "b_100.json", TABLES / "c_1000.json"
FACTS, BLOC, DAYS = (
    EXAMPLES / name for name in ("vp-dbqh-hdnd.json", "khoi-c1000.json", "lich-2026.json")
)


def run(command, *paths, **options):
    out = StringIO()
    call_command(command, *map(str, paths), stdout=out, **options)
    return out.getvalue()


def written(folder, value, name="x.json"):
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


def refusal(command, *paths, **options):
    with pytest.raises(CommandError) as caught:
        run(command, *paths, **options)
    return str(caught.value)


def test_lint_says_what_to_know_of_a_sound_table():
    lines = run("lint_criteria", B100).splitlines()

    assert lines[0].startswith("Lưu ý: Điều kiện G1: từ năm 2024")
    assert lines[1:] == ["Không có lỗi, 1 lưu ý."]


def test_lint_fails_on_errors_and_names_them(tmp_path):
    raw = document("b_100")
    node_of(raw, "I.3")["max"] = "7"
    out = StringIO()

    with pytest.raises(CommandError, match="1 lỗi, 1 lưu ý"):
        call_command("lint_criteria", str(written(tmp_path, raw)), stdout=out)

    assert out.getvalue().splitlines()[0] == (
        "Lỗi: I Thực hiện nhiệm vụ chính trị, chuyên môn: các mục cộng lại 49 điểm, nhóm ghi 50"
    )


def test_lint_as_json():
    rows = json.loads(run("lint_criteria", B100, json=True))

    assert [(row["level"], row["where"], row["key"]) for row in rows] == [
        ("warning", "Điều kiện G1", "G1")
    ]


def test_score_prints_the_worked_example():
    out = run("score", B100, FACTS, days=str(DAYS))

    lines = out.splitlines()
    assert lines[1] == "Đơn vị: vp-dbqh-hdnd"
    head = next(line for line in lines if line.startswith("I.1 "))
    assert head.split()[-3:] == ["13,47", "/", "15"]
    assert "    Hoàn thành đúng hạn: 137/142 = 96,48 % × 15 = 14,47; " in out
    assert "    không áp dụng: không được xếp hạng" in lines
    assert lines[-3:] == [
        "tổng điểm: 91,28 + 4,7 − 0,5 = 95,48",
        "Xếp loại: Xuất sắc",
        "Điều kiện G4, mắc: không xét Cờ thi đua (III.2: Hoàn thành tốt nhiệm vụ)",
    ]


@pytest.mark.parametrize(
    ("na", "total"), [("full", "96.35"), ("zero", "81.35"), ("exclude", "94.96")]
)
def test_score_with_another_policy_for_what_does_not_apply(na, total):
    """Zero: 82,15 − 5 + 4,2. Exclude: 77,15 of 85 are 90,76, and 4,2."""
    found = json.loads(run("score", B100, FACTS, days=str(DAYS), na=na, json=True))

    assert found["total"] == total


def test_score_as_json_is_exact_text():
    found = json.loads(run("score", B100, FACTS, days=str(DAYS), json=True))

    points = {row["key"]: row["points"] for row in found["criteria"]}
    assert (found["total"], found["class"], points["I"], points["II.1"]) == (
        "95.48",
        "Xuất sắc",
        "45.76",
        None,
    )
    assert not found["is_provisional"]


def test_score_without_a_calendar_waits_for_named_days():
    lines = run("score", B100, FACTS, year=2026).splitlines()

    assert lines[-2:] == ["Còn chờ ở 1 tiêu chí: P1", "Kết quả tạm tính."]


def test_score_says_what_is_missing_refused_or_awaited(tmp_path):
    facts = worked_example()
    del facts["values"]["I.2"]
    facts["values"]["I.4"] = {"value": 96.5}
    facts["values"]["I.3"]["count"] = "1e999"
    facts["gates"] = {"G3": {"state": "awaited", "note": "đang xác minh đơn"}}

    lines = run("score", B100, written(tmp_path, facts), days=str(DAYS)).splitlines()

    assert "    thiếu dữ kiện: Việc hoàn thành; Việc đã đăng ký" in lines
    assert any(
        line.startswith("    không dùng được: Góp ý, phối hợp đúng hạn (%): cần một số")
        for line in lines
    )
    assert "Chưa đủ dữ kiện ở 3 tiêu chí: I.2, I.3, I.4" in lines
    assert "Điều kiện G3, chờ: tạm dừng xét (đang xác minh đơn)" in lines
    assert lines[-1] == "Kết quả tạm tính."


def test_score_of_a_bloc_ends_with_its_ranking():
    lines = run("score", C1000, BLOC, days=str(DAYS)).splitlines()

    ranking = lines[lines.index("Xếp hạng") + 1 :]
    assert [line.split()[:3] for line in ranking] == [
        ["1", "stc", "952,2"],
        ["2", "vp-dbqh-hdnd", "899,18"],
        ["3", "stp", "892,94"],
    ]


def test_score_of_a_bloc_as_json():
    found = json.loads(run("score", C1000, BLOC, days=str(DAYS), json=True))

    assert [(row["place"], row["unit"]) for row in found["ranking"]] == [
        (1, "stc"),
        (2, "vp-dbqh-hdnd"),
        (3, "stp"),
    ]
    assert set(found["units"]) == {"stc", "stp", "vp-dbqh-hdnd"}


def test_unknown_facts_are_refused_with_their_criterion(tmp_path):
    facts = worked_example()
    facts["values"]["I.1"]["don"] = "1"
    facts["na"]["X"] = "?"

    assert refusal("score", B100, written(tmp_path, facts)) == (
        "Tiêu chí I.1: không có dữ kiện “don”.\nKhông có tiêu chí nào mang khóa “X”."
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "không phải là JSON đúng"),
        ("{", "không phải là JSON đúng"),
        ('{"a": 1, "a": 2}', "“a” có hai lần trong một đối tượng"),
        ("[" * 100_000, "không phải là JSON đúng"),
        ('{"unit": ' + "9" * 5000 + "}", "không phải là JSON đúng"),
        ("[]", "phải là một đối tượng JSON"),
        ('{"unit": NaN}', "“unit” phải là chữ"),
        ('{"units": {"stc": 5}}', "stc: Dữ kiện: phải là một đối tượng JSON"),
        ('{"units": {}}', "không có đơn vị nào"),
        ('{"value": {}}', "không có mục nào tên “value”"),
    ],
)
def test_facts_that_cannot_be_read(tmp_path, content, reason):
    assert reason in refusal("score", B100, written(tmp_path, content))


def test_files_that_are_not_there_or_are_no_text(tmp_path):
    binary = tmp_path / "b.json"
    binary.write_bytes(b"\xff\xfe\x00")

    assert "không đọc được" in refusal("lint_criteria", tmp_path / "none.json")
    assert "không phải là JSON đúng" in refusal("lint_criteria", binary)


def test_table_that_does_not_load_is_not_scored(tmp_path):
    raw = document("b_100")
    raw["nodes"][0]["children"][0]["parts"][0]["kind"] = "magic"

    assert "không có cách tính nào tên “magic”" in refusal("score", written(tmp_path, raw), FACTS)
    assert "phải là một đối tượng JSON" in refusal("score", written(tmp_path, []), FACTS, na="full")


@pytest.mark.parametrize(
    "days",
    [
        {},
        [],
        {"year": "x"},
        {"year": 2026, "named": {"register": "28/02/2026"}},
        {"year": 2026, "exceptions": []},
        {"year": 2026, "holidays": []},
    ],
)
def test_calendar_that_cannot_be_read(tmp_path, days):
    assert "không phải là lịch của một năm" in refusal(
        "score", B100, FACTS, days=str(written(tmp_path, days))
    )


def test_year_that_is_none():
    assert refusal("score", B100, FACTS, year=26) == "Năm phải từ 1900 đến 2100."
