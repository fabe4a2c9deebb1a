"""The eight rule sets of the demo, as data. Vendors and partners are made up."""

from typing import NamedTuple


class Offer(NamedTuple):
    """A program, from one of the editor's starts.

    `scale` is a usual grant in major units of its currency; `activities` are what its partners do with it.
    """

    vendor: str
    name: str
    start: str
    currency: str
    scale: int
    activities: tuple[str, ...]
    terms: str
    two_over: int | None = None  # in whole units: what is over it takes two people


class VendorFacts(NamedTuple):
    name: str
    country: str
    time_zone: str
    manager: str
    pays_in: int | None = None  # days after the filing, where its terms promise that


VENDORS = {
    "northgate-cloud": VendorFacts("Northgate Cloud", "US", "America/Los_Angeles", "Nora Gates", 45),
    "harborline-networks": VendorFacts("Harborline Networks", "DE", "Europe/Berlin", "Henrik Lindner"),
    "skylark-compute": VendorFacts("Skylark Compute", "US", "America/New_York", "Sky Larkin", 60),
    "kestrel-backup": VendorFacts("Kestrel Backup", "GB", "Europe/London", "Kes Treloar"),
    "pinewatch-mdr": VendorFacts("Pinewatch MDR", "US", "America/Chicago", "Piney Watts"),
    "tidal-work": VendorFacts("Tidal Work", "JP", "Asia/Tokyo", "Tida Ueno"),
    "jade-cloud": VendorFacts("Jade Cloud", "CN", "Asia/Shanghai", "Jia De"),
    "foundry-servers": VendorFacts("Foundry Servers", "DE", "Europe/Berlin", "Franka Giesser"),
}

NORTHGATE_TERMS = """Earned on your Northgate sales in one half-year, to be used in the next.
Claim within 45 days of the end of the usage period.
We pay back what third parties invoiced you: SPIFFs up to 25% of what you earned; travel up to $5,000 a person for at most 3 people, $45,000 a period; demo units up to 10% of what you earned or $3,000, whichever is greater. No alcohol.
Payments start at $200 and wait while your bank or tax details are missing.
Proof: the third-party invoice, and for each activity what shows that it happened (a screenshot and click report for ads, invitation, agenda and photos for events)."""

OFFERS = (
    Offer(
        "northgate-cloud",
        "Northgate Solution Co-op",
        "coop-half-year",
        "USD",
        9_000,
        ("Cloud migration webinar", "Search ads, migration assessment", "Customer day", "Demo units"),
        NORTHGATE_TERMS,
    ),
    Offer(
        "northgate-cloud",
        "Northgate Modern Work Co-op",
        "coop-half-year",
        "USD",
        5_000,
        ("Teams adoption workshop", "Newsletter to 4,000 customers", "Exam vouchers"),
        NORTHGATE_TERMS,
    ),
    Offer(
        "harborline-networks",
        "Harborline Partner Wallet",
        "wallet",
        "EUR",
        11_000,
        ("Wi-Fi 7 roadshow", "LinkedIn campaign", "Trade fair booth", "Network check mailing"),
        """A deposit at the start of every quarter, each usable for 12 months. No pre-approval.
Claim at most 4 weeks after the deposit's last day.
Proof: the invoice, and what shows that it happened.""",
    ),
    Offer(
        "skylark-compute",
        "Skylark MDF",
        "mdf",
        "USD",
        12_000,
        ("Cloud migration webinar series", "Regional IT expo booth", "Case study video", "Paid search"),
        """We pay half of what an approved activity costs. It starts at least 14 days after our approval.
What is not claimed within 30 days after the activity's end lapses.
Proof: the invoice; for webinars the invitation, agenda and registered count; for ads a screenshot, the landing address and the click report.""",
    ),
    Offer(
        "kestrel-backup",
        "Kestrel Growth Fund",
        "growth",
        "GBP",
        6_000,
        ("Ransomware breakfast", "Telemarketing, 300 calls", "Backup health-check campaign"),
        """Up to half of what your activity costs. Claim within 90 days of its end; we pay 30 days after you submit.
Proof: the invoice, and what shows that it happened. For calls: the script, and the number of calls and contacts.""",
        two_over=1_500,
    ),
    Offer(
        "pinewatch-mdr",
        "Pinewatch Demand Program",
        "approved",
        "USD",
        8_000,
        ("Tabletop exercise for CISOs", "Security podcast sponsorship", "Threat report mailing"),
        """Everything is pre-approved. If the partnership ends, claim within 30 days of the activity; the rest lapses.
Proof: the invoice, the final piece, and its reach.""",
    ),
    Offer(
        "tidal-work",
        "Tidal Work Events",
        "events",
        "JPY",
        900_000,
        ("Hybrid work seminar, Osaka", "Partner summit evening", "Office tour"),
        """Events only. Send the results form within 7 days of the event; then we pay.
Proof: invitation or agenda, photos, the number of guests, and the venue's invoice.""",
    ),
    Offer(
        "jade-cloud",
        "Jade Cloud Marketing Fund",
        "working-days",
        "CNY",
        60_000,
        ("Industry salon, Shenzhen", "WeChat campaign", "Data centre visit"),
        """Apply at least 10 working days ahead. A change of date or place is a new application. Amounts include tax.
Proof: the tax invoice, the sign-in sheet, photos.""",
    ),
    Offer(
        "foundry-servers",
        "Foundry Co-op",
        "coop-revenue",
        "EUR",
        10_000,
        ("Server refresh campaign", "Open house with live demo", "Print ads, trade press"),
        """3% of your server revenue, and half of what your activity costs. Each accrual can be used for 6 months; what is left at the period's end is forfeited.
Proof: the invoice, and the final piece or photos.""",
    ),
)


class PartnerFacts(NamedTuple):
    name: str
    country: str
    currency: str
    time_zone: str
    owner: str


PARTNERS = {
    "brightpath": PartnerFacts("Brightpath IT", "US", "USD", "America/New_York", "Olivia Bright"),
    "kiln-harbor": PartnerFacts("Kiln & Harbor", "US", "USD", "America/Chicago", "Kim Harbor"),
    "nordlicht": PartnerFacts("Nordlicht Systeme", "DE", "EUR", "Europe/Berlin", "Nils Nordmann"),
    "blue-fen": PartnerFacts("Blue Fen Networks", "GB", "GBP", "Europe/London", "Beth Fenn"),
    "sakura": PartnerFacts("Sakura Integration", "JP", "JPY", "Asia/Tokyo", "Sakura Mori"),
    "maple-ridge": PartnerFacts("Maple Ridge Cloud", "CA", "CAD", "America/Toronto", "Marc Ridge"),
    "al-noor": PartnerFacts("Al Noor Digital", "KW", "KWD", "Asia/Kuwait", "Noor Al Sabah"),
    "vega": PartnerFacts("Vega Soluciones", "ES", "EUR", "Europe/Madrid", "Valeria Vega"),
    "jingwei": PartnerFacts("Jingwei Tech", "CN", "CNY", "Asia/Shanghai", "Jing Wei"),
    "outback": PartnerFacts("Outback Managed IT", "AU", "AUD", "Australia/Sydney", "Olly Outback"),
    "helvetia": PartnerFacts("Helvetia Datenwerk", "CH", "CHF", "Europe/Zurich", "Heidi Werk"),
    "lagoa": PartnerFacts("Lagoa Serviços", "BR", "BRL", "America/Sao_Paulo", "Lia Lagoa"),
}
