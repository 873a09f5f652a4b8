import hashlib
import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image

from gridcommons.cases.photos import Photo, reencode
from gridcommons.kit.errors import Refusal

MEGABYTE = 1_000_000


def kept(data: bytes, *, max_pixels: int = 50_000_000, max_side: int = 1600) -> Photo:
    return reencode(data, max_bytes=10 * MEGABYTE, max_pixels=max_pixels, max_side=max_side)


def refused(data: bytes, **limits: int) -> Refusal:
    with pytest.raises(Refusal) as caught:
        kept(data, **limits)
    assert caught.value.words().zh
    return caught.value


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, format=kind, **options)
    return file.getvalue()


def picture(width: int = 40, height: int = 20) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", (width, height), (200, 0, 0))
    image.paste((0, 0, 200), (width // 2, 0, width, height))
    return image


def seen(photo: Photo) -> Image.Image:
    image = Image.open(BytesIO(photo.jpeg_bytes))
    image.load()
    return image


def colour_at(photo: Photo, x: int, y: int) -> str:
    pixel = seen(photo).getpixel((x, y))
    assert isinstance(pixel, tuple)
    return "red" if pixel[0] > 150 and pixel[2] < 90 else "blue" if pixel[2] > 150 and pixel[0] < 90 else "other"


def png(width: int, height: int, body: bytes) -> bytes:
    """A PNG with any size written into its header."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_becomes_a_jpeg_of_the_same_size_with_its_hash(kind: str) -> None:
    photo = kept(written(picture(), kind))
    assert seen(photo).format == "JPEG"
    assert (photo.width, photo.height) == seen(photo).size == (40, 20)
    assert photo.sha256 == hashlib.sha256(photo.jpeg_bytes).hexdigest()
    assert colour_at(photo, 5, 10) == "red"
    assert colour_at(photo, 35, 10) == "blue"


def test_the_position_and_all_other_metadata_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x013B] = "SecretOwner"
    exif.get_ifd(0x8825).update({1: "N", 2: (28.0, 35.0, 32.0), 3: "E", 4: (119.0, 16.0, 35.0)})
    data = written(
        picture(),
        "JPEG",
        exif=exif,
        comment=b"SecretComment",
        icc_profile=b"SecretProfile" * 20,
        xmp=b"<x>SecretXmp</x>",
    )
    assert Image.open(BytesIO(data)).getexif().get_ifd(0x8825)[1] == "N"
    photo = kept(data)
    assert not seen(photo).getexif()
    assert set(seen(photo).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Secret" not in photo.jpeg_bytes
    assert b"Exif" not in photo.jpeg_bytes


# EXIF orientation: which colour stands in the corner that was written top left, and where the corner is now.
@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (40, 20), (5, 10)),
        (2, (40, 20), (35, 10)),
        (3, (40, 20), (35, 10)),
        (4, (40, 20), (5, 10)),
        (5, (20, 40), (10, 5)),
        (6, (20, 40), (10, 5)),
        (7, (20, 40), (10, 35)),
        (8, (20, 40), (10, 35)),
        (99, (40, 20), (5, 10)),
    ],
)
def test_the_picture_stands_upright(orientation: int, size: tuple[int, int], red_at: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = kept(written(picture(), "JPEG", exif=exif))
    assert (photo.width, photo.height) == size
    assert colour_at(photo, *red_at) == "red"


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_exif_does_not_lose_the_picture() -> None:
    data = written(picture(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff\x00\x09")
    assert colour_at(kept(data), 5, 10) == "red"


def test_of_an_animation_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ((200, 0, 0), (0, 0, 200))]
    data = written(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert colour_at(kept(data), 10, 10) == "red"


def test_of_the_several_pictures_of_a_phone_camera_the_first_is_kept() -> None:
    data = written(picture(), "MPO", save_all=True, append_images=[Image.new("RGB", (40, 20), (0, 0, 200))])
    assert Image.open(BytesIO(data)).format == "MPO"
    assert colour_at(kept(data), 5, 10) == "red"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_transparent_becomes_paper(kind: str) -> None:
    pixel = seen(kept(written(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), kind))).getpixel((4, 4))
    assert all(abs(value - paper) <= 2 for value, paper in zip(pixel, (0xFB, 0xFA, 0xF7), strict=True))


def test_a_palette_with_a_transparent_colour_becomes_paper_too() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    pixel = seen(kept(written(image, "PNG", transparency=0))).getpixel((4, 4))
    assert min(pixel) > 240


def test_a_16_bit_grey_picture_is_not_clipped_to_white() -> None:
    pixel = seen(kept(written(Image.new("I;16", (8, 8), 0x8000), "PNG"))).getpixel((4, 4))
    assert all(abs(value - 128) <= 2 for value in pixel)


def test_a_print_picture_in_cmyk_is_read() -> None:
    assert kept(written(Image.new("CMYK", (8, 8), (0, 255, 255, 50)), "JPEG")).width == 8


def test_a_large_picture_is_made_smaller_and_keeps_its_shape() -> None:
    photo = kept(written(picture(4000, 1000), "JPEG"), max_side=800)
    assert (photo.width, photo.height) == (800, 200)


def test_the_same_bytes_give_the_same_photo() -> None:
    data = written(picture(), "PNG")
    assert kept(data) == kept(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"PK\x03\x04" + bytes(60),
        b"\x00\x00\x00\x18ftypheic" + bytes(60),
        b"GIF89a/*<script>alert(1)</script>*/"[:6],
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    refusal = refused(data)
    assert (refusal.code, refusal.status) == ("photo.not_an_image", 415)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "TGA"])
def test_formats_that_no_phone_sends_are_refused(kind: str) -> None:
    assert refused(written(picture(), kind)).code == "photo.not_an_image"


def test_code_hidden_in_a_picture_does_not_survive() -> None:
    script = b"<script>alert(document.cookie)</script>"
    for data in (
        written(picture(), "JPEG", comment=script) + script,
        written(picture(), "PNG") + script,
        written(picture(), "GIF", comment=script) + script,
    ):
        assert script in data
        assert b"script" not in kept(data).jpeg_bytes


def test_too_many_bytes_are_refused_with_both_numbers() -> None:
    with pytest.raises(Refusal) as caught:
        reencode(b"x" * 1001, max_bytes=1000, max_pixels=100)
    assert (caught.value.code, caught.value.status) == ("photo.too_large", 413)
    assert all("1000" in text and "1001" in text for text in caught.value.words().as_dict().values())


@pytest.mark.parametrize(("width", "height"), [(40_000, 40_000), (10_000, 10_000), (2_000_000_000, 1)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_that_unfolds_to_a_gigapixel_is_refused_from_its_header(width: int, height: int) -> None:
    # The body holds no pixel: whoever decoded it would answer "broken" instead.
    refusal = refused(png(width, height, zlib.compress(bytes(10))))
    assert (refusal.code, refusal.status) == ("photo.too_many_pixels", 413)


@pytest.mark.parametrize(("width", "height"), [(1, 20_001), (20_001, 1)])
def test_a_side_that_is_too_long_is_refused_from_the_header(width: int, height: int) -> None:
    refusal = refused(png(width, height, zlib.compress(bytes(10))))
    assert (refusal.code, refusal.status) == ("photo.too_long", 413)


@pytest.mark.parametrize(("width", "height"), [(1, 60_000_000), (7745, 7745), (4900, 4900), (20_000, 1_201)])
def test_what_unfolds_whole_may_have_24_million_pixels_and_no_more(width: int, height: int) -> None:
    refusal = refused(png(width, height, zlib.compress(bytes(10))), max_pixels=60_000_000)
    assert refusal.code in {"photo.too_many_pixels", "photo.too_long"}
    assert {"24000000", "20000"} & set(dict(refusal.reasons[0].facts).values())
    assert refused(png(4800, 5000, zlib.compress(bytes(10)))).code == "photo.broken", "this one is decoded"


def test_a_large_photo_of_a_phone_is_taken_since_it_is_decoded_smaller() -> None:
    image = Image.new("L", (8160, 6120), 90)
    photo = kept(written(image, "JPEG"))
    assert (photo.width, photo.height) == (1600, 1200)
    assert refused(written(image, "JPEG", progressive=True)).code == "photo.too_many_pixels"


def test_a_long_strip_is_decoded_smaller_too() -> None:
    assert kept(written(Image.new("L", (20_000, 2_000), 90), "JPEG")).width == 1600


def test_a_jpeg_that_runs_over_its_picture_again_and_again_is_refused() -> None:
    for kind in ("JPEG", "MPO"):
        once = written(picture(), kind, progressive=True)
        end = once.index(b"\xff\xd9")
        again = once[once.rindex(b"\xff\xda", 0, end) : end]
        assert kept(once).width == 40
        assert kept(once[:end] + again * 20 + once[end:]).width == 40
        assert refused(once[:end] + again * 40 + once[end:]).code == "photo.broken"
    assert kept(once + again * 99).width == 40, "what is appended is not decoded"


def test_one_picture_at_a_time_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most = [], []

    def slow(image: Image.Image, _max_side: int) -> Image.Image:
        at_once.append(image)
        most.append(len(at_once))
        time.sleep(0.02)
        at_once.pop()
        return Image.new("RGB", (1, 1))

    monkeypatch.setattr("gridcommons.cases.photos._drawn", slow)
    data = written(picture(), "PNG")
    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda _number: kept(data), range(4)))
    assert most == [1, 1, 1, 1]


def test_the_pixel_limit_itself_is_allowed_and_one_more_is_not() -> None:
    data = written(picture(40, 20), "PNG")
    assert kept(data, max_pixels=800).width == 40
    assert refused(data, max_pixels=799).code == "photo.too_many_pixels"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_truncated_picture_is_refused_as_broken(kind: str) -> None:
    noise = Image.effect_noise((120, 120), 90).convert("RGB")
    data = written(noise, kind)
    refusal = refused(data[: len(data) // 2])
    assert (refusal.code, refusal.status) == ("photo.broken", 400)


def test_a_text_bomb_in_a_png_is_refused_as_broken() -> None:
    bomb = b"Comment\x00\x00" + zlib.compress(bytes(80 * MEGABYTE))
    start = written(picture(), "PNG")
    chunk = struct.pack(">I", len(bomb)) + b"zTXt" + bomb + struct.pack(">I", zlib.crc32(b"zTXt" + bomb))
    assert refused(start[:33] + chunk + start[33:]).code == "photo.broken"
