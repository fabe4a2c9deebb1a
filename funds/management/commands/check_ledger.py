from django.core.management.base import BaseCommand

from funds.reconcile import reconcile


class Command(BaseCommand):
    help = (
        "Recompute every balance from its movements, and what was earned from the sales. "
        "Exit status 1 and the differences if one does not agree."
    )

    def handle(self, *args, **options):
        report = reconcile()
        for d in report.differences:
            self.stdout.write(f"{d.table} {d.id}: {d.column} is {d.kept}, its {d.source} make {d.recomputed}")
        if report.differences:
            raise SystemExit(1)
        self.stdout.write(
            f"{report.movements} movements, {report.allocations} allocations, {report.budgets} budgets, {report.sales} sales: "
            "every balance agrees"
        )
