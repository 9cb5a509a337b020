"""The sentences of `bot.domain.texts.unreadable`, by their functions."""

from collections.abc import Mapping
from typing import Final

_BROKEN: Final = "it may be damaged or incomplete"

SENTENCES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "file_empty": (("这个文件是空的（0 字节），请重新发送。", "The file is empty (0 bytes): send it again."),),
    "file_too_large": (
        (
            "文件有 {megabytes} MB，超过上限 {most} MB。请压缩，或截取需要的部分再发。",
            "The file has {megabytes} MB, more than the limit of {most} MB. Compress it, or send a part.",
        ),
    ),
    "file_unknown": (
        (
            (
                "认不出这是什么文件。我读图片（PNG、JPG、WebP、HEIC、GIF、BMP、TIFF）、PDF、Word（.docx）、OFD、"
                "XML 电子发票和 zip 压缩包，其他请截图或导出为图片再发。"
            ),
            (
                "It is not known what file this is. Pictures (PNG, JPG, WebP, HEIC, GIF, BMP, TIFF), PDF, Word "
                "(.docx), OFD, electronic invoices in XML and zip archives can be read; send others as screenshots or "
                "pictures."
            ),
        ),
    ),
    "file_broken": (
        (
            "文件打不开，可能损坏或没有传完整。请重新发送，或把页面截图再发。",
            f"The file cannot be opened: {_BROKEN}. Send it again, or screenshots of its pages.",
        ),
    ),
    "file_unpacks_too_large": (
        (
            "这个文件解开后太大，没有读。请把需要的页面截图或导出为图片再发。",
            "The file is too large once it is unpacked, and was not read. Send the pages that you need as pictures.",
        ),
    ),
    "file_too_complex": (
        (
            "这个文件太复杂，打不开。请把需要的页面截图或导出为图片再发。",
            "The file is too complex to be opened. Send the pages that you need as pictures.",
        ),
    ),
    "file_too_heavy": (
        (
            "读这个文件用的内存或时间超过了上限，没有读完。请缩小，或截取需要的部分再发。",
            (
                "Reading the file takes more memory or time than is allowed, and was ended. Make it smaller, or send "
                "the part that you need."
            ),
        ),
    ),
    "file_locked": (
        (
            "这个 PDF 有打开密码，我读不了。请去掉密码，或把页面截图再发。",
            "The PDF has a password, so that it cannot be read. Remove the password, or send screenshots of its pages.",
        ),
    ),
    "file_pdf": (
        (
            "这里只能读图片，打不开 PDF。请把需要的页面截图或导出为图片再发。",
            "Only pictures can be read here, no PDF. Send the pages that you need as pictures.",
        ),
    ),
    "file_ofd": (
        (
            "这个 OFD 的页面上没有找到内容。请用阅读器打开看看，把页面截图或导出为图片再发。",
            "Nothing was found on the pages of the OFD. Open it in a reader, and send its pages as pictures.",
        ),
    ),
    "file_xml": (
        (
            "这个 XML 里没有认出电子发票。请发发票的 OFD、PDF 或截图。",
            "No electronic invoice was found in the XML. Send the invoice's OFD or PDF, or a screenshot.",
        ),
    ),
    "xml_encoding_unknown": (
        (
            "这个 XML 的文字编码很少见，我读不了。请另存为 UTF-8 编码再发，或发发票的 OFD、PDF 或截图。",
            (
                "The XML is in an unusual encoding that cannot be read. Save it as UTF-8, or send the invoice's OFD or "
                "PDF, or a screenshot."
            ),
        ),
    ),
    "file_word": (
        (
            "还不能读旧版的 Word 文档（.doc）。请另存为 .docx 再发；要读其中的图片，请把图片单独发来。",
            "Older Word documents (.doc) cannot be read. Save it as .docx; send pictures in it by themselves.",
        ),
    ),
    "file_docx_without_text": (
        (
            "这个 Word 文档里没有文字，其中的图片还读不了。请把图片单独发来，或导出为 PDF 再发。",
            "The Word document has no text, and pictures in it cannot be read. Send them by themselves, or send a PDF.",
        ),
    ),
    "docx_pictures_unread": (
        (
            "文档里的 {number} 张图片没有读：请把图片单独发来，或导出为 PDF 再发",
            "Pictures in the document were not read ({number}): send them by themselves, or send a PDF",
        ),
    ),
    "file_locked_office": (
        (
            "这个文档有打开密码，我读不了。请去掉密码再发。",
            "The document has a password, so that it cannot be read. Send it without.",
        ),
    ),
    "file_excel": (
        (
            "还不能读 Excel 表格。里面的数据可以直接复制；要读其中的图片，请把图片单独发来。",
            "Excel files cannot be read. Their data can be copied; send pictures in them by themselves.",
        ),
    ),
    "file_slides": (
        (
            "还不能读 PPT。请把需要的页面截图或导出为图片再发。",
            "Slides cannot be read. Send the pages that you need as pictures.",
        ),
    ),
    "file_archive": (
        (
            "这种压缩包我打不开，只能打开 zip。请改用 zip 压缩，或解压后把里面的图片或发票文件发来。",
            "Archives of this kind cannot be opened, only zip. Send a zip, or the pictures and invoices in it.",
        ),
    ),
    "file_audio": (("这是音频文件，我听不了。请发图片。", "This is sound, which cannot be read. Send a picture."),),
    "file_video": (
        ("这是视频文件，我看不了。请截图后发图片。", "This is a video, which cannot be read. Send a screenshot."),
    ),
    "file_text": (("这已经是文字，不需要识别。请发图片。", "This is text already. Send a picture."),),
    "picture_only": (
        (
            "「{title}」目前只对图片有效，这个文件是直接取出里面的文字和数据的。请把需要的页面截图再发。",
            (
                "“{title}” works for pictures only, and the text and data of this file are taken out of it. Send "
                "screenshots of the pages that you need."
            ),
        ),
    ),
    "picture_broken": (
        (
            "图片打不开，文件可能损坏或没有传完整。请重新发送，或截图后再发。",
            f"The picture cannot be opened: {_BROKEN}. Send it again, or a screenshot.",
        ),
    ),
    "picture_format_unknown": (
        (
            "这种图片格式我还打不开。请另存为 PNG 或 JPG，或截图后再发。",
            "Pictures of this format cannot be opened. Save it as PNG or JPG, or send a screenshot.",
        ),
    ),
    "picture_too_small": (
        (
            "图片只有 {width}×{height} 像素，小于 {least} 像素，看不清内容。请发原图。",
            "The picture has only {width}×{height} pixels, fewer than {least}, too few to be read. Send the original.",
        ),
    ),
    "picture_too_many_pixels": (
        (
            "图片有 {width}×{height} 像素，超过上限 {most} 万像素。请缩小，或裁成几张分开发。",
            (
                "The picture has {width}×{height} pixels, more than the limit of {most}0,000. Make it smaller, or cut "
                "it into several."
            ),
        ),
    ),
    "picture_too_complex": (
        (
            "这张图片的编码方式太复杂，解开要太久，没有读。请截图，或另存为 PNG、JPG 后再发。",
            "The picture is coded in a way that takes too long to decode. Send a screenshot, or save it as PNG or JPG.",
        ),
    ),
    "picture_too_large_for_engine": (
        (
            "图片太大，识别服务没有接受。请缩小，或裁成几张分开发。",
            "The picture is too large for the engine. Make it smaller, or cut it into several.",
        ),
    ),
    "picture_too_thin": (
        (
            "图片太细长，识别服务看不了。请裁成几段再发。",
            "The picture is too long and thin for the engine. Cut it into several.",
        ),
    ),
    "picture_not_taken": (
        (
            "识别服务没有接受这张图片。请截图或另存为 PNG、JPG 后再发。",
            "The engine did not take the picture. Send a screenshot, or save it as PNG or JPG.",
        ),
    ),
    "pages_offered": (
        (
            "读了{pages}，后面还有 {left} 页：引用原文件并说「{further}」，或直接说「继续」",
            "{pages}: read; {left} more are left: send the file again for {further}",
        ),
    ),
    "no_such_page": (
        (
            "这个文件只有 {total} 页，没有第 {number} 页。请写明 1 到 {last} 之间的页码。",
            "The file has no page {number}: its last one is {total}. Name pages from 1 to {last}.",
        ),
    ),
    "pages_unreadable": (
        (
            "第 {names} 页打不开，没有读：请把这几页截图再发",
            "These pages cannot be opened and were not read: {names}. Send screenshots of them",
        ),
    ),
    "pages_left_out": (
        (
            "文件有 {count} 页，只读了前 {read} 页：其余请拆开再发。",
            "The file has {count} pages, of which the first {read} were read: send the others in files of their own.",
        ),
    ),
    "too_blurry": (
        (
            "{pages}太模糊，大部分没有读出来：请靠近、拿稳、对好焦重拍",
            "{pages}: too blurred, most of it could not be read; go near, hold still, and focus",
        ),
    ),
    "weak_picture": (
        (
            "{pages}太小，有的内容没有读出来：请发原图，不要发缩略图或转发的预览",
            "{pages}: too small, some of it could not be read; send the original, no thumbnail and no preview",
        ),
        (
            "{pages}太暗，有的内容没有读出来：请开灯或到亮处重拍",
            "{pages}: too dark, some of it could not be read; take it again with more light",
        ),
        (
            "{pages}太模糊，有的内容没有读出来：请靠近、拿稳、对好焦重拍",
            "{pages}: too blurred, some of it could not be read; go near, hold still, and focus",
        ),
    ),
    "several_papers_on_page": (
        (
            "{pages}上像是有两张单据，内容可能混在一起，都没有核对：请一张一张分开拍（或裁开）再发",
            (
                "{pages}: two papers seem to lie on it, whose contents may be mixed; nothing was checked. Take a "
                "picture of each, or cut it apart"
            ),
        ),
    ),
    "archive_broken": (
        (
            "压缩包打不开，可能损坏、没有传完整，或里面的文件太多。请重新压缩成 zip，或解压后把文件发来。",
            f"The archive cannot be opened: {_BROKEN}, or it has too many files. Make the zip anew, or send the files.",
        ),
    ),
    "archive_all_locked": (
        (
            "压缩包有密码，我打不开。请去掉密码，或解压后把文件发来。",
            "The archive has a password, so that it cannot be opened. Remove it, or send the files.",
        ),
    ),
    "archive_empty": (
        (
            "压缩包里没有我能读的文件（图片、PDF、Word、OFD、XML 电子发票）。请解压后确认，再把文件发来。",
            (
                "Nothing in the archive can be read (pictures, PDF, Word, OFD, electronic invoices in XML). Look into "
                "it, and send the files."
            ),
        ),
    ),
    "archive_note": (),  # in chats only
    "archive_over": (
        (
            "一次最多读 {most} 个，其余 {number} 个请另发。",
            "At most {most} are read at once; send the other {number} anew.",
        ),
    ),
    "archive_locked": (("{files}有密码，请去掉密码再发。", "These have passwords: {files}. Send them without."),),
    "archive_nested": (
        (
            "{files}是压缩包里的压缩包，请解压后再发。",
            "These are archives within the archive: {files}. Unpack them first.",
        ),
    ),
    "archive_large": (
        (
            "{files}解开后太大，请单独发或截取需要的部分。",
            "These are too large once they are unpacked: {files}. Send them by themselves, or the parts that you need.",
        ),
    ),
    "archive_broken_files": (
        ("{files}解不开，请重新压缩成 zip 再发。", "These cannot be unpacked: {files}. Make the zip anew."),
    ),
    "archive_unreadable": (
        (
            "{files}不是我能读的图片或文件，请截图再发。",
            "These are no pictures or files that can be read: {files}. Send screenshots.",
        ),
    ),
}
