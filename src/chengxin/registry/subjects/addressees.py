"""Who an addressee of a letter is, and who reads for them: the directory that letters ask (`LETTERS_DIRECTORY`)."""

from datetime import datetime

from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.letters.directory import Addressee
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.subjects import queries
from chengxin.registry.subjects.rules import code_of


class RegistryDirectory:
    """Addressees as the registry knows them."""

    def addressee(self, to: Party, *, at: datetime) -> Addressee:
        """An organisation or company by its name, a person by the one that their identity provider stated."""
        if to.organisation_id is not None:
            found = accounts.organisation_by_id(to.organisation_id)
            return Addressee(found.name_zh, found.name_en, found.code) if found else Addressee("", "")
        if to.user_id is not None:
            return Addressee(*(accounts.name_of_user(to.user_id) or ("", "")))
        if (code := code_of(to.represented)) is None:
            return Addressee(*(accounts.own_name(to.represented) or ("当事人", "To the person concerned")))
        subject = queries.by_code(code, on=local_date(at))
        name = subject.name if subject else code
        return Addressee(name, name, code)

    def readers(self, to: Party, *, at: datetime) -> tuple[int, ...]:
        """The person, or all whose mandate in force lets them open the subject's notices and act on them.

        An organisation's people have its inbox on the workbench; no message goes to any of them alone.
        """
        if to.user_id is not None:
            return (to.user_id,)
        if not to.represented:
            return ()
        held = accounts.mandates_about(to.represented, at=at)
        return tuple(sorted({row.user_id for row in held if row.in_force and Scope.APPLY in row.held.scopes}))


DIRECTORY = RegistryDirectory()
