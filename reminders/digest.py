"""The mail itself: what is new for one person, what is most urgent first, as text and as HTML."""

from collections.abc import Iterable, Sequence

from anymail.message import AnymailMessage
from css_inline import CSSInliner
from django.template.loader import render_to_string

from programs.days import Clock
from reminders.delivery.links import absolute, stop_token
from reminders.items import Item, grouped, items_of, shown_once
from reminders.models import Digest, Reminder
from reminders.opening import listed, opening
from reminders.states import Rule
from reminders.ways import DigestKind

INLINER = CSSInliner(load_remote_stylesheets=False)
LONGEST_SUBJECT = 200
# Under this name a mail service gets the digest's id, and gives it back with what it reports. Mail servers never see it.
METADATA = "digest"
# Why this mail came now.
OCCASIONS = {
    DigestKind.DAILY: "There is one a day at most, besides what you want at once, and only when something is new.",
    DigestKind.WEEKLY: "It comes on Mondays, or sooner where a last day comes before, and only when something is new.",
    DigestKind.AT_ONCE: "You asked to hear of this at once.",
}


def letter(digest: Digest, reminders: Sequence[Reminder], clock: Clock) -> AnymailMessage:
    """The mail that tells these, at least one: `still_told` of the digest."""
    told = items_of(digest, reminders, clock)
    items = shown_once(told)
    groups = grouped(items)
    begins = opening(items, groups)
    companies = sorted({i.company for i in items})
    context = {
        "digest": digest,
        "groups": groups,
        "opening": begins,
        "has_headings": len(groups) > 1,
        "companies": listed(companies),
        "several": len(companies) > 1,
        "inbox": absolute("reminders:inbox"),
        "occasion": OCCASIONS[DigestKind(digest.kind)],
        "preferences": absolute("reminders:preferences"),
        "stops": stops(digest, told),
    }
    mail = AnymailMessage(
        # In one line, whatever the thing is called: a mail of two lines of subject is never sent.
        subject=" ".join(begins.subject.splitlines())[:LONGEST_SUBJECT],
        body=render_to_string("reminders/digest.txt", context),
        to=[digest.recipient.email],
        metadata={METADATA: str(digest.pk)},
        headers={
            "Message-ID": digest.message_id,
            "Auto-Submitted": "auto-generated",
            # RFC 8058: the mail program's own button, which stops every kind that this mail tells.
            "List-Unsubscribe": f"<{stop_address(digest, {i.rule for i in told})}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(INLINER.inline(render_to_string("reminders/digest.html", context)), "text/html")
    return mail


def stop_address(digest: Digest, rules: Iterable[str]) -> str:
    return absolute("reminders:stop", stop_token(digest.recipient_id, rules))


def stops(digest: Digest, told: Sequence[Item]) -> list[dict[str, str]]:
    """For each kind that the mail tells, the link that stops mail of that kind alone."""
    rules = sorted({Rule(i.rule) for i in told}, key=list(Rule).index)
    return [{"label": rule.label, "url": stop_address(digest, [rule])} for rule in rules]
