"""Chinese and Japanese numbers, as written with digits and with characters."""

import random

from sentences.sentence import Piece

DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """0 to 999 in Chinese characters: 215 -> 二百一十五."""
    if number < 10:
        return DIGITS[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")
    hundreds, rest = divmod(number, 100)
    head = DIGITS[hundreds] + "百"
    if rest == 0:
        return head
    if rest < 10:
        return head + "零" + DIGITS[rest]
    return head + ("一" if rest < 20 else "") + numeral(rest)


def _written(number: int) -> Piece:
    return Piece(str(number), numeral(number), numeral(number))


def count(rng: random.Random) -> Piece:
    """3 to 999, mostly small. Two is left out: before a measure word it is 两, not 二."""
    return _written(rng.randint(3, 99) if rng.random() < 0.75 else rng.randint(100, 999))


def percent(rng: random.Random) -> Piece:
    number = rng.randint(3, 99)
    return Piece(f"{number}%", f"百分之{numeral(number)}", f"百分之{numeral(number)}")


def month(rng: random.Random) -> Piece:
    return _written(rng.randint(1, 12))


def day(rng: random.Random) -> Piece:
    return _written(rng.randint(1, 31))


def hour(rng: random.Random) -> Piece:
    number = rng.randint(1, 12)
    word = "两" if number == 2 else numeral(number)
    return Piece(str(number), word, word)


def digits(rng: random.Random) -> Piece:
    """3 to 6 digits, spoken one by one."""
    drawn = [rng.randint(0, 9) for _ in range(rng.randint(3, 6))]
    words = "".join(DIGITS[digit] for digit in drawn)
    return Piece("".join(map(str, drawn)), words, words)


MAKERS = {
    "count": count,
    "percent": percent,
    "month": month,
    "day": day,
    "hour": hour,
    "digits": digits,
}
