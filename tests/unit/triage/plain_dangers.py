"""One plain danger a category, as a clause that can be denied, dated, or told of somebody."""

from __future__ import annotations

from typing import NamedTuple


class Danger(NamedTuple):
    """A category, a plain statement, and noun phrases for the families that deny or ask."""

    category: str
    said: str
    noun: str
    of_somebody: str


DANGERS = (
    Danger("suicide", "I want to kill myself", "suicidal thoughts", "my wife wants to kill herself"),
    Danger("heart_lungs", "I have chest pain", "chest pain", "my husband has chest pain"),
    Danger("stroke", "my face is drooping on one side", "slurred speech", "mom's face is drooping on one side"),
    Danger("overdose", "I took too many pills", "overdose", "my son swallowed my iron tablets"),
    Danger("sedation", "I took gabapentin and my lips are blue", "blue lips", "dad took morphine, he won't wake up"),
    Danger("cauda_equina", "I am numb between my legs", "numbness between my legs", "my son is numb between his legs"),
    Danger("limb", "my foot is ice cold and white", "cold blue foot", "dad's foot is ice cold and white"),
    Danger("violence", "my husband hits me", "domestic violence", "my sister is being beaten by her boyfriend"),
    Danger("bleeding", "my leg is bleeding and it will not stop", "heavy bleeding", "mom's varicose vein burst"),
    Danger("collapse", "my wife is unconscious", "seizure", "my son is having a seizure"),
    Danger("clot", "my left calf is swollen and hot", "blood clot in my leg", "my wife's left calf is swollen, hot"),
    Danger("weakness", "my legs suddenly gave out", "sudden leg weakness", "my mother's legs suddenly gave out"),
    Danger("swelling", "both my legs are severely swollen", "severe leg swelling", "his legs are severely swollen"),
    Danger("infection", "my leg wound is infected and I have a fever", "pus", "my dad's foot ulcer is infected"),
    Danger("withdrawal", "I am in withdrawal and shaking", "hallucinations", "my dad is hallucinating"),
    Danger("sleep_attack", "I fell asleep while driving", "sleep attacks", "my husband fell asleep while driving"),
    Danger("impulse", "I can't stop gambling", "compulsive gambling", "my wife can't stop gambling on ropinirole"),
    Danger("pregnancy", "I'm pregnant and bleeding", "preeclampsia", "my daughter is pregnant and bleeding"),
    Danger("low_mood", "I feel hopeless", "depression", "my husband is so depressed"),
)
