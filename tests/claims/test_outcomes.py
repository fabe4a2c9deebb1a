"""After an activity its partner reports what came of it: measured and claimed apart, a later report in place of the first."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims import actions
from claims.actions import outcomes
from claims.actions.outcomes import Told
from claims.models import Outcome, OutcomeReport, Result, ResultFile
from funds.models import Allocation
from partners.models import Event
from programs import actions as programs
from programs.activities import ActivityKind
from programs.states import WindowFrom
from tests.cast import NOW, TODAY
from tests.files import HOSTILE, image
from tests.pages import queries, table

LIST = reverse("claims:results")
pytestmark = pytest.mark.usefixtures("_at_now")


def seminar(w, **terms):
    """A claim on a customer seminar, which asks for registered, attended, leads and opportunities; it ran until yesterday."""
    activity = programs.usual(ActivityKind.SEMINAR)
    activity.proofs = []
    claim = w.draft(w.fund(budget=w.budget(w.program(activities=[activity], **terms))))
    ran = (TODAY - timedelta(days=2), TODAY - timedelta(days=1))
    type(claim).objects.filter(pk=claim.pk).update(ran_from=ran[0], ran_until=ran[1])
    return w.again(actions.submit(claim=w.again(claim), by=w.owner, now=NOW))


def page(claim):
    return reverse("claims:results_of_claim", args=[claim.pk])


def form(claim):
    return reverse("claims:report_of_claim", args=[claim.pk])


def typed(number=0, **figures):
    """What a browser sends: `leads="5 CRM"` is measured in the CRM, `revenue="~900"` is claimed."""
    data = {"number": number, "words": ""}
    for kind, what in figures.items():
        if what.startswith("~"):
            data[f"{kind}-claimed"] = what[1:]
        else:
            amount, _, source = what.partition(" ")
            data |= {f"{kind}-measured": amount, f"{kind}-source": source}
    return data


def told(claim) -> dict[tuple[str, str], int]:
    outcome = Outcome.objects.get(claim=claim)
    return {
        (r.kind, r.basis): r.amount
        for r in Result.objects.filter(report__outcome=outcome, report__number=outcome.number)
    }


def test_it_is_reported_shown_to_the_vendor_and_in_the_story(w, client):
    claim = seminar(w)
    client.force_login(w.owner)
    shown = client.get(form(claim))
    for label in ("Registered", "Attended", "Leads", "Opportunities", "Revenue won, USD"):
        assert label in shown.text
    assert "Impressions" not in shown.text
    sent = typed(attended="41 Badge scan", leads="12 CRM export", revenue="~8,500.00") | {"words": "A full room."}
    done = client.post(form(claim), sent, follow=True)
    assert "Northgate Cloud sees what came of it" in done.text
    assert told(claim) == {("attended", "measured"): 41, ("leads", "measured"): 12, ("revenue", "claimed"): 8_500_00}
    client.force_login(w.manager)
    seen = client.get(page(claim)).text
    assert "Badge scan" in seen
    assert "$8,500.00" in seen
    assert "A full room." in seen
    assert "Results reported" in client.get(reverse("claims:detail", args=[claim.pk])).text
    assert Event.objects.about(claim).last().verb == "reported"


def test_pipeline_is_an_amount_and_meetings_are_a_count_wherever_they_are_told(w, client):
    claim = seminar(w)
    client.force_login(w.owner)
    shown = client.get(form(claim)).text
    for label in ("Meetings", "Pipeline opened, USD"):
        assert label in shown
    client.post(form(claim), typed(meetings="3 Calendar", pipeline="40,000.50 CRM"))
    assert told(claim) == {("meetings", "measured"): 3, ("pipeline", "measured"): 40_000_50}
    client.force_login(w.manager)
    assert "$40,000.50" in client.get(page(claim)).text
    record = client.get(reverse("claims:record_of_claim", args=[claim.pk])).text
    assert "pipeline opened $40,000.50 (measured, CRM)" in record
    rows = table(client.get(LIST, {"format": "csv"}))
    assert [(row["Result"], row["Figure"], row["Currency"]) for row in rows] == [
        ("Meetings", "3", ""),
        ("Pipeline opened", "40000.50", "USD"),
    ]


def test_a_later_report_counts_and_the_first_stays_readable(w, client):
    claim = seminar(w)
    client.force_login(w.owner)
    client.post(form(claim), typed(leads="5 CRM"))
    again = client.get(form(claim))
    assert 'value="5"' in again.text
    client.post(form(claim), typed(1, leads="9 CRM"))
    assert told(claim) == {("leads", "measured"): 9}
    text = client.get(page(claim)).text
    assert "Report 1, superseded" in text
    assert Event.objects.about(claim).filter(verb="reported").count() == 2


def test_the_same_form_twice_reports_once(w, client):
    claim = seminar(w)
    client.force_login(w.owner)
    client.post(form(claim), typed(leads="5 CRM"))
    again = client.post(form(claim), typed(leads="5 CRM"))
    assert again.status_code == 400
    assert "reported after you opened this page" in again.text
    assert OutcomeReport.objects.count() == 1


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({}, "Enter at least one figure"),
        ({"leads": "5"}, "Say where it is read"),
        ({"leads": "-1 CRM"}, "Enter a number from 0 on"),
        ({"leads": "many CRM"}, "Enter a whole number"),
        ({"leads": "9999999999999 CRM"}, "more than there are people"),
        ({"revenue": "~1.005"}, "is too fine"),
        ({"revenue": "~-5"}, "without a minus"),
        ({"leads": " CRM"}, "Enter what is read there"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_typed_is_lost(w, client, figures, words):
    claim = seminar(w)
    client.force_login(w.owner)
    answer = client.post(form(claim), typed(**figures) | {"words": "Keep this."})
    assert answer.status_code == 400
    assert words in answer.text
    assert "Keep this." in answer.text
    assert not OutcomeReport.objects.exists()


def test_before_the_end_and_of_a_draft_there_is_nothing_to_report(w, client):
    draft = w.draft()
    with pytest.raises(actions.ClaimRefused, match="this is not"):
        outcomes.report(about=draft, number=0, results=[Told("leads", "claimed", 1)], by=w.owner, now=NOW)
    client.force_login(w.owner)
    assert "this is not" in client.get(form(draft), follow=True).text


def test_only_the_partner_reports(w):
    claim = seminar(w)
    for user in (w.manager, w.admin, w.finance, w.stranger, w.other_manager):
        with pytest.raises(PermissionDenied):
            outcomes.report(about=claim, number=0, results=[Told("leads", "claimed", 1)], by=user, now=NOW)


def test_a_file_goes_through_the_upload_rules_and_is_served_sealed(w, client, kept):
    claim = seminar(w)
    client.force_login(w.owner)
    evil = SimpleUploadedFile("evil.pdf", HOSTILE["pdf with javascript"])
    refused = client.post(form(claim), typed(leads="5 CRM") | {"files": [evil]})
    assert refused.status_code == 400
    assert "holds a script" in refused.text
    assert not (kept / "results").exists()
    client.post(form(claim), typed(leads="5 CRM") | {"files": [SimpleUploadedFile("crm.png", image())]})
    file = ResultFile.objects.get()
    served = client.get(reverse("claims:result_file", args=[file.pk]))
    assert served["Content-Disposition"].startswith("attachment")
    assert "sandbox" in served["Content-Security-Policy"]
    client.force_login(w.stranger)
    assert client.get(reverse("claims:result_file", args=[file.pk])).status_code == 404


@pytest.mark.parametrize(
    ("terms", "days"),
    [
        ({}, 30),
        ({"claim_window_days": 7, "claim_window_from": WindowFrom.ACTIVITY}, 7),
        ({"claim_window_days": 90, "claim_window_from": WindowFrom.ACTIVITY}, 30),
    ],
)
def test_results_are_due_after_the_end_as_the_terms_say(w, client, terms, days):
    claim = seminar(w, **terms)
    assert outcomes.expect(NOW) == 1
    assert outcomes.expect(NOW) == 0
    outcome = Outcome.objects.get(claim=claim)
    assert outcome.due_on == TODAY - timedelta(days=1) + timedelta(days=days)
    assert outcome.due_on == outcome.ended_on + timedelta(days=outcomes.due_days(claim.allocation.terms))


def test_nothing_is_due_where_the_terms_ask_for_nothing_and_of_what_was_withdrawn(w, client):
    w.submitted()
    withdrawn = seminar(w)
    outcomes.expect(NOW)
    actions.withdraw(claim=withdrawn, by=w.owner, now=NOW)
    client.force_login(w.owner)
    assert "No results are due" in client.get(LIST).text


def test_overdue_results_are_flagged_and_the_list_filters_and_exports(w, client):
    late, told_of = seminar(w), seminar(w)
    outcomes.expect(NOW)
    Outcome.objects.filter(claim=late).update(ended_on=TODAY - timedelta(days=40), due_on=TODAY - timedelta(days=10))
    outcomes.report(about=told_of, number=0, results=[Told("revenue", "measured", 900_00, "CRM")], by=w.owner, now=NOW)
    client.force_login(w.owner)
    text = client.get(LIST).text
    assert "1 activity is over and its results are overdue" in text
    assert "10 days ago" in text
    assert "$900.00" in text
    for state, count in (("due", 1), ("overdue", 1), ("reported", 1), ("x", 2)):
        assert client.get(LIST, {"state": state}).context["page_obj"].paginator.count == count, state
    assert client.get(LIST, {"vendor": w.northgate.pk, "q": "webinar"}).context["page_obj"].paginator.count == 2
    assert "No result fits" in client.get(LIST, {"q": "nothing"}).text
    for sort in ("due", "-reported", "vendor", "nonsense", "-"):
        assert client.get(LIST, {"sort": sort}).status_code == 200
    rows = table(client.get(LIST, {"format": "csv"}))
    assert [(row["Result"], row["How known"], row["Figure"]) for row in rows] == [
        ("", "", ""),
        ("Revenue won", "Measured", "900.00"),
    ]
    assert b"".join(client.get(LIST, {"format": "xlsx"}).streaming_content).startswith(b"PK")
    client.force_login(w.other_manager)
    assert client.get(LIST).context["page_obj"].paginator.count == 0


def test_queries_are_constant(w, client):
    client.force_login(w.owner)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            claim = seminar(w)
            outcomes.report(about=claim, number=0, results=[Told("leads", "claimed", 3)], by=w.owner, now=NOW)
        counts.append((queries(client, LIST), queries(client, page(claim)), queries(client, form(claim))))
    assert counts[0] == counts[1]
    assert Allocation.objects.count() == 3
