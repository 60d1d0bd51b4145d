"""Mails of the served product, handed to a real server as its worker does."""

import subprocess
import sys

from tests import smtp
from tests.browser.served import ROOT, Served, environment_of

DELIVER = "import django; django.setup(); from tenure.base import mail; mail.send()"


def deliver(served: Served, box: smtp.Mailbox, about: str) -> None:
    """Send what waits, once; the box keeps mails whose subject says `about`: other journeys may have left theirs."""
    settings = {**environment_of(served.home), "TENURE_EMAIL_URL": box.url}
    subprocess.run([sys.executable, "-c", DELIVER], env=settings, cwd=ROOT, check=True)
    box.mails = [mail for mail in box.mails if about in str(mail["Subject"])]
