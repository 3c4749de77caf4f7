"""Verdicts as forms: facts corrected and computed anew, or points set by hand; with the reason."""

from django import forms
from django.core.exceptions import ValidationError

from khoithidua import text
from khoithidua.fields import DecimalInput, PointsField, TextField
from scoring import rules, typed
from scoring.comparison import note_of
from scoring.evaluation import compares
from scoring.models import Response

NOTHING_CHOSEN = ("", "- chọn -")
SAID = {True: "có", False: "không"}
SEEN = "Mục này vừa được người khác chấm. Nội dung đang gõ vẫn còn; hãy xem lại rồi ghi."


class AskedField:
    """Marked as needed or not, and never refused empty by itself: the form knows when it is needed."""

    def validate(self, value):
        pass


class ReasonField(AskedField, TextField):
    pass


class FactField(AskedField, forms.CharField):
    """One fact that a rule asks for, as people type it; its value is the plain one that is kept."""

    def __init__(self, wanted):
        self.wanted = wanted
        super().__init__(
            label=text.initial_upper(wanted.label),
            required=wanted.required,
            widget=_widget(wanted),
            help_text=wanted.help or ("Như 04/3/2026, hoặc “không có”." * (wanted.type == "date")),
        )

    def to_python(self, value):
        try:
            return typed.read(self.wanted, value)
        except rules.BadFact as refused:
            message = str(refused).removeprefix(f"{self.wanted.label}: ")
            raise ValidationError(text.initial_upper(message)) from None

    def as_typed(self, value):
        """A kept value as the field shows it."""
        if self.wanted.type == "flag":
            return SAID.get(value, "")
        return value or "" if self.wanted.type == "choice" else typed.shown(self.wanted, value)


def _widget(wanted):
    if wanted.type == "choice":
        return forms.Select(choices=[NOTHING_CHOSEN, *wanted.options])
    if wanted.type == "flag":
        return forms.Select(choices=[NOTHING_CHOSEN, *((word, word) for word in SAID.values())])
    if wanted.type == "text":
        return forms.Textarea({"rows": 2})
    return forms.TextInput({"autocomplete": "off"}) if wanted.type == "date" else DecimalInput()


class VerdictForm(forms.Form):
    """What one criterion is worth at a stage; `outcome` is what the rules make of it once valid.

    before: the record that stands, of which any change wants a reason; last: the stage's own, None
    for none yet.
    """

    na = forms.BooleanField(label="Không áp dụng tiêu chí này", required=False)
    by_hand = forms.BooleanField(label="Ấn định điểm, không tính từ dữ kiện", required=False)
    points = PointsField(label="Điểm ấn định", required=False, min_value=0, decimal_places=6)
    reason = ReasonField(
        label="Lý do",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Bắt buộc khi có thay đổi; đơn vị đọc được.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, desk, card, node, stage, before, last=None, **kwargs):
        self.desk, self.card, self.node, self.stage = desk, card, node, stage
        self.before, self.last, self.outcome = before, last, None
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.inputs = node.inputs(desk.targets(card))
        facts = {f"fact_{one.name}": FactField(one) for one in self.inputs}
        self.fields = {**facts, **self.fields}
        if not node.na:
            del self.fields["na"]
        self._show()

    def _show(self):
        """Begin with what stands now."""
        for one in self.inputs:
            name = f"fact_{one.name}"
            self.initial[name] = self.fields[name].as_typed(self.before.facts.get(one.name))
        self.initial["seen"] = self.last.pk if self.last else None
        self.initial["na"] = self.before.na
        if self.last:
            self.initial["reason"] = self.last.reason
        if self.before.is_override:
            self.initial |= {"by_hand": True, "points": self.before.points}

    @property
    def trial_note(self):
        return note_of(self.outcome)

    @property
    def fact_fields(self):
        return [self[f"fact_{one.name}"] for one in self.inputs]

    @property
    def facts(self):
        """The plain facts that were typed; what the form does not ask for stays as it was."""
        asked = {one.name for one in self.inputs}
        kept = {name: value for name, value in self.before.facts.items() if name not in asked}
        given = {one.name: self.cleaned_data.get(f"fact_{one.name}") for one in self.inputs}
        return kept | {name: value for name, value in given.items() if value is not None}

    def clean(self):
        data = super().clean()
        if not self.errors:
            self._compute(data)
        if not self.errors and not self.is_trial:
            self._check_reason(data)
        return data

    @property
    def is_trial(self):
        """Whether only the outcome is asked for: that wants no reason yet."""
        return "try" in self.data

    def _compute(self, data):
        na = (data.get("reason") or "không áp dụng") if data.get("na") else ""
        tried = self.desk.trial(self.card, self.stage, self.node.key, self.facts, na)
        self.outcome = tried[self.node.key]
        if data.get("by_hand"):
            self._check_by_hand(data)
        elif self.outcome.problem:
            self.add_error(None, self.outcome.problem)
        elif self.outcome.missing:
            missing = ", ".join(self.outcome.missing)
            self.add_error(None, f"Còn thiếu: {missing}. Điền thêm, hoặc ấn định điểm.")

    def _check_by_hand(self, data):
        most = self.node.max
        if data.get("na"):
            self.add_error("by_hand", "Tiêu chí không áp dụng thì không ấn định điểm.")
        elif data.get("points") is None:
            self.add_error("points", "Ghi số điểm ấn định.")
        elif most is not None and data["points"] > most + self._bonus():
            self.add_error("points", f"Không được lớn hơn {rules.figure(most + self._bonus())}.")

    def _bonus(self):
        return self.node.bonus_max or 0

    def _check_reason(self, data):
        if self.is_changed and not data.get("reason"):
            self.add_error("reason", "Có thay đổi hoặc ấn định điểm thì cần ghi lý do.")

    @property
    def is_changed(self):
        """Whether anything differs from what stands, or is set by hand."""
        value = self.value
        return value["is_override"] or any(
            getattr(self.before, name) != value[name] for name in ("facts", "points", "na")
        )

    @property
    def value(self):
        """What is recorded, in the words of points.record_points.

        Points that depend on the other units' are left empty: closing the round writes them.
        """
        data = self.cleaned_data
        by_hand = data.get("by_hand", False)
        points = None if compares(self.node) else self.outcome.points
        return {
            "facts": self.facts,
            "points": data["points"] if by_hand else points,
            "is_override": by_hand,
            "na": data.get("na", False),
            "reason": data.get("reason", ""),
        }


class DecisionForm(VerdictForm):
    """What becomes of an explanation or a reserved opinion: kept, or accepted with new points."""

    outcome_kind = forms.ChoiceField(
        label="Quyết định",
        choices=[
            (Response.Outcome.ACCEPTED, "Chấp nhận, ghi điểm mới bên dưới"),
            (Response.Outcome.KEPT, "Giữ nguyên điểm"),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What the last verdict said is not what this one says.
        self.initial["reason"] = ""
        self.fields["reason"].help_text = "Đơn vị đọc được, và in vào biên bản."
        self.fields = {"outcome_kind": self.fields.pop("outcome_kind"), **self.fields}

    @property
    def is_kept(self):
        return self.cleaned_data.get("outcome_kind") == Response.Outcome.KEPT

    def _compute(self, data):
        if not self.is_kept:
            super()._compute(data)

    def _check_reason(self, data):
        if not data.get("reason"):
            self.add_error("reason", "Cần ghi lý do của quyết định.")
        if not self.is_kept and not self.is_changed:
            self.add_error(
                "outcome_kind", "Điểm và dữ kiện vẫn như cũ. Ghi điểm mới, hoặc chọn giữ nguyên."
            )


class MarkForm(forms.Form):
    """The points another unit gives in cross-scoring."""

    points = PointsField(label="Điểm chấm chéo", min_value=0, decimal_places=6)
    reason = TextField(label="Nhận xét", max_length=2000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args, node, **kwargs):
        super().__init__(*args, **kwargs)
        self.node = node

    def clean_points(self):
        points = self.cleaned_data["points"]
        if self.node.max is not None and points > self.node.max:
            raise ValidationError(f"Không được lớn hơn {rules.figure(self.node.max)}.")
        return points
