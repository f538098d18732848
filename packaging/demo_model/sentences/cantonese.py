"""Cantonese, in simplified characters: what a person might dictate at work or at home."""

from sentences import han_numbers
from sentences.template import Language

WORDS = {
    "who": "我 你 佢 我哋 佢哋 老师 妈妈 爸爸 医生 朋友 陈先生".split(),
    "when": "今日 听日 琴日 而家 下昼 今晚 周末 下个礼拜 礼拜一 礼拜五".split(),
    "later": "今日 听日 下昼 今晚 周末 下个礼拜 礼拜一 礼拜五".split(),
    "do": (
        "去学校 去香港 去医院 饮茶 饮咖啡 食饭 睇戏 听音乐 打电话 开会 买书 返屋企 写信 坐地铁 "
        "煮饭 跑步 睇书 整电脑 影相 学广东话 打开窗户 准备报告"
    ).split(),
    "thing": "报告 文件 电脑 手机 照片 房间 咖啡".split(),
    "good": "好靓 好重要 太大 好慢 准备好喇 唔见咗".split(),
    "weather": "好好 好冻 好热 几好".split(),
    "goods": "呢本书 呢个苹果 呢杯咖啡 呢部电脑 嗰件衫".split(),
    "items": "苹果 学生 朋友 问题 文件".split(),
    "city": "香港 广州 澳门 深圳".split(),
}
TEMPLATES = {
    "{when}{who}{do}。": 3,
    "{who}{later}想{do}。": 3,
    "{who}{later}想唔想{do}呀？": 2,
    "{when}天气{weather}，{who}想{do}。": 2,
    "{city}{when}嘅天气{weather}。": 2,
    "{who}嘅{thing}{good}。": 2,
    "我觉得{who}应该{do}。": 2,
    "{who}{do}之后{do}。": 2,
    "{goods}{count}蚊。": 2,
    "{who}有{count}个{items}。": 2,
    "唔该{later}帮我{do}。": 2,
    "你可唔可以帮{who}{do}呀？": 2,
    "我嘅电话号码系{digits}。": 1,
    "今日系{month}月{day}号。": 1,
    "{who}嘅生日系{month}月{day}号。": 2,
    "从{city}到{city}要{count}分钟。": 1,
    "{who}喺边度{do}呀？": 1,
}
STOCK = (
    "你好。", "多谢。", "唔该。", "再见。", "早晨。", "对唔住。", "系呀。", "唔系。", "好呀。",
    "早晨，你好吗？", "多谢，再见。", "对唔住，我唔知。", "我哋系香港人。", "佢喺边度呀？",
    "而家几点呀？", "等一阵。", "冇问题。", "好开心呀！",
)  # fmt: skip
CANTONESE = Language(
    code="yue",
    templates=TEMPLATES,
    words=WORDS,
    makers=han_numbers.MAKERS,
    stock=STOCK,
    stock_share=0.07,
    joiner="",
)
