"""Either side keeps a payment from leaving: with a reason that the other reads, until its own side lets go."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from claims import actions
from claims.models import Hold
from tests.cast import NOW, TODAY
from tests.claims import paying

FORM = {"code": "other", "words": "Our bank is changing; details follow on Friday."}


@pytest.mark.parametrize(
    ("who", "side"), [("owner", "partner"), ("member", "partner"), ("manager", "vendor"), ("finance", "finance")]
)
def test_each_side_holds_and_lets_go_of_its_own(w, client, who, side):
    payment = paying.due(w)
    client.force_login(getattr(w, who))
    page = client.post(reverse("claims:hold", args=[payment.pk]), FORM, follow=True)
    assert "details follow on Friday" in page.text
    hold = Hold.objects.get()
    assert (hold.side, paying.again(payment).status) == (side, "on_hold")
    others = {"owner", "manager", "finance"} - {who} - ({"owner"} if who == "member" else set())
    for other in others:
        with pytest.raises(PermissionDenied):
            actions.lift(hold=hold, words="Fine.", by=getattr(w, other), now=NOW)
    client.post(reverse("claims:lift", args=[hold.pk]), {"words": "Done."})
    assert paying.again(payment).status == "pending"


def test_it_goes_on_when_nobody_holds_it_any_more(w, client):
    payment = paying.due(w)
    first, second = paying.held(w, payment, w.owner), paying.held(w, paying.again(payment), w.manager)
    for page, words in ((w.owner, "Another reason"), (w.finance, "Another reason; another reason")):
        client.force_login(page)
        assert words.lower() in client.get(reverse("claims:payment", args=[payment.pk])).text.lower()
    actions.lift(hold=first, words="Done.", by=w.member, now=NOW)
    assert paying.again(payment).status == "on_hold"
    with pytest.raises(actions.ClaimRefused, match="put it on hold"):
        paying.batched(w, paying.again(payment))
    actions.lift(hold=second, words="Done.", by=w.manager, now=NOW)
    paying.batched(w, paying.again(payment))


def test_a_held_payment_leaves_its_open_batch_but_not_the_bank(w, client):
    in_batch, at_bank = paying.due(w), paying.due(w)
    paying.batched(w, in_batch)
    paying.sent(w, at_bank)
    paying.held(w, paying.again(in_batch), w.owner)
    assert (paying.again(in_batch).batch, w.again(in_batch.claim).status) == (None, "approved")
    client.force_login(w.owner)
    page = client.post(reverse("claims:hold", args=[at_bank.pk]), FORM)
    assert (page.status_code, "cannot be held any more" in page.text) == (409, True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": ""}, "Choose a reason."),
        ({"code": "no_account"}, "Select a valid choice"),
        ({"words": " "}, "Say why it has to wait"),
        ({"words": "x" * 501}, "at most 500"),
    ],
)
def test_a_hold_says_why(w, client, change, words):
    payment = paying.due(w)
    client.force_login(w.owner)
    page = client.post(reverse("claims:hold", args=[payment.pk]), FORM | change)
    assert page.status_code == 400
    assert words in page.text
    assert paying.again(payment).status == "pending"


def test_the_same_hold_twice_is_one(w):
    payment = paying.due(w)
    paying.held(w, payment, w.owner)
    with pytest.raises(actions.ClaimRefused, match="already"):
        paying.held(w, payment, w.member)


def test_holds_stay_on_what_is_split(w):
    payment = paying.due(w)
    hold = paying.held(w, payment, w.owner)
    claim = payment.claim
    parts = [(100_00, TODAY), (400_00, TODAY)]
    new = actions.split(claim=claim, version=claim.version, parts=parts, by=w.finance, now=NOW)
    assert {paying.again(p).status for p in new} == {"on_hold"}
    hold.refresh_from_db()
    assert hold.closed_at
    actions.lift(hold=new[0].holds.get(), words="Done.", by=w.owner, now=NOW)
    assert [paying.again(p).status for p in new] == ["pending", "on_hold"]


def test_what_somebody_holds_is_not_paid_by_hand(w):
    claim = w.approved()
    paying.held(w, claim.payments.get(), w.owner)
    said = {"version": claim.version, "paid_on": TODAY, "reference": "x", "by": w.finance, "now": NOW}
    with pytest.raises(actions.ClaimRefused, match="on hold"):
        actions.pay(claim=claim, **said)
    assert w.again(claim).status == "approved"
