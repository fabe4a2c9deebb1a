"""The mail itself: what is new for one person, what is most urgent first, as text and as HTML."""

from collections.abc import Iterable, Sequence
from email.policy import Compat32
from functools import lru_cache
from unicodedata import category
from uuid import uuid4

from anymail.message import AnymailMessage
from css_inline import CSSInliner
from django.core.mail.message import SafeMIMEMultipart, SafeMIMEText
from django.template import Context, Template
from django.template.loader import get_template

from programs.days import Clock
from reminders.delivery.links import absolute, stop_token
from reminders.items import Item, grouped, items_of, shown_once
from reminders.models import Digest, Reminder
from reminders.opening import listed, opening
from reminders.states import Rule
from reminders.ways import DigestKind

INLINER = CSSInliner(load_remote_stylesheets=False)
LONGEST_SUBJECT = 200
# Unicode's control and format characters, and what ends a line or paragraph.
NOT_IN_A_LINE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
# Under this name a mail service gets the digest's id, and gives it back with what it reports. Mail servers never see it.
METADATA = "digest"
# Why this mail came now.
OCCASIONS = {
    DigestKind.DAILY: "There is one a day at most, besides what you want at once, and only when something is new.",
    DigestKind.WEEKLY: "It comes on Mondays, or sooner where a last day comes before, and only when something is new.",
    DigestKind.AT_ONCE: "You asked to hear of this at once.",
}


class AsTheyAre(Compat32):
    """Python looks for where to break each header, also one that fits in its line: that takes longer than all else here."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if len(name) + len(value) <= 76 and value.isascii() and value.isprintable():
            return f"{name}: {value}{self.linesep}".encode()
        return super().fold_binary(name, value)


class Letter(AnymailMessage):
    """The same message, written in half the time."""

    def message(self) -> SafeMIMEText | SafeMIMEMultipart:
        made = super().message()
        made.policy = AsTheyAre()
        # Python would make one up and search the text for it.
        made.set_boundary(uuid4().hex)
        return made


def letter(digest: Digest, reminders: Sequence[Reminder], clock: Clock) -> Letter:
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
    mail = Letter(
        # In one line, whatever the thing is called: a mail of two lines of subject is never sent. Nor is a part of it in letters
        # that only the reader's program would decode.
        subject=in_one_line(begins.subject).replace("=?", "= ?")[:LONGEST_SUBJECT],
        body=get_template("reminders/digest.txt").render(context),
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
    page = inlined(get_template("reminders/digest.html").template)
    mail.attach_alternative(page.render(Context(context)), "text/html")
    return mail


def in_one_line(text: str) -> str:
    """Without breaks and what turns the direction. The blank that keeps an amount and its currency together stays."""
    signs = (" " if category(sign) in NOT_IN_A_LINE else sign for sign in text)
    return " ".join(part for part in "".join(signs).split(" ") if part)


@lru_cache(maxsize=1)
def inlined(page: Template) -> Template:
    """With its look in each element, as mail programs want it: the same in each mail, so it is put into the template, once."""
    return Template(INLINER.inline(page.source), engine=page.engine)


def stop_address(digest: Digest, rules: Iterable[str]) -> str:
    return absolute("reminders:stop", stop_token(digest.recipient_id, rules))


def stops(digest: Digest, told: Sequence[Item]) -> list[dict[str, str]]:
    """For each kind that the mail tells, the link that stops mail of that kind alone."""
    rules = sorted({Rule(i.rule) for i in told}, key=list(Rule).index)
    return [{"label": rule.label, "url": stop_address(digest, [rule])} for rule in rules]
