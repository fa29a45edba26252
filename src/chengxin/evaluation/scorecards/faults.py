"""What can be wrong with a model file, said so that its author can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a model: in which file and line, at which place of the model, what, and how to mend it."""

    file: str
    line: int
    place: str
    what: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " + (f"{self.place}: " if self.place else "")
        return f"{where}{self.what} ({self.mend})"


class BrokenModel(RuntimeError):
    """A model file has faults; `bin/manage scorecards check` lists them."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))
