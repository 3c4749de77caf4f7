"""What composing a paper of scoring takes besides cards: names, days, remarks, as plain values."""

from dataclasses import dataclass
from datetime import date

from khoithidua import text


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Whose year a paper belongs to, and where and when it is made.

    dated_on: None leaves the day and month to be written by hand. symbol: of papers of the bloc
    itself, "Số:      /BB-KTĐ". draft_mark: "DỰ THẢO" before it is final.
    """

    bloc: str
    year: int
    superior: str
    place: str
    secretariat: str
    demo: bool = False
    dated_on: date | None = None
    symbol: str = "KTĐ"
    draft_mark: str = ""

    @property
    def day(self) -> str:
        if self.dated_on:
            return text.date_words(self.dated_on)
        return f"ngày{BLANK}tháng{BLANK}năm {self.year}"

    @property
    def dateline(self) -> str:
        return f"{self.place}, {self.day}"

    @property
    def bloc_lines(self) -> tuple[str, ...]:
        return text.break_lines(self.bloc.upper(), 24)


# Room for a number or a day written by hand: spaces that no layout closes up.
BLANK = "\u00a0" * 6


@dataclass(frozen=True, kw_only=True)
class Party:
    """A unit as papers name it, and who signs for it: titles on their lines, the person."""

    full: str
    short: str
    superior: str
    header: str
    symbol: str = ""
    titles: tuple[str, ...] = ()
    person: str = ""

    @property
    def header_lines(self) -> tuple[str, ...]:
        return text.break_lines(self.header, 24)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document of proof: cited by number, or a file by its name; and which pages."""

    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    summary: str = ""
    file_name: str = ""
    pages: str = ""

    @property
    def citation(self) -> str:
        """ "Số 123/BC-STC ngày 05/12/2026 của Sở Tài chính, về …, trang 3"."""
        parts = [self._head, self.summary, f"trang {self.pages}" if self.pages else ""]
        return ", ".join(part for part in parts if part)

    @property
    def brief(self) -> str:
        """For a narrow column: the number and its day, else the summary or the file's name."""
        if self.number:
            dated = f" ({text.date_short(self.issued_on)})" if self.issued_on else ""
            return f"{self.number}{dated}"
        return self.summary or self.file_name

    @property
    def _head(self):
        if not self.number:
            return "" if self.summary else self.file_name
        dated = f" ngày {text.date_short(self.issued_on)}" if self.issued_on else ""
        return f"Số {self.number}{dated}" + (f" của {self.issuer}" if self.issuer else "")


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What is said about one criterion of one unit, beside its points.

    reason: why the verified points differ. answer: agree, explain or dissent, "" before the unit
    answered. outcome: accepted or kept, "" before it is decided.
    """

    note: str = ""
    documents: tuple[Document, ...] = ()
    as_of: date | None = None
    reason: str = ""
    answer: str = ""
    answer_text: str = ""
    outcome: str = ""
    outcome_reason: str = ""


NOTHING = Remark()
