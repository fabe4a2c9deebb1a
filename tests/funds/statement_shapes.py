"""Statements in the shapes that portals export them, several of them broken, and what should come out of each."""

from typing import Any, NamedTuple


class Shape(NamedTuple):
    """`funds`: name, currency, available, last day, last day to claim. `skipped`: how the reason begins, by line."""

    name: str
    text: str
    funds: list[tuple[str, str, int, str | None, str | None]] = []
    skipped: dict[int, str] = {}
    refused: str = ""
    encoding: str = "utf-8"
    options: dict[str, Any] = {}


SHAPES = [
    Shape(
        "Japanese, as Windows writes it",
        'ファンド名,番号,通貨,割当額,利用可能額,有効期限,申請期限\n秋の販促,J-1,JPY,"2,000,000","1,200,000",2026年12月31日,2027年1月31日\n',
        [("秋の販促", "JPY", 1200000, "2026-12-31", "2027-01-31")],
        encoding="cp932",
    ),
    Shape(
        "Chinese, as Windows writes it",
        '基金编号,名称,币种,可用余额,到期日,申请截止日\nC-1,推广,CNY,"100,000.00",2026/12/31,2027/01/31\n',
        [("推广", "CNY", 10000000, "2026-12-31", "2027-01-31")],
        encoding="gb18030",
    ),
    Shape(
        "Chinese of Taiwan",
        '名稱,幣別,可用餘額,到期日\n推廣,TWD,"1,000.00",2026/12/31\n',
        [("推廣", "TWD", 100000, "2026-12-31", None)],
        encoding="big5",
    ),
    Shape(
        "Korean",
        "펀드명;통화;잔액;만료일\n가을 판촉;KRW;1,500,000;2026년 12월 31일\n",
        [("가을 판촉", "KRW", 1500000, "2026-12-31", None)],
        encoding="cp949",
    ),
    Shape(
        "Polish, of Central Europe",
        "Nazwa funduszu;Waluta;Dostępne środki;Data ważności\nŚwiąteczna;PLN;1 234,56;2026-12-31\n",
        [("Świąteczna", "PLN", 123456, "2026-12-31", None)],
        encoding="cp1250",
    ),
    Shape(
        "Russian",
        "Название;Валюта;Остаток;Действует до\nОсень;EUR;1 234,56;31 декабря 2026\n",
        [("Осень", "EUR", 123456, "2026-12-31", None)],
        encoding="cp1251",
    ),
    Shape(
        "amounts in cents",
        "fund_name,currency,available_cents,expires_on\nA,USD,10000,2026-12-31\n",
        [],
        {2: "“available_cents” is not written out: upload amounts such as"},
    ),
    Shape(
        "tabs, French, cp1252",
        (
            "Nom du fonds\tNuméro\tMontant alloué\tConsommé\tSolde disponible\tDate d'expiration\tDate limite"
            " de réclamation\n"
            "Marketing T3\tF-1\t1 250,50 €\t250,50 €\t1 000,00 €\t31 décembre 2026\t15 février 2027\n"
            "Total\t\t1 250,50 €\t250,50 €\t1 000,00 €\t\t\n"
        ),
        [("Marketing T3", "EUR", 100000, "2026-12-31", "2027-02-15")],
        {3: "a sum, not a fund"},
        encoding="cp1252",
    ),
    Shape(
        "pipes, US",
        ("Fund|Available|Expires\nAlpha MDF|$1,200|12/31/2026\nBeta MDF|$800|6/30/2027\n"),
        [("Alpha MDF", "USD", 120000, "2026-12-31", None), ("Beta MDF", "USD", 80000, "2027-06-30", None)],
    ),
    Shape(
        "Spanish",
        (
            "Fondo;Importe asignado;Utilizado;Disponible;Válido hasta;Moneda\n"
            "Campaña otoño;10.000,00;2.500,00;7.500,00;31/12/2026;EUR\n"
        ),
        [("Campaña otoño", "EUR", 750000, "2026-12-31", None)],
    ),
    Shape(
        "days that can be read in two ways",
        ("Fund,Available,Currency,Expires\nA,100.00,USD,03/04/2027\nB,200.00,USD,05/06/2027\n"),
        [],
        {
            2: "Expires: “03/04/2027” can be read in two ways: is the day fi",
            3: "Expires: “05/06/2027” can be read in two ways: is the day fi",
        },
    ),
    Shape(
        "no currency",
        ("Fund,Available,Expires\nA,100.00,2027-01-01\n"),
        [],
        {2: "no currency is named: say which one it is"},
    ),
    Shape(
        "yen, thousands",
        (
            "Program Name,Quarter,Balance (JPY),Expiry date\n"
            'Co-op,Q1,"1,500,000",2027/03/31\n'
            'Co-op,Q2,"500,000",2027/06/30\n'
        ),
        [("Co-op, Q1", "JPY", 1500000, "2027-03-31", None), ("Co-op, Q2", "JPY", 500000, "2027-06-30", None)],
    ),
    Shape(
        "UTF-16, tabs",
        (
            "Fund ID\tFund Name\tAvailable Balance\tExpiration Date\tCurrency\r\n"
            "X1\tAlpha\t1,234.50\t31-Dec-2026\tGBP\r\n"
        ),
        [("Alpha", "GBP", 123450, "2026-12-31", None)],
        encoding="utf-16",
    ),
    Shape(
        "Swiss apostrophes",
        ("Bezeichnung;Guthaben;Gültig bis\nFonds A;CHF 1'234.50;31.12.2026\nFonds B;CHF 999.00;30.06.2027\n"),
        [("Fonds A", "CHF", 123450, "2026-12-31", None), ("Fonds B", "CHF", 99900, "2027-06-30", None)],
    ),
    Shape(
        "lakhs",
        ('Scheme,Amount Available,Valid Till,Currency\nDiwali MDF,"₹12,34,567.00",31-03-2027,INR\n'),
        [("Diwali MDF", "INR", 123456700, "2027-03-31", None)],
    ),
    Shape(
        "negatives in brackets",
        (
            "Fund,Earned,Used,Balance,Use by\n"
            'A,"$1,000.00",($250.00),$750.00,2027-01-31\n'
            "B,$100.00,($150.00),($50.00),2027-01-31\n"
        ),
        [("A", "USD", 75000, "2027-01-31", None)],
        {3: "Balance is below zero: -$50.00"},
    ),
    Shape(
        "a header of two lines",
        (
            "Fund,,Amounts (EUR),,,Dates,\n"
            "Name,ID,Granted,Used,Left,Use by,Claim by\n"
            "A,1,1000.00,200.00,800.00,2026-12-31,2027-01-31\n"
        ),
        [("A", "EUR", 80000, "2026-12-31", "2027-01-31")],
    ),
    Shape(
        "headings again, a footer",
        (
            "Report: MDF\n"
            "As of: 2026-11-20\n"
            "\n"
            "Name,Available,Expires,Currency\n"
            "A,100.00,2026-12-31,USD\n"
            "\n"
            "Name,Available,Expires,Currency\n"
            "B,50.00,2026-12-31,USD\n"
            "Page 2 of 2\n"
        ),
        [("A", "USD", 10000, "2026-12-31", None), ("B", "USD", 5000, "2026-12-31", None)],
        {7: "the headings again", 9: "a note, not a fund"},
    ),
    Shape(
        "a quotation mark left open",
        ('Name,Available,Expires,Currency\nA,100.00,2026-12-31,USD\n"B,50.00,2026-12-31,USD\nC,70.00,2027-12-31,USD\n'),
        [("A", "USD", 10000, "2026-12-31", None), ("C", "USD", 7000, "2027-12-31", None)],
        {3: "a quotation mark is opened and not closed"},
    ),
    Shape(
        "the same fund twice",
        (
            "ID,Name,Available,Expires,Currency\n"
            "1,A,100.00,2026-12-31,USD\n"
            "1,A,100.00,2026-12-31,USD\n"
            "2,B,50.00,2026-12-31,USD\n"
            "2,B,60.00,2026-12-31,USD\n"
        ),
        [("A", "USD", 10000, "2026-12-31", None)],
        {
            3: "the same as line 2",
            4: "several lines are for the same fund and say different things",
            5: "several lines are for the same fund and say different things",
        },
    ),
    Shape(
        "cells that cannot be read",
        (
            "ID,Name,Available,Expires,Currency\n"
            "1,A,abc,2026-12-31,USD\n"
            "2,B,50.00,2026-02-30,USD\n"
            "3,C,50.00,2026-12-31,XXQ\n"
            "4,D,,2026-12-31,USD\n"
            "5,E,12.345,2026-12-31,USD\n"
            "6,F,-5.00,2026-12-31,USD\n"
            "7,G,5.00,,USD\n"
            "8,H,5.00,soon,USD\n"
        ),
        [("G", "USD", 500, None, None)],
        {
            2: "Available: “abc” is no amount",
            3: "Expires: “2026-02-30” is no day of the calendar",
            4: "“XXQ” is no currency that we know",
            5: "Available is empty",
            6: "Available: “12.345” is finer than USD can be paid",
            7: "Available is below zero: -$5.00",
            9: "Expires: “soon” is no day",
        },
    ),
    Shape(
        "requests without a column of claims",
        (
            "Request No,Activity,Status,Approved Amount,Activity End Date,Claim Deadline\n"
            'R1,Webinar,Approved,"USD 5,000.00",2026-12-10,2027-01-09\n'
            "R2,Expo,Denied,USD 0.00,2026-12-10,2027-01-09\n"
            "R3,Ads,Under review,,2026-12-10,2027-01-09\n"
            "R4,Blog,Foo,USD 10.00,2026-12-10,2027-01-09\n"
        ),
        [("Webinar", "USD", 500000, "2026-12-10", "2027-01-09")],
        {3: "Denied: no money", 4: "Under review: no money yet", 5: "we do not know the status “Foo”"},
    ),
    Shape(
        "bookings",
        ("Date,Description,Credit,Debit,Balance\n2026-01-01,Deposit,100.00,,100.00\n"),
        refused="This is a list of bookings, one line for each that came in o",
    ),
    Shape(
        "no header",
        ("A,B,C\n1,2,3\n"),
        refused="No line of this file names columns that we know, such as “Av",
    ),
    Shape(
        "empty",
        (""),
        refused="The file is empty",
    ),
    Shape(
        "a web page",
        ("<html><table><tr><td>a</td></tr></table></html>"),
        refused="This is a web page or XML, whatever its name says",
    ),
    Shape(
        "currencies by sign",
        ("Fund,Available,Expires\nA,€100.00,2026-12-31\nB,$50.00,2026-12-31\nC,kr 500.00,2026-12-31\n"),
        [("A", "EUR", 10000, "2026-12-31", None), ("B", "USD", 5000, "2026-12-31", None)],
        {4: "its sign stands for several currencies (DKK, NOK, SEK): say "},
    ),
    Shape(
        "sep=",
        ("sep=;\r\nFund;Available;Expires\r\nA;€100,00;31.12.2026\r\n"),
        [("A", "EUR", 10000, "2026-12-31", None)],
    ),
    Shape(
        "Dutch",
        (
            "Naam;Toegekend bedrag;Gebruikt;Beschikbaar saldo;Geldig tot;Indienen voor\n"
            "Q4 budget;€ 5.000,00;€ 1.000,00;€ 4.000,00;31-12-2026;28-02-2027\n"
            "Totaal;€ 5.000,00;€ 1.000,00;€ 4.000,00;;\n"
        ),
        [("Q4 budget", "EUR", 400000, "2026-12-31", "2027-02-28")],
        {3: "a sum, not a fund"},
    ),
    Shape(
        "Italian",
        (
            "Nome fondo;Importo assegnato;Utilizzato;Residuo;Scadenza;Valuta\n"
            "Fondo A;1.000,00;0,00;1.000,00;31 dicembre 2026;EUR\n"
        ),
        [("Fondo A", "EUR", 100000, "2026-12-31", None)],
    ),
    Shape(
        "names in one piece",
        (
            "fundId,fundName,availableAmount,currencyCode,expiresOn,claimBy\n"
            "F1,Alpha,1500.5,USD,2026-12-31T23:59:59Z,2027-01-31T23:59:59Z\n"
        ),
        [("Alpha", "USD", 150050, "2026-12-31", "2027-01-31")],
    ),
    Shape(
        "states of funds",
        (
            "Fund,Status,Available,Expires,Currency\n"
            "A,Active,100.00,2026-12-31,USD\n"
            "B,Expired,50.00,2026-01-31,USD\n"
            "C,Closed,0.00,2026-01-31,USD\n"
            "D,Pending,70.00,2027-01-31,USD\n"
        ),
        [
            ("A", "USD", 10000, "2026-12-31", None),
            ("B", "USD", 0, "2026-01-31", None),
            ("C", "USD", 0, "2026-01-31", None),
        ],
        {5: "Pending: no money yet"},
    ),
    Shape(
        "a total that differs",
        ("Fund,Available,Expires,Currency\nA,100.00,2026-12-31,USD\nTotal,150.00,,USD\n"),
        [("A", "USD", 10000, "2026-12-31", None)],
        {3: "a sum, not a fund"},
    ),
    Shape(
        "a program named Total Care",
        ("Program,Available,Expires,Currency\nTotal Care MDF,100.00,2026-12-31,USD\n,100.00,,\n"),
        [("Total Care MDF", "USD", 10000, "2026-12-31", None)],
        {3: "a figure by itself, not a fund"},
    ),
    Shape(
        "serial days",
        ("Fund,Available,Expires,Currency\nA,100.00,46387,USD\n"),
        [("A", "USD", 10000, "2026-12-31", None)],
    ),
    Shape(
        "whole dollars",
        (
            "Fund Name,Original Amount,Amount Used,Remaining Amount,Expiration Date\n"
            'Spring,"$10,000",$0,"$10,000","Dec 31, 2026"\n'
            'Fall,"$5,000","$5,000",$0,"Jun 30, 2026"\n'
        ),
        [("Spring", "USD", 1000000, "2026-12-31", None), ("Fall", "USD", 0, "2026-06-30", None)],
    ),
    Shape(
        "currency above the table",
        (
            "Northwind Partner Portal\n"
            "All amounts in EUR\n"
            "Generated: 20/11/2026\n"
            "\n"
            "Fund,Available,Expires\n"
            'A,"1,000.00",31/12/2026\n'
        ),
        [("A", "EUR", 100000, "2026-12-31", None)],
    ),
    Shape(
        "thousands without quotes",
        ("Fund,Available,Expires,Currency\nA,$1,000.00,2026-12-31,USD\nB,50.00,2026-12-31,USD\n"),
        [("B", "USD", 5000, "2026-12-31", None)],
        {2: "it has 5 cells, but there are 4 columns"},
    ),
    Shape(
        "Portuguese",
        (
            "Nome;Valor atribuído;Utilizado;Saldo disponível;Validade\n"
            "Campanha;R$ 1.000,00;R$ 200,00;R$ 800,00;31/12/2026\n"
        ),
        [("Campanha", "BRL", 80000, "2026-12-31", None)],
    ),
    Shape(
        "Polish",
        (
            "Nazwa;Kwota przyznana;Wykorzystano;Pozostało;Ważne do\n"
            "Kampania;1 000,00 zł;200,00 zł;800,00 zł;31.12.2026\n"
        ),
        [("Kampania", "PLN", 80000, "2026-12-31", None)],
    ),
    Shape(
        "Swedish",
        ("Namn;Belopp;Använt;Återstår;Giltig till;Valuta\nKampanj;1 000,00;200,00;800,00;2026-12-31;SEK\n"),
        [("Kampanj", "SEK", 80000, "2026-12-31", None)],
    ),
    Shape(
        "granted and spent",
        ("Allocation,Allocated,Spent,Expiry,Currency\nA,1000.00,250.00,2026-12-31,USD\n"),
        [("A", "USD", 75000, "2026-12-31", None)],
    ),
    Shape(
        "a day of approval",
        (
            "Request,Approved,Amount,Claimed,Activity End,Claim By,Currency,Status\n"
            "R1,2026-10-01,1000.00,400.00,2026-12-31,2027-01-31,USD,Approved\n"
        ),
        [("R1", "USD", 60000, "2026-12-31", "2027-01-31")],
    ),
    Shape(
        "sub totals",
        (
            "Wallet,Deposit,Expires,Remaining\n"
            'North,"$5,000.00",12/31/2026,"$2,500.00"\n'
            'Sub total,"$5,000.00",,"$2,500.00"\n'
            'South,"$1,000.00",12/31/2026,"$1,000.00"\n'
            'Grand Total,"$6,000.00",,"$3,500.00"\n'
        ),
        [("North", "USD", 250000, "2026-12-31", None), ("South", "USD", 100000, "2026-12-31", None)],
        {3: "a sum, not a fund", 5: "a sum, not a fund"},
    ),
    Shape(
        "short names",
        ('Fund #,Fund,Amt,Amt Avail,Exp. Date,Curr\n1,Alpha,"1,000.00",400.00,12/31/2026,USD\n'),
        [("Alpha", "USD", 40000, "2026-12-31", None)],
    ),
    Shape(
        "dashes of accountants",
        ('Fund,Earned,Used,Balance,Valid until\nA,"€ 1.200,-",€ -,"€ 1.200,--",31.12.2026\n'),
        [("A", "EUR", 120000, "2026-12-31", None)],
    ),
    Shape(
        "two balances",
        ("Fund,Balance,Available,Reimbursement %,Exp Date,Currency\nA,500.00,300.00,50%,2026-12-31,USD\n"),
        [("A", "USD", 30000, "2026-12-31", None)],
    ),
    Shape(
        "days under a decimal comma",
        ("Fonds;Disponible;Valable jusqu'au;Devise\nA;1000,50;03/04/2027;EUR\n"),
        [("A", "EUR", 100050, "2027-04-03", None)],
    ),
    Shape(
        "a line break in a cell",
        (
            "Fund,Available,Expires,Currency,Comments\n"
            'A,100.00,2026-12-31,USD,"ask Jo\n'
            'about rules"\n'
            "B,50.00,2026-12-31,USD,\n"
        ),
        [("A", "USD", 10000, "2026-12-31", None), ("B", "USD", 5000, "2026-12-31", None)],
    ),
    Shape(
        "spans that fit both ways",
        (
            "Fund,Usage start,Usage end,Available,Currency\n"
            "A,02/01/2027,04/06/2027,100.00,USD\n"
            "B,12/01/2026,02/03/2027,100.00,USD\n"
        ),
        [],
        {
            2: "Usage end: “04/06/2027” can be read in two ways: is the day ",
            3: "Usage end: “02/03/2027” can be read in two ways: is the day ",
        },
    ),
    Shape(
        "requests over, paid, expired, empty",
        (
            "Request,Status,Approved,Claimed,Activity end,Claim due,Currency\n"
            "R1,Approved,100.00,150.00,2026-12-31,2027-01-31,USD\n"
            "R2,Paid,100.00,,2026-12-31,2027-01-31,USD\n"
            "R3,Expired,100.00,20.00,2026-01-31,2026-02-28,USD\n"
            "R4,Approved,,0.00,2026-12-31,2027-01-31,USD\n"
        ),
        [("R2", "USD", 0, "2026-12-31", "2027-01-31"), ("R3", "USD", 0, "2026-01-31", "2026-02-28")],
        {2: "more was claimed than approved: $50.00 more", 5: "Approved is empty"},
    ),
    Shape(
        "claims due before the last day",
        ("Fund,Available,Use by,Claim by,Currency\nA,100.00,2027-01-31,2026-12-31,USD\n"),
        [],
        {2: "its last day to claim lies before its last day for activitie"},
    ),
    Shape(
        "paid is a part of claimed",
        (
            "Fund,Earned,Claimed,Paid,Pending,Available,Expires,Currency\n"
            "A,1000.00,600.00,400.00,100.00,300.00,2026-12-31,USD\n"
        ),
        [("A", "USD", 30000, "2026-12-31", None)],
    ),
    Shape(
        "figures that do not add up",
        ("Fund,Earned,Claimed,Available,Expires,Currency\nA,1000.00,600.00,300.00,2026-12-31,USD\n"),
        [("A", "USD", 30000, "2026-12-31", None)],
    ),
    Shape(
        "dollars of Canada",
        ('Fund,Available,Expires\nA,CA$100.00,2026-12-31\nB,"$5.00 CAD",2026-12-31\n'),
        [("A", "CAD", 10000, "2026-12-31", None), ("B", "CAD", 500, "2026-12-31", None)],
    ),
    Shape(
        "three decimals",
        ('Fund,Available,Expires,Currency\nA,"1,234.500",2026-12-31,KWD\nB,"1,234",2026-12-31,KWD\n'),
        [("A", "KWD", 1234500, "2026-12-31", None), ("B", "KWD", 1234000, "2026-12-31", None)],
    ),
    Shape(
        "no text of words",
        ("\x01\x02garbage,\x03\n\x01\x02garbage,\x03\n\x01\x02garbage,\x03\n"),
        refused="No line of this file names columns that we know, such as “Av",
    ),
    Shape(
        "bytes",
        (
            "\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n"
            "\x0b"
            "\x0c"
            "\r"
            "\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c"
            "\x1d"
            "\x1e"
            "\x1f !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwx"
            "yz{|}~\x7f\x80\x81\x82\x83\x84\x85"
            "\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0¡¢£¤¥¦§¨©ª«¬\xad®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß"
            "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n"
            "\x0b"
            "\x0c"
            "\r"
            "\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c"
            "\x1d"
            "\x1e"
            "\x1f !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwx"
            "yz{|}~\x7f\x80\x81\x82\x83\x84\x85"
            "\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0¡¢£¤¥¦§¨©ª«¬\xad®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß"
            "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n"
            "\x0b"
            "\x0c"
            "\r"
            "\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c"
            "\x1d"
            "\x1e"
            "\x1f !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwx"
            "yz{|}~\x7f\x80\x81\x82\x83\x84\x85"
            "\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0¡¢£¤¥¦§¨©ª«¬\xad®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß"
            "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n"
            "\x0b"
            "\x0c"
            "\r"
            "\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c"
            "\x1d"
            "\x1e"
            "\x1f !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwx"
            "yz{|}~\x7f\x80\x81\x82\x83\x84\x85"
            "\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0¡¢£¤¥¦§¨©ª«¬\xad®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß"
            "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"
        ),
        refused="The file's letters cannot be read",
        encoding="latin-1",
    ),
    Shape(
        "German requests",
        (
            "Antragsnummer;Aktivität;Status;Beantragt;Genehmigt;Abgerechnet;Ende;Abrechnen bis;Währung\n"
            "A-1;Webinar;Genehmigt;2.000,00;1.500,00;500,00;31.12.2026;31.01.2027;EUR\n"
            "A-2;Messe;In Prüfung;3.000,00;;;31.12.2026;;EUR\n"
            "A-3;Golf;Abgelehnt;900,00;0,00;0,00;;;EUR\n"
        ),
        [("Webinar", "EUR", 100000, "2026-12-31", "2027-01-31")],
        {3: "In Prüfung: no money yet, €3,000.00 asked for", 4: "Abgelehnt: no money"},
    ),
    Shape(
        "Salesforce's own headings, all quoted",
        (
            '"Budget Name","Budget: ID","Allocated Amount","Amount Available","End Date","Currency ISO Code"\n'
            '"FY27 MDF","a0B1","5000.0","2500.0","2026-12-31","USD"\n'
        ),
        [("FY27 MDF", "USD", 250000, "2026-12-31", None)],
    ),
    Shape(
        "a budget in thousands",
        ("Fund;Budget (kEUR);Rest (EUR);Ende\nA;5;1.234,50;31.12.2026\n"),
        [],
        {2: "“Budget (kEUR)” is not written out: upload amounts such as 1"},
    ),
    Shape(
        "a share beside the balance",
        ("Fund,Available,Used %,Expires,Currency\nA,100.00,50%,2026-12-31,USD\n"),
        [("A", "USD", 10000, "2026-12-31", None)],
    ),
    Shape(
        "a month without a day",
        ("Fund,Available,Currency,Expires\nA,100.00,USD,Dec 2026\n"),
        [],
        {2: "Expires: “Dec 2026” is no day"},
    ),
    Shape(
        "a sentence for a day",
        ("Fund,Available,Currency,Expires\nA,100.00,USD,End of month\nB,50.00,USD,2026-12-31\n"),
        [("B", "USD", 5000, "2026-12-31", None)],
        {2: "Expires: “End of month” is no day"},
    ),
    Shape(
        "Portuguese, reais",
        (
            "Fundo;Valor concedido;Utilizado;Saldo;Validade;Moeda\n"
            "MKT 1;R$ 10.000,00;R$ 2.000,00;R$ 8.000,00;31/12/2026;BRL\n"
        ),
        [("MKT 1", "BRL", 800000, "2026-12-31", None)],
    ),
    Shape(
        "Polish, złoty",
        ("Nazwa funduszu;Przyznano;Wykorzystano;Pozostało;Ważny do\nA;1 000,00 zł;200,00 zł;800,00 zł;31.12.2026\n"),
        [("A", "PLN", 80000, "2026-12-31", None)],
    ),
    Shape(
        "Japanese",
        ('ファンド名,残高,有効期限,通貨\nA,"1,500,000",2027/03/31,JPY\n'),
        [("A", "JPY", 1500000, "2027-03-31", None)],
    ),
    Shape(
        "Chinese",
        ("基金名称,可用余额,到期日,币种\nA,1000.00,2026-12-31,CNY\n"),
        [("A", "CNY", 100000, "2026-12-31", None)],
    ),
    Shape(
        "a sum for each currency",
        (
            "Fund,Available,Expires,Currency\n"
            "A,100.00,2026-12-31,USD\n"
            "Subtotal USD,100.00,,USD\n"
            "B,50.00,2026-12-31,EUR\n"
            "Subtotal EUR,50.00,,EUR\n"
        ),
        [("A", "USD", 10000, "2026-12-31", None), ("B", "EUR", 5000, "2026-12-31", None)],
        {3: "a sum, not a fund", 5: "a sum, not a fund"},
    ),
    Shape(
        "amounts cut short",
        ("Fund,Available,Expires,Currency\nA,1.5K,2026-12-31,USD\n"),
        [],
        {2: "Available: “1.5K” is no amount"},
    ),
    Shape(
        "a line of units below the headings",
        ("Fund,Available,Expires\n,USD,YYYY-MM-DD\nA,100.00,2026-12-31\n"),
        [],
        {2: "no currency is named: say which one it is", 3: "no currency is named: say which one it is"},
    ),
    Shape(
        "two columns of one name",
        ("Fund,Amount,Amount,Expires,Currency\nA,100.00,40.00,2026-12-31,USD\n"),
        [],
        {2: "no column says what was approved or is left"},
    ),
    Shape(
        "a comma that nobody quoted",
        ("Fund,Available,Expires,Currency\nA,1,200.00,2026-12-31,USD\nB,300.00,2026-12-31,USD\n"),
        [("B", "USD", 30000, "2026-12-31", None)],
        {2: "it has 5 cells, but there are 4 columns"},
    ),
    Shape(
        "French, the currency in the headings",
        ("Fonds;Montant accordé (€);Solde (€);Expire le\nA;1 200,50;200,50;31/12/2026\n"),
        [("A", "EUR", 20050, "2026-12-31", None)],
        encoding="cp1252",
    ),
    Shape(
        "deposits with both days",
        ("Deposit,Deposited on,Amount,Remaining,Expires on,Currency\nD1,2026-01-05,500.00,120.00,2027-01-05,USD\n"),
        [("D1", "USD", 12000, "2027-01-05", None)],
    ),
    Shape(
        "two currencies by their signs",
        ("Fund,Available,Expires\nA,£100.00,2026-12-31\nB,€50.00,2026-12-31\n"),
        [("A", "GBP", 10000, "2026-12-31", None), ("B", "EUR", 5000, "2026-12-31", None)],
    ),
    Shape(
        "a list of claims",
        (
            "Claim number,Claim date,Amount claimed,Amount paid,Status,Currency\n"
            "C1,2026-10-01,500.00,500.00,Paid,USD\n"
            "C2,2026-11-01,300.00,0.00,Pending,USD\n"
        ),
        [],
        {2: "no column says what was approved or is left", 3: "Pending: no money yet"},
    ),
    Shape(
        "Swedish",
        ("Fond;Beviljat;Använt;Kvar;Giltig till;Valuta\nA;1 000,00;200,00;800,00;2026-12-31;SEK\n"),
        [("A", "SEK", 80000, "2026-12-31", None)],
    ),
    Shape(
        "Italian",
        ("Fondo;Assegnato;Speso;Residuo;Scadenza\nA;€ 1.000,00;€ 200,00;€ 800,00;31/12/2026\n"),
        [("A", "EUR", 80000, "2026-12-31", None)],
    ),
    Shape(
        "short years, the month first",
        ("Fund,Available,Expires\nA,$100,3/4/27\nB,$200,12/31/26\n"),
        [("A", "USD", 10000, "2027-03-04", None), ("B", "USD", 20000, "2026-12-31", None)],
    ),
    Shape(
        "one that has expired",
        ("Fund,Available,Expires,Status,Currency\nA,100.00,2026-01-31,Expired,USD\nB,10.00,2027-01-31,Active,USD\n"),
        [("A", "USD", 0, "2026-01-31", None), ("B", "USD", 1000, "2027-01-31", None)],
    ),
    Shape(
        "a period and no day",
        ("Program,Period,Available,Currency\nMDF,Q4 FY26,100.00,USD\n"),
        [("MDF, Q4 FY26", "USD", 10000, None, None)],
    ),
    Shape(
        "columns for funds, lines for facts",
        ("Fund,A,B\nAvailable,100.00,200.00\nExpires,2026-12-31,2026-12-31\n"),
        refused="No line of this file names col",
    ),
    Shape(
        "JSON",
        ('[{"fund":"A","available":1}]'),
        refused="This is JSON, no table. Export",
    ),
    Shape(
        "headings alone",
        ("Fund,Available,Expires,Currency\n"),
        [],
    ),
    Shape(
        "the sum's name in the second column",
        ("ID,Fund,Available,Expires,Currency\n1,A,100.00,2026-12-31,USD\n,Total,100.00,,\n"),
        [("A", "USD", 10000, "2026-12-31", None)],
        {3: "a sum, not a fund"},
    ),
    Shape(
        "midnight beside each day",
        ("Fund,Available,Expires,Currency\nA,$1.00,12/31/2026 12:00:00 AM,USD\nB,$2.00,1/5/2027 12:00:00 AM,USD\n"),
        [("A", "USD", 100, "2026-12-31", None), ("B", "USD", 200, "2027-01-05", None)],
    ),
]
