"""Vietnamese text: cleaning, searching, ordering, dates and numbers as official papers write them.

Plain values in, plain values out; no Django, no clock. Dates follow Decree 30/2020/NĐ-CP, Annex I:
days below 10 and months 1 and 2 take a leading zero, months 3 to 9 do not.
"""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

# Cleaning and searching

SPACES = "\t\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
LINE_BREAKS = "\x0b\x0c\x85\u2028\u2029"
# Soft hyphens, zero-width characters and marks of direction: pasted from Word, PDF and Zalo.
INVISIBLE = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
REPLACEMENTS = (
    # Control characters: PostgreSQL refuses NUL, XML and PDF most of the others.
    dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))
    | {ord("\n"): "\n"}
    | dict.fromkeys(map(ord, LINE_BREAKS), "\n")
    | dict.fromkeys(map(ord, SPACES), " ")
    | dict.fromkeys(map(ord, INVISIBLE + DIRECTION), None)
    # Half a surrogate pair cannot be stored as UTF-8.
    | dict.fromkeys(range(0xD800, 0xE000), None)
    # Icelandic Ð and African Ɖ look like Đ and come from converted files; search would miss them.
    | {ord("Ð"): "Đ", ord("Ɖ"): "Đ"}
)


def clean(text: str) -> str:
    """Return `text` in NFC with plain spaces and nothing invisible; line breaks are kept.

    "Sở\\u00a0Nội vụ\\u200b " -> "Sở Nội vụ"
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(REPLACEMENTS)
    text = unicodedata.normalize("NFC", text)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def clean_line(text: str) -> str:
    """Return `text` cleaned and on a single line: "Sở \\n  Nội vụ" -> "Sở Nội vụ"."""
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """Return the form in which text is searched: no marks, lower case, single spaces.

    "Hà Nội", "HÀ NỘI" and "ha  noi" all fold to "ha noi"; "hoà" and "hòa", "Uỷ" and "Ủy" meet too.
    """
    text = unicodedata.normalize("NFKD", text.translate(REPLACEMENTS))
    text = "".join(char for char in text if not unicodedata.combining(char)).lower()
    return " ".join(text.replace("đ", "d").split())


def ascii_slug(text: str, max_length: int | None = None) -> str:
    """Return a name for files and addresses: "Khối thi đua số 5" -> "khoi-thi-dua-so-5".

    With `max_length` whole words are dropped from the end; a first word too long is cut.
    """
    slug = "-".join(re.findall(r"[a-z0-9]+", fold(text)))
    if max_length is None or len(slug) <= max_length:
        return slug
    cut = slug[: max_length + 1].rpartition("-")[0]
    return cut or slug[:max_length]


def initial_upper(text: str) -> str:
    """Return `text` with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]


# Ordering

# Keys are made of 0-9 and a-z alone, so that Python, SQLite and PostgreSQL (collations C, English
# and Vietnamese) sort a stored key alike: 0 ends a syllable, 1 opens a number, z a foreign letter.
ALPHABET = dict(
    zip("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", "23456789abcdefghijklmnopqrstuvwxy", strict=True)
)
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
LETTER_MARKS = {"\u0302", "\u0306", "\u031b"}
SYLLABLE = re.compile(r"[0-9]+|(?:[^\W\d_][\u0300-\u036f]*)+")
LONGEST_KEY = 300


def _syllable_key(syllable: str) -> str:
    """Order a decomposed syllable by its letters, then by its tone; a number by its value."""
    if syllable[0] in "0123456789":
        digits = syllable.lstrip("0")
        return f"1{min(len(digits), 99):02d}{digits}00"
    letters, tone = [], "0"
    for char in syllable:
        if char in LETTER_MARKS:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + char)
        elif not unicodedata.combining(char):
            letters.append(char)
        elif tone == "0":
            tone = TONES.get(char, "0")
    places = "".join(ALPHABET.get(letter, f"z{ord(letter[0]):05x}") for letter in letters)
    return f"{places}0{tone}"


def sort_key(text: str) -> str:
    """Return the key of Vietnamese alphabetical order, syllable by syllable as dictionaries do.

    a ă â b c d đ e ê …; within the same letters: ngang, huyền, hỏi, ngã, sắc, nặng. Numbers go by
    value ("Khối 2" before "Khối 10"); case and punctuation do not count. Made to be stored, too.
    """
    decomposed = unicodedata.normalize("NFD", clean(text).lower())
    return "".join(map(_syllable_key, SYLLABLE.findall(decomposed)))[:LONGEST_KEY]


def name_key(full_name: str) -> str:
    """Return the key by which people are listed: last word (tên), then middle, then family name.

    "Bế Văn An" before "Hoàng Văn An" before "Trần Thị Ánh". Made to be stored.
    """
    family, *middle = clean_line(full_name).split() or [""]
    given = middle.pop() if middle else family
    # The 0 between the parts sorts below any syllable: a shorter part comes first.
    return "0".join((sort_key(given), sort_key(" ".join(middle)), sort_key(family)))[:LONGEST_KEY]


# Dates and times

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def local_date(value: date) -> date:
    """Return the date in Vietnam of a date, or of a moment that knows its time zone."""
    return _local(value).date() if isinstance(value, datetime) else value


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be placed in Vietnam.")
    return moment.astimezone(TIME_ZONE)


def _month(value: date) -> str:
    return f"{value.month:02d}" if value.month < 3 else str(value.month)


def day_month(value: date) -> str:
    """Return "08/4"; "05/02"."""
    value = local_date(value)
    return f"{value.day:02d}/{_month(value)}"


def date_short(value: date) -> str:
    """Return "08/4/2026"; "05/02/2026"."""
    return f"{day_month(value)}/{local_date(value).year}"


def date_words(value: date) -> str:
    """Return "ngày 08 tháng 4 năm 2026"; "ngày 05 tháng 02 năm 2026"."""
    value = local_date(value)
    return f"ngày {value.day:02d} tháng {_month(value)} năm {value.year}"


def weekday(value: date) -> str:
    """Return "thứ Tư"; "Chủ nhật" (Decree 30, Annex II writes the number with a capital)."""
    return WEEKDAYS[local_date(value).weekday()]


def date_long(value: date) -> str:
    """Return "thứ Tư, 08/4/2026"."""
    return f"{weekday(value)}, {date_short(value)}"


def date_range(start: date | None, end: date | None, year: int | None = None) -> str:
    """Return "02/02 - 27/02"; "từ 02/02" or "đến 27/02" when one end is open.

    `year` is the year the reader already knows: dates of other years say theirs ("08/01/2027").
    Without it, years appear only where the two ends differ: "16/11/2026 - 15/01/2027".
    """
    start = local_date(start) if start else None
    end = local_date(end) if end else None
    years = {day.year for day in (start, end) if day}
    if len(years) > 1:
        return f"{date_short(start)} - {date_short(end)}"
    show = date_short if year and years and years != {year} else day_month
    if start and end:
        return show(end) if start == end else f"{day_month(start)} - {show(end)}"
    if start:
        return f"từ {show(start)}"
    return f"đến {show(end)}" if end else ""


def time_short(value: datetime | time) -> str:
    """Return "09:41"; a moment is first placed in Vietnam."""
    return (_local(value) if isinstance(value, datetime) else value).strftime("%H:%M")


def moment(value: datetime) -> str:
    """Return "09:41, 06/4/2026" in Vietnam's time."""
    return f"{time_short(value)}, {date_short(value)}"


def moment_exact(value: datetime) -> str:
    """Return "08:31:09, 08/4/2026 (GMT+7)"."""
    value = _local(value)
    offset = int(value.utcoffset().total_seconds()) // 3600
    return f"{value:%H:%M:%S}, {date_short(value)} (GMT{offset:+d})"


def recent(value: datetime, today: date) -> str:
    """Return "Hôm nay, 09:41", "03/4, 16:05", or with its year when that is another."""
    day = _local(value).date()
    if day == today:
        return f"Hôm nay, {time_short(value)}"
    shown = day_month(day) if day.year == today.year else date_short(day)
    return f"{shown}, {time_short(value)}"


def days_left(due: date, today: date) -> str:
    """Return "Còn 2 ngày", "Hôm nay" or "Quá hạn 3 ngày", in calendar days."""
    days = (local_date(due) - local_date(today)).days
    if days == 0:
        return "Hôm nay"
    return f"Còn {days} ngày" if days > 0 else f"Quá hạn {-days} ngày"


# Numbers in words

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
LARGEST_IN_WORDS = 10**15 - 1


def _group_words(number: int, *, inner: bool) -> list[str]:
    """Read 1 to 999; `inner` groups follow a larger one and say their empty hundreds."""
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    words = [DIGITS[hundreds], "trăm"] if hundreds or inner else []
    if tens == 0:
        if units:
            words += ["linh", DIGITS[units]] if words else [DIGITS[units]]
        return words
    words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    if units == 5:
        words.append("lăm")
    elif tens > 1 and units in (1, 4):
        words.append("mốt" if units == 1 else "tư")
    elif units:
        words.append(DIGITS[units])
    return words


def _integer_words(number: int) -> list[str]:
    if number == 0:
        return ["không"]
    billions, number = divmod(number, 10**9)
    words = [*_integer_words(billions), "tỷ"] if billions else []
    for size, name in ((10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        group, number = divmod(number, size)
        if group:
            words += _group_words(group, inner=bool(words))
            words += [name] if name else []
    return words


def _fraction_words(digits: str) -> list[str]:
    """Read what follows the comma: "5" năm, "05" không năm, "25" hai mươi lăm; as schools teach."""
    if len(digits) > 3:
        return [DIGITS[int(digit)] for digit in digits]
    if len(digits) == 3:
        return _group_words(int(digits), inner=True)
    if digits[0] == "0":
        return ["không", *_integer_words(int(digits[1:]))]
    return _integer_words(int(digits))


def number_words(number: int | Decimal) -> str:
    """Return a number in words, as minutes and money orders write it; up to 999 nghìn tỷ.

    105 -> "một trăm linh năm"; 24 -> "hai mươi tư"; 97,5 -> "chín mươi bảy phẩy năm".
    Of two current forms one is kept throughout: "linh" (not lẻ), "nghìn" (not ngàn), "tư" after
    mươi but "bốn" elsewhere.
    """
    if isinstance(number, float) or not Decimal(number).is_finite():
        raise ValueError(f"Only exact numbers can be written in words, not {number!r}.")
    sign, whole, fraction = _parts(Decimal(number))
    if int(whole) > LARGEST_IN_WORDS:
        raise ValueError(f"Too large to be written in words: {number}.")
    words = ["âm"] if sign else []
    words += _integer_words(int(whole))
    if fraction:
        words += ["phẩy", *_fraction_words(fraction)]
    return " ".join(words)


def counted(number: int) -> str:
    """Return a count as official text writes it, with two digits at least: 8 -> "08"."""
    return f"{number:02d}"


ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
    *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def roman(number: int) -> str:
    """Return the number of a part or an annex: 4 -> "IV"."""
    if not 1 <= number < 4000:
        raise ValueError(f"No Roman numeral for {number}.")
    parts = []
    for value, letters in ROMAN:
        times, number = divmod(number, value)
        parts.append(letters * times)
    return "".join(parts)


# Letters that number the points (điểm) of a clause: no ă, â, ê, ô, ơ, ư, but đ.
POINT_LETTERS = "abcdđeghiklmnopqrstuvxy"


def letters(number: int) -> str:
    """Return the letter of a point: 1 -> "a", 5 -> "đ"; after "y" come "aa", "ab" …"""
    if number < 1:
        raise ValueError(f"Points are counted from 1, not {number}.")
    label = ""
    while number:
        number, place = divmod(number - 1, len(POINT_LETTERS))
        label = POINT_LETTERS[place] + label
    return label


# Numbers in figures


def _parts(value: Decimal) -> tuple[str, str, str]:
    """Split into sign, whole digits and decimals, without exponent or trailing zeros."""
    whole, _, fraction = format(abs(value), "f").partition(".")
    return "-" if value < 0 else "", whole, fraction.rstrip("0")


def decimal(
    value: Decimal | int | float,
    places: int | None = None,
    *,
    thousands: bool = False,
    minus: str = "-",
    plus: str = "",
) -> str:
    """Return a number with a decimal comma: 97.50 -> "97,5"; with `places=2`, "97,50".

    `thousands` groups by dots ("1.234,5"); screens pass `minus="−"`; `plus="+"` marks gains.
    """
    value = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not value.is_finite():
        raise ValueError(f"Not a number that can be printed: {value}.")
    if places is not None:
        # Precise enough for any column; the default context stops at 28 digits.
        context = Context(prec=max(28, value.adjusted() + places + 2))
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context)
    sign, whole, fraction = _parts(value)
    if places is not None:
        fraction = fraction.ljust(places, "0")
    if thousands:
        whole = f"{int(whole):,}".replace(",", ".")
    sign = minus if sign else plus if value > 0 else ""
    return f"{sign}{whole},{fraction}" if fraction else f"{sign}{whole}"


class NumberRefused(ValueError):
    """What was typed is not a usable number; the message is for the person who typed it."""


LONGEST_NUMBER = 30
NUMBER = re.compile(r"([+-]?) ?(\d*)(?:([.,])(\d*))?", re.ASCII)
GROUPED = re.compile(r"([+-]?) ?([1-9]\d{0,2}(?:([. ])\d{3})(?:\3\d{3})*)(?:,(\d*))?", re.ASCII)
AS_TYPED = str.maketrans("０１２３４５６７８９．，＋", "0123456789.,+") | dict.fromkeys(
    map(ord, "‐‑‒–—−﹣－"), "-"
)


def parse_decimal(text: str, *, thousands: bool = False) -> Decimal:
    """Return the number a person typed: "97,5", "97.5", " + 0,1 ", "−0,5" and full-width digits.

    "1.000" is a thousand where `thousands` (counts, money); elsewhere (points) it could be either
    and is refused. Raises NumberRefused with a sentence in Vietnamese.
    """
    typed = clean_line(text)
    number = typed.translate(AS_TYPED)
    if not number:
        raise NumberRefused("Cần nhập một số.")
    if len(number) > LONGEST_NUMBER:
        raise NumberRefused("Số quá dài; hãy kiểm tra lại.")
    plain = NUMBER.fullmatch(number)
    grouped = GROUPED.fullmatch(number)
    if grouped and (thousands or grouped[4] or number.count(".") > 1):
        sign, whole, separator, fraction = grouped.groups()
        whole = whole.replace(separator, "")
    elif plain and (plain[2] or plain[4]):
        sign, whole, separator, fraction = plain.groups()
        # "0.500" can only be a half, and points may well be 97,125; but nobody types 1,000 for one.
        if grouped or (fraction == "000" and len(whole) <= 3 and whole.strip("0")):
            raise NumberRefused(
                f"“{typed}” có thể hiểu theo hai cách. Hãy nhập {int(whole)}{fraction} "
                f"hoặc {decimal(Decimal(f'{whole}.{fraction}'))}."
            )
    else:
        raise NumberRefused(f"“{typed}” không phải là một số. Nhập số như 97,5.")
    value = Decimal(f"{sign}{whole or 0}.{fraction}" if fraction else f"{sign}{whole}")
    # Without this a typed "-0" would print as one.
    return value or Decimal(0)


def file_size(size: int) -> str:
    """Return "412 KB"; "1,2 MB"; "0 byte"."""
    if size < 1024:
        return f"{size} byte"
    value = Decimal(size)
    for unit, places in (("KB", 0), ("MB", 1), ("GB", 1), ("TB", 1)):
        value /= 1024
        rounded = round(value, places)
        shown = f"{decimal(rounded)} {unit}"
        if rounded < 1024:
            break
    return shown


def hash_short(digest: str) -> str:
    """Return a digest for the eye, its first and last eight signs: "7c1e 09d4 … b3a2 f5e8"."""
    if len(digest) <= 16:
        return _grouped(digest, 4)
    return f"{_grouped(digest[:8], 4)} … {_grouped(digest[-8:], 4)}"


def hash_groups(digest: str) -> str:
    """Return a whole digest in groups of eight signs, for comparing by hand."""
    return _grouped(digest, 8)


def _grouped(digest: str, size: int) -> str:
    return " ".join(digest[start : start + size] for start in range(0, len(digest), size))


# Breaking names over lines

# Words that never end a line: what they govern follows.
LEADING_WORDS = {"CÁC", "CỦA", "VÀ", "VỀ", "CHO", "THUỘC", "TRONG", "THEO", "SỞ", "XÃ", "PHƯỜNG"}
# Words of two syllables: never parted.
COMPOUND_LIST = """
THI ĐUA, KHEN THƯỞNG, CƠ QUAN, ĐƠN VỊ, THAM MƯU, TỔNG HỢP, VĂN PHÒNG, ĐẠI BIỂU, QUỐC HỘI, HỘI ĐỒNG,
NHÂN DÂN, ỦY BAN, KẾ HOẠCH, ĐẦU TƯ, TÀI CHÍNH, NỘI VỤ, NGOẠI VỤ, TƯ PHÁP, THANH TRA, DÂN TỘC,
TÔN GIÁO, TÀI NGUYÊN, MÔI TRƯỜNG, NÔNG NGHIỆP, NÔNG THÔN, NÔNG DÂN, PHÁT TRIỂN, KHOA HỌC,
CÔNG NGHỆ, GIÁO DỤC, ĐÀO TẠO, GIAO THÔNG, VẬN TẢI, XÂY DỰNG, CÔNG THƯƠNG, THÔNG TIN, TRUYỀN THÔNG,
LAO ĐỘNG, THƯƠNG BINH, XÃ HỘI, VĂN HÓA, THỂ THAO, DU LỊCH, Y TẾ, KHO BẠC, NHÀ NƯỚC, THỐNG KÊ,
CÔNG AN, QUÂN SỰ, CHỈ HUY, BIÊN PHÒNG, BỘ ĐỘI, HẢI QUAN, QUẢN LÝ, KINH TẾ, KIỂM SÁT, TÒA ÁN,
MẶT TRẬN, TỔ QUỐC, VIỆT NAM, CÔNG ĐOÀN, LIÊN ĐOÀN, LIÊN HIỆP, PHỤ NỮ, THANH NIÊN, CỘNG SẢN,
CHIẾN BINH, TUYÊN GIÁO, DÂN VẬN, TỔ CHỨC, KIỂM TRA, NỘI CHÍNH, CHÍNH TRỊ, BẢO HIỂM, NGÂN HÀNG,
DOANH NGHIỆP, SỰ NGHIỆP, THÀNH PHỐ, ĐẶC KHU, TỈNH ỦY, THÀNH ỦY, ĐẢNG ỦY, TRUNG ƯƠNG, TRUNG TÂM,
ĐẠI HỌC, CAO ĐẲNG, BỆNH VIỆN, CHI CỤC, HỢP TÁC, XÚC TIẾN, THƯƠNG MẠI, CẢI CÁCH, HÀNH CHÍNH,
CHUYỂN ĐỔI, HỒ CHÍ, CHÍ MINH
"""
COMPOUNDS = {pair.strip() for pair in COMPOUND_LIST.replace("\n", " ").split(",")}
# A break inside these is possible, but poor.
PHRASE_LIST = """
ĐOÀN ĐẠI BIỂU QUỐC HỘI, HỘI ĐỒNG NHÂN DÂN, ỦY BAN NHÂN DÂN, TÒA ÁN NHÂN DÂN, KIỂM SÁT NHÂN DÂN,
KHỐI THI ĐUA, CỤM THI ĐUA, THI ĐUA - KHEN THƯỞNG, KHU KINH TẾ
"""
PHRASES = [phrase.split() for phrase in PHRASE_LIST.replace("\n", " ").split(",")]
NOT_IN_PLACE_NAMES = {"VÀ", "-", "NĂM"}

# What a break costs, against the square of a line's distance from the mean length.
NEVER, POOR, PLAIN, GOOD = 10**9, 200, 60, 0
EACH_LINE = 120


def _break_costs(words: list[str]) -> list[int]:
    """Return, for each word, what a line break before it costs."""
    costs = [GOOD]
    for before, after in pairwise(words):
        if after == "-" or before in LEADING_WORDS or f"{before} {after.rstrip(',')}" in COMPOUNDS:
            costs.append(NEVER)
        elif before.endswith((",", ";")) or after == "VÀ":
            costs.append(GOOD)
        else:
            costs.append(PLAIN)
    for place, word in enumerate(words):
        for phrase in PHRASES:
            if words[place : place + len(phrase)] == phrase:
                for inside in range(place + 1, place + len(phrase)):
                    costs[inside] = max(costs[inside], POOR)
        if word in ("TỈNH", "PHỐ"):
            # A place's name stays with TỈNH, THÀNH PHỐ; without one, TỈNH stays with the agency.
            end = place + 1
            while end < min(place + 4, len(words)) and words[end] not in NOT_IN_PLACE_NAMES:
                costs[end] = NEVER
                end += 1
            if end == place + 1:
                costs[place] = max(costs[place], POOR)
    return costs


def break_lines(name: str, width: int) -> tuple[str, ...]:
    """Break a long name into balanced lines of at most `width` signs, for headers and cells.

    Lines begin with "VÀ", after a comma, or between words; compounds stay whole, nothing is
    hyphenated, so one very long word may exceed `width`.
    "KHỐI THI ĐUA CÁC CƠ QUAN THAM MƯU TỔNG HỢP", 30 -> two lines, the second "THAM MƯU TỔNG HỢP".
    """
    words = clean_line(name).split()
    costs = _break_costs([word.upper() for word in words])
    pieces: list[tuple[str, int]] = []
    for word, cost in zip(words, costs, strict=False):
        if cost == NEVER:
            whole, cost = pieces.pop()
            word = f"{whole} {word}"
        pieces.append((word, cost))
    # Nothing can be narrower than the longest piece.
    width = max(width, *(len(piece) for piece, _ in pieces), 0)
    settings = (_balanced(pieces, count, width) for count in range(1, len(pieces) + 1))
    return min((setting for setting in settings if setting), default=(0, ()))[1]


def _balanced(
    pieces: list[tuple[str, int]], count: int, width: int
) -> tuple[float, tuple[str, ...]] | None:
    """Return the cheapest way to set `pieces` in `count` lines of at most `width`, and its cost."""
    length = sum(len(piece) + 1 for piece, _ in pieces) - count
    mean = length / count
    # best[end]: what it costs to set the pieces before `end` in the lines so far, and those lines.
    best = {0: (EACH_LINE * count, ())}
    for _ in range(count):
        longer = {}
        for start, (cost, lines) in best.items():
            for end in range(start + 1, len(pieces) + 1):
                line = " ".join(piece for piece, _ in pieces[start:end])
                if len(line) > width:
                    break
                total = cost + (len(line) - mean) ** 2 + pieces[start][1]
                if end not in longer or total < longer[end][0]:
                    longer[end] = (total, (*lines, line))
        best = longer
    return best.get(len(pieces))
