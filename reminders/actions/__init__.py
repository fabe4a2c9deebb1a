"""What Windfall does by itself each day, and what people do with their reminders: each act a plain verb."""

from reminders.actions.mailing import collect, send, to_send
from reminders.actions.nudging import NudgeChanged, Nudged, nudge
from reminders.actions.reading import read
from reminders.actions.sweeping import alone, sweep, zones_due

__all__ = ["NudgeChanged", "Nudged", "alone", "collect", "nudge", "read", "send", "sweep", "to_send", "zones_due"]
