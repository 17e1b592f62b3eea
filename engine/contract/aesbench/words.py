"""The words by which an answer is read: how answers state, reject and correct an option. Standard library only."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENDS = frozenset(".!?。;\n")
"""Signs that end a sentence or line."""
BREAKS = ENDS | frozenset(",:()—–、") | _words("but because since while whereas although")
"""What ends a clause."""
QUOTES = frozenset("\"'“”‘’«»「」『』()[]{}<>-–—:,=>|•/\\")
"""Signs around a letter or text that mean nothing."""
CLOSING = frozenset(")]}\"'”’」』:-–—=")
"""Signs between an option and what is said about it."""
JOINS = frozenset(",/&+、|") | _words("and or nor to")
"""What joins the parts of a list."""

FILLERS = _words(
    "sure certainly ok okay well hmm so oh i think believe say would it is its it's the this image picture photo"
    " photograph my definitely clearly probably"
)
"""Words before which an answer has not begun."""
STATES = _words(
    "answer answers answered réponse antwort respuesta risposta resposta ответ odpowiedź 答案 答案是 答案为 答案為 正解"
    " 正解は 答え 答えは 정답 정답은 选 选择 選択 我选 我选择 应该选 故选 conclusion"
)
"""Words after which an answer is stated."""
PICKS = _words("choose chose select selected pick picked therefore thus hence")
"""Words after which an option is chosen."""
PHRASES = (("would", "say"), ("go", "with"), ("going", "with"), ("i", "say"), ("vote", "for"), ("correct", "is"))
"""The same, of several words."""
FINAL = (("final", "answer"), ("final", "choice"), ("final", "decision"))
NAMES = _words("option choice letter 选项 選項")
"""Words whose letter is an option's."""

RIGHT = _words("correct right true yes best accurate answer ✓ ✔ ✅")
WRONG = _words("wrong incorrect false no untrue inaccurate not never excluded eliminated ✗ ✘ ❌")
TICKS, CROSSES = frozenset("✓✔✅"), frozenset("✗✘❌")
IS = _words("is are was would be can could seems looks appears being s does do did should must")
DEGREES = _words("clearly definitely simply also obviously certainly probably the a an most option one")
"""Words between an option and what is said about it."""

NEGATORS = _words("not never neither nor without unlike except lacks lacking whether if excluding")
"""Words shortly before an option that reject it or leave it open."""
NEGATING = (
    ("rather", "than"),
    ("instead", "of"),
    ("other", "than"),
    ("anything", "but"),
    ("far", "from"),
    ("rule", "out"),
    ("ruled", "out"),
    ("ruling", "out"),
)
HARMLESS = (
    ("not", "only"),
    ("not", "just"),
    ("not", "merely"),
    ("without", "doubt"),
    ("without", "a", "doubt"),
    ("without", "question"),
)
"""Negators that reject nothing."""
SCOPE = 4
"""Words after a negator within which it rejects."""
MAYBE = _words("might may could maybe perhaps possibly")
"""Words with which nothing is stated."""
CORRECTS = (
    ("wait",),
    ("actually",),
    ("correction",),
    ("sorry",),
    ("i", "mean"),
    ("scratch", "that"),
    ("on", "reflection"),
)
"""Words after which an answer begins anew."""

ARTICLES = _words("a an the")
AFTER_A = _words("or and is because since as seems fits looks matches describes would was should")
"""Words before which an "A" is a letter; before any other word it is an article."""
NOT_LETTERS = _words("grade vitamin plan class type point size section figure appendix exhibit series")
"""Words whose letter is no option's ("vitamin C")."""
KEY_WORDS = _words("major minor flat")
"""Words after a letter that is no option's ("C minor")."""
GRADES = _words(
    "high medium low good bad poor fair excellent great average moderate strong weak bright dark warm cool cold hot"
    " soft hard sharp blurry clear natural normal rich dull vivid simple complex positive negative neutral big small"
    " large"
)
"""Words that, before a noun, describe it and answer nothing ("high contrast")."""
AFTER_GRADE = _words(
    "aesthetic aesthetics quality level overall image picture photo photograph one option answer choice and or but"
    " because since as with for to due at of on the here given so is it that which than i this s while though"
    " although rather instead not are looks looking enough indeed"
)
"""Words before which a grade answers ("high quality", "high because")."""
AFTER_NO = _words("it the this that there they i because since")
"""Words before which a "no" at the beginning answers; before another it is "no blur"."""
BEFORE_NO = _words("is say be answer therefore thus hence and or")
"""Words after which a "no" inside a text answers."""
EMPTY = _words("a an the it is by of to in because this that image picture and")
"""Words by which alone no option is recognised."""
