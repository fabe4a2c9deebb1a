"""Addresses of what a partner means to do: its plan, its sales targets, and its reviews with vendors."""

from django.urls import path

from plans import plan_urls
from plans.views import sellers, spiff_files, spiffs, steps, targets

app_name = "plans"
of_steps = [
    path("steps/", steps.index, name="steps"),
    path("steps/<int:pk>/", steps.step, name="step"),
    path("steps/<int:pk>/done/", steps.tick, name="tick"),
    path("steps/<int:pk>/drop/", steps.drop, name="drop_step"),
]
of_targets = [
    path("targets/", targets.index, name="targets"),
    path("targets/set/", targets.set_targets, name="set_targets"),
    path("targets/people/", sellers.index, name="sales_people"),
    path("targets/people/<int:pk>/", targets.person, name="sales_person"),
    path("targets/people/<int:pk>/change/", sellers.change, name="change_sales_person"),
    path("spiffs/", spiffs.index, name="spiffs"),
    path("spiffs/new/", spiffs.enter, name="enter_spiff"),
    path("spiffs/file/", spiff_files.from_file, name="spiffs_file"),
    path("spiffs/template/", spiff_files.template, name="spiffs_template"),
    path("spiffs/<int:pk>/", spiffs.change, name="spiff"),
    path("spiffs/<int:pk>/remove/", spiffs.remove, name="remove_spiff"),
]
urlpatterns = [*plan_urls.urlpatterns, *of_steps, *of_targets]
