"""Settings as lines of text that people write, and back: the cells of Excel, the words of screens.

    dữ kiện nhập vào: tỷ lệ %
    các mức:
    - ≥ 98: 7
    - ≥ 95; < 98: 6

Numbers have a decimal comma, rows a dash. What comes out of `read_lines` is the document's plain JSON.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from khoithidua import text
from scoring.authoring import words
from scoring.rules import Param

ROWS = ("bands", "ranks", "options", "documents", "inputs", "matrix", "conditions")
BULLET = re.compile(r"^[-–•+*]\s+")
KEYED = re.compile(r"\[([A-Za-z0-9._-]+)\] ")
BOUNDS = {
    **{"≥": "at_least", ">=": "at_least", "từ": "at_least"},
    **{">": "more_than", "trên": "more_than"},
    **{"≤": "at_most", "<=": "at_most", "đến": "at_most"},
    **{"<": "below", "dưới": "below"},
}
BOUND = re.compile(r"(≥|>=|>|≤|<=|<|từ|trên|đến|dưới)\s*(.+)", re.IGNORECASE)
BOUND_SIGNS = {"at_least": "≥", "more_than": ">", "below": "<", "at_most": "≤"}
ANY_VALUE = "mọi giá trị"
RANK = re.compile(r"(từ )?(?:hạng )?(\d+)(?:\s*(?:-|–|đến)\s*(\d+))?", re.IGNORECASE)
INPUT = re.compile(r"([a-z][a-z0-9_]*)\s*:\s*(.+?)(?: \(([^()]+)\))?")
PERIODS = re.compile(r"(.+?)(?:\s*\(([^()]+)\))?")
MONTH_DAY = re.compile(r"(\d\d?)[/-](\d\d?)")
SIGNS = {"<": "<", "<=": "≤", ">=": "≥", ">": ">", "=": "="}
ON_POINTS = re.compile(r"(\S+)\s+(<=|>=|≤|≥|<|>|=)\s*(.+?)\s*(%|điểm)?")
ON_FACT = re.compile(r"(\S+)\s+\[([a-z0-9_]+)\]\s+(không là|là)\s+(.+)", re.IGNORECASE)
NO_FLOOR = "không có"
YES, NO = {"co", "x", "dung", "true", "yes"}, {"khong", "sai", "false", "no"}


class Refused(ValueError):
    """Text that cannot be what was asked for; the message is for the person who wrote it."""


def plain(value: Decimal) -> str:
    """A number as documents write it: "0.5", "100"."""
    return format(value.normalize(), "f") if value else "0"


def figure(value: object) -> str:
    """A document's number as people write it: "0,5"; what is no number stays as it is."""
    try:
        return text.decimal(Decimal(str(value)))
    except (InvalidOperation, ValueError):
        return str(value)


# One value


def shown(param: Param, value: object) -> str | list[str]:
    """A value in words; a list of lines for rows."""
    if param.type in ROWS:
        return [SHOW_ROW[param.type](row) for row in _as_rows(value)]
    return SHOW.get(param.type, str)(value) if param.type != "choice" else _label(param, value)


def read(param: Param, typed: str) -> object:
    """The document's value for what was typed; raises Refused."""
    typed = text.clean_line(typed)
    if param.type == "choice":
        return key_of(dict(param.choices), typed, param.label)
    try:
        return READ.get(param.type, str)(typed)
    except text.NumberRefused as refused:
        raise Refused(f"{param.label}: {refused}") from None


def read_row(param: Param, typed: str) -> object:
    """One row of a setting that has several; raises Refused."""
    try:
        return READ_ROW[param.type](text.clean_line(typed))
    except text.NumberRefused as refused:
        raise Refused(f"{param.label}: {refused}") from None


def _as_rows(value):
    """A single condition stands without a list around it."""
    return [value] if isinstance(value, Mapping) else list(value)


def _label(param, value):
    return dict(param.choices).get(value, str(value))


def key_of(known: Mapping[str, str], typed: str, name: str) -> str:
    for key, label in known.items():
        if typed == key or text.fold(typed) == text.fold(label):
            return key
    raise Refused(f"{name}: “{typed}” không có trong các lựa chọn ({'; '.join(known.values())}).")


def number(typed: str) -> str:
    return plain(text.parse_decimal(typed.removesuffix("điểm").strip().rstrip("%").strip()))


def count(typed: str) -> str:
    value = number(typed)
    if not value.isdecimal():
        raise Refused(f"“{typed}” phải là số nguyên, không âm.")
    return value


def _flag(typed):
    word = text.fold(typed)
    if word in YES or word in NO:
        return word in YES
    raise Refused(f"“{typed}”: ghi “có” hoặc “không”.")


def due_shown(value: str) -> str:
    if str(value).startswith("@"):
        return words.DUE_DAYS.get(value, str(value))
    month, _, day = str(value).partition("-")
    return f"{day}/{month}"


def due(typed: str) -> str:
    found = MONTH_DAY.fullmatch(typed)
    if not found:
        for key, label in words.DUE_DAYS.items():
            if typed == key or text.fold(typed) == text.fold(label):
                return key
        raise Refused(
            f"“{typed}”: hạn ghi ngày/tháng như 28/02, hoặc tên bước "
            f"({', '.join(words.DUE_DAYS.values())})."
        )
    day, month = int(found[1]), int(found[2])
    try:
        date(2024, month, day)
    except ValueError:
        raise Refused(f"“{typed}”: không có ngày này.") from None
    return f"{month:02d}-{day:02d}"


def _floor(typed):
    return "none" if text.fold(typed) == text.fold(NO_FLOOR) else number(typed)


def _slugs(typed):
    return [slug for part in typed.split(",") if (slug := part.strip())]


def _periods_shown(value):
    combine = f" ({words.COMBINE[value['combine']]})" if "combine" in value else ""
    return "; ".join(map(str, value["labels"])) + combine


def _periods(typed):
    found = PERIODS.fullmatch(typed)
    labels = [label.strip() for label in found[1].split(";") if label.strip()]
    periods = {"labels": labels}
    if found[2]:
        periods["combine"] = key_of(words.COMBINE, found[2], "cách gộp các kỳ")
    return periods


# One row


def _band_shown(row):
    bounds = [f"{BOUND_SIGNS[name]} {figure(row[name])}" for name in BOUND_SIGNS if name in row]
    return f"{'; '.join(bounds) or ANY_VALUE}: {figure(row['points'])}"


def _band(typed):
    said, points = _halves(typed, "“≥ 95; < 98: 6”")
    band = {}
    if text.fold(said) != text.fold(ANY_VALUE):
        for part in said.replace(" và ", ";").split(";"):
            found = BOUND.fullmatch(part.strip())
            if not found:
                raise Refused(f"“{typed}”: mức ghi như “≥ 95; < 98: 6”.")
            band[BOUNDS[found[1].lower()]] = number(found[2])
    band["points"] = number(points)
    return band


def _rank_shown(row):
    first, last = figure(row["first"]), row.get("last")
    if last is None:
        return f"từ hạng {first}: {figure(row['points'])}"
    span = first if figure(last) == first else f"{first} - {figure(last)}"
    return f"hạng {span}: {figure(row['points'])}"


def _rank(typed):
    said, points = _halves(typed, "“hạng 1 - 3: 6”")
    found = RANK.fullmatch(said)
    if not found:
        raise Refused(f"“{typed}”: bậc hạng ghi như “hạng 1 - 3: 6” hoặc “từ hạng 13: 3”.")
    row = {"first": str(int(found[2]))}
    if found[3] or not found[1]:
        row["last"] = str(int(found[3] or found[2]))
    return {**row, "points": number(points)}


def _option_shown(row):
    return f"{_key_shown(row)}{row['label']}: {figure(row['points'])}"


def _option(typed):
    said, points = _halves(typed, "“nội dung: điểm”")
    return {**_keyed(said), "points": number(points)}


def _document_shown(row):
    return f"{_key_shown(row)}{row['label']}: {due_shown(row['due'])}"


def _document(typed):
    said, day = _halves(typed, "“tên văn bản: 28/02”")
    return {**_keyed(said), "due": due(day)}


def _key_shown(row):
    return f"[{row['key']}] " if "key" in row else ""


def _keyed(said):
    found = KEYED.match(said)
    if found:
        return {"key": found[1], "label": said[found.end() :]}
    return {"label": said}


def _halves(typed, example):
    said, colon, value = typed.rpartition(":")
    if not colon or not said.strip() or not value.strip():
        raise Refused(f"“{typed}”: mỗi dòng ghi {example}.")
    return said.strip(), value.strip()


def _input_shown(row):
    kind = f" ({words.FACT_TYPES[row['type']]})" if "type" in row else ""
    return f"{row['name']}: {row['label']}{kind}"


def _input(typed):
    found = INPUT.fullmatch(typed)
    if not found:
        raise Refused(f"“{typed}”: dữ kiện ghi như “so_bai: Số bài được đăng (số nguyên)”.")
    row = {"name": found[1], "label": found[2]}
    if found[3] is None:
        return row
    try:
        return {**row, "type": key_of(words.FACT_TYPES, found[3], "loại dữ kiện")}
    except Refused:
        # The label's own brackets.
        return {**row, "label": f"{found[2]} ({found[3]})"}


def _matrix_row(typed):
    return [number(cell) for cell in typed.split(";")]


def condition_shown(raw: Mapping) -> str:
    if "input" in raw:
        word, values = ("là", raw["in"]) if "in" in raw else ("không là", raw["not_in"])
        return f"{raw['node']} [{raw['input']}] {word} {', '.join(map(str, values))}"
    sign = SIGNS.get(raw["sign"], raw["sign"])
    amount = f"{figure(raw['percent'])} %" if "percent" in raw else f"{figure(raw['points'])} điểm"
    return f"{raw['node']} {sign} {amount}"


def condition(typed: str) -> dict:
    if found := ON_FACT.fullmatch(typed):
        values = [value.strip() for value in found[4].split(",")]
        name = "in" if found[3].lower() == "là" else "not_in"
        return {"node": found[1], "input": found[2], name: values}
    found = ON_POINTS.fullmatch(typed)
    if not found:
        raise Refused(
            f"“{typed}”: điều kiện ghi như “I < 80 %”, “I.1 ≥ 10 điểm” hoặc "
            "“III.1 [case] không là HTXSNV”."
        )
    sign = {"≤": "<=", "≥": ">="}.get(found[2], found[2])
    amount = "percent" if found[4] == "%" else "points"
    return {"node": found[1], "sign": sign, amount: number(found[3])}


SHOW: dict[str, Callable] = {
    **dict.fromkeys(("points", "number", "percent", "count", "places"), figure),
    "flag": lambda value: "có" if value else "không",
    "due": due_shown,
    "floor": lambda value: NO_FLOOR if value == "none" else figure(value),
    "slugs": ", ".join,
    "periods": _periods_shown,
    "condition": condition_shown,
    "text": lambda value: text.clean_line(str(value)),
}
READ: dict[str, Callable] = {
    **dict.fromkeys(("points", "number", "percent"), number),
    "count": count,
    "places": lambda typed: int(count(typed)),
    "flag": _flag,
    "due": due,
    "floor": _floor,
    "slugs": _slugs,
    "periods": _periods,
    "condition": condition,
}
SHOW_ROW = {
    "bands": _band_shown,
    "ranks": _rank_shown,
    "options": _option_shown,
    "documents": _document_shown,
    "inputs": _input_shown,
    "matrix": lambda row: "; ".join(map(figure, row)),
    "conditions": condition_shown,
}
READ_ROW = {
    "bands": _band,
    "ranks": _rank,
    "options": _option,
    "documents": _document,
    "inputs": _input,
    "matrix": _matrix_row,
    "conditions": condition,
}


# Several values


def written(params: Iterable[Param], values: Mapping) -> list[tuple[str, list[str]]]:
    """(label, lines) of every setting that is there; rules inside a rule are left out."""
    found = []
    for param in params:
        if param.name in values and param.type != "parts":
            value = shown(param, values[param.name])
            found.append((param.label, value if isinstance(value, list) else [value]))
    return found


def write_lines(params: Iterable[Param], values: Mapping) -> str:
    lines = []
    params = {param.label: param for param in params}
    for label, said in written(params.values(), values):
        if params[label].type in ROWS:
            lines += [f"{label}:", *(f"- {row}" for row in said)]
        else:
            lines.append(f"{label}: {said[0]}")
    return "\n".join(lines)


def read_lines(params: Iterable[Param], typed: str) -> dict:
    """The settings of a cell; raises Refused naming the line."""
    params = tuple(params)
    known = {text.fold(word): param for param in params for word in (param.label, param.name)}
    values, rows_of = {}, None
    for line in filter(None, map(text.clean_line, text.clean(typed).split("\n"))):
        row = BULLET.sub("", line)
        if row != line:
            if rows_of is None:
                raise Refused(f"“{line}”: dòng có gạch đầu dòng phải đứng dưới tên của nó.")
            values[rows_of.name].append(read_row(rows_of, row))
            continue
        said, _colon, value = line.partition(":")
        param = known.get(text.fold(said))
        if param is None:
            labels = ", ".join(one.label for one in params if one.type != "parts")
            raise Refused(f"“{line}”: không có tham số tên “{said.strip()}”. Có: {labels}.")
        if param.name in values:
            raise Refused(f"“{param.label}” có hai lần.")
        rows_of = param if param.type in ROWS else None
        if rows_of:
            values[param.name] = [read_row(param, value)] if value.strip() else []
        elif value.strip():
            values[param.name] = read(param, value)
    return {name: _single(value, name) for name, value in values.items() if value != []}


def _single(value, name):
    return value[0] if name == "when" and len(value) == 1 else value
