"""Finance's pages after the bank: one payment's outcome, short payments and reversals, each with its lists."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from claims import actions
from claims.models import Payment, Reversal, ShortPay
from tests.cast import NOW, TODAY, balances
from tests.claims import paying

WORDS = {"words": "The bank kept a fee."}


def answer(payment, **changes):
    return {
        "became": "paid",
        "received": "500.00",
        "on": TODAY.isoformat(),
        "reference": "R-1",
        "failure": "",
    } | changes


@pytest.mark.usefixtures("_at_now")
def test_one_outcome_by_form_once(w, client):
    payment = paying.due(w)
    paying.sent(w, payment)
    client.force_login(w.finance)
    address = reverse("claims:settle", args=[payment.pk])
    for changes, words in (
        ({"received": ""}, "Enter what arrived."),
        ({"received": "600"}, "More than was sent"),
        ({"reference": ""}, "Enter the payment"),
        ({"became": "failed"}, "Say why"),
        ({"on": "2026-12-24"}, "still to come"),
    ):
        page = client.post(address, answer(payment, **changes))
        assert page.status_code in (400, 409)
        assert words in page.text
    assert "Paid $500.00 to Brightpath" in client.post(address, answer(payment), follow=True).text
    assert "nothing was done twice" in client.post(address, answer(payment), follow=True).text
    assert balances(payment.claim.allocation)["paid"] == 500_00


@pytest.mark.usefixtures("_at_now")
@pytest.mark.parametrize("is_in_batch", [False, True])
def test_what_is_not_at_the_bank_has_no_answer_of_it(w, client, is_in_batch):
    """Its page offers none; sent all the same, it would be paid on any day and past the page that pays by hand."""
    payment = paying.due(w)
    if is_in_batch:
        paying.batched(w, payment)
    client.force_login(w.finance)
    page = client.post(reverse("claims:settle", args=[payment.pk]), answer(payment, on="2020-01-01"))
    assert (page.status_code, "it has no such answer" in page.text) == (409, True)
    assert "paid" not in balances(payment.claim.allocation)


def test_a_short_payment_is_seen_and_resolved_by_either_side(w, client):
    short = paying.short(w)
    page = reverse("claims:payment", args=[short.payment_id])
    client.force_login(w.finance)
    assert "Pay $100.00 too" in client.get(page).text
    assert "$100.00" in client.get(reverse("claims:short_pays")).text
    client.force_login(w.member)
    assert "Accept $400.00" not in client.get(page).text
    client.force_login(w.owner)
    assert "Accept $400.00" in client.get(page).text
    refused = client.post(reverse("claims:accept_short", args=[short.pk]), {"words": ""})
    assert (refused.status_code, "Say it in a sentence" in refused.text) == (400, True)
    done = client.post(reverse("claims:accept_short", args=[short.pk]), WORDS, follow=True)
    assert "$100.00 is back in the fund" in done.text
    assert ShortPay.objects.get().status == "settled"
    client.force_login(w.finance)
    late = client.post(reverse("claims:pay_rest", args=[short.pk]), WORDS)
    assert (late.status_code, Payment.objects.count()) == (302, 1)


def test_only_an_owner_accepts_less(w):
    short = paying.short(w)
    for who in (w.member, w.finance, w.admin, w.manager, w.stranger):
        with pytest.raises(PermissionDenied):
            actions.accept_short(short=short, words="Fine.", by=who, now=NOW)


def test_two_people_of_finance_take_a_payment_back(w, client):
    payment = paying.paid(w)
    client.force_login(w.finance)
    assert "Take the payment back" in client.get(reverse("claims:detail", args=[payment.claim_id])).text
    address = reverse("claims:reverse", args=[payment.claim_id])
    assert client.post(address, {"code": "other"}).status_code == 400
    data = {"back_to": "budget", "code": "wrong_party", "reason": "The account was a stranger's."}
    page = client.post(address, data, follow=True)
    assert "You proposed it: another person of finance confirms it." in page.text
    assert client.post(address, data).status_code == 409
    reversal = Reversal.objects.get()
    assert client.post(reverse("claims:confirm_reversal", args=[reversal.pk])).status_code == 403
    client.force_login(paying.colleague(w))
    page = client.post(reverse("claims:confirm_reversal", args=[reversal.pk]), follow=True)
    assert "Reversed. The partner reads why." in page.text
    client.force_login(w.owner)
    page = client.get(reverse("claims:detail", args=[payment.claim_id]))
    assert "The account was a stranger" in page.text
    assert "the payment was taken back" in page.text


def test_a_dropped_proposal_changes_nothing(w, client):
    payment = paying.paid(w)
    reversal = paying.proposed(w, payment)
    client.force_login(w.finance)
    client.post(reverse("claims:drop_reversal", args=[reversal.pk]))
    assert w.again(payment.claim).status == "paid"
    late = client.post(reverse("claims:drop_reversal", args=[reversal.pk]), follow=True)
    assert "decided already" in late.text
    paying.proposed(w, payment)


def test_the_lists_filter_sort_export_and_keep_their_number_of_queries(w, client, django_assert_max_num_queries):
    client.force_login(w.finance)
    counts = []
    pages = {
        "claims:short_pays": ({"status": "open"}, {"status": "settled"}, ("claim", "-partner", "opened", "missing")),
        "claims:reversals": ({"status": "open"}, {"status": "dropped"}, ("claim", "-partner", "proposed", "amount")),
    }
    for name in pages:
        assert "Nothing" in client.get(reverse(name)).text
    for more in (1, 2):
        for _ in range(more):
            paying.short(w)
            paying.proposed(w, paying.paid(w))
        found = []
        for name in pages:
            with django_assert_max_num_queries(20) as queries:
                client.get(reverse(name))
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]
    for name, (some, none, sorts) in pages.items():
        for asked, count in (({"q": "brightp"} | some, 3), (none, 0), ({"q": "nobody"}, 0)):
            assert client.get(reverse(name), asked).context["page_obj"].paginator.count == count
        for sort in sorts:
            assert client.get(reverse(name), {"sort": sort}).status_code == 200
        for kind in ("csv", "xlsx"):
            assert client.get(reverse(name), {"format": kind}).status_code == 200


def test_the_page_of_a_payment_keeps_its_number_of_queries(w, client, django_assert_max_num_queries):
    payment = paying.due(w)
    client.force_login(w.finance)
    counts = []
    for by in (w.owner, w.manager):
        paying.held(w, payment, by)
        with django_assert_max_num_queries(40) as queries:
            client.get(reverse("claims:payment", args=[payment.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]
