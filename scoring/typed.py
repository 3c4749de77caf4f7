"""Facts as people type them, in a form or in a workbook, to and from the plain values that are kept."""

from datetime import date, datetime
from decimal import Decimal

from khoithidua import text
from scoring.rules import NEVER, BadFact, Input

YES = {"co", "x", "dat", "true", "1", "yes"}
NO = {"khong", "false", "0", "no", "chua", "khong dat"}
NEVER_WORDS = {"khong gui", "khong co", "chua gui", "chua co", "khong", "never"}
NEVER_SHOWN = "không có"
DAY_FORMATS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")


def read(wanted: Input, typed: object) -> object:
    """The plain value of one input from what was typed; None for nothing.

    Raises BadFact with a sentence that names the input. Cells of a workbook come as they are:
    numbers as int or float, dates as {"date": …} (units.imports.reader).
    """
    if typed is None or (isinstance(typed, str) and not text.clean_line(typed)):
        return None
    return READERS[wanted.type](wanted, typed)


def shown(wanted: Input, value: object) -> str:
    """A kept value as people write it: "98,2", "04/3/2026", "có"; "" for none."""
    if value is None or value == "":
        return ""
    if wanted.type == "flag":
        return "có" if value else "không"
    if wanted.type == "choice":
        return dict(wanted.options).get(str(value), str(value))
    if wanted.type == "date":
        return NEVER_SHOWN if value == NEVER else text.date_short(date.fromisoformat(str(value)))
    if wanted.type == "text":
        return str(value)
    return text.decimal(Decimal(str(value)), minus="−")


def _number(wanted, typed):
    if isinstance(typed, dict):
        raise BadFact(
            f"{wanted.label}: Excel đã đổi số này thành ngày {_day_words(typed)}. "
            "Hãy định dạng ô là Văn bản (Text) rồi nhập lại số."
        )
    if isinstance(typed, bool):
        raise BadFact(f"{wanted.label}: cần một số.")
    # A cell's 0,1 + 0,2 is 0.30000000000000004; Excel itself shows fifteen digits.
    written = f"{typed:.15g}" if isinstance(typed, float) else text.clean_line(str(typed))
    if wanted.type == "percent":
        written = written.rstrip("%").rstrip()
    try:
        value = text.parse_decimal(written, thousands=wanted.type == "count")
    except text.NumberRefused as refused:
        raise BadFact(f"{wanted.label}: {refused}") from None
    # The engine's own limits: whole, not negative, not beyond the most.
    wanted.read(value)
    return format(value.normalize(), "f")


def _flag(wanted, typed):
    if isinstance(typed, bool):
        return typed
    word = text.fold(text.clean_line(str(typed)))
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadFact(f"{wanted.label}: ghi “có” hoặc “không”.")


def _choice(wanted, typed):
    word = text.clean_line(str(typed))
    for key, label in wanted.options:
        if word == key or text.fold(word) == text.fold(label):
            return key
    allowed = "; ".join(label for _key, label in wanted.options)
    raise BadFact(f"{wanted.label}: “{word}” không có trong các lựa chọn ({allowed}).")


def _date(wanted, typed):
    word = _day_words(typed) if isinstance(typed, dict) else text.clean_line(str(typed))
    if text.fold(word) in NEVER_WORDS:
        return NEVER
    for known in DAY_FORMATS:
        try:
            day = datetime.strptime(word, known).date()  # noqa: DTZ007
        except ValueError:
            continue
        if not 1900 <= day.year <= 2100:
            raise BadFact(f"{wanted.label}: năm phải từ 1900 đến 2100.")
        return day.isoformat()
    raise BadFact(
        f"{wanted.label}: “{word}” không phải là ngày. Nhập ngày/tháng/năm như 04/3/2026."
    )


def _text(wanted, typed):
    return text.clean(str(typed)).strip() or None


def _day_words(cell):
    return str(cell.get("date", ""))[:10]


READERS = {
    "count": _number,
    "number": _number,
    "percent": _number,
    "points": _number,
    "flag": _flag,
    "choice": _choice,
    "date": _date,
    "text": _text,
}
