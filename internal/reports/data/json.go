// Package data writes a report for programs: as JSON, which is the report's
// own published form, and as CSV, which is that JSON in long form.
package data

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"

	"tracker/internal/i18n"
	"tracker/internal/reports"
)

// Schema is the JSON Schema (draft 2020-12) of what WriteJSON writes.
//
//go:embed status-1.schema.json
var Schema []byte

// WriteJSON writes the status report as one JSON object: "publication", where
// it was published, and "report", which holds the canonical form letter by
// letter, so that its SHA-256 is the fingerprint of the publication.
func WriteJSON(w io.Writer, _ *i18n.T, s reports.Status) error {
	value, err := reports.Canonical(s)
	if err != nil {
		return err
	}
	return writeJSON(w, s.Publication, value)
}

// WriteBriefingJSON writes a pack of a dialogue in the same way.
func WriteBriefingJSON(w io.Writer, _ *i18n.T, b reports.Briefing) error {
	value, err := reports.CanonicalBriefing(b)
	if err != nil {
		return err
	}
	return writeJSON(w, b.Publication, value)
}

func writeJSON(w io.Writer, published *reports.Stamp, value []byte) error {
	var b bytes.Buffer
	b.WriteString("{")
	if published != nil {
		stamp, err := json.Marshal(stamped(*published))
		if err != nil {
			return fmt.Errorf("data: %w", err)
		}
		fmt.Fprintf(&b, "\"publication\": %s,\n", stamp)
	}
	fmt.Fprintf(&b, "\"report\": %s}\n", value)
	_, err := b.WriteTo(w)
	return err
}

// stamp is a publication as programs read it: with the word by which its files
// are found.
type stamp struct {
	reports.Stamp
	Marker string `json:"marker"`
}

func stamped(s reports.Stamp) stamp { return stamp{s, s.Marker()} }
