"""Writes a table as a workbook: every cell is text, so that nothing in it is ever computed or a date."""

from io import BytesIO

import xlsxwriter

from scoring.authoring import lines, words
from scoring.authoring.rule_words import kind_label, params_of
from scoring.authoring.sheet.columns import (
    COLUMNS,
    HELP,
    INSIDE,
    LISTS,
    NODES,
    SETTINGS,
    SETTINGS_PARAMS,
    TEXTS,
    title_of,
)
from scoring.rules import KINDS
from units.imports.reader import MOST_ROWS

STEPS = (
    f"1. Điền trang “{NODES}”: mỗi dòng một nhóm hoặc một tiêu chí, từ trên xuống như trên bảng in.",
    "2. Tiêu chí có nhiều cách tính: thêm dòng ngay bên dưới, chỉ ghi Cách tính và Tham số.",
    "3. Số thập phân dùng dấu phẩy: 0,5. Các ô ở dạng Văn bản (Text) để Excel không đổi 3.5 thành ngày.",
    f"4. Điền trang “{SETTINGS}”: thang điểm, mức thưởng tối đa, cách làm tròn; và ba trang xếp loại, "
    "điều kiện, thứ tự xét khi bằng điểm nếu có.",
    "5. Tải tệp lên ở trang bảng tiêu chí: hệ thống cho xem khác biệt trước. Có lỗi ở một ô thì không "
    "ô nào được ghi.",
)


def rows_of(document: dict) -> list[dict[str, str]]:
    """The rows of the sheet of criteria, {field: text}."""
    return [row for node in document["nodes"] for row in _node_rows(node, 1)]


def _node_rows(node, level):
    row = {"level": str(level), **{name: str(node[name]) for name in TEXTS if node.get(name)}}
    if "max" in node:
        row["max"] = lines.figure(node["max"])
    for name, known in (
        ("section", words.SECTIONS),
        ("na", words.NA_POLICIES),
        ("evaluator", words.EVALUATORS),
    ):
        if node.get(name):
            row[name] = known.get(node[name], node[name])
    if node.get("evidence"):
        row["evidence"] = lines.write_lines(words.EVIDENCE_PARAMS, node["evidence"])
    row["more"] = lines.write_lines((*words.GROUP_PARAMS, *words.LEAF_PARAMS), node)
    parts = [one for part in node.get("parts") or () for one in _part_rows(part, 0)]
    yield {**row, **(parts[0] if parts else {})}
    yield from parts[1:]
    for child in node.get("children") or ():
        yield from _node_rows(child, level + 1)


def _part_rows(part, depth):
    kind = part.get("kind", "")
    marks = f"{INSIDE * depth} " if depth else ""
    yield {
        "kind": f"{marks}{kind_label(kind)}",
        "params": lines.write_lines(params_of(kind, depth), part),
    }
    for inner in part.get("parts") or ():
        yield from _part_rows(inner, depth + 1)


def settings_of(document: dict) -> list[tuple[str, str]]:
    values = {**document, **(document.get("rounding") or {})}
    return [
        (
            title_of(param),
            str(lines.shown(param, values[param.name])) if param.name in values else "",
        )
        for param in SETTINGS_PARAMS
    ]


def list_rows(document: dict, name: str, params) -> list[list[str]]:
    return [[_cell(param, row) for param in params] for row in document.get(name) or ()]


def _cell(param, row):
    if param.name not in row:
        return ""
    value = lines.shown(param, row[param.name])
    return "\n".join(value) if isinstance(value, list) else value


def workbook(document: dict) -> bytes:
    """The .xlsx of a table; with an empty table the template to fill in."""
    output = BytesIO()
    book = xlsxwriter.Workbook(
        output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    styles = {
        "title": book.add_format(
            {"bold": True, "bg_color": "#EEF4FA", "border": 1, "text_wrap": True, "valign": "top"}
        ),
        "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
        "group": book.add_format(
            {"num_format": "@", "text_wrap": True, "valign": "top", "bold": True}
        ),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "heading": book.add_format({"bold": True, "font_size": 14}),
    }
    _nodes_sheet(book.add_worksheet(NODES), styles, rows_of(document))
    _settings_sheet(book.add_worksheet(SETTINGS), styles, settings_of(document))
    for title, name, params in LISTS:
        _list_sheet(book.add_worksheet(title), styles, params, list_rows(document, name, params))
    _help_sheet(book.add_worksheet(HELP), styles)
    book.close()
    return output.getvalue()


def _nodes_sheet(sheet, styles, rows):
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width, styles["text"])
        sheet.write_string(0, place, column.title, styles["title"])
        _hint(sheet, place, column.title, column.note, _words_of(column.field))
    for index, row in enumerate(rows, 1):
        style = styles["group"] if "kind" not in row else styles["text"]
        for place, column in enumerate(COLUMNS):
            if row.get(column.field):
                sheet.write_string(index, place, row[column.field], style)
    sheet.freeze_panes(1, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _words_of(field):
    return {
        "section": list(words.SECTIONS.values()),
        "na": list(words.NA_POLICIES.values()),
    }.get(field, [])


def _hint(sheet, place, title, note, allowed=(), first=1, last=MOST_ROWS):
    hint = {"validate": "any", "input_title": title[:32], "input_message": note[:255]}
    if allowed:
        hint |= {"validate": "list", "source": list(allowed), "error_type": "warning"}
    sheet.data_validation(first, place, last, place, hint)


def _settings_sheet(sheet, styles, rows):
    sheet.set_column(0, 0, 40, styles["text"])
    sheet.set_column(1, 1, 60, styles["text"])
    for place, title in enumerate(("Quy định", "Nội dung")):
        sheet.write_string(0, place, title, styles["title"])
    for index, ((title, value), param) in enumerate(zip(rows, SETTINGS_PARAMS, strict=True), 1):
        sheet.write_string(index, 0, title, styles["text"])
        sheet.write_string(index, 1, value, styles["text"])
        note = param.help or ("Bắt buộc." if param.required else "Có thể để trống.")
        allowed = [label for _key, label in param.choices]
        _hint(sheet, 1, title, note, allowed, first=index, last=index)
    sheet.freeze_panes(1, 0)


def _list_sheet(sheet, styles, params, rows):
    for place, param in enumerate(params):
        sheet.set_column(place, place, 50 if param.type == "text" and place else 26, styles["text"])
        sheet.write_string(0, place, title_of(param), styles["title"])
        note = param.help or ("Bắt buộc." if param.required else "Có thể để trống.")
        _hint(sheet, place, title_of(param), note, [label for _key, label in param.choices])
    for index, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if value:
                sheet.write_string(index, place, value, styles["text"])
    sheet.freeze_panes(1, 0)


def _help_sheet(sheet, styles):
    sheet.set_column(0, 0, 34, styles["wrapped"])
    sheet.set_column(1, 1, 90, styles["wrapped"])
    sheet.write_string(0, 0, "Cách điền bảng tiêu chí", styles["heading"])
    for index, step in enumerate(STEPS, 1):
        sheet.merge_range(index, 0, index, 1, step, styles["wrapped"])
        sheet.set_row(index, 32)
    top = _help_table(
        sheet, styles, len(STEPS) + 2, "Cột", [(column.title, column.note) for column in COLUMNS]
    )
    _help_table(
        sheet,
        styles,
        top + 1,
        "Cách tính",
        [(kind.label, _example(kind)) for kind in KINDS.values()],
    )


def _help_table(sheet, styles, top, title, rows):
    for place, word in enumerate((title, "Ghi gì")):
        sheet.write_string(top, place, word, styles["title"])
    for index, (name, note) in enumerate(rows, top + 1):
        sheet.write_string(index, 0, name, styles["wrapped"])
        sheet.write_string(index, 1, note, styles["wrapped"])
    return top + len(rows) + 1


EXAMPLES = {
    "points": "0,5",
    "number": "100",
    "percent": "50",
    "count": "3",
    "text": "…",
    "flag": "có",
    "due": "28/02",
    "formula": "diem_toi_da × so_bai ÷ 10",
    "bands": "\n- ≥ 98: 7\n- ≥ 95; < 98: 6\n- < 95: 0",
    "ranks": "\n- hạng 1 - 3: 6\n- từ hạng 4: 3",
    "options": "\n- Hoàn thành xuất sắc: 5\n- Hoàn thành: 3",
    "documents": "\n- đăng ký thi đua: 28/02",
    "inputs": "\n- so_bai: Số bài được đăng (số nguyên)",
    "matrix": "\n- 5; 4; 3\n- 3; 2; 1",
}


def _example(kind):
    """The settings of a kind as they are written, one after the other."""
    said = []
    for param in kind.params:
        if param.type == "parts":
            said.append(f"các cách tính ghi ở các dòng bên dưới, có dấu {INSIDE} ở đầu")
            continue
        example = EXAMPLES[param.type] if param.type != "choice" else param.choices[0][1]
        if param.type == "choice":
            example = " | ".join(label for _key, label in param.choices)
        must = "" if param.required else " (có thể bỏ)"
        said.append(f"{param.label}: {example}{must}")
    return "\n".join(said)
