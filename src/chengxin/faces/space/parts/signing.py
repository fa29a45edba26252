"""What someone hands in with an application that rests on a signed commitment."""

from collections.abc import Sequence
from typing import TypedDict

from chengxin.base.attachments.services import Upload
from chengxin.faces.space.access import SpaceRequest
from chengxin.faces.workbench.files import uploads_of


class SignedApplication(TypedDict):
    """`commitment_version` names the wording that was agreed to; empty where it was not."""

    statement: str
    commitment_version: str
    signed_by: str
    evidence: Sequence[Upload]


def signed_application(request: SpaceRequest) -> SignedApplication:
    """The statement, the commitment with its signature, and the evidence of a form."""
    given = request.POST
    return {
        "statement": given.get("statement", ""),
        "commitment_version": given.get("commitment", "") if given.get("agrees") else "",
        "signed_by": given.get("signed_by", ""),
        "evidence": uploads_of(request),
    }
