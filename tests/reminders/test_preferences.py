"""What each person chooses about their mail, on their page; and that money that lapses keeps a reader."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from partners import actions as partners
from partners.models import Company, Event, Membership
from partners.states import Role
from reminders import actions
from reminders.models import Delivery, Preference
from reminders.readers import last_reader
from reminders.states import Rule
from reminders.ways import MONEY, Way, rules_for
from tests.cast import NOW, person

PAGE = reverse("reminders:preferences")


def prefer(user, **ways) -> None:
    actions.prefer(user=user, ways={Rule(rule): way for rule, way in ways.items()}, now=NOW)


def way(user, rule=Rule.EXPIRES_ON) -> str | None:
    return Preference.objects.filter(user=user, rule=rule).values_list("way", flat=True).first()


def typed(**changes) -> dict[str, object]:
    ways = {f"rule_{rule}": Way.DIGEST for rule in rules_for([Role.OWNER])}
    return {"time_zone": "", "language": "", "most_a_day": 5, **ways, **changes}


def test_the_page_shows_what_stands_and_saves_it(w, client):
    client.force_login(w.member)
    assert "In the day" in client.get(PAGE).text
    chosen = typed(time_zone="Asia/Tokyo", language="de", most_a_day=3, rule_expires_on=Way.WEEKLY)
    assert client.post(PAGE, chosen).status_code == 302
    assert Delivery.objects.values_list("user", "time_zone", "language", "most_a_day").get() == (
        w.member.pk,
        "Asia/Tokyo",
        "de",
        3,
    )
    # The usual is no row.
    assert list(Preference.objects.values_list("user", "rule", "way")) == [(w.member.pk, "expires_on", "weekly")]
    told = Event.objects.get(verb="set reminders")
    assert (told.actor, told.subject_id) == (w.member, w.member.pk)
    assert told.data == {
        "ways": {"expires_on": "weekly"},
        "delivery": {"time_zone": "Asia/Tokyo", "language": "de", "most_a_day": 3},
        "by_way_of": "page",
    }
    form = client.get(PAGE).context["form"]
    assert (form["rule_expires_on"].value(), form["language"].value()) == ("weekly", "de")


def test_the_same_again_changes_nothing(w, client):
    client.force_login(w.member)
    for _ in range(2):
        client.post(PAGE, typed(rule_claim_by=Way.OFF, most_a_day=2))
    assert Preference.objects.count() == Event.objects.filter(verb="set reminders").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"language": "xx"},
        {"most_a_day": 0},
        {"most_a_day": 11},
        {"rule_expires_on": "never"},
    ],
)
def test_what_is_none_is_refused(w, client, wrong):
    client.force_login(w.member)
    assert client.post(PAGE, typed(**wrong)).status_code == 400
    assert not Delivery.objects.exists()
    assert not Preference.objects.exists()


def test_each_role_chooses_of_what_it_is_told(w, client):
    told = {}
    for name, user in {"owner": w.owner, "manager": w.manager, "admin": w.admin, "finance": w.finance}.items():
        client.force_login(user)
        told[name] = set(client.get(PAGE).context["form"].rules)
    assert {Rule.EXPIRES_ON, Rule.NUDGE} < told["owner"]
    assert Rule.PAYMENT_DUE in told["finance"]
    assert Rule.CLAIM_DECISION in told["admin"]
    # Of the people of a company whoever looks after them hears, whatever its kind.
    assert {name for name, rules in told.items() if Rule.NO_MAIL in rules} == {"owner", "manager", "admin"}
    told = {name: rules - {Rule.NO_MAIL} for name, rules in told.items()}
    names = sorted(told)
    assert not any(told[one] & told[other] for one in names for other in names if one < other)


def test_whoever_is_in_no_company_chooses_the_rest(w, client):
    client.force_login(person("nobody"))
    assert client.get(PAGE).context["form"].rules == []
    assert client.post(PAGE, {"time_zone": "", "language": "fr", "most_a_day": 5}).status_code == 302
    assert Delivery.objects.get().language == "fr"


class TestMoneyKeepsAReader:
    def test_an_owner_beside_a_reading_member_may_have_no_mail(self, w):
        prefer(w.owner, expires_on=Way.OFF)
        assert way(w.owner) == Way.OFF

    @pytest.mark.parametrize("how", ["off", "left", "blocked"])
    def test_the_last_who_reads_may_not(self, w, how):
        if how == "off":
            prefer(w.member, expires_on=Way.OFF)
        elif how == "left":
            partners.end_membership(membership=w.member.memberships.get(), by=w.owner, now=NOW)
        else:
            w.member.is_active = False
            w.member.save()
        assert last_reader(w.owner)[Rule.EXPIRES_ON] == ["Brightpath"]
        with pytest.raises(actions.PreferenceRefused, match="Nobody else at Brightpath is mailed of this money"):
            prefer(w.owner, expires_on=Way.OFF)
        prefer(w.owner, expires_on=Way.WEEKLY)
        assert way(w.owner) == Way.WEEKLY

    def test_the_database_says_so_too(self, w):
        prefer(w.member, expires_on=Way.OFF)
        with pytest.raises(DatabaseError, match="nobody else there reads of this money"), transaction.atomic():
            Preference.objects.create(user=w.owner, rule=Rule.EXPIRES_ON, way=Way.OFF)

    def test_of_what_is_no_money_that_lapses_anybody_may_have_no_mail(self, w):
        other = next(rule for rule in Rule if rule not in MONEY)
        prefer(w.member, **{other: Way.OFF})
        prefer(w.owner, **{other: Way.OFF})
        assert way(w.owner, other) == Way.OFF

    def test_each_partner_counts(self, w):
        Membership.objects.create(user=w.member, company=w.othertech, role=Role.OWNER)
        partners.end_membership(membership=w.stranger.memberships.get(), by=w.stranger, now=NOW)
        with pytest.raises(actions.PreferenceRefused, match="Nobody else at Othertech"):
            prefer(w.member, claim_by=Way.OFF)

    def test_the_page_says_why_and_does_not_offer_it(self, w, client):
        prefer(w.member, expires_on=Way.OFF)
        client.force_login(w.owner)
        Company.objects.filter(pk=w.brightpath.pk).update(name="Bright<b>path")
        page = client.get(PAGE)
        assert "Nobody else at Bright&lt;b&gt;path is mailed of this money, so it can't be switched off." in page.text
        assert Way.OFF not in dict(page.context["form"].fields["rule_expires_on"].choices)
        response = client.post(PAGE, typed(rule_expires_on=Way.OFF))
        assert response.status_code == 400
        assert "Choose Mondays for the fewest mails." in response.text

    def test_who_chose_it_before_keeps_it_and_reads_what_holds(self, w, client):
        prefer(w.owner, expires_on=Way.OFF)
        prefer(w.member, expires_on=Way.OFF)
        client.force_login(w.owner)
        assert "so it stands in your day's mail" in client.get(PAGE).text
        assert client.post(PAGE, typed(rule_expires_on=Way.OFF)).status_code == 302
        assert way(w.owner) == Way.OFF


def test_the_page_asks_as_much_for_one_partner_as_for_three(w, client, django_assert_num_queries):
    client.force_login(w.owner)
    client.get(PAGE)
    with django_assert_num_queries(8):
        client.get(PAGE)
    for company in (w.othertech,):
        Membership.objects.create(user=w.owner, company=company, role=Role.OWNER)
    person("third", w.brightpath, Role.MEMBER)
    with django_assert_num_queries(8):
        client.get(PAGE)
