"""The queue: filters, order, promised days, whose it is, what comes next; and many clean claims approved together."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims import actions
from claims.models import Claim
from partners.models import Event, Membership
from partners.states import Role
from tests.cast import NOW, accepted_file, balances, site

QUEUE = reverse("claims:queue")
TOGETHER = reverse("claims:together")
DO_IT = reverse("claims:approve_together")


def at(name, claim):
    return reverse(f"claims:{name}", args=[claim.pk])


def clean(w, n, **fund):
    """Claims of Brightpath without any sign of trouble: each of another supplier, of its own amount."""
    made = []
    for place in range(n):
        claim = w.draft(w.fund(5_000_00, **fund), costs=(900_00 + 100_00 * place + 7,))
        claim.lines.update(supplier=f"Studio {'abcdefghijk'[place]}{'klmnopqrst'[place]}")
        made.append(w.again(actions.submit(claim=w.again(claim), by=w.owner, now=NOW)))
    return made


def shown(client, **query):
    return [claim.pk for claim in client.get(QUEUE, query).context["page_obj"]]


def test_each_filter_narrows(w, client):
    one, two, three = clean(w, 3)
    large = w.submitted(w.fund(5_000_00, budget=w.budget(w.program(second_approval_over=100_00))))
    actions.approve(claim=large, version=large.version, by=w.second_admin, now=NOW)
    actions.take(claim=one, by=w.admin, now=NOW)
    client.force_login(w.admin)
    assert shown(client, whose="mine") == [one.pk]
    assert shown(client, whose="second") == [large.pk]
    assert one.pk not in shown(client, whose="nobody")
    assert shown(client, status="second_approval") == [large.pk]
    assert shown(client, program=two.program.pk) == [two.pk]
    assert len(shown(client, partner=w.brightpath.pk)) == 4
    assert shown(client, vendor=w.skylark.pk) == []
    assert shown(client, least="549", most="551") == [three.pk]
    assert shown(client, whose="disputed") == []
    for wrong in (
        {"least": "x"},
        {"program": "9" * 30},
        {"late": "x"},
        {"signs": "x"},
        {"sort": "x"},
        {"partner": "-"},
    ):
        assert client.get(QUEUE, wrong).status_code == 200


def test_what_was_promised_and_is_late(w, client):
    fund = w.fund(5_000_00, budget=w.budget(w.program(review_days=5)))
    late, young = w.submitted(fund), w.submitted()
    Claim.objects.filter(pk=late.pk).update(filed_at=timezone.now() - timedelta(days=7))
    client.force_login(w.admin)
    assert shown(client, late="yes") == [late.pk]
    assert shown(client, late="no") == [young.pk]
    page = client.get(QUEUE).text
    assert "2 days late" in page
    assert "no promise" in page
    assert shown(client, sort="promised")[0] == late.pk
    assert "2 days late" in client.get(at("detail", late)).text


def test_signs_are_a_filter_and_an_order(w, client):
    good, *_ = clean(w, 1)
    file = accepted_file()
    bad = []
    for _ in range(2):
        draft = w.draft()
        actions.attach(claim=draft, accepted=file, by=w.owner, now=NOW)
        bad.append(actions.submit(claim=w.again(draft), by=w.owner, now=NOW).pk)
    client.force_login(w.admin)
    assert shown(client, signs="yes") == bad
    assert shown(client, signs="no") == [good.pk]
    assert shown(client, sort="risk")[-1] == good.pk
    text = b"".join(client.get(QUEUE, {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert "is proof of another claim too" in text


@pytest.mark.parametrize("query", [{}, {"sort": "risk"}, {"signs": "yes"}])
def test_the_same_number_of_queries_for_any_number(w, client, django_assert_max_num_queries, query):
    client.force_login(w.admin)
    counts = []
    for size in (2, 5):
        for _ in range(size):
            w.submitted(w.fund(5_000_00, budget=w.budget(w.program(second_approval_over=900_00, review_days=3))))
        with django_assert_max_num_queries(45) as queries:
            client.get(QUEUE, query)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# whose, and what next


def test_it_is_taken_given_away_and_handed_back(w, client):
    claim = w.submitted()
    client.force_login(w.admin)
    client.post(at("take", claim))
    client.post(at("assign", claim), {"to": w.second_admin.pk})
    assert w.again(claim).reviewer == w.second_admin
    assert client.post(at("hand_back", claim)).status_code == 302
    assert w.again(claim).reviewer == w.second_admin, "only from who has it"
    client.force_login(w.second_admin)
    client.post(at("hand_back", claim))
    assert w.again(claim).reviewer is None
    assert [e.verb for e in Event.objects.about(claim)][-3:] == ["taken", "assigned", "handed back"]


def test_it_is_not_given_to_who_may_not_decide(w, client):
    Membership.objects.create(user=w.owner, company=site(), role=Role.ADMIN)
    claim = w.submitted()
    client.force_login(w.admin)
    assert client.post(at("assign", claim), {"to": w.owner.pk}).status_code == 409
    for wrong in ("", "x", w.finance.pk, w.admin.pk):
        assert client.post(at("assign", claim), {"to": wrong}).status_code == 400
    assert w.again(claim).reviewer is None


def test_next_opens_mine_first_and_never_what_i_may_not_decide(w, client):
    first, second, third = clean(w, 3)
    actions.take(claim=second, by=w.admin, now=NOW)
    actions.take(claim=third, by=w.second_admin, now=NOW)
    client.force_login(w.admin)
    assert client.get(reverse("claims:next")).headers["Location"] == at("detail", second)
    after = client.get(reverse("claims:next"), {"after": second.pk}).headers["Location"]
    assert after == at("detail", first)
    Membership.objects.create(user=w.owner, company=site(), role=Role.ADMIN)
    client.force_login(w.owner)
    session = client.session
    session["membership"] = w.owner.memberships.get(role=Role.ADMIN).pk
    session.save()
    assert client.get(reverse("claims:next")).headers["Location"] == QUEUE
    assert client.get(reverse("claims:next"), {"after": "9" * 40}).status_code == 302


def test_my_day(w, client):
    one, two = clean(w, 2)
    client.force_login(w.admin)
    client.post(at("approve", one), {"version": one.version, "as_asked": "1"})
    client.post(at("ask", two), {"ask-version": two.version, "ask-question": "Who came?"})
    page = client.get(reverse("claims:decisions"))
    assert "Who came?" in page.text
    assert "2 decisions" in page.text
    text = b"".join(client.get(reverse("claims:decisions"), {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert "Who came?" in text
    for day in ("2020-01-01", "x", "2026-99-99"):
        assert client.get(reverse("claims:decisions"), {"day": day}).status_code == 200


# together


def test_clean_claims_are_approved_together_after_a_look(w, client):
    claims = clean(w, 3)
    client.force_login(w.admin)
    page = client.get(TOGETHER, {"claim": [claim.pk for claim in claims]})
    assert "Approve 3 claims, $1,500.12?" in page.text
    done = client.post(DO_IT, {"seen": page.context["seen"]})
    assert "Approved 3 claims" in done.text
    for claim in claims:
        fresh = w.again(claim)
        assert (fresh.status, fresh.decided_by, fresh.approved) == ("approved", w.admin, fresh.asked)
        assert balances(claim.allocation)["approved"] == fresh.asked
        assert {line.status for line in fresh.lines.all()} == {"accepted"}
        assert [e.verb for e in Event.objects.about(claim)][-2:] == ["taken", "approved"]
    again = client.post(DO_IT, {"seen": page.context["seen"]})
    assert "Nothing was approved" in again.text


def test_what_is_not_clean_is_left_out_with_why(w, client):
    (good,) = clean(w, 1)
    large = w.submitted(w.fund(5_000_00, budget=w.budget(w.program(second_approval_over=100_00))))
    taken = w.submitted(w.fund(5_000_00, partner=w.othertech), by=w.stranger)
    actions.take(claim=taken, by=w.second_admin, now=NOW)
    asked = w.submitted(w.fund(5_000_00, partner=w.othertech), by=w.stranger)
    actions.ask(claim=asked, version=asked.version, question="?", by=w.admin, now=NOW)
    claims = [good, large, taken, asked]
    client.force_login(w.admin)
    page = client.get(TOGETHER, {"claim": [claim.pk for claim in claims]})
    assert page.context["clean"] == [good]
    for words in ("Over $100.00 two people approve.", "Adminette has it.", "A question is open"):
        assert words in page.text
    seen = " ".join(f"{claim.pk}:{w.again(claim).version}" for claim in claims)
    done = client.post(DO_IT, {"seen": seen})
    assert [claim.pk for claim in done.context["done"]] == [good.pk]
    assert len(done.context["refused"]) == 3


def test_all_of_a_list_and_none_chosen(w, client):
    claims = clean(w, 2)
    client.force_login(w.admin)
    assert len(client.get(TOGETHER, {"all": "1", "program": claims[0].program.pk}).context["clean"]) == 1
    assert "Choose the claims" in client.get(TOGETHER, follow=True).text
    for seen in ("", "x", "1:x", "9" * 40 + ":1", "1"):
        assert "Choose the claims" in client.post(DO_IT, {"seen": seen}, follow=True).text


def test_what_changed_since_the_look_is_refused_and_the_others_are_not(w, client):
    one, two = clean(w, 2)
    client.force_login(w.admin)
    seen = client.get(TOGETHER, {"claim": [one.pk, two.pk]}).context["seen"]
    actions.withdraw(claim=one, by=w.owner, now=NOW)
    done = client.post(DO_IT, {"seen": seen})
    assert [claim.pk for claim in done.context["done"]] == [two.pk]
    assert w.again(one).status == "withdrawn"


def test_four_eyes_hold_together_too(w):
    Membership.objects.create(user=w.owner, company=site(), role=Role.ADMIN)
    claims = clean(w, 2)
    outcomes = actions.approve_many(
        approvals=[actions.Approval(claim, claim.version) for claim in claims], by=w.owner, now=NOW
    )
    assert all("You may not decide" in outcome.words for outcome in outcomes)
    assert {w.again(claim).status for claim in claims} == {"submitted"}


def test_ten_take_as_many_statements_as_two(w, django_assert_max_num_queries):
    counts = []
    for size in (2, 10):
        claims = clean(w, size)
        approvals = [actions.Approval(claim, claim.version) for claim in claims]
        with django_assert_max_num_queries(20) as queries:
            outcomes = actions.approve_many(approvals=approvals, by=w.admin, now=NOW)
        assert not any(outcome.refusal for outcome in outcomes)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_partners_record_stands_in_two_lines(w, client):
    w.approved()
    claim = w.submitted()
    Claim.objects.filter(pk=claim.pk).update(filed_at=NOW + timedelta(hours=1))
    client.force_login(w.admin)
    page = client.get(at("detail", claim)).text
    assert "1 claim decided, $500.00 approved." in page
    assert "100% went through at the first look" in page
