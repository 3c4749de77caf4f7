"""One of everybody and of everything an address can name: for the access matrix and the gallery."""

from dataclasses import dataclass, field
from functools import cached_property

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from pledges import ceremony, changes, on_paper, withdrawals
from pledges.models.authority import root_authorities
from scoring import owner_facts
from scoring.authoring.ready import ready_document
from tests.factories import (
    CommentFactory,
    CriteriaSetFactory,
    DayOffFactory,
    DecisionFactory,
    EmulationYearFactory,
    EvidenceFactory,
    HoldFactory,
    LegalBasisFactory,
    OutboxFactory,
    OwnerFactFactory,
    PaperFactory,
    RegisteredCertificateFactory,
    RevocationListFactory,
    RoundFactory,
    ScorecardFactory,
    SignatureValidationFactory,
    StoredFileFactory,
    TitleFactory,
    UnitSuccessionFactory,
    UserFactory,
    WordTemplateFactory,
    card_of,
    clerk_of,
    deputy_of,
    hold_for,
    lead_of,
    leader_of,
    make_ca,
    member_of,
    officer_of,
    scan_of,
    sign_for,
    sign_with_token,
)
from tests.passkey import Passkey
from tests.scoring.judged import PEER, judged_year


@dataclass(frozen=True)
class Address:
    """One path of the URL configuration: its name with namespace, and its parameters."""

    name: str
    route: str
    parameters: frozenset = field(default=frozenset())

    @property
    def model(self):
        """The model of a panel page; None for other pages."""
        place, _, name = self.name.partition(":")
        app, _, rest = name.partition("_")
        model, _, kind = rest.partition("_")
        is_panel = place == "admin" and kind and app in apps.app_configs
        return apps.get_model(app, model) if is_panel else None

    @property
    def kind(self):
        """What a panel page of a model does: "changelist", "add" …"""
        return self.name.split("_", 2)[2]


def addresses():
    """Every path of the application, admin's own included, in the order they are looked up."""
    return list(_walk(get_resolver().url_patterns))


def _walk(patterns, route="", namespace=""):
    for entry in patterns:
        path = f"{route}{entry.pattern}"
        if isinstance(entry, URLPattern):
            name = f"{namespace}{entry.name or ''}"
            yield Address(name, path, frozenset(entry.pattern.regex.groupindex))
        else:
            below = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, path, below)


def _object(fact):
    owner_facts.object_to_fact(fact, by=officer_of(fact.unit), revision=1, note="Còn thiếu.")


def _by_hand(paper):
    """Signed on paper by the lead, and scanned."""
    by, party = officer_of(lead_of(paper.year)), paper.parties.get(position=1)
    row = on_paper.HandSigned(party, party.signer_name, party.signer_title)
    on_paper.record_signed(paper, [row], by=by, on=timezone.localdate())
    on_paper.keep_scan(paper, scan_of(paper.year), by=by)
    return paper


def _changing(paper, state):
    """Version 2 is a draft, beside version 1; or the lead proposes to withdraw version 1."""
    by = officer_of(lead_of(paper.year))
    if state == "new-version":
        return changes.new_version(paper, by=by, reason="Sửa chỉ tiêu.")
    withdrawals.propose_withdrawal(paper, by=by, reason="Khối đổi thành viên.")
    return paper


class World:
    """Two blocs with their pledges in the same state, and one person of every kind.

    paper: a trait of PaperFactory, "" for no pledge at all, "token" while it is signed with tokens, the
    lead having signed and the sample unit's leader holding the file; "new-version" for a second
    version that is being written, "withdrawing" for one that the lead proposes to withdraw, the sample unit
    being the deputy's, "on-paper" for one that is signed by hand, recorded for the lead and scanned,
    "tablet" when all look at it on the device that is shared at the ceremony; "table-" and a trait of
    CriteriaSetFactory ("table-draft") for a criteria table; "round-" and a trait of RoundFactory for
    a year that is scored, "round-leader" with the sample unit's card before its leader,
    "round-objected" with a fact of the lead's that the sample unit objected to; "judged-" and a
    step of scoring.judged.judged_year for a year that is verified.
    The first bloc is everyone's own; the other bloc is only `other_leader`'s.
    """

    def __init__(self, paper="signing"):
        make_ca()
        self.paper_state = paper
        self.year = EmulationYearFactory(members=3)
        self.other_year = EmulationYearFactory(members=3)
        self.papers = {}
        for year in (self.year, self.other_year) if paper else ():
            self.papers[year] = self._paper(year, paper)

    @staticmethod
    def _paper(year, state):
        if state.startswith("judged-"):
            return judged_year(year, state.removeprefix("judged-")).criteria.paper
        if state.startswith("round-"):
            state = state.removeprefix("round-")
            is_plain = state in ("self_assessment", "leader", "objected")
            round = RoundFactory(year=year, **({} if is_plain else {state: True}))
            if state == "leader":
                ScorecardFactory(round=round, unit=member_of(year), leader=True)
            if state == "objected":
                _object(OwnerFactFactory(round=round, source="Báo cáo số 1/BC-STN"))
                OwnerFactFactory(round=round, own=True)
            return round.criteria.paper
        if state.startswith("table-"):
            state = state.removeprefix("table-")
            traits = {} if state == "draft" else {state: True}
            paper = CriteriaSetFactory(year=year, document=ready_document("b_100"), **traits).paper
            if state == "commenting":
                CommentFactory(paper=paper, clause="I.1", clause_label="I.1")
            return paper
        if state == "token":
            paper = PaperFactory(year=year, token=True, signing=True, with_agency_seals=True)
            sign_with_token(paper, lead_of(year))
            post = leader_of(member_of(year)).appointments.get()
            RegisteredCertificateFactory(appointment=post, proof_file=StoredFileFactory())
            hold_for(paper, member_of(year))
            return paper
        if state == "on-paper":
            return _by_hand(PaperFactory(year=year, signing=True, form="paper"))
        if state in ("new-version", "withdrawing"):
            return _changing(PaperFactory(year=year, signing=True), state)
        if state == "tablet":
            return PaperFactory(year=year, signing=True)
        traits = {} if state == "draft" else {state: True, "commented": True}
        return PaperFactory(year=year, **traits)

    def with_everything(self):
        """Besides, one row of everything that has a page of its own."""
        for make in (
            # Papers first: what they cite is not deleted.
            *(SignatureValidationFactory, HoldFactory, RevocationListFactory),
            *(TitleFactory, LegalBasisFactory, DayOffFactory),
            *(UnitSuccessionFactory, OutboxFactory, WordTemplateFactory),
        ):
            make()
        DecisionFactory(file=StoredFileFactory())
        if self.paper_state == "signing":
            sign_for(self.papers[self.year], deputy_of(self.year))
        self.people  # a supervision is among them
        return self

    @property
    def unit(self):
        """The unit that leader, officer and clerk are of."""
        is_deputys = self.paper_state == "withdrawing"
        return deputy_of(self.year) if is_deputys else member_of(self.year)

    @cached_property
    def cookies(self):
        """What every browser holds besides its session: {name: value}."""
        response = HttpResponse()
        if self.paper_state == "tablet":
            ceremony.switch_on(response, self.papers[self.year])
        return {name: cookie.value for name, cookie in response.cookies.items()}

    @cached_property
    def people(self):
        """{role: user}; anonymous is None."""
        lead, unit = lead_of(self.year), self.unit
        people = {
            "anonymous": None,
            "nobody": UserFactory(),
            "lead_leader": leader_of(lead),
            "lead_officer": officer_of(lead),
            "lead_clerk": clerk_of(lead),
            "leader": leader_of(unit),
            "officer": officer_of(unit),
            "clerk": clerk_of(unit),
            "other_leader": leader_of(lead_of(self.other_year)),
            "supervisor": UserFactory(watches=self.year.bloc),
            "secretariat": UserFactory(secretariat=True),
            "inspector": UserFactory(inspector=True),
            "superuser": UserFactory(superuser=True),
        }
        for user in filter(None, people.values()):
            Passkey(user).register()
        return people

    def sample(self, model):
        """The first row of a model."""
        row = model._base_manager.order_by("pk").first()
        assert row, f"World().with_everything() makes no {model.__name__}"
        return row

    def path(self, address, *, user=None, other=False, pk=""):
        """The path of an address with sample values; in the other bloc when asked."""
        year = self.other_year if other else self.year
        values = {
            "bloc": year.bloc.slug,
            "number": year.number,
            "unit": member_of(year).slug,
            "code": getattr(self.papers.get(year), "code", None) or "GU26-2222-3333",
            "app_label": "units",
            "content_type_id": ContentType.objects.get_for_model(type(year)).pk,
            "object_id": year.pk,
            "version": 2 if self.paper_state == "new-version" else 1,
            "key": PEER["key"] if pk == "peer" else "I.1",
            "gate": "G1",
            "place": 1,
            "position": 1,
            "page": 1,
            "kind": "minutes",
            "token": "khong-phai-ma",
        }
        if "sha256" in address.parameters:
            values["sha256"] = root_authorities().first().certificate.sha256
        if address.model:
            values["object_id"] = values["pk"] = self.sample(address.model).pk
        elif "pk" in address.parameters:
            values["pk"] = self._pk(pk, year, user)
        return reverse(address.name, kwargs={name: values[name] for name in address.parameters})

    def _evidence(self, year):
        """A PDF of the sample unit's card, cited for the sample criterion."""
        card = card_of(year.scoring_round, member_of(year))
        cited = card.evidence_uses.select_related("evidence").first()
        return cited.evidence if cited else EvidenceFactory(card=card, pdf=True, cited="I.1")

    def _pk(self, kind, year, user):
        if kind == "phase":
            return year.phases.get(kind="sign").pk
        if kind == "change":
            return self.papers[year].change_requests.first().pk
        if kind == "comment":
            return self.papers[year].comments.first().pk
        if kind == "certificate":
            unit = member_of(year)
            return leader_of(unit).appointments.get().certificates.get().pk
        if kind == "evidence":
            return self._evidence(year).pk
        if kind in ("duty", "request", "response"):
            card = card_of(year.scoring_round, member_of(year))
            related = {"duty": "duties", "request": "requests", "response": "responses"}
            return getattr(card, related[kind]).order_by("pk").first().pk
        if kind == "passkey" and user:
            return Authenticator.objects.get(user=user).pk
        return 1
