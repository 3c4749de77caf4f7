import unicodedata
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoithidua import text

# Cleaning and searching


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("Sở\u00a0Nội vụ", "Sở Nội vụ"),
        ("  Sở Nội vụ \n", "Sở Nội vụ"),
        ("Sở\u200b Nội\ufeff vụ\u00ad", "Sở Nội vụ"),
        ("một\u2009hai\u202fba\u3000bốn\tnăm", "một hai ba bốn năm"),
        ("dòng một  \r\ndòng hai\rdòng ba", "dòng một\ndòng hai\ndòng ba"),
        ("dòng một\u2028dòng hai", "dòng một\ndòng hai"),
        ("đoạn một\n\nđoạn hai", "đoạn một\n\nđoạn hai"),
        ("mã\x00 độc\x1b", "mã độc"),
        ("\u202etxet", "txet"),
        ("nửa\ud800", "nửa"),
        ("Ðiện Ɖông", "Điện Đông"),
        ("\u200b", ""),
        ("", ""),
    ],
)
def test_clean_leaves_plain_text(typed, cleaned):
    assert text.clean(typed) == cleaned


def test_clean_composes_text_from_a_mac():
    decomposed = unicodedata.normalize("NFD", "Ủy ban nhân dân tỉnh Cao Bằng")

    assert text.clean(decomposed) == "Ủy ban nhân dân tỉnh Cao Bằng"


def test_clean_line_joins_lines_and_spaces():
    assert text.clean_line(" Văn phòng \r\n  Đoàn  ĐBQH ") == "Văn phòng Đoàn ĐBQH"


@given(st.text())
def test_clean_twice_is_clean_once(typed):
    cleaned = text.clean(typed)

    assert text.clean(cleaned) == cleaned
    assert text.clean_line(text.clean_line(typed)) == text.clean_line(typed)
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["Hà Nội", "HÀ NỘI", "ha noi", " Hà  Nội ", "Hà\u00a0Nội"])
def test_fold_meets_every_way_of_typing(typed, form):
    assert text.fold(unicodedata.normalize(form, typed)) == "ha noi"


@pytest.mark.parametrize(
    ("one", "other"),
    [("hoà", "hòa"), ("thuỷ", "thủy"), ("Uỷ ban", "Ủy ban"), ("Đ", "d"), ("Ðông", "đông")],
)
def test_fold_ignores_where_the_tone_stands(one, other):
    assert text.fold(one) == text.fold(other)


def test_fold_loses_every_mark_of_the_alphabet():
    letters = "ăằẳẵắặ âầẩẫấậ êềểễếệ ôồổỗốộ ơờởỡớợ ưừửữứự đ"

    assert text.fold(letters.upper()) == "aaaaaa aaaaaa eeeeee oooooo oooooo uuuuuu d"


@given(st.text())
def test_fold_twice_is_fold_once(typed):
    assert text.fold(text.fold(typed)) == text.fold(typed)


@given(st.text(alphabet="aàảãáạăâbcdđeêHOƠ Ưy"))
def test_fold_does_not_depend_on_case(typed):
    assert text.fold(typed.upper()) == text.fold(typed.lower())


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Khối thi đua số 5", "khoi-thi-dua-so-5"),
        ("Giao ước thi đua (bản 2).pdf", "giao-uoc-thi-dua-ban-2-pdf"),
        ("  - Đ/c: Ơ -", "d-c-o"),
        ("北京", ""),
    ],
)
def test_ascii_slug_is_safe_in_file_names(name, slug):
    assert text.ascii_slug(name) == slug


@pytest.mark.parametrize(
    ("length", "slug"),
    [
        (100, "thi-dua-khen-thuong"),
        (12, "thi-dua-khen"),
        (11, "thi-dua"),
        (7, "thi-dua"),
        (2, "th"),
    ],
)
def test_ascii_slug_shortens_at_a_word(length, slug):
    assert text.ascii_slug("Thi đua - Khen thưởng", length) == slug


def test_initial_upper_touches_one_letter():
    assert text.initial_upper("đơn vị UBND") == "Đơn vị UBND"
    assert text.initial_upper("") == ""


# Ordering


def test_sort_key_follows_the_alphabet_and_the_tones():
    ordered = [
        *("a", "à", "ả", "ã", "á", "ạ", "ă", "ằ", "â", "ấ", "b", "d", "đ", "e", "ê", "g", "i"),
        *("o", "ô", "ơ", "t", "u", "ư", "ứ", "v", "x", "y"),
    ]

    keys = [text.sort_key(item) for item in ordered]
    assert keys == sorted(set(keys))


def test_sort_key_goes_syllable_by_syllable():
    ordered = ["ba", "Ba Bể", "bà", "Bà Rịa", "bai", "Bảo Lạc", "Cao Bằng", "Hà Quảng", "Hạ Lang"]

    keys = [text.sort_key(item) for item in ordered]
    assert keys == sorted(set(keys))


def test_sort_key_counts_numbers_by_value():
    ordered = ["Khối", "Khối 2", "Khối 10", "Khối 010a", "Khối các cơ quan"]

    keys = [text.sort_key(item) for item in ordered]
    assert keys == sorted(set(keys))


def test_sort_key_ignores_case_punctuation_and_tone_placement():
    assert text.sort_key("Thi đua - Khen thưởng") == text.sort_key("THI ĐUA, KHEN THƯỞNG")
    assert text.sort_key("hoà") == text.sort_key("hòa")


def test_name_key_orders_people_by_given_name_then_middle_then_family():
    ordered = [
        *("Lê An", "Bùi Thị An", "Bế Văn An", "Hoàng Văn An", "Trần Thị Ánh", "Lê Văn Ân"),
        *("Vi Văn Dũng", "Đặng Văn Đạt", "Nguyễn Văn Đạt", "H'Hen Niê", "Lý Ư"),
    ]

    keys = [text.name_key(item) for item in ordered]
    assert keys == sorted(set(keys))


def test_name_key_of_one_word_and_of_none():
    assert text.name_key("An") < text.name_key("Lê An")
    assert text.name_key("") < text.name_key("An")


names = st.text(alphabet="aàáạăằâấbcdđeêHKhnNƠơưtT 1-'", max_size=30)


@given(names, names, names)
def test_name_key_is_an_order(one, two, three):
    first, second, third = sorted(map(text.name_key, (one, two, three)))

    assert first <= second <= third
    assert set(first + second + third) <= set("0123456789abcdefghijklmnopqrstuvwxyz")


@given(st.text())
def test_keys_fit_their_columns(typed):
    assert len(text.name_key(typed * 50)) <= text.LONGEST_KEY
    assert len(text.sort_key(typed * 50)) <= text.LONGEST_KEY


# Dates and times


@pytest.mark.parametrize(
    ("day", "words", "short"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026", "05/02/2026"),
        (date(2026, 4, 8), "ngày 08 tháng 4 năm 2026", "08/4/2026"),
        (date(2018, 4, 19), "ngày 19 tháng 4 năm 2018", "19/4/2018"),
        (date(2027, 1, 10), "ngày 10 tháng 01 năm 2027", "10/01/2027"),
        (date(2026, 3, 1), "ngày 01 tháng 3 năm 2026", "01/3/2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026", "31/12/2026"),
    ],
)
def test_dates_are_padded_as_decree_30_asks(day, words, short):
    assert text.date_words(day) == words
    assert text.date_short(day) == short


def test_date_long_names_the_weekday():
    assert text.date_long(date(2026, 4, 8)) == "thứ Tư, 08/4/2026"
    assert text.weekday(date(2026, 11, 22)) == "Chủ nhật"
    assert text.weekday(date(2026, 2, 28)) == "thứ Bảy"


@pytest.mark.parametrize(
    ("start", "end", "year", "shown"),
    [
        (date(2026, 2, 2), date(2026, 2, 27), None, "02/02 - 27/02"),
        (date(2026, 2, 2), date(2026, 2, 27), 2026, "02/02 - 27/02"),
        (date(2027, 1, 4), date(2027, 1, 8), 2026, "04/01 - 08/01/2027"),
        (date(2026, 11, 16), date(2027, 1, 15), 2026, "16/11/2026 - 15/01/2027"),
        (date(2026, 4, 8), date(2026, 4, 8), 2026, "08/4"),
        (date(2027, 1, 8), date(2027, 1, 8), 2026, "08/01/2027"),
        (None, date(2026, 2, 28), 2026, "đến 28/02"),
        (date(2027, 3, 1), None, 2026, "từ 01/3/2027"),
        (None, None, 2026, ""),
    ],
)
def test_date_range_says_a_year_only_where_it_is_news(start, end, year, shown):
    assert text.date_range(start, end, year) == shown


def test_moments_are_told_in_vietnam():
    late = datetime(2026, 4, 5, 20, 41, 9, tzinfo=UTC)

    assert text.moment(late) == "03:41, 06/4/2026"
    assert text.moment_exact(late) == "03:41:09, 06/4/2026 (GMT+7)"
    assert text.date_words(late) == "ngày 06 tháng 4 năm 2026"
    assert text.weekday(late) == "thứ Hai"
    assert text.time_short(late) == "03:41"
    assert text.time_short(time(9, 5)) == "09:05"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 4, 6, 2, 41, tzinfo=UTC), "Hôm nay, 09:41"),
        (datetime(2026, 4, 5, 17, 0, tzinfo=UTC), "Hôm nay, 00:00"),
        (datetime(2026, 4, 3, 9, 5, tzinfo=UTC), "03/4, 16:05"),
        (datetime(2025, 12, 31, 9, 5, tzinfo=UTC), "31/12/2025, 16:05"),
    ],
)
def test_recent_moments_are_told_from_today(moment, words):
    assert text.recent(moment, date(2026, 4, 6)) == words


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        text.moment(datetime(2026, 4, 6, 9, 41))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 4, 8), "Còn 2 ngày"),
        (date(2026, 4, 7), "Còn 1 ngày"),
        (date(2026, 4, 6), "Hôm nay"),
        (date(2026, 4, 3), "Quá hạn 3 ngày"),
    ],
)
def test_days_left(due, words):
    assert text.days_left(due, date(2026, 4, 6)) == words


# Numbers in words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_050, "một nghìn không trăm năm mươi"),
        (10_000, "mười nghìn"),
        (2_340_000, "hai triệu ba trăm bốn mươi nghìn"),
        (1_000_005, "một triệu không trăm linh năm"),
        (1_005_000, "một triệu không trăm linh năm nghìn"),
        (1_000_000_000, "một tỷ"),
        (999_000_000_000, "chín trăm chín mươi chín tỷ"),
        (1_005_000_000_000, "một nghìn không trăm linh năm tỷ"),
        (-3, "âm ba"),
        (Decimal("97.5"), "chín mươi bảy phẩy năm"),
        (Decimal("97.50"), "chín mươi bảy phẩy năm"),
        (Decimal("97.05"), "chín mươi bảy phẩy không năm"),
        (Decimal("97.25"), "chín mươi bảy phẩy hai mươi lăm"),
        (Decimal("0.125"), "không phẩy một trăm hai mươi lăm"),
        (Decimal("2.005"), "hai phẩy không trăm linh năm"),
        (Decimal("3.1416"), "ba phẩy một bốn một sáu"),
        (Decimal("1E+2"), "một trăm"),
    ],
)
def test_number_words(number, words):
    assert text.number_words(number) == words


def test_number_words_are_unique():
    assert len({text.number_words(number) for number in range(10_000)}) == 10_000


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**15 - 1))
def test_number_words_of_different_numbers_differ(one, other):
    assert (text.number_words(one) == text.number_words(other)) == (one == other)


@pytest.mark.parametrize("number", [10**15, 97.5, Decimal("NaN"), Decimal("Infinity")])
def test_number_words_refuses_what_it_cannot_say(number):
    with pytest.raises(ValueError):
        text.number_words(number)


def test_counted_has_two_digits():
    assert [text.counted(number) for number in (0, 8, 10, 137)] == ["00", "08", "10", "137"]


@pytest.mark.parametrize(
    ("number", "numeral"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (2026, "MMXXVI")]
)
def test_roman(number, numeral):
    assert text.roman(number) == numeral


@pytest.mark.parametrize("number", [0, -1, 4000])
def test_roman_refuses_what_romans_could_not_write(number):
    with pytest.raises(ValueError):
        text.roman(number)


def test_letters_are_those_of_official_lists():
    shown = "".join(text.letters(number) for number in range(1, 24))

    assert shown == "abcdđeghiklmnopqrstuvxy"
    assert [text.letters(24), text.letters(25), text.letters(46), text.letters(47)] == [
        *("aa", "ab", "ay", "ba")
    ]
    with pytest.raises(ValueError):
        text.letters(0)


# Numbers in figures


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("97.50"), "97,5"),
        (Decimal(100), "100"),
        (Decimal("1E+2"), "100"),
        (Decimal("0.00"), "0"),
        (Decimal("-0.5"), "-0,5"),
        (Decimal("-0.0"), "0"),
        (1000, "1000"),
        (0.1, "0,1"),
    ],
)
def test_decimal_has_a_comma_and_no_trailing_zeros(value, shown):
    assert text.decimal(value) == shown


def test_decimal_options():
    assert text.decimal(Decimal("97.5"), 2) == "97,50"
    assert text.decimal(Decimal("97.125"), 2) == "97,13"
    assert text.decimal(Decimal("2.5"), 0) == "3"
    assert text.decimal(Decimal("-0.001"), 2) == "0,00"
    assert text.decimal(Decimal("1234567.5"), thousands=True) == "1.234.567,5"
    assert text.decimal(Decimal("-0.5"), minus="−") == "−0,5"
    assert text.decimal(Decimal("0.5"), plus="+") == "+0,5"
    assert text.decimal(0, plus="+") == "0"


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("-Infinity"), float("inf")])
def test_decimal_refuses_what_is_no_number(value):
    with pytest.raises(ValueError):
        text.decimal(value)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("97,5", "97.5"),
        ("97.5", "97.5"),
        (" 97,50 ", "97.50"),
        ("97,125", "97.125"),
        ("100", "100"),
        ("+0,5", "0.5"),
        ("-0,5", "-0.5"),
        ("−0,5", "-0.5"),
        ("– 0,5", "-0.5"),
        ("- 0,25", "-0.25"),
        ("+ 0,1", "0.1"),
        ("-0", "0"),
        (",5", "0.5"),
        ("5,", "5"),
        ("0.500", "0.5"),
        ("0,000", "0"),
        ("９７，５", "97.5"),
        ("\u200b97,5\u00a0", "97.5"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1000", "1000"),
    ],
)
def test_parse_decimal_of_points(typed, value):
    parsed = text.parse_decimal(typed)

    assert parsed == Decimal(value)
    assert parsed.as_tuple().sign == (value[0] == "-")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.000", "1000"),
        ("2.340.000", "2340000"),
        ("2 340 000", "2340000"),
        ("2\u00a0340\u00a0000", "2340000"),
        ("-1.000", "-1000"),
        ("1.234,56", "1234.56"),
        ("97.125", "97125"),
        ("97.5", "97.5"),
        ("0.500", "0.5"),
        ("12", "12"),
    ],
)
def test_parse_decimal_of_counts_and_money(typed, value):
    assert text.parse_decimal(typed, thousands=True) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("1.000", "1000 hoặc 1."),
        ("97.125", "97125 hoặc 97,125."),
        ("1,000", "1000 hoặc 1."),
        ("-1.000", "1000 hoặc 1."),
    ],
)
def test_parse_decimal_refuses_points_that_can_be_read_in_two_ways(typed, advice):
    with pytest.raises(text.NumberRefused) as refused:
        text.parse_decimal(typed)

    assert str(refused.value) == f"“{typed}” có thể hiểu theo hai cách. Hãy nhập {advice}"


def test_parse_decimal_refuses_an_english_thousand_among_counts():
    with pytest.raises(text.NumberRefused, match="hai cách"):
        text.parse_decimal("1,000", thousands=True)


@pytest.mark.parametrize("thousands", [False, True])
@pytest.mark.parametrize(
    "typed",
    [
        *("abc", "-", "+", ",", ".", "--5", "5-", "+-5", "1e5", "1E999", "nan", "NaN", "inf", "∞"),
        *(
            "1_000",
            "0x10",
            "10²",
            "½",
            "٣",
            "97,5%",
            "1,2,3",
            "1.2.3",
            "1,234.5",
            "97 5",
            "1.00.000",
        ),
    ],
)
def test_parse_decimal_refuses_what_is_no_number(typed, thousands):
    with pytest.raises(text.NumberRefused, match="không phải là một số"):
        text.parse_decimal(typed, thousands=thousands)


@pytest.mark.parametrize("typed", ["", "   ", "\u200b"])
def test_parse_decimal_refuses_nothing(typed):
    with pytest.raises(text.NumberRefused, match="Cần nhập một số"):
        text.parse_decimal(typed)


def test_parse_decimal_refuses_endless_numbers_at_once():
    with pytest.raises(text.NumberRefused, match="quá dài"):
        text.parse_decimal("9" * 1_000_000)


points = st.decimals(-(10**9), 10**9, places=4) | st.decimals(-1000, 1000, places=2)


@given(points)
def test_parse_decimal_reads_what_decimal_prints(value):
    assert text.parse_decimal(text.decimal(value)) == value
    assert text.parse_decimal(text.decimal(value, minus="−", plus="+")) == value
    assert text.parse_decimal(text.decimal(value, thousands=True), thousands=True) == value


@given(st.text(max_size=40), st.booleans())
def test_parse_decimal_gives_a_number_or_a_sentence(typed, thousands):
    try:
        value = text.parse_decimal(typed, thousands=thousands)
    except text.NumberRefused as refusal:
        value = refusal

    assert str(value).endswith(".") if isinstance(value, ValueError) else value.is_finite()


# Files


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 byte"),
        (1023, "1023 byte"),
        (1024, "1 KB"),
        (412 * 1024, "412 KB"),
        (1024 * 1024 - 1, "1 MB"),
        (1_250_000, "1,2 MB"),
        (1024**3 - 1, "1 GB"),
        (5 * 1024**4, "5 TB"),
        (5000 * 1024**4, "5000 TB"),
    ],
)
def test_file_size(size, shown):
    assert text.file_size(size) == shown


def test_hashes_are_shown_in_groups():
    digest = "7c1e09d4" + "0" * 48 + "b3a2f5e8"

    assert text.hash_short(digest) == "7c1e 09d4 … b3a2 f5e8"
    assert text.hash_groups(digest).split() == ["7c1e09d4", *["00000000"] * 6, "b3a2f5e8"]
    assert text.hash_short("7c1e09d4") == "7c1e 09d4"
    assert text.hash_short("") == ""


# Breaking names over lines


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (30, ["KHỐI THI ĐUA CÁC CƠ QUAN", "THAM MƯU TỔNG HỢP"]),
        (28, ["KHỐI THI ĐUA CÁC CƠ QUAN", "THAM MƯU TỔNG HỢP"]),
        (36, ["VĂN PHÒNG ĐOÀN ĐẠI BIỂU QUỐC HỘI", "VÀ HỘI ĐỒNG NHÂN DÂN TỈNH"]),
        (28, ["VĂN PHÒNG", "ĐOÀN ĐẠI BIỂU QUỐC HỘI", "VÀ HỘI ĐỒNG NHÂN DÂN TỈNH"]),
        (28, ["VĂN PHÒNG", "ĐOÀN ĐẠI BIỂU QUỐC HỘI TỈNH"]),
        (24, ["VĂN PHÒNG", "ỦY BAN NHÂN DÂN TỈNH"]),
        (24, ["VĂN PHÒNG", "HỘI ĐỒNG NHÂN DÂN TỈNH"]),
        (30, ["ĐOÀN ĐẠI BIỂU QUỐC HỘI", "TỈNH CAO BẰNG"]),
        (24, ["ĐOÀN ĐBQH VÀ HĐND", "TỈNH CAO BẰNG"]),
        (24, ["SỞ KẾ HOẠCH VÀ ĐẦU TƯ"]),
        (18, ["SỞ KẾ HOẠCH", "VÀ ĐẦU TƯ"]),
        (18, ["SỞ DÂN TỘC", "VÀ TÔN GIÁO"]),
        (24, ["SỞ VĂN HÓA,", "THỂ THAO VÀ DU LỊCH"]),
        (24, ["SỞ LAO ĐỘNG -", "THƯƠNG BINH VÀ XÃ HỘI"]),
        (24, ["BAN QUẢN LÝ", "KHU KINH TẾ VÂN PHONG"]),
        (24, ["Khối thi đua các cơ quan", "tham mưu tổng hợp"]),
        (10, ["SỞ NỘI VỤ"]),
        (1, ["SỞ NỘI VỤ"]),
    ],
)
def test_break_lines_breaks_where_the_meaning_does(width, lines):
    assert text.break_lines(" ".join(lines), width) == tuple(lines)


def test_break_lines_of_nothing():
    assert text.break_lines("  ", 20) == ()


words = st.lists(
    st.sampled_from(["VÀ", "CÁC", "HỘI", "ĐỒNG", "NHÂN", "DÂN", "TỈNH", "SỞ", "PHÁP,", "-", "X"]),
    max_size=20,
)


@given(words, st.integers(1, 60))
def test_break_lines_keeps_every_word_in_order(words, width):
    lines = text.break_lines(" ".join(words), width)

    assert " ".join(lines).split() == words
    assert not any(line.endswith((" VÀ", " CÁC")) for line in lines[:-1])
