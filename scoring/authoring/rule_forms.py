"""The rules of one criterion as they stand on its page: forms made from what each kind declares.

A page has its rules under the names p1, p2, …; those inside a sum under p2.1, p2.2, …
"""

from dataclasses import dataclass, field

from django import forms

from khoithidua import text
from scoring.authoring.fields import field_for, typed_of, values_of
from scoring.authoring.rows import RowTable, split
from scoring.authoring.rule_words import kind_label, params_of
from scoring.rules import KINDS
from scoring.rules.reading import read

MOST_RULES = 20
TABLES = ("bands", "ranks", "options", "documents", "inputs")


@dataclass
class Typed:
    """One rule as it was typed or as it is kept: values by setting, rows, the rules inside it."""

    kind: str
    values: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)
    inner: list["Typed"] = field(default_factory=list)


def typed_rule(part: dict) -> Typed:
    """A document's rule."""
    typed = Typed(part["kind"], inner=[typed_rule(one) for one in part.get("parts") or ()])
    for param in params_of(typed.kind):
        if param.type == "flag":
            typed.values[param.name] = part.get(param.name, param.default)
        elif param.name in part and param.type in TABLES:
            typed.rows[param.name] = [split(param, row) for row in part[param.name]]
        elif param.name in part and param.type != "parts":
            typed.values[param.name] = typed_of(param, part[param.name])
    return typed


class RuleEditor:
    """The form of one rule, the tables of its rows, and the editors of the rules inside it."""

    def __init__(self, name, depth, kind, *, data=None, typed=None):
        self.name, self.depth, self.kind, self.errors = name, depth, kind, []
        self.params = params_of(kind, depth)
        self.form = self._form(data, typed)
        self.tables = [
            RowTable(
                param,
                f"{name}-{param.name}",
                data=data,
                rows=typed.rows.get(param.name, ()) if typed else (),
            )
            for param in self.params
            if param.type in TABLES
        ]
        self.inner = editors(data, typed.inner if typed else (), f"{name}.", depth + 1)

    def _form(self, data, typed):
        fields = {
            param.name: field_for(param)
            for param in self.params
            if param.type not in (*TABLES, "parts")
        }
        form = type("RuleForm", (forms.Form,), fields)
        return form(data, initial=typed.values if typed else None, prefix=self.name)

    @property
    def label(self):
        return kind_label(self.kind)

    @property
    def is_sum(self):
        return self.kind == "sum"

    @property
    def number(self):
        """As people count: "2.1"."""
        return self.name.removeprefix("p")

    def is_valid(self):
        self.errors = []
        # All of them, so that everything that is wrong is told at once.
        checked = [part.is_valid() for part in (self.form, *self.tables, *self.inner)]
        valid = all(checked)
        if valid and self.is_sum and not self.inner:
            self.errors.append("Cần ít nhất một cách tính bên trong.")
            valid = False
        if valid and not self.depth:
            self.errors += _refused(self.part())
        return valid and not self.errors

    def part(self):
        """The document's rule; of a valid editor."""
        scalar = [param for param in self.params if param.type not in (*TABLES, "parts")]
        part = {"kind": self.kind, **values_of(scalar, self.form.cleaned_data)}
        for table in self.tables:
            if rows := table.rows():
                part[table.param.name] = rows
        if self.is_sum:
            part["parts"] = [editor.part() for editor in self.inner]
        return part

    def typed(self):
        """What stands on the page, right or wrong, to be shown again in another order."""
        form = self.form
        values = {name: form[name].value() for name in form.fields}
        rows = {
            table.param.name: [
                {name: row[name].value() for name in row.fields}
                for row in table.forms
                if not row.is_bound or not row.is_blank
            ]
            for table in self.tables
        }
        return Typed(self.kind, values, rows, [editor.typed() for editor in self.inner])


def _refused(part):
    """What the engine refuses in a rule taken by itself."""
    probe = {"key": "A", "name": "A", "max": "1", "parts": [part]}
    errors = read({"name": "A", "base_max": "1", "nodes": [probe]}).errors
    return [f"{text.initial_upper(error.message)}." for error in errors]


def editors(data, typed_rules, prefix="p", depth=0):
    """The editors of a page: of what was sent when there is data, else of the rules given."""
    if data is None:
        return [
            RuleEditor(f"{prefix}{place}", depth, typed.kind, typed=typed)
            for place, typed in enumerate(typed_rules, 1)
        ]
    found = []
    for place in range(1, MOST_RULES + 1):
        kind = data.get(f"{prefix}{place}-kind")
        if kind not in KINDS:
            break
        found.append(RuleEditor(f"{prefix}{place}", depth, kind, data=data))
    return found


# Changes of the page that save nothing


def rearranged(found: list[RuleEditor], act: str, name: str, kind: str = "") -> list[RuleEditor]:
    """The page's rules with one added (name: the sum it goes into, "" for the top), removed or up."""
    rules = [editor.typed() for editor in found]
    if act == "add":
        target = _inside(rules, name) if name else rules
        if kind in KINDS and len(target) < MOST_RULES:
            target.append(typed_rule({"kind": kind}))
    else:
        parent, _, place = name.removeprefix("p").rpartition(".")
        target, index = _inside(rules, parent), int(place) - 1 if place.isdecimal() else -1
        if 0 <= index < len(target):
            rule = target.pop(index)
            if act == "up":
                target.insert(max(index - 1, 0), rule)
    return editors(None, rules)


def _inside(rules, name):
    """The list of rules inside the one of this name ("2.1"), or all."""
    for place in filter(None, name.removeprefix("p").split(".")):
        index = int(place) - 1 if place.isdecimal() else -1
        if not 0 <= index < len(rules):
            return []
        rules = rules[index].inner
    return rules
