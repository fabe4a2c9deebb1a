from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboards.demo.build import build
from dashboards.demo.crowd import join


class Command(BaseCommand):
    help = "Fill an empty Windfall with demo vendors, partners, funds and claims. Running it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--partners", type=int, default=0, metavar="N", help="let so many partners take part, as in 3000"
        )

    def handle(self, *args, **options):
        if options["partners"] > 100_000:
            raise CommandError("That is more partners than any vendor has: name 100,000 at most.")
        now = timezone.now()
        try:
            made = build(now)
        except RuntimeError as error:
            raise CommandError(str(error)) from error
        if made is None:
            self.stdout.write("The demo is there already: nothing was changed.")
        else:
            self.stdout.write("Demo made: " + ", ".join(f"{number} {what}" for what, number in made.items()))
        if joined := join(options["partners"], now):
            self.stdout.write(f"{joined} more partners joined, with two funds each.")
