"""E-mail by Django's backend: how many messages of which type, and where to read them."""

import smtplib

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from cheji.actions.sending import Outcome, ToPerson

from .wording import NAME, foot, lines

REFUSED = 500


def send(letter: ToPerson) -> Outcome:
    """One e-mail; a refusal for good (SMTP 5xx) is not tried again."""
    subject = _("{name}: new messages").format(name=NAME)
    text = "\n".join([*lines(letter.counts, letter.language), "", *foot()])
    try:
        EmailMessage(subject, text, to=[letter.address]).send()
    except smtplib.SMTPRecipientsRefused as fault:
        return _refused(max(code for code, _words in fault.recipients.values()))
    except smtplib.SMTPResponseException as fault:
        return _refused(fault.smtp_code)
    except OSError as fault:
        return Outcome("again", type(fault).__name__)
    return Outcome("sent")


def _refused(code: int) -> Outcome:
    return Outcome("failed" if code >= REFUSED else "again", f"SMTP {code}")
