"""Tables of a review, as the page and the paper both show them: words in cells, cut to what fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# So many lines of a block stand on its sheet; the rest is counted.
MOST_LINES = 6
# And so many characters of a cell: of one that holds a name, and of one that holds a sentence.
MOST_WORDS, MOST_OF_A_SENTENCE = 90, 160


class Cell(NamedTuple):
    """`tone`: "at-risk" or "lost" where it is pressing. `label` is its column, as narrow pages name it."""

    words: str
    tone: str = ""
    label: str = ""
    right: bool = False


class Line(NamedTuple):
    """A row; `url` is the page of what its first cell names, "" where there is none."""

    cells: list[Cell]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A table under a heading. `widths` are the columns' shares, 0 for as narrow as can be. `more` lines were cut."""

    key: str
    title: str
    note: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    right: tuple[int, ...]
    lines: list[Line]
    more: int
    empty: str

    @property
    def more_words(self) -> str:
        return f"and {self.more} more" if self.more else ""


def short(words: str, most: int) -> str:
    """In one line of text, with an ellipsis where it is longer."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


Row = tuple[str, Sequence[str | Cell]]


def block(
    key: str,
    title: str,
    *columns: tuple[str, int],
    rows: Iterable[Row],
    empty: str,
    right: Sequence[int] = (),
    note: str = "",
    most: int = MOST_LINES,
    longest: int = MOST_WORDS,
) -> Block:
    """`rows`: (address or "", cells), of which the first `most` are kept, each cell cut to `longest` characters."""
    names = tuple(name for name, _ in columns)

    def cell(place: int, words: str | Cell) -> Cell:
        told = words if isinstance(words, Cell) else Cell(words)
        return Cell(short(told.words, longest), told.tone, names[place], place in right)

    every = list(rows)
    lines = [Line([cell(place, words) for place, words in enumerate(cells)], url) for url, cells in every[:most]]
    widths = tuple(width for _, width in columns)
    return Block(key, title, note, names, widths, tuple(right), lines, max(0, len(every) - most), empty)
