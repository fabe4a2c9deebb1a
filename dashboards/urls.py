"""The first page of each role, a partner's queue, reviews, scorecards and story, and a vendor's reports."""

from django.urls import path

from dashboards.views import (
    cash,
    forecast,
    home,
    ideas,
    queue,
    reminding,
    reports,
    resources,
    reviews,
    roi,
    scorecards,
    story,
    unused,
)

app_name = "dashboards"
urlpatterns = [
    path("", home.home, name="home"),
    path("risk/", queue.queue, name="queue"),
    path("risk/<int:pk>/<slug:rule>/", queue.matter, name="matter"),
    path("risk/<int:pk>/<slug:rule>/put-off/", queue.put_off, name="put_off"),
    path("risk/<int:pk>/<slug:rule>/hand-over/", queue.hand_over, name="hand_over"),
    path("risk/<int:pk>/<slug:rule>/take/", queue.take_on, name="take_on"),
    path("risk/<int:pk>/<slug:rule>/take-back/", queue.take_back, name="take_back"),
    path("scorecards/", scorecards.index, name="scorecards"),
    path("scorecards/<int:pk>/", scorecards.detail, name="scorecard"),
    path("story/", story.story, name="story"),
    path("story/brief/", story.brief, name="story_brief"),
    path("ideas/", ideas.index, name="ideas"),
    path("ideas/<int:pk>/use/", ideas.use, name="use_idea"),
    path("plans/cash/", cash.cash, name="cash"),
    path("reports/", reports.over_time, name="over_time"),
    path("reports/programs/", reports.use_by_program, name="use_by_program"),
    path("reports/tiers/", reports.use_by_tier, name="use_by_tier"),
    path("reports/partners/", reports.use_by_partner, name="use_by_partner"),
    path("reports/unused/", unused.unused, name="unused"),
    path("reports/unused/nudge/", unused.nudge, name="nudge"),
    path("reports/resources/", resources.resources, name="resources"),
    path("reports/returns/", roi.returns, name="returns"),
    path("reports/reminders/", reminding.reminders, name="reminders"),
    path("reports/forecast/", forecast.forecast, name="forecast"),
    path("reviews/", reviews.index, name="reviews"),
    path("reviews/pdf/", reviews.index_pdf, name="reviews_pdf"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/pdf/", reviews.review_pdf, name="review_pdf"),
]
