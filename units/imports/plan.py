"""What the rows of a decision would do to what is already entered; only reads."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date

from khoithidua import text
from units.dated import in_force
from units.imports.columns import BY_FIELD, KINDS
from units.imports.decision import Problem, Row
from units.models import (
    Bloc,
    EmulationYear,
    Membership,
    Role,
    Unit,
    UnitSuccession,
)

NAME_FORMS = ("full", "short", "grid", "header_superior", "header_name", "symbol")
LONGEST_DERIVED_SLUG = 40
# Written in full in one place and short in another: the same agency all the same.
SPELT_OUT = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "dbqh": "dai bieu quoc hoi",
    "&": "va",
}


@dataclass
class BlocPlan:
    """One bloc of the sheet and its year: what is entered already, and what will be made."""

    slug: str
    name: str
    kind: str
    first_row: int
    starts_on: date  # from when members added now belong to it
    bloc: Bloc | None = None
    year: EmulationYear | None = None

    def __post_init__(self):
        self.is_new = self.bloc is None
        self.opens_year = self.year is None


@dataclass
class Line:
    """What one row will do."""

    row: Row
    bloc: BlocPlan
    slug: str
    unit: Unit | None = None
    forms: dict = field(default_factory=dict)  # of the name a new unit gets
    membership: Membership | None = None

    def __post_init__(self):
        self.is_new_unit = self.unit is None

    @property
    def role_label(self):
        if self.row.role == Role.MEMBER:
            return "Thành viên mới" if self.row.is_new else "Thành viên"
        return {Role.LEAD: "Đứng đầu", Role.DEPUTY: "Cấp phó"}[self.row.role]

    @property
    def actions(self):
        """In words, for the preview."""
        first = self.row.number == self.bloc.first_row
        said = (
            (first and self.bloc.is_new, f"Lập {Bloc.Kind(self.bloc.kind).label}"),
            (first and self.bloc.opens_year, "Lập năm thi đua"),
            (self.is_new_unit, f"Lập đơn vị, mã {self.slug}"),
            (self.membership is None, "Thêm thành viên"),
            (self.membership is not None, "Đã có, không đổi"),
        )
        return [words for holds, words in said if holds]


@dataclass
class Plan:
    """What the sheet would do: lines by row, what stands against it, what to look at."""

    lines: list[Line] = field(default_factory=list)
    blocs: list[BlocPlan] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    @property
    def new_blocs(self):
        return [bloc for bloc in self.blocs if bloc.is_new]

    @property
    def new_units(self):
        return [line for line in self.lines if line.is_new_unit]

    @property
    def new_members(self):
        return [line for line in self.lines if line.membership is None]

    @property
    def is_empty(self):
        """Whether everything is entered already."""
        return not self.new_members and not any(bloc.opens_year for bloc in self.blocs)

    @property
    def fingerprint(self):
        """Equal for plans that would do the same: what was previewed is what is then done."""
        doing = [
            [asdict(line.row), line.slug, line.is_new_unit, line.membership is None]
            for line in self.lines
        ]
        blocs = [[bloc.slug, bloc.is_new, bloc.opens_year] for bloc in self.blocs]
        return hashlib.sha256(json.dumps([doing, blocs]).encode()).hexdigest()


def day_of(decision, year):
    """From when new names hold: the decision's date, else the first day of the year."""
    return (decision and decision.issued_on) or date(year, 1, 1)


def plan(rows, *, authority, year, day):
    """The Plan of these rows for the authority's blocs in `year`; reads only, ten queries at most."""
    return _Planner(rows, authority, year, day).plan


class _Planner:
    """Resolves blocs, then units, then memberships, against what is entered."""

    def __init__(self, rows, authority, year, day):
        self.authority, self.number, self.day = authority, year, day
        self.plan = Plan()
        self._load(rows)
        groups = {}
        for row in rows:
            groups.setdefault(row.bloc_key, []).append(row)
        blocs = {key: self._bloc(group) for key, group in groups.items()}
        self.plan.blocs = list(blocs.values())
        for row in rows:
            self._line(row, blocs[row.bloc_key])
        for bloc in self.plan.blocs:
            self._compare_with_year(bloc)
        self.plan.problems.sort(key=lambda problem: problem.row)
        self.plan.notes.sort(key=lambda note: note.row)

    def _load(self, rows):
        self.words = self.authority.on(self.day)
        if self.words is None:
            self._refuse(0, f"“{self.authority}” chưa có cách gọi; hãy nhập ở trang Tỉnh trước.")
        self.units = list(Unit.objects.filter(authority=self.authority).with_names())
        self.unit_by_slug = {unit.slug: unit for unit in self.units}
        self.units_by_name, self.units_alike = {}, {}
        for unit in self.units:
            for name in unit.names.all():
                for form in (name.full, name.short):
                    self.units_alike.setdefault(_alike(form), unit)
            if name := unit.name_on(self.day):
                self.units_by_name.setdefault(text.fold(name.full), []).append(unit)
        self.ended = dict(
            UnitSuccession.objects.filter(
                predecessor__authority=self.authority, effective_on__lte=self.day
            ).values_list("predecessor", "effective_on")
        )
        self.blocs = list(Bloc.objects.filter(authority=self.authority).prefetch_related("names"))
        self.taken_units = set(
            Unit.objects.exclude(authority=self.authority).values_list("slug", flat=True)
        )
        self.taken_blocs = set(
            Bloc.objects.exclude(authority=self.authority).values_list("slug", flat=True)
        )
        self.years = {
            year.bloc_id: year
            for year in EmulationYear.objects.filter(
                bloc__authority=self.authority, number=self.number
            )
        }
        self.members = list(
            Membership.objects.filter(
                year__bloc__authority=self.authority, year__number=self.number
            ).select_related("year__bloc", "unit")
        )
        self.given_units = {row.unit_slug for row in rows if row.unit_slug}
        self.given_blocs = {row.bloc_slug for row in rows if row.bloc_slug}

    def _refuse(self, row, message, column=""):
        self.plan.problems.append(Problem(row, message, column))

    def _note(self, row, message, column=""):
        self.plan.notes.append(Problem(row, message, column))

    # Blocs

    def _bloc(self, rows):
        row = rows[0]
        name = next((row.bloc_name for row in rows if row.bloc_name), "")
        kind = next((row.kind for row in rows if row.kind), "")
        named = [
            bloc for bloc in self.blocs if text.fold(bloc.name_on(self.day)) == text.fold(name)
        ]
        if row.bloc_slug:
            bloc = next((bloc for bloc in self.blocs if bloc.slug == row.bloc_slug), None)
            if bloc is None and row.bloc_slug in self.taken_blocs:
                self._refuse(row.number, f"mã “{row.bloc_slug}” đã dùng ở tỉnh khác.", "bloc_slug")
            elif bloc is None and named:
                self._refuse(
                    row.number,
                    f"“{name}” đã có với mã “{named[0].slug}”; hãy ghi mã ấy.",
                    "bloc_slug",
                )
        else:
            bloc = named[0] if named else None
        if bloc:
            return self._known_bloc(bloc, row, name, kind)
        if not name:
            self._refuse(row.number, "khối, cụm mới phải có tên.", "bloc_name")
        first_word = text.fold(name).partition(" ")[0]
        slug = row.bloc_slug or self._free_slug(
            name, {bloc.slug for bloc in self.blocs} | self.taken_blocs | self.given_blocs
        )
        if not slug:
            self._refuse(row.number, "không lập được mã từ tên này; hãy ghi mã.", "bloc_slug")
        self.given_blocs.add(slug)
        kind = kind or KINDS.get(first_word, Bloc.Kind.BLOC)
        return BlocPlan(slug, name, kind, row.number, date(self.number, 1, 1))

    def _known_bloc(self, bloc, row, name, kind):
        current = bloc.name_on(self.day)
        if name and text.fold(name) != text.fold(current):
            self._note(
                row.number,
                f"tên đang dùng là “{current}” và được giữ; nếu đã đổi tên, thêm ở trang khối, cụm.",
                "bloc_name",
            )
        if kind and kind != bloc.kind:
            self._refuse(row.number, f"“{current}” là {bloc.get_kind_display()}.", "kind")
        if bloc.ended_on and bloc.ended_on < date(self.number, 1, 1):
            self._refuse(
                row.number, f"“{current}” chỉ hoạt động đến {bloc.ended_on:%d/%m/%Y}.", "bloc_name"
            )
        year = self.years.get(bloc.pk)
        # Members of a year opened now begin with it; those added to a running one, with the decision.
        starts_on = (
            min(max(year.starts_on, self.day), year.ends_on) if year else date(self.number, 1, 1)
        )
        return BlocPlan(bloc.slug, current, bloc.kind, row.number, starts_on, bloc, year)

    @staticmethod
    def _free_slug(name, taken):
        slug = base = text.ascii_slug(name, LONGEST_DERIVED_SLUG)
        count = 1
        while slug and slug in taken:
            count += 1
            slug = f"{base}-{count}"
        return slug

    # Units

    def _line(self, row, bloc):
        unit = self._unit(row)
        if unit:
            line = Line(row, bloc, unit.slug, unit)
            self._compare_names(line)
            self._join(line)
        else:
            slug = row.unit_slug or self._free_slug(
                row.full, set(self.unit_by_slug) | self.taken_units | self.given_units
            )
            if not slug:
                self._refuse(row.number, "không lập được mã từ tên này; hãy ghi mã.", "unit_slug")
            self.given_units.add(slug)
            line = Line(row, bloc, slug, forms=self._forms(row))
        self.plan.lines.append(line)

    def _unit(self, row):
        """The unit a row speaks of, None for a new one; says what stands in the way."""
        same_name = self._units_named(row)
        if row.unit_slug:
            unit = self.unit_by_slug.get(row.unit_slug)
            if unit is None and row.unit_slug in self.taken_units:
                self._refuse(
                    row.number,
                    f"mã “{row.unit_slug}” đã dùng cho đơn vị của tỉnh khác; có thể dùng "
                    f"“{row.unit_slug}-{self.authority.slug}”.",
                    "unit_slug",
                )
            elif unit is None and same_name:
                self._refuse(
                    row.number,
                    f"“{row.full}” đã có với mã “{same_name[0].slug}”. Nếu là đơn vị này, ghi mã ấy "
                    "hoặc để trống ô mã; nếu là đơn vị khác trùng tên, lập ở trang Đơn vị trước.",
                    "unit_slug",
                )
        elif len(same_name) > 1:
            slugs = ", ".join(unit.slug for unit in same_name)
            self._refuse(
                row.number,
                f"có {len(same_name)} đơn vị mang tên này ({slugs}); hãy ghi mã.",
                "full",
            )
            return same_name[0]
        else:
            unit = same_name[0] if same_name else None
        if unit is None and (alike := self.units_alike.get(_alike(row.full))):
            self._note(
                row.number,
                f"có thể là “{in_force(alike.names.all(), self.day).full}” đã có, mã “{alike.slug}”; "
                "nếu đúng, hãy ghi mã ấy.",
                "full",
            )
        return unit

    def _units_named(self, row):
        """Units that bear this name on the day; those still there, if any."""
        same = self.units_by_name.get(text.fold(row.full), [])
        return [unit for unit in same if unit.pk not in self.ended] or same

    def _compare_names(self, line):
        row, unit = line.row, line.unit
        name = unit.name_on(self.day)
        for form in NAME_FORMS:
            given, current = getattr(row, form), getattr(name, form, "")
            if given and _form_key(given) != _form_key(current):
                self._note(
                    row.number,
                    f"đang dùng “{current}” và được giữ; nếu đã đổi tên, thêm ở trang đơn vị.",
                    form,
                )
        if unit.pk in self.ended:
            self._note(
                row.number,
                f"đơn vị này đã sáp nhập, chia tách hoặc giải thể từ {self.ended[unit.pk]:%d/%m/%Y}.",
                "full",
            )

    def _forms(self, row):
        """The forms of a new unit's name; what is empty in the sheet follows from the full name."""
        forms = {
            "full": row.full,
            "short": row.short or row.full,
            "grid": row.grid or row.full.upper(),
            "header_superior": row.header_superior
            or (self.words.superior_line if self.words else ""),
            "header_name": row.header_name or row.full.upper(),
            "symbol": row.symbol,
        }
        for form, value in forms.items():
            limit = BY_FIELD[form].limit
            if len(value) > limit and not getattr(row, form):
                self._refuse(row.number, f"tên quá dài ({limit} chữ); hãy ghi bản ngắn.", form)
        return forms

    # Memberships

    def _join(self, line):
        """Find the membership the row means; refuse a second bloc, or a place already taken."""
        row, bloc = line.row, line.bloc
        if any(other.unit == line.unit for other in self.plan.lines):
            self._refuse(row.number, f"“{row.full}” đã có ở dòng trên.", "full")
        for member in self.members:
            if member.unit_id != line.unit.pk or _is_over(member, bloc.starts_on):
                continue
            if member.year.bloc != bloc.bloc:
                other = next(each for each in self.blocs if each == member.year.bloc)
                self._refuse(
                    row.number,
                    f"“{row.full}” đã thuộc “{other.name_on(self.day)}” năm {self.number}.",
                    "full",
                )
            elif member.position != row.position:
                self._refuse(
                    row.number,
                    f"“{row.full}” đã được nhập ở thứ tự {member.position}; "
                    "sửa ở trang năm thi đua.",
                    "position",
                )
            elif member.role != row.role:
                self._refuse(
                    row.number,
                    f"“{row.full}” đã được nhập là {member.get_role_display()}; "
                    "sửa ở trang năm thi đua.",
                    "role",
                )
            line.membership = member

    def _compare_with_year(self, bloc):
        """What a running year already holds against the members the sheet adds to it."""
        if bloc.year is None:
            return
        lines = [line for line in self.plan.lines if line.bloc is bloc]
        coming = [line for line in lines if line.membership is None]
        if coming and bloc.year.closed_on:
            self._refuse(bloc.first_row, f"năm {self.number} của “{bloc.name}” đã khép lại.")
        named = {line.membership.pk for line in lines if line.membership}
        others = [
            member
            for member in self.members
            if member.year_id == bloc.year.pk
            and member.pk not in named
            and not _is_over(member, bloc.starts_on)
        ]
        for line in coming:
            for other in others:
                if other.position == line.row.position:
                    self._refuse(
                        line.row.number, f"thứ tự này đang là của {other.unit}.", "position"
                    )
                if other.role == line.row.role != Role.MEMBER:
                    self._refuse(line.row.number, f"vai trò này đang là của {other.unit}.", "role")
        if others:
            slugs = ", ".join(other.unit.slug for other in others)
            self._note(
                bloc.first_row,
                f"“{bloc.name}” còn có thành viên không có trong tệp ({slugs}): giữ.",
            )


def _is_over(member, day):
    return member.end_on is not None and member.end_on < day


def _form_key(name):
    """Forms are the same whatever their case, marks and line breaks (a bar in the grid)."""
    return text.fold(name.replace("|", " "))


def _alike(name):
    """Names that spell an office out, or add the word tỉnh, meet: "Văn phòng UBND tỉnh"."""
    words = [SPELT_OUT.get(word, word) for word in text.fold(name).replace(",", " ").split()]
    return " ".join(words).removesuffix(" tinh")
