"""Why a file cannot be read as that item."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError, NotPermitted


class NotAProvider(NotPermitted):
    """The catalogue names who hands in this item, and it is not this organisation."""

    code = "not-a-provider"
    message = _("本单位不是“{item}”的报送单位。")
    hint = _("谁报送由归集目录写明。本单位作出的列入决定，请在“名单”里提出列入，由另一名工作人员决定。")


class Unreadable(ChengxinError):
    """The file as a whole cannot be read as that item; nothing of it was stored."""

    code = "unreadable"
    status = 422
    message = _("文件无法读取。")
    hint = _("请使用系统提供的模板。")


class EmptyFile(Unreadable):
    code = "empty-file"
    message = _("文件里没有数据行。")
    hint = _("请在表头下面填写数据后再交。")


class UnknownFormat(Unreadable):
    code = "unknown-format"
    message = _("不认识这种文件：{filename}")
    hint = _("请交 CSV（UTF-8 或 GB18030）、XLSX 或 JSON Lines 文件；旧的 .xls 文件请另存为 .xlsx。")


class WrongEncoding(Unreadable):
    code = "wrong-encoding"
    message = _("文件的编码既不是 UTF-8 也不是 GB18030，从第 {line} 行起无法读取。")
    hint = _("请在表格软件中另存为“CSV UTF-8”后再交。")


class NoHeader(Unreadable):
    code = "no-header"
    message = _("没有找到“{item}”的表头。看过的工作表或首行：{seen}")
    hint = _("表头应在前 15 行内，列名用模板中的中文名称或字段代码。可能选错了目录项或工作表。")


class MissingColumn(Unreadable):
    code = "missing-column"
    message = _("缺少必填列：{columns}")
    hint = _("请补上这些列；列名写法不同的，可在结果页上指定它对应的字段。")


class DoubledColumn(Unreadable):
    code = "doubled-column"
    message = _("有两列都对应“{field}”：{columns}")
    hint = _("请删去其中一列，或者改正列名。")


class RaggedRow(Unreadable):
    code = "ragged-row"
    message = _("第 {line} 行的列数（{found}）多于表头的列数（{expected}）。")
    hint = _("多半是内容里有未加引号的逗号。请给该单元格加上双引号，或者改交 XLSX。")


class BrokenQuotes(Unreadable):
    code = "broken-csv"
    message = _("CSV 的引号不成对，无法分清各列。")
    hint = _("请检查双引号，或者改交 XLSX。")


class MergedCells(Unreadable):
    code = "merged-cells"
    message = _("数据区有合并单元格：{cells}")
    hint = _("请取消合并，并在每一行填写各自的值。")


class TooLarge(Unreadable):
    code = "too-large"
    message = _("文件太大：{size} MB，上限 {limit} MB。")
    hint = _("请改用 CSV，或者分成几个文件报送。")


class ZipBomb(Unreadable):
    code = "unsafe-archive"
    message = _("XLSX 解压后过大（{size} MB），为安全起见没有打开。")
    hint = _("请删去多余的格式、图片和空白行后另存，或者改用 CSV。")


class BrokenWorkbook(Unreadable):
    code = "broken-workbook"
    message = _("XLSX 文件已损坏或受密码保护，无法打开。")
    hint = _("请去掉密码，用表格软件打开后另存一份再交。")


class BrokenLine(Unreadable):
    code = "broken-line"
    message = _("第 {line} 行不是一个 JSON 对象。")
    hint = _("JSON Lines 文件每行一个对象，键为字段代码或列名。")


class FormulasWithoutValues(Unreadable):
    code = "formulas"
    message = _("工作表里的公式没有保存计算结果。")
    hint = _("请用表格软件打开并保存一次，或者把公式“选择性粘贴”为数值。")


class TooManyColumns(Unreadable):
    code = "too-many-columns"
    message = _("文件的列太多，上限 {limit} 列。")
    hint = _("请只保留模板中的列后再交。")


class SheetTooWide(Unreadable):
    code = "sheet-too-wide"
    message = _("工作表的范围太大：{range}，里面大多是空白。")
    hint = _("远处多半有误填的单元格或空白格式。请把数据复制到模板中另存，或者改用 CSV。")
