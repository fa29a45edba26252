"""Reads of the models of the city. They are files of the profile, read once per process."""

from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import NotFound
from chengxin.base.policy import city_folder
from chengxin.evaluation.scorecards import loading
from chengxin.evaluation.scorecards.model import Model


class UnknownModel(NotFound):
    code = "unknown-model"
    message = _("没有评价模型“{model}”。")
    hint = _("请在评价模型登记册中查看模型代码和版本。")


@cache
def _models(folder: Path) -> tuple[Model, ...]:
    found = [loading.load(path) for path in sorted((folder / "evaluation").glob("*.yaml"))]
    return tuple(sorted(found, key=lambda m: (m.code, m.version)))


def models() -> tuple[Model, ...]:
    """All versions of all models of the city, by code and version. Raises `BrokenModel`."""
    return _models(city_folder())


def model(code: str, version: int) -> Model:
    """That version of a model. Raises `UnknownModel`."""
    for one in models():
        if (one.code, one.version) == (code, version):
            return one
    raise UnknownModel(model=f"{code}-{version}")


def model_named(name: str) -> Model:
    """The model that a name such as `enterprise-1` stands for. Raises `UnknownModel`."""
    code, _dash, version = name.rpartition("-")
    if not version.isdecimal():
        raise UnknownModel(model=name)
    return model(code, int(version))
