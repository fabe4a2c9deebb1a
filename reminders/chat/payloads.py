"""A message in the shape that its chat takes. What people typed stays plain: it marks nothing up and calls nobody."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from reminders.chat.states import Shape
from reminders.chat.words import Message

# Slack takes 150 characters of a header and 3,000 of a section; Teams 28 KB in all.
MOST_OF_HEADER = 150
MOST_OF_SECTION = 2900


def body(message: Message, shape: Shape, at: datetime) -> bytes:
    return json.dumps(SHAPED[shape](message, at), ensure_ascii=False, separators=(",", ":")).encode()


def slack(message: Message, at: datetime) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(message.title, MOST_OF_HEADER), "emoji": False}}
    ]
    if message.words:
        parts.append(section("\n".join(f">{escaped(row)}" for row in message.words.splitlines())))
    parts += [section(f"<{line.url}|{escaped(line.what)}>") for line in message.lines]
    more = f"{escaped(message.more)}: " if message.more else ""
    parts.append(section(f"{more}<{message.url}|Open Windfall>"))
    return {"text": escaped(message.title), "blocks": parts, "unfurl_links": False, "unfurl_media": False}


def section(text: str) -> dict[str, Any]:
    # verbatim: Slack makes no names, channels and links out of the words.
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, MOST_OF_SECTION), "verbatim": True}}


def escaped(text: str) -> str:
    """Slack's own three signs, so that "<!channel>" calls nobody; and the bar, which would end a link's words."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "¦")
    # No bold, code or struck-out words: an invisible sign takes each mark its meaning.
    return "".join(f"\u200b{sign}\u200b" if sign in "*_~`" else sign for sign in text)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def teams(message: Message, at: datetime) -> dict[str, Any]:
    """A TextRun shows its text as it stands; a TextBlock would read Markdown."""
    rows = [rich(run(message.title, weight="Bolder", size="Medium"))]
    rows += [rich(run(row, italic=True)) for row in message.words.splitlines() if row.strip()]
    rows += [rich(run(line.what, selectAction={"type": "Action.OpenUrl", "url": line.url})) for line in message.lines]
    if message.more:
        rows.append(rich(run(message.more, isSubtle=True)))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": rows,
        "actions": [{"type": "Action.OpenUrl", "title": "Open Windfall", "url": message.url}],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


def rich(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs)}


def run(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text} | more


def plain(message: Message, at: datetime) -> dict[str, Any]:
    """As standardwebhooks.com has it: what happened, when, and its data."""
    return {"type": message.kind, "timestamp": at.isoformat(), "data": message.data | {"url": message.url}}


SHAPED: dict[Shape, Callable[[Message, datetime], dict[str, Any]]] = {
    Shape.SLACK: slack,
    Shape.TEAMS: teams,
    Shape.JSON: plain,
}
