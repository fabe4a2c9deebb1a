"""A channel manager says which tiers and certifications there are, who has which, and whom a program is for."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from funds import actions as funds
from partners.models import Event, Partner
from programs import standing
from programs.models import Certification, CertificationHeld, Eligibility, Tier, TierHeld
from tests.cast import NOW
from tests.pages import errors, queries, table, told

pytestmark = pytest.mark.usefixtures("_at_now")


@pytest.fixture
def manager(w, client):
    client.force_login(w.manager)
    return client


@pytest.fixture
def tiers(w):
    return [
        standing.save_tier(tier=Tier(vendor=w.northgate, name=name), by=w.manager, now=NOW)
        for name in ("Registered", "Silver", "Gold")
    ]


@pytest.fixture
def exam(w):
    return standing.save_certification(
        certification=Certification(vendor=w.northgate, name="Cloud"), by=w.manager, now=NOW
    )


def change(w, **fields):
    return standing.set_standings(
        vendor=w.northgate, changes=[standing.Change(w.brightpath, **fields)], by=w.manager, now=NOW
    )


def ranks(w):
    return list(w.northgate.tiers.order_by("rank").values_list("name", flat=True))


def test_tiers_are_added_renamed_raised_and_removed(w, manager, tiers):
    url = reverse("programs:tiers")
    assert "Give the tier a name" in errors(manager.post(url, {"name": " "}))["name"][0]
    assert "You have a tier of this name" in errors(manager.post(url, {"name": "Gold"}))["name"][0]
    manager.post(url, {"name": "Platinum"})
    assert ranks(w) == ["Registered", "Silver", "Gold", "Platinum"]
    manager.post(reverse("programs:tier_up", args=[tiers[1].pk]))
    assert ranks(w) == ["Registered", "Gold", "Silver", "Platinum"]
    manager.post(reverse("programs:tier", args=[tiers[1].pk]), {"name": "Sterling"})
    manager.post(reverse("programs:tier_remove", args=[tiers[0].pk]))
    assert ranks(w) == ["Gold", "Sterling", "Platinum"]
    assert not standing.raise_tier(tier=w.northgate.tiers.get(name="Platinum"), by=w.manager, now=NOW)


def test_what_is_in_use_stays(w, manager, tiers, exam):
    change(w, sets_tier=True, tier=tiers[2], certified={exam.pk: None})
    remove = reverse("programs:tier_remove", args=[tiers[2].pk])
    assert told(manager.post(remove, follow=True)) == ["Partners hold Gold: change that first."]
    remove = reverse("programs:certification_remove", args=[exam.pk])
    assert told(manager.post(remove, follow=True)) == ["Partners hold Cloud: change that first."]
    assert Event.objects.filter(verb__startswith="removed").count() == 0


def test_certifications_say_how_to_get_them(w, manager):
    url = reverse("programs:certifications")
    assert "valid URL" in errors(manager.post(url, {"name": "Cloud", "link": "javascript:alert(1)"}))["link"][0]
    manager.post(url, {"name": "Cloud", "how": "Pass the exam.", "link": "https://exam.example"})
    made = w.northgate.certifications.get()
    edit = reverse("programs:certification", args=[made.pk])
    manager.post(edit, {"name": "Cloud", "how": "Pass it.", "link": ""})
    made.refresh_from_db()
    assert made.how == "Pass it."


def test_one_partners_standing_and_what_it_leaves(w, manager, tiers, exam):
    w.fund()
    url = reverse("programs:standing", args=[w.brightpath.pk])
    typed = {"tier": tiers[1].pk, f"held_{exam.pk}": "on", f"until_{exam.pk}": "2027-05-03"}
    assert told(manager.post(url, typed, follow=True)) == ["Brightpath stands as you said."]
    assert TierHeld.objects.get().tier == tiers[1]
    assert CertificationHeld.objects.get().held_until == date(2027, 5, 3)
    assert told(manager.post(url, typed, follow=True)) == ["Nothing is different from what stood here."]
    manager.post(url, typed | {"tier": tiers[2].pk})
    manager.post(url, {"tier": ""})
    assert not TierHeld.objects.exists()
    assert not CertificationHeld.objects.exists()
    words = [e.data["changes"] for e in Event.objects.filter(verb="tier or certifications set").order_by("pk")]
    assert words == [
        ["Tier Silver.", "Certified Cloud until 3 May 2027."],
        ["Tier Gold instead of Silver."],
        ["Tier Gold taken back.", "Certification Cloud taken back."],
    ]
    page = manager.get(reverse("funds:partner", args=[w.brightpath.pk]))
    assert "Tier Gold instead of Silver." in page.text


def test_a_day_without_its_tick_is_asked_about(w, manager, tiers, exam):
    w.fund()
    url = reverse("programs:standing", args=[w.brightpath.pk])
    response = manager.post(url, {f"until_{exam.pk}": "2027-05-03"})
    assert "Tick it as well" in errors(response)[f"held_{exam.pk}"][0]
    assert "Enter a day" in errors(manager.post(url, {f"until_{exam.pk}": "soon"}))[f"until_{exam.pk}"][0]


def upload(client, content: str):
    file = SimpleUploadedFile("tiers.csv", content.encode())
    return client.post(reverse("programs:standing_file"), {"file": file})


def confirm(client, preview):
    return client.post(reverse("programs:standing_file"), {"parcel": preview.context["parcel"]}, follow=True)


GOOD = """partner;tier;certification;until
Brightpath;gold;Cloud;2027-12-31
othertech;Silver;;
"""


def test_a_file_is_looked_at_and_then_done(w, manager, tiers, exam):
    preview = upload(manager, GOOD)
    assert preview.context["counts"] == {"new": 2, "same": 0, "wrong": 0}
    assert "Certified Cloud until 31 Dec 2027." in preview.text
    assert not TierHeld.objects.exists()
    assert told(confirm(manager, preview)) == ["2 partners stand as the file says."]
    assert set(TierHeld.objects.values_list("partner__name", "tier__name")) == {
        ("Brightpath", "Gold"),
        ("Othertech", "Silver"),
    }
    again = upload(manager, GOOD)
    assert again.context["counts"] == {"new": 0, "same": 2, "wrong": 0}
    assert again.context["parcel"] == ""


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("Nobody;Gold;;", "partner", "no partner of this name"),
        (";Gold;;", "partner", "Name a partner"),
        ("Brightpath;Bronze;;", "tier", "no tier of this name"),
        ("Brightpath;;Sailing;", "certification", "no certification of this name"),
        ("Brightpath;;;", "", "says nothing of the partner"),
        ("Brightpath;;Cloud;31.12.2027", "until", "year-month-day"),
        ("Brightpath;;Cloud;2027-02-30", "until", "no such day"),
        ("Brightpath;;Cloud;1027-02-20", "until", "Check the year"),
        ("Brightpath;Gold;;2027-12-31", "until", "name it beside"),
        ("Brightpath;=1+1;;", "tier", "as a formula does"),
        ("Brightpath;Gold;;;x;y", "", "This row has 6 cells"),
        ("Brightpath;Silver;;\nBrightpath;Gold;;", "tier", "Line 2 gives this partner the tier Silver"),
        ("Brightpath;;Cloud;\nBrightpath;;Cloud;2027-01-01", "certification", "Line 2 says this"),
    ],
)
def test_each_wrong_row_says_what_is_wrong(w, manager, tiers, exam, row, column, words):
    preview = upload(manager, f"partner;tier;certification;until\n{row}\n")
    assert preview.context["parcel"] == ""
    assert any(fault.column == column and words in fault.words for fault in preview.context["faults"])
    assert not TierHeld.objects.exists()


def test_what_changed_since_the_preview_is_looked_at_again(w, manager, tiers, exam):
    preview = upload(manager, GOOD)
    standing.remove_tier(tier=tiers[1], by=w.manager, now=NOW)
    response = confirm(manager, preview)
    assert "Something changed since you looked" in response.text
    assert not TierHeld.objects.exists()


def test_another_vendors_manager_cannot_use_the_parcel(w, manager, client, tiers, exam):
    preview = upload(manager, GOOD)
    client.force_login(w.other_manager)
    assert "too old or belongs to somebody else" in confirm(client, preview).text
    assert not TierHeld.objects.exists()


def test_a_file_takes_as_many_queries_for_many_as_for_one(w, tiers, exam, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for size in (1, 200):
        partners = [Partner.objects.create(name=f"P{size}-{n}", slug=f"p-{size}-{n}") for n in range(size)]
        changes = [standing.Change(p, sets_tier=True, tier=tiers[0], certified={exam.pk: None}) for p in partners]
        with CaptureQueriesContext(connection) as captured:
            standing.set_standings(vendor=w.northgate, changes=changes, by=w.manager, now=NOW)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_whom_a_program_is_for(w, manager, tiers, exam):
    program = w.program()
    budget = w.budget(program)
    url = reverse("funds:joining", args=[program.pk])
    assert "It asks, and you decide" in manager.get(url).text
    typed = {
        "way": "open",
        "least_tier": tiers[1].pk,
        "countries": "Germany, AT\nch",
        "certifications": [exam.pk],
        "budget": budget.pk,
        "fund_name": "Start",
        "months": "6",
        f"amount_{tiers[1].pk}": "1,000",
        f"amount_{tiers[2].pk}": "2,000.50",
    }
    assert told(manager.post(url, typed, follow=True)) == ["It is saved. Whoever is in the program stays in it."]
    found = Eligibility.objects.get(program=program)
    assert (found.way, found.least_tier, found.countries) == ("open", tiers[1], ["AT", "CH", "DE"])
    assert dict(program.starting_plan.amounts.values_list("tier", "amount")) == {
        tiers[1].pk: 1_000_00,
        tiers[2].pk: 2_000_50,
    }
    shown = manager.get(url)
    assert "Austria, Switzerland, Germany" in shown.text
    assert "Gold: $2,000.50." in shown.text
    assert told(manager.post(url, typed, follow=True)) == ["Nothing is different from what stood here."]
    manager.post(url, {"way": "asking"})
    found.refresh_from_db()
    assert (found.way, found.least_tier, found.countries, list(found.certifications.all())) == ("asking", None, [], [])
    program.refresh_from_db()
    assert not hasattr(program, "starting_plan")


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"way": "bribe"}, "way", "valid choice"),
        ({"way": "open", "countries": "Atlantis"}, "countries", "No country is called Atlantis"),
        ({"way": "open", "least_tier": "999999"}, "least_tier", "valid choice"),
        ({"way": "open", "amount_0": "5"}, "budget", "Choose the budget"),
        ({"way": "open", "budget": "own"}, "budget", "at least one tier"),
        ({"way": "open", "amount_0": "5.001", "budget": "own"}, "amount_0", "too fine"),
        ({"way": "open", "amount_0": "5", "budget": "own", "months": "99"}, "months", "36"),
        ({"way": "open", "amount_0": "5", "budget": "own"}, "fund_name", "Give the fund a name"),
    ],
)
def test_bad_rules_get_a_sentence(w, manager, typed, field, words):
    program = w.program()
    budget = w.budget(program)
    typed = {name: str(budget.pk) if value == "own" else value for name, value in typed.items()}
    response = manager.post(reverse("funds:joining", args=[program.pk]), typed)
    found = response.context["rules_form"].errors | response.context["money_form"].errors
    assert words in found[field][0]
    assert not Eligibility.objects.filter(program=program).exists()


def test_the_list_of_partners(w, manager, tiers, exam):
    assert "You have no partners yet" in manager.get(reverse("funds:partners")).text
    change(w, sets_tier=True, tier=tiers[2], certified={exam.pk: date(2026, 5, 3)})
    w.fund(2_000_00, partner=w.othertech)
    url = reverse("funds:partners")
    page = manager.get(url)
    assert [p.name for p in page.context["page_obj"]] == ["Brightpath", "Othertech"]
    assert "Cloud ended 3 May 2026" in page.text
    assert "$2,000.00" in page.text

    def found(**query):
        return [p.name for p in manager.get(url, query).context["page_obj"]]

    assert found(tier=tiers[2].pk) == ["Brightpath"]
    assert found(tier="none") == ["Othertech"]
    assert found(certified=exam.pk) == ["Brightpath"]
    assert found(q="other") == ["Othertech"]
    assert found(sort="-tier") == ["Brightpath", "Othertech"]
    rows = table(manager.get(url, {"format": "csv"}))
    assert rows[0]["Certifications"] == "Cloud until 2026-05-03"
    assert (rows[1]["Still to claim, USD"], rows[1]["Programs joined"]) == ("2000.00", "1")
    assert manager.get(url, {"format": "xlsx"})["Content-Type"].endswith("sheet")


def test_another_vendors_partners_are_not_there(w, client, tiers):
    change(w, sets_tier=True, tier=tiers[2])
    client.force_login(w.other_manager)
    assert not client.get(reverse("funds:partners")).context["page_obj"].paginator.count
    for name in ("funds:partner", "programs:standing"):
        assert client.get(reverse(name, args=[w.brightpath.pk])).status_code == 404


def test_lists_take_the_same_queries_for_one_and_three(w, manager, tiers, exam):
    from programs.actions import joining

    def one(n):
        partner = Partner.objects.create(name=f"P{n}", slug=f"p-{n}")
        standing.set_standings(
            vendor=w.northgate,
            changes=[standing.Change(partner, sets_tier=True, tier=tiers[0], certified={exam.pk: None})],
            by=w.manager,
            now=NOW,
        )
        w.fund(100, partner=partner)
        joining.ask(program=w.program(), partner=w.brightpath, note="x", by=w.owner, now=NOW)

    for name in ("funds:partners", "funds:join_requests", "programs:tiers", "programs:certifications"):
        one(f"{name}-1")
        at_one = queries(manager, reverse(name))
        one(f"{name}-2")
        one(f"{name}-3")
        assert queries(manager, reverse(name)) == at_one, name


def test_the_list_of_requests(w, manager, tiers):
    from programs.actions import joining

    program = w.program(name="Growth")
    enrolment = joining.ask(program=program, partner=w.brightpath, note="=Please", by=w.owner, now=NOW)
    url = reverse("funds:join_requests")
    assert "=Please" in manager.get(url).text
    assert table(manager.get(url, {"format": "csv"}))[0]["What it says"] == "'=Please"
    funds.accept(enrolment=enrolment, by=w.manager, now=NOW)
    assert "No request waits" in manager.get(url).text
    assert "Growth" in manager.get(url, {"status": "all"}).text
    assert [e.status for e in manager.get(url, {"status": "joined"}).context["page_obj"]] == ["joined"]
