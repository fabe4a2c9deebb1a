"""A channel manager uploads sales, looks at what they would do, corrects, posts; others look on, or see nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from funds import actions as funds
from funds.models import Budget, Sale, SalesUpload
from funds.sales_states import UploadStatus
from tests.cast import NOW
from tests.funds.sales import HEADER, again, books, coop, csv_of, sold, uploaded
from tests.pages import errors, queries, table, told

pytestmark = pytest.mark.usefixtures("_at_now")


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def manager(w, client):
    client.force_login(w.manager)
    return client


def send(client, budget, content: bytes, name="sales.csv", follow=True):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("funds:upload_sales", args=[budget.pk]), {"file": file}, follow=follow)


def act(client, name, upload):
    return client.post(reverse(f"funds:{name}", args=[upload.pk]), follow=True)


def test_from_the_file_to_the_money(w, manager):
    budget = coop(w, amount=1_000_00)
    page = send(manager, budget, csv_of("Brightpath,S-1,2026-02-03,10000", "othertech,S-2,2026-02-03,-10"))
    html = page.content.decode()
    assert "Grant $300.00 to 1 partner?" in html
    assert "$0.30" in html  # what Othertech owes
    assert (Sale.objects.count(), Budget.objects.get(pk=budget.pk).unallocated) == (0, 1_000_00)
    page = act(manager, "post_sales", page.context["upload"])
    assert "$300.00 granted to 1 partner" in page.content.decode()
    assert books(budget)["brightpath-test", "2026-H1"] == (10_000_00, 300_00, 300_00)
    page = act(manager, "post_sales", page.context["upload"])  # a repeated click
    assert told(page) == ["Nothing was changed. This file stands so now: posted."]
    assert Budget.objects.get(pk=budget.pk).unallocated == 700_00


def test_a_file_that_waits_already_is_not_taken_twice(w, manager):
    budget = coop(w)
    first = send(manager, budget, csv_of("Brightpath,S-1,2026-02-03,100")).context["upload"]
    second = send(manager, budget, csv_of("Brightpath,S-1,2026-02-03,100")).context["upload"]
    assert first == second
    assert SalesUpload.objects.count() == 1


def test_faults_stand_on_the_page_and_in_a_file(w, manager):
    budget = coop(w)
    page = send(manager, budget, csv_of("Brightpth,S-1,2026-02-03,100", "Brightpath,S-2,3.2.2026,ten"))
    html = page.content.decode()
    assert "2 lines need a correction" in html
    assert "Partners that Windfall does not know" in html
    upload = page.context["upload"]
    rows = table(manager.get(reverse("funds:sales_faults", args=[upload.pk])))
    assert [(row["Line"], row["Column"]) for row in rows] == [("2", "partner"), ("3", "sold_on"), ("3", "amount")]
    page = act(manager, "post_sales", upload)
    assert told(page) == ["Nothing was changed. This file stands so now: needs correction."]
    assert Sale.objects.count() == 0


def test_a_partner_that_joins_meanwhile_is_found_by_a_second_check(w, manager):
    from partners.models import Partner

    budget = coop(w)
    upload = send(manager, budget, csv_of("Newcomer,S-1,2026-02-03,100")).context["upload"]
    assert upload.status == UploadStatus.WRONG
    Partner.objects.create(name="Newcomer", slug="newcomer", country="US")
    page = act(manager, "recheck_sales", upload)
    assert page.context["upload"].status == UploadStatus.CHECKED


def test_too_little_money_leads_to_the_form_that_puts_it_in_and_back(w, manager):
    budget = coop(w, amount=100_00)
    page = send(manager, budget, csv_of("Brightpath,S-1,2026-02-03,10000"))
    upload = page.context["upload"]
    assert "holds $200.00 too little" in page.content.decode()
    address = f"{reverse('funds:fund', args=[budget.pk])}?amount=200.00&upload={upload.pk}"
    assert address.replace("&", "&amp;") in page.content.decode()
    form = manager.get(address).context["form"]
    assert form["amount"].value() == "200.00"
    sent = {"amount": "200.00", "reason": "", "key": str(form["key"].value())}
    page = manager.post(address, sent, follow=True)
    assert page.context["upload"] == upload
    assert act(manager, "post_sales", upload).context["upload"].status == UploadStatus.POSTED


def test_a_dropped_file_is_gone(w, manager, django_capture_on_commit_callbacks):
    budget = coop(w)
    upload = send(manager, budget, csv_of("Brightpath,S-1,2026-02-03,100")).context["upload"]
    with django_capture_on_commit_callbacks(execute=True):
        page = act(manager, "drop_sales", upload)
    assert told(page) == ["sales.csv is dropped: nothing of it was posted."]
    assert not upload.file.storage.exists(upload.file.name)
    assert told(act(manager, "drop_sales", upload)) == ["Nothing was changed. This file stands so now: dropped."]


def test_a_large_file_is_read_behind_the_scenes(w, manager, monkeypatch):
    from funds import tasks

    monkeypatch.setattr(tasks, "SMALL", 10)
    budget = coop(w)
    page = send(manager, budget, csv_of("Brightpath,S-1,2026-02-03,100"))
    upload = page.context["upload"]
    html = page.content.decode()
    assert upload.status == UploadStatus.RECEIVED
    assert "Reading the file" in html
    assert 'hx-trigger="every 2s"' in html
    asked = manager.get(reverse("funds:sales_upload", args=[upload.pk]), headers={"HX-Request": "true"})
    assert "HX-Refresh" not in asked
    tasks.work_on_upload(upload.pk)
    asked = manager.get(reverse("funds:sales_upload", args=[upload.pk]), headers={"HX-Request": "true"})
    assert asked["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("closed program", "closed"),
        ("no rate", "earn nothing on sales"),
        ("closed period", "period of this budget is closed"),
    ],
)
def test_where_no_sales_are_taken(w, manager, state, words):
    from programs import actions as programs

    budget = w.budget(amount=0) if state == "no rate" else coop(w, amount=0)
    if state == "closed program":
        programs.close(program=budget.program, by=w.manager, now=NOW)
    if state == "closed period":
        funds.close_period(budget=budget, by=w.manager, now=NOW)
    page = manager.get(reverse("funds:upload_sales", args=[budget.pk]), follow=True)
    assert words in told(page)[0]
    (said,) = errors(send(manager, budget, csv_of("Brightpath,S-1,2026-02-03,100")))["file"]
    assert words in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel workbook"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_what_is_no_table_is_refused_beside_the_field(w, manager, content, words):
    assert words in errors(send(manager, coop(w), content))["file"][0]


def test_a_file_of_more_than_100_mb_is_refused_before_it_is_read(w, manager, monkeypatch):
    from funds.forms import moving

    monkeypatch.setattr(moving, "LARGEST_FILE", 1 << 20)
    (words,) = errors(send(manager, coop(w), b"x" * ((1 << 20) + 1)))["file"]
    assert words == "The file is larger than 1 MB. Split it in two."


def test_lists_and_pages_take_the_same_queries_for_one_and_for_three(w, manager):
    budget = coop(w)
    sold(w, budget, "Brightpath,S-1,2026-02-03,100")
    listed = reverse("funds:sales_uploads", args=[budget.pk])
    one = queries(manager, listed)
    for n in range(2, 4):
        sold(w, budget, f"Brightpath,S-{n},2026-02-03,100")
    assert queries(manager, listed) == one

    single = uploaded(w, budget, ["Brightpath,S-10,2026-02-03,100"])
    many = uploaded(
        w, budget, ["Brightpath,S-11,2026-02-03,100", "othertech,S-12,2026-08-03,1", "othertech,S-13,2026-01-03,1"]
    )
    pages = [reverse("funds:sales_upload", args=[upload.pk]) for upload in (single, many)]
    assert queries(manager, pages[0]) == queries(manager, pages[1])


def test_lists_are_filtered_sorted_and_taken_away(w, manager):
    budget = coop(w)
    sold(w, budget, "Brightpath,S-1,2026-02-03,100", "othertech,S-2,2026-02-03,5000")
    uploaded(w, budget, ["nobody,S-3,2026-02-03,100"], name="bad.csv")
    listed = reverse("funds:sales_uploads", args=[budget.pk])
    assert [row["upload"].name for row in manager.get(listed, {"status": "wrong"}).context["rows"]] == ["bad.csv"]
    assert "No file fits" in manager.get(listed, {"q": "zzz"}).content.decode()
    (first, second) = table(manager.get(listed, {"format": "csv", "sort": "granted"}))
    assert (first["File"], second["Granted"]) == ("bad.csv", "153.00")
    upload = SalesUpload.objects.get(status=UploadStatus.POSTED)
    page = reverse("funds:sales_upload", args=[upload.pk])
    rows = table(manager.get(page, {"format": "csv", "sort": "-added"}))
    assert [(row["Partner"], row["Into the fund"]) for row in rows] == [("Othertech", "150.00"), ("Brightpath", "3.00")]
    assert len(manager.get(page, {"q": "bright"}).context["page_obj"]) == 1


def test_the_template_can_be_sent_back_once_it_is_filled_in(w, manager):
    budget = coop(w)
    response = manager.get(reverse("funds:sales_template", args=[budget.pk]))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.startswith(HEADER)
    page = send(manager, budget, text.replace("a partner's name or short name", "Brightpath").encode())
    assert page.context["upload"].status == UploadStatus.CHECKED


def test_a_partner_reads_how_it_earned(w, client):
    budget = coop(w, accrual_percent=10, accrual_cap=500_00)
    sold(w, budget, "Brightpath,S-1,2026-02-03,4140")
    client.force_login(w.owner)
    fund = budget.allocations.get()
    html = client.get(reverse("funds:allocation", args=[fund.pk])).content.decode()
    assert "10% of $4,140.00 sold January to June 2026" in html
    assert "at most $500.00" in html
    assert client.get(reverse("funds:sales_uploads", args=[budget.pk])).status_code == 404


def test_managers_of_others_and_the_wrong_state(w, client):
    budget = coop(w)
    upload = uploaded(w, budget, ["Brightpath,S-1,2026-02-03,100"])
    client.force_login(w.other_manager)
    for name in ("post_sales", "recheck_sales", "drop_sales"):
        assert client.post(reverse(f"funds:{name}", args=[upload.pk])).status_code == 404
    assert again(upload).status == UploadStatus.CHECKED
