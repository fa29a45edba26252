"""What can go wrong with documents."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class FontsMissing(ChengxinError):
    code = "fonts-missing"
    status = 503
    message = _("服务器上没有中文字体，暂时不能生成文件。")
    hint = _(
        "管理员：请安装系统软件包 fonts-noto-cjk，或者运行 bin/manage fonts install，"
        "或者用 CHENGXIN_FONTS 指明字体目录。"
    )


class SigningKeyUnusable(ChengxinError):
    code = "signing-key-unusable"
    status = 503
    message = _("签名密钥不可用，暂时不能签发文件。")
    hint = _("管理员：请检查 CHENGXIN_SIGNING_FOLDER 中的 key.pem、certificate.pem 和 roots.pem。")


class TimestampUnavailable(ChengxinError):
    """The time-stamping authority gave no timestamp; nothing was signed."""

    code = "timestamp-unavailable"
    status = 503
    message = _("暂时取不到时间戳，文件没有签署。")
    hint = _("请稍后再试。管理员：请检查 CHENGXIN_TSA_ADDRESS 所指的时间戳服务。")
    retryable = True
