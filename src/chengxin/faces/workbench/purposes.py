"""For which purposes officers may read records that are shared with departments."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose that the reader states before seeing anything, and its legal basis."""

    code: str
    name: Any
    basis: str


# Laws are named in Chinese in every language of the page: their titles are citations.
PURPOSES = (
    Purpose("administrative-licence", _("行政许可审查"), "《中华人民共和国行政许可法》第三十四条"),
    Purpose("administrative-inspection", _("行政检查与分级监管"), "《优化营商环境条例》第五十三条"),
    Purpose("public-procurement", _("政府采购、招标投标资格审查"), "《中华人民共和国政府采购法》第二十二条"),
    Purpose("public-funds", _("财政资金与政策扶持审核"), "《广西壮族自治区社会信用条例》"),
    Purpose("data-quality", _("核对本单位提供的数据"), "《中华人民共和国数据安全法》第四十一条"),
)
BY_CODE = {purpose.code: purpose for purpose in PURPOSES}
