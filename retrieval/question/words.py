"""The words of questions: what works are called, who writes them and how, numbers and places.

Each is a pattern without a boundary around it. What several rules speak of is said here once.
"""

from __future__ import annotations

WORKS = (
    r"(?:papers?|works?|publications?|articles?|preprints?|manuscripts?|abstracts?|studies|"
    r"titles|pieces?|outputs?|texts?)"
)
MANY_WORKS = (
    r"(?:papers|works|publications|articles|preprints|manuscripts|abstracts|studies|titles|pieces)"
)
WRITE = (
    r"(?:publish(?:ed|es|ing)?|wr(?:ite|ites|ote|itten|iting)|author(?:ed|s)?|co-?author(?:ed|s)?|"
    r"released?|produced?|submit(?:ted|s)?|put out|post(?:ed|s)?|upload(?:ed|s)?)"
)
WHO = (
    r"(?:R|he|she|they|you|it|(?:the|this|that) (?:researcher|author|group|team|lab|professor|"
    r"scientist|scholar|person|man|woman))"
)
ADJ = r"(?:(?!(?:about|on|is|are|was|were|did|does|do|has|have|who|why|how)\b)[\w'’-]+ ){0,3}?"
_OF_ONE = (
    r"(?! (?:in|with|about|on|around|from|here)(?: (?:it|this|that|these|those|its|their)\b| "
    r"(?:the|his|her|an?) (?:[\w-]+ ){0,4}?(?:paper|(?<!his )(?<!her )work|method|approach|model|"
    r"study|article|data ?set|corpus|benchmark|system|algorithm|architecture|framework|version|"
    r"solver|loss)"
    r"(?!s|-|\w| (?:of|on|for|by) (?:R|him|her|them)\b)))"
)
"""Behind "new": nothing that asks what is new in one work, or about it."""
NEWS = (
    rf"(?:\b(?:what(?:['’]?s)?|anything|something|nothing)"
    rf"(?: (?:is|are|there|else|really|that|that['’]s))* new\b{_OF_ONE}|"
    r"^(?:(?:what(?:['’]?s| is| are)|show me|give me|tell me|any) )?(?:the )?(?:very )?"
    r"(?:latest|newest|most recent)"
    r"(?: (?:news|developments|advances|progress|work|research|results|findings|"
    rf"trends))?(?= (?:in|about|around|regarding|concerning|with|within|on)\b){_OF_ONE})"
)
"""Asks what came last, of everything or on a topic: "what's new in …", "latest in …"."""
LEAVES_OUT = (
    r"(?:without|except(?: for)?|excluding|other than|apart from|besides|minus|outside(?: of)?|but|"
    r"not|neither|nor)"
)
"""Before people or times that are not wanted."""
ORDINALS = tuple("first second third fourth fifth sixth seventh eighth ninth tenth".split())
NTH = r"(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|[2-9](?:nd|rd|th)|10th)"
NEXT_TO_LAST = r"(?:penultimate|second[- ](?:to[- ])?last|last but one|next[- ]to[- ]last)"
ABOUT = (
    r"(?:about|on|regarding|concerning|around|covering|that (?:cover|are about|deal with|use|study|"
    r"concern|mention|discuss|address|propose|tackle|treat|consider|focus on|work "
    r"on|apply|involve)|"
    r"deal(?:s|ing)? with|dealing in|related to|relating to|mention(?:s|ing)?|discuss(?:es|ing)?|"
    r"cover(?:s|ing)?|us(?:e|es|ing)|stud(?:y|ies|ying)|address(?:es|ing)?|tackl(?:e|es|ing)|"
    r"concern(?:s)?|focus(?:es|ing|sed)? on|treat(?:s|ing)?|explor(?:e|es|ing)|involv(?:e|es|ing)|"
    r"investigat(?:e|es|ing)|doing|consider(?:s|ing)?|apply|applies|applying|"
    r"work(?:s|ing)? (?:on|with)|belong to|touch(?:es|ing)?(?: on)?|in the (?:area|field) of|"
    r"devoted to|dedicated to|have to do with|"
    r"talk(?:s|ing)? about|propos(?:e|ing)|introduc(?:e|ing)|present(?:ing)?|"
    r"look(?:s|ing)? (?:at|into)|employ(?:s|ing)?|"
    r"(?:evaluat|test|train|experiment)(?:e|es|ed|s|ing)? (?:on|with)|used|"
    r"buil(?:ds?|ding|t) (?:up)?on|where(?! (?:is|are|was|were|did|do|does|can)\b)|"
    r"in which(?! (?:years?|months?|journal|conference|venue|country)\b)|"
    r"whose(?! (?:(?:co-?)?authors?|first|last|titles?)\b))"
)
NUMBERS = dict(
    zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True)
)


QUESTION = r"(?:how|what|which|who|whom|whose|where|when|why)"
"""The words with which something is asked."""
OPENING = r"(?:and|but|so|or|also|then|now|ok(?:ay)?)"
"""Begins a sentence that goes on from another."""
OPENED = rf"(?:{OPENING}\b[\s,:;]*)*"
VERSUS = r"(?:compar\w*|differ\w*|vs|versus)"
"""Sets two of a kind against each other."""
COMPARE = rf"(?:{VERSUS}|contrast\w*|in common|similar\w*|apart from|distinguish\w*)"
"""Compares two works."""
BESIDE = (
    r"(?:as (?:opposed|compared) to|as against|next to|in contrast (?:to|with)|alongside|unlike|"
    r"side by side)"
)
"""Sets a work beside another."""
OFTEN_SO = (
    r"(?:usually|normally|typically|generally|commonly|mostly|mainly|primarily|often|frequently|"
    r"regularly|sometimes|always)"
)
"""Says how often something is done."""
WRITES = (
    rf"(?:(?:ever|also|already|first|last(?: time)?|still|really|actually|{OFTEN_SO}) )*"
    r"(?:publish|wr[io]t|author|co-?author|released?\b)"
)
"""What somebody does who writes, with the words that may stand before it."""
ROLES = {
    "first": "first", "lead": "first", "main": "first", "second": "second", "third": "third",
    "last": "last", "senior": "last", "final": "last",
}  # fmt: skip
"""How an author is called -> the place among the authors."""
ROLE = rf"(?:{'|'.join(ROLES)})"
MONTHS = (
    "january february march april may june july august september october november december"
).split()
SEASONS = "spring summer autumn fall winter".split()


def number(said: str) -> int:
    """A number in figures or as a word; 1 of any other word, "a"."""
    return int(said) if said.isdigit() else NUMBERS.get(said.lower(), 1)
