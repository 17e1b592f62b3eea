"""Tell the parts of AesMMIT apart by the wording of a question (arXiv 2404.09624, section 3.3).

The paper's file does not name the part of a row, so that it is told by this rule, whose first match counts:

1. *multiple choice*: the question has options, on lines of their own ("A. warm", "(b) cold", "C) ...") or in one line
   ("A. warm B. cold"): one lettered A, and next one lettered B.
2. Otherwise the sentences are read in their order, and within one the clauses ("In this image, how ..."). Without
   what is only polite or indirect ("Please", "Could you tell me"), a clause decides by its beginning:

   - *description*: a request for the critique itself, as the questions of AesFeedback ("Describe ...", "Comment on
     ...", "Give your opinion ..."), or a question for what one thinks of the image ("What do you think of ...",
     "How would you describe ...");
   - *why*: why, how come, for what reason, what is the reason; or "Explain why";
   - *how*: how;
   - *what*: what, which, whose;
   - *yes/no*: an auxiliary verb before its subject ("Is the ...", "Does it ..."), "tell me whether", or a tag ("...,
     isn't it?"). If it offers alternatives ("warm or cold") it is yes/no only if the answer begins with yes or no.

   If a sentence ends with a question mark, only such sentences are questions; the others can only be requests.
3. *yes/no* if the whole answer is yes or no.
4. *other*: everything else, also scores ("Rate ..."), where, who and when, and other languages.
"""

from __future__ import annotations

import re
from itertools import pairwise

from studio.services.instructions.types import QuestionType, without_marks

_SENTENCE_END = re.compile(r"(?<=[.?!])[\"')\]]*\s+|\n+")
_CLAUSE = re.compile(r"[,;:]\s+|\s+[-\u2013\u2014]+\s+|\s*\u2014\s*")
_OPTION_LINE = re.compile(r"^[ \t]*[(\[]?([A-Za-z])[.):\]][ \t]*\S", re.MULTILINE)
_OPTION_INLINE = re.compile(r"(?:^|[\s,;?:])[(\[]?([A-Z])[.):\]]\s+\S")
_LONGEST = 4000
"""Characters of a question that are looked at: the rest of a longer one is an attachment."""

_POLITE = re.compile(
    r"(?:please|kindly|now|and|so|then|also|briefly|specifically|in your opinion|in your view|overall"
    r"|based on (?:the|this) (?:image|photo|picture)|(?:in|for|from) (?:the|this) (?:image|photo|picture)"
    r"|(?:can|could|would|will) you(?: please| kindly| briefly)?(?=\s+(?:tell|explain|say|let|identify|describe|comment"
    r"|give|provide|share|write|offer|evaluate|assess|analy[sz]e|critique|interpret|discuss|elaborate|summari[sz]e))"
    r"|do you know|i(?: woul|')d like (?:you to|to know)|i want (?:you to|to know)|let me know|tell me|say|answer"
    r"|(?:explain(?: to me)?|identify|state|determine|indicate|specify)(?=,?\s+(?:why|how|what|which|whose)\b))"
    r"\b[\s,:]*",
    re.IGNORECASE,
)
_ABOUT = r"(?:your|a|an|the|some|me|us|one|any|brief|short|detailed|comprehensive|overall|honest|full)"
_GENRE = (
    r"(?:descriptions?|critiques?|comments?|feedback|evaluations?|analys[ie]s|reviews?|impressions?|opinions?|thoughts?"
    r"|assessments?|interpretations?|views?)"
)
_PICTURE = r"(?:it|(?:this|the) (?:image|photo|photograph|picture|painting|artwork|shot|drawing))"
_DESCRIPTION = re.compile(
    r"(?:describe|comment|critique|evaluate|assess|analy[sz]e|interpret|discuss|elaborate|summari[sz]e|appraise|explain)\b"
    rf"|(?:give|provide|share|write|offer|express|present|state|leave)\s+(?:{_ABOUT}\s+)*(?:\w+\s+){{0,2}}{_GENRE}\b"
    r"|what(?:'s| is| are)\s+(?:your|the)\s+(?:\w+\s+){0,2}(?:impression|opinion|thoughts|view|critique|evaluation"
    r"|assessment|take)\b"
    rf"|what do you (?:think|feel) (?:of|about) (?:(?:the|its) (?:\w+ )?(?:aesthetics?|beauty|appeal) of )?{_PICTURE}\b"
    r"|how (?:would|do|can|could|might|should) (?:you|one|we) (?:\w+ )?"
    r"(?:describe|evaluate|assess|comment|critique|interpret)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"(?:why|how come|(?:for|because of) (?:what|which) reasons?"
    r"|what(?:'s| is| are| was)\s+the\s+(?:\w+\s+)?reasons?)\b",
    re.IGNORECASE,
)
_HOW = re.compile(r"(?:how|in what way|to what (?:extent|degree))\b", re.IGNORECASE)
_WHAT = re.compile(
    r"(?:(?:of|in|on|at|with|from|by|to|for|under|through|into)\s+)?(?:what|what's|which|whose)\b", re.IGNORECASE
)
_VERB = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)(?:n't|n\u2019t)?"
    r"\s+(?!not\b|a look\b)\w",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"(?:(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)(?:n't|n\u2019t)?\s+(?:it|they|he|she|you|there)"
    r"(?: not)?|right|correct|yes or no)\?",
    re.IGNORECASE,
)
_WHETHER = re.compile(r"(?:if|whether)\b", re.IGNORECASE)
_ASKING = re.compile(r"\b(?:tell|know|say|answer)\b", re.IGNORECASE)
_ALTERNATIVES = re.compile(r"\bor\b(?!\s+not\b)", re.IGNORECASE)
_YES_NO = re.compile(r"\W*(?:yes|no)\b", re.IGNORECASE)
_ONLY_YES_NO = re.compile(r"\W*(?:yes|no)\W*", re.IGNORECASE)


def question_type(question: str, answer: str) -> QuestionType:
    """Return the part of AesMMIT to which a question belongs, by the rule above."""
    text = without_marks(question)[:_LONGEST]
    if has_options(text):
        return "multiple-choice"
    sentences = [found for part in _SENTENCE_END.split(text) if (found := part.strip())]
    asked = any("?" in sentence for sentence in sentences)
    for sentence in sentences:
        found_type = _sentence_type(sentence, answer, only_requests=asked and "?" not in sentence)
        if found_type is not None:
            return found_type
    return "yes-no" if _ONLY_YES_NO.fullmatch(answer) else "other"


def has_options(question: str) -> bool:
    """Return whether a question has an option A and next an option B, on lines of their own or in one line."""
    for pattern in (_OPTION_LINE, _OPTION_INLINE):
        letters = [match[1].upper() for match in pattern.finditer(question)]
        if ("A", "B") in pairwise(letters):
            return True
    return False


def _sentence_type(sentence: str, answer: str, *, only_requests: bool) -> QuestionType | None:
    clauses = [part for part in _CLAUSE.split(sentence) if part]
    for clause in clauses:
        rest = _without_polite(clause)
        found = _clause_type(rest, sentence, answer, only_requests=only_requests)
        if found is not None:
            return found
        if not only_requests and _WHETHER.match(rest) and _ASKING.search(clause.removesuffix(rest)):
            return "yes-no"
    return None


def _clause_type(clause: str, sentence: str, answer: str, *, only_requests: bool) -> QuestionType | None:
    if _DESCRIPTION.match(clause):
        return "description"
    if only_requests:
        return None
    if _WHY.match(clause):
        return "why"
    if _HOW.match(clause):
        return "how"
    if _WHAT.match(clause):
        return "what"
    if _VERB.match(clause) or _TAG.match(clause):
        open_answer = _ALTERNATIVES.search(sentence) and not _YES_NO.match(answer) and not _TAG.match(clause)
        return "other" if open_answer else "yes-no"
    return None


def _without_polite(clause: str) -> str:
    rest = clause.lstrip("\"'([ ")
    while (polite := _POLITE.match(rest)) and polite.end() > 0:
        rest = rest[polite.end() :]
    return rest
