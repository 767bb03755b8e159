package web

import (
	"path"
	"slices"
	"strings"

	"tracker/internal/accounts"
)

// The matrix of permissions: which role does what with which kind of thing,
// in which state, by which row rule and with which fields of its form. The
// roles that a route lets in at all stand in the table of routes; here stands
// what the slices decide beyond that. It is shown at /admin/permissions, its
// fields are all that a form is read for (typedOf), and the tests hold every
// line against the running program.
//
// A new route stands here exactly once: in an act of the thing that it is
// about, or in a new act or thing.

// thing is one kind of object that the program keeps.
type thing struct {
	name   string // permissions.thing.NAME
	states string // permissions.state.STATE for each, divided by spaces; empty where no rule asks for a state
	acts   []act
	// shows says who reads which columns of its tables, where that is not who
	// reads the thing.
	shows []shown
}

// act is something that is done with a thing. Its first act is to read it.
type act struct {
	name string // permissions.act.NAME
	// routes are "/path" for every method of a path, or "GET /path" or
	// "POST /path", divided by line ends or commas.
	routes string
	// takes are the fields of its forms, divided by spaces; "*" stands for any
	// letters. Every form takes "key" too.
	takes string
	// may says who does it in which states; nothing is whoever the route lets
	// in, in every state.
	may []claim
}

// claim lets some do an act in some states; no state is every one. Each of who
// is a role, "anybody" or "all" (whom the route lets in), and may have a row
// rule behind a stroke: "focal_point/own". permissions.rule.RULE says it in
// words.
type claim struct{ states, who string }

// shown says who reads columns ("table.column", divided by spaces), in words
// as permissions.act.NAME.
type shown struct {
	name    string
	columns string
	may     []claim
}

// area is a part of the program, with its things.
type area struct {
	name   string // permissions.area.NAME
	things []thing
}

// permissionAreas is the whole matrix.
var permissionAreas = []area{
	{"plan", planThings}, {"progress", progressThings}, {"figures", figureThings}, {"asked", askedThings}, {"meetings", meetingThings},
	{"told", toldThings}, {"files", fileThings}, {"administration", adminThings}, {"door", doorThings},
}

// ways are the routes of an act as "METHOD /path", with those that stand for
// every method of a path spelled out.
func (a act) ways(routes []route) (list []route) {
	for one := range strings.FieldsFuncSeq(a.routes, func(r rune) bool { return r == ',' || r == '\n' }) {
		one = strings.TrimSpace(one)
		for _, r := range routes {
			if r.path == one || r.method+" "+r.path == one {
				list = append(list, r)
			}
		}
	}
	return list
}

// fields are what the forms of an act take, the key among them.
func (a act) fields() []string { return append([]string{"key"}, strings.Fields(a.takes)...) }

// formFields are the fields of every form, by its route's path.
var formFields = func() map[string][]string {
	all := map[string][]string{}
	for _, area := range permissionAreas {
		for _, t := range area.things {
			for _, a := range t.acts {
				for one := range strings.FieldsFuncSeq(a.routes, func(r rune) bool { return r == ',' || r == '\n' }) {
					if one = strings.TrimSpace(one); !strings.HasPrefix(one, get+" ") {
						all[strings.TrimPrefix(one, post+" ")] = a.fields()
					}
				}
			}
		}
	}
	return all
}()

// takesField says whether the form of a route has a field. What it does not
// have, nobody reads: a form changes nothing but what its page asks for.
func takesField(route, field string) bool {
	return slices.ContainsFunc(formFields[route], func(pattern string) bool {
		fits, err := path.Match(pattern, field)
		return err == nil && fits
	})
}

// party is a role that does an act, with the row rule that it is under.
type party struct{ role, rule string }

// claims are what an act says; without any, whoever its routes let in.
func (a act) claims() []claim {
	if len(a.may) == 0 {
		return []claim{{"", "all"}}
	}
	return a.may
}

// parties are those of a claim whom a route lets in.
func (c claim) parties(may permission) (list []party) {
	for who := range strings.FieldsSeq(c.who) {
		role, rule, _ := strings.Cut(who, "/")
		switch {
		case role == "all" && may&anybody != 0, role == "anybody" && may&anybody != 0:
			list = append(list, party{"anybody", rule})
		case role == "all":
			for _, r := range accounts.Roles {
				if may.allows(r) {
					list = append(list, party{string(r), rule})
				}
			}
		case may.allows(accounts.Role(role)):
			list = append(list, party{role, rule})
		}
	}
	return list
}
