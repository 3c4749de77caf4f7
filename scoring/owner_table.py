"""What one agency owns in a year, from what is stored; and what it gives, put back.

`Ownership` is the page's: the table as plain values (workbooks.owner) with the rows behind it.
"""

from functools import cached_property

from scoring.evaluation import compiled
from scoring.models import Criterion, OwnerFact
from scoring.owner_facts import give_all
from scoring.permissions import member_named, writes_for
from scoring.workbooks.lines import Asked, plain_facts
from scoring.workbooks.owner import Given, OwnerTable, Subject


def owners_of(user, round, memberships):
    """Memberships for which the user may give facts: writers of units that own some criterion."""
    names = {node.owner for node in compiled(round.criteria).leaves if node.owner}
    owners = {
        member.unit_id
        for name in names
        if (member := member_named(name, round.year, memberships)) is not None
    }
    return [
        member
        for member in memberships
        if member.unit_id in owners and writes_for(user, member.unit_id)
    ]


class Ownership:
    """One agency's facts about all units of a round."""

    def __init__(self, round, owner, memberships):
        self.round, self.year, self.owner = round, round.year, owner
        self.memberships = memberships

    @cached_property
    def nodes(self):
        """Criteria this agency owns, in the table's order."""
        return [
            node
            for node in compiled(self.round.criteria).leaves
            if member_named(node.owner, self.year, self.memberships) is self.owner
        ]

    @cached_property
    def members(self):
        """Memberships of the units that have a card, in order of protocol."""
        scored = set(self.round.cards.values_list("unit", flat=True).order_by("pk"))
        return [member for member in self.memberships if member.unit_id in scored]

    @cached_property
    def criteria(self):
        """{key: Criterion} of the owned criteria."""
        rows = Criterion.objects.filter(
            criteria=self.round.criteria_id, key__in=[node.key for node in self.nodes]
        )
        return {row.key: row for row in rows.order_by("pk")}

    @cached_property
    def facts(self):
        """{(key, slug): OwnerFact} of everything given so far, checked or not."""
        slugs = {member.unit_id: member.unit.slug for member in self.memberships}
        rows = (
            OwnerFact.objects.filter(criterion__in=[row.pk for row in self.criteria.values()])
            .select_related("criterion", "file", "given_by", "checked_by", "answered_by", "kept_by")
            .order_by("pk")
        )
        return {
            (row.criterion.key, slugs[row.unit_id]): row for row in rows if row.unit_id in slugs
        }

    @cached_property
    def table(self) -> OwnerTable:
        day = self.year.reference_day
        asked = tuple(
            Asked(node, tuple(one for one in node.inputs() if not one.by_verifier))
            for node in self.nodes
        )
        inputs = {one.key: one.inputs for one in asked}
        return OwnerTable(
            bloc=self.year.bloc.slug,
            bloc_name=self.year.bloc_name,
            year=self.year.number,
            owner=self.owner.unit.slug,
            owner_name=_short(self.owner.unit, day),
            criteria=compiled(self.round.criteria),
            digest=self.round.criteria.digest,
            asked=asked,
            units=tuple(
                Subject(member.unit.slug, _short(member.unit, day)) for member in self.members
            ),
            given={
                place: Given(plain_facts(inputs[place[0]], row.facts), row.source, row.revision)
                for place, row in self.facts.items()
            },
        )

    def give(self, changes, *, by):
        """Give what changed, all or none; raises what give_fact raises.

        A row that cites the document of another row takes its file too.
        """
        units = {member.unit.slug: member.unit for member in self.members}
        rows = [
            (
                self.criteria[change.asked.key],
                units[change.unit.slug],
                dict(change.facts),
                change.source,
                self._file_of(change.asked.key, change.source),
                change.revision,
            )
            for change in changes
        ]
        return give_all(self.round, rows, by=by, by_unit=self.owner.unit)

    def _file_of(self, key, source):
        files = [
            row.file
            for (of, _unit), row in self.facts.items()
            if of == key and row.source == source and row.file
        ]
        return files[0] if files else None

    def attach(self, key, *, source, file, by):
        """Cite another document, or add its file, in every row given of one criterion."""
        rows = [
            (row.criterion, unit, row.facts, source, file or row.file, row.revision)
            for unit, row in self._rows_of(key)
        ]
        return give_all(self.round, rows, by=by, by_unit=self.owner.unit)

    def _rows_of(self, key):
        units = {member.unit.slug: member.unit for member in self.members}
        return [
            (units[slug], row)
            for (of, slug), row in self.facts.items()
            if of == key and slug in units
        ]

    def rows_given(self, key):
        return len(self._rows_of(key))


def _short(unit, day):
    name = unit.name_on(day)
    return name.short if name else unit.slug
