"""Reads the workbook of a table: the document, or every cell that cannot be used; all or nothing."""

from dataclasses import dataclass, field
from string import ascii_uppercase

from khoithidua import text
from scoring.authoring import lines, words
from scoring.authoring.rule_words import params_of
from scoring.authoring.sheet.columns import (
    BY_FIELD,
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
from scoring.authoring.tree import new_key
from scoring.rules import KINDS
from scoring.rules.reading import read
from units.imports.workbook import Sheet

DEEPEST = 6
LOST = (
    f"Không có trang “{NODES}”. Hãy tải tệp mẫu, hoặc tệp Excel của bảng đang có, và điền vào đó."
)
KIND_BY_LABEL = {
    text.fold(word): name for name, kind in KINDS.items() for word in (kind.label, name)
}


@dataclass(frozen=True)
class Problem:
    """What is wrong, and in which cell: sheet, "F12" or "" for the sheet as a whole."""

    sheet: str
    cell: str
    message: str

    def __str__(self):
        place = f"Trang “{self.sheet}”" + (f", ô {self.cell}" if self.cell else "")
        return f"{place}: {self.message}" if self.sheet else self.message


@dataclass
class Reading:
    """What came of a workbook: its document, complete only without problems."""

    document: dict = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class CellRefused(ValueError):
    """What stands in one cell cannot be used."""


def read_workbook(sheets: list[Sheet]) -> Reading:
    """The document of a workbook's sheets, or the problems by sheet and cell."""
    found = Reading()
    by_name = {text.fold(sheet.name): sheet for sheet in sheets}
    nodes = by_name.get(text.fold(NODES))
    if nodes is None:
        found.problems.append(Problem("", "", LOST))
        return found
    table = _Table(nodes, found.problems)
    settings = _settings(by_name.get(text.fold(SETTINGS)), found.problems)
    found.document = {**settings, "nodes": table.nodes()}
    for title, name, params in LISTS:
        sheet = by_name.get(text.fold(title))
        rows = _list(sheet, params, found.problems) if sheet else []
        if rows:
            found.document[name] = rows
    if not found.document["nodes"] and not found.problems:
        found.problems.append(Problem(NODES, "C2", "chưa có tiêu chí nào."))
    if not found.problems:
        _check_whole(found, table)
    return found


def _check_whole(found, table):
    """What only the whole table shows: references, keys that come twice."""
    for error in read(found.document).errors:
        row = table.numbers.get(error.key, 0)
        cell = f"{_letter(table.places['name'])}{row}" if row else ""
        found.problems.append(Problem(NODES if row else SETTINGS, cell, f"{error}."))


# Cells


def typed(cell: object) -> str:
    """What a cell says as text; raises CellRefused for a number that Excel made a date of."""
    if isinstance(cell, dict):
        raise CellRefused(
            f"Excel đã đổi nội dung ô thành ngày {str(cell.get('date', ''))[:10]}. Hãy định dạng ô là "
            "Văn bản (Text) rồi nhập lại."
        )
    if isinstance(cell, bool):
        return "có" if cell else "không"
    if isinstance(cell, (int, float)):
        return f"{cell:.15g}"
    return text.clean(str(cell or ""))


def _letter(place):
    head, tail = divmod(place, 26)
    return (ascii_uppercase[head - 1] if head else "") + ascii_uppercase[tail]


class _Rows:
    """The rows of a sheet under the titles of its first row, whatever their order."""

    def __init__(self, sheet, titles, problems):
        self.sheet, self.problems, self.places, self.wrong_rows = sheet, problems, {}, set()
        head = [_folded(cell) for cell in sheet.rows[0]] if sheet.rows else []
        for name, title in titles.items():
            if text.fold(title) in head:
                self.places[name] = head.index(text.fold(title))

    def has(self, *names):
        lacking = [name for name in names if name not in self.places]
        for name in lacking:
            self.problem(1, None, f"thiếu cột “{name}” ở dòng đầu.")
        return not lacking

    def __iter__(self):
        """(row number as Excel counts, {field: text}) of every row that says anything."""
        for number, cells in enumerate(self.sheet.rows[1:], 2):
            row = {}
            for name, place in self.places.items():
                try:
                    row[name] = typed(cells[place]) if place < len(cells) else ""
                except CellRefused as refused:
                    self.problem(number, name, str(refused))
                    row[name] = ""
            if any(row.values()):
                yield number, row

    def problem(self, number, name, message):
        place = self.places.get(name)
        cell = f"{_letter(place or 0)}{number}"
        self.problems.append(Problem(self.sheet.name, cell, message))
        self.wrong_rows.add(number)

    def attempt(self, number, name, function, *arguments):
        """The function's value, or None with the problem noted at this cell."""
        try:
            return function(*arguments)
        except (lines.Refused, text.NumberRefused) as refused:
            self.problem(number, name, str(refused))
            return None


def _folded(cell):
    return text.fold(cell) if isinstance(cell, str) else ""


# The sheet of criteria


class _Table(_Rows):
    """The sheet of criteria, read from top to bottom with the groups that are open."""

    def __init__(self, sheet, problems):
        super().__init__(sheet, {column.field: column.title for column in COLUMNS}, problems)
        self.top, self.open, self.sums = [], [], []
        self.taken, self.numbers, self.last = set(), {}, None

    def nodes(self):
        if "name" not in self.places:
            self.problem(1, None, "thiếu cột “Tiêu chí” ở dòng đầu.")
            return []
        rows = list(self)
        self.taken = {row["key"] for _number, row in rows if row.get("key")}
        for number, row in rows:
            if row.get("name") or row.get("code"):
                self._node(number, row)
            elif row.get("kind"):
                self._part(number, row)
            else:
                self.problem(
                    number, "name", "dòng này không có tên tiêu chí, cũng không có cách tính."
                )
        return self.top

    def _node(self, number, row):
        node = self._texts(number, row)
        level = self._level(number, row)
        self._words(number, row, node)
        if row.get("max"):
            node["max"] = self.attempt(number, "max", lines.number, row["max"]) or "0"
        del self.open[level - 1 :]
        self.open.append(node)
        if level == 1:
            self.top.append(node)
        elif self.open[level - 2].get("parts"):
            self.problem(number, "level", "mục ở trên có cách tính, nên không chứa được mục khác.")
        else:
            self.open[level - 2].setdefault("children", []).append(node)
        self.last, self.sums = node, []
        if row.get("kind"):
            self._part(number, row)

    def _texts(self, number, row):
        node = {}
        for name in TEXTS:
            value, limit = row.get(name, ""), BY_FIELD[name].limit
            if name in ("code", "key", "owner", "evaluator", "name"):
                value = text.clean_line(value)
            if len(value) > limit:
                self.problem(number, name, f"dài hơn {limit} ký tự.")
            if value:
                node[name] = value
        if "name" not in node:
            self.problem(number, "name", "thiếu tên tiêu chí.")
        if "key" in node and node["key"] in self.numbers:
            self.problem(
                number, "key", f"khóa “{node['key']}” đã có ở dòng {self.numbers[node['key']]}."
            )
        if "key" not in node:
            node["key"] = new_key(self.taken, node.get("code", ""))
            self.taken.add(node["key"])
        self.numbers[node["key"]] = number
        return node

    def _level(self, number, row):
        if not row.get("level"):
            groups = [one for one in self.open if not one.get("parts")]
            return len(groups) + 1 if row.get("kind") and groups else 1
        level = self.attempt(number, "level", lines.count, row["level"])
        if level is None:
            return 1
        if not 1 <= int(level) <= DEEPEST:
            self.problem(number, "level", f"cấp từ 1 đến {DEEPEST}.")
            return 1
        if int(level) > len(self.open) + 1:
            self.problem(
                number, "level", f"cấp {level} phải đứng dưới một mục cấp {int(level) - 1}."
            )
            return len(self.open) + 1
        return int(level)

    def _words(self, number, row, node):
        for name, known in (("section", words.SECTIONS), ("na", words.NA_POLICIES)):
            if row.get(name):
                title = BY_FIELD[name].title
                node[name] = self.attempt(number, name, lines.key_of, known, row[name], title)
        if "evaluator" in node:
            by_label = {text.fold(label): key for key, label in words.EVALUATORS.items()}
            node["evaluator"] = by_label.get(text.fold(node["evaluator"]), node["evaluator"])
        if row.get("evidence"):
            evidence = self.attempt(number, "evidence", _evidence, row["evidence"])
            if evidence:
                node["evidence"] = evidence
        if row.get("more"):
            params = (*words.GROUP_PARAMS, *words.LEAF_PARAMS)
            node |= self.attempt(number, "more", lines.read_lines, params, row["more"]) or {}

    def _part(self, number, row):
        said = row["kind"].strip()
        bare = said.lstrip(f"{INSIDE} ")
        depth = said[: len(said) - len(bare)].count(INSIDE)
        name = KIND_BY_LABEL.get(text.fold(bare))
        if name is None:
            self.problem(
                number, "kind", f"không có cách tính nào tên “{bare}”. Xem trang “{HELP}”."
            )
            return
        if self.last is None:
            self.problem(number, "kind", "chưa có tiêu chí nào ở trên.")
            return
        if depth > len(self.sums) or (depth and self.sums[depth - 1]["kind"] != "sum"):
            self.problem(number, "kind", f"dấu {INSIDE} chỉ dùng ngay dưới “{KINDS['sum'].label}”.")
            return
        params = params_of(name, depth)
        part = {"kind": name} | (
            self.attempt(number, "params", lines.read_lines, params, row.get("params", "")) or {}
        )
        self._check_part(number, name, part)
        self._place_part(number, part, depth)

    def _place_part(self, number, part, depth):
        if depth:
            self.sums[depth - 1].setdefault("parts", []).append(part)
        elif self.last.get("children"):
            self.problem(number, "kind", "nhóm có mục bên trong thì không có cách tính riêng.")
        else:
            self.last.setdefault("parts", []).append(part)
        self.sums[depth:] = [part]

    def _check_part(self, number, name, part):
        """What the engine itself refuses in this rule; a sum is known only with what is inside it."""
        if name == "sum" or number in self.wrong_rows:
            return
        probe = {"key": "A", "name": "A", "max": "1", "parts": [part]}
        for error in read({"name": "A", "base_max": "1", "nodes": [probe]}).errors:
            self.problem(number, "params", f"{error.message}.")


def _evidence(said):
    if ":" not in said:
        return {"required": lines.read(words.EVIDENCE_PARAMS[0], said)}
    return lines.read_lines(words.EVIDENCE_PARAMS, said)


# The other sheets


def _settings(sheet, problems):
    if sheet is None:
        problems.append(Problem("", "", f"Không có trang “{SETTINGS}”."))
        return {}
    rows = _Rows(sheet, {"said": "Quy định", "value": "Nội dung"}, problems)
    if not rows.has("said", "value"):
        return {}
    known = {text.fold(title_of(param)): param for param in SETTINGS_PARAMS}
    values, rounding, seen = {}, {}, set()
    for number, row in rows:
        seen.add(text.fold(row["said"]))
        param = known.get(text.fold(row["said"]))
        if param is None:
            rows.problem(number, "said", f"không có quy định nào tên “{row['said']}”.")
        elif row["value"]:
            value = rows.attempt(number, "value", lines.read, param, row["value"])
            target = rounding if param in SETTINGS_PARAMS[-len(words.ROUNDING_PARAMS) :] else values
            target[param.name] = value
        elif param.required:
            rows.problem(number, "value", f"thiếu {param.label}.")
    for param in SETTINGS_PARAMS:
        if param.required and text.fold(title_of(param)) not in seen:
            problems.append(Problem(SETTINGS, "", f"thiếu dòng “{title_of(param)}”."))
    return values | ({"rounding": rounding} if rounding else {})


def _list(sheet, params, problems):
    rows = _Rows(sheet, {param.name: title_of(param) for param in params}, problems)
    found = []
    for number, row in rows:
        values = {}
        for param in params:
            said = row.get(param.name, "")
            if said:
                value = rows.attempt(number, param.name, _value, param, said)
                if value is not None:
                    values[param.name] = value
            elif param.required:
                rows.problem(number, param.name, f"thiếu {param.label}.")
        found.append(values)
    return found


def _value(param, said):
    if param.type not in lines.ROWS:
        return lines.read(param, said)
    found = [
        lines.read_row(param, lines.BULLET.sub("", line))
        for line in said.split("\n")
        if line.strip()
    ]
    return found[0] if len(found) == 1 else found
