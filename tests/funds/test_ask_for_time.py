"""A partner asks for more time, two clicks from the reminder; the manager grants it with one, or declines and says why."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from funds import actions
from funds.asks import ExtensionRequest
from funds.lapse import lapse
from funds.models import Allocation, Budget
from partners.models import Event
from programs.days import Clock
from reminders import actions as reminders
from reminders.actions.collecting import put_in
from reminders.digest import letter
from reminders.items import still_told
from reminders.models import Digest
from tests.cast import NOW, TODAY, balances
from tests.pages import errors, queries, statuses, table, told
from tests.reminders.telling import noon

pytestmark = pytest.mark.usefixtures("_at_now")
WHY = "The venue is booked for March only."
LIST, HOME, INBOX = reverse("funds:requests"), reverse("dashboards:home"), reverse("reminders:inbox")
UNTIL = TODAY + timedelta(days=90)


@pytest.fixture
def fund(w):
    return w.fund(5_000_00, expires_on=TODAY + timedelta(days=30), claim_by=TODAY + timedelta(days=60))


def ask(w, fund, until=UNTIL, by=None, now=NOW) -> ExtensionRequest:
    return actions.ask_for_time(allocation=fund, until=until, why=WHY, by=by or w.owner, now=now)


def url(name: str, thing) -> str:
    return reverse(f"funds:{name}", args=[thing.pk])


class TestAsking:
    def test_from_the_reminder_to_the_ask_in_two_clicks(self, w, fund, client):
        reminders.sweep(clock=noon(TODAY))
        client.force_login(w.owner)
        assert url("ask_for_time", fund) in client.get(INBOX).text
        page = client.get(url("ask_for_time", fund))
        assert page.context["form"]["until"].value() == fund.longest
        response = client.post(url("ask_for_time", fund), {"until": str(UNTIL), "why": WHY}, follow=True)
        assert "You asked Northgate Cloud for more time until 21 Feb 2027." in told(response)[0]
        assert "has not answered yet" in response.text
        # The deadlines stay until there is an answer.
        fund.refresh_from_db()
        assert fund.expires_on == TODAY + timedelta(days=30)
        event = Event.objects.about(fund).last()
        assert (event.verb, event.reason, event.actor) == ("asked for more time", WHY, w.owner)

    def test_the_mail_leads_there_too(self, w, fund):
        reminders.sweep(clock=noon(TODAY))
        reminders.collect(clock=noon(TODAY))
        digest = Digest.objects.get(recipient=w.owner)
        put_in(digests=[digest], clock=noon(TODAY))
        mail = letter(digest, still_told([digest], noon(TODAY))[digest.pk], noon(TODAY))
        assert url("ask_for_time", fund) in mail.body
        assert url("ask_for_time", fund) in mail.alternatives[0][0]

    def test_a_fund_that_can_not_be_extended_is_not_asked_for(self, w, client):
        fund = w.fund(budget=w.budget(w.program(extension_days=0)), expires_on=TODAY + timedelta(days=7))
        reminders.sweep(clock=noon(TODAY))
        client.force_login(w.owner)
        for page in (INBOX, url("allocation", fund)):
            assert url("ask_for_time", fund) not in client.get(page).text
        response = client.get(url("ask_for_time", fund), follow=True)
        assert told(response) == ["The terms of this fund allow no extension."]

    def test_members_ask_too(self, w, fund):
        assert ask(w, fund, by=w.member).asked_by == w.member

    def test_only_the_partners_people_ask(self, w, fund):
        for other in (w.manager, w.stranger, w.admin, w.finance, w.other_manager):
            with pytest.raises(PermissionDenied):
                ask(w, fund, by=other)

    def test_one_is_open_at_a_time(self, w, fund, client):
        first = ask(w, fund)
        with pytest.raises(actions.FundsRefused, match="You asked for more time until 21 Feb 2027 already"):
            ask(w, fund)
        client.force_login(w.owner)
        assert url("ask_for_time", fund) not in client.get(url("allocation", fund)).text
        assert "already" in told(client.get(url("ask_for_time", fund), follow=True))[0]
        sent = client.post(url("ask_for_time", fund), {"until": str(UNTIL), "why": WHY})
        assert "already, and the answer is not there yet" in errors(sent)["until"][0]
        actions.withdraw_request(request=first, by=w.member, now=NOW)
        assert ask(w, fund).is_open

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("until", "", "Choose a day"),
            ("until", "soon", "Enter a day as in"),
            ("until", "9999-12-31", "Check the year"),
            ("until", "2027-06-01", "allow an extension until 23 Mar 2027 at most"),
            ("until", "2026-12-01", "already: choose a later day"),
            ("why", "", "Say why"),
            ("why", "x" * 501, "at most 500"),
        ],
    )
    def test_bad_input_gets_a_sentence_and_loses_nothing(self, w, fund, client, field, value, words):
        client.force_login(w.owner)
        typed = {"until": str(UNTIL), "why": WHY}
        response = client.post(url("ask_for_time", fund), typed | {field: value})
        assert words in errors(response)[field][0]
        other = "why" if field == "until" else "until"
        assert response.context["form"][other].value() == typed[other]
        assert not ExtensionRequest.objects.exists()

    def test_a_partner_takes_it_back(self, w, fund, client):
        asked = ask(w, fund)
        client.force_login(w.owner)
        for words in ("Taken back", "Nothing was changed: this was withdrawn meanwhile."):
            response = client.post(url("withdraw_request", asked), follow=True)
            assert told(response)[-1].startswith(words)
        assert "No longer asks for more time" in response.text
        asked.refresh_from_db()
        assert asked.status == "withdrawn"


class TestAnswering:
    def test_one_click_on_the_home_grants_the_day_that_was_asked_for(self, w, fund, client):
        asked = ask(w, fund)
        client.force_login(w.manager)
        page = client.get(HOME).text
        assert "Brightpath asks for more time" in page
        assert f'name="grant-until" value="{UNTIL}"' in page
        sent = {"answer": "grant", "grant-until": str(UNTIL), "list": "1"}
        response = client.post(url("answer_request", asked), sent, follow=True)
        assert told(response) == ["Granted: Brightpath may use Market development until 21 Feb 2027."]
        longer = Allocation.objects.get(pk=fund.pk)
        assert (longer.expires_on, longer.claim_by) == (UNTIL, UNTIL + timedelta(days=30))
        asked.refresh_from_db()
        assert (asked.status, asked.granted, asked.decided_by) == ("granted", UNTIL, w.manager)
        event = Event.objects.about(fund).last()
        assert (event.verb, event.reason) == ("extended", WHY)
        client.force_login(w.owner)
        assert "Northgate Cloud gave you more time: until 21 Feb 2027." in client.get(url("allocation", fund)).text
        # A second click finds it answered.
        client.force_login(w.manager)
        assert "granted meanwhile" in told(client.post(url("answer_request", asked), sent, follow=True))[0]
        assert Event.objects.about(fund).filter(verb="extended").count() == 1

    def test_another_day_with_a_word(self, w, fund, client):
        asked = ask(w, fund)
        client.force_login(w.manager)
        page = client.get(url("answer_request", asked))
        assert page.context["grant"]["until"].value() == UNTIL
        assert WHY in page.text
        sent = {"answer": "grant", "grant-until": "2027-01-31", "grant-answer": "January must do."}
        client.post(url("answer_request", asked), sent)
        asked.refresh_from_db()
        assert (str(asked.granted), asked.answer) == ("2027-01-31", "January must do.")
        client.force_login(w.owner)
        assert "until 31 Jan 2027.</strong> January must do." in client.get(url("allocation", fund)).text

    def test_no_more_than_the_terms_allow(self, w, fund, client):
        asked = ask(w, fund)
        client.force_login(w.manager)
        response = client.post(url("answer_request", asked), {"answer": "grant", "grant-until": "2027-06-01"})
        assert "allow an extension until 23 Mar 2027 at most" in response.context["grant"].errors["until"][0]
        asked.refresh_from_db()
        assert asked.is_open

    def test_a_refusal_has_a_reason_that_the_partner_reads(self, w, fund, client):
        asked = ask(w, fund)
        client.force_login(w.manager)
        for code, answer, field in (
            ("", "We close.", "code"),
            ("no such", "We close.", "code"),
            ("other", " ", "answer"),
        ):
            sent = {"answer": "decline", "decline-code": code, "decline-answer": answer}
            response = client.post(url("answer_request", asked), sent)
            assert field in response.context["decline"].errors
        sent = {"answer": "decline", "decline-code": "planned", "decline-answer": "It pays for the spring launch."}
        response = client.post(url("answer_request", asked), sent, follow=True)
        assert told(response) == ["Declined. Brightpath reads why on the fund's page."]
        event = Event.objects.about(fund).last()
        assert (event.verb, event.reason_code) == ("declined more time", "planned")
        client.force_login(w.owner)
        page = client.get(url("allocation", fund)).text
        assert "gives you no more time" in page
        assert page.count("It pays for the spring launch.") == 2  # as the answer, and in the fund's story
        # And it may ask again.
        assert url("ask_for_time", fund) in page
        with time_machine.travel(NOW + timedelta(days=31)):
            client.force_login(w.owner)
            assert "gives you no more time" not in client.get(url("allocation", fund)).text

    def test_the_database_is_not_asked_to_decline_without_words(self, w, fund):
        with pytest.raises(actions.FundsRefused, match="Choose a reason"):
            actions.decline_time(request=ask(w, fund), code="other", answer=" ", by=w.manager, now=NOW)

    def test_an_extension_of_the_managers_own_answers_it(self, w, fund):
        asked = ask(w, fund)
        actions.extend(allocation=fund, until=UNTIL, reason="All of you", by=w.manager, now=NOW)
        asked.refresh_from_db()
        assert (asked.status, asked.granted, asked.answer) == ("granted", UNTIL, "All of you")

    def test_lapsed_money_comes_back_by_it(self, w, fund, client):
        late = NOW + timedelta(days=61)
        with time_machine.travel(late):
            lapse(clock=Clock(late))
            client.force_login(w.owner)
            assert "$5,000.00 that has lapsed would be yours again" in client.get(url("ask_for_time", fund)).text
            actions.grant_time(request=ask(w, fund, now=late), by=w.manager, now=late)
        assert balances(fund) == {"available": 5_000_00}

    def test_what_changed_meanwhile_is_said(self, w, fund, client):
        asked = ask(w, fund)
        Budget.objects.filter(pk=fund.budget_id).update(closed_at=NOW)
        client.force_login(w.manager)
        for page in (HOME, LIST, url("answer_request", asked)):
            response = client.get(page)
            assert 'value="grant">Grant it<span' not in response.text
        assert "period of its budget is closed" in response.text
        response = client.post(url("answer_request", asked), {"answer": "grant", "grant-until": str(UNTIL)})
        assert "period of its budget is closed" in response.context["grant"].errors["until"][0]

    def test_only_the_vendors_managers_answer(self, w, fund, client):
        asked = ask(w, fund)
        for who, answer in [
            (w.other_manager, 404),
            (w.stranger, 404),
            (w.owner, 403),
            (w.admin, 403),
            (w.finance, 403),
        ]:
            client.force_login(who)
            assert statuses(client, "funds:answer_request", asked.pk, {"answer": "grant"}) == (answer, answer)
            for act in (actions.grant_time, actions.decline_time):
                words = {"code": "other", "answer": "No."} if act is actions.decline_time else {}
                with pytest.raises(PermissionDenied):
                    act(request=asked, by=who, now=NOW, **words)
        with pytest.raises(PermissionDenied):
            actions.withdraw_request(request=asked, by=w.manager, now=NOW)


class TestList:
    def test_each_side_sees_its_own(self, w, fund, client):
        ask(w, fund)
        for who, count in [
            (w.owner, 1),
            (w.member, 1),
            (w.manager, 1),
            (w.admin, 1),
            (w.finance, 1),
            (w.stranger, 0),
            (w.other_manager, 0),
        ]:
            client.force_login(who)
            assert client.get(LIST).context["page_obj"].paginator.count == count, who

    def test_open_ones_first_and_narrowed_sorted_exported(self, w, client):
        funds = [w.fund(name=f"Fund {n}") for n in range(3)]
        asked = [ask(w, fund, until=fund.longest) for fund in funds]
        actions.decline_time(request=asked[0], code="no_money", answer="Nothing is left.", by=w.manager, now=NOW)
        client.force_login(w.manager)

        def names(**query):
            return [row["fund"].name for row in client.get(LIST, query).context["rows"]]

        assert names() == ["Fund 1", "Fund 2", "Fund 0"]
        assert names(status="declined") == ["Fund 0"]
        assert names(q="Fund 2") == ["Fund 2"]
        assert names(sort="-fund") == ["Fund 2", "Fund 1", "Fund 0"]
        assert "Nothing fits" in client.get(LIST, {"q": "nothing"}).text
        rows = table(client.get(LIST, {"format": "csv", "status": "declined"}))
        assert [(row["Fund"], row["Reason"], row["Answer"]) for row in rows] == [
            ("Fund 0", "There is not enough money", "Nothing is left.")
        ]
        assert client.get(LIST, {"format": "xlsx"}).status_code == 200

    def test_an_empty_list_says_what_to_do(self, w, client):
        for who, words in [(w.owner, "You have asked for no more time"), (w.manager, "Nobody asks for more time")]:
            client.force_login(who)
            assert words in client.get(LIST).text

    def test_the_number_of_queries_does_not_grow(self, w, client):
        counts = {}
        for number in (1, 3):
            while ExtensionRequest.objects.count() < number:
                fund = w.fund()
                ask(w, fund, until=fund.longest)
            for who in ("owner", "manager"):
                client.force_login(getattr(w, who))
                counts.setdefault(who, []).append((queries(client, LIST), queries(client, HOME)))
        for who, (one, three) in counts.items():
            assert one == three, who
            assert one[0] <= 12
