"""A partner says that it has a plan ready; the vendor's managers read it, and decline it with a reason or grant it money."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from funds import actions
from funds.asks import Proposal
from partners.models import Event
from programs import actions as programs
from tests.cast import NOW, TODAY, person
from tests.pages import errors, queries, statuses, table, told

pytestmark = pytest.mark.usefixtures("_at_now")
LIST = reverse("funds:proposals")
TYPED = {
    "title": "Cloud migration webinar",
    "purpose": "Sixty customers, the speaker is booked.",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-15",
    "amount": "4,000.00",
    "leads": "40",
    "pipeline": "120,000",
}


@pytest.fixture
def program(w):
    return w.program()


def plan(w, program, **fields) -> Proposal:
    by = fields.pop("by", w.owner)
    days = {"starts_on": TODAY + timedelta(days=8), "ends_on": TODAY + timedelta(days=20)}
    given = (
        {"partner": w.brightpath, "title": "Webinar", "purpose": "New customers", "amount": 4_000_00} | days | fields
    )
    return actions.propose(proposal=Proposal(program=program, **given), by=by, now=NOW)


def url(name: str, thing) -> str:
    return reverse(f"funds:{name}", args=[thing.pk])


class TestProposing:
    def test_from_the_programs_page_to_the_vendors_list(self, w, program, client):
        client.force_login(w.owner)
        assert "We have a plan ready…" in client.get(reverse("programs:detail", args=[program.pk])).text
        assert client.get(url("propose", program)).status_code == 200
        response = client.post(url("propose", program), TYPED, follow=True)
        assert told(response) == ["Northgate Cloud has your plan now. The answer will stand here."]
        made = Proposal.objects.get()
        assert (made.amount, made.leads, made.pipeline, made.partner) == (4_000_00, 40, 120_000_00, w.brightpath)
        event = Event.objects.about(made).get()
        assert (event.verb, event.to_state, event.actor) == ("proposed", "open", w.owner)
        client.force_login(w.manager)
        assert "1 plan is ready for your money" in client.get(reverse("dashboards:home")).text
        page = client.get(url("proposal", made)).text
        for words in ("Cloud migration webinar", "Sixty customers", "$4,000.00", "$120,000.00", "Brightpath"):
            assert words in page

    def test_numbers_may_be_left_out_and_several_plans_stand_beside_each_other(self, w, program, client):
        client.force_login(w.member)
        for _ in range(2):
            client.post(url("propose", program), TYPED | {"leads": "", "pipeline": ""})
        assert Proposal.objects.filter(leads=None, pipeline=None).count() == 2

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("title", "", "Give the plan a name"),
            ("title", "x" * 121, "at most 120"),
            ("purpose", "", "Say in a few sentences"),
            ("purpose", "x" * 2001, "at most 2000"),
            ("starts_on", "", "Choose a day"),
            ("starts_on", "2027-01-01", ""),
            ("ends_on", "2026-11-30", "comes before the first"),
            ("ends_on", "2027-01-01", "program ends on 31 Dec 2026"),
            ("amount", "0", "above zero"),
            ("amount", "lots", "Enter an amount"),
            ("leads", "many", "Enter a number, as in 40."),
            ("leads", "-1", "Enter a number, as in 40."),
            ("leads", "9" * 12, "more than there can be"),
            ("pipeline", "-1", "without a minus"),
            ("pipeline", "1.005", "decimals"),
        ],
    )
    def test_bad_input_gets_a_sentence_and_loses_nothing(self, w, program, client, field, value, words):
        client.force_login(w.owner)
        response = client.post(url("propose", program), TYPED | {field: value})
        assert words in errors(response).get(field, errors(response).get("ends_on"))[0]
        kept = response.context["form"]
        assert all(kept[name].value() == text for name, text in TYPED.items() if name != field)
        assert not Proposal.objects.exists()

    def test_a_plan_that_has_begun_is_too_late(self, w, program, client):
        client.force_login(w.owner)
        response = client.post(url("propose", program), TYPED | {"starts_on": str(TODAY - timedelta(days=1))})
        assert "first day has passed" in errors(response)["__all__"][0]

    def test_a_closed_program_takes_none(self, w, program, client):
        programs.close(program=program, by=w.manager, now=NOW)
        client.force_login(w.owner)
        assert "We have a plan" not in client.get(reverse("programs:detail", args=[program.pk])).text
        assert "grants no new money" in told(client.get(url("propose", program), follow=True))[0]
        assert "grants no new money" in errors(client.post(url("propose", program), TYPED))["__all__"][0]

    def test_only_partners_people_propose_and_only_for_themselves(self, w, program, client):
        for who, answer in [(w.manager, 403), (w.admin, 403), (w.other_manager, 404), (person("nobody"), 404)]:
            client.force_login(who)
            assert statuses(client, "funds:propose", program.pk, TYPED) == (answer, answer)
        draft = w.program(publish=False)
        client.force_login(w.owner)
        assert statuses(client, "funds:propose", draft.pk, TYPED) == (404, 404)
        with pytest.raises(PermissionDenied):
            plan(w, program, by=w.stranger)
        with pytest.raises(PermissionDenied):
            plan(w, program, by=w.manager)


class TestAnswering:
    def test_a_refusal_has_a_reason_that_the_partner_reads(self, w, program, client):
        made = plan(w, program)
        client.force_login(w.manager)
        for code, answer, field in (("", "No.", "code"), ("lost", "No.", "code"), ("other", "", "answer")):
            response = client.post(url("decline_proposal", made), {"decline-code": code, "decline-answer": answer})
            assert field in errors(response)
        sent = {"decline-code": "not_covered", "decline-answer": "Webinars are paid by another program."}
        assert told(client.post(url("decline_proposal", made), sent, follow=True)) == [
            "Declined. Brightpath reads why on the plan's page."
        ]
        event = Event.objects.about(made).last()
        assert (event.verb, event.from_state, event.to_state, event.reason_code) == (
            "declined",
            "open",
            "declined",
            "not_covered",
        )
        client.force_login(w.owner)
        page = client.get(url("proposal", made)).text
        assert "The program does not cover this." in page
        assert "Webinars are paid by another program." in page
        # A second answer changes nothing.
        client.force_login(w.manager)
        again = client.post(url("decline_proposal", made), sent, follow=True)
        assert told(again) == ["Nothing was changed: this was declined meanwhile."]

    def test_a_partner_takes_it_back(self, w, program, client):
        made = plan(w, program)
        client.force_login(w.member)
        for words in ("Taken back", "Nothing was changed: this was withdrawn meanwhile."):
            assert told(client.post(url("withdraw_proposal", made), follow=True))[-1].startswith(words)
        made.refresh_from_db()
        assert (made.status, made.decided_by) == ("withdrawn", w.member)

    def test_who_sees_and_answers(self, w, program, client):
        made = plan(w, program)
        for who, seen, declines, withdraws in [
            (w.owner, 200, 403, 302),
            (w.manager, 200, 302, 403),
            (w.stranger, 404, 404, 404),
            (w.other_manager, 404, 404, 404),
            (w.admin, 404, 404, 404),
        ]:
            client.force_login(who)
            assert client.get(url("proposal", made)).status_code == seen, who
            words = {"decline-code": "other", "decline-answer": "No."}
            assert client.post(url("decline_proposal", made), words).status_code == declines, who
            Proposal.objects.all()._raw_delete(Proposal.objects.db)
            made = plan(w, program)
            assert client.post(url("withdraw_proposal", made)).status_code == withdraws, who
            Proposal.objects.all()._raw_delete(Proposal.objects.db)
            made = plan(w, program)
        with pytest.raises(PermissionDenied):
            actions.decline_proposal(proposal=made, code="other", answer="No.", by=w.owner, now=NOW)
        with pytest.raises(PermissionDenied):
            actions.withdraw_proposal(proposal=made, by=w.manager, now=NOW)


class TestList:
    def test_each_side_sees_its_own(self, w, program, client):
        plan(w, program)
        plan(w, program, partner=w.othertech, by=w.stranger)
        seen = [(w.owner, 1), (w.stranger, 1), (w.manager, 2), (w.other_manager, 0), (w.admin, 0), (w.finance, 0)]
        for who, count in seen:
            client.force_login(who)
            assert client.get(LIST).context["page_obj"].paginator.count == count, who

    def test_the_soonest_first_and_narrowed_sorted_exported(self, w, program, client):
        later = plan(w, program, title="Later", starts_on=TODAY + timedelta(days=9))
        plan(w, program, title="Sooner", pipeline=5_00, amount=1_00)
        actions.withdraw_proposal(proposal=plan(w, program, title="Gone", starts_on=TODAY), by=w.owner, now=NOW)
        client.force_login(w.manager)

        def titles(**query):
            return [row["plan"].title for row in client.get(LIST, query).context["rows"]]

        assert titles() == ["Sooner", "Later", "Gone"]
        assert titles(status="open", sort="-starts") == ["Later", "Sooner"]
        assert titles(q=later.title) == ["Later"]
        assert "No plan fits" in client.get(LIST, {"q": "none such"}).text
        (row,) = table(client.get(LIST, {"format": "csv", "q": "Sooner"}))
        assert (row["Amount"], row["Pipeline"], row["Leads"]) == ("1.00", "5.00", "")
        assert client.get(LIST, {"format": "xlsx"}).status_code == 200

    def test_an_empty_list_says_what_to_do(self, w, client):
        for who, words in [(w.owner, "You have told no vendor of a plan"), (w.manager, "No plan is waiting")]:
            client.force_login(who)
            assert words in client.get(LIST).text

    def test_the_number_of_queries_does_not_grow(self, w, program, client):
        made = plan(w, program)
        client.force_login(w.manager)
        at_one = (queries(client, LIST), queries(client, url("proposal", made)))
        for _ in range(2):
            plan(w, w.program())
        assert (queries(client, LIST), queries(client, url("proposal", made))) == at_one
