"""Who may open what: every address, by GET and by POST, as everybody, for an object of one's own and for a foreign one.

`TABLE` is the one place where it is written down. An address that is not in it fails the build. In a row, `may` lists who gets
in, `sees` who sees the object but may not do this (403); to everybody else the object is not there (404). The roles are named as
they stand to the object: `owner` and `member` belong to its partner, `manager` to its vendor; `stranger` (owner of another
partner), `rival` (manager of another vendor) and `nobody` (a person in no company) have nothing to do with it.
"""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from allauth.account.internal.flows import login
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from pypdf import PdfWriter

from claims import actions as claims
from partners import actions as partners
from partners.models import Membership
from partners.sign_in import verified_user
from partners.states import Role
from programs.days import Clock
from reminders.actions.sweeping import sweep
from reminders.models import Reminder
from tests.cast import NOW, PASSWORD, World, accepted_file

ROLES = ["owner", "member", "manager", "admin", "finance", "stranger", "rival", "nobody"]
EVERYBODY = " ".join(ROLES)
# How the people of the cast stand to an object of the other partner and the other vendor.
MIRROR = {"owner": "stranger", "member": "stranger", "manager": "rival", "stranger": "owner", "rival": "manager"}


@dataclass(frozen=True)
class Row:
    methods: str
    object: str  # the name of a `Things`, or "" for a page without one
    may: str
    sees: str = ""

    def expects(self, role: str, method: str) -> int | str:
        if method not in self.methods.split():
            return 405
        if role in self.may.split():
            return "allowed"
        return 403 if role in self.sees.split() else 404


def page(methods: str, may: str, hidden_from: str = "") -> Row:
    """A page without an object: 403 to whom it is not for, 404 to `hidden_from`."""
    others = set(ROLES) - set(may.split()) - set(hidden_from.split())
    return Row(methods, "", may, " ".join(others))


def on(thing: str, methods: str, may: str, sees: str = "") -> Row:
    return Row(methods, thing, may, sees)


GET, POST, BOTH = "GET", "POST", "GET POST"
PARTNER = "owner member"
INVOLVED = "owner member manager admin finance"

TABLE: dict[str, list[Row]] = {
    "dashboards:home": [page(GET, EVERYBODY)],
    # people
    "partners:team": [page(GET, "owner member manager admin finance stranger rival", hidden_from="nobody")],
    "partners:invite": [page(POST, "owner manager admin stranger rival", hidden_from="nobody")],
    "partners:withdraw_invitation": [on("invitation", POST, "owner admin", "member")],
    "partners:end_membership": [on("membership", BOTH, "owner admin", "member")],
    "partners:change_role": [on("membership", POST, "owner admin", "member")],
    "partners:companies": [page(GET, "admin")],
    "partners:create_company": [page(BOTH, "admin")],
    "partners:company": [on("company", GET, "owner member admin")],
    "partners:invite_to": [on("company", POST, "owner admin", "member")],
    "partners:profile": [page(BOTH, EVERYBODY)],
    # programs
    "programs:list": [page(GET, EVERYBODY)],
    "programs:create": [page(BOTH, "manager rival")],
    "programs:detail": [on("program", GET, f"{INVOLVED} stranger"), on("draft_program", GET, "manager admin finance")],
    "programs:edit": [
        on("program", BOTH, "manager", "owner member admin finance stranger"),
        on("draft_program", BOTH, "manager", "admin finance"),
    ],
    "programs:publish": [on("draft_program", BOTH, "manager", "admin finance")],
    "programs:close": [on("program", BOTH, "manager", "owner member admin finance stranger")],
    "programs:reopen": [on("program", BOTH, "manager", "owner member admin finance stranger")],
    # funds
    "funds:list": [page(GET, EVERYBODY)],
    "funds:allocation": [on("fund", GET, INVOLVED)],
    "funds:withdraw": [on("fund", BOTH, "manager", "owner member admin finance")],
    "funds:reserve": [on("fund", BOTH, "manager", "owner member admin finance")],
    "funds:release": [on("fund", BOTH, "manager", "owner member admin finance")],
    "funds:budget_add": [on("program", BOTH, "manager", "owner member stranger admin finance")],
    "funds:budget": [on("budget", GET, "manager admin finance")],
    "funds:budget_history": [on("budget", GET, "manager admin finance")],
    "funds:fund": [on("budget", BOTH, "manager", "admin finance")],
    "funds:defund": [on("budget", BOTH, "manager", "admin finance")],
    "funds:close_period": [on("budget", BOTH, "manager", "admin finance")],
    "funds:allocate": [on("budget", BOTH, "manager", "admin finance")],
    "funds:allocate_file": [on("budget", BOTH, "manager", "admin finance")],
    "funds:allocate_template": [on("budget", GET, "manager", "admin finance")],
    # claims
    "claims:list": [page(GET, EVERYBODY)],
    "claims:start": [on("fund", BOTH, PARTNER, "manager admin finance")],
    "claims:detail": [on("draft", GET, PARTNER), on("submitted", GET, INVOLVED), on("approved", GET, INVOLVED)],
    "claims:edit": [on("draft", BOTH, PARTNER), on("submitted", BOTH, PARTNER, "manager admin finance")],
    "claims:autosave": [on("draft", POST, PARTNER), on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:attach": [on("draft", POST, PARTNER), on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:answer": [on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:withdraw": [on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:reopen": [on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:discard": [on("draft", POST, PARTNER), on("submitted", POST, PARTNER, "manager admin finance")],
    "claims:queue": [page(GET, "admin")],
    "claims:take": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:approve": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:ask": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:reject": [on("submitted", POST, "admin", "owner member manager finance")],
    "claims:payments": [page(GET, "finance")],
    "claims:pay": [on("approved", POST, "finance", "owner member manager admin")],
    "claims:proof": [on("draft_proof", GET, PARTNER), on("proof", GET, INVOLVED)],
    "claims:preview": [on("draft_proof", GET, PARTNER), on("proof", GET, INVOLVED)],
    # reminders
    "reminders:inbox": [page(GET, EVERYBODY)],
    "reminders:read_all": [page(POST, EVERYBODY)],
    "reminders:read": [on("reminder", POST, "owner")],
}
# Keys to sign in with: allauth asks for the password first, so that others learn nothing, and shows them to their owner only.
KEYS = {"mfa_edit_webauthn", "mfa_remove_webauthn"}
# About oneself, for everybody who is signed in.
ABOUT_ONESELF = {
    "partners:switch",
    "account_logout",
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
}
# For everybody, signed in or not.
OPEN = {
    "partners:accept": ["no-such-token"],
    "account_login": [],
    "account_inactive": [],
    "account_signup": [],
    "account_email_verification_sent": [],
    "account_confirm_login_code": [],
    "account_confirm_email": ["no-such-key"],
    "account_reset_password": [],
    "account_reset_password_done": [],
    "account_reset_password_from_key": ["1", "no-such-key"],
    "account_reset_password_from_key_done": [],
    "mfa_authenticate": [],
    "mfa_login_webauthn": [],
    "healthz": [],
}
PARTIAL_ARGUMENTS = {"claims:preview": [1]}


def names(resolver=None, space: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}"


def test_every_address_is_in_the_table():
    assert set(names()) == set(TABLE) | ABOUT_ONESELF | KEYS | set(OPEN)


def test_no_view_goes_without_the_forms_token():
    def views(resolver):
        for pattern in resolver.url_patterns:
            yield from views(pattern) if hasattr(pattern, "url_patterns") else [pattern.callback]

    assert [view for view in views(get_resolver()) if getattr(view, "csrf_exempt", False)] == []


# The people and the things


def people(w: World) -> dict[str, object]:
    nobody = verified_user("nobody@people.example", "Nobody", PASSWORD)
    named = {name: getattr(w, name) for name in ("owner", "member", "manager", "admin", "finance", "stranger")}
    found = named | {"rival": w.other_manager, "nobody": nobody}
    for user in found.values():
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return found


def pdf() -> bytes:
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(file)
    return file.getvalue()


def things(w: World, *, partner, owner, vendor, manager) -> SimpleNamespace:
    """One of each, of this partner and this vendor."""
    program = w.program(vendor=vendor, by=manager)
    budget = w.budget(program, by=manager)
    fund = w.fund(partner=partner, budget=budget, by=manager)
    draft = w.draft(fund, by=owner)
    claims.attach(claim=draft, accepted=accepted_file(pdf(), "blank.pdf"), by=owner, now=NOW)
    other = w.draft(fund, by=owner)
    claims.attach(claim=other, accepted=accepted_file(pdf() + b"\n", "blank.pdf"), by=owner, now=NOW)
    submitted = claims.submit(claim=w.again(other), by=owner, now=NOW)
    approved = w.submitted(fund, by=owner)
    approved = claims.approve(claim=approved, version=approved.version, by=w.second_admin, now=NOW)
    colleague = verified_user(f"colleague@{partner.slug}.example", "Colleague", None)
    passkey = Authenticator.objects.create(
        user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
    )
    return SimpleNamespace(
        company=partner,
        program=program,
        draft_program=w.program(vendor=vendor, by=manager, publish=False),
        budget=budget,
        fund=fund,
        draft=draft,
        draft_proof=draft.proofs.get(name="blank.pdf"),
        submitted=submitted,
        proof=submitted.proofs.get(name="blank.pdf"),
        approved=approved,
        membership=Membership.objects.create(user=colleague, company=partner, role=Role.MEMBER),
        invitation=partners.invite(
            company=partner, email="new@people.example", role=Role.MEMBER, by=owner, now=timezone.now()
        ),
        passkey=passkey,
        owner=owner,
    )


@dataclass
class Both:
    """The cast, signed in, before one of each thing of either side."""

    people: dict
    clients: dict[str, Client]
    ours: SimpleNamespace
    theirs: SimpleNamespace


@pytest.fixture
def both(w, settings, tmp_path) -> Both:
    settings.MEDIA_ROOT = tmp_path
    cast = people(w)
    ours = things(w, partner=w.brightpath, owner=w.owner, vendor=w.northgate, manager=w.manager)
    theirs = things(w, partner=w.othertech, owner=w.stranger, vendor=w.skylark, manager=w.other_manager)
    for fund in (ours.fund, theirs.fund):
        fund.refresh_from_db()
    sweep(clock=Clock(NOW, on=ours.fund.expires_on.replace(day=ours.fund.expires_on.day)))
    for side in (ours, theirs):
        side.reminder = Reminder.objects.filter(recipient=side.owner).first()
    return Both(cast, {name: signed_in(user) for name, user in cast.items()}, ours, theirs)


def signed_in(user) -> Client:
    """Signed in a moment ago, so that no page asks for the password once more."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    return client


@contextmanager
def undone():
    """What is done inside did not happen: each request finds the same world."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def asked(client: Client, method: str, address: str, data=None, **options):
    with undone():
        return getattr(client, method.lower())(address, data or {}, **options)


def address_of(name: str, thing=None) -> str:
    return reverse(name, args=[*([thing.pk] if thing is not None else []), *PARTIAL_ARGUMENTS.get(name, [])])


def answer(response) -> int | str:
    """In the words of the table."""
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return "sign in"
    return "allowed" if response.status_code in (200, 204, 302, 400, 409) else response.status_code


@pytest.mark.parametrize("name", TABLE)
def test_who_may(both, name):
    wrong = []
    for row in TABLE[name]:
        for side in ("ours", "theirs") if row.object else ("ours",):
            address = address_of(name, getattr(getattr(both, side), row.object) if row.object else None)
            for method in ("GET", "POST"):
                for person, client in both.clients.items():
                    stands = MIRROR.get(person, person) if side == "theirs" else person
                    got, expected = answer(asked(client, method, address)), row.expects(stands, method)
                    if got != expected:
                        wrong.append(f"{person} {method} {side} {row.object}: {got}, not {expected}")
                if answer(asked(Client(), method, address)) != "sign in":
                    wrong.append(f"signed out {method} {side} {row.object}: not sent to sign in")
    assert wrong == []


@pytest.mark.parametrize("name", sorted(ABOUT_ONESELF))
def test_about_oneself(both, name):
    Authenticator.objects.all().delete()  # made up here: no browser holds the other half
    for method in ("GET", "POST"):
        assert answer(asked(Client(), method, reverse(name))) == "sign in"
        for client in both.clients.values():
            got = answer(asked(client, method, reverse(name)))
            # 403, 404: what one has not set up; 405: a page to look at. Who signs out is at the sign-in page.
            assert got in ("allowed", 403, 404, 405) or (name, got) == ("account_logout", "sign in")


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_key_is_its_owners(both, name):
    for key in (both.ours.passkey.pk, 0, 2**63):
        for method in ("GET", "POST"):
            assert answer(asked(Client(), method, reverse(name, args=[key]))) == "sign in"
            for person, client in both.clients.items():
                if person != "owner":
                    assert asked(client, method, reverse(name, args=[key])).status_code in (302, 404)
    assert Authenticator.objects.filter(pk=both.ours.passkey.pk).exists()


@pytest.mark.parametrize("name", sorted(OPEN))
def test_open_to_everybody(both, name):
    for method in ("GET", "POST"):
        for client in (Client(), *both.clients.values()):
            response = asked(client, method, reverse(name, args=OPEN[name]))
            assert response.status_code < 500 or name == "healthz"
            assert answer(response) != 403


@pytest.mark.parametrize("row_of", [(name, row) for name, rows in TABLE.items() for row in rows if row.object], ids=str)
def test_an_id_that_is_none_is_not_found(both, row_of):
    name, row = row_of
    for pk in (0, 2**31, 2**63 - 1, 2**63, 10**30):
        address = address_of(name, SimpleNamespace(pk=pk))
        for client in both.clients.values():
            for method in row.methods.split():
                assert asked(client, method, address).status_code == 404
