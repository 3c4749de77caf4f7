"""What people type about facts that one agency owns.

OwnerGrid    the grid: not a Django form, like facts_form: its fields come from the table's own rules
SourceForm   the document of one criterion, with its file if there is one
AnswerForm   a word on one fact: the unit's objection, the owner's reason to keep it
Statement    one fact as its unit reads it
"""

from dataclasses import dataclass, field

from django import forms

from khoithidua import text, uploads
from khoithidua.fields import TextField
from khoithidua.models import StoredFile
from scoring import rules, typed
from scoring.evidence_forms import NOT_DECLARED
from scoring.facts_form import FactField
from scoring.models import OwnerFact
from scoring.rules import Node
from scoring.workbooks.lines import Asked, concerns
from scoring.workbooks.owner import NO_SOURCE, OwnerTable, Said, Subject, digest, why_not
from scoring.workbooks.sheets import LONGEST_TEXT

CONFLICT = "Có người vừa sửa dòng này. Số liệu bạn gõ chưa lưu; bấm Lưu lần nữa để lấy số của bạn."
TOO_LONG = f"Dài quá {LONGEST_TEXT} chữ."


@dataclass
class Row:
    """One unit under one criterion: its facts as fields, and what is known of them."""

    unit: Subject
    fields: list
    stood: str
    fact: OwnerFact | None = None
    error: str = ""
    is_conflict: bool = False
    facts: dict = field(default_factory=dict)

    @property
    def name(self):
        """The hidden field that says what stood here when the page was made."""
        return self.fields[0].name.rpartition("/")[0]

    @property
    def stored_words(self):
        """What is stored now, in one line."""
        shown = (
            f"{one.label} {typed.shown(one.input, self.fact.facts.get(one.input.name))}"
            for one in self.fields
        )
        return "; ".join(shown)


@dataclass
class Section:
    """One criterion: its source and its rows."""

    asked: Asked
    html_id: str
    source: str
    source_stood: str
    rows: list
    source_error: str = ""

    @property
    def node(self):
        return self.asked.node

    @property
    def has_facts(self):
        """Whether anything of it is given yet."""
        return any(row.fact for row in self.rows)

    @property
    def source_name(self):
        return f"{self.asked.key}/@source"

    @property
    def source_stood_name(self):
        return f"{self.asked.key}/@stood"


class OwnerGrid:
    """The sections of a table, as they are stored or as they were typed (data: a QueryDict).

    facts: {(key, slug): OwnerFact}, to be shown beside.
    """

    def __init__(self, table: OwnerTable, facts, data=None):
        self.table, self.data = table, data
        self.sections = [
            self._section(place, one, facts) for place, one in enumerate(table.asked, 1)
        ]

    def _section(self, place, one, facts):
        stored = self.table.source_of(one.key)
        section = Section(one, f"m{place}", stored, digest(stored), [])
        if self.data is not None:
            section.source = text.clean(self.data.get(section.source_name, ""))
            section.source_stood = self.data.get(section.source_stood_name, "")
            section.source_error = TOO_LONG if len(section.source) > LONGEST_TEXT else ""
        for number, unit in enumerate(self.table.units, 1):
            if concerns(one.node, unit.slug):
                html_id = f"{section.html_id}-{number}"
                fact = facts.get((one.key, unit.slug))
                section.rows.append(self._row(one, unit, fact, html_id))
        return section

    def _row(self, one, unit, fact, html_id):
        name = f"{one.key}/{unit.slug}"
        given = self.table.at(one.key, unit.slug)
        is_typed = self.data is not None and name in self.data
        revision, stood = self.table.stood(one.key, unit.slug)
        row = Row(unit, [], f"{revision} {stood}", fact, facts=dict(given.facts))
        if is_typed:
            row.stood, row.facts = self.data[name], {}
        for wanted in one.inputs:
            shown = FactField(
                f"{name}/{wanted.name}",
                f"{html_id}-{wanted.name}",
                wanted,
                typed.shown(wanted, given.facts.get(wanted.name)),
            )
            if is_typed:
                _read(row, shown, self.data.get(shown.name, ""))
            row.fields.append(shown)
        return row

    @property
    def said(self) -> Said:
        rows = {(one.asked.key, row.unit.slug): row for one in self.sections for row in one.rows}
        return Said(
            {place: row.facts for place, row in rows.items()},
            {one.asked.key: one.source for one in self.sections},
            {place: _stood(row.stood) for place, row in rows.items()},
            {one.asked.key: one.source_stood for one in self.sections},
        )

    @property
    def errors(self):
        """(html id, sentence) of everything that cannot be kept."""
        found = []
        for section in self.sections:
            label = section.node.code or section.node.name
            for row in section.rows:
                where = f"{label}, {row.unit.name}"
                found += [(one.html_id, f"{where}: {one.error}") for one in row.fields if one.error]
                found += [(row.fields[0].html_id, f"{where}: {row.error}")] if row.error else []
            if section.source_error:
                found.append((f"{section.html_id}-source", f"{label}: {section.source_error}"))
        return found

    def check(self, changes):
        """Errors of what would change: facts that do not go together, no source, a conflict."""
        for change in changes:
            section = next(one for one in self.sections if one.asked.key == change.asked.key)
            row = next(one for one in section.rows if one.unit == change.unit)
            row.error = why_not(change.asked, change.facts)
            if change.facts and not change.source:
                section.source_error = NO_SOURCE
            if change.is_conflict:
                row.error, row.is_conflict = CONFLICT, True
                # Saved again, it is meant: what stands now has been seen.
                row.stood = f"{change.revision} {_stood(row.stood)[1]}"

    @property
    def has_conflict(self):
        return any(row.is_conflict for section in self.sections for row in section.rows)


def _read(row, shown, written):
    shown.value = written
    try:
        value = typed.read(shown.input, written)
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise rules.BadFact(TOO_LONG)
    except rules.BadFact as refused:
        shown.error = text.initial_upper(str(refused).removeprefix(f"{shown.input.label}: "))
        return
    if value is not None:
        row.facts[shown.input.name] = value
    shown.value = typed.shown(shown.input, value)


def _stood(written):
    """(revision, digest) of the hidden field; what nobody wrote there stands for nothing."""
    revision, _space, stood = written.partition(" ")
    is_whole = revision.isascii() and revision.isdigit() and len(revision) < 10
    return (int(revision), stood) if is_whole else (-1, "")


class SourceForm(forms.Form):
    """The document that a criterion's rows cite; `file` comes out as the StoredFile, or None."""

    source = TextField(
        label="Theo văn bản",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
        help_text="Số, ký hiệu, ngày, trích yếu như in trên văn bản.",
    )
    file = forms.FileField(
        label="Tệp văn bản",
        required=False,
        widget=forms.FileInput({"accept": uploads.ACCEPT}),
    )
    declared = forms.BooleanField(label=uploads.DECLARATION, required=False)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["file"].help_text = uploads.hint()

    def clean(self):
        """Nothing is read before the declaration is made, nothing kept beside an error."""
        data = super().clean()
        file = data.get("file")
        if file and not data.pop("declared", False):
            self.add_error("declared", NOT_DECLARED)
        data.pop("declared", None)
        data["file"] = None
        if file and not self.errors:
            try:
                taken = uploads.accept(file)
            except uploads.Refused as refused:
                self.add_error("file", str(refused))
            else:
                kept = StoredFile.objects.keep
                data["file"] = kept(taken.data, content_type=taken.content_type, by=self.by)
        return data


class AnswerForm(forms.Form):
    """A word on the fact that was seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = TextField(label="Lý do", max_length=2000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args, needs_note=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needs_note


class Statement:
    """One fact as its unit reads it: what is said, by whom, after which document."""

    may_answer = False

    def __init__(self, fact: OwnerFact, node: Node, day):
        self.fact, self.node = fact, node
        name = fact.by_unit.name_on(day)
        self.owner = name.short if name else fact.by_unit.slug
        self.form = AnswerForm(
            initial={"revision": fact.revision}, auto_id=f"{node.key}-%s", needs_note=False
        )

    @property
    def values(self):
        """[(label, value)] of the facts given."""
        return [
            (text.initial_upper(one.label), typed.shown(one, self.fact.facts.get(one.name)))
            for one in self.node.inputs()
            if one.name in self.fact.facts
        ]
