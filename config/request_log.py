"""The log of requests, without what opens a door: an address with a long random part is written down without it."""

import logging
import re

from django_structlog.middlewares import RequestMiddleware as Middleware

# A token of 32 random bytes takes 43 characters, and so does a signature, behind its colon; a name in an address stays far
# below 40 without a break.
TOKEN = re.compile(r"(?<=[/=:])[A-Za-z0-9_-]{40,}")


def masked(text: str) -> str:
    return TOKEN.sub("…", text)


class RequestMiddleware(Middleware):
    @staticmethod
    def format_request(request) -> str:
        return masked(Middleware.format_request(request))


class MaskTokens(logging.Filter):
    """Django itself logs the path of what it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(masked(value) if isinstance(value, str) else value for value in record.args)
        return True
