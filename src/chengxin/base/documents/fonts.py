"""Finds fonts with Chinese glyphs under a free licence: the system's Noto CJK, or packages kept here."""

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from chengxin.base.documents.errors import FontsMissing

SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")
SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC")
# npm packages that carry the fonts as TTF under the OFL; requirements/fonts holds their lock.
PACKAGES = ("@expo-google-fonts/noto-sans-sc", "@expo-google-fonts/noto-serif-sc")
WEIGHTS = ("_400Regular", "_700Bold")
PLACES = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/google-noto-sans-cjk-fonts",
    "/usr/share/fonts/noto",
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/adobe-source-han-sans",
    "/usr/local/share/fonts",
    "/opt/homebrew/share/fonts",
    "/Library/Fonts",
)


@dataclass(frozen=True, slots=True)
class FontChoice:
    """The fonts that documents are set in: where they were found, Typst's own list of them, and the two families."""

    folders: tuple[Path, ...]
    loaded: Any
    sans: str
    serif: str


def own_folder() -> Path:
    """Where `install` keeps fonts of this installation."""
    return Path(settings.DATA_FOLDER) / "fonts"


@cache
def chosen() -> FontChoice:
    """The first place that has a Chinese sans-serif; kept for the process. Raises `FontsMissing`."""
    for folders in _candidates():
        if found := _chosen_in(folders):
            return found
    raise FontsMissing


def _candidates() -> list[tuple[Path, ...]]:
    named = [Path(settings.FONTS_FOLDER)] if settings.FONTS_FOLDER else []
    modules = Path(settings.ROOT) / "node_modules"
    single = [*named, own_folder(), *map(Path, PLACES), Path.home() / ".local/share/fonts"]
    places = [(folder,) for folder in single if folder.is_dir()]
    packages = tuple(modules / name for name in PACKAGES if (modules / name).is_dir())
    return [*places, *([packages] if packages else []), *_asked_of_fontconfig()]


def _asked_of_fontconfig() -> list[tuple[Path, ...]]:
    program = shutil.which("fc-list")
    if program is None:
        return []
    listed = subprocess.run([program, ":lang=zh-cn", "file"], capture_output=True, text=True, timeout=20, check=False)
    files = (Path(line.split(":")[0].strip()) for line in listed.stdout.splitlines())
    return [(folder,) for folder in dict.fromkeys(file.parent for file in files if "noto" in file.name.lower())]


def _chosen_in(folders: tuple[Path, ...]) -> FontChoice | None:
    import typst

    # Only these folders: a machine's own fonts would make the same report look different elsewhere.
    loaded = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
    )
    families = set(loaded.families())
    sans = next((name for name in SANS if name in families), None)
    if sans is None:
        return None
    return FontChoice(folders, loaded, sans, next((name for name in SERIF if name in families), sans))


def install() -> Path:
    """Fetch the locked packages of the fonts with npm into the data folder. Raises `FontsMissing` where npm cannot."""
    npm = shutil.which("npm")
    if npm is None:
        raise FontsMissing
    target = own_folder()
    target.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(Path(settings.ROOT) / "requirements" / "fonts" / name, target)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode or _chosen_in((target,)) is None:
        raise FontsMissing
    for file in target.rglob("*.ttf"):
        if not file.stem.endswith(WEIGHTS):
            file.unlink()  # 150 of 206 MB that no document is set in
    chosen.cache_clear()
    return target
