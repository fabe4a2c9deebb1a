"""The words by which invoices name what stands on them, in the languages of our partners' suppliers. Data; the best first."""

# What names the invoice's number: with a word for number first, then the plain word for invoice.
NUMBER = (
    r"(?:tax )?invoice (?:no\.?|number|num\.?|nr\.?|n°|#|id|ref(?:erence)?\.?)",
    r"invoice ?#",
    r"rechnungs?[- ]?(?:nummer|nr\.?|no\.?)",
    r"(?:beleg|faktura)[- ]?(?:nummer|nr\.?)",
    r"(?:facture|n° de facture|numéro de facture)(?: (?:n°|no\.?|numéro|nº))?",
    r"(?:n\.?º|nº|número|num\.?) (?:de )?(?:factura|fatura)",
    r"(?:factura|fatura)(?: (?:n\.?º|nº|núm\.?|número|no\.?))?",
    r"(?:numero|n\.) (?:documento|fattura)",
    r"fattura(?: (?:n\.?|nr\.?|numero|n°))?",
    r"factuur(?:nummer|nr\.?)?",
    r"faktura(?:nummer|nr\.?)",
    r"faktura(?: vat)?(?: (?:nr\.?|numer))?",
    r"(?:請求書?番号|請求書no\.?|発票号码|发票号码|发票号)",
    r"(?:tax )?invoice",
    r"rechnung",
)
DAY = (
    r"(?:invoice|issue|billing) date",
    r"date of (?:issue|invoice)",
    r"issued(?: on)?",
    r"(?:rechnungs|ausstellungs)datum",
    r"date (?:de (?:la )?facture|d['’]émission|de facturation)",
    r"fecha (?:de (?:la )?)?(?:factura|emisión|expedición)",
    r"data (?:della )?(?:fattura|di emissione|documento)",
    r"data (?:de emissão|da fatura)",
    r"faktu(?:ur|ra)?datum|factuurdatum|fakturadato",
    r"data wystawienia",
    r"(?:発行日|請求日|开票日期)",
    r"(?:date|datum|fecha|data|dato)",
)
# A day that is none of the invoice's own.
OTHER_DAY = (
    r"due|payable|pay by|fällig|zahlbar|échéance|vencimiento|scadenza|verval|förfallo|forfald|termin płatności|支払期限|delivery"
    r"|service|liefer|leistung|prestation|livraison|period|order"
)
TOTAL = (
    r"(?:total )?amount (?:due|payable)",
    r"(?:balance|total) (?:due|payable)",
    r"(?:grand|invoice) total",
    r"total to pay",
    r"total \(?(?:incl|inc|with|including)\.?[^\d]*",
    r"(?:rechnungs|gesamt|brutto|end|zahl)betrag",
    r"zu zahlen(?:der betrag)?",
    r"gesamtsumme|summe brutto|gesamt brutto",
    r"(?:total|montant) ttc",
    r"(?:net|total|montant) à payer",
    r"montant total",
    r"total a pagar|importe total|total factura|valor total",
    r"totale (?:da pagare|fattura|documento)",
    r"totaal (?:te betalen|incl\.?)[^\d]*|te betalen",
    r"(?:summa )?att betala|at betale|å betale",
    r"(?:razem )?do zapłaty",
    r"(?:ご?請求金額|お支払金額|合計金額|税込合計|价税合计)",
    r"total[ei]?|totaal|totalt|gesamt|summe|razem|合計|合计",
)
# A sum that is not the whole.
OTHER_TOTAL = (
    r"sub-?total|sous-total|zwischensumme|subtotale|subtotaal|delsumma|小計|net total|total ht|total net|excl|hors taxe|netto"
    r"|before tax|imponibile|base imponible|total (?:tax|vat|hours|discount|quantity)|税抜"
)
TAX = (
    r"(?:sales tax|vat|gst|hst|tax)\b",
    r"mwst|ust\b|umsatzsteuer|mehrwertsteuer",
    r"\btva\b",
    r"\biva\b",
    r"\bbtw\b",
    r"\bmoms\b|\bmva\b",
    r"podatek|kwota vat",
    r"消費税|税额|税額",
)
# Lines that name a tax but are about its number or what it is taken of.
OTHER_TAX = (
    r"(?:vat|tax|ust|mwst|tva|iva|btw)[- .]*(?:id|no|number|reg|nr|nummer|intracom)|excl|before|invoice|registration"
)
SUPPLIER = (
    r"from|supplier|seller|vendor|issued by",
    r"lieferant|aussteller|von",
    r"fournisseur|émetteur",
    r"proveedor|emisor|fornitore",
)
ACCOUNT = r"\b(?:bank )?account(?: (?:no\.?|number|num\.?|nr\.?|#))?|\ba/c(?: no\.?)?"
# The longer words first: what they name stands behind them.
TAX_NUMBER = (
    r"\b(?:(?:federal )?tax(?:payer)? (?:id(?:entification)?|reg(?:istration)?|no|number)(?: (?:no|number))?"
    r"|(?:f?ein|tin|abn|gstin|gst|hst)(?: (?:no|number|reg(?:istration)?(?: no)?))?"
    r"|vat(?: (?:reg(?:istration)?|id|no|number))*"
    r"|ust[.-]? ?id(?:[.-]? ?nr)?|umsatzsteuer-?(?:id|identifikationsnummer)|steuer-?(?:nummer|nr)"
    r"|tva(?: intra(?:communautaire)?)?|n° (?:de )?tva|siren|siret"
    r"|nif|cif|nipc|partita iva|p\. ?iva|c\.?f|btw(?:-?(?:nummer|nr|id))?|nip|momsnr|cvr(?:-?nr)?|org\.? ?nr|mwst(?:-?nr)?|uid)\b"
)
CUSTOMER = (
    r"^(?:to|bill(?:ed)? to|sold to|ship to|customer|client|attn|an|kunde|rechnung an|à|destinataire|facturé à|cliente?|para"
    r"|spett|klant|nabywca|till|til|御中)\b"
)
COMPANY = (
    r"\b(?:gmbh|ag|kg|ug|ltd\.?|limited|llc|inc\.?|corp\.?|plc|llp|pty|s\.?a\.?r\.?l\.?|sas|s\.a\.s?\.?|s\.l\.u?\.?|s\.?p\.?a\.?"
    r"|s\.?r\.?l\.?|b\.?v\.?|n\.?v\.?|ab|oy|a/s|aps|as|sp\. z o\.o\.|w\.l\.l\.?|k\.k\.|lda)(?:\s|$|,)|株式会社|有限公司"
)
# A line that is no name.
NO_NAME = (
    r"^(?:tax )?(?:invoice|rechnung|facture|factura|fattura|factuur|faktura|fatura|請求書|发票)\b"
    r"|^(?:page|seite) |@|https?:|www\.|^\W*\d|^(?:phone|tel|fax|vat|iban|bic|date|datum)\b"
)

MONTHS = {
    1: "january jan januar janvier janv enero ene gennaio gen januari janeiro styczeń stycznia sty jänner",
    2: "february feb februar février févr fevrier febrero febbraio februari fevereiro luty lutego lut",
    3: "march mar märz mrz mars marzo maart mrt março marco marzec marca",
    4: "april apr avril avr abril abr aprile kwiecień kwietnia kwi",
    5: "may mai mayo maggio mag mei maio maj maja",
    6: "june jun juni juin junio giugno giu junho czerwiec czerwca cze",
    7: "july jul juli juillet juil julio luglio lug julho lipiec lipca lip",
    8: "august aug août aout agosto ago augustus augusti sierpień sierpnia sie",
    9: "september sep sept septembre septiembre settembre set setembro wrzesień września wrz",
    10: "october oct oktober okt octobre octubre ottobre ott outubro out październik października paź",
    11: "november nov novembre noviembre novembro listopad listopada lis",
    12: "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro grudzień grudnia gru",
}
MONTH_OF = {name: number for number, names in MONTHS.items() for name in names.split()}

# What stands for a currency beside an amount; longer ones first, for "US$" holds "$".
SIGNS = {
    "US$": "USD",
    "CA$": "CAD",
    "C$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
    "R$": "BRL",
    "MX$": "MXN",
    "NT$": "TWD",
    "€": "EUR",
    "£": "GBP",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "₺": "TRY",
    "₪": "ILS",
    "₹": "INR",
    "₩": "KRW",
    "฿": "THB",
    "₫": "VND",
    "₱": "PHP",
    "KD": "KWD",
    "円": "JPY",
    "元": "CNY",
    "RMB": "CNY",
    "Fr.": "CHF",
    "$": "USD",
    "¥": "JPY",
    "￥": "JPY",
}
