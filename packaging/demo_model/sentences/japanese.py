"""Japanese: what a person might dictate at work or at home.

The synthesiser needs kana, so every word with kanji carries its reading after a bar. In the
templates' own text は is the particle, which sounds わ.
"""

import random

from sentences.han_numbers import numeral
from sentences.sentence import Piece
from sentences.template import Language

ONES = ("ぜろ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")

WORDS = {
    "who": (
        "私|わたし", "彼|かれ", "彼女|かのじょ", "先生|せんせい", "友達|ともだち", "母|はは",
        "父|ちち", "学生|がくせい", "田中さん|たなかさん", "山本さん|やまもとさん",
    ),
    "when": (
        "今日|きょう", "明日|あした", "毎日|まいにち", "来週|らいしゅう", "今夜|こんや",
        "午後|ごご", "週末|しゅうまつ", "来月|らいげつ",
    ),
    "do": (
        "学校に行きます| がっこうに いきます", "東京に行きます| とうきょうに いきます",
        "コーヒーを飲みます| コーヒーを のみます", "お茶を飲みます| おちゃを のみます",
        "本を読みます| ほんを よみます", "映画を見ます| えいがを みます",
        "音楽を聞きます| おんがくを ききます", "手紙を書きます| てがみを かきます",
        "電話をかけます| でんわを かけます", "家に帰ります| いえに かえります",
        "ご飯を食べます| ごはんを たべます", "会議をします| かいぎを します",
        "窓を開けます| まどを あけます", "ファイルを保存します| ファイルを ほぞんします",
        "駅で待ちます| えきで まちます", "写真を撮ります| しゃしんを とります",
        "部屋を掃除します| へやを そうじします", "メールを送ります| メールを おくります",
        "日本語を勉強します| にほんごを べんきょうします",
        "報告書を作ります| ほうこくしょを つくります",
    ),
    "please": (
        "窓を開けて| まどを あけて", "メールを送って| メールを おくって",
        "ここで待って| ここで まって", "電話をかけて| でんわを かけて",
        "写真を撮って| しゃしんを とって", "ファイルを保存して| ファイルを ほぞんして",
        "もう一度話して| もういちど はなして", "名前を書いて| なまえを かいて",
    ),
    "thing": (
        "会議|かいぎ", "報告書|ほうこくしょ", "映画|えいが", "部屋|へや", "コーヒー",
        "写真|しゃしん", "電車|でんしゃ", "パソコン",
    ),
    "is": (
        "いいです", "大切です|たいせつです", "新しいです|あたらしいです", "静かです|しずかです",
        "面白いです|おもしろいです", "とても遅いです| とても おそいです", "きれいです",
    ),
    "weather": (
        "いいです", "悪いです|わるいです", "寒いです|さむいです", "暑いです|あついです",
    ),
    "numbered": ("部屋|へや", "番号|ばんごう", "電車|でんしゃ", "席|せき"),
    "goods": ("りんご", "この本|このほん", "切符|きっぷ", "コーヒー", "この写真|このしゃしん"),
    "city": ("東京|とうきょう", "大阪|おおさか", "京都|きょうと", "札幌|さっぽろ"),
}  # fmt: skip
TEMPLATES = {
    "{who}は{when}{do}。": 4,
    "{when}は{do}。": 1,
    "{when}、{who}は{do}。": 3,
    "{who}は{when}{do}か？": 2,
    "{who}と{who}は{do}。": 2,
    "{who}の{thing}は{is}。": 3,
    "{when}の{thing}は{is}。": 2,
    "{when}、{please}ください。": 2,
    "{please}ください。": 1,
    "{city}の天気は{weather}。": 1,
    "{when}の{city}は{weather}か？": 1,
    "{who}の{numbered}は{count}番です。": 3,
    "{goods}は{count}円です。": 2,
    "{city}まで{count}分です。": 2,
    "電池は{percent}です。": 1,
}
STOCK = (
    "こんにちは。", "はい。", "いいえ。", "さようなら。", "おはようございます。",
    "ありがとうございます。",
    "すみません。", "すみません、分かりません。|すみません、わかりません。",
    "初めまして、よろしくお願いします。|はじめまして、よろしく おねがいします。",
    "音声入力のテストです。|おんせい にゅうりょくの テストです。",
    "お休みなさい。|おやすみなさい。",
    "ちょっと待ってください。|ちょっと まってください。", "大丈夫です。|だいじょうぶです。",
    "新しい行。|あたらしいぎょう。", "今何時ですか？|いま なんじですか？",
)  # fmt: skip
# Readings of the kanji that the templates themselves use.
TEMPLATE_READINGS = {
    "は": " わ ",
    "番": "ばん",
    "円": "えん",
    "分": "ふん",
    "電池": "でんち",
    "天気": "てんき",
}


def reading(text: str) -> str:
    for written, sound in TEMPLATE_READINGS.items():
        text = text.replace(written, sound)
    return text


def kana(number: int) -> str:
    """1 to 99."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else ONES[tens]) + "じゅう" if tens else ""
    return head + (ONES[ones] if ones else "")


def count(rng: random.Random) -> Piece:
    number = rng.randint(1, 99)
    return Piece(str(number), numeral(number), " " + kana(number))


def percent(rng: random.Random) -> Piece:
    number = rng.randint(1, 99)
    return Piece(f"{number}%", f"{numeral(number)}パーセント", f" {kana(number)} パーセント")


JAPANESE = Language(
    code="ja",
    templates=TEMPLATES,
    words=WORDS,
    makers={"count": count, "percent": percent},
    stock=STOCK,
    stock_share=0.07,
    joiner="",
    sound=reading,
)
