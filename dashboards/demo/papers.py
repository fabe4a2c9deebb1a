"""Files that look like real ones: the invoice and the photo that a partner sends as proof, the kit that a vendor shares."""

import io
from collections.abc import Iterable
from datetime import date

import typst
from PIL import Image, ImageDraw

from programs.money import show

INVOICE = """
#set page(width: 148mm, height: 210mm, margin: 14mm)
#set text(size: 10pt)
#set document(title: "Invoice {number}")
#text(16pt, weight: "bold")[{supplier}] \\
Invoice {number} #h(1fr) {day} \\
#v(6mm)
To: {partner}
#v(6mm)
#table(columns: (1fr, auto), stroke: 0.4pt, inset: 6pt,
  [*What*], align(right)[*Amount*],
  [{what}], align(right)[{amount}],
  [Total], align(right)[*{amount}*])
#v(8mm)
Payable within 30 days. Thank you.
"""


KIT = """
#set page(width: 148mm, height: 210mm, margin: 14mm)
#set text(size: 11pt)
#set document(title: "{title}")
#text(9pt)[{vendor}] \\
#text(20pt, weight: "bold")[{title}]
#v(4mm)
{words}
#v(4mm)
{steps}
"""


def plain(text: str) -> str:
    """Text that typst sets as it is."""
    return "".join("\\" + c if c in "\\#$*_`<>@[]~-=+/" else c for c in text)


def invoice(*, supplier: str, number: str, day: date, partner: str, what: str, amount: int, currency: str) -> bytes:
    """A one-page PDF of about 20 kB."""
    source = INVOICE.format(
        supplier=plain(supplier),
        number=plain(number),
        day=f"{day:%d %B %Y}",
        partner=plain(partner),
        what=plain(what),
        amount=plain(show(amount, currency)),
    )
    return typst.compile(source.encode())


def kit(*, vendor: str, title: str, words: str, steps: Iterable[str]) -> bytes:
    """A one-page PDF: what it is, and what to do step by step."""
    source = KIT.format(
        vendor=plain(vendor),
        title=plain(title),
        words=plain(words),
        steps="\n".join(f"+ {plain(step)}" for step in steps),
    )
    return typst.compile(source.encode())


def photo(*, title: str, number: int) -> bytes:
    """A picture of an event's slide, 960 × 540, as PNG or JPEG by turns."""
    hue = (number * 47) % 160
    image = Image.new("RGB", (960, 540), (20 + hue // 3, 70 + hue // 4, 80 + hue // 2))
    draw = ImageDraw.Draw(image)
    for seat in range(14):
        x = 40 + seat * 65
        draw.ellipse((x, 430, x + 44, 474), fill=(30, 34, 40))
        draw.rectangle((x - 6, 474, x + 50, 540), fill=(30, 34, 40))
    draw.rectangle((180, 70, 780, 350), fill=(245, 246, 244))
    draw.text((220, 160), title, fill=(11, 92, 92), font_size=34)
    draw.text((220, 220), f"Photo {number}", fill=(90, 96, 100), font_size=22)
    out = io.BytesIO()
    image.save(out, "PNG" if number % 2 else "JPEG", optimize=True)
    return out.getvalue()
