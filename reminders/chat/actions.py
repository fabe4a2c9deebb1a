"""A company's keeper says where Windfall may write, tries it, and ends it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.events import event, record
from partners.models import Company, User
from programs.days import Clock
from reminders.chat import outbox, vault
from reminders.chat.addresses import Refused, checked
from reminders.chat.states import (
    LEASE,
    MOST_ATTEMPTS,
    MOST_HOOKS,
    MOST_TESTS,
    TEST_REST,
    HookStatus,
    PostKind,
    PostStatus,
    Shape,
)
from reminders.models import ChatHook, ChatPost


class HookRefused(Exception):
    """It can't be done as things stand. Its words are for the user."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a place is told."""

    daily: bool
    nudges: bool


def make(
    *, company: Company, name: str, shape: Shape, address: str, wanted: Wanted, key: UUID, by: User, now: datetime
) -> tuple[ChatHook, str]:
    """A new place to write to, and what its messages are signed with: shown once, empty where nothing is signed.

    HookRefused for an address that nothing is sent to, where the company has its few already, and for a page (`key`) sent twice.
    """
    try:
        host = checked(address).hostname or ""
    except Refused as refusal:
        raise HookRefused(str(refusal)) from None
    with transaction.atomic():
        company = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        check_keeper(company, by)
        if ChatHook.objects.filter(key=key).exists():
            raise HookRefused("It is made already: you find it in the list.")
        taken = set(ChatHook.objects.filter(company=company).not_ended().values_list("slot", flat=True))
        slot = next((slot for slot in range(1, MOST_HOOKS + 1) if slot not in taken), None)
        if slot is None:
            raise HookRefused(f"{company} has {MOST_HOOKS} already. End one of them first.")
        signing = vault.new_signing() if shape == Shape.JSON else ""
        hook = ChatHook.objects.create(
            company=company,
            slot=slot,
            name=name,
            shape=shape,
            host=host,
            secret=vault.sealed(vault.Secret(address, signing), company_id=company.pk),
            daily=wanted.daily,
            nudges=wanted.nudges,
            made_by=by,
            made_at=now,
            key=key,
        )
        data = {"name": name, "shape": shape, "host": host, "daily": wanted.daily, "nudges": wanted.nudges}
        record([event(verb="made", about=hook, by=by, company_id=company.pk, data=data, at=now)])
    return hook, signing


def change(*, hook: ChatHook, name: str, wanted: Wanted, by: User, now: datetime) -> None:
    """What it is called, and what it is told. The address stays: another one is another hook."""
    with transaction.atomic():
        hook = locked(hook, by)
        before = {"name": hook.name, "daily": hook.daily, "nudges": hook.nudges}
        after = {"name": name, "daily": wanted.daily, "nudges": wanted.nudges}
        if before == after:
            return
        ChatHook.objects.filter(pk=hook.pk).update(**after)
        data = {"from": before, "to": after}
        record([event(verb="changed", about=hook, by=by, company_id=hook.company_id, data=data, at=now)])


def end(*, hook: ChatHook, by: User, now: datetime) -> None:
    """Nothing more is sent there, and its address is forgotten. HookRefused if it ended before."""
    with transaction.atomic():
        hook = locked(hook, by)
        empty = vault.sealed(vault.Secret(""), company_id=hook.company_id)
        move(hook, HookStatus.ENDED, by, now, verb="revoked", secret=empty)


def start_again(*, hook: ChatHook, by: User, now: datetime) -> None:
    """Messages go there again, after Windfall had stopped them."""
    with transaction.atomic():
        hook = locked(hook, by)
        if hook.status != HookStatus.STOPPED:
            raise HookRefused("It works already.")
        move(hook, HookStatus.LIVE, by, now, verb="started", missed=0)


def try_out(*, hook: ChatHook, by: User, now: datetime) -> str:
    """Send a test at once. Returns why it did not arrive; empty if it did. HookRefused if that was done too often."""
    with transaction.atomic():
        hook = locked(hook, by)
        tests = hook.posts.filter(kind=PostKind.TEST)
        if tests.filter(created_at__gt=now - timedelta(hours=1)).count() >= MOST_TESTS:
            raise HookRefused(f"{MOST_TESTS} tests within an hour are enough: try again later.")
        if tests.filter(created_at__gt=now - TEST_REST).exists():
            raise HookRefused("A test was sent just now: you find it in the list.")
        if tests.filter(status=PostStatus.PENDING).exists():
            raise HookRefused("A test is on its way. Look again in a minute.")
        made = ChatPost.objects.create(
            hook=hook,
            kind=PostKind.TEST,
            day=Clock(now).day_in(hook.company.time_zone),
            attempts=MOST_ATTEMPTS,  # once is all: nobody wants a test that comes tomorrow
            leased_until=now + LEASE,
            created_at=now,
        )
        record([event(verb="tested", about=hook, by=by, company_id=hook.company_id, data={"post": made.pk}, at=now)])
    outbox.send_one(made, Clock(now))
    made.refresh_from_db()
    return "" if made.status == PostStatus.SENT else made.trouble


def move(hook: ChatHook, status: HookStatus, by: User, now: datetime, *, verb: str, **fields: object) -> None:
    """The one place where a person gives a hook another status."""
    ChatHook.objects.filter(pk=hook.pk).update(status=status, **fields)
    company = hook.company_id
    record([event(verb=verb, about=hook, by=by, company_id=company, from_state=hook.status, to_state=status, at=now)])


def locked(hook: ChatHook, by: User) -> ChatHook:
    hook = ChatHook.objects.select_for_update(of=("self",)).select_related("company").get(pk=hook.pk)
    check_keeper(hook.company, by)
    if hook.status == HookStatus.ENDED:
        raise HookRefused("It has ended already.")
    return hook


def check_keeper(company: Company, by: User) -> None:
    if not by.has_perm("reminders.manage_hooks", company):
        raise PermissionDenied
