"""Which rows of a file bear a natural key that an earlier good row bears; remembers keys, not rows."""

from dataclasses import dataclass, field

import polars as pl


@dataclass(slots=True)
class SeenKeys:
    """The natural keys of the good rows so far: two hashes of 64 bits and the row, 24 bytes each."""

    parts: list[pl.DataFrame] = field(default_factory=list)

    def doubled(self, keys: pl.Series, rows: pl.Series) -> dict[int, int]:
        """Of these rows, those whose key stood before, each with the row where it stood first; remembers the keys."""
        new = pl.DataFrame({"a": keys.hash(1), "b": keys.hash(2), "row": rows})
        # The large side is probed against the small one; hardly ever is anything found.
        before = [part.join(new, on="a", how="semi") for part in self.parts]
        suspects = pl.concat([new.filter(new["a"].is_duplicated()), *(new.join(p, on="a", how="semi") for p in before)])
        self.parts.append(new)
        if suspects.is_empty():
            return {}
        first: dict[tuple[int, int], int] = {}
        for part in before:
            for a, b, row in part.iter_rows():
                first[a, b] = min(row, first.get((a, b), row))
        found: dict[int, int] = {}
        for a, b, row in suspects.unique("row").sort("row").iter_rows():
            if first.setdefault((a, b), row) != row:
                found[row] = first[a, b]
        return found
