"""Trying a criterion out on example facts, before it is saved or used."""

from dataclasses import dataclass
from decimal import Decimal

from django import forms

from khoithidua import text
from khoithidua.fields import LineField
from scoring import typed
from scoring.rules import (
    BadFact,
    Bloc,
    Facts,
    Input,
    Malformed,
    Node,
    Outcome,
    Target,
    evaluate,
    load,
)

# Only what the criterion itself says: what points at other criteria, or at units, is left out.
LEFT_OUT = ("children", "only_if", "applies_to", "not_for", "evidence")
EXAMPLE_TARGETS = (
    Target("1", "Chỉ tiêu ví dụ 1", "%", Decimal(100)),
    Target("2", "Chỉ tiêu ví dụ 2", "việc", Decimal(50)),
)
ME, BEST = "vi-du", "cao-nhat"
BEST_INPUT = Input("best", "Giá trị cao nhất của các đơn vị khác", "number", required=False)
PEERS_INPUT = Input(
    "peers",
    "Điểm các đơn vị khác chấm (cách nhau bằng dấu chấm phẩy)",
    "text",
    required=False,
)


class TrialForm(forms.Form):
    """One box for each fact the criterion asks for."""

    def __init__(self, data=None, *, inputs=()):
        super().__init__(data, prefix="thu")
        self.inputs = {one.name: one for one in inputs}
        for one in inputs:
            self.fields[one.name] = _box(one)

    def clean(self):
        data = super().clean()
        for name, wanted in self.inputs.items():
            try:
                data[name] = typed.read(wanted, data.get(name))
            except BadFact as refused:
                self.add_error(name, str(refused))
        return data


def _box(wanted):
    said = {"label": text.initial_upper(wanted.label), "required": False}
    if wanted.type == "flag":
        return forms.ChoiceField(**said, choices=[("", ""), ("co", "có"), ("khong", "không")])
    if wanted.type == "choice":
        return forms.ChoiceField(**said, choices=[("", ""), *wanted.options])
    field = LineField(**said, max_length=200)
    if wanted.type == "date":
        field.help_text = "Ngày/tháng/năm, hoặc “không có”."
    elif wanted.type != "text":
        field.widget.attrs |= {"inputmode": "decimal"}
    field.widget.attrs |= {"autocomplete": "off", "hx-preserve": "true"}
    return field


@dataclass(frozen=True)
class Trial:
    """A criterion that can be computed, or the sentence that says why it cannot yet."""

    node: Node | None = None
    criteria: object = None
    problem: str = ""

    @property
    def kinds(self):
        return {part.kind.name for part in self.node.rule_parts()} if self.node else set()

    @property
    def inputs(self) -> tuple[Input, ...]:
        if not self.node:
            return ()
        more = [BEST_INPUT] if "relative_to_best" in self.kinds else []
        more += [PEERS_INPUT] if "peer" in self.kinds else []
        return (*self.node.inputs(self._targets), *more)

    @property
    def _targets(self):
        return EXAMPLE_TARGETS if "weighted_targets" in self.kinds else ()

    def outcome(self, values: dict, days) -> Outcome:
        """What these facts, as they are kept, give."""
        known = {name: value for name, value in values.items() if value is not None}
        best, peers = known.pop(BEST_INPUT.name, None), known.pop(PEERS_INPUT.name, None)
        facts = Facts(
            ME,
            {self.node.key: known},
            targets=self._targets,
            peers=None if peers is None else {self.node.key: _marks(peers)},
        )
        bloc = {ME: facts}
        if best is not None:
            bloc[BEST] = Facts(BEST, {self.node.key: {**known, "value": best}})
        whole = Bloc(self.criteria, bloc, days, closed=True)
        return evaluate(self.criteria, facts, days, whole)[self.node.key]


def _marks(said):
    marks = {}
    for place, one in enumerate(said.split(";"), 1):
        if one.strip():
            value = typed.read(Input(str(place), "Điểm chấm", "points"), one)
            marks[f"don-vi-{place}"] = Decimal(value)
    return marks


def trial_of(document: dict, node: dict, section: str) -> Trial:
    """The criterion alone, in a table that rounds as this one does."""
    alone = {name: value for name, value in node.items() if name not in LEFT_OUT}
    small = {
        "name": "Thử",
        "base_max": alone.get("max", "0"),
        "rounding": document.get("rounding") or {},
        "nodes": [{**alone, "section": section}],
    }
    try:
        criteria = load(small)
    except Malformed as refused:
        return Trial(problem=f"Chưa thử được: {refused.message}.")
    return Trial(criteria.leaves[0], criteria)
