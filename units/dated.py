"""Series that say what held from which day on: names, settings.

A series has no gaps: a row holds from its `start_on` until the next row's. Only the start is
stored, unique per object, so an overlap cannot be written.
"""

from django.db import models


class DatedQuerySet(models.QuerySet):
    def on(self, day):
        """Rows that had begun by `day`, latest first; the first one per object is in force."""
        return self.filter(start_on__lte=day).order_by("-start_on")


def in_force(rows, day):
    """Of prefetched rows of one object, the one in force on `day`.

    Before the first start the first row answers: a name is better than none. None without rows.
    """
    rows = sorted(rows, key=lambda row: row.start_on)
    current = rows[0] if rows else None
    for row in rows:
        if row.start_on <= day:
            current = row
    return current
