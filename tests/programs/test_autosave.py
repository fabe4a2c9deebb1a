"""The editor's drafts save themselves while they are typed; what is published never does."""

import pytest
from django.urls import reverse

from partners.models import Event
from programs import actions
from programs.models import Program

pytestmark = pytest.mark.usefixtures("_at_now")
HEADERS = {"X-Autosave": "1"}


def url(program, name="edit") -> str:
    return reverse(f"programs:{name}", args=[program.pk])


def typed(client, address, **changes) -> dict:
    """The form as the page shows it, with some fields typed over."""
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False} | changes


@pytest.fixture
def draft(w, client):
    client.force_login(w.manager)
    return w.program(name="MDF 2027", publish=False)


def test_what_is_typed_is_kept_and_the_next_save_follows_it(draft, client):
    assert f'data-autosave="{url(draft)}"' in client.get(url(draft)).text
    sent = typed(client, url(draft), name="MDF 2028")
    response = client.post(url(draft), sent, headers=HEADERS)
    assert response.status_code == 200
    assert Program.objects.get(pk=draft.pk).name == "MDF 2028"
    seen = actions.version(draft)
    assert f'name="seen" value="{seen}"' in response.text
    client.post(url(draft), sent | {"name": "MDF 2029", "seen": seen}, headers=HEADERS)
    assert Program.objects.get(pk=draft.pk).name == "MDF 2029"
    # The button goes on from there.
    last = {"name": "MDF 2030", "seen": actions.version(draft)}
    assert client.post(url(draft), sent | last).status_code == 302
    assert client.get(reverse("programs:detail", args=[draft.pk])).text.count("Changed</") == 1


def test_nothing_different_leaves_no_event(draft, client):
    before = Event.objects.about(draft).count()
    assert client.post(url(draft), typed(client, url(draft)), headers=HEADERS).status_code == 200
    assert Event.objects.about(draft).count() == before


def test_what_is_wrong_waits_and_the_rest_is_kept(draft, client):
    sent = typed(client, url(draft), name="MDF 2028", ends_on="soon")
    response = client.post(url(draft), sent, headers=HEADERS)
    assert "<strong>Runs until</strong> is not saved yet. Enter a day as in 2026-11-30." in response.text
    kept = Program.objects.get(pk=draft.pk)
    assert (kept.name, kept.ends_on) == ("MDF 2028", draft.ends_on)


def test_days_that_do_not_fit_together_are_not_kept(draft, client):
    sent = typed(client, url(draft), starts_on="2090-01-01", ends_on="2089-01-01")
    response = client.post(url(draft), sent, headers=HEADERS)
    assert response.status_code == 422
    assert response.text.startswith("Not saved yet")
    assert Program.objects.get(pk=draft.pk).starts_on == draft.starts_on


def test_a_colleague_s_change_is_not_undone(w, draft, client):
    sent = typed(client, url(draft), name="MDF 2028")
    client.post(url(draft), sent | {"name": "Hers"}, headers=HEADERS)
    response = client.post(url(draft), sent, headers=HEADERS)
    assert response.status_code == 409
    assert response["Content-Type"].startswith("text/plain")
    assert Program.objects.get(pk=draft.pk).name == "Hers"


def test_the_terms_of_a_draft_too(draft, client):
    sent = typed(client, url(draft, "revise"), wording="For events.")
    assert client.post(url(draft, "revise"), sent, headers=HEADERS).status_code == 200
    assert Program.objects.get(pk=draft.pk).terms.wording == "For events."


def test_published_terms_never_save_themselves(w, client):
    program = w.program()
    client.force_login(w.manager)
    page = client.get(url(program, "revise"))
    assert "data-autosave=" not in page.text
    sent = typed(client, url(program, "revise"), wording="Other words.")
    assert client.post(url(program, "revise"), sent, headers=HEADERS).status_code == 409
    assert client.post(url(program), {"name": "Other"}, headers=HEADERS).status_code == 409
    assert Program.objects.get(pk=program.pk).terms.wording == program.terms.wording
    assert program.versions.count() == 1
    # The button begins a draft of the next version, and that saves itself.
    response = client.post(url(program, "revise"), sent)
    assert response.status_code == 302, response.context["form"].errors
    assert "data-autosave=" in client.get(url(program, "revise")).text
    again = typed(client, url(program, "revise"), wording="Other words again.")
    assert client.post(url(program, "revise"), again, headers=HEADERS).status_code == 200
    assert program.versions.get(published_at=None).wording == "Other words again."
    assert Program.objects.get(pk=program.pk).terms.wording == program.terms.wording


def test_nobody_else_may(w, draft, client):
    for stranger, status in ((w.owner, 404), (w.other_manager, 404), (w.admin, 403)):
        client.force_login(stranger)
        assert client.post(url(draft), {"name": "Mine"}, headers=HEADERS).status_code == status
