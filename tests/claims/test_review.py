"""An admin decides: the queue, the claim's page, approve in full or in part, ask, reject; a decision names what it saw."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections
from django.db.models import QuerySet
from django.urls import reverse

from claims import actions
from claims.actions.verdicts import Verdict
from funds import actions as funds
from partners.models import Event
from tests.cast import NOW, TODAY, accepted_file, balances, world

QUEUE = reverse("claims:queue")


def at(name, claim):
    return reverse(f"claims:{name}", args=[claim.pk])


def decision(claim, **changes):
    """The approval form as the page sends it, every line as asked."""
    data = {"version": claim.version}
    for line in claim.lines.all():
        data[f"line-{line.pk}-accepted"] = f"{line.asked / 100:.2f}"
    return data | changes


def reduced(claim, amount, code="mismatch", reason="Names another company."):
    line = claim.lines.first()
    key = f"line-{line.pk}"
    return decision(claim, **{f"{key}-accepted": amount, f"{key}-code": code, f"{key}-reason": reason})


# the queue


def test_the_queue_shows_what_waits_longest_first(w, client):
    young, old = w.submitted(), w.submitted()
    w.draft()
    w.approved()
    type(old).objects.filter(pk=old.pk).update(filed_at=NOW - timedelta(days=9), title="Old one")
    client.force_login(w.admin)
    page = client.get(QUEUE)
    assert [claim.pk for claim in page.context["page_obj"]] == [old.pk, young.pk]
    assert "2 claims to decide" in page.text
    assert client.get(QUEUE, {"q": "old one"}).context["page_obj"].paginator.count == 1
    assert client.get(QUEUE, {"whose": "mine"}).context["page_obj"].paginator.count == 0
    for wrong in ({"vendor": "x"}, {"status": "nonsense"}, {"page": "x"}, {"sort": "nonsense"}, {"vendor": "9" * 30}):
        assert client.get(QUEUE, wrong).status_code == 200


def test_the_queue_comes_as_csv_and_xlsx(w, client):
    claim = w.submitted()
    type(claim).objects.filter(pk=claim.pk).update(title="=HYPERLINK(1)")
    client.force_login(w.admin)
    text = b"".join(client.get(QUEUE, {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "500.00" in text
    assert b"".join(client.get(QUEUE, {"format": "xlsx"}).streaming_content).startswith(b"PK")


@pytest.mark.parametrize("who", ["owner", "member", "manager", "finance", "stranger"])
def test_the_queue_is_the_admins(w, client, who):
    client.force_login(getattr(w, who))
    assert client.get(QUEUE).status_code == 403


@pytest.mark.parametrize("address", ["queue", "page"])
def test_the_same_number_of_queries_for_one_and_three(w, client, django_assert_max_num_queries, address):
    client.force_login(w.admin)
    counts = []
    for size in (1, 3):
        for _ in range(size):
            claim = w.submitted(costs=(100_00,) * size)
        url = QUEUE if address == "queue" else at("detail", claim)
        with django_assert_max_num_queries(30) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# approve


def test_approving_all_moves_it_and_goes_on_to_the_next(w, client):
    fund = w.fund(5_000_00)
    claim, following = w.submitted(fund), w.submitted()
    client.force_login(w.admin)
    said = client.post(at("approve", claim), decision(claim))
    assert said.headers["Location"] == at("detail", following)
    claim = w.again(claim)
    assert (claim.status, claim.approved, claim.decided_by, claim.reviewer) == ("approved", 500_00, w.admin, w.admin)
    assert balances(fund) == {"available": 4_500_00, "approved": 500_00}
    assert [e.verb for e in Event.objects.about(claim)][-2:] == ["taken", "approved"]


def test_approving_a_part_returns_the_rest_with_a_reason_on_the_line(w, client):
    fund = w.fund(5_000_00)
    claim = w.submitted(fund, costs=(1_000_00, 400_00))
    client.force_login(w.admin)
    client.post(at("approve", claim), reduced(claim, "120.50"))
    claim = w.again(claim)
    assert (claim.status, claim.approved) == ("partly_approved", 320_50)
    line = claim.lines.first()
    assert (line.status, line.accepted, line.reason) == ("reduced", 120_50, "Names another company.")
    assert balances(fund) == {"available": 4_679_50, "approved": 320_50}
    client.force_login(w.owner)
    page = client.get(at("detail", claim)).text
    assert "Names another company." in page
    assert "Amounts, dates or names do not match" in page


def test_what_is_kept_uses_pre_approved_money_first(w):
    fund = w.fund(5_000_00)
    funds.reserve(allocation=fund, amount=300_00, key="k", by=w.manager, reason="Webinar", at=NOW)
    claim = w.submitted(fund)
    line = claim.lines.get()
    verdicts = {line.pk: Verdict(200_00, "other", "Half of it.")}
    actions.approve(claim=claim, version=claim.version, verdicts=verdicts, by=w.admin, now=NOW)
    assert balances(fund) == {"available": 4_700_00, "reserved": 100_00, "approved": 200_00}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (("501.00",), "At most $500.00 is asked for."),
        (("-1",), "Enter the amount without a minus."),
        (("abc",), "Enter an amount"),
        (("",), "Enter an amount"),
        (("1.005",), "has 2 decimals"),
        (("9" * 18,), "more than any fund"),
        (("100", ""), "Choose why less is accepted."),
        (("100", "nonsense"), "Select a valid choice"),
        (("100", "other", "  "), "Say in a sentence what is wrong."),
        (("100", "other", "x" * 501), "at most 500 characters"),
    ],
)
def test_a_bad_verdict_is_named_and_decides_nothing(w, client, changes, words):
    claim = w.submitted()
    client.force_login(w.admin)
    page = client.post(at("approve", claim), reduced(claim, *changes))
    assert page.status_code == 400
    assert words in page.text
    assert w.again(claim).status == "submitted"


def test_accepting_nothing_is_a_rejection_and_is_told_so(w, client):
    claim = w.submitted()
    client.force_login(w.admin)
    page = client.post(at("approve", claim), reduced(claim, "0"))
    assert page.status_code == 409
    assert "Reject the claim instead" in page.text
    assert "Names another company." in page.text


def test_a_repeated_click_decides_once(w, client):
    claim = w.submitted()
    client.force_login(w.admin)
    data = decision(claim)
    client.post(at("approve", claim), data)
    again = client.post(at("approve", claim), data)
    assert again.status_code == 409
    assert balances(claim.allocation)["approved"] == 500_00
    assert Event.objects.about(claim).filter(verb="approved").count() == 1


def test_a_claim_that_changed_meanwhile_is_refused_with_what_changed(w, client):
    claim = w.submitted()
    old = decision(claim)
    asked = actions.ask(claim=claim, version=claim.version, question="Who came?", by=w.second_admin, now=NOW)
    actions.attach(claim=asked, accepted=accepted_file(), by=w.owner, now=NOW)
    client.force_login(w.admin)
    page = client.post(at("approve", claim), old | {"note": "Typed before"})
    assert page.status_code == 409
    assert "changed after you opened the page" in page.text
    assert "Question asked by Adminette" in page.text
    assert "Typed before" in page.text
    assert w.again(claim).status == "info_requested"


@pytest.mark.parametrize("data", [{}, {"version": "x"}, {"version": "9" * 30}, {"version": "-1"}])
@pytest.mark.parametrize("name", ["approve", "ask", "reject"])
def test_garbage_decides_nothing(w, client, name, data):
    claim = w.submitted()
    client.force_login(w.admin)
    assert client.post(at(name, claim), data).status_code in (400, 409)
    assert w.again(claim).status == "submitted"


# ask and reject


def test_a_question_waits_for_the_answer(w, client):
    claim = w.submitted()
    client.force_login(w.admin)
    client.post(at("ask", claim), {"ask-version": claim.version, "ask-question": "How many came?"})
    assert w.again(claim).status == "info_requested"
    client.force_login(w.owner)
    assert "How many came?" in client.get(at("detail", claim)).text
    assert client.post(at("answer", claim), {"words": " "}).status_code == 400
    page = client.post(at("answer", claim), {"words": "Forty-two."}, follow=True)
    assert "Your answer is with the reviewer." in page.text
    assert w.again(claim).status == "in_review"
    assert balances(claim.allocation)["claimed"] == 500_00


def test_a_rejection_returns_the_money_and_shows_why_where_it_is_fixed(w, client):
    fund = w.fund(5_000_00)
    claim = w.submitted(fund)
    client.force_login(w.admin)
    data = {
        "reject-version": claim.version,
        "reject-code": "wrong_document",
        "reject-reason": "The scan is not readable.",
    }
    page = client.post(at("reject", claim), data, follow=True)
    assert "Rejected" in page.text
    assert balances(fund) == {"available": 5_000_00}
    client.force_login(w.owner)
    assert "The scan is not readable." in client.get(at("detail", claim)).text
    page = client.post(at("reopen", claim), follow=True)
    assert page.redirect_chain[-1][0] == at("edit", claim)
    assert "The scan is not readable." in page.text
    assert page.context["lines"].forms[0].data["lines-0-supplier"] == "Acme Media"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reject-code": ""}, "Choose a reason"),
        ({"reject-code": "nonsense"}, "Select a valid choice"),
        ({"reject-reason": ""}, "Say what is wrong"),
        ({"reject-reason": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_rejection_without_reasons_is_refused(w, client, changes, words):
    claim = w.submitted()
    client.force_login(w.admin)
    good = {"reject-version": claim.version, "reject-code": "other", "reject-reason": "No."}
    page = client.post(at("reject", claim), good | changes)
    assert page.status_code == 400
    assert words in page.text


# who and when


@pytest.mark.parametrize("name", ["take", "approve", "ask", "reject"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 403), ("member", 403), ("manager", 403), ("finance", 403), ("stranger", 404), ("other_manager", 404)],
)
def test_only_admins_decide(w, client, name, who, status):
    claim = w.submitted()
    client.force_login(getattr(w, who))
    assert client.post(at(name, claim), decision(claim)).status_code == status
    assert w.again(claim).status == "submitted"


@pytest.mark.parametrize("name", ["take", "approve", "ask", "reject"])
def test_what_is_decided_stays_decided(w, client, name):
    claim = w.approved()
    client.force_login(w.second_admin)
    version = {"version": claim.version, "ask-version": claim.version, "reject-version": claim.version}
    words = {"ask-question": "?", "reject-code": "other", "reject-reason": "No."}
    assert client.post(at(name, claim), decision(claim) | version | words).status_code in (302, 409)
    assert w.again(claim).status == "approved"
    assert balances(claim.allocation)["approved"] == 500_00


def test_same_file_and_same_invoice_are_pointed_out(w, client):
    file = accepted_file()
    first, second = w.draft(), w.draft(by=w.member)
    for claim in (first, second):
        actions.attach(claim=claim, accepted=file, by=w.owner, now=NOW)
    # Its day is another: with the same day and total it would be the same invoice, which is claimed once.
    second.lines.update(invoice_number=first.lines.get().invoice_number.lower(), invoice_date=TODAY)
    noted = {f"dup-{second.lines.get().key}": "They numbered two alike."}
    type(second).objects.filter(pk=second.pk).update(noted=noted)
    actions.submit(claim=w.again(first), by=w.owner, now=NOW)
    actions.submit(claim=w.again(second), by=w.owner, now=NOW)
    client.force_login(w.admin)
    page = client.get(at("detail", second)).text
    assert f"The file {file.name} is proof of another claim too" in page
    assert "is on another claim too" in page
    assert first.number in page
    client.force_login(w.owner)
    assert "on another claim too" not in client.get(at("detail", second)).text


# two at once


def both_decide(w, claim):
    together = threading.Barrier(2, timeout=20)

    def decide(who):
        try:
            together.wait()
            actions.approve(claim=claim, version=claim.version, by=who, now=NOW)
        except actions.ClaimRefused:
            return "refused"
        except DatabaseError:
            return "a 500"
        finally:
            connections.close_all()
        return "approved"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(decide, [w.admin, w.second_admin]))


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_exactly_one_decides():
    w = world()
    claim = w.submitted()
    assert both_decide(w, claim) == ["approved", "refused"]
    assert Event.objects.about(claim).filter(verb="approved").count() == 1
    assert balances(claim.allocation)["approved"] == 500_00


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_second_would_meet_the_database_instead_of_a_sentence(monkeypatch):
    """The lock matters: without it both pass the same checks, and only the database's own rules keep the money right."""
    w = world()
    claim = w.submitted()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    read = threading.Barrier(2, timeout=20)
    check = actions.approving.check

    def check_together(*args, **kwargs):
        check(*args, **kwargs)
        if kwargs["version"] is not None:
            read.wait()

    monkeypatch.setattr(actions.approving, "check", check_together)
    assert both_decide(w, claim) == ["a 500", "approved"]
    assert balances(claim.allocation)["approved"] == 500_00
