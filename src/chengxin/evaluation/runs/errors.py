"""Why a run cannot be made or replayed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class ModelTooWide(ChengxinError):
    """The marks of evidence and the flags of one record have to fit into whole numbers of 64 bits."""

    code = "model-too-wide"
    status = 422
    message: Any = _("模型“{model}”的指标太多，一次算不完。")
    hint: Any = _("指标和一票否决加起来不超过 {most} 项；请减少指标，或者分成两个模型。")


class SnapshotOfAnotherDay(ChengxinError):
    """A snapshot leaves out what is no longer public on its day, so that no other day can be computed from it."""

    code = "snapshot-of-another-day"
    status = 409
    message: Any = _("快照是 {as_of} 的，不能用来计算别的日期。")
    hint: Any = _("请为那一天重新取快照。")


class SnapshotNotFitting(ChengxinError):
    code = "snapshot-not-fitting"
    status = 409
    message: Any = _("快照里没有模型“{model}”需要的数据。")
    hint: Any = _("请为这个模型重新取快照。")


class SnapshotGone(ChengxinError):
    """The files are not there any more, or not as they were written."""

    code = "snapshot-gone"
    status = 409
    message: Any = _("快照“{folder}”的文件不在了，或者内容已经改变。")
    hint: Any = _("请从备份恢复快照文件夹；不能恢复的，这一批次不能再重算。")


class ModelChanged(ChengxinError):
    """The model file of that version no longer has the content that the run was made with."""

    code = "model-changed"
    status = 409
    message: Any = _("模型“{model}”的内容与计算时不同，不能重算。")
    hint: Any = _("已经使用过的版本不能修改；请恢复原来的文件，修改的内容另起一个版本。")


class EngineFailed(ChengxinError):
    code = "engine-failed"
    status = 502
    retryable = True
    message: Any = _("计算引擎没有算完：{reason}")
    hint: Any = _("请查看日志；Spark 的地址在设置 CHENGXIN_SPARK_MASTER 中。")


class EngineMissing(ChengxinError):
    code = "engine-missing"
    status = 409
    message: Any = _("没有安装 Spark，或者没有设置集群地址。")
    hint: Any = _("请运行 bin/setup spark，并设置 CHENGXIN_SPARK_MASTER。")


class RunsUnknown(ChengxinError):
    code = "runs-not-comparable"
    status = 422
    message: Any = _("只能比较同一类对象的两个批次。")
    hint: Any = _("请选择同一个模型的两个批次，或者同一快照上的两个模型。")


class TrialInterrupted(ChengxinError):
    """Its process ended before it could say why."""

    code = "trial-interrupted"
    status = 409
    retryable = True
    message: Any = _("试算中途停止了，没有算完。")
    hint: Any = _("请再试算一次；又停止的，请运行维护人员查看后台任务的日志。")


class TrialFailed(ChengxinError):
    """Something happened that nobody foresaw; the log tells what."""

    code = "trial-failed"
    status = 500
    retryable = True
    message: Any = _("试算出了意料之外的错误，没有算完。")
    hint: Any = _("请再试算一次；又出错的，请把试算编号 {number} 告诉运行维护人员，日志中有原因。")
