"""How a criteria table comes to be: begun or copied, rewritten from its document, adopted."""

import hashlib
import json
import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from khoithidua import audit
from khoithidua.workflow import Conflict, NotAllowed
from pledges import writing
from pledges.models import Paper
from scoring.models import CriteriaSet, Criterion
from scoring.models.criteria import plain
from scoring.rules.lint import lint
from units.models import EmulationYear

TITLE = "Bảng tiêu chí"
EMPTY_TABLE = {"code": "BTC", "base_max": "100", "nodes": []}
NOT_OPEN = "Bảng tiêu chí đã thông qua thì không sửa được; cần lập phiên bản mới, ghi rõ lý do."
CHANGED_BEFORE_ADOPTION = (
    "Bảng tiêu chí vừa được người khác sửa. Hãy xem lại bảng rồi ghi nhận thông qua."
)
CHANGED_MEANWHILE = "Bảng tiêu chí vừa được người khác sửa. Hãy xem lại trước khi lưu."
DEEPEST = 8
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]+)?")
SET_FIELDS = {"code", "base_max", "bonus_cap", "nodes"}
NODE_FIELDS = {"key", "code", "name", "section", "max", "basis"}


def document_digest(document):
    """SHA-256 of a document in canonical JSON: the same for the same content, however written."""
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


# Beginning and adopting


@transaction.atomic
def begin_version(*, year, by, reason="", source=None):
    """Start the next version of the year's table as a draft; return its CriteriaSet.

    source: the CriteriaSet or the document to copy; not given, the version in force, else that of
    the bloc's latest earlier year, else an empty table. Raises ValidationError while another draft
    is being written, without a reason where a version is in force, and for a broken document.
    """
    # Two people may press the button at once: the second is told, not shown an error page.
    EmulationYear.objects.select_for_update(of=("self",)).get(pk=year.pk)
    tables = year.papers.criteria_tables()
    if tables.being_written().exists():
        raise ValidationError("Năm này đang có một dự thảo bảng tiêu chí.")
    if tables.in_force().exists() and not reason.strip():
        raise ValidationError("Cần ghi lý do lập phiên bản mới.")
    if source is None:
        source = table_in_force(year) or _table_of_earlier_year(year)
    last = tables.order_by("-version").values_list("version", flat=True).first() or 0
    paper = Paper.objects.create(
        year=year,
        kind=Paper.Kind.CRITERIA,
        version=last + 1,
        title=TITLE,
        dated_on=year.reference_day,
        created_by=by,
    )
    criteria = CriteriaSet.objects.create(paper=paper, code=TITLE, base_max=0, reason=reason)
    write_document(criteria, _document_of(source))
    audit.record(
        "criteriaset.begin",
        chain=paper.audit_chain,
        by=by,
        target=paper.audit_path,
        summary=f"Bắt đầu soạn {paper.audit_name}, phiên bản {paper.version}.",
        after={
            "copied_from": source.paper.audit_path if isinstance(source, CriteriaSet) else "",
            "reason": reason,
        },
    )
    return criteria


def table_in_force(year):
    """The year's adopted CriteriaSet, None while there is none."""
    return (
        CriteriaSet.objects.filter(paper__in=year.papers.criteria_tables().in_force())
        .select_related("paper__year__bloc")
        .order_by("pk")
        .first()
    )


def _table_of_earlier_year(year):
    papers = Paper.objects.criteria_tables().in_force()
    return (
        CriteriaSet.objects.filter(
            paper__in=papers, paper__year__bloc=year.bloc, paper__year__number__lt=year.number
        )
        .select_related("paper__year__bloc")
        .order_by("-paper__year__number")
        .first()
    )


def _document_of(source):
    if isinstance(source, CriteriaSet):
        return source.as_document()
    return EMPTY_TABLE if source is None else source


@transaction.atomic
def adopt_criteria(criteria, *, by, on, seen=""):
    """The bloc adopted the table on that day: its document is kept, the version before superseded.

    seen: the digest of the document that was looked at, where somebody did; Conflict when the table
    is another by now.
    Raises ValidationError for a table that breaks its own sums or lacks a rule (rules.lint), for a
    day to come, and once the year is being scored: cards were opened under the version in force.
    """
    year = EmulationYear.objects.select_for_update(of=("self",)).get(pk=criteria.year.pk)
    paper = Paper.objects.select_for_update(of=("self",)).get(pk=criteria.paper_id)
    row = CriteriaSet.objects.get(pk=criteria.pk)
    if not paper.is_open:
        raise NotAllowed(NOT_OPEN)
    if not row.leaves().exists():
        raise ValidationError("Bảng tiêu chí chưa có tiêu chí nào để thông qua.")
    if hasattr(year, "scoring_round"):
        raise ValidationError("Năm này đã mở chấm điểm theo phiên bản đang có hiệu lực.")
    row.document = row.as_document()
    if wrong := [str(one) for one in lint(row.document) if one.is_error]:
        raise ValidationError(wrong)
    row.digest = document_digest(row.document)
    if seen and seen != row.digest:
        raise Conflict(CHANGED_BEFORE_ADOPTION, row)
    row.save(update_fields=["document", "digest"])
    before = table_in_force(year)
    if before:
        writing.supersede(before.paper, by=by, reason=row.reason)
    writing.adopt(criteria.paper, by=by, on=on)
    audit.record(
        "criteriaset.adopt",
        chain=paper.audit_chain,
        by=by,
        target=paper.audit_path,
        summary=f"Chốt nội dung {paper.audit_name}, phiên bản {paper.version}.",
        before={"digest": before.digest if before else ""},
        after={"digest": row.digest, "reason": row.reason},
    )
    criteria.document, criteria.digest = row.document, row.digest


# Rewriting


@transaction.atomic
def rewrite(criteria, document, *, by, revision, summary):
    """Put a document in place of an open table's rows; return the paper's new revision.

    revision: that of the paper when the document was read. Raises Conflict when it is another now,
    NotAllowed when the table is adopted, ValidationError for a broken document. Nothing is written
    or recorded when the document says what the table says.
    """
    paper = Paper.objects.select_for_update(of=("self",)).get(pk=criteria.paper_id)
    if not paper.is_open:
        raise NotAllowed(NOT_OPEN)
    row = CriteriaSet.objects.select_related("paper__year__bloc").get(pk=criteria.pk)
    before = row.as_document()
    if before == document:
        return paper.revision
    if paper.revision != revision:
        raise Conflict(CHANGED_MEANWHILE, row)
    write_document(criteria, document)
    after = criteria.as_document()
    paper.revision += 1
    paper.save(update_fields=["revision"])
    was, now = _flat(before), _flat(after)
    changed = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    audit.record(
        "criteriaset.edit",
        chain=paper.audit_chain,
        by=by,
        target=paper.audit_path,
        summary=summary,
        before={name: was[name] for name in changed if name in was},
        after={name: now[name] for name in changed if name in now},
    )
    return paper.revision


def _flat(document):
    """A document by its parts, to compare: {"": the table as a whole, key: that node alone}."""
    parts = {"": {name: value for name, value in document.items() if name != "nodes"}}

    def add(nodes, parent):
        for position, node in enumerate(nodes, 1):
            own = {name: value for name, value in node.items() if name != "children"}
            parts[node["key"]] = {**own, "parent": parent, "position": position}
            add(node.get("children", ()), node["key"])

    add(document["nodes"], "")
    return parts


@transaction.atomic
def write_document(criteria, document):
    """Put the rows of a document in place of those the table has, all or nothing; records nothing.

    Raises ValidationError naming the criterion that cannot be kept. What it means is not judged
    here, only whether it has the shape of a table.
    """
    _check_shape(document)
    criteria.code = _text(document, "code", "Bảng tiêu chí")
    criteria.base_max = _number(document, "base_max", "Bảng tiêu chí")
    criteria.bonus_cap = _number(document, "bonus_cap", "Bảng tiêu chí")
    criteria.settings = _rest(document, SET_FIELDS)
    _clean(criteria, "Bảng tiêu chí", exclude=["paper"])
    criteria.save(update_fields=["code", "base_max", "bonus_cap", "settings"])
    criteria.criteria.all().delete()
    known = set()
    level = [(None, document["nodes"])]
    for _depth in range(DEEPEST):
        rows = [
            (_row(criteria, node, parent, position, known), node)
            for parent, nodes in level
            for position, node in enumerate(nodes, 1)
        ]
        Criterion.objects.bulk_create([row for row, _node in rows])
        level = [(row, node["children"]) for row, node in rows if node.get("children")]
        if not level:
            return
    raise ValidationError(f"Bảng tiêu chí có hơn {DEEPEST} cấp.")


def _row(criteria, node, parent, position, known):
    if not isinstance(node, dict):
        raise ValidationError(f"Tiêu chí thứ {position} không đúng dạng.")
    key = _text(node, "key", f"Tiêu chí thứ {position}")
    if key in known:
        raise ValidationError(f"Tiêu chí {key}: mã này đã dùng cho một tiêu chí khác.")
    known.add(key)
    where = f"Tiêu chí {key or f'thứ {position}'}"
    children = node.get("children", [])
    if not isinstance(children, list):
        raise ValidationError(f"{where}: các tiêu chí bên dưới phải là một danh sách.")
    row = Criterion(
        criteria=criteria,
        paper_id=criteria.paper_id,
        parent=parent,
        position=position,
        key=key,
        code=_text(node, "code", where),
        name=_text(node, "name", where),
        section=_text(node, "section", where),
        basis=_text(node, "basis", where),
        max_points=_number(node, "max", where),
        # An empty list of children is kept here: no row says it.
        rule=_rest(node, NODE_FIELDS | ({"children"} if children else set())),
    )
    _clean(row, where, exclude=["criteria", "paper", "parent"])
    return row


def _rest(values, fields):
    return {name: value for name, value in values.items() if name not in fields}


def _text(values, name, where):
    value = values.get(name, "")
    if not isinstance(value, str):
        raise ValidationError(f"{where}: “{name}” phải là chữ.")
    return value


def _number(values, name, where):
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not NUMBER.fullmatch(str(value)):
        raise ValidationError(f"{where}: “{name}” không phải là số.")
    return Decimal(plain(str(value)))


def _clean(row, where, exclude):
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        raise ValidationError([f"{where}: {problem}" for problem in error.messages]) from None


def _check_shape(document):
    if not isinstance(document, dict) or not isinstance(document.get("nodes"), list):
        raise ValidationError("Bảng tiêu chí không đúng dạng.")
    try:
        # Half a character, a NUL or a number without end: no database keeps these.
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise ValidationError("Bảng tiêu chí có giá trị không lưu được.") from None
    if any("\0" in text for text in _texts(document)):
        raise ValidationError("Bảng tiêu chí có ký tự không lưu được.")


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
