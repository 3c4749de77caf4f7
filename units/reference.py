"""Who takes part, kept in memory for as long as it does not change.

Names, members, phases, appointments and days off are read on every page and change a few times a
week. The database renews one random stamp whenever such a row changes (`Restamps` below: a trigger,
so that no way of writing is missed), each request reads that stamp together with its user, and what
was loaded under an older stamp is forgotten. So no page shows what is out of date, in any process,
and none pays for reading it again.

What is remembered is shared between requests: it is read, never changed. Code that changes a row
loads it anew.
"""

from dataclasses import dataclass

from django.db import models

from khoithidua.triggers import Trigger

STAMP_TABLE = "units_referencestamp"
MOST_REMEMBERED = 50_000

_held = ("", {})


class ReferenceStamp(models.Model):
    """One row; its stamp is new after every change of reference data."""

    stamp = models.CharField(max_length=40, default="0")

    class Meta:
        db_table = STAMP_TABLE

    def __str__(self):
        return self.stamp


@dataclass(frozen=True)
class Restamps:
    """Guard of a reference table: any change of a row renews the stamp.

    Random, not counted: a number used by a transaction that was rolled back would come again.
    """

    def triggers(self, model):
        for when in ("INSERT", "UPDATE", "DELETE"):
            yield Trigger(
                f"restamps_{when.lower()}",
                f"AFTER {when}",
                action=f"UPDATE {STAMP_TABLE} SET stamp = {{random}}",
            )


def current_stamp():
    """The stamp as it is now; "" when there is none, and then nothing is remembered."""
    return ReferenceStamp.objects.values_list("stamp", flat=True).first() or ""


def remember(stamp, key, load):
    """What `load()` answered under this stamp, loading it the first time."""
    global _held
    if not stamp:
        return load()
    if _held[0] != stamp or len(_held[1]) > MOST_REMEMBERED:
        _held = (stamp, {})
    known = _held[1]
    if key not in known:
        known[key] = load()
    return known[key]


def forget():
    """Forget everything; tests start with nothing remembered."""
    global _held
    _held = ("", {})
