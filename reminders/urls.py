"""Addresses of reminders."""

from django.urls import path

from reminders import views
from reminders.calendar.views import address, page
from reminders.chat import views as chat
from reminders.choosing import views as choosing
from reminders.choosing import words
from reminders.delivery.views import addresses, post, preferences, stopping, told
from reminders.replying import steps
from reminders.replying import views as replying

app_name = "reminders"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/read/", views.read, name="read"),
    path("inbox/<int:pk>/open/<str:seal>/", views.arrive, name="arrive"),
    path("inbox/<int:pk>/later/", replying.later, name="later"),
    path("inbox/<int:pk>/take/", replying.take, name="take"),
    path("inbox/<int:pk>/hand/", replying.hand, name="hand"),
    path("inbox/<int:pk>/back/", replying.take_back, name="take_back"),
    path("mail/later/<str:token>/", replying.later_by_mail, name="later_by_mail"),
    path("mail/take/<str:token>/", replying.take_by_mail, name="take_by_mail"),
    path("mail/hand/<str:token>/", replying.hand_by_mail, name="hand_by_mail"),
    path("steps/<int:pk>/change/", steps.change, name="change_step"),
    path("inbox/preferences/", preferences.preferences, name="preferences"),
    path("inbox/timings/", choosing.timings, name="timings"),
    path("inbox/words/", words.wordings, name="wordings"),
    path("inbox/away/", choosing.away, name="away"),
    path("inbox/away/<int:pk>/end/", choosing.back, name="back"),
    path("mail/stop/<str:token>/", stopping.stop, name="stop"),
    path("mail/addresses/", addresses.addresses, name="addresses"),
    path("mail/addresses/<int:pk>/lift/", addresses.lift, name="lift"),
    path("mail/confirm/", addresses.ask, name="ask_to_confirm"),
    path("mail/confirm/<str:token>/", addresses.confirm, name="confirm"),
    path("mail/told/<str:service>/", told.told, name="mail_told"),
    path("mail/", post.post, name="post"),
    path("mail/<int:pk>/again/", post.again, name="try_again"),
    path("calendar/", page.calendar, name="calendar"),
    path("calendar/address/", address.address, name="calendar_address"),
    path("calendar/address/make/", address.make, name="make_address"),
    path("calendar/address/alarm/", address.ring, name="set_alarm"),
    path("calendar/address/revoke/", address.revoke, name="revoke_address"),
    path("calendar/<str:token>.ics", address.feed, name="feed"),
    path("chat/", chat.index, name="hooks"),
    path("chat/add/", chat.add, name="add_hook"),
    path("chat/<int:pk>/", chat.hook, name="hook"),
    path("chat/<int:pk>/change/", chat.change, name="change_hook"),
    path("chat/<int:pk>/test/", chat.try_out, name="try_hook"),
    path("chat/<int:pk>/start/", chat.start_again, name="start_hook"),
    path("chat/<int:pk>/end/", chat.end, name="end_hook"),
]
