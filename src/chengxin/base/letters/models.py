"""Letters, how they reached those concerned, and the addresses that people stated for it.

Notices, cases, organisations and people are named by their ids. The application's role adds rows; what was written,
made, sent and downloaded it cannot change or remove.
"""

from django.db import models
from django.db.models import Q

from chengxin.base.letters.rules import WAITING
from chengxin.base.sealing.fields import SealedTextField


class Counter(models.Model):
    """The last number of a series of letters in a year (文号)."""

    word = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "year"], name="letter_series")]

    def __str__(self) -> str:
        return f"{self.word} {self.year}"


class Letter(models.Model):
    """A letter as it was written (文书): its words are fixed. Append-only.

    `notice_id` names the notice that tells of it; `addressee` is the sealed name, Chinese and English as JSON;
    `policy` is the entry that the words came from.
    """

    notice_id = models.BigIntegerField(unique=True)
    case_id = models.BigIntegerField(null=True)
    number = models.CharField(max_length=40, unique=True)
    template = models.CharField(max_length=80)
    policy = models.CharField(max_length=120)
    organisation_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    represented = models.CharField(max_length=60, default="")
    addressee = models.TextField()
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    body_zh = SealedTextField()
    body_en = SealedTextField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=150)

    class Meta:
        indexes = [
            models.Index(fields=["case_id"], name="letter_case", condition=Q(case_id__isnull=False)),
            models.Index(fields=["represented", "-written_at"], name="letter_represented"),
        ]

    def __str__(self) -> str:
        return self.number


class LetterDocument(models.Model):
    """The signed PDF of a letter: where the sealed file lies, and the SHA-256 of the PDF. Append-only."""

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="document")
    file = models.CharField(max_length=200)
    sha256 = models.BinaryField(max_length=32)
    size = models.PositiveIntegerField()
    has_english = models.BooleanField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.letter_id}"


class LetterDownload(models.Model):
    """Someone fetched the PDF (下载). `for_addressee`: on the addressee's side. Append-only."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="downloads")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=150)
    by_user_id = models.BigIntegerField(null=True)
    by_organisation_code = models.CharField(max_length=18, blank=True)
    for_addressee = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.letter_id} {self.at}"


class Delivery(models.Model):
    """A letter on one channel to one person, or to the inbox (送达). Its events say how it came to stand so."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10)
    user_id = models.BigIntegerField(null=True)
    queued_at = models.DateTimeField()
    state = models.CharField(max_length=10)
    state_since = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    asked = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True)
    sent_to = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "channel", "user_id"], name="delivery_once", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-queued_at"], name="delivery_state"),
            models.Index(fields=["-queued_at"], name="delivery_latest"),
            models.Index(fields=["next_at"], name="delivery_waiting", condition=Q(state__in=sorted(WAITING))),
            models.Index(fields=["message_id"], name="delivery_message", condition=~Q(message_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.channel}"


class DeliveryEvent(models.Model):
    """What happened to a delivery, with the server's own answer. Append-only."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=10)
    at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    by_name = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.state}"


class Contact(models.Model):
    """An address at which a person wants to be told (联系方式), sealed; erased when it is taken back.

    Counts from `confirmed_at` on; `is_on`: the person wants letters there. Row-level security shows it to its owner
    and to who delivers.
    """

    user_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    address = models.TextField()
    is_on = models.BooleanField(default=True)
    stated_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "channel"],
                name="contact_in_use",
                condition=Q(ended_at__isnull=True, confirmed_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["user_id", "channel"],
                name="contact_stated",
                condition=Q(ended_at__isnull=True, confirmed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.channel}"


class ContactCode(models.Model):
    """A one-time code that was asked for, to prove an address (验证码); only its keyed hash is kept."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="codes")
    user_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    code_hash = models.BinaryField(null=True)
    expires_at = models.DateTimeField(null=True)
    wrong = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user_id", "asked_at"], name="contactcode_user")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.asked_at}"


class Preference(models.Model):
    """The language in which a person wants messages and letters."""

    user_id = models.BigIntegerField(unique=True)
    language = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"{self.user_id} {self.language}"
