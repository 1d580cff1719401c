"""What a finger asks for: one value a button. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from hall_daemon.wire.ratings import RatingReason
from kiosk_ui.state.drafts import Place

# The code of a language that has a file of words.
Language = str
Way = Literal["large", "contrast", "low", "spoken", "senior"]

class Key(Enum):
    """Buttons that say nothing but themselves."""

    TURN_LEAF = auto()  # the next page of choices, from the last one to the first again
    ASK_PRIORITY = auto()
    TAKE_NUMBER = auto()
    TRY_AGAIN = auto()  # the same draw with the same key, or the same question
    OPEN_CHOOSE = auto()  # 取号排队
    OPEN_GUIDES = auto()  # 事项指南
    OPEN_FORMS = auto()  # 材料预审
    OPEN_CHECK_IN = auto()  # 到厅签到
    OPEN_SEARCH = auto()
    OPEN_LOOKUP = auto()
    OPEN_LOOKUPS = auto()  # 查别的
    OPEN_WAITS = auto()
    OPEN_NOTICES = auto()
    CALL_HELP = auto()  # 叫人帮忙
    OPEN_LANGUAGES = auto()
    REPEAT = auto()  # 再听一遍
    TURN_WORDS = auto()  # the next words that letters may mean
    ERASE = auto()
    CLEAR = auto()
    FIND = auto()
    COME_BACK = auto()  # 过号返回
    PRINT_SLIP = auto()  # 补打: the slip of the number that is shown
    ASK_CANCEL = auto()  # 放弃号码: asks first
    CANCEL = auto()  # 确认放弃: the number that was drawn here is given up
    BACK = auto()
    HOME = auto()  # to the first page; language and assistance stay
    FINISH = auto()  # the person goes: everything is wiped
    STAY = auto()  # 继续
    OPEN_FORM = auto()  # 先做预审
    OPEN_TOPICS = auto()  # 全部内容: all that a guide tells
    OPEN_PICTURES = auto()  # 看图片, and the next one
    OPEN_WALK = auto()  # 走一遍看看: the form with its samples, and nothing is sent
    NEXT = auto()  # 下一题
    ADD_ROW = auto()
    DROP_ROW = auto()
    SWITCH_KEYS = auto()  # to the next keyboard: letters, digits and signs
    PLAIN_KEYS = auto()  # ordinary print for a keyboard that needs the room
    HAND_IN = auto()  # 下一步：交材料
    NEW_CODE = auto()
    SEND = auto()  # 内容属实，提交预审
    INSIST = auto()  # 就用这张
    NOT_NEEDED = auto()  # 不用改，说理由
    PROMISE = auto()  # 承诺后补, or not any more
    PROMISE_INSTEAD = auto()  # 承诺代替
    DRAW_PREPARED = auto()  # 现在去办，出号
    OPEN_REVIEW = auto()  # 查预审
    RATE = auto()  # 评价: how the visit was
    BRING = auto()  # 用这个号办我的预审
    TAKE_ALONG = auto()  # 带到手机上接着办
    SAME_NUMBER = auto()  # 两边数字一样
    SCAN = auto()  # 拍照: the camera or scanner of this kiosk
    KEEP_SHOT = auto()  # 就交这张
    DROP_SHOT = auto()  # 重拍
    PRINT_LIST = auto()  # 打印告知书
    END_HELP = auto()  # 不用来了


@dataclass(frozen=True, slots=True)
class ChooseQueue:
    queue: str


@dataclass(frozen=True, slots=True)
class ChooseService:
    service: str


@dataclass(frozen=True, slots=True)
class ChooseGroup:
    group: str


@dataclass(frozen=True, slots=True)
class ChooseGuide:
    matter: str


@dataclass(frozen=True, slots=True)
class ChooseNotice:
    notice: str


@dataclass(frozen=True, slots=True)
class AskWord:
    """A word in what is read, which names another matter."""

    word: str


@dataclass(frozen=True, slots=True)
class ChooseTopic:
    """What of a guide is to be read."""

    topic: str


@dataclass(frozen=True, slots=True)
class ChooseGround:
    """A ground for priority by law; "" takes it back."""

    ground: str


@dataclass(frozen=True, slots=True)
class TypeKey:
    key: str


@dataclass(frozen=True, slots=True)
class ChooseOption:
    """Of a question: it is the answer, or one more of several, or none any more."""

    value: str


@dataclass(frozen=True, slots=True)
class PickText:
    """What the first `used` letters of pinyin mean."""

    text: str
    used: int

    def __repr__(self) -> str:
        return "PickText(…)"


@dataclass(frozen=True, slots=True)
class SamePerson:
    """The open question is about that one of those (from 0) who stand in the form already."""

    at: int


@dataclass(frozen=True, slots=True)
class GoTo:
    """To a question: to mend it, or a row of a group."""

    at: Place


@dataclass(frozen=True, slots=True)
class MendEntry:
    """To the place of entry `at` (from 0) of the one list."""

    at: int


@dataclass(frozen=True, slots=True)
class GiveReason:
    """Why an entry of the one list needs no mending: a sentence that the page offers, as it was read."""

    text: str


@dataclass(frozen=True, slots=True)
class ChooseLevel:
    """How a visit was, 1 to 5."""

    level: int


@dataclass(frozen=True, slots=True)
class ChooseReason:
    """Why it was not good: one more of several, or none any more."""

    reason: RatingReason


@dataclass(frozen=True, slots=True)
class ShowPaper:
    paper: str


@dataclass(frozen=True, slots=True)
class Speak:
    """Change the language."""

    language: Language


@dataclass(frozen=True, slots=True)
class Switch:
    """How the page is shown, the other way round; 长辈模式 (senior) is all on, or all off."""

    way: Way


Press = (
    Key | ChooseQueue | ChooseService | ChooseGroup | ChooseGuide | ChooseGround | TypeKey | Speak | Switch
    | ChooseOption | PickText | SamePerson | GoTo | MendEntry | GiveReason | ShowPaper | ChooseNotice
    | ChooseTopic | AskWord | ChooseLevel | ChooseReason
)
