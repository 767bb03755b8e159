package lists

import (
	"gorm.io/gorm"

	"tracker/internal/accounts"
	"tracker/internal/workbook"
)

// institutions is the list of all institutions, past ones too.
var institutions = list{name: "institutions", needs: 1, may: administers, open: openInstitutions, columns: []Column{
	{Key: "code", Width: 12}, {Key: "name", Width: 52}, {Key: "short_name", Width: 24}, {Key: "kind", Width: 16},
	{Key: "valid_from", Width: 13}, {Key: "valid_to", Width: 13}, {Key: "note", Width: 52}}}

type institutionRun struct {
	byRef
	tx    *gorm.DB
	in    workbook.In
	there map[string]accounts.Institution
	order []string
	typed map[*row]accounts.InstitutionChange
}

func openInstitutions(tx *gorm.DB, in workbook.In) (run, error) {
	list, err := accounts.Institutions(tx)
	r := &institutionRun{byRef: "code", tx: tx, in: in, there: map[string]accounts.Institution{}, typed: map[*row]accounts.InstitutionChange{}}
	for _, i := range list {
		r.there[i.Code] = i
		r.order = append(r.order, i.Code)
	}
	return r, err
}

// changeOf is what may be set of an institution, as it is.
func changeOf(i accounts.Institution) accounts.InstitutionChange {
	return accounts.InstitutionChange{Code: i.Code, Name: i.Name, ShortName: i.ShortName, Kind: i.Kind, ValidFrom: i.ValidFrom, ValidTo: i.ValidTo, Note: i.Note}
}

func institutionRecord(c accounts.InstitutionChange) record {
	return record{kind: "list.institution", ref: c.Code, title: c.Name,
		cells: []string{c.Code, c.Name, c.ShortName, string(c.Kind), c.ValidFrom.String(), c.ValidTo.String(), c.Note}}
}

func (u *institutionRun) records() (list []record) {
	for _, code := range u.order {
		list = append(list, institutionRecord(changeOf(u.there[code])))
	}
	return list
}

func (u *institutionRun) read(r *row) record {
	c := accounts.InstitutionChange{Code: r.text("code")}
	if r.was != nil {
		c = changeOf(u.there[r.was.ref])
	}
	words(r, "name", &c.Name)
	words(r, "short_name", &c.ShortName)
	word(r, "kind", &c.Kind)
	r.day("valid_from", &c.ValidFrom)
	r.day("valid_to", &c.ValidTo)
	words(r, "note", &c.Note)
	u.typed[r] = c
	return institutionRecord(c)
}

func (u *institutionRun) weigh(rows []*row) error {
	for _, r := range rows {
		c := u.typed[r]
		check := c.Check
		if r.was != nil {
			check = c.CheckChange
		}
		if err := r.refused(check(), nil); err != nil {
			return err
		}
	}
	return nil
}

func (u *institutionRun) write(rows []*row) (err error) {
	for _, r := range rows {
		c := u.typed[r]
		if r.was == nil {
			_, err = accounts.CreateInstitution(u.tx, u.in.Actor, u.in.Clock.Now(), c)
		} else {
			err = accounts.ChangeInstitution(u.tx, u.in.Actor, u.in.Clock.Now(), c.Code, u.there[c.Code].Version, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
