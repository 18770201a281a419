"""Keys with which programs ask the API as a person, and the answers that they may ask for again."""

from django.db import models
from django.db.models import Q

from .people import User


class ApiToken(models.Model):
    """A token of an account: of the secret only its digest; `prefix` is how a person knows it.

    `scopes` narrow what the account may do. `minute` and `asked` count the requests of the last
    minute in which there were any, `taken` the records given on the day `taken_on`.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    minute = models.BigIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    taken_on = models.DateField(null=True)
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")), name="api_token_ends"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class ApiAnswer(models.Model):
    """What a write under an idempotency key answered; `digest` is of the request."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    body = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="api_answer_of_key"),
        ]

    def __str__(self) -> str:
        return self.key
