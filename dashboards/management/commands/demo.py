from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboards.demo.build import build


class Command(BaseCommand):
    help = "Fill an empty Windfall with demo vendors, partners, funds and claims. Running it again changes nothing."

    def handle(self, *args, **options):
        try:
            made = build(timezone.now())
        except RuntimeError as error:
            raise CommandError(str(error)) from error
        if made is None:
            self.stdout.write("The demo is there already: nothing was changed.")
        else:
            self.stdout.write("Demo made: " + ", ".join(f"{number} {what}" for what, number in made.items()))
