"""How a stranger's file is served: as a download, sealed, whatever is in it."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

# Whatever is in the file, a browser that opens it runs nothing of it here.
SANDBOX = "default-src 'none'; sandbox"


def sealed(response: FileResponse) -> FileResponse:
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
