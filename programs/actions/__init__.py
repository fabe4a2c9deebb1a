"""What a channel manager does with a program: each act a plain verb. Views and tests import from here."""

from programs.actions.activities import MOST_ACTIVITIES, add_activities, remove_activity, save_activity, usual
from programs.actions.offers import close, publish, reopen, save
from programs.actions.starts import from_program, from_start
from programs.actions.steps import ProgramChanged, ProgramRefused, currency_stays, version
from programs.actions.terms import drop_terms, missing, open_version, publish_terms, revise

__all__ = [
    "MOST_ACTIVITIES",
    "ProgramChanged",
    "ProgramRefused",
    "add_activities",
    "close",
    "currency_stays",
    "drop_terms",
    "from_program",
    "from_start",
    "missing",
    "open_version",
    "publish",
    "publish_terms",
    "remove_activity",
    "reopen",
    "revise",
    "save",
    "save_activity",
    "usual",
    "version",
]
