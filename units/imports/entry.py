"""Enters a decision's rows, all or nothing."""

from datetime import date

from django.db import transaction

from khoithidua import audit, text
from units.imports.plan import day_of, plan
from units.models import (
    Authority,
    Bloc,
    BlocName,
    Decision,
    EmulationYear,
    Membership,
    Unit,
    UnitName,
)


class DecisionRefused(ValueError):
    """The rows cannot be entered; `problems` says why, row by row."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__("; ".join(map(str, problems[:5])))


@transaction.atomic
def apply_decision(rows, *, authority, year, decision, by, is_demo=False):
    """Enter the rows of a decision for `year` and return the Plan that was carried out.

    decision: an entered Decision, a new one not yet saved, or None; a new one with the number and
    date of an entered one is that one. It plans anew under the authority's lock and raises
    DecisionRefused, changing nothing, when any row is wrong. Rows entered before change nothing
    and leave no trace.
    """
    Authority.objects.select_for_update().get(pk=authority.pk)
    made = plan(rows, authority=authority, year=year, day=day_of(decision, year))
    if made.problems:
        raise DecisionRefused(made.problems)
    if made.is_empty:
        return made
    decision = _entered(decision, by)
    day = day_of(decision, year)
    _make_blocs(made, authority, year, decision, day, is_demo)
    _make_units(made, authority, day)
    _make_members(made, decision)
    _record(made, year, decision, by)
    return made


def _entered(decision, by):
    """The decision as a saved row."""
    if decision is None or decision.pk:
        return decision
    same = {"number": decision.number, "issued_on": decision.issued_on}
    if not decision.number:
        same["summary"] = decision.summary
    known = Decision.objects.filter(authority=decision.authority, **same).first()
    if known:
        return known
    decision.save()
    audit.record(
        "decision.add",
        chain=audit.system_chain(),
        by=by,
        target=f"quyet-dinh/{decision.pk}",
        summary=f"Thêm quyết định: {decision.citation}.",
        after={"citation": decision.citation},
    )
    return decision


def _make_blocs(made, authority, number, decision, day, is_demo):
    for planned in made.blocs:
        if planned.is_new:
            length = Bloc._meta.get_field("file_code").max_length
            planned.bloc = Bloc.objects.create(
                slug=planned.slug,
                authority=authority,
                kind=planned.kind,
                file_code=text.ascii_slug(planned.slug, length),
                is_demo=is_demo,
            )
            BlocName.objects.create(bloc=planned.bloc, start_on=day, name=planned.name)
        if planned.opens_year:
            planned.year = EmulationYear.objects.create(
                bloc=planned.bloc,
                number=number,
                starts_on=date(number, 1, 1),
                ends_on=date(number, 12, 31),
                decision=decision,
            )


def _make_units(made, authority, day):
    last = Unit.objects.filter(authority=authority).order_by("-position").first()
    place = last.position if last else 0
    units = Unit.objects.bulk_create(
        Unit(slug=line.slug, authority=authority, position=place + count)
        for count, line in enumerate(made.new_units, start=1)
    )
    for line, unit in zip(made.new_units, units, strict=True):
        line.unit = unit
    UnitName.objects.bulk_create(
        UnitName(unit=line.unit, start_on=day, **line.forms) for line in made.new_units
    )


def _make_members(made, decision):
    Membership.objects.bulk_create(
        Membership(
            year=line.bloc.year,
            unit=line.unit,
            position=line.row.position,
            role=line.row.role,
            is_new=line.row.is_new,
            start_on=line.bloc.starts_on,
            decision=decision,
        )
        for line in made.new_members
    )


def _record(made, number, decision, by):
    """One entry for what is new in the province, one in each bloc-year's own chain."""
    source = f" theo {decision.citation}" if decision else ""
    audit.record(
        "decision.import",
        chain=audit.system_chain(),
        by=by,
        target=f"quyet-dinh/{decision.pk}" if decision else f"nam/{number}",
        summary=(
            f"Nhập từ Excel năm {number}{source}: {len(made.new_blocs)} khối, cụm mới; "
            f"{len(made.new_units)} đơn vị mới; {len(made.new_members)} thành viên."
        ),
        after={
            "blocs": [{"slug": bloc.slug, "name": bloc.name} for bloc in made.new_blocs],
            "units": [{"slug": line.slug, **line.forms} for line in made.new_units],
        },
    )
    for bloc in made.blocs:
        members = [line for line in made.new_members if line.bloc is bloc]
        if members or bloc.opens_year:
            audit.record(
                "emulation_year.import",
                chain=bloc.year.audit_chain,
                by=by,
                target=bloc.year.audit_chain,
                summary=f"Nhập từ Excel {len(members)} thành viên của {bloc.name}{source}.",
                after={
                    "members": [
                        {
                            "position": line.row.position,
                            "unit": line.slug,
                            "role": line.row.role,
                            "start_on": bloc.starts_on.isoformat(),
                        }
                        for line in members
                    ]
                },
            )
