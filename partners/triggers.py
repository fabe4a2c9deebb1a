"""Database rules that several tables share. A leaf: imports no model.

A refusal of ours carries a SQLSTATE of class WF, so that code can tell it from any other database error.

Our triggers are made of `Trigger`, `Protect` and `FSM` here, not of pgtrigger's own: those can be switched off by any session
that sets `pgtrigger.ignore`, these only by the table's owner.
"""

from collections.abc import Iterable, Sequence

import pgtrigger
from django.db import models
from pgtrigger import compiler

APPEND_ONLY = "WF004"
LAST_KEEPER = "WF005"
NOT_A_PARTNER = "WF030"


class FirmSql(compiler.UpsertTriggerSql):
    """pgtrigger's SQL without its way around. Migrations name this class: let it stay as it is."""

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Firm(pgtrigger.Trigger):
    def compile(self, model: models.Model) -> compiler.Trigger:
        sql = super().compile(model).sql
        return compiler.Trigger(name=self.name, sql=FirmSql(**sql.kwargs))


class Trigger(Firm):
    """A trigger of free PL/pgSQL."""


class Protect(Firm, pgtrigger.Protect):
    """Refuses an operation, where a condition holds."""


class FSM(Firm, pgtrigger.FSM):
    """Refuses a change of state that is not in the table."""


def refuse(code: str, words: str) -> str:
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = '{code}';"


def listed(values: Iterable[str]) -> str:
    """SQL: what stands between the brackets of IN, of words of our own."""
    return ", ".join(f"'{value}'" for value in values)


def named_anew(user: str, *columns: str) -> str:
    """SQL: `user` is whom this change puts into one of these columns. Who stood there before was looked at then.

    So whoever approved something and comes to work for its partner later stands in nobody else's way.
    """
    return (
        "(" + " OR ".join(f"{user} = NEW.{name} AND NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"
    )


def is_ours(error: Exception) -> bool:
    """This database error is the refusal of a rule of ours."""
    return str(getattr(error.__cause__, "pgcode", None) or "").startswith("WF")


def append_only() -> list[Trigger]:
    """What is written stays as it was written, also for raw SQL."""
    refusal = refuse(APPEND_ONLY, "this record stays as it was written")
    return [
        Trigger(
            name="append_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=refusal,
        ),
        Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=refusal,
        ),
    ]


def starts_as(status: str) -> Protect:
    """An object is born in the first state of its lifecycle: the transition table alone says nothing of births."""
    return Protect(name="starts_as", operation=pgtrigger.Insert, condition=pgtrigger.Q(new__status__df=str(status)))


def lives(first: str, transitions: Iterable[tuple[str, str]]) -> list[pgtrigger.Trigger]:
    """The rules of a status: what it begins with, and each (from, to) that it may take."""
    return [starts_as(first), follows(transitions)]


def follows(transitions: Iterable[tuple[str, str]]) -> FSM:
    pairs = [(str(before), str(after)) for before, after in transitions]
    return FSM(name="status_follows_the_table", field="status", transitions=pairs)


def differs(columns: Sequence[str]) -> str:
    """SQL: an update changes one of these columns."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"
