"""Folders in buckets that speak S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from django.conf import settings
from obstore.exceptions import BaseError
from obstore.store import S3Store

from chengxin.intake.connectors.errors import SourceDiffers, SourceUnreachable
from chengxin.intake.connectors.profile import secret
from chengxin.intake.connectors.rules import S3
from chengxin.intake.connectors.sources.folders import Listed

RETRIES: Any = {"max_retries": 2}


@dataclass(frozen=True, slots=True)
class S3Folder:
    """One prefix of one bucket."""

    source: S3

    @contextmanager
    def opened(self) -> Iterator["S3Bucket"]:
        """The bucket; a request is made only once something is asked. Raises `SourceDiffers`, `SourceUnreachable`."""
        parts = urlsplit(secret(self.source.address))
        bucket, _, prefix = parts.path.strip("/").partition("/")
        plain = parts.scheme == "http" and not settings.SECURE
        if not bucket or not (parts.scheme == "https" or plain):
            raise SourceDiffers(reason=self.source.address)
        store = S3Store(
            bucket,
            endpoint=f"{parts.scheme}://{parts.netloc}",
            region=self.source.region,
            access_key_id=secret(self.source.access_key),
            secret_access_key=secret(self.source.secret_key),
            virtual_hosted_style_request=False,
            client_options={"allow_http": plain, "timeout": "60s", "connect_timeout": "10s"},
            retry_config=RETRIES,
        )
        try:
            yield S3Bucket(store, f"{prefix}/" if prefix else "")
        except (BaseError, FileNotFoundError, PermissionError) as error:
            raise SourceUnreachable(reason=type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class S3Bucket:
    """What lies right under the prefix."""

    store: S3Store
    prefix: str

    def listing(self) -> list[Listed]:
        """Its objects; their mark is the store's own tag."""
        found = obstore.list_with_delimiter(self.store, self.prefix or None)["objects"]
        return [
            Listed(
                one["path"].removeprefix(self.prefix),
                one["e_tag"] or f"{one['size']}:{one['last_modified']:%Y%m%d%H%M%S%f}",
                one["last_modified"],
            )
            for one in found
        ]

    def fetch(self, name: str, path: Path) -> None:
        """Write an object's content to `path`."""
        with path.open("wb") as file:
            for chunk in obstore.get(self.store, self.prefix + name).stream():
                file.write(chunk)

    def put(self, name: str, content: bytes) -> None:
        """Write an object; a store shows it whole or not at all."""
        obstore.put(self.store, self.prefix + name, content)
