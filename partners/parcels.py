"""The rows of an uploaded table, on their way through the page that shows what they would do.

They travel with the preview, signed: nothing is kept on the server, so nothing runs full or out of date there, any machine can
answer the confirmation, and what comes back is what was shown. A parcel says what was in the file, not what is allowed: all of
it is checked again when it comes back.
"""

from collections.abc import Sequence

from django.core import signing

from partners.tables import FileRefused, Row, Shape

VALID_SECONDS = 60 * 60
# Less than what Django takes as a form (DATA_UPLOAD_MAX_MEMORY_SIZE).
LONGEST_PARCEL = 2_000_000


def packed(rows: Sequence[Row], shape: Shape, *, salt: str) -> str:
    """`salt` names the page, what it is about and the person: a parcel opens for these alone. FileRefused for too much text."""
    cells = [[row.line, row.fault, *(row.cells[name] for name in shape.columns)] for row in rows]
    parcel = signing.dumps(cells, salt=salt, compress=True)
    if len(parcel) > LONGEST_PARCEL:
        raise FileRefused("The file holds more text than fits into one preview. Split it in two.")
    return parcel


def unpacked(parcel: str, shape: Shape, *, salt: str) -> list[Row]:
    """The rows that were shown. FileRefused if it is anything else."""
    try:
        content = signing.loads(parcel, salt=salt, max_age=VALID_SECONDS)
    except signing.BadSignature:
        raise FileRefused("This preview is too old or belongs to somebody else. Upload the file again.") from None
    return [Row(line, dict(zip(shape.columns, cells, strict=True)), fault) for line, fault, *cells in content]
