"""Files, pictures, pages and archives that cannot be read, or only in part."""

# ruff: noqa: D103, D401 - each function is named for its sentence; a docstring says when it is used

from collections.abc import Sequence


# Files that cannot be read
def file_empty() -> str:
    return "这个文件是空的（0 字节），请重新发送。"


def file_too_large(megabytes: int, most: int) -> str:
    return f"文件有 {megabytes} MB，超过上限 {most} MB。请压缩，或截取需要的部分再发。"


def file_unknown() -> str:
    return (
        "认不出这是什么文件。我读图片（PNG、JPG、WebP、HEIC、GIF、BMP、TIFF）、PDF、Word（.docx）、OFD、"
        "XML 电子发票和 zip 压缩包，其他请截图或导出为图片再发。"
    )


def file_broken() -> str:
    """An OFD, XML, PDF or Word document that cannot be opened."""
    return "文件打不开，可能损坏或没有传完整。请重新发送，或把页面截图再发。"


def file_unpacks_too_large() -> str:
    return "这个文件解开后太大，没有读。请把需要的页面截图或导出为图片再发。"


def file_too_complex() -> str:
    """A PDF or OFD that takes more memory or time than any legitimate one."""
    return "这个文件太复杂，打不开。请把需要的页面截图或导出为图片再发。"


def file_too_heavy() -> str:
    """A file that takes more memory or time to read than any legitimate one, or ends the process that reads it."""
    return "读这个文件用的内存或时间超过了上限，没有读完。请缩小，或截取需要的部分再发。"


def file_locked() -> str:
    return "这个 PDF 有打开密码，我读不了。请去掉密码，或把页面截图再发。"


def file_pdf() -> str:
    """A PDF where only pictures are accepted."""
    return "这里只能读图片，打不开 PDF。请把需要的页面截图或导出为图片再发。"


def file_ofd() -> str:
    """An OFD on whose pages nothing is found: neither text nor anything to draw."""
    return "这个 OFD 的页面上没有找到内容。请用阅读器打开看看，把页面截图或导出为图片再发。"


def file_xml() -> str:
    """An XML file that is not an invoice."""
    return "这个 XML 里没有认出电子发票。请发发票的 OFD、PDF 或截图。"


def xml_encoding_unknown() -> str:
    """An XML file that says it is in Big5, Shift JIS, UTF-7 or another encoding that invoices are never in."""
    return "这个 XML 的文字编码很少见，我读不了。请另存为 UTF-8 编码再发，或发发票的 OFD、PDF 或截图。"


def file_word() -> str:
    """The older .doc format; .docx can be read."""
    return "还不能读旧版的 Word 文档（.doc）。请另存为 .docx 再发；要读其中的图片，请把图片单独发来。"


def file_docx_without_text() -> str:
    return "这个 Word 文档里没有文字，其中的图片还读不了。请把图片单独发来，或导出为 PDF 再发。"


def docx_pictures_unread(number: int) -> str:
    return f"文档里的 {number} 张图片没有读：请把图片单独发来，或导出为 PDF 再发"


def file_locked_office() -> str:
    return "这个文档有打开密码，我读不了。请去掉密码再发。"


def file_excel() -> str:
    return "还不能读 Excel 表格。里面的数据可以直接复制；要读其中的图片，请把图片单独发来。"


def file_slides() -> str:
    return "还不能读 PPT。请把需要的页面截图或导出为图片再发。"


def file_archive() -> str:
    return "这种压缩包我打不开，只能打开 zip。请改用 zip 压缩，或解压后把里面的图片或发票文件发来。"


def file_audio() -> str:
    return "这是音频文件，我听不了。请发图片。"


def file_video() -> str:
    return "这是视频文件，我看不了。请截图后发图片。"


def file_text() -> str:
    return "这已经是文字，不需要识别。请发图片。"


# Pictures that cannot be read
def picture_only(title: str) -> str:
    """An XML or Word file for a prompt that needs a picture: their text is taken from the file, not read."""
    return f"「{title}」目前只对图片有效，这个文件是直接取出里面的文字和数据的。请把需要的页面截图再发。"


def picture_broken() -> str:
    return "图片打不开，文件可能损坏或没有传完整。请重新发送，或截图后再发。"


def picture_format_unknown() -> str:
    return "这种图片格式我还打不开。请另存为 PNG 或 JPG，或截图后再发。"


def picture_too_small(width: int, height: int, least: int) -> str:
    return f"图片只有 {width}×{height} 像素，小于 {least} 像素，看不清内容。请发原图。"


def picture_too_many_pixels(width: int, height: int, most: int) -> str:
    return f"图片有 {width}×{height} 像素，超过上限 {most // 10_000} 万像素。请缩小，或裁成几张分开发。"


def picture_too_complex() -> str:
    """A picture whose coding takes far more to decode than its size does."""
    return "这张图片的编码方式太复杂，解开要太久，没有读。请截图，或另存为 PNG、JPG 后再发。"


def picture_too_large_for_engine() -> str:
    return "图片太大，识别服务没有接受。请缩小，或裁成几张分开发。"


def picture_too_thin() -> str:
    """A picture with one side more than 200 times the other."""
    return "图片太细长，识别服务看不了。请裁成几段再发。"


def picture_not_taken() -> str:
    """When the model's server rejects the picture, for a reason of no use to the person."""
    return "识别服务没有接受这张图片。请截图或另存为 PNG、JPG 后再发。"


# Files with pages
def pages_offered(first: int, last: int, total: int) -> str:
    """When only these pages of a long file were read, from 1; the bot understands the words it suggests."""
    begin, end = last + 1, min(total, 2 * last - first + 1)
    read = f"第 {first}–{last} 页" if first < last else f"第 {first} 页"
    rest = f"第 {begin} 到 {end} 页" if begin < end else f"第 {begin} 页"
    return f"读了{read}，后面还有 {total - last} 页：引用原文件并说「{rest}」，或直接说「继续」"


def no_such_page(number: int, total: int) -> str:
    return f"这个文件只有 {total} 页，没有第 {number} 页。请写明 1 到 {total} 之间的页码。"


def pages_unreadable(numbers: Sequence[int]) -> str:
    """Pages of a PDF or TIFF, from 1, that are broken or too large; the others were read."""
    named = "、".join(map(str, numbers[:10])) + (" 等" if len(numbers) > 10 else "")  # noqa: PLR2004 - enough to find them
    return f"第 {named} 页打不开，没有读：请把这几页截图再发"


def pages_left_out(read: int, pages: int) -> str:
    return f"文件有 {pages} 页，只读了前 {read} 页：其余请拆开再发。"


def too_blurry(numbers: Sequence[int]) -> str:
    """When hardly anything could be read of a blurry picture, or of these pages of a file, from 1."""
    where = f"第 {'、'.join(map(str, numbers[:10]))} 页" if numbers else "图"
    return f"{where}太模糊，大部分没有读出来：请靠近、拿稳、对好焦重拍"


def weak_picture(weakness: str, numbers: Sequence[int]) -> str:
    """When what a paper always has could not be read of a weak picture, or of these pages of a file, from 1."""
    where = f"第 {'、'.join(map(str, numbers[:10]))} 页" if numbers else "图"
    return f"{where}{_WEAK[weakness]}"


_WEAK = {
    "small": "太小，有的内容没有读出来：请发原图，不要发缩略图或转发的预览",
    "dark": "太暗，有的内容没有读出来：请开灯或到亮处重拍",
    "blurred": "太模糊，有的内容没有读出来：请靠近、拿稳、对好焦重拍",
}


def several_papers_on_page(numbers: Sequence[int]) -> str:
    """When several papers seem to lie together in a picture, or on these pages of a file, from 1."""
    where = f"第 {'、'.join(map(str, numbers[:10]))} 页" if numbers else "图"
    return f"{where}上像是有两张单据，内容可能混在一起，都没有核对：请一张一张分开拍（或裁开）再发"


# Archives
def archive_broken() -> str:
    return "压缩包打不开，可能损坏、没有传完整，或里面的文件太多。请重新压缩成 zip，或解压后把文件发来。"


def archive_all_locked() -> str:
    return "压缩包有密码，我打不开。请去掉密码，或解压后把文件发来。"


def archive_empty() -> str:
    return "压缩包里没有我能读的文件（图片、PDF、Word、OFD、XML 电子发票）。请解压后确认，再把文件发来。"


def archive_note(name: str, sentences: Sequence[str]) -> str:
    """What was not read of an archive."""
    return f"压缩包{f'「{name}」' if name else ''}里有文件没有读：{''.join(sentences)}"


def archive_over(number: int, most: int) -> str:
    return f"一次最多读 {most} 个，其余 {number} 个请另发。"


def archive_locked(names: Sequence[str]) -> str:
    return f"{_files(names)}有密码，请去掉密码再发。"


def archive_nested(names: Sequence[str]) -> str:
    return f"{_files(names)}是压缩包里的压缩包，请解压后再发。"


def archive_large(names: Sequence[str]) -> str:
    return f"{_files(names)}解开后太大，请单独发或截取需要的部分。"


def archive_broken_files(names: Sequence[str]) -> str:
    return f"{_files(names)}解不开，请重新压缩成 zip 再发。"


def archive_unreadable(names: Sequence[str]) -> str:
    return f"{_files(names)}不是我能读的图片或文件，请截图再发。"


def _files(names: Sequence[str]) -> str:
    named = "".join(f"「{name if len(name) <= 30 else f'{name[:29]}…'}」" for name in names[:3])  # noqa: PLR2004 - to be found by
    return f"{named} 等 {len(names)} 个" if len(names) > 3 else named  # noqa: PLR2004 - as named
