"""How far a SPIFF has come. A leaf: imports no model."""

from django.db.models import TextChoices


class Spiff(TextChoices):
    """How far a SPIFF has come: no column, it follows from its claim or from the day of its payment."""

    EARNED = "earned", "Earned"
    CLAIMED = "claimed", "Claimed"
    PAID = "paid", "Paid"
