"""150 hostile files through the page: each is refused with a sentence and nothing of it kept, or kept and served sealed."""

import io
import time
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from tests.files import HOSTILE, HTML, SVG, bomb, catalog, image, pdf, written
from tests.pages import told

SECONDS = 25  # the child's own limit is 10; the machine is shared


def picture(number: int) -> bytes:
    """A good picture that no other is equal to."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (number % 256, number // 256, 7)).save(out, "PNG")
    return out.getvalue()


def nested(depth: int) -> bytes:
    content = b"x" * 1000
    for _ in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
            zipped.writestr("a.zip", content)
        content = out.getvalue()
    return content


def crowded(objects: int) -> bytes:
    """A PDF of so many objects, in as few bytes as can be."""
    parts, places, at = [b"%PDF-1.7\n"], [], 9
    heads = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R>>")
    for number in range(1, objects + 1):
        part = b"%d 0 obj %s\nendobj\n" % (number, heads[number - 1] if number <= 3 else b"0")
        places.append(b"%010d 00000 n \n" % at)
        parts.append(part)
        at += len(part)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (objects + 1) + b"".join(places)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (objects + 1, at)
    return b"".join([*parts, table, end])


def macro(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("[Content_Types].xml", "<Types/>")
        zipped.writestr(part, b"\xcc\x61\x00")
    return out.getvalue()


MORE = {
    "ten nested zips": nested(10),
    "pdf of 200,000 objects": crowded(200_000),
    "pdf of 60,000 objects": crowded(60_000),
    "docm": macro("word/vbaProject.bin"),
    "xlsm": macro("xl/vbaProject.bin"),
    "pptm": macro("ppt/vbaProject.bin"),
    "pdf head on a docm": b"%PDF-1.7\n" + macro("word/vbaProject.bin"),
    "png head on a docm": image() + macro("word/vbaProject.bin"),
    "png of a billion pixels": bomb(100_000, 10_000),
    "png one pixel high": bomb(2**31 - 1, 1),
    "svg in a png's comment": image()[:33] + SVG + image()[33:],
    "html in a jpeg's comment": image("JPEG")[:20] + HTML + image("JPEG")[20:],
    "pdf with a page that is its own parent": written(
        b"1 0 obj <</Type/Catalog/Pages 1 0 R>>", b"2 0 obj <</Type/Page/Parent 2 0 R>>"
    ),
    "pdf with a name tree of files": catalog(entries=b"/Names<</EmbeddedFiles<</Names[(x)4 0 R]>>>>"),
    "pdf with goto remote launch": catalog(entries=b"/OpenAction<</S/Launch/Win<</F(calc.exe)>>>>"),
    **{f"pdf cut at {cut}": pdf(pages=4)[:cut] for cut in (9, 20, 60, 150, 300, 600)},
    **{f"png cut at {cut}": image(size=(200, 200))[:cut] for cut in (8, 12, 30, 45, 60)},
    **{f"jpeg cut at {cut}": image("JPEG", (200, 200))[:cut] for cut in (3, 10, 100, 300)},
}
NAMES = [
    "a\x00b.png",
    "\x00.png",
    "invoice\u202egnp.exe",
    "\u202e\u202d\u2066.png",
    "../../../../etc/passwd",
    "..\\..\\windows\\system32\\x.png",
    "/absolute/x.png",
    "C:\\x.png",
    "x" * 300 + ".png",
    "ü" * 300 + ".png",
    "\U0001f600" * 90 + ".png",
    "\U0001f4c4 invoice.png",
    ".png",
    "...",
    " ",
    "",
    "a.png.exe",
    "a.html",
    "a.svg",
    "a.php",
    "con.png",
    "nul",
    "a;b.png",
    'a"b.png',
    "a\r\nSet-Cookie: x=1.png",
    "a\nb.png",
    "<script>alert(1)</script>.png",
    "=HYPERLINK(1).png",
    "%2e%2e%2fx.png",
    "${x}.png",
    "a\ud800b.png".encode("utf-8", "replace").decode(),
    "\ufeffx.png",
    "x\u200b.png",
    "e\u0301" * 200 + ".png",
]
TYPES = [
    "text/html",
    "image/svg+xml",
    "application/x-msdownload",
    "application/javascript",
    "multipart/form-data",
    "image/png; charset=\x01",
    "",
    "x" * 300,
]
CASES = [
    *((name, "evil.pdf", content, "application/pdf", False) for name, content in {**HOSTILE, **MORE}.items()),
    *((f"name {name!a}"[:60], name, None, "image/png", True) for name in NAMES),
    *((f"type {kind!a}"[:60], "x.png", None, kind, True) for kind in TYPES),
]


def test_there_are_150():
    assert len(CASES) >= 150


@pytest.fixture
def attach(w, client, kept):
    claim = w.draft()
    client.force_login(w.owner)
    address = reverse("claims:attach", args=[claim.pk])

    def send(name: str, content: bytes, kind: str):
        file = SimpleUploadedFile("x", content, content_type=kind)
        file._name = name  # past Django's own cleaning of names: it is the server that must do it
        return client.post(address, {"files": [file]}, follow=True)

    send.claim, send.client, send.kept = claim, client, kept
    return send


def on_disk(folder) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file() and "preview" not in str(path))


@pytest.mark.parametrize("part", range(4))
def test_each_is_refused_in_a_sentence_or_served_sealed(attach, part):
    wrong = []
    for number, (what, name, content, kind, is_good) in enumerate(CASES[part::4]):
        files, began = on_disk(attach.kept), time.monotonic()
        page = attach(name, picture(number + 1) if content is None else content, kind)
        if time.monotonic() - began > SECONDS:
            wrong.append(f"{what}: {time.monotonic() - began:.0f} s")
        if page.status_code >= 500:
            wrong.append(f"{what}: {page.status_code}")
            continue
        proof = attach.claim.proofs.exclude(name="invoice.pdf").first()
        if proof is None:
            if not told(page) or on_disk(attach.kept) != files:
                wrong.append(f"{what}: refused without a word, or something of it is kept")
            continue
        if not is_good:
            wrong.append(f"{what}: taken")
        wrong += [f"{what}: {fault}" for fault in faults(attach.client, proof)]
        proof.file.delete(save=False)
        proof.delete()
    assert wrong == []


def faults(client, proof) -> list[str]:
    """What is wrong with how a kept file is named and served."""
    served = client.get(reverse("claims:proof", args=[proof.pk]))
    disposition = served.get("Content-Disposition", "")
    checks = {
        "not a download": disposition.startswith("attachment"),
        "sniffed": served.get("X-Content-Type-Options") == "nosniff",
        "not sealed": "sandbox" in served.get("Content-Security-Policy", ""),
        "of another type": served["Content-Type"] == proof.kind == "image/png",
        "with a control sign in its name": all(sign.isprintable() for sign in proof.name + disposition),
        "with a path in its name": not {"/", "\\"} & set(proof.name),
        "with a long name": len(proof.name) <= 160,
        "with another ending": proof.name.endswith(".png"),
    }
    return [fault for fault, is_right in checks.items() if not is_right]
