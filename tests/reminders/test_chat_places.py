"""A company's keeper says where Windfall may write, tries it, changes and ends it."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from standardwebhooks import Webhook

from claims.vault import Unreadable
from partners.models import Event
from reminders.chat import actions, vault
from reminders.chat.states import MOST_HOOKS
from reminders.models import ChatHook, ChatPost
from tests.cast import NOW
from tests.pages import queries, table, told
from tests.reminders.hooks_attacks import hook as made
from tests.reminders.places import place

pytestmark = pytest.mark.usefixtures("_at_now")
LIST, ADD = reverse("reminders:hooks"), reverse("reminders:add_hook")
ADDRESS = "https://hooks.example.com/T0/B0/secret-part"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(w) -> Client:
    return signed_in(w.owner)


@pytest.fixture
def chat(settings):
    """A place of plain HTTP on this machine; `test_chat_wire.py` has those of HTTPS."""
    with place(None) as there:
        settings.CHAT_MAY_REACH = [there.reach]
        yield there


def form(**more) -> dict[str, str]:
    usual = {"shape": "slack", "address": ADDRESS, "name": "#funding", "daily": "on", "key": str(uuid.uuid4())}
    return {name: value for name, value in (usual | more).items() if value != ""}


def verbs() -> list[str]:
    return list(Event.objects.filter(subject="reminders.chathook").order_by("id").values_list("verb", flat=True))


def address(act: str, hook: ChatHook) -> str:
    return reverse(f"reminders:{act}", args=[hook.pk])


def test_none_yet(client):
    assert f'href="{LIST}"' in client.get(reverse("partners:team")).content.decode()
    assert "No place yet" in client.get(LIST).content.decode()


def test_added_and_sealed(w, client):
    response = client.post(ADD, form(), follow=True)
    assert "#funding is added" in told(response)[0]
    hook = ChatHook.objects.get()
    assert (hook.company, hook.host, hook.made_by, hook.daily, hook.nudges) == (
        w.brightpath, "hooks.example.com", w.owner, True, False,
    )  # fmt: skip
    page = client.get(address("hook", hook)).content.decode()
    for said in (str(vars(hook)), page, client.get(LIST).content.decode(), str(list(Event.objects.values()))):
        assert "secret-part" not in said
    assert vault.opened(hook.secret, company_id=w.brightpath.pk) == vault.Secret(ADDRESS, "")
    with pytest.raises(Unreadable):
        vault.opened(hook.secret, company_id=w.othertech.pk)
    with pytest.raises(Unreadable):
        vault.opened("x", company_id=w.brightpath.pk)
    assert verbs() == ["made"]
    assert "secret" not in repr(vault.Secret(ADDRESS, "whsec_secret"))


def test_what_json_is_signed_with_is_shown_once(w, client, chat):
    html = client.post(ADD, form(shape="json", address=chat.url)).content.decode()
    (secret,) = re.findall(r'value="(whsec_[^"]+)"', html)
    hook = ChatHook.objects.get()
    assert secret not in client.get(address("hook", hook)).content.decode()
    assert secret not in hook.secret
    response = client.post(address("try_hook", hook), follow=True)
    assert told(response) == ["The test arrived at localhost."]
    (got,) = chat.got
    said = Webhook(secret).verify(got.body, got.headers)
    assert said["type"] == "test"
    assert said["data"] == {"company": "Brightpath", "url": f"http://localhost:8000{LIST}"}
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(secret).verify(got.body + b" ", got.headers)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"address": "http://hooks.example.com/x"}, "begin with https://"),
        ({"address": "https://127.0.0.1/x"}, "no public place"),
        ({"address": "https://u:p@hooks.example.com/x"}, "name and password"),
        ({"address": "https://hooks.example.com:8080/x"}, "name a port"),
        ({"address": ""}, "required"),
        ({"name": ""}, "required"),
        ({"daily": ""}, "Choose what it is told"),
        ({"shape": "fax"}, "valid choice"),
    ],
)
def test_wrongly_filled_in(client, more, words):
    response = client.post(ADD, form(**more))
    assert response.status_code == 400
    assert words in response.content.decode()
    assert not ChatHook.objects.exists()


def test_a_page_sent_twice_adds_one(client):
    twice = form()
    client.post(ADD, twice)
    response = client.post(ADD, twice)
    assert response.status_code == 409
    assert "made already" in response.content.decode()
    assert ChatHook.objects.count() == 1


def test_a_few_at_the_most(w, client):
    hooks = [made(w, name=f"#{n}") for n in range(MOST_HOOKS)]
    assert client.post(ADD, form()).status_code == 409
    assert "the most" in client.get(LIST).content.decode()
    client.post(address("end_hook", hooks[0]))
    assert client.post(ADD, form()).status_code == 302


def test_not_by_a_member_nor_for_another(w):
    hook = made(w)
    for user in (w.member, w.manager, w.stranger, w.admin):
        with pytest.raises(PermissionDenied):
            actions.end(hook=hook, by=user, now=NOW)
        with pytest.raises(PermissionDenied):
            actions.try_out(hook=hook, by=user, now=NOW)
        with pytest.raises(PermissionDenied):
            made(w, by=user)
    with pytest.raises(PermissionDenied):
        made(w, company=w.admin.memberships.get().company, by=w.admin)


def test_a_vendor_has_no_words_of_vendors(w):
    client = signed_in(w.manager)
    assert 'name="nudges"' not in client.get(ADD).content.decode()
    client.post(ADD, form(nudges="on"))
    assert ChatHook.objects.get().nudges is False


def test_changed(w, client):
    hook = made(w)
    for _ in range(2):
        client.post(address("change_hook", hook), {"name": "#money", "nudges": "on"})
    hook.refresh_from_db()
    assert (hook.name, hook.daily, hook.nudges) == ("#money", False, True)
    assert verbs() == ["made", "changed"]
    assert client.post(address("change_hook", hook), {"name": "#money"}).status_code == 400


def test_ended_its_address_is_forgotten(w, client):
    hook = made(w)
    client.post(address("end_hook", hook))
    response = client.post(address("end_hook", hook), follow=True)
    assert "ended already" in told(response)[-1]
    hook.refresh_from_db()
    assert vault.opened(hook.secret, company_id=hook.company_id).address == ""
    assert verbs() == ["made", "revoked"]
    assert "#funding" not in client.get(LIST).content.decode()
    page = client.get(address("hook", hook)).content.decode()
    assert "It has ended" in page
    assert "Send a test" not in page


@pytest.mark.parametrize(
    ("answer", "words"), [(404, "It answered with status 404."), (302, "points to another address")]
)
def test_a_test_that_does_not_arrive(w, client, chat, answer, words):
    chat.answers = [answer]
    hook = made(w, address=chat.url)
    response = client.post(address("try_hook", hook), follow=True)
    assert told(response)[0].startswith("The test did not arrive.")
    assert words in told(response)[0]
    (post,) = ChatPost.objects.all()
    assert (post.status, post.attempts) == ("dead", 6), "it is not tried again tomorrow"
    assert verbs() == ["made", "tested"]
    assert words in client.get(address("hook", hook)).content.decode()


def test_tests_are_few(w, client, chat):
    hook = made(w, address=chat.url)
    for n in range(11):
        with time_machine.travel(NOW + timedelta(minutes=n)):
            response = client.post(address("try_hook", hook), follow=True)
    assert "within an hour are enough" in told(response)[0]
    assert len(chat.got) == 10


def test_clicked_twice_is_one_test(w, client, chat):
    hook = made(w, address=chat.url)
    for _ in range(2):
        response = client.post(address("try_hook", hook), follow=True)
    assert "sent just now" in told(response)[-1]
    assert len(chat.got) == 1


def test_what_was_sent_as_a_table(w, client, chat):
    hook = made(w, address=chat.url)
    client.post(address("try_hook", hook))
    (row,) = table(client.get(address("hook", hook) + "?format=csv"))
    assert (row["What"], row["State"], row["Why not"]) == ("Test", "Arrived", "")


def test_few_queries_whatever_there_is(w, client):
    hook = made(w)
    ChatPost.objects.create(hook=hook, kind="due", day="2026-11-09", leased_until=NOW)
    pages = (LIST, address("hook", hook))
    few = [queries(client, page) for page in pages]
    for n in range(2):
        made(w, name=f"#{n}")
        ChatPost.objects.create(hook=hook, kind="due", day=f"2026-11-0{n + 1}", leased_until=NOW)
    assert [queries(client, page) for page in pages] == few


def test_keys_are_rotated(w, settings, capsys):
    hook = made(w)
    before = hook.secret
    settings.BANK_DETAILS_KEYS = ["Vt3yIbcCtt6z1cPvMGlWhCPMfWqQ3tyv4CjEO6Pgkp0="]
    call_command("rotate_chat_keys")
    assert "Sealed anew: 1" in capsys.readouterr().out
    hook.refresh_from_db()
    assert hook.secret != before
    assert vault.opened(hook.secret, company_id=hook.company_id).address
    ChatHook.objects.update(secret="x")
    with pytest.raises(CommandError, match="No key opens 1"):
        call_command("rotate_chat_keys")
