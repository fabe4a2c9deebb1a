import pytest
from django.utils import timezone

from partners.states import Role
from tests.partners.letters import invited


@pytest.fixture
def invite(w, django_capture_on_commit_callbacks, mailoutbox):
    """Invites into Brightpath unless told otherwise; gives the invitation and its token."""

    def send(email="new@people.example", role=Role.MEMBER, company=None, by=None, now=None):
        return invited(
            company or w.brightpath,
            email,
            role,
            by or w.owner,
            django_capture_on_commit_callbacks,
            mailoutbox,
            now or timezone.now(),
        )

    return send
