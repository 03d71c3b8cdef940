"""Names that only look like a danger: a quoted title, "a band called …", "Faint Hope Brewery", "my horse Fever"."""

from __future__ import annotations

import re

_MARK = " § "
_CAPITALS = r"[A-Z][\w']*(?:[ -](?:[A-Z][\w']*|of|the|is|and|at|in|a|to|for|on))*"
_QUOTED = re.compile(rf"[\"“]({_CAPITALS})[\"”]")
_NAMED = re.compile(
    r"\b((?:called|named|titled|entitled|song|album|film|movie|musical|band|perfume|podcast|book|novel|group)s?,? )"
    rf"(?:is |was )?({_CAPITALS})"
)
# A name ends with a capital and does not begin as a sentence about somebody does: "Help Dad", "My Chest".
_NOT_A_NAME = (
    r"(?!(?:I|Im|My|He|She|His|Her|Our|We|They|You|It|This|That|There|Dad|Daddy|Mom|Mum|Mommy|Mother|Father|Husband|Wife"
    r"|Son|Daughter|Brother|Sister|Grandma|Grandpa|Baby|Help|Please|Having|Have|Has|Had|Now|Today|Tonight|Yesterday"
    r"|Since|Suddenly|Then|And|But|Am|Is|Are|Can|Cant|Do|Should|What|How|Why|When|Where|Need|Call|Ambulance|Emergency"
    r"|Doctor|Someone|Sudden|Severe|Cannot|Not|No)\b)"
)
_CAPITAL = r"[A-Z][a-z][\w'’]*"
_SMALL = r"(?:of|the|and|at|in|a|to|for|on|with|is|by|as|it|'n'|&)"
_NAME = rf"\b{_NOT_A_NAME}{_CAPITAL}(?:[ -](?:{_SMALL} ){{0,2}}{_CAPITAL}){{0,7}}"
_LONG_NAME = rf"\b{_NOT_A_NAME}{_CAPITAL}(?:[ -](?:{_SMALL} ){{0,2}}{_CAPITAL}){{1,7}}"
_NOUN = (
    r"(?:teams?|leagues?|clubs?|bands?|choirs?|orchestra|quartet|horses?|pony|mare|dogs?|pupp(?:y|ies)|cats?|kittens?"
    r"|parrot|rides?|roller coaster|rollercoaster|coaster|shops?|stores?|boutique|streets?|trails?|court|lane|tavern"
    r"|pubs?|bars?|brewery|ale|beer|cocktail|whiskey|tea|coffee|blend|roast|movies?|films?|novels?|plays?|series|shows?|sitcom"
    r"|episodes?|romances?|thrillers?|comics?|paintings?|statue|sculpture|portrait|exhibit(?:ion)?|museum|gallery"
    r"|nail (?:color|polish)|lipstick|polish|shade|perfume|class|workshop|podcasts?|boats?|yacht|ship|canoe|sailboat"
    r"|songs?|albums?|musical|opera|ballet|video game|board game|game|quest|level|app|wifi(?: name)?|wi-fi(?: name)?"
    r"|network|password|username|brand|label|salon|bakery|cafe|diner|restaurant|hot sauce|sauce|dish|burger|sandwich"
    r"|roses?|orchids?|cultivar|village|town|hamlet|island|mountain|peak|mural|poem|play|magazine|newspaper|column|blog"
    r"|channel|rapper|singer|dj|comedian|wrestler|superhero|villain|character|tattoo|truck|car|tractor|race|marathon"
    r"|tournament|festival|tour|cruise|carnival|camp|trivia night|fraternity|gang|company|startup|newsletter|collection"
    r"|derby|squad|crew|lures?|fly|surfboard|guitar|pedal|cologne|candle|soap|yarn|quilt|pattern|paint|recipe)"
)
_OWNER = r"(?:a|an|the|our|my|your|his|her|their|one of|some)(?: \w+['’]s)?"
_KNOWN_AS = tuple(
    re.compile(pattern)
    for pattern in (
        # "Breathless Blooms, the flower shop"; "The Convulsions are my uncle's polka band"; "is Dragfoot a village"
        rf"(?P<name>{_NAME})['\"”’]?(?: (?:is|are|was|were|will be))(?= {_OWNER} (?:[\w-]+ ){{0,3}}{_NOUN}\b)",
        rf"(?:{_LONG_NAME}|(?<=[a-z,] ){_NAME})['\"”’]?,(?= {_OWNER} (?:[\w-]+ ){{0,3}}{_NOUN}\b)",
        rf"(?P<before>\b(?:[Ii]s|[Ww]as) )(?P<name>{_NAME})(?= {_OWNER} (?:[\w-]+ ){{0,2}}{_NOUN}\b)",
        # "my horse Goodbye Cruel World"; "our hockey team is the White Feet"; "the painting in your hall, Woman with …"
        rf"(?P<before>\b{_NOUN},? (?:(?:is|are|was|were|we) )?(?:(?:called|named|the|The) ){{0,2}})(?P<name>{_NAME})",
        rf"(?P<before>\b{_NOUN} (?:in|at|on|of|by) (?:[a-z]+ ){{1,2}}?(?:[a-z]+, )?)(?P<name>{_LONG_NAME})",
        # "Black Out Tuesday promo code"; "Warm Calf sock"
        rf"(?P<name>{_LONG_NAME})"
        rf"(?= (?:promo|coupon|brand|sock|socks|tickets?|concert|tour|t-?shirts?|merch|stockings|{_NOUN})\b)",
        # "we call our red cat Fever"; "is called the Chest Pains"
        rf"(?P<before>\b(?:we|We|they|They|I) (?:call|called|named|dubbed|nicknamed) (?:our|my|it|her|him|their)"
        rf"(?: [a-z]+){{0,2}} )(?P<name>{_NAME})",
        rf"(?P<before>\b(?:is|are|was|were) (?:called|named|titled|nicknamed) (?:the |The )?)(?P<name>{_NAME})",
        rf"(?P<before>\b(?:sang|sings|singing|played|directed|painted|starred in|stars in) )(?P<name>{_LONG_NAME})",
        rf"(?P<before>\b(?:clinic|office|branch|store|shop|cabin|house|hotel|cousins|family) (?:in|at|on|near) )"
        rf"(?P<name>{_LONG_NAME})",
        rf"(?P<before>\b(?:Mr|Mrs|Ms|Miss|Mount|Mt|Lake|Fort|Camp|Cape|Team|Planet|Captain|Professor|Saint|St)\.? )"
        rf"(?P<name>{_CAPITAL})",
    )
)
_PLACE = re.compile(
    r"\b(?:[A-Z][\w']+ ){1,3}(?:Cafe|Brewery|Drive|Road|Street|Avenue|Lane|Bar|Grill|Diner|Hotel|Park|Bridge|Hill|Creek"
    r"|Island|Theater|Theatre|Bakery|Pub|Inn|Museum|Bookstore|County)\b"
)
_FIRM = re.compile(
    rf"{_NAME}[ -](?:{_SMALL} )?(?:Trail|Court|Plaza|Place|Tavern|Brewery|Bridge|Saloon|Goods|Riders|Club|Orthodontics"
    r"|Dental|Blooms|Knitters|League|Farm|Farms|Ranch|Winery|Vineyard|Records|Books|Press|Studio|Studios|Gym|Salon|Spa|Motors|Coffee"
    r"|Roasters|Pizza|Tattoo|Tattoos|Lodge|Resort|Boulevard|Terrace|Crescent|Falls|Lake|River|Mountain|Valley|Hollow"
    r"|Springs|Beach|Harbor|Church|Academy|Festival|Gallery|Society|Orchestra|Quartet|Band|Runners|Racing)\b"
)
_TOWN = re.compile(
    r"\b[A-Z]\w+(?: [A-Z]\w+)?(?=, (?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida"
    r"|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan"
    r"|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|Ohio|Oklahoma|Oregon"
    r"|(?:North|South) (?:Carolina|Dakota)|Pennsylvania|Rhode Island|Tennessee|Texas|Utah|Vermont|(?:West )?Virginia"
    r"|Washington|Wisconsin|Wyoming|Ontario|England|Scotland|Ireland|Wales|Australia)\b)"
)
# What somebody words, draws or translates stands in quotes: a slide, a poster. Never words of wanting to die.
_WORDING = re.compile(
    r"\b(?:posters?|slides?|handouts?|leaflets?|flyers?|brochures?|checklists?|captions?|synonyms?|translat\w+|phrases?"
    r"|phrased|word(?:ed|ing)|sentences"
    r"|ESL|dictionary|drafts?|drafting|spell(?:ed|ing)?|well put|script|screenplay|crossword)\b",
    re.IGNORECASE,
)
_DYING = re.compile(r"\b(?:die|dying|dead|death|kill\w*|suicid\w*|alive|living|harm\w*|goodbye)\b", re.IGNORECASE)
_ANY_QUOTE = re.compile(r"[\"“]([^\"”\n]{3,160})[\"”]|(?<!\w)['‘]((?:[^'’‘\n]|(?<=\w)['’](?=\w)){3,160})['’](?!\w)")
_NAME_NOUN = re.compile(rf"\b(?i:{_NOUN})\b")
_CAPITALIZED = re.compile(r"\b[A-Z][a-z]|['\"‘“]")
_SHORT_YEAR = re.compile(r"(?<![\w'’])['’]([3-9]\d)\b(?!['’])")


def untitled(text: str) -> str:
    """The text without titles and names; a text in capitals throughout is left alone, as is a shouted quote."""
    text = _SHORT_YEAR.sub(r"19\1", text)
    letters = [c for c in text if c.isalpha()]
    if sum(c.isupper() for c in letters) > 0.3 * len(letters):
        return text
    text = _QUOTED.sub(lambda m: m[0] if m[1].isupper() or m[1].startswith("I ") else _MARK, text)
    if _CAPITALIZED.search(text) and _is_plain(text):
        text = _ANY_QUOTE.sub(lambda m: _MARK if _only_quoted(m) else m[0], text)
        text = _TOWN.sub(_MARK, _FIRM.sub(_MARK, text))
        for pattern in _KNOWN_AS:
            text = pattern.sub(lambda m: (m.groupdict().get("before") or "") + _MARK, text)
    return _PLACE.sub(_MARK, _NAMED.sub(lambda m: m[1] + _MARK, text))


def _is_plain(text: str) -> bool:
    """Whether capitals tell anything: in A Text Written Like This they do not."""
    words = re.findall(r"[A-Za-z]{4,}", text)
    return 4 * sum(w[0].isupper() for w in words) <= 3 * len(words) or len(words) < 2


def _only_quoted(match: re.Match[str]) -> bool:
    """Whether the quote is a name or something somebody words, and not what a person says."""
    quote = match[1] or match[2]
    if _DYING.search(quote):
        return False
    around = (
        match.string[max(match.start() - 90, 0) : match.start()] + " " + match.string[match.end() : match.end() + 60]
    )
    if _WORDING.search(around):
        return True
    near = around[-150:] + quote
    return re.fullmatch(_CAPITALS, quote) is not None and not quote.startswith("I ") and bool(_NAME_NOUN.search(near))
