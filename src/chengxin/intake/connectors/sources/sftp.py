"""Folders on SFTP servers. Only a server that proves the configured host key is spoken to."""

import asyncio
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncssh

from chengxin.intake.connectors.errors import SourceDiffers, SourceUnreachable
from chengxin.intake.connectors.profile import secret
from chengxin.intake.connectors.rules import Sftp
from chengxin.intake.connectors.sources.folders import Listed

SECONDS = 60.0
PORT = 22


@dataclass(frozen=True, slots=True)
class SftpFolder:
    """One folder of one server."""

    source: Sftp

    @contextmanager
    def opened(self) -> Iterator["SftpStore"]:
        """Connect, and hang up afterwards. Raises `SourceUnreachable`, `SourceDiffers`."""
        parts = urlsplit(secret(self.source.address))
        if parts.scheme != "sftp" or not parts.hostname or not parts.username:
            raise SourceDiffers(reason=self.source.address)
        try:
            host_key = asyncssh.import_public_key(secret(self.source.host_key))
            keys = [asyncssh.import_private_key(secret(self.source.private_key))] if self.source.private_key else None
        except asyncssh.KeyImportError as error:
            raise SourceDiffers(reason=self.source.host_key) from error
        loop = asyncio.new_event_loop()
        try:
            connecting = asyncssh.connect(
                parts.hostname,
                parts.port or PORT,
                username=unquote(parts.username),
                password=secret(self.source.password) if self.source.password else None,
                client_keys=keys,
                known_hosts=([host_key], [], []),
                config=None,
                agent_path=None,
                connect_timeout=SECONDS,
            )
            connection = _awaited(loop, connecting)
            try:
                client = _awaited(loop, connection.start_sftp_client())
                yield SftpStore(client, unquote(parts.path).strip("/") or ".", loop)
            finally:
                connection.close()
                loop.run_until_complete(connection.wait_closed())
        finally:
            loop.close()


@dataclass(frozen=True, slots=True)
class SftpStore:
    """The folder while it is open; `folder` is below the account's own root."""

    client: asyncssh.SFTPClient
    folder: str
    loop: asyncio.AbstractEventLoop

    def listing(self) -> list[Listed]:
        """Regular files; their mark is size and time."""
        found = _awaited(self.loop, self.client.readdir(self.folder))
        return [
            Listed(
                str(one.filename),
                f"{one.attrs.size}:{one.attrs.mtime}",
                datetime.fromtimestamp(one.attrs.mtime or 0, UTC),
            )
            for one in found
            if one.attrs.permissions is not None and stat.S_ISREG(one.attrs.permissions)
        ]

    def fetch(self, name: str, path: Path) -> None:
        """Write a file's content to `path`."""
        _awaited(self.loop, self.client.get(f"{self.folder}/{name}", str(path)))

    def put(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all: under another name first."""
        _awaited(self.loop, self._put(f"{self.folder}/{name}", content))

    async def _put(self, target: str, content: bytes) -> None:
        async with self.client.open(f"{target}.part", "wb") as file:
            await file.write(content)
        if await self.client.exists(target):
            await self.client.remove(target)
        await self.client.rename(f"{target}.part", target)


def _awaited(loop: asyncio.AbstractEventLoop, doing: Any) -> Any:
    try:
        return loop.run_until_complete(asyncio.wait_for(_run(doing), SECONDS))
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise SourceUnreachable(reason=f"{type(error).__name__}: {error}"[:200]) from error


async def _run(doing: Any) -> Any:
    return await doing
