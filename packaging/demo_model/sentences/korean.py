"""Korean: what a person might dictate at work or at home."""

import random

from sentences.sentence import Piece
from sentences.template import Language

DIGITS = ("영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")

WORDS = {
    "who": "저는 친구는 선생님은 우리는 어머니는 아버지는 동생은 학생은 의사는 사장님은".split(),
    "whose": "제 친구의 선생님의 우리 어머니의 동생의".split(),
    "when": "오늘 내일 지금 아침에 저녁에 주말에 매일 월요일에 금요일에 내년에".split(),
    "do": (
        "학교에 갑니다", "서울에 갑니다", "부산에 갑니다", "병원에 갑니다", "도서관에 갑니다",
        "커피를 마십니다", "차를 마십니다", "책을 읽습니다", "영화를 봅니다", "음악을 듣습니다",
        "회의를 합니다", "전화를 합니다", "집에 갑니다", "이메일을 보냅니다", "밥을 먹습니다",
        "편지를 씁니다", "운동을 합니다", "파일을 저장합니다", "사진을 찍습니다",
        "보고서를 준비합니다", "방을 청소합니다", "한국어를 배웁니다", "창문을 엽니다",
    ),
    "ask": (
        "학교에 갑니까", "서울에 갑니까", "커피를 마십니까", "책을 읽습니까", "영화를 봅니까",
        "음악을 듣습니까", "회의를 합니까", "밥을 먹습니까", "운동을 합니까", "사진을 찍습니까",
    ),
    "please": (
        "창문을 열어", "전화를 해", "이메일을 보내", "파일을 저장해", "사진을 찍어",
        "보고서를 준비해", "방을 청소해", "책을 읽어", "여기에서 기다려",
    ),
    "thing": "회의가 보고서가 영화가 방이 커피가 사진이 컴퓨터가".split(),
    "is": "좋습니다 중요합니다 새롭습니다 조용합니다 재미있습니다 느립니다 아름답습니다".split(),
    "weather": "좋습니다 춥습니다 덥습니다 흐립니다".split(),
    "goods": "가격은 사과는 커피는 기차표는".split(),
    "city": "서울 부산 대구 제주".split(),
}  # fmt: skip
TEMPLATES = {
    "{who} {when} {do}.": 5,
    "{when} {who} {do}.": 3,
    "{who} {when} {ask}?": 3,
    "{whose} {thing} {is}.": 3,
    "{when} {please} 주세요.": 2,
    "{please} 주세요.": 1,
    "{city}의 날씨가 {weather}.": 1,
    "{when} {city}의 날씨가 {weather}.": 2,
    "{whose} 방 번호는 {count}번입니다.": 2,
    "제 전화번호는 {digits}입니다.": 2,
    "{goods} {count}원입니다.": 2,
    "{city}까지 {count}분 걸립니다.": 2,
    "오늘은 {month}월 {day}일입니다.": 2,
    "배터리는 {percent}퍼센트입니다.": 1,
}
STOCK = (
    "안녕하세요.", "네.", "아니요.", "감사합니다.", "죄송합니다.", "안녕히 계세요.",
    "안녕하세요, 반갑습니다.", "죄송합니다, 모르겠습니다.", "음성 입력 시험입니다.", "좋아요.",
    "괜찮습니다.", "잠깐만 기다려 주세요.", "지금 몇 시입니까?", "새 줄.", "잘 자요.",
)  # fmt: skip


def numeral(number: int) -> str:
    """0 to 999 in Sino-Korean words."""
    if number < 10:
        return DIGITS[number]
    unit, name = (10, "십") if number < 100 else (100, "백")
    head, rest = divmod(number, unit)
    return ("" if head == 1 else DIGITS[head]) + name + (numeral(rest) if rest else "")


def _written(number: int) -> Piece:
    return Piece(str(number), numeral(number), numeral(number))


def count(rng: random.Random) -> Piece:
    """1 to 999, mostly small."""
    return _written(rng.randint(1, 99) if rng.random() < 0.75 else rng.randint(100, 999))


def month(rng: random.Random) -> Piece:
    """1 to 12 without the irregular 6 (유월) and 10 (시월)."""
    return _written(rng.choice((1, 2, 3, 4, 5, 7, 8, 9, 11, 12)))


def day(rng: random.Random) -> Piece:
    return _written(rng.randint(1, 31))


def percent(rng: random.Random) -> Piece:
    return _written(rng.randint(2, 99))


def digits(rng: random.Random) -> Piece:
    """3 to 6 digits, spoken one by one."""
    drawn = [rng.randint(0, 9) for _ in range(rng.randint(3, 6))]
    words = "".join(DIGITS[digit] for digit in drawn)
    return Piece("".join(map(str, drawn)), words, words)


KOREAN = Language(
    code="ko",
    templates=TEMPLATES,
    words=WORDS,
    makers={"count": count, "month": month, "day": day, "percent": percent, "digits": digits},
    stock=STOCK,
    stock_share=0.07,
    joiner=" ",
)
