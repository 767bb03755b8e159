package data

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/indicators"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
)

var update = flag.Bool("update", false, "write the schema anew")

// The published schema is that of the report's own types: a field that is
// added, renamed or dropped shows here, and so to those who read the files.
// Write it anew: go test ./internal/reports/data -run Schema -update.
func TestTheSchemaIsThatOfTheReport(t *testing.T) {
	is, err := json.MarshalIndent(schema(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	is = append(is, '\n')
	if *update {
		if err := os.WriteFile("status-1.schema.json", is, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(is, Schema) && !*update {
		t.Error("the types of the report have changed, the schema has not: change the form's number where readers would stumble, and write it anew")
	}
}

type part map[string]any

// described are the words on fields that do not say all by their name.
var described = map[string]string{
	"as_of": "The day of which the report, or an update, tells.", "known_at": "What was approved or corrected after this instant is not in the report.",
	"since": "The day from which changes are told; empty where they are not.", "audience": "Everything is already cut to this audience, counts too.",
	"sections": "The lists that were asked for; the others are empty. Counts are of everything in scope.",
	"done":     "What was done; outside government the shared summary that was released.", "sha256": "Of the text of the member report, letter by letter, with the line break that ends it.",
	"asked_counted": "Whether the counts of recommendations were made: only for the whole plan.", "marker": "The word by which a file of the publication is found.",
	"place": "Where in the indicator's table, such as novelty=new; empty for the total.",
	"gap":   "Why a year has no value; empty where it has one.", "several": "Several values of the year differ, and none was chosen.",
	"silent": "Something was due and nothing came.", "years": "Editions that asked it, as people confirmed; more where at_least says so.", "newest_edition": "Of its mechanism by that day: only these count as unanswered.",
}

// enums are the types with a closed list of values.
func enums() map[reflect.Type][]string {
	all := map[reflect.Type][]string{reflect.TypeFor[progress.Kind](): {"update", "contribution"}}
	add(all, plan.Audiences)
	add(all, progress.Raters)
	add(all, progress.QuestionStates)
	add(all, reports.Sections)
	add(all, reports.AttentionKinds)
	add(all, reports.Flags)
	add(all, recommendations.Bases)
	add(all, recommendations.Completenesses)
	add(all, indicators.Units)
	add(all, append([]indicators.Answer{""}, indicators.Answers...))
	add(all, append([]indicators.Basis{""}, indicators.Bases...))
	add(all, indicators.Gaps)
	add(all, append([]progress.Status{""}, progress.Statuses...))
	add(all, append([]progress.Proof{""}, progress.Proofs...))
	return all
}

func add[S ~string](all map[reflect.Type][]string, list []S) {
	for _, s := range list {
		all[reflect.TypeFor[S]()] = append(all[reflect.TypeFor[S]()], string(s))
	}
}

func schema() part {
	known := enums()
	publication, report := schemaOf(reflect.TypeFor[stamp](), known), schemaOf(reflect.TypeFor[reports.Status](), known)
	report["properties"].(part)["format"] = part{"const": reports.StatusFormat}
	return part{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Status report, form " + reports.StatusFormat,
		"type": "object", "properties": part{"publication": publication, "report": report}, "required": []string{"report"}, "additionalProperties": false,
		"$defs": part{
			"day":     part{"description": "A calendar day, or empty for none.", "type": "string", "pattern": `^(\d{4}-\d{2}-\d{2})?$`},
			"instant": part{"description": "An instant in UTC.", "type": "string", "format": "date-time", "pattern": "Z$"}}}
}

func schemaOf(t reflect.Type, known map[reflect.Type][]string) part {
	if list, ok := known[t]; ok {
		return part{"enum": list}
	}
	switch t {
	case reflect.TypeFor[json.Number]():
		return part{"type": "number", "minimum": 0}
	case reflect.TypeFor[calendar.Date]():
		return part{"$ref": "#/$defs/day"}
	case reflect.TypeFor[time.Time]():
		return part{"$ref": "#/$defs/instant"}
	case reflect.TypeFor[reports.StatusCounts]():
		counts := part{}
		for _, s := range progress.Statuses {
			counts[string(s)] = part{"type": "integer", "minimum": 0}
		}
		return part{"type": "object", "properties": counts, "required": progress.Statuses, "additionalProperties": false}
	}
	switch t.Kind() {
	case reflect.Bool:
		return part{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return part{"type": "integer"}
	case reflect.Pointer: // what may be missing
		return schemaOf(t.Elem(), known)
	case reflect.Slice:
		return part{"type": "array", "items": schemaOf(t.Elem(), known)}
	case reflect.Struct:
		o := part{"type": "object", "properties": part{}, "required": []string{}, "additionalProperties": false}
		members(t, o, known)
		return o
	}
	return part{"type": "string"}
}

func members(t reflect.Type, o part, known map[reflect.Type][]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if f.Anonymous && tag == "" {
			members(f.Type, o, known)
			continue
		}
		name, option, _ := strings.Cut(tag, ",")
		if name == "-" {
			continue
		}
		s := schemaOf(f.Type, known)
		if text := described[name]; text != "" {
			s["description"] = text
		}
		o["properties"].(part)[name] = s
		if option == "" {
			o["required"] = append(o["required"].([]string), name)
		}
	}
}
