import pytest

from chengxin.base.documents import fonts
from chengxin.base.documents.errors import FontsMissing


def test_a_folder_that_the_environment_names_comes_first(settings):
    found = fonts.chosen()
    settings.FONTS_FOLDER = str(found.folders[0])

    assert fonts._candidates()[0] == (found.folders[0],)


def test_without_chinese_fonts_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_candidates", lambda: [(tmp_path,)])

    with pytest.raises(FontsMissing) as missing:
        fonts.chosen.__wrapped__()

    assert "fonts-noto-cjk" in missing.value.advice
