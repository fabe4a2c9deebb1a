"""Two managers, two workers, a worker that dies: sales count once, and nothing is left half-done."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from funds import actions as funds
from funds.actions.accruing import posting, working
from funds.models import Budget, Sale, SalesUpload
from funds.reconcile import reconcile
from funds.sales_states import UploadStatus
from tests.cast import NOW, world
from tests.funds.sales import again, books, coop, csv_of, uploaded
from tests.funds.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LINES = [f"brightpath-test,S-{n},2026-02-03,100" for n in range(200)]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_two_files_with_the_same_sales_posted_at_once_count_once():
    w = world()
    budget = coop(w)
    uploads = [uploaded(w, budget, [*LINES, f"othertech,T-{n},2026-02-03,1000"]) for n in range(2)]
    for upload in uploads:
        funds.confirm(upload=upload, by=w.manager, now=NOW)
    at_once(2, lambda n: funds.work(upload_id=uploads[n].pk, now=NOW))
    states = sorted(again(upload).status for upload in uploads)
    assert states == [UploadStatus.CHECKED, UploadStatus.POSTED]  # the second is shown again, with what is new in it
    assert Sale.objects.count() == 201
    assert books(budget)["brightpath-test", "2026-H1"] == (20_000_00, 600_00, 600_00)
    assert Budget.objects.get(pk=budget.pk).unallocated == 100_000_00 - 630_00
    assert reconcile().differences == []


def test_one_file_sent_twice_at_once_and_worked_on_by_four():
    w = world()
    budget = coop(w)

    def send(client):
        file = SimpleUploadedFile("sales.csv", csv_of(*LINES))
        return funds.receive(budget=budget, file=file, by=w.manager, now=NOW).pk

    assert len(set(at_once(2, send))) == 1
    upload = SalesUpload.objects.get()
    at_once(4, lambda client: funds.work(upload_id=upload.pk, now=NOW))
    assert again(upload).status == UploadStatus.CHECKED
    funds.confirm(upload=upload, by=w.manager, now=NOW)
    at_once(4, lambda client: funds.work(upload_id=upload.pk, now=NOW))
    assert again(upload).status == UploadStatus.POSTED
    assert books(budget)["brightpath-test", "2026-H1"] == (20_000_00, 600_00, 600_00)


def test_a_worker_that_dies_leaves_its_work_to_the_next():
    w = world()
    budget = coop(w)
    upload = uploaded(w, budget, LINES)
    funds.confirm(upload=upload, by=w.manager, now=NOW)

    def die(client):
        assert working.taken(upload.pk)
        with transaction.atomic():
            held = SalesUpload.objects.with_budget().select_for_update(of=("self",), no_key=True).get(pk=upload.pk)
            posting.post_sales(held, NOW)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DatabaseError):
        at_once(1, die)
    assert (again(upload).status, Sale.objects.count()) == (UploadStatus.POSTING, 0)
    assert working.busy() == [upload.pk]  # what the tick hints at
    funds.work(upload_id=upload.pk, now=NOW)
    assert again(upload).status == UploadStatus.POSTED
    assert books(budget)["brightpath-test", "2026-H1"] == (20_000_00, 600_00, 600_00)


def test_what_kills_three_workers_is_given_up_with_words(monkeypatch):
    w = world()
    budget = coop(w)
    file = SimpleUploadedFile("sales.csv", csv_of(*LINES))
    upload = funds.receive(budget=budget, file=file, by=w.manager, now=NOW)
    monkeypatch.setattr(working, "check", lambda *args, **kwargs: 1 / 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            funds.work(upload_id=upload.pk, now=NOW)
    funds.work(upload_id=upload.pk, now=NOW)
    upload = again(upload)
    assert (upload.status, working.busy()) == (UploadStatus.REFUSED, [])
    assert "tried three times" in upload.message


def test_checked_lines_that_a_crash_of_the_server_took_are_read_anew():
    w = world()
    budget = coop(w)
    upload = uploaded(w, budget, LINES)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {upload.staged}")  # what a crash does to a table that is not logged
    funds.confirm(upload=upload, by=w.manager, now=NOW)
    funds.work(upload_id=upload.pk, now=NOW)
    upload = again(upload)
    assert (upload.status, upload.fresh) == (UploadStatus.CHECKED, 200)
    assert "nothing was posted" in upload.message
    funds.confirm(upload=upload, by=w.manager, now=NOW)
    funds.work(upload_id=upload.pk, now=NOW)
    assert again(upload).status == UploadStatus.POSTED
