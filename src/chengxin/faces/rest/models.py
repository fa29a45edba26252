from django.contrib.postgres.fields import ArrayField
from django.db import models
from oauth2_provider.models import Application

from chengxin.registry.accounts.models import Organisation


class ApiClient(models.Model):
    """A system of an organisation that calls the API (接口客户端): OAuth 2 client credentials and allowed scopes."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="api_client")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="api_clients")
    name = models.CharField(max_length=100)
    scopes = ArrayField(models.CharField(max_length=20))
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
