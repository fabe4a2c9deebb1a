"""How a stranger's file is served: as a download, sealed, whatever is in it."""

from typing import TypeVar

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase

# Whatever is in the file, a browser that opens it runs nothing of it here.
SANDBOX = "default-src 'none'; sandbox"
Response = TypeVar("Response", bound=HttpResponseBase)


def sealed(response: Response) -> Response:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def download(file: FieldFile, *, name: str, kind: str) -> FileResponse:
    """The kept file as a download called `name`, of content type `kind`. Http404 when the storage has lost it."""
    try:
        content = file.open("rb")
    except FileNotFoundError:
        raise Http404("The file is gone from the storage.") from None
    return sealed(FileResponse(content, as_attachment=True, filename=name, content_type=kind))


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """What was made just now, as a download called `name`, of content type `kind`."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return sealed(response)
