"""The form of one node of a table: its name, its place, who evaluates, what else is said of it."""

from django import forms

from khoithidua import text
from khoithidua.fields import LineField, PointsField, TextField
from scoring.authoring import lines, tree, words
from scoring.authoring.fields import field_for, typed_of, values_of
from scoring.rules import KINDS, Param

NA = Param("na", "khi không áp dụng", "choice", choices=words.choices(words.NA_POLICIES))
UNITS = ("applies_to", "not_for")
EVIDENCE = "evidence_"
TOP = ("", "(cả bảng, không thuộc nhóm nào)")
EVALUATOR_LIST = "cac-co-quan"


class NodeForm(forms.Form):
    """What a group and a criterion both say. place: the node as the document has it, None for a new one."""

    code = LineField(
        label="Mã", required=False, max_length=40, help_text="Như in trên bảng: I, I.1, a7."
    )
    name = TextField(label="Tên", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    max = PointsField(
        label="Điểm tối đa", required=False, min_value=0, max_digits=9, decimal_places=4
    )
    parent = forms.ChoiceField(label="Thuộc nhóm", required=False)
    section = forms.ChoiceField(
        label="Phần",
        choices=words.choices(words.SECTIONS),
        help_text="Mục thuộc một nhóm thì theo phần của nhóm đó.",
        required=False,
    )

    params = ()

    def __init__(self, data=None, *, document, place=None, parent="", units=()):
        self.document, self.place = document, place
        node = place.node if place else {}
        super().__init__(data, initial=self._initial(node, place, parent))
        without = node.get("key", "")
        self.fields["parent"].choices = [
            TOP,
            *(
                (one.node["key"], f"{'  ' * (one.depth - 1)}{tree.label(one.node)}")
                for one in tree.groups(document, without=without)
            ),
        ]
        for param in self.params:
            self.fields[param.name] = field_for(param)
            if param.name in node:
                self.initial[param.name] = typed_of(param, node[param.name])

    def _initial(self, node, place, parent):
        return {
            "code": node.get("code", ""),
            "name": node.get("name", ""),
            "max": lines.figure(node["max"]) if "max" in node else None,
            "parent": place.parent["key"] if place and place.parent else parent,
            "section": place.section if place else "base",
        }

    def node(self):
        """The node of a valid form, without its rules and what is below it."""
        data = self.cleaned_data
        key = (
            self.place.node["key"]
            if self.place
            else tree.new_key(tree.keys(self.document), data["code"])
        )
        node = {"key": key, "name": data["name"]}
        if data["code"]:
            node["code"] = data["code"]
        if data["max"] is not None:
            node["max"] = lines.plain(data["max"])
        if not data["parent"]:
            node["section"] = data["section"] or "base"
        return node | values_of(self.params, data)


class GroupForm(NodeForm):
    basis = TextField(
        label="Căn cứ chấm điểm, tài liệu kiểm chứng",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    params = (*words.GROUP_PARAMS, *(one for one in words.TEXTS if one.name != "basis"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.place:
            self.initial["basis"] = self.place.node.get("basis", "")

    def node(self):
        return super().node() | _said(self.cleaned_data, "basis")


class CriterionForm(GroupForm):
    """Besides, of a criterion: who evaluates, who owns the facts, evidence, when it applies."""

    evaluator = LineField(
        label="Cơ quan đánh giá",
        required=False,
        max_length=200,
        widget=forms.TextInput({"list": EVALUATOR_LIST, "autocomplete": "off"}),
    )
    owner = forms.ChoiceField(
        label="Cơ quan cung cấp số liệu chung",
        required=False,
        help_text="Đơn vị này nhập số liệu một lần cho cả khối; để trống: mỗi đơn vị tự nhập.",
    )
    params = (
        NA,
        *(one for one in words.LEAF_PARAMS if one.name not in UNITS),
        *(one for one in words.TEXTS if one.name != "basis"),
    )

    def __init__(self, *args, units=(), **kwargs):
        super().__init__(*args, **kwargs)
        node = self.place.node if self.place else {}
        self.initial["evaluator"] = words.EVALUATORS.get(
            node.get("evaluator", ""), node.get("evaluator", "")
        )
        owner = node.get("owner", "")
        self.initial["owner"] = owner
        self.fields["owner"].choices = [
            ("", "không có"),
            *_with(units, {"standing_body": words.EVALUATORS["standing_body"], **_as_is(owner)}),
        ]
        for param in words.LEAF_PARAMS:
            if param.name in UNITS:
                chosen = node.get(param.name, [])
                self.initial[param.name] = chosen
                self.fields[param.name] = forms.MultipleChoiceField(
                    label=text.initial_upper(param.label),
                    required=False,
                    choices=_with(units, _as_is(*chosen)),
                    widget=forms.CheckboxSelectMultiple,
                )
        evidence = node.get("evidence") or {}
        for param in words.EVIDENCE_PARAMS:
            self.fields[EVIDENCE + param.name] = field_for(param)
            if param.name in evidence:
                self.initial[EVIDENCE + param.name] = typed_of(param, evidence[param.name])
        if evidence:
            self.initial.setdefault(f"{EVIDENCE}required", True)

    @property
    def says_more(self):
        """Whether any of the rarer settings is there, or has to be corrected."""
        names = [param.name for param in words.LEAF_PARAMS]
        return any(self[name].value() or name in self.errors for name in names)

    @property
    def evidence_fields(self):
        return [self[EVIDENCE + param.name] for param in words.EVIDENCE_PARAMS]

    def clean_evaluator(self):
        by_label = {text.fold(label): key for key, label in words.EVALUATORS.items()}
        said = self.cleaned_data["evaluator"]
        return by_label.get(text.fold(said), said)

    def clean(self):
        data = super().clean()
        deducts = data.get(f"{EVIDENCE}without") == "deduct"
        if deducts and data.get(f"{EVIDENCE}each") is None:
            self.add_error(f"{EVIDENCE}each", "Ghi số điểm trừ cho mỗi tài liệu thiếu.")
        return data

    def node(self):
        data = self.cleaned_data
        node = super().node() | _said(data, "evaluator", "owner", *UNITS)
        if data[f"{EVIDENCE}required"]:
            evidence = {param.name: data[EVIDENCE + param.name] for param in words.EVIDENCE_PARAMS}
            node["evidence"] = {
                name: value for name, value in evidence.items() if value not in (None, "", False)
            }
        return node


def _said(data, *names):
    return {name: data[name] for name in names if data.get(name)}


def _as_is(*slugs):
    return {slug: slug for slug in slugs if slug}


def _with(units, more):
    """Choices of units, and of what else is chosen already or may be: {slug: name}."""
    known = dict(units)
    return [*known.items(), *((slug, name) for slug, name in more.items() if slug not in known)]


class NewCriterionForm(CriterionForm):
    """The first words of a criterion that is being added; the rest is said on its own page."""

    kind = forms.ChoiceField(
        label="Cách tính",
        choices=[(kind.name, kind.label) for kind in KINDS.values()],
        help_text="Đổi được, thêm được cách tính khác ở trang sau.",
    )
