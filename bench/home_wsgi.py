"""The app with two more addresses, for `bench/home.py` alone: one that says hello, and the home written anew for each look."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.wsgi import application  # noqa: F401 - what gunicorn serves; it sets Django up

import config.urls  # isort: skip
from dashboards.views.home import home, written  # isort: skip


@login_not_required
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Hello, world")


def anew(request: HttpRequest) -> HttpResponse:
    written.cache_clear()
    return home(request)


config.urls.urlpatterns += [path("bench/hello/", hello), path("bench/anew/", anew)]
