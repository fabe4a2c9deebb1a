"""Sales by which partners earn money of co-op programs."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from dashboards.demo.people import Cast
from funds import actions as funds
from funds.earning import period_of
from programs.models import Program


def record_sales(demo: Cast, name: str, sold: Sequence[tuple[str, int]], *, wrong: bool = False) -> None:
    """A vendor's sales of the last whole period, as its books have them: posted, or with a name that nobody knows."""
    program = Program.objects.select_related("vendor", "terms").get(name=name)
    by, sent = demo.managers[program.vendor.slug], demo.ago(3 if wrong else 21)
    months = program.current_terms.earning_months or 1
    last = period_of(program.today(demo.now), months).starts_on - timedelta(days=1)
    first = period_of(last, months).starts_on
    lines = ["partner,reference,sold_on,amount"]
    for partner, total in sold:
        for month in range(months):
            day = first + timedelta(days=30 * month + demo.choice.randrange(28))
            share = total // months + demo.choice.randrange(-total // 20, total // 20)
            lines.append(f"{partner},{'B' if wrong else 'A'}-{partner[:4].upper()}-{month + 1},{day},{share}.00")
        lines.append(f"{partner},{'B' if wrong else 'A'}-{partner[:4].upper()}-R,{last},-{total // 40}.00")
    file = SimpleUploadedFile(f"{program.vendor.slug}-{last:%Y-%m}.csv", "\n".join(lines).encode())
    budget = program.budgets.get(name=f"{demo.now.year}")
    upload = funds.receive(budget=budget, file=file, by=by, now=sent)
    funds.work(upload_id=upload.pk, now=sent)
    if not wrong:
        funds.confirm(upload=upload, by=by, now=sent)
        funds.work(upload_id=upload.pk, now=sent)
