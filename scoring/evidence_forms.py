"""What people type and choose when they add evidence: files, then what each of them is.

UploadForm       choose files, with the declaration; `held` are those taken
DocumentForm     what one document is; with a held file, or without one a citation
EvidenceForm     both at once, to stand within another form (an answer, a supplement)
CitationForm     for which criterion, on which pages
"""

from django import forms
from django.conf import settings
from django.core import signing

from khoithidua import text, uploads
from khoithidua.fields import DateField, LineField
from khoithidua.models import StoredFile
from khoithidua.uploads import names
from scoring.evidence import FILE_REQUIRED, Document
from scoring.models import Evidence, EvidenceUse

MOST_FILES = 20
VALID_FOR = 24 * 3600
SALT = "scoring.evidence"
NO_SECRETS = (
    f"{uploads.NO_SECRETS} Với tài liệu mật, chỉ ghi số, ký hiệu, ngày và cơ quan ban hành."
)
NOT_DECLARED = "Cần đánh dấu xác nhận tệp không phải là tài liệu có dấu mật."
NOT_HELD = "Tệp đã chọn không còn giữ được. Hãy chọn lại tệp."
MANY_FILES_ONE_CITATION = (
    "Số, ngày, cơ quan và trích yếu chỉ ghi được khi thêm một tệp. Hãy để trống, hoặc thêm từng "
    "tệp."
)
NUMBER_OR_FILE = "Không kèm tệp thì cần ghi số, ký hiệu văn bản."
ISSUER_OR_FILE = "Không kèm tệp thì cần ghi cơ quan ban hành."


def _length(model, field):
    return model._meta.get_field(field).max_length


# Files that were taken, and wait for what is still to be typed


def token_of(upload, by):
    """Keep the bytes; a text that lets this person go on with them, for a day."""
    stored = StoredFile.objects.keep(upload.data, content_type=upload.content_type, by=by)
    return signing.dumps([stored.pk, upload.name, by.pk], salt=SALT)


def held_file(token, by):
    """(StoredFile, name) of a token of this person's; None for any other text."""
    try:
        pk, name, owner = signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    stored = StoredFile.objects.filter(pk=pk).first() if owner == by.pk else None
    return (stored, name) if stored else None


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once: a list of those chosen, none of them looked at yet."""

    widget = FilesInput

    def clean(self, data, initial=None):
        chosen = [file for file in data or [] if file]
        if self.required and not chosen:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(chosen) > MOST_FILES:
            raise forms.ValidationError(f"Mỗi lần chọn nhiều nhất {MOST_FILES} tệp.")
        if sum(file.size for file in chosen) > 2 * settings.UPLOAD_LIMIT:
            whole = 2 * settings.UPLOAD_LIMIT // 1024 // 1024
            raise forms.ValidationError(
                f"Các tệp cộng lại lớn hơn {whole} MB. Hãy chia thành nhiều lần."
            )
        return chosen


class FilesMixin:
    """A form with `files` and `declared`: what is taken is kept as tokens, in `held`."""

    no_secrets = NO_SECRETS

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.refused = by, []
        self.fields["files"] = FilesField(
            label="Tệp tài liệu",
            help_text=f"{uploads.hint()} Chọn được nhiều tệp một lần.",
            required=self.files_required,
            widget=FilesInput(attrs={"accept": uploads.ACCEPT}),
            error_messages={"required": "Hãy chọn ít nhất một tệp."},
        )
        self.fields["declared"] = forms.BooleanField(label=uploads.DECLARATION, required=False)

    def take_files(self, data):
        """Tokens of the chosen files that may be kept; `refused` has (name, sentence) of the others.

        Nothing is read before the declaration is made.
        """
        chosen = data.get("files") or []
        if chosen and not data.get("declared"):
            self.add_error("declared", NOT_DECLARED)
            return []
        tokens = []
        for file in chosen:
            try:
                tokens.append(token_of(uploads.accept(file), self.by))
            except uploads.Refused as refused:
                self.refused.append((names.clean(file.name), str(refused)))
        return tokens


class UploadForm(FilesMixin, forms.Form):
    """Files to add; valid when at least one of them is taken."""

    files_required = True

    def clean(self):
        data = super().clean()
        self.held = self.take_files(data)
        if self.refused and not self.held:
            for name, sentence in self.refused:
                self.add_error("files", f"{name}: {sentence}")
        return data


# What a document is


class CitationFields(forms.Form):
    """What papers call a document by, as Evidence keeps it."""

    number = LineField(
        label="Số, ký hiệu",
        required=False,
        max_length=_length(Evidence, "number"),
        help_text="Ví dụ: 123/BC-STC.",
    )
    issued_on = DateField(label="Ngày ban hành", required=False)
    issuer = LineField(
        label="Cơ quan ban hành", required=False, max_length=_length(Evidence, "issuer")
    )
    summary = LineField(label="Trích yếu", required=False, max_length=_length(Evidence, "summary"))
    pages = LineField(
        label="Trang dẫn",
        required=False,
        max_length=_length(EvidenceUse, "pages"),
        help_text="Trang chứng minh cho tiêu chí này. Ví dụ: 3, 5-7.",
    )

    def __init__(self, *args, criterion=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.criterion = criterion
        if criterion is None:
            del self.fields["pages"]

    def citation(self, data):
        return {name: data.get(name) or "" for name in ("number", "issuer", "summary", "pages")} | {
            "issued_on": data.get("issued_on")
        }

    def check_citation(self, data):
        """Without a file, number and issuer say what it is; where the table wants one, none do."""
        if self.criterion is not None and self.criterion.requires_file:
            raise forms.ValidationError(FILE_REQUIRED)
        if not data.get("number") and "number" not in self.errors:
            self.add_error("number", NUMBER_OR_FILE)
        if not data.get("issuer") and "issuer" not in self.errors:
            self.add_error("issuer", ISSUER_OR_FILE)


class DocumentForm(CitationFields):
    """One document: a held file (token) and what it is, or a citation alone."""

    token = forms.CharField(required=False, widget=forms.HiddenInput)
    drop = forms.BooleanField(label="Không thêm tệp này", required=False)

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        # Without a "required" on the page: which fields are needed depends on the file.
        self.use_required_attribute = False
        self.held = held_file(self["token"].value() or "", by)
        if self.held is None:
            del self.fields["drop"]
            self._need("number", NUMBER_OR_FILE)
            self._need("issuer", ISSUER_OR_FILE)

    def _need(self, name, sentence):
        self.fields[name].required = True
        self.fields[name].error_messages["required"] = sentence

    @property
    def file_name(self):
        return self.held[1] if self.held else ""

    @property
    def file(self):
        return self.held[0] if self.held else None

    def clean(self):
        data = super().clean()
        if data.get("drop"):
            self._errors.clear()
        elif data.get("token") and self.held is None:
            raise forms.ValidationError(NOT_HELD)
        elif self.held is None:
            self.check_citation(data)
        return data

    @property
    def document(self):
        """The Document of a valid form; None for a file that is left out."""
        if self.cleaned_data.get("drop"):
            return None
        return Document(self.file, self.file_name, **self.citation(self.cleaned_data))


class DocumentFormSet(
    forms.formset_factory(
        DocumentForm, extra=0, max_num=MOST_FILES, validate_max=True, absolute_max=MOST_FILES
    )
):
    @property
    def documents(self):
        return [document for form in self.forms if (document := form.document)]


def proposals(unit, year, held):
    """What the form of a held file is filled with: as the unit has it already, or by its name."""
    stored, name = held
    known = Evidence.objects.present().filter(unit=unit, year=year, file=stored).order_by("pk")
    if found := known.last():
        return {
            field: getattr(found, field) for field in ("number", "issued_on", "issuer", "summary")
        }
    return {"number": names.proposed_number(name), "issued_on": names.proposed_date(name)}


class EvidenceForm(FilesMixin, CitationFields):
    """Files or a citation within another form, whose POST it shares; nothing at all is valid too.

    Use: EvidenceForm(request.POST or None, request.FILES or None, by=user, criterion=criterion,
    prefix="evidence"), `{% include form.include with form=form only %}` in a multipart form, then
    `evidence.add_documents(card, form.documents, by=…, criterion=…, response=… or request=…)`.
    Files taken before a mistake elsewhere travel on in `held`; they need not be chosen again.
    """

    include = "scoring/includes/evidence_form.html"
    files_required = False
    held = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.order_fields(["files", "declared"])
        self.tokens = []
        if self.is_bound:
            self.tokens = (self.data.get(self.add_prefix("held")) or "").split()[:MOST_FILES]

    @property
    def citation_fields(self):
        """The fields beside those of choosing files."""
        return [field for field in self.visible_fields() if field.name not in ("files", "declared")]

    @property
    def held_names(self):
        """Names of the files that were taken."""
        return [found[1] for token in self.tokens if (found := held_file(token, self.by))]

    def clean(self):
        data = super().clean()
        self.tokens += self.take_files(data)
        if self.tokens and self.is_bound:
            self.data = self.data.copy()
            self.data[self.add_prefix("held")] = " ".join(self.tokens)
        for name, sentence in self.refused:
            self.add_error("files", f"{name}: {sentence}")
        typed = any(data.get(field) for field in ("number", "issued_on", "issuer", "summary"))
        if len(self.tokens) > 1 and typed:
            self.add_error("number", MANY_FILES_ONE_CITATION)
        elif not self.tokens and typed and not data.get("files"):
            self.check_citation(data)
        return data

    @property
    def documents(self):
        """What was given: [] when nothing was."""
        citation = self.citation(self.cleaned_data)
        held = [found for token in self.tokens if (found := held_file(token, self.by))]
        if held:
            return [Document(stored, name, **citation) for stored, name in held]
        return [Document(**citation)] if citation["number"] else []


class CitationForm(forms.Form):
    """For which criterion a document is cited, and on which of its pages."""

    criterion = forms.ChoiceField(
        label="Tiêu chí", error_messages={"required": "Hãy chọn tiêu chí."}
    )
    pages = LineField(
        label="Trang dẫn",
        required=False,
        max_length=_length(EvidenceUse, "pages"),
        help_text="Ví dụ: 3, 5-7.",
    )

    def __init__(self, *args, leaves, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["criterion"].choices = [
            ("", "Chọn tiêu chí"),
            *((node.key, node.label) for node in leaves),
        ]


class SearchForm(forms.Form):
    """Narrows the unit's documents by number, words of the summary, or name of the file."""

    tim = LineField(label="Tìm theo số, trích yếu hoặc tên tệp", required=False, max_length=100)

    def found(self, documents):
        """Those that have every word, whatever the case and the marks."""
        self.is_valid()
        wanted = text.fold(self.cleaned_data.get("tim") or "").split()
        return [one for one in documents if all(word in text.fold(one.words) for word in wanted)]
