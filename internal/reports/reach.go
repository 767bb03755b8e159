package reports

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"tracker/internal/audit"
)

// reach is how far an entry of the trail reaches into a ledger.
type reach int

const (
	everything reach = iota // what is not listed may have changed all of it
	nothing
	itsCommitment // the commitment that it names, or that the update is about
)

// reaches says how far what was done reaches. What changes institutions,
// frameworks, periods or what is asked is not listed: the ledger is read anew.
var reaches = map[string]reach{
	"commitment.add":      itsCommitment,
	"commitment.revise":   itsCommitment,
	"commitment.transfer": itsCommitment, // an entry for each
	"answer.link":         itsCommitment,
	"answer.end":          itsCommitment,
	"update.submit":       itsCommitment,
	"update.return":       itsCommitment,
	"update.change":       itsCommitment,
	"update.approve":      itsCommitment,
	"update.verify":       itsCommitment,

	"evidence.add":             itsCommitment,
	"evidence.remove":          itsCommitment,
	"evidence.quarantine":      itsCommitment,
	"evidence.lift":            itsCommitment,
	"evidence.purge":           itsCommitment,
	"evidence.damaged":         nothing,
	"database.back_up":         nothing,
	"sign_in":                  nothing,
	"sign_in.first":            nothing,
	"sign_in.code":             nothing,
	"second.set":               nothing,
	"second.codes":             nothing,
	"second.remove":            nothing,
	"person.remove_second":     nothing,
	"sign_out":                 nothing,
	"session.end":              nothing,
	"session.end_others":       nothing,
	"identity.link":            nothing,
	"identity.unlink":          nothing,
	"link.make":                nothing,
	"link.use":                 nothing,
	"password.change":          nothing,
	"person.create":            nothing,
	"person.move":              nothing,
	"person.disable":           nothing,
	"person.enable":            nothing,
	"person.end_sessions":      nothing,
	"post.create":              nothing,
	"mail.retry":               nothing,
	"import.send":              nothing,
	"import.take":              nothing, // what it makes tells by its own entries
	"import.discard":           nothing,
	"job.ask":                  nothing,
	"job.again":                nothing,
	"dialogue.add":             nothing,
	"dialogue.change":          nothing,
	"dialogue.prepared":        nothing,
	"dialogue.held":            nothing,
	"dialogue.followed_up":     nothing,
	"dialogue.planned":         nothing,
	"agenda.choose":            nothing,
	"agenda.fix":               nothing,
	"agenda.agree":             nothing, // the commitment's own entry tells
	"agenda.recommend":         nothing, // the recommendation's own entry tells
	"undertaking.make":         nothing,
	"undertaking.logged":       nothing,
	"undertaking.acknowledged": nothing,
	"undertaking.done":         nothing,
	"undertaking.withdrawn":    nothing,
	"pack.choose":              nothing,
	"record.cleared":           nothing,
	"record.changes":           nothing,
	"agenda.move":              nothing,
	"agenda.remove":            nothing,
	"agenda.write":             nothing,
	"update.comment":           nothing,
	"summary.release":          nothing, // reports for partners and the public read it by itself
	"summary.withdraw":         nothing,
	"choice.save":              nothing,
	"choice.remove":            nothing,
	"publication.prepare":      nothing, // a publication holds what it tells
	"publication.publish":      nothing,
	"publication.withdraw":     nothing,
	"publication.recall":       nothing,
	"institution.clearing":     nothing,
	"clearance.ask":            nothing,
	"clearance.refuse":         nothing,
	"clearance.ask_figures":    nothing,
	"clearance.refuse_figures": nothing,
	"rating.give":              nothing, // it is read by itself
	"data_request.ask":         nothing, // likewise
	"data_request.reword":      nothing,
	"data_request.remove":      nothing,
	"data_request.answer":      nothing,
	"data_request.submit":      nothing,
	"indicator.add":            nothing, // figures are read by themselves
	"indicator.change":         nothing,
	"measurement.submit":       nothing,
	"measurement.return":       nothing,
	"measurement.approve":      nothing,
	"measurement.change":       nothing,
	"measurement.choose":       nothing,
	"trail.purge":              nothing,
	"trail.new_key":            nothing,
	"trail.mail_checkpoint":    nothing,
	"publication.purge":        nothing,
	"settings.change":          nothing, // those that count stand in the query
}

// maxEntries is after how many entries a ledger is read anew at once.
const maxEntries = 200

// since is the ledger as it stands in this snapshot, from what it was at an
// earlier head of the trail. It is nil where all must be read anew: where the
// trail does not lead from that head to this one in some entries, or one of
// them reaches too far.
func (w *whole) since(tx *gorm.DB, earlier head) (*whole, error) {
	entries, ok, err := audit.Since(tx, earlier.seq, earlier.hash, maxEntries)
	if err != nil || !ok {
		return nil, err
	}
	ids, ok, err := touched(tx, entries)
	switch {
	case err != nil || !ok:
		return nil, err
	case len(ids) == 0:
		return w, nil
	}
	return w.renewed(tx, ids)
}

// touched gives the commitments that entries reach, and whether it is only
// those. What was refused changed nothing.
func touched(tx *gorm.DB, entries []audit.Entry) (ids []int64, ok bool, err error) {
	var refs, updates []string
	for _, e := range entries {
		kind, name, _ := strings.Cut(e.Object, " ")
		switch far := reaches[e.Action]; {
		case e.Outcome == string(audit.Refused), far == nothing:
		case far == itsCommitment && kind == "commitment":
			refs = append(refs, name)
		case far == itsCommitment && kind == "update":
			updates = append(updates, name)
		default:
			return nil, false, nil
		}
	}
	return commitmentsOf(tx, distinct(refs), distinct(updates))
}

// commitmentsOf finds the commitments of references and of updates, and says
// whether it found each.
func commitmentsOf(tx *gorm.DB, refs, updates []string) (ids []int64, ok bool, err error) {
	if len(refs)+len(updates) == 0 {
		return nil, true, nil
	}
	of := make([]int64, len(updates))
	for i, id := range updates {
		if of[i], err = strconv.ParseInt(id, 10, 64); err != nil {
			return nil, false, nil
		}
	}
	err = tx.Raw("SELECT id FROM commitments WHERE ref IN ? UNION ALL SELECT commitment_id FROM updates WHERE id IN ?", refs, of).Scan(&ids).Error
	ok = len(ids) == len(refs)+len(updates)
	slices.Sort(ids)
	return slices.Compact(ids), ok, err
}

func distinct[T cmp.Ordered](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}
