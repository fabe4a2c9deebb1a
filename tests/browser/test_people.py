"""A newcomer is invited, signs up and joins, as two people at two browsers; and the pages of people look right."""

import pytest
from playwright.sync_api import expect

from partners.models import Membership, User
from partners.sign_in import verified_user
from partners.states import Role
from tests.browser.conftest import looks_right, press, sign_in
from tests.cast import PASSWORD, World, person, world
from tests.partners.letters import token_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def w() -> World:
    """The cast, whose owner and admin have shown their addresses; the owner works for two partners."""
    cast = world()
    for user in (cast.owner, cast.admin):
        verified_user(user.email, user.name, PASSWORD)
    person("Zoe", cast.brightpath, Role.OWNER)
    Membership.objects.create(user=cast.owner, company=cast.othertech, role=Role.MEMBER)
    return cast


def test_a_newcomer_is_invited_and_joins(open_browser, w, mailoutbox):
    owner = sign_in(open_browser(), w.owner.email)
    owner.goto("/team/")
    owner.get_by_label("Email address").fill("new@people.example")
    press(owner.get_by_role("button", name="Send the invitation"))
    expect(owner.get_by_text("new@people.example is invited")).to_be_visible()
    looks_right(owner)

    newcomer = open_browser().new_page()
    newcomer.goto(f"/invitation/{token_in(mailoutbox[-1])}/")
    looks_right(newcomer)
    press(newcomer.get_by_role("button", name="Create your account"))
    looks_right(newcomer)
    expect(newcomer.locator("[name=email]")).to_be_disabled()
    newcomer.get_by_label("Your name").fill("Newton Comer")
    newcomer.locator("[name=password1]").fill(PASSWORD)
    newcomer.locator("[name=password2]").fill(PASSWORD)
    press(newcomer.get_by_role("button", name="Create the account"))
    expect(newcomer.get_by_text("You are in Brightpath now")).to_be_visible()
    newcomer.goto("/team/")
    expect(newcomer.get_by_role("rowheader", name="Newton Comer")).to_be_visible()

    gone = open_browser().new_page()
    gone.goto(f"/invitation/{token_in(mailoutbox[-1])}/")
    expect(gone.get_by_role("heading", level=1)).to_contain_text("not open any more")
    looks_right(gone)


def test_withdrawing_asks_first(open_browser, w):
    owner = sign_in(open_browser(), w.owner.email)
    owner.goto("/team/")
    owner.get_by_label("Email address").fill("new@people.example")
    press(owner.get_by_role("button", name="Send the invitation"))
    owner.get_by_role("button", name="Withdraw the invitation of new@people.example").click()
    press(owner.get_by_role("dialog").get_by_role("button", name="Withdraw"))
    expect(owner.get_by_text("is withdrawn: its link does nothing")).to_be_visible()


def test_changing_the_company_without_the_menu(open_browser, w):
    owner = sign_in(open_browser(java_script_enabled=False), w.owner.email)
    owner.goto("/switch/")
    press(owner.get_by_role("main").get_by_role("button", name="Work for Othertech"))
    owner.goto("/team/")
    expect(owner.get_by_role("heading", level=1)).to_have_text("Team of Othertech")


def test_pages_look_right(open_browser, w):
    member = User.objects.get(email="member@people.example").memberships.get()
    owner = sign_in(open_browser(), w.owner.email)
    for address in ("/team/", "/switch/", "/profile/", f"/team/{member.pk}/end/"):
        owner.goto(address)
        looks_right(owner)
    admin = sign_in(open_browser(), w.admin.email)
    for address in ("/companies/", "/companies/new/", f"/companies/{w.northgate.pk}/", "/companies/?q=nothing"):
        admin.goto(address)
        looks_right(admin)
