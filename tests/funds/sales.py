"""Sales for tests: a co-op program whose partners earn, files of sales, and what became of them."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from funds import actions as funds
from funds.models import Accrual, Budget, SalesUpload
from funds.sales_states import UploadStatus
from tests.cast import NOW, World

HEADER = "partner,reference,sold_on,amount"


def coop(w: World, amount: int = 100_000_00, budget: dict | None = None, **terms) -> Budget:
    """A budget of a published co-op program: 3% of what is sold in half a year, unless told otherwise."""
    fields = {"kind": "coop", "accrual_percent": 3, "earning_months": 6, "starts_on": date(2026, 1, 1)} | terms
    program = w.program(**({"ends_on": date(2027, 12, 31)} | fields))
    made = w.budget(program, amount=amount)
    if budget:
        Budget.objects.filter(pk=made.pk).update(**budget)
        made.refresh_from_db()
    return made


def csv_of(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def uploaded(
    w: World, budget: Budget, content: bytes | Iterable[str], now: datetime = NOW, name="sales.csv"
) -> SalesUpload:
    """A file, sent and checked."""
    content = content if isinstance(content, bytes) else csv_of(*content)
    upload = funds.receive(budget=budget, file=SimpleUploadedFile(name, content), by=w.manager, now=now)
    funds.work(upload_id=upload.pk, now=now)
    return again(upload)


def confirmed(w: World, upload: SalesUpload, now: datetime = NOW) -> SalesUpload:
    funds.confirm(upload=upload, by=w.manager, now=now)
    funds.work(upload_id=upload.pk, now=now)
    return again(upload)


def sold(w: World, budget: Budget, *lines: str, now: datetime = NOW) -> SalesUpload:
    """Sales, sent, checked and posted."""
    upload = uploaded(w, budget, lines, now)
    assert upload.status == UploadStatus.CHECKED, (upload.message, faults(upload))
    upload = confirmed(w, upload, now)
    assert upload.status == UploadStatus.POSTED, upload.message
    return upload


def again(upload: SalesUpload) -> SalesUpload:
    return SalesUpload.objects.with_budget().get(pk=upload.pk)


def faults(upload: SalesUpload) -> list[tuple[int, str, str]]:
    return list(upload.faults.values_list("line", "column", "words"))


def books(budget: Budget) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(sold, earned, granted) in minor units, by partner and period."""
    accruals = Accrual.objects.filter(program=budget.program).select_related("partner")
    return {(a.partner.slug, a.period.label): (a.sold, a.earned, a.posted) for a in accruals}
