"""What can go wrong between the platform and a department's system."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError, NotFound


class UnknownConnector(NotFound):
    code = "unknown-connector"
    message: Any = _("没有这个系统对接：{code}")
    hint: Any = _("请核对城市配置 connectors 文件夹中的代码。")


class NotConfigured(ChengxinError):
    """Variables of the environment that the connector names are not set."""

    code = "connector-not-configured"
    status = 409
    message: Any = _("还没有设置：{variables}")
    hint: Any = _("请运维人员在环境变量中设置后重启。")


class SourceUnreachable(ChengxinError):
    """The source does not answer, or not to us."""

    code = "source-unreachable"
    status = 502
    retryable = True
    message: Any = _("连接不上来源系统：{reason}")
    hint: Any = _("请核对网络、地址和账号；下一次会从上次成功的地方继续。")


class SourceDiffers(ChengxinError):
    """The source is not as the connector's file says."""

    code = "source-differs"
    status = 422
    message: Any = _("来源与对接配置不符：{reason}")
    hint: Any = _("请核对表名、列名、路径和对接配置。")


class AlreadyRunning(ChengxinError):
    code = "connector-running"
    status = 409
    retryable = True
    message: Any = _("这个系统对接正在拉取。")
    hint: Any = _("请等这一次结束。")


class ConnectorPaused(ChengxinError):
    code = "connector-paused"
    status = 409
    message: Any = _("这个系统对接已暂停。")
    hint: Any = _("恢复之后再拉取。")
