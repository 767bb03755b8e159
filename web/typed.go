package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tracker/internal/calendar"
	"tracker/internal/problem"
)

// typed is what a person typed into a form, out of the request's body alone:
// the address of a form changes nothing.
type typed url.Values

// typedOf reads the form of a request, and of it the fields that the route has
// in the matrix of permissions: any other is as good as not sent.
func typedOf(c echo.Context) (typed, error) {
	err := parseForm(c.Request())
	maps.DeleteFunc(c.Request().PostForm, func(field string, _ []string) bool { return !takesField(c.Path(), field) })
	return typed(c.Request().PostForm), err
}

// parseForm reads the form of a request. One that no page sent, or that is too
// large, is the sender's fault.
func parseForm(r *http.Request) error {
	err := r.ParseForm()
	if he := new(echo.HTTPError); err != nil && !errors.As(err, &he) {
		err = echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
	}
	return err
}

// text is a field as typed, with the line ends and letters that both
// databases store.
func (t typed) text(name string) string { return readable(url.Values(t).Get(name)) }

// line is a field of one line, without spaces around it.
func (t typed) line(name string) string { return strings.Join(strings.Fields(t.text(name)), " ") }

// readable drops what PostgreSQL would not store.
func readable(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"), "\x00", "")
}

// has says whether the form holds a field at all.
func (t typed) has(name string) bool { return url.Values(t).Has(name) }

// list is all values of a field that can be chosen several times.
func (t typed) list(name string) []string {
	var out []string
	for _, v := range t[name] {
		if v = readable(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// number is a field as a whole number, 0 when it is none.
func (t typed) number(name string) int64 {
	n, err := strconv.ParseInt(t.line(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// day reads the day typed in a field; one that cannot be read is noted.
func (t typed) day(check *problem.Check, name string) calendar.Date {
	return dayOf(check, name, t.line(name))
}

// dayOf reads a day as people type it; one that cannot be read is noted.
func dayOf(check *problem.Check, field, text string) calendar.Date {
	d, err := calendar.ParseHuman(text)
	check.Require(err == nil, field, "typed.error.date")
	return d
}
