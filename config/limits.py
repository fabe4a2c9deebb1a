"""The most that one request may carry."""

from http import HTTPStatus

from django.http import HttpResponse
from django.template.loader import render_to_string

# Fifteen proofs of 10 MB, and what is typed beside them.
MOST_BYTES = 160_000_000


class SizeMiddleware:
    """Refuses what is larger before anything of it is read: an upload would else fill the disk before any form sees it.

    A body without a stated length is not read at all: Django takes it for empty.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        stated = request.META.get("CONTENT_LENGTH") or "0"
        if not stated.isdecimal() or int(stated) > MOST_BYTES:
            return HttpResponse(render_to_string("413.html"), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.get_response(request)
