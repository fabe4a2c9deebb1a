"""A reviewer asked; the partner answers, with more proof if need be."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims import actions
from claims.models import Claim
from tests.cast import NOW
from tests.files import HOSTILE, image


@pytest.fixture
def asked(w) -> Claim:
    claim = w.submitted()
    actions.ask(claim=claim, version=claim.version, question="Where are the photos?", by=w.admin, now=NOW)
    return w.again(claim)


def address(claim):
    return reverse("claims:answer", args=[claim.pk])


def test_the_question_stands_first_with_its_form(w, client, asked):
    client.force_login(w.member)
    page = client.get(reverse("claims:detail", args=[asked.pk])).text
    assert page.index("Where are the photos?") < page.index("Invoices")
    assert "Send the answer" in page
    client.force_login(w.manager)
    assert "Send the answer" not in client.get(reverse("claims:detail", args=[asked.pk])).text


def test_an_answer_with_a_photo_goes_back_to_its_reviewer(w, client, asked, kept):
    client.force_login(w.member)
    sent = {"words": "Here they are.", "files": [SimpleUploadedFile("photo.png", image())]}
    page = client.post(address(asked), sent, follow=True)
    assert "Your answer is with the reviewer." in page.text
    assert "Here they are." in page.text
    again = w.again(asked)
    assert (again.status, again.reviewer, again.proofs.count()) == ("in_review", w.admin, 2)


@pytest.mark.parametrize("words", ["", "   ", "x" * 2001, "a\x00b"])
def test_a_bad_answer_is_said_beside_it(w, client, asked, words):
    client.force_login(w.owner)
    page = client.post(address(asked), {"words": words})
    assert page.status_code == 400
    assert page.context["answer"].errors["words"]
    assert w.again(asked).status == "info_requested"


def test_a_refused_file_keeps_the_answer_on_the_page(w, client, asked, kept):
    client.force_login(w.owner)
    sent = {"words": "Here they are.", "files": [SimpleUploadedFile("evil.pdf", HOSTILE["pdf with javascript"])]}
    page = client.post(address(asked), sent)
    assert page.status_code == 400
    assert page.text.count("evil.pdf holds a script") == 1
    assert "Here they are." in page.text
    assert w.again(asked).status == "info_requested"


def test_a_second_answer_is_told_so_and_not_lost(w, client, asked):
    client.force_login(w.owner)
    client.post(address(asked), {"words": "First."})
    page = client.post(address(asked), {"words": "My long second answer."})
    assert page.status_code == 400
    assert "Your answer was not sent:" in page.text
    assert "My long second answer." in page.text


@pytest.mark.parametrize(("who", "status"), [("manager", 403), ("admin", 403), ("finance", 403), ("stranger", 404)])
def test_only_the_partners_people_answer(w, client, asked, who, status):
    client.force_login(getattr(w, who))
    assert client.post(address(asked), {"words": "x"}).status_code == status
