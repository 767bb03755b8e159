# The table of commitments of a status report with reportlab, as one would write it: wrapped cells, a head on every page, page numbers.
import json
import sys
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate

data, fonts, out = sys.argv[1:4]
with open(data, encoding="utf-8") as f:
    report = json.load(f)
pdfmetrics.registerFont(TTFont("Sans", fonts + "/NotoSans-Regular.ttf"))
pdfmetrics.registerFont(TTFont("SansBold", fonts + "/NotoSans-Bold.ttf"))
cell = ParagraphStyle("cell", fontName="Sans", fontSize=8.5, leading=11.7)
head = ParagraphStyle("head", fontName="SansBold", fontSize=7.5, leading=10.3)


def lines(*texts):
    return Paragraph("<br/>".join(escape(t) for t in texts if t), cell)


rows = [[Paragraph(h, head) for h in ("Commitment", "Lead", "Delivery", "Due and flags", "Last word")]]
for c in report["commitments"]:
    rows.append([
        lines(c["ref"] + "  " + c["title"], "Milestones %d of %d" % (c["milestones_done"], c["milestones"]), "Answers " + ", ".join(c["answers"]) if c["answers"] else ""),
        lines(c["lead"], "with " + ", ".join(c["supporting"]) if c["supporting"] else ""),
        lines(c["status"], c["as_of"], "Evidence %d" % c["evidence"] if c["evidence"] else ""),
        lines(c["due_on"], *c["flags"]),
        lines(c["done"] or c["no_progress"], "Obstacles: " + c["obstacles"] if c["obstacles"] else "", "Next: " + c["next_step"] if c["next_step"] else ""),
    ])
table = LongTable(rows, colWidths=[50 * mm, 17 * mm, 24 * mm, 23 * mm, 50 * mm], repeatRows=1)
table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, 0), 1.4, colors.black), ("LINEBELOW", (0, 1), (-1, -1), .5, colors.lightgrey)])


def page(canvas, doc):
    canvas.setFont("Sans", 7.5)
    canvas.drawRightString(194 * mm, 9 * mm, "%d" % doc.page)


SimpleDocTemplate(out, pagesize=A4, leftMargin=18 * mm, rightMargin=16 * mm, topMargin=18 * mm, bottomMargin=18 * mm).build([table], onFirstPage=page, onLaterPages=page)
