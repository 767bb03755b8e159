package seeds

import (
	"errors"
	"strings"

	"tracker/internal/i18n"
	"tracker/internal/problem"
)

// Error is what is wrong with a row of a file. Row names it by its reference;
// it is empty when the file as a whole cannot be read.
type Error struct {
	File string
	Row  string
	Err  error
}

// Error says which file and row, and what is wrong in the words of the forms.
func (e *Error) Error() string {
	where := e.File
	if e.Row != "" {
		where += ": " + e.Row
	}
	return where + ": " + explain(e.Err)
}

// Unwrap gives the rule that was broken.
func (e *Error) Unwrap() error { return e.Err }

// in says where an error lies; nil stays nil.
func in(file, row string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{File: file, Row: row, Err: err}
}

// explain writes a problem with the texts that a form would show.
func explain(err error) string {
	var p *problem.Error
	if !errors.As(err, &p) {
		return err.Error()
	}
	messages, missing := i18n.English()
	if missing != nil {
		return err.Error()
	}
	texts := i18n.New(messages, nil)
	if len(p.Fields) == 0 {
		return texts.Msg(p.Key, p.Args...)
	}
	var parts []string
	for _, field := range p.FieldNames() {
		m := p.Fields[field]
		parts = append(parts, field+": "+texts.Msg(m.Key, m.Args...))
	}
	return strings.Join(parts, "; ")
}
