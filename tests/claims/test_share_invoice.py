"""One invoice, several vendors: parts never pass the whole, under races too; and no vendor learns of another."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.urls import reverse

from claims import actions
from claims.checklist import State, checklist
from claims.models import Claim, Invoice
from tests.cast import NOW, accepted_file, numbers, world
from tests.claims.lines_attacks import entry
from tests.pages import queries, table


def draft(w, fund=None, by=None, **more) -> Claim:
    claim = actions.start(allocation=fund or w.fund(), title=f"Fair {next(numbers)}", by=by or w.owner, now=NOW)
    actions.save(claim=claim, title=claim.title, entries=[entry(**more)], by=by or w.owner, now=NOW)
    actions.attach(claim=claim, accepted=accepted_file(), by=by or w.owner, now=NOW)
    return w.again(claim)


def filed(w, fund=None, by=None, **more) -> Claim:
    claim = noted(draft(w, fund, by, **more))
    return w.again(actions.submit(claim=claim, by=by or w.owner, now=NOW))


def noted(claim: Claim) -> Claim:
    """With a word on each warning: drafts of the same invoice know of each other."""
    words = {check.code: "Split." for check in checklist(claim, NOW) if check.state == State.WARNING}
    Claim.objects.filter(pk=claim.pk).update(noted=words)
    return claim


def skylarks(w):
    budget = w.budget(w.program(vendor=w.skylark, by=w.other_manager), by=w.other_manager)
    return w.fund(budget=budget, by=w.other_manager, name="Skylark secret fund")


def errors(claim: Claim) -> list[str]:
    return [check.words for check in checklist(claim, NOW) if check.state == State.ERROR]


def test_two_vendors_pay_an_invoice_together(w):
    """The story of an invoice of $1,000: 60% to one vendor, the rest to another, and not a cent more."""
    first = filed(w, part=600_00)
    assert first.lines.get().asked == 300_00
    whole = draft(w, skylarks(w))
    (said,) = errors(whole)
    assert said == (
        f"$600.00 of invoice S-1 of Expo, $1,000.00 in all, is asked on {first.number} (Northgate Cloud). "
        "$400.00 is left: ask for that part."
    )
    with pytest.raises(actions.ClaimRefused, match="is left: ask for that part"):
        actions.submit(claim=whole, by=w.owner, now=NOW)
    second = filed(w, skylarks(w), part=400_00, supplier="EXPO.", number="s1")
    assert first.lines.get().invoice == second.lines.get().invoice
    (said,) = errors(draft(w, part=2_00))
    assert said.endswith("Nothing is left of it.")
    # Rejected, withdrawn or sent back, its part is free again.
    actions.reject(claim=second, version=second.version, code="other", reason="No.", by=w.admin, now=NOW)
    third = filed(w, part=400_00)
    actions.withdraw(claim=third, by=w.owner, now=NOW)
    fourth = filed(w, part=399_99)
    assert errors(w.again(actions.reopen(claim=third, by=w.owner, now=NOW)))
    assert Invoice.objects.get().total == 1_000_00
    actions.approve(claim=fourth, version=fourth.version, by=w.admin, now=NOW)
    assert errors(draft(w, part=2_00))


def test_two_lines_of_one_claim_share_it_too(w):
    claim = actions.start(allocation=w.fund(), title="Fair", by=w.owner, now=NOW)
    entries = [entry(part=600_00), entry(part=500_00)]
    actions.save(claim=claim, title="Fair", entries=entries, by=w.owner, now=NOW)
    actions.attach(claim=claim, accepted=accepted_file(), by=w.owner, now=NOW)
    said = errors(w.again(claim))
    assert set(said) == {"Your lines ask for $1,100.00 of invoice S-1 of Expo, which is $1,000.00 in all."}


def test_other_partners_have_invoices_of_their_own(w):
    filed(w)
    theirs = filed(w, w.fund(partner=w.othertech), by=w.stranger)
    assert theirs.lines.get().invoice.partner_id == w.othertech.pk
    assert Invoice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_fifty_want_the_last_hundred_and_one_gets_it():
    w = world()
    filed(w, part=900_00)
    funds = [w.fund(100_00, budget=w.budget(amount=100_00)) for _ in range(50)]
    claims = [draft(w, fund, part=100_00) for fund in funds]
    for claim in claims:
        noted(claim)
    start = Barrier(len(claims))

    def file(claim: Claim) -> bool:
        try:
            start.wait()
            actions.submit(claim=claim, by=w.owner, now=NOW)
        except actions.ClaimRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(claims)) as pool:
        assert sum(pool.map(file, claims)) == 1
    (invoice,) = Invoice.objects.all()
    held = invoice.lines.filter(claim__status="submitted")
    assert sum(line.part for line in held) == invoice.total


class TestPages:
    @pytest.fixture
    def shared(self, w):
        """An invoice with 60% at Northgate and 40% at Skylark."""
        return filed(w, part=600_00), filed(w, skylarks(w), part=400_00)

    def test_the_partner_sees_who_pays_which_part(self, w, client, shared):
        client.force_login(w.owner)
        invoice = Invoice.objects.get()
        page = client.get(reverse("claims:invoice", args=[invoice.pk])).text
        for words in ("Northgate Cloud", "Skylark Compute", "$600.00", "40%", "nothing is left"):
            assert words in page
        (row,) = client.get(reverse("claims:invoices")).context["page_obj"]
        assert (row.asked, row.left, row.claims) == (1_000_00, 0, 2)
        (row,) = table(client.get(reverse("claims:invoices"), {"format": "csv"}))
        assert (row["Number"], row["Asked"], row["Left"]) == ("S-1", "1000.00", "0.00")
        page = client.get(reverse("claims:detail", args=[shared[0].pk])).text
        assert reverse("claims:invoice", args=[invoice.pk]) in page

    def test_the_list_is_narrowed_and_sorted(self, w, client, shared):
        filed(w, number="S-2", total=500_00, part=100_00)
        client.force_login(w.owner)

        def numbers_of(**asked):
            return [found.number for found in client.get(reverse("claims:invoices"), asked).context["page_obj"]]

        assert numbers_of(shared="several") == ["S-1"]
        assert numbers_of(shared="left") == ["S-2"]
        assert numbers_of(q="s-2") == ["S-2"]
        assert numbers_of(sort="total") == ["S-2", "S-1"]
        assert client.get(reverse("claims:invoices"), {"q": "nothing"}).text.count("No invoices here") == 1

    @pytest.mark.parametrize(("who", "mine", "other"), [("manager", 0, "Skylark"), ("other_manager", 1, "Northgate")])
    def test_a_vendor_sees_its_part_of_the_whole_and_nobody_else(self, w, client, shared, who, mine, other):
        client.force_login(getattr(w, who))
        part = ("$600.00", "$400.00")[mine]
        own, foreign = shared[mine], shared[1 - mine]
        page = client.get(reverse("claims:detail", args=[own.pk])).text
        assert f"Part of this invoice: {part} of $1,000.00 is asked here" in page
        assert client.get(reverse("claims:detail", args=[foreign.pk])).status_code == 404
        invoice = Invoice.objects.get()
        assert client.get(reverse("claims:invoice", args=[invoice.pk])).status_code == 404
        assert client.get(reverse("claims:invoices")).status_code == 403
        lists = ["claims:list", "funds:list", "dashboards:home", "programs:list", "funds:partners", "funds:requests"]
        pages = [client.get(reverse(name)) for name in lists] + [client.get(reverse("claims:detail", args=[own.pk]))]
        files = [client.get(reverse("claims:list"), {"format": kind}) for kind in ("csv", "xlsx")]
        texts = [page.text for page in pages] + [b"".join(file.streaming_content).decode("latin-1") for file in files]
        for text in texts:
            # The programs of all vendors are no secret; that this partner's invoice is shared, and with whom, is.
            for secret in (foreign.number, foreign.title, "secret fund" if who == "manager" else "Market development"):
                assert secret not in text

    def test_the_reviewers_list_names_no_other_vendor(self, w, client, shared):
        client.force_login(w.admin)
        page = client.get(reverse("claims:detail", args=[shared[1].pk])).text
        assert "Part of invoice S-1 of Expo: $400.00 of $1,000.00 is asked here." in page
        assert shared[0].number not in page
        assert "Northgate" not in page

    def test_the_same_number_of_queries_for_one_and_three(self, w, client, shared):
        client.force_login(w.owner)
        at_one = queries(client, reverse("claims:invoices"))
        invoice = reverse("claims:invoice", args=[Invoice.objects.get().pk])
        of_two = queries(client, invoice)
        filed(w, number="S-2")
        filed(w, number="S-3")
        assert queries(client, reverse("claims:invoices")) == at_one
        with transaction.atomic():
            actions.withdraw(claim=shared[0], by=w.owner, now=NOW)
            filed(w, part=300_00)
            filed(w, part=300_00)
        assert queries(client, invoice) == of_two
