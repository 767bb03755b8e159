package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/db"
	"tracker/internal/db/dbtest"
	"tracker/internal/i18n"
	"tracker/internal/plan/plantest"
	"tracker/internal/problem"
	"tracker/internal/sheet"
)

// counting is a kind whose rows are a reference and what it says. It writes
// each as a remembered word, so that taking shows.
func counting(tx *gorm.DB, in In) (o Outcome, err error) {
	there, err := Words(tx, in.Country, ColumnWords)
	if err != nil {
		return o, err
	}
	words := map[string]string{}
	for _, row := range in.File.Book.Sheets[0].Rows {
		r := Row{Number: row.Number, Kind: "commitment", Ref: row.At(1).Text, Title: row.At(2).Text, Fate: New}
		switch {
		case r.Ref == "stop":
			return o, problem.New(problem.Invalid, "matrix.error.header")
		case r.Ref == "ask":
			q := Question{ID: "q", Group: "money", Options: []Option{{Value: "a"}, {Value: "b"}}, Answer: in.Answers["q"], Open: in.Answers["q"] == ""}
			o.Questions, r.Fate = append(o.Questions, q), Passed
		case r.Ref == "fail" && in.Keep:
			err = errors.New("the disk is full")
		case strings.HasPrefix(r.Title, "="):
			r.Fate = Wrong
			o.Problems = append(o.Problems, Problem{Cell: row.At(2).Ref, Key: "workbook.error.file", Text: r.Title, Blocks: true})
		case there[r.Ref] == r.Title:
			r.Fate = Same
		default:
			words[r.Ref] = r.Title
		}
		o.Rows = append(o.Rows, r)
	}
	if !in.Keep || o.Blocked() {
		return o, nil
	}
	return o, errors.Join(Remember(tx, in, ColumnWords, words), err)
}

type keeping struct {
	*plantest.House
	*Store
	now time.Time
}

func keep(t *testing.T, d *db.DB) *keeping {
	k := &keeping{House: plantest.New(t, d), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	k.Store = NewStore(d, plantest.At("2021-11-08"), func() time.Time { return k.now }, []Kind{{"rows", func(a accounts.Actor, about string) bool { return a.CanChangePlan() && about == "" }, counting}})
	return k
}

func (k *keeping) given(text string) Given {
	return Given{Kind: "rows", Country: plantest.Country, Name: "rows.csv", Content: []byte(text)}
}

// send keeps a file as the coordinator.
func (k *keeping) send(t *testing.T, key, text string) int64 {
	t.Helper()
	o, err := k.Tell(t.Context(), k.Actors["one"], k.given(text), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	id, err := k.Send(t.Context(), k.Actors["one"], key+strings.Repeat(".", 20), k.given(text), &o)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (k *keeping) words(t *testing.T) (n int) {
	return k.Count(t, "SELECT count(*) FROM import_words")
}

func TestAFileIsTakenOnceAndWholeOrNotAtAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k, ctx := keep(t, d), t.Context()
		one := k.Actors["one"]
		id := k.send(t, "a", "A;first\nB;second\n")
		if again := k.send(t, "a", "A;first\nB;second\n"); again != id {
			t.Errorf("sent twice it is %d and %d", id, again)
		}
		if k.words(t) != 0 {
			t.Error("sending took it")
		}
		for range 2 {
			o, err := k.TakeKept(ctx, one, id)
			if err != nil || o.Count(New) != 2 || k.words(t) != 2 {
				t.Fatalf("%+v %v, %d words", o, err, k.words(t))
			}
		}
		if n := k.Count(t, "SELECT count(*) FROM audit_entries WHERE action = 'import.take'"); n != 1 {
			t.Errorf("%d entries of taking", n)
		}
		id = k.send(t, "b", "A;first\nC;third\nfail;x\n")
		if _, err := k.TakeKept(ctx, one, id); err == nil || k.words(t) != 2 {
			t.Errorf("%v, %d words", err, k.words(t))
		}
		if i, err := k.Import(ctx, one, id); err != nil || i.State != Read {
			t.Errorf("what failed is %s, %v", i.State, err)
		}
		id = k.send(t, "c", "D;=1+1\nE;x\n")
		if o, err := k.TakeKept(ctx, one, id); problem.KindOf(err) != problem.Invalid || !o.Blocked() || k.words(t) != 2 {
			t.Errorf("blocked: %+v %v", o, err)
		}
	})
}

// What nobody saw is not taken: where others wrote meanwhile, it is told anew.
func TestWhatMovedSinceItWasToldIsToldAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k, ctx, one := keep(t, d), t.Context(), "one"
		first, second := k.send(t, "a", "A;first\nB;second\n"), k.send(t, "b", "A;first\nC;third\n")
		if _, err := k.TakeKept(ctx, k.Actors[one], first); err != nil {
			t.Fatal(err)
		}
		o, err := k.TakeKept(ctx, k.Actors[one], second)
		if problem.KindOf(err) != problem.Conflict || o.Count(Same) != 1 || k.words(t) != 2 {
			t.Fatalf("%+v %v, %d words", o, err, k.words(t))
		}
		if i, err := k.Import(ctx, k.Actors[one], second); err != nil || i.State != Read || i.Outcome.Count(Same) != 1 {
			t.Errorf("it tells %+v, %v", i, err)
		}
		if _, err := k.TakeKept(ctx, k.Actors[one], second); err != nil || k.words(t) != 3 {
			t.Errorf("what was seen is not taken: %v", err)
		}
	})
}

func TestAnswersAreKeptUntilTheyAreEnough(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k, ctx := keep(t, d), t.Context()
		id := k.send(t, "a", "ask;\nA;first\n")
		if _, err := k.TakeKept(ctx, k.Actors["one"], id); problem.KindOf(err) != problem.Invalid {
			t.Errorf("taken unanswered: %v", err)
		}
		if o, err := k.Reread(ctx, k.Actors["one"], strings.Repeat("r", 20), id, Answers{"q": "b"}, nil); err != nil || o.Blocked() {
			t.Fatalf("%+v %v", o, err)
		}
		i, err := k.Import(ctx, k.Actors["one"], id)
		if err != nil || i.Answers["q"] != "b" || i.Outcome.Questions[0].Answer != "b" {
			t.Errorf("%+v %v", i, err)
		}
		if _, err := k.TakeKept(ctx, k.Actors["one"], id); err != nil || k.words(t) != 1 {
			t.Errorf("%v", err)
		}
		if _, err := k.Reread(ctx, k.Actors["one"], strings.Repeat("s", 20), id, nil, nil); problem.KindOf(err) != problem.Conflict {
			t.Errorf("read anew after it was taken: %v", err)
		}
	})
}

func TestAFileIsItsSendersAloneForADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k, ctx := keep(t, d), t.Context()
		id := k.send(t, "a", "A;first\n")
		moved := k.Actors["one"]
		moved.PostID = k.Actors["two"].PostID
		for name, actor := range map[string]accounts.Actor{"another coordinator": k.Actors["two"], "a focal point": k.Actors["mha"], "an auditor": k.Actors["auditor"], "the same person elsewhere": moved} {
			if _, err := k.Import(ctx, actor, id); problem.KindOf(err) != problem.NotFound {
				t.Errorf("%s sees it: %v", name, err)
			}
			if _, _, err := k.Book(ctx, actor, id); problem.KindOf(err) != problem.NotFound {
				t.Errorf("%s reads it: %v", name, err)
			}
			if _, err := k.TakeKept(ctx, actor, id); problem.KindOf(err) != problem.NotFound {
				t.Errorf("%s takes it: %v", name, err)
			}
			if err := k.Discard(ctx, actor, "discard"+strings.Repeat(".", 20), id); problem.KindOf(err) != problem.NotFound {
				t.Errorf("%s discards it: %v", name, err)
			}
			if list, err := k.List(ctx, actor); err != nil || len(list) != 0 {
				t.Errorf("%s lists %d, %v", name, len(list), err)
			}
		}
		if _, err := k.Send(ctx, k.Actors["mha"], strings.Repeat("x", 20), k.given("A;x\n"), nil); problem.KindOf(err) != problem.NotFound {
			t.Errorf("a focal point sends one: %v", err)
		}
		k.now = k.now.Add(Kept - time.Second)
		if err := Sweep(ctx, d, k.now); err != nil {
			t.Fatal(err)
		}
		if list, err := k.List(ctx, k.Actors["one"]); err != nil || len(list) != 1 {
			t.Errorf("%d kept, %v", len(list), err)
		}
		k.now = k.now.Add(time.Second)
		if _, err := k.Import(ctx, k.Actors["one"], id); problem.KindOf(err) != problem.NotFound {
			t.Errorf("after a day: %v", err)
		}
		if err := Sweep(ctx, d, k.now); err != nil || k.Count(t, "SELECT count(*) FROM import_files") != 0 {
			t.Errorf("its bytes stay: %v", err)
		}
	})
}

func TestTheOldestFilesMakeRoom(t *testing.T) {
	k := keep(t, dbtest.SQLite(t))
	first := k.send(t, "first", "A;x\n")
	for n := range MostKept {
		k.send(t, "next"+string(rune('a'+n)), "B;x\n")
	}
	list, err := k.List(t.Context(), k.Actors["one"])
	if err != nil || len(list) != MostKept || slices.ContainsFunc(list, func(i Import) bool { return i.ID == first }) {
		t.Errorf("%d kept, %v", len(list), err)
	}
	if n := k.Count(t, "SELECT count(*) FROM import_files"); n != MostKept {
		t.Errorf("%d files", n)
	}
}

func TestWhatIsDiscardedIsGone(t *testing.T) {
	k := keep(t, dbtest.SQLite(t))
	id := k.send(t, "a", "A;x\n")
	if err := k.Discard(t.Context(), k.Actors["one"], strings.Repeat("d", 20), id); err != nil || k.Count(t, "SELECT count(*) FROM import_files") != 0 {
		t.Errorf("%v", err)
	}
	if _, err := k.Import(t.Context(), k.Actors["one"], id); problem.KindOf(err) != problem.NotFound {
		t.Errorf("%v", err)
	}
}

// The report has every value where it stood, and at each faulty cell its message.
func TestTheReportSaysAtTheCellWhatIsWrong(t *testing.T) {
	messages, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	words := i18n.New(messages, nil)
	k := keep(t, dbtest.SQLite(t))
	g := k.given("A;first\nB;=1+1\n")
	o, err := k.Tell(t.Context(), k.Actors["one"], g, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := g.open()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteReport(&b, words, f.Book, o); err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), "report.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, s := range book.Sheets {
		for _, r := range s.Rows {
			for _, c := range r.Cells {
				if c.Kind == sheet.Formula {
					t.Errorf("%s calculates", c.Ref)
				}
				said = append(said, s.Name+"!"+c.Ref+"="+c.Text)
			}
		}
	}
	for _, want := range []string{"Report!B5=Choose a file.", "Report!C5==1+1", "1!A1=A", "1!C1=New: A", "1!B2==1+1", "1!C2=To put right: B"} {
		if !slices.Contains(said, want) {
			t.Errorf("%s is missing in %q", want, said)
		}
	}
	if !bytes.Contains(unzipped(t, b.Bytes(), "xl/comments1.xml"), []byte("Choose a file.")) {
		t.Error("no note stands at the cell")
	}
	if page := unzipped(t, b.Bytes(), "xl/worksheets/sheet2.xml"); !bytes.Contains(page, []byte("<legacyDrawing")) || !bytes.Contains(page, []byte(`ht="15"`)) {
		t.Errorf("the sheet does not hold its notes: %s", page)
	}
}

// A sheet that is called as the report's own first one is another one there.
func TestTheReportKeepsItsOwnSheet(t *testing.T) {
	messages, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	from := excelize.NewFile()
	var sent, b bytes.Buffer
	_, second := from.NewSheet("Report (2)")
	if err := errors.Join(second, from.SetSheetName("Sheet1", "REPORT"), from.SetCellValue("REPORT", "A1", "Heading"), from.SetCellValue("Report (2)", "A1", "Heading"), from.Write(&sent)); err != nil {
		t.Fatal(err)
	}
	of, err := sheet.Open(bytes.NewReader(sent.Bytes()), int64(sent.Len()), "sent.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	o := Outcome{Problems: []Problem{{Sheet: "REPORT", Cell: "A1", Key: "workbook.error.file"}}}
	if err := WriteReport(&b, i18n.New(messages, nil), of, o); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(f.GetSheetList(), ", "); got != "Report, REPORT (2), Report (2) (2)" {
		t.Errorf("the sheets are %s", got)
	}
	for _, name := range f.GetSheetList() {
		if l, err := f.GetPageLayout(name); err != nil || l.Orientation == nil || *l.Orientation != "landscape" || *l.FitToWidth != 1 {
			t.Errorf("%s is printed over several pages: %+v %v", name, l, err)
		}
	}
	if text, err := f.GetCellValue("REPORT (2)", "B1"); err != nil || text != "What becomes of it" {
		t.Errorf("the column behind is headed %q, %v", text, err)
	}
}

func unzipped(t *testing.T, b []byte, name string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it is only read
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// What was kept is said as it was when it was told: days too.
func TestAKeptProblemSaysItsDaysInWords(t *testing.T) {
	messages, err := i18n.English()
	if err != nil {
		t.Fatal(err)
	}
	words := i18n.New(messages, plantest.Zone)
	p := Problem{Key: "round.error.outside", Args: []any{"period", "2021-22", "from", plantest.Day("2021-04-01"), "to", plantest.Day("2022-03-31")}}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var kept Problem
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	if got := kept.Words(words); got != p.Words(words) || !strings.Contains(got, "1 April 2021") {
		t.Errorf("%q, was %q", got, p.Words(words))
	}
}
