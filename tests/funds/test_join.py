"""A partner joins a program by itself or by asking; what joining brings is granted once, or waits for money."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds import actions
from funds.models import Allocation, StartingShare
from partners.models import Event, Partner
from programs import admission, standing
from programs.actions import joining
from programs.actions.joining import JoinRefused
from programs.models import Enrolment, Tier
from tests.cast import NOW, TODAY, balances, world
from tests.funds.test_races import at_once
from tests.pages import errors, queries, told

pytestmark = pytest.mark.usefixtures("_at_now")


def rules(w, program, way="open", **fields):
    defaults = {"least_tier": None, "countries": [], "certifications": []}
    admission.set_rules(program=program, way=way, **(defaults | fields), by=w.manager, now=NOW)
    return program


def starting(w, program, amount=2_000_00, held=10_000_00, months=None, tier=None):
    budget = w.budget(program, amount=held)
    amounts = {tier and tier.pk: amount}
    actions.set_starting(
        program=program, budget=budget, name="Start", months=months, amounts=amounts, by=w.manager, now=NOW
    )
    return program


def tier(w, name="Gold", partner=None):
    made = standing.save_tier(tier=Tier(vendor=w.northgate, name=name), by=w.manager, now=NOW)
    if partner:
        change = standing.Change(partner, sets_tier=True, tier=made)
        standing.set_standings(vendor=w.northgate, changes=[change], by=w.manager, now=NOW)
    return made


def page(program):
    return reverse("programs:detail", args=[program.pk])


def join_url(program):
    return reverse("funds:join", args=[program.pk])


def test_one_click_joins_and_brings_the_money(w, client):
    program = starting(w, rules(w, w.program()), months=3)
    client.force_login(w.owner)
    assert "Join with $2,000.00" in client.get(page(program)).text
    response = client.post(join_url(program), follow=True)
    assert told(response) == ["You are in. $2,000.00 to start with is yours: see its next step."]
    fund = Allocation.objects.get(partner=w.brightpath)
    assert response.redirect_chain[-1][0] == reverse("funds:allocation", args=[fund.pk])
    assert balances(fund) == {"available": 2_000_00}
    assert (fund.name, str(fund.expires_on)) == ("Start", "2027-02-23")
    enrolment = Enrolment.objects.get(program=program, partner=w.brightpath)
    assert enrolment.status == "joined"
    (event,) = Event.objects.about(enrolment)
    assert (event.verb, event.from_state, event.to_state, event.actor) == ("joined", "", "joined", w.owner)
    assert "You are in this program" in client.get(page(program)).text
    # A second click finds the first one's work.
    assert told(client.post(join_url(program), follow=True)) == ["You are in this program already."]
    assert Allocation.objects.count() == 1


def test_each_tier_starts_with_its_own(w):
    gold = tier(w, "Gold", partner=w.brightpath)
    program = starting(w, rules(w, w.program()), tier=gold)
    assert actions.join(program=program, partner=w.brightpath, by=w.owner, now=NOW).share.amount == 2_000_00
    assert actions.join(program=program, partner=w.othertech, by=w.stranger, now=NOW).share is None


def test_leaving_and_joining_again_brings_nothing_twice(w, client):
    program = starting(w, rules(w, w.program()))
    actions.join(program=program, partner=w.brightpath, by=w.owner, now=NOW)
    client.force_login(w.owner)
    leave = reverse("programs:leave", args=[program.pk])
    assert "stays yours until its own deadlines" in client.get(leave).text
    assert "You have left" in told(client.post(leave, follow=True))[0]
    html = client.get(page(program)).text
    assert "You can join" in html
    assert "$2,000.00 to start with" not in html
    again = actions.join(program=program, partner=w.brightpath, by=w.owner, now=NOW)
    assert again.is_new
    assert Allocation.objects.count() == 1
    assert balances(Allocation.objects.get()) == {"available": 2_000_00}


def test_a_budget_that_holds_too_little_keeps_nobody_out(w, client):
    program = starting(w, rules(w, w.program()), held=500_00)
    client.force_login(w.owner)
    response = client.post(join_url(program), follow=True)
    assert "has to wait" in told(response)[0]
    assert "to start with waits" in response.text
    share = StartingShare.objects.get()
    assert (share.enrolment.status, share.allocation, share.amount) == ("joined", None, 2_000_00)
    assert Event.objects.about(share.enrolment).last().verb == "starting money waits"

    client.force_login(w.manager)
    requests = reverse("funds:join_requests")
    assert "Money to start with that waits" in client.get(requests).text
    grant = reverse("funds:grant_share", args=[share.pk])
    assert "Put money into it" in told(client.post(grant, follow=True))[0]
    plan = program.starting_plan
    actions.fund(budget=plan.budget, amount=5_000_00, key="more", by=w.manager, at=NOW)
    assert told(client.post(grant, follow=True)) == ["You granted $2,000.00 to Brightpath."]
    assert told(client.post(grant, follow=True)) == ["Brightpath has its $2,000.00 already."]
    assert balances(Allocation.objects.get()) == {"available": 2_000_00}
    assert "Money to start with that waits" not in client.get(requests).text


def test_terms_that_age_money_shorten_what_joining_brings(w):
    program = starting(w, rules(w, w.program(aging_months=2)), months=6)
    actions.join(program=program, partner=w.brightpath, by=w.owner, now=NOW)
    assert str(Allocation.objects.get().expires_on) == "2027-01-23"


def test_what_waits_can_be_dropped(w, client):
    program = starting(w, rules(w, w.program()), held=500_00)
    share = actions.join(program=program, partner=w.brightpath, by=w.owner, now=NOW).share
    client.force_login(w.manager)
    drop = reverse("funds:drop_share", args=[share.pk])
    assert told(client.post(drop, follow=True)) == ["Brightpath gets nothing to start with."]
    assert told(client.post(drop, follow=True)) == ["This was settled already."]
    with pytest.raises(actions.FundsRefused, match="dropped"):
        actions.grant_share(share=share, by=w.manager, now=NOW)


def test_who_does_not_fit_reads_why_and_gets_nothing(w, client):
    program = starting(w, rules(w, w.program(), least_tier=tier(w), countries=["DE"]))
    client.force_login(w.owner)
    html = client.get(page(program)).text
    assert "You can’t join yet" in html
    assert "Needs the tier Gold or higher: you have no tier yet." in html
    assert join_url(program) not in html
    assert "Only for partners in Germany" in told(client.post(join_url(program), follow=True))[0]
    assert not Enrolment.objects.exists()


def test_rules_are_weighed_as_they_stand_at_the_click(w):
    gold = tier(w, partner=w.brightpath)
    program = rules(w, w.program(), least_tier=gold)
    taken = standing.Change(w.brightpath, sets_tier=True)
    standing.set_standings(vendor=w.northgate, changes=[taken], by=w.manager, now=NOW)
    with pytest.raises(JoinRefused, match="you have no tier yet"):
        actions.join(program=program, partner=w.brightpath, by=w.owner, now=NOW)


def test_asking_and_being_let_in(w, client):
    program = starting(w, w.program())
    client.force_login(w.owner)
    ask = reverse("programs:ask", args=[program.pk])
    assert ask in client.get(page(program)).text
    assert "Write a sentence" in errors(client.post(ask, {"note": " "}))["note"][0]
    long = client.post(ask, {"note": "x" * 501})
    assert long.context["form"]["note"].value() == "x" * 501
    assert "has your request" in told(client.post(ask, {"note": "We sell it."}, follow=True))[0]
    assert "has not answered yet" in client.get(page(program)).text
    assert "decides who joins" in told(client.post(join_url(program), follow=True))[0]
    client.post(ask, {"note": "Again."})
    enrolment = Enrolment.objects.get()
    assert (enrolment.status, enrolment.note) == ("asked", "We sell it.")

    client.force_login(w.manager)
    answer = reverse("funds:answer_join", args=[enrolment.pk])
    assert answer in client.get(reverse("funds:join_requests")).text
    shown = client.get(answer).text
    assert "It meets every rule" in shown
    assert "Let it in with $2,000.00" in shown
    assert told(client.post(answer, {"answer": "accept"}, follow=True)) == [
        f"Brightpath is in {program.name}.",
        "$2,000.00 to start with is granted.",
    ]
    assert "Nothing was changed" in told(client.post(answer, {"answer": "accept"}, follow=True))[0]
    assert Allocation.objects.count() == 1


def test_being_declined_with_a_reason_and_asking_again(w, client):
    program = w.program()
    enrolment = joining.ask(program=program, partner=w.brightpath, note="Please.", by=w.owner, now=NOW)
    client.force_login(w.manager)
    answer = reverse("funds:answer_join", args=[enrolment.pk])
    refused = client.post(answer, {"answer": "decline", "code": "level", "reason": ""})
    assert "Say why" in errors(refused)["reason"][0]
    client.post(answer, {"answer": "decline", "code": "level", "reason": "Sell ten more first."})
    client.force_login(w.owner)
    html = client.get(page(program)).text
    assert "Northgate Cloud declined" in html
    assert "Sell ten more first." in html
    joining.ask(program=program, partner=w.brightpath, note="We sold ten.", by=w.owner, now=NOW)
    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.reason, enrolment.note) == ("asked", "", "We sold ten.")


def test_a_request_is_taken_back(w, client):
    program = w.program()
    joining.ask(program=program, partner=w.brightpath, note="Please.", by=w.owner, now=NOW)
    client.force_login(w.member)
    leave = reverse("programs:leave", args=[program.pk])
    assert "Take your request back?" in client.get(leave).text
    assert told(client.post(leave, follow=True)) == ["Your request is taken back."]
    assert Enrolment.objects.get().status == "left"


def test_a_partner_is_taken_out_and_does_not_come_back_by_itself(w, client):
    program = rules(w, w.program())
    enrolment = actions.join(program=program, partner=w.brightpath, by=w.owner, now=NOW).enrolment
    client.force_login(w.manager)
    end = reverse("funds:end_enrolment", args=[enrolment.pk])
    assert "Say why" in errors(client.post(end, {"reason": ""}))["reason"][0]
    client.post(end, {"reason": "No activity for a year."})
    client.force_login(w.owner)
    html = client.get(page(program)).text
    assert "No activity for a year." in html
    with pytest.raises(JoinRefused, match="ask to be let in"):
        actions.join(program=program, partner=w.brightpath, by=w.owner, now=NOW)


def test_by_invitation_only_the_vendor_adds(w, client):
    program = starting(w, rules(w, w.program(), way="invited"))
    client.force_login(w.owner)
    assert "adds its partners itself" in client.get(page(program)).text
    for act in (
        lambda: actions.join(program=program, partner=w.brightpath, by=w.owner, now=NOW),
        lambda: joining.ask(program=program, partner=w.brightpath, note="x", by=w.owner, now=NOW),
    ):
        with pytest.raises(JoinRefused, match="adds its partners itself"):
            act()
    client.force_login(w.manager)
    add = reverse("funds:partner_add")
    response = client.post(add, {"partner": "Brightpath", "program": program.pk}, follow=True)
    assert told(response) == ["$2,000.00 to start with is granted.", "Brightpath is among your partners."]
    assert Enrolment.objects.get().status == "joined"


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({}, "partner", "Choose a partner"),
        ({"partner": "Nobody"}, "partner", "no partner of this name"),
        ({"partner": "Brightpath"}, "tier", "Choose a tier, a program, or both"),
    ],
)
def test_adding_nothing_says_so(w, client, typed, field, words):
    client.force_login(w.manager)
    assert words in errors(client.post(reverse("funds:partner_add"), typed))[field][0]


def test_whoever_is_granted_money_is_in(w):
    asked = w.program()
    enrolment = joining.ask(program=asked, partner=w.othertech, note="x", by=w.stranger, now=NOW)
    budget = w.budget(asked)
    w.fund(100, budget=budget)
    w.fund(100, budget=budget)
    w.fund(100, budget=budget, partner=w.othertech)
    assert dict(Enrolment.objects.values_list("partner__name", "status")) == {
        "Brightpath": "joined",
        "Othertech": "joined",
    }
    assert [e.verb for e in Event.objects.about(enrolment)] == ["asked", "joined by a grant"]


def test_granting_to_many_takes_as_many_queries_as_to_one(w):
    def grants(count, start):
        partners = [Partner.objects.create(name=f"P{n}", slug=f"p-{n}") for n in range(start, start + count)]
        return [
            actions.Grant.under(budget.program, partner=p, amount=5, name="x", reference=p.slug, expires_on=TODAY)
            for p in partners
        ]

    budget, counts = w.budget(), []
    for count, start in ((1, 0), (40, 100)):
        made = grants(count, start)
        with CaptureQueriesContext(connection) as captured:
            actions.allocate(budget=budget, grants=made, by=w.manager, at=NOW)
        counts.append(len(captured))
    # `post` of several takes a savepoint; nothing else is more.
    assert counts[1] <= counts[0] + 2


def test_nobody_joins_what_is_closed_over_or_a_draft(w):
    from programs import actions as programs

    program = rules(w, w.program())
    programs.close(program=program, by=w.manager, now=NOW)
    with pytest.raises(JoinRefused, match="closed"):
        actions.join(program=program, partner=w.brightpath, by=w.owner, now=NOW)
    draft = rules(w, w.program(publish=False))
    with pytest.raises(JoinRefused, match="not published"):
        actions.join(program=draft, partner=w.brightpath, by=w.owner, now=NOW)


def test_the_list_says_how_one_stands(w, client):
    rules(w, w.program(name="Open"))
    rules(w, w.program(name="Asking"), way="asking")
    rules(w, w.program(name="Far"), countries=["JP"])
    joined = rules(w, w.program(name="In"))
    actions.join(program=joined, partner=w.brightpath, by=w.owner, now=NOW)
    client.force_login(w.owner)
    index = reverse("programs:list")

    def found(state):
        return [program.name for program in client.get(index, {"joining": state}).context["page_obj"]]

    assert {state: found(state) for state in ("join", "ask", "asked", "joined", "not_yet")} == {
        "join": ["Open"],
        "ask": ["Asking"],
        "asked": [],
        "joined": ["In"],
        "not_yet": ["Far"],
    }
    assert "Only for partners in Japan" in client.get(index).text
    before = queries(client, f"{index}?joining=join")
    for _ in range(3):
        starting(w, rules(w, w.program(), least_tier=None))
    assert queries(client, f"{index}?joining=join") == before


def test_the_home_says_what_joining_would_bring(w, client):
    program = starting(w, rules(w, w.program(name="Launch")))
    starting(w, rules(w, w.program(name="For others"), countries=["JP"]))
    client.force_login(w.owner)
    html = client.get(reverse("dashboards:home")).text
    assert "Yours if you join" in html
    assert "Launch" in html
    assert "$2,000.00" in html
    assert "For others" not in html
    client.post(join_url(program))
    assert "Yours if you join" not in client.get(reverse("dashboards:home")).text


@pytest.mark.django_db(transaction=True)
def test_fifty_clicks_at_once_are_one():
    w = world()
    program = starting(w, rules(w, w.program()), amount=9_000_00)

    def click(n):
        return actions.join(program=program, partner=w.brightpath, by=w.owner, now=NOW).is_new

    assert sorted(at_once(50, click)) == [False] * 49 + [True]
    assert Enrolment.objects.filter(program=program).count() == 1
    assert balances(Allocation.objects.get(partner=w.brightpath)) == {"available": 9_000_00}
    assert StartingShare.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_money_goes_to_one_and_the_others_wait():
    w = world()
    program = starting(w, rules(w, w.program()), amount=6_000_00)
    partners = [(w.brightpath, w.owner), (w.othertech, w.stranger)]

    def click(n):
        partner, by = partners[n]
        return actions.join(program=program, partner=partner, by=by, now=NOW).share.allocation_id is None

    assert sorted(at_once(2, click)) == [False, True]
    assert Enrolment.objects.joined().count() == 2
