"""Addresses of claims: the partner's, the reviewer's and finance's."""

from django.urls import path

from claims.views import files, filing, listing, paying, review, standing

app_name = "claims"
urlpatterns = [
    path("claims/", listing.index, name="list"),
    path("funds/<int:pk>/claim/", filing.start, name="start"),
    path("claims/<int:pk>/", standing.detail, name="detail"),
    path("claims/<int:pk>/edit/", filing.edit, name="edit"),
    path("claims/<int:pk>/autosave/", filing.autosave, name="autosave"),
    path("claims/<int:pk>/attach/", standing.attach, name="attach"),
    path("claims/<int:pk>/answer/", standing.answer, name="answer"),
    path("claims/<int:pk>/withdraw/", standing.withdraw, name="withdraw"),
    path("claims/<int:pk>/reopen/", standing.reopen, name="reopen"),
    path("claims/<int:pk>/discard/", standing.discard, name="discard"),
    path("review/", review.queue, name="queue"),
    path("claims/<int:pk>/take/", review.take, name="take"),
    path("claims/<int:pk>/approve/", review.approve, name="approve"),
    path("claims/<int:pk>/ask/", review.ask, name="ask"),
    path("claims/<int:pk>/reject/", review.reject, name="reject"),
    path("payments/", paying.index, name="payments"),
    path("claims/<int:pk>/pay/", paying.pay, name="pay"),
    path("proofs/<int:pk>/", files.proof, name="proof"),
    path("proofs/<int:pk>/<int:page>/", files.preview, name="preview"),
]
