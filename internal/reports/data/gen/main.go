package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"tracker/internal/calendar"
	"tracker/internal/plan"
	"tracker/internal/progress"
	"tracker/internal/recommendations"
	"tracker/internal/reports"
)

type m = map[string]any

var enums = map[reflect.Type][]string{}

func add[S ~string](list []S) {
	var out []string
	for _, s := range list {
		out = append(out, string(s))
	}
	enums[reflect.TypeOf(list).Elem()] = out
}

func of(t reflect.Type) m {
	if e, ok := enums[t]; ok {
		return m{"enum": e}
	}
	switch t {
	case reflect.TypeFor[calendar.Date]():
		return m{"$ref": "#/$defs/day"}
	case reflect.TypeFor[time.Time]():
		return m{"$ref": "#/$defs/instant"}
	case reflect.TypeFor[reports.StatusCounts]():
		p := m{}
		for _, s := range progress.Statuses {
			p[string(s)] = m{"type": "integer", "minimum": 0}
		}
		return m{"type": "object", "properties": p, "required": progress.Statuses, "additionalProperties": false}
	}
	switch t.Kind() {
	case reflect.String:
		return m{"type": "string"}
	case reflect.Bool:
		return m{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return m{"type": "integer"}
	case reflect.Slice:
		return m{"type": "array", "items": of(t.Elem())}
	case reflect.Struct:
		p, req := m{}, []string{}
		fields(t, p, &req)
		return m{"type": "object", "properties": p, "required": req, "additionalProperties": false}
	}
	panic(t.String())
}

func fields(t reflect.Type, p m, req *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if f.Anonymous && tag == "" {
			fields(f.Type, p, req)
			continue
		}
		name, opt, _ := strings.Cut(tag, ",")
		if name == "-" {
			continue
		}
		p[name] = of(f.Type)
		if opt == "" {
			*req = append(*req, name)
		}
	}
}

func main() {
	add(plan.Audiences)
	add(reports.Sections)
	add(reports.AttentionKinds)
	add(reports.Flags)
	add(recommendations.Bases)
	add(recommendations.Completenesses)
	enums[reflect.TypeFor[progress.Kind]()] = []string{"update", "contribution"}
	st := []string{""}
	for _, s := range progress.Statuses {
		st = append(st, string(s))
	}
	enums[reflect.TypeFor[progress.Status]()] = st
	pub := of(reflect.TypeFor[reports.Stamp]())
	pub["properties"].(m)["marker"] = m{"type": "string"}
	pub["required"] = append(pub["required"].([]string), "marker")
	out := m{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Status report, form tracker-status-1", "type": "object",
		"properties": m{"publication": pub, "report": of(reflect.TypeFor[reports.Status]())}, "required": []string{"report"}, "additionalProperties": false,
		"$defs": m{"day": m{"description": "A calendar day, or empty for none.", "type": "string", "pattern": "^(\\d{4}-\\d{2}-\\d{2})?$"},
			"instant": m{"description": "An instant in UTC.", "type": "string", "format": "date-time", "pattern": "Z$"}}}
	out["properties"].(m)["report"].(m)["properties"].(m)["format"] = m{"const": reports.StatusFormat}
	b, _ := json.MarshalIndent(out, "", "  ")
	fmt.Println(string(b))
}
