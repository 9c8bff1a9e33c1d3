"""Pictures that come with scikit-image and need no network, by the names it gives them."""

from pathlib import Path

from limen.errors import LimenError, unknown
from limen.language import Text

PICTURES: dict[str, tuple[str, Text]] = {
    "astronaut": ("astronaut.png", Text("an astronaut; colour", "宇航员；彩色")),
    "brick": ("brick.png", Text("a brick wall; grey", "砖墙；灰度")),
    "camera": ("camera.png", Text("a man with a camera; grey", "摄影师；灰度")),
    "cell": ("cell.png", Text("a cell under the microscope; grey", "显微镜下的细胞；灰度")),
    "chelsea": ("chelsea.png", Text("a cat; colour", "猫；彩色")),
    "chessboard": ("chessboard_GRAY.png", Text("a chess board; grey", "棋盘；灰度")),
    "clock": ("clock_motion.png", Text("a clock, blurred by motion; grey", "运动模糊的时钟；灰度")),
    "coffee": ("coffee.png", Text("a cup of coffee; colour", "一杯咖啡；彩色")),
    "coins": ("coins.png", Text("twenty-four Greek coins; grey", "二十四枚希腊钱币；灰度")),
    "colorwheel": ("color.png", Text("a wheel of colours", "色轮")),
    "grass": ("grass.png", Text("grass; grey", "草地；灰度")),
    "gravel": ("gravel.png", Text("gravel; grey", "碎石；灰度")),
    "horse": ("horse.png", Text("the outline of a horse; black on clear", "马的剪影；透明底上的黑色")),
    "hubble": ("hubble_deep_field.jpg", Text("galaxies, by the Hubble telescope; colour", "哈勃望远镜拍的星系；彩色")),
    "ihc": ("ihc.png", Text("stained tissue under the microscope; colour", "显微镜下的染色组织；彩色")),
    "microaneurysms": ("microaneurysms.png", Text("vessels of an eye; grey", "眼底血管；灰度")),
    "moon": ("moon.png", Text("the surface of the moon; grey and dull", "月球表面；灰度，对比度低")),
    "page": ("page.png", Text("a printed page, unevenly lit; grey", "光照不均的印刷页；灰度")),
    "retina": ("retina.jpg", Text("the back of an eye; colour", "视网膜；彩色")),
    "rocket": ("rocket.jpg", Text("a rocket on its pad; colour", "发射台上的火箭；彩色")),
    "text": ("text.png", Text("hand-written words; grey", "手写文字；灰度")),
}


def bundled(name: str) -> Path:
    """The file of a picture by its name.

    Raises:
        LimenError: there is no such name (the nearest is told), or scikit-image came without it.
    """
    if name not in PICTURES:
        raise unknown("picture", name, PICTURES, see="limen image")
    import skimage

    path = Path(skimage.__file__).parent / "data" / PICTURES[name][0]
    if not path.is_file():
        raise LimenError(
            f"The picture {name!r} did not come with scikit-image here; {str(path)!r} is missing. Name a file of yours."
        )
    return path


def find_picture(name: str) -> Path:
    """A person's file where there is one of this name, else a picture that comes with scikit-image."""
    path = Path(name)
    theirs = name in PICTURES and not path.is_file()
    return bundled(name) if theirs or not (path.exists() or path.suffix or len(path.parts) > 1) else path
