"""Words and lines for made-up conversations: a few thousand words of several scripts, as frequent as in real text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate

from tickets.search import words_of

# Syllables of each script; words are made of two or three of them.
SYLLABLES = {
    "latin": "ba ko le mi nu ra se ti vo da fe gri hol jun kel lam mor nit oak pel",
    "german": "bär grö ße schl än der über tür müh le wald haus weg zeit stück",
    "greek": "κα λη μέ ρα πό τε δέ μα χρή σι νο ς παρ αγ γε λί",
    "cyrillic": "за каз до ста вка ко гда бу дет опл ата воз врат",
    "arabic": "مر حبا طلب شح نة مت ى دفع عن وان سل ام",
    "korean": "배 송 언 제 주 문 번 호 환 불 결 제 확 인",
}
SHARE = {"latin": 50, "german": 15, "greek": 8, "cyrillic": 10, "arabic": 7, "korean": 10}
VOCABULARY = 4000
TEXTS = 100_000
# Two words that nearly every conversation has, and one that few have; made so that a search for them can be timed.
COMMON = ("the", "order")
RARE = "zyzzyva"
RARE_EVERY = 5000


def vocabulary(seed: random.Random) -> list[str]:
    """VOCABULARY different words, the most frequent first."""
    words = dict.fromkeys(COMMON)
    scripts, weights = list(SHARE), list(SHARE.values())
    while len(words) < VOCABULARY:
        script = seed.choices(scripts, weights)[0]
        words["".join(seed.choices(SYLLABLES[script].split(), k=seed.choice((2, 2, 3))))] = None
    return list(words)


def texts(seed: random.Random, count: int = TEXTS) -> Iterator[tuple[str, str]]:
    """`count` different lines with their words as the search sees them, between blanks. Frequencies by Zipf's law."""
    words = vocabulary(seed)
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))
    seen: set[str] = set()
    while len(seen) < count:
        line = seed.choices(words, cum_weights=weights, k=seed.randint(4, 18))
        if len(seen) % RARE_EVERY == 0:
            line.append(RARE)
        text = " ".join(line)
        if text not in seen:
            seen.add(text)
            yield text, " ".join(dict.fromkeys(words_of(text)))
