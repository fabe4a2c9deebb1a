"""A manager says which activities a program pays for: from the library, changed, removed; and reads it as partners will."""

import pytest
from django.urls import reverse

from partners.models import Event
from programs import actions
from programs.activities import ActivityKind, Shows
from programs.models import Activity
from tests.cast import NOW
from tests.pages import errors, queries, told

pytestmark = pytest.mark.usefixtures("_at_now")
WEBINAR = {
    "name": "Customer webinar",
    "kind": "seminar",
    "rate": "60",
    "least": "100",
    "claim_cap": "5,000.00",
    "period_cap": "20000",
    "period_cap_percent": "25",
    "period_cap_rule": "greater",
    "person_cap": "",
    "most_people": "",
    "activity_days": "30",
    "lead_days": "",
    "proofs": ["invoice", "agenda"],
    "figures": ["attended"],
    "eligible": "Room and catering",
    "ineligible": "Alcohol",
}


@pytest.fixture
def program(w):
    return w.program(publish=False)


@pytest.fixture
def manager(w, client):
    client.force_login(w.manager)
    return client


def page(name: str, program, *more) -> str:
    return reverse(f"programs:{name}", args=[program.pk, *more])


def saved(client, url: str, **fields):
    seen = client.get(url).context["form"]["seen"].value()
    return client.post(url, WEBINAR | {"seen": seen} | fields)


def test_the_usual_ones_come_with_their_proof(program, manager):
    response = manager.post(page("activities", program), {"kinds": ["seminar", "digital_ad"]}, follow=True)
    assert told(response) == ["2 activities added, with the usual proof. Change what you like."]
    seminar = program.terms.activities.get(kind="seminar")
    assert seminar.proofs == [Shows.INVOICE, Shows.INVITATION, Shows.AGENDA, Shows.PHOTOS, Shows.REGISTERED]
    assert "Registered count" in response.content.decode()
    # A repeated click adds nothing.
    response = manager.post(page("activities", program), {"kinds": ["seminar"]}, follow=True)
    assert told(response) == ["They stand there already."]
    assert program.terms.activities.count() == 2


def test_one_of_its_own_with_all_its_rules(program, manager):
    assert saved(manager, page("add_activity", program)).status_code == 302
    made = program.terms.activities.get()
    assert (made.rate, made.least, made.claim_cap, made.period_cap) == (60, 100_00, 5_000_00, 20_000_00)
    assert made.proofs == ["invoice", "agenda"]
    assert made.rules == [
        "60% of each invoice",
        "at least $100.00 a claim",
        "at most $5,000.00 a claim",
        "at most the greater of $20,000.00 and 25% of what was earned, per period",
    ]
    html = manager.get(page("preview", program)).content.decode()
    assert "At most $5,000.00 a claim" in html
    assert "Not for: Alcohol" in html


def test_it_is_changed_and_removed(program, manager):
    saved(manager, page("add_activity", program))
    made = program.terms.activities.get()
    saved(manager, page("edit_activity", program, made.pk), name="Roundtable", claim_cap="")
    made.refresh_from_db()
    assert (made.name, made.claim_cap) == ("Roundtable", None)
    response = manager.post(page("remove_activity", program, made.pk), follow=True)
    assert told(response)[-1] == "Roundtable is not paid for any more, once this version is published."
    assert not program.terms.activities.exists()
    assert manager.post(page("remove_activity", program, made.pk)).status_code == 404
    assert [e.verb for e in Event.objects.about(program)] == ["created", "changed", "changed", "changed"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Give the activity a name."),
        ("name", "x" * 81, "Ensure this value has at most 80 characters (it has 81)."),
        ("kind", "", "Choose a type."),
        ("rate", "101", "Ensure this value is less than or equal to 100."),
        ("rate", "0", "Ensure this value is greater than or equal to 1."),
        ("claim_cap", "50", "That is below what a claim must at least ask for."),
        ("period_cap", "99.99", "That is below what a claim must at least ask for."),
        ("claim_cap", "-1", "Enter the amount without a minus."),
        ("claim_cap", "0.001", "USD has 2 decimals: 0.001 is too fine."),
        ("period_cap_percent", "100.5", "Ensure this value is less than or equal to 100."),
        ("most_people", "0", "Ensure this value is greater than or equal to 1."),
        ("proofs", ["dna"], "Select a valid choice. dna is not one of the available choices."),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(program, manager, field, value, sentence):
    response = saved(manager, page("add_activity", program), **{field: value})
    assert errors(response)[field] == [sentence]
    assert response.context["form"]["eligible"].value() == "Room and catering"
    assert not Activity.objects.exists()


def test_people_without_an_amount_mean_nothing(program, manager):
    response = saved(manager, page("add_activity", program), most_people="3")
    assert "person_cap" in errors(response)


def test_two_of_a_name_are_refused(program, manager):
    saved(manager, page("add_activity", program))
    assert errors(saved(manager, page("add_activity", program)))["__all__"] == [
        "This program has an activity of this name. Give this one another."
    ]


def test_a_change_by_a_colleague_is_not_overwritten_unseen(w, program, manager):
    seen = manager.get(page("add_activity", program)).context["form"]["seen"].value()
    actions.add_activities(program=program, kinds=[ActivityKind.EMAIL], by=w.manager, now=NOW)
    response = manager.post(page("add_activity", program), WEBINAR | {"seen": seen})
    assert "Somebody changed this program" in errors(response)["__all__"][0]
    again = WEBINAR | {"seen": response.context["form"]["seen"].value()}
    assert manager.post(page("add_activity", program), again).status_code == 302


def test_a_published_programs_list_goes_on_in_a_new_version(w, manager):
    program = w.program(activities=[actions.usual(ActivityKind.SEMINAR)])
    first = program.terms.activities.get()
    saved(manager, page("edit_activity", program, first.pk), kind="seminar", name="Seminar or webinar")
    first.refresh_from_db()
    assert first.claim_cap is None
    draft = actions.open_version(program)
    assert (draft.number, draft.activities.get().claim_cap) == (2, 5_000_00)
    html = manager.get(page("publish_terms", program)).content.decode()
    assert "Seminar or webinar, at most, per claim: $5,000.00 instead of none." in html
    assert "Partners must accept" in html
    # What was edited stands in the new version now; the old one's address is gone from the editor.
    assert manager.get(page("edit_activity", program, first.pk)).status_code == 404


def test_a_closed_program_promises_nothing_new(w, manager):
    program = w.program()
    actions.close(program=program, by=w.manager, now=NOW)
    response = manager.post(page("activities", program), {"kinds": ["seminar"]})
    assert errors(response)["__all__"] == ["This program is closed: it grants nothing new. Reopen it first."]


def test_a_program_of_resources_pays_for_nothing(w, manager):
    program = w.program(publish=False, kind="resources")
    assert manager.get(page("activities", program)).status_code == 404


def test_the_list_is_bounded(w, program):
    Activity.objects.bulk_create(
        Activity(terms=program.terms, name=f"Activity {n}", kind="other", position=n) for n in range(40)
    )
    with pytest.raises(actions.ProgramRefused, match="at most 40"):
        actions.add_activities(program=program, kinds=[ActivityKind.SEMINAR], by=w.manager, now=NOW)


def test_the_pages_ask_the_same_number_of_queries_for_one_and_three(w, program, manager):
    def counts():
        return [queries(manager, page(name, program)) for name in ("activities", "preview", "detail")]

    actions.add_activities(program=program, kinds=[ActivityKind.SEMINAR], by=w.manager, now=NOW)
    at_one = counts()
    actions.add_activities(program=program, kinds=[ActivityKind.EMAIL, ActivityKind.WEB], by=w.manager, now=NOW)
    assert counts() == at_one
