"""A manager reads who sits on unused money, and nudges one of them or many."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from funds import actions as funds
from funds.models import Allocation
from partners.models import Event, Membership, Partner
from reminders import actions
from reminders.models import Nudge, Reminder
from tests.cast import NOW, TODAY
from tests.dashboards.reading import as_manager, later, opened, queries, rows_of
from tests.pages import errors, table, told

pytestmark = pytest.mark.usefixtures("_at_now")
PAGE, NUDGE = "dashboards:unused", "dashboards:nudge"
WORDS = "There is still time:\nrun the autumn campaign."


def near(w, days: int, name: str = "Growth", amount: int = 1_000_00, **fields) -> Allocation:
    until = TODAY + timedelta(days=days)
    return w.fund(amount, name=name, expires_on=until, claim_by=until, **fields)


def names(response) -> list[str]:
    return [row["fund"].name for row in response.context["rows"]]


def address(*chosen: Allocation, **query) -> str:
    parts = [f"fund={fund.pk}" for fund in chosen] + [f"{name}={value}" for name, value in query.items()]
    return f"{reverse(NUDGE)}?{'&'.join(parts)}"


def seen(client, *chosen: Allocation, **query) -> str:
    """What the form carries of what the page showed."""
    return client.get(address(*chosen, **query)).context["preview"].seen


def send(client, *chosen: Allocation, words: str = WORDS, **query):
    return post(client, *chosen, seen=seen(client, *chosen, **query), words=words, **query)


def post(client, *chosen: Allocation, seen: str, words: str = WORDS, **query):
    return client.post(address(*chosen, **query), {"words": words, "seen": seen}, follow=True)


# The list


def test_what_is_unclaimed_stands_there_by_its_last_day(w):
    near(w, 40, "Later")
    near(w, 5, "Sooner")
    claimed = near(w, 3, "Claimed")
    funds.withdraw(allocation=claimed, amount=1_000_00, key="all", reason="No", by=w.manager, at=NOW)
    response = opened(as_manager(w), PAGE)
    assert names(response) == ["Sooner", "Later"]
    assert [
        (f"{m['lapses_in']:%Y-%m}", m["amount"], m["funds"], m["partners"]) for m in response.context["months"]
    ] == [
        ("2026-11", 1_000_00, 1, 1),
        ("2027-01", 1_000_00, 1, 1),
    ]
    for said in ("Brightpath", "Sooner", "28 Nov 2026", "5 days", "$1,000.00", "never"):
        assert said in response.text


def test_what_is_lost_already_is_not_unused(w):
    near(w, 5)
    with later(6):
        assert "No partner has unused money" in opened(as_manager(w), PAGE).text


def test_it_is_narrowed_and_sorted(w):
    near(w, 5, "Small", 100_00)
    near(w, 40, "Large", 900_00, partner=w.othertech)
    client = as_manager(w)
    assert names(opened(client, PAGE, q="other")) == ["Large"]
    assert names(opened(client, PAGE, q="smal")) == ["Small"]
    assert names(opened(client, PAGE, month="2027-01")) == ["Large"]
    for sort in ("-unused", "-partner", "fund", "-until", "-next"):
        assert names(opened(client, PAGE, sort=sort)) == ["Large", "Small"], sort
    send(client, Allocation.objects.get(name="Small"))
    assert names(opened(client, PAGE, nudged="no")) == ["Large"]
    assert names(opened(client, PAGE, nudged="yes")) == ["Small"]
    assert "No unused money fits" in opened(client, PAGE, q="nothing").text


def test_currencies_are_not_added(w):
    near(w, 5)
    near(w, 5, amount=70_000, budget=w.budget(w.program(currency="JPY"), amount=100_000))
    totals = opened(as_manager(w), PAGE).context["totals"]
    assert {total["currency"]: total["amount"] for total in totals} == {"USD": 1_000_00, "JPY": 70_000}


def test_the_file_has_all_of_it(w):
    near(w, 5, "=Growth", 1_234_50)
    client = as_manager(w)
    (row,) = rows_of(client, PAGE)
    assert (row["Partner"], row["Fund"], row["Unused"], row["Claims until"], row["Last nudged"]) == (
        "Brightpath",
        "'=Growth",
        "1234.50",
        "2026-11-28",
        "",
    )
    assert client.get(reverse(PAGE), {"format": "xlsx"}).status_code == 200


def test_the_number_of_queries_does_not_grow(w):
    client = as_manager(w)
    counts, asked = [], []
    for more in (1, 2):
        made = [near(w, 5 + n, partner=w.othertech if n else w.brightpath) for n in range(more)]
        send(client, made[0])
        counts.append(queries(client, reverse(PAGE)))
        asked.append(queries(client, address(*Allocation.objects.all())))
    assert counts[0] == counts[1] <= 18
    assert asked[0] == asked[1] <= 18


# The nudge


def test_who_would_get_it_is_shown_first(w):
    fund, other = near(w, 5), near(w, 9, "Other", partner=w.othertech)
    html = as_manager(w).get(address(fund, other)).text
    for said in ("Nudge 2 partners for 2 funds?", "Manager of Northgate Cloud", "Brightpath", "Othertech", "Gets it"):
        assert said in html
    assert not Nudge.objects.exists()


def test_it_reaches_everybody_there_with_name_words_amount_and_deadline(w, client):
    fund = near(w, 50)
    response = send(as_manager(w), fund)
    assert told(response) == ["Nudged 1 partner for 1 fund: 2 people read it in the inbox, and in the next mail."]
    assert response.redirect_chain[-1][0] == reverse(PAGE)
    client.force_login(w.member)
    html = client.get(reverse("reminders:inbox")).text
    for said in ("Manager of Northgate Cloud writes:", "run the autumn campaign.", "$1,000.00", "12 Jan 2027", "New"):
        assert said in html
    assert reverse("funds:allocation", args=[fund.pk]) in html
    assert client.get(reverse("programs:list")).context["inbox_count"] == 1
    event = Event.objects.about(fund).get(verb="nudged")
    assert (event.actor, event.reason, event.data, event.company_id) == (
        w.manager,
        WORDS,
        {"amount": 1_000_00},
        w.northgate.pk,
    )
    assert "Reminded of what is left to claim" in client.get(reverse("funds:allocation", args=[fund.pk])).text


def test_a_repeated_click_sends_once(w):
    fund = near(w, 5)
    client = as_manager(w)
    looked = seen(client, fund)
    send(client, fund)
    assert told(post(client, fund, seen=looked, words="Again")) == [
        "Nobody was nudged: all of them were within the last week, or have nothing left to claim."
    ]
    assert Nudge.objects.count() == 1
    assert Reminder.objects.count() == 2
    page = client.get(address(fund)).text
    assert "Nobody to nudge now" in page
    assert "Nudged on 23 Nov" in page


def test_once_a_week_and_the_others_get_it(w):
    first, second = near(w, 30), near(w, 30, "Second", partner=w.othertech)
    send(as_manager(w), first)
    with later(6):
        client = as_manager(w)
        page = client.get(address(first, second)).text
        assert "Nudge 1 partner for 1 fund?" in page
        assert "1 fund was nudged for within the last 7 days and is left out." in page
        (said,) = told(send(client, first, second))
        assert said.startswith("Nudged 1 partner for 1 fund: 1 person reads it")
        assert said.endswith("1 fund was left out.")
    with later(7):
        assert told(send(as_manager(w), first, second))[0].startswith("Nudged 1 partner")
    assert sorted(Nudge.objects.values_list("allocation", flat=True)) == [first.pk, first.pk, second.pk]


def test_all_that_fit_the_filter_are_nudged(w):
    near(w, 5)
    for n in range(30):
        near(w, 40, f"Fund {n}", 10_00, partner=w.othertech)
    client = as_manager(w)
    assert "Nudge all 31…" in opened(client, PAGE).text
    (said,) = told(send(client, all=1, back="q%3DFund+1%26sort%3Dfund"))
    assert said.startswith("Nudged 1 partner for 11 funds: 1 person reads it")  # 1 and 10 to 19


# Only what was seen is sent


def note(response) -> str:
    """What the page says of what became different."""
    text = response.content.decode().partition('role="alert">')[2].partition("</div>")[0]
    return " ".join(re.sub("<[^>]+>", " ", text).split())


def test_nothing_is_sent_to_whom_the_manager_did_not_see(w):
    old = near(w, 5, "Old")
    client = as_manager(w)
    looked = seen(client, all=1, back="")
    assert "$1,000.00 is unclaimed in it." in client.get(address(all=1, back="")).text
    near(w, 6, "Fresh", 70_00, partner=w.othertech)
    response = post(client, seen=looked, words="Use it", all=1, back="")
    assert response.status_code == 409
    assert "Nothing is sent yet" in note(response)
    assert "1 more fund fits now: Othertech, Fresh ($70.00)." in note(response)
    assert "Use it" in response.text  # what was typed is there
    assert not Nudge.objects.exists()
    assert not Event.objects.filter(verb="nudged").exists()
    # Having seen that, the manager sends it.
    (said,) = told(post(client, seen=response.context["preview"].seen, all=1, back=""))
    assert said.startswith("Nudged 2 partners for 2 funds")
    assert Nudge.objects.filter(allocation=old).exists()


def test_a_fund_that_is_gone_and_one_that_holds_less_are_said(w):
    gone, less, same = near(w, 5, "Gone"), near(w, 6, "Less"), near(w, 7, "Same")
    client = as_manager(w)
    looked = seen(client, gone, less, same)
    for fund, amount in ((gone, 1_000_00), (less, 400_00)):
        funds.withdraw(allocation=fund, amount=amount, key="less", reason="No", by=w.manager, at=NOW)
    response = post(client, gone, less, same, seen=looked)
    assert response.status_code == 409
    assert "1 fund is no longer among them: Brightpath, Gone ($0.00)." in note(response)
    assert "1 fund holds another amount: Brightpath, Less ($1,000.00, now $600.00)." in note(response)
    assert not Nudge.objects.exists()


def test_many_changes_are_counted_and_few_named(w):
    client = as_manager(w)
    near(w, 5)
    looked = seen(client, all=1, back="")
    budget = w.budget()
    for n in range(7):
        near(w, 6, f"New {n}", 10_00, budget=budget)
    said = note(post(client, seen=looked, all=1, back=""))
    assert "7 more funds fit now: Brightpath, New 0 ($10.00);" in said
    assert said.endswith("; and 2 more.")


@pytest.mark.parametrize("text", ["", "x", "1", "1.2.3", "-", "z.z", "f" * 40 + ".1", "1.1-" * 9000, "\x00", "0.5"])
def test_what_was_not_seen_is_not_sent(w, text):
    fund = near(w, 5)
    response = post(as_manager(w), fund, seen=text)
    assert response.status_code == 409
    assert not Nudge.objects.exists()


def test_words_to_correct_do_not_hide_what_became_different(w):
    client = as_manager(w)
    near(w, 5)
    looked = seen(client, all=1, back="")
    near(w, 6, "Fresh")
    response = post(client, seen=looked, words="", all=1, back="")
    assert errors(response)["words"] == ["Write what you want to tell them."]
    assert "1 more fund fits now: Brightpath, Fresh" in note(response)


def test_a_foreign_fund_among_those_seen_is_not_named(w):
    foreign = w.budget(w.program(vendor=w.skylark, by=w.other_manager), by=w.other_manager)
    theirs = w.fund(budget=foreign, by=w.other_manager, name="Secret")
    response = post(as_manager(w), near(w, 5), seen=f"{theirs.pk:x}.1")
    assert response.status_code == 409
    assert "Secret" not in response.text


def test_nobody_is_chosen(w):
    near(w, 5)
    client = as_manager(w)
    for response in (client.get(reverse(NUDGE), follow=True), client.post(reverse(NUDGE), {"words": "x"}, follow=True)):
        assert told(response) == ["Choose at least one fund, then nudge."]


@pytest.mark.parametrize("ids", ["0", "9" * 30, "-1", "x", "٣", "1.5", "%00"])
def test_a_fund_that_is_none_is_not_found(w, ids):
    near(w, 5)
    assert as_manager(w).get(f"{reverse(NUDGE)}?fund={ids}").status_code == 404


def test_a_fund_of_another_vendor_is_not_found(w):
    foreign = w.budget(w.program(vendor=w.skylark, by=w.other_manager), by=w.other_manager)
    ours, theirs = near(w, 5), w.fund(budget=foreign, by=w.other_manager)
    client = as_manager(w)
    assert client.get(address(ours, theirs)).status_code == 404
    assert client.post(address(ours, theirs), {"words": "x"}).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.nudge(
            funds=Allocation.objects.filter(pk__in=[ours.pk, theirs.pk]),
            vendor=w.northgate,
            words="x",
            by=w.manager,
            now=NOW,
        )
    for nobody in (w.other_manager, w.owner, w.admin):
        with pytest.raises(PermissionDenied):
            actions.nudge(
                funds=Allocation.objects.filter(pk=ours.pk), vendor=w.northgate, words="x", by=nobody, now=NOW
            )
    assert not Nudge.objects.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "Write what you want to tell them."),
        ("  \n ", "Write what you want to tell them."),
        ("x" * 501, "at most 500 characters"),
    ],
)
def test_words_that_are_none_are_said_at_the_field(w, words, says):
    response = as_manager(w).post(address(near(w, 5)), {"words": words})
    assert says in errors(response)["words"][0]
    assert not Nudge.objects.exists()


def test_what_is_typed_is_kept_as_lines_without_tricks(w):
    client = as_manager(w)
    send(client, near(w, 5), words="  One\r\nTwo\u202e three\x07\x00  ")
    assert Nudge.objects.get().words == "One\nTwo  three"
    # A line's end counts once, as the browser counts it.
    send(client, near(w, 6), words="\r\n".join(["x" * 99] * 5))
    assert Nudge.objects.count() == 2


def test_words_are_text_on_every_page(w, client):
    fund = near(w, 5)
    send(as_manager(w), fund, words="<script>alert(1)</script>")
    client.force_login(w.owner)
    for page in (reverse("reminders:inbox"), reverse("funds:allocation", args=[fund.pk])):
        html = client.get(page).text
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert" not in html


def test_a_partner_whom_nobody_joined_is_left_out_and_named(w):
    empty = Partner.objects.create(name="Emptyhouse", slug="emptyhouse")
    fund = near(w, 5, partner=empty)
    client = as_manager(w)
    assert "Nobody joined yet" in opened(client, PAGE).text
    assert "nobody of its partner has joined Windfall yet" in client.get(address(fund)).text
    assert told(send(client, fund))[0].startswith("Nobody was nudged")
    assert not Nudge.objects.exists()


def test_it_goes_away_when_the_money_is_claimed_and_follows_a_later_deadline(w, client):
    used, extended = near(w, 5, "Used"), near(w, 5, "Extended")
    send(as_manager(w), used, extended)
    funds.withdraw(allocation=used, amount=1_000_00, key="all", reason="No", by=w.manager, at=NOW)
    until = TODAY + timedelta(days=50)
    funds.extend(allocation=extended, until=until, reason="More time", by=w.manager, now=NOW)
    with later(10):
        client.force_login(w.owner)
        response = client.get(reverse("reminders:inbox"))
        assert {r.allocation.name: r.outcome for r in response.context["page_obj"]} == {"Used": "Over", "Extended": ""}
        assert "12 Jan 2027" in response.text
        assert Reminder.objects.open_count(w.owner) == 1


def test_who_left_reads_it_no_more(w, client):
    send(as_manager(w), near(w, 5))
    Membership.objects.filter(user=w.member).update(ended_at=NOW)
    client.force_login(w.member)
    assert Reminder.objects.open_count(w.member) == 0


def test_the_inbox_file_has_the_words(w, client):
    near(w, 5)
    send(as_manager(w), Allocation.objects.get(), words="=1+1")
    client.force_login(w.owner)
    (row,) = table(client.get(reverse("reminders:inbox"), {"format": "csv"}))
    assert row["What to do"] == "Manager: =1+1"
