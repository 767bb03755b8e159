package wording

import (
	"tracker/internal/i18n"
	"tracker/internal/reports"
)

// KnownThen says how a commitment's status was known at the end of the earlier
// day, where that is not what is known of it now.
func KnownThen(t *i18n.T, c reports.ChangeStatus) string {
	switch then := c.Inside.Then; {
	case c.New || c.Inside == (reports.ChangeInside{}) || then == c.Was:
		return ""
	case then == "":
		return t.Msg("compare.late.unknown")
	default:
		return t.Msg("compare.late", "status", t.Msg("status."+string(then)))
	}
}

// ChangedInside is what else only government reads of a change, each in words.
func ChangedInside(t *i18n.T, c reports.ChangeStatus) (list []string) {
	if in := c.Inside; in.Reached != in.ReachedThen {
		list = append(list, t.Msg("compare.reached", "was", in.ReachedThen, "is", in.Reached))
	}
	if c.Inside.Lost > 0 {
		list = append(list, t.Msg("compare.lost", "n", c.Inside.Lost))
	}
	return list
}
