"""A channel manager publishes a program, closes it and opens it again."""

import pytest
from django.urls import reverse

from partners.models import Event
from programs.models import Program
from tests.pages import statuses, told

pytestmark = pytest.mark.usefixtures("_at_now")


def move(client, program: Program, name: str):
    return client.post(reverse(f"programs:{name}", args=[program.pk]), follow=True)


def status(program: Program) -> str:
    return Program.objects.get(pk=program.pk).status


def test_a_program_is_published_closed_and_reopened(w, client):
    program = w.program(publish=False)
    client.force_login(w.manager)
    asked = client.get(reverse("programs:publish", args=[program.pk])).text
    assert "can&#x27;t be changed any more" in asked
    assert status(program) == "draft"

    assert "It is published" in told(move(client, program, "publish"))[0]
    assert status(program) == "published"
    assert "It is closed" in told(move(client, program, "close"))[0]
    assert status(program) == "closed"
    assert "It is open again" in told(move(client, program, "reopen"))[0]
    assert status(program) == "published"
    verbs = [event.verb for event in Event.objects.about(program)]
    assert verbs == ["created", "published", "closed", "reopened"]


def test_partners_read_it_from_then_on(w, client):
    program = w.program(publish=False, name="Security Co-op")
    client.force_login(w.owner)
    assert "Security Co-op" not in client.get(reverse("programs:list")).text
    assert client.get(reverse("programs:detail", args=[program.pk])).status_code == 404
    client.force_login(w.manager)
    move(client, program, "publish")
    client.force_login(w.owner)
    assert "Security Co-op" in client.get(reverse("programs:list")).text
    assert client.get(reverse("programs:detail", args=[program.pk])).status_code == 200


def test_what_is_missing_is_said_before_and_refused_after(w, client):
    program = w.program(publish=False, wording="  ")
    client.force_login(w.manager)
    assert "The terms: say in a few sentences" in client.get(reverse("programs:detail", args=[program.pk])).text
    page = client.get(reverse("programs:publish", args=[program.pk])).text
    assert "The terms: say in a few sentences" in page
    assert "Publish</button>" not in page
    assert "The terms: say in a few sentences" in told(move(client, program, "publish"))[0]
    assert status(program) == "draft"


@pytest.mark.parametrize(
    ("first", "again", "stands"),
    [
        ([], "close", "draft"),
        ([], "reopen", "draft"),
        (["publish"], "publish", "published"),
        (["publish"], "reopen", "published"),
        (["publish", "close"], "close", "closed"),
        (["publish", "close"], "publish", "closed"),
    ],
)
def test_a_step_from_a_wrong_state_or_a_repeated_click_changes_nothing(w, client, first, again, stands):
    program = w.program(publish=False)
    client.force_login(w.manager)
    for name in first:
        move(client, program, name)
    events = Event.objects.about(program).count()
    assert told(move(client, program, again)) == [f"Nothing was changed: this program is {stands} now."]
    assert (status(program), Event.objects.about(program).count()) == (stands, events)
    asked = client.get(reverse(f"programs:{again}", args=[program.pk]), follow=True)
    assert told(asked) == [f"Nothing to do: this program is {stands} now."]


@pytest.mark.parametrize("name", ["programs:publish", "programs:close", "programs:reopen"])
def test_only_the_vendors_managers_may(w, client, name):
    draft, out = w.program(publish=False), w.program()
    for who, on_draft, on_published in [
        (w.other_manager, 404, 404),
        (w.owner, 404, 403),
        (w.admin, 403, 403),
        (w.finance, 403, 403),
    ]:
        client.force_login(who)
        assert statuses(client, name, draft.pk) == (on_draft, on_draft)
        assert statuses(client, name, out.pk) == (on_published, on_published)
    assert (status(draft), status(out)) == ("draft", "published")


def test_a_closed_program_grants_nothing_but_keeps_what_it_granted(w, client):
    fund = w.fund(5_000_00)
    client.force_login(w.manager)
    move(client, fund.program, "close")
    page = client.get(reverse("funds:allocate", args=[fund.budget_id]), follow=True)
    assert told(page) == ["This program is closed: it grants no new money. Reopen it first."]
    client.force_login(w.owner)
    page = client.get(reverse("funds:allocation", args=[fund.pk])).text
    assert "File a claim" in page
