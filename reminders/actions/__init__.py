"""What Windfall does by itself each day, and what people do with their reminders: each act a plain verb."""

from reminders.actions.agreed import change_step
from reminders.actions.choosing import ChoiceRefused, be_away, be_back, set_threshold, set_timing
from reminders.actions.collecting import collect
from reminders.actions.hearing import hear
from reminders.actions.mailing import MailRefused, send, to_send, try_again
from reminders.actions.nudging import NudgeChanged, Nudged, nudge
from reminders.actions.preferring import PreferenceRefused, Stopped, prefer, stop
from reminders.actions.reading import read
from reminders.actions.replying import ReplyRefused, hand, put_off, take, take_back
from reminders.actions.sweeping import alone, sweep, zones_due
from reminders.actions.waking import wake
from reminders.actions.wording import word

__all__ = [
    "ChoiceRefused",
    "MailRefused",
    "NudgeChanged",
    "Nudged",
    "PreferenceRefused",
    "ReplyRefused",
    "Stopped",
    "alone",
    "be_away",
    "be_back",
    "change_step",
    "collect",
    "hand",
    "hear",
    "nudge",
    "prefer",
    "put_off",
    "read",
    "send",
    "set_threshold",
    "set_timing",
    "stop",
    "sweep",
    "take",
    "take_back",
    "to_send",
    "try_again",
    "wake",
    "word",
    "zones_due",
]
