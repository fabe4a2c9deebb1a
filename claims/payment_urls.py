"""Addresses of payments: finance's, and what partners and vendors do with theirs. `urls.py` takes them in."""

from django.urls import path

from claims.views import accounts, bank_files, batches, paying, payments, settling

urlpatterns = [
    path("payments/", payments.index, name="payments"),
    path("payments/<int:pk>/", payments.detail, name="payment"),
    path("payments/<int:pk>/hold/", payments.hold, name="hold"),
    path("payments/<int:pk>/settle/", payments.settle, name="settle"),
    path("holds/<int:pk>/lift/", payments.lift, name="lift"),
    path("payments/bank-file/", bank_files.bank_file, name="bank_file"),
    path("payments/batches/", batches.index, name="batches"),
    path("payments/batches/new/", batches.new, name="new_batch"),
    path("payments/batches/<int:pk>/", batches.detail, name="batch"),
    path("payments/batches/<int:pk>/send/", batches.send, name="send_batch"),
    path("payments/batches/<int:pk>/drop/", batches.drop, name="drop_batch"),
    path("payments/batches/<int:pk>/order.xml", batches.order, name="bank_order"),
    path("payments/batches/<int:pk>/remittance/<int:partner_pk>/", batches.advice, name="remittance"),
    path("payments/<int:pk>/take-out/", batches.take_out, name="take_out"),
    path("payments/short/", settling.short_pays, name="short_pays"),
    path("payments/short/<int:pk>/pay/", settling.pay_rest, name="pay_rest"),
    path("payments/short/<int:pk>/accept/", settling.accept_short, name="accept_short"),
    path("payments/reversals/", settling.reversals, name="reversals"),
    path("claims/<int:pk>/reverse/", settling.propose, name="reverse"),
    path("payments/reversals/<int:pk>/", settling.reversal, name="reversal"),
    path("payments/reversals/<int:pk>/confirm/", settling.confirm, name="confirm_reversal"),
    path("payments/reversals/<int:pk>/drop/", settling.drop, name="drop_reversal"),
    path("payments/bank-details/", accounts.index, name="new_details"),
    path("payments/bank-details/<int:pk>/", accounts.of_company, name="company_details"),
    path("bank-details/", accounts.own, name="bank_details"),
    path("bank-details/change/", accounts.change, name="change_details"),
    path("claims/<int:pk>/instalments/", payments.split, name="split"),
    path("claims/<int:pk>/pay/", paying.pay, name="pay"),
]
