"""Addresses of claims: the partner's, the reviewer's and finance's."""

from django.urls import path

from claims import payment_urls, rate_urls
from claims.views import changes, files, filing, listing, outcomes, records, review, standing
from claims.views.requests import filing as asks
from claims.views.requests import mine, queue
from claims.views.requests import review as deciding
from claims.views.requests import standing as asked

app_name = "claims"
urlpatterns = [
    *payment_urls.urlpatterns,
    *rate_urls.urlpatterns,
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
    path("results/", outcomes.index, name="results"),
    path("results/files/<int:pk>/", outcomes.file, name="result_file"),
    path("claims/<int:pk>/results/", outcomes.of_claim, name="results_of_claim"),
    path("claims/<int:pk>/results/report/", outcomes.report_of_claim, name="report_of_claim"),
    path("requests/<int:pk>/results/", outcomes.of_request, name="results_of_request"),
    path("requests/<int:pk>/results/report/", outcomes.report_of_request, name="report_of_request"),
    path("changes/", changes.index, name="changes"),
    path("claims/<int:pk>/record/", records.of_claim, name="record_of_claim"),
    path("requests/<int:pk>/record/", records.of_request, name="record_of_request"),
    path("claims/<int:pk>/packet/", records.ask_packet, name="ask_packet"),
    path("packets/<int:pk>/", records.packet, name="packet"),
    path("packets/<int:pk>/file/", records.packet_file, name="packet_file"),
    path("proofs/<int:pk>/", files.proof, name="proof"),
    path("proofs/<int:pk>/<int:page>/", files.preview, name="preview"),
    # fund requests
    path("requests/", queue.index, name="requests"),
    path("requests/queue/", queue.queue, name="request_queue"),
    path("funds/<int:pk>/request/", asks.start, name="request_start"),
    path("requests/<int:pk>/", asked.detail, name="request"),
    path("requests/<int:pk>/edit/", asks.edit, name="request_edit"),
    path("requests/<int:pk>/autosave/", asks.autosave, name="request_autosave"),
    path("requests/<int:pk>/discard/", asks.discard, name="request_discard"),
    path("requests/<int:pk>/answer/", asked.answer, name="request_answer"),
    path("requests/<int:pk>/take-back/", asked.take_back, name="request_take_back"),
    path("requests/<int:pk>/change/", asked.change, name="request_change"),
    path("requests/<int:pk>/keep/", asked.keep, name="request_keep"),
    path("requests/<int:pk>/complete/", asked.complete, name="request_complete"),
    path("requests/<int:pk>/cancel/", asked.cancel, name="request_cancel"),
    path("requests/<int:pk>/claim/", asked.claim, name="request_claim"),
    path("requests/<int:pk>/take/", deciding.take, name="request_take"),
    path("requests/<int:pk>/approve/", deciding.approve, name="request_approve"),
    path("requests/<int:pk>/approve-too/", deciding.approve_too, name="request_approve_too"),
    path("requests/<int:pk>/not-too/", deciding.not_too, name="request_not_too"),
    path("requests/<int:pk>/ask/", deciding.ask, name="request_ask"),
    path("requests/<int:pk>/send-back/", deciding.send_back, name="request_send_back"),
    path("requests/<int:pk>/decline/", deciding.decline, name="request_decline"),
    path("requests/<int:pk>/accept-change/", deciding.accept_change, name="request_accept_change"),
    path("requests/<int:pk>/refuse-change/", deciding.refuse_change, name="request_refuse_change"),
    path("requests/<int:pk>/revoke/", deciding.revoke, name="request_revoke"),
    path("request-files/<int:pk>/", mine.file, name="request_file"),
]
