"""What can go wrong, said to the person who can mend it."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class ChengxinError(Exception):
    """An error with a stable `code`, a sentence and a hint for the user, and whether trying again can help.

    `message` and `hint` are marked for translation where they are written and may hold `{name}` places
    that `details` fills; a list of names is set apart as the reader's language does it.
    """

    code = "error"
    message: Any = ""
    hint: Any = ""
    status = 400
    retryable = False

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The sentence for the user in the language that is active now."""
        return self._said(self.message)

    @property
    def advice(self) -> str:
        """What to do about it, in the language that is active now."""
        return self._said(self.hint)

    def _said(self, text: Any) -> str:
        told = {name: str(_("、")).join(v) if isinstance(v, list) else v for name, v in self.details.items()}
        return str(text).format(**told)


class NotPermitted(ChengxinError):
    code = "not-permitted"
    status = 403
    message: Any = _("您的角色或单位没有此项权限。")
    hint: Any = _("请联系本单位管理员或市信用办。")


class NotFound(ChengxinError):
    """Missing and hidden give the same answer, so that nothing can be learned from the difference."""

    code = "not-found"
    status = 404
    message: Any = _("没有找到您要的内容。")
    hint: Any = _("请核对名称、代码或编号后重试。")
