# ruff: noqa: E501 - typst's own lines
"""Invoices as suppliers of several countries write them, as PDFs made by typst: each with what it says."""

from datetime import date
from decimal import Decimal
from functools import cache

import typst

from claims.reading.invoice import Found

PAGE = "#set page(width: 210mm, height: 297mm, margin: 18mm)\n#set text(size: 10pt)\n"

ENGLISH = (
    PAGE
    + r"""
#grid(columns: (1fr, auto), [#text(18pt, weight: "bold")[Acme Media Ltd] \ 12 High Street, London \ VAT Reg No GB123456789],
  align(right)[#text(20pt)[INVOICE]])
#v(8mm)
#grid(columns: (1fr, 1fr), [Bill to: \ Brightpath \ 1 Main Street], [Invoice number: AM-2026-0147 \ Invoice date: 3 November 2026 \ Due date: 3 December 2026])
#v(8mm)
#table(columns: (1fr, auto, auto, auto), [Description], [Qty], [Price], [Amount],
  [Search ads, October], [1], [£800.00], [£800.00], [Landing page], [2], [£100.00], [£200.00])
#align(right)[#grid(columns: (auto, 30mm), row-gutter: 3mm, [Subtotal], [£1,000.00], [VAT 20%], [£200.00], [*Amount due*], [*£1,200.00*])]
"""
)

GERMAN = (
    PAGE
    + r"""
#text(9pt)[Blaupunkt Events GmbH · Hafenstraße 4 · 20457 Hamburg]
#v(6mm)
An: \ Othertech \ Musterweg 1
#v(6mm)
#align(right)[#grid(columns: (auto, auto), column-gutter: 8mm, align: left, [Rechnungs-Nr.:], [RE 2026/0815], [Rechnungsdatum:], [03.11.2026], [Leistungsdatum:], [28.10.2026], [Fällig am:], [17.11.2026])]
= Rechnung
#table(columns: (auto, 1fr, auto), [Pos.], [Leistung], [Betrag], [1], [Saalmiete Roadshow], [1.000,00 €], [2], [Technik], [500,50 €])
#align(right)[#grid(columns: (auto, 30mm), row-gutter: 3mm, [Zwischensumme], [1.500,50 €], [zzgl. 19 % USt.], [285,10 €], [*Gesamtbetrag*], [*1.785,60 €*])]
USt-IdNr. DE123456789
"""
)

FRENCH = (
    PAGE
    + r"""
*Atelier Lumière SARL* \ 8 rue des Lilas, 69003 Lyon
#v(5mm)
#text(16pt)[Facture n° F-2026-118] \
Date d'émission : 3 novembre 2026 \
Échéance : 3 décembre 2026
#v(5mm)
Destinataire : Brightpath
#v(5mm)
#table(columns: (1fr, auto), [Désignation], [Montant], [Impression de dépliants], [2 500,00 €])
#align(right)[Total HT #h(1cm) 2 500,00 € \ TVA 20 % #h(1cm) 500,00 € \ *Total TTC* #h(1cm) *3 000,00 €*]
"""
)

SPANISH = (
    PAGE
    + r"""
#align(center)[#text(16pt)[*Ferias del Sur, S.L.*] \ CIF B12345678]
#v(5mm)
#table(columns: (1fr, 1fr, 1fr), [Número de factura], [Fecha de emisión], [Vencimiento], [FS/2026/77], [3 de noviembre de 2026], [03/12/2026])
#v(5mm)
Cliente: Brightpath
#table(columns: (1fr, auto), [Concepto], [Importe], [Stand en la feria], [4.321,00 EUR])
#align(right)[Base imponible #h(1cm) 4.321,00 EUR \ IVA 21% #h(1cm) 907,41 EUR \ *Total a pagar* #h(1cm) *5.228,41 EUR*]
"""
)

ITALIAN = (
    PAGE
    + r"""
#grid(columns: (1fr, 1fr), [*Studio Grafico Bianchi S.r.l.* \ Via Roma 1, Torino], align(right)[Spett.le \ Brightpath])
#v(5mm)
Fattura n. 212/2026 del 03/11/2026
#v(5mm)
#table(columns: (1fr, auto), [Descrizione], [Prezzo], [Catalogo], [€ 800,00])
#align(right)[Imponibile #h(1cm) € 800,00 \ IVA 22% #h(1cm) € 176,00 \ *Totale fattura* #h(1cm) *€ 976,00*]
"""
)

AMERICAN = (
    PAGE
    + r"""
#grid(columns: (1fr, auto), [*Corner Print Inc.* \ 500 5th Ave \ New York], align(right)[Invoice #sym.hash 90017 \ Date: 11/03/2026 \ Terms: Net 30])
#v(5mm)
Bill To \ Brightpath
#table(columns: (1fr, auto, auto), [Item], [Rate], [Total], [Banners], [\$450.00], [\$1,350.00], [Flyers], [\$0.25], [\$250.00])
#align(right)[Subtotal #h(1cm) \$1,600.00 \ Sales Tax (8.875%) #h(1cm) \$142.00 \ *Total* #h(1cm) *\$1,742.00*]
Please pay within 30 days.
"""
)

DUTCH = (
    PAGE
    + r"""
*Delta Telemarketing B.V.* \ Keizersgracht 1, Amsterdam
#v(5mm)
#grid(columns: (auto, auto), column-gutter: 10mm, [Factuurnummer], [2026-0042], [Factuurdatum], [03-11-2026], [Vervaldatum], [17-11-2026])
#v(5mm)
#table(columns: (1fr, auto), [Omschrijving], [Bedrag], [Belactie], [€ 1.250,00])
#align(right)[Subtotaal #h(1cm) € 1.250,00 \ 21% btw #h(1cm) € 262,50 \ *Totaal te betalen* #h(1cm) *€ 1.512,50*]
"""
)

DINARS = (
    PAGE
    + r"""
*Gulf Expo W.L.L.* \ Kuwait City
#v(5mm)
Tax Invoice No. GE-55 #h(1fr) Issued on 2026-11-03
#v(5mm)
#table(columns: (1fr, auto), [Description], [KWD], [Booth], [1,250.500], [Carpet], [99.125])
#align(right)[*Grand total* #h(1cm) *KWD 1,349.625*]
"""
)

YEN = (
    PAGE
    + r"""
*Echo Studio K.K.* \ Tokyo
#v(5mm)
INVOICE \ No: E-2026-9 \ Issue date: 2026/11/03
#v(5mm)
Video production #h(1fr) ¥110,000 \
Consumption tax 10% #h(1fr) ¥11,000 \
*Total amount due* #h(1fr) *¥121,000*
"""
)

DAY = date(2026, 11, 3)
INVOICES = {
    "English": (ENGLISH, Found("AM-2026-0147", DAY, Decimal("1200.00"), Decimal("200.00"), "GBP", "Acme Media Ltd")),
    "German": (
        GERMAN,
        Found("RE 2026/0815", DAY, Decimal("1785.60"), Decimal("285.10"), "EUR", "Blaupunkt Events GmbH"),
    ),
    "French": (FRENCH, Found("F-2026-118", DAY, Decimal("3000.00"), Decimal("500.00"), "EUR", "Atelier Lumière SARL")),
    "Spanish": (
        SPANISH,
        Found("FS/2026/77", DAY, Decimal("5228.41"), Decimal("907.41"), "EUR", "Ferias del Sur, S.L."),
    ),
    "Italian": (
        ITALIAN,
        Found("212/2026", DAY, Decimal("976.00"), Decimal("176.00"), "EUR", "Studio Grafico Bianchi S.r.l."),
    ),
    "American": (AMERICAN, Found("90017", DAY, Decimal("1742.00"), Decimal("142.00"), "USD", "Corner Print Inc.")),
    "Dutch": (DUTCH, Found("2026-0042", DAY, Decimal("1512.50"), Decimal("262.50"), "EUR", "Delta Telemarketing B.V.")),
    "dinars": (DINARS, Found("GE-55", DAY, Decimal("1349.625"), None, "KWD", "Gulf Expo W.L.L.")),
    "yen": (YEN, Found("E-2026-9", DAY, Decimal("121000"), Decimal("11000"), "JPY", "Echo Studio K.K.")),
}


@cache
def paper(name: str) -> bytes:
    return typst.compile(INVOICES[name][0].encode())
