"""A vendor's manager follows a claim and changes nothing of it."""

from django.urls import reverse


def test_a_manager_reads_and_changes_nothing(w, client):
    claim = w.submitted()
    client.force_login(w.manager)
    page = client.get(reverse("claims:detail", args=[claim.pk]))
    assert page.status_code == 200
    assert "Withdraw" not in page.text
    for name in ("withdraw", "reopen", "discard", "answer", "attach", "autosave", "edit"):
        assert client.post(reverse(f"claims:{name}", args=[claim.pk])).status_code == 403
