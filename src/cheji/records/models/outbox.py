"""Messages that an action wants sent, written in its transaction."""

from django.db import models

from .people import Person


class Message(models.Model):
    """One message to one person; `body` holds the values of the template named by `kind`."""

    kind = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    body = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-made_at"], name="message_inbox")]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"
