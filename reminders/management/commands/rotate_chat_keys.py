"""Seal the addresses of all chats with the newest of BANK_DETAILS_KEYS."""

from django.core.management.base import BaseCommand, CommandError

from claims import vault
from reminders.models import ChatHook


class Command(BaseCommand):
    help = "Seal the addresses of all chats with the newest of BANK_DETAILS_KEYS. Afterwards older keys may go."

    def handle(self, *args, **options) -> None:
        rows, unreadable = 0, []
        for hook in ChatHook.objects.order_by("pk").iterator():
            try:
                secret = vault.rotated(hook.secret)
            except vault.Unreadable:
                unreadable.append(hook.pk)
                continue
            rows += ChatHook.objects.filter(pk=hook.pk, secret=hook.secret).update(secret=secret)
        self.stdout.write(f"Sealed anew: {rows}")
        if unreadable:
            raise CommandError(f"No key opens {len(unreadable)} of them (ids {', '.join(map(str, unreadable[:20]))}).")
