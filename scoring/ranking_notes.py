"""The notes under a ranking: ties and what decided them, gates, scales, what is still open."""

from decimal import Decimal

from scoring.rules import figure


def notes_of(content):
    """(sentences in order, {unit: numbers of the notes that speak of it})."""
    names = {row["unit"]: row["name"] for row in content["places"]}
    notes, marks = [], {}

    def add(sentence, *units):
        notes.append(sentence)
        for unit in units:
            marks.setdefault(unit, []).append(len(notes))

    for tie in content["ties"]:
        add(_tie(tie, names), *tie["units"])
    for row in content["places"]:
        for sentence in _of_unit(row, content):
            add(sentence, row["unit"])
    return notes, marks


def _tie(tie, names):
    who = _listed([names[unit] for unit in tie["units"]])
    total = figure(Decimal(tie["total"]))
    if not tie["label"]:
        return f"{who} cùng {total} điểm và bằng nhau ở mọi bước xét, nên cùng hạng."
    values = ", ".join(f"{names[unit]} {tie['values'][unit]}" for unit in tie["units"])
    return f"{who} cùng {total} điểm; xếp thứ tự theo {tie['label']} ({values})."


def _of_unit(row, content):
    name = row["name"]
    if row["excluded"]:
        yield (
            f"{name}: {_listed(row['excluded'])} không áp dụng; {_figure(row, 'earned')} trên "
            f"{_figure(row, 'applicable')} điểm, quy đổi thành {_figure(row, 'scaled')}."
        )
    for mark in row["marks"]:
        if mark["state"] == "hit":
            yield f"{name}: vướng điều kiện {mark['code']}, {mark['words']}."
        else:
            yield f"{name}: xếp tạm, chờ kết quả điều kiện {mark['code']} ({mark['words']})."
    if row["reserved"]:
        yield f"{name} bảo lưu ý kiến ở {_listed(row['reserved'])}; hội nghị quyết định."
    if row["estimated"]:
        yield f"{name}: {_listed(row['estimated'])} còn là số ước thực hiện."
    if row["incomplete"]:
        yield f"{name}: {_listed(row['incomplete'])} chưa có điểm."
    if row["class_note"]:
        yield f"{name}: {row['class_note']}."


def _figure(row, name):
    return figure(Decimal(row[name]))


def _listed(words):
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} và {words[-1]}"
