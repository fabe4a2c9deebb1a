"""In which order the queue stands: amount × urgency. A leaf: pure numbers.

How urgent something is depends on its days alone: with a month left it counts once, and four times as much each time the days
halve. So $100 of the day after tomorrow come before $9,000 that have three months, and $9,000 of next week before both.

    days left   1    3   7    15  30  60    90
    urgency   900  100  18.4   4   1  0.25  0.11

What has no last day counts as with a month left. What brings no money itself weighs nothing: it stands last, by its day.
"""

from fractions import Fraction

from programs.terms import SOON_DAYS


def urgency(days_left: int | None) -> Fraction:
    """(30 / days)². The last day and the day before it are equally urgent: the sooner one stands first all the same."""
    if days_left is None:
        return Fraction(1)
    return Fraction(SOON_DAYS, max(days_left, 1)) ** 2


def weight(amount: Fraction | int, days_left: int | None) -> Fraction:
    """What is compared; `amount` in minor units, of one currency for all of the queue."""
    return amount * urgency(days_left)
