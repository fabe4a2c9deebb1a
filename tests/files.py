"""Files to upload: good ones, and those that nobody should send."""

import io
import struct
import zipfile
import zlib

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject


def pdf(change=None, pages: int = 1, **encryption) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if change:
        change(writer)
    if encryption:
        writer.encrypt(**encryption)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def image(kind: str = "PNG", size=(40, 30), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def archive(name: str = "a.txt") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr(name, "x" * 100)
    return out.getvalue()


def acting(key: str, **entries) -> bytes:
    """A PDF whose catalog carries this entry."""
    action = DictionaryObject({NameObject(k): v for k, v in entries.items()})
    return pdf(lambda writer: writer._root_object.update({NameObject(key): action}))


def hidden_in_annotation(subtype: str) -> bytes:
    def change(writer):
        action = DictionaryObject({NameObject("/S"): NameObject(subtype), NameObject("/F"): TextStringObject("x")})
        note = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject("/A"): action})
        writer.pages[0][NameObject("/Annots")] = ArrayObject([note])

    return pdf(change)


def animation() -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims to be huge in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def written(*objects: bytes, root: bytes = b"1 0 R") -> bytes:
    """A PDF written by hand, so that it can lie as a library would not: objects from 1 on, `number generation` first."""
    out, places = b"%PDF-1.7\n", []
    for thing in objects:
        places.append((len(out), int(thing.split()[1])))
        out += thing + b"\nendobj\n"
    table = b"".join(b"%010d %05d n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size + table
    return out + head + b"trailer\n<</Size %d/Root %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, len(out))


def catalog(*more: bytes, entries: bytes = b"") -> bytes:
    """A hand-written PDF of one page; `more` objects have numbers from 4 on, `entries` stand in its catalog."""
    return written(
        b"1 0 obj <</Type/Catalog/Pages 2 0 R" + entries + b">>",
        b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        *more,
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
HOSTILE = {
    "empty": b"",
    "one byte": b"%",
    "text": b"hello",
    "svg": SVG,
    "svg with xml head": b'<?xml version="1.0"?>' + SVG,
    "html": HTML,
    "html with a pdf comment": b"<!-- %PDF-1.4 -->" + HTML,
    "pdf after html": HTML + pdf(),
    "pdf after space": b" " + pdf(),
    "pdf after a thousand bytes": b"x" * 1000 + pdf(),
    "pdf with html behind": pdf() + HTML,
    "pdf with svg behind": pdf() + SVG,
    "pdf with php behind": pdf() + b"<?php system('x') ?>",
    "pdf with zip behind": pdf() + archive(),
    "pdf head only": b"%PDF-1.7\n",
    "pdf head and noise": b"%PDF-1.7\n" + bytes(range(256)) * 20,
    "pdf cut in half": pdf(pages=5)[:400],
    "pdf without pages": pdf(pages=0),
    "pdf of 201 pages": pdf(pages=201),
    "pdf with password": pdf(user_password="secret"),
    "pdf with owner password": pdf(user_password="", owner_password="secret"),
    "pdf with javascript": acting("/Names", **{"/JavaScript": DictionaryObject()}),
    "pdf with javascript on open": acting(
        "/OpenAction", **{"/S": NameObject("/JavaScript"), "/JS": TextStringObject("x")}
    ),
    "pdf with javascript uri": acting(
        "/OpenAction", **{"/S": NameObject("/URI"), "/URI": TextStringObject("javascript:x")}
    ),
    "pdf that launches": acting("/OpenAction", **{"/S": NameObject("/Launch"), "/F": TextStringObject("cmd.exe")}),
    "pdf with additional actions": acting(
        "/AA", **{"/WC": DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})}
    ),
    "pdf with attachment": pdf(lambda w: w.add_attachment("evil.exe", b"MZ")),
    "pdf with xfa": acting("/AcroForm", **{"/XFA": ArrayObject([TextStringObject("x")])}),
    "pdf with launch note": hidden_in_annotation("/Launch"),
    "pdf that submits": hidden_in_annotation("/SubmitForm"),
    "pdf that imports": hidden_in_annotation("/ImportData"),
    "pdf with rich media": hidden_in_annotation("/RichMedia"),
    "pdf with script in a later generation": catalog(
        b"4 1 obj <</S/JavaScript/JS(app.alert\\(1\\))>>", entries=b"/OpenAction 4 1 R"
    ),
    "pdf with an escaped name": catalog(entries=b"/OpenAction<</S/J#61vaScript/J#53(x)>>"),
    "pdf whose act is named elsewhere": catalog(b"4 0 obj /Launch", entries=b"/OpenAction<</S 4 0 R/F(cmd.exe)>>"),
    "pdf whose link is kept elsewhere": catalog(
        b"4 0 obj <6a6176617363726970743a616c657274283129>", entries=b"/OpenAction<</S/URI/URI 4 0 R>>"
    ),
    "pdf with a deep nest": catalog(entries=b"/X" + b"[" * 60 + b"]" * 60),
    "pdf whose pages go in a circle": written(
        b"1 0 obj <</Type/Catalog/Pages 2 0 R>>", b"2 0 obj <</Type/Pages/Kids[2 0 R]/Count 1>>"
    ),
    "png that is a pdf too": image()[:33] + b"\0\0\0\0tEXt%PDF-1.4" + image()[33:],
    "png with zip behind": image() + archive(),
    "jpeg with zip behind": image("JPEG") + archive(),
    "png head only": b"\x89PNG\r\n\x1a\n",
    "png head and noise": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "png cut in half": image(size=(300, 300))[:200],
    "png with html behind": image() + HTML,
    "png with svg behind": image() + SVG,
    "png with script in a comment": image()[:33] + b"<script>alert(1)</script>" + image()[33:],
    "png animation": animation(),
    "png of 10,000 squared": bomb(10_000, 10_000),
    "png of 65,535 squared": bomb(65_535, 65_535),
    "png of nothing": bomb(0, 0),
    "jpeg head only": b"\xff\xd8\xff\xe0",
    "jpeg head and noise": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20,
    "jpeg cut in half": image("JPEG", (300, 300))[:500],
    "jpeg with html behind": image("JPEG") + HTML,
    "jpeg with php behind": image("JPEG") + b"<?php x ?>",
    "gif": image("GIF"),
    "gif with script": b"GIF89a/*" + HTML,
    "bmp": image("BMP"),
    "tiff": image("TIFF"),
    "webp": image("WEBP"),
    "ico": image("ICO", (16, 16)),
    "zip": archive(),
    "zip in zip": archive("b.zip"),
    "docx": archive("word/document.xml"),
    "docx with macros": archive("word/vbaProject.bin"),
    "xlsx": archive("xl/workbook.xml"),
    "jar": archive("META-INF/MANIFEST.MF"),
    "old office": bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600,
    "exe": b"MZ" + b"\0" * 200,
    "elf": b"\x7fELF" + b"\0" * 200,
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "postscript": b"%!PS-Adobe-3.0\n",
    "rtf": b"{\\rtf1 hello}",
    "xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "utf-16 html": HTML.decode().encode("utf-16"),
    "mp4": b"\0\0\0\x18ftypmp42" + b"\0" * 100,
    "nothing but zeros": b"\0" * 5000,
}
