"""`python -m docs.samples`: the samples and blank papers that the demo's guides show, in config/guides/files.

Drawn here, of nobody: names, numbers and faces are none, and 样例 stands across each sample. Needs Debian's
fonts-noto-cjk.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FILES = Path(__file__).resolve().parents[1] / "config" / "guides" / "files"
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SIMPLIFIED = 2  # of the fonts in that file
# A4 at 90 dots an inch: it can be read on a screen, and is no more than a few kilobytes.
WIDE, HIGH = 744, 1052
INK, SOFT, PEN, MARK = "#1a1a1a", "#8a8f98", "#1c4f9c", "#f0c4c0"

Paper = ImageDraw.ImageDraw
# What is printed, and what is written in by hand on a sample.
POWER_OF_ATTORNEY = (
    ("委托人（姓名）：", "样例甲"), ("身份证号码：", "（按身份证填写）"),
    ("受托人（姓名）：", "样例乙"), ("身份证号码：", "（按身份证填写）"),
    ("委托事项：", "办理××事项：提交材料、领取结果"), ("委托权限：", "代为签收文书，不代为变更申请内容"),
    ("委托期限：", "2026年12月1日 至 2026年12月31日"),
)


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size, index=SIMPLIFIED)


def power_of_attorney(paper: Paper, *, sample: bool) -> None:
    paper.text((WIDE / 2, 130), "授权委托书", INK, font(40), "mm")
    for at, (label, written) in enumerate(POWER_OF_ATTORNEY):
        y = 230 + at * 72
        paper.text((80, y), label, INK, font(22), "ls")
        begins = 80 + paper.textlength(label, font(22))
        paper.line((begins, y + 8, WIDE - 80, y + 8), SOFT, 2)
        if sample:
            paper.text((begins + 10, y), written, PEN, font(22), "ls")
    paper.text((80, 760), "受托人在上述权限和期限内所办的事，委托人都承认。", INK, font(20), "ls")
    for y, label, written in ((850, "委托人签名（单位盖章）：", "样例甲"), (910, "日期：", "2026年12月1日")):
        paper.text((330, y), label, INK, font(22), "ls")
        if sample:
            paper.text((335 + paper.textlength(label, font(22)), y), written, PEN, font(22), "ls")


def id_card_copy(paper: Paper, *, sample: bool) -> None:
    """Both sides on one page, straight and whole."""
    paper.text((WIDE / 2, 80), "居民身份证复印件", INK, font(30), "mm")
    paper.text((WIDE / 2, 122), "正反两面印在同一页，四角齐全，字看得清", INK, font(20), "mm")
    for top, side in ((180, "有照片的一面"), (580, "有国徽的一面")):
        paper.text((142, top), side, INK, font(20), "ls")
        paper.rounded_rectangle((142, top + 14, 602, top + 304), 16, None, INK, 3)
    for at, label in enumerate(("姓名", "性别　　民族", "出生", "住址")):
        paper.text((170, 240 + at * 44), label, SOFT, font(20), "ls")
    paper.text((170, 460), "公民身份号码", SOFT, font(20), "ls")
    paper.rounded_rectangle((450, 220, 575, 375), 6, None, SOFT, 2)
    paper.text((512, 298), "照片", SOFT, font(20), "mm")
    paper.ellipse((175, 625, 265, 715), None, SOFT, 2)
    paper.text((220, 670), "国徽", SOFT, font(20), "mm")
    paper.text((410, 650), "中华人民共和国", SOFT, font(24), "mm")
    paper.text((410, 696), "居民身份证", SOFT, font(30), "mm")
    for at, label in enumerate(("签发机关", "有效期限")):
        paper.text((230, 800 + at * 44), label, SOFT, font(20), "ls")


def drawn(draw: Callable[..., None], *, sample: bool) -> Image.Image:
    page = Image.new("RGB", (WIDE, HIGH), "white")
    if sample:
        mark = Image.new("L", (WIDE, HIGH), 0)
        ImageDraw.Draw(mark).text((WIDE / 2, HIGH / 2), "样　例", 255, font(190), "mm")
        page.paste(MARK, mask=mark.rotate(35, fillcolor=0))
    draw(ImageDraw.Draw(page), sample=sample)
    return page.quantize(16)


def main() -> None:
    drawn(power_of_attorney, sample=True).save(FILES / "poa-sample.png", optimize=True)
    drawn(power_of_attorney, sample=False).save(FILES / "poa-blank.png", optimize=True)
    drawn(id_card_copy, sample=True).save(FILES / "id-card-sample.png", optimize=True)


if __name__ == "__main__":
    main()
