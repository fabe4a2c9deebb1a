"""What a vendor's portal exported, into a partner's own books: shown as JSON first, recorded with --commit."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from funds.actions import FundsRefused, importing, uploading
from funds.actions.showing import shapes_of
from funds.ledger import LedgerError
from funds.statement_files.identity import Skipped
from funds.statement_files.readers import Fund
from funds.statement_files.reading import read_alone
from funds.statement_files.said import Said
from funds.statement_files.understanding import Understood
from partners.models import Membership, Partner, User
from partners.states import Role
from partners.tables import FIRST_YEAR, LAST_YEAR, FileRefused
from programs.actions import ProgramRefused
from programs.models import KeptVendor
from programs.money import MoneyError, digits


class Command(BaseCommand):
    help = (
        "Read a statement that a vendor's portal exported (CSV, TSV, XLSX) and print what was understood as JSON. "
        "It is read as the vendor's last statement of its shape was. "
        "With --commit it is recorded in the partner's books as funds of that vendor; a later statement posts the differences. "
        "Exit status 1, with the reason, for a file that is no statement or cannot be recorded."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--partner", required=True, metavar="SLUG", help="Whose books they are.")
        parser.add_argument(
            "--vendor", required=True, metavar="NAME", help="The vendor; it is recorded if it is not yet."
        )
        parser.add_argument("--program", default="", metavar="NAME", help="Which of its programs the funds belong to.")
        parser.add_argument("--currency", default="", metavar="CODE", help="What is meant where the file names none.")
        parser.add_argument(
            "--on", type=day, default=None, metavar="DAY", help="The day of the statement, as in 2026-11-30."
        )
        parser.add_argument(
            "--use-by",
            type=day,
            default=None,
            metavar="DAY",
            help="The last day of funds for which the file names none.",
        )
        parser.add_argument("--commit", action="store_true", help="Record it. Without, nothing is changed.")

    def handle(self, *args: Any, **options: Any) -> None:
        partner = Partner.objects.filter(slug=options["partner"]).first()
        if partner is None:
            raise CommandError(f"There is no partner “{options['partner']}”.")
        vendor = vendor_of(partner, options["vendor"])
        currency = options["currency"].upper()
        try:
            data = options["file"].read_bytes()
            if currency:
                digits(currency)
            understood, said = read_alone(data, Said(currency=currency), shapes(vendor, currency))
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        except (FileRefused, MoneyError) as refusal:
            self.refuse(str(refusal))
        told = {
            "file": options["file"].name,
            "stated_on": understood.stated_on,
            "columns": {c.heading: c.meaning.value for c in understood.layout.columns if c.heading},
            "funds": [fund_told(fund) for fund in understood.funds],
            "skipped": [skipped_told(line) for line in understood.skipped],
            "notes": [*understood.notes, *needs(understood, options["use_by"])],
            "totals": understood.totals(),
        }
        try:
            said = replace(said, program=options["program"] or said.program)
            told["changes"] = self.record(partner, understood, said, options)
        except (FundsRefused, ProgramRefused, LedgerError) as refusal:
            if options["commit"]:
                self.refuse(str(refusal), told)
            told["changes"] = []
        told["committed"] = options["commit"]
        self.print(told)

    def record(
        self, partner: Partner, understood: Understood, said: Said, options: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """What it changes. Without --commit all of it is taken back: so what is shown is what would be done."""
        now = timezone.now()
        with transaction.atomic():
            vendor = vendor_of(partner, options["vendor"])
            changed = importing.import_statement(
                partner=partner,
                vendor_name=vendor.name if vendor else options["vendor"],
                understood=understood,
                by=owner_of(partner),
                now=now,
                on=options["on"],
                program_name=said.program,
                last_day=options["use_by"],
            )
            if recorded := vendor_of(partner, options["vendor"]):
                uploading.remember(understood, recorded, said, now)
            told = [importing.change_told(d) for d in changed if d.is_any]
            if not options["commit"]:
                transaction.set_rollback(True)
        return told

    def refuse(self, why: str, told: dict[str, Any] | None = None) -> None:
        self.print({"funds": [], "skipped": []} | (told or {}) | {"refused": why, "committed": False})
        raise SystemExit(1)

    def print(self, told: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False, default=str))


def day(text: str) -> date:
    found = date.fromisoformat(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError
    return found


def vendor_of(partner: Partner, name: str) -> KeptVendor | None:
    found: KeptVendor | None = KeptVendor.objects.of_partner(partner).filter(name__iexact=name).first()
    return found


def shapes(vendor: KeptVendor | None, currency: str) -> list[tuple[str, Said]]:
    """What is remembered of the vendor's statements; a currency that was said now goes before theirs."""
    return [(key, replace(said, currency=currency or said.currency)) for key, said in shapes_of(vendor)]


def owner_of(partner: Partner) -> User:
    """In whose name it is recorded: the owner who has been there longest."""
    owners = Membership.objects.active().filter(company=partner, role=Role.OWNER, user__is_active=True)
    first = owners.select_related("user").order_by("pk").first()
    if first is None:
        raise CommandError(f"{partner.name} has no owner in whose name it could be recorded.")
    return first.user


def needs(understood: Understood, last_day: date | None) -> list[str]:
    lines = [str(fund.line) for fund in importing.without_a_day(understood, last_day)]
    if not lines:
        return []
    return [f"Not recorded, since {importing.NO_DAY}: line {', '.join(lines)}. Say the day with --use-by."]


def fund_told(fund: Fund) -> dict[str, Any]:
    return {
        "line": fund.line,
        "reference": fund.reference,
        "name": fund.name,
        "currency": fund.currency,
        "available": fund.available,
        "expires_on": fund.expires_on,
        "claim_by": fund.claim_by,
        "balances": {bucket.value: amount for bucket, amount in fund.balances.items()},
        **({"note": fund.note} if fund.note else {}),
    }


def skipped_told(line: Skipped) -> dict[str, Any]:
    return {"line": line.line, "reason": line.reason, "cells": list(line.cells)}
