"""Ids of another tenant in every field of one's own forms: nothing comes to name what is theirs, and nothing of it changes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from copy import copy

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from partners.models import Company
from tests.forms import Reading, each_app
from tests.sides import Both, contexts_forgotten, undone
from tests.test_replays import filled

OURS = ("partners", "programs", "funds", "claims", "plans", "reminders")
# To whom somebody of the other side is no secret: partners deal with any vendor, and vendors with any partner.
KNOWN = {"owner": "vendor", "manager": "company"}


@pytest.fixture(scope="module")
def reading(both_of_module) -> Reading:
    return Reading(both_of_module)


def pairs(both: Both) -> Iterator[tuple[str, Model, Model]]:
    """What there is of each side: its name, ours, theirs."""
    for name, ours in vars(both.ours).items():
        if isinstance(ours, Model):
            yield name, ours, getattr(both.theirs, name)


def is_hidden(name: str, thing: Model, who: str, both: Both) -> bool:
    """Nothing of theirs that this person sees; and of companies the one whose business it is not."""
    if isinstance(thing, Company):
        return name in ("company", "vendor", "kept") and name != KNOWN[who]
    seen = getattr(type(thing)._default_manager, "visible_to", None)
    return seen is None or not seen(both.people[who]).filter(pk=thing.pk).exists()


class Theirs:
    """What a person may neither name nor change, as one statement that counts what names it and reads what it is."""

    def __init__(self, both: Both, who: str):
        hidden = defaultdict(set)
        for name, _, thing in pairs(both):
            if is_hidden(name, thing, who, both):
                hidden[thing._meta.db_table].add(thing.pk)
        ids = {table: ", ".join(map(str, sorted(found))) for table, found in hidden.items()}
        parts = [
            f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t WHERE id IN ({found})"
            for table, found in ids.items()
        ]
        models = [model for label in OURS for model in apps.get_app_config(label).get_models() if not model._meta.proxy]
        for model in models:
            for field in model._meta.concrete_fields:
                if field.remote_field and (found := ids.get(field.related_model._meta.db_table)):
                    table, column = model._meta.db_table, field.column
                    parts.append(f"SELECT '{table}.{column}', count(*)::text FROM {table} WHERE {column} IN ({found})")
        self.name = f"theirs_{who}"
        # Prepared: to plan hundreds of small parts takes far longer than to read them.
        with connection.cursor() as cursor:
            cursor.execute(f"PREPARE {self.name} AS {' UNION ALL '.join(parts)}")

    def now(self) -> dict[str, str]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXECUTE {self.name}")
            return dict(cursor.fetchall())

    def forget(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DEALLOCATE {self.name}")


@pytest.fixture(scope="module")
def theirs(both_of_module) -> Iterator[dict[str, Theirs]]:
    found = {who: Theirs(both_of_module, who) for who in KNOWN}
    yield found
    for one in found.values():
        one.forget()


def swapped(both: Both, fields: dict, offered: dict[str, set[str]]) -> Iterator[dict]:
    """The form with an id of ours, in the value or the name of a field, in turn become that of the same thing of theirs."""
    other = defaultdict(set)
    for _, ours, theirs in pairs(both):
        other[str(ours.pk)].add(str(theirs.pk))
    found = set()
    for name, values in offered.items():
        for value in values | {fields[name]}:
            for own in set(re.findall(r"\d+", value)) & other.keys():
                found |= {(name, name, re.sub(rf"\b{own}\b", their, value)) for their in other[own]}
    for name, value in fields.items():
        for own in set(re.findall(r"\d+", name)) & other.keys():
            found |= {(name, re.sub(rf"\b{own}\b", their, name), value) for their in other[own]}
    for name, instead, value in sorted(found):
        yield {key: kept for key, kept in fields.items() if key != name} | {instead: value}


@each_app("foreign")
def test_no_field_takes_an_id_of_another_tenant(both, reading, theirs, app):
    taken, tried = [], 0
    before = {who: found.now() for who, found in theirs.items()}
    for who, action, fields, offered in reading.offers(app):
        for form in swapped(both, filled(fields), offered) if who in KNOWN else ():
            client, tried = reading.clients[who], tried + 1
            cookies = copy(client.cookies)
            with undone(), contexts_forgotten():
                status = client.post(action, form).status_code
                changed = [what for what, found in theirs[who].now().items() if found != before[who][what]]
            client.cookies = cookies
            if status >= 500 or changed:
                taken.append(f"{who} {action} {form}: {status}, {changed}")
    assert taken == []
    assert tried >= {"claims": 5}.get(app, 0), tried
