"""The page of ideas: what idle money of all vendors could be used for, and the draft request that a suggestion becomes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from claims import actions as claims
from claims.actions import requests
from claims.models import FundRequest
from claims.request_checks import wanting
from claims.states.requests import RequestStatus
from dashboards.ideas.facts import ideas, idle_funds, idle_in
from funds import actions as funds
from plans import actions as plans
from plans.models import PlannedActivity, PlannedFunding
from programs.activities import ActivityKind
from programs.models import Activity
from tests.cast import NOW, TODAY, balances
from tests.claims.asking import again, approved, draft, filed
from tests.dashboards.queue.looking import a_rate
from tests.dashboards.test_roi import paid, tell
from tests.pages import queries, table, told

pytestmark = [pytest.mark.usefixtures("_at_now", "kept")]
PAGE = reverse("dashboards:ideas")


@pytest.fixture
def kept(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def webinar(**rules) -> Activity:
    return Activity(kind=ActivityKind.SEMINAR, **({"name": "Customer webinar", "activity_days": 20} | rules))


def ads(**rules) -> Activity:
    return Activity(kind=ActivityKind.DIGITAL_AD, **({"name": "Search ads", "activity_days": 10} | rules))


def granted(w, *activities, amount=4_000_00, by=None, expires_on=TODAY + timedelta(days=60), **program):
    budget = w.budget(w.program(by=by, activities=activities, **program), by=by)
    return w.fund(amount, budget=budget, by=by, expires_on=expires_on)


def found(w, *of_funds, user=None, company=None):
    user, company = user or w.owner, company or w.brightpath
    fresh = [idle_funds(user, company).get(pk=fund.pk) for fund in of_funds]
    return ideas(user=user, company=company, funds=fresh, idle=idle_in(fresh), now=NOW)


def only(w, fund):
    (idea,) = found(w, fund)
    (suggestion,) = idea.suggestions
    return suggestion


def use(client, fund, seen, do="request"):
    return client.post(reverse("dashboards:use_idea", args=[fund.pk]), {"seen": seen, "do": do}, follow=True)


def test_a_suggestion_becomes_a_request_that_can_be_asked_as_it_is(w, client):
    fund = granted(w, webinar(), preapproval=True, lead_days=14)
    w.resource(title="Cloud webinar kit", activities=["seminar"])
    client.force_login(w.member)
    page = client.get(PAGE)
    (entry,) = page.context["ideas"]
    (suggestion,) = entry["suggestions"]
    assert "$8,000.00" in page.text
    assert "The campaign kit «Cloud webinar kit» is ready." in page.text
    response = use(client, fund, suggestion["it"].seen)
    made = again(FundRequest.objects.get())
    assert response.redirect_chain[-1][0] == reverse("claims:request_edit", args=[made.pk])
    assert told(response) == ["A draft, filled in. Change what you like: Northgate Cloud sees it when you ask."]
    assert (made.title, made.activity.name) == ("Customer webinar with Northgate Cloud", "Customer webinar")
    assert (made.cost, made.asked, made.starts_on) == (8_000_00, 4_000_00, TODAY + timedelta(days=14))
    assert made.plan == (
        "Customer webinar, 20 days, to bring new customers for Northgate Cloud. "
        "We use your campaign kit «Cloud webinar kit»."
    )
    assert wanting(made, NOW) == []
    assert response.context["wanting"] == []
    assert response.context["notices"] == []
    assert balances(fund) == {"available": 4_000_00}
    requests.submit(request=made, by=w.member, now=NOW)


def test_where_no_approval_is_needed_it_leads_to_the_plan_and_from_there_to_the_claim(w, client):
    fund = granted(w, webinar())
    client.force_login(w.member)
    text = " ".join(client.get(PAGE).text.split())
    first, second = text.index('value="plan">Use this'), text.index('value="request">Ask all the same')
    assert first < second
    assert reverse("claims:start", args=[fund.pk]) in text
    response = use(client, fund, only(w, fund).seen, do="plan")
    planned = PlannedActivity.objects.get()
    assert response.redirect_chain[-1][0] == reverse("plans:activity", args=[planned.pk])
    assert told(response)[0].endswith("No approval is needed: run it, then file its claim here.")
    assert "No approval is needed: file the claim once it is over" in response.text
    # Once it is over its page files the claim, filled in.
    day = planned.ends_on + timedelta(days=1)
    with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
        client.force_login(w.member)
        page = client.get(reverse("plans:activity", args=[planned.pk])).text
        claim = reverse("plans:claim", args=[planned.fundings.get().pk])
        assert claim in page
        assert client.post(claim).url.startswith("/claims/")


def test_where_approval_is_needed_it_leads_to_the_request(w, client):
    granted(w, webinar(), preapproval=True)
    client.force_login(w.member)
    text = client.get(PAGE).text
    assert 'value="request">Use this' in text
    assert 'value="plan">Only plan it' in text


def test_a_second_click_opens_the_same_draft(w, client):
    fund = granted(w, webinar())
    client.force_login(w.owner)
    seen = only(w, fund).seen
    first, second = (use(client, fund, seen).redirect_chain[-1] for _ in range(2))
    assert first == second
    assert FundRequest.objects.count() == 1
    assert "You have begun already" in client.get(PAGE).text


def test_what_no_longer_fits_makes_no_draft(w, client):
    fund = granted(w, webinar())
    seen = only(w, fund).seen
    funds.withdraw(allocation=fund, amount=1_000_00, key="w", by=w.manager, reason="Less now.", at=NOW)
    client.force_login(w.owner)
    for wrong in (seen, "", "1/2/3", "\x00"):
        response = use(client, fund, wrong)
        assert told(response) == [
            "This no longer fits as you saw it: the money, the terms or the days changed. Here is what fits now."
        ]
    assert [entry["suggestions"][0]["it"].size.asked for entry in response.context["ideas"]] == [3_000_00]
    assert not FundRequest.objects.exists()


def test_what_is_asked_for_or_being_claimed_is_not_idle(w):
    fund = granted(w, webinar())
    filed(w, fund, 1_000_00)  # asks for half of it
    w.draft(fund, (600_00,))
    (idea,) = found(w, fund)
    assert idea.idle == 4_000_00 - 500_00 - 300_00
    assert idea.suggestions[0].size.asked == 3_200_00
    # A draft of a request is no promise yet; what is approved is set aside by the ledger.
    draft(w, fund, 400_00, title="Later")
    approved(w, fund, 200_00, title="Dinner")
    (idea,) = found(w, fund)
    assert (idea.idle, [asked.title for asked in idea.begun]) == (3_100_00, ["Later"])


def test_what_a_period_still_pays_counts_all_that_was_asked_in_it(w):
    fund = granted(w, webinar(period_cap=2_000_00), ads())
    other = w.fund(1_000_00, budget=fund.budget)
    filed(w, other, 600_00)  # asks for 300 of it
    approved(w, other, 400_00, title="Another")  # holds 200 of it
    w.submitted(other, (200_00,))  # claims 100 of it
    sizes = {it.activity.name: it.size.asked for it in found(w, fund)[0].suggestions}
    assert sizes == {"Search ads": 4_000_00, "Customer webinar": 1_400_00}


def test_all_that_is_suggested_can_be_asked_for(w, client):
    def types():
        exam = Activity(
            kind=ActivityKind.TRAINING, name="Exam", person_cap=120_00, most_people=7, period_cap_percent=20
        )
        return webinar(claim_cap=900_00, rate=75), ads(least=1_500_00, lead_days=9), exam

    cases = [
        granted(w, *types(), lead_days=6, lead_unit="working"),
        granted(w, amount=777_77),
        granted(w, *types(), currency="JPY", amount=654_321, second_approval_over=1),
    ]
    client.force_login(w.owner)
    asked = 0
    for fund, idea in zip(cases, found(w, *cases), strict=True):
        for suggestion in idea.suggestions:
            use(client, fund, suggestion.seen)
            made = again(FundRequest.objects.latest("pk"))
            assert wanting(made, NOW) == []
            assert made.asked == suggestion.size.asked <= fund.available
            asked += 1
    assert asked == FundRequest.objects.count() == 9


def test_ones_own_results_count_and_nobody_elses(w):
    fund = granted(w, webinar(), ads())
    for leads in (12, 16):
        tell(w, paid(w), measured=2_000_00, leads=leads)
    first, second = found(w, fund)[0].suggestions
    assert (first.activity.name, first.record.leads, first.record.told) == ("Customer webinar", 28, 2)
    assert (first.record.decided, first.record.smooth) == (2, 2)
    assert second.record.told == 0
    theirs = w.fund(4_000_00, partner=w.othertech, budget=fund.budget)
    (idea,) = found(w, theirs, user=w.stranger, company=w.othertech)
    assert [(it.record.told, it.record.decided) for it in idea.suggestions] == [(0, 0), (0, 0)]


def test_a_claim_with_a_question_or_a_no_was_not_smooth(w):
    fund = granted(w, webinar())
    asked, turned_down, smooth = (w.submitted(fund, (100_00,)) for _ in range(3))
    claims.approve(claim=smooth, version=smooth.version, by=w.admin, now=NOW)
    claims.reject(claim=turned_down, version=turned_down.version, code="other", reason="Not this.", by=w.admin, now=NOW)
    asked = claims.ask(claim=asked, version=asked.version, question="Who came?", by=w.admin, now=NOW)
    asked = claims.answer(claim=w.again(asked), words="Forty.", by=w.owner, now=NOW)
    claims.approve(claim=w.again(asked), version=asked.version, by=w.admin, now=NOW)
    record = only(w, fund).record
    assert (record.decided, record.smooth) == (3, 1)


def test_where_it_was_held_before_is_filled_in(w, client):
    fund = granted(w, webinar())
    filed(w, fund, 500_00)  # in Berlin
    client.force_login(w.owner)
    use(client, fund, only(w, fund).seen)
    assert FundRequest.objects.get(status=RequestStatus.DRAFT).place == "Berlin"


def test_the_most_urgent_stand_first_and_what_is_over_not_at_all(w, client):
    late, soon = (granted(w, webinar(), expires_on=TODAY + timedelta(days=days)) for days in (300, 50))
    over = granted(w, webinar(), expires_on=TODAY, claim_window_days=60)
    short = granted(w, webinar(), expires_on=TODAY + timedelta(days=12))
    client.force_login(w.owner)
    page = client.get(PAGE)
    shown = [(entry["fund"], len(entry["suggestions"])) for entry in page.context["ideas"]]
    assert shown == [(over, 0), (short, 0), (soon, 1), (late, 1)]
    assert "ask for more time" in page.text
    narrowed = client.get(f"{PAGE}?fund={soon.pk}")
    assert [entry["fund"] for entry in narrowed.context["ideas"]] == [soon]
    other = granted(w, webinar(), vendor=w.skylark, by=w.other_manager)
    narrowed = client.get(f"{PAGE}?vendor={w.skylark.pk}")
    assert [entry["fund"] for entry in narrowed.context["ideas"]] == [other]
    assert "No idle money fits" in client.get(f"{PAGE}?vendor={w.skylark.pk}&fund={soon.pk}").text


def test_money_and_urgency_make_the_order_on_pages_of_eight_and_the_sum_is_of_all(w, client):
    a_rate("EUR", "1.10")
    small = [granted(w, webinar(), amount=1_000_00) for _ in range(7)]
    euros = granted(w, webinar(), amount=1_000_00, currency="EUR")
    most = granted(w, webinar(), amount=2_000_00)
    unknown = granted(w, webinar(), amount=900_000, currency="JPY")
    client.force_login(w.owner)
    first, second = (client.get(PAGE, {"page": page}) for page in (1, 2))
    assert [entry["fund"] for entry in first.context["ideas"]] == [unknown, most, euros, *small[:5]]
    # Yen have no rate of the last week: they are never buried.
    assert [entry["fund"] for entry in second.context["ideas"]] == small[5:]
    for page in (first, second):
        total = page.context["total"]
        assert total.stated == [("USD", 2_000_00 + 7_000_00 + 1_100_00), ("JPY", 900_000)]
        assert "idle in 10 funds." in page.text
    filed(w, most, 4_000_00)  # asks for all of it
    page = client.get(PAGE)
    assert [entry["fund"] for entry in page.context["ideas"]][:2] == [unknown, euros]
    assert page.context["total"].amount == 8_100_00
    assert "idle in 9 funds." in page.text
    assert len(table(client.get(PAGE, {"format": "csv"}))) == 9
    assert "idle in 1 fund." in client.get(PAGE, {"fund": euros.pk}).text
    soon = granted(w, webinar(), amount=500_00, expires_on=TODAY + timedelta(days=20))
    assert client.get(PAGE).context["ideas"][0]["fund"] == soon


def test_a_partners_own_books_get_the_usual_activities_and_a_plan(w, client):
    fund = w.kept_fund(available=1_000_00)
    client.force_login(w.owner)
    (entry,) = client.get(PAGE).context["ideas"]
    first, *others = [suggestion["it"] for suggestion in entry["suggestions"]]
    assert [it.activity.name for it in (first, *others)] == [
        "Digital ad",
        "Email, mail or SMS campaign",
        "Seminar or webinar",
    ]
    # Its vendor is asked in its own portal: the plan has a sheet of all that this wants to know.
    assert use(client, fund, first.seen).status_code == 403
    response = use(client, fund, first.seen, do="plan")
    funding = PlannedFunding.objects.get()
    assert response.redirect_chain[-1][0] == reverse("plans:sheet", args=[funding.pk])
    assert (funding.amount, funding.activity.cost, funding.activity.kind) == (1_000_00, 2_000_00, "digital_ad")
    assert funding.activity.starts_on == first.window.starts_on
    assert not found(w, fund)[0].suggestions


def test_what_is_planned_is_idle_no_more_and_planned_once(w, client):
    fund = granted(w, webinar(), ads(claim_cap=1_000_00))
    seen = {it.activity.name: it.seen for it in found(w, fund)[0].suggestions}["Search ads"]
    client.force_login(w.owner)
    first, second = (use(client, fund, seen, do="plan").redirect_chain[-1] for _ in range(2))
    planned = PlannedActivity.objects.get()
    assert first == second == (reverse("plans:activity", args=[planned.pk]), 302)
    assert (planned.title, planned.cost) == ("Search ads with Northgate Cloud", 2_000_00)
    assert planned.fundings.get().amount == 1_000_00
    assert found(w, fund)[0].idle == 3_000_00
    # A request that comes of the plan is not counted beside it.
    asked = plans.ask(funding=planned.fundings.get(), by=w.owner, now=NOW)
    assert found(w, fund)[0].idle == 3_000_00
    requests.submit(request=again(asked), by=w.owner, now=NOW)
    assert found(w, fund)[0].idle == 3_000_00


def test_the_same_idea_of_two_funds_stands_in_the_plan_twice(w, client):
    """Two funds of one vendor with as much in each: the second click on each finds its own."""
    fund = granted(w, webinar())
    twin = w.fund(4_000_00, budget=fund.budget, expires_on=fund.expires_on)
    client.force_login(w.owner)
    for each in (fund, twin):
        seen = only(w, each).seen
        first, second = (use(client, each, seen, do="plan").redirect_chain[-1] for _ in range(2))
        made = PlannedFunding.objects.get(allocation=each).activity
        assert first == second == (reverse("plans:activity", args=[made.pk]), 302)
    assert PlannedActivity.objects.count() == 2


def test_nothing_idle_says_what_to_do(w, client):
    client.force_login(w.owner)
    page = client.get(PAGE)
    assert "No money is idle" in page.text
    assert reverse("programs:list") in page.text


def test_it_is_taken_away_as_a_table(w, client):
    granted(w, webinar())
    client.force_login(w.owner)
    (row,) = table(client.get(f"{PAGE}?format=csv"))
    assert (row["Activity"], row["Cost"], row["Vendor pays"], row["Own share"]) == (
        "Customer webinar",
        "8000.00",
        "4000.00",
        "4000.00",
    )
    assert "It uses all of what is idle." in row["Why"]


def test_a_funds_page_leads_there(w, client):
    fund = granted(w, webinar())
    client.force_login(w.owner)
    page = client.get(reverse("funds:allocation", args=[fund.pk])).text
    assert f'hx-get="{PAGE}?fund={fund.pk}"' in page
    assert f'id="ideas-{fund.pk}"' in client.get(f"{PAGE}?fund={fund.pk}").text
    client.force_login(w.manager)
    assert PAGE not in client.get(reverse("funds:allocation", args=[fund.pk])).text


def test_the_page_takes_as_many_queries_for_three_funds_as_for_one(w, client):
    client.force_login(w.owner)
    w.resource(activities=["seminar"])
    granted(w, webinar(period_cap=1_000_00), ads())
    one = queries(client, PAGE)
    for _ in range(2):
        granted(w, webinar(period_cap=1_000_00), ads())
    w.kept_fund()
    assert queries(client, PAGE) == one
