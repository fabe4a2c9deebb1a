"""What happened to each fund of the demo: when it was granted, when it ends, and which claims were made on it."""

from typing import NamedTuple


class Filing(NamedTuple):
    """A claim: `share` of the grant in percent, when it was begun, and how far it came (a claim's status)."""

    status: str
    share: int
    days_ago: int


class Story(NamedTuple):
    """A fund: granted and expiring so many days from today (negative: ago); `reserved` is percent of the grant."""

    granted: int
    expires: int
    filings: tuple[Filing, ...] = ()
    reserved: int = 0


# The twelve ways in which a fund can stand; partners take them in turn.
STORIES = (
    Story(-60, 120),
    Story(-120, 5, (Filing("paid", 30, 80),)),
    Story(-90, 58, (Filing("submitted", 25, 3),)),
    Story(-200, -120, (Filing("paid", 60, 150),)),
    Story(-75, 36, (Filing("in_review", 40, 9),), reserved=60),
    Story(-100, 29, (Filing("approved", 50, 16),)),
    Story(-150, 12, (Filing("paid", 100, 60),)),
    Story(-80, 85, (Filing("info_requested", 35, 7), Filing("paid", 20, 40))),
    Story(-170, -4, (Filing("paid", 45, 90),)),
    Story(-110, 45, (Filing("rejected", 30, 14),)),
    Story(-95, 66, (Filing("partly_approved", 55, 12),), reserved=20),
    Story(-45, 21, (Filing("draft", 20, 2), Filing("withdrawn", 15, 18))),
)

# Brightpath's own, by program: a table that shows an owner all there is to do.
BRIGHTPATH = {
    "Northgate Solution Co-op": (
        Story(-140, 38, (Filing("paid", 25, 95), Filing("in_review", 10, 6))),
        Story(-330, -150, (Filing("paid", 100, 200),)),
    ),
    "Northgate Modern Work Co-op": (Story(-140, 7, (Filing("draft", 18, 1),)),),
    "Harborline Partner Wallet": (
        Story(-300, 60, (Filing("paid", 73, 150),)),
        Story(-210, 150, (Filing("partly_approved", 12, 20),)),
        Story(-20, 340),
    ),
    "Skylark MDF": (
        Story(-90, 47, (Filing("info_requested", 20, 8),), reserved=40),
        Story(-200, -12, (Filing("paid", 50, 70), Filing("approved", 15, 18))),
    ),
    "Kestrel Growth Fund": (Story(-100, 25, (Filing("rejected", 30, 11), Filing("submitted", 12, 2))),),
    "Pinewatch Demand Program": (Story(-60, 19, (Filing("withdrawn", 25, 22),)), Story(-260, -110)),
    "Foundry Co-op": (Story(-30, 149), Story(-190, -45, (Filing("paid", 62, 100),))),
}

# The first program's year before: what its forecast is reckoned from.
LAST_YEAR = (
    ("kiln-harbor", Story(-360, -195, (Filing("paid", 60, 250),))),
    ("nordlicht", Story(-360, -195, (Filing("paid", 85, 225), Filing("paid", 15, 180)))),
    ("maple-ridge", Story(-355, -190)),
    ("vega", Story(-350, -185, (Filing("paid", 40, 215),))),
    ("outback", Story(-345, -180, (Filing("paid", 90, 170),))),
)


class Idea(NamedTuple):
    """A plan that a partner has ready: begins in so many days, amounts in whole units of the program's currency."""

    partner: str
    title: str
    purpose: str
    in_days: int
    days: int
    amount: int
    leads: int
    pipeline: int


IDEAS = (
    Idea(
        "kiln-harbor",
        "Cloud cost workshop for manufacturers",
        "Forty plants around Chicago, invited with the chamber of commerce. The room and the speaker are booked.",
        24,
        1,
        4_800,
        35,
        90_000,
    ),
    Idea(
        "maple-ridge",
        "Search ads for migration assessments",
        "Our landing page converts at 6%. With the budget we run the same campaign in Ontario for six weeks.",
        10,
        42,
        3_200,
        60,
        120_000,
    ),
)
