"""A manager writes the next version of a program's terms, and puts it in force."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from partners.models import Event
from partners.states import Role
from programs import actions
from programs.changes import changes, is_no_worse
from programs.models import Program, Terms
from programs.states import WindowFrom
from tests.cast import NOW, person
from tests.pages import errors, told

pytestmark = pytest.mark.usefixtures("_at_now")
BETTER = {
    "wording": "For activities that bring new customers.",
    "reimbursement_percent": "60",
    "claim_window_days": "45",
    "lead_days": "0",
    "lead_unit": "calendar",
    "claim_window_from": "fund",
    "activity_days": "14",
    "extension_days": "90",
    "dispute_days": "30",
}


@pytest.fixture
def program(w):
    return w.program(wording="For activities that bring new customers.")


@pytest.fixture
def manager(w, client):
    client.force_login(w.manager)
    return client


def page(name: str, program) -> str:
    return reverse(f"programs:{name}", args=[program.pk])


def revised(w, program, **terms) -> Terms:
    fields = {"wording": program.terms.wording, "reimbursement_percent": 60, "claim_window_days": 45, "lead_days": 0}
    return actions.revise(program=program, terms=Terms(**(fields | terms)), by=w.manager, now=NOW)


def test_from_a_draft_to_terms_in_force(w, program, manager):
    first = program.terms
    assert "Write a new version" in manager.get(page("detail", program)).content.decode()
    form = manager.get(page("revise", program)).context["form"]
    assert form["wording"].value() == first.wording
    response = manager.post(page("revise", program), BETTER | {"seen": form["seen"].value()}, follow=True)
    assert response.redirect_chain[-1][0] == page("publish_terms", program)
    html = response.content.decode()
    assert "Pays back 60% instead of 50%." in html
    assert "Claims are taken for 45 days after the money&#x27;s last day instead of 30 days." in html
    # Nothing is in force before it is published.
    program.refresh_from_db()
    assert program.terms == first

    response = manager.post(page("publish_terms", program), {"seen": response.context["seen"]}, follow=True)
    assert told(response)[0] == "Version 2 is in force for what you grant from now on."
    program.refresh_from_db()
    assert (program.terms.number, program.terms.reimbursement_percent) == (2, Decimal(60))
    event = Event.objects.about(program).last()
    assert (event.verb, event.data["number"], len(event.data["changes"])) == ("new terms", 2, 2)
    html = manager.get(page("detail", program)).content.decode()
    assert "Version 2, in force since 23 Nov 2026" in html
    assert "Version 1, 23 Nov 2026" in html


def test_partners_see_versions_but_no_draft(w, program, client):
    revised(w, program)
    client.force_login(w.owner)
    assert b"Version" not in client.get(page("detail", program)).content
    actions.publish_terms(program=program, by=w.manager, now=NOW)
    html = client.get(page("detail", program)).content.decode()
    assert "Version 2, in force since" in html
    assert "Pays back 60% instead of 50%." in html
    assert "Write a new version" not in html


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("reimbursement_percent", "101", "less than or equal to 100"),
        ("reimbursement_percent", "0", "greater than or equal to 1"),
        ("claim_window_days", "-1", "greater than or equal to 0"),
        ("claim_window_days", "731", "less than or equal to 730"),
        ("lead_days", "9" * 400, "less than or equal to 365"),
        ("wording", "x" * 20_001, "at most 20000"),
    ],
)
def test_bad_numbers_get_a_sentence_and_lose_nothing(program, manager, field, value, words):
    response = manager.post(page("revise", program), BETTER | {field: value, "seen": "0"})
    assert words in errors(response)[field][0]
    assert response.context["form"][field].value() == value
    assert not program.versions.filter(published_at=None).exists()


def test_the_same_terms_are_no_new_version(program, manager):
    same = {name: getattr(program.terms, name) for name in BETTER}
    response = manager.post(page("revise", program), same | {"seen": actions.version(program)})
    assert "Nothing is different" in errors(response)["__all__"][0]


def test_a_colleagues_draft_is_not_overwritten_unseen(w, program, manager):
    seen = manager.get(page("revise", program)).context["form"]["seen"].value()
    revised(w, program, reimbursement_percent=70)
    response = manager.post(page("revise", program), BETTER | {"seen": seen})
    assert "Somebody changed this program" in errors(response)["__all__"][0]
    assert program.versions.get(published_at=None).reimbursement_percent == 70
    # Sent once more, having been told, it replaces theirs.
    manager.post(page("revise", program), BETTER | {"seen": response.context["form"]["seen"].value()})
    assert program.versions.get(published_at=None).reimbursement_percent == 60


def test_what_is_published_is_what_the_page_showed(w, program, manager):
    revised(w, program)
    seen = manager.get(page("publish_terms", program)).context["seen"]
    colleague = person("colleague", w.northgate, Role.MANAGER)
    actions.revise(program=program, terms=Terms(wording="None.", reimbursement_percent=1), by=colleague, now=NOW)
    for stale in (seen, "", "x", "9" * 400):
        response = manager.post(page("publish_terms", program), {"seen": stale}, follow=True)
        assert "Nothing was published" in told(response)[0]
    program.refresh_from_db()
    assert program.terms.number == 1


def test_without_words_it_is_not_published(w, program, manager):
    revised(w, program, wording=" ")
    html = manager.get(page("publish_terms", program)).content.decode()
    assert "can't be published yet" in html.replace("&#x27;", "'")
    with pytest.raises(actions.ProgramRefused, match="The terms"):
        actions.publish_terms(program=program, by=w.manager, now=NOW)


def test_a_draft_is_dropped(w, program, manager):
    revised(w, program)
    response = manager.post(page("drop_terms", program), follow=True)
    assert told(response) == ["The draft is gone. The terms in force stay."]
    assert [terms.number for terms in program.versions.all()] == [1]
    assert told(manager.post(page("drop_terms", program), follow=True)) == ["There was no draft."]
    assert told(manager.get(page("publish_terms", program), follow=True)) == ["There are no new terms to publish."]


def test_a_program_that_is_a_draft_has_no_second_version(w, manager):
    draft = w.program(publish=False)
    for act in (actions.publish_terms, actions.drop_terms):
        with pytest.raises(actions.ProgramRefused, match="is a draft"):
            act(program=draft, by=w.manager, now=NOW)


def test_versions_are_numbered_one_by_one(w, program):
    for number, rate in ((2, 60), (3, 55)):
        revised(w, program, reimbursement_percent=rate)
        assert actions.publish_terms(program=program, by=w.manager, now=NOW).number == number
        program.refresh_from_db()
    with pytest.raises(DatabaseError), transaction.atomic():
        Terms.objects.filter(program=program, number=1).update(reimbursement_percent=99)


terms = st.builds(
    Terms,
    program=st.just(Program(currency="USD")),
    wording=st.sampled_from(["Events.", "Events and ads."]),
    reimbursement_percent=st.decimals(1, 100, places=2),
    claim_window_days=st.integers(0, 730),
    lead_days=st.integers(0, 365),
    activity_days=st.integers(0, 730),
    extension_days=st.integers(0, 730),
    tax_included=st.booleans(),
    least_claim=st.none() | st.integers(1, 10**6),
    preapproval=st.booleans(),
    claim_window_from=st.sampled_from(WindowFrom.values),
    pay_days=st.none() | st.integers(0, 365),
    termination_days=st.none() | st.integers(0, 365),
    aging_months=st.none() | st.integers(1, 60),
    forfeits_at_period_end=st.booleans(),
    accrual_percent=st.none() | st.decimals("0.01", 100, places=2),
    accrual_cap=st.none() | st.integers(1, 10**6),
    earning_months=st.sampled_from([None, 1, 3, 6, 12]),
)


@given(old=terms, new=terms)
def test_no_worse_both_ways_means_the_same(old, new):
    there, back = list(changes(old, new)), list(changes(new, old))
    assert (is_no_worse(there) and is_no_worse(back)) == (there == [])
    assert list(changes(old, old)) == []
    assert len(there) == len(back)
