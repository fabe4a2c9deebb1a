"""A form that moves money, sent: what the ledger answers, in words beside the field."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from funds.actions import FundsRefused
from funds.ledger import DuplicatePosting, InsufficientFunds, LedgerError
from programs.forms import OnceForm

AGAIN = "You sent this form twice. It was done once: nothing was moved a second time."
CHANGED = "You sent this form before with something else, and that stands. To do this as well, send it again."


def posted(
    request: HttpRequest, form: OnceForm, act: Callable[[], bool], *, left: Callable[[], str], done: str
) -> bool:
    """Run `act`; True if the money stands moved. Otherwise the form has the reason, and `left` says what there is."""
    try:
        made = act()
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
