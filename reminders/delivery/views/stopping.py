"""The link "stop these mails": RFC 8058. Looking changes nothing, a POST does, from a mail program or from the page alike."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from reminders import actions
from reminders.delivery import links


# The signed link is what proves where it comes from: a mail program has no cookie and no form's token.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token: str):
    """Answers itself, for whoever posts from a mail program follows no redirect. A second click says the same."""
    stop = links.opened(token)
    stopped = None
    if request.method == "POST":
        stopped = actions.stop(user=stop.user, rules=stop.rules, now=timezone.now())
    return render(request, "reminders/stop.html", {"stop": stop, "stopped": stopped})
