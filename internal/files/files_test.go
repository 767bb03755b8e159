package files

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/go-pdf/fpdf"
	"github.com/xuri/excelize/v2"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// secret stands in everything that tells of who made a file.
const secret = "Clerk-7731"

func picture() image.Image {
	p := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		p.Set(x, x%30, color.RGBA{200, uint8(x), 0, 255})
	}
	return p
}

// chunk is a chunk of a PNG.
func chunk(name, body string) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:])))
}

// header is a PNG that says it is so large, and holds nothing.
func header(width, height uint32) string {
	b := binary.BigEndian.AppendUint32(nil, width)
	b = append(binary.BigEndian.AppendUint32(b, height), 8, 6, 0, 0, 0)
	return pngHead + chunk("IHDR", string(b)) + chunk("IDAT", "") + chunk("IEND", "")
}

func pngFile(t testing.TB) string {
	var b bytes.Buffer
	must(t, png.Encode(&b, picture()))
	s := b.String()
	return s[:33] + chunk("tEXt", "Author\x00"+secret) + chunk("eXIf", secret) + s[33:]
}

func segment(kind byte, body string) string {
	return string([]byte{0xFF, kind, byte((len(body) + 2) >> 8), byte(len(body) + 2)}) + body
}

// sideways is a JPEG as a telephone makes it that was held on its side.
func sideways(t testing.TB) string {
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, picture(), nil))
	exif := "Exif\x00\x00II*\x00\x08\x00\x00\x00\x02\x00" + "\x0f\x01\x02\x00\x0b\x00\x00\x00\x26\x00\x00\x00" + "\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00" + "\x00\x00\x00\x00" + secret
	return "\xFF\xD8" + segment(0xE1, exif) + segment(0xFE, secret) + b.String()[2:] + secret
}

func riff(parts ...string) string {
	body := "WEBP" + strings.Join(parts, "")
	return "RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body
}

func riffChunk(name, body string) string {
	if len(body)%2 == 1 {
		body += "\x00"
	}
	return name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body
}

func webpFile() string {
	return riff(riffChunk("VP8X", "\x2c\x00\x00\x00\x27\x00\x00\x1d\x00\x00"), riffChunk("VP8L", "\x2f\x27\x40\x07\x00"), riffChunk("EXIF", secret), riffChunk("XMP ", secret))
}

func pdfFile(t testing.TB) string {
	p := fpdf.New("P", "mm", "A4", "")
	p.SetAuthor(secret, true)
	p.SetCreator(secret, true)
	p.SetXmpMetadata([]byte("<x:xmpmeta>" + secret + "</x:xmpmeta>"))
	p.AddPage()
	p.SetFont("Helvetica", "", 12)
	p.Cell(40, 10, "DEMONSTRATION")
	var b bytes.Buffer
	must(t, p.Output(&b))
	return b.String()
}

func archive(t testing.TB, parts ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		must(t, err)
		_, err = io.WriteString(w, parts[i+1])
		must(t, err)
	}
	must(t, z.Close())
	return b.String()
}

func docxFile(t testing.TB, more ...string) string {
	return archive(t, append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml", "<w:document>What was done</w:document>",
		"docProps/core.xml", secret, "docProps/app.xml", secret, "word/media/image1.png", pngFile(t)}, more...)...)
}

// bomb is an archive of little that says it unpacks to half a gigabyte.
func bomb(t testing.TB) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "word/document.xml", Method: zip.Deflate, CompressedSize64: 3, UncompressedSize64: 512 << 20})
	must(t, err)
	_, err = w.Write([]byte("abc"))
	must(t, err)
	must(t, z.Close())
	return b.String()
}

func xlsxFile(t testing.TB) string {
	f := excelize.NewFile()
	must(t, f.SetCellStr("Sheet1", "A1", "What was done"))
	must(t, f.SetDocProps(&excelize.DocProperties{Creator: secret, LastModifiedBy: secret}))
	must(t, f.SetAppProps(&excelize.AppProperties{Company: secret}))
	var b bytes.Buffer
	must(t, f.Write(&b))
	must(t, f.Close())
	return b.String()
}

func check(name, content string) string {
	t, err := Check(strings.NewReader(content), int64(len(content)), name)
	var no Refused
	switch {
	case errors.As(err, &no):
		return strings.TrimPrefix(no.Key, "files.error.")
	case err != nil:
		return err.Error()
	}
	return t.Media
}

func TestAFileIsTakenWhenNameAndContentSayTheSame(t *testing.T) {
	pdf, pic := pdfFile(t), pngFile(t)
	with := func(text string) string { return strings.Replace(pdf, "/Type /Catalog", "/Type /Catalog "+text, 1) }
	for _, row := range []struct{ name, content, want string }{
		{"a.pdf", pdf, "application/pdf"},
		{"A.PDF", pdf + "\r\n", "application/pdf"},
		{"a.png", pic, "image/png"},
		{"a.jpg", sideways(t), "image/jpeg"},
		{"a.webp", webpFile(), "image/webp"},
		{"a.docx", docxFile(t), wordMedia},
		{"a.xlsx", xlsxFile(t), excelMedia},
		{"a.csv", "\uFEFFname,count\nMohale's Hoek,3\n", "text/csv; charset=utf-8"},
		{"a.txt", "Trained: 12 – Maseru", "text/plain; charset=utf-8"},

		{"a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "type"},
		{"a.html", "<html>", "type"}, {"a.xhtml", "<html/>", "type"}, {"a.xml", "<x/>", "type"}, {"report", pdf, "type"},
		{"report.pdf.exe", pdf, "type"}, {"a.gif", "GIF89a", "type"}, {"a.xls", "\xd0\xcf\x11\xe0", "type"}, {"a.docm", docxFile(t), "type"},
		{"a.pdf", "<html><script>alert(1)</script></html>", "content"},
		{"html first.pdf", "<html></html>" + pdf, "content"},
		{"html last.pdf", pdf + "<html><script>alert(1)</script></html>", "content"},
		{"archive last.pdf", pdf + archive(t, "a", "b"), "content"},
		{"gif.png", "GIF89a/*\x00\x00*/=1;alert(1)", "content"}, {"gif.jpg", "GIF89a=1;alert(1)", "content"},
		{"script last.png", pic + "<script>alert(1)</script>", "content"},
		{"cut.png", pic[:len(pic)-6], "content"},
		{"a.webp", webpFile() + "<script>", "content"},
		{"page.csv", "<!doctype html><script>alert(1)</script>", "content"}, {"page.txt", "\uFEFF  <HTML>", "content"},
		{"a.csv", "name\x00count", "text"}, {"a.csv", "Caf\xe9", "text"}, {"a.txt", pic, "text"},
		{"a.docx", xlsxFile(t), "content"}, {"a.docx", archive(t, "a.txt", "b"), "content"}, {"a.xlsx", pdf, "content"},
		{"a.docx", docxFile(t, "../../etc/passwd", "x"), "content"}, {"a.docx", docxFile(t, "word/..\\x", "x"), "content"},
		{"a.docx", docxFile(t, "word/vbaProject.bin", "x"), "macros"}, {"a.docx", docxFile(t, "word/embeddings/oleObject1.bin", "x"), "macros"},
		{"a.docx", archive(t, "[Content_Types].xml", "application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml", "x"), "macros"},
		{"bomb.docx", bomb(t), "unpacks"},
		{"bomb.xlsx", docxFile(t, "word/a.xml", strings.Repeat("0", 5<<20)), "unpacks"},
		{"many.docx", docxFile(t, strings.Split(strings.Repeat("a,,", 2001), ",")[:4000]...), "unpacks"},
		{"huge.png", header(50_000, 50_000), "pixels"}, {"large.png", header(7000, 7000), "image/png"}, {"none.png", header(0, 5), "content"},
		{"huge.webp", riff(riffChunk("VP8X", "\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff")), "pixels"},
		{"a.pdf", with("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "acts"}, {"a.pdf", with("/OpenAction 5 0 R"), "acts"},
		{"a.pdf", with("/AA << /O << /S /Java#53cript >> >>"), "acts"}, {"a.pdf", with("/Names << /EmbeddedFiles 9 0 R >>"), "acts"},
		{"a.pdf", with("/OpenAction [3 0 R /Fit]"), "application/pdf"}, {"a.pdf", with("/Encrypt 9 0 R"), "locked"},
	} {
		if got := check(row.name, row.content); got != row.want {
			t.Errorf("%s (%.20q): %s, want %s", row.name, row.content, got, row.want)
		}
	}
}

func TestAProgramPackedInsideAPDFIsFound(t *testing.T) {
	p := fpdf.New("P", "mm", "A4", "")
	p.SetCompression(true)
	p.AddPage()
	p.SetFont("Helvetica", "", 12)
	p.Cell(40, 10, "/JavaScript") // packed in the page's stream, which only draws
	var b bytes.Buffer
	must(t, p.Output(&b))
	plain := b.String()
	if got := check("a.pdf", plain); got != "application/pdf" {
		t.Errorf("a page that writes the word: %s", got)
	}
	if got := check("a.pdf", strings.Replace(plain, "/Filter /FlateDecode", "/Type /ObjStm /Filter /FlateDecode", 1)); got != "acts" {
		t.Errorf("an object stream that holds the name: %s", got)
	}
}

func TestNamesThatWouldBeMisread(t *testing.T) {
	for in, want := range map[string]string{
		"../../etc/cron.d/x.pdf": "x.pdf", `..\..\x.pdf`: "x.pdf", "a\r\nSet-Cookie: x=1.pdf": "aSet-Cookie_ x=1.pdf",
		`"><img src=x onerror=1>.pdf`: "___img src=x onerror=1_.pdf", "nul\x00.PDF": "file nul.pdf", "\u202Efdp.exe": "fdp.exe", "CON.pdf": "file CON.pdf",
		"": "file", "..": "file.", ".pdf": "file.pdf", strings.Repeat("ö", 300) + ".docx": strings.Repeat("ö", 115) + ".docx", "Register 2021.xlsx": "Register 2021.xlsx",
		"bad \xff name.txt": "bad name.txt", "line\u2028two.csv": "line two.csv",
	} {
		if got := SafeName(in); got != want {
			t.Errorf("%q is kept as %q, want %q", in, got, want)
		}
	}
}

func TestACopyThatLeavesTellsNothingOfItsMaker(t *testing.T) {
	for name, content := range map[string]string{"a.pdf": pdfFile(t), "a.png": pngFile(t), "a.jpg": sideways(t), "a.webp": webpFile(), "a.docx": docxFile(t), "a.xlsx": xlsxFile(t)} {
		if !bytes.Contains(unpacked(t, content), []byte(secret)) && name != "a.pdf" { // which writes it in two bytes a letter
			t.Fatalf("%s holds no secret", name)
		}
		out, err := Clean([]byte(content), name)
		must(t, err)
		if bytes.Contains(unpacked(t, string(out)), []byte(secret)) {
			t.Errorf("%s still tells", name)
		}
		if got := check(name, string(out)); strings.Contains(got, "error") || !strings.Contains(got, "/") {
			t.Errorf("the copy of %s is refused: %s", name, got)
		}
	}
}

// unpacked is a file with all parts that it packs, and its letters of two bytes as one.
func unpacked(t *testing.T, content string) []byte {
	b := []byte(content)
	if z, err := zip.NewReader(strings.NewReader(content), int64(len(content))); err == nil {
		for _, f := range z.File {
			part, err := unpack(f, 1<<20)
			must(t, err)
			b = append(b, part...)
		}
	}
	return append(b, bytes.ReplaceAll(b, []byte{0}, nil)...)
}

func TestACopyStillShowsTheSame(t *testing.T) {
	out, err := Clean([]byte(pngFile(t)), "a.png")
	must(t, err)
	if p, err := png.Decode(bytes.NewReader(out)); err != nil || p.Bounds() != picture().Bounds() {
		t.Errorf("the PNG: %v", err)
	}
	out, err = Clean([]byte(sideways(t)), "a.jpg")
	must(t, err)
	if p, err := jpeg.Decode(bytes.NewReader(out)); err != nil || p.Bounds() != picture().Bounds() {
		t.Errorf("the JPEG: %v", err)
	}
	if at := bytes.Index(out, []byte("Exif\x00\x00")); at < 0 || orientation(out[at:]) != 6 || bytes.Count(out, []byte{0xFF, 0xE1}) != 1 {
		t.Errorf("the JPEG lost which side is up, or kept more")
	}
	out, err = Clean([]byte(xlsxFile(t)), "a.xlsx")
	must(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(out))
	must(t, err)
	if v, err := f.GetCellValue("Sheet1", "A1"); err != nil || v != "What was done" {
		t.Errorf("the workbook holds %q (%v)", v, err)
	}
	must(t, f.Close())
}

// What tells of a PDF's maker may stand packed where it cannot be blanked.
func TestAPDFThatCannotBeCleanedDoesNotLeave(t *testing.T) {
	plain := pdfFile(t)
	for what, content := range map[string]string{
		"its properties are packed": strings.Replace(plain, "/Info ", "/Info 99", 1),
		"XMP is packed":             strings.Replace(plain, "/Subtype /XML", "/Filter /XX  ", 1),
	} {
		if content == plain {
			t.Fatalf("%s: nothing was changed", what)
		}
		if _, err := Clean([]byte(content), "a.pdf"); !errors.As(err, &Refused{}) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestSpoolingLeavesNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for want, in := range map[error]io.Reader{nil: strings.NewReader("ten bytes."), ErrTooLarge: strings.NewReader("eleven byte"), ErrEmpty: strings.NewReader(""),
		ErrCut: io.MultiReader(strings.NewReader("ten"), iotest.ErrReader(io.ErrUnexpectedEOF))} {
		f, err := Spool(in, 10)
		if !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
		if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
			t.Errorf("%v left %v", want, left)
		}
		if want == nil {
			b, err := io.ReadAll(f)
			if string(b) != "ten bytes." || err != nil || f.Size != 10 || f.SHA256[:8] != "eeae8cf6" {
				t.Errorf("spooled %q, %d, %s (%v)", b, f.Size, f.SHA256, err)
			}
			must(t, f.Close())
		}
	}
}

// Whatever comes in is taken, refused or cleaned, and ends nothing.
func FuzzCleanAndCheck(f *testing.F) {
	for name, content := range map[string]string{"a.pdf": pdfFile(f), "a.png": pngFile(f), "a.jpg": sideways(f), "a.webp": webpFile(), "a.docx": docxFile(f)} {
		f.Add(name, []byte(content))
		f.Add(name, []byte(content[:len(content)/2]))
	}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		_, err := Check(bytes.NewReader(content), int64(len(content)), name)
		if err != nil && !errors.As(err, &Refused{}) {
			t.Errorf("check: %v", err)
		}
		if _, err := Clean(bytes.Clone(content), name); err != nil && !errors.As(err, &Refused{}) {
			t.Errorf("clean: %v", err)
		}
	})
}

// The signs of an archive's entries are counted wherever what is read at a time ends.
func TestEntriesAreCountedBeforeTheyAreRead(t *testing.T) {
	for n, want := range map[int]bool{mostEntries: false, mostEntries + 1: true} {
		content := strings.Repeat("PK\x01\x02"+strings.Repeat("x", 96), n) + "PK\x01"
		if got, err := manyEntries(strings.NewReader(content), int64(len(content))); got != want || err != nil {
			t.Errorf("%d entries: %v, %v", n, got, err)
		}
	}
}
