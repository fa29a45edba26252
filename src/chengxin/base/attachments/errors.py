"""Why a file cannot be attached or opened."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong with one of the files that were handed in together."""

    name: str
    code: str
    sentence: str
    advice: str


class UploadsRefused(ChengxinError):
    """At least one of several files was refused, so none was kept; `faults` says which and why."""

    code = "uploads-refused"
    status = 422
    message: Any = _("有 {count} 个文件没有通过检查，所有文件都没有提交。")
    hint: Any = _("请按各文件的说明处理后，重新选择全部文件。")

    def __init__(self, faults: tuple[FileFault, ...]) -> None:
        self.faults = faults
        super().__init__(count=len(faults))


class FileEmpty(ChengxinError):
    code = "file-empty"
    status = 422
    message: Any = _("文件是空的。")
    hint: Any = _("请重新选择文件。")


class FileTooLarge(ChengxinError):
    code = "file-too-large"
    status = 413
    message: Any = _("文件超过 {limit} MB。")
    hint: Any = _("请缩小图片，或者把文件分成几份。")


class KindNotAllowed(ChengxinError):
    """The content is none of the kinds that can be checked; its name does not count."""

    code = "kind-not-allowed"
    status = 415
    message: Any = _("文件内容不是这里接收的格式。")
    hint: Any = _("请把文档另存为 PDF，或者拍照、截图后上传；只改文件名不起作用。")


class ArchiveRefused(ChengxinError):
    """Archives can hide anything; a document is none, where its parts say what it is."""

    code = "archive-refused"
    status = 415
    message: Any = _("不接收压缩包，也不接收格式不明的文档。")
    hint: Any = _("请解压后逐个上传；文档请另存为 PDF。")


class ActiveContent(ChengxinError):
    """A PDF that does something: scripts, launches, attached files, forms of its own."""

    code = "active-content"
    status = 422
    message: Any = _("PDF 含有脚本、自动动作、嵌入文件或者动态表单（{found}）。")
    hint: Any = _("请用“打印为 PDF”重新生成后上传。")


class MacroFound(ChengxinError):
    """A document that does something, or brings along or fetches something: macros, objects, outer parts, DDE."""

    code = "macro-found"
    status = 422
    message: Any = _("文档含有宏、嵌入对象、附件或者外部引用（{found}）。")
    hint: Any = _("请另存为不含宏的 .docx、.xlsx，或者另存为 PDF 后上传；附件请单独上传。")


class ExpandsTooFar(ChengxinError):
    """A small file that unpacks into a huge one."""

    code = "expands-too-far"
    status = 422
    message: Any = _("文档解开后超过 {limit} MB，或者部件过多，无法检查。")
    hint: Any = _("请压缩文档中的图片，或者另存为 PDF 后上传。")


class FileLocked(ChengxinError):
    code = "file-locked"
    status = 422
    message: Any = _("文件设有密码或者使用限制，无法检查。")
    hint: Any = _("请取消密码保护后上传。")


class FileUnreadable(ChengxinError):
    code = "file-unreadable"
    status = 422
    message: Any = _("文件已损坏，或者结构过于复杂，无法检查。")
    hint: Any = _("请重新导出为 PDF，或者重新拍照后上传。")


class TooManyPixels(ChengxinError):
    code = "too-many-pixels"
    status = 422
    message: Any = _("图片超过 {limit} 百万像素。")
    hint: Any = _("请缩小图片后上传。")


class TooManyFiles(ChengxinError):
    code = "too-many-files"
    status = 422
    message: Any = _("最多可以提交 {limit} 个文件，已达到上限。")
    hint: Any = _("请把多页材料合成一个 PDF。")


class TooMuchTogether(ChengxinError):
    code = "too-much-together"
    status = 413
    message: Any = _("所有文件合计不能超过 {limit} MB。")
    hint: Any = _("请只提交与事项有关的材料，或者缩小图片。")


class MalwareFound(ChengxinError):
    code = "malware-found"
    status = 422
    message: Any = _("文件没有通过病毒检查。")
    hint: Any = _("请检查您的电脑，从原件重新制作文件后上传。")


class HeldBack(ChengxinError):
    """The scanner could not be reached yet; the file is kept, and nobody can open it."""

    code = "held-back"
    status = 409
    message: Any = _("文件正在等待病毒检查，暂时不能打开。")
    hint: Any = _("请过几分钟再试。")
    retryable = True


class Blocked(ChengxinError):
    code = "blocked"
    status = 410
    message: Any = _("文件没有通过病毒检查，已经停止使用。")
    hint: Any = _("请联系提交人重新提交。")
