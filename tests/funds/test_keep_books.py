"""A partner records a vendor that is not on Windfall, with its programs and funds."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from funds import actions
from funds.actions import FundsRefused, record_statement
from funds.models import Allocation
from partners import actions as partners
from partners.models import Company, Event
from programs.actions import ProgramRefused, keeping
from programs.models import KeptVendor, Program, Terms, Vendor
from tests.cast import NOW, TODAY, stated
from tests.pages import errors, queries, table, told

pytestmark = pytest.mark.usefixtures("_at_now")
LIST, ADD = reverse("funds:vendors"), reverse("funds:vendor_add")


def vendor_of(program: Program) -> KeptVendor:
    return KeptVendor.objects.get(pk=program.vendor_id)


def test_a_vendor_with_its_program_then_a_fund(w, client):
    client.force_login(w.member)
    answer = client.post(ADD, {"name": "Cobalt Print", "program": "Growth fund", "currency": "EUR"}, follow=True)
    program = Program.objects.get(vendor__kept_by=w.brightpath)
    assert answer.redirect_chain[-1][0] == reverse("funds:record_fund", args=[program.pk])
    assert (program.vendor.name, program.name, program.currency, program.status) == (
        "Cobalt Print",
        "Growth fund",
        "EUR",
        "published",
    )
    assert Event.objects.about(vendor_of(program)).get().company_id == w.brightpath.pk
    again = client.post(ADD, {"name": "cobalt print", "program": "Growth fund", "currency": "EUR"})
    assert "already" in errors(again)["name"][0]
    assert set(errors(client.post(ADD, {}))) == {"name", "program", "currency"}
    assert KeptVendor.objects.count() == 1


def test_repeating_an_act_finds_what_the_first_made(w):
    first = keeping.record_vendor(partner=w.brightpath, name="Cobalt", by=w.owner, now=NOW)
    assert keeping.record_vendor(partner=w.brightpath, name="COBALT", by=w.owner, now=NOW) == first
    program = keeping.record_program(vendor=first, name="Fund", currency="USD", by=w.owner, now=NOW)
    assert keeping.record_program(vendor=first, name="Fund", currency="USD", by=w.owner, now=NOW) == program
    with pytest.raises(ProgramRefused, match="in USD"):
        keeping.record_program(vendor=first, name="Fund", currency="EUR", by=w.owner, now=NOW)


def test_names_stay_free_for_everybody_else(w):
    ours = w.kept_program(name="Cobalt Print")
    theirs = w.kept_program(partner=w.othertech, by=w.stranger, name="Cobalt Print")
    assert ours.vendor_id != theirs.vendor_id
    real = Vendor(name="Cobalt Print")
    real.kind = "vendor"
    partners.create_company(company=real, email="boss@cobalt.example", by=w.admin, now=NOW)
    assert real.slug == "cobalt-print"
    assert set(Company.objects.on_windfall().filter(name="Cobalt Print")) == {Company.objects.get(pk=real.pk)}
    assert "cobalt" not in Company.objects.get(pk=ours.vendor_id).slug


def test_nobody_else_records_for_a_partner(w):
    kept = vendor_of(w.kept_program())
    for who in (w.manager, w.admin, w.finance, w.stranger):
        with pytest.raises(PermissionDenied):
            keeping.record_vendor(partner=w.brightpath, name="Other", by=who, now=NOW)
        with pytest.raises(PermissionDenied):
            keeping.record_program(vendor=kept, name="Other", currency="USD", by=who, now=NOW)
        with pytest.raises(PermissionDenied):
            keeping.put_away(vendor=kept, by=who, now=NOW)
    with pytest.raises(PermissionDenied):
        keeping.record_program(vendor=w.northgate, name="Other", currency="USD", by=w.manager, now=NOW)
    with pytest.raises(PermissionDenied):
        keeping.record_vendor(partner=w.northgate, name="Other", by=w.manager, now=NOW)


def test_it_is_renamed(w, client):
    kept = vendor_of(w.kept_program())
    w.kept_program(name="Second")
    client.force_login(w.owner)
    page = reverse("funds:vendor_edit", args=[kept.pk])
    assert "already" in errors(client.post(page, {"name": "second"}))["name"][0]
    assert client.post(page, {"name": "COBALT PRINT"}).status_code == 302
    kept.refresh_from_db()
    assert kept.name == "COBALT PRINT"


def test_new_terms_hold_for_all_its_funds_and_move_no_deadline(w, client):
    fund = w.kept_fund()
    client.force_login(w.owner)
    page = reverse("funds:kept_program_edit", args=[fund.program.pk])
    typed = {
        "name": "Cobalt MDF",
        "wording": "Half of each invoice.",
        "reimbursement_percent": "75",
        "claim_window_days": "90",
        "lead_days": "10",
        "activity_days": "20",
    }
    assert client.post(page, typed).status_code == 302
    changed = Allocation.objects.with_terms().get(pk=fund.pk)
    assert (changed.terms.number, changed.terms.lead_days, changed.program.name) == (2, 10, "Cobalt MDF")
    assert changed.claim_by == fund.claim_by
    client.post(page, typed)
    assert Terms.objects.filter(program=fund.program).count() == 2, "nothing new makes no version"
    assert errors(client.post(page, typed | {"reimbursement_percent": "101"}))["reimbursement_percent"]


def test_another_program(w, client):
    kept = vendor_of(w.kept_program())
    client.force_login(w.member)
    page = reverse("funds:kept_program_add", args=[kept.pk])
    typed = {
        "name": "Cobalt SPIFF",
        "currency": "GBP",
        "reimbursement_percent": "100",
        "claim_window_days": "30",
        "lead_days": "0",
        "activity_days": "1",
    }
    assert client.post(page, typed).status_code == 302
    assert Program.objects.get(name="Cobalt SPIFF").current_terms.reimbursement_percent == 100
    assert "already" in errors(client.post(page, typed))["name"][0]


def test_it_is_put_away_once_its_funds_are_done_and_brought_back(w, client):
    fund = w.kept_fund(available=5_00)
    kept = vendor_of(fund.program)
    client.force_login(w.owner)
    page = reverse("funds:vendor_put_away", args=[kept.pk])
    assert "still hold money" in told(client.post(page, follow=True))[0]
    record_statement(program=fund.program, funds=[stated(paid=5_00)], on=TODAY, by=w.owner, now=NOW)
    assert "put away" in told(client.post(page, follow=True))[0]
    with pytest.raises(ProgramRefused, match="put Cobalt Print away"):
        record_statement(program=fund.program, funds=[stated(paid=6_00)], on=TODAY, by=w.owner, now=NOW)
    with pytest.raises(ProgramRefused, match="put Cobalt Print away"):
        keeping.record_program(vendor=kept, name="New", currency="USD", by=w.owner, now=NOW)
    client.post(page)  # a second click
    assert client.get(reverse("funds:vendors") + "?state=use").context["page_obj"].paginator.count == 0
    assert "in use again" in told(client.post(page, {"do": "bring_back"}, follow=True))[0]
    with pytest.raises(FundsRefused):
        actions.put_away(vendor=vendor_of(w.kept_fund(available=1).program), by=w.owner, now=NOW)


def test_the_list(w, client):
    client.force_login(w.owner)
    assert "You record no vendor yet" in client.get(LIST).text
    w.kept_fund(available=70_00)
    one = queries(client, LIST)
    for name in ("Alpha", "Zeta"):
        w.kept_fund(w.kept_program(name=name), available=10_00)
    w.kept_program(partner=w.othertech, by=w.stranger, name="Foreign")
    assert queries(client, LIST) == one
    assert [v.name for v in client.get(LIST).context["page_obj"]] == ["Alpha", "Cobalt Print", "Zeta"]
    assert [v.name for v in client.get(f"{LIST}?sort=-name&q=a").context["page_obj"]] == [
        "Zeta",
        "Cobalt Print",
        "Alpha",
    ]
    assert "$70.00" in client.get(LIST).text
    assert [row["Vendor"] for row in table(client.get(f"{LIST}?format=csv"))] == ["Alpha", "Cobalt Print", "Zeta"]
    assert client.get(f"{LIST}?format=xlsx").status_code == 200
    assert "No vendor fits" in client.get(f"{LIST}?q=nothing").text


def test_the_vendors_page(w, client):
    fund = w.kept_fund()
    page = reverse("funds:vendor", args=[fund.program.vendor_id])
    client.force_login(w.owner)
    one = queries(client, page)
    for n in range(3):
        w.kept_fund(fund.program, available=1)
        record_statement(
            program=fund.program, funds=[stated(reference=f"N-{n}", available=9)], on=TODAY, by=w.owner, now=NOW
        )
    assert queries(client, page) == one
    assert len(table(client.get(f"{page}?format=csv"))) == 4
    assert client.get(reverse("programs:detail", args=[fund.program.pk])).url == page


def test_it_stands_among_all_others(w, client):
    """In the owner's queue, the vendors' table, the list of funds, and its filters."""
    fund = w.kept_fund(available=500_00, claimed=70_00, approved=8_00, expires_on=TODAY)
    client.force_login(w.owner)
    home = client.get(reverse("dashboards:home"))
    (row,) = home.context["queue"]
    assert (row.vendor, row.amount, row.button_url) == (
        "Cobalt Print",
        500_00,
        reverse("funds:statement", args=[fund.pk]),
    )
    assert "own portal" in row.do.words
    (line,) = home.context["vendors"]
    assert (line.unclaimed, line.deciding, line.owed) == (500_00, 70_00, 8_00)
    listed = client.get(reverse("funds:list"), {"vendor": fund.program.vendor_id})
    assert [f.pk for f in listed.context["page_obj"]] == [fund.pk]
    programs = client.get(reverse("programs:list"), {"vendor": fund.program.vendor_id})
    assert [p.pk for p in programs.context["page_obj"]] == [fund.program.pk]
    assert "Recorded by you" in programs.text


def test_what_is_only_on_its_way_still_stands_in_the_vendors_table(w, client):
    w.kept_fund(available=0, claimed=70_00)
    client.force_login(w.owner)
    home = client.get(reverse("dashboards:home"))
    assert [line.deciding for line in home.context["vendors"]] == [70_00]
    assert home.context["queue"] == []
