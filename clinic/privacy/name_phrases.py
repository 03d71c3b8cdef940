"""The phrases behind which, or before which, a person's name stands."""

from __future__ import annotations

import re

_RELATIVES = (
    r"(?:husband|wife|son|daughter|mother|mom|mum|dad|father|brother|sister|aunt|uncle|cousin|nephew|niece|friend|partner"
    r"|boyfriend|girlfriend|neighbou?r|boss|grandm(?:a|other)|grandp(?:a|ather)|granny|grandson|granddaughter|spouse"
    r"|fianc[eé]e?|caregiver|carer|roommate|coworker|therapist|specialist|doctor|nurse|surgeon|gp|pediatrician"
    r"|neurologist|physician|pharmacist|kid|baby|twin|toddler|child)(?:-in-law)?"
)
_TITLES = r"(?:sir|madam|mr|mrs|ms|miss|mister|dr|doctor|doc|prof|professor|nurse|rev|pastor)\b\.?"

# Behind these a name follows, however it is written.
IS_CALLED = re.compile(
    r"\b(?:(?:my|his|her|their|our|the|your|patient'?s?|first|last|full|middle|maiden|sur) ?name(?:'?s| is| was|:)"
    r"|(?:first|last|full|middle|maiden) name,?|name ?(?:is|[:=])|surname:?(?: is)?|name'?s"
    r"|(?:is|am|was|are|'s|'m) (?:called|named)|named|goes by|i go by)[ \t,:\"]+",
    re.IGNORECASE,
)
# Behind these a name follows unless it is a word: "dr okafor", not "the doctor listened".
IS_TITLED = re.compile(rf"\b(?:patient(?: is|:)|{_TITLES})[ \t,:\"]+", re.IGNORECASE)
# Behind these it may be one: a name of the lists, or a word with a capital where capitals tell anything.
MAY_BE = re.compile(
    r"(?:\b(?:i am|i'?m|this is|it'?s|its|it is|call me|we are|we're|here is|ask for|asked for|looking for|calling for"
    r"|behalf of|talk(?:ing|ed)? (?:to|with)|sp(?:eak|oke|eaking|oken) (?:to|with)|see|saw|met|meet|by|from|with|for"
    r"|put|told|(?:regards|sincerely|signed|best|thanks|thank you|thx|cheers|love|yours|truly|bye)"
    r"(?: so much| a lot| again)?[,.!]{0,3}(?: ?[-–—])?)"
    r"|^|\n|[-–—] ?"
    rf"|\b(?:my|our|her|his|your) (?:\w+ )?{_RELATIVES}\b,?"
    r"|\b(?:aunt|auntie|uncle|grandma|grandpa|granny|cousin)\b)(?:[ \t]+|(?<![^\W\d_]))",
    re.IGNORECASE | re.MULTILINE,
)
# Behind these a word in small letters that nobody has heard of is taken for a name, too.
WEAK = ("i am", "i'm", "im", "this is", "it's", "its", "it is")
# Behind these a capital alone is not enough: the name is all that follows, or something that names do follows.
MAY_NOT_BEGIN_ALONE = (
    "by", "from", "with", "for", "put", "told", "see", "here is", "we are", "we're", "its", "it's", "it is", "-", "–",
    "—", "",
)  # fmt: skip
FOLLOWED_BY = re.compile(
    r"^[ ,]*(?:here\b(?! (?:is|are|in|at|for))|speaking\b|calling\b|(?:wants|needs|would like|referred|told|and i)\b)",
    re.IGNORECASE,
)
