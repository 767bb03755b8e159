package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"tracker/internal/i18n"
	"tracker/internal/reports"
	"tracker/internal/reports/csv"
)

// WriteCSV writes the status report as CSV in long form: section, reference,
// column, value. It is the JSON of the report, read member by member, and
// knows no field of it: a list of objects is a section, and the first member
// of each is its reference, after that of the object around it where it does
// not begin with it; an object within a row makes columns with a dot; of a
// list of texts each has a line; what is empty in JSON is empty here.
func WriteCSV(w io.Writer, _ *i18n.T, s reports.Status) error {
	value, err := reports.Canonical(s)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Row("section", "reference", "column", "value"); err != nil {
		return err
	}
	l := long{out: out}
	if s.Publication != nil {
		stamp, err := json.Marshal(stamped(*s.Publication))
		if err != nil {
			return fmt.Errorf("data: %w", err)
		}
		if err := l.write(stamp, "publication"); err != nil {
			return err
		}
	}
	if err := l.write(value, "report"); err != nil {
		return err
	}
	return out.Flush()
}

// long writes JSON as lines of four cells.
type long struct {
	d   *json.Decoder
	out *csv.Writer
}

// member is a member of an object; its value is a text, a list or an object.
type member struct {
	name  string
	value any
}

type (
	object []member
	list   []any
)

// write writes an object: its plain members as the section of that name, its
// objects and lists as sections of their own. Rows are read one by one.
func (l *long) write(b []byte, section string) error {
	l.d = json.NewDecoder(bytes.NewReader(b))
	l.d.UseNumber()
	if _, err := l.d.Token(); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	for l.d.More() {
		name, err := l.d.Token()
		if err != nil {
			return fmt.Errorf("data: %w", err)
		}
		if err := l.top(section, fmt.Sprint(name)); err != nil {
			return err
		}
	}
	return nil
}

// top writes a member of the report itself.
func (l *long) top(section, name string) error {
	token, err := l.d.Token()
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if token != json.Delim('[') {
		value, err := l.rest(token)
		if err != nil {
			return err
		}
		if o, ok := value.(object); ok {
			return l.members(name, "", "", o)
		}
		return l.out.Row(section, "", name, text(value))
	}
	for l.d.More() {
		value, err := l.read()
		if err != nil {
			return err
		}
		if o, ok := value.(object); ok {
			err = l.entry(name, "", o)
		} else {
			err = l.out.Row(section, "", name, text(value))
		}
		if err != nil {
			return err
		}
	}
	_, err = l.d.Token()
	return err
}

// entry writes an object of a list: the first member is its reference.
func (l *long) entry(section, around string, o object) error {
	ref := text(o[0].value)
	if around != "" && !strings.HasPrefix(ref, around) {
		ref = around + " / " + ref
	}
	return l.members(section, ref, "", o)
}

func (l *long) members(section, ref, within string, o object) error {
	for _, m := range o {
		var err error
		switch v := m.value.(type) {
		case object:
			err = l.members(section, ref, within+m.name+".", v)
		case list:
			for _, one := range v {
				if o, ok := one.(object); ok {
					err = errors.Join(err, l.entry(section+"."+m.name, ref, o))
				} else {
					err = errors.Join(err, l.out.Row(section, ref, within+m.name, text(one)))
				}
			}
		default:
			err = l.out.Row(section, ref, within+m.name, text(v))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read reads the next value whole.
func (l *long) read() (any, error) {
	token, err := l.d.Token()
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	return l.rest(token)
}

// rest reads the value of which the token is the beginning.
func (l *long) rest(token json.Token) (any, error) {
	var o object
	var all list
	switch token {
	case json.Delim('{'):
		for l.d.More() {
			name, err := l.d.Token()
			if err != nil {
				return nil, fmt.Errorf("data: %w", err)
			}
			value, err := l.read()
			if err != nil {
				return nil, err
			}
			o = append(o, member{fmt.Sprint(name), value})
		}
		_, err := l.d.Token()
		return o, err
	case json.Delim('['):
		for l.d.More() {
			value, err := l.read()
			if err != nil {
				return nil, err
			}
			all = append(all, value)
		}
		_, err := l.d.Token()
		return all, err
	}
	return token, nil
}

// text is a plain value as a cell.
func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
