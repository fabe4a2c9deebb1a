"""What goes with a message: its id, and for a program a signature with a timestamp (standardwebhooks.com)."""

from datetime import UTC, datetime

from standardwebhooks import Webhook

from reminders.chat.vault import Secret


def headers(secret: Secret, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """`at` is the moment of this attempt: a receiver refuses an old one, so that a message can't be played again."""
    found = {"Content-Type": "application/json; charset=utf-8", "webhook-id": message_id}
    if secret.signing:
        moment = at.astimezone(UTC)
        found["webhook-timestamp"] = str(int(moment.timestamp()))
        found["webhook-signature"] = Webhook(secret.signing).sign(message_id, moment, body.decode())
    return found
