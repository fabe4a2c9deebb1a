"""What Celery does for claims. Each task takes ids, loads, and calls one function."""

from celery import shared_task
from django.db import transaction

from claims import previews
from claims.models import Proof


@shared_task
def preview(proof_id: int) -> None:
    """Make a proof's pictures ahead of the first look. A lost task costs nothing: the page makes what is missing."""
    proof = Proof.objects.filter(pk=proof_id).first()
    if proof is not None:
        previews.render(proof)


def hint_preview(proof_id: int) -> None:
    """Hand the work to a worker once the upload is committed; without a broker the page does it itself."""
    transaction.on_commit(lambda: preview.delay(proof_id), robust=True)
