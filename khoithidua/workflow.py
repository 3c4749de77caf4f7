"""How any object changes state: `Workflow.move()` is the only writer of `state`."""

from django.core.exceptions import ValidationError
from django.db import models, transaction

from khoithidua import audit


class NotAllowed(ValidationError):
    """A move that the object's table does not have from its present state."""


class Conflict(ValidationError):
    """What is being saved was changed by someone else since it was read; `stored` is the row now."""

    def __init__(self, message, stored):
        super().__init__(message)
        self.stored = stored


class Workflow(models.Model):
    """A model with a `state` field and a table `TRANSITIONS = {name: (from states, to state)}`.

    Subclasses say what is shown and recorded: `audit_chain`, `audit_name`.
    """

    TRANSITIONS: dict[str, tuple[tuple[str, ...], str]] = {}

    class Meta:
        abstract = True

    def may(self, name):
        """Whether the move exists from the present state; says nothing about who."""
        return self.state in self.TRANSITIONS[name][0]

    def move(self, name, *, by, summary, note="", **fields):
        """Lock the row, refuse an edge not in the table, save state and `fields`, record.

        Raises NotAllowed when the row has meanwhile left the states the move starts from; nothing
        is changed then, neither in the database nor on this object.
        """
        allowed, target = self.TRANSITIONS[name]
        with transaction.atomic():
            row = type(self)._base_manager.select_for_update(of=("self",)).get(pk=self.pk)
            if row.state not in allowed:
                raise NotAllowed(
                    f"Không thực hiện được: {row.audit_name} đang ở trạng thái "
                    f"“{row.get_state_display()}”. Hãy tải lại trang."
                )
            before = row.state
            for field, value in {**fields, "state": target}.items():
                setattr(row, field, value)
            row.save(update_fields=[*fields, "state"])
            audit.record(
                f"{self._meta.model_name}.{name}",
                chain=row.audit_chain,
                by=by,
                target=row.audit_path,
                summary=summary,
                before={"state": before},
                after={"state": target, **({"note": note} if note else {})},
            )
        for field in [*fields, "state"]:
            setattr(self, field, getattr(row, field))
