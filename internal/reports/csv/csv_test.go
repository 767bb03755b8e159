package csv

import (
	"bytes"
	"encoding/csv"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func written(t *testing.T, rows ...[]string) string {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRowsAreAsTheStandardAsks(t *testing.T) {
	for name, c := range map[string]struct {
		rows [][]string
		want string
	}{
		"nothing":             {nil, mark},
		"plain":               {[][]string{{"ref", "title"}, {"SA1.1", "Name a liaison office"}}, mark + "ref,title\r\nSA1.1,Name a liaison office\r\n"},
		"commas and quotes":   {[][]string{{"a,b", `say "no"`}}, mark + `"a,b","say ""no"""` + "\r\n"},
		"lines in a cell":     {[][]string{{"one\ntwo", "three\r\nfour"}}, mark + "\"one\ntwo\",\"three\nfour\"\r\n"},
		"spaces at the edges": {[][]string{{" a", "b "}}, mark + "\" a\",\"b \"\r\n"},
		"an empty line":       {[][]string{{""}, {"", ""}}, mark + "\"\"\r\n,\r\n"},
		"letters of Lesotho":  {[][]string{{"’Muelelo oa litaba tšohle"}}, mark + "’Muelelo oa litaba tšohle\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := written(t, c.rows...); got != c.want {
				t.Errorf("wrote %q, want %q", got, c.want)
			}
		})
	}
}

// hostile are texts that a spreadsheet must not act on, with what they become.
var hostile = map[string]string{
	"=1+1":                           "'=1+1",
	"=HYPERLINK(\"http://x\",\"y\")": "'=HYPERLINK(\"http://x\",\"y\")",
	"+cmd|' /C calc'!A0":             "'+cmd|' /C calc'!A0",
	"-2+3":                           "'-2+3",
	"@SUM(A1)":                       "'@SUM(A1)",
	"\t=1":                           "' =1",
	"\r=1":                           "'=1",
	"\n=1":                           "'\n=1",
	"  \u00a0=1":                     "'  \u00a0=1",
	"＝1+1":                           "'＝1+1",
	"+26658000000":                   "'+26658000000",
	"-":                              "'-",
	"-.5":                            "'-.5",
	"-1e5":                           "'-1e5",
	"-5":                             "-5",
	"-5.25":                          "-5.25",
	"1=1":                            "1=1",
	"a\x00b\x1bc":                    "a\uFFFDb\uFFFDc",
	"a\xff":                          "a\uFFFD",
	"":                               "",
}

func TestNoTextIsAFormula(t *testing.T) {
	for text, want := range hostile {
		if got := Safe(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
		if again := Safe(want); again != want {
			t.Errorf("%q, safe already, became %q", want, again)
		}
	}
}

func TestAnotherReaderFindsEveryCell(t *testing.T) {
	var texts, want []string
	for text, safe := range hostile {
		texts, want = append(texts, text), append(want, safe)
	}
	got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(written(t, texts, texts), mark))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, [][]string{want, want}) {
		t.Errorf("read back %q, want %q twice", got, want)
	}
}

// full is a place where nothing can be written.
type full struct{}

var errFull = errors.New("full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAFullDiskIsToldAtTheLatestAtTheEnd(t *testing.T) {
	w := NewWriter(full{})
	if err := w.Row("a"); err != nil && !errors.Is(err, errFull) {
		t.Fatal(err)
	}
	if err := w.Flush(); !errors.Is(err, errFull) {
		t.Errorf("the end said %v", err)
	}
}

func FuzzEveryCellComesBackSafe(f *testing.F) {
	for text := range hostile {
		f.Add(text, "x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(written(t, []string{a, b}), mark))).ReadAll()
		if err != nil || len(got) != 1 {
			t.Fatalf("%q and %q: read %q, %v", a, b, got, err)
		}
		for i, text := range []string{a, b} {
			if got[0][i] != Safe(text) {
				t.Errorf("%q came back as %q", text, got[0][i])
			}
			if first := strings.TrimSpace(got[0][i]); first != "" && strings.ContainsAny(first[:1], "=+-@") && !number(got[0][i]) {
				t.Errorf("%q came back as %q, a formula", text, got[0][i])
			}
		}
	})
}
