from django.db import models


class IssuedDocument(models.Model):
    """A document that left the house under a number (签发文件). The application may insert and read, nothing else.

    `snapshot` holds what is needed to say later what has changed: digests, never the content itself. `as_of` is the day
    whose state the document shows; `check_code` stands on the document, and proves that whoever asks holds it.
    """

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40)
    subject_code = models.CharField(max_length=50)
    subject_name = models.CharField(max_length=200)
    content_sha256 = models.BinaryField(max_length=32)
    pdf_sha256 = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField()
    as_of = models.DateField()
    language = models.CharField(max_length=10)
    check_code = models.CharField(max_length=20)
    snapshot = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["pdf_sha256"], name="document_pdf"),
            models.Index(fields=["subject_code", "-issued_at"], name="document_subject"),
        ]

    def __str__(self) -> str:
        return self.number
