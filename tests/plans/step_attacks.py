"""Attacks by SQL on what was agreed with vendors, for `tests/test_database_rules.py`."""

from datetime import timedelta

from plans.actions import steps
from tests.cast import NOW, TODAY, World

PAST_TRIGGERS = "SET LOCAL session_replication_role = replica; "
LEGAL = {
    "partner": "{partner}",
    "vendor": "{vendor}",
    "words": "'Send the plan'",
    "person": "{member}",
    "due": f"'{TODAY}'",
    "agreed_on": f"'{TODAY}'",
    "by": "{owner}",
    "done": "NULL, NULL",
    "dropped": "NULL, NULL",
}


def step(**fields: str) -> str:
    return (
        "INSERT INTO plans_agreedstep (partner_id, vendor_id, words, person_id, due_on, agreed_on, agreed_by_id, at, "
        "done_at, done_by_id, dropped_at, dropped_by_id) VALUES ({partner}, {vendor}, {words}, {person}, {due}, {agreed_on}, "
        "{by}, now(), {done}, {dropped})"
    ).format(**LEGAL | fields)


def ends(columns: str, which: str = "step") -> str:
    return f"UPDATE plans_agreedstep SET {columns} WHERE id = {{{which}}}"


def born(column: str, value: str) -> str:
    return step().replace("dropped_by_id)", f"dropped_by_id, {column})").removesuffix(")") + f", {value})"


DONE, DROPPED = "done_at = now(), done_by_id = {owner}", "dropped_at = now(), dropped_by_id = {owner}"
STEP_ATTACKS = {
    "plans_agreedstep.step_has_words": [step(words="''"), step(words="' Send it'")],
    "plans_agreedstep.step_due_in_a_year": [
        step(due=f"'{TODAY - timedelta(days=1)}'"),
        step(due=f"'{TODAY + timedelta(days=367)}'"),
        ends(f"due_on = '{TODAY}', moved_on = '{TODAY + timedelta(days=1)}'", "later_step"),
        ends(f"due_on = '{TODAY + timedelta(days=367)}', moved_on = '{TODAY}'"),
    ],
    "plans_agreedstep.step_done_by_somebody": [ends("done_at = now()"), PAST_TRIGGERS + ends("done_by_id = {owner}")],
    "plans_agreedstep.step_dropped_by_somebody": [
        ends("dropped_at = now()"),
        PAST_TRIGGERS + ends("dropped_by_id = {owner}"),
    ],
    "plans_agreedstep.step_done_or_dropped": [ends(f"{DONE}, {DROPPED}")],
    "plans_agreedstep.one_open_step_of_the_same": [step() + "; " + step()],
    "plans_agreedstep.agreed_by_its_people": [
        # people of others, another's own vendor, no vendor at all, one that is over as it begins
        step(person="{manager}"),
        step(by="{manager}"),
        step(person="{stranger}"),
        step(vendor="{foreign_kept_vendor}"),
        step(vendor="{other_partner}"),
        step(done="now(), {owner}"),
        step(dropped="now(), {owner}"),
        born("handed_at", "now()"),
        born("moved_on", f"'{TODAY}'"),
    ],
    "plans_agreedstep.done_or_dropped_once": [
        "DELETE FROM plans_agreedstep WHERE id = {step}",
        ends("words = 'Something else'"),
        ends("agreed_on = agreed_on - 1"),
        # ended by a move or a handing over, or moved and handed over after its end
        ends(f"person_id = {{owner}}, handed_at = now(), {DONE}"),
        ends(f"due_on = due_on + 1, moved_on = '{TODAY}', {DROPPED}"),
        ends("person_id = {owner}, handed_at = now()", "done_step"),
        ends(f"due_on = due_on + 1, moved_on = '{TODAY}'", "done_step"),
        # without saying when, or with a day before it was agreed on
        ends("due_on = due_on + 1"),
        ends("person_id = {owner}"),
        ends(f"moved_on = '{TODAY}'"),
        ends("handed_at = now()"),
        ends(f"due_on = due_on + 1, moved_on = '{TODAY - timedelta(days=1)}'"),
        ends(f"person_id = {{owner}}, handed_at = '{NOW - timedelta(days=1)}'"),
        # to people of others
        ends("person_id = {manager}, handed_at = now()"),
        ends("person_id = {stranger}, handed_at = now()"),
        ends("done_at = NULL, done_by_id = NULL", "done_step"),
        ends(f"done_at = NULL, done_by_id = NULL, {DROPPED}", "done_step"),
        ends("done_at = now(), done_by_id = {manager}"),
        ends("dropped_at = now(), dropped_by_id = {stranger}"),
    ],
    "plans_agreedstep.no_truncate": ["TRUNCATE plans_agreedstep"],
}


def steps_made(w: World) -> dict[str, int]:
    agreed = {"partner": w.brightpath, "vendor": w.northgate, "due_on": TODAY, "by": w.owner, "now": NOW}
    first, second = (steps.agree(words=words, person=w.member, **agreed) for words in ("Call", "Write"))
    steps.tick(step=second, by=w.member, now=NOW)
    foreign = w.kept_program(partner=w.othertech, by=w.stranger, name="Theirs").vendor
    later = steps.agree(words="Meet", person=w.member, **agreed | {"due_on": TODAY + timedelta(days=5)})
    return {
        "step": first.pk,
        "done_step": second.pk,
        "later_step": later.pk,
        "foreign_kept_vendor": foreign.pk,
        "stranger": w.stranger.pk,
    }
