"""Who may join, and what would change it: the rules by themselves, without a database."""

from datetime import date

import pytest

from partners.countries import listed, parse
from programs.eligibility import Level, Needed, Rules, Standing, State, Why, about, outlook, rule_changes, unmet
from programs.states import EnrolmentStatus, Way

TODAY = date(2026, 5, 4)
SILVER, GOLD = Level(2, "Silver"), Level(3, "Gold")
EXAM = Needed(7, "Cloud architect", "Pass the exam.", "https://exam.example")
RULES = Rules("Northgate", Way.OPEN, GOLD, ("DE", "AT", "CH"), (EXAM,))
FITS = Standing("AT", GOLD, 1, {7: TODAY})


def seen(rules=RULES, standing=FITS, status=None, is_published=True, ends_on=date(2026, 12, 31)):
    return outlook(rules, standing, status=status, is_published=is_published, ends_on=ends_on, today=TODAY)


def test_each_reason_says_what_would_change_it():
    standing = Standing("US", SILVER, 1, {7: date(2026, 5, 3)})
    tier, country, certification = unmet(RULES, standing, TODAY)
    assert tier.words == "Needs the tier Gold or higher: you are Silver."
    assert "ask your channel manager" in tier.remedy
    assert country.words == "Only for partners in Austria, Germany and Switzerland: you are in the United States."
    assert country.remedy == "Northgate would have to open it to the United States."
    assert certification.words == "Needs the certification Cloud architect: yours ended on 3 May 2026."
    assert (certification.remedy, certification.link) == ("Pass the exam.", "https://exam.example")


def test_what_is_missing_altogether():
    words = [obstacle.words for obstacle in unmet(RULES, Standing(), TODAY, about("Brightpath"))]
    assert words == [
        "Needs the tier Gold or higher: Brightpath has no tier yet.",
        "Only for partners in Austria, Germany and Switzerland: Brightpath has no country on record.",
        "Needs the certification Cloud architect: Brightpath has none.",
    ]


def test_a_certification_counts_on_its_last_day_and_may_be_for_good():
    assert seen().state == State.JOIN
    assert seen(standing=Standing("AT", GOLD, 1, {7: None})).state == State.JOIN
    assert [o.why for o in seen(standing=Standing("AT", GOLD, 1, {})).obstacles] == [Why.CERTIFICATION]


@pytest.mark.parametrize(
    ("way", "status", "expected"),
    [
        (Way.OPEN, None, State.JOIN),
        (Way.OPEN, EnrolmentStatus.DECLINED, State.JOIN),
        (Way.OPEN, EnrolmentStatus.LEFT, State.JOIN),
        (Way.OPEN, EnrolmentStatus.ENDED, State.ASK),
        (Way.OPEN, EnrolmentStatus.ASKED, State.JOIN),
        (Way.ASKING, None, State.ASK),
        (Way.ASKING, EnrolmentStatus.ASKED, State.ASKED),
        (Way.ASKING, EnrolmentStatus.DECLINED, State.ASK),
        (Way.INVITED, None, State.NOT_YET),
        (Way.INVITED, EnrolmentStatus.ASKED, State.ASKED),
        (Way.INVITED, EnrolmentStatus.JOINED, State.JOINED),
    ],
)
def test_every_way_and_where_one_stands(way, status, expected):
    assert seen(with_way(way), status=status).state == expected


def with_way(way):
    return Rules("Northgate", way, GOLD, ("DE", "AT", "CH"), (EXAM,))


def test_who_does_not_fit_stays_out_whatever_the_way():
    for way in Way:
        assert seen(with_way(way), Standing("US", GOLD, 1, {7: None})).state == State.NOT_YET


def test_what_is_closed_or_over_takes_nobody_new():
    assert seen(is_published=False).obstacles[0].why == Why.CLOSED
    assert seen(ends_on=date(2026, 5, 3)).obstacles[0].words == "It ended on 3 May 2026."
    assert seen(ends_on=TODAY).state == State.JOIN
    assert seen(is_published=False, status=EnrolmentStatus.JOINED).state == State.JOINED


def test_changes_of_the_rules_in_words():
    assert rule_changes(RULES, RULES) == []
    assert rule_changes(RULES, Rules("Northgate")) == [
        "How partners join: it asks, and you decide.",
        "Every tier, and partners without one.",
        "Every country.",
        "No certification is needed.",
    ]
    assert rule_changes(Rules("Northgate"), RULES)[1:] == [
        "Least tier: Gold.",
        "Countries: Austria, Germany and Switzerland.",
        "Certifications: Cloud architect.",
    ]


def test_countries_by_name_or_code():
    assert parse("germany, AT;  ch\nuk") == (["AT", "CH", "DE", "GB"], [])
    assert parse("Atlantis, DE, XX") == (["DE"], ["Atlantis", "XX"])
    assert parse(" , ") == ([], [])
    assert listed([]) == ""
    assert listed(["JP"]) == "Japan"
