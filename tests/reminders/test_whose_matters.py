"""Each side sees its own matters, and the link of each lands on a page that opens."""

from reminders.models import Matter


def test_each_company_its_own(both):
    w = both.world
    seen = {name: set(Matter.objects.visible_to(user)) for name, user in both.people.items()}
    for name, user in both.people.items():
        companies = set(user.memberships.values_list("company", flat=True))
        assert {m.company_id for m in seen[name]} <= companies
    assert {m.audience for m in seen["owner"]} == {"partner", "owner", "people"}
    assert {m.audience for m in seen["member"]} == {"partner"}
    assert {m.audience for m in seen["manager"]} == {"vendor"}
    assert {m.audience for m in seen["finance"]} == {"finance"}
    assert seen["nobody"] == set()
    kept = Matter.objects.filter(allocation=both.ours.kept_fund)
    assert kept.exists()
    assert {m.company_id for m in kept} == {w.brightpath.pk}


def test_each_page_opens_for_who_is_to_act(both):
    """The one link of each matter lands somewhere, for somebody of its audience."""
    opened = set()
    for name, client in both.clients.items():
        for found in Matter.objects.visible_to(both.people[name]):
            response = client.get(found.url)
            assert response.status_code == 200, (found.rule, found.url, name, response.status_code)
            opened.add(found.rule)
    assert opened >= {"safe_start", "claim_by", "draft_claim", "draft_request", "hold", "time_asked", "join_asked"}
