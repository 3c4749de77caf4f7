"""The facts of one criterion as a form: what was typed, read into plain values, errors beside it.

Not a Django form: a scorecard has some hundred of these fields, made from the table's own rules, and
they are read again at every key that is pressed.
"""

from dataclasses import dataclass
from datetime import date

from khoithidua import text
from scoring import rules, typed

NO_REASON = "Ghi lý do không áp dụng."
NO_DAY = "Số liệu ước thực hiện: ghi chốt đến ngày nào."


@dataclass
class FactField:
    """One fact on the page. given: what the owning agency says, which the unit cannot change."""

    name: str
    html_id: str
    input: rules.Input
    value: str
    error: str = ""
    given: bool = False

    @property
    def label(self):
        return text.initial_upper(self.input.label)

    @property
    def is_rare(self):
        """Whether it stands among what is seldom said: facts that may be left out."""
        return not self.input.required

    @property
    def type(self):
        """How it is asked for: number, date, choice, flag, tick, text."""
        if self.input.type == "flag":
            return "tick" if self.input.name.startswith("item_") else "flag"
        if self.input.type in ("count", "number", "percent", "points"):
            return "number"
        return self.input.type

    @property
    def options(self):
        return self.input.options

    @property
    def words(self):
        """What may be chosen, as it is shown; () where anything may be typed."""
        if self.input.type == "flag":
            return ("có", "không")
        return tuple(label for _key, label in self.input.options)

    @property
    def is_on(self):
        return self.value == "có"


class LeafForm:
    """One criterion's facts and what is said of them, from an entry or from a POST.

    entry: the stored Entry; given: facts of the owning agency, {} for none; data: a QueryDict.
    """

    def __init__(self, node, criterion_id, entry, *, targets=(), given=None, data=None):
        self.node, self.entry, self.given = node, entry, given or {}
        self.html_id = f"c{criterion_id}"
        self.inputs = [one for one in node.inputs(targets) if not one.by_verifier]
        self.is_bound = data is not None and f"{node.key}:rev" in data
        self.conflict = None
        if self.is_bound:
            self._read(data)
        else:
            self._show()

    @property
    def main_fields(self):
        return [one for one in self.fields if not one.is_rare]

    @property
    def rare_fields(self):
        return [one for one in self.fields if one.is_rare]

    @property
    def ticks(self):
        return [one for one in self.fields if one.type == "tick"]

    @property
    def errors(self):
        """(html id, sentence) of everything that cannot be kept."""
        found = [(one.html_id, one.error) for one in self.fields if one.error]
        found += [(f"{self.html_id}-na", self.na_error)] if self.na_error else []
        return found + ([(f"{self.html_id}-as_of", self.as_of_error)] if self.as_of_error else [])

    @property
    def is_valid(self):
        return self.is_bound and not self.errors

    @property
    def has_more(self):
        """Whether the rarer statements stand open: something was typed that is not kept.

        What is kept is said beside the facts, so that the table stays short.
        """
        return self.is_bound and (self.is_changed or bool(self.errors))

    @property
    def is_left_out(self):
        """Whether it is kept that the criterion does not apply, so that one line can say so."""
        return self.na_on and not self.errors and not self.is_changed

    @property
    def values(self):
        """What is saved, in the words of scoring.entries.save_entry."""
        return {
            "facts": self.facts,
            "na_reason": self.na_reason if self.na_on else "",
            "is_estimate": self.is_estimate,
            "as_of": self.as_of if self.is_estimate else None,
            "note": self.note,
        }

    @property
    def is_changed(self):
        return any(getattr(self.entry, name) != value for name, value in self.values.items())

    # From the database

    def _show(self):
        entry = self.entry
        self.facts, self.na_reason, self.note = entry.facts, entry.na_reason, entry.note
        self.na_on, self.is_estimate, self.as_of = (
            bool(entry.na_reason),
            entry.is_estimate,
            entry.as_of,
        )
        self.as_of_typed = entry.as_of.isoformat() if entry.as_of else ""
        self.na_error = self.as_of_error = ""
        self.revision = entry.revision
        self.none_of_these = bool(entry.facts) and not any(
            entry.facts.get(one.name) for one in self.inputs if one.name.startswith("item_")
        )
        self.fields = [self._field(one, typed.shown(one, self._stored(one))) for one in self.inputs]

    def _stored(self, wanted):
        return self.given.get(wanted.name, self.entry.facts.get(wanted.name))

    def _field(self, wanted, value, error=""):
        return FactField(
            f"{self.node.key}:{wanted.name}",
            f"{self.html_id}-{wanted.name}",
            wanted,
            value,
            error,
            wanted.name in self.given,
        )

    # From what was typed

    def _read(self, data):
        self.facts, self.fields = {}, []
        self.revision = _whole(data.get(f"{self.node.key}:rev"))
        self._read_ticks(data)
        for wanted in self.inputs:
            if wanted.name in self.given:
                self.fields.append(self._field(wanted, typed.shown(wanted, self._stored(wanted))))
            elif wanted.name.startswith("item_"):
                kept = self.facts.get(wanted.name)
                self.fields.append(self._field(wanted, typed.shown(wanted, kept)))
            else:
                self._read_one(wanted, data.get(f"{self.node.key}:{wanted.name}", ""))
        # What only whoever verifies says stays as it is.
        asked = {one.name for one in self.inputs}
        kept = {name: value for name, value in self.entry.facts.items() if name not in asked}
        self.facts = {**kept, **self.facts}
        self._read_statements(data)

    def _read_one(self, wanted, written):
        try:
            value = typed.read(wanted, written)
        except rules.BadFact as refused:
            self.fields.append(self._field(wanted, written, _without_label(wanted, refused)))
            return
        if value is not None:
            self.facts[wanted.name] = value
        self.fields.append(self._field(wanted, typed.shown(wanted, value)))

    def _read_ticks(self, data):
        """Boxes left empty say no only once one is ticked, or it is said that none applies."""
        names = [one.name for one in self.inputs if one.name.startswith("item_")]
        ticked = {name for name in names if data.get(f"{self.node.key}:{name}")}
        self.none_of_these = bool(data.get(f"{self.node.key}:none")) and not ticked
        if ticked or self.none_of_these:
            self.facts.update({name: name in ticked for name in names})

    def _read_statements(self, data):
        key = self.node.key
        self.na_on = bool(self.node.na and data.get(f"{key}:na_on"))
        self.na_reason = text.clean_line(data.get(f"{key}:na", ""))
        self.na_error = NO_REASON if self.na_on and not self.na_reason else ""
        self.is_estimate = bool(data.get(f"{key}:est"))
        self.as_of_typed = text.clean_line(data.get(f"{key}:as_of", ""))
        self.note = text.clean(data.get(f"{key}:note", "")).strip()
        self.as_of, self.as_of_error = None, ""
        if self.is_estimate:
            self._read_as_of()

    def _read_as_of(self):
        wanted = rules.Input("as_of", "Chốt đến ngày", "date")
        try:
            value = typed.read(wanted, self.as_of_typed)
        except rules.BadFact as refused:
            self.as_of_error = str(refused)
            return
        if value is None or value == rules.NEVER:
            self.as_of_error = NO_DAY
        else:
            self.as_of = date.fromisoformat(value)


def _without_label(wanted, refused):
    return text.initial_upper(str(refused).removeprefix(f"{wanted.label}: "))


def _whole(written):
    return int(written) if written and written.isascii() and written.isdigit() else -1
