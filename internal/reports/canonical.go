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
	s.tidy()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("reports: %w", err)
	}
	return b.Bytes(), nil
}

// Restore gives back the report of a canonical form, to be told in a zone.
func Restore(canonical []byte, zone *time.Location) (Status, error) {
	var s Status
	if err := json.Unmarshal(canonical, &s); err != nil {
		return s, fmt.Errorf("reports: %w", err)
	}
	if s.Format != StatusFormat {
		return s, fmt.Errorf("reports: the report has the form %q, not %q", s.Format, StatusFormat)
	}
	s.Zone = zone
	return s, nil
}

// tidy makes every list of the report one, so that its JSON says [] where
// nothing is, not null.
func (s *Status) tidy() { tidyValue(reflect.ValueOf(s).Elem()) }

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
