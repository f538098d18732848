"""English numbers, amounts, dates and times, as written and as spoken."""

import random

from sentences.sentence import Piece

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
MONTHS = (
    "January February March April May June July August September October November December"
).split()


def cardinal(number: int) -> str:
    """0 to 9999, in words."""
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens - 2] + (f" {ONES[ones]}" if ones else "")
    unit, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    head, rest = divmod(number, unit)
    return f"{ONES[head]} {name}" + (f" {cardinal(rest)}" if rest else "")


def ordinal(number: int) -> str:
    """1 to 31, in words."""
    if number <= 20:
        return ORDINALS[number - 1]
    return "thirtieth" if number == 30 else f"{TENS[number // 10 - 2]} {ORDINALS[number % 10 - 1]}"


def ordinal_suffix(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _said(written: str, words: str) -> Piece:
    return Piece(written, words, words)


def count(rng: random.Random) -> Piece:
    """2 to 999, mostly small."""
    number = rng.randint(2, 99) if rng.random() < 0.7 else rng.randint(100, 999)
    return _said(str(number), cardinal(number))


def small_count(rng: random.Random) -> Piece:
    number = rng.randint(2, 60)
    return _said(str(number), cardinal(number))


def dollars(rng: random.Random) -> Piece:
    chance = rng.random()
    if chance < 0.65:
        number = rng.randint(2, 99)
    elif chance < 0.9:
        number = rng.randint(100, 999)
    else:
        number = rng.randint(10, 99) * 100
    return _said(f"${number}", f"{cardinal(number)} dollars")


def percent(rng: random.Random) -> Piece:
    number = rng.randint(2, 100)
    return _said(f"{number}%", f"{cardinal(number)} percent")


def day_of_month(rng: random.Random) -> Piece:
    """ "June 15th"."""
    number, month = rng.randint(1, 31), rng.choice(MONTHS)
    return _said(f"{month} {number}{ordinal_suffix(number)}", f"{month} {ordinal(number)}")


def year(rng: random.Random) -> Piece:
    """1950 to 2039, as years are read: "twenty twenty six", "two thousand four"."""
    number = rng.randint(1950, 2039)
    century, rest = divmod(number, 100)
    if 2000 <= number <= 2009:
        return _said(str(number), cardinal(number))
    return _said(str(number), f"{cardinal(century)} {cardinal(rest)}")


def clock(rng: random.Random) -> Piece:
    """ "2:30 PM"; spelled by sound for the synthesisers, which read "a m" as an article."""
    hour, minute = rng.randint(1, 12), rng.choice((0, 10, 15, 20, 30, 40, 45, 50))
    half, letters, sounds = rng.choice((("AM", "a m", "ay em"), ("PM", "p m", "pee em")))
    words = cardinal(hour) + (f" {cardinal(minute)}" if minute else "")
    return Piece(f"{hour}:{minute:02d} {half}", f"{words} {letters}", f"{words} {sounds}")


def digits(rng: random.Random) -> Piece:
    """3 to 7 digits, spoken one by one."""
    drawn = [rng.randint(0, 9) for _ in range(rng.randint(3, 7))]
    return _said("".join(map(str, drawn)), " ".join(ONES[digit] for digit in drawn))


MAKERS = {
    "count": count,
    "small_count": small_count,
    "dollars": dollars,
    "percent": percent,
    "date": day_of_month,
    "year": year,
    "clock": clock,
    "digits": digits,
}
