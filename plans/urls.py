"""Addresses of what a partner means to do: its plan, its sales targets, and its reviews with vendors."""

from django.urls import path

from plans import plan_urls
from plans.views import steps

app_name = "plans"
of_steps = [
    path("steps/", steps.index, name="steps"),
    path("steps/<int:pk>/", steps.step, name="step"),
    path("steps/<int:pk>/done/", steps.tick, name="tick"),
    path("steps/<int:pk>/drop/", steps.drop, name="drop_step"),
]
urlpatterns = [*plan_urls.urlpatterns, *of_steps]
