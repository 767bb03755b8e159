// Package problem is the vocabulary of what can go wrong for a user. Domain
// code returns an *Error for what a person can cause and see, and wraps
// everything else with %w; only package web turns kinds into answers.
package problem

import (
	"errors"
	"sort"
)

// Kind says what sort of answer a problem deserves.
type Kind int

// The kinds of problems. Internal is the zero value, so that an error whose
// kind nobody chose is never shown in detail.
const (
	Internal    Kind = iota // ours; a request id is all the user sees
	Invalid                 // what was typed; shown beside the fields
	NotFound                // missing, or not for this person: the two look alike
	Forbidden               // visible to this person, but not theirs to change
	Conflict                // changed by somebody else in the meantime
	Unavailable             // try again: the database, the mail server
)

// Error is a problem that may be told to a user. Key is a message key of the
// i18n catalogue, Args its placeholders as key and value by turns. Fields maps
// a form field to the message key of what is wrong with it.
type Error struct {
	Kind   Kind
	Key    string
	Args   []any
	Fields map[string]Message
}

// Message is a message key with its arguments.
type Message struct {
	Key  string
	Args []any
}

// Error names the problem for logs; users see the catalogue's text instead.
func (e *Error) Error() string {
	s := e.Key
	for _, f := range e.FieldNames() {
		s += " " + f + "=" + e.Fields[f].Key
	}
	return s
}

// FieldNames lists the fields with a message, in alphabetical order.
func (e *Error) FieldNames() []string {
	names := make([]string, 0, len(e.Fields))
	for f := range e.Fields {
		names = append(names, f)
	}
	sort.Strings(names)
	return names
}

// New makes a problem of a kind with the message of a key.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}

// Missing is the one answer for what does not exist and for what one may not see.
func Missing() *Error { return New(NotFound, "problem.not_found") }

// Denied is the answer for what one may see and not change.
func Denied(key string, args ...any) *Error { return New(Forbidden, key, args...) }

// Stale is the answer when a row's version moved on since the form was opened.
func Stale() *Error { return New(Conflict, "problem.conflict") }

// KindOf returns the kind of err, Internal when it is no problem of a user.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Check gathers what is wrong with a form. The zero value is ready to use.
type Check struct {
	fields map[string]Message
}

// Add notes the first thing wrong with a field; later ones are dropped, since
// a person mends one thing at a time.
func (c *Check) Add(field, key string, args ...any) {
	if c.fields == nil {
		c.fields = map[string]Message{}
	}
	if _, ok := c.fields[field]; !ok {
		c.fields[field] = Message{Key: key, Args: args}
	}
}

// Require adds the message when ok is false.
func (c *Check) Require(ok bool, field, key string, args ...any) {
	if !ok {
		c.Add(field, key, args...)
	}
}

// Fields are what was added, by field; nil when nothing is wrong.
func (c *Check) Fields() map[string]Message { return c.fields }

// Err returns an Invalid problem when anything was added, else nil.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "problem.invalid", Fields: c.fields}
}
