"""Messages that an action wants sent, written in its transaction, and the ways they leave by."""

from django.db import models
from django.db.models import Q

from .people import Person, Unit, User


class Message(models.Model):
    """One message to one person; `body` holds the values of the template named by `kind`.

    `sent_at` is when it was looked at for e-mail and robots; the inbox has it from the start.
    """

    kind = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    body = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-made_at"], name="message_inbox"),
            models.Index(fields=["id"], name="message_unsent", condition=Q(sent_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"


class MailChoice(models.Model):
    """What a person wants by e-mail: of a type at once, once a day, or nothing."""

    class Mail(models.TextChoices):
        NOW = "now"
        DIGEST = "digest"
        OFF = "off"

    person = models.ForeignKey(Person, models.PROTECT, related_name="mail_choices")
    type = models.CharField(max_length=20)
    mail = models.CharField(max_length=6, choices=Mail)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "type"], name="mail_choice_of_type")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.type} {self.mail}"


class Robot(models.Model):
    """A messenger's robot in a group, declared for a unit; its address is a secret as its key is.

    `key` is the random key that the ciphertexts are bound to, `free_at` the state of the bucket
    that keeps posts below the provider's limit.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    provider = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=32, unique=True)
    address_cipher = models.BinaryField()
    address_index = models.BinaryField(unique=True)
    secret_cipher = models.BinaryField(null=True)
    types = models.JSONField(default=list)
    private_allowed = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    free_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Sending(models.Model):
    """A message on its way out: to a robot, or without one by e-mail to its person.

    Without a message it is a robot's test. `due_at` is when it may be tried next.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="sendings")
    robot = models.ForeignKey(Robot, models.PROTECT, null=True, related_name="sendings")
    type = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False) | Q(robot__isnull=False), name="sending_is_to"
            ),
            models.UniqueConstraint(
                fields=["message", "robot"], nulls_distinct=False, name="sending_once",
                condition=Q(message__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["due_at"], name="sending_due", condition=Q(state="waiting")),
            models.Index(fields=["robot", "-id"], name="sending_of_robot"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.state}"
