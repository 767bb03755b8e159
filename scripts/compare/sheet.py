# A list of typed cells with xlsxwriter in the mode that it has for large files: looks, a frozen head, a filter.
import datetime
import sys

import xlsxwriter

out, count = sys.argv[1], int(sys.argv[2])
statuses = ["Completed", "In progress", "Not started", "Stalled", "Cancelled"]
book = xlsxwriter.Workbook(out, {"constant_memory": True})
sheet = book.add_worksheet("List")
base = {"font_name": "Arial", "font_size": 10, "valign": "top", "bottom": 1, "bottom_color": "#D8D2C4"}
text = book.add_format({**base, "text_wrap": True})
strong = book.add_format({**base, "bold": True, "text_wrap": True})
number = book.add_format({**base, "num_format": "#,##0"})
day = book.add_format({**base, "num_format": "d mmm yyyy"})
head = book.add_format({**base, "bold": True, "bg_color": "#F6F3EC"})
status = [book.add_format({**base, "bold": True, "bg_color": c}) for c in ("#E2EEE5", "#E3EEF3", "#FFFFFF", "#F8E4DF", "#ECE7DB")]
sheet.set_column(0, 11, 20)
sheet.freeze_panes(1, 1)
for j in range(12):
    sheet.write_string(0, j, "Column %d" % (j + 1), head)
first = datetime.date(2021, 4, 1)
for i in range(count):
    row = i + 1
    sheet.write_string(row, 0, "NSF %d.%d" % (i // 100 + 1, i % 100 + 1), strong)
    for j in range(1, 7):
        sheet.write_string(row, j, "What was done on commitment %d, part %d" % (i + 1, j), text)
    sheet.write_string(row, 7, statuses[i % 5], status[i % 5])
    sheet.write_datetime(row, 8, first + datetime.timedelta(days=i % 365), day)
    sheet.write_datetime(row, 9, first + datetime.timedelta(days=i % 500), day)
    sheet.write_number(row, 10, i, number)
    sheet.write_number(row, 11, i % 7, number)
sheet.autofilter(0, 0, count, 11)
book.close()
