"""Pieces of pages that are written once for the same facts, and kept by the process. A leaf.

A form in such a piece carries `TOKEN` where its reader's own token belongs, which nobody can guess.
"""

import secrets

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString, mark_safe

TOKEN = secrets.token_hex(16)


def for_reader(piece: SafeString, request: HttpRequest) -> SafeString:
    """The piece with its reader's token, which is letters and digits."""
    return mark_safe(piece.replace(TOKEN, get_token(request)))
