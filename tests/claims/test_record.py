"""One line of time for a claim and for a request: acts, files, questions, decisions, money, payments, results, in words."""

import pytest
from django.urls import reverse

from claims import actions
from claims.record import EntryKind, story
from tests.cast import NOW, TODAY
from tests.claims import asking, paying
from tests.claims.telling import told
from tests.pages import queries, table


def page(claim):
    return reverse("claims:record_of_claim", args=[claim.pk])


def lived(w):
    """A claim that was questioned, approved in part, paid and taken back."""
    claim = w.submitted(costs=(1_000_00, 400_00))
    claim = actions.ask(claim=claim, version=claim.version, question="Who came?", by=w.admin, now=NOW)
    claim = actions.answer(claim=claim, words="Forty guests.", by=w.owner, now=NOW)
    verdicts = {claim.lines.last().pk: actions.review.Verdict(100_00, "mismatch", "It says less.")}
    claim = actions.approve(claim=claim, version=claim.version, verdicts=verdicts, by=w.admin, now=NOW)
    actions.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="WF-7", by=w.finance, now=NOW)
    told(w.again(claim), by=w.owner, leads=12)
    reversal = actions.propose_reversal(
        claim=w.again(claim), back_to="fund", code="other", reason="Paid twice.", by=w.finance, now=NOW
    )
    actions.confirm_reversal(reversal=reversal, by=paying.colleague(w), now=NOW)
    return w.again(claim)


def test_it_tells_everything(w, client):
    claim = lived(w)
    found = story(claim, w.owner)
    assert {entry["kind"] for entry in found} == set(EntryKind) - {EntryKind.DISPUTES}
    said = " | ".join(f"{entry['what']} {entry['reason']}" for entry in found)
    for words in (
        "Question asked Who came?",
        "Forty guests.",
        "Approved in part, $600.00",
        "$700.00: Available to Claimed",
        "$600.00: Claimed to Approved",
        "$100.00: Claimed to Available",
        "$600.00: Paid to Available",
        "reference WF-7",
        "leads 12 (measured, CRM)",
        "Paid twice.",
    ):
        assert words in said, words
    # Each cent that moved for it stands there: what went in and came out again is nothing.
    client.force_login(w.owner)
    text = client.get(page(claim)).text
    assert "Advertising 2: $100.00 of $200.00. It says less." in text
    # Its own page survives it too.
    assert client.get(reverse("claims:detail", args=[claim.pk])).status_code == 200


def test_it_narrows_by_kind_and_exports(w, client):
    claim = lived(w)
    client.force_login(w.manager)
    money = client.get(page(claim), {"kind": "money"})
    assert {entry["kind"] for entry in money.context["entries"]} == {EntryKind.MONEY}
    assert "Who came?" not in money.text
    assert client.get(page(claim), {"kind": "nonsense"}).status_code == 200
    rows = table(client.get(page(claim), {"kind": "questions", "format": "csv"}))
    assert [row["Words"].partition("\n")[0] for row in rows] == ["Forty guests.", "Who came?"]
    assert b"".join(client.get(page(claim), {"format": "xlsx"}).streaming_content).startswith(b"PK")


def test_a_requests_record_holds_that_of_its_claims(w, client):
    fund = w.fund()
    request = asking.approved(w, fund, 1_000_00)
    claim = asking.claim_on(w, request, 600_00)
    draft = asking.claim_on(w, asking.again(request), 100_00, submit=False)
    client.force_login(w.owner)
    address = reverse("claims:record_of_request", args=[request.pk])
    text = client.get(address).text
    assert "$500.00: Available to Reserved" in text
    assert "$300.00: Reserved to Claimed" in text
    assert f"{claim.number}: Filed" in text
    assert draft.number in text
    # The vendor sees no draft.
    client.force_login(w.manager)
    text = client.get(address).text
    assert claim.number in text
    assert draft.number not in text


@pytest.mark.parametrize("who", ["stranger", "other_manager"])
def test_it_is_not_there_for_others(w, client, who):
    claim = w.submitted()
    client.force_login(getattr(w, who))
    assert client.get(page(claim)).status_code == 404


def test_queries_are_constant(w, client):
    client.force_login(w.owner)
    assert queries(client, page(w.submitted())) == queries(client, page(lived(w)))
