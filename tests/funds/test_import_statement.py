"""`manage.py import_statement`: a portal's export into a partner's own books, shown first and then recorded."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from funds.actions.showing import show
from funds.actions.uploading import correct_statement, record_upload
from funds.models import Allocation, Movement, StatementLayout
from funds.reconcile import reconcile
from funds.statement_files.said import Said
from funds.statement_files.words import Meaning
from partners.models import Partner
from programs.models import KeptVendor
from tests.cast import NOW
from tests.funds.uploads import received

pytestmark = pytest.mark.usefixtures("_at_now")
STATEMENTS = Path(__file__).parent / "statements"


def run(file: Path, *more: str, vendor: str = "Harborline Networks", partner: str = "") -> tuple[int, dict]:
    out = io.StringIO()
    status = 0
    partner = partner or Partner.objects.get(name="Brightpath").slug
    try:
        call_command("import_statement", str(file), "--partner", partner, "--vendor", vendor, *more, stdout=out)
    except SystemExit as left:
        status = left.code
    return status, json.loads(out.getvalue())


def funds() -> dict[str, tuple[int, ...]]:
    buckets = ("available", "reserved", "claimed", "approved", "paid", "lapsed")
    return {fund.reference: tuple(getattr(fund, bucket) for bucket in buckets) for fund in Allocation.objects.all()}


def test_shown_it_changes_nothing(w):
    status, said = run(STATEMENTS / "harborline-wallet.csv")
    assert (status, said["committed"], said["stated_on"]) == (0, False, "2026-11-20")
    assert [(f["name"], f["currency"], f["available"], f["expires_on"], f["claim_by"]) for f in said["funds"]] == [
        ("Q1 2026", "EUR", 332460, "2027-01-31", None),
        ("Q2 2026", "EUR", 800000, "2027-04-30", None),
        ("Q3 2026", "EUR", 1500000, "2027-07-31", None),
        ("Q4 2026", "EUR", 999999, "2027-10-31", None),
    ]
    assert said["skipped"] == [
        {
            "line": 10,
            "reason": "a sum, not a fund",
            "cells": ["Summe", "", "", "45.670,74 €", "9.346,15 €", "36.324,59 €"],
        }
    ]
    assert said["totals"] == {"EUR": 3632459}
    assert [change["new"] for change in said["changes"]] == [True] * 4
    assert not KeptVendor.objects.exists()
    assert not Allocation.objects.exists()


def test_recorded_it_stands_in_the_ledger_and_again_it_changes_nothing(w):
    run(STATEMENTS / "harborline-wallet.csv", "--commit")
    assert funds() == {
        "HL-Q1-26": (332460, 0, 0, 0, 912540, 0),
        "HL-Q2-26": (800000, 0, 0, 0, 0, 0),
        "HL-Q3-26": (1500000, 0, 0, 0, 22075, 0),
        "HL-Q4-26": (999999, 0, 0, 0, 0, 0),
    }
    fund = Allocation.objects.get(reference="HL-Q1-26")
    # One day is named: the books take no later one.
    assert (fund.expires_on, fund.claim_by) == (date(2027, 1, 31), date(2027, 1, 31))
    assert fund.partner == w.brightpath
    moved = Movement.objects.count()
    status, said = run(STATEMENTS / "harborline-wallet.csv", "--commit", vendor="harborline networks")
    assert (status, said["changes"], Movement.objects.count()) == (0, [], moved)
    assert KeptVendor.objects.get().name == "Harborline Networks"
    assert not reconcile().differences


def test_a_later_statement_posts_the_differences_alone(w, tmp_path):
    run(STATEMENTS / "harborline-wallet.csv", "--commit")
    before = Movement.objects.count()
    later = tmp_path / "later.csv"
    text = (STATEMENTS / "harborline-wallet.csv").read_text("utf-8-sig")
    later.write_text(
        text.replace("20.11.2026 08:15", "21.11.2026 08:15").replace("0,00 €;8.000,00 €", "500,00 €;7.500,00 €"),
        "utf-8",
    )
    _, said = run(later, "--commit")
    assert [(c["reference"], c["new"], c["amounts"]) for c in said["changes"]] == [
        ("HL-Q2-26", False, {"available": [800000, 750000], "paid": [0, 50000]})
    ]
    assert funds()["HL-Q2-26"] == (750000, 0, 0, 0, 50000, 0)
    # Claimed, approved and paid; nothing else moved.
    assert Movement.objects.count() == before + 3


def test_requests_stand_as_set_aside_and_those_without_money_are_named(w):
    _, said = run(
        STATEMENTS / "skylark-fund-requests.csv", "--commit", "--program", "Skylark MDF", vendor="Skylark Cloud"
    )
    assert funds() == {
        "FR-00918": (0, 500000, 0, 0, 0, 0),
        "FR-00922": (0, 0, 950000, 0, 0, 0),
        "FR-00940": (0, 175050, 100000, 0, 0, 0),
    }
    assert [f["available"] for f in said["funds"]] == [500000, 0, 175050]
    assert [(line["line"], line["reason"]) for line in said["skipped"]] == [
        (4, "Pending approval: no money yet, $4,000.00 asked for"),
        (5, "Rejected: no money"),
    ]
    assert KeptVendor.objects.get().programs.get().name == "Skylark MDF"


def test_several_funds_under_one_number_and_several_currencies(w, tmp_path):
    run(STATEMENTS / "northgate-coop-balance.csv", "--commit", vendor="Northgate direct")
    assert len(funds()) == 4
    assert sum(balances[0] for balances in funds().values()) == 2642265
    mixed = tmp_path / "mixed.csv"
    mixed.write_text("Fund,Available,Expires\nA,€100.00,2026-12-31\nB,$50.00,2026-12-31\n", "utf-8")
    run(mixed, "--commit", "--program", "Pot", vendor="Mixed")
    programs = KeptVendor.objects.get(name="Mixed").programs.order_by("currency")
    assert [(p.name, p.currency) for p in programs] == [("Pot", "EUR"), ("Pot (USD)", "USD")]


def test_what_cannot_be_read_is_refused_with_the_reason(w, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("nothing here\n")
    status, said = run(broken, "--commit")
    assert (status, said["funds"], said["committed"]) == (1, [], False)
    assert "No line of this file names columns" in said["refused"]
    no_day = tmp_path / "no_day.csv"
    no_day.write_text("Fund,Available,Currency\nA,100.00,USD\n")
    status, said = run(no_day)
    assert (status, said["funds"][0]["expires_on"]) == (0, None)
    assert "Say the day with --use-by" in said["notes"][0]
    assert run(no_day, "--commit")[0] == 1
    assert run(no_day, "--commit", "--use-by", "2026-12-31")[0] == 0
    assert Allocation.objects.get().expires_on == date(2026, 12, 31)


def test_a_day_to_come_is_refused(w):
    status, said = run(STATEMENTS / "harborline-wallet.csv", "--commit", "--on", "2027-01-01")
    assert (status, said["committed"]) == (1, False)
    assert "still to come" in said["refused"]
    assert not Allocation.objects.exists()


def test_it_is_read_as_on_the_page_last_time(w, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    text = "Fund,Earned,Qwx,Expires\nA,100.00,40.00,03/04/2027\n"
    file = tmp_path / "odd.csv"
    file.write_text(text)
    upload = received(w, text.encode())
    taught = {
        "fund": Meaning.NAME,
        "earned": Meaning.GRANTED,
        "qwx": Meaning.AVAILABLE,
        "expires": Meaning.EXPIRES_ON,
    }
    said = Said(taught=taught, order="month first", currency="USD", program="Pot")
    upload = correct_statement(upload=upload, said=said, by=w.owner)
    record_upload(upload=upload, as_seen=show(upload, NOW).token, by=w.owner, now=NOW)
    file.write_text(text.replace("40.00", "30.00"))
    _, shown = run(file, vendor="cobalt print")
    assert shown["columns"] == {"Fund": "name", "Earned": "granted", "Qwx": "available", "Expires": "expires_on"}
    assert (shown["totals"], shown["funds"][0]["expires_on"]) == ({"USD": 3000}, "2027-03-04")
    assert [(change["new"], change["amounts"]) for change in shown["changes"]] == [
        (False, {"available": [4000, 3000], "paid": [6000, 7000]})
    ]
    assert KeptVendor.objects.get().programs.get().name == "Pot"
    # Another vendor has its own.
    assert run(file, vendor="Another")[1]["columns"] != shown["columns"]
    # What is said now goes before what is remembered.
    _, said_now = run(file, "--currency", "CAD", vendor="Cobalt Print")
    assert said_now["totals"] == {"CAD": 3000}


def test_how_it_was_read_is_remembered_only_once_it_is_recorded(w, tmp_path):
    file = tmp_path / "wallet.csv"
    file.write_text("Fund,Available,Expires\nA,100.00,2026-12-31\n")
    run(file, "--currency", "USD")
    assert not StatementLayout.objects.exists()
    run(file, "--currency", "USD", "--program", "Pot", "--commit")
    assert StatementLayout.objects.get().vendor.name == "Harborline Networks"
    file.write_text("Fund,Available,Expires\nA,90.00,2026-12-31\n")
    _, said = run(file, "--commit")
    assert said["totals"] == {"USD": 9000}
    assert Allocation.objects.get().available == 9000
    assert KeptVendor.objects.get().programs.get().name == "Pot"


def test_a_file_without_headings_is_refused_until_one_was_recorded_on_the_page(w, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    text = "Spring campaign;1.200,00;EUR;31.12.2026\n"
    file = tmp_path / "bare.csv"
    file.write_text(text)
    status, said = run(file, "--commit", vendor="Cobalt Print")
    assert (status, said["funds"], said["committed"]) == (1, [], False)
    assert "This file has no headings" in said["refused"]
    taught = {
        "column a": Meaning.NAME,
        "column b": Meaning.AVAILABLE,
        "column c": Meaning.CURRENCY,
        "column d": Meaning.EXPIRES_ON,
    }
    upload = received(w, text.encode())
    upload = correct_statement(upload=upload, said=Said(taught=taught, unheaded=True), by=w.owner)
    record_upload(upload=upload, as_seen=show(upload, NOW).token, by=w.owner, now=NOW)
    file.write_text(text.replace("1.200,00", "700,00"))
    status, said = run(file, "--commit", vendor="Cobalt Print")
    assert (status, said["totals"]) == (0, {"EUR": 70000})
    assert Allocation.objects.get().available == 70000


@pytest.mark.parametrize(
    ("more", "words"),
    [({"partner": "nobody"}, "There is no partner"), ({"file": Path("/nowhere.csv")}, "cannot be read")],
)
def test_a_wrong_command_says_what_is_wrong(w, more, words):
    with pytest.raises(CommandError, match=words):
        run(**({"file": STATEMENTS / "harborline-wallet.csv"} | more))
