"""Evidence laid out for reading: documents with what they are cited for, criteria that lack some."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch

from scoring import rules
from scoring.models import EvidenceUse


@dataclass(frozen=True)
class Lacking:
    """A criterion for which too few documents are cited."""

    node: rules.Node
    wanted: int
    lacking: int

    @property
    def consequence(self):
        """What the table does about it, as a sentence."""
        evidence = self.node.evidence
        if evidence.zero_without and self.lacking >= self.wanted:
            return "Không có tài liệu thì không tính điểm."
        if evidence.each:
            most = f", nhiều nhất {rules.figure(evidence.cap)} điểm" if evidence.cap else ""
            return f"Thiếu mỗi tài liệu trừ {rules.figure(evidence.each)} điểm{most}."
        return "Chỉ nhắc, không trừ điểm."

    @property
    def file_words(self):
        return "phải có tệp" if self.node.evidence.file_required else ""


def lacking_evidence(scored: rules.Card) -> list[Lacking]:
    """Of a card the rules computed, the criteria whose evidence is not all there, in order."""
    return [
        Lacking(outcome.node, outcome.node.evidence.documents, outcome.without_evidence)
        for outcome in scored.lacking_evidence
    ]


class Documents:
    """A card's documents in the order they were added, each with its uses that may be seen.

    queryset: the documents; seen: ids of the criteria whose uses are shown. Each row gets
    `shown_uses`.
    """

    def __init__(self, card, queryset, seen):
        uses = EvidenceUse.objects.filter(card=card, criterion__in=seen).select_related("criterion")
        self.rows = list(
            queryset.select_related("file", "added_by")
            .prefetch_related(Prefetch("uses", uses.order_by("pk"), to_attr="shown_uses"))
            .order_by("added_at", "pk")
        )
        self._by_criterion = defaultdict(list)
        for document in self.rows:
            for use in document.shown_uses:
                self._by_criterion[use.criterion_id].append((document, use))

    def cited_for(self, criterion):
        """[(document, its use)] of one criterion, by id."""
        return self._by_criterion[criterion]

    def not_cited_for(self, criterion):
        cited = {document.pk for document, _use in self.cited_for(criterion)}
        return [document for document in self.rows if document.pk not in cited]

    def uses_of(self, document):
        return next((row.shown_uses for row in self.rows if row.pk == document.pk), [])
