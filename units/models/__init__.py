"""Who takes part, and when."""

from units.models.authority import (
    Authority,
    AuthorityPeriod,
    DayOff,
    Decision,
    LegalBasis,
    Title,
    TitleName,
)
from units.models.bloc import (
    Bloc,
    BlocName,
    EmulationYear,
    Membership,
    Phase,
    PhaseExtension,
    Role,
    deadlines,
    grid_order,
)
from units.models.people import Appointment, Supervision, User
from units.models.unit import Unit, UnitName, UnitSuccession
from units.reference import ReferenceStamp

__all__ = [
    "Appointment",
    "Authority",
    "AuthorityPeriod",
    "Bloc",
    "BlocName",
    "DayOff",
    "Decision",
    "EmulationYear",
    "LegalBasis",
    "Membership",
    "Phase",
    "PhaseExtension",
    "ReferenceStamp",
    "Role",
    "Supervision",
    "Title",
    "TitleName",
    "Unit",
    "UnitName",
    "UnitSuccession",
    "User",
    "deadlines",
    "grid_order",
]
