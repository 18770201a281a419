"""The organisation tree, the people in it with dated posts, and their sign-in accounts."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q


class Unit(models.Model):
    """One node of the tree: group, region, outlet or team; `path` is the ids from the root."""

    class Kind(models.TextChoices):
        GROUP = "group"
        REGION = "region"
        OUTLET = "outlet"
        TEAM = "team"

    kind = models.CharField(max_length=8, choices=Kind)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=200, unique=True)
    city = models.CharField(max_length=60, blank=True)
    brand = models.CharField(max_length=60, blank=True)
    closing_day = models.PositiveSmallIntegerField(default=0)
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(kind="team"), name="unit_code_once"
            ),
            models.UniqueConstraint(
                fields=["parent", "code"], condition=Q(kind="team"), name="team_code_once"
            ),
            models.CheckConstraint(
                condition=Q(closing_day__lte=28), name="unit_closing_day_up_to_28"
            ),
        ]
        indexes = [
            models.Index(
                fields=["path"], name="unit_path_prefix", opclasses=["varchar_pattern_ops"]
            )
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody who works or worked here; `number` is the staff number, unique in the group.

    `left_on` is the first day away; `left_before` are those (ISO) after which he was hired again.
    """

    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    initials = models.CharField(max_length=40, blank=True)
    phone_cipher = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    hired_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    left_before = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """What a person is, where, and from when until when (half-open; no end means still).

    `level` is the rank within the role in the house's own words, such as 高级; empty is none.
    """

    class Role(models.TextChoices):
        CONSULTANT = "consultant"
        INTERNET_SALES = "internet_sales"
        SECOND_TIER = "second_tier"
        AFTERSALES = "aftersales"
        TEAM_LEAD = "team_lead"
        OUTLET_MANAGER = "outlet_manager"
        REGION_HEAD = "region_head"
        GROUP_MANAGER = "group_manager"
        FINANCE = "finance"
        HR = "hr"
        MARKETING = "marketing"
        CARE = "care"
        STOCK = "stock"
        AUDITOR = "auditor"
        ADMINISTRATOR = "administrator"

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=Role)
    level = models.CharField(max_length=20, default="", db_default="", blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["since", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="post_ends_after_start",
            ),
            models.UniqueConstraint(fields=["person", "unit", "role", "since"], name="post_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.unit_id}"


class UserManager(BaseUserManager["User"]):
    """Finds accounts by user name, as Django's sign-in asks."""


class User(AbstractBaseUser):
    """A sign-in account; rights come from the person's posts, never from the account.

    `closed_by_leaving`: nobody closed it by hand, so that it opens again when its person is back.
    """

    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(blank=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="user")
    is_active = models.BooleanField(default=True)
    closed_by_leaving = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="zh-hans")
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []

    # Django's own admin and permission tables are not used; these keep third-party code content.
    is_staff = False
    is_superuser = False

    def get_full_name(self) -> str:
        return self.person.name if self.person else self.username

    def get_short_name(self) -> str:
        return self.get_full_name()
