"""The reviewer's checklist before filing: errors stop, warnings ask for a word, and the reviewer reads both."""

from datetime import timedelta

import pytest
from django.urls import reverse

from claims import actions, readings
from claims.checklist import State, checklist, phrases
from claims.models import Claim
from programs.activities import Shows
from programs.models import Activity
from tests.cast import NOW, TODAY, accepted_file
from tests.claims.asking import END, START, approved, claim_on
from tests.claims.invoices import paper
from tests.claims.lines_attacks import entry, rate
from tests.claims.typed import typed
from tests.pages import queries

DAY = TODAY - timedelta(days=3)


def drafted(w, *entries, fund=None, file=None, name: str = "invoice.pdf") -> Claim:
    claim = actions.start(allocation=fund or w.fund(), title="Fair", by=w.owner, now=NOW)
    actions.save(claim=claim, title="Fair", entries=entries or [entry()], by=w.owner, now=NOW)
    actions.attach(claim=claim, accepted=accepted_file(file, name), by=w.owner, now=NOW)
    return w.again(claim)


def states(claim: Claim) -> dict[str, str]:
    return {check.code: check.state.value for check in checklist(claim, NOW)}


def warnings(claim: Claim) -> list[str]:
    return [check.words for check in checklist(claim, NOW) if check.state == State.WARNING]


def note(w, claim: Claim, words: str = "It is right.") -> Claim:
    """A word on every warning."""
    claim.noted = {check.code: words for check in checklist(claim, NOW) if check.state == State.WARNING}
    claim.save()
    return w.again(claim)


def test_what_is_right_is_said_too(w):
    assert states(drafted(w)) == dict.fromkeys(["lines", "time", "money", "proofs"], "ok")


def test_a_number_on_two_claims_needs_a_word(w):
    first = actions.submit(claim=drafted(w, entry(total=500_00)), by=w.owner, now=NOW)
    second = drafted(w, entry("s 1", total=600_00))
    (said,) = warnings(second)
    assert said == (
        f"You have invoice s 1 of Expo on another claim too: {first.number} Fair (Northgate Cloud). Why is it here again?"
    )
    with pytest.raises(actions.ClaimRefused, match="Write a word on it beside"):
        actions.submit(claim=second, by=w.owner, now=NOW)
    actions.submit(claim=note(w, second, "Expo sent two of that number."), by=w.owner, now=NOW)
    # What was withdrawn counts no more.
    actions.withdraw(claim=first, by=w.owner, now=NOW)
    assert len(warnings(drafted(w, entry(total=700_00)))) == 1


def test_a_number_in_another_draft_needs_a_word(w):
    first = drafted(w)
    assert first.number in warnings(drafted(w))[0]
    # But not where both share it.
    assert warnings(drafted(w, entry("S-2", part=400_00))) == []
    assert warnings(drafted(w, entry("S-2", part=600_00))) == []


def test_what_the_terms_do_not_pay_for_is_found_in_the_words(w):
    activity = Activity(kind="other", name="Fairs", ineligible="Alcohol, gift cards; travel.", proofs=[])
    fund = w.fund(budget=w.budget(w.program(activities=[activity])))
    of_it = fund.terms.activities.get()
    claim = drafted(w, entry(activity=of_it), fund=fund)
    assert warnings(claim) == []
    for what, phrase in (("Gift card for guests", "gift card"), ("Alcohol-free bar", "alcohol"), ("Travels", "travel")):
        actions.save(
            claim=claim,
            title="Fair",
            entries=[actions.filing.Entry(what, "Expo", "S-1", DAY, 100_00, of_it)],
            by=w.owner,
            now=NOW,
        )
        (said,) = warnings(w.again(claim))
        assert said.startswith(f"Line 1 says «{phrase}")
    assert phrases("Not for alcohol, or for the salaries of your own people.") == ["for alcohol"]


def test_proof_is_asked_of_each_line_that_files_were_given_to(w):
    activity = Activity(kind="other", name="Fairs", proofs=[Shows.INVOICE])
    fund = w.fund(budget=w.budget(w.program(activities=[activity])))
    of_it = fund.terms.activities.get()
    claim = drafted(w, entry("1", activity=of_it), entry("2", activity=of_it), fund=fund)
    assert states(claim)["proofs"] == "ok"
    first, second = claim.lines.all()
    proof = claim.proofs.get()
    entries = [entry("1", activity=of_it, key=first.key), entry("2", activity=of_it, key=second.key)]
    actions.save(claim=claim, title="Fair", entries=entries, belongs={proof.pk: [second.key]}, by=w.owner, now=NOW)
    found = [check.words for check in checklist(w.again(claim), NOW) if check.state == State.ERROR]
    assert found == [
        f"Line 1, Fairs: attach what is missing, or tick which file shows it: {Shows.INVOICE.label}.",
    ]
    # A line that goes takes its files' mark along: they are for all again.
    actions.save(claim=claim, title="Fair", entries=entries[:1], by=w.owner, now=NOW)
    assert states(w.again(claim))["proofs"] == "ok"


@pytest.mark.parametrize(
    ("earlier", "later", "state"), [(0, 0, "ok"), (1, 0, "warning"), (0, 1, "warning"), (30, -10, "warning")]
)
def test_days_that_were_not_approved_need_a_word(w, earlier, later, state):
    claim = claim_on(w, approved(w, w.fund(), 800_00), 500_00, submit=False)
    ran = {"ran_from": START - timedelta(days=earlier), "ran_until": END + timedelta(days=later)}
    Claim.objects.filter(pk=claim.pk).update(**ran)
    (said,) = (check for check in checklist(w.again(claim), NOW) if check.code == "request-days")
    assert (said.state.value, "13 Dec 2026 to 14 Dec 2026" in said.words) == (state, True)


def test_what_the_invoice_says_otherwise_needs_a_word(w):
    rate("GBP", "USD", "1.3", DAY)
    fund = w.fund()
    typed_so = entry("AM-2026-0147", 1_190_00, DAY, currency="GBP", tax=200_00)
    claim = drafted(w, typed_so, fund=fund, file=paper("English"), name="scan.pdf")
    readings.read_what_is_new(claim, list(claim.proofs.all()))
    (said,) = warnings(w.again(claim))
    assert said == (
        "Line 1: scan.pdf says 3 Nov 2026, total £1,200.00, Acme Media Ltd; you typed 20 Nov 2026, £1,190.00, Expo."
    )
    # Two lines of one invoice add up to its total.
    halves = [entry("AM-2026-0147", 600_00, DAY - timedelta(days=17), currency="GBP") for _ in range(2)]
    rate("GBP", "USD", "1.3", DAY - timedelta(days=17))
    actions.save(claim=claim, title="Fair", entries=halves, by=w.owner, now=NOW)
    assert "total" not in " ".join(warnings(w.again(claim)))


class TestPage:
    @pytest.fixture
    def claim(self, w):
        actions.submit(claim=drafted(w, entry(total=500_00)), by=w.owner, now=NOW)
        return drafted(w, entry("S-1", total=600_00))

    def line(self, claim) -> dict:
        line = claim.lines.get()
        return {
            "key": line.key,
            "what": line.what,
            "supplier": line.supplier,
            "invoice_number": line.invoice_number,
            "invoice_date": line.invoice_date.isoformat(),
            "total": "600",
        }

    def test_from_a_warning_to_the_reviewer(self, w, client, claim):
        client.force_login(w.owner)
        edit = reverse("claims:edit", args=[claim.pk])
        line = self.line(claim)
        page = client.post(edit, typed(claim, line, do="submit"))
        assert page.status_code == 400
        assert "Why is it here again? Write a word on it beside." in page.text
        code = f"noted-dup-{line['key']}"
        assert f'name="{code}"' in page.text
        claim = w.again(claim)
        saved = client.post(reverse("claims:autosave", args=[claim.pk]), typed(claim, line, **{code: "Two <alike>."}))
        assert "Complete. You can file it." in saved.text
        assert 'value="Two &lt;alike&gt;."' in saved.text
        page = client.post(edit, typed(w.again(claim), line, do="submit", **{code: "Two <alike>."}), follow=True)
        assert "Filed. $300.00" in page.text
        client.force_login(w.admin)
        page = client.get(reverse("claims:detail", args=[claim.pk])).text
        assert "Checked at filing" in page
        assert "The partner says: Two &lt;alike&gt;." in page
        assert "has the number of one on another claim of this partner" in page

    @pytest.mark.parametrize("code", ["noted-x", "noted-" + "y" * 500, "noted-"])
    def test_a_word_on_nothing_is_dropped_at_filing(self, w, client, code):
        claim = drafted(w, entry("Z-1"))
        client.force_login(w.owner)
        line = self.line(claim) | {"total": "1000"}
        page = client.post(
            reverse("claims:edit", args=[claim.pk]), typed(claim, line, do="submit", **{code: "?"}), follow=True
        )
        assert "Filed." in page.text
        assert w.again(claim).noted == {}

    def test_the_same_number_of_queries_for_one_line_and_three(self, w, client):
        client.force_login(w.owner)
        rate(day=DAY)
        counts = []
        for numbers in (["a1"], ["b1", "b2", "b3"]):
            for number in numbers:
                actions.submit(claim=drafted(w, entry(number, part=400_00)), by=w.owner, now=NOW)
            lines = [entry(number, part=300_00) for number in numbers]
            claim = drafted(w, *lines, *(entry(f"{n}-eur", 100_00, DAY, currency="EUR") for n in numbers))
            counts.append(queries(client, reverse("claims:edit", args=[claim.pk])))
        assert counts[0] == counts[1]
