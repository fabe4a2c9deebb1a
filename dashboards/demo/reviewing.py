"""What Brightpath agreed with the demo's vendors when it last sat down with them."""

from datetime import timedelta

from dashboards.demo.people import Cast
from partners.states import Role
from plans.actions import steps

# (vendor, what, whose role, due in so many days, days ago)
AGREED = (
    ("northgate-cloud", "Send Nora the plan for the spring webinars", Role.MEMBER, 6, 20),
    ("northgate-cloud", "Ask whether the workshop money can move to the new year", Role.OWNER, 13, 20),
    ("harborline-networks", "Get two engineers through the firewall course", Role.OWNER, 14, 45),
)
# The last one went to a colleague meanwhile, who has more time for it: due in so many days, said so many days ago.
HANDED, LONGER, SAID = AGREED[-1][1], 35, 12
DONE = ("northgate-cloud", "Name a contact for claims on both sides", Role.OWNER, 1, 20)


def agree_on_steps(demo: Cast) -> None:
    partner = demo.partners["brightpath"]
    people = {Role.MEMBER: demo.member, Role.OWNER: demo.owners["brightpath"]}
    for vendor, words, role, days, ago in (*AGREED, DONE):
        at = demo.ago(ago)
        step = steps.agree(
            partner=partner,
            vendor=demo.vendors[vendor],
            words=words,
            person=people[role],
            due_on=(demo.now + timedelta(days=days)).date(),
            by=demo.owners["brightpath"],
            now=at,
        )
        if words == DONE[1]:
            steps.tick(step=step, by=people[role], now=demo.ago(ago - 5))
        if words == HANDED:
            steps.change(
                step=step,
                person=demo.member,
                due_on=(demo.now + timedelta(days=LONGER)).date(),
                seen=step.seen,
                by=step.person,
                now=demo.ago(SAID),
            )
