"""Mail of the local stack: one file a message, which a mail client opens."""

import time
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Writes each message to `MAIL_FOLDER` as `<time>-<recipient>-<random>.eml`."""

    def send_messages(self, email_messages):
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            recipient = "".join(c for c in message.to[0] if c.isalnum() or c in "@.-")[:80]
            name = f"{time.strftime('%Y%m%d-%H%M%S')}-{recipient}-{uuid4().hex[:8]}"
            # Written aside and renamed, so that no reader sees half a message.
            part = folder / f".{name}.part"
            part.write_bytes(message.message().as_bytes(linesep="\r\n"))
            part.rename(folder / f"{name}.eml")
        return len(email_messages)
