"""Results as tests report them, and what `tests/sides.py` needs of them."""

from claims.actions import outcomes, packets
from claims.actions.outcomes import Told
from claims.models import Claim, OutcomeReport
from partners.models import User
from tests.cast import NOW, World, accepted_file
from tests.claims import asking


def told(claim: Claim, *, by: User, number: int = 0, files=(), **measured: int) -> OutcomeReport:
    """Report these figures as measured in the CRM: `leads=5, revenue=900_00`."""
    results = [Told(kind, "measured", amount, "CRM") for kind, amount in measured.items()]
    return outcomes.report(about=claim, number=number, results=results, files=files, by=by, now=NOW)


def one_told(w: World, claim: Claim, fund, *, owner: User) -> dict[str, object]:
    """The file of a report, a request of which there is none, and the owner's packet."""
    report = told(claim, by=owner, leads=3, files=[accepted_file(name="crm.pdf")])
    packet = packets.ask(claim=claim, by=owner, now=NOW)
    packets.make(packet_id=packet.pk, now=NOW)
    later = asking.filed(w, fund, 40_00, by=owner, title="Later")
    return {"result_file": report.files.get(), "told_request": later, "packet": packet}
