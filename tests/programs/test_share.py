"""A manager shares a resource: adds it as a file or a link, publishes it, replaces its file, retires or deletes it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partners.models import Event
from programs.models import Resource
from programs.resources import actions
from programs.resources.states import Act, ResourceStatus
from tests.cast import NOW, TODAY, accepted_file
from tests.files import HOSTILE, image, pdf
from tests.pages import errors, told

pytestmark = pytest.mark.usefixtures("_at_now")
ADD = reverse("programs:add_resource")
LINK = "https://learn.example.com/course"
TYPED = {
    "title": "Webinar kit",
    "kind": "campaign",
    "words": "Mails and slides.",
    "language": "pt-BR",
    "activities": ["seminar", "email"],
    "program": "",
    "valid_from": "",
    "valid_until": "2027-06-30",
    "link": "",
    "seen": "0",
}


@pytest.fixture(autouse=True)
def kept(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def manager(w, client):
    client.force_login(w.manager)
    return client


def page(name: str, resource: Resource) -> str:
    return reverse(f"programs:{name}", args=[resource.pk])


def file(content: bytes | None = None, name: str = "kit.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def verbs(resource: Resource) -> list[str]:
    return [event.verb for event in Event.objects.about(resource)]


def test_from_a_file_to_the_partners_shelf(w, manager, client, kept):
    w.program()
    response = manager.post(ADD, TYPED | {"upload": file()}, follow=True)
    assert told(response) == ["It is saved as a draft. No partner sees it before you publish it."]
    resource = Resource.objects.get()
    assert (resource.vendor_id, resource.status, resource.name) == (w.northgate.pk, "draft", "kit.pdf")
    assert (resource.activities, resource.language_name) == (["seminar", "email"], "Portuguese (Brazil)")
    assert len(files_in(kept)) == 1
    assert "kit" not in files_in(kept)[0].name
    assert "Publish this resource?" in manager.get(page("publish_resource", resource)).text
    response = manager.post(page("publish_resource", resource), follow=True)
    assert told(response) == ["It is published. Partners find it in their library now."]
    assert verbs(resource) == ["created", "published"]
    client.force_login(w.owner)
    shown = client.get(page("resource", resource)).text
    assert "Portuguese (Brazil)" in shown
    assert "Seminar or webinar" in shown
    assert "What happened to it" not in shown
    assert page("edit_resource", resource) not in shown


def test_a_link_shows_where_it_leads(w, manager):
    manager.post(ADD, TYPED | {"link": "https://LEARN.example.com/course"})
    resource = Resource.objects.get()
    assert resource.link == LINK
    shown = manager.get(page("resource", resource)).text
    assert "Open at learn.example.com" in shown
    assert 'rel="noopener noreferrer"' in shown


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"title": " "}, "title", "Give it a title"),
        ({"title": "x" * 121}, "title", "at most 120"),
        ({"title": "a\x00"}, "title", "Null characters"),
        ({"kind": "money"}, "kind", "not one of the available choices"),
        ({"language": "tlh"}, "language", "not one of the available choices"),
        ({"activities": ["golf"]}, "activities", "not one of the available choices"),
        ({"words": "x" * 2001}, "words", "at most 2000"),
        ({"valid_until": "2026-11-22"}, "valid_until", "has passed"),
        ({"valid_until": "soon"}, "valid_until", "Enter a day"),
        ({"valid_until": "1026-11-22"}, "valid_until", "Check the year"),
        ({"valid_from": "2027-07-01"}, "valid_until", "comes before the first"),
        ({"link": ""}, "upload", "Choose a file, or give a link"),
        ({"link": "http://example.com"}, "link", "begins with https://"),
        ({"link": "https://u:p@example.com"}, "link", "name and password"),
        ({"link": "\x00"}, "link", "blanks or signs"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(manager, typed, field, words):
    response = manager.post(ADD, TYPED | {"link": LINK} | typed)
    assert words in " ".join(errors(response)[field])
    form = response.context["form"]
    assert form[field].value() == typed.get(field, form[field].value())
    if field != "words":
        assert "Mails and slides." in response.text
    assert not Resource.objects.exists()


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("empty", "is empty"),
        ("svg", "Send a PDF, PNG or JPEG"),
        ("zip", "Send a PDF, PNG or JPEG"),
        ("pdf with javascript", "holds a script"),
        ("png with html behind", "as well"),
    ],
)
def test_a_file_obeys_the_same_rules_as_a_proof(manager, kept, what, words):
    response = manager.post(ADD, TYPED | {"upload": file(HOSTILE[what])})
    assert words in errors(response)["upload"][0]
    assert files_in(kept) == []


def test_a_file_and_a_link_are_one_too_many(manager, kept):
    response = manager.post(ADD, TYPED | {"upload": file(), "link": LINK})
    assert "not both" in errors(response)["link"][0]
    assert files_in(kept) == []


def test_a_program_is_one_of_its_own(w, manager):
    foreign = w.program(vendor=w.skylark, by=w.other_manager)
    response = manager.post(ADD, TYPED | {"link": LINK, "program": foreign.pk})
    assert "program" in errors(response)
    own = w.program()
    manager.post(ADD, TYPED | {"link": LINK, "program": own.pk})
    assert Resource.objects.get().program == own


def test_a_new_file_takes_the_old_ones_place_and_keeps_its_counts(w, manager, kept, django_capture_on_commit_callbacks):
    w.program()
    resource = w.resource()
    actions.use(resource=resource, partner=w.brightpath, act=Act.DOWNLOADED, by=w.owner, now=NOW)
    typed = TYPED | {"seen": actions.version(resource)}
    with django_capture_on_commit_callbacks(execute=True):
        response = manager.post(page("edit_resource", resource), typed | {"upload": file(image(), "new.png")})
    assert response.status_code == 302
    resource.refresh_from_db()
    assert (resource.version, resource.name, resource.status) == (2, "new.png", "published")
    assert resource.uses.get().count == 1
    assert len(files_in(kept)) == 1
    shown = manager.get(page("resource", resource)).text
    assert "Replaced by version 2" in shown
    # Its link next: the file goes.
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(page("edit_resource", resource), TYPED | {"seen": actions.version(resource), "link": LINK})
    resource.refresh_from_db()
    assert (resource.version, resource.name, resource.link, bool(resource.file)) == (3, "", LINK, False)
    assert files_in(kept) == []


def test_an_edit_without_a_file_keeps_it(w, manager, kept):
    resource = w.resource(publish=False)
    before = resource.file.name
    manager.post(page("edit_resource", resource), TYPED | {"seen": actions.version(resource)})
    resource.refresh_from_db()
    assert (resource.title, resource.version, resource.file.name) == ("Webinar kit", 1, before)
    assert "Now: kit.pdf" in manager.get(page("edit_resource", resource)).text


def test_the_same_file_once_more_is_no_new_version(w, manager):
    same = accepted_file(b"%PDF the same")
    resource = Resource(vendor=w.northgate, title="Kit", kind="brand", language="en")
    resource = actions.save(resource=resource, accepted=same, by=w.manager, now=NOW)
    again = actions.save(resource=resource, accepted=same, by=w.manager, now=NOW)
    assert (again.version, again.file.name) == (1, resource.file.name)


def test_a_failed_save_leaves_no_file(w, kept):
    wrong = Resource(vendor=w.northgate, title="Kit", kind="nonsense", language="en")
    with pytest.raises(Exception, match="resource_kind"):
        actions.save(resource=wrong, accepted=accepted_file(), by=w.manager, now=NOW)
    assert files_in(kept) == []


def test_a_colleagues_change_is_not_overwritten_unseen(w, manager):
    resource = w.resource()
    seen = manager.get(page("edit_resource", resource)).context["form"]["seen"].value()
    resource.title = "Theirs"
    actions.save(resource=resource, by=w.manager, now=NOW)
    response = manager.post(page("edit_resource", resource), TYPED | {"seen": seen})
    assert "Somebody changed this resource" in errors(response)["__all__"][0]
    assert Resource.objects.get().title == "Theirs"
    # Sent once more, having been told, it replaces theirs.
    manager.post(page("edit_resource", resource), TYPED | {"seen": response.context["form"]["seen"].value()})
    assert Resource.objects.get().title == "Webinar kit"


def test_partners_acts_do_not_make_the_form_stale(w, manager):
    w.program()
    resource = w.resource()
    seen = actions.version(resource)
    actions.use(resource=resource, partner=w.brightpath, act=Act.DOWNLOADED, by=w.owner, now=NOW)
    assert manager.post(page("edit_resource", resource), TYPED | {"seen": seen}).status_code == 302


def test_it_is_retired_and_comes_back(w, manager, client):
    w.program()
    resource = w.resource()
    assert told(manager.post(page("retire_resource", resource), follow=True))[0].startswith("It is retired")
    assert told(manager.post(page("retire_resource", resource), follow=True)) == [
        "Nothing was changed: this resource is retired now."
    ]
    assert told(manager.get(page("retire_resource", resource), follow=True)) == [
        "Nothing to do: this resource is retired now."
    ]
    client.force_login(w.owner)
    for name in ("resource", "resource_file"):
        assert client.get(page(name, resource)).status_code == 404
    client.force_login(w.manager)
    client.post(page("publish_resource", resource))
    client.force_login(w.owner)
    assert client.get(page("resource", resource)).status_code == 200
    assert verbs(resource) == ["created", "published", "retired", "published"]


def test_what_is_over_is_not_published(w, manager):
    resource = w.resource(publish=False, valid_until=TODAY)
    Resource.objects.update(valid_until=TODAY - timedelta(days=1))
    response = manager.post(page("publish_resource", resource), follow=True)
    assert "It was valid until 22 November 2026" in told(response)[0]
    assert Resource.objects.get().status == ResourceStatus.DRAFT


def test_one_that_nobody_used_is_deleted_with_its_file(w, manager, kept, django_capture_on_commit_callbacks):
    resource = w.resource()
    assert "Delete this resource?" in manager.get(page("delete_resource", resource)).text
    with django_capture_on_commit_callbacks(execute=True):
        response = manager.post(page("delete_resource", resource), follow=True)
    assert told(response) == [f"{resource.title} is deleted."]
    assert not Resource.objects.exists()
    assert files_in(kept) == []
    assert manager.post(page("delete_resource", resource)).status_code == 404


def test_one_that_partners_used_stays_on_record(w, manager, kept):
    w.program()
    resource = w.resource()
    actions.use(resource=resource, partner=w.brightpath, act=Act.USED, by=w.owner, now=NOW)
    assert "Delete…" not in manager.get(page("resource", resource)).text
    assert "Retire it instead" in told(manager.post(page("delete_resource", resource), follow=True))[0]
    assert Resource.objects.exists()
    assert len(files_in(kept)) == 1


@pytest.mark.parametrize("who", ["owner", "other_manager", "admin"])
def test_nobody_else_may(w, who):
    resource, by = w.resource(), getattr(w, who)
    for act in (actions.publish, actions.retire, actions.delete, actions.save):
        with pytest.raises(actions.PermissionDenied):
            act(resource=resource, by=by, now=NOW)
    with pytest.raises(actions.PermissionDenied):
        actions.save(resource=Resource(vendor=w.northgate), by=by, now=NOW)


def test_a_manager_is_told_that_without_a_program_nobody_sees_it(w, manager):
    resource = w.resource()
    assert "you have no published program" in manager.get(page("resource", resource)).text
    w.program()
    assert "you have no published program" not in manager.get(page("resource", resource)).text
