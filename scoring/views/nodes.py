"""Editing the tree of a criteria table: nodes added, written, moved, copied, deleted."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from scoring.authoring import tree
from scoring.authoring.node_forms import CriterionForm, GroupForm, NewCriterionForm
from scoring.authoring.rule_forms import editors, rearranged, typed_rule
from scoring.authoring.trial import TrialForm, trial_of
from scoring.authoring.words import DUE_DAYS, EVALUATORS
from scoring.evaluation import days_of
from scoring.rules import KINDS
from scoring.tables import document_digest
from scoring.views.tables import SAVED_MEANWHILE, open_for_editing, save, unit_names


def _place(document, key):
    try:
        return tree.find(document, key)
    except tree.Refused:
        raise Http404 from None


def _back(page, version, key=""):
    """To the table, at the row of this node."""
    url = page.url("scoring:table_detail", version)
    return redirect(f"{url}#muc-{key}" if key else url)


@require_http_methods(["GET", "POST"])
def node_add(request, bloc, number, version):
    """A group, or a criterion with its first way of scoring; the rest follows on its own page."""
    page, criteria, document = open_for_editing(request, bloc, number, version)
    is_group = request.GET.get("loai") == "nhom"
    form = (GroupForm if is_group else NewCriterionForm)(
        request.POST or None,
        document=document,
        parent=request.GET.get("nhom", ""),
        units=unit_names(page).items(),
    )
    if form.is_valid():
        node, parent = form.node(), form.cleaned_data["parent"]
        if not is_group:
            node["parts"] = [{"kind": form.cleaned_data["kind"]}]
        changed = tree.add(document, node, parent=parent)
        if save(request, criteria, changed, f"Thêm {tree.label(node)} vào bảng tiêu chí."):
            if is_group:
                return _back(page, version, node["key"])
            return redirect(page.url("scoring:node_edit", version, node["key"]))
    return render(
        request,
        "scoring/node_add.html",
        page.context("papers", paper=criteria.paper, form=form, is_group=is_group),
        status=422 if request.method == "POST" else 200,
    )


@require_POST
def node_arrange(request, bloc, number, version):
    """One place up or down, or a copy: `up=<key>`, `down=<key>`, `copy=<key>`."""
    page, criteria, document = open_for_editing(request, bloc, number, version)
    act = next((name for name in ("up", "down", "copy") if name in request.POST), None)
    if act is None:
        return _back(page, version)
    key = request.POST[act]
    label = tree.label(_place(document, key).node)
    if act == "copy":
        changed, key = tree.copy(document, key)
        summary = f"Chép {label} trong bảng tiêu chí."
    else:
        changed = tree.move(document, key, -1 if act == "up" else 1)
        summary = f"Đổi thứ tự {label} trong bảng tiêu chí."
    if not save(request, criteria, changed, summary) and request.htmx:
        # Only the table's part of the page is exchanged: the message needs the whole of it.
        return HttpResponseClientRefresh()
    return _back(page, version, key)


@require_http_methods(["GET", "POST"])
def node_delete(request, bloc, number, version, key):
    page, criteria, document = open_for_editing(request, bloc, number, version)
    place = _place(document, key)
    if request.method == "POST":
        summary = f"Xóa {tree.label(place.node)} khỏi bảng tiêu chí."
        if save(request, criteria, tree.delete(document, key), summary):
            messages.success(request, f"Đã xóa {tree.label(place.node)}.")
        return _back(page, version, place.parent["key"] if place.parent else "")
    inside = list(tree.walk({"nodes": [place.node]}))[1:]
    return render(
        request,
        "scoring/node_delete.html",
        page.context(
            "papers",
            paper=criteria.paper,
            node=place.node,
            label=tree.label(place.node),
            inside=[tree.label(one.node) for one in inside],
            pointing=tree.pointing_at(document, key),
        ),
    )


class NodePage:
    """The page of one node: its form, the editors of its rules, and the trial of what stands there."""

    def __init__(self, request, page, document, place):
        self.request, self.page, self.document, self.place = request, page, document, place
        data = request.POST or None
        self.seen = document_digest({**place.node, "children": []})
        form = GroupForm if place.is_group else CriterionForm
        self.form = form(data, document=document, place=place, units=unit_names(page).items())
        rules = [typed_rule(part) for part in place.node.get("parts") or ()]
        self.rules = [] if place.is_group else editors(data, rules)

    def arrange(self, act):
        """Another order of the rules, nothing saved: what was typed stays."""
        name = self.request.POST[act]
        kind = self.request.POST.get(f"kind-{name or 'p'}", "")
        self.rules = rearranged(self.rules, act, name, kind)

    def is_valid(self):
        checked = [self.form.is_valid(), *(rule.is_valid() for rule in self.rules)]
        if not self.place.is_group and not self.rules:
            self.form.add_error(None, "Tiêu chí cần ít nhất một cách tính.")
            return False
        return all(checked)

    @property
    def has_wrong_rules(self):
        """Whether something in the rules that were sent has to be corrected."""
        return any(rule.form.is_bound and not rule.is_valid() for rule in self.rules)

    @property
    def is_stale(self):
        return bool(self.request.POST) and self.request.POST.get("seen") != self.seen

    def node(self):
        node = self.form.node()
        return (
            node if self.place.is_group else {**node, "parts": [rule.part() for rule in self.rules]}
        )

    def changed_document(self):
        parent = self.form.cleaned_data["parent"]
        return tree.replace(self.document, self.place.node["key"], self.node(), parent=parent)

    def trial(self):
        """(form of example facts, outcome or None, why it cannot be tried)."""
        is_typed = bool(self.request.POST)
        if is_typed and not self.is_valid():
            return None, None, "Chưa thử được: hãy sửa các ô có lỗi."
        node = self.node() if is_typed else self.place.node
        trial = trial_of(self.document, node, self.place.section)
        if trial.problem:
            return None, None, trial.problem
        form = TrialForm(self.request.POST or None, inputs=trial.inputs)
        outcome = None
        if is_typed and form.is_valid():
            outcome = trial.outcome(
                form.cleaned_data, days_of(self.page.year, self.page.calendar, self.page.phases)
            )
        return form, outcome, ""


@require_http_methods(["GET", "POST"])
def node_edit(request, bloc, number, version, key):
    """Write one node. `try`: only compute the example facts; `add`, `remove`, `up`: only its rules."""
    page, criteria, document = open_for_editing(request, bloc, number, version)
    shown = NodePage(request, page, document, _place(document, key))
    act = next((name for name in ("add", "remove", "up") if name in request.POST), None)
    if act:
        shown.arrange(act)
    elif request.POST and "try" not in request.POST and shown.is_valid():
        if shown.is_stale and "overwrite" not in request.POST:
            shown.form.add_error(None, SAVED_MEANWHILE)
        elif _saved(request, criteria, shown):
            return _back(page, version, key)
    return _render_node(request, page, criteria, shown, act)


def _saved(request, criteria, shown):
    label = tree.label(shown.place.node)
    try:
        return save(request, criteria, shown.changed_document(), f"Sửa {label} của bảng tiêu chí.")
    except tree.Refused as refused:
        shown.form.add_error("parent", str(refused))
        return False


def _render_node(request, page, criteria, shown, act):
    is_group = shown.place.is_group
    trial = (None, None, "") if is_group or act else shown.trial()
    is_trial = "try" in request.POST
    template = "scoring/node_edit.html"
    if request.htmx and is_trial:
        template += "#trial"
    return render(
        request,
        template,
        page.context(
            "papers",
            paper=criteria.paper,
            shown=shown,
            form=shown.form,
            is_group=is_group,
            label=tree.label(shown.place.node),
            kinds=[(kind.name, kind.label) for kind in KINDS.values()],
            due_days=DUE_DAYS.values(),
            evaluators=[*EVALUATORS.values(), *unit_names(page).values()],
            trial_form=trial[0],
            outcome=trial[1],
            why_not_tried=trial[2],
            key=shown.place.node["key"],
        ),
        status=422 if request.POST and not act and not is_trial else 200,
    )
