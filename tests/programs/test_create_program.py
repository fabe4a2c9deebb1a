"""A channel manager drafts a program and changes the draft."""

from datetime import date

import pytest
from django.urls import reverse

from partners.models import Event
from partners.states import Role
from programs import actions
from programs.models import Program
from programs.states import ProgramStatus
from tests.cast import NOW, person
from tests.pages import errors, statuses, told

CREATE = reverse("programs:create")
pytestmark = pytest.mark.usefixtures("_at_now")

GROWTH = {
    "name": "Growth MDF",
    "kind": "mdf",
    "currency": "EUR",
    "starts_on": "2027-01-01",
    "ends_on": "2027-12-31",
    "time_zone": "Europe/Berlin",
    "seen": "0",
}
PROMISES = {
    "wording": "Events.\nProof: the invoice.",
    "reimbursement_percent": "50",
    "least_claim": "200",
    "claim_window_days": "45",
    "claim_window_from": "activity",
    "lead_days": "14",
    "lead_unit": "working",
    "activity_days": "30",
    "pay_days": "30",
    "extension_days": "60",
    "dispute_days": "30",
    "termination_days": "",
    "aging_months": "",
}


def terms_page(program) -> str:
    return reverse("programs:revise", args=[program.pk])


def promised(client, program, **fields):
    """The second step, sent as it stands with these fields changed."""
    seen = client.get(terms_page(program)).context["form"]["seen"].value()
    return client.post(terms_page(program), PROMISES | {"seen": seen} | fields)


def test_a_manager_saves_a_draft_step_by_step(w, client):
    client.force_login(w.manager)
    response = client.post(CREATE, GROWTH, follow=True)
    program = Program.objects.get(name="Growth MDF")
    assert response.redirect_chain[-1][0] == terms_page(program)
    assert told(response) == ["Your draft is saved. No partner sees it before you publish it."]
    assert (program.vendor_id, program.created_by, program.status) == (w.northgate.pk, w.manager, ProgramStatus.DRAFT)
    assert (program.starts_on, program.ends_on) == (date(2027, 1, 1), date(2027, 12, 31))
    form = response.context["form"]
    assert (form["reimbursement_percent"].value(), form["claim_window_days"].value()) == (50, 30)

    response = promised(client, program)
    assert response["Location"] == reverse("programs:activities", args=[program.pk])
    program.refresh_from_db()
    terms = program.terms
    assert (program.currency, terms.claim_window_days, terms.lead, terms.activity_days) == (
        "EUR",
        45,
        "14 working days",
        30,
    )
    assert (terms.least_claim, terms.claim_window_from, terms.pay_days) == (200_00, "activity", 30)
    assert (terms.number, terms.published_at, list(program.versions.all())) == (1, None, [terms])
    assert [event.verb for event in Event.objects.about(program)] == ["created", "changed"]


def test_a_draft_may_wait_for_its_terms(w, client):
    client.force_login(w.manager)
    client.post(CREATE, GROWTH)
    program = Program.objects.get(name="Growth MDF")
    promised(client, program, wording="")
    program.terms.refresh_from_db()
    assert program.terms.wording == ""


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Give the program a name."),
        ("name", "x" * 121, "Ensure this value has at most 120 characters (it has 121)."),
        ("name", "a\x00b", "Null characters are not allowed."),
        ("kind", "", "Choose a type."),
        ("kind", "grant", "Select a valid choice. grant is not one of the available choices."),
        ("currency", "XXX", "Select a valid choice. XXX is not one of the available choices."),
        ("starts_on", "", "Choose a day."),
        ("starts_on", "01.02.2027", "Enter a day as in 2026-11-30."),
        ("starts_on", "0001-01-01", "Check the year: 1 is not one that a program runs in."),
        ("ends_on", "9999-12-31", "Check the year: 9999 is not one that a program runs in."),
        ("ends_on", "2026-12-31", "The last day comes before the first."),
        ("ends_on", "2026-11-22", "That day has passed: nobody could use such a program."),
        ("ends_on", "2027-02-30", "Enter a day as in 2026-11-30."),
        ("time_zone", "", "Choose a time zone, as in Europe/Berlin."),
        ("time_zone", "Moon/Base", "There is no time zone of that name. An example: Europe/Berlin."),
        ("time_zone", "../../etc/passwd", "There is no time zone of that name. An example: Europe/Berlin."),
    ],
)
def test_bad_input_gets_a_sentence_at_the_field_and_keeps_what_was_typed(w, client, field, value, sentence):
    client.force_login(w.manager)
    response = client.post(CREATE, GROWTH | {field: value})
    assert sentence in errors(response)[field]
    other = "name" if field != "name" else "starts_on"
    assert response.context["form"][other].value() == GROWTH[other]
    assert not Program.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("wording", "x" * 20_001, "Ensure this value has at most 20000 characters (it has 20001)."),
        ("reimbursement_percent", "0", "Ensure this value is greater than or equal to 1."),
        ("reimbursement_percent", "100.01", "Ensure this value is less than or equal to 100."),
        ("reimbursement_percent", "NaN", "Enter a number."),
        ("reimbursement_percent", "-50", "Ensure this value is greater than or equal to 1."),
        ("claim_window_days", "-1", "Ensure this value is greater than or equal to 0."),
        ("claim_window_days", "731", "Ensure this value is less than or equal to 730."),
        ("claim_window_days", "1.5", "Enter a whole number."),
        ("lead_days", "9" * 5000, "Enter a whole number."),
        ("activity_days", "many", "Enter a whole number."),
        ("pay_days", "366", "Ensure this value is less than or equal to 365."),
        ("aging_months", "0", "Ensure this value is greater than or equal to 1."),
        ("least_claim", "0", "Enter an amount above zero."),
        ("least_claim", "1.005", "EUR has 2 decimals: 1.005 is too fine."),
        ("lead_unit", "lunar", "Select a valid choice. lunar is not one of the available choices."),
    ],
)
def test_bad_terms_get_a_sentence_and_keep_what_was_typed(w, client, field, value, sentence):
    program = w.program(publish=False, currency="EUR")
    client.force_login(w.manager)
    response = promised(client, program, **{field: value})
    assert sentence in errors(response)[field]
    other = "wording" if field != "wording" else "activity_days"
    assert response.context["form"][other].value() == PROMISES[other]
    program.terms.refresh_from_db()
    assert program.terms.wording != PROMISES["wording"]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"accrual_percent": "3"}, "earning_months", "Choose over how long sales are added up."),
        (
            {"accrual_cap": "900"},
            "accrual_percent",
            "Say what share of their sales partners earn: the most follows from it.",
        ),
        (
            {"accrual_percent": "101", "earning_months": "6"},
            "accrual_percent",
            "Ensure this value is less than or equal to 100.",
        ),
    ],
)
def test_what_is_earned_needs_a_share_and_a_period(w, client, fields, field, sentence):
    client.force_login(w.manager)
    assert errors(promised(client, w.program(publish=False, kind="coop"), **fields))[field] == [sentence]


def test_a_step_asks_only_for_what_a_program_of_this_kind_has(w, client):
    client.force_login(w.manager)
    asked = {
        kind: set(client.get(terms_page(w.program(publish=False, kind=kind))).context["form"].fields)
        for kind in ("mdf", "coop", "resources")
    }
    assert asked["resources"] == {"wording", "seen"}
    assert asked["coop"] - asked["mdf"] == {"accrual_percent", "accrual_cap", "earning_months"}


def test_the_currency_stays_once_the_terms_name_amounts(w, client):
    program = w.program(publish=False, least_claim=200_00)
    client.force_login(w.manager)
    url = reverse("programs:edit", args=[program.pk])
    seen = client.get(url).context["form"]["seen"].value()
    words = errors(client.post(url, GROWTH | {"seen": seen, "currency": "JPY"}))["currency"]
    assert words == ["Its terms name amounts in USD. Clear those first, or begin another program."]


def test_nothing_at_all_is_answered_with_sentences(w, client):
    client.force_login(w.manager)
    assert set(errors(client.post(CREATE, {}))) >= {"name", "kind", "currency", "starts_on", "ends_on", "time_zone"}


def test_the_vendor_cannot_be_chosen(w, client):
    client.force_login(w.manager)
    client.post(CREATE, GROWTH | {"vendor": str(w.skylark.pk), "status": "published", "created_by": str(w.owner.pk)})
    program = Program.objects.get()
    assert (program.vendor_id, program.status, program.created_by) == (w.northgate.pk, "draft", w.manager)


def test_a_name_stands_once_per_vendor(w, client):
    w.program(name="Growth MDF")
    client.force_login(w.manager)
    assert errors(client.post(CREATE, GROWTH))["name"] == ["You have a program of this name. Give this one another."]
    client.force_login(w.other_manager)
    assert client.post(CREATE, GROWTH).status_code == 302


def test_a_repeated_click_makes_one_program(w, client):
    client.force_login(w.manager)
    client.post(CREATE, GROWTH)
    client.post(CREATE, GROWTH)
    assert Program.objects.count() == 1


@pytest.mark.parametrize("who", ["owner", "member", "admin", "finance"])
def test_only_a_vendors_manager_creates(w, client, who):
    client.force_login(getattr(w, who))
    assert statuses(client, "programs:create", None, GROWTH) == (403, 403)


def test_somebody_of_no_company_creates_nothing(w, client):
    client.force_login(person("nobody"))
    assert statuses(client, "programs:create", None, GROWTH) == (403, 403)


def test_an_ended_manager_creates_nothing(w, client):
    person("colleague", w.northgate, Role.MANAGER)
    client.force_login(w.manager)
    w.manager.memberships.update(ended_at=NOW)
    assert statuses(client, "programs:create", None, GROWTH) == (403, 403)


def test_a_manager_changes_the_draft(w, client):
    program = w.program(publish=False)
    client.force_login(w.manager)
    url = reverse("programs:edit", args=[program.pk])
    seen = str(client.get(url).context["form"]["seen"].value())
    client.post(url, GROWTH | {"seen": seen})
    program.refresh_from_db()
    assert (program.name, program.currency) == ("Growth MDF", "EUR")


def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten_unseen(w, client):
    program = w.program(publish=False)
    client.force_login(w.manager)
    url = reverse("programs:edit", args=[program.pk])
    seen = str(client.get(url).context["form"]["seen"].value())
    colleague = person("colleague", w.northgate, Role.MANAGER)
    program.name = "The colleague's"
    actions.save(program=program, by=colleague, now=NOW)

    response = client.post(url, GROWTH | {"seen": seen})
    assert "Somebody changed this program" in errors(response)["__all__"][0]
    assert response.context["form"]["name"].value() == GROWTH["name"]
    program.refresh_from_db()
    assert program.name == "The colleague's"

    client.post(url, GROWTH | {"seen": response.context["form"]["seen"].value()})
    program.refresh_from_db()
    assert program.name == "Growth MDF"


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 400])
def test_a_page_without_its_version_asks_again(w, client, seen):
    program = w.program(publish=False)
    client.force_login(w.manager)
    response = client.post(reverse("programs:edit", args=[program.pk]), GROWTH | {"seen": seen})
    assert "Somebody changed this program" in errors(response)["__all__"][0]


def test_a_published_program_stays_as_it_is(w, client):
    program = w.program()
    client.force_login(w.manager)
    url = reverse("programs:edit", args=[program.pk])
    response = client.get(url, follow=True)
    assert "partners rely on it" in told(response)[0]
    response = client.post(url, GROWTH)
    assert "partners rely on it" in errors(response)["__all__"][0]
    assert response.context["form"]["name"].value() == "Growth MDF"
    program.refresh_from_db()
    assert program.name != "Growth MDF"


def test_a_draft_is_edited_by_its_own_vendor_only(w, client):
    draft, out = w.program(publish=False), w.program()
    for who, on_draft, on_published in [
        (w.other_manager, 404, 404),
        (w.owner, 404, 403),
        (w.admin, 403, 403),
        (w.finance, 403, 403),
    ]:
        client.force_login(who)
        assert statuses(client, "programs:edit", draft.pk, GROWTH) == (on_draft, on_draft)
        assert statuses(client, "programs:edit", out.pk, GROWTH) == (on_published, on_published)
    assert statuses(client, "programs:edit", 10**25, GROWTH) == (404, 404)
