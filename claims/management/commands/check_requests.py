from django.core.management.base import BaseCommand

from claims.reconcile import reconcile


class Command(BaseCommand):
    help = (
        "Recompute what each approved request holds from its claims, and what a fund's requests hold together. "
        "Exit status 1 and the differences if one does not agree."
    )

    def handle(self, *args, **options):
        requests, differences = reconcile()
        for d in differences:
            words = "it holds" if d.what == "request" else "it has reserved"
            made = "its claims leave it" if d.what == "request" else "its requests hold"
            self.stdout.write(f"{d.what} {d.id}: {words} {d.kept}, {made} {d.recomputed}")
        if differences:
            raise SystemExit(1)
        counted = "1 request" if requests == 1 else f"{requests} requests"
        self.stdout.write(f"{counted}: each holds what its claims leave it")
