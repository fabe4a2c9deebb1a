"""Addresses of exchange rates and of invoices that several claims share."""

from django.urls import path

from claims.views import invoices, rates

urlpatterns = [
    path("rates/", rates.index, name="rates"),
    path("rates/new/", rates.add, name="rate_add"),
    path("rates/file/", rates.from_file, name="rates_file"),
    path("rates/template/", rates.template, name="rates_template"),
    path("rates/<int:pk>/", rates.change, name="rate"),
    path("rates/<int:pk>/remove/", rates.remove, name="rate_remove"),
    path("invoices/", invoices.index, name="invoices"),
    path("invoices/<int:pk>/", invoices.detail, name="invoice"),
]
