"""Database rules that several tables share. A leaf: imports no model.

A refusal of ours carries a SQLSTATE of class WF, so that code can tell it from any other database error.
"""

import pgtrigger

APPEND_ONLY = "WF004"
LAST_KEEPER = "WF005"


def refuse(code: str, words: str) -> str:
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = '{code}';"


def append_only() -> list[pgtrigger.Trigger]:
    """What is written stays as it was written, also for raw SQL."""
    refusal = refuse(APPEND_ONLY, "this record stays as it was written")
    return [
        pgtrigger.Trigger(
            name="append_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=refusal,
        ),
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=refusal,
        ),
    ]


def starts_as(status: str) -> pgtrigger.Trigger:
    """An object is born in the first state of its lifecycle: the transition table alone says nothing of births."""
    return pgtrigger.Protect(
        name="starts_as", operation=pgtrigger.Insert, condition=pgtrigger.Q(new__status__df=str(status))
    )
