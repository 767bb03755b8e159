package web

import (
	"fmt"
	"html/template"
	"reflect"
	"strings"

	"tracker/internal/i18n"
	"tracker/internal/reports"
)

// look is how a state is shown: a colour class, a mark and a message key.
type look struct{ class, mark, key string }

var looksOfStatus = map[string]look{
	"not_started": {"c-idle", "idle", "status.not_started"},
	"in_progress": {"c-go", "go", "status.in_progress"},
	"completed":   {"c-done", "done", "status.completed"},
	"stalled":     {"c-stalled", "stalled", "status.stalled"},
	"cancelled":   {"c-cancel", "cancel", "status.cancelled"},
}

var looksOfReview = map[string]look{
	"draft":     {"c-idle", "draft", "review.draft"},
	"submitted": {"c-submitted", "submitted", "review.submitted"},
	"returned":  {"c-returned", "returned", "review.returned"},
	"approved":  {"c-approved", "approved", "review.approved"},
}

var looksOfProof = map[string]look{
	"claimed":   {"c-claimed", "claimed", "proof.claimed"},
	"evidenced": {"c-evidenced", "evidenced", "proof.evidenced"},
	"verified":  {"c-verified", "verified", "proof.verified"},
	"disputed":  {"c-disputed", "disputed", "proof.disputed"},
}

var looksOfRating = map[string]look{
	"on_track":        {"c-on", "on", "rating.on_track"},
	"at_risk":         {"c-risk", "risk", "rating.at_risk"},
	"off_track":       {"c-off", "off", "rating.off_track"},
	"fully":           {"c-ink", "meter-3", "rating.fully"},
	"substantially":   {"c-ink", "meter-2", "rating.substantially"},
	"partially":       {"c-ink", "meter-1", "rating.partially"},
	"not_implemented": {"c-ink", "meter-0", "rating.not_implemented"},
	"no_evidence":     {"c-ink", "meter-none", "rating.no_evidence"},
}

func stepLooks() map[string]look {
	looks := map[string]look{}
	for state, l := range map[reports.ReportStep][2]string{reports.StepNotReported: {"c-off", "nothing"}, reports.StepLate: {"c-risk", "flag"},
		reports.StepReturned: {"c-returned", "returned"}, reports.StepSubmitted: {"c-submitted", "submitted"}, reports.StepDue: {"c-go", "idle"},
		reports.StepDraft: {"c-idle", "draft"}, reports.StepNoProgress: {"c-idle", "stalled"}, reports.StepApproved: {"c-approved", "approved"},
		reports.StepNotDue: {"c-idle", "cancel"}} {
		looks[string(state)] = look{l[0], l[1], "discipline.state." + string(state)}
	}
	return looks
}

var tonesOfFlags = map[string]string{
	"overdue": "off", "not_reported": "off", "late": "off",
	"due_soon": "risk", "item_open": "risk", "unverified": "risk", "no_evidence": "risk", "in_review": "risk",
	"stale": "idle", "orphan": "idle", "unanswered": "plum",
}

func statusLooks() map[string]look { return looksOfStatus }
func reviewLooks() map[string]look { return looksOfReview }
func proofLooks() map[string]look  { return looksOfProof }
func ratingLooks() map[string]look { return looksOfRating }
func flagTones() map[string]string { return tonesOfFlags }

// marker writes states, flags and tags as template functions.
type marker struct{ t *i18n.T }

var underscored = strings.NewReplacer(" ", "_", "-", "_")

// word brings a state of any string type to the form of the tables above.
func word(state any) string {
	text, ok := state.(string)
	if _, says := state.(fmt.Stringer); !ok && !says && reflect.ValueOf(state).Kind() == reflect.String {
		text = reflect.ValueOf(state).String()
	} else if !ok {
		text = fmt.Sprint(state)
	}
	if strings.ContainsAny(text, " -") {
		text = underscored.Replace(text)
	}
	return text
}

// markSVG refers to a mark that the layout's partial "defs" holds.
func markSVG(name, class string) template.HTML {
	box := "mk"
	if strings.HasPrefix(name, "meter-") {
		box = "meter"
	}
	if class != "" {
		box += " " + class
	}
	return template.HTML(`<svg class="` + template.HTMLEscapeString(box) + `" aria-hidden="true" focusable="false"><use href="#m-` + template.HTMLEscapeString(name) + `"/></svg>`)
}

// mark is {{mark "flag"}} or {{mark "flag" "c-off"}}: the shape alone.
func (m marker) mark(name string, class ...string) template.HTML {
	return markSVG(name, strings.Join(class, " "))
}

// state makes the function that shows the states of one family as mark and
// word; an own word may replace the usual one. No state shows nothing, an
// unknown one stops the page.
func (m marker) state(looks map[string]look) func(any, ...string) (template.HTML, error) {
	usual := make(map[string]template.HTML, len(looks))
	for name, l := range looks {
		usual[name] = stateHTML(l, m.t.Msg(l.key))
	}
	return func(state any, own ...string) (template.HTML, error) {
		name := word(state)
		if name == "" || state == nil {
			return "", nil
		}
		l, ok := looks[name]
		if !ok {
			return "", fmt.Errorf("no mark for the state %q", name)
		}
		if len(own) > 0 {
			return stateHTML(l, own[0]), nil
		}
		return usual[name], nil
	}
}

func stateHTML(l look, text string) template.HTML {
	return template.HTML(`<span class="st ` + l.class + `">` + string(markSVG(l.mark, "")) + `<span>` + template.HTMLEscapeString(text) + `</span></span>`)
}

// rating shows a rating; one of a mechanism's own scale as its word alone.
func (m marker) rating(value any) (template.HTML, error) {
	l, known := looksOfRating[word(value)]
	switch {
	case known:
		return stateHTML(l, m.t.Msg(l.key)), nil
	case value == "":
		return "", nil
	}
	return template.HTML(`<span class="st c-ink"><span>` + template.HTMLEscapeString(fmt.Sprint(value)) + `</span></span>`), nil
}

// cell is the mark of a delivery status with its word for screen readers only.
func (m marker) cell(state any) (template.HTML, error) {
	l, ok := looksOfStatus[word(state)]
	if !ok {
		return "", fmt.Errorf("no mark for the state %q", word(state))
	}
	return markSVG(l.mark, "") + template.HTML(`<span class="vh">`+template.HTMLEscapeString(m.t.Msg(l.key))+`</span>`), nil
}

// flag is {{flag "overdue" 39}} or {{flag "stale"}}: a computed flag, with its
// number of days when one is given.
func (m marker) flag(kind any, days ...int) (template.HTML, error) {
	name := word(kind)
	tone, ok := tonesOfFlags[name]
	if !ok {
		return "", fmt.Errorf("no flag %q", name)
	}
	n := 0
	if len(days) > 0 {
		n = days[0]
	}
	return flagHTML(tone, flagWords(m.t, name, n)), nil
}

// flagWords are the words of a computed flag, with its number of days where it
// has one.
func flagWords(t *i18n.T, name string, days int) string {
	key := "flag." + name
	if days > 0 && t.Has(key+".days") {
		return t.Msg(key+".days", "n", days)
	}
	return t.Msg(key)
}

// flagText is {{flagText "plum" "No commitment"}}: a flag with words of its own.
// Tones are off, risk, idle and plum.
func (m marker) flagText(tone, text string) template.HTML { return flagHTML(tone, text) }

func flagHTML(tone, text string) template.HTML {
	return template.HTML(`<span class="flag flag--` + template.HTMLEscapeString(tone) + `">` + template.HTMLEscapeString(text) + `</span>`)
}

// tag is {{tag "Plan"}}; tagBasis has a dashed edge, for restated wording.
func (m marker) tag(text any) template.HTML {
	return template.HTML(`<span class="tag">` + template.HTMLEscapeString(fmt.Sprint(text)) + `</span>`)
}

func (m marker) tagBasis(text any) template.HTML {
	return template.HTML(`<span class="tag tag--basis">` + template.HTMLEscapeString(fmt.Sprint(text)) + `</span>`)
}

// themeTag is the tag of one of the four themes; no theme shows nothing.
func (m marker) themeTag(theme any) template.HTML {
	name := word(theme)
	if name == "" || theme == nil {
		return ""
	}
	return m.tag(m.t.Msg("theme." + strings.ToLower(name)))
}
