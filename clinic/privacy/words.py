"""Words that are no names here, although a model trained on news takes them for some; and names that are no words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import yaml

DATA = Path("data")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Illnesses, signs, medicines and firms that bear a person's name, beside those in the clinic's own texts.
_NAMESAKES = """
    ekbom willis parkinson parkinsons parkinson's alzheimer alzheimer's hashimoto hashimoto's graves crohn
    crohn's sjogren sjogren's raynaud raynaud's barrett duchenne guillain barre huntington huntington's hansen
    hodgkin hodgkin's rett chagas virchow leiden baker baker's doppler holter achilles charley charlie epsom
    lyme lewy gehrig gehrig's tourette tourette's meniere meniere's addison addison's cushing cushing's horton
    marfan ehlers danlos asperger asperger's down's st. john's st hopkins mayo medicare medicaid obama blue
    cross aetna cigna humana tylenol advil aleve motrin benadryl sudafed zyrtec claritin zofran reglan
    phenergan prozac zoloft lexapro celexa paxil effexor cymbalta wellbutrin remeron trazodone seroquel
    zyprexa abilify risperdal lithium xanax ativan klonopin valium ambien lunesta requip mirapex neupro
    sinemet stalevo horizant neurontin lyrica gralise eliquis xarelto coumadin plavix synthroid metformin
    ozempic mounjaro lisinopril lipitor norco vicodin percocet oxycontin suboxone methadone botox nidra venmo
    zelle covid moderna pfizer meis1 btbd9
"""
_FAMILY = """
    mom mum mommy mummy mama mother dad daddy papa father grandma grandpa granny grandmother grandfather nana
    husband wife son daughter brother sister aunt uncle cousin nephew niece friend partner boyfriend
    girlfriend neighbor
"""
_ORDINARY = """
    mr mrs ms miss mister dr doc prof a an and are as at back be been but by can could did do does dont for
    from get got had has have he hello help her here hey hi him his how i i'd i'll i'm i've if im in is it
    it's its just know like me my no nobody not of off ok okay on or our out please really she so some sorry
    thanks that the their them then there they this to today tomorrow tonight too up us very was way we well
    went what when where which who why will with would yes you your monday tuesday wednesday thursday friday
    saturday sunday january february march april may june july august september october november december
    morning evening night am pm later soon new old first last same other someone anyone everyone somebody
    anybody back now again maybe asap anytime whenever crazy terrible awful urgent weird great good bad
"""


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Given names that are hardly ever anything else, in small letters."""
    return _listed("given_names.txt")


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Common surnames in small letters."""
    return _listed("surnames.txt")


@lru_cache(maxsize=2)
def clinic_words(data: Path = DATA) -> frozenset[str]:
    """Small-letter words of the clinic's own texts and of the questions it knows; a given name is none of them."""
    found = Counter(word for line in _lines(data) for word in words_of(line))
    usual = {word for word, times in found.items() if times > 1}
    return frozenset((usual - given_names()) | set(f"{_NAMESAKES} {_FAMILY} {_ORDINARY}".split()))


def words_of(text: str) -> Iterator[str]:
    """The words in small letters, those of the form "Parkinson's" also without the ending."""
    for match in WORD.finditer(text.lower().replace("’", "'")):
        yield match[0]
        if match[0].endswith("'s"):
            yield match[0][:-2]
        if "-" in match[0]:
            yield from match[0].split("-")


def _listed(name: str) -> frozenset[str]:
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _lines(data: Path) -> Iterator[str]:
    """Texts of answers, titles and word lists, and the examples; without those in which people say who they are."""
    for path in sorted([*(data / "answers").rglob("*.yml"), *(data / "nlu").rglob("*.yml")]):
        if path.stem not in ("inform", "out_of_scope", "small_talk"):
            yield from (line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
    for name in ("titles.yml", "lexicon.yml"):
        yield from (data / "clinic" / name).read_text("utf-8").splitlines()
    facts = yaml.safe_load((data / "clinic" / "clinic.yml").read_text("utf-8"))
    for value in (facts.get("facts") or {}).values():
        yield from [str(value)] * 2  # said once is enough: it is the clinic's own name
