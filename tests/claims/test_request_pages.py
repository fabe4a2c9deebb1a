"""Requests through the pages: the partner asks, the vendor answers, both find them in their lists."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims import actions as claims
from claims.actions import requests
from claims.models import Claim, FundRequest
from claims.request_checks import first_start, wanting
from claims.states.requests import RequestStatus
from partners.models import Event
from programs.activities import ActivityKind
from programs.models import Activity
from programs.states import LeadUnit
from tests.cast import NOW, TODAY, balances
from tests.claims.asking import END, START, again, approved, claim_on, draft, filed, second_manager
from tests.files import image
from tests.pages import queries, table, told

pytestmark = [pytest.mark.usefixtures("_at_now", "kept")]
S = RequestStatus


def url(name: str, pk: int | None = None) -> str:
    return reverse(f"claims:{name}", args=[] if pk is None else [pk])


def picture(name: str, content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, image() if content is None else content)


def typed(request: FundRequest, *lines: tuple[str, str], do: str = "save", **more) -> dict:
    """The draft's form as the page would post it."""
    data = {
        "title": "Cloud evening",
        "plan": "Forty guests, two talks.",
        "place": "Berlin",
        "starts_on": START.isoformat(),
        "ends_on": END.isoformat(),
        "version": request.version,
        "do": do,
        "budget-TOTAL_FORMS": len(lines) + 1,
        "budget-INITIAL_FORMS": 0,
        f"budget-{len(lines)}-what": "",
        f"budget-{len(lines)}-amount": "",
    }
    for number, (what, amount) in enumerate(lines):
        data |= {f"budget-{number}-what": what, f"budget-{number}-amount": amount}
    return data | more


def begun(w, client, fund) -> FundRequest:
    client.force_login(w.owner)
    response = client.post(url("request_start", fund.pk), {"title": "Cloud evening"})
    made = FundRequest.objects.latest("pk")
    assert response["Location"] == url("request_edit", made.pk)
    return made


def test_from_a_fund_to_an_approval_and_a_claim(w, client):
    fund = w.fund(1_000_00, budget=w.budget(w.program(preapproval=True)))
    client.force_login(w.owner)
    page = client.get(reverse("funds:allocation", args=[fund.pk])).text
    assert url("request_start", fund.pk) in page
    assert "Ask for approval of an activity" in page
    assert url("request_start", fund.pk) in client.get("/").text
    made = begun(w, client, fund)
    response = client.post(
        url("request_edit", made.pk), typed(made, ("Room", "600.00"), ("Food", "200"), do="submit"), follow=True
    )
    assert told(response) == ["Asked. Northgate Cloud decides on $400.00 now."]
    made = again(made)
    assert (made.status, made.cost, made.asked, made.own_share) == (S.SUBMITTED, 800_00, 400_00, 400_00)
    client.force_login(w.manager)
    assert "1 request for approval" in client.get("/").text
    answered = client.post(url("request_approve", made.pk), {"amount": "400.00", "version": made.version}, follow=True)
    assert told(answered) == ["Approved $400.00 for Brightpath: «Cloud evening». It is set aside."]
    assert "Every request is decided" in answered.text
    client.force_login(w.owner)
    assert "Approved: run it, then file the claim" in client.get("/").text
    assert "$400.00 is approved" in client.get(url("request", made.pk)).text
    client.post(url("request_claim", made.pk))
    claim = Claim.objects.get()
    assert (claim.request, claim.title) == (made, "Cloud evening")
    page = client.get(reverse("claims:edit", args=[claim.pk])).text
    assert 'value="Room"' in page
    assert 'value="600.00"' in page
    # A second click finds the same draft.
    client.post(url("request_claim", made.pk))
    assert Claim.objects.count() == 1
    assert "run it, then file the claim" not in client.get("/").text


def test_the_draft_saves_itself_and_keeps_what_is_half_typed(w, client):
    made = begun(w, client, w.fund(1_000_00))
    sent = typed(made, ("Room", "600.00"), ("", "12x"), starts_on="2026-99-01")
    answered = client.post(url("request_autosave", made.pk), sent)
    assert answered.status_code == 200
    assert "$300.00" in answered.text
    assert "Budget line 2 is not complete" in answered.text
    page = client.get(url("request_edit", made.pk)).text
    assert 'value="12x"' in page
    assert again(made).starts_on is None
    # Somebody else was faster: nothing of either is lost.
    assert client.post(url("request_autosave", made.pk), sent).status_code == 409
    late = client.post(url("request_edit", made.pk), sent | {"title": "Mine"})
    assert late.status_code == 400
    assert "Somebody else changed this request meanwhile" in late.text
    assert 'value="Mine"' in late.text


def test_lines_and_files_come_and_go(w, client):
    made = begun(w, client, w.fund(1_000_00))
    client.post(url("request_edit", made.pk), typed(made, ("Room", "600"), ("Food", "200"), do="remove-0"))
    made = again(made)
    assert [line.what for line in made.lines.all()] == ["Food"]
    client.post(url("request_edit", made.pk), typed(made, ("Food", "200"), do="attach", files=picture("offer.png")))
    file = made.files.get()
    assert client.get(url("request_file", file.pk))["Content-Disposition"] == 'attachment; filename="offer.png"'
    refused = client.post(
        url("request_edit", made.pk), typed(again(made), ("Food", "200"), do="attach", files=picture("x.png", b"MZ"))
    )
    assert refused.status_code == 400
    client.post(url("request_edit", made.pk), typed(again(made), ("Food", "200"), do=f"detach-{file.pk}"))
    assert not made.files.exists()
    client.post(url("request_discard", made.pk))
    assert not FundRequest.objects.exists()


def test_the_page_says_at_once_what_the_terms_allow(w, client):
    """Before a day or an amount is typed, and anew with each saving: rate, caps, lead time, what is left."""
    travel = Activity(kind=ActivityKind.OTHER, name="Travel", rate=75, claim_cap=200_00, period_cap=500_00)
    fund = w.fund(1_000_00, budget=w.budget(w.program(lead_days=10, activities=[travel])))
    made = begun(w, client, fund)
    page = client.get(url("request_edit", made.pk)).text
    for words in (
        "Northgate Cloud pays 50%",
        "Left in the fund",
        "$1,000.00",
        "First day you can ask for",
        "3 Dec 2026",
    ):
        assert words in page, words
    activity = str(fund.terms.activities.get().pk)
    said = client.post(url("request_autosave", made.pk), typed(made, ("Train", "400"), activity=activity)).text
    for words in (
        "Northgate Cloud pays 75%",
        "$300.00",
        "Left after this",
        "$700.00",
        "$500.00 of $500.00",
        "10 days ahead of your first day",
        "A claim for Travel gets $200.00 at most: this takes more than one claim.",
    ):
        assert words in said, words


def test_what_is_wrong_stops_it_and_is_said(w, client):
    fund = w.fund(1_000_00, budget=w.budget(w.program(lead_days=10, lead_unit=LeadUnit.WORKING, least_claim=100_00)))
    made = begun(w, client, fund)
    soon, late = TODAY + timedelta(days=3), fund.expires_on + timedelta(days=1)
    sent = typed(made, ("Room", "10"), do="submit", starts_on=soon.isoformat(), ends_on=late.isoformat(), plan="")
    response = client.post(url("request_edit", made.pk), sent)
    assert response.status_code == 400
    for words in (
        "Say how it goes",
        "It ends after this fund&#x27;s last day for activities",
        "10 working days ahead",
        "The first day that you can still ask for is 5 Dec 2026",
        "claims are taken from $100.00",
    ):
        assert words in response.text, words
    assert again(made).status == S.DRAFT


def test_the_first_day_to_ask_for_is_one_that_can_be_asked_for(w):
    fund = w.fund(budget=w.budget(w.program(lead_days=10, lead_unit=LeadUnit.WORKING)))
    first = first_start(fund.terms, None, TODAY)
    made = draft(w, fund, starts_on=first, ends_on=first)
    assert wanting(made, NOW) == []
    made.starts_on = first - timedelta(days=1)
    assert wanting(made, NOW) != []


def test_a_period_s_cap_counts_claims_and_approvals(w):
    travel = Activity(kind=ActivityKind.OTHER, name="Travel", period_cap=500_00, rate=100, claim_cap=200_00)
    fund = w.fund(2_000_00, budget=w.budget(w.program(activities=[travel])))
    approved(w, fund, 150_00)
    made = draft(
        w,
        fund,
        400_00,
        title="Something else",
        starts_on=START + timedelta(days=30),
        ends_on=START + timedelta(days=31),
    )
    (said,) = wanting(made, NOW)
    assert said == (
        "Travel: a period gets $500.00 at most, and $150.00 of it is claimed or approved already. Lower it by $50.00."
    )


def test_a_similar_request_and_too_little_money_are_said_once_and_stop_nobody(w, client):
    fund = w.fund(300_00)
    filed(w, fund, 100_00, title="A breakfast")
    made = begun(w, client, fund)
    sent = typed(made, ("Room", "800"), do="submit")
    first = client.post(url("request_edit", made.pk), sent)
    assert first.status_code == 400
    assert "Look at this first" in first.text
    assert "is much like it (on the same days; submitted)" in first.text
    assert "this fund has $300.00 that is not claimed or set aside" in first.text
    codes = [notice.code for notice in first.context["notices"]]
    assert len(codes) == 2
    done = client.post(
        url("request_edit", made.pk), sent | {"noticed": codes, "version": again(made).version}, follow=True
    )
    assert told(done)[0].startswith("Asked.")
    # The vendor sees it too.
    client.force_login(w.manager)
    assert "is much like it" in client.get(url("request", made.pk)).text


def test_less_needs_a_reason_and_a_sentence_that_the_partner_reads(w, client):
    request = filed(w, w.fund(1_000_00), 800_00)
    client.force_login(w.manager)
    bare = client.post(url("request_approve", request.pk), {"amount": "100", "version": request.version})
    assert bare.status_code == 400
    assert "Choose why you approve less." in bare.text
    whole = {"amount": "100", "version": request.version, "code": "no_money", "reason": "The rest is planned."}
    client.post(url("request_approve", request.pk), whole)
    client.force_login(w.owner)
    page = client.get(url("request", request.pk)).text
    assert "There is not enough money. The rest is planned." in page
    assert "of $400.00 that you asked for" in page


def test_a_question_with_a_day_and_its_answer_with_a_file(w, client):
    request = filed(w, w.fund(1_000_00), 800_00)
    client.force_login(w.manager)
    today = client.post(
        url("request_ask", request.pk),
        {"ask-question": "Who?", "ask-due": TODAY.isoformat(), "ask-version": request.version},
    )
    assert today.status_code == 400
    due = (TODAY + timedelta(days=5)).isoformat()
    client.post(
        url("request_ask", request.pk),
        {"ask-question": "Who comes?", "ask-due": due, "ask-version": request.version},
    )
    client.force_login(w.member)
    page = client.get(url("request", request.pk)).text
    assert "Who comes?" in page
    assert "28 Nov 2026" in page
    # It stands on the home of who asked for the money, and a colleague may answer.
    client.force_login(w.owner)
    assert "Answer the vendor&#x27;s question" in client.get("/").text
    client.force_login(w.member)
    client.post(url("request_answer", request.pk), {"words": "Forty CFOs.", "files": picture("list.png")})
    request = again(request)
    assert (request.status, request.files.count(), request.question_due) == (S.IN_REVIEW, 1, None)


@pytest.mark.parametrize(
    ("act", "prefix", "status"), [("send_back", "back", S.RETURNED), ("decline", "decline", S.DECLINED)]
)
def test_what_came_back_is_corrected_where_the_reason_stands(w, client, act, prefix, status):
    request = filed(w, w.fund(1_000_00), 800_00)
    client.force_login(w.manager)
    bare = client.post(url(f"request_{act}", request.pk), {f"{prefix}-version": request.version})
    assert bare.status_code == 400
    assert again(request).status == S.SUBMITTED
    data = {f"{prefix}-version": request.version, f"{prefix}-code": "unclear", f"{prefix}-reason": "Say who comes."}
    client.post(url(f"request_{act}", request.pk), data)
    assert again(request).status == status
    client.force_login(w.owner)
    assert "Say who comes." in client.get(url("request", request.pk)).text
    page = client.post(url("request_take_back", request.pk), follow=True).text
    assert "The plan is not clear enough. Say who comes." in page
    assert 'value="Room 1"' in page
    again_sent = client.post(
        url("request_edit", request.pk), typed(again(request), ("Room", "700"), do="submit"), follow=True
    )
    assert told(again_sent)[0].startswith("Asked.")


def test_a_decision_on_what_changed_meanwhile_is_refused_with_what_changed(w, client):
    request = filed(w, w.fund(1_000_00), 800_00)
    seen = request.version
    requests.take_back(request=request, by=w.owner, now=NOW)
    requests.submit(request=again(request), by=w.owner, now=NOW)
    client.force_login(w.manager)
    late = client.post(url("request_approve", request.pk), {"amount": "400", "version": seen})
    assert late.status_code == 409
    assert "Taken back to be changed by Owner" in late.text
    assert again(request).status == S.SUBMITTED
    broken = client.post(url("request_approve", request.pk), {"amount": "400", "version": "x"})
    assert broken.status_code == 400
    assert "This page was out of date" in broken.text


@pytest.mark.parametrize("version", [None, "", "x", "-1", "0", "9" * 40, "٣"])
def test_a_page_without_a_version_is_refused_as_an_old_one(w, client, version):
    made = begun(w, client, w.fund(1_000_00))
    sent = typed(made, ("Mine", "800.00")) | {"version": version}
    if version is None:
        del sent["version"]
    page = client.post(url("request_edit", made.pk), sent)
    assert page.status_code == 400
    assert "Somebody else changed this request meanwhile" in page.text
    assert 'value="Mine"' in page.text
    said = client.post(url("request_autosave", made.pk), sent)
    assert said.status_code == 409
    assert "«Save the draft» lets you choose" in said.text
    assert (again(made).version, made.lines.count()) == (made.version, 0)
    client.post(url("request_edit", made.pk), sent | {"version": page.context["asked"].version})
    assert [line.what for line in made.lines.all()] == ["Mine"]


def test_a_change_is_asked_for_and_answered(w, client):
    request = approved(w, w.fund(1_000_00), 800_00)
    client.force_login(w.owner)
    sent = {"starts_on": START, "ends_on": END, "place": "Hamburg", "amount": "450", "reason": "Larger room."}
    nothing = client.post(
        url("request_change", request.pk),
        sent | {"place": "Berlin", "amount": "400", "version": request.version},
    )
    assert "That is what is approved already" in nothing.text
    client.post(url("request_change", request.pk), sent | {"version": request.version})
    assert "place: Hamburg instead of Berlin; $450.00 instead of $400.00" in client.get(url("request", request.pk)).text
    client.force_login(w.manager)
    page = client.get(url("request", request.pk)).text
    assert "Larger room." in page
    client.post(url("request_accept_change", request.pk), {"accept-version": again(request).version})
    after = again(request)
    assert (after.status, after.approved, after.place, after.reserved) == (S.APPROVED, 450_00, "Hamburg", 450_00)


def test_the_end_says_what_comes_free(w, client):
    fund = w.fund(1_000_00)
    request = approved(w, fund, 800_00)
    client.force_login(w.owner)
    done = client.post(url("request_cancel", request.pk), {"reason": "The speaker is ill."}, follow=True)
    assert told(done) == ["Cancelled. $400.00 is available in the fund again."]
    assert balances(fund) == {"available": 1_000_00}
    twice = client.post(url("request_complete", request.pk), follow=True)
    assert told(twice) == ["This request is cancelled: that is not possible any more."]


def test_over_the_threshold_two_people_say_yes(w, client):
    second = second_manager(w)
    fund = w.fund(5_000_00, budget=w.budget(w.program(second_approval_over=100_00)))
    request = filed(w, fund, 800_00)
    client.force_login(w.manager)
    client.post(url("request_approve", request.pk), {"amount": "400", "version": request.version})
    request = again(request)
    assert (request.status, balances(fund)) == (S.SECOND_APPROVAL, {"available": 5_000_00})
    assert "You approved it first" in client.get(url("request", request.pk)).text
    assert client.post(url("request_approve_too", request.pk), {"second-version": request.version}).status_code == 403
    # While the vendor has another manager, it is not Windfall's to say.
    client.force_login(w.admin)
    assert client.post(url("request_approve_too", request.pk), {"second-version": request.version}).status_code == 403
    client.force_login(second)
    client.post(url("request_not_too", request.pk), {"no-version": request.version, "no-reason": "Too large."})
    request = again(request)
    assert (request.status, request.decided_by, request.approved) == (S.IN_REVIEW, None, None)
    requests.approve(request=request, version=request.version, by=w.manager, now=NOW)
    client.post(url("request_approve_too", request.pk), {"second-version": again(request).version})
    request = again(request)
    assert (request.status, request.second_by, request.reserved) == (S.APPROVED, second, 400_00)


def test_with_one_manager_an_admin_is_the_second_person(w, client):
    fund = w.fund(5_000_00, budget=w.budget(w.program(second_approval_over=100_00)))
    request = approved(w, fund, 800_00)
    client.force_login(w.admin)
    assert "A second yes" in client.get(url("request", request.pk)).text
    client.post(url("request_approve_too", request.pk), {"second-version": request.version})
    assert (again(request).status, again(request).second_by) == (S.APPROVED, w.admin)


def test_lists_filter_sort_and_download(w, client):
    fund = w.fund(1_000_00)
    first, second = filed(w, fund, 100_00, title="Alpha"), filed(w, fund, 300_00, title="Beta")
    draft(w, fund, title="Gamma")
    client.force_login(w.owner)
    page = client.get(url("requests"), {"sort": "-asked"})
    assert [r.title for r in page.context["page_obj"]] == ["Gamma", "Beta", "Alpha"]
    assert [r.title for r in client.get(url("requests"), {"q": "alp"}).context["page_obj"]] == ["Alpha"]
    assert [r.title for r in client.get(url("requests"), {"status": "draft"}).context["page_obj"]] == ["Gamma"]
    assert "No request fits" in client.get(url("requests"), {"q": "nothing like it"}).text
    client.force_login(w.manager)
    queue = client.get(url("request_queue"))
    assert [r.title for r in queue.context["page_obj"]] == ["Alpha", "Beta"]
    rows = table(client.get(url("request_queue"), {"format": "csv"}))
    assert [(row["Number"], row["Asked"], row["Waits for"]) for row in rows] == [
        (first.number, "50.00", "the vendor"),
        (second.number, "150.00", "the vendor"),
    ]
    assert client.get(url("request_queue"), {"format": "xlsx"}).status_code == 200
    requests.take(request=first, by=w.manager, now=NOW)
    assert [r.title for r in client.get(url("request_queue"), {"whose": "mine"}).context["page_obj"]] == ["Alpha"]
    client.force_login(w.other_manager)
    assert "The queue is empty" in client.get(url("request_queue")).text


@pytest.mark.parametrize(
    ("who", "name"),
    [("owner", "requests"), ("manager", "requests"), ("manager", "request_queue"), ("admin", "requests")],
)
def test_queries_do_not_grow_with_the_list(w, client, who, name):
    fund = w.fund(5_000_00)
    filed(w, fund, 100_00)
    client.force_login(getattr(w, who))
    at_one = queries(client, url(name))
    for number in range(2):
        filed(w, w.fund(5_000_00), 100_00, title=f"Number {number}")
    assert queries(client, url(name)) == at_one
    assert at_one <= 13


@pytest.mark.parametrize("who", ["owner", "manager"])
def test_queries_do_not_grow_with_the_page(w, client, who):
    fund = w.fund(5_000_00)
    request = approved(w, fund, 1_000_00)
    claim_on(w, request, 10_00)
    client.force_login(getattr(w, who))
    at_one = queries(client, url("request", request.pk))
    for _ in range(3):
        claim_on(w, request, 10_00)
    assert queries(client, url("request", request.pk)) == at_one
    assert at_one <= 18


def test_the_home_s_queries_do_not_grow_with_requests(w, client):
    fund = w.fund(5_000_00)
    draft(w, fund, title="One")
    client.force_login(w.owner)
    at_one = queries(client, "/")
    for number in range(3):
        draft(w, fund, title=f"More {number}")
    assert queries(client, "/") == at_one


def test_no_claim_begins_on_what_has_ended(w, client):
    request = approved(w, w.fund(1_000_00), 800_00)
    requests.complete(request=request, by=w.owner, now=NOW)
    client.force_login(w.owner)
    done = client.post(url("request_claim", request.pk), follow=True)
    assert told(done) == [f"{request.number} has ended, so no claim can draw on it. File one on the fund itself."]
    with pytest.raises(claims.ClaimRefused):
        claims.start(allocation=w.fund(), title="x", by=w.owner, now=NOW, request=request)


def test_every_act_leaves_an_event(w):
    request = approved(w, w.fund(1_000_00), 800_00)
    requests.complete(request=request, by=w.owner, now=NOW)
    assert list(Event.objects.about(request).values_list("verb", flat=True)) == [
        "started",
        "submitted",
        "taken",
        "approved",
        "completed",
    ]


def test_a_fund_s_claim_page_leads_to_what_was_approved(w, client):
    fund = w.fund(1_000_00, budget=w.budget(w.program(preapproval=True)))
    client.force_login(w.owner)
    assert "pays only for what it approved in advance" in client.get(url("start", fund.pk)).text
    request = approved(w, fund, 800_00)
    page = client.get(url("start", fund.pk)).text
    assert "$400.00 of $400.00 is still set aside" in page
    assert url("request_claim", request.pk) in page
    claim = claim_on(w, request, 100_00)
    for person in (w.owner, w.manager, w.admin):
        client.force_login(person)
        assert url("request", request.pk) in client.get(url("detail", claim.pk)).text
