"""Who changed what: the database writes down each change of what was filed, through a page or by raw SQL, bank secrets hidden."""

import pytest
from django.db import connection
from django.urls import reverse

from claims import actions
from claims.models import Claim, RowChange
from tests.cast import NOW, accepted_file
from tests.claims import asking, paying
from tests.pages import queries, table

CHANGES = reverse("claims:changes")


def changed(**which) -> RowChange:
    return RowChange.objects.filter(**which).latest("pk")


def test_a_person_is_named_through_a_page_and_what_differs_is_said(w, client):
    claim = w.submitted()
    client.force_login(w.admin)
    client.post(reverse("claims:take", args=[claim.pk]))
    row = changed(table="claims_claim", claim=claim.pk, becomes__status="in_review")
    assert (row.actor, row.act) == (w.admin, "update")
    assert (row.was["status"], row.becomes["status"]) == ("submitted", "in_review")
    # What stayed is not repeated.
    assert "title" not in row.was


def test_raw_sql_is_written_down_as_nobodys_request(w):
    claim = w.submitted()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_claim SET title = 'Quietly' WHERE id = %s", [claim.pk])
        cursor.execute("SELECT session_user")
        user = cursor.fetchone()[0]
    row = changed(table="claims_claim", claim=claim.pk)
    assert row.actor is None
    assert row.database_user == user
    assert (row.was, row.becomes) == ({"title": "Cloud webinar"}, {"title": "Quietly"})


def test_in_bulk_too(w):
    claims = [w.submitted().pk for _ in range(3)]
    Claim.objects.filter(pk__in=claims).update(title="All of them")
    found = RowChange.objects.filter(becomes__title="All of them")
    assert {row.claim_id for row in found} == set(claims)
    assert len({row.transaction for row in found}) == 1


def test_a_draft_that_nobody_filed_is_nobody_elses(w):
    w.draft()
    assert not RowChange.objects.exists()


def test_lines_and_proofs_from_the_first_filing_on(w):
    claim = w.submitted()
    claim = actions.reject(claim=claim, version=claim.version, code="other", reason="No.", by=w.admin, now=NOW)
    claim = actions.reopen(claim=w.again(claim), by=w.owner, now=NOW)
    actions.detach(proof=claim.proofs.get(), by=w.owner, now=NOW)
    assert changed(table="claims_proof", claim=claim.pk, becomes__status="removed").was["status"] == "pending"
    new = actions.attach(claim=claim, accepted=accepted_file(), by=w.owner, now=NOW)
    actions.detach(proof=new, by=w.owner, now=NOW)
    gone = changed(table="claims_proof", act="delete", claim=claim.pk)
    assert gone.was["sha256"] == new.sha256
    assert changed(table="claims_line", claim=claim.pk, becomes__status="denied").was["status"] == "pending"


def test_requests_and_payments(w):
    request = asking.filed(w, w.fund(), 1_000_00)
    assert changed(table="claims_fundrequest", request=request.pk).becomes["status"] == "submitted"
    payment = paying.paid(w)
    assert changed(table="claims_payment", row_id=payment.pk).becomes["status"] == "confirmed"


def test_bank_details_are_never_in_clear(w):
    details = paying.enter(w.brightpath, w.owner)
    (row,) = RowChange.objects.filter(table="claims_bankdetails", row_id=details.pk)
    assert row.becomes["secret"] == "hidden"
    assert details.secret not in str(row.becomes)
    assert paying.SECRETS.account not in str(row.becomes)


def test_the_actor_does_not_outlive_its_request(w, client, transactional_db):
    claim = w.submitted()
    client.force_login(w.admin)
    client.post(reverse("claims:take", args=[claim.pk]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('windfall.actor', true), '')")
        assert cursor.fetchone() == ("",)


def test_the_page_narrows_pages_and_exports(w, client):
    claim = w.submitted()
    client.force_login(w.admin)
    client.post(reverse("claims:take", args=[claim.pk]))
    text = client.get(CHANGES, {"q": claim.number}).text
    assert "<del>submitted</del>" in text
    assert w.admin.name in text
    for which, there in (
        ({"table": "claims_proof"}, False),
        ({"who": w.admin.name.lower(), "act": "update", "how": "page"}, True),
        ({"q": "nonsense"}, False),
        ({"q": "C-" + "9" * 18}, False),
    ):
        assert bool(client.get(CHANGES, which).context["page_obj"].object_list) == there, which
    rows = table(client.get(CHANGES, {"format": "csv", "q": claim.number, "how": "page"}))
    assert {"Column": "status", "Was": "submitted", "Is": "in_review"}.items() <= next(
        row for row in rows if row["Column"] == "status"
    ).items()
    client.force_login(w.finance)
    assert client.get(CHANGES).status_code == 403


def test_queries_are_constant(w, client):
    w.submitted()
    client.force_login(w.admin)
    first = queries(client, CHANGES)
    w.submitted()
    w.submitted()
    assert queries(client, CHANGES) == first


@pytest.mark.parametrize("table", ["line", "proof"])
def test_what_a_decision_hangs_on_is_not_deleted(w, table):
    claim = w.approved()
    with pytest.raises(Exception, match="stay"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM claims_{table} WHERE claim_id = %s", [claim.pk])


def test_the_page_names_people_and_tells_days_as_a_person_reads_them(w, client):
    claim = w.submitted()
    actions.take(claim=claim, by=w.admin, now=NOW)
    client.force_login(w.admin)
    page = client.get(CHANGES).text
    assert f"<strong>reviewer</strong> <ins>{w.admin.name}</ins>" in page
    assert "<strong>reviewer id</strong>" not in page
    assert "2026-11-23T" not in page
    assert "23 Nov 2026, 12:00:00" in page
