"""What proves a card: the unit's documents of the year, added, cited, looked at, taken back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khoithidua import previews
from khoithidua.files import serve, serve_bytes
from khoithidua.text import ascii_slug
from khoithidua.workflow import NotAllowed
from scoring import evidence
from scoring.evaluation import compiled
from scoring.evidence_forms import (
    MOST_FILES,
    CitationForm,
    DocumentFormSet,
    SearchForm,
    UploadForm,
    held_file,
    proposals,
)
from scoring.evidence_lists import Documents, lacking_evidence
from scoring.models import PointsRecord
from scoring.permissions import visible_criteria, visible_documents, why_not_fill
from scoring.views.base import desk_of, open_card
from units.permissions import appointment_in

TAB = "scoring"


class Locker:
    """A card's evidence as one user may see and change it; 404 for whoever sees none of the card."""

    def __init__(self, request, bloc, number, unit):
        self.request, self.user = request, request.user
        self.page, self.card = open_card(request, bloc, number, unit)
        self.is_own = appointment_in(self.user, self.card.unit_id) is not None
        self.seen = visible_criteria(self.user, self.card)
        if not self.seen:
            raise Http404
        self.why_not = why_not_fill(self.user, self.card)
        self.table = compiled(self.card.round.criteria)

    def refuse_unless_filling(self):
        if self.why_not:
            raise PermissionDenied(self.why_not)

    def criterion(self, key):
        """The leaf of this key, which the user sees; else 404."""
        node = self.table.by_key.get(key)
        if node is None or not node.is_leaf:
            raise Http404
        row = get_object_or_404(self.card.round.criteria.criteria, key=key, pk__in=self.seen)
        return node, row

    def chosen_criterion(self):
        """(node, criterion) of `?muc=`; (None, None) without."""
        key = self.request.GET.get("muc")
        return self.criterion(key) if key else (None, None)

    def document(self, pk):
        return get_object_or_404(
            visible_documents(self.user, self.card).select_related("file", "added_by"), pk=pk
        )

    def documents(self):
        return Documents(self.card, visible_documents(self.user, self.card), self.seen)

    def url(self, name, *args):
        return self.page.url(f"scoring:{name}", self.card.unit.slug, *args)

    def home(self, node=None):
        """Where one comes back to: the criterion's page, or the whole locker."""
        return self.url("evidence_for", node.key) if node else self.url("evidence_list")

    def render(self, template, *, status=200, **extra):
        context = self.page.context(
            TAB,
            card=self.card,
            may_change=not self.why_not,
            is_own=self.is_own,
            # Others see the card's own page only when they see all of it.
            sees_card=self.is_own or len(self.seen) == self.card.round.criteria.criteria.count(),
            **extra,
        )
        return render(self.request, template, context, status=status)


@require_GET
def evidence_list(request, bloc, number, unit):
    """Every document once, with what it is cited for; for the unit also what is still lacking."""
    locker = Locker(request, bloc, number, unit)
    search = SearchForm(request.GET)
    documents = locker.documents()
    lacking = ()
    if locker.is_own:
        desk = desk_of(locker.page, locker.card.round, [locker.card])
        lacking = lacking_evidence(desk.card(locker.card, PointsRecord.Stage.SELF))
    return locker.render(
        "scoring/evidence_list.html",
        search=search,
        total=len(documents.rows),
        documents=search.found(documents.rows),
        lacking=[(row, locker.home(row.node)) for row in lacking],
    )


@require_GET
def evidence_for(request, bloc, number, unit, key):
    """One criterion's documents, and the ways to add one: a file, one that is there, a citation."""
    locker = Locker(request, bloc, number, unit)
    node, criterion = locker.criterion(key)
    documents = locker.documents()
    search = SearchForm(request.GET)
    return locker.render(
        "scoring/evidence_for.html",
        node=node,
        requires_file=criterion.requires_file,
        cited=documents.cited_for(criterion.pk),
        others=search.found(documents.not_cited_for(criterion.pk)) if not locker.why_not else (),
        search=search,
        upload=UploadForm(by=request.user),
    )


@require_http_methods(["GET", "POST"])
def evidence_upload(request, bloc, number, unit):
    """Choose files; those that are taken go on to the page that asks what each of them is."""
    locker = Locker(request, bloc, number, unit)
    locker.refuse_unless_filling()
    node, _criterion = locker.chosen_criterion()
    form = UploadForm(request.POST or None, request.FILES or None, by=request.user)
    if form.is_valid():
        for name, sentence in form.refused:
            messages.error(request, f"Không nhận {name}: {sentence}")
        query = [("muc", node.key)] if node else []
        query += [("tep", token) for token in form.held]
        return redirect(f"{locker.url('evidence_add')}?{urlencode(query)}")
    return locker.render(
        "scoring/evidence_upload.html",
        node=node,
        form=form,
        back=locker.home(node),
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "POST"])
def evidence_add(request, bloc, number, unit):
    """What each document is: of the files just taken (`?tep=`), or a citation without a file."""
    locker = Locker(request, bloc, number, unit)
    locker.refuse_unless_filling()
    node, criterion = locker.chosen_criterion()
    tokens = request.GET.getlist("tep")[:MOST_FILES]
    formset = DocumentFormSet(
        request.POST or None,
        initial=_initial(locker, tokens),
        prefix="tai-lieu",
        form_kwargs={"by": request.user, "criterion": criterion},
    )
    if request.method == "POST" and formset.is_valid() and _add(locker, formset, criterion):
        return redirect(locker.home(node))
    return locker.render(
        "scoring/evidence_add.html",
        node=node,
        formset=formset,
        has_files=bool(tokens),
        requires_file=criterion is not None and criterion.requires_file,
        back=locker.home(node),
        status=422 if request.method == "POST" else 200,
    )


def _initial(locker, tokens):
    """One form per file that is still held, filled with what is known of it; one without files."""
    card, user = locker.card, locker.user
    return [
        {"token": token, **proposals(card.unit, card.year, held)}
        for token in tokens
        if (held := held_file(token, user))
    ] or [{}]


def _add(locker, formset, criterion):
    """Add what was typed, all or nothing; False, with the sentence, when it cannot be now."""
    try:
        added = evidence.add_documents(
            locker.card, formset.documents, by=locker.user, criterion=criterion
        )
    except (NotAllowed, ValidationError) as refused:
        messages.error(locker.request, refused.messages[0])
        return False
    if added:
        messages.success(locker.request, f"Đã thêm {len(added)} tài liệu.")
    return True


# One document


@require_GET
def evidence_detail(request, bloc, number, unit, pk):
    """What a document is, what it is cited for, and the picture of one of its pages (`?trang=`)."""
    locker = Locker(request, bloc, number, unit)
    document = locker.document(pk)
    pages = previews.page_count(document.file)
    asked = request.GET.get("trang", "")
    shown = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 6 else 1
    return locker.render(
        "scoring/evidence_detail.html",
        document=document,
        uses=locker.documents().uses_of(document),
        pages=pages,
        shown=shown,
    )


@require_GET
def evidence_file(request, bloc, number, unit, pk):
    """The file as it was uploaded: always a download."""
    document = Locker(request, bloc, number, unit).document(pk)
    if document.file is None:
        raise Http404
    return serve(document.file, document.file_name)


@require_GET
def evidence_page(request, bloc, number, unit, pk, page):
    """A page of the file, drawn here: shown in place."""
    document = Locker(request, bloc, number, unit).document(pk)
    picture = previews.page_image(document.file, page) if document.file else b""
    if not picture:
        raise Http404
    name = f"{ascii_slug(document.file_name, 40)}-{page}.png"
    return serve_bytes(picture, name, content_type="image/png", inline=True)


@require_http_methods(["GET", "POST"])
def evidence_cite(request, bloc, number, unit, pk):
    """Cite a document that is there for one more criterion."""
    locker = Locker(request, bloc, number, unit)
    locker.refuse_unless_filling()
    document = locker.document(pk)
    form = CitationForm(request.POST or None, leaves=locker.table.leaves)
    if form.is_valid():
        node, criterion = locker.criterion(form.cleaned_data["criterion"])
        try:
            evidence.use(
                document,
                locker.card,
                criterion,
                by=request.user,
                pages=form.cleaned_data["pages"],
            )
        except (NotAllowed, ValidationError) as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, f"Đã dẫn tài liệu cho mục {node.code or node.key}.")
            return redirect(locker.home(node))
    return locker.render(
        "scoring/evidence_cite.html",
        document=document,
        uses=locker.documents().uses_of(document),
        form=form,
        status=422 if request.method == "POST" else 200,
    )


@require_POST
def evidence_stop(request, bloc, number, unit, pk):
    """Take the document off one criterion; it stays in the locker."""
    locker = Locker(request, bloc, number, unit)
    locker.refuse_unless_filling()
    node, criterion = locker.criterion(request.POST.get("criterion", ""))
    cited = get_object_or_404(
        locker.card.evidence_uses.select_related("card", "criterion", "evidence"),
        evidence=locker.document(pk),
        criterion=criterion,
    )
    try:
        evidence.stop_using(cited, by=request.user)
    except NotAllowed as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, f"Đã bỏ dẫn tài liệu ở mục {node.code or node.key}.")
    return redirect(locker.home(node))


@require_http_methods(["GET", "POST"])
def evidence_withdraw(request, bloc, number, unit, pk):
    """Take a document back, once what it is cited for was shown."""
    locker = Locker(request, bloc, number, unit)
    locker.refuse_unless_filling()
    document = locker.document(pk)
    if request.method == "POST":
        try:
            evidence.remove(document, by=request.user)
        except NotAllowed as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, "Đã rút tài liệu kiểm chứng.")
        return redirect(locker.home())
    return locker.render(
        "scoring/evidence_withdraw.html",
        document=document,
        uses=locker.documents().uses_of(document),
    )
