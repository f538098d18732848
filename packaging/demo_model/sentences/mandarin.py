"""Mandarin Chinese: what a person might dictate at work or at home."""

from sentences import han_numbers
from sentences.template import Language

WORDS = {
    "who": "我 你 他 我们 他们 老师 妈妈 爸爸 医生 学生 经理 王先生 李小姐 我的朋友".split(),
    "when": "今天 明天 昨天 早上 下午 晚上 现在 周末 下个星期 星期一 星期五".split(),
    "later": "今天 明天 下午 晚上 周末 下个星期 星期一 星期五 下个月".split(),
    "soon": "今天 明天 下午 晚上 星期一 星期五".split(),
    "do": (
        "去学校 去北京 去上海 去医院 去图书馆 喝咖啡 喝茶 吃苹果 看电影 听音乐 写文章 打电话 "
        "发邮件 开会 买书 学中文 回家 打开窗户 关闭文件 保存文档 坐火车 做饭 跑步 修电脑 "
        "整理房间 准备报告 打印合同 看报纸 给老师写信 跟朋友见面"
    ).split(),
    "thing": "报告 合同 文件 邮件 电脑 手机 照片 房间 咖啡 音乐".split(),
    "good": "很好 很重要 太大了 太慢了 很漂亮 非常有意思 准备好了 不见了".split(),
    "weather": "很好 很冷 很热 不错 不太好".split(),
    "goods": "这本书 这个苹果 火车票 咖啡 这台电脑 那件衣服".split(),
    "items": "苹果 学生 朋友 文件 问题 房间".split(),
    "event": "会议 电影 火车 音乐会 中文课".split(),
    "city": "北京 上海 广州 香港".split(),
}
TEMPLATES = {
    "{when}{who}{do}。": 3,
    "{who}{later}想{do}。": 3,
    "{who}{later}要{do}吗？": 2,
    "请你{later}{do}。": 2,
    "你可以帮我{do}吗？": 1,
    "请帮{who}{do}。": 1,
    "我觉得{who}应该{do}。": 2,
    "{when}天气{weather}，{who}想{do}。": 2,
    "{city}{when}的天气{weather}。": 2,
    "{who}的{thing}{good}。": 2,
    "{who}先{do}，然后{do}。": 2,
    "{goods}{count}块钱。": 2,
    "{who}有{count}个{items}。": 2,
    "{event}{soon}{hour}点开始。": 2,
    "我的电话号码是{digits}。": 1,
    "房间号是{digits}。": 1,
    "今天是{month}月{day}号。": 2,
    "{who}的生日是{month}月{day}号。": 2,
    "电池还有{percent}。": 1,
    "{who}完成了{percent}的{thing}。": 1,
    "从{city}到{city}要{count}分钟。": 1,
    "{who}在哪里{do}？": 1,
}
STOCK = (
    "你好。", "谢谢。", "再见。", "对不起。", "没关系。", "好的。", "是的。", "不是。",
    "你好，很高兴认识你。", "谢谢，再见。", "请问，现在几点？", "新的一行。", "语音输入测试。",
    "对不起，我不知道。", "早上好。", "晚安。", "请等一下。", "没问题。", "太好了！",
)  # fmt: skip
MANDARIN = Language(
    code="zh",
    templates=TEMPLATES,
    words=WORDS,
    makers=han_numbers.MAKERS,
    stock=STOCK,
    stock_share=0.07,
    joiner="",
)
