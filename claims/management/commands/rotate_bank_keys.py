"""Seal all bank details, and the key of their fingerprints, with the newest of BANK_DETAILS_KEYS."""

from django.core.management.base import BaseCommand, CommandError

from claims import vault
from claims.models import BankDetails, FingerprintKey


class Command(BaseCommand):
    help = "Seal all bank details with the newest of BANK_DETAILS_KEYS. Afterwards older keys may go. Repeating it is safe."

    def handle(self, *args, **options) -> None:
        rows, unreadable = 0, []
        for details in BankDetails.objects.order_by("pk").iterator():
            try:
                secret = vault.rotated(details.secret)
            except vault.Unreadable:
                unreadable.append(details.pk)
                continue
            BankDetails.objects.filter(pk=details.pk, secret=details.secret).update(secret=secret)
            rows += 1
        for key in FingerprintKey.objects.all():
            try:
                FingerprintKey.objects.filter(pk=key.pk, secret=key.secret).update(secret=vault.rotated(key.secret))
            except vault.Unreadable:
                raise CommandError("No key opens the key of fingerprints.") from None
        self.stdout.write(f"Sealed anew: {rows}")
        if unreadable:
            raise CommandError(f"No key opens {len(unreadable)} of them (ids {', '.join(map(str, unreadable[:20]))}).")
