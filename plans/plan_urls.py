"""Addresses of the plan by quarter."""

from django.urls import path

from plans.views import activities, asking, board

urlpatterns = [
    path("plans/", board.index, name="plan"),
    path("plans/new/", activities.add, name="add_activity"),
    path("plans/new/keep/", activities.keep_new, name="keep_new"),
    path("plans/new/forget/", activities.forget_new, name="forget_new"),
    path("plans/<int:pk>/", activities.detail, name="activity"),
    path("plans/<int:pk>/edit/", activities.edit, name="edit_activity"),
    path("plans/<int:pk>/keep/", activities.keep, name="keep"),
    path("plans/<int:pk>/forget/", activities.forget, name="forget"),
    path("plans/<int:pk>/move/", activities.move, name="move_activity"),
    path("plans/<int:pk>/drop/", activities.drop, name="drop_activity"),
    path("plans/<int:pk>/take-up/", activities.take_up, name="take_up"),
    path("plans/<int:pk>/idea/", activities.only_think, name="only_think"),
    path("plans/fundings/<int:pk>/request/", asking.ask, name="ask"),
    path("plans/fundings/<int:pk>/claim/", asking.claim, name="claim"),
    path("plans/fundings/<int:pk>/sheet/", asking.sheet, name="sheet"),
    path("plans/fundings/<int:pk>/asked/", asking.asked, name="asked"),
    path("plans/fundings/<int:pk>/answered/", asking.answered, name="answered"),
]
