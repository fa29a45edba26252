"""Which peer a connector's source is."""

from chengxin.intake.connectors.rules import S3, Connector, Database, Rest, Sftp
from chengxin.intake.connectors.sources.databases import DatabasePeer
from chengxin.intake.connectors.sources.folders import FolderPeer
from chengxin.intake.connectors.sources.parts import Peer
from chengxin.intake.connectors.sources.rest import RestPeer
from chengxin.intake.connectors.sources.s3 import S3Folder
from chengxin.intake.connectors.sources.sftp import SftpFolder


def peer_of(connector: Connector) -> Peer:
    """The system that a connector speaks to; nothing is asked of it yet."""
    match connector.source:
        case Database() as source:
            return DatabasePeer(connector, source)
        case Rest() as source:
            return RestPeer(connector, source)
        case Sftp() as source:
            return FolderPeer(connector, source.pattern, SftpFolder(source))
        case S3() as source:
            return FolderPeer(connector, source.pattern, S3Folder(source))
