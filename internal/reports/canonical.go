package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// Canonical is the published form of a report: JSON in the order of Status,
// without a stamp, ending in a line break. The same report gives the same
// bytes; their SHA-256 is a publication's fingerprint.
func Canonical(s Status) ([]byte, error) {
	tidy(&s)
	return canonical(s)
}

func canonical(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("reports: %w", err)
	}
	return b.Bytes(), nil
}

// Restore gives back the report of a canonical form, to be told in a zone.
func Restore(value []byte, zone *time.Location) (s Status, err error) {
	err = restore(value, &s, &s.Format, StatusFormat)
	s.Zone = zone
	return s, err
}

// restore reads a canonical form into what v points to, whose form must be the
// one that it names.
func restore(value []byte, v any, format *string, want string) error {
	if err := json.Unmarshal(value, v); err != nil {
		return fmt.Errorf("reports: %w", err)
	}
	if *format != want {
		return fmt.Errorf("reports: the report has the form %q, not %q", *format, want)
	}
	return nil
}

// tidy makes every list of what v points to one, so that its JSON says [] where
// nothing is, not null.
func tidy(v any) { tidyValue(reflect.ValueOf(v).Elem()) }

func tidyValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if v.Type().Elem().Kind() != reflect.Struct {
			return
		}
		for i := range v.Len() {
			tidyValue(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				tidyValue(f)
			}
		}
	}
}
