"""What is written into a chat: what is due once a day, a vendor's words at once; each message once, the same at each attempt."""

import json
from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.db import connections

from funds.models import Allocation
from partners.models import Event
from programs.days import Clock
from reminders import tasks
from reminders.actions import NudgeChanged, nudge
from reminders.chat import actions, outbox, payloads, words
from reminders.chat.states import LEASE, MOST_ATTEMPTS, MOST_MISSED, Shape
from reminders.models import ChatHook, ChatPost
from tests.cast import NOW
from tests.claims.asking import filed
from tests.reminders.hooks_attacks import hook as made
from tests.reminders.places import place
from tests.reminders.telling import at, in_days

# The cast's companies are in UTC. A hook that was made today has its first message tomorrow.
MORNING = at(2026, 11, 24, 7)


@pytest.fixture
def chat(settings):
    with place(None) as there:
        settings.CHAT_MAY_REACH = [there.reach]
        yield there


def run(clock: Clock) -> int:
    """What a tick does. Returns how many arrived."""
    outbox.collect(clock=clock)
    return outbox.send(post_ids=outbox.to_send(clock), clock=clock)


def due_fund(w, name="Cloud fund", days=7, amount=4_200_00, **fields) -> Allocation:
    return w.fund(amount, name=name, expires_on=in_days(days), claim_by=in_days(days), **fields)


def said(chat) -> list[dict]:
    return [json.loads(got.body) for got in chat.got]


def verbs() -> list[str]:
    return list(Event.objects.filter(subject="reminders.chathook").order_by("id").values_list("verb", flat=True))


def send_nudge(w, *funds, text="Claim it before it is gone.", now=NOW):
    chosen = Allocation.objects.filter(pk__in=[fund.pk for fund in funds])
    return nudge(funds=chosen, vendor=w.northgate, words=text, by=w.manager, now=now)


def test_each_morning_once(w, chat):
    fund = due_fund(w)
    made(w, address=chat.url)
    assert run(at(2026, 11, 23, 18)) == 0, "not on the day on which it was made"
    assert run(at(2026, 11, 24, 6)) == 0, "before seven"
    assert [run(MORNING), run(MORNING), run(at(2026, 11, 24, 23))] == [1, 0, 0]
    assert run(at(2026, 11, 25, 7)) == 1
    first = said(chat)[0]
    assert first["text"] == "$4,200.00 at stake: 2 deadlines in the next 14 days"
    assert f"http://localhost:8000/funds/{fund.pk}/" in json.dumps(first)
    assert "by 30 Nov 2026: 6 days" in json.dumps(first)


def test_in_the_companys_own_morning(w, chat):
    w.brightpath.time_zone = "America/Los_Angeles"
    w.brightpath.save()
    due_fund(w)
    made(w, address=chat.url)
    assert [run(at(2026, 11, 24, 14, 59)), run(at(2026, 11, 24, 15))] == [0, 1]
    assert str(ChatPost.objects.get().day) == "2026-11-24"


def test_days_without_a_worker_are_one_message(w, chat):
    due_fund(w)
    made(w, address=chat.url)
    run(MORNING)
    assert run(at(2026, 11, 28, 9)) == 1
    assert len(chat.got) == 2
    assert run(at(2026, 11, 24, 9)) == 0, "the clock went back"


def test_nothing_due_nothing_said(w, chat):
    w.fund(expires_on=in_days(60))
    made(w, address=chat.url)
    assert run(MORNING) == 0
    assert ChatPost.objects.get().status == "empty"
    assert chat.got == []


def test_no_sums_of_others(w, chat):
    due_fund(w, "Ours", amount=100_00)
    due_fund(w, "Theirs", amount=777_00, partner=w.othertech)
    made(w, address=chat.url)
    made(w, address=chat.url, company=w.othertech, by=w.stranger)
    made(w, address=chat.url, company=w.northgate, by=w.manager)
    filed(w, due_fund(w, "Asked", days=60), starts_on=in_days(10), ends_on=in_days(10))
    assert run(MORNING) == 3
    ours, theirs, vendors = (json.dumps(message) for message in said(chat))
    assert ("Ours" in ours, "Theirs" in ours, "777" in ours) == (True, False, False)
    assert ("Ours" in theirs, "Theirs" in theirs, "$100.00" in theirs) == (False, True, False)
    assert "Decide on the request" in vendors
    assert ("Ours" in vendors, "Theirs" in vendors) == (False, False)


def test_currencies_are_not_added(w, chat):
    euro = w.budget(w.program(currency="EUR"))
    due_fund(w, "Dollars")
    due_fund(w, "Euros", amount=90_00, budget=euro)
    made(w, address=chat.url)
    run(MORNING)
    assert said(chat)[0]["text"].startswith("$4,200.00 and €90.00 at stake: 4 deadlines")


def test_what_a_vendor_writes_at_once(w, chat):
    budget = w.budget(amount=100_000_00)
    funds = [due_fund(w, f"Fund {n}", days=40, budget=budget) for n in range(3)]
    due_fund(w, "Theirs", days=40, budget=budget, partner=w.othertech)
    made(w, address=chat.url, wanted=actions.Wanted(daily=False, nudges=True))
    silent = made(w, name="#silent", address=chat.url, wanted=actions.Wanted(daily=True, nudges=False))
    send_nudge(w, *funds)
    send_nudge(w, *funds)
    assert run(Clock(NOW)) == 1, "one message for all that was written together"
    (message,) = said(chat)
    text = json.dumps(message)
    assert message["text"] == "Manager of Northgate Cloud writes about 3 funds"
    assert "Claim it before it is gone." in text
    assert text.count("$4,200.00") == 3
    assert not silent.posts.exists()


def test_a_nudge_that_is_rolled_back_says_nothing(w, chat):
    fund = due_fund(w, days=40)
    made(w, address=chat.url)
    with pytest.raises(NudgeChanged):
        nudge(
            funds=Allocation.objects.filter(pk=fund.pk),
            vendor=w.northgate,
            words="x",
            by=w.manager,
            now=NOW,
            seen={fund.pk: 1},
        )
    assert not ChatPost.objects.exists()


def test_the_beats_tick_hands_them_out(w, chat, settings, monkeypatch):
    due_fund(w)
    made(w, address=chat.url, now=NOW - timedelta(days=2))
    handed = []
    monkeypatch.setattr(tasks.post_to_chat, "apply_async", lambda args, **options: handed.append(args))
    with time_machine.travel(NOW, tick=False):
        tasks.tick()
        tasks.post_to_chat(*handed[0])
    assert len(handed) == 1
    assert len(chat.got) == 1


def test_tried_again_the_same_to_the_byte(w, chat):
    fund = due_fund(w)
    made(w, address=chat.url, shape=Shape.JSON)
    chat.answers = [500, 503, 200]
    assert run(MORNING) == 0
    post = ChatPost.objects.get()
    assert (post.status, post.attempts, post.trouble) == ("pending", 1, "It answered with status 500.")
    assert run(Clock(MORNING.now + timedelta(seconds=59))) == 0, "it waits"
    Allocation.objects.filter(pk=fund.pk).update(name="Renamed")
    assert run(Clock(MORNING.now + timedelta(minutes=1))) == 0
    assert run(Clock(MORNING.now + timedelta(minutes=4))) == 0
    assert run(Clock(MORNING.now + timedelta(minutes=5))) == 1
    first, second, third = chat.got
    assert first.body == second.body == third.body
    assert {got.headers["webhook-id"] for got in chat.got} == {f"msg_{post.pk}"}
    stamps = [int(got.headers["webhook-timestamp"]) for got in chat.got]
    assert stamps == sorted(set(stamps)), "each attempt is signed with its own moment"
    post.refresh_from_db()
    assert (post.status, post.attempts, post.trouble) == ("sent", 3, "")


def give_all_attempts(clock: Clock) -> Clock:
    for _ in range(MOST_ATTEMPTS):
        run(clock)
        clock = Clock(clock.now + timedelta(hours=5))
    return clock


def test_given_up_and_stopped(w, chat):
    due_fund(w, days=13)
    hook = made(w, address=chat.url)
    chat.answers = [404]
    for day in range(MOST_MISSED):
        give_all_attempts(at(2026, 11, 24 + 2 * day, 7))
        hook.refresh_from_db()
        assert hook.status == ("stopped" if day + 1 >= MOST_MISSED else "live") or ChatPost.objects.filter(
            status="dead"
        )
    assert verbs() == ["made", *["gave_up"] * MOST_MISSED, "stopped"]
    assert Event.objects.filter(verb="gave_up").last().reason == "It answered with status 404."
    before = len(chat.got)
    assert run(at(2026, 12, 3, 7)) == 0
    assert len(chat.got) == before, "nothing more is sent there"


def test_started_again(w, chat, client):
    due_fund(w)
    hook = made(w, address=chat.url)
    ChatHook.objects.filter(pk=hook.pk).update(status="stopped", missed=3)
    client.force_login(w.owner)
    assert "Start it again" in client.get(f"/chat/{hook.pk}/").content.decode()
    client.post(f"/chat/{hook.pk}/test/")
    assert len(chat.got) == 1, "what is stopped may be tried"
    client.post(f"/chat/{hook.pk}/start/")
    hook.refresh_from_db()
    assert (hook.status, hook.missed) == ("live", 0)
    assert verbs() == ["made", "tested", "started"]
    assert run(MORNING) == 1


def test_one_that_arrives_makes_good(w, chat):
    due_fund(w)
    hook = made(w, address=chat.url)
    ChatHook.objects.filter(pk=hook.pk).update(missed=2)
    run(MORNING)
    hook.refresh_from_db()
    assert hook.missed == 0


def test_what_a_dead_worker_held_is_sent_later(w, chat):
    due_fund(w)
    made(w, address=chat.url)
    outbox.collect(clock=MORNING)
    (held,) = outbox.claim(outbox.to_send(MORNING), MORNING)
    assert run(MORNING) == 0, "its lease stands"
    later = Clock(MORNING.now + LEASE)
    assert run(later) == 1
    assert not outbox.move(held, "dead"), "who lost the lease changes nothing"


def test_ended_meanwhile(w, chat):
    due_fund(w)
    hook = made(w, address=chat.url)
    outbox.collect(clock=MORNING)
    actions.end(hook=hook, by=w.owner, now=NOW)
    assert run(MORNING) == 0
    assert chat.got == []
    assert ChatPost.objects.get().status == "dead"
    assert "gave_up" not in verbs()


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one(w, chat):
    due_fund(w)
    made(w, address=chat.url)
    outbox.collect(clock=MORNING)
    ids, arrived = outbox.to_send(MORNING), []

    def work():
        try:
            arrived.append(outbox.send(post_ids=ids, clock=MORNING))
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(arrived) == [0] * 7 + [1]
    assert len(chat.got) == 1


def test_few_statements_however_many_hooks(w, django_assert_num_queries):
    made(w)
    with django_assert_num_queries(2):
        outbox.collect(clock=MORNING)
    for n in range(2):
        made(w, name=f"#{n}")
    ChatPost.objects.all().update(status="dead")
    with django_assert_num_queries(2):
        assert outbox.collect(clock=MORNING) == 2


# The shapes -----------------------------------------------------------------------------------------------------------

NASTY = "<!channel> *bold* [a](https://evil.example) <https://evil.example|x> & | `code`\u202e"


def nasty() -> words.Message:
    return words.Message(
        kind="vendor.wrote",
        title=words.seen(NASTY),
        words=words.seen(f"{NASTY}\nsecond"),
        lines=[words.Line(words.seen(NASTY), "https://windfall.example/funds/1/")],
        more="And 3 more",
        url="https://windfall.example/inbox/",
        data={"words": NASTY},
    )


def test_slack():
    message = json.loads(payloads.body(nasty(), Shape.SLACK, NOW))
    header, quoted, line, last = message["blocks"]
    assert header["text"]["type"] == "plain_text"
    assert len(header["text"]["text"]) <= 150
    for block in (quoted, line, last):
        assert block["type"] == "section"
        assert block["text"]["verbatim"] is True
    assert "<!channel>" not in json.dumps([quoted, line, message["text"]])
    links = [part for part in line["text"]["text"].split("<") if part]
    assert len(links) == 1, "the only link is ours"
    assert links[0].startswith("https://windfall.example/funds/1/|")
    assert all(row.startswith(">") for row in quoted["text"]["text"].splitlines())
    assert last["text"]["text"] == "And 3 more: <https://windfall.example/inbox/|Open Windfall>"
    assert "\u202e" not in json.dumps(message, ensure_ascii=False)


def test_teams():
    message = json.loads(payloads.body(nasty(), Shape.TEAMS, NOW))
    (attachment,) = message["attachments"]
    assert (message["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    # Only these show what they are given as it stands: a TextBlock reads Markdown.
    assert {row["type"] for row in card["body"]} == {"RichTextBlock"}
    urls = [run["selectAction"]["url"] for row in card["body"] for run in row["inlines"] if "selectAction" in run]
    assert urls == ["https://windfall.example/funds/1/"]
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "Open Windfall", "url": "https://windfall.example/inbox/"}
    ]


def test_json(w, chat):
    due_fund(w)
    made(w, address=chat.url, shape=Shape.JSON)
    run(MORNING)
    (message,) = said(chat)
    assert message["type"] == "deadlines.due"
    assert message["timestamp"] == MORNING.now.isoformat()
    assert message["data"]["totals"] == [{"currency": "USD", "amount": 4_200_00}]
    assert {entry["todo"] for entry in message["data"]["deadlines"]} >= {"File a claim"}
    assert message["data"]["deadlines"][0]["by"] == "2026-11-30"


def test_long_lists_are_cut(w):
    budget = w.budget(amount=100_000_00)
    for n in range(7):
        due_fund(w, f"{'Long name ' * 11}{n}", amount=100, budget=budget)
    hook = made(w)
    message = words.due(hook, MORNING)
    assert (len(message.lines), message.more) == (10, "And 4 more")
    for shape in Shape:
        assert len(payloads.body(message, shape, NOW)) < 28_000, "Teams takes no more"
