"""A form that moves money, sent: what the ledger answers, in words beside the field."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from funds.actions import FundsRefused
from funds.ledger import DuplicatePosting, InsufficientFunds, LedgerError, YearFull
from funds.models import Budget, Year
from programs.forms import OnceForm
from programs.money import show

AGAIN = "You sent this form twice. It was done once: nothing was moved a second time."
CHANGED = "You sent this form before with something else, and that stands. To do this as well, send it again."


def room_in(year: Year | None) -> str:
    """What the year has free now, in words."""
    if year is None:
        return ""
    year.refresh_from_db(fields=["amount", "held"])
    return f"{show(year.amount - year.held, year.currency)} of {year.name} is free: top it up first, or choose less."


def posted(
    request: HttpRequest,
    form: OnceForm,
    act: Callable[[], bool],
    *,
    left: Callable[[], str],
    done: str,
    year_of: Budget | None = None,
) -> bool:
    """Run `act`; True if the money stands moved. Otherwise the form has the reason, and `left` says what there is.

    `year_of` is the budget that it goes into, whose year may be full.
    """
    try:
        made = act()
    except YearFull:
        form.add_error("amount", f"That is too much. {room_in(year_of.year) if year_of else left()}")
    except InsufficientFunds:
        form.add_error("amount", f"That is more than there is. {left()}")
    except DuplicatePosting:
        form.add_error(None, CHANGED)
        form.renew_key()
    except (LedgerError, FundsRefused) as refusal:
        form.add_error(None, str(refusal))
    else:
        if made:
            messages.success(request, done)
        else:
            messages.info(request, AGAIN)
        return True
    return False
