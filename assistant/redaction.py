"""Personal data masked before a text leaves the machine.

What people type into a question is theirs: numbers of identity cards, telephones and bank cards, addresses of mail,
and names that they introduce. Numbers that everybody may call (12345, 96567, 400…) stay, because they are asked about.
Where it is unclear whether something is personal, it is masked: the writer loses a word, the person loses nothing.
"""

from __future__ import annotations

import re

_GAP = r"[-\s—–－]?"
_CARD_DIGITS = (13, 19)  # the shortest and the longest card number
_EMAIL = re.compile(r"[\w.+%-]+\s?[@＠]\s?[\w-]+(?:[.．][\w-]+)+")
_IDENTITY = re.compile(rf"(?<!\d)\d{{6}}{_GAP}\d{{8}}{_GAP}\d{{3}}[\dXxＸｘ](?!\d)")
_CARD = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{{_CARD_DIGITS[0] - 1},{_CARD_DIGITS[1] - 1}}}(?!\d)")
_LONG = re.compile(rf"\d(?:{_GAP}\d){{14,}}")  # whatever it is, nothing public has so many digits in a row
_MOBILE = re.compile(rf"(?<!\d)(?:(?:[+＋]|00)?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)")
_LANDLINE = re.compile(
    rf"(?<!\d)[(（]?0\d{{2,3}}[)）]?{_GAP}[2-9]\d{{2,3}}{_GAP}\d{{4}}(?:\s?(?:转|分机|-)\s?\d{{1,6}})?(?!\d)"
)
# Without an area code seven or eight digits may be a date; a word before them says that they are not.
_LOCAL = re.compile(r"((?:电话|座机|固话|联系方式|号码)[^\d\n]{0,4})[2-9]\d{2,3}[-\s]?\d{4}(?!\d)")
_SPELT = re.compile(r"[零〇一二三四五六七八九幺]{7,}")
_ACCOUNT = re.compile(r"((?:微信|[Qq]{2})号?码?[是为:：\s]{0,3})(?=[A-Za-z\d])[\w-]{5,20}", re.ASCII)

_SURNAME = (
    "(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|南宫|端木|百里|"
    "[赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭鲁韦马苗凤方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝安常乐于傅齐康伍余顾孟黄穆萧肖尹姚邵汪祁毛禹狄贝臧戴宋庞熊纪舒屈项祝董梁"
    "杜阮蓝闵季贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万卢莫房缪解应宗丁邓洪包左石崔吉龚程邢裴陆翁甄封"
    "储靳段焦侯班仰仲宁甘厉祖武符刘景詹龙叶黎薄白蒲卓蔺屠池乔翟谭劳姬申冉桂牛边燕尚温庄晏柴阎闫连习艾易"
    "廖耿匡寇聂曾游竺简饶涂覃付岳])"
)
_ROLE = "高(?:企|校|管|工|新|层|级|等)|安全|万一|应届|连锁|任何|金融|石材|方便|包工|游客|江苏|安徽|常务"
_END = r"(?=[^\u3400-\u9fffA-Za-z]|$|先生|女士|同志|老师|[的是在我想要请和来问有,])"
_TOLD = re.compile(
    r"(我(?:的名字)?叫做?|(?:姓名|名字)(?:叫|是|为|[:：])\s?)(?!什么|啥|车|不)"
    rf"(?:[\u3400-\u9fff]{{1,6}}[·•][\u3400-\u9fff·•]{{1,12}}|[\u3400-\u9fff]{{2,4}}?{_END}"
    rf"|{_SURNAME}[\u3400-\u9fff]{{1,2}}|[A-Z][a-z]+(?: [A-Z][a-z]+){{0,2}})"
)
_MEANT = re.compile(
    rf"((?:我是|我姓|本人|联系人|这里是)[:：\s]?)(?!{_ROLE})[小老阿]?{_SURNAME}"
    rf"(?:(?=先生|女士|总|[的是,，。\s]|$)|[\u3400-\u9fff]{{1,2}}?{_END})"
)

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_LANDLINE, "〔电话〕"),
    (_LONG, "〔号码〕"),
    (_LOCAL, r"\1〔电话〕"),
    (_SPELT, "〔号码〕"),
    (_ACCOUNT, r"\1〔账号〕"),
    (_TOLD, r"\1〔姓名〕"),
    (_MEANT, r"\1〔姓名〕"),
)


def redacted(text: str) -> str:
    """The text with every piece of personal data replaced by its kind in 〔〕; masking twice changes nothing more."""
    masked = _EMAIL.sub("〔邮箱〕", text)
    masked = _IDENTITY.sub("〔身份证号〕", masked)
    masked = _MOBILE.sub("〔电话〕", masked)
    masked = _CARD.sub(lambda found: "〔银行卡号〕" if _checks(found.group()) else found.group(), masked)
    for pattern, mask in _MASKS:
        masked = pattern.sub(mask, masked)
    return masked


def _checks(number: str) -> bool:
    """Luhn: from the right, every second digit doubled, its own digits added; the whole divides by ten."""
    digits = [int(character) for character in reversed(number) if character.isdecimal()]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + doubled) % 10 == 0
