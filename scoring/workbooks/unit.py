"""The workbook of one unit: what it holds, and what taking it back would change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scoring.rules import CriteriaSet, Input
from scoring.workbooks.lines import Asked, Difference, Line, differences
from scoring.workbooks.sheets import Identity

KIND = "so-tinh-don-vi"
DATA_SHEET = "Dữ kiện"
VALUE, NA, AS_OF, NOTE = (
    "Số liệu",
    "Không áp dụng (lý do)",
    "Ước thực hiện, chốt đến ngày",
    "Ghi chú",
)


@dataclass(frozen=True)
class UnitWorkbook:
    """What is drawn: the table's criteria as this unit meets them, and what is stored of them.

    last_year: facts of the same criteria in the year before, where there are any.
    """

    bloc: str
    bloc_name: str
    year: int
    unit: str
    unit_name: str
    criteria: CriteriaSet
    digest: str
    asked: tuple[Asked, ...]
    lines: Mapping[str, Line]
    revisions: Mapping[str, int]
    last_year: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        stood = {
            one.key: (self.revisions[one.key], self.lines[one.key].digest) for one in self.asked
        }
        return Identity(KIND, self.bloc, self.year, self.unit, self.digest, stood)


def fact_key(one: Asked, wanted: Input | None) -> str:
    """What names the row: "I.1/done"; "I.4/" for a criterion without facts of its own."""
    return f"{one.key}/{wanted.name if wanted else ''}"


@dataclass(frozen=True)
class Filled:
    """A workbook that came back: lines by criterion, and what stood there at the download.

    passed_over: facts it says that another agency gave meanwhile.
    """

    lines: Mapping[str, Line]
    stood: Mapping[str, tuple[int, str]]
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What the file says of one criterion and the card does not, yet.

    is_conflict: someone changed the stored line after the workbook was downloaded.
    """

    asked: Asked
    before: Line
    after: Line
    revision: int
    is_conflict: bool

    @property
    def key(self) -> str:
        return self.asked.key

    @property
    def place(self) -> str:
        """What names the change on a page."""
        return self.key

    @property
    def title(self) -> str:
        return self.asked.node.label

    @property
    def differences(self) -> list[Difference]:
        return list(differences(self.asked, self.before, self.after))


def changes(
    filled: Filled,
    asked: tuple[Asked, ...],
    lines: Mapping[str, Line],
    revisions: Mapping[str, int],
) -> Iterator[Change]:
    """What taking the file would change, in the order of the table.

    A criterion left as it was downloaded is not touched, whatever became of it since.
    """
    for one in asked:
        line, now = filled.lines.get(one.key), lines[one.key]
        if line is None:
            continue
        revision, digest = filled.stood[one.key]
        if line == now or line.digest == digest:
            continue
        yield Change(one, now, line, revisions[one.key], revision != revisions[one.key])
