"""Addresses of partners."""

from django.urls import path

from partners.views import companies, own, team

app_name = "partners"
urlpatterns = [
    path("team/", team.team, name="team"),
    path("team/currency/", team.currency, name="currency"),
    path("team/invite/", team.invite, name="invite"),
    path("team/invitations/<int:pk>/withdraw/", team.withdraw_invitation, name="withdraw_invitation"),
    path("team/<int:pk>/end/", team.end_membership, name="end_membership"),
    path("team/<int:pk>/role/", team.change_role, name="change_role"),
    path("companies/", companies.companies, name="companies"),
    path("companies/new/", companies.create_company, name="create_company"),
    path("companies/<int:pk>/", team.company, name="company"),
    path("companies/<int:pk>/invite/", team.invite, name="invite_to"),
    path("invitation/<str:token>/", own.accept, name="accept"),
    path("switch/", own.switch, name="switch"),
    path("profile/", own.profile, name="profile"),
]
